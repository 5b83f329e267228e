#!/usr/bin/env python3
"""Exact match of sparse decoding in PyTorch, by selector and budget: the table of docs/distill.md.

    evaluate_heads.py --llm=FOLDER --heads=FOLDER/*.safetensors --prompts=256 --needles=64 --budgets=64,128 -o results.jsonl

Prompts are those of texts.py (seeds 0, 1, ...), `--length` tokens with the answer. The text is prefilled in full; then, with --from=question, the question and the
answer are decoded sparsely, each step reading 4 first and 64 recent tokens and, for each KV head, `budget` others that were chosen before the LLM
ran. --from=answer decodes the answer alone so, as spc-run does after prefilling a prompt. Float32 throughout, on bf16 weights.
"""
import argparse
import json
import pathlib
import sys
import time

import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tools" / "distill")]
import documents  # noqa: E402
import export  # noqa: E402
import llm as needle  # noqa: E402
from head import LlmShape  # noqa: E402
from llm import EPS, HEAD, HEADS, KV_HEADS, SHAPE  # noqa: E402

SINK, RECENT, QUESTION, DIGITS = 4, 64, 43, documents.CODE
GROUP = HEADS // KV_HEADS
LLM = LlmShape(SHAPE["hidden_size"], SHAPE["intermediate_size"], HEADS, KV_HEADS, HEAD, SHAPE["rope_theta"], EPS)
PREFILL = 8  # prompts at a time


class Prompts:
    """What full attention leaves of a set of prompts: keys and values [layers][B, KV heads, T, d], features, the heads' keys."""

    def __init__(self, model, heads, tokens, device):
        self.model, self.heads, self.tokens, self.device = model, heads, tokens.to(device), device
        self.layers = sorted({layer for head in heads.values() for layer in head.shape.features})
        count, length = tokens.shape
        shape = (count, KV_HEADS, length, HEAD)
        self.keys = [torch.zeros(shape, device=device) for _ in model.model.layers]
        self.values = [torch.zeros(shape, device=device) for _ in model.model.layers]
        self.head_keys = {name: torch.zeros(shape, device=device) for name in heads}
        self.table = needle.rope_table(length, device)
        self.prefilled = length - 1
        self.before = {}  # {first sparse position: {layer: features of the token before it}}
        self.full = torch.zeros(count, DIGITS, dtype=torch.long, device=device)
        for begin in range(0, count, PREFILL):
            self.prefill(slice(begin, begin + PREFILL))

    @torch.no_grad()
    def prefill(self, part):
        tokens = self.tokens[part, :self.prefilled]
        batch, length = tokens.shape
        table = [t[:length].repeat(batch, 1) for t in self.table]
        x, outputs = self.model.model.embed_tokens(tokens.reshape(-1)), {}
        for index, layer in enumerate(self.model.model.layers):
            a, m = layer.self_attn, layer.mlp
            q, k, v = needle.before_attention(x, layer.input_layernorm.weight, a.q_proj.weight, a.k_proj.weight, a.v_proj.weight, *table)
            x = needle.after_attention(x, needle.attention(q, k, v, batch), a.o_proj.weight, layer.post_attention_layernorm.weight,
                                       m.gate_proj.weight, m.up_proj.weight, m.down_proj.weight)
            self.keys[index][part, :, :length] = k.view(batch, length, KV_HEADS, HEAD).transpose(1, 2)
            self.values[index][part, :, :length] = v.view(batch, length, KV_HEADS, HEAD).transpose(1, 2)
            if index in self.layers:
                outputs[index] = x.view(batch, length, -1)
        last = needle.rms_norm(x.view(batch, length, -1)[:, -DIGITS:], self.model.model.norm.weight)
        self.full[part] = needle.linear(last, self.model.lm_head.weight).argmax(-1)
        for start in (length + 1 - DIGITS - QUESTION, length + 1 - DIGITS):
            saved = self.before.setdefault(start, {index: torch.zeros(len(self.tokens), SHAPE["hidden_size"], device=self.device) for index in self.layers})
            for index in self.layers:
                saved[index][part] = outputs[index][:, start - 1]
        for name, head in self.heads.items():
            features = None
            if head.shape.features:
                joined = torch.cat([outputs[index] for index in head.shape.features], -1)
                features = torch.cat([torch.zeros_like(joined[:, :1]), joined[:, :-1]], 1)
            _, k = head.queries_keys(self.model.model.embed_tokens(tokens), features, torch.arange(length, device=self.device))
            self.head_keys[name][part, :, :length] = k.transpose(1, 2)


