"""A frozen Hugging Face causal LM that shows what heads are taught from: features of layers, and every layer's queries and keys.

transformers lets a model's attention be any function of (module, q, k, v, ...): ours looks at q and k, after RoPE and whatever norms the family has, and calls
the usual one. So nothing here knows Llama from Qwen.
"""
import json
import pathlib

import torch
from transformers import AutoConfig, AutoModelForCausalLM
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

from head import LlmShape

FAMILIES = ("llama", "qwen2", "qwen3", "mistral")
_ATTENTION = "spc_tapped"
_taps = {"sink": None, "allowed": None}


def _restricted(query, key, value, allowed, scale):
    """One row a sequence that reads |allowed| [B, Hkv, T] alone -> [B, 1, Hq, d]"""
    batch, heads, _, size = query.shape
    scores = query.view(batch, key.shape[1], -1, size) @ key.transpose(2, 3) * scale
    p = scores.masked_fill(~allowed[:, :, None], float("-inf")).softmax(-1)
    return (p @ value).reshape(batch, 1, heads, size)


def _tapped(module, query, key, value, attention_mask, **options):
    """query [B, Hq, T, d], key [B, Hkv, T, d]"""
    if _taps["allowed"] is not None:
        return _restricted(query, key, value, _taps["allowed"], options.get("scaling") or query.shape[-1]**-0.5), None
    if _taps["sink"] is not None:
        scale = options.get("scaling") or query.shape[-1]**-0.5
        _taps["sink"].add_layer(query.transpose(1, 2), key.transpose(1, 2), scale, options.get("sliding_window"))
    return ALL_ATTENTION_FUNCTIONS["sdpa"](module, query, key, value, attention_mask, **options)


ALL_ATTENTION_FUNCTIONS.register(_ATTENTION, _tapped)
try:
    from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS
    ALL_MASK_ATTENTION_FUNCTIONS.register(_ATTENTION, ALL_MASK_ATTENTION_FUNCTIONS["sdpa"])
except ImportError:
    pass


def shape_of(config):
    heads = config.num_attention_heads
    rope = getattr(config, "rope_parameters", None) or {}
    return LlmShape(config.hidden_size, config.intermediate_size, heads, getattr(config, "num_key_value_heads", heads),
                    getattr(config, "head_dim", None) or config.hidden_size // heads,
                    getattr(config, "rope_theta", None) or rope.get("rope_theta", 10000.0), config.rms_norm_eps)


def load(source, device, dtype):
    """A Hugging Face folder; or, for trials of speed and memory, the config.json of a model to be filled with random weights."""
    path = pathlib.Path(source)
    if path.is_dir():
        model = AutoModelForCausalLM.from_pretrained(path, dtype=dtype, attn_implementation=_ATTENTION)
    else:
        fields = json.loads(path.read_text())
        config = AutoConfig.for_model(fields.pop("model_type"), **fields)
        with torch.device(device):
            model = AutoModelForCausalLM.from_config(config, dtype=dtype, attn_implementation=_ATTENTION)
    if model.config.model_type not in FAMILIES:
        raise SystemExit(f"{source}: model_type {model.config.model_type} is none of {', '.join(FAMILIES)}")
    return model.to(device).eval().requires_grad_(False)


class FrozenLlm:
    def __init__(self, source, device, dtype):
        self.model, self.device = load(source, device, dtype), device
        self.shape = shape_of(self.model.config)
        self.body, self.lm_head = self.model.model, self.model.lm_head
        self.layer_count, self.vocabulary = self.model.config.num_hidden_layers, self.model.config.vocab_size

    def embed(self, tokens):
        return self.body.embed_tokens(tokens)

    def embed_weight(self):
        return self.body.embed_tokens.weight

    def run(self, tokens, layers, **options):
        """tokens [B, T] -> {layer: its outputs [B, T, H]}, normed last hidden states [B, T, H]"""
        outputs, hooks = {}, []
        for layer in layers:
            def keep(module, inputs, output, layer=layer):
                outputs[layer] = output[0] if isinstance(output, tuple) else output
            hooks.append(self.body.layers[layer].register_forward_hook(keep))
        try:
            hidden = self.body(input_ids=tokens, **options).last_hidden_state
        finally:
            for hook in hooks:
                hook.remove()
        return outputs, hidden

    @torch.no_grad()
    def observe(self, tokens, layers, targets=None):
        """As `run`, but the features are those of the token *before* each, zeros first; |targets| is fed with every layer's attention."""
        _taps["sink"] = targets
        try:
            outputs, hidden = self.run(tokens, layers, use_cache=False)
        finally:
            _taps["sink"] = None
        return {layer: torch.cat([torch.zeros_like(x[:, :1]), x[:, :-1]], 1) for layer, x in outputs.items()}, hidden

    @torch.no_grad()
    def step(self, tokens, layers, cache, allowed):
        """One token a sequence, reading |allowed| [B, Hkv, T] of the cache and itself -> outputs of layers, hidden states"""
        _taps["allowed"] = allowed
        try:
            return self.run(tokens, layers, past_key_values=cache, use_cache=True)
        finally:
            _taps["allowed"] = None
