"""Writes small, possibly malformed ONNX files byte by byte: what no exporter would make, for checks of bad input."""
import struct

FLOAT, INT64 = 1, 7


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def block(field, data):
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def tensor(name, dims, data=None, element=FLOAT, external=None):
    """|external|: {key: value} of an external data reference"""
    out = b"".join(number(1, dim) for dim in dims) + number(2, element) + block(8, name)
    if external is None:
        return out + block(9, data)
    for key, value in external.items():
        out += block(13, block(1, key) + block(2, value))
    return out + number(14, 1)


def node(op_type, inputs, outputs, name):
    return b"".join(block(1, i) for i in inputs) + b"".join(block(2, o) for o in outputs) + block(3, name) + block(4, op_type)


def value_info(name, element, dims):
    shape = b"".join(block(1, block(2, dim) if isinstance(dim, str) else number(1, dim)) for dim in dims)
    return block(1, name) + block(2, block(1, number(1, element) + block(2, shape)))


def model(nodes, initializers=(), inputs=(), outputs=(), opset=18):
    graph = b"".join(block(1, n) for n in nodes) + block(2, "graph") + b"".join(block(5, t) for t in initializers)
    graph += b"".join(block(11, i) for i in inputs) + b"".join(block(12, o) for o in outputs)
    return number(1, 8) + block(2, "test") + block(7, graph) + block(8, block(1, "") + number(2, opset))


def one_weight(weight, more_nodes=()):
    """A model of one MatMul with the given weight tensor."""
    return model([node("MatMul", ["x", "w"], ["y"], "the_matmul"), *more_nodes], [weight], [value_info("x", FLOAT, ["batch", 4])],
                 [value_info("y", FLOAT, ["batch", 4])])


def floats(count):
    return struct.pack(f"<{count}f", *[0.5] * count)