def scores(q, keys):
    """q [B, Hq, d], keys [B, Hkv, T, d] -> [B, Hkv, G, T]"""
    return (q.view(len(q), KV_HEADS, -1, HEAD) @ keys.transpose(2, 3)) * HEAD**-0.5


def always(prompts, t, recent=RECENT):
    """What every step reads: bool [B, Hkv, t+1]"""
    allowed = torch.zeros(len(prompts.tokens), KV_HEADS, t + 1, dtype=torch.bool, device=prompts.device)
    allowed[:, :, :SINK] = True
    allowed[:, :, max(0, t - recent + 1):] = True
    return allowed


def far(t):
    return slice(SINK, t - RECENT + 1)


def step(prompts, t, allowed, budget_a_layer=0, observe=None):
    """Runs the token at t -> logits [B, V], {layer: features [B, H]}. |allowed| None: everything; |observe| collects each layer's far probabilities."""
    model, count = prompts.model, len(prompts.tokens)
    table = [part[t:t + 1].expand(count, -1) for part in prompts.table]
    x, outputs = model.model.embed_tokens(prompts.tokens[:, t]), {}
    for index, layer in enumerate(model.model.layers):
        a, m = layer.self_attn, layer.mlp
        q, k, v = needle.before_attention(x, layer.input_layernorm.weight, a.q_proj.weight, a.k_proj.weight, a.v_proj.weight, *table)
        prompts.keys[index][:, :, t], prompts.values[index][:, :, t] = k, v
        s, permitted = scores(q, prompts.keys[index][:, :, :t + 1]), allowed
        if budget_a_layer or observe is not None:
            p = s.softmax(-1)[..., far(t)]
            if observe is not None:
                observe.append(p)
            if budget_a_layer:
                permitted = choose(prompts, t, p.amax(2), budget_a_layer)
        if permitted is not None:
            s = s.masked_fill(~permitted[:, :, None], float("-inf"))
        mixed = (s.softmax(-1) @ prompts.values[index][:, :, :t + 1]).reshape(count, -1)
        x = needle.after_attention(x, mixed, a.o_proj.weight, layer.post_attention_layernorm.weight, m.gate_proj.weight, m.up_proj.weight, m.down_proj.weight)
        if index in prompts.layers:
            outputs[index] = x
    return needle.linear(needle.rms_norm(x, model.model.norm.weight), model.lm_head.weight), outputs


def choose(prompts, t, probabilities, budget):
    allowed = always(prompts, t)
    best = probabilities.topk(min(budget, probabilities.shape[-1]), -1).indices
    allowed[:, :, far(t)] = allowed[:, :, far(t)].scatter(2, best, True)
    return allowed


def head_probabilities(prompts, name, t, features):
    head, first = prompts.heads[name], max(0, t + 1 - prompts.heads[name].shape.window)
    embedded = prompts.model.model.embed_tokens(prompts.tokens[:, first:t + 1])
    joined = None
    if head.shape.features:
        joined = torch.cat([features[layer] for layer in head.shape.features], -1)[:, None].expand(-1, t + 1 - first, -1)
    q, k = head.queries_keys(embedded, joined, torch.arange(first, t + 1, device=prompts.device))  # of which the last row counts
    prompts.head_keys[name][:, :, t] = k[:, -1]
    return scores(q[:, -1], prompts.head_keys[name][:, :, far(t)]).softmax(-1).amax(2)


@torch.no_grad()
def decode(prompts, selector, budget, start):
    """-> [B] exactly right, mean overlap of successive selections, share of the far mass"""
    length, features, previous, overlaps, right = prompts.tokens.shape[1], prompts.before[start], None, [], []
    for t in range(start, length - 1):
        allowed, layered = None, 0
        if selector == "sliding window":
            allowed = always(prompts, t, RECENT + budget)
        elif selector == "oracle per layer":
            layered = budget
        elif selector != "full":
            if selector == "random":
                p = torch.rand(len(prompts.tokens), KV_HEADS, t - RECENT + 1 - SINK, device=prompts.device)
            elif selector == "oracle, one set":
                seen = []
                step(prompts, t, None, observe=seen)
                p = torch.stack([layer.amax(2) for layer in seen]).amax(0)
            else:
                p = head_probabilities(prompts, selector, t, features)
            allowed = choose(prompts, t, p, budget)
            chosen = F.pad(allowed[:, :, far(t)], (0, length - (t - RECENT + 1 - SINK)))
            if previous is not None:
                overlaps.append((chosen & previous).sum(-1).float().mean() / budget)
            previous = chosen
        logits, features = step(prompts, t, allowed, layered)
        if t >= length - 1 - DIGITS:
            right.append(logits.argmax(-1) == prompts.tokens[:, t + 1])
    exact = torch.stack(right).all(0).float()
    return exact, torch.stack(overlaps).mean().item() if overlaps else None


