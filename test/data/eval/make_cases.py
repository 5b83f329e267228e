#!/usr/bin/env python3
"""Makes ops.mlir: single nodes with random inputs and the outputs that onnxruntime (or onnx's reference) computes.

    pip install onnx==1.23.2 onnxruntime==1.32.0 numpy
    python3 make_cases.py > ops.mlir

Every case is a function that returns what the evaluator must compute, then what it must be equal to, in the same order.
"""
import sys

import numpy as np
import onnx
import onnx.reference
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(7)
ELEMENTS = {"float32": "f32", "float64": "f64", "float16": "f16", "int64": "i64", "int32": "i32", "int8": "i8", "uint8": "ui8", "bool": "i1"}


def f32(*shape, low=-2.0, high=2.0):
    # Two decimals keep the file short.
    return np.round(rng.uniform(low, high, shape), 2).astype(np.float32)


def i64(*values):
    return np.array(values, dtype=np.int64)


def number(value, kind):
    if kind == "b":
        return "true" if value else "false"
    if kind in "iu":
        return str(int(value))
    if not np.isfinite(value):
        bits = {2: "0x%04X", 4: "0x%08X", 8: "0x%016X"}[value.dtype.itemsize]
        if np.isnan(value):
            value = value.dtype.type(np.nan)
        return bits % int(value.view({2: np.uint16, 4: np.uint32, 8: np.uint64}[value.dtype.itemsize]))
    text = "%.7g" % value
    return text if "." in text else text.replace("e", ".0e") if "e" in text else text + ".0"


def dense(array):
    array = np.asarray(array)
    kind = array.dtype.kind

    def nested(a):
        return number(a[()], kind) if a.ndim == 0 else "[" + ", ".join(nested(x) for x in a) + "]"

    shape = "".join("%dx" % d for d in array.shape)
    body = nested(array) if array.size else ""
    return "dense<%s> : tensor<%s%s>" % (body, shape, ELEMENTS[array.dtype.name])


def attribute(value):
    if isinstance(value, bool) or isinstance(value, int):
        return "%d : i64" % value
    if isinstance(value, float):
        return "%s : f32" % number(np.float32(value), "f")
    if isinstance(value, str):
        return '"%s"' % value
    if isinstance(value, onnx.TensorProto):
        return dense(numpy_helper.to_array(value))
    return "array<i64%s>" % (": " + ", ".join(map(str, value)) if value else "")


def run(op, inputs, attributes, outputs, opset, domain, reference):
    names = ["" if x is None else "i%d" % n for n, x in enumerate(inputs)]
    node = helper.make_node(op, names, ["o%d" % n if n in outputs else "" for n in range(max(outputs) + 1)], domain=domain, **attributes)
    infos = [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(x.dtype), x.shape) for n, x in zip(names, inputs) if n]
    results = [helper.make_empty_tensor_value_info("o%d" % n) for n in outputs]
    graph = helper.make_graph([node], "case", infos, results)
    opsets = [helper.make_opsetid("", opset)] + ([helper.make_opsetid("com.microsoft", 1)] if domain else [])
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    feed = {n: x for n, x in zip(names, inputs) if n}
    if reference:
        return onnx.reference.ReferenceEvaluator(model).run(None, feed)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"]).run(None, feed)


def case(name, op, inputs, attributes=None, outputs=(0,), opset=21, domain="", reference=False):
    attributes = attributes or {}
    # onnxruntime's GroupQueryAttention ignores the past when nobody asks for the present.
    asked = (0, 1, 2) if op == "GroupQueryAttention" else outputs
    expected = run(op, inputs, attributes, asked, opset, domain, reference)[: len(outputs)]
    emit(name, op, inputs, attributes, outputs, opset, domain, expected)


