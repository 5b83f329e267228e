"""spc-run --trace: every command of a step once, on its track, in spans that nest. spc-bench --calibrate and what spc-plan makes of it. (test/lit/tools/spc-plan.test
has the rest of spc-plan.)"""
import json
import re
import xml.etree.ElementTree

from fixtures import DATA
from tools import Failed

HOST, COMPUTE, WAIT, COPY, MOVE = 1, 2, 3, 4, 5  # the tracks' thread numbers
LAYERS, STEPS, PROMPT = 2, 4, 150
ROW = 2 * 16 * 2  # K and V of a token and head, bf16
KV_HEADS = 2


def read_trace(path):
    """-> (names of tracks by thread, spans)"""
    events = json.loads(path.read_text())["traceEvents"]
    names = {event["tid"]: event["args"]["name"] for event in events if event["name"] == "thread_name"}
    return names, [event for event in events if event["ph"] == "X"]


def nanoseconds(event):
    begin = round(event["ts"] * 1000)
    return begin, begin + round(event["dur"] * 1000)


def check_nesting(spans):
    """Spans of a track contain each other or do not meet; the host's contain those of their run."""
    hosts = {event["args"]["run"]: nanoseconds(event) for event in spans if event["tid"] == HOST}
    for track in (HOST, COMPUTE, WAIT, COPY):
        stack = []
        for begin, end in sorted((nanoseconds(event) for event in spans if event["tid"] == track), key=lambda span: (span[0], -span[1])):
            while stack and stack[-1] <= begin:
                stack.pop()
            if stack and end > stack[-1]:
                raise Failed(f"track {track}: a span from {begin} to {end} crosses one that ends at {stack[-1]}")
            stack.append(end)
    for event in spans:
        begin, end = nanoseconds(event)
        first, last = hosts[event["args"]["run"]]
        if not first <= begin <= end <= last:
            raise Failed(f"{event} lies outside its program, {first} to {last}")


def commands_of(plan_text):
    """-> opcodes of @decode, from --emit=plan"""
    lines = plan_text.split("program decode: ")[1].split("\nprogram ")[0].splitlines()[1:]
    words = [line.split() for line in lines]
    return [line[1] for line in words if len(line) > 1 and line[0].isdigit()]


def check_step(spans, opcodes, layers_out):
    tracks = {"kv_prefetch": COPY, "kv_offload": COPY, "kv_wait": WAIT}
    for index, opcode in enumerate(opcodes):
        mine = [event for event in spans if event["args"].get("command") == index]
        wanted = [tracks.get(opcode, COMPUTE)]
        if opcode in tracks:  # copies of resident layers do nothing, nor do the waits for them
            wanted = wanted if mine and mine[0]["args"]["layer"] >= LAYERS - layers_out else []
        if [event["tid"] for event in mine] != wanted or any(event["args"]["op"] != opcode for event in mine):
            raise Failed(f"command {index} ({opcode}) has the spans {mine}")
        for event in mine:
            if opcode == "kv_offload" and event["args"]["bytes"] != KV_HEADS * ROW:
                raise Failed(f"{event} should move {KV_HEADS * ROW} bytes")
    for opcode in ("kv_prefetch", "kv_offload"):
        count = sum(event["args"].get("op") == opcode for event in spans)
        if count != layers_out:
            raise Failed(f"{count} spans of {opcode}, {layers_out} layers are out")


