#!/usr/bin/env python3
"""CPU decode of a 1B-shaped model, f32, batch 1: spc-run against onnxruntime, and both against the machine's read bandwidth.

    cpu_decode.py --python=VENV/bin/python [--work=FOLDER] [--build=BUILD] [--threads=2] [--steps=32] [--rounds=3] [--prompt=128]

Needs a C compiler, and in VENV the packages of tools/export/requirements.txt. Makes Llama-3.2-1B's graph with random weights in FOLDER (5 GB),
compiles it, and then measures in turn, ROUNDS times: onnxruntime and spc-run, and read bandwidth before, between and after. Writes docs/benchmarks/cpu-decode.md.
"""
import argparse
import datetime
import json
import pathlib
import platform
import random
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]
VOCABULARY = 128256


def output_of(*command):
    result = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: status {result.returncode}\n{result.stderr[-2000:]}")
    return result.stdout, result.stderr


def prepare(args):
    """-> model, object, bandwidth probe; each made once"""
    args.work.mkdir(parents=True, exist_ok=True)
    model, compiled, probe = args.work / "llama1b.onnx", args.work / "llama1b.so", args.work / "read_bandwidth"
    export = ROOT / "tools" / "export"
    if not model.exists():
        output_of(args.python, export / "export_llm.py", "--model=llama-3.2-1b", "--no-weights", "-o", model)
    if not model.with_name("llama1b.onnx.data").exists():
        output_of(args.python, export / "fill_weights.py", model)
    output_of("cc", "-D_GNU_SOURCE", "-O3", "-march=native", "-pthread", ROOT / "bench" / "read_bandwidth.c", "-o", probe)
    _, phases = output_of(args.build / "bin" / "spc-compile", model, "--target=cpu", "-o", compiled, "--max-seq=1024")
    return model, compiled, probe, phases.strip().splitlines()[-1]


def measure_spc(args, compiled, tokens):
    out, err = output_of(args.build / "bin" / "spc-run", compiled, f"--tokens={tokens}", "-n", args.steps, f"--threads={args.threads}", "--stats")
    stats = {words[0]: float(words[1]) for words in (line.split() for line in err.splitlines()) if len(words) == 2}
    return {"tokens": [int(word) for word in out.split()], "step": stats["decode_seconds"] / stats["decode_steps"], "weights": stats["device_weights"]}


def measure_onnxruntime(args, model, tokens):
    out, _ = output_of(args.python, ROOT / "bench" / "onnxruntime_decode.py", f"--threads={args.threads}", f"--tokens={tokens}", "-n", args.steps, model)
    result = json.loads(out.splitlines()[-1])
    return {"tokens": result["tokens"], "step": statistics.median(result["seconds"]), "version": result["version"]}


def cpu_name():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def spread(values):
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def report(args, rounds, phase, size):
    spc, ort = [1e3 * r["spc"]["step"] for r in rounds], [1e3 * r["ort"]["step"] for r in rounds]
    roof = [bytes_a_second / 1e9 for r in rounds for bytes_a_second in r["bandwidth"]]
    reached = [size / r["spc"]["step"] / 1e9 for r in rounds]
    reached_ort = [size / r["ort"]["step"] / 1e9 for r in rounds]
    same = sum(a == b for a, b in zip(rounds[0]["spc"]["tokens"], rounds[0]["ort"]["tokens"]))
    # What the memory gives changes from second to second on a shared machine: each engine is compared with the readings around it.
    share_ort = [100 * reached_ort[i] / (sum(r["bandwidth"][0:2]) / 2e9) for i, r in enumerate(rounds)]
    share = [100 * reached[i] / (sum(r["bandwidth"][1:3]) / 2e9) for i, r in enumerate(rounds)]
    text = f"""# CPU decode of a 1B-shaped model

Llama-3.2-1B's graph (torch dynamo, opset 18) with random f32 weights ({size / 1e9:.2f} GB, tied embedding), batch 1, a prompt of {args.prompt} tokens,
{args.steps - 1} decode steps, {args.threads} threads; {cpu_name()}, {datetime.date.today()}. Each of {len(rounds)} rounds measured bandwidth, onnxruntime
{rounds[0]['ort']['version']}, bandwidth, spc-run and bandwidth one after the other: the median step of onnxruntime, the mean step of spc-run; the figures are the median, lowest and highest of the
rounds. Made by `bench/cpu_decode.py`.

| | ms a token | GB/s of weights read | % of the read bandwidth around it |
|---|---|---|---|
| onnxruntime | {spread(ort)} | {spread(reached_ort)} | {spread(share_ort)} |
| spc-run | {spread(spc)} | {spread(reached)} | {spread(share)} |

Read bandwidth ({args.threads} threads summing a 2 GiB buffer, `bench/read_bandwidth.c`, huge pages, best of 8 passes): {spread(roof)} GB/s.
Time for a token, onnxruntime over spc-run, by round: {', '.join(f'{o / s:.2f}' for o, s in zip(ort, spc))}.
{same} of {args.steps} greedy tokens are the same. Compiling took: `{phase}`.
"""
    args.output.parent.mkdir(parents=True, exist_ok=True)
    args.output.write_text(text)
    print(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", required=True, help="Python with onnxruntime (and torch, when the model is not there yet)")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/spc-bench"))
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "docs" / "benchmarks" / "cpu-decode.md")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--prompt", type=int, default=128)
    args = parser.parse_args()
    model, compiled, probe, phase = prepare(args)
    tokens = args.work / "prompt.txt"
    rng = random.Random(0)
    tokens.write_text(" ".join(str(rng.randrange(VOCABULARY)) for _ in range(args.prompt)) + "\n")
    rounds = []
    for _ in range(args.rounds):
        bandwidth = [float(output_of(probe, args.threads)[0])]
        ort = measure_onnxruntime(args, model, tokens)
        bandwidth.append(float(output_of(probe, args.threads)[0]))
        spc = measure_spc(args, compiled, tokens)
        bandwidth.append(float(output_of(probe, args.threads)[0]))
        rounds.append({"bandwidth": bandwidth, "ort": ort, "spc": spc})
        print(json.dumps({key: value if key == "bandwidth" else value["step"] for key, value in rounds[-1].items()}), flush=True)
    report(args, rounds, phase, rounds[0]["spc"]["weights"])


if __name__ == "__main__":
    main()
