#!/usr/bin/env python3
"""Makes logits.txt: what onnxruntime computes for the graphs of test/data, fed seven tokens as a chunk of four and a chunk of three.

    python3 make_logits.py > logits.txt

A line is a file name, then every eighth value of output 0 for the last token of the second chunk. Graphs that onnxruntime's CPU provider cannot
run (bfloat16) are left out.
"""
import glob
import os
import sys

import numpy as np
import onnxruntime

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(int64)": np.int64, "tensor(int32)": np.int32}
TOKENS = (np.arange(7) * 37 + 11) % 150


def feed_of(session, begin, end, presents, head_size):
    feed = {}
    for i in session.get_inputs():
        element = TYPES[i.type]
        if i.name == "input_ids":
            value = TOKENS[None, begin:end]
        elif i.name == "position_ids":
            value = np.arange(begin, end)[None]
        elif i.name == "attention_mask":
            value = np.ones((1, end))
        elif i.name == "hidden_states":
            size = i.shape[2]
            value = np.sin(np.arange(begin * size, end * size, dtype=np.float64) * 0.7).reshape(1, -1, size)
        elif presents:
            value = presents[i.name.replace("past_key_values", "present")]
        else:
            value = np.zeros((1, i.shape[1], 0, head_size))
        feed[i.name] = value.astype(element)
    return feed


def logits(path):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = [o.name for o in session.get_outputs()]
    for head_size in (16, 32):  # where the graph leaves it symbolic
        try:
            first = session.run(None, feed_of(session, 0, 4, None, head_size))
            break
        except onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument:
            continue
    second = session.run(None, feed_of(session, 4, 7, dict(zip(names, first)), head_size))
    return np.asarray(second[0], np.float32).reshape(-1, second[0].shape[-1])[-1, ::8]


def main():
    for path in sorted(glob.glob(os.path.join(DATA, "*.onnx"))):
        try:
            values = logits(path)
        except onnxruntime.capi.onnxruntime_pybind11_state.NotImplemented:
            continue
        print(os.path.basename(path), " ".join("%.7g" % v for v in values))


if __name__ == "__main__":
    sys.exit(main())
