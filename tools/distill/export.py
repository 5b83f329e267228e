"""Trained heads as files: NAME.safetensors (bf16, short names) and NAME.onnx, through tools/export/export_eagle_head.py."""
import json
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "export"))


def stored(value, element):
    """The values that the files hold, as float32."""
    return value.detach().to(torch.bfloat16 if element == "bf16" else torch.float32).float().cpu()


def write_onnx(weights, llm, theta, features, embedding, element, path):
    """weights {short name: float32 array}"""
    from export_eagle_head import build, eagle3_names, form_of
    head = eagle3_names(weights)
    description = {"embedding": embedding, "hidden": llm.hidden, "intermediate": llm.intermediate, "q_heads": llm.q_heads,
                   "kv_heads": llm.kv_heads, "head_size": llm.head_size, "theta": theta, "eps": llm.eps}
    graph = build(description, head, list(features), element, "f32", form_of(head), None)
    graph.save(path, "retriever", {"spc.feature_layers": ",".join(map(str, features))} if features else {})


def write_head(head, plan, folder, embedding, element):
    from safetensors.torch import save_file
    folder = pathlib.Path(folder)
    weights = {name: stored(value, element) for name, value in head.retrieval_weights().items()}
    meta = {"features": ",".join(map(str, plan.shape.features)), "window": str(plan.shape.window), "theta": str(head.theta), "target": plan.target, "seed": str(plan.seed)}
    save_file({name: value.to(torch.bfloat16 if element == "bf16" else torch.float32).contiguous() for name, value in weights.items()},
              folder / f"{plan.name}.safetensors", metadata={"format": "pt", "spc": json.dumps(meta)})
    try:
        import onnx  # noqa: F401
    except ImportError:
        print(f"{plan.name}: no onnx here; tools/export/export_eagle_head.py makes the graph of {plan.name}.safetensors")
        return
    write_onnx({name: value.numpy() for name, value in weights.items()}, head.llm, head.theta, plan.shape.features, stored(embedding, element).numpy(), element,
               folder / f"{plan.name}.onnx")


def read_head(path, llm):
    """-> Head in float32 with the weights of a safetensors file that write_head made"""
    from safetensors import safe_open
    from head import Head, HeadShape
    with safe_open(path, "pt") as file:
        meta = json.loads(file.metadata()["spc"])
        weights = {name: file.get_tensor(name).float() for name in file.keys()}
    features = tuple(int(layer) for layer in meta["features"].split(",") if layer)
    shape = HeadShape(features, int(meta["window"]), weights["down.weight"].shape[0] if "down.weight" in weights else 64,
                      weights["fc.weight"].shape[0] if features else 0, weights["q_proj.weight"].shape[0] // llm.head_size,
                      float(meta.get("theta", 0)))
    head = Head(llm, shape, half=False)
    head.load_state_dict(weights)
    return head.requires_grad_(False), meta
