// Made by make_cases.py with onnxruntime 1.32.0 and onnx 1.23.2; do not edit.
!v = !onnx.value
func.func @neg() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Neg"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[-0.5, -1.59, -1.1], [1.1, 0.8, -1.49]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @exp() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Exp"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[1.648721, 4.903749, 3.004166], [0.3328711, 0.449329, 4.437096]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @sigmoid() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Sigmoid"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.6224593, 0.8306161, 0.7502601], [0.2497399, 0.3100255, 0.8160783]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @tanh() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Tanh"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.4621172, 0.9201493, 0.8004991], [-0.8004991, -0.6640369, 0.9033248]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @erf() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Erf"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.5204999, 0.975462, 0.8802051], [-0.8802051, -0.742101, 0.9648979]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @abs() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Abs"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [1.1, 0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @floor() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Floor"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.0, 1.0, 1.0], [-2.0, -1.0, 1.0]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @ceil() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Ceil"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[1.0, 2.0, 2.0], [-1.0, -0.0, 2.0]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @cos() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Cos"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.8775826, -0.01920252, 0.4535961], [0.4535961, 0.6967067, 0.08070844]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @sin() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Sin"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.4794255, 0.9998156, 0.8912073], [-0.8912073, -0.7173561, 0.9967378]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @softplus() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Softplus"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.974077, 1.775588, 1.387335], [0.2873353, 0.3711007, 1.693245]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reciprocal() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Reciprocal"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[2.0, 0.6289308, 0.9090909], [-0.9090909, -1.25, 0.6711409]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @round() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Round"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.0, 2.0, 1.0], [-1.0, -1.0, 1.0]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @sign() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Sign"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[1.0, 1.0, 1.0], [-1.0, -1.0, 1.0]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @relu() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Relu"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [0.0, 0.0, 1.49]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @sqrt() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [1.1, 0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Sqrt"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.7071068, 1.260952, 1.048809], [1.048809, 0.8944272, 1.220656]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @log() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [1.1, 0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Log"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[-0.6931472, 0.4637341, 0.0953102], [0.0953102, -0.2231435, 0.3987761]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gelu() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Gelu"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.3457312, 1.501091, 0.9507674], [-0.1492327, -0.1694843, 1.388513]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gelu_tanh() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Gelu"(%i0) {approximate = "tanh"} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.345714, 1.500903, 0.9505811], [-0.149419, -0.1695683, 1.388293]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @quick_gelu() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx_ms.QuickGelu"(%i0) {alpha = 1.5 : f32} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.3395894, 1.455925, 0.9227802], [-0.1772198, -0.1851802, 1.34599]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @neg_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[3, -4, 0]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Neg"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[-3, 4, 0]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @abs_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[3, -4, 0]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Abs"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[3, 4, 0]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @add_row() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.98, 1.28, 1.19]], [[-0.13, -0.79, -0.89]]]> : tensor<2x1x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[-0.98], [-0.22], [0.02], [0.21]]> : tensor<4x1xf32>} : () -> !v
  %r = "onnx.Add"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-2.96, 0.3, 0.21], [-2.2, 1.06, 0.97], [-1.96, 1.3, 1.21], [-1.77, 1.49, 1.4]], [[-1.11, -1.77, -1.87], [-0.35, -1.01, -1.11], [-0.11, -0.77, -0.87], [0.08, -0.58, -0.68]]]> : tensor<2x4x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @add_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[7, -7, 9]> : tensor<3xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[2, 2, -4]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Add"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[9, -5, 5]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @sub_row() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.98, 1.17, 0.49]], [[1.96, -1.14, -1.36]]]> : tensor<2x1x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[0.45], [-1.82], [-1.86], [0.06]]> : tensor<4x1xf32>} : () -> !v
  %r = "onnx.Sub"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[1.53, 0.72, 0.04000002], [3.8, 2.99, 2.31], [3.84, 3.03, 2.35], [1.92, 1.11, 0.43]], [[1.51, -1.59, -1.81], [3.78, 0.6800001, 0.46], [3.82, 0.72, 0.5], [1.9, -1.2, -1.42]]]> : tensor<2x4x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @sub_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[7, -7, 9]> : tensor<3xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[2, 2, -4]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Sub"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[5, -9, 13]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @mul_row() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.14, 1.67, 0.52]], [[0.06, -0.01, -1.01]]]> : tensor<2x1x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[-1.95], [-1.23], [0.77], [-1.2]]> : tensor<4x1xf32>} : () -> !v
  %r = "onnx.Mul"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.273, -3.2565, -1.014], [0.1722, -2.0541, -0.6396], [-0.1078, 1.2859, 0.4004], [0.168, -2.004, -0.624]], [[-0.117, 0.0195, 1.9695], [-0.0738, 0.0123, 1.2423], [0.0462, -0.007699999, -0.7776999], [-0.072, 0.012, 1.212]]]> : tensor<2x4x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @mul_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[7, -7, 9]> : tensor<3xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[2, 2, -4]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Mul"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[14, -14, -36]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @div_row() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.52, -1.99, 1.32]], [[-1.38, -0.93, 1.52]]]> : tensor<2x1x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[0.04], [1.39], [0.56], [0.97]]> : tensor<4x1xf32>} : () -> !v
  %r = "onnx.Div"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-13.0, -49.75, 33.0], [-0.3741007, -1.431655, 0.9496403], [-0.9285714, -3.553571, 2.357143], [-0.5360824, -2.051546, 1.360825]], [[-34.5, -23.25, 38.0], [-0.9928058, -0.6690648, 1.093525], [-2.464286, -1.660714, 2.714286], [-1.42268, -0.9587629, 1.56701]]]> : tensor<2x4x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @div_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[7, -7, 9]> : tensor<3xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[2, 2, -4]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Div"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[3, -3, -2]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @max_row() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.63, 0.16, 0.03]], [[1.49, -0.55, 0.39]]]> : tensor<2x1x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[-1.76], [-0.45], [-0.71], [-1.4]]> : tensor<4x1xf32>} : () -> !v
  %r = "onnx.Max"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-1.63, 0.16, 0.03], [-0.45, 0.16, 0.03], [-0.71, 0.16, 0.03], [-1.4, 0.16, 0.03]], [[1.49, -0.55, 0.39], [1.49, -0.45, 0.39], [1.49, -0.55, 0.39], [1.49, -0.55, 0.39]]]> : tensor<2x4x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @max_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[7, -7, 9]> : tensor<3xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[2, 2, -4]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Max"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[7, 2, 9]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @min_row() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.27, -0.48, 1.91]], [[0.36, 0.42, 0.55]]]> : tensor<2x1x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[0.71], [-1.4], [-0.24], [-1.04]]> : tensor<4x1xf32>} : () -> !v
  %r = "onnx.Min"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.71, -0.48, 0.71], [-1.4, -1.4, -1.4], [-0.24, -0.48, -0.24], [-1.04, -1.04, -1.04]], [[0.36, 0.42, 0.55], [-1.4, -1.4, -1.4], [-0.24, -0.24, -0.24], [-1.04, -1.04, -1.04]]]> : tensor<2x4x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @min_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[7, -7, 9]> : tensor<3xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[2, 2, -4]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Min"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[2, -7, -4]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @max_three() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[-0.39, -1.61, 1.87]> : tensor<3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[-1.14], [0.69]]> : tensor<2x1xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[-0.8]> : tensor<1xf32>} : () -> !v
  %r = "onnx.Max"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[-0.39, -0.8, 1.87], [0.69, 0.69, 1.87]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @sum_three() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1.5, 0.65, -1.47]> : tensor<3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[1.38], [1.78]]> : tensor<2x1xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[1.62]> : tensor<1xf32>} : () -> !v
  %r = "onnx.Sum"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[4.5, 3.65, 1.53], [4.9, 4.05, 1.93]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @pow_two() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<2.0> : tensor<f32>} : () -> !v
  %r = "onnx.Pow"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.25, 2.5281, 1.21], [1.21, 0.64, 2.2201]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @pow_int_exponent() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<3> : tensor<i64>} : () -> !v
  %r = "onnx.Pow"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.125, 4.019679, 1.331], [-1.331, -0.512, 3.307949]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @pow_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[2, -3, 5]> : tensor<3xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[10, 3, 0]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Pow"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[1024, -27, 1]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @mod_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[7, -7, 7, -7]> : tensor<4xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3, 3, -3, -3]> : tensor<4xi64>} : () -> !v
  %r = "onnx.Mod"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[1, 2, -2, -1]> : tensor<4xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @mod_fmod_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[7, -7, 7, -7]> : tensor<4xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3, 3, -3, -3]> : tensor<4xi64>} : () -> !v
  %r = "onnx.Mod"(%i0, %i1) {fmod = 1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[1, -1, 1, -1]> : tensor<4xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @mod_fmod() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[1.35, 0.72, 0.79], [1.89, 1.33, 0.77]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Mod"(%i0, %i1) {fmod = 1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.5, 0.15, 0.31], [-1.1, -0.8, 0.72]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @equal() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1, 2, 3]> : tensor<3xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3, 2, 1]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Equal"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[false, true, false]> : tensor<3xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @equal_float() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1.0, 2.0, 0x7FC00000]> : tensor<3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3.0, 2.0, 1.0]> : tensor<3xf32>} : () -> !v
  %r = "onnx.Equal"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[false, true, false]> : tensor<3xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @greater() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1, 2, 3]> : tensor<3xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3, 2, 1]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Greater"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[false, false, true]> : tensor<3xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @greater_float() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1.0, 2.0, 0x7FC00000]> : tensor<3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3.0, 2.0, 1.0]> : tensor<3xf32>} : () -> !v
  %r = "onnx.Greater"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[false, false, false]> : tensor<3xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @greaterorequal() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1, 2, 3]> : tensor<3xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3, 2, 1]> : tensor<3xi64>} : () -> !v
  %r = "onnx.GreaterOrEqual"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[false, true, true]> : tensor<3xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @greaterorequal_float() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1.0, 2.0, 0x7FC00000]> : tensor<3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3.0, 2.0, 1.0]> : tensor<3xf32>} : () -> !v
  %r = "onnx.GreaterOrEqual"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[false, true, false]> : tensor<3xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @less() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1, 2, 3]> : tensor<3xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3, 2, 1]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Less"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[true, false, false]> : tensor<3xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @less_float() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1.0, 2.0, 0x7FC00000]> : tensor<3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3.0, 2.0, 1.0]> : tensor<3xf32>} : () -> !v
  %r = "onnx.Less"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[true, false, false]> : tensor<3xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @lessorequal() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1, 2, 3]> : tensor<3xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3, 2, 1]> : tensor<3xi64>} : () -> !v
  %r = "onnx.LessOrEqual"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[true, true, false]> : tensor<3xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @lessorequal_float() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1.0, 2.0, 0x7FC00000]> : tensor<3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3.0, 2.0, 1.0]> : tensor<3xf32>} : () -> !v
  %r = "onnx.LessOrEqual"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[true, true, false]> : tensor<3xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @and() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[true, true, false, false]> : tensor<4xi1>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[true, false, true, false]> : tensor<4xi1>} : () -> !v
  %r = "onnx.And"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[true, false, false, false]> : tensor<4xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @or() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[true, true, false, false]> : tensor<4xi1>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[true, false, true, false]> : tensor<4xi1>} : () -> !v
  %r = "onnx.Or"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[true, true, true, false]> : tensor<4xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @xor() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[true, true, false, false]> : tensor<4xi1>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[true, false, true, false]> : tensor<4xi1>} : () -> !v
  %r = "onnx.Xor"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[false, true, true, false]> : tensor<4xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @not() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[true, true, false, false]> : tensor<4xi1>} : () -> !v
  %r = "onnx.Not"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[false, false, true, true]> : tensor<4xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @is_nan() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[0x7FC00000, 0x7F800000, 0xFF800000, 1.0]> : tensor<4xf32>} : () -> !v
  %r = "onnx.IsNaN"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[true, false, false, false]> : tensor<4xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @is_inf() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[0x7FC00000, 0x7F800000, 0xFF800000, 1.0]> : tensor<4xf32>} : () -> !v
  %r = "onnx.IsInf"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[false, true, true, false]> : tensor<4xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @is_inf_negative() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[0x7FC00000, 0x7F800000, 0xFF800000, 1.0]> : tensor<4xf32>} : () -> !v
  %r = "onnx.IsInf"(%i0) {detect_positive = 0 : i64} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[false, false, true, false]> : tensor<4xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @where() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[true], [false]]> : tensor<2x1xi1>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[1.54, 0.57, 0.28]> : tensor<3xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<0xFF800000> : tensor<f32>} : () -> !v
  %r = "onnx.Where"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[1.54, 0.57, 0.28], [0xFF800000, 0xFF800000, 0xFF800000]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @where_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[true, false]> : tensor<2xi1>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[1, 2]> : tensor<2xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[-1, -1]> : tensor<2xi64>} : () -> !v
  %r = "onnx.Where"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[1, -1]> : tensor<2xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @clip() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<-0.5> : tensor<f32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<0.75> : tensor<f32>} : () -> !v
  %r = "onnx.Clip"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.5, 0.75, 0.75], [-0.5, -0.5, 0.75]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @clip_low() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<0.0> : tensor<f32>} : () -> !v
  %r = "onnx.Clip"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [0.0, 0.0, 1.49]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @clip_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[-5, 0, 5]> : tensor<3xi64>} : () -> !v
  %i1 = "onnx.none"() : () -> !v
  %i2 = "onnx.constant"() {value = dense<2> : tensor<i64>} : () -> !v
  %r = "onnx.Clip"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[-5, 0, 2]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @cast_to_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1.9, -1.9, 0.0]> : tensor<3xf32>} : () -> !v
  %r = "onnx.Cast"(%i0) {to = 7 : i64} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[1, -1, 0]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @cast_to_int8() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[300, -1, 127]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Cast"(%i0) {to = 3 : i64} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[44, -1, 127]> : tensor<3xi8>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @cast_to_uint8() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[300, -1, 127]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Cast"(%i0) {to = 2 : i64} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[44, 255, 127]> : tensor<3xui8>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @cast_to_bool() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[0.5, 0.0, -1.0]> : tensor<3xf32>} : () -> !v
  %r = "onnx.Cast"(%i0) {to = 9 : i64} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[true, false, true]> : tensor<3xi1>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @cast_from_bool() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[true, true, false, false]> : tensor<4xi1>} : () -> !v
  %r = "onnx.Cast"(%i0) {to = 1 : i64} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[1.0, 1.0, 0.0, 0.0]> : tensor<4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @cast_half() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1.5, -0.25, 2048.0]> : tensor<3xf32>} : () -> !v
  %r = "onnx.Cast"(%i0) {to = 10 : i64} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[1.5, -0.25, 2048.0]> : tensor<3xf16>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @cast_from_half() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1.5, -0.25, 5.960464e-08, 65504.0]> : tensor<4xf16>} : () -> !v
  %r = "onnx.Cast"(%i0) {to = 1 : i64} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[1.5, -0.25, 5.960464e-08, 65504.0]> : tensor<4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @cast_like() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1, 2]> : tensor<2xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<0.0> : tensor<f32>} : () -> !v
  %r = "onnx.CastLike"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @identity() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Identity"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.5, 1.59, 1.1], [-1.1, -0.8, 1.49]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reshape_infer() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[0, -1, 2]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Reshape"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36], [-1.04, -1.85], [1.5, -0.13], [0.19, -0.71], [1.01, -1.9], [-0.51, -1.88]], [[-1.51, 1.87], [0.63, -0.29], [0.09, 1.49], [-0.62, 0.36], [0.73, -0.58], [0.08, 1.06]]]> : tensor<2x6x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reshape_zero() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<> : tensor<0x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[4, 0, 1]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Reshape"(%i0, %i1) {allowzero = 1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<> : tensor<4x0x1xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @flatten() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.Flatten"(%i0) {axis = -1 : i64} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88], [-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]> : tensor<6x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @unsqueeze() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[0, -1]> : tensor<2xi64>} : () -> !v
  %r = "onnx.Unsqueeze"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[[-0.49], [-0.36], [-1.04], [-1.85]], [[1.5], [-0.13], [0.19], [-0.71]], [[1.01], [-1.9], [-0.51], [-1.88]]], [[[-1.51], [1.87], [0.63], [-0.29]], [[0.09], [1.49], [-0.62], [0.36]], [[0.73], [-0.58], [0.08], [1.06]]]]]> : tensor<1x2x3x4x1xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @unsqueeze_11() -> (!v, !v) attributes {onnx.opset = 11 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.Unsqueeze"(%i0) {axes = array<i64: 1>} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]]], [[[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]]> : tensor<2x1x3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @squeeze() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.64], [-1.4], [1.73]]]> : tensor<1x3x1xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[-1]> : tensor<1xi64>} : () -> !v
  %r = "onnx.Squeeze"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[1.64, -1.4, 1.73]]> : tensor<1x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @squeeze_all() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.98], [1.01], [1.24]]]> : tensor<1x3x1xf32>} : () -> !v
  %r = "onnx.Squeeze"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[-1.98, 1.01, 1.24]> : tensor<3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @transpose() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.Transpose"(%i0) {perm = array<i64: 0, 2, 1>} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.49, 1.5, 1.01], [-0.36, -0.13, -1.9], [-1.04, 0.19, -0.51], [-1.85, -0.71, -1.88]], [[-1.51, 0.09, 0.73], [1.87, 1.49, -0.58], [0.63, -0.62, 0.08], [-0.29, 0.36, 1.06]]]> : tensor<2x4x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @transpose_default() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.Transpose"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.49, -1.51], [1.5, 0.09], [1.01, 0.73]], [[-0.36, 1.87], [-0.13, 1.49], [-1.9, -0.58]], [[-1.04, 0.63], [0.19, -0.62], [-0.51, 0.08]], [[-1.85, -0.29], [-0.71, 0.36], [-1.88, 1.06]]]> : tensor<4x3x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @slice_to_max() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[1]> : tensor<1xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[9223372036854775807]> : tensor<1xi64>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[2]> : tensor<1xi64>} : () -> !v
  %r = "onnx.Slice"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.36, -1.04, -1.85], [-0.13, 0.19, -0.71], [-1.9, -0.51, -1.88]], [[1.87, 0.63, -0.29], [1.49, -0.62, 0.36], [-0.58, 0.08, 1.06]]]> : tensor<2x3x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @slice_negative() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[-2, 0]> : tensor<2xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[-1, 2]> : tensor<2xi64>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[2, 0]> : tensor<2xi64>} : () -> !v
  %r = "onnx.Slice"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-1.04], [0.19], [-0.51]], [[0.63], [-0.62], [0.08]]]> : tensor<2x3x1xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @slice_reverse() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[-1]> : tensor<1xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[-9223372036854775808]> : tensor<1xi64>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[1]> : tensor<1xi64>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[-1]> : tensor<1xi64>} : () -> !v
  %r = "onnx.Slice"(%i0, %i1, %i2, %i3, %i4) : (!v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[1.01, -1.9, -0.51, -1.88], [1.5, -0.13, 0.19, -0.71], [-0.49, -0.36, -1.04, -1.85]], [[0.73, -0.58, 0.08, 1.06], [0.09, 1.49, -0.62, 0.36], [-1.51, 1.87, 0.63, -0.29]]]> : tensor<2x3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @slice_steps() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[0, 3]> : tensor<2xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[9223372036854775807, -9223372036854775808]> : tensor<2xi64>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[1, 2]> : tensor<2xi64>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[2, -2]> : tensor<2xi64>} : () -> !v
  %r = "onnx.Slice"(%i0, %i1, %i2, %i3, %i4) : (!v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-1.85, -0.36], [-1.88, -1.9]], [[-0.29, 1.87], [1.06, -0.58]]]> : tensor<2x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @slice_without_axes() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[0, 1]> : tensor<2xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[1, 3]> : tensor<2xi64>} : () -> !v
  %r = "onnx.Slice"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]]]> : tensor<1x2x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @slice_empty() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3]> : tensor<1xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[1]> : tensor<1xi64>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[2]> : tensor<1xi64>} : () -> !v
  %r = "onnx.Slice"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<> : tensor<2x3x0xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @slice_9() -> (!v, !v) attributes {onnx.opset = 9 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.Slice"(%i0) {starts = array<i64: 1>, ends = array<i64: 9223372036854775807>, axes = array<i64: 1>} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x2x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @expand() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[-1.45], [-0.32], [1.26]]> : tensor<3x1xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[2, 1, 4]> : tensor<3xi64>} : () -> !v
  %r = "onnx.Expand"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-1.45, -1.45, -1.45, -1.45], [-0.32, -0.32, -0.32, -0.32], [1.26, 1.26, 1.26, 1.26]], [[-1.45, -1.45, -1.45, -1.45], [-0.32, -0.32, -0.32, -0.32], [1.26, 1.26, 1.26, 1.26]]]> : tensor<2x3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @expand_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[5]> : tensor<1xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3]> : tensor<1xi64>} : () -> !v
  %r = "onnx.Expand"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[5, 5, 5]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @tile() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[-1.94, 0.51], [1.17, 0.05]]> : tensor<2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[2, 3]> : tensor<2xi64>} : () -> !v
  %r = "onnx.Tile"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[-1.94, 0.51, -1.94, 0.51, -1.94, 0.51], [1.17, 0.05, 1.17, 0.05, 1.17, 0.05], [-1.94, 0.51, -1.94, 0.51, -1.94, 0.51], [1.17, 0.05, 1.17, 0.05, 1.17, 0.05]]> : tensor<4x6xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @concat() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.9], [-1.09]]> : tensor<2x1xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[-1.21, -0.55, -1.28], [-0.62, 1.79, 0.29]]> : tensor<2x3xf32>} : () -> !v
  %r = "onnx.Concat"(%i0, %i1) {axis = -1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.9, -1.21, -0.55, -1.28], [-1.09, -0.62, 1.79, 0.29]]> : tensor<2x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @concat_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1]> : tensor<1xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[2, 3]> : tensor<2xi64>} : () -> !v
  %r = "onnx.Concat"(%i0, %i1) {axis = 0 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[1, 2, 3]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @split_sizes() -> (!v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[-0.64, -0.91, 1.81, -0.22, 1.92], [0.06, 0.08, 1.59, 0.97, 0.32]]> : tensor<2x5xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[2, 3]> : tensor<2xi64>} : () -> !v
  %r:2 = "onnx.Split"(%i0, %i1) {axis = 1 : i64} : (!v, !v) -> (!v, !v)
  %e0 = "onnx.constant"() {value = dense<[[-0.64, -0.91], [0.06, 0.08]]> : tensor<2x2xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[1.81, -0.22, 1.92], [1.59, 0.97, 0.32]]> : tensor<2x3xf32>} : () -> !v
  func.return %r#0, %r#1, %e0, %e1 : !v, !v, !v, !v
}
func.func @split_even() -> (!v, !v, !v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[-0.29, 1.51, -0.35, 1.69, -1.73]> : tensor<5xf32>} : () -> !v
  %r:3 = "onnx.Split"(%i0) {num_outputs = 3 : i64} : (!v) -> (!v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[-0.29, 1.51]> : tensor<2xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[-0.35, 1.69]> : tensor<2xf32>} : () -> !v
  %e2 = "onnx.constant"() {value = dense<[-1.73]> : tensor<1xf32>} : () -> !v
  func.return %r#0, %r#1, %r#2, %e0, %e1, %e2 : !v, !v, !v, !v, !v, !v
}
func.func @split_11() -> (!v, !v, !v, !v) attributes {onnx.opset = 11 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[-0.28, 0.08], [1.8, -1.0], [1.22, 0.71], [0.87, 0.52]]> : tensor<4x2xf32>} : () -> !v
  %r:2 = "onnx.Split"(%i0) {split = array<i64: 1, 3>, axis = 0 : i64} : (!v) -> (!v, !v)
  %e0 = "onnx.constant"() {value = dense<[[-0.28, 0.08]]> : tensor<1x2xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[1.8, -1.0], [1.22, 0.71], [0.87, 0.52]]> : tensor<3x2xf32>} : () -> !v
  func.return %r#0, %r#1, %e0, %e1 : !v, !v, !v, !v
}
func.func @shape() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.Shape"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[2, 3, 4]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @shape_part() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.Shape"(%i0) {start = -2 : i64, end = 10 : i64} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[3, 4]> : tensor<2xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @size() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.49, -0.36, -1.04, -1.85], [1.5, -0.13, 0.19, -0.71], [1.01, -1.9, -0.51, -1.88]], [[-1.51, 1.87, 0.63, -0.29], [0.09, 1.49, -0.62, 0.36], [0.73, -0.58, 0.08, 1.06]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.Size"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<24> : tensor<i64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @constant_of_shape() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[2, 2]> : tensor<2xi64>} : () -> !v
  %r = "onnx.ConstantOfShape"(%i0) {value = dense<[-3.5]> : tensor<1xf32>} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[-3.5, -3.5], [-3.5, -3.5]]> : tensor<2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @constant_of_shape_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[3]> : tensor<1xi64>} : () -> !v
  %r = "onnx.ConstantOfShape"(%i0) {value = dense<[4]> : tensor<1xi64>} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[4, 4, 4]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @constant_of_shape_default() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[3]> : tensor<1xi64>} : () -> !v
  %r = "onnx.ConstantOfShape"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[0.0, 0.0, 0.0]> : tensor<3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @range() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<2> : tensor<i64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<9> : tensor<i64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<3> : tensor<i64>} : () -> !v
  %r = "onnx.Range"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[2, 5, 8]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @range_down() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<5> : tensor<i64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<0> : tensor<i64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<-2> : tensor<i64>} : () -> !v
  %r = "onnx.Range"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[5, 3, 1]> : tensor<3xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @range_float() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<0.0> : tensor<f32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<1.0> : tensor<f32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<0.25> : tensor<f32>} : () -> !v
  %r = "onnx.Range"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[0.0, 0.25, 0.5, 0.75]> : tensor<4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @range_empty() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<3> : tensor<i64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<3> : tensor<i64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<1> : tensor<i64>} : () -> !v
  %r = "onnx.Range"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<> : tensor<0xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gather() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.89, -0.67, -0.41, -1.19], [-1.8, -1.15, 1.66, 1.36], [-1.55, 0.42, -0.08, 0.38]]> : tensor<3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[2, -1]]> : tensor<1x2xi64>} : () -> !v
  %r = "onnx.Gather"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-1.55, 0.42, -0.08, 0.38], [-1.55, 0.42, -0.08, 0.38]]]> : tensor<1x2x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gather_columns() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.89, -0.67, -0.41, -1.19], [-1.8, -1.15, 1.66, 1.36], [-1.55, 0.42, -0.08, 0.38]]> : tensor<3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3, 0]> : tensor<2xi64>} : () -> !v
  %r = "onnx.Gather"(%i0, %i1) {axis = -1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[-1.19, 1.89], [1.36, -1.8], [0.38, -1.55]]> : tensor<3x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gather_scalar() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[5, 6, 7]> : tensor<3xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<1> : tensor<i64>} : () -> !v
  %r = "onnx.Gather"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<6> : tensor<i64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gather_elements() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.89, -0.67, -0.41, -1.19], [-1.8, -1.15, 1.66, 1.36], [-1.55, 0.42, -0.08, 0.38]]> : tensor<3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[0, -1], [1, 1]]> : tensor<2x2xi64>} : () -> !v
  %r = "onnx.GatherElements"(%i0, %i1) {axis = 1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[1.89, -1.19], [-1.15, -1.15]]> : tensor<2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gather_nd() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.89, -0.67, -0.41, -1.19], [-1.8, -1.15, 1.66, 1.36], [-1.55, 0.42, -0.08, 0.38]]> : tensor<3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[1, 2], [-1, 0]]> : tensor<2x2xi64>} : () -> !v
  %r = "onnx.GatherND"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[1.66, -1.55]> : tensor<2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gather_nd_rows() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.89, -0.67, -0.41, -1.19], [-1.8, -1.15, 1.66, 1.36], [-1.55, 0.42, -0.08, 0.38]]> : tensor<3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[1], [2]]> : tensor<2x1xi64>} : () -> !v
  %r = "onnx.GatherND"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[-1.8, -1.15, 1.66, 1.36], [-1.55, 0.42, -0.08, 0.38]]> : tensor<2x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gather_nd_batch() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.64, -0.77], [1.85, -0.14], [0.51, 0.54]], [[-1.26, -1.75], [-0.35, 1.06], [1.26, 0.92]]]> : tensor<2x3x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[1], [2]]> : tensor<2x1xi64>} : () -> !v
  %r = "onnx.GatherND"(%i0, %i1) {batch_dims = 1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[1.85, -0.14], [1.26, 0.92]]> : tensor<2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @scatter_nd() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.89, -0.67, -0.41, -1.19], [-1.8, -1.15, 1.66, 1.36], [-1.55, 0.42, -0.08, 0.38]]> : tensor<3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[1, 1], [0, -1]]> : tensor<2x2xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[-1.55, 1.65]> : tensor<2xf32>} : () -> !v
  %r = "onnx.ScatterND"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[1.89, -0.67, -0.41, 1.65], [-1.8, -1.55, 1.66, 1.36], [-1.55, 0.42, -0.08, 0.38]]> : tensor<3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @scatter_nd_rows() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.89, -0.67, -0.41, -1.19], [-1.8, -1.15, 1.66, 1.36], [-1.55, 0.42, -0.08, 0.38]]> : tensor<3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[2]]> : tensor<1x1xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[1.21, 1.51, 0.09, 1.66]]> : tensor<1x4xf32>} : () -> !v
  %r = "onnx.ScatterND"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[1.89, -0.67, -0.41, -1.19], [-1.8, -1.15, 1.66, 1.36], [1.21, 1.51, 0.09, 1.66]]> : tensor<3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @scatter_nd_add() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.89, -0.67, -0.41, -1.19], [-1.8, -1.15, 1.66, 1.36], [-1.55, 0.42, -0.08, 0.38]]> : tensor<3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[2], [2]]> : tensor<2x1xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[-1.81, -1.88, -1.92, -0.99], [-1.01, -1.25, 0.27, -1.84]]> : tensor<2x4xf32>} : () -> !v
  %r = "onnx.ScatterND"(%i0, %i1, %i2) {reduction = "add"} : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[1.89, -0.67, -0.41, -1.19], [-1.8, -1.15, 1.66, 1.36], [-4.37, -2.71, -1.73, -2.45]]> : tensor<3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @tensor_scatter() -> (!v, !v) attributes {onnx.opset = 24 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[0.36, -1.34], [0.71, -1.92], [-0.76, 1.75], [0.15, 1.25]]], [[[0.63, 0.44], [-1.23, 0.3], [-1.84, 1.21], [1.84, 1.42]]]]> : tensor<2x1x4x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[-1.8, -0.65], [-0.73, -1.55]]], [[[0.51, 1.19], [-0.75, 1.45]]]]> : tensor<2x1x2x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[1, 2]> : tensor<2xi64>} : () -> !v
  %r = "onnx.TensorScatter"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.36, -1.34], [-1.8, -0.65], [-0.73, -1.55], [0.15, 1.25]]], [[[0.63, 0.44], [-1.23, 0.3], [0.51, 1.19], [-0.75, 1.45]]]]> : tensor<2x1x4x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @tensor_scatter_axis() -> (!v, !v) attributes {onnx.opset = 24 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.19, -1.48], [1.07, 1.53], [-1.21, 0.29]], [[0.55, 0.44], [-1.62, 0.64], [0.53, 1.3]]]> : tensor<2x3x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.21, -0.69], [0.89, 1.47]], [[1.57, -1.35], [-1.89, 0.6]]]> : tensor<2x2x2xf32>} : () -> !v
  %r = "onnx.TensorScatter"(%i0, %i1) {axis = 1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[1.21, -0.69], [0.89, 1.47], [-1.21, 0.29]], [[1.57, -1.35], [-1.89, 0.6], [0.53, 1.3]]]> : tensor<2x3x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @tensor_scatter_circular() -> (!v, !v) attributes {onnx.opset = 24 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.14, 0.25], [1.78, -0.48], [-0.99, -0.17]]]> : tensor<1x3x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[0.63, -1.6], [-0.48, -1.47]]]> : tensor<1x2x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[2]> : tensor<1xi64>} : () -> !v
  %r = "onnx.TensorScatter"(%i0, %i1, %i2) {mode = "circular"} : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.48, -1.47], [1.78, -0.48], [0.63, -1.6]]]> : tensor<1x3x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @trilu_upper() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.65, 1.32, -0.49, -0.51], [0.16, -1.14, -1.01, -0.68], [-0.17, -1.67, 1.01, 0.32]], [[-0.8, -1.69, 1.05, -1.48], [-1.47, -1.48, -1.67, 1.63], [-0.92, -0.77, 1.33, 0.48]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.Trilu"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.65, 1.32, -0.49, -0.51], [0.0, -1.14, -1.01, -0.68], [0.0, 0.0, 1.01, 0.32]], [[-0.8, -1.69, 1.05, -1.48], [0.0, -1.48, -1.67, 1.63], [0.0, 0.0, 1.33, 0.48]]]> : tensor<2x3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @trilu_lower() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[-1.25, -0.26, 1.54], [-0.5, 0.84, -1.61], [0.91, 1.11, 1.3], [0.7, -0.52, -1.74]]> : tensor<4x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<-1> : tensor<i64>} : () -> !v
  %r = "onnx.Trilu"(%i0, %i1) {upper = 0 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.0, 0.0, 0.0], [-0.5, 0.0, 0.0], [0.91, 1.11, 0.0], [0.7, -0.52, -1.74]]> : tensor<4x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @trilu_upper_one() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.08, 1.03, -1.24], [-0.94, 0.14, 0.99], [1.59, -1.5, -1.26]]> : tensor<3x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<1> : tensor<i64>} : () -> !v
  %r = "onnx.Trilu"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.0, 1.03, -1.24], [0.0, 0.0, 0.99], [0.0, 0.0, 0.0]]> : tensor<3x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @cum_sum() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[1, 1, 0, 1]> : tensor<4xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<0> : tensor<i64>} : () -> !v
  %r = "onnx.CumSum"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[1, 2, 2, 3]> : tensor<4xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @cum_sum_rows() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.2, 0.58, 0.88], [1.99, 1.76, 1.37]]> : tensor<2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<-1> : tensor<i64>} : () -> !v
  %r = "onnx.CumSum"(%i0, %i1) {exclusive = 1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.0, 1.2, 1.78], [0.0, 1.99, 3.75]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @cum_sum_reverse() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.11, -0.42], [0.56, -1.26], [1.04, 1.03]]> : tensor<3x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<0> : tensor<i64>} : () -> !v
  %r = "onnx.CumSum"(%i0, %i1) {reverse = 1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[2.71, -0.65], [1.6, -0.23], [1.04, 1.03]]> : tensor<3x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @cum_sum_reverse_exclusive() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.89, -0.22], [-0.49, -0.32], [-1.87, 1.38]]> : tensor<3x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<0> : tensor<i64>} : () -> !v
  %r = "onnx.CumSum"(%i0, %i1) {reverse = 1 : i64, exclusive = 1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[-2.36, 1.06], [-1.87, 1.38], [0.0, 0.0]]> : tensor<3x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reducesum() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.17, -0.45, 0.19, 0.89], [-0.47, 1.32, 1.68, -0.45], [-1.45, 1.04, 1.97, -1.41]], [[0.85, 1.3, 1.68, -1.51], [-1.63, 1.95, -1.53, -1.29], [0.3, -0.21, 1.0, -1.24]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[-1, 0]> : tensor<2xi64>} : () -> !v
  %r = "onnx.ReduceSum"(%i0, %i1) {keepdims = 0 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[3.12, -0.4199998, -1.192093e-07]> : tensor<3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reducemean() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.17, -0.45, 0.19, 0.89], [-0.47, 1.32, 1.68, -0.45], [-1.45, 1.04, 1.97, -1.41]], [[0.85, 1.3, 1.68, -1.51], [-1.63, 1.95, -1.53, -1.29], [0.3, -0.21, 1.0, -1.24]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[-1, 0]> : tensor<2xi64>} : () -> !v
  %r = "onnx.ReduceMean"(%i0, %i1) {keepdims = 0 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[0.39, -0.05249998, -1.490116e-08]> : tensor<3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reducemax() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.17, -0.45, 0.19, 0.89], [-0.47, 1.32, 1.68, -0.45], [-1.45, 1.04, 1.97, -1.41]], [[0.85, 1.3, 1.68, -1.51], [-1.63, 1.95, -1.53, -1.29], [0.3, -0.21, 1.0, -1.24]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[-1, 0]> : tensor<2xi64>} : () -> !v
  %r = "onnx.ReduceMax"(%i0, %i1) {keepdims = 0 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[1.68, 1.95, 1.97]> : tensor<3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reducemin() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.17, -0.45, 0.19, 0.89], [-0.47, 1.32, 1.68, -0.45], [-1.45, 1.04, 1.97, -1.41]], [[0.85, 1.3, 1.68, -1.51], [-1.63, 1.95, -1.53, -1.29], [0.3, -0.21, 1.0, -1.24]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[-1, 0]> : tensor<2xi64>} : () -> !v
  %r = "onnx.ReduceMin"(%i0, %i1) {keepdims = 0 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[-1.51, -1.63, -1.45]> : tensor<3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reduceprod() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.17, -0.45, 0.19, 0.89], [-0.47, 1.32, 1.68, -0.45], [-1.45, 1.04, 1.97, -1.41]], [[0.85, 1.3, 1.68, -1.51], [-1.63, 1.95, -1.53, -1.29], [0.3, -0.21, 1.0, -1.24]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[-1, 0]> : tensor<2xi64>} : () -> !v
  %r = "onnx.ReduceProd"(%i0, %i1) {keepdims = 0 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[0.03626215, -2.942367, 0.3272268]> : tensor<3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reducesumsquare() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.17, -0.45, 0.19, 0.89], [-0.47, 1.32, 1.68, -0.45], [-1.45, 1.04, 1.97, -1.41]], [[0.85, 1.3, 1.68, -1.51], [-1.63, 1.95, -1.53, -1.29], [0.3, -0.21, 1.0, -1.24]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[-1, 0]> : tensor<2xi64>} : () -> !v
  %r = "onnx.ReduceSumSquare"(%i0, %i1) {keepdims = 0 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[8.574599, 15.4526, 11.7248]> : tensor<3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reduce_mean_17() -> (!v, !v) attributes {onnx.opset = 17 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.17, -0.45, 0.19, 0.89], [-0.47, 1.32, 1.68, -0.45], [-1.45, 1.04, 1.97, -1.41]], [[0.85, 1.3, 1.68, -1.51], [-1.63, 1.95, -1.53, -1.29], [0.3, -0.21, 1.0, -1.24]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.ReduceMean"(%i0) {axes = array<i64: -1>} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.2], [0.52], [0.03749999]], [[0.58], [-0.6249999], [-0.03750002]]]> : tensor<2x3x1xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reduce_max_11() -> (!v, !v) attributes {onnx.opset = 11 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.17, -0.45, 0.19, 0.89], [-0.47, 1.32, 1.68, -0.45], [-1.45, 1.04, 1.97, -1.41]], [[0.85, 1.3, 1.68, -1.51], [-1.63, 1.95, -1.53, -1.29], [0.3, -0.21, 1.0, -1.24]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.ReduceMax"(%i0) {axes = array<i64: 1>, keepdims = 0 : i64} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.17, 1.32, 1.97, 0.89], [0.85, 1.95, 1.68, -1.24]]> : tensor<2x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reduce_sum_all() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.17, -0.45, 0.19, 0.89], [-0.47, 1.32, 1.68, -0.45], [-1.45, 1.04, 1.97, -1.41]], [[0.85, 1.3, 1.68, -1.51], [-1.63, 1.95, -1.53, -1.29], [0.3, -0.21, 1.0, -1.24]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.ReduceSum"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[2.699999]]]> : tensor<1x1x1xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reduce_sum_noop() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.17, -0.45, 0.19, 0.89], [-0.47, 1.32, 1.68, -0.45], [-1.45, 1.04, 1.97, -1.41]], [[0.85, 1.3, 1.68, -1.51], [-1.63, 1.95, -1.53, -1.29], [0.3, -0.21, 1.0, -1.24]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<> : tensor<0xi64>} : () -> !v
  %r = "onnx.ReduceSum"(%i0, %i1) {noop_with_empty_axes = 1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.17, -0.45, 0.19, 0.89], [-0.47, 1.32, 1.68, -0.45], [-1.45, 1.04, 1.97, -1.41]], [[0.85, 1.3, 1.68, -1.51], [-1.63, 1.95, -1.53, -1.29], [0.3, -0.21, 1.0, -1.24]]]> : tensor<2x3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reduce_sum_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1, 1, 0], [1, 1, 1]]> : tensor<2x3xi64>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[1]> : tensor<1xi64>} : () -> !v
  %r = "onnx.ReduceSum"(%i0, %i1) {keepdims = 0 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[2, 3]> : tensor<2xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reduce_max_int() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[-4, -9]> : tensor<2xi64>} : () -> !v
  %r = "onnx.ReduceMax"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[-4]> : tensor<1xi64>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @softmax() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0xFF800000, 0xFF800000, 0.19, 0.89], [-0.47, 1.32, 1.68, -0.45], [-1.45, 1.04, 1.97, -1.41]], [[0.85, 1.3, 1.68, -1.51], [-1.63, 1.95, -1.53, -1.29], [0.3, -0.21, 1.0, -1.24]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.Softmax"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.0, 0.0, 0.3318122, 0.6681877], [0.06026089, 0.3609297, 0.5173311, 0.06147824], [0.02238563, 0.2699993, 0.6843158, 0.02329921]], [[0.2017735, 0.3164439, 0.462731, 0.0190515], [0.02539125, 0.9108738, 0.02806166, 0.03567336], [0.2611901, 0.1568435, 0.5259722, 0.05599422]]]> : tensor<2x3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @softmax_axis() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.17, -0.45, 0.19, 0.89], [-0.47, 1.32, 1.68, -0.45], [-1.45, 1.04, 1.97, -1.41]], [[0.85, 1.3, 1.68, -1.51], [-1.63, 1.95, -1.53, -1.29], [0.3, -0.21, 1.0, -1.24]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.Softmax"(%i0) {axis = 1 : i64} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.5796459, 0.08843338, 0.08797434, 0.734158], [0.3056429, 0.5191793, 0.3903505, 0.1922361], [0.1147112, 0.3923873, 0.5216752, 0.07360584]], [[0.6021583, 0.3188317, 0.6464234, 0.2812116], [0.05042668, 0.6107352, 0.02608746, 0.3504112], [0.3474151, 0.0704331, 0.3274891, 0.3683772]]]> : tensor<2x3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @softmax_11() -> (!v, !v) attributes {onnx.opset = 11 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.66, -1.13, 1.08], [-1.73, -0.11, -1.87]], [[-0.74, -0.75, 0.88], [-0.18, -1.77, 1.98]]]> : tensor<2x2x3xf32>} : () -> !v
  %r = "onnx.Softmax"(%i0) {axis = 1 : i64} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.5391806, 0.03311713, 0.3018863], [0.01817507, 0.09184024, 0.01580064]], [[0.04109959, 0.04069065, 0.20768], [0.07195192, 0.01467284, 0.6239051]]]> : tensor<2x2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @softmax_masked_row() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0xFF800000, 0xFF800000], [0.0, 1.0]]> : tensor<2x2xf32>} : () -> !v
  %r = "onnx.Softmax"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0x7FC00000, 0x7FC00000], [0.2689414, 0.7310586]]> : tensor<2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @matmul() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.55, 1.67, -1.01], [-0.42, -1.09, -1.5]]> : tensor<2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[-1.87, 0.01, -1.51, -1.29], [1.44, -0.06, -1.27, 0.68], [-0.94, 0.11, -0.87, 0.06]]> : tensor<3x4xf32>} : () -> !v
  %r = "onnx.MatMul"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.4557, -0.1958, -3.5827, -0.9244999], [0.6257999, -0.1038, 3.3235, -0.2894001]]> : tensor<2x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @matmul_batch() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[0.51, 0.14, -0.42], [1.16, 1.49, -1.28]]], [[[-1.45, -1.55, 1.92], [1.77, -1.08, 1.88]]]]> : tensor<2x1x2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-1.17, 0.03], [-0.01, 1.66], [-1.84, -0.74]], [[0.4, -1.73], [-1.05, -0.14], [1.52, 1.04]], [[1.32, 1.04], [0.83, 1.4], [0.73, 0.94]]]> : tensor<3x3x2xf32>} : () -> !v
  %r = "onnx.MatMul"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.1747, 0.5585], [0.9831001, 3.4554]], [[-0.5814, -1.3387], [-3.0461, -3.5466]], [[0.4828, 0.3316], [1.8335, 2.0892]]], [[[-1.8208, -4.0373], [-5.5193, -3.1309]], [[3.9659, 4.7223], [4.6996, -0.9557]], [[-1.7989, -1.8732], [2.8124, 2.096]]]]> : tensor<2x3x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @matmul_row() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[-0.79, -1.33, 1.03]> : tensor<3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-1.34, 1.68], [0.39, -0.68], [1.75, -1.38]], [[0.06, -1.63], [1.86, 0.3], [1.21, -0.87]]]> : tensor<2x3x2xf32>} : () -> !v
  %r = "onnx.MatMul"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[2.3424, -1.8442], [-1.2749, -0.007399976]]> : tensor<2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @matmul_column() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.21, 0.81, 0.57], [1.8, -0.27, -0.34]], [[0.77, 1.34, -0.66], [0.68, -1.16, 0.21]]]> : tensor<2x2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[1.08, -1.74, 0.91]> : tensor<3xf32>} : () -> !v
  %r = "onnx.MatMul"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.4161001, 2.1044], [-2.1006, 2.9439]]> : tensor<2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gemm() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[-1.94, 1.83, -0.13], [-0.36, 0.88, 0.09]]> : tensor<2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[0.92, -1.66, 0.25, 0.23], [1.73, -1.84, -0.19, 0.52], [0.2, -1.7, 0.37, -1.11]]> : tensor<3x4xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[-1.22, 1.51, -1.21, -0.18]> : tensor<4xf32>} : () -> !v
  %r = "onnx.Gemm"(%i0, %i1, %i2) {alpha = 0.5 : f32, beta = 2.0 : f32} : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[-1.76245, 3.0571, -2.8604, -0.03515002], [-1.8354, 2.4327, -2.53195, -0.22255]]> : tensor<2x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gemm_transposed() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.0, 0.83], [0.21, 1.23], [-0.14, 0.48]]> : tensor<3x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[1.28, 0.71, 0.57], [-0.38, 0.23, -0.42], [0.98, -0.48, -0.13], [1.02, 0.01, -0.65]]> : tensor<4x3xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[1.31], [-0.48]]> : tensor<2x1xf32>} : () -> !v
  %r = "onnx.Gemm"(%i0, %i1, %i2) {transA = 1 : i64, transB = 1 : i64} : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[2.6593, 1.0371, 2.2074, 2.4231], [1.7293, -0.7141, -0.3194, 0.06690004]]> : tensor<2x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gemm_without_c() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.38, 1.14, -0.21], [0.85, -1.86, -0.44]]> : tensor<2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[1.44, 0.32], [0.23, 0.66], [0.71, 0.33]]> : tensor<3x2xf32>} : () -> !v
  %r = "onnx.Gemm"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[2.1003, 1.1247], [0.4838001, -1.1008]]> : tensor<2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @layer_norm() -> (!v, !v, !v, !v, !v, !v) attributes {onnx.opset = 17 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.32, -1.27, -0.83, -0.83, -0.28, 2.0], [-0.59, -0.21, -0.51, 0.33, 1.79, 1.56]], [[-0.49, -0.93, 1.54, -0.02, 0.74, -1.71], [1.47, -0.75, -0.02, -1.21, -0.32, 1.31]]]> : tensor<2x2x6xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[1.31, -0.11, 1.07, -0.17, -0.51, 0.18]> : tensor<6xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[-1.19, -0.73, 0.83, 1.08, -1.77, 0.93]> : tensor<6xf32>} : () -> !v
  %r:3 = "onnx.LayerNormalization"(%i0, %i1, %i2) {epsilon = 0.01 : f32} : (!v, !v, !v) -> (!v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[-1.269742, -0.6254405, 0.2538224, 1.171542, -1.75806, 1.310123], [-2.534948, -0.6606342, -0.1793234, 1.091518, -2.511553, 1.148573]], [[-1.611979, -0.6493762, 2.51339, 1.060159, -2.191419, 0.6669806], [0.6266659, -0.6389123, 0.7232488, 1.29879, -1.566474, 1.150885]]]> : tensor<2x2x6xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[-0.255], [0.395]], [[-0.145], [0.07999998]]]> : tensor<2x2x1xf32>} : () -> !v
  %e2 = "onnx.constant"() {value = dense<[[[0.9364934], [1.042313]], [[0.9336861], [0.9976748]]]> : tensor<2x2x1xf32>} : () -> !v
  func.return %r#0, %r#1, %r#2, %e0, %e1, %e2 : !v, !v, !v, !v, !v, !v
}
func.func @layer_norm_axis() -> (!v, !v) attributes {onnx.opset = 17 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.32, -1.27, -0.83, -0.83, -0.28, 2.0], [-0.59, -0.21, -0.51, 0.33, 1.79, 1.56]], [[-0.49, -0.93, 1.54, -0.02, 0.74, -1.71], [1.47, -0.75, -0.02, -1.21, -0.32, 1.31]]]> : tensor<2x2x6xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[1.27, -0.22, -1.75, 0.73, -1.02, 0.57], [-0.49, 0.55, -0.97, -0.09, 0.1, 0.52]]> : tensor<2x6xf32>} : () -> !v
  %r = "onnx.LayerNormalization"(%i0, %i1) {axis = 1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.4667708, 0.2778196, 1.48428, -0.6191569, 0.3364369, 1.036734], [0.3047722, -0.1451296, 0.5301943, -0.02205217, 0.1620928, 0.7301716]], [[-0.5594684, 0.1901244, -2.649778, 0.008786464, -0.7587163, -0.9207], [-0.7089104, -0.379984, -0.01167517, 0.1020432, -0.02768335, 0.6721998]]]> : tensor<2x2x6xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @rms_norm() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.32, -1.27, -0.83, -0.83, -0.28, 2.0], [-0.59, -0.21, -0.51, 0.33, 1.79, 1.56]], [[-0.49, -0.93, 1.54, -0.02, 0.74, -1.71], [1.47, -0.75, -0.02, -1.21, -0.32, 1.31]]]> : tensor<2x2x6xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[1.31, -0.11, 1.07, -0.17, -0.51, 0.18]> : tensor<6xf32>} : () -> !v
  %r = "onnx.RMSNormalization"(%i0, %i1) {epsilon = 0.01 : f32} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.3818411, 0.12725, -0.808953, 0.1285252, 0.1300738, 0.327917], [-0.7449372, 0.02226426, -0.5259571, -0.05407036, -0.8798721, 0.2706409]], [[-0.5939149, 0.0946526, 1.524619, 0.003145834, -0.3491876, -0.2847905], [1.915132, 0.08204726, -0.02128256, 0.2045712, 0.1623044, 0.234506]]]> : tensor<2x2x6xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @simplified_norm() -> (!v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.32, -1.27, -0.83, -0.83, -0.28, 2.0], [-0.59, -0.21, -0.51, 0.33, 1.79, 1.56]], [[-0.49, -0.93, 1.54, -0.02, 0.74, -1.71], [1.47, -0.75, -0.02, -1.21, -0.32, 1.31]]]> : tensor<2x2x6xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[1.31, -0.11, 1.07, -0.17, -0.51, 0.18]> : tensor<6xf32>} : () -> !v
  %r:2 = "onnx.SimplifiedLayerNormalization"(%i0, %i1) {epsilon = 0.01 : f32} : (!v, !v) -> (!v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[-0.3818411, 0.12725, -0.808953, 0.1285252, 0.1300738, 0.327917], [-0.7449372, 0.02226426, -0.5259571, -0.05407036, -0.8798721, 0.2706409]], [[-0.5939149, 0.0946526, 1.524619, 0.003145834, -0.3491876, -0.2847905], [1.915132, 0.08204726, -0.02128256, 0.2045712, 0.1623044, 0.234506]]]> : tensor<2x2x6xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[0.9108806], [0.9638209]], [[0.9252453], [0.9945122]]]> : tensor<2x2x1xf32>} : () -> !v
  func.return %r#0, %r#1, %e0, %e1 : !v, !v, !v, !v
}
func.func @skip_simplified_norm() -> (!v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.32, -1.27, -0.83, -0.83, -0.28, 2.0], [-0.59, -0.21, -0.51, 0.33, 1.79, 1.56]], [[-0.49, -0.93, 1.54, -0.02, 0.74, -1.71], [1.47, -0.75, -0.02, -1.21, -0.32, 1.31]]]> : tensor<2x2x6xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-1.19, 1.85, -0.84, -0.78, -0.97, -1.73], [-0.31, 1.09, 0.84, -1.22, -1.45, -0.71]], [[1.07, -0.05, 1.69, 0.63, 0.48, 1.07], [1.0, -0.62, -0.97, -0.25, -0.04, -1.43]]]> : tensor<2x2x6xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[1.31, -0.11, 1.07, -0.17, -0.51, 0.18]> : tensor<6xf32>} : () -> !v
  %r:4 = "onnx_ms.SkipSimplifiedLayerNormalization"(%i0, %i1, %i2) {epsilon = 0.01 : f32} : (!v, !v, !v) -> (!v, !v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[-1.556313, -0.05019604, -1.405882, 0.2153394, 0.501567, 0.03823711], [-1.570024, -0.1289044, 0.4702083, 0.2014798, -0.2309093, 0.2037436]], [[0.496347, 0.07042143, 2.257732, -0.06774306, -0.4064583, -0.07525555], [2.358466, 0.1098436, -0.7721121, 0.1809102, 0.133824, -0.015744]]]> : tensor<2x2x6xf32>} : () -> !v
  %e3 = "onnx.constant"() {value = dense<[[[-1.51, 0.58, -1.67, -1.61, -1.25, 0.27], [-0.9, 0.8800001, 0.33, -0.89, 0.3399999, 0.85]], [[0.58, -0.98, 3.23, 0.61, 1.22, -0.64], [2.47, -1.37, -0.99, -1.46, -0.36, -0.12]]]> : tensor<2x2x6xf32>} : () -> !v
  func.return %r#0, %r#3, %e0, %e3 : !v, !v, !v, !v
}
func.func @skip_simplified_norm_bias() -> (!v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.32, -1.27, -0.83, -0.83, -0.28, 2.0], [-0.59, -0.21, -0.51, 0.33, 1.79, 1.56]], [[-0.49, -0.93, 1.54, -0.02, 0.74, -1.71], [1.47, -0.75, -0.02, -1.21, -0.32, 1.31]]]> : tensor<2x2x6xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-1.19, 1.85, -0.84, -0.78, -0.97, -1.73], [-0.31, 1.09, 0.84, -1.22, -1.45, -0.71]], [[1.07, -0.05, 1.69, 0.63, 0.48, 1.07], [1.0, -0.62, -0.97, -0.25, -0.04, -1.43]]]> : tensor<2x2x6xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[1.31, -0.11, 1.07, -0.17, -0.51, 0.18]> : tensor<6xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[-1.19, -0.73, 0.83, 1.08, -1.77, 0.93]> : tensor<6xf32>} : () -> !v
  %r:4 = "onnx_ms.SkipSimplifiedLayerNormalization"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> (!v, !v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[-1.995018, 0.009306697, -0.5069613, 0.0508202, 0.868738, 0.1218332], [-2.023398, -0.01219404, 0.9172875, -0.02387077, 0.5389767, 0.2367861]], [[-0.407944, 0.09602586, 2.217733, -0.1466679, 0.1431964, 0.02664833], [1.215871, 0.1675013, -0.1241395, 0.04684235, 0.7876911, 0.1057216]]]> : tensor<2x2x6xf32>} : () -> !v
  %e3 = "onnx.constant"() {value = dense<[[[-2.7, -0.15, -0.84, -0.5299999, -3.02, 1.2], [-2.09, 0.15, 1.16, 0.1900001, -1.43, 1.78]], [[-0.61, -1.71, 4.06, 1.69, -0.55, 0.29], [1.28, -2.1, -0.16, -0.38, -2.13, 0.81]]]> : tensor<2x2x6xf32>} : () -> !v
  func.return %r#0, %r#3, %e0, %e3 : !v, !v, !v, !v
}
func.func @skip_norm() -> (!v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.32, -1.27, -0.83, -0.83, -0.28, 2.0], [-0.59, -0.21, -0.51, 0.33, 1.79, 1.56]], [[-0.49, -0.93, 1.54, -0.02, 0.74, -1.71], [1.47, -0.75, -0.02, -1.21, -0.32, 1.31]]]> : tensor<2x2x6xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-1.19, 1.85, -0.84, -0.78, -0.97, -1.73], [-0.31, 1.09, 0.84, -1.22, -1.45, -0.71]], [[1.07, -0.05, 1.69, 0.63, 0.48, 1.07], [1.0, -0.62, -0.97, -0.25, -0.04, -1.43]]]> : tensor<2x2x6xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[1.31, -0.11, 1.07, -0.17, -0.51, 0.18]> : tensor<6xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[-1.19, -0.73, 0.83, 1.08, -1.77, 0.93]> : tensor<6xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[-0.23, 0.56, -1.46, -1.45, -1.31, -0.87]> : tensor<6xf32>} : () -> !v
  %r:4 = "onnx_ms.SkipLayerNormalization"(%i0, %i1, %i2, %i3, %i4) {epsilon = 0.01 : f32} : (!v, !v, !v, !v, !v) -> (!v, !v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[-1.260135, -0.9317954, -0.2023155, 1.236212, -1.468536, 1.054886], [-1.680173, -0.9301637, 0.4296299, 1.319203, -1.648826, 1.033205]], [[-0.589357, -0.6983889, 2.792406, 1.198017, -1.786468, 0.6882187], [1.428545, -0.748991, -0.03598928, 1.264411, -1.595429, 0.941676]]]> : tensor<2x2x6xf32>} : () -> !v
  %e3 = "onnx.constant"() {value = dense<[[[-1.74, 1.14, -3.13, -3.06, -2.56, -0.6], [-1.13, 1.44, -1.13, -2.34, -0.97, -0.02000004]], [[0.35, -0.42, 1.77, -0.84, -0.08999991, -1.51], [2.24, -0.81, -2.45, -2.91, -1.67, -0.99]]]> : tensor<2x2x6xf32>} : () -> !v
  func.return %r#0, %r#3, %e0, %e3 : !v, !v, !v, !v
}
func.func @rotary() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[1.71, -0.89, 1.59, 0.72], [1.41, -0.39, -1.99, 1.15], [-1.02, -1.43, 1.2, 0.75]], [[-1.15, -0.93, 1.76, -0.93], [0.81, -1.48, 1.26, -1.53], [0.06, -1.86, 0.2, 1.39]]], [[[-1.66, -0.9, 1.06, 0.43], [-0.75, 0.52, -0.18, 1.45], [-0.83, 1.03, 0.54, 0.96]], [[-0.49, 0.9, 0.79, -0.45], [-1.89, 1.85, 0.85, -1.18], [0.92, -0.89, -0.12, 1.44]]]]> : tensor<2x2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.85, -1.9], [-1.27, -1.34], [-0.1, -1.94]], [[-0.17, -1.35], [-0.92, 1.17], [-1.26, 0.47]]]> : tensor<2x3x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[-0.37, -0.33], [1.27, -1.36], [1.7, 1.57]], [[0.67, -1.8], [0.65, 0.4], [1.09, -1.14]]]> : tensor<2x3x2xf32>} : () -> !v
  %r = "onnx.RotaryEmbedding"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[3.7518, 1.9286, 2.3088, -1.0743], [0.7365999, 2.0866, 4.318, -1.0106], [-1.938, 1.5967, -1.854, -3.7001]], [[-1.4763, 1.4601, 3.6815, 2.0739], [-2.6289, -0.09759998, -0.5714999, 4.063], [-0.346, 1.4261, 0.082, -5.6168]]], [[[-0.4279999, 1.989, -1.2924, 1.0395], [0.807, 0.02839991, -0.3219, 1.9045], [0.4571999, 1.5785, -1.5851, -0.723]], [[-0.446, -2.025, -0.4626, -1.0125], [1.1863, 2.6365, -2.0105, -0.6405998], [-1.0284, 1.2233, 1.154, 1.6914]]]]> : tensor<2x2x3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @rotary_interleaved() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-0.21, -0.85, -0.78, -1.69], [-1.12, -0.92, -1.31, -1.75], [-0.14, -1.14, 0.96, 1.69]], [[-0.91, 0.29, 0.03, -1.7], [-1.5, 1.54, -0.1, 1.22], [-1.73, 0.38, 1.46, 1.47]]], [[[-1.98, 0.09, -0.52, 1.04], [-1.71, -0.94, 1.25, -0.12], [-0.19, 1.87, -0.72, -1.83]], [[-0.43, -1.39, -1.67, 0.27], [1.81, 0.32, 0.59, -0.71], [0.28, 1.01, 0.36, 1.21]]]]> : tensor<2x2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.85, -1.9], [-1.27, -1.34], [-0.1, -1.94]], [[-0.17, -1.35], [-0.92, 1.17], [-1.26, 0.47]]]> : tensor<2x3x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[-0.37, -0.33], [1.27, -1.36], [1.7, 1.57]], [[0.67, -1.8], [0.65, 0.4], [1.09, -1.14]]]> : tensor<2x3x2xf32>} : () -> !v
  %r = "onnx.RotaryEmbedding"(%i0, %i1, %i2) {interleaved = 1 : i64} : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[-0.703, -1.4948, 0.9242998, 3.4684], [2.5908, -0.2539999, -0.6246002, 4.1266], [1.952, -0.124, -4.5157, -1.7714]], [[-1.5762, 0.8732, -0.618, 3.2201], [-0.05079997, -3.8608, 1.7932, -1.4988], [-0.473, -2.979, -5.1403, -0.5596001]]], [[[0.2763, -1.3419, 2.574, -0.468], [2.1842, -0.2466999, 1.5105, 0.3596], [-1.7989, -2.5633, -2.4246, -0.03930002]], [[1.0044, -0.05180001, 2.7405, 2.6415], [-1.8732, 0.8820999, 0.9742999, -0.5946999], [-1.4537, -0.9673999, 1.5486, 0.1583]]]]> : tensor<2x2x3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @rotary_positions() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[0.2, -1.21, 0.33, -0.04], [-1.34, 0.48, 1.27, -1.46], [0.18, 0.93, -0.39, -0.92]], [[-0.51, 0.17, 0.75, 0.24], [-1.57, 1.27, 1.7, -1.59], [-1.0, -1.31, 1.4, 1.64]]], [[[-1.82, -0.67, -1.23, -0.12], [1.69, -1.72, -1.31, -0.05], [0.1, 0.98, -0.25, -1.44]], [[-0.59, 1.93, 1.0, -1.53], [1.23, -0.76, 1.13, -1.95], [1.49, -1.35, -0.18, 0.65]]]]> : tensor<2x2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[1.81, 1.54], [-1.54, -0.74], [-1.87, 1.32], [1.66, 1.96], [0.45, 0.66], [0.71, 0.28], [1.81, 0.43]]> : tensor<7x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[-0.66, 0.05], [-1.93, 0.9], [0.78, -0.32], [1.41, 1.02], [-0.65, -1.69], [-1.47, -1.26], [-0.78, -0.21]]> : tensor<7x2xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[0, 1, 2], [4, 5, 6]]> : tensor<2x3xi64>} : () -> !v
  %r = "onnx.RotaryEmbedding"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.5798, -1.8614, 0.4653, -0.1221], [4.5147, 0.9588, 0.6304001, 1.5124], [-0.03240005, 0.9332001, 0.8697, -1.512]], [[-0.4281, 0.2498, 1.6941, 0.3781], [5.6988, 0.4912, 0.4121, 2.3196], [0.7780001, -1.2044, -3.398, 2.584]]], [[[-1.6185, -0.645, 0.6295, 1.0531], [-0.7257999, -0.5446, -3.4144, 2.1532], [-0.014, 0.119, -0.5305, -0.825]], [[0.3845, -1.3119, 0.8335, -4.2715], [2.5344, -2.6698, -1.0058, 0.4116], [2.5565, -0.444, -1.488, 0.563]]]]> : tensor<2x2x3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @rotary_3d() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.03, -1.34, -1.44, -0.86, -1.79, -1.13, -1.48, -0.14], [-0.57, 0.35, -0.88, -1.86, -0.68, 1.02, -0.98, -0.38], [1.02, -0.37, 1.55, 1.67, -0.76, 0.94, -0.99, -1.44]], [[-0.25, 0.41, 1.74, -1.42, 0.85, -0.1, -1.47, 1.89], [0.78, -1.48, 1.62, -1.59, -1.63, -0.67, 1.75, -1.87], [1.67, 0.45, -1.73, 0.27, -0.16, 0.26, 0.95, 0.71]]]> : tensor<2x3x8xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[1.81, 1.54], [-1.54, -0.74], [-1.87, 1.32], [1.66, 1.96], [0.45, 0.66], [0.71, 0.28], [1.81, 0.43]]> : tensor<7x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[-0.66, 0.05], [-1.93, 0.9], [0.78, -0.32], [1.41, 1.02], [-0.65, -1.69], [-1.47, -1.26], [-0.78, -0.21]]> : tensor<7x2xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[0, 1, 2], [4, 5, 6]]> : tensor<2x3xi64>} : () -> !v
  %r = "onnx.RotaryEmbedding"(%i0, %i1, %i2, %i3) {num_heads = 2 : i64} : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.8961, -2.0206, -2.6262, -1.3914, -4.2167, -1.7332, -1.4974, -0.2721], [-0.8205999, 1.415, 2.4553, 1.6914, -0.8442, -0.4128, 2.8216, 1.1992], [-3.1164, 0.04599996, -2.1029, 2.3228, 2.1934, 0.78, 1.2585, -2.2016]], [[1.0185, -2.1292, 0.9455, -1.6301, -0.573, 3.1281, -1.214, 1.4164], [2.9352, -2.4178, 0.003600029, 1.4196, 1.4152, -2.5438, 3.6386, 0.3206], [1.6733, 0.2502, -4.4339, 0.02160001, 0.4514, 0.2609, 1.8443, 0.2507]]]> : tensor<2x3x8xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @rotary_partial() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[1.99, -1.37, 1.25, -0.36, 1.13, 1.57], [1.97, -0.94, -0.19, 1.77, 1.78, -0.51], [1.76, -0.38, -0.5, 1.03, -0.12, -0.21]], [[-0.46, -0.27, -1.44, -1.76, 1.02, 0.26], [0.69, 1.21, -1.08, -1.06, -0.89, -0.78], [1.04, -0.5, -0.71, 0.55, -1.25, -1.57]]], [[[0.79, 1.03, -0.81, 0.54, -1.86, -0.38], [0.31, -0.99, -0.61, 0.44, 0.36, -1.38], [0.83, -1.68, 1.88, -1.19, -0.99, -1.2]], [[1.97, -0.85, 0.42, 1.96, 1.8, -1.83], [0.08, 0.41, 0.81, -0.66, -0.69, -1.98], [-1.86, 0.2, -1.7, -1.19, -0.67, -1.72]]]]> : tensor<2x2x3x6xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.85, -1.9], [-1.27, -1.34], [-0.1, -1.94]], [[-0.17, -1.35], [-0.92, 1.17], [-1.26, 0.47]]]> : tensor<2x3x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[-0.37, -0.33], [1.27, -1.36], [1.7, 1.57]], [[0.67, -1.8], [0.65, 0.4], [1.09, -1.14]]]> : tensor<2x3x2xf32>} : () -> !v
  %r = "onnx.RotaryEmbedding"(%i0, %i1, %i2) {rotary_embedding_dim = 4 : i64} : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[4.144, 2.4842, 1.5762, 1.1361, 1.13, 1.57], [-2.2606, 3.6668, 2.7432, -1.0934, 1.78, -0.51], [0.674, -0.8799, 3.042, -2.5948, -0.12, -0.21]], [[-1.3838, -0.06779999, -2.4938, 3.4331, 1.02, 0.26], [0.4953001, -3.063, 2.2479, -0.2252002, -0.89, -0.78], [1.103, 0.1065, 1.839, -1.852, -1.25, -1.57]]], [[[0.4084, -0.4185, 0.6670001, -2.583, -1.86, -0.38], [0.1113, -1.3343, 0.7627, 0.1187999, 0.36, -1.38], [-3.095, -2.1462, -1.4641, 1.3559, -0.99, -1.2]], [[-0.6163, 4.6755, 1.2485, -1.116, 1.8, -1.83], [-0.6001, 0.7437, -0.6932001, -0.6082, -0.69, -1.98], [4.1966, -1.2626, 0.1145999, -0.7873, -0.67, -1.72]]]]> : tensor<2x2x3x6xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @ms_rotary() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.88, 1.71, -0.26, -1.18, 0.83, -1.96, -1.02, 1.84], [1.59, 0.54, -1.63, -0.73, -1.89, -1.12, -1.9, -1.5], [0.53, -1.6, -1.38, 1.61, -0.66, -0.67, -1.65, 1.18]], [[0.71, 0.19, 0.47, -1.6, -0.96, 0.33, 1.81, 1.27], [0.56, 0.08, -1.94, 1.56, -1.73, -1.48, 0.77, 1.25], [1.15, -0.19, -1.29, -1.86, 1.41, 1.91, -1.02, 1.46]]]> : tensor<2x3x8xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[0, 1, 2], [4, 5, 6]]> : tensor<2x3xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[1.81, 1.54], [-1.54, -0.74], [-1.87, 1.32], [1.66, 1.96], [0.45, 0.66], [0.71, 0.28], [1.81, 0.43]]> : tensor<7x2xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[-0.66, 0.05], [-1.93, 0.9], [0.78, -0.32], [1.41, 1.02], [-0.65, -1.69], [-1.47, -1.26], [-0.78, -0.21]]> : tensor<7x2xf32>} : () -> !v
  %r = "onnx_ms.RotaryEmbedding"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-3.5744, 2.6924, 0.7702001, -1.7317, 0.8290999, -3.1104, -2.394, 2.7356], [-5.5945, 0.2574, -0.5584999, 1.0262, -0.7563999, 2.1788, 6.5737, 0.102], [0.08529998, -1.5968, 2.994, 2.6372, 2.5212, -0.5068001, 2.5707, 1.772]], [[0.625, -2.5786, -0.25, -1.3771, 0.7445, 2.3641, 1.4385, 0.2805], [-2.4542, 1.988, -2.2006, 0.336, -0.09640002, 1.1606, 3.0898, 2.2148], [1.0753, -0.4723, -3.2319, -0.7599, 1.7565, 1.1279, -2.946, 0.2267001]]]> : tensor<2x3x8xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @ms_rotary_4d() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-0.39, -0.75, 0.02, -1.97], [-0.23, -1.2, 0.85, 0.01], [1.48, 1.59, -0.73, -0.88]], [[1.76, 0.02, -1.61, -1.82], [1.96, 0.32, -1.78, 0.05], [0.02, -0.26, 1.81, 1.8]]], [[[-1.5, -1.39, -0.37, 1.34], [0.5, 0.92, 0.3, -1.16], [1.27, -1.94, 0.79, -1.22]], [[-0.12, 1.9, 0.16, -1.77], [-0.28, 0.64, -1.77, -0.99], [-1.93, 0.16, -0.47, 0.01]]]]> : tensor<2x2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[0, 1, 2], [4, 5, 6]]> : tensor<2x3xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[1.81, 1.54], [-1.54, -0.74], [-1.87, 1.32], [1.66, 1.96], [0.45, 0.66], [0.71, 0.28], [1.81, 0.43]]> : tensor<7x2xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[-0.66, 0.05], [-1.93, 0.9], [0.78, -0.32], [1.41, 1.02], [-0.65, -1.69], [-1.47, -1.26], [-0.78, -0.21]]> : tensor<7x2xf32>} : () -> !v
  %r = "onnx_ms.RotaryEmbedding"(%i0, %i1, %i2, %i3) {interleaved = 1 : i64} : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[-1.2009, -1.1001, 0.1293, -3.0328], [-1.9618, 2.2919, -0.638, 0.7576], [-4.0078, -1.8189, -1.2452, -0.928]], [[3.1988, -1.1254, -2.3884, -2.8833], [-2.4008, -4.2756, 1.2722, -1.639], [0.1654, 0.5018, 2.9652, 1.7968]]], [[[-1.5785, 0.3495, 2.0204, 1.5097], [1.7074, -0.08180004, -1.3776, -0.7028], [0.7854999, -4.502, 0.08350003, -0.6905]], [[1.181, 0.933, -2.8857, -1.4386], [0.742, 0.866, -1.743, 1.953], [-3.3685, 1.795, -0.2, 0.103]]]]> : tensor<2x2x3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @ms_rotary_offset() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.82, 0.63, -1.31, 1.63, 1.84, -0.03, -0.14, 1.44], [-0.84, 1.21, -0.85, 0.88, -0.66, 0.41, 1.7, -1.78], [1.23, 0.17, -0.48, -0.6, -1.72, -0.97, 0.49, -1.61]], [[0.68, 1.85, 1.92, 1.56, 1.23, -1.29, 1.88, -1.19], [1.48, 1.51, 0.49, 0.09, -1.2, 0.08, -0.84, -1.5], [-1.49, 1.2, 1.69, -1.43, -1.95, -0.95, -1.46, -1.25]]]> : tensor<2x3x8xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3]> : tensor<1xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[1.81, 1.54], [-1.54, -0.74], [-1.87, 1.32], [1.66, 1.96], [0.45, 0.66], [0.71, 0.28], [1.81, 0.43]]> : tensor<7x2xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[-0.66, 0.05], [-1.93, 0.9], [0.78, -0.32], [1.41, 1.02], [-0.65, -1.69], [-1.47, -1.26], [-0.78, -0.21]]> : tensor<7x2xf32>} : () -> !v
  %r = "onnx_ms.RotaryEmbedding"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.4858999, -0.4277999, -3.3308, 3.8374, 3.2518, -1.5276, 2.362, 2.7918], [-0.9305, 2.2858, 0.1635, -1.4641, 0.808, -2.7376, 1.194, -1.8677], [0.1677, -0.7084001, -2.1489, -0.3822, -0.5009, -2.3002, 2.8763, 0.7714]], [[-1.5784, 2.0348, 4.146, 4.9446, -0.609, -1.3146, 4.8551, -3.6482], [0.9845, 1.1487, -0.7415, -2.4925, -1.086, -2.4822, 0.402, -1.1252], [1.4264, -1.4658, 3.3902, -1.9124, -3.5307, -1.841, 1.8299, 0.847]]]> : tensor<2x3x8xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @ms_rotary_partial() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.33, -0.31, -0.28, -1.18, 0.66, -0.84, -0.4, -0.15, 1.62, -1.01, 0.87, -0.76], [1.58, -0.42, 0.02, 1.51, 0.69, -1.62, -1.45, 1.96, -1.88, -0.8, 1.84, -1.94], [-1.35, -1.15, -1.65, -0.11, 0.37, -0.73, -1.57, 1.24, 1.22, 0.25, -1.45, 0.17]], [[0.52, -0.29, 1.46, -0.44, 0.04, -1.54, 0.25, 1.07, 0.93, -0.97, 1.97, 0.88], [-0.3, -0.34, 1.12, -1.3, 0.56, 0.88, 0.07, 1.49, -0.13, -0.14, -0.86, 1.68], [-0.73, 0.78, -0.36, 1.74, 1.79, -1.88, 1.98, 0.42, -1.7, -0.01, -1.8, 0.2]]]> : tensor<2x3x12xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[0, 1, 2], [4, 5, 6]]> : tensor<2x3xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[1.81, 1.54], [-1.54, -0.74], [-1.87, 1.32], [1.66, 1.96], [0.45, 0.66], [0.71, 0.28], [1.81, 0.43]]> : tensor<7x2xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[-0.66, 0.05], [-1.93, 0.9], [0.78, -0.32], [1.41, 1.02], [-0.65, -1.69], [-1.47, -1.26], [-0.78, -0.21]]> : tensor<7x2xf32>} : () -> !v
  %r = "onnx_ms.RotaryEmbedding"(%i0, %i1, %i2, %i3) {num_heads = 2 : i64, rotary_embedding_dim = 4 : i64} : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.4125, -0.4184, -0.7246, -1.8327, 0.66, -0.84, 0.3452001, -0.1805, 3.1962, -1.5629, 0.87, -0.76], [-2.3946, -1.0482, -3.0802, -1.4954, 0.69, -1.62, -1.3954, -0.7304001, 5.6937, 2.356, 1.84, -1.94], [3.8115, -1.5532, 2.0325, 0.2228, 0.37, -0.73, 1.9843, 1.7168, -3.506, -0.06679998, -1.45, 0.17]], [[1.183, -0.935, 0.319, 0.1997, 0.04, -1.54, 0.717, -0.9331, 0.256, -2.4485, 1.97, 0.88], [1.4334, -1.7332, 1.2362, 0.06440001, 0.56, 0.88, -0.1414, 0.2408, -0.1952, -1.9166, -0.86, 1.68], [-1.6021, 0.7008, -0.08220001, 0.5844, 1.79, -1.88, 2.2578, 0.1785, -4.6214, -0.09249999, -1.8, 0.2]]]> : tensor<2x3x12xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-1.26, -0.53], [-0.78, 0.41]], [[1.29, 1.75], [-0.68, 0.28]], [[-1.98, -0.51], [1.84, -1.52]], [[1.48, 0.61], [-0.82, 1.11]]], [[[-0.84, 1.58], [-1.67, -1.52]], [[1.0, -0.2], [-1.41, 0.05]], [[-0.81, 0.2], [0.97, 1.43]], [[-1.76, 0.37], [1.93, -0.16]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.08, -1.61], [1.49, 0.33], [1.55, 1.15], [1.48, -1.77]], [[0.86, -1.21], [-0.94, -0.7], [0.37, 0.51], [1.73, -1.95]]], [[[-1.23, -0.55], [1.27, 0.2], [0.05, 1.04], [0.62, -0.84]], [[-1.65, -0.15], [1.52, 0.39], [-1.79, -0.24], [-0.46, 0.33]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.35, 1.81], [-0.65, -0.37], [0.45, 1.55], [0.82, -0.12]], [[1.26, -0.06], [1.85, -0.87], [-1.49, 1.32], [-0.81, 1.39]]], [[[0.44, 0.04], [-1.65, 1.15], [-1.74, 1.86], [1.51, -0.79]], [[-1.49, 1.54], [-0.08, -1.5], [-0.01, -1.01], [-0.37, 0.56]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.3661655, 0.8470999], [0.1722149, 0.7910048]], [[0.1835742, 1.049514], [0.1920754, 0.7765972]], [[1.444839, -0.5557005], [-0.5401728, 1.192561]], [[-0.405882, 0.9277299], [0.1111764, 0.325958]]], [[[-1.075008, 1.234764], [0.4635199, 0.01619013]], [[-0.4851017, 0.5560133], [0.01462293, 0.3664933]], [[-0.6154228, 0.1791306], [-0.1968568, -0.9675056]], [[-0.6545098, 0.195152], [-0.1152802, -1.328455]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_scale() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-1.26, -0.53], [-0.78, 0.41]], [[1.29, 1.75], [-0.68, 0.28]], [[-1.98, -0.51], [1.84, -1.52]], [[1.48, 0.61], [-0.82, 1.11]]], [[[-0.84, 1.58], [-1.67, -1.52]], [[1.0, -0.2], [-1.41, 0.05]], [[-0.81, 0.2], [0.97, 1.43]], [[-1.76, 0.37], [1.93, -0.16]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.08, -1.61], [1.49, 0.33], [1.55, 1.15], [1.48, -1.77]], [[0.86, -1.21], [-0.94, -0.7], [0.37, 0.51], [1.73, -1.95]]], [[[-1.23, -0.55], [1.27, 0.2], [0.05, 1.04], [0.62, -0.84]], [[-1.65, -0.15], [1.52, 0.39], [-1.79, -0.24], [-0.46, 0.33]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.35, 1.81], [-0.65, -0.37], [0.45, 1.55], [0.82, -0.12]], [[1.26, -0.06], [1.85, -0.87], [-1.49, 1.32], [-0.81, 1.39]]], [[[0.44, 0.04], [-1.65, 1.15], [-1.74, 1.86], [1.51, -0.79]], [[-1.49, 1.54], [-0.08, -1.5], [-0.01, -1.01], [-0.37, 0.56]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2) {scale = 0.3 : f32} : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.2973333, 0.7565773], [0.2087668, 0.7494864]], [[0.1361455, 0.8054627], [0.2193424, 0.7434572]], [[0.7738311, -0.02195199], [-0.1410145, 0.8428933]], [[-0.1313487, 0.7090068], [0.2158632, 0.3381867]]], [[[-0.6932442, 0.8696483], [0.1798141, 0.2047085]], [[-0.4151055, 0.5626257], [-0.2035808, 0.4964767]], [[-0.5563673, 0.06563238], [-0.3506494, -0.4650246]], [[-0.6099325, 0.1696484], [-0.2713454, -0.7481593]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_bool_mask() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-1.26, -0.53], [-0.78, 0.41]], [[1.29, 1.75], [-0.68, 0.28]], [[-1.98, -0.51], [1.84, -1.52]], [[1.48, 0.61], [-0.82, 1.11]]], [[[-0.84, 1.58], [-1.67, -1.52]], [[1.0, -0.2], [-1.41, 0.05]], [[-0.81, 0.2], [0.97, 1.43]], [[-1.76, 0.37], [1.93, -0.16]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.08, -1.61], [1.49, 0.33], [1.55, 1.15], [1.48, -1.77]], [[0.86, -1.21], [-0.94, -0.7], [0.37, 0.51], [1.73, -1.95]]], [[[-1.23, -0.55], [1.27, 0.2], [0.05, 1.04], [0.62, -0.84]], [[-1.65, -0.15], [1.52, 0.39], [-1.79, -0.24], [-0.46, 0.33]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.35, 1.81], [-0.65, -0.37], [0.45, 1.55], [0.82, -0.12]], [[1.26, -0.06], [1.85, -0.87], [-1.49, 1.32], [-0.81, 1.39]]], [[[0.44, 0.04], [-1.65, 1.15], [-1.74, 1.86], [1.51, -0.79]], [[-1.49, 1.54], [-0.08, -1.5], [-0.01, -1.01], [-0.37, 0.56]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[true, true, true, true], [true, false, true, false]]], [[[true, false, true, true], [true, false, true, true]]]]> : tensor<2x1x2x4xi1>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.3661655, 0.8470999], [0.413203, 1.645672]], [[0.1835742, 1.049514], [0.4079436, 1.659346]], [[1.444839, -0.5557005], [1.048712, 0.04602842]], [[-0.405882, 0.9277299], [-1.041018, 1.094693]]], [[[-0.9998052, 1.24585], [0.5048195, -0.005965296]], [[0.4136263, 0.09774796], [0.1119971, 0.3206611]], [[-0.6514403, 0.2920842], [-0.5192254, 0.5014681]], [[-0.6597995, 0.2107596], [-0.4934329, 0.5102658]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_float_mask() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-1.26, -0.53], [-0.78, 0.41]], [[1.29, 1.75], [-0.68, 0.28]], [[-1.98, -0.51], [1.84, -1.52]], [[1.48, 0.61], [-0.82, 1.11]]], [[[-0.84, 1.58], [-1.67, -1.52]], [[1.0, -0.2], [-1.41, 0.05]], [[-0.81, 0.2], [0.97, 1.43]], [[-1.76, 0.37], [1.93, -0.16]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.08, -1.61], [1.49, 0.33], [1.55, 1.15], [1.48, -1.77]], [[0.86, -1.21], [-0.94, -0.7], [0.37, 0.51], [1.73, -1.95]]], [[[-1.23, -0.55], [1.27, 0.2], [0.05, 1.04], [0.62, -0.84]], [[-1.65, -0.15], [1.52, 0.39], [-1.79, -0.24], [-0.46, 0.33]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.35, 1.81], [-0.65, -0.37], [0.45, 1.55], [0.82, -0.12]], [[1.26, -0.06], [1.85, -0.87], [-1.49, 1.32], [-0.81, 1.39]]], [[[0.44, 0.04], [-1.65, 1.15], [-1.74, 1.86], [1.51, -0.79]], [[-1.49, 1.54], [-0.08, -1.5], [-0.01, -1.01], [-0.37, 0.56]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[1.66, -0.4, -0.95, 0.22], [-0.72, 1.71, -1.66, -1.17]]> : tensor<2x4xf32>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.3837822, 1.45595], [-0.514016, -0.1711905]], [[0.1179479, 0.9387863], [-0.5012748, -0.1577797]], [[1.409621, -0.3922119], [-0.1934431, 0.913747]], [[0.5310445, 0.4117134], [1.697141, -0.7593679]]], [[[0.04722116, 0.3387119], [0.08971507, 0.2149269]], [[0.167905, 0.1321781], [-0.5512624, 0.5895156]], [[-1.252759, 1.219211], [-0.0917335, -1.454437]], [[-1.316907, 1.290734], [-0.08279989, -1.488298]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_causal() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-1.26, -0.53], [-0.78, 0.41]], [[1.29, 1.75], [-0.68, 0.28]], [[-1.98, -0.51], [1.84, -1.52]], [[1.48, 0.61], [-0.82, 1.11]]], [[[-0.84, 1.58], [-1.67, -1.52]], [[1.0, -0.2], [-1.41, 0.05]], [[-0.81, 0.2], [0.97, 1.43]], [[-1.76, 0.37], [1.93, -0.16]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.08, -1.61], [1.49, 0.33], [1.55, 1.15], [1.48, -1.77]], [[0.86, -1.21], [-0.94, -0.7], [0.37, 0.51], [1.73, -1.95]]], [[[-1.23, -0.55], [1.27, 0.2], [0.05, 1.04], [0.62, -0.84]], [[-1.65, -0.15], [1.52, 0.39], [-1.79, -0.24], [-0.46, 0.33]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.35, 1.81], [-0.65, -0.37], [0.45, 1.55], [0.82, -0.12]], [[1.26, -0.06], [1.85, -0.87], [-1.49, 1.32], [-0.81, 1.39]]], [[[0.44, 0.04], [-1.65, 1.15], [-1.74, 1.86], [1.51, -0.79]], [[-1.49, 1.54], [-0.08, -1.5], [-0.01, -1.01], [-0.37, 0.56]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2) {is_causal = 1 : i64} : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.35, 1.81], [-0.2332915, 0.5384246]], [[0.35, 1.81], [-0.1966041, 0.6184031]], [[1.26, -0.06], [1.291061, -0.1026431]], [[1.26, -0.06], [1.737352, -0.7153472]]], [[[0.44, 0.04], [0.3923639, 0.06529955]], [[0.44, 0.04], [0.2764077, 0.126884]], [[-1.49, 1.54], [-0.1671175, -1.312172]], [[-1.49, 1.54], [-0.0995375, -1.457877]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_softcap() -> (!v, !v) attributes {onnx.opset = 24 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-1.26, -0.53], [-0.78, 0.41]], [[1.29, 1.75], [-0.68, 0.28]], [[-1.98, -0.51], [1.84, -1.52]], [[1.48, 0.61], [-0.82, 1.11]]], [[[-0.84, 1.58], [-1.67, -1.52]], [[1.0, -0.2], [-1.41, 0.05]], [[-0.81, 0.2], [0.97, 1.43]], [[-1.76, 0.37], [1.93, -0.16]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.08, -1.61], [1.49, 0.33], [1.55, 1.15], [1.48, -1.77]], [[0.86, -1.21], [-0.94, -0.7], [0.37, 0.51], [1.73, -1.95]]], [[[-1.23, -0.55], [1.27, 0.2], [0.05, 1.04], [0.62, -0.84]], [[-1.65, -0.15], [1.52, 0.39], [-1.79, -0.24], [-0.46, 0.33]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.35, 1.81], [-0.65, -0.37], [0.45, 1.55], [0.82, -0.12]], [[1.26, -0.06], [1.85, -0.87], [-1.49, 1.32], [-0.81, 1.39]]], [[[0.44, 0.04], [-1.65, 1.15], [-1.74, 1.86], [1.51, -0.79]], [[-1.49, 1.54], [-0.08, -1.5], [-0.01, -1.01], [-0.37, 0.56]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[-1.66, 0.85, -0.83, 1.6], [1.57, 1.75, -0.98, -2.0]], [[-0.45, 1.85, 1.05, -1.76], [0.81, 1.67, 1.87, 0.86]], [[1.45, 1.37, -0.57, -1.6], [0.91, -1.45, -0.46, 1.98]], [[0.24, 0.09, 1.79, -0.86], [2.0, 1.65, -0.54, -0.69]]]]> : tensor<1x4x2x4xf32>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2, %i3) {softcap = 1.5 : f32} : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.4871757, -0.04549338], [-0.2125935, 0.5355011]], [[-0.2547662, 0.317797], [0.1189049, 0.7751099]], [[1.692809, -0.7061458], [-0.3303361, 1.045094]], [[-0.9835646, 1.081019], [1.363932, -0.4225688]]], [[[-0.3549159, 0.5290176], [0.2554288, 0.1405888]], [[-1.571494, 1.20289], [-0.6148303, 0.8489787]], [[-1.115657, 0.828171], [-0.4464952, 0.4581495]], [[-0.2631057, -0.5545855], [-0.2071851, -1.203682]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_past() -> (!v, !v, !v, !v, !v, !v) attributes {onnx.opset = 24 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-1.26, -0.53], [-0.78, 0.41]], [[1.29, 1.75], [-0.68, 0.28]], [[-1.98, -0.51], [1.84, -1.52]], [[1.48, 0.61], [-0.82, 1.11]]], [[[-0.84, 1.58], [-1.67, -1.52]], [[1.0, -0.2], [-1.41, 0.05]], [[-0.81, 0.2], [0.97, 1.43]], [[-1.76, 0.37], [1.93, -0.16]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.89, -1.93], [1.1, -1.3]], [[-0.16, 0.09], [0.46, 1.96]]], [[[0.75, -0.43], [0.86, -0.13]], [[-0.35, -0.54], [-0.03, -0.88]]]]> : tensor<2x2x2x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[-1.03, -1.41], [-0.24, -0.83]], [[1.35, 1.39], [-0.62, 0.48]]], [[[1.61, -0.56], [0.22, -0.23]], [[0.6, 1.84], [-1.45, 1.86]]]]> : tensor<2x2x2x2xf32>} : () -> !v
  %i3 = "onnx.none"() : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[-1.49, 1.66], [-1.26, -1.96]], [[1.56, 0.39], [0.69, 0.93]]], [[[-1.83, -1.63], [-0.0, -1.8]], [[0.02, 0.95], [0.63, 0.47]]]]> : tensor<2x2x2x2xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[[[[-1.81, -1.05], [1.59, -1.51]], [[0.13, -1.8], [1.76, -1.31]]], [[[-0.36, 0.19], [0.87, 1.75]], [[0.95, -0.61], [-1.7, 0.83]]]]> : tensor<2x2x2x2xf32>} : () -> !v
  %r:3 = "onnx.Attention"(%i0, %i1, %i2, %i3, %i4, %i5) {is_causal = 1 : i64} : (!v, !v, !v, !v, !v, !v) -> (!v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[[0.6951079, -1.399976], [-0.9560699, -1.145048]], [[-1.614937, -1.127822], [-0.7395434, -1.168467]], [[1.345101, 0.727928], [0.4511828, -1.319614]], [[0.737949, -1.369204], [0.2838533, 0.08040159]]], [[[0.5757924, 0.1025469], [-0.1869224, 0.3645707]], [[1.134972, 0.3811243], [-0.05820897, 0.3119756]], [[0.1619072, 0.6688057], [-0.3350574, 0.3387019]], [[0.3588526, 0.6867697], [-0.8342611, 0.9178675]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[[-1.49, 1.66], [-1.26, -1.96], [1.89, -1.93], [1.1, -1.3]], [[1.56, 0.39], [0.69, 0.93], [-0.16, 0.09], [0.46, 1.96]]], [[[-1.83, -1.63], [-0.0, -1.8], [0.75, -0.43], [0.86, -0.13]], [[0.02, 0.95], [0.63, 0.47], [-0.35, -0.54], [-0.03, -0.88]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %e2 = "onnx.constant"() {value = dense<[[[[-1.81, -1.05], [1.59, -1.51], [-1.03, -1.41], [-0.24, -0.83]], [[0.13, -1.8], [1.76, -1.31], [1.35, 1.39], [-0.62, 0.48]]], [[[-0.36, 0.19], [0.87, 1.75], [1.61, -0.56], [0.22, -0.23]], [[0.95, -0.61], [-1.7, 0.83], [0.6, 1.84], [-1.45, 1.86]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  func.return %r#0, %r#1, %r#2, %e0, %e1, %e2 : !v, !v, !v, !v, !v, !v
}
func.func @attention_3d() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.66, 1.18, 0.54, 1.48, -0.7, 0.83, -0.94, 0.03], [0.73, -1.2, -1.76, 1.16, 1.24, 0.66, -0.71, 0.63], [-1.66, 0.65, 0.3, 0.47, -0.21, -1.1, 0.9, -0.14]], [[0.98, -0.54, -1.65, 0.17, 0.49, 1.69, 1.55, -1.77], [1.09, -0.95, 0.79, -0.48, -0.71, -0.05, 0.12, 0.78], [0.55, 0.71, -0.46, 0.71, -0.62, 0.43, -0.16, 0.25]]]> : tensor<2x3x8xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-1.93, -0.0, -1.12, -0.46], [-1.7, 0.63, 1.57, -0.58], [-1.58, 0.48, -1.49, 1.57]], [[-1.51, -0.55, -0.02, -1.53], [-0.73, -0.9, 0.85, 1.95], [-0.55, 1.16, -1.44, 0.32]]]> : tensor<2x3x4xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[-0.27, -0.85, 1.29, 0.99, -1.46, -0.83], [1.28, 1.97, 0.45, 1.49, 1.94, 0.96], [0.58, -1.12, -0.52, 0.49, 1.71, -0.79]], [[-0.42, -1.91, 0.79, -0.23, 1.19, -1.07], [0.64, 0.69, -0.14, -1.25, -0.39, 0.98], [-1.24, -1.64, -0.15, -1.06, 1.2, 1.27]]]> : tensor<2x3x6xf32>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2) {q_num_heads = 4 : i64, kv_num_heads = 2 : i64, is_causal = 1 : i64} : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.27, -0.85, 1.29, -0.27, -0.85, 1.29, 0.99, -1.46, -0.83, 0.99, -1.46, -0.83], [0.346141, 0.2709791, 0.9560912, 0.5939319, 0.7217988, 0.8218045, 1.444547, 1.63092, 0.7972783, 1.088594, -0.7895595, -0.4770327], [0.532169, 0.08184183, 0.4633563, 0.5957919, 0.08019093, 0.3416631, 1.122661, 0.1744664, -0.1510802, 1.331928, 1.450668, 0.5572036]], [[-0.42, -1.91, 0.79, -0.42, -1.91, 0.79, -0.23, 1.19, -1.07, -0.23, 1.19, -1.07], [0.3195454, -0.09602066, 0.1411536, 0.2532929, -0.2585267, 0.1992807, -0.6008618, 0.615528, -0.3246407, -1.127682, -0.2005271, 0.7341649], [-0.7087107, -1.212731, 0.02099429, -0.6349429, -1.270938, 0.1302286, -0.9868701, 0.6969492, 0.8034325, -0.9411997, 0.5784725, 0.6135255]]]> : tensor<2x3x12xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_3d_past() -> (!v, !v, !v, !v, !v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.78, 1.36, 0.59, -1.25, 1.29, 0.91, 0.99, 0.79]], [[1.32, -0.81, 0.69, 0.07, -0.65, -0.69, -1.38, -0.03]]]> : tensor<2x1x8xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-0.53, -0.31, 1.41, 0.73]], [[0.72, 1.94, -1.13, 0.03]]]> : tensor<2x1x4xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[-1.63, -0.43, 1.8, -1.66]], [[1.03, 1.46, 0.04, 1.19]]]> : tensor<2x1x4xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[true, true, true]]> : tensor<1x3xi1>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[-1.49, 1.66], [-1.26, -1.96]], [[1.56, 0.39], [0.69, 0.93]]], [[[-1.83, -1.63], [-0.0, -1.8]], [[0.02, 0.95], [0.63, 0.47]]]]> : tensor<2x2x2x2xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[[[[-1.81, -1.05], [1.59, -1.51]], [[0.13, -1.8], [1.76, -1.31]]], [[[-0.36, 0.19], [0.87, 1.75]], [[0.95, -0.61], [-1.7, 0.83]]]]> : tensor<2x2x2x2xf32>} : () -> !v
  %r:3 = "onnx.Attention"(%i0, %i1, %i2, %i3, %i4, %i5) {q_num_heads = 4 : i64, kv_num_heads = 2 : i64} : (!v, !v, !v, !v, !v, !v) -> (!v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[-1.660854, -0.8601367, 0.7459108, -1.245525, 1.177878, -1.629166, 1.198225, -1.618435]], [[0.7513561, 1.518246, 0.7949582, 1.384928, -0.1229232, 0.7252296, 0.02735249, 0.7633665]]]> : tensor<2x1x8xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[[-1.49, 1.66], [-1.26, -1.96], [-0.53, -0.31]], [[1.56, 0.39], [0.69, 0.93], [1.41, 0.73]]], [[[-1.83, -1.63], [-0.0, -1.8], [0.72, 1.94]], [[0.02, 0.95], [0.63, 0.47], [-1.13, 0.03]]]]> : tensor<2x2x3x2xf32>} : () -> !v
  %e2 = "onnx.constant"() {value = dense<[[[[-1.81, -1.05], [1.59, -1.51], [-1.63, -0.43]], [[0.13, -1.8], [1.76, -1.31], [1.8, -1.66]]], [[[-0.36, 0.19], [0.87, 1.75], [1.03, 1.46]], [[0.95, -0.61], [-1.7, 0.83], [0.04, 1.19]]]]> : tensor<2x2x3x2xf32>} : () -> !v
  func.return %r#0, %r#1, %r#2, %e0, %e1, %e2 : !v, !v, !v, !v, !v, !v
}
func.func @attention_masked_row() -> (!v, !v) attributes {onnx.opset = 24 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-1.26, -0.53], [-0.78, 0.41]], [[1.29, 1.75], [-0.68, 0.28]], [[-1.98, -0.51], [1.84, -1.52]], [[1.48, 0.61], [-0.82, 1.11]]], [[[-0.84, 1.58], [-1.67, -1.52]], [[1.0, -0.2], [-1.41, 0.05]], [[-0.81, 0.2], [0.97, 1.43]], [[-1.76, 0.37], [1.93, -0.16]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.08, -1.61], [1.49, 0.33], [1.55, 1.15], [1.48, -1.77]], [[0.86, -1.21], [-0.94, -0.7], [0.37, 0.51], [1.73, -1.95]]], [[[-1.23, -0.55], [1.27, 0.2], [0.05, 1.04], [0.62, -0.84]], [[-1.65, -0.15], [1.52, 0.39], [-1.79, -0.24], [-0.46, 0.33]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.35, 1.81], [-0.65, -0.37], [0.45, 1.55], [0.82, -0.12]], [[1.26, -0.06], [1.85, -0.87], [-1.49, 1.32], [-0.81, 1.39]]], [[[0.44, 0.04], [-1.65, 1.15], [-1.74, 1.86], [1.51, -0.79]], [[-1.49, 1.54], [-0.08, -1.5], [-0.01, -1.01], [-0.37, 0.56]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[true, true, true, true], [true, false, true, false]]], [[[true, false, true, true], [false, false, false, false]]]]> : tensor<2x1x2x4xi1>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.3661655, 0.8470999], [0.413203, 1.645672]], [[0.1835742, 1.049514], [0.4079436, 1.659346]], [[1.444839, -0.5557005], [1.048712, 0.0460284]], [[-0.4058821, 0.92773], [-1.041018, 1.094693]]], [[[-0.9998053, 1.24585], [0.0, 0.0]], [[0.4136264, 0.09774791], [0.0, 0.0]], [[-0.6514403, 0.2920843], [0.0, 0.0]], [[-0.6597995, 0.2107597], [0.0, 0.0]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_short_mask() -> (!v, !v) attributes {onnx.opset = 24 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-1.26, -0.53], [-0.78, 0.41]], [[1.29, 1.75], [-0.68, 0.28]], [[-1.98, -0.51], [1.84, -1.52]], [[1.48, 0.61], [-0.82, 1.11]]], [[[-0.84, 1.58], [-1.67, -1.52]], [[1.0, -0.2], [-1.41, 0.05]], [[-0.81, 0.2], [0.97, 1.43]], [[-1.76, 0.37], [1.93, -0.16]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.08, -1.61], [1.49, 0.33], [1.55, 1.15], [1.48, -1.77]], [[0.86, -1.21], [-0.94, -0.7], [0.37, 0.51], [1.73, -1.95]]], [[[-1.23, -0.55], [1.27, 0.2], [0.05, 1.04], [0.62, -0.84]], [[-1.65, -0.15], [1.52, 0.39], [-1.79, -0.24], [-0.46, 0.33]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.35, 1.81], [-0.65, -0.37], [0.45, 1.55], [0.82, -0.12]], [[1.26, -0.06], [1.85, -0.87], [-1.49, 1.32], [-0.81, 1.39]]], [[[0.44, 0.04], [-1.65, 1.15], [-1.74, 1.86], [1.51, -0.79]], [[-1.49, 1.54], [-0.08, -1.5], [-0.01, -1.01], [-0.37, 0.56]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[true, true, true], [true, false, true]]], [[[true, false, true], [true, false, true]]]]> : tensor<2x1x2x3xi1>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.1511521, 1.305283], [0.413203, 1.645672]], [[0.1717773, 1.071192], [0.4079436, 1.659346]], [[1.515025, -0.6162633], [1.048712, 0.0460284]], [[-0.1075615, 0.5864815], [-1.041018, 1.094693]]], [[[-1.160588, 1.376271], [0.3562805, 0.1098943]], [[-1.007065, 1.248101], [-0.0569125, 0.4548536]], [[-0.72505, 0.2220119], [-0.819, 0.3838851]], [[-0.694352, 0.1691201], [-0.816743, 0.3799962]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_nonpad() -> (!v, !v) attributes {onnx.opset = 24 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-1.26, -0.53], [-0.78, 0.41]], [[1.29, 1.75], [-0.68, 0.28]], [[-1.98, -0.51], [1.84, -1.52]], [[1.48, 0.61], [-0.82, 1.11]]], [[[-0.84, 1.58], [-1.67, -1.52]], [[1.0, -0.2], [-1.41, 0.05]], [[-0.81, 0.2], [0.97, 1.43]], [[-1.76, 0.37], [1.93, -0.16]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.08, -1.61], [1.49, 0.33], [1.55, 1.15], [1.48, -1.77]], [[0.86, -1.21], [-0.94, -0.7], [0.37, 0.51], [1.73, -1.95]]], [[[-1.23, -0.55], [1.27, 0.2], [0.05, 1.04], [0.62, -0.84]], [[-1.65, -0.15], [1.52, 0.39], [-1.79, -0.24], [-0.46, 0.33]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.35, 1.81], [-0.65, -0.37], [0.45, 1.55], [0.82, -0.12]], [[1.26, -0.06], [1.85, -0.87], [-1.49, 1.32], [-0.81, 1.39]]], [[[0.44, 0.04], [-1.65, 1.15], [-1.74, 1.86], [1.51, -0.79]], [[-1.49, 1.54], [-0.08, -1.5], [-0.01, -1.01], [-0.37, 0.56]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i3 = "onnx.none"() : () -> !v
  %i4 = "onnx.none"() : () -> !v
  %i5 = "onnx.none"() : () -> !v
  %i6 = "onnx.constant"() {value = dense<[4, 3]> : tensor<2xi64>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6) {is_causal = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.1511521, 1.305283], [0.1722149, 0.7910049]], [[0.1717773, 1.071192], [0.1920754, 0.7765972]], [[1.515025, -0.6162633], [-0.5401728, 1.192561]], [[-0.1075615, 0.5864815], [0.1111763, 0.325958]]], [[[-0.2782605, 0.4214685], [0.3122701, 0.1327104]], [[-1.316574, 0.9729174], [-0.1549348, 0.4976258]], [[-1.279338, 1.085807], [-0.1594584, -1.297442]], [[-1.459262, 1.473728], [-0.09851396, -1.452757]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gqa_prompt() -> (!v, !v, !v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.19, 1.45, -0.04, 1.37, -0.16, -0.94, -0.08, -0.66, 1.07, 1.33, -1.44, -1.34, -0.47, -0.15, 1.83, 1.77, 1.87, 0.92, 0.71, -0.92, -0.51, -1.99, 1.33, -0.9, -1.68, -0.74, -0.71, 0.9, -1.98, -1.08, 1.59, 1.42], [0.52, 0.24, -1.11, 1.5, 1.04, 0.05, -1.36, -1.14, -0.48, -0.68, -1.76, -0.37, -0.21, -0.85, -0.46, -0.67, -0.49, 0.48, -0.01, -1.21, 1.18, 0.05, -0.17, 0.85, 1.01, 1.4, 1.24, 0.68, 0.88, -1.37, 0.8, -0.98], [-0.97, -1.52, -0.41, -1.92, 0.63, 0.99, 1.1, -1.48, 0.56, 1.35, -1.86, -1.23, -0.93, -0.15, -1.31, 0.16, -0.62, 0.62, 0.13, 0.75, -1.01, 0.83, 0.94, 0.89, -1.73, 1.78, 0.31, -0.91, -0.26, 0.07, 0.07, -1.01]]]> : tensor<1x3x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-0.94, -0.55, 1.12, -0.25, -1.85, -0.19, -1.19, -1.95, 1.91, -0.83, 0.15, -0.57, -1.79, 1.6, 1.74, -1.25], [-0.33, -0.51, -1.33, 0.65, 1.13, 1.04, 0.7, -1.93, -1.08, 0.06, 0.81, -0.45, -0.2, 1.36, -1.91, -0.93], [-0.84, 1.97, -1.09, -1.81, -0.33, 0.6, -1.39, 1.36, -1.21, 0.82, -1.35, 1.53, -1.19, 0.93, 1.35, -0.98]]]> : tensor<1x3x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[-1.63, 0.34, -0.0, -0.08, 1.13, -0.15, -0.01, -0.05, -0.18, -0.38, -1.36, -0.82, -0.94, -1.01, 1.13, -1.54], [-1.18, 0.11, -0.75, -1.04, -0.51, 0.01, 0.7, 1.89, 1.41, -0.28, -0.19, -0.34, -1.04, 1.81, -1.73, -1.18], [0.65, 0.36, -0.89, 1.75, -0.36, 0.39, -1.64, 1.56, -1.59, -0.42, 1.54, 1.78, 1.62, 1.31, -1.07, -1.87]]]> : tensor<1x3x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<> : tensor<1x1x0x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<> : tensor<1x1x0x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2]> : tensor<1xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[-0.24, -0.59, 0.02, -1.22, -0.77, -0.78, 1.95, -0.66], [-1.08, 1.76, -1.45, 1.86, 1.41, 0.59, -0.29, -1.21], [-1.58, -1.59, -0.6, -0.37, 1.69, 0.14, 1.96, 0.88], [-1.41, 0.21, -1.36, -1.84, 1.78, -0.65, -1.24, -1.59], [0.61, -0.16, -1.95, 0.86, -0.97, 1.12, -0.05, 0.14], [-0.17, 0.7, 1.96, 1.19, -1.72, -0.02, -1.06, -1.59], [-1.22, -1.01, 1.84, 0.98, 1.41, 0.8, -0.74, -0.44], [-0.24, -0.83, -0.31, 1.08, -1.7, -0.89, -0.08, 0.7]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[0.58, 0.9, -1.58, -1.28, -0.76, -0.87, 1.02, 1.97], [0.73, -1.87, -0.81, 1.21, 1.7, 0.38, -0.6, -0.58], [0.53, 1.46, -0.64, -1.24, -1.99, -1.45, 1.4, 0.5], [1.96, -1.72, -0.54, 1.18, 0.64, -1.73, -0.39, 0.55], [0.75, -0.19, -1.25, 1.86, -0.13, 0.87, 0.14, -1.68], [-1.05, -1.75, -1.24, -1.2, -0.34, -0.71, -0.55, 1.27], [-1.91, -1.59, 1.23, 0.14, -0.24, -0.93, 0.17, -1.11], [1.43, 1.3, -0.71, -1.9, 1.55, -0.81, 0.63, 1.43]]> : tensor<8x8xf32>} : () -> !v
  %r:3 = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v) -> (!v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[-1.63, 0.34, 0.0, -0.08, 1.13, -0.15, -0.01, -0.05, -0.18, -0.38, -1.36, -0.82, -0.94, -1.01, 1.13, -1.54, -1.63, 0.34, 0.0, -0.08, 1.13, -0.15, -0.01, -0.05, -0.18, -0.38, -1.36, -0.82, -0.94, -1.01, 1.13, -1.54], [-1.18563, 0.1128775, -0.7406167, -1.027989, -0.4894819, 0.007998239, 0.6911171, 1.865728, 1.390107, -0.2812511, -0.2046379, -0.3460053, -1.038749, 1.774719, -1.694218, -1.184504, -1.611482, 0.3305351, -0.03086394, -0.1195058, 1.062511, -0.1434157, 0.01921786, 0.02983472, -0.1145684, -0.3758848, -1.311852, -0.8002471, -0.9441152, -0.8939515, 1.012305, -1.525185], [0.2889722, 0.3339694, -0.8052028, 1.331109, -0.2556018, 0.3097143, -1.281068, 1.463605, -1.184145, -0.4031217, 1.139204, 1.365061, 1.155483, 1.173486, -0.9587119, -1.776198, 0.5678936, 0.3555689, -0.8670598, 1.663142, -0.3276916, 0.3714011, -1.564936, 1.527753, -1.509589, -0.4168481, 1.445046, 1.685844, 1.51821, 1.263921, -1.029252, -1.851373]]]> : tensor<1x3x32xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[[-0.8822, 1.0715, 0.2594, -0.4245999, 0.06410002, 1.5402, -4.0953, 3.7495, -1.0036, -0.005300038, -1.7666, 1.0154, 2.7843, -1.0827, 2.1792, -3.0165], [1.1448, -0.7854, 2.5846, 1.7535, 1.9333, 0.09679996, -1.349, 1.7959, 0.9255, 1.0593, -0.09719995, -0.05050002, 1.639, 1.1976, 0.1339, 2.2447], [1.9685, -4.3295, -0.21, 2.5669, -2.9258, 1.4325, -4.6144, 1.6868, 1.4666, 1.5724, 1.5076, 1.6783, -1.3544, -0.7398, 0.7000002, -0.1824]]]]> : tensor<1x1x3x16xf32>} : () -> !v
  %e2 = "onnx.constant"() {value = dense<[[[[-1.63, 0.34, -0.0, -0.08, 1.13, -0.15, -0.01, -0.05, -0.18, -0.38, -1.36, -0.82, -0.94, -1.01, 1.13, -1.54], [-1.18, 0.11, -0.75, -1.04, -0.51, 0.01, 0.7, 1.89, 1.41, -0.28, -0.19, -0.34, -1.04, 1.81, -1.73, -1.18], [0.65, 0.36, -0.89, 1.75, -0.36, 0.39, -1.64, 1.56, -1.59, -0.42, 1.54, 1.78, 1.62, 1.31, -1.07, -1.87]]]]> : tensor<1x1x3x16xf32>} : () -> !v
  func.return %r#0, %r#1, %r#2, %e0, %e1, %e2 : !v, !v, !v, !v, !v, !v
}
func.func @gqa_step() -> (!v, !v, !v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.19, -1.75, 1.84, -1.97, -0.7, -1.19, -1.95, -0.0, -1.7, 1.6, 0.75, -0.52, 1.37, 1.19, -0.69, 1.39, 1.72, 0.48, -0.59, 1.6, 1.77, -0.61, -1.65, 1.47, 0.66, -1.07, 0.27, -0.77, 1.68, -0.63, -1.21, -1.83]], [[-0.63, 1.96, -1.13, -0.17, 1.89, -1.97, -0.82, 1.28, -1.62, 1.71, 1.34, -1.43, 0.37, 0.22, 0.77, -0.77, -0.46, -1.04, -0.83, -1.3, 1.62, 1.55, -0.56, 0.77, -0.04, -0.88, -0.6, 1.86, -0.63, 0.31, 1.78, -0.81]]]> : tensor<2x1x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.24, -1.54, 0.93, 1.23, 1.35, 1.9, 0.84, 1.91, -0.89, 0.09, -1.14, -1.67, -0.24, 0.88, 1.11, -1.93]], [[1.77, -1.01, -0.83, 1.33, 1.58, 0.95, -0.67, -0.15, 1.34, -0.57, 1.22, 1.13, -0.13, 1.59, -0.46, 1.0]]]> : tensor<2x1x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.56, -0.67, 0.13, 0.42, 0.15, -1.56, 1.97, 1.87, -1.85, 1.78, 0.13, -1.5, 1.28, -0.27, 0.85, 1.31]], [[0.15, -1.8, 1.29, 0.78, 1.64, -0.92, 1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67, -1.57, 1.06]]]> : tensor<2x1x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[-0.29, 0.27, -0.86, -0.56, 1.01, -0.12, 0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65, 1.85, -0.0], [-1.02, 1.04, 1.26, 0.52, 1.66, -1.64, 0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22, 1.62, 1.31]]], [[[0.95, 1.7, -1.74, 1.08, -0.15, 1.01, -0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92, 1.29, -1.02], [-0.79, 0.22, 0.62, 1.52, 1.52, -1.0, 0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49, -1.34, 1.06]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[-0.78, 0.34, -0.01, -1.42, 1.02, 0.97, -1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22, -1.29, -0.02], [-1.08, -1.35, -0.48, -1.74, -0.12, 0.78, 0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86, 0.11, 1.92]]], [[[0.4, 0.03, 1.15, -0.75, 1.32, -1.93, -1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81, 1.1, -0.47], [-1.12, 1.41, -1.51, -1.74, -1.07, -0.03, 1.77, 0.92, 0.26, 0.08, 0.77, 0.51, -0.65, -1.63, -1.2, 1.13]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2, 2]> : tensor<2xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[-0.24, -0.59, 0.02, -1.22, -0.77, -0.78, 1.95, -0.66], [-1.08, 1.76, -1.45, 1.86, 1.41, 0.59, -0.29, -1.21], [-1.58, -1.59, -0.6, -0.37, 1.69, 0.14, 1.96, 0.88], [-1.41, 0.21, -1.36, -1.84, 1.78, -0.65, -1.24, -1.59], [0.61, -0.16, -1.95, 0.86, -0.97, 1.12, -0.05, 0.14], [-0.17, 0.7, 1.96, 1.19, -1.72, -0.02, -1.06, -1.59], [-1.22, -1.01, 1.84, 0.98, 1.41, 0.8, -0.74, -0.44], [-0.24, -0.83, -0.31, 1.08, -1.7, -0.89, -0.08, 0.7]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[0.58, 0.9, -1.58, -1.28, -0.76, -0.87, 1.02, 1.97], [0.73, -1.87, -0.81, 1.21, 1.7, 0.38, -0.6, -0.58], [0.53, 1.46, -0.64, -1.24, -1.99, -1.45, 1.4, 0.5], [1.96, -1.72, -0.54, 1.18, 0.64, -1.73, -0.39, 0.55], [0.75, -0.19, -1.25, 1.86, -0.13, 0.87, 0.14, -1.68], [-1.05, -1.75, -1.24, -1.2, -0.34, -0.71, -0.55, 1.27], [-1.91, -1.59, 1.23, 0.14, -0.24, -0.93, 0.17, -1.11], [1.43, 1.3, -0.71, -1.9, 1.55, -0.81, 0.63, 1.43]]> : tensor<8x8xf32>} : () -> !v
  %r:3 = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v) -> (!v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[-0.8141308, -1.017181, -0.3301542, -1.400511, 0.07882191, 0.4885174, 0.5065051, 1.489314, 1.030254, 0.8665823, 1.375643, -0.3615204, 0.9649366, -0.6887076, 0.01168409, 1.561166, -0.7466989, -1.144179, -0.3405472, -1.304263, -0.01802056, 0.3311315, 0.7879688, 1.770608, 0.8631415, 0.830155, 1.300065, -0.4600896, 1.140903, -0.7171111, 0.1940749, 1.717053]], [[-0.1189783, -0.8793001, 0.6293602, 0.0480739, 0.9825457, -0.8131704, 1.071319, 1.086339, -0.4240696, -0.04898585, -0.450903, -1.290223, -0.8389343, -0.7470241, -1.223311, 0.926497, 0.1574275, -1.733352, 1.282393, 0.7244388, 1.626236, -0.9541707, 1.064631, 1.392981, -0.5927073, -0.2853155, -0.701621, -1.936959, -1.022052, -0.6195903, -1.476995, 1.006981]]]> : tensor<2x1x32xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[[-0.29, 0.27, -0.86, -0.56, 1.01, -0.12, 0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65, 1.85, -0.0], [-1.02, 1.04, 1.26, 0.52, 1.66, -1.64, 0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22, 1.62, 1.31], [-1.4875, 2.3172, -1.2876, -2.5259, 1.8039, 1.542, 0.09239996, 2.6458, 2.0634, -2.3915, 0.08880002, -0.9073, -3.0921, -2.6318, 3.3516, -0.7433999]]], [[[0.95, 1.7, -1.74, 1.08, -0.15, 1.01, -0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92, 1.29, -1.02], [-0.79, 0.22, 0.62, 1.52, 1.52, -1.0, 0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49, -1.34, 1.06], [-3.5068, 2.4381, 1.2788, 0.9091001, 2.4115, 2.4385, -0.6692001, -0.632, -1.1791, -0.5683, -0.2008001, -2.0673, -3.3639, -1.1549, -1.8396, 0.805]]]]> : tensor<2x1x3x16xf32>} : () -> !v
  %e2 = "onnx.constant"() {value = dense<[[[[-0.78, 0.34, -0.01, -1.42, 1.02, 0.97, -1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22, -1.29, -0.02], [-1.08, -1.35, -0.48, -1.74, -0.12, 0.78, 0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86, 0.11, 1.92], [0.56, -0.67, 0.13, 0.42, 0.15, -1.56, 1.97, 1.87, -1.85, 1.78, 0.13, -1.5, 1.28, -0.27, 0.85, 1.31]]], [[[0.4, 0.03, 1.15, -0.75, 1.32, -1.93, -1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81, 1.1, -0.47], [-1.12, 1.41, -1.51, -1.74, -1.07, -0.03, 1.77, 0.92, 0.26, 0.08, 0.77, 0.51, -0.65, -1.63, -1.2, 1.13], [0.15, -1.8, 1.29, 0.78, 1.64, -0.92, 1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67, -1.57, 1.06]]]]> : tensor<2x1x3x16xf32>} : () -> !v
  func.return %r#0, %r#1, %r#2, %e0, %e1, %e2 : !v, !v, !v, !v, !v, !v
}
func.func @gqa_chunk() -> (!v, !v, !v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.54, 1.19, -1.82, 1.6, -0.47, 1.7, 0.38, 0.19, 1.27, 0.5, 0.7, -1.37, 0.42, -0.57, -1.7, -1.47, -0.08, -0.95, 1.06, -1.51, -1.94, 1.99, -0.75, 0.04, -1.16, -1.16, -0.39, 1.16, -1.84, 1.35, 1.96, 0.24], [-0.56, -1.06, -1.27, -0.71, 1.41, -1.99, 1.14, 0.67, -1.92, -1.72, 0.94, 0.69, -0.75, 1.45, -1.16, -0.29, -1.54, 0.58, -1.65, -1.28, 1.07, 0.0, 0.65, 0.94, 0.43, -1.21, 0.79, -1.54, -0.92, -0.21, -1.54, -1.58]]]> : tensor<1x2x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[0.61, 0.97, -0.52, -0.44, -1.17, 0.09, 0.32, 1.73, -1.84, 1.63, 1.96, -0.61, 0.9, 1.3, 0.6, -0.84], [0.49, 1.51, -1.57, -0.08, -1.91, 1.38, 1.11, -1.82, 0.98, 0.77, -1.49, 0.1, 0.76, -0.66, 0.02, 1.9]]]> : tensor<1x2x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.54, 0.01, -1.74, -1.52, 1.4, 0.97, 1.34, 0.31, 0.3, 0.12, 0.94, -0.68, -0.01, -0.12, 0.65, -1.14], [-1.9, -1.65, -1.28, 1.43, 0.87, 1.0, -0.22, -1.59, -0.14, 1.45, 0.04, 0.53, -0.5, -1.4, 0.51, -0.06]]]> : tensor<1x2x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[-0.62, -0.97, 0.78, -0.73, 0.3, -0.96, 1.01, -0.5, -0.09, 1.71, 0.87, 0.95, -0.64, 1.36, -0.46, 1.95], [1.58, 0.64, 1.33, 0.18, 0.93, -1.5, 1.95, 1.2, -1.43, -1.03, 0.3, 1.05, -1.4, 1.84, -0.62, 1.98], [1.01, -0.06, -0.55, -1.61, -1.65, 0.52, 1.09, 1.63, -0.54, 1.75, -0.81, 1.76, 1.68, -1.38, 1.44, 0.81], [0.81, 1.36, 0.15, 0.03, -0.53, 1.46, 1.6, -1.36, 1.09, -0.9, -1.26, -1.21, 0.29, -0.88, -1.03, -1.61]]]]> : tensor<1x1x4x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[-0.7, 1.1, -1.91, -0.07, 0.41, -1.8, -0.82, 1.63, 1.98, 1.4, -1.32, 1.06, -0.2, -1.32, -0.08, 1.69], [1.51, -0.43, -1.75, 1.6, 1.95, 0.05, -1.1, 0.18, 0.79, -0.07, -0.59, -1.01, -0.81, -1.8, -0.98, 1.81], [-1.97, 0.91, 1.16, -0.38, 0.38, -1.12, 0.67, 0.83, 0.94, -0.03, 1.88, 1.47, 0.29, 0.73, -0.9, 1.77], [0.58, 1.58, -0.85, 1.93, -1.58, 0.12, -1.56, -1.24, 1.06, -1.74, -0.47, -1.23, 1.4, -1.67, -0.65, 1.42]]]]> : tensor<1x1x4x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[5]> : tensor<1xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<6> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[-0.24, -0.59, 0.02, -1.22, -0.77, -0.78, 1.95, -0.66], [-1.08, 1.76, -1.45, 1.86, 1.41, 0.59, -0.29, -1.21], [-1.58, -1.59, -0.6, -0.37, 1.69, 0.14, 1.96, 0.88], [-1.41, 0.21, -1.36, -1.84, 1.78, -0.65, -1.24, -1.59], [0.61, -0.16, -1.95, 0.86, -0.97, 1.12, -0.05, 0.14], [-0.17, 0.7, 1.96, 1.19, -1.72, -0.02, -1.06, -1.59], [-1.22, -1.01, 1.84, 0.98, 1.41, 0.8, -0.74, -0.44], [-0.24, -0.83, -0.31, 1.08, -1.7, -0.89, -0.08, 0.7]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[0.58, 0.9, -1.58, -1.28, -0.76, -0.87, 1.02, 1.97], [0.73, -1.87, -0.81, 1.21, 1.7, 0.38, -0.6, -0.58], [0.53, 1.46, -0.64, -1.24, -1.99, -1.45, 1.4, 0.5], [1.96, -1.72, -0.54, 1.18, 0.64, -1.73, -0.39, 0.55], [0.75, -0.19, -1.25, 1.86, -0.13, 0.87, 0.14, -1.68], [-1.05, -1.75, -1.24, -1.2, -0.34, -0.71, -0.55, 1.27], [-1.91, -1.59, 1.23, 0.14, -0.24, -0.93, 0.17, -1.11], [1.43, 1.3, -0.71, -1.9, 1.55, -0.81, 0.63, 1.43]]> : tensor<8x8xf32>} : () -> !v
  %r:3 = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v) -> (!v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[0.5248838, 0.1425507, -1.684107, -1.148251, 1.178528, 0.7888696, 0.999973, 0.2478763, 0.4240924, 0.0333983, 0.7237232, -0.6643364, 0.05665507, -0.3130237, 0.4901168, -0.7839308, -0.5113565, 0.7582222, -0.563752, 0.1762637, 0.4228281, -0.6470156, -0.1522337, 0.5201986, 1.07719, 0.01684945, 0.3812503, 0.3514396, 0.1718693, -0.5313256, -0.5052695, 1.339892], [-0.8906298, 1.063445, -1.418733, -0.1089397, 0.4090436, -1.680244, -0.5848964, 1.491489, 1.807465, 1.16097, -0.805657, 1.112563, -0.1222208, -0.996123, -0.2152983, 1.70252, -1.533132, 0.9061834, 0.3202175, -0.2252255, 0.4391339, -1.232106, 0.2452648, 0.9868767, 1.179715, 0.3010604, 1.025036, 1.272212, 0.1368655, 0.1438552, -0.7080274, 1.750617]]]> : tensor<1x2x32xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[[-0.62, -0.97, 0.78, -0.73, 0.3, -0.96, 1.01, -0.5, -0.09, 1.71, 0.87, 0.95, -0.64, 1.36, -0.46, 1.95], [1.58, 0.64, 1.33, 0.18, 0.93, -1.5, 1.95, 1.2, -1.43, -1.03, 0.3, 1.05, -1.4, 1.84, -0.62, 1.98], [1.01, -0.06, -0.55, -1.61, -1.65, 0.52, 1.09, 1.63, -0.54, 1.75, -0.81, 1.76, 1.68, -1.38, 1.44, 0.81], [0.81, 1.36, 0.15, 0.03, -0.53, 1.46, 1.6, -1.36, 1.09, -0.9, -1.26, -1.21, 0.29, -0.88, -1.03, -1.61], [1.7521, 0.1545, 3.464, 0.7562, 1.2519, -1.0302, -0.1, -1.169, -0.6649001, -0.4451, -3.172, -1.343, -0.7209001, 1.5343, 0.0148, -3.024], [0.9456999, 2.4045, -4.9248, 0.0248, 3.5436, -0.4962, -1.1656, 0.4808003, -0.6811, -2.1035, -0.9736001, 0.215, -0.6578, -0.9665999, -0.6317, -5.3324]]]]> : tensor<1x1x6x16xf32>} : () -> !v
  %e2 = "onnx.constant"() {value = dense<[[[[-0.7, 1.1, -1.91, -0.07, 0.41, -1.8, -0.82, 1.63, 1.98, 1.4, -1.32, 1.06, -0.2, -1.32, -0.08, 1.69], [1.51, -0.43, -1.75, 1.6, 1.95, 0.05, -1.1, 0.18, 0.79, -0.07, -0.59, -1.01, -0.81, -1.8, -0.98, 1.81], [-1.97, 0.91, 1.16, -0.38, 0.38, -1.12, 0.67, 0.83, 0.94, -0.03, 1.88, 1.47, 0.29, 0.73, -0.9, 1.77], [0.58, 1.58, -0.85, 1.93, -1.58, 0.12, -1.56, -1.24, 1.06, -1.74, -0.47, -1.23, 1.4, -1.67, -0.65, 1.42], [0.54, 0.01, -1.74, -1.52, 1.4, 0.97, 1.34, 0.31, 0.3, 0.12, 0.94, -0.68, -0.01, -0.12, 0.65, -1.14], [-1.9, -1.65, -1.28, 1.43, 0.87, 1.0, -0.22, -1.59, -0.14, 1.45, 0.04, 0.53, -0.5, -1.4, 0.51, -0.06]]]]> : tensor<1x1x6x16xf32>} : () -> !v
  func.return %r#0, %r#1, %r#2, %e0, %e1, %e2 : !v, !v, !v, !v, !v, !v
}
func.func @gqa_no_rotary() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.19, -1.75, 1.84, -1.97, -0.7, -1.19, -1.95, -0.0, -1.7, 1.6, 0.75, -0.52, 1.37, 1.19, -0.69, 1.39, 1.72, 0.48, -0.59, 1.6, 1.77, -0.61, -1.65, 1.47, 0.66, -1.07, 0.27, -0.77, 1.68, -0.63, -1.21, -1.83]], [[-0.63, 1.96, -1.13, -0.17, 1.89, -1.97, -0.82, 1.28, -1.62, 1.71, 1.34, -1.43, 0.37, 0.22, 0.77, -0.77, -0.46, -1.04, -0.83, -1.3, 1.62, 1.55, -0.56, 0.77, -0.04, -0.88, -0.6, 1.86, -0.63, 0.31, 1.78, -0.81]]]> : tensor<2x1x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.24, -1.54, 0.93, 1.23, 1.35, 1.9, 0.84, 1.91, -0.89, 0.09, -1.14, -1.67, -0.24, 0.88, 1.11, -1.93]], [[1.77, -1.01, -0.83, 1.33, 1.58, 0.95, -0.67, -0.15, 1.34, -0.57, 1.22, 1.13, -0.13, 1.59, -0.46, 1.0]]]> : tensor<2x1x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.56, -0.67, 0.13, 0.42, 0.15, -1.56, 1.97, 1.87, -1.85, 1.78, 0.13, -1.5, 1.28, -0.27, 0.85, 1.31]], [[0.15, -1.8, 1.29, 0.78, 1.64, -0.92, 1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67, -1.57, 1.06]]]> : tensor<2x1x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[-0.29, 0.27, -0.86, -0.56, 1.01, -0.12, 0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65, 1.85, -0.0], [-1.02, 1.04, 1.26, 0.52, 1.66, -1.64, 0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22, 1.62, 1.31]]], [[[0.95, 1.7, -1.74, 1.08, -0.15, 1.01, -0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92, 1.29, -1.02], [-0.79, 0.22, 0.62, 1.52, 1.52, -1.0, 0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49, -1.34, 1.06]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[-0.78, 0.34, -0.01, -1.42, 1.02, 0.97, -1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22, -1.29, -0.02], [-1.08, -1.35, -0.48, -1.74, -0.12, 0.78, 0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86, 0.11, 1.92]]], [[[0.4, 0.03, 1.15, -0.75, 1.32, -1.93, -1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81, 1.1, -0.47], [-1.12, 1.41, -1.51, -1.74, -1.07, -0.03, 1.77, 0.92, 0.26, 0.08, 0.77, 0.51, -0.65, -1.63, -1.2, 1.13]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2, 2]> : tensor<2xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %r = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6) {num_heads = 2 : i64, kv_num_heads = 1 : i64, scale = 0.2 : f32} : (!v, !v, !v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.6467506, -0.7481602, -0.2221983, -1.189637, 0.2454337, 0.3284971, 0.3547586, 1.122295, 0.7199826, 1.105744, 1.246661, -0.432979, 0.7506566, -0.5606511, -0.1085533, 1.265782, 0.06956773, -0.6898782, -0.01041475, -0.2347386, 0.1970652, -0.7878085, 1.296253, 1.544455, -0.8034135, 1.512683, 0.5850115, -1.062831, 1.051625, -0.3840831, 0.44878, 1.278147]], [[-0.8556659, 1.042077, -1.011497, -1.462548, -0.6100178, -0.3170361, 1.386952, 0.6859694, 0.05777197, 0.2599279, 0.355486, 0.1941742, -0.5602815, -1.272764, -0.9425558, 0.930546, 0.2078801, -0.8592932, 1.112431, 0.0002778404, 1.386676, -1.329154, 0.1990904, 0.2389779, -0.717471, 0.6030675, -1.148382, -1.360469, -0.4477386, -0.05622036, -0.3758145, 0.3873504]]]> : tensor<2x1x32xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gqa_interleaved() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.19, -1.75, 1.84, -1.97, -0.7, -1.19, -1.95, -0.0, -1.7, 1.6, 0.75, -0.52, 1.37, 1.19, -0.69, 1.39, 1.72, 0.48, -0.59, 1.6, 1.77, -0.61, -1.65, 1.47, 0.66, -1.07, 0.27, -0.77, 1.68, -0.63, -1.21, -1.83]], [[-0.63, 1.96, -1.13, -0.17, 1.89, -1.97, -0.82, 1.28, -1.62, 1.71, 1.34, -1.43, 0.37, 0.22, 0.77, -0.77, -0.46, -1.04, -0.83, -1.3, 1.62, 1.55, -0.56, 0.77, -0.04, -0.88, -0.6, 1.86, -0.63, 0.31, 1.78, -0.81]]]> : tensor<2x1x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.24, -1.54, 0.93, 1.23, 1.35, 1.9, 0.84, 1.91, -0.89, 0.09, -1.14, -1.67, -0.24, 0.88, 1.11, -1.93]], [[1.77, -1.01, -0.83, 1.33, 1.58, 0.95, -0.67, -0.15, 1.34, -0.57, 1.22, 1.13, -0.13, 1.59, -0.46, 1.0]]]> : tensor<2x1x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.56, -0.67, 0.13, 0.42, 0.15, -1.56, 1.97, 1.87, -1.85, 1.78, 0.13, -1.5, 1.28, -0.27, 0.85, 1.31]], [[0.15, -1.8, 1.29, 0.78, 1.64, -0.92, 1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67, -1.57, 1.06]]]> : tensor<2x1x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[-0.29, 0.27, -0.86, -0.56, 1.01, -0.12, 0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65, 1.85, -0.0], [-1.02, 1.04, 1.26, 0.52, 1.66, -1.64, 0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22, 1.62, 1.31]]], [[[0.95, 1.7, -1.74, 1.08, -0.15, 1.01, -0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92, 1.29, -1.02], [-0.79, 0.22, 0.62, 1.52, 1.52, -1.0, 0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49, -1.34, 1.06]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[-0.78, 0.34, -0.01, -1.42, 1.02, 0.97, -1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22, -1.29, -0.02], [-1.08, -1.35, -0.48, -1.74, -0.12, 0.78, 0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86, 0.11, 1.92]]], [[[0.4, 0.03, 1.15, -0.75, 1.32, -1.93, -1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81, 1.1, -0.47], [-1.12, 1.41, -1.51, -1.74, -1.07, -0.03, 1.77, 0.92, 0.26, 0.08, 0.77, 0.51, -0.65, -1.63, -1.2, 1.13]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2, 2]> : tensor<2xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[-0.24, -0.59, 0.02, -1.22, -0.77, -0.78, 1.95, -0.66], [-1.08, 1.76, -1.45, 1.86, 1.41, 0.59, -0.29, -1.21], [-1.58, -1.59, -0.6, -0.37, 1.69, 0.14, 1.96, 0.88], [-1.41, 0.21, -1.36, -1.84, 1.78, -0.65, -1.24, -1.59], [0.61, -0.16, -1.95, 0.86, -0.97, 1.12, -0.05, 0.14], [-0.17, 0.7, 1.96, 1.19, -1.72, -0.02, -1.06, -1.59], [-1.22, -1.01, 1.84, 0.98, 1.41, 0.8, -0.74, -0.44], [-0.24, -0.83, -0.31, 1.08, -1.7, -0.89, -0.08, 0.7]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[0.58, 0.9, -1.58, -1.28, -0.76, -0.87, 1.02, 1.97], [0.73, -1.87, -0.81, 1.21, 1.7, 0.38, -0.6, -0.58], [0.53, 1.46, -0.64, -1.24, -1.99, -1.45, 1.4, 0.5], [1.96, -1.72, -0.54, 1.18, 0.64, -1.73, -0.39, 0.55], [0.75, -0.19, -1.25, 1.86, -0.13, 0.87, 0.14, -1.68], [-1.05, -1.75, -1.24, -1.2, -0.34, -0.71, -0.55, 1.27], [-1.91, -1.59, 1.23, 0.14, -0.24, -0.93, 0.17, -1.11], [1.43, 1.3, -0.71, -1.9, 1.55, -0.81, 0.63, 1.43]]> : tensor<8x8xf32>} : () -> !v
  %r = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64, rotary_interleaved = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.1432835, -0.9222758, -0.1225834, -0.5081629, 0.06161266, -0.5410087, 1.329544, 1.811157, -0.3892248, 1.270435, 0.7600397, -0.9394361, 1.201867, -0.5096444, 0.494095, 1.525656, 0.35262, -0.5760526, 0.09405707, 0.1382317, 0.2412011, -1.193072, 1.536128, 1.545727, -1.389136, 1.724702, 0.3326711, -1.284799, 1.069374, -0.2834555, 0.5799678, 1.176997]], [[-1.098105, 1.383246, -1.469753, -1.720081, -1.033189, -0.05503736, 1.735149, 0.8962432, 0.2429096, 0.09826927, 0.7342165, 0.4863492, -0.6403727, -1.598458, -1.17453, 1.111187, -0.2757699, -0.6600493, 0.3333848, -0.1173338, 0.7093525, -0.6432571, 1.297675, 1.223964, -0.3042094, -0.1547935, -0.2054264, -1.102205, -0.8915527, -0.9583891, -1.374885, 1.04418]]]> : tensor<2x1x32xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gqa_window() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.54, 1.19, -1.82, 1.6, -0.47, 1.7, 0.38, 0.19, 1.27, 0.5, 0.7, -1.37, 0.42, -0.57, -1.7, -1.47, -0.08, -0.95, 1.06, -1.51, -1.94, 1.99, -0.75, 0.04, -1.16, -1.16, -0.39, 1.16, -1.84, 1.35, 1.96, 0.24], [-0.56, -1.06, -1.27, -0.71, 1.41, -1.99, 1.14, 0.67, -1.92, -1.72, 0.94, 0.69, -0.75, 1.45, -1.16, -0.29, -1.54, 0.58, -1.65, -1.28, 1.07, 0.0, 0.65, 0.94, 0.43, -1.21, 0.79, -1.54, -0.92, -0.21, -1.54, -1.58]]]> : tensor<1x2x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[0.61, 0.97, -0.52, -0.44, -1.17, 0.09, 0.32, 1.73, -1.84, 1.63, 1.96, -0.61, 0.9, 1.3, 0.6, -0.84], [0.49, 1.51, -1.57, -0.08, -1.91, 1.38, 1.11, -1.82, 0.98, 0.77, -1.49, 0.1, 0.76, -0.66, 0.02, 1.9]]]> : tensor<1x2x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.54, 0.01, -1.74, -1.52, 1.4, 0.97, 1.34, 0.31, 0.3, 0.12, 0.94, -0.68, -0.01, -0.12, 0.65, -1.14], [-1.9, -1.65, -1.28, 1.43, 0.87, 1.0, -0.22, -1.59, -0.14, 1.45, 0.04, 0.53, -0.5, -1.4, 0.51, -0.06]]]> : tensor<1x2x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[-0.62, -0.97, 0.78, -0.73, 0.3, -0.96, 1.01, -0.5, -0.09, 1.71, 0.87, 0.95, -0.64, 1.36, -0.46, 1.95], [1.58, 0.64, 1.33, 0.18, 0.93, -1.5, 1.95, 1.2, -1.43, -1.03, 0.3, 1.05, -1.4, 1.84, -0.62, 1.98], [1.01, -0.06, -0.55, -1.61, -1.65, 0.52, 1.09, 1.63, -0.54, 1.75, -0.81, 1.76, 1.68, -1.38, 1.44, 0.81], [0.81, 1.36, 0.15, 0.03, -0.53, 1.46, 1.6, -1.36, 1.09, -0.9, -1.26, -1.21, 0.29, -0.88, -1.03, -1.61]]]]> : tensor<1x1x4x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[-0.7, 1.1, -1.91, -0.07, 0.41, -1.8, -0.82, 1.63, 1.98, 1.4, -1.32, 1.06, -0.2, -1.32, -0.08, 1.69], [1.51, -0.43, -1.75, 1.6, 1.95, 0.05, -1.1, 0.18, 0.79, -0.07, -0.59, -1.01, -0.81, -1.8, -0.98, 1.81], [-1.97, 0.91, 1.16, -0.38, 0.38, -1.12, 0.67, 0.83, 0.94, -0.03, 1.88, 1.47, 0.29, 0.73, -0.9, 1.77], [0.58, 1.58, -0.85, 1.93, -1.58, 0.12, -1.56, -1.24, 1.06, -1.74, -0.47, -1.23, 1.4, -1.67, -0.65, 1.42]]]]> : tensor<1x1x4x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[5]> : tensor<1xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<6> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[-0.24, -0.59, 0.02, -1.22, -0.77, -0.78, 1.95, -0.66], [-1.08, 1.76, -1.45, 1.86, 1.41, 0.59, -0.29, -1.21], [-1.58, -1.59, -0.6, -0.37, 1.69, 0.14, 1.96, 0.88], [-1.41, 0.21, -1.36, -1.84, 1.78, -0.65, -1.24, -1.59], [0.61, -0.16, -1.95, 0.86, -0.97, 1.12, -0.05, 0.14], [-0.17, 0.7, 1.96, 1.19, -1.72, -0.02, -1.06, -1.59], [-1.22, -1.01, 1.84, 0.98, 1.41, 0.8, -0.74, -0.44], [-0.24, -0.83, -0.31, 1.08, -1.7, -0.89, -0.08, 0.7]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[0.58, 0.9, -1.58, -1.28, -0.76, -0.87, 1.02, 1.97], [0.73, -1.87, -0.81, 1.21, 1.7, 0.38, -0.6, -0.58], [0.53, 1.46, -0.64, -1.24, -1.99, -1.45, 1.4, 0.5], [1.96, -1.72, -0.54, 1.18, 0.64, -1.73, -0.39, 0.55], [0.75, -0.19, -1.25, 1.86, -0.13, 0.87, 0.14, -1.68], [-1.05, -1.75, -1.24, -1.2, -0.34, -0.71, -0.55, 1.27], [-1.91, -1.59, 1.23, 0.14, -0.24, -0.93, 0.17, -1.11], [1.43, 1.3, -0.71, -1.9, 1.55, -0.81, 0.63, 1.43]]> : tensor<8x8xf32>} : () -> !v
  %r = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64, local_window_size = 3 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.5411471, 0.1239616, -1.67374, -1.270156, 1.184168, 0.9071896, 1.130186, 0.1984669, 0.3553078, -0.01437649, 0.8388646, -0.7182133, 0.09199523, -0.2313043, 0.5550788, -0.9531769, -0.8763404, 0.8981779, 0.1211509, -0.04417672, 0.1051743, -0.421384, 0.2632152, 0.2333317, 0.8460274, -0.4117149, 1.135543, 0.4093957, 0.4989065, -0.009193683, -0.5426315, 1.127721], [0.4422162, 1.345525, -0.9059005, 1.777453, -1.337292, 0.1991885, -1.381212, -1.203054, 0.9664824, -1.497211, -0.3908519, -1.11331, 1.244439, -1.598971, -0.5391067, 1.245841, 0.2752205, 1.179283, -0.9050361, 1.860012, -1.271611, 0.2302216, -1.388178, -1.279153, 0.9106883, -1.343477, -0.4038452, -1.012411, 1.163077, -1.632983, -0.5042624, 1.231822]]]> : tensor<1x2x32xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gqa_softcap() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.19, -1.75, 1.84, -1.97, -0.7, -1.19, -1.95, -0.0, -1.7, 1.6, 0.75, -0.52, 1.37, 1.19, -0.69, 1.39, 1.72, 0.48, -0.59, 1.6, 1.77, -0.61, -1.65, 1.47, 0.66, -1.07, 0.27, -0.77, 1.68, -0.63, -1.21, -1.83]], [[-0.63, 1.96, -1.13, -0.17, 1.89, -1.97, -0.82, 1.28, -1.62, 1.71, 1.34, -1.43, 0.37, 0.22, 0.77, -0.77, -0.46, -1.04, -0.83, -1.3, 1.62, 1.55, -0.56, 0.77, -0.04, -0.88, -0.6, 1.86, -0.63, 0.31, 1.78, -0.81]]]> : tensor<2x1x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.24, -1.54, 0.93, 1.23, 1.35, 1.9, 0.84, 1.91, -0.89, 0.09, -1.14, -1.67, -0.24, 0.88, 1.11, -1.93]], [[1.77, -1.01, -0.83, 1.33, 1.58, 0.95, -0.67, -0.15, 1.34, -0.57, 1.22, 1.13, -0.13, 1.59, -0.46, 1.0]]]> : tensor<2x1x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.56, -0.67, 0.13, 0.42, 0.15, -1.56, 1.97, 1.87, -1.85, 1.78, 0.13, -1.5, 1.28, -0.27, 0.85, 1.31]], [[0.15, -1.8, 1.29, 0.78, 1.64, -0.92, 1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67, -1.57, 1.06]]]> : tensor<2x1x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[-0.29, 0.27, -0.86, -0.56, 1.01, -0.12, 0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65, 1.85, -0.0], [-1.02, 1.04, 1.26, 0.52, 1.66, -1.64, 0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22, 1.62, 1.31]]], [[[0.95, 1.7, -1.74, 1.08, -0.15, 1.01, -0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92, 1.29, -1.02], [-0.79, 0.22, 0.62, 1.52, 1.52, -1.0, 0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49, -1.34, 1.06]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[-0.78, 0.34, -0.01, -1.42, 1.02, 0.97, -1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22, -1.29, -0.02], [-1.08, -1.35, -0.48, -1.74, -0.12, 0.78, 0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86, 0.11, 1.92]]], [[[0.4, 0.03, 1.15, -0.75, 1.32, -1.93, -1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81, 1.1, -0.47], [-1.12, 1.41, -1.51, -1.74, -1.07, -0.03, 1.77, 0.92, 0.26, 0.08, 0.77, 0.51, -0.65, -1.63, -1.2, 1.13]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2, 2]> : tensor<2xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[-0.24, -0.59, 0.02, -1.22, -0.77, -0.78, 1.95, -0.66], [-1.08, 1.76, -1.45, 1.86, 1.41, 0.59, -0.29, -1.21], [-1.58, -1.59, -0.6, -0.37, 1.69, 0.14, 1.96, 0.88], [-1.41, 0.21, -1.36, -1.84, 1.78, -0.65, -1.24, -1.59], [0.61, -0.16, -1.95, 0.86, -0.97, 1.12, -0.05, 0.14], [-0.17, 0.7, 1.96, 1.19, -1.72, -0.02, -1.06, -1.59], [-1.22, -1.01, 1.84, 0.98, 1.41, 0.8, -0.74, -0.44], [-0.24, -0.83, -0.31, 1.08, -1.7, -0.89, -0.08, 0.7]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[0.58, 0.9, -1.58, -1.28, -0.76, -0.87, 1.02, 1.97], [0.73, -1.87, -0.81, 1.21, 1.7, 0.38, -0.6, -0.58], [0.53, 1.46, -0.64, -1.24, -1.99, -1.45, 1.4, 0.5], [1.96, -1.72, -0.54, 1.18, 0.64, -1.73, -0.39, 0.55], [0.75, -0.19, -1.25, 1.86, -0.13, 0.87, 0.14, -1.68], [-1.05, -1.75, -1.24, -1.2, -0.34, -0.71, -0.55, 1.27], [-1.91, -1.59, 1.23, 0.14, -0.24, -0.93, 0.17, -1.11], [1.43, 1.3, -0.71, -1.9, 1.55, -0.81, 0.63, 1.43]]> : tensor<8x8xf32>} : () -> !v
  %r = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64, softcap = 1.5 : f32} : (!v, !v, !v, !v, !v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.4954349, -0.6349867, -0.1543706, -0.992763, 0.3054771, 0.1325045, 0.4068338, 1.027575, 0.4162254, 1.248604, 1.117012, -0.5361276, 0.7018381, -0.4890747, -0.0897353, 1.150601, -0.432561, -0.9028263, -0.1982692, -0.895851, 0.1110899, -0.07323122, 0.8867648, 1.562298, 0.2336736, 1.130346, 1.031552, -0.6723333, 1.032422, -0.5663407, 0.2268663, 1.47046]], [[-0.1753926, -0.2353531, 0.3642253, -0.4764679, 0.6883602, -0.9436411, 0.6785729, 0.4720306, -0.4325047, 0.4240026, -0.5825779, -0.8415297, -0.5244442, -0.5267549, -0.6483048, 0.6208326, 0.2001898, -0.8042867, 1.08549, -0.04425377, 1.357936, -1.335825, 0.1730565, 0.1937404, -0.7156302, 0.6379015, -1.153571, -1.321406, -0.4242074, -0.04338107, -0.3339462, 0.3658683]]]> : tensor<2x1x32xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gqa_packed() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.75, 0.81, 1.96, -1.91, 0.66, 0.98, 0.99, 0.86, -1.71, -1.66, 1.09, 0.45, -0.95, -1.96, 0.13, -1.64, 0.99, -0.64, 1.23, -1.62, -0.02, -1.6, 1.12, 0.24, -1.06, 1.85, 0.73, -0.65, 1.42, -0.48, 1.77, -0.81, 1.94, -1.75, 0.94, -0.83, -0.3, 0.54, -1.82, -1.11, -1.58, 0.96, -1.12, -0.01, -0.69, -1.06, 1.74, 0.03, 0.6, 0.82, 1.28, -0.95, -1.69, -0.13, -1.32, -1.92, 1.68, 0.51, -0.34, -1.45, 1.04, 0.13, -1.3, 1.93]], [[1.8, 1.71, 1.31, 0.13, -0.8, 0.61, -1.39, 0.47, -1.74, -1.95, 0.86, -0.63, 0.79, 1.12, 1.34, 0.46, 1.39, 0.64, 1.71, 1.59, -1.83, -0.93, -0.44, -0.99, -1.29, 1.49, -1.9, -1.27, 1.04, -1.11, -0.97, 1.87, 1.05, -0.21, -1.46, -0.92, 1.92, 1.16, -1.72, 0.83, -0.5, 0.88, -0.82, -1.48, -1.92, -0.82, 1.44, 1.56, 0.73, 0.99, -1.22, -0.58, 1.6, 1.95, -0.23, 1.1, 1.73, 1.99, -0.82, 0.62, -0.44, -0.14, -0.15, -0.89]]]> : tensor<2x1x64xf32>} : () -> !v
  %i1 = "onnx.none"() : () -> !v
  %i2 = "onnx.none"() : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[-0.29, 0.27, -0.86, -0.56, 1.01, -0.12, 0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65, 1.85, -0.0], [-1.02, 1.04, 1.26, 0.52, 1.66, -1.64, 0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22, 1.62, 1.31]]], [[[0.95, 1.7, -1.74, 1.08, -0.15, 1.01, -0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92, 1.29, -1.02], [-0.79, 0.22, 0.62, 1.52, 1.52, -1.0, 0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49, -1.34, 1.06]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[-0.78, 0.34, -0.01, -1.42, 1.02, 0.97, -1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22, -1.29, -0.02], [-1.08, -1.35, -0.48, -1.74, -0.12, 0.78, 0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86, 0.11, 1.92]]], [[[0.4, 0.03, 1.15, -0.75, 1.32, -1.93, -1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81, 1.1, -0.47], [-1.12, 1.41, -1.51, -1.74, -1.07, -0.03, 1.77, 0.92, 0.26, 0.08, 0.77, 0.51, -0.65, -1.63, -1.2, 1.13]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2, 2]> : tensor<2xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[-0.24, -0.59, 0.02, -1.22, -0.77, -0.78, 1.95, -0.66], [-1.08, 1.76, -1.45, 1.86, 1.41, 0.59, -0.29, -1.21], [-1.58, -1.59, -0.6, -0.37, 1.69, 0.14, 1.96, 0.88], [-1.41, 0.21, -1.36, -1.84, 1.78, -0.65, -1.24, -1.59], [0.61, -0.16, -1.95, 0.86, -0.97, 1.12, -0.05, 0.14], [-0.17, 0.7, 1.96, 1.19, -1.72, -0.02, -1.06, -1.59], [-1.22, -1.01, 1.84, 0.98, 1.41, 0.8, -0.74, -0.44], [-0.24, -0.83, -0.31, 1.08, -1.7, -0.89, -0.08, 0.7]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[0.58, 0.9, -1.58, -1.28, -0.76, -0.87, 1.02, 1.97], [0.73, -1.87, -0.81, 1.21, 1.7, 0.38, -0.6, -0.58], [0.53, 1.46, -0.64, -1.24, -1.99, -1.45, 1.4, 0.5], [1.96, -1.72, -0.54, 1.18, 0.64, -1.73, -0.39, 0.55], [0.75, -0.19, -1.25, 1.86, -0.13, 0.87, 0.14, -1.68], [-1.05, -1.75, -1.24, -1.2, -0.34, -0.71, -0.55, 1.27], [-1.91, -1.59, 1.23, 0.14, -0.24, -0.93, 0.17, -1.11], [1.43, 1.3, -0.71, -1.9, 1.55, -0.81, 0.63, 1.43]]> : tensor<8x8xf32>} : () -> !v
  %r = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.8987381, -0.46661, -0.2124873, -1.565573, 0.418615, 0.8575279, -0.438339, 0.4022438, 1.373163, 1.092738, 1.498728, -0.1285751, 0.3346222, -0.5222855, -0.6144834, 0.9531528, 0.4692076, 0.6629682, 1.144403, -1.009868, -1.554785, -0.05593123, -1.185153, -1.642515, 1.665763, 0.5225331, -0.1875991, -1.35013, 1.036901, 0.05716095, -1.200726, 1.911468]], [[0.05380151, 0.702338, -0.2936356, -0.9882566, 0.7077495, -0.277165, -0.0006161419, 0.02905817, 0.1534895, 1.347588, -0.8201354, -0.02143889, -0.1853332, -0.1663355, 0.07891946, -0.1262251, -0.6560405, 0.9890137, -0.6986325, -1.437824, -0.3405302, -0.6091314, 0.9095059, 0.2459742, -0.1148755, 0.5988718, -0.04466528, 0.1074149, -0.3602056, -0.8855048, -0.4982894, 0.6416077]]]> : tensor<2x1x32xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gqa_bias() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.19, -1.75, 1.84, -1.97, -0.7, -1.19, -1.95, -0.0, -1.7, 1.6, 0.75, -0.52, 1.37, 1.19, -0.69, 1.39, 1.72, 0.48, -0.59, 1.6, 1.77, -0.61, -1.65, 1.47, 0.66, -1.07, 0.27, -0.77, 1.68, -0.63, -1.21, -1.83]], [[-0.63, 1.96, -1.13, -0.17, 1.89, -1.97, -0.82, 1.28, -1.62, 1.71, 1.34, -1.43, 0.37, 0.22, 0.77, -0.77, -0.46, -1.04, -0.83, -1.3, 1.62, 1.55, -0.56, 0.77, -0.04, -0.88, -0.6, 1.86, -0.63, 0.31, 1.78, -0.81]]]> : tensor<2x1x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.24, -1.54, 0.93, 1.23, 1.35, 1.9, 0.84, 1.91, -0.89, 0.09, -1.14, -1.67, -0.24, 0.88, 1.11, -1.93]], [[1.77, -1.01, -0.83, 1.33, 1.58, 0.95, -0.67, -0.15, 1.34, -0.57, 1.22, 1.13, -0.13, 1.59, -0.46, 1.0]]]> : tensor<2x1x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.56, -0.67, 0.13, 0.42, 0.15, -1.56, 1.97, 1.87, -1.85, 1.78, 0.13, -1.5, 1.28, -0.27, 0.85, 1.31]], [[0.15, -1.8, 1.29, 0.78, 1.64, -0.92, 1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67, -1.57, 1.06]]]> : tensor<2x1x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[-0.29, 0.27, -0.86, -0.56, 1.01, -0.12, 0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65, 1.85, -0.0], [-1.02, 1.04, 1.26, 0.52, 1.66, -1.64, 0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22, 1.62, 1.31]]], [[[0.95, 1.7, -1.74, 1.08, -0.15, 1.01, -0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92, 1.29, -1.02], [-0.79, 0.22, 0.62, 1.52, 1.52, -1.0, 0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49, -1.34, 1.06]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[-0.78, 0.34, -0.01, -1.42, 1.02, 0.97, -1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22, -1.29, -0.02], [-1.08, -1.35, -0.48, -1.74, -0.12, 0.78, 0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86, 0.11, 1.92]]], [[[0.4, 0.03, 1.15, -0.75, 1.32, -1.93, -1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81, 1.1, -0.47], [-1.12, 1.41, -1.51, -1.74, -1.07, -0.03, 1.77, 0.92, 0.26, 0.08, 0.77, 0.51, -0.65, -1.63, -1.2, 1.13]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2, 2]> : tensor<2xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %i7 = "onnx.none"() : () -> !v
  %i8 = "onnx.none"() : () -> !v
  %i9 = "onnx.none"() : () -> !v
  %i10 = "onnx.constant"() {value = dense<[[[[-1.92, 1.07, 0.78]], [[1.36, -1.39, -1.05]]]]> : tensor<1x2x1x3xf32>} : () -> !v
  %r = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8, %i9, %i10) {num_heads = 2 : i64, kv_num_heads = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.7518939, -1.186439, -0.351661, -1.309181, -0.04681386, 0.3227115, 0.842036, 1.843827, 0.8667042, 0.803603, 1.300666, -0.467925, 1.185341, -0.7326101, 0.2310622, 1.765824, -0.2401984, -0.1928681, 0.01755141, -0.672734, 0.5817578, -0.09891915, 0.1290174, 0.4097644, -0.05119752, 1.63129, 0.9235286, -0.6356391, 0.3395459, -0.2829639, -0.3043601, 0.6629269]], [[-1.076343, 1.310775, -1.416871, -1.662525, -0.9806979, -0.06436455, 1.739012, 0.9265309, 0.2301101, 0.0749317, 0.7165141, 0.4319038, -0.6578764, -1.591169, -1.20033, 1.120745, 0.370891, -0.1458642, 1.155853, -0.6024786, 1.344359, -1.825019, -0.8262345, -1.010026, -0.9279857, 1.564484, -1.770108, -0.9211354, 0.1624412, 0.6571898, 0.8305763, -0.314772]]]> : tensor<2x1x32xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gqa_ragged() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.19, -1.75, 1.84, -1.97, -0.7, -1.19, -1.95, -0.0, -1.7, 1.6, 0.75, -0.52, 1.37, 1.19, -0.69, 1.39, 1.72, 0.48, -0.59, 1.6, 1.77, -0.61, -1.65, 1.47, 0.66, -1.07, 0.27, -0.77, 1.68, -0.63, -1.21, -1.83]], [[-0.63, 1.96, -1.13, -0.17, 1.89, -1.97, -0.82, 1.28, -1.62, 1.71, 1.34, -1.43, 0.37, 0.22, 0.77, -0.77, -0.46, -1.04, -0.83, -1.3, 1.62, 1.55, -0.56, 0.77, -0.04, -0.88, -0.6, 1.86, -0.63, 0.31, 1.78, -0.81]]]> : tensor<2x1x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.24, -1.54, 0.93, 1.23, 1.35, 1.9, 0.84, 1.91, -0.89, 0.09, -1.14, -1.67, -0.24, 0.88, 1.11, -1.93]], [[1.77, -1.01, -0.83, 1.33, 1.58, 0.95, -0.67, -0.15, 1.34, -0.57, 1.22, 1.13, -0.13, 1.59, -0.46, 1.0]]]> : tensor<2x1x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.56, -0.67, 0.13, 0.42, 0.15, -1.56, 1.97, 1.87, -1.85, 1.78, 0.13, -1.5, 1.28, -0.27, 0.85, 1.31]], [[0.15, -1.8, 1.29, 0.78, 1.64, -0.92, 1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67, -1.57, 1.06]]]> : tensor<2x1x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[-0.29, 0.27, -0.86, -0.56, 1.01, -0.12, 0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65, 1.85, -0.0], [-1.02, 1.04, 1.26, 0.52, 1.66, -1.64, 0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22, 1.62, 1.31]]], [[[0.95, 1.7, -1.74, 1.08, -0.15, 1.01, -0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92, 1.29, -1.02], [-0.79, 0.22, 0.62, 1.52, 1.52, -1.0, 0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49, -1.34, 1.06]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[-0.78, 0.34, -0.01, -1.42, 1.02, 0.97, -1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22, -1.29, -0.02], [-1.08, -1.35, -0.48, -1.74, -0.12, 0.78, 0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86, 0.11, 1.92]]], [[[0.4, 0.03, 1.15, -0.75, 1.32, -1.93, -1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81, 1.1, -0.47], [-1.12, 1.41, -1.51, -1.74, -1.07, -0.03, 1.77, 0.92, 0.26, 0.08, 0.77, 0.51, -0.65, -1.63, -1.2, 1.13]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2, 1]> : tensor<2xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[-0.24, -0.59, 0.02, -1.22, -0.77, -0.78, 1.95, -0.66], [-1.08, 1.76, -1.45, 1.86, 1.41, 0.59, -0.29, -1.21], [-1.58, -1.59, -0.6, -0.37, 1.69, 0.14, 1.96, 0.88], [-1.41, 0.21, -1.36, -1.84, 1.78, -0.65, -1.24, -1.59], [0.61, -0.16, -1.95, 0.86, -0.97, 1.12, -0.05, 0.14], [-0.17, 0.7, 1.96, 1.19, -1.72, -0.02, -1.06, -1.59], [-1.22, -1.01, 1.84, 0.98, 1.41, 0.8, -0.74, -0.44], [-0.24, -0.83, -0.31, 1.08, -1.7, -0.89, -0.08, 0.7]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[0.58, 0.9, -1.58, -1.28, -0.76, -0.87, 1.02, 1.97], [0.73, -1.87, -0.81, 1.21, 1.7, 0.38, -0.6, -0.58], [0.53, 1.46, -0.64, -1.24, -1.99, -1.45, 1.4, 0.5], [1.96, -1.72, -0.54, 1.18, 0.64, -1.73, -0.39, 0.55], [0.75, -0.19, -1.25, 1.86, -0.13, 0.87, 0.14, -1.68], [-1.05, -1.75, -1.24, -1.2, -0.34, -0.71, -0.55, 1.27], [-1.91, -1.59, 1.23, 0.14, -0.24, -0.93, 0.17, -1.11], [1.43, 1.3, -0.71, -1.9, 1.55, -0.81, 0.63, 1.43]]> : tensor<8x8xf32>} : () -> !v
  %r = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.8141308, -1.017181, -0.3301542, -1.400511, 0.07882191, 0.4885174, 0.5065051, 1.489314, 1.030254, 0.8665823, 1.375643, -0.3615204, 0.9649366, -0.6887076, 0.01168409, 1.561166, -0.7466989, -1.144179, -0.3405472, -1.304263, -0.01802056, 0.3311315, 0.7879688, 1.770608, 0.8631415, 0.830155, 1.300065, -0.4600896, 1.140903, -0.7171111, 0.1940749, 1.717053]], [[0.3999342, 0.02951864, 1.150037, -0.7495975, 1.320084, -1.929734, -1.049424, -1.289269, -0.9698974, 1.779437, -1.899674, -0.8103077, 0.2996397, 0.8096107, 1.099298, -0.4695975, 0.1500304, -1.799777, 1.289983, 0.7798137, 1.639961, -0.9201229, 1.139733, 1.489662, -0.5800474, -0.3597396, -0.6601509, -1.979858, -1.069833, -0.6698199, -1.569675, 1.059814]]]> : tensor<2x1x32xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gqa_norms() -> (!v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.19, -1.75, 1.84, -1.97, -0.7, -1.19, -1.95, -0.0, -1.7, 1.6, 0.75, -0.52, 1.37, 1.19, -0.69, 1.39, 1.72, 0.48, -0.59, 1.6, 1.77, -0.61, -1.65, 1.47, 0.66, -1.07, 0.27, -0.77, 1.68, -0.63, -1.21, -1.83]], [[-0.63, 1.96, -1.13, -0.17, 1.89, -1.97, -0.82, 1.28, -1.62, 1.71, 1.34, -1.43, 0.37, 0.22, 0.77, -0.77, -0.46, -1.04, -0.83, -1.3, 1.62, 1.55, -0.56, 0.77, -0.04, -0.88, -0.6, 1.86, -0.63, 0.31, 1.78, -0.81]]]> : tensor<2x1x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.24, -1.54, 0.93, 1.23, 1.35, 1.9, 0.84, 1.91, -0.89, 0.09, -1.14, -1.67, -0.24, 0.88, 1.11, -1.93]], [[1.77, -1.01, -0.83, 1.33, 1.58, 0.95, -0.67, -0.15, 1.34, -0.57, 1.22, 1.13, -0.13, 1.59, -0.46, 1.0]]]> : tensor<2x1x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.56, -0.67, 0.13, 0.42, 0.15, -1.56, 1.97, 1.87, -1.85, 1.78, 0.13, -1.5, 1.28, -0.27, 0.85, 1.31]], [[0.15, -1.8, 1.29, 0.78, 1.64, -0.92, 1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67, -1.57, 1.06]]]> : tensor<2x1x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[-0.29, 0.27, -0.86, -0.56, 1.01, -0.12, 0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65, 1.85, -0.0], [-1.02, 1.04, 1.26, 0.52, 1.66, -1.64, 0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22, 1.62, 1.31]]], [[[0.95, 1.7, -1.74, 1.08, -0.15, 1.01, -0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92, 1.29, -1.02], [-0.79, 0.22, 0.62, 1.52, 1.52, -1.0, 0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49, -1.34, 1.06]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[-0.78, 0.34, -0.01, -1.42, 1.02, 0.97, -1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22, -1.29, -0.02], [-1.08, -1.35, -0.48, -1.74, -0.12, 0.78, 0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86, 0.11, 1.92]]], [[[0.4, 0.03, 1.15, -0.75, 1.32, -1.93, -1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81, 1.1, -0.47], [-1.12, 1.41, -1.51, -1.74, -1.07, -0.03, 1.77, 0.92, 0.26, 0.08, 0.77, 0.51, -0.65, -1.63, -1.2, 1.13]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2, 2]> : tensor<2xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[-0.24, -0.59, 0.02, -1.22, -0.77, -0.78, 1.95, -0.66], [-1.08, 1.76, -1.45, 1.86, 1.41, 0.59, -0.29, -1.21], [-1.58, -1.59, -0.6, -0.37, 1.69, 0.14, 1.96, 0.88], [-1.41, 0.21, -1.36, -1.84, 1.78, -0.65, -1.24, -1.59], [0.61, -0.16, -1.95, 0.86, -0.97, 1.12, -0.05, 0.14], [-0.17, 0.7, 1.96, 1.19, -1.72, -0.02, -1.06, -1.59], [-1.22, -1.01, 1.84, 0.98, 1.41, 0.8, -0.74, -0.44], [-0.24, -0.83, -0.31, 1.08, -1.7, -0.89, -0.08, 0.7]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[0.58, 0.9, -1.58, -1.28, -0.76, -0.87, 1.02, 1.97], [0.73, -1.87, -0.81, 1.21, 1.7, 0.38, -0.6, -0.58], [0.53, 1.46, -0.64, -1.24, -1.99, -1.45, 1.4, 0.5], [1.96, -1.72, -0.54, 1.18, 0.64, -1.73, -0.39, 0.55], [0.75, -0.19, -1.25, 1.86, -0.13, 0.87, 0.14, -1.68], [-1.05, -1.75, -1.24, -1.2, -0.34, -0.71, -0.55, 1.27], [-1.91, -1.59, 1.23, 0.14, -0.24, -0.93, 0.17, -1.11], [1.43, 1.3, -0.71, -1.9, 1.55, -0.81, 0.63, 1.43]]> : tensor<8x8xf32>} : () -> !v
  %i9 = "onnx.none"() : () -> !v
  %i10 = "onnx.none"() : () -> !v
  %i11 = "onnx.none"() : () -> !v
  %i12 = "onnx.none"() : () -> !v
  %i13 = "onnx.none"() : () -> !v
  %i14 = "onnx.constant"() {value = dense<[1.39, 1.9, 1.21, 0.8, 1.39, 1.94, 1.8, 1.85, 1.12, 0.89, 1.81, 1.68, 1.78, 1.09, 0.93, 0.86]> : tensor<16xf32>} : () -> !v
  %i15 = "onnx.constant"() {value = dense<[1.81, 1.88, 1.05, 1.81, 1.07, 1.17, 1.35, 0.83, 0.9, 0.9, 0.89, 1.27, 0.65, 1.67, 0.76, 1.17]> : tensor<16xf32>} : () -> !v
  %r:2 = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8, %i9, %i10, %i11, %i12, %i13, %i14, %i15) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v) -> (!v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[-0.04892576, -0.885569, -0.08804034, -0.383771, 0.07546333, -0.6765952, 1.41131, 1.813838, -0.5847015, 1.340415, 0.6757957, -1.013798, 1.209163, -0.4765201, 0.5390415, 1.493382, -0.9753742, -1.270689, -0.432859, -1.603924, -0.07774647, 0.6449005, 0.6444669, 1.832578, 1.330159, 0.6393754, 1.500462, -0.2910075, 1.165066, -0.8101496, 0.1219739, 1.839124]], [[-0.9694571, 1.083145, -1.193157, -1.485439, -0.7673622, -0.1536912, 1.650298, 0.9245375, 0.1555327, 0.07636737, 0.5796027, 0.2510205, -0.6681281, -1.488069, -1.184085, 1.08866, 0.1501138, -1.799055, 1.289905, 0.7792116, 1.639816, -0.9204976, 1.138909, 1.488603, -0.5801877, -0.3589249, -0.6606079, -1.979392, -1.06931, -0.6692677, -1.56866, 1.059235]]]> : tensor<2x1x32xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[[-0.29, 0.27, -0.86, -0.56, 1.01, -0.12, 0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65, 1.85, -0.0], [-1.02, 1.04, 1.26, 0.52, 1.66, -1.64, 0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22, 1.62, 1.31], [-2.414187, 3.468675, -0.955308, -2.670968, 1.647883, 1.888692, 0.8055484, 1.952089, 1.898725, -3.368657, -0.01252863, -1.528097, -2.427005, -2.333744, 2.506555, -0.9237805]]], [[[0.95, 1.7, -1.74, 1.08, -0.15, 1.01, -0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92, 1.29, -1.02], [-0.79, 0.22, 0.62, 1.52, 1.52, -1.0, 0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49, -1.34, 1.06], [-5.214697, 3.446635, 1.113926, 0.8130015, 2.459577, 3.664079, -1.173901, -0.6353102, -0.1898167, -1.789671, -0.08572524, -3.216102, -3.207925, -1.13416, -1.785041, 0.8848298]]]]> : tensor<2x1x3x16xf32>} : () -> !v
  func.return %r#0, %r#1, %e0, %e1 : !v, !v, !v, !v
}