def emit(name, op, inputs, attributes, outputs, opset, domain, expected):
    dialect = "onnx_ms" if domain else "onnx"
    count = max(outputs) + 1
    types = ", ".join(["!v"] * (2 * len(outputs)))
    print("func.func @%s() -> (%s) attributes {onnx.opset = %d : i64, onnx.ms_opset = 1 : i64} {" % (name, types, opset))
    operands = []
    for n, x in enumerate(inputs):
        operands.append("%%i%d" % n)
        if x is None:
            print('  %%i%d = "onnx.none"() : () -> !v' % n)
        else:
            print('  %%i%d = "onnx.constant"() {value = %s} : () -> !v' % (n, dense(x)))
    attrs = " {%s}" % ", ".join("%s = %s" % (k, attribute(v)) for k, v in attributes.items()) if attributes else ""
    results = "%r" + (":%d" % count if count > 1 else "")
    result_types = "!v" if count == 1 else "(" + ", ".join(["!v"] * count) + ")"
    print('  %s = "%s.%s"(%s)%s : (%s) -> %s' % (results, dialect, op, ", ".join(operands), attrs, ", ".join(["!v"] * len(inputs)), result_types))
    for n, e in zip(outputs, expected):
        print('  %%e%d = "onnx.constant"() {value = %s} : () -> !v' % (n, dense(e)))
    computed = ["%%r#%d" % n if count > 1 else "%r" for n in outputs]
    print("  func.return %s : %s" % (", ".join(computed + ["%%e%d" % n for n in outputs]), types))
    print("}")


def elementwise():
    x = f32(2, 3)
    for op in ["Neg", "Exp", "Sigmoid", "Tanh", "Erf", "Abs", "Floor", "Ceil", "Cos", "Sin", "Softplus", "Reciprocal", "Round", "Sign", "Relu"]:
        case(op.lower(), op, [x])
    case("sqrt", "Sqrt", [np.abs(x)])
    case("log", "Log", [np.abs(x)])
    case("gelu", "Gelu", [x])
    case("gelu_tanh", "Gelu", [x], {"approximate": "tanh"})
    case("quick_gelu", "QuickGelu", [x], {"alpha": 1.5}, domain="com.microsoft")
    case("neg_int", "Neg", [i64(3, -4, 0)])
    case("abs_int", "Abs", [i64(3, -4, 0)])
    for op in ["Add", "Sub", "Mul", "Div", "Max", "Min"]:
        case(op.lower() + "_row", op, [f32(2, 1, 3), f32(4, 1)])
        case(op.lower() + "_int", op, [i64(7, -7, 9), i64(2, 2, -4)])
    case("max_three", "Max", [f32(3), f32(2, 1), f32(1)])
    case("sum_three", "Sum", [f32(3), f32(2, 1), f32(1)])
    case("pow_two", "Pow", [x, np.array(2, np.float32)])
    case("pow_int_exponent", "Pow", [x, np.array(3, np.int64)])
    case("pow_int", "Pow", [i64(2, -3, 5), i64(10, 3, 0)])
    case("mod_int", "Mod", [i64(7, -7, 7, -7), i64(3, 3, -3, -3)])
    case("mod_fmod_int", "Mod", [i64(7, -7, 7, -7), i64(3, 3, -3, -3)], {"fmod": 1})
    case("mod_fmod", "Mod", [x, f32(2, 3, low=0.5)], {"fmod": 1})
    for op in ["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"]:
        case(op.lower(), op, [i64(1, 2, 3), i64(3, 2, 1)])
        case(op.lower() + "_float", op, [np.array([1, 2, np.nan], np.float32), np.array([3, 2, 1], np.float32)])
    a, b = np.array([True, True, False, False]), np.array([True, False, True, False])
    for op in ["And", "Or", "Xor"]:
        case(op.lower(), op, [a, b])
    case("not", "Not", [a])
    odd = np.array([np.nan, np.inf, -np.inf, 1], np.float32)
    case("is_nan", "IsNaN", [odd])
    case("is_inf", "IsInf", [odd])
    case("is_inf_negative", "IsInf", [odd], {"detect_positive": 0})
    case("where", "Where", [np.array([[True], [False]]), f32(3), np.array(-np.inf, np.float32)])
    case("where_int", "Where", [np.array([True, False]), i64(1, 2), i64(-1, -1)])
    case("clip", "Clip", [x, np.array(-0.5, np.float32), np.array(0.75, np.float32)])
    case("clip_low", "Clip", [x, np.array(0, np.float32)])
    case("clip_int", "Clip", [i64(-5, 0, 5), None, np.array(2, np.int64)])
    case("cast_to_int", "Cast", [np.array([1.9, -1.9, 0], np.float32)], {"to": TensorProto.INT64})
    case("cast_to_int8", "Cast", [i64(300, -1, 127)], {"to": TensorProto.INT8})
    case("cast_to_uint8", "Cast", [i64(300, -1, 127)], {"to": TensorProto.UINT8})
    case("cast_to_bool", "Cast", [np.array([0.5, 0, -1], np.float32)], {"to": TensorProto.BOOL})
    case("cast_from_bool", "Cast", [a], {"to": TensorProto.FLOAT})
    case("cast_half", "Cast", [np.array([1.5, -0.25, 2048], np.float32)], {"to": TensorProto.FLOAT16})
    case("cast_from_half", "Cast", [np.array([1.5, -0.25, 6e-8, 65504], np.float16)], {"to": TensorProto.FLOAT})
    case("cast_like", "CastLike", [i64(1, 2), np.array(0, np.float32)])
    case("identity", "Identity", [x])


