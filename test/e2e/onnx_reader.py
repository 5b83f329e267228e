"""Reads ONNX files with the standard library and numpy alone: nodes, attributes, initializers, external data.

Independent of the compiler's importer on purpose: tests that compare the two share no code. Only what decoder LLMs need is decoded.
"""
import pathlib
import struct

import numpy as np

_NUMPY = {1: np.float32, 2: np.uint8, 3: np.int8, 6: np.int32, 7: np.int64, 9: np.bool_, 10: np.float16, 11: np.float64}
_BF16 = 16


def _varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _fields(data):
    """Yields (field number, wire type, value) of one message; length-delimited values are memoryviews."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(data, at)
        elif wire == 1:
            value, at = bytes(data[at:at + 8]), at + 8
        elif wire == 2:
            size, at = _varint(data, at)
            value, at = data[at:at + size], at + size
        elif wire == 5:
            value, at = bytes(data[at:at + 4]), at + 4
        else:
            raise ValueError(f"wire type {wire} in field {number}")
        yield number, wire, value


def _signed(value):
    return value - (1 << 64) if value >= 1 << 63 else value


def _ints(wire, value):
    if wire == 0:
        return [_signed(value)]
    result, at = [], 0
    while at < len(value):
        item, at = _varint(value, at)
        result.append(_signed(item))
    return result


def widen_bf16(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32)


class Tensor:
    """An initializer; its array is read when asked for, with bf16 and f16 widened to float32."""

    def __init__(self, data, folder):
        self.folder, self.dims, self.name, self.element = folder, [], "", 0
        self.raw, self.typed, self.external = None, [], {}
        for number, wire, value in _fields(data):
            if number == 1:
                self.dims += _ints(wire, value)
            elif number == 2:
                self.element = value
            elif number == 4:
                self.typed.append(np.frombuffer(value, np.float32))
            elif number in (5, 7):
                self.typed.append(np.array(_ints(wire, value), np.int64))
            elif number == 8:
                self.name = bytes(value).decode()
            elif number == 9:
                self.raw = value
            elif number == 13:
                entry = {key: bytes(text).decode() for key, _, text in _fields(value)}
                self.external[entry[1]] = entry[2]

    def bytes(self):
        if not self.external:
            return self.raw
        path = pathlib.Path(self.folder, self.external["location"])
        with open(path, "rb") as file:
            file.seek(int(self.external.get("offset", 0)))
            return file.read(int(self.external["length"]))

    def array(self):
        dtype = np.uint16 if self.element == _BF16 else _NUMPY[self.element]
        if self.raw is not None or self.external:
            array = np.frombuffer(self.bytes(), dtype)
        elif self.typed:
            array = np.concatenate(self.typed)
            array = array.astype(np.uint16).view(dtype) if self.element in (10, _BF16) else array.astype(dtype)
        else:
            array = np.zeros(0, dtype)
        if self.element == _BF16:
            array = widen_bf16(array)
        elif self.element == 10:
            array = array.astype(np.float32)
        return array.reshape(self.dims)


class Node:
    def __init__(self, data, folder):
        self.inputs, self.outputs, self.op_type, self.attributes = [], [], "", {}
        for number, _, value in _fields(data):
            if number == 1:
                self.inputs.append(bytes(value).decode())
            elif number == 2:
                self.outputs.append(bytes(value).decode())
            elif number == 4:
                self.op_type = bytes(value).decode()
            elif number == 5:
                self._attribute(value, folder)

    def _attribute(self, data, folder):
        name, result, many = "", None, []
        for number, wire, value in _fields(data):
            if number == 1:
                name = bytes(value).decode()
            elif number == 2:
                result = struct.unpack("<f", value)[0]
            elif number == 3:
                result = _signed(value)
            elif number == 5:
                result = Tensor(value, folder)
            elif number == 8:
                many += _ints(wire, value)
        self.attributes[name] = many if result is None else result


class Model:
    """nodes (in file order), initializers {name: Tensor}, inputs {name: [dims: int or str]}, metadata {key: value}"""

    def __init__(self, path):
        data = memoryview(pathlib.Path(path).read_bytes())
        folder = pathlib.Path(path).parent
        self.nodes, self.initializers, self.inputs, self.metadata = [], {}, {}, {}
        for number, _, value in _fields(data):
            if number == 7:
                self._graph(value, folder)
            elif number == 14:
                entry = {key: bytes(text).decode() for key, _, text in _fields(value)}
                self.metadata[entry[1]] = entry.get(2, "")

    def _graph(self, data, folder):
        for number, _, value in _fields(data):
            if number == 1:
                self.nodes.append(Node(value, folder))
            elif number == 5:
                tensor = Tensor(value, folder)
                self.initializers[tensor.name] = tensor
            elif number == 11:
                name, dims = _value_info(value)
                self.inputs[name] = dims
        for node in self.nodes:
            if node.op_type == "Constant" and isinstance(node.attributes.get("value"), Tensor):
                self.initializers[node.outputs[0]] = node.attributes["value"]


def _value_info(data):
    name, dims = "", []
    for number, _, value in _fields(data):
        if number == 1:
            name = bytes(value).decode()
        elif number == 2:
            for _, _, tensor_type in _fields(value):
                for field, _, shape in _fields(tensor_type):
                    if field == 2:
                        dims = [_dimension(dim) for _, _, dim in _fields(shape)]
    return name, dims


def _dimension(data):
    for number, _, value in _fields(data):
        return value if number == 1 else bytes(value).decode()
    return ""
