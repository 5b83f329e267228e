#!/usr/bin/env python3
"""Retrieval heads as ONNX (README.md: the retriever forms).

    export_eagle_head.py --head=HEAD.safetensors --llm=LLM_FOLDER --feature-layers=1,3,5 -o head.onnx
    export_eagle_head.py --random --llm=LLM_FOLDER --feature-layers=0,1,2 -o eagle.onnx
    export_eagle_head.py --no-weights --llm=llama-3.1-8b --feature-layers=1,15,28 --element=bf16 --keys=bf16 -o 8b-head.onnx

The first makes the pruned form (c): what is left of an EAGLE-style head once everything after its attention weights is dropped. The second makes
the whole EAGLE-3 form (b) with random weights, which a compiler prunes itself. LLM_FOLDER is a Hugging Face folder (config.json and
*.safetensors): the embedding, head counts and RoPE base come from it. The third makes the graph of (c) alone, for an LLM of a named shape
(llm_config.py): weights refer to a data file that isn't written.
"""
import argparse
import json
import pathlib

import numpy as np

from onnx_graph import ELEMENTS, Graph
from safetensors_file import read_safetensors
from onnx import TensorProto


def read_llm(folder):
    folder = pathlib.Path(folder)
    tensors = {}
    for path in sorted(folder.glob("*.safetensors")):
        tensors.update(read_safetensors(path, {"model.embed_tokens.weight"}))
    return llm_description(json.loads((folder / "config.json").read_text()), tensors["model.embed_tokens.weight"])


def describe_llm(name):
    """An LLM of a named shape or a config.json, without weights."""
    from llm_config import load_config  # needs transformers, which reading a folder does not
    config = load_config(name).to_dict()
    return llm_description(config, shape_only(config["vocab_size"], config["hidden_size"]))


def shape_only(*shape):
    """Zeros that take no memory, in place of a weight whose values are not wanted."""
    return np.broadcast_to(np.float32(0), shape)


def llm_description(config, embedding):
    heads = config["num_attention_heads"]
    rope = config.get("rope_parameters") or {}
    return {
        "embedding": embedding,
        "hidden": config["hidden_size"],
        "intermediate": config["intermediate_size"],
        "q_heads": heads,
        "kv_heads": config.get("num_key_value_heads", heads),
        "head_size": config.get("head_dim") or config["hidden_size"] // heads,
        "theta": config.get("rope_theta") or rope.get("rope_theta", 10000.0),
        "eps": config["rms_norm_eps"],
    }


def random_eagle3(llm, feature_count, seed):
    """Weights of an EAGLE-3 head under its state dict's names."""
    rng = np.random.default_rng(seed)
    hidden, q, kv = llm["hidden"], llm["q_heads"] * llm["head_size"], llm["kv_heads"] * llm["head_size"]
    wide, vocab = llm["intermediate"], llm["embedding"].shape[0]

    def matrix(rows, columns):
        return (rng.standard_normal((rows, columns)) * columns**-0.5).astype(np.float32)

    def norm():
        return rng.uniform(0.5, 1.5, hidden).astype(np.float32)

    layer = "midlayer."
    return {
        "fc.weight": matrix(hidden, feature_count * hidden),
        layer + "input_layernorm.weight": norm(),
        layer + "hidden_norm.weight": norm(),
        layer + "self_attn.q_proj.weight": matrix(q, 2 * hidden) * 3,  # sharp enough that a selection means something
        layer + "self_attn.k_proj.weight": matrix(kv, 2 * hidden) * 3,
        layer + "self_attn.v_proj.weight": matrix(kv, 2 * hidden),
        layer + "self_attn.o_proj.weight": matrix(hidden, q),
        layer + "post_attention_layernorm.weight": norm(),
        layer + "mlp.gate_proj.weight": matrix(wide, hidden),
        layer + "mlp.up_proj.weight": matrix(wide, hidden),
        layer + "mlp.down_proj.weight": matrix(hidden, wide),
        "norm.weight": norm(),
        "lm_head.weight": matrix(vocab, hidden),
    }


def head_shapes(llm, feature_count):
    """The weights of form (c), without values."""
    hidden, layer = llm["hidden"], "midlayer."
    return {
        "fc.weight": shape_only(hidden, feature_count * hidden),
        layer + "input_layernorm.weight": shape_only(hidden),
        layer + "hidden_norm.weight": shape_only(hidden),
        layer + "self_attn.q_proj.weight": shape_only(llm["q_heads"] * llm["head_size"], 2 * hidden),
        layer + "self_attn.k_proj.weight": shape_only(llm["kv_heads"] * llm["head_size"], 2 * hidden),
    }


def eagle3_names(head):
    """A head trained alone keeps only what makes attention weights, under short names; bring those to EAGLE-3's."""
    short = {
        "fc.weight": "fc.weight",
        "n_emb": "midlayer.input_layernorm.weight",
        "n_hid": "midlayer.hidden_norm.weight",
        "q_proj.weight": "midlayer.self_attn.q_proj.weight",
        "k_proj.weight": "midlayer.self_attn.k_proj.weight",
    }
    return {short.get(name, name): array for name, array in head.items()}


