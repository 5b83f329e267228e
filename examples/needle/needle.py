#!/usr/bin/env python3
"""Hides access codes in a text of 8000 bytes and asks a small trained LLM for one, decoding sparsely and with full attention.

    needle.py [--seed=N] [--needles=N] [--length=BYTES] [--budget=TOKENS] [--build=FOLDER]
"""
import argparse
import pathlib
import time

import texts
from compiled import HERE, ask, compile_pair


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="of the text")
    parser.add_argument("--needles", type=int, default=8, help="access codes in the text")
    parser.add_argument("--length", type=int, default=8000, help="bytes of text, the question included; at most 8186")
    parser.add_argument("--budget", type=int, default=1024, help="tokens that sparse attention reads, besides 4 first and 64 last ones")
    parser.add_argument("--build", default=HERE.parents[1] / "build", type=pathlib.Path)
    args = parser.parse_args()
    if not 1000 <= args.length <= 8186:
        parser.error("--length must be from 1000 to 8186: the model was trained on texts of up to 8192 bytes")

    model = compile_pair(args.build, HERE / "out" / f"needle-{args.budget}.so", args.budget, 8192)
    prompt, text, question, truth = texts.prompt(args.seed, args.length, args.needles)
    print(f"\nA text of {len(text)} bytes with {args.needles} access codes. It begins:\n  {text[:100].strip()} ...\nQuestion: {question.strip()}\n")
    for name, full in ((f"sparse, budget {args.budget}", False), ("full attention", True)):
        start = time.monotonic()
        answers, stats = ask(args.build, model, [prompt], full)
        seconds, steps = time.monotonic() - start, max(stats.get("decode_steps", 1), 1)
        verdict = "right" if answers[0] == truth else "wrong"
        print(f"{name:22} {answers[0]}  {verdict}   {stats['kv_bytes_attended'] / steps / 1024:8.0f} KiB of KV read a token, "
              f"{1000 * stats['decode_seconds'] / steps:6.2f} ms a token, {seconds:.1f} s with the prompt's prefill")
    print(f"{'truth':22} {truth}")


if __name__ == "__main__":
    main()
