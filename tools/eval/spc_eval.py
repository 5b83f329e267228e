#!/usr/bin/env python3
"""How often a compiled pair answers right when decoding reads a part of the KV cache: tasks made from seeds, several selectors and budgets.

    spc_eval.py LLM.onnx --retriever=HEAD.onnx [--tasks=multikey,...] [--lengths=8186] [--needles=64] [--budgets=64,128,256]
                [--selectors=full,spc,window,random] [--prompts=64] [--questions=sparse|prefilled] [--captured] [--json=FILE] [--svg=FILE]
    spc_eval.py MODEL.so ...
    spc_eval.py --gate=GATE.json

Tasks: single, multikey, multivalue, multiquery, tracking, words (tools/eval/tasks.py). Texts and questions are bytes, as tokens after a BOS of 256.
Every text is prefilled once, with full attention, and the questions decoded from there under every selector and budget; `--questions=sparse`, the
default, decodes question and answer one token at a time under the selector, `prefilled` prefills the question too.

Selectors: `full` attention; `spc`, what the retrieval head chooses; `window`, the last tokens, as many as spc reads; `random`, the head with random keys, which
chooses as many tokens without knowing them. An oracle that knows the LLM's own attention of each layer is not among them: a plan has one selection
for all layers (examples/needle/evaluate_heads.py has it, in PyTorch).

`--captured` measures what spc's selections capture: of the tokens that could be chosen or not, the chosen ones' share of the head's probability, the least of the
KV heads, mean over the steps. It is slower, so times are then no measure.

Accuracy is exact match of all bytes of all answers of a prompt, with its standard error. Standard library only.
"""
import argparse
import json
import math
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import spcrt
import svg
import tasks

ROOT = pathlib.Path(__file__).resolve().parents[2]
SELECTORS = ("full", "spc", "window", "random")
SINK, RECENT = 4, 64  # spc-compile's defaults


class Total:
    """What one selector and budget came to on the prompts of one task and length."""
    COUNTS = ("steps", "seconds", "kv_bytes", "selected", "loaded", "captured_rows", "captured")

    def __init__(self):
        self.prompts = self.right = 0
        self.answers = []  # [seed, all right, answers]
        self.counts = dict.fromkeys(self.COUNTS, 0)

    def add(self, seed, right, counts, given):
        self.prompts, self.right = self.prompts + 1, self.right + right
        self.answers.append([seed, right, *given])
        for name, value in counts.items():
            self.counts[name] += value

    def summary(self):
        accuracy, steps = self.right / self.prompts, max(self.counts["steps"], 1)
        overlap = 1 - self.counts["loaded"] / self.counts["selected"] if self.counts["selected"] else None
        return {"prompts": self.prompts, "right": self.right, "accuracy": accuracy, "standard_error": standard_error(self.right, self.prompts),
                "kv_bytes_per_token": self.counts["kv_bytes"] / steps, "milliseconds_per_token": 1000 * self.counts["seconds"] / steps,
                "overlap": overlap, "captured": self.counts["captured"] / self.counts["captured_rows"] if self.counts["captured_rows"] else None,
                "answers": sorted(self.answers)}


def standard_error(right, prompts):
    """Of a share. All or none right would give 0, which no finite number of prompts shows: then that of one prompt otherwise."""
    share = min(max(right, 1), prompts - 1) / prompts if prompts > 1 else .5
    return math.sqrt(share * (1 - share) / prompts)


# ---- One prompt

def answer(session, case, prefilled):
    """Decodes the questions of |case| from where the session is -> (all right, the answers)"""
    given, pending, counting = [], [], False
    for question, accepted in case.questions:
        feed = pending + tasks.encode(question, False)
        if prefilled and len(feed) > 1:
            session.prefill(feed[:-1])
            feed = feed[-1:]
        for token in feed:
            following = session.decode(token)
            if not counting:
                session.reset_stats()  # the first step finds nothing resident, which is no overlap of two selections
                counting = True
        out = [following]
        while len(out) < max(map(len, accepted)):
            out.append(session.decode(out[-1]))
        pending = out[-1:]
        given.append(bytes(token & 0xFF for token in out).decode("latin-1"))
    return all(text in accepted for text, (_, accepted) in zip(given, case.questions)), given


