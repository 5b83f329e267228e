#!/usr/bin/env python3
"""Whether two runs of spc_eval.py gave the same answers: of the same pair on a CPU and on a GPU, say.

    compare_answers.py a.json b.json [--same]

Compares prompt by prompt what both runs asked, with the same selector and budget. --same: exit 1 when an answer differs, or nothing was asked in both.
"""
import argparse
import json
import pathlib
import sys


def answers(path):
    """-> {(task, length, selector, budget): {seed: answers}}"""
    rows = json.loads(pathlib.Path(path).read_text())["results"]
    return {(row["task"], row["length"], row["selector"], row["budget"]): {seed: given for seed, _, *given in row["answers"]} for row in rows}


def compare(a, b):
    """-> [(what was asked, prompts asked in both, [(seed, answers of a, answers of b) that differ])]"""
    compared = []
    for key in a:
        seeds = sorted(a[key].keys() & b.get(key, {}).keys())
        if seeds:
            compared.append((key, len(seeds), [(seed, a[key][seed], b[key][seed]) for seed in seeds if a[key][seed] != b[key][seed]]))
    return compared


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("a")
    parser.add_argument("b")
    parser.add_argument("--same", action="store_true")
    args = parser.parse_args()
    asked = different = 0
    for (task, length, selector, budget), count, differing in compare(answers(args.a), answers(args.b)):
        print(f"{task} {length} {selector} {budget or ''}: {count - len(differing)} of {count} prompts the same")
        for seed, one, other in differing:
            print(f"    seed {seed}: {' '.join(one)} | {' '.join(other)}")
        asked, different = asked + count, different + len(differing)
    print(f"{asked - different} of {asked} answers the same")
    return int(args.same and (different > 0 or asked == 0))


if __name__ == "__main__":
    sys.exit(main())
