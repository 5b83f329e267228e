"""Checks of bad input: every one must end in a clear message and the right exit status, never in a crash."""
import json
import random
import re
import shutil
import struct

import onnx_bytes as ob
from fixtures import DATA
from tools import Failed

MODEL = DATA / "llama_norms_sdpa_ts_17.onnx"
VOCABULARY = 160


def expect_error(result, code, *words):
    """|words|: regular expressions that the message must contain, so that a person knows what is wrong and where."""
    result.expect(code)
    for word in words:
        if not re.search(word, result.err, re.IGNORECASE):
            raise Failed(f"the message does not mention {word!r}:\n{result.err[-800:]}")
    lines = [line for line in result.err.splitlines() if "error" in line.lower()]
    return lines[0][:200] if lines else result.err[:200]


def malformed_models():
    """(what, bytes, regular expressions the message must match)"""
    good = MODEL.read_bytes()
    matmul = ob.node("MatMul", ["x", "w"], ["y"], "the_matmul")
    add = [ob.node("Add", ["x", "b"], ["a"], "first_add"), ob.node("Add", ["a", "y"], ["b"], "second_add")]
    weight = ob.tensor("w", [4, 4], ob.floats(16))
    rng = random.Random(7)
    yield "an empty file", b"", (r"bad\.onnx", "empty")
    yield "a truncated file", good[:len(good) // 2], (r"byte|truncat|offset",)
    yield "a file cut inside its last field", good[:-3], (r"byte|truncat|offset",)
    yield "random bytes", rng.randbytes(4096), (r"byte|offset|protobuf|ONNX",)
    yield "a file of another kind", b"\x7fELF" + bytes(60), (r"byte|offset|protobuf|ONNX",)
    yield "a cyclic graph", ob.one_weight(weight, add), ("cycl", "first_add|second_add")
    yield "a missing initializer", ob.model([matmul], [], [ob.value_info("x", ob.FLOAT, ["n", 4])],
                                            [ob.value_info("y", ob.FLOAT, ["n", 4])]), ("the_matmul", r"\bw\b")
    yield "a shape that overflows", ob.one_weight(ob.tensor("w", [1 << 40, 1 << 40], ob.floats(16))), (r"\bw\b", "overflow|large|dim")
    yield "a negative dimension", ob.one_weight(ob.tensor("w", [-4, 4], ob.floats(16))), (r"\bw\b", "negative|dim")
    yield "raw data of the wrong size", ob.one_weight(ob.tensor("w", [4, 4], ob.floats(15))), (r"\bw\b", "60|64|bytes")
    for what, location, words in (("outside the folder", "../secret.bin", (r"\bw\b", r"\.\.")), ("at an absolute path", "/etc/passwd", (r"\bw\b", "absolute|/etc"))):
        external = {"location": location, "offset": "0", "length": "64"}
        yield f"external data {what}", ob.one_weight(ob.tensor("w", [4, 4], external=external)), words
    external = {"location": "weights.bin", "offset": "4096", "length": "64"}
    yield "external data past the end of its file", ob.one_weight(ob.tensor("w", [4, 4], external=external)), (r"\bw\b", "weights.bin", "4096|end|size")
    external = {"location": "weights.bin", "offset": "0", "length": "12"}
    yield "external data of the wrong length", ob.one_weight(ob.tensor("w", [4, 4], external=external)), (r"\bw\b", "12|length")
    yield "a graph that is no LLM", ob.one_weight(weight), ("input_ids",)
    activation = b"\x22\x07Sigmoid"  # the op_type field of the two activations
    if good.count(activation) != 2:
        raise Failed("the model has not the two Sigmoid nodes that this check changes")
    yield ("unsupported nodes, all listed at once", good.replace(activation, b"\x22\x07Twiddle"),
           (r"layers\.0/mlp/act_fn/Sigmoid.*Twiddle", r"layers\.1/mlp/act_fn/Sigmoid.*Twiddle"))


def check_models(tools, report):
    folder = tools.scratch / "bad"
    folder.mkdir()
    (folder / "weights.bin").write_bytes(bytes(64))
    (tools.scratch / "secret.bin").write_bytes(bytes(64))
    for what, data, words in malformed_models():
        def check(data=data, words=words):
            path = folder / "bad.onnx"
            path.write_bytes(data)
            remark = expect_error(tools.compile(path, "bad.so"), 1, *words)
            if (tools.scratch / "bad.so").exists():
                raise Failed("an object was written all the same")
            return remark
        report.check(f"bad model: {what}", check)

    report.check("bad model: a file that is not there",
                 lambda: expect_error(tools.compile(folder / "nowhere.onnx", "bad.so"), 1, "nowhere.onnx"))

    def symbolic_link():
        (folder / "link.bin").symlink_to(tools.scratch / "secret.bin")
        path = folder / "linked.onnx"
        path.write_bytes(ob.one_weight(ob.tensor("w", [4, 4], external={"location": "link.bin", "offset": "0", "length": "64"})))
        return expect_error(tools.compile(path, "bad.so"), 1, "link.bin|outside|secret.bin")
    report.check("bad model: a link out of the folder", symbolic_link)


def check_retrievers(tools, report):
    def with_retriever(name, *flags):
        return tools.compile(MODEL, "bad.so", f"--retriever={name}", "--kv-budget=64", "--max-seq=512", *flags)

    report.check("bad retriever: another vocabulary",
                 lambda: expect_error(with_retriever(DATA / "retriever_causal_512.onnx"), 1, "vocab", "160", "512"))
    report.check("bad retriever: head counts that do not fit",
                 lambda: expect_error(with_retriever(DATA / "retriever_three_heads.onnx"), 1, "head", "3", "2"))
    report.check("bad retriever: several layers and none chosen",
                 lambda: expect_error(with_retriever(DATA / "retriever_causal_2.onnx"), 1, "layer"))
    report.check("bad retriever: a layer it does not have",
                 lambda: expect_error(with_retriever(DATA / "retriever_causal_2.onnx", "--retriever-layer=5"), 1, "layer", "5"))

    def features():
        path = tools.scratch / "features.onnx"
        data = (DATA / "retriever_pruned.onnx").read_bytes()
        if data.count(b"spc.feature_layers\x12\x030,1") != 1:
            raise Failed("the retriever's metadata is not where this check expects it")
        path.write_bytes(data.replace(b"spc.feature_layers\x12\x030,1", b"spc.feature_layers\x12\x030,9"))
        return expect_error(with_retriever(path), 1, "layer", "9")
    report.check("bad retriever: features of a layer the LLM does not have", features)


def check_flags(tools, report):
    report.check("bad flag of spc-compile", lambda: expect_error(tools.compile(MODEL, "bad.so", "--max-sec=512"), 2, "max-sec", "max-seq"))
    report.check("bad flag of spc-run", lambda: expect_error(tools.call("spc-run", "x.so", "--tokins=f", "-n", 1), 2, "tokins", "tokens"))
    report.check("no target", lambda: expect_error(tools.call("spc-compile", MODEL, "-o", tools.scratch / "bad.so"), 2, "target"))
    report.check("an unknown target",
                 lambda: expect_error(tools.call("spc-compile", MODEL, "--target=abacus", "-o", tools.scratch / "bad.so"), 2, "abacus"))
    report.check("a device memory that cannot hold the model",
                 lambda: expect_error(tools.compile(MODEL, "bad.so", "--device-memory=64KiB", "--max-seq=512"), 1, r"\d+ bytes|short"))


def section_offset(data, section):
    """Where |section|, a magic number or string, is in an object; it must be there once."""
    if data.count(section) != 1:
        raise Failed(f"{section!r} is {data.count(section)} times in the object, expected once")
    return data.index(section)


def check_objects(tools, report):
    good, weights = tools.scratch / "good.so", None

    def compiled():
        tools.compile(MODEL, "good.so", f"--retriever={DATA / 'retriever_causal_1.onnx'}", "--kv-budget=64", "--max-seq=400").expect(0)
    report.check("an object to spoil compiles", compiled)
    if not good.exists():
        return
    before = {path.name for path in tools.scratch.glob("good*.safetensors")}
    weights = tools.scratch / sorted(before)[0] if before else None

    def spoiled(name, change):
        """Runs a copy of the object, in a folder of its own, that |change| has changed."""
        folder = tools.scratch / "spoiled"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        shutil.copy(good, folder / "good.so")
        if weights:
            shutil.copy(weights, folder / weights.name)
        change(folder)
        tokens = tools.tokens([[1, 2, 3]])
        return tools.call("spc-run", folder / name, f"--tokens={tokens}", "-n", 2)

    def version(folder):
        data = bytearray((folder / "good.so").read_bytes())
        at = section_offset(bytes(data), b"SPCPLAN1") + 8
        struct.pack_into("<I", data, at, struct.unpack_from("<I", data, at)[0] + 41)
        (folder / "good.so").write_bytes(data)

    def magic(folder):
        data = (folder / "good.so").read_bytes()
        section_offset(data, b"SPCPLAN1")
        (folder / "good.so").write_bytes(data.replace(b"SPCPLAN1", b"NOTAPLAN"))

    def header(folder):
        """A weights file whose header names another shape."""
        path = folder / weights.name
        data = path.read_bytes()
        size = struct.unpack("<Q", data[:8])[0]
        table = json.loads(data[8:8 + size])
        entry = next(entry for name, entry in table.items() if name != "__metadata__" and len(set(entry["shape"])) == 2)
        entry["shape"].reverse()
        text = json.dumps(table, separators=(",", ":")).encode()
        text += b" " * (-(8 + len(text)) % 64)
        path.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + size:])

    def truncated(path, size):
        data = path.read_bytes()
        path.write_bytes(data[:size])

    cases = [
        ("a plan of another version", version, (r"ABI \d+, this runtime has ABI",)),
        ("a plan without its magic number", magic, ("magic|plan",)),
        ("no weights file", lambda folder: (folder / weights.name).unlink(), (r"safetensors",)),
        ("a truncated weights file", lambda folder: truncated(folder / weights.name, weights.stat().st_size - 4096), ("safetensors",)),
        ("an empty weights file", lambda folder: truncated(folder / weights.name, 0), ("safetensors",)),
        ("a weights file with another shape in its header", header, ("safetensors", "shape|rows")),
        ("an object that is no ELF file", lambda folder: (folder / "good.so").write_bytes(b"not an object"), ("good.so",)),
    ]
    for what, change, words in cases:
        report.check(f"bad object: {what}", lambda change=change, words=words: expect_error(spoiled("good.so", change), 1, *words))
    report.check("bad object: a file that is not there", lambda: expect_error(spoiled("nowhere.so", lambda folder: None), 1, "nowhere.so"))

    def tokens(text, *flags):
        path = tools.scratch / "bad_tokens.txt"
        path.write_text(text)
        return tools.call("spc-run", good, f"--tokens={path}", "-n", 2, *flags)

    report.check("bad tokens: an id past the vocabulary", lambda: expect_error(tokens(f"1 2\n3 {VOCABULARY} 4\n"), 1, "bad_tokens.txt:2", str(VOCABULARY)))
    report.check("bad tokens: a negative id", lambda: expect_error(tokens("1 -2 3\n"), 1, "bad_tokens.txt:1", "-2|-"))
    report.check("bad tokens: a word", lambda: expect_error(tokens("1 two 3\n"), 1, "bad_tokens.txt:1"))
    report.check("bad tokens: no sequence", lambda: expect_error(tokens(""), 1, "bad_tokens.txt"))
    report.check("bad tokens: more than --max-seq", lambda: expect_error(tokens("1 " * 399 + "\n"), 1, "400", "max-seq"))
    report.check("bad tokens: no such file",
                 lambda: expect_error(tools.call("spc-run", good, f"--tokens={tools.scratch / 'none.txt'}", "-n", 1), 1, "none.txt"))
    report.check("out of device memory", lambda: expect_error(tokens("1 2 3\n", "--device-memory=64KiB"), 1, r"\d+ bytes|memory"))
    report.check("more offloaded layers than there are", lambda: expect_error(tokens("1 2 3\n", "--offload-layers=9"), 1, "9", "layer"))
    report.check("logits where they cannot be written", lambda: expect_error(tokens("1 2 3\n", "--logits=/nonexistent/out.npy"), 1, "out.npy"))


def check_all(tools, report):
    check_models(tools, report)
    check_retrievers(tools, report)
    check_flags(tools, report)
    check_objects(tools, report)