def run_prompt(session, job):
    """-> [(selector, budget, right, counts, answers)]"""
    case = tasks.make(job["task"], job["seed"], job["length"], job["needles"])
    session.start()
    session.set_full_attention(False)
    session.prefill(tasks.encode(case.text, True))
    session.mark()
    results, random_keys = [], False
    for selector, budget in job["settings"]:
        session.rewind()
        session.set_full_attention(selector == "full")
        if selector != "full":
            session.set_selection(*((0, budget + RECENT) if selector == "window" else (budget, RECENT)))
        if selector == "random" and not random_keys:
            session.randomize_keys(job["seed"])
            random_keys = True  # for good, so these settings come last
        right, given = answer(session, case, job["prefilled"])
        stats = session.stats()
        counts = {"steps": stats.decode_steps, "seconds": stats.decode_seconds, "kv_bytes": stats.kv_bytes_attended, "selected": stats.rows_selected,
                  "loaded": stats.rows_loaded, "captured_rows": stats.rows_captured * (selector == "spc"), "captured": stats.captured_sum * (selector == "spc")}
        results.append((selector, budget, right, counts, given))
    return results


# ---- Many, on several processes

_session = None


def open_session(build, path, options):
    global _session
    model = spcrt.Model(spcrt.Library(build), path)
    _session = spcrt.Session(model, max_batch=1, **options)


def run_job(job):
    return job, run_prompt(_session, job)


def compile_pair(args, folder):
    """-> the path of the object, compiled for the largest budget; smaller ones are the session's."""
    path = pathlib.Path(folder, "eval.so")
    longest = max(args.lengths) + 128
    command = [str(pathlib.Path(args.build, "bin", "spc-compile")), str(args.model), f"--retriever={args.retriever}", f"--target={args.target}", "-o", str(path),
               f"--kv-budget={max(args.budgets)}", f"--max-seq={longest if args.max_seq is None else args.max_seq}"]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode:
        raise SystemExit(result.stdout)
    head = [line.split("remark: ", 1)[1] for line in result.stdout.splitlines() if "retrieval head:" in line]
    return path, head[0] if head else ""


def settings_of(args):
    return [(selector, budget) for selector in SELECTORS if selector in args.selectors for budget in ([0] if selector == "full" else args.budgets)]


def evaluate(args, path):
    """-> {(task, length): {(selector, budget): Total}}; progress on standard error"""
    settings = settings_of(args)
    jobs = [{"task": task, "length": length, "needles": needles, "seed": seed, "settings": settings, "prefilled": args.questions == "prefilled"}
            for seed in range(args.first_seed, args.first_seed + args.prompts) for task in args.tasks for length, needles in zip(args.lengths, args.needles)]
    totals = {(task, length): {setting: Total() for setting in settings} for task in args.tasks for length in args.lengths}
    start, done = time.monotonic(), 0
    spcrt.Model(spcrt.Library(args.build), path).close()  # what cannot be loaded is told here, once: a pool starts failing processes anew for ever
    options = {"threads": args.threads, "max_seq": args.max_seq or max(args.lengths) + 128, "measure_captured": args.captured}
    with multiprocessing.get_context("spawn").Pool(args.jobs, open_session, (args.build, path, options)) as pool:
        for job, results in pool.imap_unordered(run_job, jobs):
            done += 1
            for selector, budget, right, counts, given in results:
                totals[job["task"], job["length"]][selector, budget].add(job["seed"], right, counts, given)
                if args.verbose and not right:
                    print(f"{job['task']} {job['length']} seed {job['seed']} {selector} {budget}: answered {given}", file=sys.stderr)
            seconds = time.monotonic() - start
            shares = " ".join(f"{selector}{budget or ''} {total.right}/{total.prompts}" for (selector, budget), total in
                              totals[job["task"], job["length"]].items())
            print(f"\r{done} of {len(jobs)} prompts, {seconds:.0f} s, {seconds / done * (len(jobs) - done):.0f} s left; {job['task']} {job['length']}: {shares}",
                  file=sys.stderr, flush=True)
    return totals


# ---- Reports

def rows_of(totals):
    for (task, length), settings in totals.items():
        for (selector, budget), total in settings.items():
            yield {"task": task, "length": length, "selector": selector, "budget": budget, **total.summary()}


def print_table(rows, out):
    print(f"{'task':11}{'bytes':>6}  {'selector':9}{'budget':>6}  {'exact match':>16}  {'KV read a token':>15}  {'ms a token':>10}  {'overlap':>7}  {'captured':>8}", file=out)
    for row in rows:
        budget = row["budget"] or "-"
        overlap, captured = ("-" if row[name] is None else f"{row[name]:.2f}" for name in ("overlap", "captured"))
        print(f"{row['task']:11}{row['length']:>6}  {row['selector']:9}{budget:>6}  {row['accuracy']:>6.3f} +- {row['standard_error']:.3f}"
              f"  {row['kv_bytes_per_token'] / 1024:>11.0f} KiB  {row['milliseconds_per_token']:>10.2f}  {overlap:>7}  {captured:>8}", file=out)
    print("oracle per layer: not run, a plan has one selection for all layers", file=out)


