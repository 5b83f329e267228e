"""Checks of what compiled objects compute: against onnxruntime's and transformers' logits, and of sparse decoding against the numpy reference."""
import re

import numpy as np

from fixtures import CHUNK, DATA, F32_TOLERANCE, FIXTURES, STEPS
from numpy_reference import CausalRetriever, Decoder, EagleRetriever, SparseDecoder, round_bf16, round_f16
from tools import Failed, expect_close, expect_same_bits, relative_difference

MAX_SEQ = 512
BUDGET, SINK, RECENT = 64, 4, 64  # sink and recent are spc-compile's defaults
SPARSE_STEPS = 16
ROUNDING = {"f32": None, "f16": round_f16, "bf16": round_bf16}
ROUNDED_TOLERANCE = 5e-3  # the reference rounds keys and values as the compiled object does; what is left is a rounding falling the other way
RETRIEVER_EPS = {"retriever_causal_1.onnx": 1e-6, "retriever_causal_2.onnx": 1e-6, "retriever_causal_512.onnx": 1e-6,
                 "retriever_eagle.onnx": 1e-5, "retriever_pruned.onnx": 1e-5, "retriever_window.onnx": 1e-5,
                 "retriever_window_alone.onnx": 1e-5}


def check_fixture(tools, report, fixture):
    expected = np.load(fixture.expected)
    prompt, name = expected["prompt"].tolist(), fixture.name
    judge = "transformers" if fixture.dtype == "bf16" else "onnxruntime"
    # Within its sliding window a model attends in full; past it spc refuses, so its prompt ends where its window does.
    max_seq = fixture.window or MAX_SEQ

    def compiled():
        tools.compile(fixture.model, f"{name}.so", f"--max-seq={max_seq}").expect(0)

    def whole():
        logits, generated = tools.run(f"{name}.so", [prompt], STEPS, f"--chunk={CHUNK}")
        worst = expect_close(logits[0, expected["positions"]], expected["logits"], fixture.tolerance)
        expect_close(np.linalg.norm(logits[0].astype(np.float64), axis=-1), expected["norms"], fixture.tolerance, "norms of the logits")
        if generated[0].tolist() != expected["tokens"].tolist():
            first = int(np.argmax(generated[0] != expected["tokens"]))
            raise Failed(f"greedy token {first} is {generated[0, first]}, expected {expected['tokens'][first]} (margin {expected['margin']:.1e})")
        return f"{STEPS} greedy tokens, logits within {worst:.1e}"

    def within_window():
        logits, _ = tools.run(f"{name}.so", [prompt[:max_seq - 1]], 1)
        inside = expected["positions"] < max_seq - 1
        worst = expect_close(logits[0, expected["positions"][inside]], expected["logits"][inside], fixture.tolerance)
        norms = np.linalg.norm(logits[0, :max_seq - 1].astype(np.float64), axis=-1)
        expect_close(norms, expected["norms"][:max_seq - 1], fixture.tolerance, "norms of the logits")
        return f"logits within {worst:.1e}"

    def past_window():
        result = tools.compile(fixture.model, "past_window.so", f"--max-seq={max_seq + 1}").expect(1)
        if "window" not in result.err or str(fixture.window) not in result.err:
            raise Failed(f"the message does not name the window:\n{result.err[-500:]}")

    report.check(f"{name} compiles", compiled)
    if fixture.window:
        report.check(f"{name} equals {judge} within its window", within_window)
        report.check(f"{name} is refused for more tokens than its window", past_window)
    else:
        report.check(f"{name} equals {judge}", whole)
    for retriever in fixture.retrievers:
        check_sparse(tools, report, fixture, retriever, prompt)


