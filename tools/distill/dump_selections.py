#!/usr/bin/env python3
"""What a head selects at every decode step, in float32: the reference that a compiled object's selections are compared with.

    dump_selections.py --llm=FOLDER --head=head.safetensors --prompts=prompts.txt --steps=16 --budget=128 -o selections.npz

prompts.txt has a sequence of token ids a line, as spc-run --tokens takes. Each prompt is prefilled with full attention; then |steps| greedy tokens are
decoded sparsely, so that the features a step's head reads are those of the sparse step before, as at run time. A prompt may carry tokens to be
decoded instead of greedy ones: `ids | ids`.

selections.npz, for prompt i:
    tokens_i    i32 [n + steps]               the prompt and the tokens decoded after it; step s consumes tokens_i[n + s]
    prompt_i    i32                           n
    selected_i  i32 [steps, KV heads, S]      ascending token indices that step s read: 4 sinks, the budget's, the recent ones, itself among them
    margin_i    f32 [steps, KV heads]         the last probability chosen over the first left out, minus 1: where it is of the order of float32's
                                              rounding, 1e-6, two implementations may differ and both be right
"""
import argparse
import pathlib
import sys

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import export  # noqa: E402
import taps  # noqa: E402
from head import grouped_scores  # noqa: E402

CHUNK = 1024


class Sequence:
    """One sequence: the LLM's cache, the head's keys, its window and the features of the newest token."""

    def __init__(self, llm, head, budget, sink, recent):
        from transformers import DynamicCache
        self.llm, self.head, self.budget, self.sink, self.recent = llm, head, budget, sink, recent
        self.cache, self.length = DynamicCache(), 0
        self.keys = torch.zeros(1, 0, llm.shape.kv_heads, llm.shape.head_size)
        width = len(head.shape.features) * llm.shape.hidden
        self.newest = torch.zeros(1, 1, width) if width else None
        self.window = torch.zeros(1, head.shape.window - 1, head.shape.window_size)

    def queries(self, tokens, features):
        """The head for these tokens -> q [1, S, Hq, d]; appends its keys and moves its window."""
        embedded = self.llm.embed(tokens)
        q, k = self.head.queries_keys(embedded, features, torch.arange(self.length, self.length + tokens.shape[1]), self.window)
        self.keys = torch.cat([self.keys, k], 1)
        if self.head.shape.window > 1:
            projected = torch.nn.functional.linear(embedded, self.head.down.weight)
            self.window = torch.cat([self.window, projected], 1)[:, -(self.head.shape.window - 1):]
        return q

    def joined(self, outputs):
        return torch.cat([outputs[layer] for layer in self.head.shape.features], -1) if self.head.shape.features else None

    @torch.no_grad()
    def prefill(self, tokens):
        for begin in range(0, len(tokens), CHUNK):
            part = torch.tensor([tokens[begin:begin + CHUNK]])
            outputs, hidden = self.llm.run(part, self.head.shape.features, past_key_values=self.cache, use_cache=True)
            features = self.joined(outputs)
            before = None if features is None else torch.cat([self.newest, features], 1)
            self.queries(part, None if before is None else before[:, :-1])
            self.newest = None if before is None else before[:, -1:]
            self.length += part.shape[1]
        return int(self.llm.lm_head(hidden[:, -1]).argmax())

    @torch.no_grad()
    def step(self, token):
        """-> the greedy next token, selected [Hkv, S], margins [Hkv]"""
        tokens, t = torch.tensor([[token]]), self.length
        q = self.queries(tokens, self.newest)
        allowed, margins = torch.ones(1, self.llm.shape.kv_heads, t + 1, dtype=torch.bool), torch.full((self.llm.shape.kv_heads,), torch.inf)
        if t + 1 > self.sink + self.budget + self.recent:
            far = slice(self.sink, t - self.recent + 1)
            p = grouped_scores(q, self.keys[:, far]).softmax(-1).amax(2)[0, :, 0]  # [Hkv, far]
            best = p.topk(self.budget + 1, -1)
            allowed[0, :, far] = False
            allowed[0, :, far] = allowed[0, :, far].scatter(1, best.indices[:, :-1], True)
            margins = best.values[:, -2] / best.values[:, -1] - 1
        outputs, hidden = self.llm.step(tokens, self.head.shape.features, self.cache, allowed)
        self.newest = self.joined(outputs)
        self.length += 1
        selected = np.stack([row.nonzero()[:, 0].numpy() for row in allowed[0]])
        return int(self.llm.lm_head(hidden[:, -1]).argmax()), selected.astype(np.int32), margins.numpy()


def read_prompts(path):
    """-> [(prompt ids, forced ids or None)]"""
    prompts = []
    for line in pathlib.Path(path).read_text().splitlines():
        prompt, bar, forced = line.partition("|")
        if prompt.split():
            prompts.append(([int(word) for word in prompt.split()], [int(word) for word in forced.split()] if bar else None))
    return prompts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llm", required=True)
    parser.add_argument("--head", required=True)
    parser.add_argument("--prompts", required=True)
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--budget", type=int, required=True)
    parser.add_argument("--sink", type=int, default=4)
    parser.add_argument("--recent", type=int, default=64)
    parser.add_argument("-o", "--output", required=True)
    args = parser.parse_args()
    llm = taps.FrozenLlm(args.llm, "cpu", torch.float32)
    head, _ = export.read_head(args.head, llm.shape)
    arrays = {}
    for index, (prompt, forced) in enumerate(read_prompts(args.prompts)):
        sequence = Sequence(llm, head, args.budget, args.sink, args.recent)
        token, tokens, selected, margins = sequence.prefill(prompt), list(prompt), [], []
        for position in range(len(forced) if forced is not None else args.steps):
            token = forced[position] if forced is not None else token
            tokens.append(token)
            token, chosen, margin = sequence.step(token)
            selected.append(chosen)
            margins.append(margin)
        arrays |= {f"tokens_{index}": np.array(tokens, np.int32), f"prompt_{index}": np.int32(len(prompt)),
                   f"selected_{index}": np.stack(selected), f"margin_{index}": np.stack(margins).astype(np.float32)}
        print(f"prompt {index}: {len(prompt)} tokens, {len(selected)} steps, smallest margin {np.stack(margins).min():.1e}", flush=True)
    np.savez_compressed(args.output, **arrays)


if __name__ == "__main__":
    main()
