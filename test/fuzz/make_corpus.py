#!/usr/bin/env python3
"""Cuts exported ONNX graphs down to seeds of a few kilobytes for fuzz-onnx-import.

    make_corpus.py OUT_FOLDER MODEL.onnx...

A seed keeps a run of consecutive nodes, the initializers they read (with every dimension 1, so that they need one element of data) and
makes the other names they read inputs. Plain wire format, no ONNX package needed.
"""
import pathlib
import sys

ELEMENT_BYTES = {1: 4, 2: 1, 3: 1, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 16: 2}
NODES, WINDOWS = 12, 3


def varint(data, pos):
    value = shift = 0
    while True:
        byte = data[pos]
        pos += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, pos


def fields(data):
    """(number, wire type, value) of each field; bytes for wire types 1, 2 and 5."""
    pos = 0
    while pos < len(data):
        tag, pos = varint(data, pos)
        if tag & 7 == 0:
            value, pos = varint(data, pos)
        else:
            length = {1: 8, 5: 4}.get(tag & 7)
            if length is None:
                length, pos = varint(data, pos)
            value = data[pos:pos + length]
            pos += length
        yield tag >> 3, tag & 7, value


def number(value):
    out = bytearray()
    while True:
        out.append(value & 0x7F | (0x80 if value > 0x7F else 0))
        value >>= 7
        if not value:
            return bytes(out)


def encode(message):
    out = bytearray()
    for field, wire, value in message:
        out += number(field << 3 | wire)
        out += number(value) if wire == 0 else (number(len(value)) if wire == 2 else b"") + value
    return bytes(out)


def texts(message, field):
    return [value for number_, _, value in fields(message) if number_ == field]


def shrink_tensor(tensor):
    """Rank and type as they are, one element; external data in the file that the fuzzer makes."""
    kept, rank, kind, external = [], 0, 1, False
    for field, wire, value in fields(tensor):
        if field == 1:
            rank += 1 if wire == 0 else sum(byte < 0x80 for byte in value)
        elif field == 2:
            kind = value
            kept.append((field, wire, value))
        elif field == 8:
            kept.append((field, wire, value))
        elif field == 14:
            external = value == 1
    size = ELEMENT_BYTES.get(kind, 4)
    where = {b"location": b"data", b"offset": b"8", b"length": b"%d" % size}
    entries = [(13, 2, encode([(1, 2, key), (2, 2, value)])) for key, value in where.items()] + [(14, 0, 1)]
    return encode([(1, 0, 1)] * rank + kept + (entries if external else [(9, 2, bytes(size))]))


def value_info(name):
    shape = encode([(1, 2, encode([(2, 2, b"n")]))])
    return encode([(1, 2, name), (2, 2, encode([(1, 2, encode([(1, 0, 1), (2, 2, shape)]))]))])


def strip_node(node):
    """Without doc_string and metadata, which the importer does not read."""
    return encode([field for field in fields(node) if field[0] not in (6, 9)])


def seed(model, begin):
    graph = next(value for field, _, value in fields(model) if field == 7)
    nodes = [strip_node(value) for field, _, value in fields(graph) if field == 1][begin:begin + NODES]
    initializers = {texts(value, 8)[0]: value for field, _, value in fields(graph) if field == 5}
    reads = {name for node in nodes for name in texts(node, 1) if name}
    made = [name for node in nodes for name in texts(node, 2) if name]
    small = [(1, 2, node) for node in nodes] + [(2, 2, b"g")]
    small += [(5, 2, shrink_tensor(initializers[name])) for name in sorted(reads) if name in initializers]
    small += [(11, 2, value_info(name)) for name in sorted(reads) if name not in initializers and name not in made]
    small += [(12, 2, value_info(made[-1]))]
    head = [(field, wire, value) for field, wire, value in fields(model) if field in (1, 2, 3, 8)]
    return encode(head + [(7, 2, encode(small))])


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for path in map(pathlib.Path, sys.argv[2:]):
        model = path.read_bytes()
        count = sum(field == 1 for field, _, _ in fields(next(v for f, _, v in fields(model) if f == 7)))
        for window in range(WINDOWS):
            begin = max(0, count - NODES) * window // (WINDOWS - 1)
            (out / f"{path.stem}-{window}").write_bytes(seed(model, begin))


if __name__ == "__main__":
    main()
