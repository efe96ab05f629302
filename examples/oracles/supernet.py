#!/usr/bin/env python3
"""How a supernet answers tinyfarm: JSON lines on stdin and stdout, one batch a line.

    tinyfarm search evolve --target mps2-an386 --oracle 'program:python3 examples/oracles/supernet.py'

Replace `Supernet` by a once-for-all network: load its weights once, and for each genotype set the active subnet,
recalibrate its batch normalisation, and evaluate it on held-out images. Here it is a stand-in without weights: a
smooth function of the architecture, so that the example runs anywhere. Its numbers mean nothing; ask with --proxy.
"""

import json
import math
import re
import sys

BLOCK = re.compile(r"ir_k(\d+)_s(\d+)_e(\d+)_c(\d+)")


class Supernet:
    def __init__(self):
        # e.g. self.net = OFAMCUNet(); self.net.load_state_dict(torch.load("supernet.pth"))
        pass

    def accuracy(self, genotype):
        # e.g. self.net.set_active_subnet(**subnet); calibrate(self.net, images); return evaluate(self.net, images)
        blocks = [tuple(map(int, BLOCK.match(text).groups())) for text in genotype["blocks"]]
        size = genotype["resolution"]
        side = size if isinstance(size, int) else min(size)
        capacity = sum(math.log(1 + expansion * channels) * (1 + 0.05 * kernel) for kernel, _, expansion, channels in blocks)
        return 1 - math.exp(-0.004 * capacity * math.log(side))


def main():
    supernet = Supernet()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            scores = [supernet.accuracy(candidate["genotype"]) for candidate in request["candidates"]]
            answer = {"id": request["id"], "scores": scores}
        except Exception as error:  # said to tinyfarm, which ends the search with it
            answer = {"id": request["id"], "error": f"{type(error).__name__}: {error}"}
        # Anything else that is printed belongs on stderr; stdout carries answers only.
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
