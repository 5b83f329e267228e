"""What a head's attention is taught: the LLM's own, of all layers, at a few rows of a text.

Sums are kept over the far tokens alone (not the sinks, not the recent window: those are read whatever the head says). Nothing here is as long as
the text in both directions: [B, KV heads, rows, T] a target, and one layer's probabilities at a time.
"""
import torch

from head import gather_rows, grouped_scores

ATTENTION = ("squared-max", "max", "mean")
TARGETS = (*ATTENTION, "next-token")


def far_tokens(rows, length, sink, recent):
    """rows [B, R] -> bool [B, R, T]: what a head may choose when the LLM stands at each row."""
    tokens = torch.arange(length, device=rows.device)
    return (tokens >= sink) & (tokens <= rows[:, :, None] - recent)


class AttentionTargets:
    """Fed with every layer's queries and keys, gives distributions over far tokens for each wanted target."""

    def __init__(self, wanted, rows, length, sink, recent):
        self.rows, self.length, self.layers = rows, length, 0
        self.causal = torch.arange(length, device=rows.device) <= rows[:, :, None]
        self.far = far_tokens(rows, length, sink, recent)
        self.peak = self.total = None
        self.wanted = wanted

    def add_layer(self, q, k, scale, window=None):
        """q [B, T, Hq, d], k [B, T, Hkv, d], after RoPE; |window|: a sliding window's tokens"""
        allowed = self.causal if window is None else self.causal & (torch.arange(self.length, device=k.device) > self.rows[:, :, None] - window)
        scores = grouped_scores(gather_rows(q, self.rows), k) * (scale * k.shape[-1]**.5)
        p = scores.masked_fill_(~allowed[:, None, None], float("-inf")).softmax(-1) * self.far[:, None, None]
        peak, mean = p.amax(2), p.mean(2)
        self.peak = peak if self.peak is None else torch.maximum(self.peak, peak)
        self.total = mean if self.total is None else self.total + mean
        self.layers += 1

    def mass(self):
        """The LLM's mean attention to each far token: [B, Hkv, R, T]"""
        return self.total / self.layers

    def distribution(self, name):
        """-> probabilities [B, Hkv, R, T], weights [B, Hkv, R]: rows that look at nothing far teach little"""
        if name == "mean":
            values, strength = self.mass(), 2 * self.layers
        else:
            values, strength = (self.peak.square() if name == "squared-max" else self.peak), 1
        sums = values.sum(-1, keepdim=True)
        return values / sums.clamp(min=1e-6), (sums[..., 0] * strength).clamp(max=1)


def cross_entropy_sum(scores, far, target, weight):
    """Weighted sum of -sum target log(mean over the group of softmax): the pooled probabilities are what a selection orders by.

    scores [B, Hkv, G, R, T], far [B, R, T], target [B, Hkv, R, T], weight [B, Hkv, R]"""
    p = scores.masked_fill(~far[:, None, None], -1e9).softmax(-1).mean(2)
    return -((target * (p + 1e-9).log()).sum(-1) * weight).sum()


@torch.no_grad()
def entropy_sum(target, weight):
    return -((target * (target + 1e-20).log()).sum(-1) * weight).sum()


@torch.no_grad()
def captured(scores, far, mass, budget):
    """Share of the LLM's far attention mass that the |budget| tokens of highest probability hold."""
    p = scores.masked_fill(~far[:, None, None], -1e9).softmax(-1).amax(2)
    chosen = p.topk(min(budget, p.shape[-1]), -1).indices
    return (mass.gather(-1, chosen).sum() / mass.sum().clamp(min=1e-9)).item()