def reference(fixture, retriever):
    llm = Decoder(fixture.model, fixture.eps, fixture.window, kv_round=ROUNDING[fixture.dtype])
    path, eps = DATA / retriever.file, RETRIEVER_EPS[retriever.file]
    if retriever.config:
        head = CausalRetriever(Decoder(path, eps), retriever.layer or 0, retriever.heads)  # its keys keep the element of its own graph, float32
    else:
        head = EagleRetriever(path, eps)
    return SparseDecoder(llm, head, BUDGET, SINK, RECENT, CHUNK, shared=retriever.shared)


def check_sparse(tools, report, fixture, retriever, prompt):
    name = f"{fixture.name} with {retriever.title}"
    choice = [] if retriever.layer is None else [f"--retriever-layer={retriever.layer}"]
    if retriever.heads:
        choice.append(f"--retriever-heads={','.join(map(str, retriever.heads))}")
    if retriever.shared:
        choice.append("--selection=token")
    head = (f"--retriever={DATA / retriever.file}", f"--max-seq={MAX_SEQ}", *choice)
    sparse = "sparse.so"

    def compiled():
        tools.compile(fixture.model, sparse, *head, f"--kv-budget={BUDGET}").expect(0)

    def below_budget():
        logits, generated = tools.run(sparse, [prompt], SPARSE_STEPS, f"--chunk={CHUNK}")
        model = reference(fixture, retriever)
        model.prefill(np.array(prompt), MAX_SEQ)
        rows = np.stack([model.step(int(token)) for token in generated[0]])
        worst = expect_close(logits[0, len(prompt):], rows, F32_TOLERANCE if fixture.dtype == "f32" else ROUNDED_TOLERANCE)
        full, _ = tools.run(sparse, [prompt], SPARSE_STEPS, f"--chunk={CHUNK}", "--full-attention")
        effect = relative_difference(logits[0, len(prompt)], full[0, len(prompt)])
        if effect < 1e-3:
            raise Failed(f"sparse and full attention differ by {effect:.1e} only: the selection had no effect")
        return f"within {worst:.1e}; full attention is {effect:.1e} away"

    def above_budget():
        short = prompt[:BUDGET + SINK + RECENT - SPARSE_STEPS]
        logits, generated = tools.run(sparse, [short], SPARSE_STEPS)
        full, full_generated = tools.run(sparse, [short], SPARSE_STEPS, "--full-attention")
        expect_same_bits(logits, full, "logits with a budget of the length and with full attention")
        expect_same_bits(generated, full_generated, "tokens with a budget of the length and with full attention")

    def offloaded():
        layers = reference(fixture, retriever).llm.layer_count
        for flags in ((), ("--full-attention",)):
            results = [tools.run(sparse, [prompt], SPARSE_STEPS, f"--offload-layers={count}", *flags) for count in (0, layers // 2, layers)]
            for logits, generated in results[1:]:
                expect_same_bits(logits, results[0][0], f"logits with and without offloaded layers {' '.join(flags)}")
                expect_same_bits(generated, results[0][1], f"tokens with and without offloaded layers {' '.join(flags)}")

    report.check(f"{name} compiles", compiled)
    report.check(f"{name}: budget {BUDGET} equals the numpy reference", below_budget)
    report.check(f"{name}: a budget of the length is full attention, bit for bit", above_budget)
    report.check(f"{name}: 0, half and all layers offloaded are the same bits", offloaded)


def check_sessions(tools, report):
    """What needs more than one sequence or run: batches of unequal lengths, sampling, memory limits."""
    fixture = next(f for f in FIXTURES if f.name == "llama_norms_sdpa_ts_17")
    rng = np.random.default_rng(0)
    sequences = [rng.integers(0, 160, length).tolist() for length in (7, 300, 150, 64, 65)]

    def compiled():
        tools.compile(fixture.model, "batch.so", f"--retriever={DATA / 'retriever_causal_1.onnx'}", f"--kv-budget={BUDGET}",
                      f"--max-seq={MAX_SEQ}", "--max-batch=3").expect(0)

    def batch_is_alone():
        together, generated = tools.run("batch.so", sequences, SPARSE_STEPS)
        for index, sequence in enumerate(sequences):
            logits, tokens = tools.run("batch.so", [sequence], SPARSE_STEPS)
            rows = len(sequence) + SPARSE_STEPS
            expect_same_bits(together[index, :rows], logits[0], f"logits of sequence {index} in a batch and alone")
            expect_same_bits(generated[index], tokens[0], f"tokens of sequence {index} in a batch and alone")
            if not np.isnan(together[index, rows:]).all():
                raise Failed(f"rows past the end of sequence {index} are not NaN")

    def window():
        tools.compile(fixture.model, "window.so", f"--retriever={DATA / 'retriever_window.onnx'}", f"--kv-budget={BUDGET}", f"--max-seq={MAX_SEQ}",
                      "--max-batch=3").expect(0)
        chosen = sequences[:4]
        together, generated = tools.run("window.so", chosen, SPARSE_STEPS, "--chunk=8")
        for chunk in (1, 3, 7):  # at most 8 rows: never the GEMM library, whose sums are in another order
            logits, tokens = tools.run("window.so", chosen, SPARSE_STEPS, f"--chunk={chunk}")
            expect_same_bits(logits, together, f"logits of prompts in chunks of {chunk} and of 8")
            expect_same_bits(tokens, generated, f"tokens of prompts in chunks of {chunk} and of 8")
        for index, sequence in enumerate(chosen):  # sequence 3 takes the slot that another has left
            logits, _ = tools.run("window.so", [sequence], SPARSE_STEPS, "--chunk=8")
            expect_same_bits(together[index, :len(sequence) + SPARSE_STEPS], logits[0], f"logits of sequence {index} in a batch and alone")

    def ample():
        tools.compile(fixture.model, "ample.so", f"--retriever={DATA / 'retriever_eagle.onnx'}", f"--kv-budget={MAX_SEQ}", f"--max-seq={MAX_SEQ}",
                      "--max-batch=2").expect(0)
        sparse, _ = tools.run("ample.so", sequences, SPARSE_STEPS)
        full, _ = tools.run("ample.so", sequences, SPARSE_STEPS, "--full-attention")
        expect_same_bits(sparse, full, "logits with an ample budget and with full attention")

    def seeds():
        def sample(seed):
            return tools.run("batch.so", sequences, SPARSE_STEPS, "--temperature=1.5", "--top-k=40", "--top-p=0.95", f"--seed={seed}")[1]
        first = sample(1)
        expect_same_bits(sample(1), first, "tokens sampled twice with one seed")
        if (sample(2) == first).all():
            raise Failed("two seeds sampled the same tokens")

    def threads():
        one, _ = tools.run("batch.so", sequences, SPARSE_STEPS, "--threads=1")
        two, _ = tools.run("batch.so", sequences, SPARSE_STEPS, "--threads=2")
        live = ~np.isnan(one)
        expect_close(two[live], one[live], 1e-5, "logits of one and of two threads")

    def figures(name, *flags):
        result = tools.call("spc-run", tools.scratch / name, f"--tokens={tools.tokens(sequences)}", "-n", SPARSE_STEPS, "--stats", *flags)
        result.expect(0)
        return result.out, {line.split()[0]: float(line.split()[1]) for line in result.err.splitlines() if re.fullmatch(r"\w+ +[-+.e0-9]+", line)}

    def adaptive():
        tokens, resident = figures("batch.so")
        all_out = figures("batch.so", "--offload-layers=2")[1]["device_total"]
        limit = int((all_out + resident["device_total"]) / 2)
        adapted, stats = figures("batch.so", f"--device-memory={limit}")
        if adapted != tokens:
            raise Failed("tokens differ")
        if not (stats["layers_moved_out"] > 0 and stats["most_offloaded_layers"] > 0 and limit - 64 < stats["device_total"] <= limit):
            raise Failed(f"no layer moved within {limit} bytes: {stats}")
        expect_same_bits(tools.run("batch.so", sequences, SPARSE_STEPS, f"--device-memory={limit}", "--chunk=8")[0],
                         tools.run("batch.so", sequences, SPARSE_STEPS, "--chunk=8")[0], "logits with layers that move and without")
        return f"{stats['layers_moved_out']:.0f} layers moved out, {stats['layers_moved_back']:.0f} back"

    def one_set():
        tools.compile(fixture.model, "one_set.so", f"--retriever={DATA / 'retriever_causal_1.onnx'}", f"--kv-budget={BUDGET}", f"--max-seq={MAX_SEQ}",
                      "--max-batch=3", "--selection=token").expect(0)
        resident, all_out = (tools.run("one_set.so", sequences, SPARSE_STEPS, "--chunk=8", f"--offload-layers={count}") for count in (0, 2))
        expect_same_bits(all_out[0], resident[0], "logits with one set of tokens, layers out and not")
        heads, _ = tools.run("batch.so", sequences, SPARSE_STEPS, "--chunk=8")
        live = ~np.isnan(heads)
        if (heads[live] == resident[0][live]).all():
            raise Failed("one set for all KV heads changes nothing")
        out, stats = figures("one_set.so", "--min-captured=1e-9")
        if out != figures("one_set.so")[0] or not 0 < stats["captured_least"] <= 1:
            raise Failed(f"the guard measures one set wrongly: {stats}")
        if figures("one_set.so", f"--device-memory={int(stats['device_total'] * 0.9)}")[0] != out:
            raise Failed("tokens differ when layers move")

    def guarded():
        if figures("batch.so", "--min-captured=1e-9")[0] != figures("batch.so")[0]:
            raise Failed("a guard that nothing falls short of changes tokens")
        out, stats = figures("batch.so", "--min-captured=1")
        if out != figures("batch.so", "--full-attention")[0] and stats["rows_fallen_back"] == stats["rows_captured"]:
            raise Failed("all rows fell back, but tokens are not those of full attention")
        if not 0 < stats["captured_least"] <= stats["captured_mean"] <= 1 or not 0 < stats["rows_fallen_back"] <= stats["rows_captured"]:
            raise Failed(f"{stats}")
        return f"selections capture {stats['captured_mean']:.3f} in the mean, {stats['captured_least']:.3f} at least"

    def embedded():
        tools.compile(fixture.model, "embedded.so", f"--max-seq={MAX_SEQ}", "--embed-weights").expect(0)
        for leftover in tools.scratch.glob("embedded*.safetensors"):
            raise Failed(f"--embed-weights left {leftover.name}")
        inside, _ = tools.run("embedded.so", sequences[:1], SPARSE_STEPS)
        tools.compile(fixture.model, "beside.so", f"--max-seq={MAX_SEQ}").expect(0)
        beside, _ = tools.run("beside.so", sequences[:1], SPARSE_STEPS)
        expect_same_bits(inside, beside, "logits with weights inside and beside the object")

    report.check("a batch compiles", compiled)
    report.check("five sequences of unequal lengths in batches of three equal each alone, bit for bit", batch_is_alone)
    report.check("layers that move as sequences come and go, bit for bit", adaptive)
    report.check("one set of tokens for all KV heads: batches, layers out, the guard", one_set)
    report.check("sequences fall back to full attention below --min-captured", guarded)
    report.check("the window of retriever_window: chunks of any length, batches and reused slots give the same bits", window)
    report.check("an ample budget is full attention for a batch, bit for bit", ample)
    report.check("sampling repeats with its seed", seeds)
    report.check("one thread and two agree", threads)
    report.check("embedded weights equal weights beside the object", embedded)


def check_all(tools, report):
    for fixture in FIXTURES:
        check_fixture(tools, report, fixture)
    check_sessions(tools, report)
