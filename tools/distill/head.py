"""Retrieval heads in PyTorch: what tools/export/README.md writes as forms (c), (d) and standalone, for training.

A head turns a token's embedding, or those of the last W tokens, and the LLM's features of the token before into one query and one key a head. With
`full` it also has the rest of a decoder layer, which next-token distillation needs and the exported head drops.
"""
import dataclasses

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclasses.dataclass(frozen=True)
class LlmShape:
    """What a head must know of its LLM."""
    hidden: int
    intermediate: int
    q_heads: int
    kv_heads: int
    head_size: int
    theta: float
    eps: float


@dataclasses.dataclass(frozen=True)
class HeadShape:
    features: tuple = ()   # LLM layers whose outputs it reads
    window: int = 1        # embeddings side by side; 1: the newest token's alone
    window_size: int = 64  # values each is projected to, when there are several
    fused: int = 0         # rows of fc; 0: the LLM's hidden size
    q_heads: int = 0       # 0: as many as the LLM
    theta: float = 0       # base of its RoPE; 0: the LLM's

    def __post_init__(self):
        if self.window < 1 or (self.window > 1 and self.window_size < 1):
            raise ValueError(f"a window of {self.window} tokens of {self.window_size} values")


def linear(x, weight, half):
    """x W^T, on tensor cores when |half|."""
    if half:
        return F.linear(x.to(torch.bfloat16), weight.to(torch.bfloat16))
    return F.linear(x.float(), weight)


def rms_norm(x, weight, eps):
    x = x.float()
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * weight


def rope_table(positions, head_size, theta):
    """positions [T] -> cos, sin [T, d]"""
    frequencies = 1.0 / theta ** (torch.arange(0, head_size, 2, device=positions.device, dtype=torch.float32) / head_size)
    angles = positions.float()[:, None] * frequencies
    angles = torch.cat([angles, angles], 1)
    return angles.cos(), angles.sin()


def rope(x, table):
    """x [B, T, h, d]"""
    cos, sin = (part[None, :, None] for part in table)
    half = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


class Head(nn.Module):
    def __init__(self, llm, shape, full=False, half=True):
        super().__init__()
        self.llm, self.shape, self.half = llm, shape, half
        self.q_heads, self.theta = shape.q_heads or llm.q_heads, shape.theta or llm.theta
        if self.q_heads % llm.kv_heads:
            raise ValueError(f"{self.q_heads} query heads are no multiple of the LLM's {llm.kv_heads} KV heads")
        width = llm.hidden
        if shape.window > 1:
            self.down = nn.Linear(llm.hidden, shape.window_size, bias=False)
            width = shape.window * shape.window_size
        self.n_emb = nn.Parameter(torch.ones(width))
        if shape.features:
            fused = shape.fused or llm.hidden
            self.fc = nn.Linear(len(shape.features) * llm.hidden, fused, bias=False)
            self.n_hid = nn.Parameter(torch.ones(fused))
            width += fused
        self.q_proj = nn.Linear(width, self.q_heads * llm.head_size, bias=False)
        self.k_proj = nn.Linear(width, llm.kv_heads * llm.head_size, bias=False)
        if full:
            self.residual = nn.Linear(width, llm.hidden, bias=False)
            self.v_proj = nn.Linear(width, llm.kv_heads * llm.head_size, bias=False)
            self.o_proj = nn.Linear(self.q_heads * llm.head_size, llm.hidden, bias=False)
            self.n_post, self.n_out = nn.Parameter(torch.ones(llm.hidden)), nn.Parameter(torch.ones(llm.hidden))
            self.gate, self.up = (nn.Linear(llm.hidden, llm.intermediate, bias=False) for _ in range(2))
            self.mlp_down = nn.Linear(llm.intermediate, llm.hidden, bias=False)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=.02)

    RETRIEVAL = ("down.weight", "n_emb", "fc.weight", "n_hid", "q_proj.weight", "k_proj.weight")

    def retrieval_weights(self):
        """The tensors that make its attention weights, under the short names that export_eagle_head.py reads."""
        return {name: value for name, value in self.state_dict().items() if name in self.RETRIEVAL}

    def inputs(self, embedded, features, past_window=None):
        """embedded [B, T, hidden], features [B, T, F] of the token before each or None; past_window [B, W-1, E], zeros when None -> [B, T, width]"""
        window = self.shape.window
        if window > 1:
            rows = linear(embedded, self.down.weight, self.half).float()
            before = past_window if past_window is not None else rows.new_zeros(len(rows), window - 1, rows.shape[-1])
            rows = torch.cat([before, rows], 1)
            embedded = torch.cat([rows[:, j:j + embedded.shape[1]] for j in range(window)], -1)  # the oldest first
        x = rms_norm(embedded, self.n_emb, self.llm.eps)
        if self.shape.features:
            x = torch.cat([x, rms_norm(linear(features, self.fc.weight, self.half), self.n_hid, self.llm.eps)], -1)
        return x

    def queries_keys(self, embedded, features, positions, past_window=None):
        """-> q [B, T, Hq, d], k [B, T, Hkv, d], rotated"""
        x = self.inputs(embedded, features, past_window)
        table = rope_table(positions, self.llm.head_size, self.theta)
        q, k = (linear(x, w.weight, self.half).unflatten(-1, (-1, self.llm.head_size)).float() for w in (self.q_proj, self.k_proj))
        return rope(q, table), rope(k, table)

    def hidden(self, embedded, features, positions, rows):
        """The whole layer's normed output at |rows| [B, R]: [B, R, hidden]"""
        x = self.inputs(embedded, features)
        table = rope_table(positions, self.llm.head_size, self.theta)
        split = (-1, self.llm.head_size)
        q, k, v = (linear(x, w.weight, self.half).unflatten(-1, split) for w in (self.q_proj, self.k_proj, self.v_proj))
        q, k = rope(q.float(), table).to(v.dtype), rope(k.float(), table).to(v.dtype)
        mixed = F.scaled_dot_product_attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), is_causal=True, enable_gqa=True)
        mixed = mixed.transpose(1, 2).flatten(2)
        at = rows[:, :, None]
        mixed, x = (t.gather(1, at.expand(-1, -1, t.shape[-1])) for t in (mixed, x))
        h = linear(x, self.residual.weight, self.half).float() + linear(mixed, self.o_proj.weight, self.half).float()
        normed = rms_norm(h, self.n_post, self.llm.eps)
        wide = F.silu(linear(normed, self.gate.weight, self.half)) * linear(normed, self.up.weight, self.half)
        return rms_norm(h + linear(wide, self.mlp_down.weight, self.half).float(), self.n_out, self.llm.eps)


def gather_rows(q, rows):
    """q [B, T, h, d], rows [B, R] -> [B, R, h, d]"""
    return q.gather(1, rows[:, :, None, None].expand(-1, -1, *q.shape[2:]))


def grouped_scores(q, k):
    """q [B, R, Hq, d], k [B, T, Hkv, d] -> scaled scores [B, Hkv, G, R, T] float32"""
    batch, rows, heads, size = q.shape
    kv = k.shape[2]
    q = q.view(batch, rows, kv, heads // kv, size).permute(0, 2, 3, 1, 4).reshape(batch, kv, -1, size)
    scores = q @ k.permute(0, 2, 3, 1)
    return scores.view(batch, kv, heads // kv, rows, -1).float() * size**-0.5
