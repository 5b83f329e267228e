#!/usr/bin/env python3
"""Share of prompts answered with exactly the right five digits by the compiled pair.

    evaluate.py [--prompts=100] [--needles=8] [--budget=1024] [--first-seed=0] [--full-attention] [--build=FOLDER]

The texts are 8186 bytes long: with BOS and the answer, the model's 8192 tokens. The prompt is prefilled with full attention; the answer's
tokens after the first are decoded sparsely. Prompts run in groups, and the running score is printed after each.
"""
import argparse
import pathlib
import time

import texts
from compiled import HERE, ask, compile_pair

GROUP = 10


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=int, default=100)
    parser.add_argument("--needles", type=int, default=8)
    parser.add_argument("--budget", type=int, default=1024)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--full-attention", action="store_true")
    parser.add_argument("--build", default=HERE.parents[1] / "build", type=pathlib.Path)
    args = parser.parse_args()
    model = compile_pair(args.build, HERE / "out" / f"needle-{args.budget}.so", args.budget, 8192)
    right = done = 0
    start = time.monotonic()
    for first in range(0, args.prompts, GROUP):
        seeds = range(args.first_seed + first, args.first_seed + min(first + GROUP, args.prompts))
        cases = [texts.prompt(seed, needles=args.needles) for seed in seeds]
        answers, _ = ask(args.build, model, [case[0] for case in cases], *["--full-attention"] * args.full_attention)
        for seed, (_, _, question, truth), answer in zip(seeds, cases, answers):
            right, done = right + (answer == truth), done + 1
            if answer != truth:
                print(f"seed {seed}: {question}truth {truth}, answered {answer}")
        print(f"{right} of {done} right, {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
