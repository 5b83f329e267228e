"""Checks at real sizes: compiling an 8B graph within its limits, and the needle example's answers."""
import lzma
import os
import random
import subprocess
import sys

from fixtures import DATA
from tools import Failed

NEEDLE = DATA.parents[1] / "examples" / "needle"
sys.path.insert(0, str(NEEDLE))
import texts  # noqa: E402

SECONDS, RESIDENT = 2.0, 300 << 20
ANSWER_TOKENS = 5


def check_8b(tools, report):
    def compile_graph():
        graph = tools.scratch / "8b.onnx"
        graph.write_bytes(lzma.decompress((DATA / "llama-3.1-8b-graph.onnx.xz").read_bytes()))
        command = [str(tools.bin / "spc-compile"), str(graph), "--target=cpu", "--no-weights", "--max-seq=32768", "-o", str(tools.scratch / "8b.so")]
        with open(tools.scratch / "8b.log", "wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
            _, status, usage = os.wait4(process.pid, 0)  # of this child alone
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise Failed(f"exit status {process.returncode}:\n{(tools.scratch / '8b.log').read_text()[-1500:]}")
        # Processor time, because other work on the machine is not the compiler's.
        seconds, resident = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024
        if seconds > SECONDS or resident > RESIDENT:
            raise Failed(f"took {seconds:.2f} s and {resident >> 20} MiB; {SECONDS} s and {RESIDENT >> 20} MiB are allowed")
        return f"{seconds:.2f} s of processor time, {resident >> 20} MiB resident"

    report.check("Llama-3.1-8B's graph, without weights, compiles within its limits", compile_graph)


def check_needle(tools, report):
    rng = random.Random(0)
    prompts = [texts.prompt(rng.randrange(1000, 2000), length) for length in (8186, 3000)]

    def ask(*flags):
        ids = tools.tokens([ids for ids, _, _, _ in prompts])
        result = tools.call("spc-run", tools.scratch / "needle.so", f"--tokens={ids}", "-n", ANSWER_TOKENS, *flags).expect(0)
        answers = [bytes(int(word) & 0xFF for word in line.split()).decode("latin-1") for line in result.out.splitlines()]
        truths = [truth for _, _, _, truth in prompts]
        if answers != truths:
            raise Failed(f"answered {answers}, the codes are {truths}")
        return " ".join(answers)

    def compiled():
        tools.compile(NEEDLE / "llm.onnx", "needle.so", f"--retriever={NEEDLE / 'head.onnx'}", "--kv-budget=1024", "--max-seq=8192").expect(0)

    def example():
        command = [sys.executable, str(NEEDLE / "needle.py"), f"--build={tools.bin.parent}", "--length=3000", "--needles=16"]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if result.returncode != 0 or result.stdout.count("  right  ") != 3:
            raise Failed(f"exit status {result.returncode}:\n{result.stdout[-1500:]}")

    report.check("the example of the README's first command answers", example)
    report.check("needle compiles", compiled)
    report.check("needle answers with a budget of 1024", ask)
    report.check("needle answers with full attention", lambda: ask("--full-attention"))
    report.check("needle answers with half its layers offloaded", lambda: ask("--offload-layers=3"))


def check_all(tools, report):
    check_8b(tools, report)
    check_needle(tools, report)
