#!/usr/bin/env python3
"""What limited device memory costs: steps with layers in host memory against the same selections with everything on the device, and steps while sequences grow.

    adaptive.py measure OBJECT.so --output=results.json [--spc-bench=build/bin/spc-bench] [--limits=24GiB,40GiB] [--cases="1:32768,65536 4:32768"]
                        [--growth="8:1024:15360"] [--change-rate=0.2] [--steps=24] [--seconds=N] [--skip=calibrate,cases,growth]
    adaptive.py report results.json [--svg=growth.svg]
    adaptive.py moves trace.json

A case is a batch and a context; --growth="BATCH:FIRST:STEPS ..." decodes STEPS times from FIRST tokens on under the first limit, in as many runs as are named, all of one
batch. Weights, contexts and selections are random, a share of --change-rate of each selection is new in each step. `measure` runs on the GPU's machine and needs
Python's standard library alone; what does not fit into --seconds is left out and said so. docs/benchmarks/adaptive.md says what the columns are. `moves` tells of a
timeline of spc-run --trace how layers that move lie beside what is computed.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

NEIGHBOURS = 16  # on each side of a step, whose median it is compared with


class Measuring:
    def __init__(self, args):
        self.args, self.begun, self.left_out = args, time.monotonic(), []
        self.folder = pathlib.Path(tempfile.mkdtemp())

    def left(self):
        return self.args.seconds - (time.monotonic() - self.begun)

    def bench(self, what, *flags):
        """-> the JSON of a run of spc-bench, None when it failed or there was no time"""
        path = self.folder / "bench.json"
        path.unlink(missing_ok=True)
        if self.left() < 5:
            self.left_out.append(f"{what}: no time")
            return None
        command = [self.args.spc_bench, self.args.object, "--weights=random", *flags]
        print(f"[{time.monotonic() - self.begun:6.1f} s] {what}: {' '.join(map(str, flags))}", flush=True)
        try:
            done = subprocess.run(command + ([] if what == "calibrate" else [f"--json={path}"]), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=self.left())
            text, code = done.stdout.decode(errors="replace"), done.returncode
        except subprocess.TimeoutExpired as error:
            text, code = (error.stdout or b"").decode(errors="replace"), "out of time"
        print("\n".join(text.splitlines()[-6:]), flush=True)
        if code != 0:
            self.left_out.append(f"{what}: {code}: {text[-300:]}")
        return json.loads(path.read_text()) if path.exists() else None


def parse_cases(text):
    return [(int(batch), [int(context) for context in contexts.split(",")]) for batch, contexts in (word.split(":") for word in text.split())]


def read_steps(path):
    """-> [tokens of a sequence, seconds, layers out] of each timed step"""
    rows = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
    return [[int(row[1]), float(row[3]), int(row[4])] for row in rows if len(row) == 5]


def measure(args):
    run, skip = Measuring(args), args.skip.split(",")
    results = {"change_rate": args.change_rate, "cases": [], "growth": {}}

    def save():
        results["left_out"] = run.left_out
        args.output.write_text(json.dumps(results))

    if "calibrate" not in skip:
        machine = run.folder / "machine.json"
        run.bench("calibrate", f"--calibrate={machine}")
        results["machine"] = json.loads(machine.read_text()) if machine.exists() else None
        save()
    limits = args.limits.split(",")
    for limit in ["", *limits] if "cases" not in skip else []:
        for batch, contexts in parse_cases(args.cases):
            flags = [f"--device-memory={limit}"] if limit else ["--offload-layers=0"]
            found = run.bench(f"batch {batch}, {limit or 'all on the device'}", f"--batch={batch}", f"--context={','.join(map(str, contexts))}",
                              f"--change-rate={args.change_rate}", f"--steps={args.steps}", *flags)
            if found:
                results["device"] = found["device"]
                results["cases"] += [{"limit": limit, **case} for case in found["decode"]]
            save()
    if "growth" not in skip:
        runs = [tuple(map(int, word.split(":"))) for word in args.growth.split()]
        batch, begin, end = runs[0][0], min(first for _, first, _ in runs), max(first + steps for _, first, steps in runs)
        # Without a limit a few steps at several lengths are enough: nothing moves.
        parts = [(limits[0], str(first), steps) for _, first, steps in runs] + [("", ",".join(str(begin + (end - begin) * i // 8) for i in range(9)), 16)]
        for limit, lengths, steps in parts:
            path = run.folder / "steps.txt"
            path.unlink(missing_ok=True)
            found = run.bench(f"growth, {limit or 'all on the device'}", f"--batch={batch}", f"--context={lengths}", f"--steps={steps}",
                              f"--change-rate={args.change_rate}", f"--step-times={path}", *([f"--device-memory={limit}"] if limit else ["--offload-layers=0"]))
            if found:
                results["device"] = found["device"]
            growth = results["growth"].setdefault(limit, {"batch": batch, "runs": [], "ends": []})
            growth["runs"].append(read_steps(path))
            growth["ends"].append(found["decode"][0] if found else None)
            save()
    for line in run.left_out:
        print(f"left out: {line}")


# ---- The report

def case_rows(results):
    """Cases with layers out against the same without a limit. Rows can be loaded from when they are chosen until the last layer needs them, so no step is shorter than
    what comes before, the time of what passes the link and what comes after; both are shares of the profiled commands of the case without a limit, of that case's step. "Transfer" is of the rows
    as they are on the device, by plain copies, however few bytes they become."""
    resident = {(case["batch"], case["context"]): case for case in results["cases"] if not case["limit"] and "seconds" in case}
    link = results["machine"]["copy_bandwidth"]
    for case in results["cases"]:
        if not case["limit"]:
            continue
        alone = resident.get((case["batch"], case["context"]))
        if "does_not_fit" in case:
            yield f"| {case['limit']} | {case['batch']} | {case['context']} | does not fit |"
            continue
        loaded, linked = case["loaded_bytes"], case.get("linked_bytes", case["loaded_bytes"])
        transfer = loaded / link
        compute = alone["seconds"] if alone else None
        over = ["does not fit", "", "", "", ""]
        if compute:
            before, after = (compute * alone[f"{name}_transfers_seconds"] / alone["profiled_seconds"] for name in ("before", "after"))
            possible = max(compute, before + linked / link + after) if loaded else compute
            over = [f"{1e3 * compute:.2f}"] + [f"{100 * (case['seconds'] / other - 1):+.0f}%" for other in (compute, max(compute, transfer))]
            over += [f"{1e3 * before:.2f} + {1e3 * after:.2f}", f"{100 * (case['seconds'] / possible - 1):+.0f}%"]
        cells = [case["limit"], case["batch"], case["context"], case["offloaded_layers"], f"{loaded / 1e6:.1f}", f"{linked / 1e6:.1f}", f"{1e3 * transfer:.2f}", over[0],
                 f"{1e3 * case['seconds']:.2f}", *over[1:], f"{case['batch'] / case['seconds']:.0f}",
                 f"{100 * (case['device_allocated'] / case['device_planned'] - 1):+.2f}%"]
        yield "| " + " | ".join(map(str, cells)) + " |"


def worst_step(steps):
    """-> (the largest of seconds over the median of the steps around it, that step)"""
    worst = (0, None)
    for i, step in enumerate(steps):
        around = [other[1] for other in steps[max(0, i - NEIGHBOURS):i] + steps[i + 1:i + 1 + NEIGHBOURS]]
        if around:
            worst = max(worst, (step[1] / statistics.median(around), step), key=lambda pair: pair[0])
    return worst


def growth_text(growth, limit):
    runs, batch = [run for run in growth["runs"] if run], growth["batch"]
    ratio, step = max((worst_step(run) for run in runs), key=lambda pair: pair[0])
    steps = [step for run in runs for step in run]
    over = sorted(step[1] for step in steps)
    changes = [(a[0], a[2], b[2]) for run in runs for a, b in zip(run, run[1:]) if a[2] != b[2]]
    moves = [sum(max(0, sign * (after - before)) for _, before, after in changes) for sign in (1, -1)]
    ranges = ", ".join(f"from {run[0][0]} to {run[-1][0]}" for run in runs)
    return (f"{len(steps)} steps of {batch} sequence{'s' if batch > 1 else ''}, {ranges} tokens, under {limit}: {moves[0]} layers moved out, {moves[1]} back. "
            f"Median {1e3 * over[len(over) // 2]:.2f} ms, 99% within {1e3 * over[len(over) * 99 // 100]:.2f} ms, 99.9% within {1e3 * over[len(over) * 999 // 1000]:.2f}, "
            f"the longest {1e3 * over[-1]:.2f}. The step that stands out most takes {ratio:.2f} times the median of its {2 * NEIGHBOURS} neighbours "
            f"({1e3 * step[1]:.2f} ms, at {step[0]} tokens).\n\nLayers out: " + ", ".join(f"{after} from {at} tokens on" for at, _, after in changes) + ".")


def report(args):
    results = json.loads(args.results.read_text())
    machine = results.get("machine")
    print(f"{results.get('device', 'no device')}; {100 * results['change_rate']:.0f}% of each selection is new in each step.", end=" ")
    if machine:
        print(f"Link: {machine['copy_bandwidth'] / 1e9:.1f} GB/s by plain copies, {machine['link_bandwidth'] / 1e9:.1f} by prefetches.")
    if machine and results["cases"]:
        print("\n| limit | batch | context | layers out | MB loaded a step | MB through the link | ms, those rows by plain copies | ms, all on the device | ms | over that | over the larger of both "
              "| ms before and after | over what dependence allows | tokens/s "
              "| memory against the plan |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
        for row in case_rows(results):
            print(row)
    for limit, growth in results["growth"].items():
        if limit and any(growth["runs"]):
            print("\n" + growth_text(growth, limit))
    for line in results.get("left_out", []):
        print(f"\nleft out: {line}")
    if args.svg:
        args.svg.write_text(draw(results))


# ---- The drawing: tokens a second against the tokens of all sequences, a dot a bin of steps; the slowest step of each bin; layers out.

WIDTH, HEIGHT, LEFT, TOP, BINS = 720, 280, 60, 30, 180


def draw(results):
    limit, growth = next((limit, growth) for limit, growth in results["growth"].items() if limit)
    runs, batch = sorted(run for run in growth["runs"] if run), growth["batch"]
    steps = [step for run in runs for step in run]
    free = [step for run in results["growth"].get("", {}).get("runs", []) for step in run]
    first, last = steps[0][0] * batch, steps[-1][0] * batch
    fastest = max(batch / seconds for _, seconds, _ in steps + free)
    highest = next(4 * digit * 10**power for power in range(-3, 9) for digit in (1, 2, 2.5, 5) if 4 * digit * 10**power >= 1.05 * fastest)
    most_out = max(step[2] for step in steps) or 1

    def x(tokens):
        return LEFT + WIDTH * (tokens - first) / max(1, last - first)

    def y(rate):
        return TOP + HEIGHT * (1 - rate / highest)

    def text(at_x, at_y, words, anchor="middle", colour="#222222"):
        return f'<text x="{at_x:.1f}" y="{at_y:.1f}" font-size="11" text-anchor="{anchor}" fill="{colour}">{words}</text>'

    def path(points, colour, extra=""):
        return f'<polyline points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}" fill="none" stroke="{colour}"{extra}/>'

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 50}" height="{TOP + HEIGHT + 60}" font-family="sans-serif">',
             '<rect width="100%" height="100%" fill="white"/>',
             text(LEFT + WIDTH / 2, 16, f"{batch} sequence{'s' if batch > 1 else ''} of Llama-3.1-8B's shapes in {limit}, {results.get('device', '')}")]
    for i in range(5):
        rate = highest * i / 4
        parts += [f'<line x1="{LEFT}" y1="{y(rate):.1f}" x2="{LEFT + WIDTH}" y2="{y(rate):.1f}" stroke="#dddddd"/>', text(LEFT - 6, y(rate) + 4, f"{rate:.0f}", "end")]
    for i in range(9):
        tokens = first + (last - first) * i / 8
        parts.append(text(x(tokens), TOP + HEIGHT + 16, f"{tokens / 1024:.0f}k"))
    parts.append(text(LEFT + WIDTH / 2, TOP + HEIGHT + 34, "tokens of all sequences"))
    size = max(1, len(steps) // BINS)
    for run in runs:  # what was measured at a stretch is a line
        bins = [run[i:i + size] for i in range(0, len(run), size)]
        middle = [(x(part[len(part) // 2][0] * batch), part) for part in bins]
        parts.append(path([(at, TOP + HEIGHT * (1 - part[-1][2] / most_out)) for at, part in middle], "#c9b458", ' stroke-width="1" stroke-dasharray="2 2"'))
        parts.append(path([(at, y(batch / max(step[1] for step in part))) for at, part in middle], "#e0a080", ' stroke-width="1"'))
        parts.append(path([(at, y(batch / statistics.median(step[1] for step in part))) for at, part in middle], "#0b6fb8", ' stroke-width="1.6"'))
    if free:
        lengths = sorted({step[0] // 64 for step in free})
        points = [(x(64 * length * batch), y(batch / statistics.median(step[1] for step in free if step[0] // 64 == length))) for length in lengths]
        parts.append(path(points, "#666666", ' stroke-dasharray="5 3"'))
    at = LEFT
    for colour, words in (("#0b6fb8", "tokens/s, median"), ("#e0a080", f"the slowest step of {size}"), ("#666666", "all on the device"),
                          ("#c9b458", f"layers out, 0 to {most_out}")):
        parts += [f'<rect x="{at}" y="{TOP + HEIGHT + 46}" width="12" height="4" fill="{colour}"/>', text(at + 17, TOP + HEIGHT + 52, words, "start")]
        at += 180
    return "\n".join(parts) + "\n</svg>\n"


# ---- Moves on a timeline

def overlap(a, b):
    """seconds that spans of a and b, each sorted and apart, have in common"""
    i = j = 0
    common = 0.0
    while i < len(a) and j < len(b):
        common += max(0.0, min(a[i][1], b[j][1]) - max(a[i][0], b[j][0]))
        i, j = (i + 1, j) if a[i][1] < b[j][1] else (i, j + 1)
    return common


def moves(args):
    events = json.loads(args.trace.read_text())["traceEvents"]
    tracks = {event["tid"]: event["args"]["name"] for event in events if event["name"] == "thread_name"}
    spans = [(event["ts"] * 1e-6, (event["ts"] + event["dur"]) * 1e-6, tracks[event["tid"]], event) for event in events if event["ph"] == "X"]
    steps = sorted((begin, end) for begin, end, track, event in spans if track == "host" and event["args"]["program"] == "decode")
    computing = sorted((begin, end) for begin, end, track, event in spans if track == "compute stream" and event["args"]["program"] == "decode")
    moving = sorted((begin, end, event) for begin, end, track, event in spans if track == "layers on the move")
    beside = [span for span in moving if steps and span[1] > steps[0][0]]
    seconds, size = sum(end - begin for begin, end, _ in beside), sum(event["args"]["bytes"] for _, _, event in beside)
    busy = sum(any(begin < step[1] and end > step[0] for begin, end, _ in beside) for step in steps)
    print(f"{len(steps)} decode steps; {len(beside)} copies of {len({event['args']['layer'] for _, _, event in beside})} layers on the move since the first, "
          f"{size / 1e6:.1f} MB in {1e3 * seconds:.2f} ms ({size / seconds / 1e9 if seconds else 0:.1f} GB/s), {len(moving) - len(beside)} copies before.")
    pairs = [(begin, end) for begin, end, _ in beside]
    within, covered = (100 * overlap(pairs, others) / seconds if seconds else 0 for others in (steps, computing))
    print(f"Of their time {within:.0f}% lies within steps, {covered:.0f}% beside a command of decode that computes; {busy} steps have a copy beside them.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    measuring = commands.add_parser("measure")
    measuring.add_argument("object")
    measuring.add_argument("--output", type=pathlib.Path, required=True)
    measuring.add_argument("--spc-bench", default=str(pathlib.Path(__file__).resolve().parents[1] / "build" / "bin" / "spc-bench"))
    measuring.add_argument("--limits", default="24GiB,40GiB")
    measuring.add_argument("--cases", default="1:32768,65536,98304,131072 4:32768,65536,98304 8:32768,65536")
    measuring.add_argument("--growth", default="8:1024:15360")
    measuring.add_argument("--change-rate", type=float, default=0.2)
    measuring.add_argument("--steps", type=int, default=24)
    measuring.add_argument("--seconds", type=float, default=3600)
    measuring.add_argument("--skip", default="")
    reporting = commands.add_parser("report")
    reporting.add_argument("results", type=pathlib.Path)
    reporting.add_argument("--svg", type=pathlib.Path)
    moving = commands.add_parser("moves")
    moving.add_argument("trace", type=pathlib.Path)
    args = parser.parse_args()
    return {"measure": measure, "report": report, "moves": moves}[args.command](args)


if __name__ == "__main__":
    sys.exit(main())
