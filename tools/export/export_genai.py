#!/usr/bin/env python3
"""Exports a Hugging Face model folder through onnxruntime-genai's model builder (README.md: the genai-builder form).

    export_genai.py --model=FOLDER -o model.onnx                  a folder that has weights
    export_genai.py --model=tiny-qwen3 --seed=1 -o model.onnx     a named shape with random weights
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import onnx
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from transformers import PreTrainedTokenizerFast

from llm_config import load_model


def save_folder(name, seed, folder):
    """A Hugging Face folder of the named shape, with a tokenizer of numbered words because the builder insists on one."""
    model = load_model(name, "eager", seed, torch.float32)
    for config in (model.config, model.generation_config):
        config.bos_token_id = config.eos_token_id = config.pad_token_id = 0
    model.save_pretrained(folder)
    words = {f"w{index}": index for index in range(model.config.vocab_size)}
    PreTrainedTokenizerFast(tokenizer_object=Tokenizer(WordLevel(words, unk_token="w0"))).save_pretrained(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="Hugging Face folder, or a named shape (llm_config.py)")
    parser.add_argument("--precision", choices=["fp32", "fp16", "bf16"], default="fp32")
    parser.add_argument("--provider", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--seed", type=int, default=0, help="of random weights")
    parser.add_argument("--external-data", action="store_true", help="keep the builder's data file instead of putting weights into the .onnx file")
    parser.add_argument("-o", "--output", required=True)
    args = parser.parse_args()
    output = pathlib.Path(args.output)
    with tempfile.TemporaryDirectory() as scratch:
        folder, built = pathlib.Path(scratch, "hf"), pathlib.Path(scratch, "built")
        source = pathlib.Path(args.model)
        if not source.is_dir():
            save_folder(args.model, args.seed, folder)
            source = folder
        builder = [sys.executable, "-m", "onnxruntime_genai.models.builder", "-i", source, "-o", built, "-p", args.precision, "-e", args.provider,
                   "-c", pathlib.Path(scratch, "cache")]
        subprocess.run([str(word) for word in builder], check=True, stdout=subprocess.DEVNULL)
        if args.external_data:
            shutil.copy(built / "model.onnx", output)
            shutil.copy(built / "model.onnx.data", output.with_name("model.onnx.data"))
        else:
            onnx.save(onnx.load(built / "model.onnx"), output)
        config = json.loads((built / "genai_config.json").read_text())["model"]["decoder"]
    print(f"{output}: {config['num_hidden_layers']} layers, {config['num_attention_heads']} query and {config['num_key_value_heads']} KV heads")


if __name__ == "__main__":
    main()