def shapes():
    x = f32(2, 3, 4)
    big, small = np.iinfo(np.int64).max, np.iinfo(np.int64).min
    case("reshape_infer", "Reshape", [x, i64(0, -1, 2)])
    case("reshape_zero", "Reshape", [np.zeros((0, 4), np.float32), i64(4, 0, 1)], {"allowzero": 1})
    case("flatten", "Flatten", [x], {"axis": -1})
    case("unsqueeze", "Unsqueeze", [x, i64(0, -1)])
    case("unsqueeze_11", "Unsqueeze", [x], {"axes": [1]}, opset=11)
    case("squeeze", "Squeeze", [f32(1, 3, 1), i64(-1)])
    case("squeeze_all", "Squeeze", [f32(1, 3, 1)])
    case("transpose", "Transpose", [x], {"perm": [0, 2, 1]})
    case("transpose_default", "Transpose", [x])
    case("slice_to_max", "Slice", [x, i64(1), i64(big), i64(2)])
    case("slice_negative", "Slice", [x, i64(-2, 0), i64(-1, 2), i64(2, 0)])
    case("slice_reverse", "Slice", [x, i64(-1), i64(small), i64(1), i64(-1)])
    case("slice_steps", "Slice", [x, i64(0, 3), i64(big, small), i64(1, 2), i64(2, -2)])
    case("slice_without_axes", "Slice", [x, i64(0, 1), i64(1, 3)])
    case("slice_empty", "Slice", [x, i64(3), i64(1), i64(2)])
    case("slice_9", "Slice", [x], {"starts": [1], "ends": [big], "axes": [1]}, opset=9)
    case("expand", "Expand", [f32(3, 1), i64(2, 1, 4)])
    case("expand_int", "Expand", [i64(5), i64(3)])
    case("tile", "Tile", [f32(2, 2), i64(2, 3)])
    case("concat", "Concat", [f32(2, 1), f32(2, 3)], {"axis": -1})
    case("concat_int", "Concat", [i64(1), i64(2, 3)], {"axis": 0})
    case("split_sizes", "Split", [f32(2, 5), i64(2, 3)], {"axis": 1}, outputs=(0, 1))
    case("split_even", "Split", [f32(5)], {"num_outputs": 3}, outputs=(0, 1, 2))
    case("split_11", "Split", [f32(4, 2)], {"split": [1, 3], "axis": 0}, outputs=(0, 1), opset=11)
    case("shape", "Shape", [x])
    case("shape_part", "Shape", [x], {"start": -2, "end": 10})
    case("size", "Size", [x])
    case("constant_of_shape", "ConstantOfShape", [i64(2, 2)], {"value": numpy_helper.from_array(np.array([-3.5], np.float32))})
    case("constant_of_shape_int", "ConstantOfShape", [i64(3)], {"value": numpy_helper.from_array(i64(4))})
    case("constant_of_shape_default", "ConstantOfShape", [i64(3)])
    case("range", "Range", [np.array(2, np.int64), np.array(9, np.int64), np.array(3, np.int64)])
    case("range_down", "Range", [np.array(5, np.int64), np.array(0, np.int64), np.array(-2, np.int64)])
    case("range_float", "Range", [np.array(0, np.float32), np.array(1, np.float32), np.array(0.25, np.float32)])
    case("range_empty", "Range", [np.array(3, np.int64), np.array(3, np.int64), np.array(1, np.int64)])


