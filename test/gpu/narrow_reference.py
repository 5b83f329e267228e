"""What the activations that a GPU plan keeps in bf16 do to the logits of a bf16 model (--spc-narrow-activations), in numpy.

The CPU target computes with float32 activations and bf16 weights and caches; a GPU plan rounds what only linears, swiglu and attention read. On small random
models that alone moves logits by several percent, so the GPU's logits are compared with this model's, which rounds in the same places.
"""
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from numpy_reference import Decoder, linear, rms_norm, round_bf16, silu  # noqa: E402


class NarrowDecoder(Decoder):
    """Decoder as the kernels of compiler/kernels/nvptx compute it, but for the order of sums."""

    def __init__(self, path, eps):
        super().__init__(path, eps, kv_round=round_bf16)

    def run_layer(self, index, x, positions, selection):
        layer = self.layers[index]
        normed = round_bf16(rms_norm(x, layer.input_norm, self.eps))
        q, k, v = (round_bf16(linear(normed, projection)) for projection in (layer.q, layer.k, layer.v))
        q = q.reshape(len(x), self.q_heads, self.head_size)
        k = k.reshape(len(x), self.kv_heads, self.head_size)
        if layer.q_norm is not None:
            q, k = rms_norm(q, layer.q_norm, self.eps), rms_norm(k, layer.k_norm, self.eps)
        keys, values = self.cache[index]
        keys[positions] = round_bf16(self.rope(k, positions))
        values[positions] = v.reshape(k.shape)
        mixed = self.attend(index, round_bf16(self.rope(q, positions)), positions, selection)
        x = x + linear(round_bf16(mixed), layer.o)
        normed = round_bf16(rms_norm(x, layer.post_norm, self.eps))
        gate, up = round_bf16(linear(normed, layer.gate)), round_bf16(linear(normed, layer.up))
        return x + linear(round_bf16(silu(gate) * up), layer.down)

    def attend(self, index, q, positions, selection):
        """Weights are rounded for the product with V; their sum is that of the rounded ones."""
        keys, values = self.cache[index]
        group, out = self.q_heads // self.kv_heads, np.empty(q.shape, self.dtype)
        tokens = np.arange(positions[-1] + 1)
        hidden = tokens[None] > positions[:, None]
        for query in range(self.q_heads):
            head = query // group
            scores = (q[:, query] * self.head_size**-0.5) @ keys[tokens, head].T
            scores[hidden] = -np.inf
            weights = round_bf16(np.exp(scores - scores.max(-1, keepdims=True)))
            out[:, query] = weights @ values[tokens, head] / weights.sum(-1, keepdims=True)
        return out.reshape(len(q), -1)

    def logits(self, hidden):
        return linear(round_bf16(rms_norm(hidden, self.final_norm, self.eps)), self.head)


def token_at(i, vocab):
    """As spc-gpu-models makes the tokens of sequence 0."""
    return (i * 2654435761 + i // 7 * 31) % vocab


def write_logits(path, model, eps, count):
    """Writes f32 [count, vocab], the logits after each of the first |count| tokens of spc-gpu-models, to |path|.

    -> the largest difference that keeping activations in f32 would make, over the largest logit.
    """
    logits = []
    for decoder in (NarrowDecoder(model, eps), Decoder(model, eps, kv_round=round_bf16)):
        decoder.start(count)
        tokens = np.array([token_at(i, len(decoder.weights.embedding)) for i in range(count)])
        logits.append(decoder.logits(decoder.run(tokens, 0)[-1]))
    narrow, wide = logits
    narrow.astype(np.float32).tofile(path)
    return float(abs(narrow - wide).max() / abs(wide).max())