@torch.no_grad()
def captured(prompts, selector, budgets, start):
    """Share of the LLM's far attention (mean over layers and heads, full attention) that a selector's tokens hold, over the sparse steps."""
    features, held, total = prompts.before[start], {budget: 0. for budget in budgets}, 0.
    for t in range(start, prompts.tokens.shape[1] - 1):
        seen, p = [], head_probabilities(prompts, selector, t, features) if selector in prompts.heads else None
        _, features = step(prompts, t, None, observe=seen)
        mass = torch.stack([layer.mean(2) for layer in seen]).mean(0)
        p = torch.stack([layer.amax(2) for layer in seen]).amax(0) if p is None else p
        order = mass.gather(-1, p.topk(max(budgets), -1).indices)
        for budget in budgets:
            held[budget] = held[budget] + order[..., :budget].sum().item()
        total += mass.sum().item()
    return {budget: round(value / total, 4) for budget, value in held.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llm", required=True, type=pathlib.Path)
    parser.add_argument("--heads", nargs="*", default=[], type=pathlib.Path)
    parser.add_argument("--prompts", type=int, default=256)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--needles", type=int, default=64)
    parser.add_argument("--length", type=int, default=8192)
    parser.add_argument("--budgets", default="64,128")
    parser.add_argument("--from", dest="begin", choices=["question", "answer"], default="question")
    parser.add_argument("--seconds", type=float, default=1e9, help="begin no further selector after so many")
    parser.add_argument("--captured", action="store_true")
    parser.add_argument("-o", "--output", required=True, type=pathlib.Path)
    args = parser.parse_args()
    from safetensors.torch import load_file
    start_time = time.monotonic()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    needle.PRECISION["half"] = False
    torch.manual_seed(0)
    needle.ROPE["scaling"] = json.loads((args.llm / "config.json").read_text()).get("rope_scaling")
    model = needle.Llm()
    model.load_state_dict({name: value.float() for name, value in load_file(args.llm / "model.safetensors").items()})
    model = model.to(device).requires_grad_(False)
    heads = {path.stem: export.read_head(path, LLM)[0].to(device) for path in args.heads}
    budgets = [int(budget) for budget in args.budgets.split(",")]
    tokens = torch.from_numpy(documents.tests(args.first_seed, args.prompts, args.length, args.needles))
    prompts = Prompts(model, heads, tokens, device)
    start = args.length - DIGITS - (QUESTION if args.begin == "question" else 0)
    output = open(args.output, "a")

    def say(selector, budget, exact, **more):
        mean = exact.mean().item()
        entry = {"needles": args.needles, "length": args.length, "prompts": args.prompts, "from": args.begin, "selector": selector, "budget": budget,
                 "exact": round(mean, 4), "error": round((mean * (1 - mean) / len(exact))**.5, 4), **more}
        output.write(json.dumps(entry) + "\n")
        output.flush()
        print(entry, f"{time.monotonic() - start_time:.0f} s", flush=True)

    say("full, prefill", 0, (prompts.full == prompts.tokens[:, -DIGITS:]).all(1).float())
    say("full", 0, decode(prompts, "full", 0, start)[0])
    for selector in [*heads, "sliding window", "random", "oracle per layer", "oracle, one set"]:
        if time.monotonic() - start_time > args.seconds:
            print(f"out of time before {selector}", flush=True)
            break
        shares = captured(prompts, selector, budgets, start) if args.captured and (selector in heads or selector == "oracle, one set") else {}
        for budget in budgets:
            exact, overlap = decode(prompts, selector, budget, start)
            more = {"overlap": round(overlap, 3)} if overlap is not None else {}
            say(selector, budget, exact, **more, **({"captured": shares[budget]} if shares else {}))


if __name__ == "__main__":
    main()