def indexing():
    x = f32(3, 4)
    case("gather", "Gather", [x, np.array([[2, -1]], np.int64)])
    case("gather_columns", "Gather", [x, np.array([3, 0], np.int64)], {"axis": -1})
    case("gather_scalar", "Gather", [i64(5, 6, 7), np.array(1, np.int64)])
    case("gather_elements", "GatherElements", [x, np.array([[0, -1], [1, 1]], np.int64)], {"axis": 1})
    case("gather_nd", "GatherND", [x, np.array([[1, 2], [-1, 0]], np.int64)])
    case("gather_nd_rows", "GatherND", [x, np.array([[1], [2]], np.int64)])
    case("gather_nd_batch", "GatherND", [f32(2, 3, 2), np.array([[1], [2]], np.int64)], {"batch_dims": 1})
    case("scatter_nd", "ScatterND", [x, np.array([[1, 1], [0, -1]], np.int64), f32(2)])
    case("scatter_nd_rows", "ScatterND", [x, np.array([[2]], np.int64), f32(1, 4)])
    case("scatter_nd_add", "ScatterND", [x, np.array([[2], [2]], np.int64), f32(2, 4)], {"reduction": "add"})
    case("tensor_scatter", "TensorScatter", [f32(2, 1, 4, 2), f32(2, 1, 2, 2), i64(1, 2)], opset=24, reference=True)
    case("tensor_scatter_axis", "TensorScatter", [f32(2, 3, 2), f32(2, 2, 2)], {"axis": 1}, opset=24, reference=True)
    case("tensor_scatter_circular", "TensorScatter", [f32(1, 3, 2), f32(1, 2, 2), i64(2)], {"mode": "circular"}, opset=24, reference=True)
    case("trilu_upper", "Trilu", [f32(2, 3, 4)])
    case("trilu_lower", "Trilu", [f32(4, 3), np.array(-1, np.int64)], {"upper": 0})
    case("trilu_upper_one", "Trilu", [f32(3, 3), np.array(1, np.int64)])
    case("cum_sum", "CumSum", [i64(1, 1, 0, 1), np.array(0, np.int64)])
    case("cum_sum_rows", "CumSum", [f32(2, 3), np.array(-1, np.int64)], {"exclusive": 1})
    case("cum_sum_reverse", "CumSum", [f32(3, 2), np.array(0, np.int64)], {"reverse": 1})
    case("cum_sum_reverse_exclusive", "CumSum", [f32(3, 2), np.array(0, np.int64)], {"reverse": 1, "exclusive": 1})


def reductions():
    x = f32(2, 3, 4)
    for op in ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceSumSquare"]:
        case(op.lower(), op, [x, i64(-1, 0)], {"keepdims": 0})
    case("reduce_mean_17", "ReduceMean", [x], {"axes": [-1]}, opset=17)
    case("reduce_max_11", "ReduceMax", [x], {"axes": [1], "keepdims": 0}, opset=11)
    case("reduce_sum_all", "ReduceSum", [x])
    case("reduce_sum_noop", "ReduceSum", [x, np.array([], np.int64)], {"noop_with_empty_axes": 1})
    case("reduce_sum_int", "ReduceSum", [np.array([[1, 1, 0], [1, 1, 1]], np.int64), i64(1)], {"keepdims": 0})
    case("reduce_max_int", "ReduceMax", [i64(-4, -9)])
    rows = x.copy()
    rows[0, 0, :2] = -np.inf
    case("softmax", "Softmax", [rows])
    case("softmax_axis", "Softmax", [x], {"axis": 1})
    case("softmax_11", "Softmax", [f32(2, 2, 3)], {"axis": 1}, opset=11)
    case("softmax_masked_row", "Softmax", [np.array([[-np.inf, -np.inf], [0, 1]], np.float32)])


