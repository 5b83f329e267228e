#!/usr/bin/env python3
"""Trains retrieval heads for a Hugging Face causal LM (docs/distill.md).

    distill.py --llm=FOLDER --text=book.txt --features=1,8,14 --steps=2000 -o OUT
    distill.py --llm=FOLDER --tokens=corpus.npy --features=1,8,14 --window=16 --window-size=64 --steps=2000 -o OUT
    distill.py --llm=FOLDER --generator=FILE.py --head=a:window=24:seed=1 --head=b:window=24:target=mean ... -o OUT

Writes OUT/NAME.safetensors and OUT/NAME.onnx of every head, report.json, curves.svg and checkpoint.pt; run again with the same options, it goes on from
the checkpoint. The ONNX is what spc-compile --retriever takes. --head may be given several times: heads trained together share the LLM's forward
passes; what a --head does not say comes from the options.
"""
import argparse
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import data  # noqa: E402
import export  # noqa: E402
import taps  # noqa: E402
from head import HeadShape  # noqa: E402
from targets import TARGETS  # noqa: E402
from train import HeadPlan, RunPlan, Trainer  # noqa: E402

KEYS = ("target", "seed", "window", "window-size", "fused", "q-heads", "features", "theta")


def parse_features(text):
    layers = [int(layer) for layer in text.replace("+", ",").split(",") if layer]
    if layers != sorted(set(layers)):
        raise SystemExit(f"feature layers {text}: they must be ascending and distinct")
    return tuple(layers)


def parse_head(text, args):
    name, *settings = text.split(":")
    values = {"target": args.target, "seed": args.seed, "window": args.window, "window-size": args.window_size, "fused": args.fused,
              "q-heads": args.q_heads, "features": args.features, "theta": args.theta}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if key not in KEYS or not equals:
            raise SystemExit(f"--head={text}: {setting} is not one of {', '.join(KEYS)} with a value")
        values[key] = value
    if values["target"] not in TARGETS:
        raise SystemExit(f"--head={text}: target {values['target']} is none of {', '.join(TARGETS)}")
    shape = HeadShape(parse_features(values["features"]), int(values["window"]), int(values["window-size"]), int(values["fused"]), int(values["q-heads"]),
                      float(values["theta"]))
    return HeadPlan(name, shape, values["target"], int(values["seed"]))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llm", required=True, help="Hugging Face folder; or a config.json, to try speed and memory with random weights")
    text = parser.add_mutually_exclusive_group(required=True)
    text.add_argument("--text", help="text file, read with the model's tokenizer")
    text.add_argument("--tokens", help=".npy, .bin (uint16) or .bin32 (uint32) file of token ids")
    text.add_argument("--generator", help="Python file whose Source makes up texts (data.py)")
    text.add_argument("--random-tokens", action="store_true", help="for trials of speed and memory")
    parser.add_argument("--bytes", action="store_true", help="the text's bytes are its tokens")
    parser.add_argument("--bos", type=int, help="token that begins every sequence of a text")
    shape = parser.add_argument_group("the head")
    shape.add_argument("--features", default="", help="LLM layers, counted from 0, whose outputs it reads: 1,8,14; none: no features")
    shape.add_argument("--window", type=int, default=1, help="embeddings it reads, the newest last; 1 is the newest alone")
    shape.add_argument("--window-size", type=int, default=64, help="values each of these is projected to")
    shape.add_argument("--fused", type=int, default=0, help="values the features are projected to (the LLM's hidden size)")
    shape.add_argument("--q-heads", type=int, default=0, help="query heads (as many as the LLM)")
    shape.add_argument("--theta", type=float, default=0, help="base of the head's RoPE (the LLM's); a larger one leaves more dimensions to compare contents")
    shape.add_argument("--target", choices=TARGETS, default="squared-max")
    shape.add_argument("--head", action="append", default=[], metavar="NAME[:KEY=VALUE...]", help=f"one of several heads; keys: {', '.join(KEYS)}")
    run = parser.add_argument_group("the run")
    run.add_argument("--steps", type=int, default=0)
    run.add_argument("--seconds", type=float, default=0, help="of training, instead of steps")
    run.add_argument("--length", type=int, default=8192)
    run.add_argument("--batch", type=int, default=4)
    run.add_argument("--rows", type=int, default=256, help="rows of each sequence at which the head is compared with its target")
    run.add_argument("--row-chunk", type=int, default=256, help="of these, how many have probabilities in memory at a time")
    run.add_argument("--rate", type=float, default=1e-3)
    run.add_argument("--sink", type=int, default=4)
    run.add_argument("--recent", type=int, default=64)
    run.add_argument("--seed", type=int, default=1)
    run.add_argument("--workers", type=int, default=4, help="processes of a generator")
    run.add_argument("--save-every", type=float, default=60, metavar="SECONDS")
    run.add_argument("--report-every", type=int, default=50, metavar="STEPS")
    run.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    run.add_argument("--element", choices=["f32", "bf16"], default="bf16", help="element that the exported weights are stored in")
    parser.add_argument("-o", "--output", required=True, type=pathlib.Path)
    args = parser.parse_args()
    if not args.steps and not args.seconds:
        parser.error("give --steps or --seconds")
    if args.rows > args.length // 2 - args.recent:
        parser.error(f"--rows={args.rows} are too many for --length={args.length}")
    return args


def open_source(args, llm):
    if args.generator:
        return data.Generated(args.generator, args.length, args.batch, 1000 * args.seed, args.workers)
    if args.random_tokens:
        tokens = torch.randint(0, llm.vocabulary, (1 << 20,), generator=torch.Generator().manual_seed(args.seed)).numpy()
    else:
        tokens = data.read_tokens(args.tokens or args.text, args.llm, args.bytes, args.bos)
    return data.Crops(tokens, args.length, llm.vocabulary, args.seed, args.bos)


def main():
    args = arguments()
    plans = [parse_head(text, args) for text in args.head or ["head"]]
    torch.backends.cuda.matmul.allow_tf32 = True
    half = args.device.startswith("cuda")
    llm = taps.FrozenLlm(args.llm, args.device, torch.bfloat16 if half else torch.float32)
    source = open_source(args, llm)
    run = RunPlan(args.length, args.batch, args.rows, args.row_chunk, args.steps, args.seconds, args.rate, args.sink, args.recent, args.seed,
                  args.save_every, args.report_every)
    try:
        trainer = Trainer(llm, source, run, plans, args.output, args.device)
        for student in trainer.students:
            print(f"{student.plan.name}: {student.plan.target}, {student.parameters()} parameters besides the embedding", flush=True)
        if trainer.resume():
            print(f"goes on from step {trainer.step}", flush=True)
        trainer.train()
    finally:
        source.close()
    for student in trainer.students:
        export.write_head(student.head, student.plan, args.output, llm.embed_weight(), args.element)


if __name__ == "__main__":
    main()
