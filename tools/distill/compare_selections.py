#!/usr/bin/env python3
"""Compares what a compiled object selects with dump_selections.py's file, step by step, on the same tokens.

    compare_selections.py MODEL.so selections.npz --budget=128 --build=BUILD

MODEL.so is compiled for the CPU with that budget from the same weights. Where the sets differ, the reference's margin says whether rounding can be why.
Exits 1 when a set differs at a margin above --margin.
"""
import argparse
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "eval"))
import spcrt  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("selections")
    parser.add_argument("--budget", type=int, required=True)
    parser.add_argument("--recent", type=int, default=64)
    parser.add_argument("--margin", type=float, default=1e-4, help="relative distance of probabilities that rounding may turn round")
    parser.add_argument("--build", default=pathlib.Path(__file__).resolve().parents[2] / "build")
    args = parser.parse_args()
    arrays = np.load(args.selections)
    session = spcrt.Session(spcrt.Model(spcrt.Library(args.build), args.model))
    session.set_selection(args.budget, args.recent)
    prompts = sum(name.startswith("tokens_") for name in arrays.files)
    sets = same = wrong = tokens_differ = 0
    largest = 0.0
    for index in range(prompts):
        tokens, length = arrays[f"tokens_{index}"].tolist(), int(arrays[f"prompt_{index}"])
        selected, margins = arrays[f"selected_{index}"], arrays[f"margin_{index}"]
        session.start()
        session.prefill(tokens[:length])
        for step, token in enumerate(tokens[length:]):
            session.decode(token)
            for head in range(selected.shape[1]):
                mine = set(session.selection(head))
                missing = len(set(selected[step, head].tolist()) - mine)
                sets += 1
                same += not missing
                if missing:
                    tokens_differ += missing
                    largest = max(largest, float(margins[step, head]))
                    wrong += margins[step, head] > args.margin
                    print(f"prompt {index} step {step} KV head {head}: {missing} tokens differ, margin {margins[step, head]:.1e}")
    print(f"{prompts} prompts, {sets} sets: {same} equal, {sets - same} differ by {tokens_differ} tokens in all, largest margin among these {largest:.1e}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