def products():
    case("matmul", "MatMul", [f32(2, 3), f32(3, 4)])
    case("matmul_batch", "MatMul", [f32(2, 1, 2, 3), f32(3, 3, 2)])
    case("matmul_row", "MatMul", [f32(3), f32(2, 3, 2)])
    case("matmul_column", "MatMul", [f32(2, 2, 3), f32(3)])
    case("gemm", "Gemm", [f32(2, 3), f32(3, 4), f32(4)], {"alpha": 0.5, "beta": 2.0})
    case("gemm_transposed", "Gemm", [f32(3, 2), f32(4, 3), f32(2, 1)], {"transA": 1, "transB": 1})
    case("gemm_without_c", "Gemm", [f32(2, 3), f32(3, 2)])
    x, w, b = f32(2, 2, 6), f32(6), f32(6)
    case("layer_norm", "LayerNormalization", [x, w, b], {"epsilon": 0.01}, outputs=(0, 1, 2), opset=17)
    case("layer_norm_axis", "LayerNormalization", [x, f32(2, 6)], {"axis": 1}, opset=17)
    case("rms_norm", "RMSNormalization", [x, w], {"epsilon": 0.01}, opset=23)
    case("simplified_norm", "SimplifiedLayerNormalization", [x, w], {"epsilon": 0.01}, outputs=(0, 1), opset=21)
    skip = f32(2, 2, 6)
    case("skip_simplified_norm", "SkipSimplifiedLayerNormalization", [x, skip, w], {"epsilon": 0.01}, outputs=(0, 3), domain="com.microsoft")
    case("skip_simplified_norm_bias", "SkipSimplifiedLayerNormalization", [x, skip, w, b], outputs=(0, 3), domain="com.microsoft")
    case("skip_norm", "SkipLayerNormalization", [x, skip, w, b, f32(6)], {"epsilon": 0.01}, outputs=(0, 3), domain="com.microsoft")


def rotary():
    cos, sin = f32(2, 3, 2), f32(2, 3, 2)
    table_cos, table_sin = f32(7, 2), f32(7, 2)
    positions = np.array([[0, 1, 2], [4, 5, 6]], np.int64)
    case("rotary", "RotaryEmbedding", [f32(2, 2, 3, 4), cos, sin], opset=23)
    case("rotary_interleaved", "RotaryEmbedding", [f32(2, 2, 3, 4), cos, sin], {"interleaved": 1}, opset=23)
    case("rotary_positions", "RotaryEmbedding", [f32(2, 2, 3, 4), table_cos, table_sin, positions], opset=23)
    case("rotary_3d", "RotaryEmbedding", [f32(2, 3, 8), table_cos, table_sin, positions], {"num_heads": 2}, opset=23)
    case("rotary_partial", "RotaryEmbedding", [f32(2, 2, 3, 6), cos, sin], {"rotary_embedding_dim": 4}, opset=23)
    case("ms_rotary", "RotaryEmbedding", [f32(2, 3, 8), positions, table_cos, table_sin], domain="com.microsoft")
    case("ms_rotary_4d", "RotaryEmbedding", [f32(2, 2, 3, 4), positions, table_cos, table_sin], {"interleaved": 1}, domain="com.microsoft")
    case("ms_rotary_offset", "RotaryEmbedding", [f32(2, 3, 8), i64(3), table_cos, table_sin], domain="com.microsoft")
    partial = {"num_heads": 2, "rotary_embedding_dim": 4}
    case("ms_rotary_partial", "RotaryEmbedding", [f32(2, 3, 12), positions, table_cos, table_sin], partial, domain="com.microsoft")


def attention():
    q, k, v = f32(2, 4, 2, 2), f32(2, 2, 4, 2), f32(2, 2, 4, 2)
    allow = rng.integers(0, 2, (2, 1, 2, 4)).astype(bool)
    allow[..., 0] = True
    case("attention", "Attention", [q, k, v], opset=23)
    case("attention_scale", "Attention", [q, k, v], {"scale": 0.3}, opset=23)
    case("attention_bool_mask", "Attention", [q, k, v, allow], opset=23)
    case("attention_float_mask", "Attention", [q, k, v, f32(2, 4)], opset=23)
    case("attention_causal", "Attention", [q, k, v], {"is_causal": 1}, opset=23)
    case("attention_softcap", "Attention", [q, k, v, f32(1, 4, 2, 4)], {"softcap": 1.5}, opset=24, reference=True)
    past_k, past_v = f32(2, 2, 2, 2), f32(2, 2, 2, 2)
    case("attention_past", "Attention", [q, f32(2, 2, 2, 2), f32(2, 2, 2, 2), None, past_k, past_v], {"is_causal": 1}, (0, 1, 2), opset=24,
         reference=True)
    case("attention_3d", "Attention", [f32(2, 3, 8), f32(2, 3, 4), f32(2, 3, 6)], {"q_num_heads": 4, "kv_num_heads": 2, "is_causal": 1}, opset=23)
    case("attention_3d_past", "Attention", [f32(2, 1, 8), f32(2, 1, 4), f32(2, 1, 4), np.ones((1, 3), bool), past_k, past_v],
         {"q_num_heads": 4, "kv_num_heads": 2}, outputs=(0, 1, 2), opset=23)
    dead = allow.copy()
    dead[1, 0, 1] = False
    case("attention_masked_row", "Attention", [q, k, v, dead], opset=24, reference=True)
    case("attention_short_mask", "Attention", [q, k, v, allow[..., :3]], opset=24, reference=True)
    case("attention_nonpad", "Attention", [q, k, v, None, None, None, i64(4, 3)], {"is_causal": 1}, opset=24, reference=True)


