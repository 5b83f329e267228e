"""The example's LLM in PyTorch, for training: a Llama with Hugging Face's parameter names. Master weights are float32, products bf16.

Rows of all sequences are flattened, so that the compiled pieces between attention see one shape.
"""
import contextlib
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from documents import DIGIT, FIRST, TEXT

SHAPE = {"vocab_size": 264, "hidden_size": 256, "intermediate_size": 688, "num_hidden_layers": 6, "num_attention_heads": 8,
         "num_key_value_heads": 4, "head_dim": 32, "rope_theta": 1000000.0, "rms_norm_eps": 1e-5}
CONFIG = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu", "attention_bias": False, "mlp_bias": False,
          "attention_dropout": 0.0, "bos_token_id": 256, "eos_token_id": 257, "initializer_range": 0.02, "max_position_embeddings": 16384,
          "rope_scaling": None, "tie_word_embeddings": False, "torch_dtype": "bfloat16", "use_cache": True, **SHAPE}
HEADS, KV_HEADS, HEAD, EPS = SHAPE["num_attention_heads"], SHAPE["num_key_value_heads"], SHAPE["head_dim"], SHAPE["rms_norm_eps"]
FIRST_DIGIT_WEIGHT = 3.0
PRECISION = {"half": True}  # of products
# In a head of 32 dimensions a base of 1e6 leaves 12 that turn by a tenth of a circle or less in 8192 tokens, and only those compare names alike at any
# distance. Waves longer than 400 tokens, stretched 256 times, make it 22; 8 still tell places within a sentence.
SCALINGS = ({"rope_type": "llama3", "factor": 256.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 400},)
ROPE = {"scaling": None}  # config.json's rope_scaling of the type llama3, or None


@contextlib.contextmanager
def float32():
    """Products within are of float32, as compiled objects' are."""
    PRECISION["half"] = False
    try:
        yield
    finally:
        PRECISION["half"] = True


def rope_frequencies(device):
    f = SHAPE["rope_theta"] ** (-torch.arange(0, HEAD, 2, device=device, dtype=torch.float32) / HEAD)
    scaling = ROPE["scaling"]
    if scaling is None:
        return f
    # Llama 3's: long waves are stretched by a factor, short ones kept, between them a mixture.
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    kept = ((scaling["original_max_position_embeddings"] * f / (2 * math.pi) - low) / (high - low)).clamp(0, 1)
    return (1 - kept) * f / scaling["factor"] + kept * f


def rope_table(length, device):
    frequencies = rope_frequencies(device)
    angles = torch.arange(length, device=device, dtype=torch.float32)[:, None] * frequencies
    angles = torch.cat([angles, angles], 1)
    return angles.cos(), angles.sin()


def rope(x, cos, sin):
    """x [N, heads, d]; cos, sin [N, d]"""
    half = x.shape[-1] // 2
    return x * cos[:, None] + torch.cat([-x[..., half:], x[..., :half]], -1) * sin[:, None]


def rms_norm(x, weight):
    x = x.float()
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + EPS) * weight


def linear(x, weight):
    if not PRECISION["half"]:
        return F.linear(x, weight)
    return F.linear(x.to(torch.bfloat16), weight.to(torch.bfloat16))


def before_attention(x, norm, q, k, v, cos, sin):
    x, rows = rms_norm(x, norm), x.shape[0]
    values = linear(x, v).view(rows, KV_HEADS, HEAD)
    queries = rope(linear(x, q).view(rows, HEADS, HEAD).float(), cos, sin).to(values.dtype)
    keys = rope(linear(x, k).view(rows, KV_HEADS, HEAD).float(), cos, sin).to(values.dtype)
    return queries, keys, values


def after_attention(x, mixed, o, norm, gate, up, down):
    x = x + linear(mixed, o).float()
    normed = rms_norm(x, norm)
    return x + linear(F.silu(linear(normed, gate)) * linear(normed, up), down).float()


def losses(x, norm, head, targets, marks):
    """-> text loss, answer loss, share of digits that are right"""
    logits = linear(rms_norm(x, norm), head).float()
    loss = F.cross_entropy(logits, targets, reduction="none")
    text, digits = (marks == TEXT).float(), (marks >= DIGIT).float()
    weights = digits + (FIRST_DIGIT_WEIGHT - 1) * (marks == FIRST)
    right = (logits.argmax(-1) == targets).float()
    return (loss * text).sum() / text.sum().clamp(min=1), (loss * weights).sum() / weights.sum().clamp(min=1), (right * digits).sum() / digits.sum().clamp(min=1)


def by_head(x, batch):
    """[B*T, heads, d] -> [B, heads, T, d]"""
    return x.view(batch, -1, *x.shape[1:]).transpose(1, 2)


