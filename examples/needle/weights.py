#!/usr/bin/env python3
"""The weights of llm.onnx and head.onnx as the files that PyTorch scripts read: the repository keeps the ONNX alone.

    weights.py -o FOLDER    FOLDER/model.safetensors, config.json and head.safetensors

PyTorch's exporter names norms and the embedding as the model does, but transposes the matrices and gives them new names; it keeps them in the order of
the model's computation, by which they are told apart here.
"""
import argparse
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
MATRICES = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj")
HEAD = {"window.down.weight": "down.weight", "midlayer.input_layernorm.weight": "n_emb", "fc.weight": "fc.weight", "midlayer.hidden_norm.weight": "n_hid",
        "midlayer.self_attn.q_proj.weight": "q_proj.weight", "midlayer.self_attn.k_proj.weight": "k_proj.weight"}


def used_weights(path):
    """-> [(operation, name, float32 array)] in the order of use, the graph's metadata, {name: array} of other constants"""
    import onnx
    from onnx import numpy_helper
    model = onnx.load(str(path))
    stored = {item.name: item for item in model.graph.initializer}
    widened = {node.output[0]: node.input[0] for node in model.graph.node if node.op_type == "Cast" and node.input[0] in stored}
    used = []
    for node in model.graph.node:
        for name in node.input:
            if name in widened:
                used.append((node.op_type, name, numpy_helper.to_array(stored[widened[name]]).astype("float32")))
    others = {name: numpy_helper.to_array(item) for name, item in stored.items() if name not in widened.values()}
    return used, {item.key: item.value for item in model.metadata_props}, others


def llm_weights(path):
    """-> {Hugging Face name: float32 array}, RoPE frequencies"""
    used, _, others = used_weights(path)
    weights = {name[2:] if name.startswith("m.") else name: array for operation, name, array in used if operation != "MatMul"}
    matrices = [array.T for operation, _, array in used if operation == "MatMul"]
    layers = (len(matrices) - 1) // len(MATRICES)
    names = [f"model.layers.{layer}.{name}.weight" for layer in range(layers) for name in MATRICES] + ["lm_head.weight"]
    if len(names) != len(matrices):
        raise SystemExit(f"{path}: {len(matrices)} matrices, which no Llama has")
    frequencies = next(array for name, array in others.items() if name.endswith("inv_freq"))
    return weights | dict(zip(names, matrices)), frequencies


def head_weights(path):
    """-> {short name: float32 array}, {what tools/distill writes beside them}"""
    used, metadata, others = used_weights(path)
    weights = {HEAD[name[:-len(".float")]]: array.T for operation, name, array in used if name[:-len(".float")] in HEAD}
    frequencies = others["inv_freq"].reshape(-1)
    theta = float(frequencies[-1]) ** (-len(frequencies) / (len(frequencies) - 1))  # the last is theta^-((n-1)/n)
    window = len(weights["n_emb"]) // len(weights["down.weight"]) if "down.weight" in weights else 1
    return weights, {"features": metadata.get("spc.feature_layers", ""), "window": str(window), "theta": f"{theta:.4g}"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llm", default=HERE / "llm.onnx")
    parser.add_argument("--head", default=HERE / "head.onnx")
    parser.add_argument("-o", "--output", required=True, type=pathlib.Path)
    args = parser.parse_args()
    import numpy as np
    import torch
    from safetensors.torch import save_file
    import llm

    def save(arrays, name, **metadata):
        tensors = {key: torch.tensor(array.copy()).to(torch.bfloat16).contiguous() for key, array in arrays.items()}
        save_file(tensors, args.output / name, metadata={"format": "pt", **metadata})

    weights, frequencies = llm_weights(args.llm)
    for scaling in (None, *llm.SCALINGS):
        llm.ROPE["scaling"] = scaling
        if np.allclose(llm.rope_frequencies("cpu").numpy(), frequencies, rtol=1e-5):
            break
    else:
        raise SystemExit(f"{args.llm}: RoPE frequencies of no known scaling")
    args.output.mkdir(parents=True, exist_ok=True)
    save(weights, "model.safetensors")
    (args.output / "config.json").write_text(json.dumps({**llm.CONFIG, "rope_scaling": scaling}, indent=1) + "\n")
    head, about = head_weights(args.head)
    save(head, "head.safetensors", spc=json.dumps(about))


if __name__ == "__main__":
    main()