def group_query():
    ms = {"domain": "com.microsoft"}
    heads = {"num_heads": 2, "kv_num_heads": 1}
    d = 16  # the CPU provider wants multiples of 16
    cos, sin = f32(8, d // 2), f32(8, d // 2)
    empty = np.zeros((1, 1, 0, d), np.float32)
    total = lambda n: np.array(n, np.int32)
    lengths = lambda *n: np.array(n, np.int32)
    prompt = [f32(1, 3, 2 * d), f32(1, 3, d), f32(1, 3, d), empty, empty, lengths(2), total(3), cos, sin]
    step = [f32(2, 1, 2 * d), f32(2, 1, d), f32(2, 1, d), f32(2, 1, 2, d), f32(2, 1, 2, d), lengths(2, 2), total(3), cos, sin]
    chunk = [f32(1, 2, 2 * d), f32(1, 2, d), f32(1, 2, d), f32(1, 1, 4, d), f32(1, 1, 4, d), lengths(5), total(6), cos, sin]
    three = (0, 1, 2)
    case("gqa_prompt", "GroupQueryAttention", prompt, {**heads, "do_rotary": 1}, three, **ms)
    case("gqa_step", "GroupQueryAttention", step, {**heads, "do_rotary": 1}, three, **ms)
    case("gqa_chunk", "GroupQueryAttention", chunk, {**heads, "do_rotary": 1}, three, **ms)
    case("gqa_no_rotary", "GroupQueryAttention", step[:7], {**heads, "scale": 0.2}, **ms)
    case("gqa_interleaved", "GroupQueryAttention", step, {**heads, "do_rotary": 1, "rotary_interleaved": 1}, **ms)
    case("gqa_window", "GroupQueryAttention", chunk, {**heads, "do_rotary": 1, "local_window_size": 3}, **ms)
    case("gqa_softcap", "GroupQueryAttention", step, {**heads, "do_rotary": 1, "softcap": 1.5}, **ms)
    case("gqa_packed", "GroupQueryAttention", [f32(2, 1, 4 * d), None, None] + step[3:], {**heads, "do_rotary": 1}, **ms)
    case("gqa_bias", "GroupQueryAttention", step[:7] + [None, None, None, f32(1, 2, 1, 3)], heads, **ms)
    case("gqa_ragged", "GroupQueryAttention", step[:5] + [lengths(2, 1)] + step[6:], {**heads, "do_rotary": 1}, **ms)
    # The CPU provider rejects the norm weights, so the expectation applies the norm outside, by the documented formula.
    norm = lambda x, w: (x / np.sqrt(np.mean(x * x, -1, keepdims=True) + 1e-6) * w).astype(np.float32)
    wq, wk = f32(d, low=0.5), f32(d, low=0.5)
    q = norm(step[0].reshape(2, 1, 2, d), wq).reshape(2, 1, 2 * d)
    k = norm(step[1].reshape(2, 1, 1, d), wk).reshape(2, 1, d)
    expected = run("GroupQueryAttention", [q, k] + step[2:], {**heads, "do_rotary": 1}, three, 21, "com.microsoft", False)
    emit("gqa_norms", "GroupQueryAttention", step + [None] * 5 + [wq, wk], {**heads, "do_rotary": 1}, (0, 1), 21, "com.microsoft", expected)


def main():
    print("// Made by make_cases.py with onnxruntime %s and onnx %s; do not edit." % (onnxruntime.__version__, onnx.__version__))
    print("!v = !onnx.value")
    for group in (elementwise, shapes, indexing, reductions, products, rotary, attention, group_query):
        group()


if __name__ == "__main__":
    sys.exit(main())