def attention(q, k, v, batch, sparse=None):
    """q [B*T, heads, d], k and v [B*T, KV heads, d] -> [B*T, heads*d]. Causal; |sparse| (rows [B, R], mask [B, heads, R, T] to be added): those rows read
    what the mask leaves."""
    q, k, v = (by_head(x, batch) for x in (q, k, v))
    if sparse is not None or q.dtype == torch.float32:  # whose kernels have no groups
        wide_k, wide_v = (x.repeat_interleave(HEADS // KV_HEADS, 1) for x in (k, v))
    if q.dtype == torch.float32:
        mixed = F.scaled_dot_product_attention(q, wide_k, wide_v, is_causal=True)
    else:
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
    if sparse is not None:
        rows, mask = sparse
        at = rows[:, None, :, None].expand(-1, HEADS, -1, HEAD)
        mixed = mixed.scatter(2, at, F.scaled_dot_product_attention(q.gather(2, at), wide_k, wide_v, attn_mask=mask.to(q.dtype)))
    return mixed.transpose(1, 2).reshape(-1, HEADS * HEAD)


def peak_probabilities(q, k, rows):
    """q [B*T, heads, d], k [B*T, KV heads, d], rows [B, R] -> [B, KV heads, R, T]: of each row, the largest probability of a KV head's query heads"""
    batch, kept = rows.shape
    q, k = by_head(q, batch), by_head(k, batch)
    q = q.gather(2, rows[:, None, :, None].expand(-1, HEADS, -1, HEAD)).view(batch, KV_HEADS, -1, kept, HEAD)
    length = k.shape[2]
    past = torch.arange(length, device=k.device) <= rows[:, None, None, :, None]
    scores = (q @ k[:, :, None].transpose(3, 4)).float() * HEAD**-0.5
    return scores.masked_fill(~past, float("-inf")).softmax(-1).amax(2).to(k.dtype)


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(SHAPE["hidden_size"]))


class Projections(nn.Module):
    def __init__(self, **shapes):
        super().__init__()
        for name, (columns, rows) in shapes.items():
            setattr(self, f"{name}_proj", nn.Linear(columns, rows, bias=False))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        hidden, wide = SHAPE["hidden_size"], SHAPE["intermediate_size"]
        q, kv = (hidden, HEADS * HEAD), (hidden, KV_HEADS * HEAD)
        self.self_attn = Projections(q=q, k=kv, v=kv, o=q[::-1])
        self.mlp = Projections(gate=(hidden, wide), up=(hidden, wide), down=(wide, hidden))
        self.input_layernorm, self.post_attention_layernorm = Norm(), Norm()


class Body(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed_tokens = nn.Embedding(SHAPE["vocab_size"], SHAPE["hidden_size"])
        self.layers = nn.ModuleList([Layer() for _ in range(SHAPE["num_hidden_layers"])])
        self.norm = Norm()


class Llm(nn.Module):
    def __init__(self):
        super().__init__()
        self.model, self.lm_head = Body(), nn.Linear(SHAPE["hidden_size"], SHAPE["vocab_size"], bias=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                residual = name.endswith(("o_proj.weight", "down_proj.weight"))
                nn.init.normal_(parameter, std=0.02 / math.sqrt(2 * SHAPE["num_hidden_layers"]) if residual else 0.02)
        self.pieces = {"before": before_attention, "after": after_attention, "losses": losses, "peaks": peak_probabilities}
        self.tables = None

    def compile_pieces(self):
        self.pieces = {name: torch.compile(piece, dynamic=False) for name, piece in self.pieces.items()}

    def rows(self, tokens, sparse=None, compiled=True, watch=None):
        """tokens [B, T] -> the last layer's outputs [B*T, hidden]; |watch| is called with each layer's queries and keys"""
        before, after = (self.pieces["before"], self.pieces["after"]) if compiled else (before_attention, after_attention)
        batch, length = tokens.shape
        if self.tables is None or self.tables[0] != (batch, length):
            self.tables = ((batch, length), [table.repeat(batch, 1) for table in rope_table(length, tokens.device)])
        x = self.model.embed_tokens(tokens.reshape(-1)).float()
        for layer in self.model.layers:
            a, m = layer.self_attn, layer.mlp
            q, k, v = before(x, layer.input_layernorm.weight, a.q_proj.weight, a.k_proj.weight, a.v_proj.weight, *self.tables[1])
            if watch is not None:
                watch(q, k)
            x = after(x, attention(q, k, v, batch, sparse), a.o_proj.weight, layer.post_attention_layernorm.weight,
                      m.gate_proj.weight, m.up_proj.weight, m.down_proj.weight)
        return x

    @torch.no_grad()
    def peaks(self, tokens, rows, compiled=True):
        """The largest probability that each token has for |rows| [B, R], over layers and a KV head's query heads: [B, KV heads, R, T]"""
        peaks = []

        def watch(q, k):
            p = (self.pieces["peaks"] if compiled else peak_probabilities)(q, k, rows)
            peaks[:] = [torch.maximum(peaks[0], p) if peaks else p]

        self.rows(tokens, compiled=compiled, watch=watch)
        return peaks[0]

    def loss(self, tokens, marks, sparse=None):
        """tokens, marks [B, T+1]"""
        x = self.rows(tokens[:, :-1], sparse)
        return self.pieces["losses"](x, self.model.norm.weight, self.lm_head.weight, tokens[:, 1:].reshape(-1), marks[:, 1:].reshape(-1))

    @torch.no_grad()
    def last_choices(self, tokens, count, sparse=None):
        """The greedy choices at the last |count| positions of tokens [B, T]"""
        x = self.rows(tokens, sparse, compiled=False).view(*tokens.shape, -1)[:, -count:]
        return linear(rms_norm(x, self.model.norm.weight), self.lm_head.weight).float().argmax(-1)
