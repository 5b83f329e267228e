#!/usr/bin/env python3
"""Retrieval heads as ONNX (README.md: the retriever forms).

    export_eagle_head.py --head=HEAD.safetensors --llm=LLM_FOLDER --feature-layers=1,3,5 -o head.onnx
    export_eagle_head.py --random --llm=LLM_FOLDER --feature-layers=0,1,2 -o eagle.onnx
    export_eagle_head.py --no-weights --llm=llama-3.1-8b --feature-layers=1,15,28 --element=bf16 --keys=bf16 -o 8b-head.onnx
    export_eagle_head.py --random --llm=LLM_FOLDER --feature-layers=1,3,5 --form=window --window=16 --window-size=64 -o window.onnx

The first makes the pruned form (c): what is left of an EAGLE-style head once everything after its attention weights is dropped. The second makes
the whole EAGLE-3 form (b) with random weights, which a compiler prunes itself. LLM_FOLDER is a Hugging Face folder (config.json and
*.safetensors): the embedding, head counts and RoPE base come from it. The third makes the graph of (c) alone, for an LLM of a named shape
(llm_config.py): weights refer to a data file that isn't written. The fourth makes the window form (d); without --feature-layers its head reads
no features, and with --form=standalone it reads nothing but the newest token's embedding.

What a trained head's tensors are decides its form, unless --form says otherwise: window.down.weight makes it (d), fc.weight alone (c), neither
the standalone form.
"""
import argparse
import json
import pathlib

import numpy as np

from onnx_graph import ELEMENTS, Graph
from safetensors_file import read_safetensors
from onnx import TensorProto

WINDOW_DOWN = "window.down.weight"


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


def head_shapes(llm, form, feature_count, window=1, window_size=0, fused_size=None):
    """{name: shape} of the weights that make a head's attention weights: forms (c), (d) and standalone."""
    hidden, layer, shapes = llm["hidden"], "midlayer.", {}
    embedded, fused = hidden, 0
    if form == "window":
        shapes[WINDOW_DOWN] = (window_size, hidden)
        embedded = window * window_size
    shapes[layer + "input_layernorm.weight"] = (embedded,)
    if feature_count:
        fused = fused_size or hidden
        shapes["fc.weight"] = (fused, feature_count * hidden)
        shapes[layer + "hidden_norm.weight"] = (fused,)
    shapes[layer + "self_attn.q_proj.weight"] = (llm["q_heads"] * llm["head_size"], embedded + fused)
    shapes[layer + "self_attn.k_proj.weight"] = (llm["kv_heads"] * llm["head_size"], embedded + fused)
    return shapes


def random_head(shapes, seed):
    """Random weights of these shapes, attention sharp enough that a selection means something."""
    rng = np.random.default_rng(seed)
    head = {}
    for name, shape in shapes.items():
        if len(shape) == 1:
            head[name] = rng.uniform(0.5, 1.5, shape).astype(np.float32)
        else:
            sharpness = 3 if name.endswith(("q_proj.weight", "k_proj.weight")) else 1
            head[name] = (rng.standard_normal(shape) * shape[1]**-0.5 * sharpness).astype(np.float32)
    return head


def eagle3_names(head):
    """A head trained alone keeps only what makes attention weights, under short names; bring those to EAGLE-3's."""
    short = {
        "fc.weight": "fc.weight",
        "n_emb": "midlayer.input_layernorm.weight",
        "n_hid": "midlayer.hidden_norm.weight",
        "q_proj.weight": "midlayer.self_attn.q_proj.weight",
        "k_proj.weight": "midlayer.self_attn.k_proj.weight",
        "down.weight": WINDOW_DOWN,
    }
    return {short.get(name, name): array for name, array in head.items()}


def form_of(head):
    return "window" if WINDOW_DOWN in head else "pruned" if "fc.weight" in head else "standalone"


def window_of(llm, head):
    """-> (tokens W, values E an embedding is projected to) of a window head's tensors"""
    size, hidden = head[WINDOW_DOWN].shape
    norm = head["midlayer.input_layernorm.weight"].shape[0]
    if hidden != llm["hidden"] or norm % size or norm == size:
        raise SystemExit(f"{WINDOW_DOWN} is {(size, hidden)} and the norm of the window {norm} wide: for an LLM of hidden size {llm['hidden']} "
                         f"they must be [E, {llm['hidden']}] and W*E, W at least 2")
    return norm // size, size


def embed_window(graph, embedded, weight, window, size):
    """The last W embeddings, each projected to E, side by side: [B, S, W*E], the oldest first. What a chunk needs of the rows before it comes in as
    past_window and leaves as present_window, zeros before a sequence's first token."""
    e = graph.linear(embedded, WINDOW_DOWN, weight)
    past = graph.input("past_window", TensorProto.FLOAT, ["batch", window - 1, size])
    rows = graph.op("Concat", [past, e], axis=1)  # [B, W-1+S, E]
    sequence, axis, step = graph.dim("input_ids", 1), graph.ints(1), graph.ints(1)
    slices = []
    for first in range(window):
        start = graph.ints(first)
        slices.append(graph.op("Slice", [rows, start, graph.op("Add", [sequence, start]), axis, step]))
    last = graph.op("Slice", [rows, graph.ints(-(window - 1)), graph.ints(2**63 - 1), axis, step])
    return graph.op("Concat", slices, axis=-1), last


