#!/usr/bin/env python3
"""Stores the float32 weights of an ONNX graph as bf16 or f16, each behind a Cast to float, and leaves the rest of the graph alone.

    store_weights.py --element=bf16 model.onnx -o small.onnx

The arithmetic stays float32: a graph whose weights already are bf16 values computes the same bits from half the bytes. Constants of
fewer than --min-size elements (RoPE frequencies, scales) stay as they are.
"""
import argparse

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from onnx_graph import tensor


def store(model, element, min_size):
    """-> names of the weights that |element| could not represent exactly."""
    graph, casts, rounded = model.graph, [], []
    for index, initializer in enumerate(graph.initializer):
        if initializer.data_type != TensorProto.FLOAT or np.prod(initializer.dims, dtype=np.int64) < min_size:
            continue
        array = numpy_helper.to_array(initializer)
        stored = tensor(f"{initializer.name}.{element}", array, element)
        if not np.array_equal(numpy_helper.to_array(stored).astype(np.float32), array):
            rounded.append(initializer.name)
        casts.append(helper.make_node("Cast", [stored.name], [initializer.name], name=f"{initializer.name}.cast", to=TensorProto.FLOAT))
        graph.initializer[index].CopyFrom(stored)
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    return rounded


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--element", choices=["bf16", "f16"], required=True)
    parser.add_argument("--min-size", type=int, default=128)
    parser.add_argument("--strip", action="store_true", help="drop value_info and node metadata, which no compiler may rely on")
    parser.add_argument("-o", "--output", required=True)
    args = parser.parse_args()
    model = onnx.load(args.model)
    rounded = store(model, args.element, args.min_size)
    if args.strip:
        del model.graph.value_info[:]
        for node in model.graph.node:
            del node.metadata_props[:]
            node.doc_string = ""
    onnx.checker.check_model(model)
    onnx.save(model, args.output)
    print(f"{args.output}: {len(rounded)} weights changed by rounding" + (": " + ", ".join(rounded) if rounded else ""))


if __name__ == "__main__":
    main()
