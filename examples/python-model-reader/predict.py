"""predict.py MODEL.json LAYERS.json: what an exported latency model says of a network, without tinyfarm."""
import json
import sys

ALLOWED = {"min": min, "max": max, "sum": sum, "range": range, "__builtins__": {}}


def layer_cost(model, layer):
    counts = {"layer.calls": "1", **model["formulas"][layer["kernel"]]}
    sizes = {**ALLOWED, **layer}
    return layer["calls"] * sum(model["costs"][name] * eval(formula, sizes) for name, formula in counts.items())


if __name__ == "__main__":
    model, layers = (json.load(open(path)) for path in sys.argv[1:3])
    cost = model["costs"]["network.base"] + sum(layer_cost(model, layer) for layer in layers)
    print(f"{cost:.6f} {model['unit']}")