def check_all(tools, report):
    model = (DATA / "llama_bf16_sdpa_dynamo_18.onnx", "plan.so", f"--retriever={DATA / 'retriever_causal_1.onnx'}", "--kv-budget=64", "--max-seq=512",
             "--max-batch=4")
    prompt = [[(7 * i + 3) % 160 for i in range(PROMPT)]]
    plain = []

    def compiled():
        tools.compile(*model).expect(0)
        plain.append(tools.compile(model[0], "plan.txt", *model[2:], "--emit=plan").expect(0))

    def run(*flags):
        return tools.call("spc-run", tools.scratch / "plan.so", f"--tokens={tools.tokens(prompt)}", "-n", STEPS + 1, "--threads=2", *flags)

    def trace():
        opcodes = commands_of((tools.scratch / "plan.txt").read_text())
        if not {"launch", "linear", "kv_prefetch", "kv_offload", "kv_wait"} <= set(opcodes):
            raise Failed(f"the plan's decode program has {sorted(set(opcodes))}")
        path, reference = tools.scratch / "trace.json", run().expect(0).out
        for layers_out in range(LAYERS + 1):
            if run(f"--offload-layers={layers_out}", f"--trace={path}").expect(0).out != reference:
                raise Failed("tokens differ when the run is traced")
            names, spans = read_trace(path)
            if names != {HOST: "host", COMPUTE: "compute stream", WAIT: "waits for copies", COPY: "copy stream", MOVE: "layers on the move"}:
                raise Failed(f"the tracks are {names}")
            check_nesting(spans)
            steps = sorted({event["args"]["run"] for event in spans if event["args"]["program"] == "decode"})
            if len(steps) != STEPS:
                raise Failed(f"{len(steps)} decode steps are on the timeline, {STEPS} ran")
            for step in steps:
                check_step([event for event in spans if event["args"]["run"] == step], opcodes, layers_out)
            first = [e["args"]["bytes"] for e in spans if e["args"].get("op") == "kv_prefetch" and e["args"]["run"] == steps[0]]
            # The first step loads what it selects: 132 rows a head, less the new token's own.
            if any(loaded != KV_HEADS * ROW * 131 for loaded in first):
                raise Failed(f"the first step's prefetches bring {first} bytes")
        return f"{len(spans)} spans with all layers out"

    def moves():
        path = tools.scratch / "moves.json"
        texts = tools.tokens([[(5 * i + row) % 160 for i in range(20)] for row in range(4)])
        call = ("spc-run", tools.scratch / "plan.so", f"--tokens={texts}", "-n", 400, "--stats")
        reference = tools.call(*call).expect(0)
        total = int(re.search(r"device_total +(\d+)", reference.err).group(1))
        result = tools.call(*call, f"--device-memory={int(total * 0.9)}", f"--trace={path}").expect(0)
        moved = int(re.search(r"bytes_moved +(\d+)", result.err).group(1))
        spans = [event for event in read_trace(path)[1] if event["tid"] == MOVE]
        if result.out != reference.out:
            raise Failed("tokens differ when layers move and the run is traced")
        if not spans or sum(event["args"]["bytes"] for event in spans) != moved:
            raise Failed(f"{len(spans)} moves on the timeline do not add up to {moved} bytes")
        if {event["name"] for event in spans} - {f"layer {layer} {way}" for layer in range(LAYERS) for way in ("out", "back")}:
            raise Failed(f"moves are called {sorted({event['name'] for event in spans})}")
        return f"{len(spans)} copies of {moved} bytes"

    def unwritable():
        result = run(f"--trace={tools.scratch / 'no' / 'trace.json'}").expect(1)
        if "trace.json: cannot write" not in result.err:
            raise Failed(result.err)

    def calibrated():
        machine, out, drawing = (tools.scratch / name for name in ("machine.json", "plan.json", "plan.svg"))
        tools.call("spc-bench", tools.scratch / "plan.so", "--weights=random", "--threads=1", f"--calibrate={machine}").expect(0)
        figures = json.loads(machine.read_text())
        rates = [figures[name] for name in ("memory_bandwidth", "link_bandwidth", "prefill_flops", "prefill_seconds")]
        cases = figures["cases"]
        if min(rates) <= 0 or {case["offloaded_layers"] for case in cases} != {0, 1, 2} or {case["attention"] for case in cases} != {"sparse", "full"}:
            raise Failed(f"measured {figures}")
        if any(case["seconds"] <= 0 or case["predicted_seconds"] <= 0 or case["fitted"] != (case["offloaded_layers"] == 0) for case in cases):
            raise Failed(f"measured {cases}")
        tools.call("spc-plan", tools.scratch / "plan.so", f"--calibration={machine}", "--device-memory=900KiB", "--lengths=64,512", f"--json={out}",
                   f"--svg={drawing}").expect(0)
        planned = json.loads(out.read_text())
        for row in planned["lengths"] + planned["best"]:
            if row["fits"] and (row["device"] > 900 << 10 or sum(row["device_bytes"].values()) != row["device"] or row["seconds"] <= 0):
                raise Failed(f"{row} does not add up")
        if any(best["tokens_per_second"] < row["tokens_per_second"] for best, row in zip(planned["best"], planned["lengths"]) if row["fits"]):
            raise Failed("the best is not the best")
        root = xml.etree.ElementTree.parse(drawing).getroot()
        areas = [node for node in root.iter() if node.get("class") == "area"]
        if not root.tag.endswith("svg") or len(areas) != 7:
            raise Failed(f"the drawing has {len(areas)} areas")
        return f"{len(cases)} steps measured"

    report.check("plan: its model compiles", compiled)
    report.check("spc-run --trace has every command once, on its track", trace)
    report.check("spc-run --trace has layers on the move", moves)
    report.check("spc-run --trace says where it cannot write", unwritable)
    report.check("spc-bench --calibrate measures, spc-plan predicts and draws", calibrated)
