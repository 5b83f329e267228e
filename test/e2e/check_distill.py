"""The distillation tool: what needs numpy alone always; training, resuming, other families and tokenizers with a Python that has PyTorch.

That Python is SPC_TORCH_PYTHON, or the one that runs this. Where it has no torch those checks are skipped, and say so: tests need no PyTorch.
"""
import json
import os
import pathlib
import subprocess
import sys
import xml.etree.ElementTree

import numpy as np

from tools import Failed

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools" / "distill"), str(ROOT / "examples" / "needle")]
HERE = pathlib.Path(__file__).resolve().parent
FAMILIES = ("llama", "qwen2", "qwen3", "mistral")
BUDGET, RECENT = 16, 16


def expect(holds, what):
    if not holds:
        raise Failed(what)


def check_crops():
    import data
    text = np.arange(1000) % 251
    crops = data.Crops(text, 64, 256, 3, bos=255)
    a, weights = crops.batch(5, 4)
    b, _ = data.Crops(text, 64, 256, 3, bos=255).batch(5, 4)
    expect((a == b).all() and not (a == crops.batch(6, 4)[0]).all(), "a batch's number does not decide its crops")
    expect((a[:, 0] == 255).all() and (np.diff(a[:, 1:]) % 251 == 1).all() and (weights == 1).all(), "crops are no pieces of the text")
    for vocabulary, length in ((250, 64), (256, 1001)):
        try:
            data.Crops(text, length, vocabulary, 3)
        except SystemExit:
            continue
        raise Failed(f"a vocabulary of {vocabulary} and a length of {length} were taken")


def check_rows():
    import data
    weights = np.zeros((2, 400), np.float32)
    weights[0, 300:310] = 1
    rows = data.choose_rows(np.random.default_rng(1), weights, 40, 100)
    expect(rows.shape == (2, 40) and rows.min() >= 100 and all(len(set(row)) == 40 for row in rows.tolist()), "rows repeat, or come too early")
    expect(((rows[0] >= 300) & (rows[0] < 310)).sum() >= 8, "rows that are worth more are not preferred")


def check_documents():
    import documents
    for hard in (False, True):
        for length in (512, 4096):
            tokens, marks = documents.Documents(7, hard).batch(6, length)
            expect(tokens.shape == marks.shape == (6, length + 1) and (tokens[:, 0] == documents.BOS).all() and tokens[:, 1:].max() < 128, "no texts of bytes")
            digits = tokens[marks >= documents.DIGIT]
            expect(len(digits) > 20 and digits.min() >= ord("0") and digits.max() <= ord("9"), "what is marked as an answer is no digit")
            for row, first in zip(*np.nonzero(marks == documents.FIRST)):
                text = bytes(tokens[row, 1:].astype(np.uint8)).decode()
                before, code = text[:first - 1], text[first - 1:first + 4]
                name = before.rsplit("access code for ", 1)[1].split(" ")[0].rstrip("?")
                expect(len(code) < 5 or f"for {name} is {code}. " in before, f"the answer {code} about {name} is not in the text before")
    tests = documents.tests(900, 2, 1024, 4)
    expect(tests.shape == (2, 1024) and (documents.tests(900, 2, 1024, 4) == tests).all(), "a test's seed does not decide it")


def check_report(scratch):
    import report
    log = [{"step": step, "heads": {"a": {"divergence": 3 / step, "captured_64": .5}, "b": {"divergence": 1.0}}} for step in (1, 50, 100)]
    report.write(scratch, {"steps": 100}, log)
    expect(json.loads((scratch / "report.json").read_text())["log"] == log, "report.json has another log")
    svg = xml.etree.ElementTree.parse(scratch / "curves.svg").getroot()
    lines = svg.findall("{http://www.w3.org/2000/svg}polyline")
    expect(len(lines) == 3, f"curves.svg has {len(lines)} curves: a and b diverge, a captures")


def torch_python():
    """-> a Python with torch, transformers and onnx, or None"""
    python = os.environ.get("SPC_TORCH_PYTHON", sys.executable)
    code = subprocess.run([python, "-c", "import torch, transformers, safetensors, onnx"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    return None if code else python


def run_torch(python, folder, *words):
    result = subprocess.run([python, str(HERE / "distill_torch.py"), f"--out={folder}", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    last = (result.stdout.strip().splitlines() or [""])[-1]
    if result.returncode or not last.startswith("ok "):
        raise Failed(result.stdout[-2000:])
    return last[3:]


def check_family(tools, python, family):
    folder = tools.scratch / f"distill-{family}"
    remark = run_torch(python, folder, f"--family={family}")
    tools.compile(folder / "llm.onnx", folder / "pair.so", f"--retriever={folder / 'head.onnx'}", f"--kv-budget={BUDGET}", "--max-seq=256").expect(0)
    command = [sys.executable, str(ROOT / "tools" / "distill" / "compare_selections.py"), str(folder / "pair.so"), str(folder / "selections.npz"), f"--budget={BUDGET}",
               f"--recent={RECENT}", f"--build={tools.bin.parent}"]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    expect(result.returncode == 0, result.stdout[-1500:])
    return f"{remark}; compiled, {result.stdout.strip().splitlines()[-1]}"


def check_all(tools, report):
    report.check("distill: a batch's number decides its crops", check_crops)
    report.check("distill: rows are distinct, and those worth more come oftener", check_rows)
    report.check("distill: answers of the needle documents stand in their texts", check_documents)
    report.check("distill: report and curves", lambda: check_report(tools.scratch))
    names = ["distill with torch: resumed runs", "distill with torch: a tokenizer's text", *[f"distill with torch: a head for {family}, its selections compiled" for family in FAMILIES]]
    if not any(map(report.wants, names)):
        return
    python = torch_python()
    if not python:
        print(f"skip {len(names)} checks of distill with torch: {os.environ.get('SPC_TORCH_PYTHON', sys.executable)} has no torch; name a Python that has in SPC_TORCH_PYTHON")
        return
    report.check(names[0], lambda: run_torch(python, tools.scratch / "distill-resume", "--resume"))
    report.check(names[1], lambda: run_torch(python, tools.scratch / "distill-tokenizer", "--tokenizer"))
    for family, name in zip(FAMILIES, names[2:]):
        report.check(name, lambda family=family: check_family(tools, python, family))
