#!/usr/bin/env python3
"""Exports a Hugging Face causal LM to ONNX with past and present KV (README.md: the LLM forms).

    export_llm.py --model=FOLDER -o model.onnx                          weights of a Hugging Face folder
    export_llm.py --model=tiny-qwen2 --seed=3 --form=ts_17 -o q.onnx    a named shape (or a config.json) with random weights
    export_llm.py --model=llama-3.1-8b --no-weights -o 8b.onnx          the graph alone: weights refer to a data file that isn't written
"""
import argparse
import pathlib

import numpy as np
import onnx_ir
import torch
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from transformers import AutoModelForCausalLM, DynamicCache

from llm_config import load_config, load_model

FORMS = {"ts_17": 17, "dynamo_18": 18, "dynamo_23": 23}
DTYPES = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}
INLINE_LIMIT = 1 << 30  # bytes of weights above which they go to a data file (one protobuf holds less than 2 GiB)
SMALL = 4096            # bytes up to which a tensor stays in the .onnx file without weights: RoPE frequencies, shapes
ALIGNMENT = 4096        # of weights in a data file


class WithPast(torch.nn.Module):
    """The causal LM as a function of tensors, its cache a flat list of past keys and values."""

    def __init__(self, m):
        super().__init__()
        self.m = m

    def forward(self, input_ids, attention_mask, position_ids, past):
        cache = DynamicCache()
        for layer in range(len(past) // 2):
            cache.update(past[2 * layer], past[2 * layer + 1], layer)
        out = self.m(input_ids=input_ids, attention_mask=attention_mask, position_ids=position_ids, past_key_values=cache, use_cache=True)
        present = out.past_key_values
        tensors = [(layer.keys, layer.values) for layer in present.layers]
        return (out.logits, *[tensor for pair in tensors for tensor in pair])


def example_inputs(config, dtype):
    batch, sequence, past = 2, 3, 5
    head_size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    shape = (batch, config.num_key_value_heads, past, head_size)
    ids = torch.ones(batch, sequence, dtype=torch.int64)
    mask = torch.ones(batch, past + sequence, dtype=torch.int64)
    positions = torch.arange(past, past + sequence).expand(batch, sequence).contiguous()
    return ids, mask, positions, [torch.zeros(shape, dtype=dtype) for _ in range(2 * config.num_hidden_layers)]


def kv_names(prefix, config):
    return [f"{prefix}.{layer}.{part}" for layer in range(config.num_hidden_layers) for part in ("key", "value")]


def export_torchscript(model, inputs, path):
    config, (ids, mask, positions, past) = model.config, inputs
    names = ["input_ids", "attention_mask", "position_ids", *kv_names("past_key_values", config)]
    outputs = ["logits", *kv_names("present", config)]
    axes = {"input_ids": {0: "batch", 1: "sequence"}, "attention_mask": {0: "batch", 1: "total"},
            "position_ids": {0: "batch", 1: "sequence"}}
    axes |= {name: {0: "batch", 2: "past"} for name in kv_names("past_key_values", config)}
    axes |= {name: {0: "batch", 2: "total"} for name in kv_names("present", config)}
    torch.onnx.export(WithPast(model).eval(), (ids, mask, positions, past), path, input_names=names, output_names=outputs, dynamic_axes=axes,
                      opset_version=FORMS["ts_17"], dynamo=False)


def export_dynamo(model, inputs, opset, optimize=True):
    config = model.config
    dynamic = torch.export.Dim.DYNAMIC
    rows, row_axes = {0: dynamic, 1: dynamic}, {0: dynamic, 2: dynamic}
    shapes = (rows, rows, rows, [row_axes] * len(inputs[3]))
    names = ["input_ids", "attention_mask", "position_ids", *kv_names("past_key_values", config)]
    program = torch.onnx.export(WithPast(model).eval(), inputs, input_names=names, output_names=["logits", *kv_names("present", config)],
                                dynamic_shapes=shapes, opset_version=opset, dynamo=True, verbose=False, optimize=optimize)
    for node in program.model.graph:
        for key in [key for key in node.metadata_props if key != "namespace"]:
            del node.metadata_props[key]  # stack traces with this machine's paths
    return program


def stand_in_for_weights(program):
    """Gives the weights of a |program| exported from tensors without data zeros that take no memory, so that the exporter's optimiser, which
    transposes and deduplicates them, can run."""
    for name, value in program.model.graph.initializers.items():
        tensor = value.const_value
        if isinstance(getattr(tensor, "raw", None), FakeTensor):
            zeros = np.broadcast_to(np.zeros((), tensor.dtype.numpy()), tuple(tensor.shape))
            value.const_value = onnx_ir.Tensor(zeros, dtype=tensor.dtype, name=name)


def refer_to_data_file(program, data_name):
    """Makes every weight a reference into |data_name|, at the offset it would have been written at -> bytes referred to."""
    offset = 0
    for name, value in program.model.graph.initializers.items():
        tensor = value.const_value
        if tensor.nbytes > SMALL:
            value.const_value = onnx_ir.ExternalTensor(data_name, offset, tensor.nbytes, tensor.dtype, shape=tensor.shape, name=name)
            offset += -(-tensor.nbytes // ALIGNMENT) * ALIGNMENT
    return offset


def export_without_weights(name, attention, dtype, opset, path):
    config = load_config(name)
    if opset == FORMS["ts_17"]:
        raise SystemExit("--no-weights needs a dynamo form: tracing runs the model, so it needs the weights")
    with FakeTensorMode(allow_non_fake_inputs=True) as mode:
        model = AutoModelForCausalLM.from_config(config, attn_implementation=attention, dtype=dtype).eval()
        inputs = example_inputs(config, dtype)
    # RoPE frequencies are part of the graph, not weights: give them their values.
    real = type(model.model.rotary_emb)(config=config)
    model.model.rotary_emb = real
    with mode:
        program = export_dynamo(model, inputs, opset, optimize=False)
    stand_in_for_weights(program)
    program.optimize()
    size = refer_to_data_file(program, path.name + ".data")
    path.write_bytes(program.model_proto.SerializeToString())
    print(f"{path}: {len(program.model.graph)} nodes, {size} bytes of weights referred to, none written")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="Hugging Face folder, config.json, or a named shape (llm_config.py)")
    parser.add_argument("--form", choices=list(FORMS), default="dynamo_18")
    parser.add_argument("--attention", choices=["eager", "sdpa"], default="sdpa")
    parser.add_argument("--dtype", choices=list(DTYPES), default="f32")
    parser.add_argument("--seed", type=int, default=0, help="of random weights")
    parser.add_argument("--no-weights", action="store_true", help="write the graph only")
    parser.add_argument("--save-hf", help="also save the model as a Hugging Face folder here")
    parser.add_argument("-o", "--output", required=True)
    args = parser.parse_args()
    path, dtype = pathlib.Path(args.output), DTYPES[args.dtype]
    if args.no_weights:
        export_without_weights(args.model, args.attention, dtype, FORMS[args.form], path)
        return
    model = load_model(args.model, args.attention, args.seed, dtype)
    if args.save_hf:
        model.save_pretrained(args.save_hf)
    inputs = example_inputs(model.config, dtype)
    with torch.no_grad():
        if args.form == "ts_17":
            export_torchscript(model, inputs, str(path))
            return
        program = export_dynamo(model, inputs, FORMS[args.form])
    weights = sum(parameter.nbytes for parameter in model.parameters())
    program.save(path, external_data=weights > INLINE_LIMIT)


if __name__ == "__main__":
    main()
