// The onnx and onnx_ms dialects: ONNX graphs as exported (docs/ir.md, level 1). onnx holds the domain "", onnx_ms com.microsoft.
//
// This file is the only list of known op types: the importer asks the context whether an op of this name exists, and makes
// onnx.unsupported of a node when none does. To know a new op type, add its line.
//
// Arity and types are ONNX's business and optional inputs make them vary, so every op takes and gives any number of values of one type,
// !onnx.value. IRDL wants op names in lower case, ONNX writes them in CamelCase: the attribute `onnx` is the true name, which
// spc_onnx_dialect_restore_names (frontend/onnx_dialect.h) puts back before the dialects are loaded. Ops without it are ours and
// can't be the type of a node.
irdl.dialect @onnx {
  irdl.type @value

  // Bytes in a file; small data; an absent operand; a node of a type not listed here. A Constant node becomes one of the first two.
  irdl.operation @initializer { %v = irdl.any irdl.results(output: %v) }
  irdl.operation @constant { %v = irdl.any irdl.results(output: %v) }
  irdl.operation @none { %v = irdl.any irdl.results(output: %v) }
  irdl.operation @unsupported { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }

  // Control of data: shapes, indexing.
  irdl.operation @bitcast attributes {onnx = "BitCast"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @cast attributes {onnx = "Cast"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @castlike attributes {onnx = "CastLike"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @compress attributes {onnx = "Compress"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @concat attributes {onnx = "Concat"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @constantofshape attributes {onnx = "ConstantOfShape"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @depthtospace attributes {onnx = "DepthToSpace"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @dropout attributes {onnx = "Dropout"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @expand attributes {onnx = "Expand"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @eyelike attributes {onnx = "EyeLike"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @flatten attributes {onnx = "Flatten"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @gather attributes {onnx = "Gather"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @gatherelements attributes {onnx = "GatherElements"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @gathernd attributes {onnx = "GatherND"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @identity attributes {onnx = "Identity"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @nonzero attributes {onnx = "NonZero"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @onehot attributes {onnx = "OneHot"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @pad attributes {onnx = "Pad"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @range attributes {onnx = "Range"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @reshape attributes {onnx = "Reshape"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @reversesequence attributes {onnx = "ReverseSequence"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @scatterelements attributes {onnx = "ScatterElements"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @scatternd attributes {onnx = "ScatterND"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @shape attributes {onnx = "Shape"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @size attributes {onnx = "Size"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @slice attributes {onnx = "Slice"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @spacetodepth attributes {onnx = "SpaceToDepth"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @split attributes {onnx = "Split"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @squeeze attributes {onnx = "Squeeze"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @tensorscatter attributes {onnx = "TensorScatter"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @tile attributes {onnx = "Tile"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @topk attributes {onnx = "TopK"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @transpose attributes {onnx = "Transpose"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @trilu attributes {onnx = "Trilu"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @unique attributes {onnx = "Unique"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @unsqueeze attributes {onnx = "Unsqueeze"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @where attributes {onnx = "Where"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }

  // Arithmetic, element by element.
  irdl.operation @abs attributes {onnx = "Abs"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @acos attributes {onnx = "Acos"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @add attributes {onnx = "Add"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @asin attributes {onnx = "Asin"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @atan attributes {onnx = "Atan"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @ceil attributes {onnx = "Ceil"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @clip attributes {onnx = "Clip"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @cos attributes {onnx = "Cos"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @cosh attributes {onnx = "Cosh"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @div attributes {onnx = "Div"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @erf attributes {onnx = "Erf"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @exp attributes {onnx = "Exp"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @floor attributes {onnx = "Floor"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @log attributes {onnx = "Log"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @max attributes {onnx = "Max"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @mean attributes {onnx = "Mean"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @min attributes {onnx = "Min"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @mod attributes {onnx = "Mod"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @mul attributes {onnx = "Mul"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @neg attributes {onnx = "Neg"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @pow attributes {onnx = "Pow"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @reciprocal attributes {onnx = "Reciprocal"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @round attributes {onnx = "Round"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @sign attributes {onnx = "Sign"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @sin attributes {onnx = "Sin"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @sinh attributes {onnx = "Sinh"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @sqrt attributes {onnx = "Sqrt"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @sub attributes {onnx = "Sub"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @sum attributes {onnx = "Sum"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @tan attributes {onnx = "Tan"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }

  // Logic and comparison.
  irdl.operation @and attributes {onnx = "And"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @bitshift attributes {onnx = "BitShift"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @bitwiseand attributes {onnx = "BitwiseAnd"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @bitwisenot attributes {onnx = "BitwiseNot"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @bitwiseor attributes {onnx = "BitwiseOr"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @bitwisexor attributes {onnx = "BitwiseXor"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @equal attributes {onnx = "Equal"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @greater attributes {onnx = "Greater"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @greaterorequal attributes {onnx = "GreaterOrEqual"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @isinf attributes {onnx = "IsInf"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @isnan attributes {onnx = "IsNaN"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @less attributes {onnx = "Less"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @lessorequal attributes {onnx = "LessOrEqual"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @not attributes {onnx = "Not"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @or attributes {onnx = "Or"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @xor attributes {onnx = "Xor"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }

  // Activations.
  irdl.operation @celu attributes {onnx = "Celu"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @elu attributes {onnx = "Elu"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @gelu attributes {onnx = "Gelu"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @hardsigmoid attributes {onnx = "HardSigmoid"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @hardswish attributes {onnx = "HardSwish"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @leakyrelu attributes {onnx = "LeakyRelu"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @logsoftmax attributes {onnx = "LogSoftmax"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @mish attributes {onnx = "Mish"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @prelu attributes {onnx = "PRelu"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @relu attributes {onnx = "Relu"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @selu attributes {onnx = "Selu"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @sigmoid attributes {onnx = "Sigmoid"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @softmax attributes {onnx = "Softmax"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @softplus attributes {onnx = "Softplus"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @softsign attributes {onnx = "Softsign"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @swiglu attributes {onnx = "SwiGLU"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @swish attributes {onnx = "Swish"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @tanh attributes {onnx = "Tanh"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @thresholdedrelu attributes {onnx = "ThresholdedRelu"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }

  // Reductions and scans.
  irdl.operation @argmax attributes {onnx = "ArgMax"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @argmin attributes {onnx = "ArgMin"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @cumsum attributes {onnx = "CumSum"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @reducel1 attributes {onnx = "ReduceL1"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @reducel2 attributes {onnx = "ReduceL2"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @reducelogsum attributes {onnx = "ReduceLogSum"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @reducelogsumexp attributes {onnx = "ReduceLogSumExp"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @reducemax attributes {onnx = "ReduceMax"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @reducemean attributes {onnx = "ReduceMean"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @reducemin attributes {onnx = "ReduceMin"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @reduceprod attributes {onnx = "ReduceProd"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @reducesum attributes {onnx = "ReduceSum"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @reducesumsquare attributes {onnx = "ReduceSumSquare"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }

  // Linear algebra and quantisation.
  irdl.operation @conv attributes {onnx = "Conv"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @dequantizelinear attributes {onnx = "DequantizeLinear"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @dynamicquantizelinear attributes {onnx = "DynamicQuantizeLinear"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @einsum attributes {onnx = "Einsum"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @gemm attributes {onnx = "Gemm"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @matmul attributes {onnx = "MatMul"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @matmulinteger attributes {onnx = "MatMulInteger"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @qlinearmatmul attributes {onnx = "QLinearMatMul"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @quantizelinear attributes {onnx = "QuantizeLinear"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }

  // Attention and normalisation.
  irdl.operation @attention attributes {onnx = "Attention"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @batchnormalization attributes {onnx = "BatchNormalization"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @groupnormalization attributes {onnx = "GroupNormalization"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @instancenormalization attributes {onnx = "InstanceNormalization"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @layernormalization attributes {onnx = "LayerNormalization"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @lpnormalization attributes {onnx = "LpNormalization"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @rmsnormalization attributes {onnx = "RMSNormalization"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @rotaryembedding attributes {onnx = "RotaryEmbedding"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }

  // Not ONNX ops, though onnxruntime-genai writes them in domain "".
  irdl.operation @simplifiedlayernormalization attributes {onnx = "SimplifiedLayerNormalization"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
}

irdl.dialect @onnx_ms {
  irdl.operation @attention attributes {onnx = "Attention"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @biasgelu attributes {onnx = "BiasGelu"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @biassplitgelu attributes {onnx = "BiasSplitGelu"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @decodermaskedmultiheadattention attributes {onnx = "DecoderMaskedMultiHeadAttention"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @decodermaskedselfattention attributes {onnx = "DecoderMaskedSelfAttention"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @dequantizelinear attributes {onnx = "DequantizeLinear"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @embedlayernormalization attributes {onnx = "EmbedLayerNormalization"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @fastgelu attributes {onnx = "FastGelu"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @fusedmatmul attributes {onnx = "FusedMatMul"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @gatherblockquantized attributes {onnx = "GatherBlockQuantized"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @gathernd attributes {onnx = "GatherND"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @gelu attributes {onnx = "Gelu"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @gemmfastgelu attributes {onnx = "GemmFastGelu"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @groupqueryattention attributes {onnx = "GroupQueryAttention"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @longformerattention attributes {onnx = "LongformerAttention"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @matmulbnb4 attributes {onnx = "MatMulBnb4"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @matmulfpq4 attributes {onnx = "MatMulFpQ4"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @matmulinteger16 attributes {onnx = "MatMulInteger16"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @matmulintegertofloat attributes {onnx = "MatMulIntegerToFloat"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @matmulnbits attributes {onnx = "MatMulNBits"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @moe attributes {onnx = "MoE"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @multiheadattention attributes {onnx = "MultiHeadAttention"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @packedattention attributes {onnx = "PackedAttention"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @packedmultiheadattention attributes {onnx = "PackedMultiHeadAttention"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @pagedattention attributes {onnx = "PagedAttention"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @qattention attributes {onnx = "QAttention"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @qgemm attributes {onnx = "QGemm"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @qmoe attributes {onnx = "QMoE"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @quantizelinear attributes {onnx = "QuantizeLinear"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @quickgelu attributes {onnx = "QuickGelu"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @relativepositionbias attributes {onnx = "RelativePositionBias"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @removepadding attributes {onnx = "RemovePadding"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @restorepadding attributes {onnx = "RestorePadding"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @rotaryembedding attributes {onnx = "RotaryEmbedding"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @simplifiedlayernormalization attributes {onnx = "SimplifiedLayerNormalization"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @skiplayernormalization attributes {onnx = "SkipLayerNormalization"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @skipsimplifiedlayernormalization attributes {onnx = "SkipSimplifiedLayerNormalization"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @sparseattention attributes {onnx = "SparseAttention"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
  irdl.operation @trilu attributes {onnx = "Trilu"} { %v = irdl.any irdl.operands(inputs: variadic %v) irdl.results(outputs: variadic %v) }
}
