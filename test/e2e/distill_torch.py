#!/usr/bin/env python3
"""What of tools/distill needs PyTorch: run by check_distill.py, with a Python that has torch and transformers, or by hand.

    distill_torch.py --family=qwen3 --out=FOLDER    a head for a tiny model with random weights: FOLDER/llm (Hugging Face), llm.onnx, head.onnx, selections.npz
    distill_torch.py --resume --out=FOLDER          the same run in one piece and in two
    distill_torch.py --tokenizer --out=FOLDER       a text through a tokenizer made here
Prints `ok ...` last, or dies.
"""
import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools" / "distill"), str(ROOT / "examples" / "needle")]
SHAPE = {"vocab_size": 260, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2,
         "max_position_embeddings": 512, "rms_norm_eps": 1e-5, "tie_word_embeddings": False, "bos_token_id": 256, "eos_token_id": 257, "initializer_range": 0.2}
FAMILIES = {"llama": {"head_dim": 16}, "qwen2": {"use_sliding_window": False}, "qwen3": {"head_dim": 16}, "mistral": {"head_dim": 16, "sliding_window": None}}
SETTINGS = ["--features=0,2", "--window=4", "--window-size=16", "--fused=32", "--length=160", "--batch=1", "--rows=16", "--sink=4", "--recent=16", "--device=cpu",
            "--report-every=4"]
BUDGET, PROMPT, STEPS = 16, 150, 8


def tiny(family, folder):
    """A model of random weights and a config.json that says all there is to it."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM
    torch.manual_seed(1)
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(family, **SHAPE, **FAMILIES[family]), dtype=torch.float32)
    model.to(torch.bfloat16).float().save_pretrained(folder)
    return folder


def call(script, *words):
    result = subprocess.run([sys.executable, str(ROOT / "tools" / script), *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode:
        sys.exit(f"{script} {' '.join(map(str, words))}\n{result.stdout[-3000:]}")
    return result.stdout


def divergences(folder):
    log = json.loads((folder / "report.json").read_text())["log"]
    return [entry["heads"]["head"]["divergence"] for entry in log]


def text_file(folder, size=20000):
    import random
    import texts
    rng, text = random.Random(5), ""
    while len(text) < size:
        text += texts.sentence(rng)
    (folder / "text.txt").write_text(text)
    return folder / "text.txt", text


def check_family(family, out):
    llm = tiny(family, out / "llm")
    _, text = text_file(out)
    call("distill/distill.py", f"--llm={llm}", f"--text={out / 'text.txt'}", "--bytes", "--bos=256", "--steps=161", "--rate=5e-3", *SETTINGS, "-o", out)
    seen = divergences(out)
    before, after = sum(seen[:4]) / 4, sum(seen[-4:]) / 4
    if not after < .95 * before:
        sys.exit(f"the divergence went from {before} to {after}: nothing was learnt")
    (out / "prompts.txt").write_text("".join(" ".join(map(str, [256, *text[i:i + PROMPT].encode()])) + "\n" for i in (0, 3000, 6000)))
    call("distill/dump_selections.py", f"--llm={llm}", f"--head={out / 'head.safetensors'}", f"--prompts={out / 'prompts.txt'}", f"--steps={STEPS}", f"--budget={BUDGET}",
         "--recent=16", "-o", out / "selections.npz")
    call("export/export_llm.py", f"--model={llm}", "--form=dynamo_18", "-o", out / "llm.onnx")
    print(f"ok {family}: divergence {before:.2f}, {after:.2f} after 160 steps")


def check_resume(out):
    import torch
    import distill
    import export  # noqa: F401
    llm, (path, _) = tiny("llama", out / "llm"), text_file(out)

    def trainer(name, stop):
        sys.argv = ["distill.py", f"--llm={llm}", f"--text={path}", "--bytes", "--steps=8", *SETTINGS, "-o", str(out / name)]
        args = distill.arguments()
        frozen = distill.taps.FrozenLlm(args.llm, args.device, torch.float32)
        run = distill.RunPlan(args.length, args.batch, args.rows, args.row_chunk, args.steps, args.seconds, args.rate, args.sink, args.recent, args.seed,
                              args.save_every, args.report_every)
        made = distill.Trainer(frozen, distill.open_source(args, frozen), run, [distill.parse_head("head", args)], args.output, args.device)
        resumed = made.resume()
        if stop:
            made.done = lambda: made.step >= stop
        made.train()
        return made, resumed

    whole, _ = trainer("whole", 0)
    trainer("parts", 3)
    parts, resumed = trainer("parts", 0)
    if not resumed or parts.step != 8:
        sys.exit(f"resumed: {resumed}, ended at step {parts.step}")
    for name, value in whole.students[0].head.state_dict().items():
        if not torch.equal(value, parts.students[0].head.state_dict()[name]):
            sys.exit(f"{name} of the run in two parts is another")
    print("ok eight steps at once and three and five have the same weights")


def check_tokenizer(out):
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast
    llm, (path, text) = tiny("llama", out / "llm"), text_file(out)
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.train_from_iterator([text], trainers.BpeTrainer(vocab_size=SHAPE["vocab_size"], special_tokens=["<unk>", "<s>"]))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>").save_pretrained(llm)
    import data
    tokens = data.read_tokens(path, llm, False, None)
    if tokens.max() >= SHAPE["vocab_size"] or not 500 < len(tokens) < len(text):
        sys.exit(f"{len(tokens)} tokens up to {tokens.max()} of {len(text)} characters")
    call("distill/distill.py", f"--llm={llm}", f"--text={path}", "--steps=9", *SETTINGS, "-o", out)
    print(f"ok {len(text)} characters are {len(tokens)} tokens of a tokenizer; divergence {divergences(out)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--family", choices=FAMILIES)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--tokenizer", action="store_true")
    parser.add_argument("--out", required=True, type=pathlib.Path)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    if args.family:
        check_family(args.family, args.out)
    if args.resume:
        check_resume(args.out)
    if args.tokenizer:
        check_tokenizer(args.out)


if __name__ == "__main__":
    main()
