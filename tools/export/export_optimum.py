#!/usr/bin/env python3
"""Exports a Hugging Face model folder through optimum (README.md: the optimum form). Needs optimum-onnx, and the transformers it asks for.

    export_optimum.py --model=FOLDER -o model.onnx
    export_optimum.py --model=tiny-llama --seed=1 -o model.onnx
"""
import argparse
import pathlib
import tempfile

import onnx
import torch
from optimum.exporters.onnx import main_export

from llm_config import load_model


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="Hugging Face folder, or a named shape (llm_config.py)")
    parser.add_argument("--seed", type=int, default=0, help="of random weights")
    parser.add_argument("-o", "--output", required=True)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        source = args.model
        if not pathlib.Path(source).is_dir():
            source = str(pathlib.Path(scratch, "hf"))
            load_model(args.model, "sdpa", args.seed, torch.float32).save_pretrained(source)
        built = pathlib.Path(scratch, "built")
        main_export(source, str(built), task="text-generation-with-past", do_validation=False, no_post_process=False)
        onnx.save(onnx.load(built / "model.onnx"), args.output)


if __name__ == "__main__":
    main()
