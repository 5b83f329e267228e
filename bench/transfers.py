#!/usr/bin/env python3
"""What a trained retrieval head makes a step load: the needle pair (examples/needle) decodes on after prompts of 8000 bytes, all layers in host memory.

    transfers.py [--build=build] [--target=cpu] [--budgets=64,128,256] [--prompts=8] [--tokens=128]

Of each budget, with a set of tokens for each KV head and with one for all: rows selected and loaded in a step and KV head, the bytes that all layers load against those
of loading the whole selection every step, and how much consecutive selections overlap. The first step, which loads everything, does not count. Answers: how many of
the prompts' questions are answered right.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
NEEDLE = ROOT / "examples" / "needle"
sys.path.insert(0, str(NEEDLE))
import texts  # noqa: E402

LAYERS, KV_HEADS, ROW_BYTES = 6, 4, 2 * 32 * 4  # of the pair, K and V in f32


def run(args, model, tokens, count):
    command = [str(args.build / "bin" / "spc-run"), str(model), f"--tokens={tokens}", "-n", str(count), "--stats", f"--offload-layers={args.layers}"]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise SystemExit(result.stderr.strip())
    words = (line.split() for line in result.stderr.splitlines())
    stats = {word[0]: float(word[1]) for word in words if len(word) == 2 and word[1].replace(".", "").replace("e-", "").isdigit()}
    return [bytes(int(word) & 0xFF for word in line.split()) for line in result.stdout.splitlines()], stats


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--target", default="cpu")
    parser.add_argument("--budgets", default="64,128,256")
    parser.add_argument("--prompts", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=128)
    args = parser.parse_args()
    args.layers = LAYERS
    prompts = [texts.prompt(1000 + seed, 8000, 64) for seed in range(args.prompts)]
    print("| budget | sets | rows selected | rows loaded | overlap | KB loaded a step | KB of the whole selection | answers |\n|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        tokens = pathlib.Path(folder, "prompts.txt")
        tokens.write_text("".join(" ".join(map(str, ids)) + "\n" for ids, *_ in prompts))
        for budget in map(int, args.budgets.split(",")):
            for level in ("head", "token"):
                model = pathlib.Path(folder, f"{level}{budget}.so")
                subprocess.run([str(args.build / "bin" / "spc-compile"), str(NEEDLE / "llm.onnx"), f"--retriever={NEEDLE / 'head.onnx'}", f"--target={args.target}",
                                f"--kv-budget={budget}", "--max-seq=8448", f"--selection={level}", "--quiet", "-o", str(model)], check=True)
                _, first = run(args, model, tokens, 2)  # one step a prompt
                answers, stats = run(args, model, tokens, args.tokens)
                steps = args.prompts * (args.tokens - 2)
                selected, loaded = ((stats[name] - first[name]) / steps / KV_HEADS for name in ("rows_selected", "rows_loaded"))
                size = KV_HEADS * ROW_BYTES * LAYERS / 1000
                right = sum(answer[:5] == truth.encode() for answer, (*_, truth) in zip(answers, prompts))
                print(f"| {budget} | {'one a KV head' if level == 'head' else 'one for all'} | {selected:.1f} | {loaded:.2f} | {1 - loaded / selected:.3f} | {size * loaded:.1f} "
                      f"| {size * selected:.1f} | {right} of {args.prompts} |", flush=True)


if __name__ == "__main__":
    main()
