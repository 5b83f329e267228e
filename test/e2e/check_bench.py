"""spc-bench: the work it counts against a count by hand and the runtime's own, what it says about cases that do not fit, and its command line."""
import json

from fixtures import DATA
from tools import Failed

VOCAB, HIDDEN, FFN, LAYERS, Q_HEADS, KV_HEADS, HEAD = 160, 64, 96, 2, 4, 2, 16  # llama_bf16_sdpa_dynamo_18 and, in f32 with one layer used, its retriever
BUDGET, SINK, RECENT, MAX_SEQ, MAX_BATCH = 64, 4, 64, 512, 4
WARMUP, STEPS, PROFILED = 2, 8, 5
ROW = 2 * HEAD * 2      # K and V of a token and head, bf16
KEY_ROW = HEAD * 4      # a retrieval key, f32


def linear_weights(layers):
    return layers * (HEAD * (Q_HEADS + 2 * KV_HEADS) * HIDDEN + HIDDEN * HIDDEN + 3 * FFN * HIDDEN)


def weight_bytes(batch):
    """What a decode step reads: matrices and norms whole, a row of the embedding a sequence, a RoPE frequency each"""
    llm = 2 * (linear_weights(LAYERS) + VOCAB * HIDDEN + (2 * LAYERS + 1) * HIDDEN + batch * HIDDEN) + 4 * batch
    head = 4 * (HEAD * (Q_HEADS + KV_HEADS) * HIDDEN + HIDDEN + batch * HIDDEN) + 4 * batch
    return llm + head


def kv_bytes(full, batch, tokens):
    attended = tokens if full else min(tokens, BUDGET + SINK + RECENT)
    return batch * LAYERS * KV_HEADS * attended * ROW


def expect_equal(case, name, expected):
    if abs(case[name] - expected) > 1e-6 * abs(expected):
        raise Failed(f"{name} of {case} should be {expected}")


def check_decode(case, bandwidth):
    full, batch, context = case["attention"] == "full", case["batch"], case["context"]
    middle = context + WARMUP + (STEPS + 1) // 2
    expect_equal(case, "weight_bytes", weight_bytes(batch))
    expect_equal(case, "kv_bytes", kv_bytes(full, batch, middle))
    expect_equal(case, "retrieval_bytes", 0 if full else batch * KV_HEADS * middle * KEY_ROW)
    steps = WARMUP + STEPS + PROFILED
    expect_equal(case, "kv_bytes_attended", sum(kv_bytes(full, batch, context + 1 + step) for step in range(steps)) / steps)
    bytes_moved = case["weight_bytes"] + case["kv_bytes"] + case["retrieval_bytes"]
    expect_equal(case, "floor_seconds", bytes_moved / bandwidth)
    expect_equal(case, "tokens_per_second", batch / case["seconds"])
    expect_equal(case, "device_allocated", case["device_planned"])
    if not 0 < case["least"] <= case["seconds"] <= case["most"] or not 0 < case["profiled_seconds"]:
        raise Failed(f"the times of {case} are not in order")
    if full == ("retrieval_seconds" in case) or not full and not 0 < case["retrieval_seconds"] < case["profiled_seconds"]:
        raise Failed(f"the retrieval head's part of {case}")


def check_prefill(case):
    tokens = case["tokens"]
    pairs = tokens * (tokens + 1) // 2
    # The retriever's only work in a prefill is its keys; the last token alone has logits.
    linear = linear_weights(LAYERS) + HEAD * (Q_HEADS + KV_HEADS) * HIDDEN
    expect_equal(case, "flops", 2 * linear * tokens + 2 * VOCAB * HIDDEN + LAYERS * 4 * Q_HEADS * HEAD * pairs)
    expect_equal(case, "flops_per_second", case["flops"] / case["seconds"])


def check_all(tools, report):
    out = tools.scratch / "bench.json"
    steps = (f"--steps={STEPS}", f"--warmup={WARMUP}", "--prefills=2", "--threads=1", "--weights=random", f"--json={out}")

    def compiled():
        tools.compile(DATA / "llama_bf16_sdpa_dynamo_18.onnx", "bench.so", f"--retriever={DATA / 'retriever_causal_1.onnx'}", f"--kv-budget={BUDGET}",
                      f"--max-seq={MAX_SEQ}", f"--max-batch={MAX_BATCH}").expect(0)

    def bench(*flags):
        return tools.call("spc-bench", tools.scratch / "bench.so", *steps, *flags)

    def counts():
        result = bench("--batch=1,3", "--context=64,400", "--full-attention", "--prefill=100,512", "--bandwidth=30", "--profile").expect(0)
        figures = json.loads(out.read_text())
        if [(c["attention"], c["batch"], c["context"]) for c in figures["decode"]] != [
                (attention, batch, context) for context in (64, 400) for batch in (1, 3) for attention in ("sparse", "full")]:
            raise Failed(f"measured {figures['decode']}")
        for case in figures["decode"]:
            check_decode(case, 30e9)
        for case in figures["prefill"]:
            check_prefill(case)
        if "retrieval: score" not in result.out or result.out.count("all, one after the other") != 8:
            raise Failed(f"no profile a case:\n{result.out}")
        return f"{len(figures['decode'])} decode cases, {len(figures['prefill'])} prefills"

    def small_device():
        bench("--batch=1", "--context=400,64", "--device-memory=600KiB").expect(0)
        for case in json.loads(out.read_text())["decode"]:
            if "device memory" not in case.get("does_not_fit", "") or "seconds" in case:
                raise Failed(f"{case} does not say that it did not fit")

    def refused():
        for flags, code, word in ((("--context=10,x",), 2, "10,x"), ((), 2, "nothing to measure"), (("--batch=2",), 2, "--context"),
                                  (("--context=500",), 1, "--max-seq"), (("--context=8", "--batch=9"), 1, "--max-batch"),
                                  (("--prefill=513",), 1, "--max-seq"), (("--context=8", "--weights=no"), 2, "random")):
            result = bench(*flags).expect(code)
            if word not in result.err:
                raise Failed(f"{flags}: the message does not have '{word}': {result.err}")

    report.check("spc-bench: its model compiles", compiled)
    report.check("spc-bench counts the bytes and operations of every case", counts)
    report.check("spc-bench reports cases that do not fit", small_device)
    report.check("spc-bench refuses what it cannot measure", refused)
