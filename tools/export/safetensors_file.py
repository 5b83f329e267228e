"""Reads and writes safetensors files with numpy alone. bf16 and f16 tensors are widened to float32 when read."""
import json
import struct

import numpy as np

_WIDTHS = {"F32": 4, "F16": 2, "BF16": 2}


def _to_float32(raw, dtype):
    if dtype == "F32":
        return np.frombuffer(raw, np.float32)
    if dtype == "F16":
        return np.frombuffer(raw, np.float16).astype(np.float32)
    return (np.frombuffer(raw, np.uint16).astype(np.uint32) << 16).view(np.float32)


def read_safetensors(path, names=None):
    """-> {name: float32 array}; only |names| when given."""
    tensors = {}
    with open(path, "rb") as file:
        header_size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(header_size))
        for name, entry in header.items():
            if name == "__metadata__" or (names is not None and name not in names):
                continue
            if entry["dtype"] not in _WIDTHS:
                raise ValueError(f"{path}: tensor {name} has dtype {entry['dtype']}; only F32, F16 and BF16 are read")
            begin, end = entry["data_offsets"]
            file.seek(8 + header_size + begin)
            tensors[name] = _to_float32(file.read(end - begin), entry["dtype"]).reshape(entry["shape"])
    return tensors
