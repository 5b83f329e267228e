#!/usr/bin/env python3
"""Puts measured tables into docs/benchmarks/cuda-decode.md, between its markers. Needs Python's standard library only.

    cuda_report.py [--comparison=RESULTS.json] [--grid=GRID.json ...] [--output=docs/benchmarks/cuda-decode.md]

RESULTS.json is of bench/cuda_decode.py, GRID.json of spc-bench --json; several are one table each. A section whose figures are not given stays as it is.
"""
import argparse
import json
import pathlib
import re

DOCUMENT = pathlib.Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "cuda-decode.md"


def table(titles, rows):
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def milliseconds(figures):
    return f"{1e3 * figures['seconds']:.3f} ({1e3 * figures['least']:.3f} to {1e3 * figures['most']:.3f})"


def percent(share):
    return "" if share is None else f"{100 * share:.1f}%"


def gigabytes(count):
    return "" if count is None else f"{count / 1e9:.1f}"


# ---- Against transformers and FlashInfer


def spc_rows(results):
    for case in (results["spc"] or {}).get("decode", []):
        yield {"engine": f"spc, {case['attention']}", "cache": "", "peak_memory": case.get("device_allocated"), **case}


def transformers_rows(results):
    for case in results["transformers"]:
        yield {**case, "engine": f"transformers, {case['attention']}"}


def flashinfer_rows(results):
    for case in results.get("flashinfer", []):
        yield {**case, "engine": f"FlashInfer, {'tensor' if case['tensor_cores'] else 'CUDA'} cores", "cache": "paged"}


def fastest(rows):
    """engine -> its figures at the batch, and with the cache, that give it the most tokens a second"""
    best = {}
    for row in rows:
        if "seconds" in row:
            best[row["engine"]] = max(best.get(row["engine"], row), row, key=lambda figures: figures["tokens_per_second"])
    return best


def comparison(results):
    machine, rows = results["machine"], [*spc_rows(results), *transformers_rows(results), *flashinfer_rows(results)]
    lines = []
    for row in rows:
        if "does_not_fit" in row:
            lines.append([row["engine"], row["cache"], str(row["batch"]), "does not fit", "", ""])
        else:
            lines.append([row["engine"], row["cache"], str(row["batch"]), milliseconds(row), f"{row['tokens_per_second']:.1f}", gigabytes(row.get("peak_memory"))])
    text = [f"Context {results['context']}, one run on {machine['date']}: {machine['gpu']}, driver {machine['driver']}, CUDA {machine['cuda']}, PyTorch "
            f"{machine['torch']}, transformers {machine['transformers']}{', FlashInfer ' + machine['flashinfer'] if machine.get('flashinfer') else ''}; "
            f"`{machine['command']}`."]
    if results["copy"]:
        text.append(f"A device-to-device copy of 4 GiB in the same run: {results['copy'] / 1e9:.0f} GB/s, read plus written.")
    text += ["", table(["", "cache", "batch", "ms a step: median (least to most)", "tokens/s", "GB on the device"], lines), ""]
    best = fastest(rows)
    for ours in (engine for engine in best if engine.startswith("spc")):
        for theirs in (engine for engine in best if not engine.startswith("spc")):
            factor = best[ours]["tokens_per_second"] / best[theirs]["tokens_per_second"]
            text.append(f"- {ours}, batch {best[ours]['batch']}, against {theirs}, batch {best[theirs]['batch']}: {factor:.1f} times the tokens a second")
    text += [f"- {reason}" for reason in results["left_out"]]
    return "\n".join(text)


# ---- spc alone


def decode_line(case):
    head = [case["attention"], str(case["batch"]), str(case["context"])]
    if "does_not_fit" in case:
        return head + ["does not fit"] + [""] * 6
    moved = case["weight_bytes"] + case["kv_bytes"] + case["retrieval_bytes"]
    floor = case.get("floor_seconds")
    retrieval = case["retrieval_seconds"] / case["profiled_seconds"] if "retrieval_seconds" in case else None
    return head + [milliseconds(case), f"{case['tokens_per_second']:.1f}", f"{moved / 1e9:.2f}", "" if floor is None else f"{1e3 * floor:.3f}",
                   percent(floor and floor / case["seconds"]), percent(retrieval),
                   f"{case['device_allocated'] / 1e9:.2f} ({100 * (case['device_allocated'] / case['device_planned'] - 1):+.2f}%)"]


def prefill_line(case):
    if "does_not_fit" in case:
        return [str(case["tokens"]), "does not fit", "", "", ""]
    return [str(case["tokens"]), f"{case['seconds']:.4f} ({case['least']:.4f} to {case['most']:.4f})", f"{case['tokens'] / case['seconds']:.0f}",
            f"{case['flops'] / 1e12:.1f}", f"{case['flops_per_second'] / 1e12:.1f}"]


def grid(figures):
    text = [f"{figures['device']}, object for {figures['target']} by {figures['compiler']}, {figures['weights_bytes'] / 1e9:.2f} GB of "
            f"{'random ' if figures['random_weights'] else ''}weights, budget {figures['budget']}, {figures['sink']} sink and {figures['recent']} recent tokens; median of "
            f"{figures['steps']} steps." + (f" Floors at {figures['bandwidth'] / 1e9:.0f} GB/s." if figures["bandwidth"] else "")]
    if figures["decode"]:
        text += ["", table(["attention", "batch", "context", "ms a step: median (least to most)", "tokens/s", "GB to read", "floor, ms", "of the floor",
                            "retrieval head's part", "GB on the device (over the plan)"], [decode_line(case) for case in figures["decode"]])]
    if figures["prefill"]:
        text += ["", table(["prefill, tokens", "s: median (least to most)", "tokens/s", "TFLOP", "TFLOP/s"], [prefill_line(case) for case in figures["prefill"]])]
    return "\n".join(text)


def replace_section(document, name, text):
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    changed, count = pattern.subn(lambda match: f"{match[1]}\n{text}\n\n{match[2]}", document)
    if count != 1:
        raise SystemExit(f"cuda_report.py: the document has {count} sections between '<!-- {name} -->' and '<!-- end of {name} -->', not one")
    return changed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comparison", type=pathlib.Path)
    parser.add_argument("--grid", type=pathlib.Path, action="append", default=[])
    parser.add_argument("--output", type=pathlib.Path, default=DOCUMENT)
    args = parser.parse_args()
    document = args.output.read_text()
    if args.comparison:
        document = replace_section(document, "comparison", comparison(json.loads(args.comparison.read_text())))
    if args.grid:
        document = replace_section(document, "grid", "\n\n".join(grid(json.loads(path.read_text())) for path in args.grid))
    args.output.write_text(document)


if __name__ == "__main__":
    main()
