"""LLM configurations by name, and Hugging Face models with random weights made from them."""
import json
import pathlib

import torch
from transformers import AutoConfig, AutoModelForCausalLM

LLAMA3_SCALING = {"rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                  "original_max_position_embeddings": 8192}
_TINY = {"vocab_size": 160, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4,
         "num_key_value_heads": 2, "head_dim": 16, "max_position_embeddings": 512, "rms_norm_eps": 1e-6, "rope_theta": 10000.0,
         "tie_word_embeddings": False}

NAMED = {
    "llama-3.2-1b": {"model_type": "llama", "vocab_size": 128256, "hidden_size": 2048, "intermediate_size": 8192,
                     "num_hidden_layers": 16, "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 64,
                     "max_position_embeddings": 131072, "rms_norm_eps": 1e-5, "rope_theta": 500000.0,
                     "rope_scaling": LLAMA3_SCALING, "tie_word_embeddings": True},
    "llama-3.1-8b": {"model_type": "llama", "vocab_size": 128256, "hidden_size": 4096, "intermediate_size": 14336,
                     "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128,
                     "max_position_embeddings": 131072, "rms_norm_eps": 1e-5, "rope_theta": 500000.0,
                     "rope_scaling": {**LLAMA3_SCALING, "factor": 8.0}, "tie_word_embeddings": False},
    "qwen2.5-0.5b": {"model_type": "qwen2", "vocab_size": 151936, "hidden_size": 896, "intermediate_size": 4864,
                     "num_hidden_layers": 24, "num_attention_heads": 14, "num_key_value_heads": 2,
                     "max_position_embeddings": 32768, "rms_norm_eps": 1e-6, "rope_theta": 1000000.0, "tie_word_embeddings": True},
    "qwen3-0.6b": {"model_type": "qwen3", "vocab_size": 151936, "hidden_size": 1024, "intermediate_size": 3072,
                   "num_hidden_layers": 28, "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 128,
                   "max_position_embeddings": 40960, "rms_norm_eps": 1e-6, "rope_theta": 1000000.0, "tie_word_embeddings": True},
    "tiny-llama": {**_TINY, "model_type": "llama", "rms_norm_eps": 1e-5},
    "tiny-llama-tied": {**_TINY, "model_type": "llama", "tie_word_embeddings": True, "head_dim": 32},
    "tiny-llama3": {**_TINY, "model_type": "llama", "rope_theta": 500000.0,
                    "rope_scaling": {**LLAMA3_SCALING, "factor": 8.0, "original_max_position_embeddings": 128}},
    "tiny-llama-512": {**_TINY, "model_type": "llama", "num_hidden_layers": 1, "vocab_size": 512, "tie_word_embeddings": True},
    "tiny-llama-1layer": {**_TINY, "model_type": "llama", "num_hidden_layers": 1},
    "tiny-llama-1head": {**_TINY, "model_type": "llama", "num_key_value_heads": 1},
    "tiny-llama-3heads": {**_TINY, "model_type": "llama", "num_hidden_layers": 1, "hidden_size": 48, "num_attention_heads": 3,
                          "num_key_value_heads": 3},
    "tiny-qwen2": {**_TINY, "model_type": "qwen2"},
    "tiny-qwen3": {**_TINY, "model_type": "qwen3", "head_dim": 32},
    "tiny-mistral": {**_TINY, "model_type": "mistral", "sliding_window": 96},
}


def load_config(name):
    """|name|: one of NAMED, a config.json, or a folder with one."""
    if name in NAMED:
        fields = dict(NAMED[name])
    else:
        path = pathlib.Path(name)
        path = path / "config.json" if path.is_dir() else path
        if not path.exists():
            raise SystemExit(f"--config={name}: neither a file nor one of {', '.join(NAMED)}")
        fields = json.loads(path.read_text())
    return AutoConfig.for_model(fields.pop("model_type"), **fields)


def randomize(model, seed):
    """Random weights that show mistakes: norms away from 1, biases away from 0, attention sharp enough to depend on what it reads."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("norm.weight") or name.endswith("layernorm.weight"):
                parameter.copy_(torch.rand(parameter.shape, generator=generator) + 0.5)
            elif name.endswith("bias"):
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.2)
            else:
                scale = parameter.shape[-1] ** -0.5
                if "q_proj" in name or "k_proj" in name:
                    scale *= 1.6
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * scale)


def load_model(source, attention, seed, dtype):
    """|source|: a Hugging Face folder with weights (loaded), or a configuration (random weights)."""
    folder = pathlib.Path(source)
    if folder.is_dir() and list(folder.glob("*.safetensors")):
        return AutoModelForCausalLM.from_pretrained(folder, attn_implementation=attention, dtype=dtype).eval()
    model = AutoModelForCausalLM.from_config(load_config(source), attn_implementation=attention).eval()
    randomize(model, seed)
    return model.to(dtype)
