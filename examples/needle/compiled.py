"""Compiles the pair of this example once and asks the object for answers. Standard library only."""
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ANSWER_TOKENS = 5


def compile_pair(build, output, budget, max_seq, retriever="head.onnx"):
    """spc-compile, unless |output| is newer than the compiler and the models -> the path of the object"""
    compiler, llm, head = pathlib.Path(build, "bin", "spc-compile"), HERE / "llm.onnx", HERE / retriever
    output = pathlib.Path(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    if output.exists() and output.stat().st_mtime > max(path.stat().st_mtime for path in (compiler, llm, head)):
        return output
    subprocess.run([str(compiler), str(llm), f"--retriever={head}", "--target=cpu", "-o", str(output), f"--kv-budget={budget}",
                    f"--max-seq={max_seq}"], check=True)
    return output


def number(word):
    try:
        return float(word)
    except ValueError:
        return None


def ask(build, model, prompts, *flags):
    """prompts: lists of token ids; flags of spc-run -> (answers as text, {statistic: number})"""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as tokens:
        tokens.writelines(" ".join(map(str, prompt)) + "\n" for prompt in prompts)
        tokens.flush()
        command = [str(pathlib.Path(build, "bin", "spc-run")), str(model), f"--tokens={tokens.name}", "-n", str(ANSWER_TOKENS), "--stats"]
        result = subprocess.run([*command, *flags], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise SystemExit(result.stderr.strip())
    answers = [bytes(int(word) & 0xFF for word in line.split()).decode("latin-1") for line in result.stdout.splitlines()]
    stats = {}
    for line in result.stderr.splitlines():
        words = line.split()
        if len(words) == 2 and number(words[1]) is not None:
            stats[words[0]] = number(words[1])
    return answers, stats
