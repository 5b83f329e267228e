#!/usr/bin/env python3
"""Decode at Llama-3.1-8B's shapes on a GPU, in one run: spc, sparse and with full attention; Hugging Face transformers, sdpa and eager; FlashInfer.

    cuda_decode.py --spc-bench=build/bin/spc-bench --object=build/bench8b/libllama8b.so --output=RESULTS.json
                   [--only=copy,spc,hf-sdpa,hf-eager,flashinfer] [--context=32768] [--batches=1,8,16,20,24] [--prefill=4096,32768]

Needs PyTorch and transformers; downloads nothing: weights and cached keys and values are random, in bf16, made on the device. bench/llama_8b.sh makes the
object. What copies reach is measured first, and is the bandwidth that spc-bench is given. Each transformers case is a greedy decode loop over
model.forward with a filled cache: DynamicCache, the default of generate(), and StaticCache. A batch that does not fit is recorded, and larger ones are not
tried. FlashInfer's case (flashinfer_decode.py) is left out where the package flashinfer-python is not installed. cuda_report.py turns RESULTS.json into tables.
"""
import argparse
import datetime
import gc
import importlib.metadata
import importlib.util
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

os.environ.setdefault("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")  # a cache that grows by a row a step does not fragment memory

import torch  # noqa: E402
from transformers import AutoModelForCausalLM, DynamicCache, LlamaConfig, StaticCache  # noqa: E402

CASES = ("copy", "spc", "hf-sdpa", "hf-eager", "flashinfer")
COPY_BYTES, COPY_REPEATS = 4 << 30, 12
SCALING = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}


def llama_8b(layers):
    return LlamaConfig(vocab_size=128256, hidden_size=4096, intermediate_size=14336, num_hidden_layers=layers, num_attention_heads=32, num_key_value_heads=8,
                       head_dim=128, max_position_embeddings=131072, rms_norm_eps=1e-5, tie_word_embeddings=False,
                       rope_parameters={**SCALING, "rope_theta": 500000.0})


def synchronize():
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def release():
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def summary(seconds):
    return {"seconds": statistics.median(seconds), "least": min(seconds), "most": max(seconds)}


def measure_copy(device, size):
    """-> bytes a second of a device-to-device copy, read plus written"""
    source = torch.empty(size, dtype=torch.uint8, device=device).random_()
    target = torch.empty_like(source)
    seconds = []
    for _ in range(COPY_REPEATS):
        synchronize()
        begin = time.perf_counter()
        target.copy_(source)
        synchronize()
        seconds.append(time.perf_counter() - begin)
    return 2 * size / statistics.median(seconds[2:])


# ---- transformers


def random_model(config, device):
    """Built without memory, then given it: only the RoPE frequencies, which are no weights, are computed."""
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16, attn_implementation="sdpa")
    model.to_empty(device=device)
    model.model.rotary_emb = type(model.model.rotary_emb)(config=config).to(device)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.fill_(1)
            else:
                parameter.uniform_(-1, 1).mul_((3 / parameter.shape[-1]) ** 0.5)
    return model.eval()


def filled_cache(kind, config, batch, context, steps, device):
    heads, size = config.num_key_value_heads, config.head_dim

    def random_rows():
        return torch.empty(batch, heads, context, size, dtype=torch.bfloat16, device=device).uniform_(-1, 1)

    if kind == "dynamic":
        cache = DynamicCache(config=config)
        for layer in range(config.num_hidden_layers):
            cache.update(random_rows(), random_rows(), layer)
        return cache
    cache = StaticCache(config=config, max_cache_len=context + steps)
    cache.early_initialization(batch, heads, size, torch.bfloat16, device)
    for layer in cache.layers:
        layer.keys[:, :, :context].uniform_(-1, 1)
        layer.values[:, :, :context].uniform_(-1, 1)
        layer.cumulative_length.fill_(context)
    return cache


