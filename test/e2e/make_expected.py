#!/usr/bin/env python3
"""Makes test/data/NAME.npz, the expected outputs of every model in fixtures.py, with onnxruntime (f32, f16) or transformers (bf16).

    make_expected.py [NAME ...]

A prompt of 300 random tokens is run in chunks of 128, then 64 greedy steps. Of 64 random prompts the one is kept whose greedy choices are
clearest, so that rounding cannot change a token. Each file holds:
    prompt [300], tokens [64], positions [16] and logits [16, vocab] at those positions, norms [364] (of the logits of every position),
    margin: the smallest distance of the two highest logits in the 64 steps, over the largest logit;
    for bf16 also bf16_error: how far transformers in bf16 is from the same weights in float32 (`logits` are float32's).
"""
import json
import pathlib
import sys

import numpy as np
import onnxruntime

from fixtures import CHUNK, FIXTURES, PROMPT_TOKENS, STEPS
from onnx_reader import Model

CANDIDATES = 64
KEPT_POSITIONS = 16


class OnnxRuntime:
    """A past/present graph with growing KV."""

    def __init__(self, path):
        self.path = path
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.inputs = {item.name: item for item in self.session.get_inputs()}
        self.outputs = [item.name for item in self.session.get_outputs()]
        self.vocabulary = self.session.get_outputs()[self.outputs.index("logits")].shape[-1]

    def head_size(self, shape):
        if isinstance(shape[3], int):
            return shape[3]
        # The genai builder leaves it symbolic in the shapes of KV; the rotary cache has half a head a row.
        return 2 * Model(self.path).initializers["cos_cache"].dims[1]

    def empty(self, batch):
        past = {}
        for name, item in self.inputs.items():
            if name.startswith("past_key_values"):
                element = np.float16 if "float16" in item.type else np.float32
                past[name] = np.zeros((batch, item.shape[1], 0, self.head_size(item.shape)), element)
        return past

    def feed(self, ids, past):
        length = next(iter(past.values())).shape[2]
        feed = {"input_ids": ids, "attention_mask": np.ones((len(ids), length + ids.shape[1]), np.int64), **past}
        if "position_ids" in self.inputs:
            feed["position_ids"] = np.broadcast_to(np.arange(length, length + ids.shape[1]), ids.shape).copy()
        return feed

    def run(self, ids, past):
        results = dict(zip(self.outputs, self.session.run(None, self.feed(ids, past))))
        present = {name: results[name.replace("past_key_values", "present")] for name in past}
        return results["logits"].astype(np.float32), present


class Transformers:
    """The Hugging Face model whose weights were exported, in |dtype|."""

    def __init__(self, fixture, dtype):
        import torch
        sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools" / "export"))
        from llm_config import load_model
        self.torch = torch
        torch.set_num_threads(1)
        self.model = load_model(fixture.config, fixture.attention, fixture.seed, torch.bfloat16).to(dtype)
        self.vocabulary = self.model.config.vocab_size

    def empty(self, batch):
        from transformers import DynamicCache
        return DynamicCache()

    def run(self, ids, past):
        with self.torch.no_grad():
            out = self.model(input_ids=self.torch.from_numpy(ids), past_key_values=past, use_cache=True)
        return out.logits.float().numpy(), out.past_key_values


def greedy(runner, prompts):
    """prompts [B, P] -> logits [B, P + STEPS, V], tokens [B, STEPS]"""
    past, logits, tokens = runner.empty(len(prompts)), [], []
    for begin in range(0, prompts.shape[1], CHUNK):
        part, past = runner.run(prompts[:, begin:begin + CHUNK], past)
        logits.append(part)
    for _ in range(STEPS):
        tokens.append(logits[-1][:, -1].argmax(-1))
        part, past = runner.run(tokens[-1][:, None].astype(np.int64), past)
        logits.append(part)
    return np.concatenate(logits, 1), np.stack(tokens, 1)


def forced(runner, prompt, tokens):
    """Logits [P + STEPS, V] of a given continuation."""
    past, logits = runner.empty(1), []
    for begin in range(0, len(prompt), CHUNK):
        part, past = runner.run(prompt[None, begin:begin + CHUNK], past)
        logits.append(part[0])
    for token in tokens:
        part, past = runner.run(np.array([[token]], np.int64), past)
        logits.append(part[0])
    return np.concatenate(logits)


def margins(logits):
    """logits [B, P + STEPS, V] -> smallest margin of the greedy choices, over the largest logit, per prompt"""
    steps = np.sort(logits[:, PROMPT_TOKENS - 1:-1], -1)
    return (steps[..., -1] - steps[..., -2]).min(1) / np.abs(logits).max((1, 2))


def make(fixture):
    rng = np.random.default_rng(sum(fixture.name.encode()))
    bf16 = fixture.dtype == "bf16"
    if bf16:
        import torch
        runner = Transformers(fixture, torch.float32)
    else:
        runner = OnnxRuntime(fixture.model)
    prompts = rng.integers(0, runner.vocabulary, (CANDIDATES, PROMPT_TOKENS))
    if fixture.form == "genai":  # GroupQueryAttention takes a chunk with a past only for batch 1
        clearness = [margins(greedy(runner, prompt[None])[0])[0] for prompt in prompts]
    else:
        clearness = margins(greedy(runner, prompts)[0])
    prompt = prompts[np.argmax(clearness)]
    logits, tokens = greedy(runner, prompt[None])
    margin, logits, tokens = margins(logits)[0], logits[0], tokens[0]
    # The ends, the seams of the chunks, and some between.
    seams = {0, 1, CHUNK - 1, CHUNK, 2 * CHUNK - 1, 2 * CHUNK, PROMPT_TOKENS - 1, PROMPT_TOKENS, PROMPT_TOKENS + 1, len(logits) - 1}
    others = rng.permutation([p for p in range(len(logits)) if p not in seams])[:KEPT_POSITIONS - len(seams)]
    positions = np.array(sorted(seams | set(others.tolist())))
    arrays = {"prompt": prompt.astype(np.int32), "tokens": tokens.astype(np.int32), "positions": positions.astype(np.int32),
              "logits": logits[positions], "norms": np.linalg.norm(logits, axis=-1), "margin": np.float32(margin)}
    if bf16:
        other = forced(Transformers(fixture, torch.bfloat16), prompt, tokens)
        arrays["bf16_error"] = np.float32(np.abs(other - logits).max() / np.abs(logits).max())
    np.savez_compressed(fixture.expected, **arrays)
    return {"name": fixture.name, "margin": float(margin), "largest logit": float(np.abs(logits).max()),
            "bf16 error": float(arrays.get("bf16_error", 0)), "bytes": fixture.expected.stat().st_size}


def main():
    wanted = set(sys.argv[1:])
    for fixture in FIXTURES:
        if not wanted or fixture.name in wanted:
            print(json.dumps(make(fixture)), flush=True)


if __name__ == "__main__":
    main()
