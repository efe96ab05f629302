#!/usr/bin/env python3
"""Fits an accuracy predictor to a table of genotypes and scores, and writes it as .onnx. Needs numpy and onnx.

    python3 examples/oracles/predictor.py accuracies.json predictor.onnx
    tinyfarm search evolve --target mps2-an386 --oracle onnx:predictor.onnx

The table is the JSON that `--oracle table:` takes: [{"genotype": {...}, "score": 0.71}, ...]. The predictor is linear
(ridge regression); a small network trained elsewhere and exported does as well, as long as its one input is float32
[networks, 227] in the encoding below (docs/search.md) and its first output has one number a network.
"""

import json
import re
import sys

import numpy
import onnx
from onnx import helper, numpy_helper

BLOCK = re.compile(r"ir_k(\d+)_s(\d+)_e(\d+)_c(\d+)")
BLOCKS = 32


def encode(genotype):
    size = genotype["resolution"]
    height = size if isinstance(size, int) else size[0]
    row = [height / 224, genotype["stem"]["channels"] / 32, len(genotype["blocks"]) / BLOCKS]
    for text in genotype["blocks"][:BLOCKS]:
        kernel, stride, expansion, channels = map(int, BLOCK.match(text).groups())
        row += [1, kernel == 3, kernel == 5, kernel == 7, stride - 1, expansion / 6, channels / 320]
    return numpy.array(row + [0] * (3 + 7 * BLOCKS - len(row)), dtype=numpy.float32)


def main(table_path, onnx_path):
    with open(table_path, encoding="utf-8") as file:
        table = json.load(file)
    rows = numpy.stack([encode(entry["genotype"]) for entry in table])
    scores = numpy.array([entry["score"] for entry in table], dtype=numpy.float32)
    mean = scores.mean()
    gram = rows.T @ rows + numpy.eye(rows.shape[1], dtype=numpy.float32)
    weights = numpy.linalg.solve(gram, rows.T @ (scores - mean)).astype(numpy.float32)
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["features", "weights", "bias"], ["accuracy"])],
        "predictor",
        [helper.make_tensor_value_info("features", onnx.TensorProto.FLOAT, ["networks", rows.shape[1]])],
        [helper.make_tensor_value_info("accuracy", onnx.TensorProto.FLOAT, ["networks", 1])],
        [
            numpy_helper.from_array(weights[:, None], "weights"),
            numpy_helper.from_array(numpy.array([mean], dtype=numpy.float32), "bias"),
        ],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]), onnx_path)


if __name__ == "__main__":
    main(*sys.argv[1:3])