def build(llm, head, feature_layers, element, keys, pruned, data_file):
    d, hq, hkv, hidden, eps = llm["head_size"], llm["q_heads"], llm["kv_heads"], llm["hidden"], llm["eps"]
    feature_size = hidden * len(feature_layers)
    if head["fc.weight"].shape != (hidden, feature_size):
        raise SystemExit(f"fc.weight is {head['fc.weight'].shape}, but {len(feature_layers)} feature layers of an LLM of hidden size "
                         f"{hidden} need {(hidden, feature_size)}: check --feature-layers")
    graph = Graph(element, data_file)
    batch, sequence, past, total = "batch", "sequence", "past", "total"
    graph.input("input_ids", TensorProto.INT64, [batch, sequence])
    graph.input("hidden_states", TensorProto.FLOAT, [batch, sequence, feature_size])
    graph.input("attention_mask", TensorProto.INT64, [batch, total])
    graph.input("position_ids", TensorProto.INT64, [batch, sequence])
    past_key = graph.input("past_key_values.0.key", ELEMENTS[keys], [batch, hkv, past, d])
    past_value = None if pruned else graph.input("past_key_values.0.value", TensorProto.FLOAT, [batch, hkv, past, d])

    embedded = graph.op("Gather", [graph.weight("embed_tokens.weight", llm["embedding"]), "input_ids"], axis=0)
    fused = graph.linear("hidden_states", "fc.weight", head["fc.weight"])
    layer = "midlayer."
    x = graph.op("Concat", [graph.rms_norm(embedded, layer + "input_layernorm.weight", head[layer + "input_layernorm.weight"], eps),
                            graph.rms_norm(fused, layer + "hidden_norm.weight", head[layer + "hidden_norm.weight"], eps)], axis=-1)

    def project(name):
        full = f"{layer}self_attn.{name}_proj.weight"
        return graph.split_heads(graph.linear(x, full, head[full]), d)

    tables = graph.rope_tables("position_ids", 1.0 / llm["theta"] ** (np.arange(0, d, 2, dtype=np.float32) / np.float32(d)))
    q, k = graph.rope(project("q"), tables, d), graph.rope(project("k"), tables, d)
    if keys != "f32":
        k = graph.op("Cast", [k], to=ELEMENTS[keys])
    present_key = k = graph.op("Concat", [past_key, k], axis=-2)
    if keys != "f32":
        k = graph.op("Cast", [k], to=TensorProto.FLOAT)
    weights = graph.attention_weights(q, k, graph.causal_bias(past_key, "attention_mask"), hq, hkv, d)
    if pruned:
        graph.output(weights, "attention_weights", [batch, hq, sequence, total])
        graph.output(present_key, "present.0.key", [batch, hkv, total, d], keys)
        return graph

    v = graph.op("Concat", [past_value, project("v")], axis=-2)
    mixed = graph.merge_heads(graph.op("MatMul", [weights, graph.repeat_kv(v, hq, hkv, d)]))
    hidden1 = graph.op("Add", [fused, graph.linear(mixed, layer + "self_attn.o_proj.weight", head[layer + "self_attn.o_proj.weight"])])
    normed = graph.rms_norm(hidden1, layer + "post_attention_layernorm.weight", head[layer + "post_attention_layernorm.weight"], eps)
    gate = graph.linear(normed, layer + "mlp.gate_proj.weight", head[layer + "mlp.gate_proj.weight"])
    up = graph.linear(normed, layer + "mlp.up_proj.weight", head[layer + "mlp.up_proj.weight"])
    silu = graph.op("Mul", [gate, graph.op("Sigmoid", [gate])])
    down = graph.linear(graph.op("Mul", [silu, up]), layer + "mlp.down_proj.weight", head[layer + "mlp.down_proj.weight"])
    last = graph.rms_norm(graph.op("Add", [hidden1, down]), "norm.weight", head["norm.weight"], eps)
    graph.output(graph.linear(last, "lm_head.weight", head["lm_head.weight"]), "logits", [batch, sequence, head["lm_head.weight"].shape[0]])
    graph.output(present_key, "present.0.key", [batch, hkv, total, d], keys)
    graph.output(v, "present.0.value", [batch, hkv, total, d])
    return graph


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--head", help="safetensors file of a trained head")
    source.add_argument("--random", action="store_true", help="a random EAGLE-3 head")
    source.add_argument("--no-weights", action="store_true", help="the graph of a pruned head only")
    parser.add_argument("--llm", required=True, help="Hugging Face folder of the LLM; with --no-weights also a named shape (llm_config.py)")
    parser.add_argument("--feature-layers", required=True, help="LLM layers (0-based) whose outputs the head reads, ascending: 1,3,5")
    parser.add_argument("--form", choices=["eagle", "pruned"], help="default: eagle for --random, else pruned")
    parser.add_argument("--element", choices=list(ELEMENTS), default="f32", help="element the weights are stored in")
    parser.add_argument("--keys", choices=list(ELEMENTS), default="f32", help="element of the cached keys")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--output", required=True)
    args = parser.parse_args()

    feature_layers = [int(layer) for layer in args.feature_layers.split(",")]
    if feature_layers != sorted(set(feature_layers)):
        raise SystemExit("--feature-layers must be ascending and distinct: features are concatenated from the lowest layer to the highest")
    pruned = (args.form or ("eagle" if args.random else "pruned")) == "pruned"
    if args.no_weights:
        llm = describe_llm(args.llm)
        head = head_shapes(llm, len(feature_layers))
    else:
        llm = read_llm(args.llm)
        head = random_eagle3(llm, len(feature_layers), args.seed) if args.random else eagle3_names(read_safetensors(args.head))
    if not pruned and "lm_head.weight" not in head:
        raise SystemExit("this head has no V, MLP or lm_head weights: only --form=pruned can be made of it")
    data_file = pathlib.Path(args.output).name + ".data" if args.no_weights else None
    graph = build(llm, head, feature_layers, args.element, args.keys, pruned, data_file)
    graph.save(args.output, "retriever", {"spc.feature_layers": ",".join(map(str, feature_layers))})


if __name__ == "__main__":
    main()
