#!/usr/bin/env python3
"""Writes the data file that a graph exported with --no-weights refers to, with random weights, in little memory.

    fill_weights.py [--seed=N] model.onnx

Vectors (norm weights) are uniform in [0.5, 1.5), matrices normal with a variance of one over their input size.
"""
import argparse
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto

from onnx_graph import to_bfloat16_bits

BLOCK = 1 << 24  # elements made at a time
STORE = {TensorProto.FLOAT: lambda x: x, TensorProto.FLOAT16: lambda x: x.astype(np.float16), TensorProto.BFLOAT16: to_bfloat16_bits}


def fill(path, seed):
    model = onnx.load(path, load_external_data=False)
    rng = np.random.default_rng(seed)
    # A weight in the order of a Gather is [vocab, hidden]; all others are [in, out].
    embeddings = {node.input[0] for node in model.graph.node if node.op_type == "Gather"}
    files = {}
    for tensor in model.graph.initializer:
        if tensor.data_location != TensorProto.EXTERNAL:
            continue
        entry = {item.key: item.value for item in tensor.external_data}
        location = path.parent / entry["location"]
        file = files.setdefault(location, None) or location.open("wb")
        files[location] = file
        file.seek(int(entry["offset"]))
        dims, left = list(tensor.dims), int(np.prod(tensor.dims))
        scale = (dims[1] if tensor.name in embeddings else dims[0]) ** -0.5
        while left:
            count = min(left, BLOCK)
            values = rng.random(count, np.float32) + np.float32(0.5) if len(dims) == 1 else rng.standard_normal(count, np.float32) * np.float32(scale)
            file.write(STORE[tensor.data_type](values).tobytes())
            left -= count
    for location, file in files.items():
        file.close()
        print(f"{location}: {location.stat().st_size} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    fill(args.model, args.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
