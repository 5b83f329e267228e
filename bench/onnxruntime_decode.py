#!/usr/bin/env python3
"""Decodes greedily with onnxruntime, batch 1, and prints one JSON line: the generated tokens and the seconds of each decode step.

    onnxruntime_decode.py --threads=2 --tokens=FILE -n N model.onnx

KV stays in onnxruntime's own buffers between steps, so that only token ids cross into Python.
"""
import argparse
import json
import time

import numpy as np
import onnxruntime


class Decoder:
    def __init__(self, path, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.past = {item.name: onnxruntime.OrtValue.ortvalue_from_numpy(np.zeros((1, item.shape[1], 0, item.shape[3]), np.float32))
                     for item in self.session.get_inputs() if item.name.startswith("past_key_values")}
        self.outputs = [item.name for item in self.session.get_outputs()]
        self.length = 0

    def step(self, ids):
        """-> logits of the last token"""
        wrap = onnxruntime.OrtValue.ortvalue_from_numpy
        positions = np.arange(self.length, self.length + len(ids), dtype=np.int64)[None]
        self.length += len(ids)
        feed = {"input_ids": wrap(np.array([ids], np.int64)), "position_ids": wrap(positions),
                "attention_mask": wrap(np.ones((1, self.length), np.int64)), **self.past}
        results = dict(zip(self.outputs, self.session.run_with_ort_values(self.outputs, feed)))
        self.past = {name: results[name.replace("past_key_values", "present")] for name in self.past}
        return results["logits"].numpy()[0, -1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--tokens", required=True)
    parser.add_argument("-n", type=int, required=True)
    args = parser.parse_args()
    with open(args.tokens) as file:
        prompt = [int(word) for word in file.readline().split()]
    decoder = Decoder(args.model, args.threads)
    tokens, seconds = [int(decoder.step(prompt).argmax())], []
    while len(tokens) < args.n:
        start = time.perf_counter()
        logits = decoder.step(tokens[-1:])
        tokens.append(int(logits.argmax()))
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"tokens": tokens, "seconds": seconds, "version": onnxruntime.__version__}))


if __name__ == "__main__":
    main()