def numbers(text):
    return [int(word) for word in text.split(",")]


def names(known):
    def parse(text):
        chosen = text.split(",")
        for name in chosen:
            if name not in known:
                raise argparse.ArgumentTypeError(f"'{name}' is none of {', '.join(known)}")
        return chosen
    return parse


def parser():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("model", nargs="?", help="an LLM (.onnx) to compile with --retriever, or a compiled object")
    p.add_argument("--retriever")
    p.add_argument("--target", default="cpu")
    p.add_argument("--build", default=ROOT / "build", type=pathlib.Path)
    p.add_argument("--tasks", type=names(tuple(tasks.TASKS)), default=["multikey"])
    p.add_argument("--lengths", type=numbers, default=[8186], help="bytes of text and question")
    p.add_argument("--needles", type=numbers, default=[64], help="codes in the text, of the tasks that have several; one number, or one for each length")
    p.add_argument("--budgets", type=numbers, default=[64, 128, 256], help=f"tokens a KV head besides {SINK} first and {RECENT} last ones")
    p.add_argument("--selectors", type=names(SELECTORS), default=list(SELECTORS))
    p.add_argument("--prompts", type=int, default=64, help="of each task and length")
    p.add_argument("--first-seed", type=int, default=0)
    p.add_argument("--questions", choices=("sparse", "prefilled"), default="sparse")
    p.add_argument("--captured", action="store_true", help="measure the head's probability that selections hold; slower")
    p.add_argument("--max-seq", type=int, help="of the object; the longest text and 128 when left out")
    p.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="processes")
    p.add_argument("--threads", type=int, default=1, help="of each process")
    p.add_argument("--json", type=pathlib.Path)
    p.add_argument("--svg", type=pathlib.Path, help="a plot of accuracy against budget")
    p.add_argument("--verbose", action="store_true", help="print every wrong answer")
    p.add_argument("--gate", type=pathlib.Path, help="a file of arguments and thresholds: exit 1 when an accuracy is below its own")
    return p


def check(args, p):
    if not args.model:
        p.error("name a model, or a --gate")
    if not args.model.endswith(".so") and not args.retriever:
        p.error("an LLM needs its --retriever")
    if min(args.budgets) < 1:
        p.error("--budgets: at least 1")
    args.needles = args.needles * (len(args.lengths) if len(args.needles) == 1 else 1)
    if len(args.needles) != len(args.lengths):
        p.error("--needles: one number, or one for each of --lengths")
    return args


def run(args, out):
    with tempfile.TemporaryDirectory() as folder:
        path, head = (pathlib.Path(args.model), "") if args.model.endswith(".so") else compile_pair(args, folder)
        if head:
            print(head, file=out)
        rows = list(rows_of(evaluate(args, path)))
    print_table(rows, out)
    if args.json:
        chosen = {name: getattr(args, name) for name in ("model", "retriever", "target", "lengths", "needles", "first_seed", "questions")}
        args.json.write_text(json.dumps({"arguments": chosen, "head": head, "sink": SINK, "recent": RECENT, "results": rows}, indent=1) + "\n")
    if args.svg:
        args.svg.write_text(svg.plot(rows))
    return rows


def gate(args, p):
    """The file: {"arguments": [...], "at_least": {"SELECTOR BUDGET": accuracy}}; paths in it are from its own folder."""
    wanted = json.loads(args.gate.read_text())
    words = [word.replace("{here}", str(args.gate.resolve().parent)) for word in wanted["arguments"]]
    rows = run(check(p.parse_args([*words, f"--build={args.build}"]), p), sys.stdout)
    passed = failed = 0
    for row in rows:
        name = f"{row['selector']} {row['budget']}" if row["budget"] else row["selector"]
        least = wanted["at_least"].get(name)
        if least is None:
            continue
        good = row["accuracy"] >= least
        passed, failed = passed + good, failed + (not good)
        print(f"{'ok  ' if good else 'FAIL'} {row['task']} at {row['length']} bytes, {name}: {row['right']} of {row['prompts']} right, {least} at least")
    print(f"{passed} passed, {failed + len(wanted['at_least']) - passed - failed} failed")
    return 0 if passed == len(wanted["at_least"]) else 1


def main():
    p = parser()
    args = p.parse_args()
    if args.gate:
        return gate(args, p)
    try:
        run(check(args, p), sys.stdout)
    except spcrt.Error as error:
        raise SystemExit(f"spc_eval.py: {error}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
