"""A small writer of ONNX graphs, for the models that have no exporter: retrieval heads.

`Graph` names values, keeps nodes and initializers, and knows the pieces of a decoder layer in the patterns that torch's exporter
writes at opset 18 (RMSNorm by Pow and ReduceMean, RoPE by rotated halves, an additive mask made of positions and attention_mask), so
that a head reaches a compiler in the same shape as the LLM it belongs to.
"""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 18
SMALL = 4096      # bytes up to which a tensor stays in the .onnx file without weights, as in export_llm.py
ALIGNMENT = 4096  # of weights in a data file
MASKED = np.float32(-3.4028235e38)  # what torch's exporter adds where attention is forbidden
ELEMENTS = {"f32": TensorProto.FLOAT, "f16": TensorProto.FLOAT16, "bf16": TensorProto.BFLOAT16}


def to_bfloat16_bits(array):
    """float32 array -> uint16 array of bfloat16 bits, rounded to nearest even."""
    bits = np.ascontiguousarray(array, np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def tensor(name, array, element):
    """A TensorProto of |array| stored as |element| ("f32", "f16", "bf16") in raw_data."""
    array = np.asarray(array)
    if element == "bf16":
        data = to_bfloat16_bits(array)
    else:
        data = array.astype({"f32": np.float32, "f16": np.float16}[element])
    return helper.make_tensor(name, ELEMENTS[element], array.shape, data.tobytes(), raw=True)


def reference(name, shape, element, data_file, offset):
    """A TensorProto whose data are at |offset| of |data_file|, which need not exist -> tensor, offset behind it."""
    size = int(np.prod(shape)) * (4 if element == "f32" else 2)
    value = TensorProto(name=name, data_type=ELEMENTS[element], dims=shape, data_location=TensorProto.EXTERNAL)
    for key, text in (("location", data_file), ("offset", offset), ("length", size)):
        value.external_data.add(key=key, value=str(text))
    return value, offset + -(-size // ALIGNMENT) * ALIGNMENT


class Graph:
    def __init__(self, weights="f32", data_file=None):
        """|weights|: the element weights are stored in; other than f32, a Cast to float follows each one. With |data_file| weights of more than SMALL
        bytes are references into that file, which is not written."""
        self.weights, self.data_file, self.data_size = weights, data_file, 0
        self.nodes, self.initializers = [], []
        self.inputs, self.outputs = [], []
        self.counter = 0

    # ---- values ----------------------------------------------------------------------------------------------------
    def op(self, op_type, inputs, output=None, **attributes):
        if output is None:
            self.counter += 1
            output = f"{op_type.lower()}_{self.counter}"
        self.nodes.append(helper.make_node(op_type, inputs, [output], name=f"node_{output}", **attributes))
        return output

    def constant(self, array, name=None):
        if name is None:
            self.counter += 1
            name = f"val_{self.counter}"
        self.initializers.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def ints(self, *values):
        return self.constant(np.array(values, np.int64))

    def weight(self, name, array):
        if self.data_file and array.size * (4 if self.weights == "f32" else 2) > SMALL:
            value, self.data_size = reference(name, array.shape, self.weights, self.data_file, self.data_size)
        else:
            value = tensor(name, array, self.weights)
        self.initializers.append(value)
        return name if self.weights == "f32" else self.op("Cast", [name], f"{name}.float", to=TensorProto.FLOAT)

    def input(self, name, element, dims):
        self.inputs.append(helper.make_tensor_value_info(name, element, dims))
        return name

    def output(self, value, name, dims, element="f32"):
        self.op("Identity", [value], name)
        self.outputs.append(helper.make_tensor_value_info(name, ELEMENTS[element], dims))

    # ---- pieces of a layer -----------------------------------------------------------------------------------------
    def linear(self, x, name, weight):
        """x W^T for a torch weight [out, in], stored [in, out] as the exporters do."""
        return self.op("MatMul", [x, self.weight(name, weight.T)])

    def rms_norm(self, x, name, weight, eps):
        square = self.op("Pow", [x, self.constant(np.float32(2))])
        mean = self.op("ReduceMean", [square, self.ints(-1)], keepdims=1)
        root = self.op("Sqrt", [self.op("Add", [mean, self.constant(np.float32(eps))])])
        scaled = self.op("Mul", [x, self.op("Reciprocal", [root])])
        return self.op("Mul", [self.weight(name, weight), scaled])

    def rope_tables(self, position_ids, inv_freq):
        """-> cos, sin [B, 1, S, d]"""
        positions = self.op("Cast", [self.op("Unsqueeze", [position_ids, self.ints(1)])], to=TensorProto.FLOAT)  # [B, 1, S]
        table = self.constant(inv_freq.astype(np.float32).reshape(1, -1, 1), "inv_freq")
        angles = self.op("Transpose", [self.op("MatMul", [table, positions])], perm=[0, 2, 1])  # [B, S, d/2]
        angles = self.op("Concat", [angles, angles], axis=-1)
        return tuple(self.op("Unsqueeze", [self.op(f, [angles]), self.ints(1)]) for f in ("Cos", "Sin"))

    def rope(self, x, tables, head_size):
        """x [B, h, S, d]"""
        half, end, axis, step = self.ints(head_size // 2), self.ints(2**63 - 1), self.ints(3), self.ints(1)
        low = self.op("Slice", [x, self.ints(0), half, axis, step])
        high = self.op("Slice", [x, half, end, axis, step])
        rotated = self.op("Concat", [self.op("Neg", [high]), low], axis=-1)
        return self.op("Add", [self.op("Mul", [x, tables[0]]), self.op("Mul", [rotated, tables[1]])])

    def split_heads(self, x, head_size):
        """[B, S, h*d] -> [B, h, S, d]"""
        shape = self.op("Concat", [self.dim("input_ids", 0), self.dim("input_ids", 1), self.ints(-1), self.ints(head_size)], axis=0)
        return self.op("Transpose", [self.op("Reshape", [x, shape], allowzero=1)], perm=[0, 2, 1, 3])

    def merge_heads(self, x):
        """[B, h, S, d] -> [B, S, h*d]"""
        shape = self.op("Concat", [self.dim("input_ids", 0), self.dim("input_ids", 1), self.ints(-1)], axis=0)
        return self.op("Reshape", [self.op("Transpose", [x], perm=[0, 2, 1, 3]), shape], allowzero=1)

    def dim(self, value, axis):
        return self.op("Shape", [value], start=axis, end=axis + 1)

    def repeat_kv(self, x, q_heads, kv_heads, head_size):
        """[B, Hkv, T, d] -> [B, Hq, T, d]"""
        if q_heads == kv_heads:
            return x
        batch, total = self.dim(x, 0), self.dim(x, 2)
        group = self.op("Concat", [batch, self.ints(kv_heads), self.ints(q_heads // kv_heads), total, self.ints(head_size)], axis=0)
        flat = self.op("Concat", [batch, self.ints(q_heads), total, self.ints(head_size)], axis=0)
        x = self.op("Expand", [self.op("Unsqueeze", [x, self.ints(2)]), group])
        return self.op("Reshape", [x, flat], allowzero=1)

    def causal_bias(self, past_key, attention_mask):
        """-> [B, 1, S, T]: 0 where key k <= P + q and attention_mask[b, k] != 0, else the most negative float."""
        zero, one = self.constant(np.int64(0)), self.constant(np.int64(1))
        past = self.op("Squeeze", [self.dim(past_key, 2)])
        total = self.op("Add", [past, self.op("Squeeze", [self.dim("input_ids", 1)])])
        rows = self.op("Unsqueeze", [self.op("Range", [past, total, one]), self.ints(1)])  # [S, 1]
        columns = self.op("Range", [zero, total, one])
        causal = self.op("LessOrEqual", [self.op("Unsqueeze", [columns, self.ints(0)]), rows])  # [S, T]
        kept = self.op("Slice", [attention_mask, self.ints(0), self.op("Unsqueeze", [total, self.ints(0)]), self.ints(1), self.ints(1)])
        kept = self.op("Unsqueeze", [self.op("Cast", [kept], to=TensorProto.BOOL), self.ints(1, 2)])  # [B, 1, 1, T]
        allowed = self.op("And", [self.op("Unsqueeze", [causal, self.ints(0, 1)]), kept])
        return self.op("Where", [allowed, self.constant(np.float32(0)), self.constant(MASKED)])

    def attention_weights(self, q, k, bias, q_heads, kv_heads, head_size):
        """softmax(q k^T / sqrt(d) + bias): [B, Hq, S, T]"""
        keys = self.op("Transpose", [self.repeat_kv(k, q_heads, kv_heads, head_size)], perm=[0, 1, 3, 2])
        scores = self.op("Mul", [self.op("MatMul", [q, keys]), self.constant(np.float32(head_size**-0.5))])
        return self.op("Softmax", [self.op("Add", [scores, bias])], axis=-1)

    # ---- the model -------------------------------------------------------------------------------------------------
    def save(self, path, name, metadata):
        graph = helper.make_graph(self.nodes, name, self.inputs, self.outputs, self.initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10, producer_name="spc tools/export")
        helper.set_model_props(model, metadata)
        if not self.data_file:  # which the checker would open
            onnx.checker.check_model(model)
        onnx.save(model, path)
