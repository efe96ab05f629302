#!/usr/bin/env python3
"""Fits an accuracy predictor to a table of genotypes and scores, and writes it as .onnx. Needs Python alone.

    python3 examples/oracles/predictor.py accuracies.json predictor.onnx
    tinyfarm search evolve --target mps2-an386 --oracle onnx:predictor.onnx

The table is the JSON that `--oracle table:` takes: [{"genotype": {...}, "score": 0.71}, ...]. The predictor is linear
and fitted by gradient descent; one of your own, exported from PyTorch, does as well, as long as its one input is float32
[networks, 227] in the encoding below (docs/search.md) and its first output has one number a network.
"""

import json
import re
import struct
import sys

BLOCK = re.compile(r"ir_k(\d+)_s(\d+)_e(\d+)_c(\d+)")
BLOCKS = 32
FEATURES = 3 + 7 * BLOCKS


def encode(genotype):
    size = genotype["resolution"]
    height = size if isinstance(size, int) else size[0]
    row = [height / 224, genotype["stem"]["channels"] / 32, len(genotype["blocks"]) / BLOCKS]
    for text in genotype["blocks"][:BLOCKS]:
        kernel, stride, expansion, channels = map(int, BLOCK.match(text).groups())
        row += [1, kernel == 3, kernel == 5, kernel == 7, stride - 1, expansion / 6, channels / 320]
    return [float(value) for value in row] + [0.0] * (FEATURES - len(row))


def fit(rows, scores, rounds=2000):
    """Least squares with the smallest weights: gradient descent from zero, in steps that no row makes diverge."""
    mean = sum(scores) / len(scores)
    weights = [0.0] * FEATURES
    step = 1 / max(sum(value * value for value in row) for row in rows)
    for _ in range(rounds):
        gradient = [0.0] * FEATURES
        for row, score in zip(rows, scores):
            error = sum(w * x for w, x in zip(weights, row)) + mean - score
            for index, value in enumerate(row):
                gradient[index] += error * value / len(rows)
        weights = [w - step * g for w, g in zip(weights, gradient)]
    return weights, mean


# ONNX is a protobuf: fields of (number, wire type); the numbers are those of onnx.proto. The package `onnx` does this
# too, where it is installed.


def varint(value):
    parts = bytearray()
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def integer(field, value):
    return varint(field << 3) + varint(value)


def message(field, *parts):
    body = b"".join(part.encode() if isinstance(part, str) else part for part in parts)
    return varint(field << 3 | 2) + varint(len(body)) + body


def tensor(name, shape, values):
    """A TensorProto of floats."""
    dims = b"".join(integer(1, size) for size in shape)
    return message(5, dims, integer(2, 1), message(8, name), message(9, struct.pack(f"<{len(values)}f", *values)))


def value_info(field, name, columns):
    shape = message(1, message(2, "networks")) + message(1, integer(1, columns))
    return message(field, message(1, name), message(2, message(1, integer(1, 1), message(2, shape))))


def model(weights, bias):
    inputs = b"".join(message(1, name) for name in ("features", "weights", "bias"))
    node = message(1, inputs, message(2, "accuracy"), message(4, "Gemm"))
    constants = tensor("weights", [FEATURES, 1], weights) + tensor("bias", [1], [bias])
    ends = value_info(11, "features", FEATURES) + value_info(12, "accuracy", 1)
    graph = message(7, node, message(2, "predictor"), constants, ends)
    return integer(1, 8) + graph + message(8, integer(2, 13))


def main(table_path, onnx_path):
    with open(table_path, encoding="utf-8") as file:
        table = json.load(file)
    weights, mean = fit([encode(entry["genotype"]) for entry in table], [entry["score"] for entry in table])
    with open(onnx_path, "wb") as file:
        file.write(model(weights, mean))


if __name__ == "__main__":
    main(*sys.argv[1:3])