@torch.no_grad()
def decode(model, kind, batch, context, args):
    """-> figures of greedy steps of |batch| sequences of |context| tokens"""
    device = model.device
    cache = filled_cache(kind, model.config, batch, context, args.warmup + args.steps, device)
    tokens = torch.randint(model.config.vocab_size, (batch, 1), device=device)
    seconds = []
    for _ in range(args.warmup + args.steps):
        synchronize()
        begin = time.perf_counter()
        tokens = model(input_ids=tokens, past_key_values=cache, use_cache=True).logits[:, -1].argmax(-1, keepdim=True)
        synchronize()
        seconds.append(time.perf_counter() - begin)
    if int(cache.get_seq_length()) != context + args.warmup + args.steps:
        raise RuntimeError(f"the cache has {cache.get_seq_length()} tokens after {args.warmup + args.steps} steps from {context}")
    return summary(seconds[args.warmup:])


def try_decode(model, kind, batch, context, args):
    figures = {"batch": batch, "context": context, "cache": kind}
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    try:
        figures |= decode(model, kind, batch, context, args)
        figures["tokens_per_second"] = batch / figures["seconds"]
        if torch.cuda.is_available():
            figures["peak_memory"] = torch.cuda.max_memory_allocated()
    except torch.OutOfMemoryError as error:
        figures["does_not_fit"] = str(error).splitlines()[0]
    release()  # the cache is gone by now
    return figures


def measure_transformers(model, attention, args, record):
    model.set_attn_implementation(attention)
    for kind in ("dynamic", "static"):  # which is faster depends on the batch
        for batch in args.batches:
            if "does_not_fit" in record(try_decode(model, kind, batch, args.context, args)):
                break


# ---- FlashInfer


def measure_flashinfer(args, record):
    """Its attention with and without tensor cores: which is faster depends on the shapes."""
    import flashinfer_decode  # needs flashinfer-python

    config = llama_8b(args.layers)
    with torch.no_grad():
        weights = flashinfer_decode.Weights(config, args.device)
    for tensor_cores in (True, False):
        difference = flashinfer_decode.check(weights, config, 3, 1000, tensor_cores)
        if not difference < 2e-2:
            raise RuntimeError(f"FlashInfer's attention differs from PyTorch's by {difference:.3g}")
        for batch in args.batches:
            figures = {"batch": batch, "context": args.context, "tensor_cores": tensor_cores}
            torch.cuda.reset_peak_memory_stats()
            try:
                seconds, planning = flashinfer_decode.decode(weights, config, batch, args.context, args.steps, args.warmup, tensor_cores)
                figures |= summary(seconds) | {"planning_seconds": planning, "peak_memory": torch.cuda.max_memory_allocated()}
                figures["tokens_per_second"] = batch / figures["seconds"]
            except torch.OutOfMemoryError as error:
                figures["does_not_fit"] = str(error).splitlines()[0]
            release()
            record(figures)
            if "does_not_fit" in figures:
                break


# ---- spc


