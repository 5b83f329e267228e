#!/usr/bin/env python3
"""Hides access codes in a text of 8000 bytes and asks a small trained LLM for one: sparsely, with every layer's cache in host memory too, and with full attention.

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
    parser.add_argument("--needles", type=int, default=64, help="access codes in the text")
    parser.add_argument("--length", type=int, default=8000, help="bytes of text, the question included; at most 8186")
    parser.add_argument("--budget", type=int, default=128, help="tokens that sparse attention reads, besides 4 first and 64 last ones")
    parser.add_argument("--build", default=HERE.parents[1] / "build", type=pathlib.Path)
    args = parser.parse_args()
    if not 1000 <= args.length <= 8186:
        parser.error("--length must be from 1000 to 8186: the model was trained on texts of up to 8192 bytes")

    model = compile_pair(args.build, HERE / "out" / f"needle-{args.budget}.so", args.budget, 8192)
    prompt, text, question, truth = texts.prompt(args.seed, args.length, args.needles)
    print(f"\nA text of {len(text)} bytes with {args.needles} access codes. It begins:\n  {text[:100].strip()} ...\nQuestion: {question.strip()}\n")
    print(f"{'':26} {'answer':13} {'KV read a token':>15} {'caches on the device':>21} {'a token':>9} {'in all':>7}")
    for name, flags in ((f"sparse, budget {args.budget}", []), ("sparse, all layers out", ["--offload-layers=6"]), ("full attention", ["--full-attention"])):
        start = time.monotonic()
        answers, stats = ask(args.build, model, [prompt], *flags)
        seconds, steps = time.monotonic() - start, max(stats.get("decode_steps", 1), 1)
        verdict = "right" if answers[0] == truth else "wrong"
        caches = sum(stats[f"device_{part}"] for part in ("kv_pools", "kv_slots", "retrieval_pools", "staging"))
        print(f"{name:26} {answers[0]}  {verdict}  {stats['kv_bytes_attended'] / steps / 1024:11.0f} KiB {caches / 1024:17.0f} KiB "
              f"{1000 * stats['decode_seconds'] / steps:6.2f} ms {seconds:5.1f} s")
    print(f"{'truth':26} {truth}")


if __name__ == "__main__":
    main()