def check_head(llm, head, form, feature_layers):
    """Refuses tensors that do not fit one another, by name -> query heads, KV heads."""
    d, layer = llm["head_size"], "midlayer."
    widths = head[layer + "input_layernorm.weight"].shape[0]
    if feature_layers:
        feature_size = llm["hidden"] * len(feature_layers)
        rows = head["fc.weight"].shape[0]
        if head["fc.weight"].shape[1] != feature_size or (form in ("eagle", "pruned") and rows != llm["hidden"]):
            raise SystemExit(f"fc.weight is {head['fc.weight'].shape}, but {len(feature_layers)} feature layers of an LLM of hidden size "
                             f"{llm['hidden']} need {(llm['hidden'], feature_size)}: check --feature-layers")
        widths += rows
    elif "fc.weight" in head:
        raise SystemExit("this head has fc.weight, so it reads features: give --feature-layers")
    heads = []
    for name in ("q_proj", "k_proj"):
        full = f"{layer}self_attn.{name}.weight"
        rows, columns = head[full].shape
        if columns != widths or rows % d:
            raise SystemExit(f"{full} is {(rows, columns)}, but what it reads is {widths} wide and a head has {d} rows")
        heads.append(rows // d)
    if heads[0] % heads[1]:
        raise SystemExit(f"{heads[0]} query heads are no multiple of {heads[1]} KV heads")
    return heads


def build(llm, head, feature_layers, element, keys, form, data_file):
    d, eps, pruned = llm["head_size"], llm["eps"], form != "eagle"
    hq, hkv = check_head(llm, head, form, feature_layers)
    graph = Graph(element, data_file)
    batch, sequence, past, total = "batch", "sequence", "past", "total"
    graph.input("input_ids", TensorProto.INT64, [batch, sequence])
    if feature_layers:
        graph.input("hidden_states", TensorProto.FLOAT, [batch, sequence, llm["hidden"] * len(feature_layers)])
    graph.input("attention_mask", TensorProto.INT64, [batch, total])
    graph.input("position_ids", TensorProto.INT64, [batch, sequence])
    past_key = graph.input("past_key_values.0.key", ELEMENTS[keys], [batch, hkv, past, d])
    past_value = None if pruned else graph.input("past_key_values.0.value", TensorProto.FLOAT, [batch, hkv, past, d])

    x = graph.op("Gather", [graph.weight("embed_tokens.weight", llm["embedding"]), "input_ids"], axis=0)
    layer, present_window = "midlayer.", None
    if form == "window":
        window, size = window_of(llm, head)
        x, present_window = embed_window(graph, x, head[WINDOW_DOWN], window, size)
    fused = graph.linear("hidden_states", "fc.weight", head["fc.weight"]) if feature_layers else None
    x = graph.rms_norm(x, layer + "input_layernorm.weight", head[layer + "input_layernorm.weight"], eps)
    if feature_layers:
        x = graph.op("Concat", [x, graph.rms_norm(fused, layer + "hidden_norm.weight", head[layer + "hidden_norm.weight"], eps)], axis=-1)

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
        if present_window:
            graph.output(present_window, "present_window", [batch, window - 1, size])
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
    parser.add_argument("--feature-layers", default="", help="LLM layers (0-based) whose outputs the head reads, ascending: 1,3,5; none: no features")
    parser.add_argument("--form", choices=["eagle", "pruned", "window", "standalone"],
                        help="default: eagle for --random, pruned for --no-weights, else what --head is")
    parser.add_argument("--window", type=int, default=16, metavar="W", help="tokens in the window of a --random or --no-weights head")
    parser.add_argument("--window-size", type=int, default=64, metavar="E", help="values each of its embeddings is projected to")
    parser.add_argument("--fused-size", type=int, metavar="N", help="rows of fc in such a window head (the LLM's hidden size)")
    parser.add_argument("--element", choices=list(ELEMENTS), default="f32", help="element the weights are stored in")
    parser.add_argument("--keys", choices=list(ELEMENTS), default="f32", help="element of the cached keys")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--output", required=True)
    args = parser.parse_args()

    feature_layers = [int(layer) for layer in args.feature_layers.split(",") if layer]
    if feature_layers != sorted(set(feature_layers)):
        raise SystemExit("--feature-layers must be ascending and distinct: features are concatenated from the lowest layer to the highest")
    head = eagle3_names(read_safetensors(args.head)) if args.head else None
    form = args.form or ("eagle" if args.random else "pruned" if head is None else form_of(head))
    if form in ("eagle", "pruned") and not feature_layers:
        raise SystemExit(f"--form={form} reads features: give --feature-layers")
    if form == "standalone" and feature_layers:
        raise SystemExit("--form=standalone reads no features: leave --feature-layers out")
    if form == "window" and args.window < 2:
        raise SystemExit("--window must be at least 2: a window of the newest token alone is --form=standalone")
    llm = describe_llm(args.llm) if args.no_weights else read_llm(args.llm)
    if head is None:
        shapes = head_shapes(llm, form, len(feature_layers), args.window, args.window_size, args.fused_size)
        if args.no_weights:
            head = {name: shape_only(*shape) for name, shape in shapes.items()}
        elif form in ("eagle", "pruned"):
            head = random_eagle3(llm, len(feature_layers), args.seed)
        else:
            head = random_head(shapes, args.seed)
    if form == "eagle" and "lm_head.weight" not in head:
        raise SystemExit("this head has no V, MLP or lm_head weights: only --form=pruned can be made of it")
    if form == "window" and WINDOW_DOWN not in head:
        raise SystemExit(f"this head has no {WINDOW_DOWN}: it is not of the window form")
    data_file = pathlib.Path(args.output).name + ".data" if args.no_weights else None
    graph = build(llm, head, feature_layers, args.element, args.keys, form, data_file)
    graph.save(args.output, "retriever", {"spc.feature_layers": ",".join(map(str, feature_layers))} if feature_layers else {})


if __name__ == "__main__":
    main()