def library_environment(spc_bench):
    """spc-bench finds what lies in the lib folder beside its own, and cuBLASLt where PyTorch has its."""
    folders = [str(pathlib.Path(spc_bench).resolve().parents[1] / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
    environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(filter(None, folders))}
    wheels = pathlib.Path(torch.__file__).parents[1] / "nvidia"
    for library in sorted(wheels.rglob("libcublasLt.so.*")):
        environment.setdefault("SPC_CUDA_LIBS", str(library.parent))
    return environment


def measure_spc(args, bandwidth):
    """-> what spc-bench wrote"""
    path = pathlib.Path(args.output).with_suffix(".spc.json")
    command = [args.spc_bench, args.object, "--weights=random", f"--batch={','.join(map(str, args.batches))}", f"--context={args.context}", "--full-attention",
               f"--steps={args.steps}", f"--warmup={args.warmup}", f"--json={path}"]
    if bandwidth:
        command.append(f"--bandwidth={bandwidth / 1e9:.1f}")
    if args.prefill:
        command.append(f"--prefill={args.prefill}")
    status = subprocess.run(command, env=library_environment(args.spc_bench)).returncode
    if status != 0:
        print(f"{' '.join(command)}: status {status}", file=sys.stderr, flush=True)
    return json.loads(path.read_text()) if path.exists() else None


# ---- Everything


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def driver_version():
    try:
        query = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
        return subprocess.run(query, stdout=subprocess.PIPE, text=True, check=True).stdout.split()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return None


def describe_machine(device):
    gpu = torch.cuda.get_device_name() if device == "cuda" else platform.machine()
    return {"gpu": gpu, "driver": driver_version(), "cuda": torch.version.cuda, "torch": version("torch"), "transformers": version("transformers"),
            "flashinfer": version("flashinfer-python"), "python": platform.python_version(), "date": str(datetime.date.today()), "command": " ".join([pathlib.Path(sys.argv[0]).name, *(word for word in sys.argv[1:] if not word.startswith("--output"))])}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(CASES), help="what to measure, of " + ", ".join(CASES))
    parser.add_argument("--spc-bench", default="build/bin/spc-bench")
    parser.add_argument("--object", default="build/bench8b/libllama8b.so")
    parser.add_argument("--context", type=int, default=32768)
    parser.add_argument("--batches", default="1,8,16,20,24", help="ascending")
    parser.add_argument("--prefill", default="", help="lengths for spc-bench")
    parser.add_argument("--steps", type=int, default=16, help="timed, of every case")
    parser.add_argument("--warmup", type=int, default=3)
    parser.add_argument("--bandwidth", type=float, help="GB/s, when copy is not measured")
    parser.add_argument("--layers", type=int, default=32, help="of transformers' model: fewer for a try")
    parser.add_argument("--copy-size", type=int, default=COPY_BYTES, help="bytes")
    parser.add_argument("--device", default="cuda", help="of transformers' model: cpu for a try")
    parser.add_argument("--output", required=True, help="JSON")
    args = parser.parse_args()
    args.batches = [int(batch) for batch in args.batches.split(",")]
    args.only = args.only.split(",")
    unknown = set(args.only) - set(CASES)
    if unknown:
        parser.error(f"--only: {', '.join(sorted(unknown))}: not one of {', '.join(CASES)}")
    return args


def main():
    args = parse_arguments()
    results = {"machine": describe_machine(args.device), "context": args.context, "copy": None, "spc": None, "transformers": [], "flashinfer": [], "left_out": []}

    def save():  # after every case: what was measured stays when a later one breaks
        pathlib.Path(args.output).write_text(json.dumps(results, indent=1))

    if "copy" in args.only:
        results["copy"] = measure_copy(args.device, args.copy_size)
        release()
        print(f"copy: {results['copy'] / 1e9:.1f} GB/s", flush=True)
    if "spc" in args.only:  # a process of its own, before this one takes memory
        results["spc"] = measure_spc(args, results["copy"] or (args.bandwidth or 0) * 1e9)
        save()
    attentions = [case.removeprefix("hf-") for case in args.only if case.startswith("hf-")]
    model = random_model(llama_8b(args.layers), args.device) if attentions else None
    for attention in attentions:
        def record(figures):
            results["transformers"].append({"attention": attention, **figures})
            print(json.dumps(results["transformers"][-1]), flush=True)
            save()
            return figures

        measure_transformers(model, attention, args, record)
    model = None
    release()
    if "flashinfer" in args.only and importlib.util.find_spec("flashinfer") is None:
        results["left_out"].append("FlashInfer: the package flashinfer-python is not installed on this machine")
    elif "flashinfer" in args.only:
        def record_flashinfer(figures):
            results["flashinfer"].append(figures)
            print(json.dumps({"flashinfer": figures}), flush=True)
            save()

        try:
            measure_flashinfer(args, record_flashinfer)
        except (ImportError, OSError, RuntimeError) as error:  # it compiles kernels when it first needs them, which takes nvcc and ninja
            results["left_out"].append(f"FlashInfer {version('flashinfer-python')}: {str(error).splitlines()[0]}")
    print("\n".join(results["left_out"]), flush=True)
    save()


if __name__ == "__main__":
    main()
