#!/usr/bin/env python3
"""Makes the models of fixtures.py in test/data with the exporters of tools/export (requirements there). Existing files are kept.

    make_models.py [NAME ...]
"""
import subprocess
import sys
import tempfile

from fixtures import DATA, MADE, RETRIEVERS

WINDOW_SHAPE = ("--window=12", "--window-size=16", "--fused-size=32")  # three sizes that no other dimension has
EXPORT = DATA.parents[1] / "tools" / "export"


def run(script, *words):
    subprocess.run([sys.executable, str(EXPORT / script), *map(str, words)], check=True)


def make_retriever(retriever):
    path = DATA / retriever.file
    if retriever.config:
        run("export_llm.py", f"--model={retriever.config}", f"--form={retriever.form}", f"--seed={retriever.seed}", "-o", path)
        return
    with tempfile.TemporaryDirectory() as folder:  # the embedding comes from an LLM of the same vocabulary and hidden size
        run("export_llm.py", "--model=tiny-llama", "--seed=1", f"--save-hf={folder}", "-o", f"{folder}/llm.onnx")
        window = WINDOW_SHAPE if retriever.form == "window" else ()
        run("export_eagle_head.py", "--random", f"--llm={folder}", f"--feature-layers={retriever.features}", f"--form={retriever.form}", *window,
            f"--element={retriever.element}", f"--seed={retriever.seed}", "-o", path)


def make_model(fixture):
    shape = (f"--model={fixture.config}", f"--seed={fixture.seed}", "-o", fixture.model)
    if fixture.form == "genai":
        run("export_genai.py", *shape)
    elif fixture.form == "optimum":
        run("export_optimum.py", *shape)
    else:
        run("export_llm.py", f"--form={fixture.form}", f"--attention={fixture.attention}", f"--dtype={fixture.dtype}", *shape)


def main():
    wanted = set(sys.argv[1:])
    for name, retriever in RETRIEVERS.items():
        if not (DATA / name).exists() and (not wanted or name in wanted):
            make_retriever(retriever)
    for fixture in MADE:
        if not fixture.model.exists() and (not wanted or fixture.name in wanted):
            make_model(fixture)


if __name__ == "__main__":
    main()
