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
func.func @trilu_upper() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.36, -1.34, 0.71, -1.92], [-0.76, 1.75, 0.15, 1.25], [0.63, 0.44, -1.23, 0.3]], [[-1.84, 1.21, 1.84, 1.42], [-1.8, -0.65, -0.73, -1.55], [0.51, 1.19, -0.75, 1.45]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.Trilu"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.36, -1.34, 0.71, -1.92], [0.0, 1.75, 0.15, 1.25], [0.0, 0.0, -1.23, 0.3]], [[-1.84, 1.21, 1.84, 1.42], [0.0, -0.65, -0.73, -1.55], [0.0, 0.0, -0.75, 1.45]]]> : tensor<2x3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @trilu_lower() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.19, -1.48, 1.07], [1.53, -1.21, 0.29], [0.55, 0.44, -1.62], [0.64, 0.53, 1.3]]> : tensor<4x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<-1> : tensor<i64>} : () -> !v
  %r = "onnx.Trilu"(%i0, %i1) {upper = 0 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.0, 0.0, 0.0], [1.53, 0.0, 0.0], [0.55, 0.44, 0.0], [0.64, 0.53, 1.3]]> : tensor<4x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @trilu_upper_one() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.21, -0.69, 0.89], [1.47, 1.57, -1.35], [-1.89, 0.6, -1.14]]> : tensor<3x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<1> : tensor<i64>} : () -> !v
  %r = "onnx.Trilu"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.0, -0.69, 0.89], [0.0, 0.0, -1.35], [0.0, 0.0, 0.0]]> : tensor<3x3xf32>} : () -> !v
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
  %i0 = "onnx.constant"() {value = dense<[[0.25, 1.78, -0.48], [-0.99, -0.17, 0.63]]> : tensor<2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<-1> : tensor<i64>} : () -> !v
  %r = "onnx.CumSum"(%i0, %i1) {exclusive = 1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.0, 0.25, 2.03], [0.0, -0.99, -1.16]]> : tensor<2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @cum_sum_reverse() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[-1.6, -0.48], [-1.47, 0.65], [1.32, -0.49]]> : tensor<3x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<0> : tensor<i64>} : () -> !v
  %r = "onnx.CumSum"(%i0, %i1) {reverse = 1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[-1.75, -0.32], [-0.15, 0.16], [1.32, -0.49]]> : tensor<3x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @cum_sum_reverse_exclusive() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[-0.51, 0.16], [-1.14, -1.01], [-0.68, -0.17]]> : tensor<3x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<0> : tensor<i64>} : () -> !v
  %r = "onnx.CumSum"(%i0, %i1) {reverse = 1 : i64, exclusive = 1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[-1.82, -1.18], [-0.68, -0.17], [0.0, 0.0]]> : tensor<3x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reducesum() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.67, 1.01, 0.32, -0.8], [-1.69, 1.05, -1.48, -1.47], [-1.48, -1.67, 1.63, -0.92]], [[-0.77, 1.33, 0.48, -1.25], [-0.26, 1.54, -0.5, 0.84], [-1.61, 0.91, 1.11, 1.3]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[-1, 0]> : tensor<2xi64>} : () -> !v
  %r = "onnx.ReduceSum"(%i0, %i1) {keepdims = 0 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[-1.35, -1.97, -0.73]> : tensor<3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reducemean() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.67, 1.01, 0.32, -0.8], [-1.69, 1.05, -1.48, -1.47], [-1.48, -1.67, 1.63, -0.92]], [[-0.77, 1.33, 0.48, -1.25], [-0.26, 1.54, -0.5, 0.84], [-1.61, 0.91, 1.11, 1.3]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[-1, 0]> : tensor<2xi64>} : () -> !v
  %r = "onnx.ReduceMean"(%i0, %i1) {keepdims = 0 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[-0.16875, -0.24625, -0.09125]> : tensor<3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reducemax() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.67, 1.01, 0.32, -0.8], [-1.69, 1.05, -1.48, -1.47], [-1.48, -1.67, 1.63, -0.92]], [[-0.77, 1.33, 0.48, -1.25], [-0.26, 1.54, -0.5, 0.84], [-1.61, 0.91, 1.11, 1.3]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[-1, 0]> : tensor<2xi64>} : () -> !v
  %r = "onnx.ReduceMax"(%i0, %i1) {keepdims = 0 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[1.33, 1.54, 1.63]> : tensor<3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reducemin() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.67, 1.01, 0.32, -0.8], [-1.69, 1.05, -1.48, -1.47], [-1.48, -1.67, 1.63, -0.92]], [[-0.77, 1.33, 0.48, -1.25], [-0.26, 1.54, -0.5, 0.84], [-1.61, 0.91, 1.11, 1.3]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[-1, 0]> : tensor<2xi64>} : () -> !v
  %r = "onnx.ReduceMin"(%i0, %i1) {keepdims = 0 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[-1.67, -1.69, -1.67]> : tensor<3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reduceprod() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.67, 1.01, 0.32, -0.8], [-1.69, 1.05, -1.48, -1.47], [-1.48, -1.67, 1.63, -0.92]], [[-0.77, 1.33, 0.48, -1.25], [-0.26, 1.54, -0.5, 0.84], [-1.61, 0.91, 1.11, 1.3]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[-1, 0]> : tensor<2xi64>} : () -> !v
  %r = "onnx.ReduceProd"(%i0, %i1) {keepdims = 0 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[0.2653209, -0.6492296, 7.83587]> : tensor<3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reducesumsquare() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.67, 1.01, 0.32, -0.8], [-1.69, 1.05, -1.48, -1.47], [-1.48, -1.67, 1.63, -0.92]], [[-0.77, 1.33, 0.48, -1.25], [-0.26, 1.54, -0.5, 0.84], [-1.61, 0.91, 1.11, 1.3]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[-1, 0]> : tensor<2xi64>} : () -> !v
  %r = "onnx.ReduceSumSquare"(%i0, %i1) {keepdims = 0 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[8.7061, 11.7047, 14.8249]> : tensor<3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reduce_mean_17() -> (!v, !v) attributes {onnx.opset = 17 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.67, 1.01, 0.32, -0.8], [-1.69, 1.05, -1.48, -1.47], [-1.48, -1.67, 1.63, -0.92]], [[-0.77, 1.33, 0.48, -1.25], [-0.26, 1.54, -0.5, 0.84], [-1.61, 0.91, 1.11, 1.3]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.ReduceMean"(%i0) {axes = array<i64: -1>} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.285], [-0.8975], [-0.61]], [[-0.05249999], [0.405], [0.4275]]]> : tensor<2x3x1xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reduce_max_11() -> (!v, !v) attributes {onnx.opset = 11 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.67, 1.01, 0.32, -0.8], [-1.69, 1.05, -1.48, -1.47], [-1.48, -1.67, 1.63, -0.92]], [[-0.77, 1.33, 0.48, -1.25], [-0.26, 1.54, -0.5, 0.84], [-1.61, 0.91, 1.11, 1.3]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.ReduceMax"(%i0) {axes = array<i64: 1>, keepdims = 0 : i64} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[-1.48, 1.05, 1.63, -0.8], [-0.26, 1.54, 1.11, 1.3]]> : tensor<2x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reduce_sum_all() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.67, 1.01, 0.32, -0.8], [-1.69, 1.05, -1.48, -1.47], [-1.48, -1.67, 1.63, -0.92]], [[-0.77, 1.33, 0.48, -1.25], [-0.26, 1.54, -0.5, 0.84], [-1.61, 0.91, 1.11, 1.3]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.ReduceSum"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-4.050001]]]> : tensor<1x1x1xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @reduce_sum_noop() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.67, 1.01, 0.32, -0.8], [-1.69, 1.05, -1.48, -1.47], [-1.48, -1.67, 1.63, -0.92]], [[-0.77, 1.33, 0.48, -1.25], [-0.26, 1.54, -0.5, 0.84], [-1.61, 0.91, 1.11, 1.3]]]> : tensor<2x3x4xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<> : tensor<0xi64>} : () -> !v
  %r = "onnx.ReduceSum"(%i0, %i1) {noop_with_empty_axes = 1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-1.67, 1.01, 0.32, -0.8], [-1.69, 1.05, -1.48, -1.47], [-1.48, -1.67, 1.63, -0.92]], [[-0.77, 1.33, 0.48, -1.25], [-0.26, 1.54, -0.5, 0.84], [-1.61, 0.91, 1.11, 1.3]]]> : tensor<2x3x4xf32>} : () -> !v
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
  %i0 = "onnx.constant"() {value = dense<[[[0xFF800000, 0xFF800000, 0.32, -0.8], [-1.69, 1.05, -1.48, -1.47], [-1.48, -1.67, 1.63, -0.92]], [[-0.77, 1.33, 0.48, -1.25], [-0.26, 1.54, -0.5, 0.84], [-1.61, 0.91, 1.11, 1.3]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.Softmax"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.0, 0.0, 0.7539887, 0.2460113], [0.05272387, 0.8165338, 0.06504428, 0.06569799], [0.03846349, 0.03180774, 0.8623918, 0.06733699]], [[0.0753279, 0.6151403, 0.2629201, 0.04661165], [0.09224717, 0.5580628, 0.07256418, 0.2771258], [0.02129213, 0.2646313, 0.3232214, 0.3908553]]]> : tensor<2x3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @softmax_axis() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.67, 1.01, 0.32, -0.8], [-1.69, 1.05, -1.48, -1.47], [-1.48, -1.67, 1.63, -0.92]], [[-0.77, 1.33, 0.48, -1.25], [-0.26, 1.54, -0.5, 0.84], [-1.61, 0.91, 1.11, 1.3]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.Softmax"(%i0) {axis = 1 : i64} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.3135339, 0.4740743, 0.2052768, 0.4169048], [0.3073255, 0.4934216, 0.03393202, 0.2133338], [0.3791407, 0.03250404, 0.7607913, 0.3697614]], [[0.3228929, 0.345934, 0.307416, 0.04567875], [0.5377108, 0.4267712, 0.1153766, 0.3693088], [0.1393963, 0.2272948, 0.5772074, 0.5850124]]]> : tensor<2x3x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @softmax_11() -> (!v, !v) attributes {onnx.opset = 11 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.7, -0.52, -1.74], [0.08, 1.03, -1.24]], [[-0.94, 0.14, 0.99], [1.59, -1.5, -1.26]]]> : tensor<2x2x3xf32>} : () -> !v
  %r = "onnx.Softmax"(%i0) {axis = 1 : i64} : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.289435, 0.08544995, 0.0252274], [0.1557, 0.4025949, 0.04159296]], [[0.04051034, 0.11929, 0.2790964], [0.5085468, 0.02313987, 0.02941655]]]> : tensor<2x2x3xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @softmax_masked_row() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0xFF800000, 0xFF800000], [0.0, 1.0]]> : tensor<2x2xf32>} : () -> !v
  %r = "onnx.Softmax"(%i0) : (!v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0x7FC00000, 0x7FC00000], [0.2689414, 0.7310586]]> : tensor<2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @matmul() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.2, 0.58, 0.88], [1.99, 1.76, 1.37]]> : tensor<2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[1.11, -0.42, 0.56, -1.26], [1.04, 1.03, 0.89, -0.22], [-0.49, -0.32, -1.87, 1.38]]> : tensor<3x4xf32>} : () -> !v
  %r = "onnx.MatMul"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[1.504, -0.1882, -0.4574, -0.4252], [3.368, 0.5386, 0.1188999, -1.004]]> : tensor<2x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @matmul_batch() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[0.17, -0.45, 0.19], [0.89, -0.47, 1.32]]], [[[1.68, -0.45, -1.45], [1.04, 1.97, -1.41]]]]> : tensor<2x1x2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[0.85, 1.3], [1.68, -1.51], [-1.63, 1.95]], [[-1.53, -1.29], [0.3, -0.21], [1.0, -1.24]], [[1.66, -1.13], [1.08, -1.73], [-0.11, -1.87]]]> : tensor<3x3x2xf32>} : () -> !v
  %r = "onnx.MatMul"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[-0.9212, 1.271], [-2.1847, 4.4407]], [[-0.2051, -0.3604], [-0.1826999, -2.6862]], [[-0.2247, 0.2311], [0.8245999, -2.661]]], [[[3.0355, 0.03599948], [6.4919, -4.3722]], [[-4.1554, -0.2746997], [-2.4102, -0.006899954]], [[2.4623, 1.5916], [4.0091, -1.9466]]]]> : tensor<2x3x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @matmul_row() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[-0.74, -0.75, 0.88]> : tensor<3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-0.18, -1.77], [1.98, 1.55], [1.67, -1.01]], [[-0.42, -1.09], [-1.5, -1.87], [0.01, -1.51]]]> : tensor<2x3x2xf32>} : () -> !v
  %r = "onnx.MatMul"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.1178, -0.7414998], [1.4446, 0.8803]]> : tensor<2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @matmul_column() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.29, 1.44, -0.06], [-1.27, 0.68, -0.94]], [[0.11, -0.87, 0.06], [0.51, 0.14, -0.42]]]> : tensor<2x2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[1.16, 1.49, -1.28]> : tensor<3xf32>} : () -> !v
  %r = "onnx.MatMul"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[0.7260002, 0.7432001], [-1.2455, 1.3378]]> : tensor<2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gemm() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[-1.45, -1.55, 1.92], [1.77, -1.08, 1.88]]> : tensor<2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[-1.17, 0.03, -0.01, 1.66], [-1.84, -0.74, 0.4, -1.73], [-1.05, -0.14, 1.52, 1.04]]> : tensor<3x4xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[1.32, 1.04, 0.83, 1.4]> : tensor<4xf32>} : () -> !v
  %r = "onnx.Gemm"(%i0, %i1, %i2) {alpha = 0.5 : f32, beta = 2.0 : f32} : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[3.90625, 2.49735, 2.81645, 3.93565], [1.61115, 2.37455, 2.86395, 6.1809]]> : tensor<2x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gemm_transposed() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[0.73, 0.94], [-0.79, -1.33], [1.03, -1.34]]> : tensor<3x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[1.68, 0.39, -0.68], [1.75, -1.38, 0.06], [-1.63, 1.86, 0.3], [1.21, -0.87, 1.21]]> : tensor<4x3xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[0.81], [0.57]]> : tensor<2x1xf32>} : () -> !v
  %r = "onnx.Gemm"(%i0, %i1, %i2) {transA = 1 : i64, transB = 1 : i64} : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[1.0279, 3.2395, -1.5403, 3.6269], [2.5417, 3.97, -3.838, 1.2431]]> : tensor<2x4xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gemm_without_c() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[1.8, -0.27, -0.34], [0.77, 1.34, -0.66]]> : tensor<2x3xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[0.68, -1.16], [0.21, 1.08], [-1.74, 0.91]]> : tensor<3x2xf32>} : () -> !v
  %r = "onnx.Gemm"(%i0, %i1) : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[1.7589, -2.689], [1.9534, -0.0465999]]> : tensor<2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @layer_norm() -> (!v, !v, !v, !v, !v, !v) attributes {onnx.opset = 17 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.94, 1.83, -0.13, -0.36, 0.88, 0.09], [0.92, -1.66, 0.25, 0.23, 1.73, -1.84]], [[-0.19, 0.52, 0.2, -1.7, 0.37, -1.11], [-1.22, 1.51, -1.21, -0.18, 1.0, 0.83]]]> : tensor<2x2x6xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[0.21, 1.23, -0.14, 0.48, 1.28, 0.71]> : tensor<6xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[0.57, -0.38, 0.23, -0.42, 0.98, -0.48]> : tensor<6xf32>} : () -> !v
  %r:3 = "onnx.LayerNormalization"(%i0, %i1, %i2) {epsilon = 0.01 : f32} : (!v, !v, !v) -> (!v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[0.2077433, 1.494453, 0.2531249, -0.5944278, 1.882704, -0.4626635], [0.728631, -1.892785, 0.1964245, -0.3122709, 2.744704, -1.451575]], [[0.6027722, 0.8739179, 0.1417562, -1.226477, 2.051411, -1.163515], [0.307743, 1.209505, 0.4035348, -0.5547819, 2.026484, -0.01187789]]]> : tensor<2x2x6xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[0.06166664], [-0.06166664]], [[-0.3183333], [0.1216667]]]> : tensor<2x2x1xf32>} : () -> !v
  %e2 = "onnx.constant"() {value = dense<[[[0.8617977], [0.7694932]], [[1.216038], [0.9308144]]]> : tensor<2x2x1xf32>} : () -> !v
  func.return %r#0, %r#1, %r#2, %e0, %e1, %e2 : !v, !v, !v, !v, !v, !v
}
func.func @layer_norm_axis() -> (!v, !v) attributes {onnx.opset = 17 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.94, 1.83, -0.13, -0.36, 0.88, 0.09], [0.92, -1.66, 0.25, 0.23, 1.73, -1.84]], [[-0.19, 0.52, 0.2, -1.7, 0.37, -1.11], [-1.22, 1.51, -1.21, -0.18, 1.0, 0.83]]]> : tensor<2x2x6xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[-0.13, 1.02, 0.01, -0.65, 1.31, -0.48], [1.38, 1.14, -0.21, 0.85, -1.86, -0.44]]> : tensor<2x6xf32>} : () -> !v
  %r = "onnx.LayerNormalization"(%i0, %i1) {axis = 1 : i64} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.2051383, 1.518284, -0.001057414, 0.1903345, 0.9376821, -0.03513868], [1.032687, -1.539269, -0.04270325, 0.1590188, -2.617343, 0.6585249]], [[0.01220299, 0.6458539, 0.003055014, 1.066097, 0.6282577, 0.4972675], [-1.585091, 1.877554, 0.2390591, -0.07108455, -2.091985, -0.418281]]]> : tensor<2x2x6xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @rms_norm() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.94, 1.83, -0.13, -0.36, 0.88, 0.09], [0.92, -1.66, 0.25, 0.23, 1.73, -1.84]], [[-0.19, 0.52, 0.2, -1.7, 0.37, -1.11], [-1.22, 1.51, -1.21, -0.18, 1.0, 0.83]]]> : tensor<2x2x6xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[0.21, 1.23, -0.14, 0.48, 1.28, 0.71]> : tensor<6xf32>} : () -> !v
  %r = "onnx.RMSNormalization"(%i0, %i1) {epsilon = 0.01 : f32} : (!v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.3506016, 1.937087, 0.01566262, -0.1487088, 0.969361, 0.05499128], [0.148499, -1.569386, -0.02690199, 0.08485657, 1.702051, -1.004136]], [[-0.045248, 0.7253289, -0.03175298, -0.9253727, 0.5370791, -0.8937331], [-0.2369599, 1.717821, 0.1566784, -0.07991155, 1.183875, 0.5450448]]]> : tensor<2x2x6xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @simplified_norm() -> (!v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.94, 1.83, -0.13, -0.36, 0.88, 0.09], [0.92, -1.66, 0.25, 0.23, 1.73, -1.84]], [[-0.19, 0.52, 0.2, -1.7, 0.37, -1.11], [-1.22, 1.51, -1.21, -0.18, 1.0, 0.83]]]> : tensor<2x2x6xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[0.21, 1.23, -0.14, 0.48, 1.28, 0.71]> : tensor<6xf32>} : () -> !v
  %r:2 = "onnx.SimplifiedLayerNormalization"(%i0, %i1) {epsilon = 0.01 : f32} : (!v, !v) -> (!v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[-0.3506016, 1.937087, 0.01566262, -0.1487088, 0.969361, 0.05499128], [0.148499, -1.569386, -0.02690199, 0.08485657, 1.702051, -1.004136]], [[-0.045248, 0.7253289, -0.03175298, -0.9253727, 0.5370791, -0.8937331], [-0.2369599, 1.717821, 0.1566784, -0.07991155, 1.183875, 0.5450448]]]> : tensor<2x2x6xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[0.8605833], [0.7686284]], [[1.134035], [0.9249023]]]> : tensor<2x2x1xf32>} : () -> !v
  func.return %r#0, %r#1, %e0, %e1 : !v, !v, !v, !v
}
func.func @skip_simplified_norm() -> (!v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.94, 1.83, -0.13, -0.36, 0.88, 0.09], [0.92, -1.66, 0.25, 0.23, 1.73, -1.84]], [[-0.19, 0.52, 0.2, -1.7, 0.37, -1.11], [-1.22, 1.51, -1.21, -0.18, 1.0, 0.83]]]> : tensor<2x2x6xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.44, 0.32, 0.23, 0.66, 0.71, 0.33], [-0.32, -1.27, -0.83, -0.83, -0.28, 2.0]], [[-0.59, -0.21, -0.51, 0.33, 1.79, 1.56], [-0.49, -0.93, 1.54, -0.02, 0.74, -1.71]]]> : tensor<2x2x6xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[0.21, 1.23, -0.14, 0.48, 1.28, 0.71]> : tensor<6xf32>} : () -> !v
  %r:4 = "onnx_ms.SkipSimplifiedLayerNormalization"(%i0, %i1, %i2) {epsilon = 0.01 : f32} : (!v, !v, !v) -> (!v, !v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[-0.09246526, 2.328804, -0.0123287, 0.1268095, 1.792241, 0.2626013], [0.08973562, -2.566652, 0.05782962, -0.20511, 1.32182, 0.08090448]], [[-0.1454865, 0.3386692, 0.03854772, -0.5840778, 2.455685, 0.2837786], [-0.3261985, 0.6480368, -0.04196705, -0.08720428, 2.023139, -0.5675546]]]> : tensor<2x2x6xf32>} : () -> !v
  %e3 = "onnx.constant"() {value = dense<[[[-0.5, 2.15, 0.1, 0.3, 1.59, 0.42], [0.6, -2.93, -0.58, -0.6, 1.45, 0.16]], [[-0.78, 0.31, -0.31, -1.37, 2.16, 0.4499999], [-1.71, 0.58, 0.3299999, -0.2, 1.74, -0.8800001]]]> : tensor<2x2x6xf32>} : () -> !v
  func.return %r#0, %r#3, %e0, %e3 : !v, !v, !v, !v
}
func.func @skip_simplified_norm_bias() -> (!v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.94, 1.83, -0.13, -0.36, 0.88, 0.09], [0.92, -1.66, 0.25, 0.23, 1.73, -1.84]], [[-0.19, 0.52, 0.2, -1.7, 0.37, -1.11], [-1.22, 1.51, -1.21, -0.18, 1.0, 0.83]]]> : tensor<2x2x6xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.44, 0.32, 0.23, 0.66, 0.71, 0.33], [-0.32, -1.27, -0.83, -0.83, -0.28, 2.0]], [[-0.59, -0.21, -0.51, 0.33, 1.79, 1.56], [-0.49, -0.93, 1.54, -0.02, 0.74, -1.71]]]> : tensor<2x2x6xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[0.21, 1.23, -0.14, 0.48, 1.28, 0.71]> : tensor<6xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[0.57, -0.38, 0.23, -0.42, 0.98, -0.48]> : tensor<6xf32>} : () -> !v
  %r:4 = "onnx_ms.SkipSimplifiedLayerNormalization"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> (!v, !v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[0.01146154, 1.697478, -0.036022, -0.04491054, 2.564891, -0.03321508], [0.1363066, -2.258629, 0.02718365, -0.2716146, 1.725552, -0.1260434]], [[-0.02982272, -0.05822531, 0.007574025, -0.5810359, 2.717993, -0.0144042], [-0.1745571, 0.1793694, -0.05716488, -0.2169932, 2.538588, -0.7040614]]]> : tensor<2x2x6xf32>} : () -> !v
  %e3 = "onnx.constant"() {value = dense<[[[0.06999999, 1.77, 0.33, -0.12, 2.57, -0.05999997], [1.17, -3.31, -0.35, -1.02, 2.43, -0.32]], [[-0.21, -0.06999999, -0.08, -1.79, 3.14, -0.03000006], [-1.14, 0.2, 0.5599999, -0.62, 2.72, -1.36]]]> : tensor<2x2x6xf32>} : () -> !v
  func.return %r#0, %r#3, %e0, %e3 : !v, !v, !v, !v
}
func.func @skip_norm() -> (!v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.94, 1.83, -0.13, -0.36, 0.88, 0.09], [0.92, -1.66, 0.25, 0.23, 1.73, -1.84]], [[-0.19, 0.52, 0.2, -1.7, 0.37, -1.11], [-1.22, 1.51, -1.21, -0.18, 1.0, 0.83]]]> : tensor<2x2x6xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.44, 0.32, 0.23, 0.66, 0.71, 0.33], [-0.32, -1.27, -0.83, -0.83, -0.28, 2.0]], [[-0.59, -0.21, -0.51, 0.33, 1.79, 1.56], [-0.49, -0.93, 1.54, -0.02, 0.74, -1.71]]]> : tensor<2x2x6xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[0.21, 1.23, -0.14, 0.48, 1.28, 0.71]> : tensor<6xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[0.57, -0.38, 0.23, -0.42, 0.98, -0.48]> : tensor<6xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[1.47, -0.75, -0.02, -1.21, -0.32, 1.31]> : tensor<6xf32>} : () -> !v
  %r:4 = "onnx_ms.SkipLayerNormalization"(%i0, %i1, %i2, %i3, %i4) {epsilon = 0.01 : f32} : (!v, !v, !v, !v, !v) -> (!v, !v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[0.619244, 0.489794, 0.3341305, -1.299357, 1.702245, 0.2796178], [0.809106, -2.470598, 0.2551084, -0.7927763, 1.843493, 0.1181268]], [[0.643768, -0.8633779, 0.2748755, -1.285193, 2.399155, 0.2697769], [0.4973543, -0.7050982, 0.1886437, -1.240908, 3.014857, -0.1709158]]]> : tensor<2x2x6xf32>} : () -> !v
  %e3 = "onnx.constant"() {value = dense<[[[0.97, 1.4, 0.08000001, -0.91, 1.27, 1.73], [2.07, -3.68, -0.6, -1.81, 1.13, 1.47]], [[0.6900001, -0.44, -0.33, -2.58, 1.84, 1.76], [-0.24, -0.17, 0.3099999, -1.41, 1.42, 0.4299999]]]> : tensor<2x2x6xf32>} : () -> !v
  func.return %r#0, %r#3, %e0, %e3 : !v, !v, !v, !v
}
func.func @rotary() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-0.78, -0.21, 1.71, -0.89, 1.59, 0.72, 1.41, -0.39], [-1.99, 1.15, -1.02, -1.43, 1.2, 0.75, -1.15, -0.93], [1.76, -0.93, 0.81, -1.48, 1.26, -1.53, 0.06, -1.86]], [[0.2, 1.39, -1.66, -0.9, 1.06, 0.43, -0.75, 0.52], [-0.18, 1.45, -0.83, 1.03, 0.54, 0.96, -0.49, 0.9], [0.79, -0.45, -1.89, 1.85, 0.85, -1.18, 0.92, -0.89]]], [[[-0.12, 1.44, -0.21, -0.85, -0.78, -1.69, -1.12, -0.92], [-1.31, -1.75, -0.14, -1.14, 0.96, 1.69, -0.91, 0.29], [0.03, -1.7, -1.5, 1.54, -0.1, 1.22, -1.73, 0.38]], [[1.46, 1.47, -1.98, 0.09, -0.52, 1.04, -1.71, -0.94], [1.25, -0.12, -0.19, 1.87, -0.72, -1.83, -0.43, -1.39], [-1.67, 0.27, 1.81, 0.32, 0.59, -0.71, 0.28, 1.01]]]]> : tensor<2x2x3x8xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.31, -0.11, 1.07, -0.17], [-0.51, 0.18, -1.19, -0.73], [0.83, 1.08, -1.77, 0.93]], [[1.27, -0.22, -1.75, 0.73], [-1.02, 0.57, -0.49, 0.55], [-0.97, -0.09, 0.1, 0.52]]]> : tensor<2x3x4xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[-1.19, 1.85, -0.84, -0.78], [-0.97, -1.73, -0.31, 1.09], [0.84, -1.22, -1.45, -0.71]], [[1.07, -0.05, 1.69, 0.63], [0.48, 1.07, 1.0, -0.62], [-0.97, -0.25, -0.04, -1.43]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.RotaryEmbedding"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.8703002, -1.3089, 3.0141, -0.1529, 3.0111, -0.4677, 0.07230002, 0.7605], [2.1789, 1.5045, 0.8573, 2.0576, 1.3183, -1.8545, 1.6847, -0.8798], [0.4024, -2.871, -1.3467, -2.697, 2.5242, -0.5178, -1.2807, -0.679]], [[1.5234, -0.9484, -2.4062, 0.5586, 1.1506, 2.5242, 0.5918999, 0.6136], [0.6156, 1.9218, 0.8358, -1.7329, -0.1008, -2.3357, 0.8404, 0.4657], [-0.05829998, -1.9256, 4.6793, 1.0886, 1.3691, -0.7254, 1.1121, -2.1412]]], [[[0.6822, -0.4013, 2.2603, -0.04090006, -1.119, 0.2998, 1.6051, -1.2071], [0.8753999, -2.8058, 0.9786, -0.4472, -1.608, -0.9092001, 0.3059, 0.8663], [-0.1261, 0.458, -0.2192, 1.3442, 0.0679, 0.3152, -0.113, -2.0046]], [[2.4106, -0.2714, 6.3549, 0.6579, 0.9018002, -0.3023, -0.3537001, -0.6295], [-0.9294, 1.8897, 0.5231, 0.1667, 1.3344, -1.1715, 0.02070001, -1.9239], [2.1922, -0.2018, 0.1922, 1.6107, 1.0476, -0.003600001, -0.0444, 0.06759997]]]]> : tensor<2x2x3x8xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @rotary_interleaved() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[0.36, 1.21, 0.2, -1.21, 0.33, -0.04, -1.34, 0.48], [1.27, -1.46, 0.18, 0.93, -0.39, -0.92, -0.51, 0.17], [0.75, 0.24, -1.57, 1.27, 1.7, -1.59, -1.0, -1.31]], [[1.4, 1.64, -1.82, -0.67, -1.23, -0.12, 1.69, -1.72], [-1.31, -0.05, 0.1, 0.98, -0.25, -1.44, -0.59, 1.93], [1.0, -1.53, 1.23, -0.76, 1.13, -1.95, 1.49, -1.35]]], [[[-0.18, 0.65, 0.03, -1.34, -1.44, -0.86, -1.79, -1.13], [-1.48, -0.14, -0.57, 0.35, -0.88, -1.86, -0.68, 1.02], [-0.98, -0.38, 1.02, -0.37, 1.55, 1.67, -0.76, 0.94]], [[-0.99, -1.44, -0.25, 0.41, 1.74, -1.42, 0.85, -0.1], [-1.47, 1.89, 0.78, -1.48, 1.62, -1.59, -1.63, -0.67], [1.75, -1.87, 1.67, 0.45, -1.73, 0.27, -0.16, 0.26]]]]> : tensor<2x2x3x8xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.31, -0.11, 1.07, -0.17], [-0.51, 0.18, -1.19, -0.73], [0.83, 1.08, -1.77, 0.93]], [[1.27, -0.22, -1.75, 0.73], [-1.02, 0.57, -0.49, 0.55], [-0.97, -0.09, 0.1, 0.52]]]> : tensor<2x3x4xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[-1.19, 1.85, -0.84, -0.78], [-0.97, -1.73, -0.31, 1.09], [0.84, -1.22, -1.45, -0.71]], [[1.07, -0.05, 1.69, 0.63], [0.48, 1.07, 1.0, -0.62], [-0.97, -0.25, -0.04, -1.43]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.RotaryEmbedding"(%i0, %i1, %i2) {interleaved = 1 : i64} : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[1.9115, 1.1567, 2.2165, 0.5031, 0.3195, -0.32, 0.6022, 0.9636], [-2.0639, -0.4873, 1.6413, -0.144, 0.1789, 1.2157, 0.187, -0.68], [0.4209, 0.8292, -0.1462002, 3.287, -5.3145, 0.3492999, -1.8601, -0.5083]], [[3.7856, 0.4823998, 1.4397, -3.2933, -1.4169, 0.9048001, -1.6289, -1.0258], [0.6195999, 1.2962, 1.7134, 0.003399998, -0.1489, 1.7911, -1.673, -2.052], [2.1152, -0.4299, 0.4012, -2.3214, -4.8276, 1.813, 0.4272, -2.3134]]], [[[-0.9241, 0.6328999, -0.0736, 0.2933, 3.9734, -0.9286002, -0.5948, -1.9526], [1.5768, -0.5676, -0.6994, -0.4104, 2.2912, 0.03140002, 0.2584, 0.9826], [0.582, 1.3192, -0.1843, -0.2217, 0.2218, 0.105, 0.9489999, 1.5756]], [[0.2835001, -2.8881, 0.0755, -0.0777, -0.6452, 5.4256, 0.6835001, 0.4625], [0.5922, -2.6334, 2.0282, -0.008999944, 0.7962, 2.3991, -1.3119, 0.6421], [-3.5114, 0.1164001, -0.0378, -0.458, -0.1622, 0.0962, 0.2886, 0.364]]]]> : tensor<2x2x3x8xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @rotary_positions() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[0.95, 0.71, 1.99, -1.37, 1.25, -0.36, 1.13, 1.57], [1.97, -0.94, -0.19, 1.77, 1.78, -0.51, 1.76, -0.38], [-0.5, 1.03, -0.12, -0.21, -0.46, -0.27, -1.44, -1.76]], [[1.02, 0.26, 0.69, 1.21, -1.08, -1.06, -0.89, -0.78], [1.04, -0.5, -0.71, 0.55, -1.25, -1.57, 0.79, 1.03], [-0.81, 0.54, -1.86, -0.38, 0.31, -0.99, -0.61, 0.44]]], [[[0.36, -1.38, 0.83, -1.68, 1.88, -1.19, -0.99, -1.2], [1.97, -0.85, 0.42, 1.96, 1.8, -1.83, 0.08, 0.41], [0.81, -0.66, -0.69, -1.98, -1.86, 0.2, -1.7, -1.19]], [[-0.67, -1.72, -1.88, 1.71, -0.26, -1.18, 0.83, -1.96], [-1.02, 1.84, 1.59, 0.54, -1.63, -0.73, -1.89, -1.12], [-1.9, -1.5, 0.53, -1.6, -1.38, 1.61, -0.66, -0.67]]]]> : tensor<2x2x3x8xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[-0.23, 0.56, -1.46, -1.45], [-1.31, -0.87, 1.85, -1.9], [-1.27, -1.34, -0.1, -1.94], [-0.17, -1.35, -0.92, 1.17], [-1.26, 0.47, -0.37, -0.33], [1.27, -1.36, 1.7, 1.57], [0.67, -1.8, 0.65, 0.4]]> : tensor<7x4xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[1.09, -1.14, 1.81, 1.54], [-1.54, -0.74, -1.87, 1.32], [1.66, 1.96, 0.45, 0.66], [0.71, 0.28, 1.81, 0.43], [-0.66, 0.05, -1.93, 0.9], [0.78, -0.32, 1.41, 1.02], [-0.65, -1.69, -1.47, -1.26]]> : tensor<7x4xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[0, 1, 2], [4, 5, 6]]> : tensor<2x3xi64>} : () -> !v
  %r = "onnx.RotaryEmbedding"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[-1.581, -0.01280001, -4.9507, -0.4312999, 0.748, -1.011, 1.9521, -4.3863], [0.1605, 0.4404, 2.9397, -2.8614, -5.3656, 1.1393, 3.6113, 3.0584], [1.3986, -0.851, 0.66, 1.569, -0.2458, 2.3806, 0.09000001, 3.2758]], [[0.9426001, -1.0628, 0.6034999, -0.5533002, 1.3602, -0.89, 2.5483, 2.9944], [-3.2874, -0.7268, 0.1638001, -2.4046, 0.03590003, 1.7359, 2.7892, -1.231], [0.5141, 1.2168, 0.4605, 0.4468, -1.7383, 2.385, -0.776, -1.1044]]], [[[0.7872, -0.5891, -2.2178, 1.6344, -2.6064, -0.6283, -1.2356, -1.116], [1.0979, 0.5704, 0.6012, 2.659, 3.8226, 2.7608, 0.7282, 2.6429], [-0.6663, 1.526, -2.9475, -2.2914, -1.7727, 0.7554001, -0.0907, 2.0188]], [[0.6726, -0.7494, 2.2975, 1.1997, 0.7698, -0.6406, 3.3213, 2.1858], [-0.02399998, -2.736, 5.3679, 1.9902, -2.8657, 0.4040001, -0.9711001, -1.2076], [-2.17, 5.4209, -0.6257001, -1.4842, 0.3103999, -0.3629999, -1.2081, 1.748]]]]> : tensor<2x2x3x8xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @rotary_3d() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.65, 1.18, 0.71, 0.19, 0.47, -1.6, -0.96, 0.33, 1.81, 1.27, 0.56, 0.08, -1.94, 1.56, -1.73, -1.48], [0.77, 1.25, 1.15, -0.19, -1.29, -1.86, 1.41, 1.91, -1.02, 1.46, -0.39, -0.75, 0.02, -1.97, -0.23, -1.2], [0.85, 0.01, 1.48, 1.59, -0.73, -0.88, 1.76, 0.02, -1.61, -1.82, 1.96, 0.32, -1.78, 0.05, 0.02, -0.26]], [[1.81, 1.8, -1.5, -1.39, -0.37, 1.34, 0.5, 0.92, 0.3, -1.16, 1.27, -1.94, 0.79, -1.22, -0.12, 1.9], [0.16, -1.77, -0.28, 0.64, -1.77, -0.99, -1.93, 0.16, -0.47, 0.01, -0.82, 0.63, -1.31, 1.63, 1.84, -0.03], [-0.14, 1.44, -0.84, 1.21, -0.85, 0.88, -0.66, 0.41, 1.7, -1.78, 1.23, 0.17, -0.48, -0.6, -1.72, -0.97]]]> : tensor<2x3x16xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[-0.23, 0.56, -1.46, -1.45], [-1.31, -0.87, 1.85, -1.9], [-1.27, -1.34, -0.1, -1.94], [-0.17, -1.35, -0.92, 1.17], [-1.26, 0.47, -0.37, -0.33], [1.27, -1.36, 1.7, 1.57], [0.67, -1.8, 0.65, 0.4]]> : tensor<7x4xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[1.09, -1.14, 1.81, 1.54], [-1.54, -0.74, -1.87, 1.32], [1.66, 1.96, 0.45, 0.66], [0.71, 0.28, 1.81, 0.43], [-0.66, 0.05, -1.93, 0.9], [0.78, -0.32, 1.41, 1.02], [-0.65, -1.69, -1.47, -1.26]]> : tensor<7x4xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[0, 1, 2], [4, 5, 6]]> : tensor<2x3xi64>} : () -> !v
  %r = "onnx.RotaryEmbedding"(%i0, %i1, %i2, %i3) {num_heads = 2 : i64} : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.1328, -1.1632, 0.7009999, -0.7837, -1.9066, -2.2412, 2.6867, -0.1859, 1.6983, 2.4896, 2.3137, 2.1632, 2.4191, -0.5742, 3.5394, 2.2692], [-2.9953, -2.4639, 4.7642, -2.1602, 0.5041, 0.6932001, 0.458, -3.8798, 1.367, -2.728, -1.1516, 3.009, 1.5446, 0.6335, 0.3038, 1.29], [0.1323, 1.7114, -0.94, -3.0978, 2.3381, 1.1988, 0.49, 1.0106, 4.9995, 2.3408, -0.205, -0.4492, -0.4120001, -3.6342, 0.88, 0.7156]], [[-2.5248, 0.779, 1.52, -0.3693, -0.7284, 0.7198, 2.71, -1.5546, 0.1434, -0.4842, -0.7015, -1.0698, -1.1934, -0.6314, -2.4067, -2.373], [1.5838, 2.0904, 2.2453, 0.8416, -2.1231, 1.9128, -3.6758, 0.904, 0.4248999, 0.508, -3.9884, 1.0197, -2.0303, -2.22, 1.9718, 0.5955], [-0.6463, -1.1048, -1.5162, 1.0006, -0.4785, -4.0176, 0.8058, -1.3606, 0.8270001, 2.19, -1.7289, -1.1542, -1.4266, 4.0882, -2.9261, -0.6022]]]> : tensor<2x3x16xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @rotary_partial() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[0.49, -1.61, 0.68, 1.85, 1.92, 1.56, 1.23, -1.29, 1.88, -1.19], [1.48, 1.51, 0.49, 0.09, -1.2, 0.08, -0.84, -1.5, -1.49, 1.2], [1.69, -1.43, -1.95, -0.95, -1.46, -1.25, 0.33, -0.31, -0.28, -1.18]], [[0.66, -0.84, -0.4, -0.15, 1.62, -1.01, 0.87, -0.76, 1.58, -0.42], [0.02, 1.51, 0.69, -1.62, -1.45, 1.96, -1.88, -0.8, 1.84, -1.94], [-1.35, -1.15, -1.65, -0.11, 0.37, -0.73, -1.57, 1.24, 1.22, 0.25]]], [[[-1.45, 0.17, 0.52, -0.29, 1.46, -0.44, 0.04, -1.54, 0.25, 1.07], [0.93, -0.97, 1.97, 0.88, -0.3, -0.34, 1.12, -1.3, 0.56, 0.88], [0.07, 1.49, -0.13, -0.14, -0.86, 1.68, -0.73, 0.78, -0.36, 1.74]], [[1.79, -1.88, 1.98, 0.42, -1.7, -0.01, -1.8, 0.2, -1.26, -0.53], [-0.78, 0.41, 1.29, 1.75, -0.68, 0.28, -1.98, -0.51, 1.84, -1.52], [1.48, 0.61, -0.82, 1.11, -0.84, 1.58, -1.67, -1.52, 1.0, -0.2]]]]> : tensor<2x2x3x10xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.31, -0.11, 1.07, -0.17], [-0.51, 0.18, -1.19, -0.73], [0.83, 1.08, -1.77, 0.93]], [[1.27, -0.22, -1.75, 0.73], [-1.02, 0.57, -0.49, 0.55], [-0.97, -0.09, 0.1, 0.52]]]> : tensor<2x3x4xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[-1.19, 1.85, -0.84, -0.78], [-0.97, -1.73, -0.31, 1.09], [0.84, -1.22, -1.45, -0.71]], [[1.07, -0.05, 1.69, 0.63], [0.48, 1.07, 1.0, -0.62], [-0.97, -0.25, -0.04, -1.43]]]> : tensor<2x3x4xf32>} : () -> !v
  %r = "onnx.RotaryEmbedding"(%i0, %i1, %i2) {rotary_embedding_dim = 8 : i64} : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[2.9267, -2.7089, 1.7608, -1.3207, 1.9321, -3.1501, 0.7449001, -1.2237, 1.88, -1.19], [-1.9188, 0.4102, -0.8435, 1.5693, -0.8236001, -2.5979, 0.8477, 1.1931, -1.49, 1.2], [2.6291, -3.0694, 3.93, -1.1036, 0.2078, 0.3945999, 2.2434, 0.3862, -0.28, -1.18]], [[2.7924, 1.9609, 0.3027999, -0.5673, 1.3368, -1.4429, 1.2669, 0.2462, 1.58, -0.42], [-1.4167, 3.6626, -1.4039, 2.0546, 0.7201, -2.2595, 2.0233, -1.1818, 1.84, -1.94], [-1.4313, -2.1326, 0.6439997, 0.7781, -0.8269, 0.6145999, 5.1714, 1.2313, 1.22, 0.25]]], [[[-3.4037, -0.0594, -0.9776, 0.7584999, 0.3026999, 0.0883, 0.8088, -1.3069, 0.25, 1.07], [-0.8046, -0.1891, -2.0853, -0.322, 0.7524, -1.2317, 1.4212, -1.2606, 0.56, 0.88], [-0.9021, 0.2859, -0.0422, 1.0426, 0.7663, -0.5237, -0.06780001, 0.6058, -0.36, 1.74]], [[4.0923, 0.4131, -0.423, 0.1806, -0.2436999, 0.0962, 6.4962, 0.4106, -1.26, -0.53], [1.122, -0.06590001, 1.3479, 0.6463, 0.3192, 0.5983, 2.2602, -1.3655, 1.84, -1.52], [-2.2504, 0.3401, -0.1488, -1.5964, -0.6208, -0.2947, -0.1342, -2.3777, 1.0, -0.2]]]]> : tensor<2x2x3x10xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @ms_rotary() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.41, 0.05, -0.81, 0.2, 0.97, 1.43, -1.76, 0.37, 1.93, -0.16, 1.08, -1.61, 1.49, 0.33, 1.55, 1.15], [1.48, -1.77, 0.86, -1.21, -0.94, -0.7, 0.37, 0.51, 1.73, -1.95, -1.23, -0.55, 1.27, 0.2, 0.05, 1.04], [0.62, -0.84, -1.65, -0.15, 1.52, 0.39, -1.79, -0.24, -0.46, 0.33, 0.35, 1.81, -0.65, -0.37, 0.45, 1.55]], [[0.82, -0.12, 1.26, -0.06, 1.85, -0.87, -1.49, 1.32, -0.81, 1.39, 0.44, 0.04, -1.65, 1.15, -1.74, 1.86], [1.51, -0.79, -1.49, 1.54, -0.08, -1.5, -0.01, -1.01, -0.37, 0.56, 1.66, 1.2, -1.36, -0.09, -0.03, 1.96], [-1.65, 0.04, 1.66, -0.4, -0.95, 0.22, -0.72, 1.71, -1.66, -1.17, -1.66, 0.85, -0.83, 1.6, 1.57, 1.75]]]> : tensor<2x3x16xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[0, 1, 2], [4, 5, 6]]> : tensor<2x3xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[-0.23, 0.56, -1.46, -1.45], [-1.31, -0.87, 1.85, -1.9], [-1.27, -1.34, -0.1, -1.94], [-0.17, -1.35, -0.92, 1.17], [-1.26, 0.47, -0.37, -0.33], [1.27, -1.36, 1.7, 1.57], [0.67, -1.8, 0.65, 0.4]]> : tensor<7x4xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[1.09, -1.14, 1.81, 1.54], [-1.54, -0.74, -1.87, 1.32], [1.66, 1.96, 0.45, 0.66], [0.71, 0.28, 1.81, 0.43], [-0.66, 0.05, -1.93, 0.9], [0.78, -0.32, 1.41, 1.02], [-0.65, -1.69, -1.47, -1.26]]> : tensor<7x4xf32>} : () -> !v
  %r = "onnx_ms.RotaryEmbedding"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-0.7330001, 1.6582, 4.3682, -0.8598, -1.76, 0.7438, 1.1035, -0.2285, -2.068, 0.2866, -4.3823, 0.5635002, 1.761, 0.3672, -0.3082, -4.1469], [-3.3864, 1.0219, 2.2829, 1.6258, -1.0478, 1.9188, -0.9237, -2.5662, -0.3105, 1.8445, -2.182, -0.3278, -4.3279, 1.269, 2.3926, -2.702], [-3.3106, 0.3612, 0.9705, 0.4494, -0.9011999, -2.169, -0.5635, 0.3666, 1.6632, 0.283, -0.2375, -4.5344, 0.06189995, 1.1426, 0.1125, -1.8124]], [[0.1878001, -0.0129, -3.3419, -1.1682, -2.8722, -0.4149, -1.8805, -0.4896, -0.06839999, 0.5958, -3.521, -1.6872, 2.6136, 0.61, -0.2053999, -0.5778], [1.9801, 0.5944, -2.5189, 3.448, 1.0762, 2.2928, -2.1179, -0.0149001, 0.5908999, -0.7904, 2.8643, -0.1151998, -2.0158, -0.05679999, 2.2896, 4.3012], [-1.723, 0.2998, 0.0205999, 1.9946, 0.4359999, -0.4636, -2.9082, 1.188, -1.6517, 4.81, 1.2289, 2.545, 0.5228999, -0.9026999, 3.4607, -0.371]]]> : tensor<2x3x16xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @ms_rotary_4d() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-0.98, -2.0, -0.45, 1.85, 1.05, -1.76, 0.81, 1.67], [1.87, 0.86, 1.45, 1.37, -0.57, -1.6, 0.91, -1.45], [-0.46, 1.98, 0.24, 0.09, 1.79, -0.86, 2.0, 1.65]], [[-0.54, -0.69, -1.49, 1.66, -1.26, -1.96, 1.56, 0.39], [0.69, 0.93, -1.83, -1.63, -0.0, -1.8, 0.02, 0.95], [0.63, 0.47, -1.81, -1.05, 1.59, -1.51, 0.13, -1.8]]], [[[1.76, -1.31, -0.36, 0.19, 0.87, 1.75, 0.95, -0.61], [-1.7, 0.83, 1.89, -1.93, 1.1, -1.3, -0.16, 0.09], [0.46, 1.96, 0.75, -0.43, 0.86, -0.13, -0.35, -0.54]], [[-0.03, -0.88, -1.03, -1.41, -0.24, -0.83, 1.35, 1.39], [-0.62, 0.48, 1.61, -0.56, 0.22, -0.23, 0.6, 1.84], [-1.45, 1.86, 0.66, 1.18, 0.54, 1.48, -0.7, 0.83]]]]> : tensor<2x2x3x8xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[0, 1, 2], [4, 5, 6]]> : tensor<2x3xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[-0.23, 0.56, -1.46, -1.45], [-1.31, -0.87, 1.85, -1.9], [-1.27, -1.34, -0.1, -1.94], [-0.17, -1.35, -0.92, 1.17], [-1.26, 0.47, -0.37, -0.33], [1.27, -1.36, 1.7, 1.57], [0.67, -1.8, 0.65, 0.4]]> : tensor<7x4xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[1.09, -1.14, 1.81, 1.54], [-1.54, -0.74, -1.87, 1.32], [1.66, 1.96, 0.45, 0.66], [0.71, 0.28, 1.81, 0.43], [-0.66, 0.05, -1.93, 0.9], [0.78, -0.32, 1.41, 1.02], [-0.65, -1.69, -1.47, -1.26]]> : tensor<7x4xf32>} : () -> !v
  %r = "onnx_ms.RotaryEmbedding"(%i0, %i1, %i2, %i3) {interleaved = 1 : i64} : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[2.4054, -0.6082001, 1.857, 1.549, 1.6526, 4.4701, -3.7463, -1.1741], [-1.1253, -4.0064, -0.2477, -2.2649, -4.0465, -1.8941, 0.1850002, 3.9562], [-2.7026, -3.2782, -0.498, 0.3498, 0.208, 0.8915, -4.969, -1.881]], [[0.8763, -0.4299001, 1.058, 2.6282, 5.3872, 0.5810003, -2.8626, 1.8369], [0.5283, -2.2809, 0.3859, 2.7723, -3.366, -3.33, -1.292, -1.7786], [-1.5803, 0.4489, 4.4834, -2.1406, 0.5204999, 0.8665, 0.9358, 3.5778]]], [[[-3.0822, 0.4889999, -0.1787, 0.0713, 3.0556, -2.3266, 0.2355, 1.0563], [-2.8064, -0.2719001, -3.188, 2.02, 3.703, -0.659, -0.343, -0.02189998], [1.5822, 1.0142, -2.0767, -0.4935001, 0.3679, -1.3487, -0.8204, 0.225]], [[-0.543, 1.1286, -0.4136, -0.7142, -1.5131, 0.7703, -1.6965, 0.7563], [-1.1618, 0.126, -2.3688, 0.2464, 0.6983, -0.08080003, -0.9347998, 3.5008], [0.2374999, 2.1887, 0.8062, -3.2394, 2.5266, 0.1681999, 0.7658, 1.214]]]]> : tensor<2x2x3x8xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @ms_rotary_offset() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.94, 0.03, 0.73, -1.2, -1.76, 1.16, 1.24, 0.66, -0.71, 0.63, -1.66, 0.65, 0.3, 0.47, -0.21, -1.1], [0.9, -0.14, 0.98, -0.54, -1.65, 0.17, 0.49, 1.69, 1.55, -1.77, 1.09, -0.95, 0.79, -0.48, -0.71, -0.05], [0.12, 0.78, 0.55, 0.71, -0.46, 0.71, -0.62, 0.43, -0.16, 0.25, -1.93, -0.0, -1.12, -0.46, -1.7, 0.63]], [[1.57, -0.58, -1.58, 0.48, -1.49, 1.57, -1.51, -0.55, -0.02, -1.53, -0.73, -0.9, 0.85, 1.95, -0.55, 1.16], [-1.44, 0.32, -0.27, -0.85, 1.29, 0.99, -1.46, -0.83, 1.28, 1.97, 0.45, 1.49, 1.94, 0.96, 0.58, -1.12], [-0.52, 0.49, 1.71, -0.79, -0.42, -1.91, 0.79, -0.23, 1.19, -1.07, 0.64, 0.69, -0.14, -1.25, -0.39, 0.98]]]> : tensor<2x3x16xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[3]> : tensor<1xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[-0.23, 0.56, -1.46, -1.45], [-1.31, -0.87, 1.85, -1.9], [-1.27, -1.34, -0.1, -1.94], [-0.17, -1.35, -0.92, 1.17], [-1.26, 0.47, -0.37, -0.33], [1.27, -1.36, 1.7, 1.57], [0.67, -1.8, 0.65, 0.4]]> : tensor<7x4xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[1.09, -1.14, 1.81, 1.54], [-1.54, -0.74, -1.87, 1.32], [1.66, 1.96, 0.45, 0.66], [0.71, 0.28, 1.81, 0.43], [-0.66, 0.05, -1.93, 0.9], [0.78, -0.32, 1.41, 1.02], [-0.65, -1.69, -1.47, -1.26]]> : tensor<7x4xf32>} : () -> !v
  %r = "onnx_ms.RotaryEmbedding"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[1.4094, -0.3653, -2.916, -1.6878, -0.3682, -1.5576, 0.1805, 0.2562, -0.09230001, -0.9821, 1.9073, 1.2335, -0.5551, -0.4581, -2.8114, -1.0075], [-2.223, -0.0743, 0.5831, -1.3428, 1.485, 0.0729, -2.0727, -1.0437, -1.4316, -0.8079, -1.7736, 0.3585, -2.0184, -0.3141, -1.841, -0.8385], [0.5112, -0.8336, 1.8092, 0.6761, -0.4906, -1.2152, -0.2785, 1.3993, 0.6704, -0.4872, -0.8839999, -0.6426, -1.5472, 0.5456001, -5.6113, 0.9891]], [[0.7909999, 0.3434, 4.1867, 0.7981, 1.368, -2.2819, -1.4706, -0.4371, -0.6001, 1.5195, 1.6671, -1.5518, -0.1587, -3.0609, -0.8152999, 0.9701999], [2.6658, 0.1009, -2.7179, 1.0275, -0.6749999, 0.4813, 1.0613, -0.4911, -0.3323999, 0.8779, 0.9528999, 0.5163, -3.2892, 0.5497, -1.0831, 1.7106], [-0.3328, -1.2776, 1.7931, -1.0057, -0.939, 2.4408, 3.7541, -1.1669, 1.6205, 1.0552, 1.6379, 0.08370004, 0.7504, 2.0424, 0.2394, 2.2424]]]> : tensor<2x3x16xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @ms_rotary_partial() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-1.24, -1.64, -0.15, -1.06, 1.2, 1.27, 1.78, 1.36, 0.59, -1.25, 1.29, 0.91, 0.99, 0.79, 1.32, -0.81, 0.69, 0.07, -0.65, -0.69], [-1.38, -0.03, -0.53, -0.31, 1.41, 0.73, 0.72, 1.94, -1.13, 0.03, -1.63, -0.43, 1.8, -1.66, 1.03, 1.46, 0.04, 1.19, -0.24, -0.59], [0.02, -1.22, -0.77, -0.78, 1.95, -0.66, -1.08, 1.76, -1.45, 1.86, 1.41, 0.59, -0.29, -1.21, -1.58, -1.59, -0.6, -0.37, 1.69, 0.14]], [[1.96, 0.88, -1.41, 0.21, -1.36, -1.84, 1.78, -0.65, -1.24, -1.59, 0.61, -0.16, -1.95, 0.86, -0.97, 1.12, -0.05, 0.14, -0.17, 0.7], [1.96, 1.19, -1.72, -0.02, -1.06, -1.59, -1.22, -1.01, 1.84, 0.98, 1.41, 0.8, -0.74, -0.44, -0.24, -0.83, -0.31, 1.08, -1.7, -0.89], [-0.08, 0.7, 0.58, 0.9, -1.58, -1.28, -0.76, -0.87, 1.02, 1.97, 0.73, -1.87, -0.81, 1.21, 1.7, 0.38, -0.6, -0.58, 0.53, 1.46]]]> : tensor<2x3x20xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[0, 1, 2], [4, 5, 6]]> : tensor<2x3xi64>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[-0.23, 0.56, -1.46, -1.45], [-1.31, -0.87, 1.85, -1.9], [-1.27, -1.34, -0.1, -1.94], [-0.17, -1.35, -0.92, 1.17], [-1.26, 0.47, -0.37, -0.33], [1.27, -1.36, 1.7, 1.57], [0.67, -1.8, 0.65, 0.4]]> : tensor<7x4xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[1.09, -1.14, 1.81, 1.54], [-1.54, -0.74, -1.87, 1.32], [1.66, 1.96, 0.45, 0.66], [0.71, 0.28, 1.81, 0.43], [-0.66, 0.05, -1.93, 0.9], [0.78, -0.32, 1.41, 1.02], [-0.65, -1.69, -1.47, -1.26]]> : tensor<7x4xf32>} : () -> !v
  %r = "onnx_ms.RotaryEmbedding"(%i0, %i1, %i2, %i3) {num_heads = 2 : i64, rotary_embedding_dim = 8 : i64} : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[-1.0228, 0.5293999, -3.0028, -0.5574, -1.6276, 2.5808, -2.8703, -3.6044, 0.59, -1.25, -1.7355, -0.4138, -2.6943, -1.2533, 1.1025, -1.491, 0.7844999, 1.1151, -0.65, -0.69], [3.9792, 0.5663, 0.3659001, -1.9718, 0.2781, -0.6129, 2.3231, -4.0952, -1.13, 0.03, 3.7215, 1.4545, 3.4048, 1.5832, 1.1609, -0.952, -3.292, -4.4522, -0.24, -0.59], [-3.2624, 2.9284, 0.563, 0.3516, -2.4433, -1.5068, -0.2385, -3.9292, -1.45, 1.86, 0.8321002, 2.3258, 0.299, 2.5916, 4.3472, 3.287, -0.07049999, -0.08080003, 1.69, 0.14]], [[-3.3672, 0.5056, 3.9571, 0.5157, 0.42, -0.8208, 2.0627, 0.4035, -1.24, -1.59, -1.4088, -0.1312, 0.625, -0.4098, 0.8196, 0.5184, 3.782, 0.7278, -0.17, 0.7], [3.316, -2.1272, -1.2038, 0.9988, 0.1826001, 1.7816, -4.4992, -1.6061, 1.84, 0.98, 1.9779, -1.3536, -0.8209001, -1.7924, 0.795, 0.8728001, -1.5704, 1.2468, -1.7, -0.89], [-1.0806, -3.4232, -0.7402, -0.7362, -1.0066, 1.121, -1.3466, -1.482, 1.02, 1.97, 1.5941, 4.0082, -1.4085, -0.2467999, 0.6645001, 2.4763, 0.8007, -1.7566, 0.53, 1.46]]]> : tensor<2x3x20xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-0.64, -1.24], [-1.99, -1.45]], [[1.4, 0.5], [1.96, -1.72]], [[-0.54, 1.18], [0.64, -1.73]], [[-0.39, 0.55], [0.75, -0.19]]], [[[-1.25, 1.86], [-0.13, 0.87]], [[0.14, -1.68], [-1.05, -1.75]], [[-1.24, -1.2], [-0.34, -0.71]], [[-0.55, 1.27], [-1.91, -1.59]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.23, 0.14], [-0.24, -0.93], [0.17, -1.11], [1.43, 1.3]], [[-0.71, -1.9], [1.55, -0.81], [0.63, 1.43], [1.19, 1.45]]], [[[-0.04, 1.37], [-0.16, -0.94], [-0.08, -0.66], [1.07, 1.33]], [[-1.44, -1.34], [-0.47, -0.15], [1.83, 1.77], [1.87, 0.92]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.71, -0.92], [-0.51, -1.99], [1.33, -0.9], [-1.68, -0.74]], [[-0.71, 0.9], [-1.98, -1.08], [1.59, 1.42], [0.52, 0.24]]], [[[-1.11, 1.5], [1.04, 0.05], [-1.36, -1.14], [-0.48, -0.68]], [[-1.76, -0.37], [-0.21, -0.85], [-0.46, -0.67], [-0.49, 0.48]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2) : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.3637095, -1.383584], [0.232741, -1.530621]], [[-0.6698722, -0.8690621], [0.4642895, -1.071955]], [[0.85005, 0.7834953], [-1.159621, 0.08988792]], [[0.4313156, 0.6319248], [-0.4924016, 0.01070971]]], [[[-0.8934125, 0.7962371], [-0.6922885, 0.2423826]], [[-0.02774582, -0.3906212], [0.03663938, -0.3714364]], [[-1.540129, -0.429143], [-1.173053, -0.4383135]], [[-0.5492947, -0.4264356], [-1.656132, -0.4010848]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_scale() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-0.64, -1.24], [-1.99, -1.45]], [[1.4, 0.5], [1.96, -1.72]], [[-0.54, 1.18], [0.64, -1.73]], [[-0.39, 0.55], [0.75, -0.19]]], [[[-1.25, 1.86], [-0.13, 0.87]], [[0.14, -1.68], [-1.05, -1.75]], [[-1.24, -1.2], [-0.34, -0.71]], [[-0.55, 1.27], [-1.91, -1.59]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.23, 0.14], [-0.24, -0.93], [0.17, -1.11], [1.43, 1.3]], [[-0.71, -1.9], [1.55, -0.81], [0.63, 1.43], [1.19, 1.45]]], [[[-0.04, 1.37], [-0.16, -0.94], [-0.08, -0.66], [1.07, 1.33]], [[-1.44, -1.34], [-0.47, -0.15], [1.83, 1.77], [1.87, 0.92]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.71, -0.92], [-0.51, -1.99], [1.33, -0.9], [-1.68, -0.74]], [[-0.71, 0.9], [-1.98, -1.08], [1.59, 1.42], [0.52, 0.24]]], [[[-1.11, 1.5], [1.04, 0.05], [-1.36, -1.14], [-0.48, -0.68]], [[-1.76, -0.37], [-0.21, -0.85], [-0.46, -0.67], [-0.49, 0.48]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2) {scale = 0.3 : f32} : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.2248753, -1.273299], [0.2520083, -1.377334]], [[-0.3020917, -0.9954739], [0.1949684, -1.113158]], [[0.3807799, 0.580909], [-0.8259347, 0.144224]], [[0.1145526, 0.4893074], [-0.2763625, 0.2231769]]], [[[-0.6922187, 0.3110505], [-0.5814539, 0.06831335]], [[-0.2595652, -0.2780298], [-0.2234741, -0.2657409]], [[-1.16841, -0.4515586], [-0.9125963, -0.3992469]], [[-0.6390551, -0.3790816], [-1.324771, -0.4572544]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_bool_mask() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-0.64, -1.24], [-1.99, -1.45]], [[1.4, 0.5], [1.96, -1.72]], [[-0.54, 1.18], [0.64, -1.73]], [[-0.39, 0.55], [0.75, -0.19]]], [[[-1.25, 1.86], [-0.13, 0.87]], [[0.14, -1.68], [-1.05, -1.75]], [[-1.24, -1.2], [-0.34, -0.71]], [[-0.55, 1.27], [-1.91, -1.59]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.23, 0.14], [-0.24, -0.93], [0.17, -1.11], [1.43, 1.3]], [[-0.71, -1.9], [1.55, -0.81], [0.63, 1.43], [1.19, 1.45]]], [[[-0.04, 1.37], [-0.16, -0.94], [-0.08, -0.66], [1.07, 1.33]], [[-1.44, -1.34], [-0.47, -0.15], [1.83, 1.77], [1.87, 0.92]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.71, -0.92], [-0.51, -1.99], [1.33, -0.9], [-1.68, -0.74]], [[-0.71, 0.9], [-1.98, -1.08], [1.59, 1.42], [0.52, 0.24]]], [[[-1.11, 1.5], [1.04, 0.05], [-1.36, -1.14], [-0.48, -0.68]], [[-1.76, -0.37], [-0.21, -0.85], [-0.46, -0.67], [-0.49, 0.48]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[true, false, true, false], [true, true, true, true]]], [[[true, false, false, true], [true, true, false, true]]]]> : tensor<2x1x2x4xi1>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[1.22373, -0.9034281], [0.232741, -1.530621]], [[0.8239116, -0.9163254], [0.4642895, -1.071955]], [[1.374015, 1.371169], [-1.159621, 0.08988792]], [[0.9371864, 1.272407], [-0.4924016, 0.01070971]]], [[[-0.944711, 0.9280473], [-0.6018332, 0.4296545]], [[-0.7702602, 0.3243926], [0.9010891, 0.1042658]], [[-1.749836, -0.3631976], [-1.216177, -0.4243019]], [[-0.8995907, 0.2058645], [-1.656541, -0.400993]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_float_mask() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-0.64, -1.24], [-1.99, -1.45]], [[1.4, 0.5], [1.96, -1.72]], [[-0.54, 1.18], [0.64, -1.73]], [[-0.39, 0.55], [0.75, -0.19]]], [[[-1.25, 1.86], [-0.13, 0.87]], [[0.14, -1.68], [-1.05, -1.75]], [[-1.24, -1.2], [-0.34, -0.71]], [[-0.55, 1.27], [-1.91, -1.59]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.23, 0.14], [-0.24, -0.93], [0.17, -1.11], [1.43, 1.3]], [[-0.71, -1.9], [1.55, -0.81], [0.63, 1.43], [1.19, 1.45]]], [[[-0.04, 1.37], [-0.16, -0.94], [-0.08, -0.66], [1.07, 1.33]], [[-1.44, -1.34], [-0.47, -0.15], [1.83, 1.77], [1.87, 0.92]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.71, -0.92], [-0.51, -1.99], [1.33, -0.9], [-1.68, -0.74]], [[-0.71, 0.9], [-1.98, -1.08], [1.59, 1.42], [0.52, 0.24]]], [[[-1.11, 1.5], [1.04, 0.05], [-1.36, -1.14], [-0.48, -0.68]], [[-1.76, -0.37], [-0.21, -0.85], [-0.46, -0.67], [-0.49, 0.48]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[1.24, 0.68, 0.88, -1.37], [0.8, -0.98, -0.97, -1.52]]> : tensor<2x4xf32>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.5123067, -1.329877], [0.2917944, -1.464531]], [[0.4664921, -0.9707751], [0.6612257, -0.9797367]], [[1.022311, 1.116675], [-0.8336034, 0.6841358]], [[0.3676258, 0.8654867], [-0.6526843, 0.3914056]]], [[[-1.047286, 1.289176], [-0.9988472, 1.178863]], [[-0.1453834, -0.3947865], [-0.1138505, -0.1302214]], [[-1.629791, -0.4093814], [-1.62125, -0.3953976]], [[-0.6457588, -0.6203751], [-1.741525, -0.3756062]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_causal() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-0.64, -1.24], [-1.99, -1.45]], [[1.4, 0.5], [1.96, -1.72]], [[-0.54, 1.18], [0.64, -1.73]], [[-0.39, 0.55], [0.75, -0.19]]], [[[-1.25, 1.86], [-0.13, 0.87]], [[0.14, -1.68], [-1.05, -1.75]], [[-1.24, -1.2], [-0.34, -0.71]], [[-0.55, 1.27], [-1.91, -1.59]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.23, 0.14], [-0.24, -0.93], [0.17, -1.11], [1.43, 1.3]], [[-0.71, -1.9], [1.55, -0.81], [0.63, 1.43], [1.19, 1.45]]], [[[-0.04, 1.37], [-0.16, -0.94], [-0.08, -0.66], [1.07, 1.33]], [[-1.44, -1.34], [-0.47, -0.15], [1.83, 1.77], [1.87, 0.92]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.71, -0.92], [-0.51, -1.99], [1.33, -0.9], [-1.68, -0.74]], [[-0.71, 0.9], [-1.98, -1.08], [1.59, 1.42], [0.52, 0.24]]], [[[-1.11, 1.5], [1.04, 0.05], [-1.36, -1.14], [-0.48, -0.68]], [[-1.76, -0.37], [-0.21, -0.85], [-0.46, -0.67], [-0.49, 0.48]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2) {is_causal = 1 : i64} : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.71, -0.92], [-0.460612, -1.946684]], [[0.71, -0.92], [0.3148555, -1.266561]], [[-0.71, 0.9], [-1.24716, 0.06253819]], [[-0.71, 0.9], [-1.651297, -0.567534]]], [[[-1.11, 1.5], [-0.6881109, 1.21547]], [[-1.11, 1.5], [0.9328198, 0.1222843]], [[-1.76, -0.37], [-1.289559, -0.5156849]], [[-1.76, -0.37], [-1.657523, -0.4017347]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_softcap() -> (!v, !v) attributes {onnx.opset = 24 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-0.64, -1.24], [-1.99, -1.45]], [[1.4, 0.5], [1.96, -1.72]], [[-0.54, 1.18], [0.64, -1.73]], [[-0.39, 0.55], [0.75, -0.19]]], [[[-1.25, 1.86], [-0.13, 0.87]], [[0.14, -1.68], [-1.05, -1.75]], [[-1.24, -1.2], [-0.34, -0.71]], [[-0.55, 1.27], [-1.91, -1.59]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.23, 0.14], [-0.24, -0.93], [0.17, -1.11], [1.43, 1.3]], [[-0.71, -1.9], [1.55, -0.81], [0.63, 1.43], [1.19, 1.45]]], [[[-0.04, 1.37], [-0.16, -0.94], [-0.08, -0.66], [1.07, 1.33]], [[-1.44, -1.34], [-0.47, -0.15], [1.83, 1.77], [1.87, 0.92]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.71, -0.92], [-0.51, -1.99], [1.33, -0.9], [-1.68, -0.74]], [[-0.71, 0.9], [-1.98, -1.08], [1.59, 1.42], [0.52, 0.24]]], [[[-1.11, 1.5], [1.04, 0.05], [-1.36, -1.14], [-0.48, -0.68]], [[-1.76, -0.37], [-0.21, -0.85], [-0.46, -0.67], [-0.49, 0.48]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[-0.41, -1.92, 0.63, 0.99], [1.1, -1.48, 0.56, 1.35]], [[-1.86, -1.23, -0.93, -0.15], [-1.31, 0.16, -0.62, 0.62]], [[0.13, 0.75, -1.01, 0.83], [0.94, 0.89, -1.73, 1.78]], [[0.31, -0.91, -0.26, 0.07], [0.07, -1.01, -0.94, -0.55]]]]> : tensor<1x4x2x4xf32>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2, %i3) {softcap = 1.5 : f32} : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.7705405, -0.943714], [0.6319442, -0.9921195]], [[-1.130767, -0.8255774], [-0.3764536, -1.186717]], [[0.297889, 0.2800224], [-1.09535, 0.01164071]], [[0.433153, 0.6958561], [-0.3691058, 0.2588312]]], [[[-0.7250887, -0.1489995], [-0.8009186, 0.2110914]], [[-0.2686011, -0.5321218], [0.3034412, -0.2727919]], [[-1.034832, -0.5120223], [-1.086844, -0.3019222]], [[-0.6814209, -0.2973567], [-1.501578, -0.4193341]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_past() -> (!v, !v, !v, !v, !v, !v) attributes {onnx.opset = 24 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-0.64, -1.24], [-1.99, -1.45]], [[1.4, 0.5], [1.96, -1.72]], [[-0.54, 1.18], [0.64, -1.73]], [[-0.39, 0.55], [0.75, -0.19]]], [[[-1.25, 1.86], [-0.13, 0.87]], [[0.14, -1.68], [-1.05, -1.75]], [[-1.24, -1.2], [-0.34, -0.71]], [[-0.55, 1.27], [-1.91, -1.59]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[-1.09, -1.81], [-0.33, 0.6]], [[-1.39, 1.36], [-1.21, 0.82]]], [[[-1.35, 1.53], [-1.19, 0.93]], [[1.35, -0.98], [-1.63, 0.34]]]]> : tensor<2x2x2x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[-0.0, -0.08], [1.13, -0.15]], [[-0.01, -0.05], [-0.18, -0.38]]], [[[-1.36, -0.82], [-0.94, -1.01]], [[1.13, -1.54], [-1.18, 0.11]]]]> : tensor<2x2x2x2xf32>} : () -> !v
  %i3 = "onnx.none"() : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[1.12, -0.25], [-1.85, -0.19]], [[-1.19, -1.95], [1.91, -0.83]]], [[[0.15, -0.57], [-1.79, 1.6]], [[1.74, -1.25], [-0.33, -0.51]]]]> : tensor<2x2x2x2xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[[[[-1.33, 0.65], [1.13, 1.04]], [[0.7, -1.93], [-1.08, 0.06]]], [[[0.81, -0.45], [-0.2, 1.36]], [[-1.91, -0.93], [-0.84, 1.97]]]]> : tensor<2x2x2x2xf32>} : () -> !v
  %r:3 = "onnx.Attention"(%i0, %i1, %i2, %i3, %i4, %i5) {is_causal = 1 : i64} : (!v, !v, !v, !v, !v, !v) -> (!v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[[0.1816054, 0.2337499], [0.4060366, 0.3123558]], [[-1.13444, 0.6266571], [-0.9159237, 0.4609991]], [[-0.01657313, -0.1451148], [-0.2027155, -0.9033824]], [[-0.008819235, -0.3795142], [-0.6314111, -0.2906718]]], [[[-0.6338918, 0.5209689], [-0.6729077, -0.04565998]], [[0.6180261, -0.3731686], [0.02429588, -0.3463623]], [[-0.6296325, 0.7046056], [-0.7242339, -0.01480457]], [[-0.5689039, 0.7833089], [-0.9984993, 0.5122576]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[[1.12, -0.25], [-1.85, -0.19], [-1.09, -1.81], [-0.33, 0.6]], [[-1.19, -1.95], [1.91, -0.83], [-1.39, 1.36], [-1.21, 0.82]]], [[[0.15, -0.57], [-1.79, 1.6], [-1.35, 1.53], [-1.19, 0.93]], [[1.74, -1.25], [-0.33, -0.51], [1.35, -0.98], [-1.63, 0.34]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %e2 = "onnx.constant"() {value = dense<[[[[-1.33, 0.65], [1.13, 1.04], [-0.0, -0.08], [1.13, -0.15]], [[0.7, -1.93], [-1.08, 0.06], [-0.01, -0.05], [-0.18, -0.38]]], [[[0.81, -0.45], [-0.2, 1.36], [-1.36, -0.82], [-0.94, -1.01]], [[-1.91, -0.93], [-0.84, 1.97], [1.13, -1.54], [-1.18, 0.11]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  func.return %r#0, %r#1, %r#2, %e0, %e1, %e2 : !v, !v, !v, !v, !v, !v
}
func.func @attention_3d() -> (!v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[-0.75, -1.04, -0.51, 0.01, 0.7, 1.89, 1.41, -0.28], [-0.19, -0.34, -1.04, 1.81, -1.73, -1.18, 0.65, 0.36], [-0.89, 1.75, -0.36, 0.39, -1.64, 1.56, -1.59, -0.42]], [[1.54, 1.78, 1.62, 1.31, -1.07, -1.87, -0.19, -1.75], [1.84, -1.97, -0.7, -1.19, -1.95, -0.0, -1.7, 1.6], [0.75, -0.52, 1.37, 1.19, -0.69, 1.39, 1.72, 0.48]]]> : tensor<2x3x8xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-0.59, 1.6, 1.77, -0.61], [-1.65, 1.47, 0.66, -1.07], [0.27, -0.77, 1.68, -0.63]], [[-1.21, -1.83, -0.63, 1.96], [-1.13, -0.17, 1.89, -1.97], [-0.82, 1.28, -1.62, 1.71]]]> : tensor<2x3x4xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[1.34, -1.43, 0.37, 0.22, 0.77, -0.77], [-0.46, -1.04, -0.83, -1.3, 1.62, 1.55], [-0.56, 0.77, -0.04, -0.88, -0.6, 1.86]], [[-0.63, 0.31, 1.78, -0.81, 1.24, -1.54], [0.93, 1.23, 1.35, 1.9, 0.84, 1.91], [-0.89, 0.09, -1.14, -1.67, -0.24, 0.88]]]> : tensor<2x3x6xf32>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2) {q_num_heads = 4 : i64, kv_num_heads = 2 : i64, is_causal = 1 : i64} : (!v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[1.34, -1.43, 0.37, 1.34, -1.43, 0.37, 0.22, 0.77, -0.77, 0.22, 0.77, -0.77], [0.3620465, -1.21811, -0.281969, 0.1724211, -1.177025, -0.408386, -1.073367, 1.493265, 1.204087, -0.3091558, 1.065909, 0.03765883], [0.207993, -1.164127, -0.3748007, 0.1956747, -0.9033578, -0.2593753, -0.8368841, 0.8558589, 1.085156, -0.9745151, 1.076126, 1.22657]], [[-0.63, 0.31, 1.78, -0.63, 0.31, 1.78, -0.81, 1.24, -1.54, -0.81, 1.24, -1.54], [-0.4755473, 0.4010875, 1.737426, -0.3303227, 0.4867328, 1.697397, -0.7285914, 1.227984, -1.436362, -0.8084648, 1.239773, -1.538046], [-0.230668, 0.5321634, 1.071294, -0.5661165, 0.2951263, -0.5957223, -1.282161, 0.4137616, -0.1814339, 1.366359, 0.8547915, 1.370573]]]> : tensor<2x3x12xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_3d_past() -> (!v, !v, !v, !v, !v, !v) attributes {onnx.opset = 23 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.11, -1.93, 1.77, -1.01, -0.83, 1.33, 1.58, 0.95]], [[-0.67, -0.15, 1.34, -0.57, 1.22, 1.13, -0.13, 1.59]]]> : tensor<2x1x8xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-0.46, 1.0, 0.56, -0.67]], [[0.13, 0.42, 0.15, -1.56]]]> : tensor<2x1x4xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[1.97, 1.87, -1.85, 1.78]], [[0.13, -1.5, 1.28, -0.27]]]> : tensor<2x1x4xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[true, true, true]]> : tensor<1x3xi1>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[1.12, -0.25], [-1.85, -0.19]], [[-1.19, -1.95], [1.91, -0.83]]], [[[0.15, -0.57], [-1.79, 1.6]], [[1.74, -1.25], [-0.33, -0.51]]]]> : tensor<2x2x2x2xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[[[[-1.33, 0.65], [1.13, 1.04]], [[0.7, -1.93], [-1.08, 0.06]]], [[[0.81, -0.45], [-0.2, 1.36]], [[-1.91, -0.93], [-0.84, 1.97]]]]> : tensor<2x2x2x2xf32>} : () -> !v
  %r:3 = "onnx.Attention"(%i0, %i1, %i2, %i3, %i4, %i5) {q_num_heads = 4 : i64, kv_num_heads = 2 : i64} : (!v, !v, !v, !v, !v, !v) -> (!v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[-0.9852883, 0.7367109, -1.103751, 0.7224446, -0.7560205, 0.08349121, -1.209608, 0.3727601]], [[0.135839, 0.2295173, 0.5115694, -0.7811864, -1.273193, -0.2577185, -0.6960586, 0.94099]]]> : tensor<2x1x8xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[[1.12, -0.25], [-1.85, -0.19], [-0.46, 1.0]], [[-1.19, -1.95], [1.91, -0.83], [0.56, -0.67]]], [[[0.15, -0.57], [-1.79, 1.6], [0.13, 0.42]], [[1.74, -1.25], [-0.33, -0.51], [0.15, -1.56]]]]> : tensor<2x2x3x2xf32>} : () -> !v
  %e2 = "onnx.constant"() {value = dense<[[[[-1.33, 0.65], [1.13, 1.04], [1.97, 1.87]], [[0.7, -1.93], [-1.08, 0.06], [-1.85, 1.78]]], [[[0.81, -0.45], [-0.2, 1.36], [0.13, -1.5]], [[-1.91, -0.93], [-0.84, 1.97], [1.28, -0.27]]]]> : tensor<2x2x3x2xf32>} : () -> !v
  func.return %r#0, %r#1, %r#2, %e0, %e1, %e2 : !v, !v, !v, !v, !v, !v
}
func.func @attention_masked_row() -> (!v, !v) attributes {onnx.opset = 24 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-0.64, -1.24], [-1.99, -1.45]], [[1.4, 0.5], [1.96, -1.72]], [[-0.54, 1.18], [0.64, -1.73]], [[-0.39, 0.55], [0.75, -0.19]]], [[[-1.25, 1.86], [-0.13, 0.87]], [[0.14, -1.68], [-1.05, -1.75]], [[-1.24, -1.2], [-0.34, -0.71]], [[-0.55, 1.27], [-1.91, -1.59]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.23, 0.14], [-0.24, -0.93], [0.17, -1.11], [1.43, 1.3]], [[-0.71, -1.9], [1.55, -0.81], [0.63, 1.43], [1.19, 1.45]]], [[[-0.04, 1.37], [-0.16, -0.94], [-0.08, -0.66], [1.07, 1.33]], [[-1.44, -1.34], [-0.47, -0.15], [1.83, 1.77], [1.87, 0.92]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.71, -0.92], [-0.51, -1.99], [1.33, -0.9], [-1.68, -0.74]], [[-0.71, 0.9], [-1.98, -1.08], [1.59, 1.42], [0.52, 0.24]]], [[[-1.11, 1.5], [1.04, 0.05], [-1.36, -1.14], [-0.48, -0.68]], [[-1.76, -0.37], [-0.21, -0.85], [-0.46, -0.67], [-0.49, 0.48]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[true, false, true, false], [true, true, true, true]]], [[[true, false, false, true], [false, false, false, false]]]]> : tensor<2x1x2x4xi1>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[1.22373, -0.9034281], [0.2327409, -1.530621]], [[0.8239116, -0.9163254], [0.4642895, -1.071955]], [[1.374015, 1.371169], [-1.159621, 0.08988792]], [[0.9371864, 1.272407], [-0.4924017, 0.01070968]]], [[[-0.944711, 0.9280474], [0.0, 0.0]], [[-0.7702603, 0.3243925], [0.0, 0.0]], [[-1.749836, -0.3631976], [0.0, 0.0]], [[-0.8995907, 0.2058645], [0.0, 0.0]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_short_mask() -> (!v, !v) attributes {onnx.opset = 24 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-0.64, -1.24], [-1.99, -1.45]], [[1.4, 0.5], [1.96, -1.72]], [[-0.54, 1.18], [0.64, -1.73]], [[-0.39, 0.55], [0.75, -0.19]]], [[[-1.25, 1.86], [-0.13, 0.87]], [[0.14, -1.68], [-1.05, -1.75]], [[-1.24, -1.2], [-0.34, -0.71]], [[-0.55, 1.27], [-1.91, -1.59]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.23, 0.14], [-0.24, -0.93], [0.17, -1.11], [1.43, 1.3]], [[-0.71, -1.9], [1.55, -0.81], [0.63, 1.43], [1.19, 1.45]]], [[[-0.04, 1.37], [-0.16, -0.94], [-0.08, -0.66], [1.07, 1.33]], [[-1.44, -1.34], [-0.47, -0.15], [1.83, 1.77], [1.87, 0.92]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.71, -0.92], [-0.51, -1.99], [1.33, -0.9], [-1.68, -0.74]], [[-0.71, 0.9], [-1.98, -1.08], [1.59, 1.42], [0.52, 0.24]]], [[[-1.11, 1.5], [1.04, 0.05], [-1.36, -1.14], [-0.48, -0.68]], [[-1.76, -0.37], [-0.21, -0.85], [-0.46, -0.67], [-0.49, 0.48]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[true, false, true], [true, true, true]]], [[[true, false, false], [true, true, false]]]]> : tensor<2x1x2x3xi1>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2, %i3) : (!v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[1.22373, -0.9034281], [0.2435348, -1.535082]], [[0.8239116, -0.9163254], [0.7369121, -1.11416]], [[1.374015, 1.371169], [-1.196975, 0.08654945]], [[0.9371864, 1.272407], [-0.8347272, -0.06682076]]], [[[-1.11, 1.5], [-0.6881109, 1.21547]], [[-1.11, 1.5], [0.9328198, 0.1222843]], [[-1.76, -0.37], [-1.289559, -0.5156848]], [[-1.76, -0.37], [-1.657523, -0.4017347]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @attention_nonpad() -> (!v, !v) attributes {onnx.opset = 24 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[[-0.64, -1.24], [-1.99, -1.45]], [[1.4, 0.5], [1.96, -1.72]], [[-0.54, 1.18], [0.64, -1.73]], [[-0.39, 0.55], [0.75, -0.19]]], [[[-1.25, 1.86], [-0.13, 0.87]], [[0.14, -1.68], [-1.05, -1.75]], [[-1.24, -1.2], [-0.34, -0.71]], [[-0.55, 1.27], [-1.91, -1.59]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[[1.23, 0.14], [-0.24, -0.93], [0.17, -1.11], [1.43, 1.3]], [[-0.71, -1.9], [1.55, -0.81], [0.63, 1.43], [1.19, 1.45]]], [[[-0.04, 1.37], [-0.16, -0.94], [-0.08, -0.66], [1.07, 1.33]], [[-1.44, -1.34], [-0.47, -0.15], [1.83, 1.77], [1.87, 0.92]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[[0.71, -0.92], [-0.51, -1.99], [1.33, -0.9], [-1.68, -0.74]], [[-0.71, 0.9], [-1.98, -1.08], [1.59, 1.42], [0.52, 0.24]]], [[[-1.11, 1.5], [1.04, 0.05], [-1.36, -1.14], [-0.48, -0.68]], [[-1.76, -0.37], [-0.21, -0.85], [-0.46, -0.67], [-0.49, 0.48]]]]> : tensor<2x2x4x2xf32>} : () -> !v
  %i3 = "onnx.none"() : () -> !v
  %i4 = "onnx.none"() : () -> !v
  %i5 = "onnx.none"() : () -> !v
  %i6 = "onnx.constant"() {value = dense<[4, 3]> : tensor<2xi64>} : () -> !v
  %r = "onnx.Attention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6) {is_causal = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[[0.4261971, -1.403262], [0.2327409, -1.530621]], [[0.6699516, -1.040249], [0.4642895, -1.071955]], [[1.073605, 1.151624], [-1.159621, 0.08988792]], [[0.3868145, 0.8285896], [-0.4924017, 0.01070968]]], [[[-1.001232, 1.426645], [-0.8143722, 0.7728305]], [[0.9086428, 0.1385897], [0.04390742, -0.3670957]], [[-1.551257, -0.4346431], [-1.237769, -0.5253189]], [[-0.7272656, -0.6898146], [-1.657114, -0.4018264]]]]> : tensor<2x4x2x2xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gqa_prompt() -> (!v, !v, !v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.1, -0.47, -1.12, 1.41, -1.51, -1.74, -1.07, -0.03, 1.77, 0.92, 0.26, 0.08, 0.77, 0.51, -0.65, -1.63, -1.2, 1.13, 0.54, 1.19, -1.82, 1.6, -0.47, 1.7, 0.38, 0.19, 1.27, 0.5, 0.7, -1.37, 0.42, -0.57], [-1.7, -1.47, -0.08, -0.95, 1.06, -1.51, -1.94, 1.99, -0.75, 0.04, -1.16, -1.16, -0.39, 1.16, -1.84, 1.35, 1.96, 0.24, -0.56, -1.06, -1.27, -0.71, 1.41, -1.99, 1.14, 0.67, -1.92, -1.72, 0.94, 0.69, -0.75, 1.45], [-1.16, -0.29, -1.54, 0.58, -1.65, -1.28, 1.07, 0.0, 0.65, 0.94, 0.43, -1.21, 0.79, -1.54, -0.92, -0.21, -1.54, -1.58, 0.61, 0.97, -0.52, -0.44, -1.17, 0.09, 0.32, 1.73, -1.84, 1.63, 1.96, -0.61, 0.9, 1.3]]]> : tensor<1x3x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[0.6, -0.84, 0.49, 1.51, -1.57, -0.08, -1.91, 1.38, 1.11, -1.82, 0.98, 0.77, -1.49, 0.1, 0.76, -0.66], [0.02, 1.9, 0.54, 0.01, -1.74, -1.52, 1.4, 0.97, 1.34, 0.31, 0.3, 0.12, 0.94, -0.68, -0.01, -0.12], [0.65, -1.14, -1.9, -1.65, -1.28, 1.43, 0.87, 1.0, -0.22, -1.59, -0.14, 1.45, 0.04, 0.53, -0.5, -1.4]]]> : tensor<1x3x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.51, -0.06, -0.62, -0.97, 0.78, -0.73, 0.3, -0.96, 1.01, -0.5, -0.09, 1.71, 0.87, 0.95, -0.64, 1.36], [-0.46, 1.95, 1.58, 0.64, 1.33, 0.18, 0.93, -1.5, 1.95, 1.2, -1.43, -1.03, 0.3, 1.05, -1.4, 1.84], [-0.62, 1.98, 1.01, -0.06, -0.55, -1.61, -1.65, 0.52, 1.09, 1.63, -0.54, 1.75, -0.81, 1.76, 1.68, -1.38]]]> : tensor<1x3x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<> : tensor<1x1x0x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<> : tensor<1x1x0x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2]> : tensor<1xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[0.85, 1.31, 0.15, -1.8, 1.29, 0.78, 1.64, -0.92], [1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67], [-1.57, 1.06, -0.29, 0.27, -0.86, -0.56, 1.01, -0.12], [0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65], [1.85, -0.0, -1.02, 1.04, 1.26, 0.52, 1.66, -1.64], [0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22], [1.62, 1.31, 0.95, 1.7, -1.74, 1.08, -0.15, 1.01], [-0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[1.29, -1.02, -0.79, 0.22, 0.62, 1.52, 1.52, -1.0], [0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49], [-1.34, 1.06, -0.78, 0.34, -0.01, -1.42, 1.02, 0.97], [-1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22], [-1.29, -0.02, -1.08, -1.35, -0.48, -1.74, -0.12, 0.78], [0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86], [0.11, 1.92, 0.4, 0.03, 1.15, -0.75, 1.32, -1.93], [-1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81]]> : tensor<8x8xf32>} : () -> !v
  %r:3 = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v) -> (!v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[0.51, -0.06, -0.62, -0.97, 0.78, -0.73, 0.3, -0.96, 1.01, -0.5, -0.09, 1.71, 0.87, 0.95, -0.64, 1.36, 0.51, -0.06, -0.62, -0.97, 0.78, -0.73, 0.3, -0.96, 1.01, -0.5, -0.09, 1.71, 0.87, 0.95, -0.64, 1.36], [-0.3520927, 1.726398, 1.335262, 0.4608961, 1.268815, 0.07876737, 0.8599159, -1.439928, 1.84543, 1.010884, -1.280932, -0.7251896, 0.3634095, 1.038875, -1.315454, 1.786602, -0.4586694, 1.947243, 1.576982, 0.6377915, 1.329246, 0.1787517, 0.9291358, -1.499259, 1.948711, 1.197668, -1.428162, -1.026241, 0.300782, 1.049863, -1.398957, 1.839342], [-0.2953533, 1.482141, 0.8146561, -0.03892748, 0.4087165, -0.7895262, -0.3044859, -0.5222909, 1.364008, 0.9742878, -0.7357906, 0.7928746, -0.03007569, 1.324377, 0.07561743, 0.3724967, 0.5086915, -0.05730732, -0.6170897, -0.9678875, 0.7806208, -0.7288916, 0.300685, -0.9605988, 1.011206, -0.4976977, -0.09173926, 1.706502, 0.8691688, 0.9501774, -0.6408283, 1.360445]]]> : tensor<1x3x32xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[[-0.9219, -2.9568, 0.8477, -2.8874, -1.1015, -0.2144, -4.2876, -1.9296, 1.7175, -1.5274, -0.2401, -1.0538, -2.8955, -0.04359999, -1.6568, -0.7728], [-1.2904, 2.6636, -0.1752, -0.1356, -0.3462, 2.9552, -1.4814, -0.8287001, 1.5472, 1.4879, -0.4224, -0.0322, -3.387, 1.468, 2.3347, -1.3649], [-1.3153, 0.477, 0.4418, -0.9385, 1.1012, -0.04820002, 1.3887, 1.238, -0.5256, -2.8938, 1.5226, -0.1695, -0.0216, -2.3274, 0.3824, 1.138]]]]> : tensor<1x1x3x16xf32>} : () -> !v
  %e2 = "onnx.constant"() {value = dense<[[[[0.51, -0.06, -0.62, -0.97, 0.78, -0.73, 0.3, -0.96, 1.01, -0.5, -0.09, 1.71, 0.87, 0.95, -0.64, 1.36], [-0.46, 1.95, 1.58, 0.64, 1.33, 0.18, 0.93, -1.5, 1.95, 1.2, -1.43, -1.03, 0.3, 1.05, -1.4, 1.84], [-0.62, 1.98, 1.01, -0.06, -0.55, -1.61, -1.65, 0.52, 1.09, 1.63, -0.54, 1.75, -0.81, 1.76, 1.68, -1.38]]]]> : tensor<1x1x3x16xf32>} : () -> !v
  func.return %r#0, %r#1, %r#2, %e0, %e1, %e2 : !v, !v, !v, !v, !v, !v
}
func.func @gqa_step() -> (!v, !v, !v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.44, 0.81, 0.81, 1.36, 0.15, 0.03, -0.53, 1.46, 1.6, -1.36, 1.09, -0.9, -1.26, -1.21, 0.29, -0.88, -1.03, -1.61, -0.7, 1.1, -1.91, -0.07, 0.41, -1.8, -0.82, 1.63, 1.98, 1.4, -1.32, 1.06, -0.2, -1.32]], [[-0.08, 1.69, 1.51, -0.43, -1.75, 1.6, 1.95, 0.05, -1.1, 0.18, 0.79, -0.07, -0.59, -1.01, -0.81, -1.8, -0.98, 1.81, -1.97, 0.91, 1.16, -0.38, 0.38, -1.12, 0.67, 0.83, 0.94, -0.03, 1.88, 1.47, 0.29, 0.73]]]> : tensor<2x1x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-0.9, 1.77, 0.58, 1.58, -0.85, 1.93, -1.58, 0.12, -1.56, -1.24, 1.06, -1.74, -0.47, -1.23, 1.4, -1.67]], [[-0.65, 1.42, 0.75, 0.81, 1.96, -1.91, 0.66, 0.98, 0.99, 0.86, -1.71, -1.66, 1.09, 0.45, -0.95, -1.96]]]> : tensor<2x1x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.13, -1.64, 0.99, -0.64, 1.23, -1.62, -0.02, -1.6, 1.12, 0.24, -1.06, 1.85, 0.73, -0.65, 1.42, -0.48]], [[1.77, -0.81, 1.94, -1.75, 0.94, -0.83, -0.3, 0.54, -1.82, -1.11, -1.58, 0.96, -1.12, -0.01, -0.69, -1.06]]]> : tensor<2x1x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[1.74, 0.03, 0.6, 0.82, 1.28, -0.95, -1.69, -0.13, -1.32, -1.92, 1.68, 0.51, -0.34, -1.45, 1.04, 0.13], [-1.3, 1.93, 1.8, 1.71, 1.31, 0.13, -0.8, 0.61, -1.39, 0.47, -1.74, -1.95, 0.86, -0.63, 0.79, 1.12]]], [[[1.34, 0.46, 1.39, 0.64, 1.71, 1.59, -1.83, -0.93, -0.44, -0.99, -1.29, 1.49, -1.9, -1.27, 1.04, -1.11], [-0.97, 1.87, 1.05, -0.21, -1.46, -0.92, 1.92, 1.16, -1.72, 0.83, -0.5, 0.88, -0.82, -1.48, -1.92, -0.82]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[1.44, 1.56, 0.73, 0.99, -1.22, -0.58, 1.6, 1.95, -0.23, 1.1, 1.73, 1.99, -0.82, 0.62, -0.44, -0.14], [-0.15, -0.89, -1.92, 1.07, 0.78, 1.36, -1.39, -1.05, 0.38, 1.75, -0.11, -1.2, 0.38, 1.83, 1.47, 1.6]]], [[[-0.36, -0.95, 1.48, 1.15, 1.41, -0.44, -0.86, -1.04, 1.48, 1.68, -0.53, 1.5, -0.47, -0.21, 0.27, -1.11], [-0.93, -0.93, -0.96, 0.06, -1.6, 1.12, -1.3, -0.22, 0.57, -1.45, -0.36, 0.25, 0.2, 1.57, 1.14, -1.52]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2, 2]> : tensor<2xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[0.85, 1.31, 0.15, -1.8, 1.29, 0.78, 1.64, -0.92], [1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67], [-1.57, 1.06, -0.29, 0.27, -0.86, -0.56, 1.01, -0.12], [0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65], [1.85, -0.0, -1.02, 1.04, 1.26, 0.52, 1.66, -1.64], [0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22], [1.62, 1.31, 0.95, 1.7, -1.74, 1.08, -0.15, 1.01], [-0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[1.29, -1.02, -0.79, 0.22, 0.62, 1.52, 1.52, -1.0], [0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49], [-1.34, 1.06, -0.78, 0.34, -0.01, -1.42, 1.02, 0.97], [-1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22], [-1.29, -0.02, -1.08, -1.35, -0.48, -1.74, -0.12, 0.78], [0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86], [0.11, 1.92, 0.4, 0.03, 1.15, -0.75, 1.32, -1.93], [-1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81]]> : tensor<8x8xf32>} : () -> !v
  %r:3 = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v) -> (!v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[0.005276578, -0.6703692, -1.620605, 1.034007, 0.5980135, 1.126702, -1.083986, -0.7749431, 0.3345099, 1.663333, 0.04852093, -0.8471237, 0.2721375, 1.674165, 1.288231, 1.400603, 0.7002926, -0.07213389, 0.5153419, 0.3204964, 0.04474343, -0.7769251, 0.5604648, 0.104975, 0.4069251, 0.8208479, 0.3430738, 1.542834, -0.02781628, 0.2382502, 0.5679082, -0.06959844]], [[-0.8232079, -0.9256888, -0.8277546, 0.002538816, -1.475793, 1.031851, -1.25825, -0.1993501, 0.4890459, -1.4072, -0.4074139, 0.2886411, 0.1440345, 1.493624, 1.062976, -1.498803, 1.252565, -0.8419578, 1.745519, -1.112146, 0.9422004, -0.6832791, -0.4463999, 0.2005547, -1.08237, -0.5706632, -1.32889, 1.041384, -0.9443836, 0.00688781, -0.4348967, -1.086309]]]> : tensor<2x1x32xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[[1.74, 0.03, 0.6, 0.82, 1.28, -0.95, -1.69, -0.13, -1.32, -1.92, 1.68, 0.51, -0.34, -1.45, 1.04, 0.13], [-1.3, 1.93, 1.8, 1.71, 1.31, 0.13, -0.8, 0.61, -1.39, 0.47, -1.74, -1.95, 0.86, -0.63, 0.79, 1.12], [-0.6774, 3.1906, 0.6585999, 1.0182, 0.7263001, -2.8274, -3.0238, 1.6055, 3.6552, 0.5617999, -0.7598, 0.06739999, 0.4127, -2.0518, -0.1976001, 0.3168]]], [[[1.34, 0.46, 1.39, 0.64, 1.71, 1.59, -1.83, -0.93, -0.44, -0.99, -1.29, 1.49, -1.9, -1.27, 1.04, -1.11], [-0.97, 1.87, 1.05, -0.21, -1.46, -0.92, 1.92, 1.16, -1.72, 0.83, -0.5, 0.88, -0.82, -1.48, -1.92, -0.82], [2.3471, 0.5935999, -1.5513, 0.7831, -1.6747, 1.7086, 1.6356, 1.7836, -0.6833001, 2.4168, -0.08909997, -0.1728, -0.957, 2.4602, -0.2862999, 1.1858]]]]> : tensor<2x1x3x16xf32>} : () -> !v
  %e2 = "onnx.constant"() {value = dense<[[[[1.44, 1.56, 0.73, 0.99, -1.22, -0.58, 1.6, 1.95, -0.23, 1.1, 1.73, 1.99, -0.82, 0.62, -0.44, -0.14], [-0.15, -0.89, -1.92, 1.07, 0.78, 1.36, -1.39, -1.05, 0.38, 1.75, -0.11, -1.2, 0.38, 1.83, 1.47, 1.6], [0.13, -1.64, 0.99, -0.64, 1.23, -1.62, -0.02, -1.6, 1.12, 0.24, -1.06, 1.85, 0.73, -0.65, 1.42, -0.48]]], [[[-0.36, -0.95, 1.48, 1.15, 1.41, -0.44, -0.86, -1.04, 1.48, 1.68, -0.53, 1.5, -0.47, -0.21, 0.27, -1.11], [-0.93, -0.93, -0.96, 0.06, -1.6, 1.12, -1.3, -0.22, 0.57, -1.45, -0.36, 0.25, 0.2, 1.57, 1.14, -1.52], [1.77, -0.81, 1.94, -1.75, 0.94, -0.83, -0.3, 0.54, -1.82, -1.11, -1.58, 0.96, -1.12, -0.01, -0.69, -1.06]]]]> : tensor<2x1x3x16xf32>} : () -> !v
  func.return %r#0, %r#1, %r#2, %e0, %e1, %e2 : !v, !v, !v, !v, !v, !v
}
func.func @gqa_chunk() -> (!v, !v, !v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.33, 0.2, 0.71, -1.36, -0.11, 0.8, 1.19, 1.22, -1.13, 1.33, 0.27, 0.67, 1.41, -0.38, 1.68, 1.53, 1.23, -0.48, 0.11, -1.31, 1.04, 1.56, -1.36, 0.98, 0.78, -1.85, 1.67, -0.08, -0.92, -1.88, 1.13, -0.65], [0.05, -1.22, 0.43, -0.41, 1.23, 0.67, 0.89, -1.0, -1.74, 1.52, 1.74, 0.57, 1.69, 0.83, 0.42, -0.32, -0.58, -0.04, -1.11, -0.29, 0.03, -1.88, -0.43, -0.86, 0.54, 1.25, 0.46, 0.66, 0.46, -0.98, -0.49, 1.38]]]> : tensor<1x2x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.78, -1.28, -1.96, 1.85, 1.44, 0.43, 1.27, 0.38, 1.62, -1.03, -0.22, 0.68, -1.14, 0.86, -0.95, 0.84], [1.22, -0.3, 1.96, 0.53, 1.03, -1.92, -1.55, 0.85, 1.77, 0.51, 1.65, -1.76, 1.57, 1.51, 0.52, -0.28]]]> : tensor<1x2x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.82, -1.02, 0.67, 0.78, 0.16, -0.96, -1.99, -1.22, 1.34, -1.15, -1.7, -1.01, 0.08, 0.35, 1.51, 1.42], [1.87, 1.54, -0.2, -1.43, 1.82, -1.08, 0.49, -0.94, 1.27, -1.2, -0.32, -1.12, 1.44, 0.48, 0.52, -0.74]]]> : tensor<1x2x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[-1.29, 1.43, 1.06, 0.94, 1.99, 0.24, -1.29, 0.44, -0.85, 0.05, -0.16, 0.25, 1.69, 1.24, -0.34, 1.27], [1.44, 1.1, 0.21, 1.6, -0.03, -1.58, -0.91, 0.63, -0.48, -0.31, -0.39, -1.23, -1.63, -1.8, 0.69, -0.7], [-0.17, 1.74, 0.51, 1.24, 1.05, 1.81, -1.73, -0.46, 1.8, -0.14, 1.79, -1.26, -1.76, 1.58, -0.35, 0.03], [1.75, -1.12, 1.87, -0.41, -1.01, -1.07, 0.07, -0.13, 1.54, -1.8, -1.82, -1.39, 0.42, 1.13, -0.08, 0.46]]]]> : tensor<1x1x4x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[0.57, -1.92, -1.01, 1.99, -0.68, 1.79, -0.03, -1.11, -1.99, -1.13, -0.71, -0.24, -0.21, 0.19, -0.1, -1.87], [-0.93, 1.85, -1.89, 0.94, -0.09, 0.83, -0.67, -0.52, 0.07, 1.64, -0.69, -1.66, -1.85, 1.53, -0.75, -1.52], [0.39, 1.38, 0.4, -1.39, -0.38, -0.93, -1.93, 1.86, -0.16, -1.46, 1.54, 1.94, 1.26, -0.99, -1.24, 0.1], [0.33, 1.51, 1.87, 1.64, -0.63, 0.34, -1.5, 0.08, -1.72, -1.55, -1.51, -0.79, -0.76, 0.82, -1.7, -1.56]]]]> : tensor<1x1x4x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[5]> : tensor<1xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<6> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[0.85, 1.31, 0.15, -1.8, 1.29, 0.78, 1.64, -0.92], [1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67], [-1.57, 1.06, -0.29, 0.27, -0.86, -0.56, 1.01, -0.12], [0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65], [1.85, -0.0, -1.02, 1.04, 1.26, 0.52, 1.66, -1.64], [0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22], [1.62, 1.31, 0.95, 1.7, -1.74, 1.08, -0.15, 1.01], [-0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[1.29, -1.02, -0.79, 0.22, 0.62, 1.52, 1.52, -1.0], [0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49], [-1.34, 1.06, -0.78, 0.34, -0.01, -1.42, 1.02, 0.97], [-1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22], [-1.29, -0.02, -1.08, -1.35, -0.48, -1.74, -0.12, 0.78], [0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86], [0.11, 1.92, 0.4, 0.03, 1.15, -0.75, 1.32, -1.93], [-1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81]]> : tensor<8x8xf32>} : () -> !v
  %r:3 = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v) -> (!v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[-0.05595687, 0.2053612, -0.8121621, 1.237012, -0.2387029, 0.6667413, -0.8453885, -0.772704, -0.3559119, 0.04953657, -0.9673511, -1.064432, -0.9092662, 0.8593769, -0.1747727, -0.9925333, -0.7321212, 1.716027, -1.390288, 1.015538, -0.1464492, 0.7269798, -0.7988133, -0.4715573, -0.1043696, 1.189133, -0.8074356, -1.53397, -1.663402, 1.408871, -0.7917743, -1.442187], [1.86858, 1.539195, -0.1986954, -1.427393, 1.817882, -1.078929, 0.4880423, -0.939377, 1.268063, -1.200028, -0.3210173, -1.119678, 1.438123, 0.4801621, 0.5188302, -0.7399651, 0.7567749, 0.7456797, 0.2882333, 0.5459098, 0.1410763, 0.1370347, -0.6131574, -0.4146032, -0.59549, -1.130469, -0.7402769, -0.6451908, 0.07943982, 0.4988057, -0.5381057, -1.179876]]]> : tensor<1x2x32xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[[-1.29, 1.43, 1.06, 0.94, 1.99, 0.24, -1.29, 0.44, -0.85, 0.05, -0.16, 0.25, 1.69, 1.24, -0.34, 1.27], [1.44, 1.1, 0.21, 1.6, -0.03, -1.58, -0.91, 0.63, -0.48, -0.31, -0.39, -1.23, -1.63, -1.8, 0.69, -0.7], [-0.17, 1.74, 0.51, 1.24, 1.05, 1.81, -1.73, -0.46, 1.8, -0.14, 1.79, -1.26, -1.76, 1.58, -0.35, 0.03], [1.75, -1.12, 1.87, -0.41, -1.01, -1.07, 0.07, -0.13, 1.54, -1.8, -1.82, -1.39, 0.42, 1.13, -0.08, 0.46], [5.3828, -0.0206, 1.7616, 2.842, 1.2672, 1.72, 1.9942, -1.2784, 0.7008001, 0.0256, 2.3412, -1.7903, -2.1276, -0.301, -1.7294, -1.0812], [-0.9455, -1.26, 0.7322001, 1.2525, -2.074, 1.1962, -1.0735, -0.05380001, 0.9389001, -0.0753, 5.7739, -0.7169999, 2.2814, -0.2571, -1.7092, -0.7926]]]]> : tensor<1x1x6x16xf32>} : () -> !v
  %e2 = "onnx.constant"() {value = dense<[[[[0.57, -1.92, -1.01, 1.99, -0.68, 1.79, -0.03, -1.11, -1.99, -1.13, -0.71, -0.24, -0.21, 0.19, -0.1, -1.87], [-0.93, 1.85, -1.89, 0.94, -0.09, 0.83, -0.67, -0.52, 0.07, 1.64, -0.69, -1.66, -1.85, 1.53, -0.75, -1.52], [0.39, 1.38, 0.4, -1.39, -0.38, -0.93, -1.93, 1.86, -0.16, -1.46, 1.54, 1.94, 1.26, -0.99, -1.24, 0.1], [0.33, 1.51, 1.87, 1.64, -0.63, 0.34, -1.5, 0.08, -1.72, -1.55, -1.51, -0.79, -0.76, 0.82, -1.7, -1.56], [0.82, -1.02, 0.67, 0.78, 0.16, -0.96, -1.99, -1.22, 1.34, -1.15, -1.7, -1.01, 0.08, 0.35, 1.51, 1.42], [1.87, 1.54, -0.2, -1.43, 1.82, -1.08, 0.49, -0.94, 1.27, -1.2, -0.32, -1.12, 1.44, 0.48, 0.52, -0.74]]]]> : tensor<1x1x6x16xf32>} : () -> !v
  func.return %r#0, %r#1, %r#2, %e0, %e1, %e2 : !v, !v, !v, !v, !v, !v
}
func.func @gqa_no_rotary() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.44, 0.81, 0.81, 1.36, 0.15, 0.03, -0.53, 1.46, 1.6, -1.36, 1.09, -0.9, -1.26, -1.21, 0.29, -0.88, -1.03, -1.61, -0.7, 1.1, -1.91, -0.07, 0.41, -1.8, -0.82, 1.63, 1.98, 1.4, -1.32, 1.06, -0.2, -1.32]], [[-0.08, 1.69, 1.51, -0.43, -1.75, 1.6, 1.95, 0.05, -1.1, 0.18, 0.79, -0.07, -0.59, -1.01, -0.81, -1.8, -0.98, 1.81, -1.97, 0.91, 1.16, -0.38, 0.38, -1.12, 0.67, 0.83, 0.94, -0.03, 1.88, 1.47, 0.29, 0.73]]]> : tensor<2x1x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-0.9, 1.77, 0.58, 1.58, -0.85, 1.93, -1.58, 0.12, -1.56, -1.24, 1.06, -1.74, -0.47, -1.23, 1.4, -1.67]], [[-0.65, 1.42, 0.75, 0.81, 1.96, -1.91, 0.66, 0.98, 0.99, 0.86, -1.71, -1.66, 1.09, 0.45, -0.95, -1.96]]]> : tensor<2x1x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.13, -1.64, 0.99, -0.64, 1.23, -1.62, -0.02, -1.6, 1.12, 0.24, -1.06, 1.85, 0.73, -0.65, 1.42, -0.48]], [[1.77, -0.81, 1.94, -1.75, 0.94, -0.83, -0.3, 0.54, -1.82, -1.11, -1.58, 0.96, -1.12, -0.01, -0.69, -1.06]]]> : tensor<2x1x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[1.74, 0.03, 0.6, 0.82, 1.28, -0.95, -1.69, -0.13, -1.32, -1.92, 1.68, 0.51, -0.34, -1.45, 1.04, 0.13], [-1.3, 1.93, 1.8, 1.71, 1.31, 0.13, -0.8, 0.61, -1.39, 0.47, -1.74, -1.95, 0.86, -0.63, 0.79, 1.12]]], [[[1.34, 0.46, 1.39, 0.64, 1.71, 1.59, -1.83, -0.93, -0.44, -0.99, -1.29, 1.49, -1.9, -1.27, 1.04, -1.11], [-0.97, 1.87, 1.05, -0.21, -1.46, -0.92, 1.92, 1.16, -1.72, 0.83, -0.5, 0.88, -0.82, -1.48, -1.92, -0.82]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[1.44, 1.56, 0.73, 0.99, -1.22, -0.58, 1.6, 1.95, -0.23, 1.1, 1.73, 1.99, -0.82, 0.62, -0.44, -0.14], [-0.15, -0.89, -1.92, 1.07, 0.78, 1.36, -1.39, -1.05, 0.38, 1.75, -0.11, -1.2, 0.38, 1.83, 1.47, 1.6]]], [[[-0.36, -0.95, 1.48, 1.15, 1.41, -0.44, -0.86, -1.04, 1.48, 1.68, -0.53, 1.5, -0.47, -0.21, 0.27, -1.11], [-0.93, -0.93, -0.96, 0.06, -1.6, 1.12, -1.3, -0.22, 0.57, -1.45, -0.36, 0.25, 0.2, 1.57, 1.14, -1.52]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2, 2]> : tensor<2xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %r = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6) {num_heads = 2 : i64, kv_num_heads = 1 : i64, scale = 0.2 : f32} : (!v, !v, !v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.6872319, -0.1588032, 0.631193, 0.2256325, 0.1063555, -0.9095934, 0.5834112, 0.01959741, 0.4596663, 0.7475848, 0.2562009, 1.656778, 0.01365689, 0.120507, 0.5997261, -0.1552014, 0.5100631, -0.6421063, 0.7708456, -0.06733982, 0.4720077, -1.163076, 0.4003877, -0.5066299, 0.6784847, 0.5715954, -0.1756116, 1.744254, 0.2472889, -0.1481968, 0.8635244, -0.2770316]], [[-0.8258368, -0.9273714, -0.7674495, 0.05514578, -1.392826, 0.9940878, -1.251319, -0.2339533, 0.5402297, -1.301904, -0.403202, 0.325946, 0.1318038, 1.445204, 1.048053, -1.488444, 1.42078, -0.8275944, 1.648515, -1.448558, 0.7246253, -0.6303104, -0.4188714, 0.3968552, -1.446173, -1.014092, -1.418199, 0.9184873, -0.9671697, 0.1281978, -0.4754293, -1.105185]]]> : tensor<2x1x32xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gqa_interleaved() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.44, 0.81, 0.81, 1.36, 0.15, 0.03, -0.53, 1.46, 1.6, -1.36, 1.09, -0.9, -1.26, -1.21, 0.29, -0.88, -1.03, -1.61, -0.7, 1.1, -1.91, -0.07, 0.41, -1.8, -0.82, 1.63, 1.98, 1.4, -1.32, 1.06, -0.2, -1.32]], [[-0.08, 1.69, 1.51, -0.43, -1.75, 1.6, 1.95, 0.05, -1.1, 0.18, 0.79, -0.07, -0.59, -1.01, -0.81, -1.8, -0.98, 1.81, -1.97, 0.91, 1.16, -0.38, 0.38, -1.12, 0.67, 0.83, 0.94, -0.03, 1.88, 1.47, 0.29, 0.73]]]> : tensor<2x1x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-0.9, 1.77, 0.58, 1.58, -0.85, 1.93, -1.58, 0.12, -1.56, -1.24, 1.06, -1.74, -0.47, -1.23, 1.4, -1.67]], [[-0.65, 1.42, 0.75, 0.81, 1.96, -1.91, 0.66, 0.98, 0.99, 0.86, -1.71, -1.66, 1.09, 0.45, -0.95, -1.96]]]> : tensor<2x1x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.13, -1.64, 0.99, -0.64, 1.23, -1.62, -0.02, -1.6, 1.12, 0.24, -1.06, 1.85, 0.73, -0.65, 1.42, -0.48]], [[1.77, -0.81, 1.94, -1.75, 0.94, -0.83, -0.3, 0.54, -1.82, -1.11, -1.58, 0.96, -1.12, -0.01, -0.69, -1.06]]]> : tensor<2x1x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[1.74, 0.03, 0.6, 0.82, 1.28, -0.95, -1.69, -0.13, -1.32, -1.92, 1.68, 0.51, -0.34, -1.45, 1.04, 0.13], [-1.3, 1.93, 1.8, 1.71, 1.31, 0.13, -0.8, 0.61, -1.39, 0.47, -1.74, -1.95, 0.86, -0.63, 0.79, 1.12]]], [[[1.34, 0.46, 1.39, 0.64, 1.71, 1.59, -1.83, -0.93, -0.44, -0.99, -1.29, 1.49, -1.9, -1.27, 1.04, -1.11], [-0.97, 1.87, 1.05, -0.21, -1.46, -0.92, 1.92, 1.16, -1.72, 0.83, -0.5, 0.88, -0.82, -1.48, -1.92, -0.82]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[1.44, 1.56, 0.73, 0.99, -1.22, -0.58, 1.6, 1.95, -0.23, 1.1, 1.73, 1.99, -0.82, 0.62, -0.44, -0.14], [-0.15, -0.89, -1.92, 1.07, 0.78, 1.36, -1.39, -1.05, 0.38, 1.75, -0.11, -1.2, 0.38, 1.83, 1.47, 1.6]]], [[[-0.36, -0.95, 1.48, 1.15, 1.41, -0.44, -0.86, -1.04, 1.48, 1.68, -0.53, 1.5, -0.47, -0.21, 0.27, -1.11], [-0.93, -0.93, -0.96, 0.06, -1.6, 1.12, -1.3, -0.22, 0.57, -1.45, -0.36, 0.25, 0.2, 1.57, 1.14, -1.52]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2, 2]> : tensor<2xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[0.85, 1.31, 0.15, -1.8, 1.29, 0.78, 1.64, -0.92], [1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67], [-1.57, 1.06, -0.29, 0.27, -0.86, -0.56, 1.01, -0.12], [0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65], [1.85, -0.0, -1.02, 1.04, 1.26, 0.52, 1.66, -1.64], [0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22], [1.62, 1.31, 0.95, 1.7, -1.74, 1.08, -0.15, 1.01], [-0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[1.29, -1.02, -0.79, 0.22, 0.62, 1.52, 1.52, -1.0], [0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49], [-1.34, 1.06, -0.78, 0.34, -0.01, -1.42, 1.02, 0.97], [-1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22], [-1.29, -0.02, -1.08, -1.35, -0.48, -1.74, -0.12, 0.78], [0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86], [0.11, 1.92, 0.4, 0.03, 1.15, -0.75, 1.32, -1.93], [-1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81]]> : tensor<8x8xf32>} : () -> !v
  %r = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64, rotary_interleaved = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.119742, -1.535302, 0.7236897, -0.4665053, 1.161081, -1.338378, -0.1253208, -1.509371, 1.037501, 0.3865344, -0.9419236, 1.575626, 0.6804886, -0.4109738, 1.403115, -0.2878732, 0.03563675, -0.6366929, -1.542902, 1.013667, 0.568723, 1.060392, -1.017538, -0.7296208, 0.3322623, 1.635441, 0.06952259, -0.7586116, 0.2554506, 1.625914, 1.254937, 1.347706]], [[0.1247367, -0.9179267, 1.57611, 0.4831238, 1.291434, -0.5233675, -0.7336312, -0.6758305, 0.7223635, 1.030716, -0.7693654, 1.371948, -0.6160885, -0.1576992, 0.05379611, -1.100089, 1.762881, -0.8104032, 1.935855, -1.742409, 0.938041, -0.8270581, -0.3021981, 0.5361186, -1.81099, -1.105039, -1.576616, 0.9602349, -1.117269, -0.008604496, -0.6861015, -1.060614]]]> : tensor<2x1x32xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gqa_window() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.33, 0.2, 0.71, -1.36, -0.11, 0.8, 1.19, 1.22, -1.13, 1.33, 0.27, 0.67, 1.41, -0.38, 1.68, 1.53, 1.23, -0.48, 0.11, -1.31, 1.04, 1.56, -1.36, 0.98, 0.78, -1.85, 1.67, -0.08, -0.92, -1.88, 1.13, -0.65], [0.05, -1.22, 0.43, -0.41, 1.23, 0.67, 0.89, -1.0, -1.74, 1.52, 1.74, 0.57, 1.69, 0.83, 0.42, -0.32, -0.58, -0.04, -1.11, -0.29, 0.03, -1.88, -0.43, -0.86, 0.54, 1.25, 0.46, 0.66, 0.46, -0.98, -0.49, 1.38]]]> : tensor<1x2x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[1.78, -1.28, -1.96, 1.85, 1.44, 0.43, 1.27, 0.38, 1.62, -1.03, -0.22, 0.68, -1.14, 0.86, -0.95, 0.84], [1.22, -0.3, 1.96, 0.53, 1.03, -1.92, -1.55, 0.85, 1.77, 0.51, 1.65, -1.76, 1.57, 1.51, 0.52, -0.28]]]> : tensor<1x2x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.82, -1.02, 0.67, 0.78, 0.16, -0.96, -1.99, -1.22, 1.34, -1.15, -1.7, -1.01, 0.08, 0.35, 1.51, 1.42], [1.87, 1.54, -0.2, -1.43, 1.82, -1.08, 0.49, -0.94, 1.27, -1.2, -0.32, -1.12, 1.44, 0.48, 0.52, -0.74]]]> : tensor<1x2x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[-1.29, 1.43, 1.06, 0.94, 1.99, 0.24, -1.29, 0.44, -0.85, 0.05, -0.16, 0.25, 1.69, 1.24, -0.34, 1.27], [1.44, 1.1, 0.21, 1.6, -0.03, -1.58, -0.91, 0.63, -0.48, -0.31, -0.39, -1.23, -1.63, -1.8, 0.69, -0.7], [-0.17, 1.74, 0.51, 1.24, 1.05, 1.81, -1.73, -0.46, 1.8, -0.14, 1.79, -1.26, -1.76, 1.58, -0.35, 0.03], [1.75, -1.12, 1.87, -0.41, -1.01, -1.07, 0.07, -0.13, 1.54, -1.8, -1.82, -1.39, 0.42, 1.13, -0.08, 0.46]]]]> : tensor<1x1x4x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[0.57, -1.92, -1.01, 1.99, -0.68, 1.79, -0.03, -1.11, -1.99, -1.13, -0.71, -0.24, -0.21, 0.19, -0.1, -1.87], [-0.93, 1.85, -1.89, 0.94, -0.09, 0.83, -0.67, -0.52, 0.07, 1.64, -0.69, -1.66, -1.85, 1.53, -0.75, -1.52], [0.39, 1.38, 0.4, -1.39, -0.38, -0.93, -1.93, 1.86, -0.16, -1.46, 1.54, 1.94, 1.26, -0.99, -1.24, 0.1], [0.33, 1.51, 1.87, 1.64, -0.63, 0.34, -1.5, 0.08, -1.72, -1.55, -1.51, -0.79, -0.76, 0.82, -1.7, -1.56]]]]> : tensor<1x1x4x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[5]> : tensor<1xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<6> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[0.85, 1.31, 0.15, -1.8, 1.29, 0.78, 1.64, -0.92], [1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67], [-1.57, 1.06, -0.29, 0.27, -0.86, -0.56, 1.01, -0.12], [0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65], [1.85, -0.0, -1.02, 1.04, 1.26, 0.52, 1.66, -1.64], [0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22], [1.62, 1.31, 0.95, 1.7, -1.74, 1.08, -0.15, 1.01], [-0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[1.29, -1.02, -0.79, 0.22, 0.62, 1.52, 1.52, -1.0], [0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49], [-1.34, 1.06, -0.78, 0.34, -0.01, -1.42, 1.02, 0.97], [-1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22], [-1.29, -0.02, -1.08, -1.35, -0.48, -1.74, -0.12, 0.78], [0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86], [0.11, 1.92, 0.4, 0.03, 1.15, -0.75, 1.32, -1.93], [-1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81]]> : tensor<8x8xf32>} : () -> !v
  %r = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64, local_window_size = 3 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.6843433, -0.318009, 0.990746, 0.9927264, -0.05738265, -0.6097282, -1.857552, -0.8432764, 0.5031174, -1.260384, -1.620745, -0.9251828, -0.1359276, 0.4649213, 0.6218905, 0.6062176, 0.4269201, 1.011159, 1.620996, 1.444145, -0.4723916, 0.07308491, -1.600178, -0.1600616, -1.104308, -1.47052, -1.520523, -0.8092418, -0.5769719, 0.7116065, -1.064485, -0.9591647], [1.868843, 1.539313, -0.1985859, -1.427662, 1.818161, -1.079155, 0.4882104, -0.9394887, 1.268305, -1.200188, -0.3210432, -1.119782, 1.438383, 0.4801609, 0.5189866, -0.7399048, 1.026911, 1.406566, 0.9082991, 0.2560852, 0.4792042, -0.3416867, -0.6511966, -0.4265349, -0.2697502, -1.378312, -0.9976776, -0.9446368, 0.2420381, 0.6494656, -0.5800061, -1.063635]]]> : tensor<1x2x32xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gqa_softcap() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.44, 0.81, 0.81, 1.36, 0.15, 0.03, -0.53, 1.46, 1.6, -1.36, 1.09, -0.9, -1.26, -1.21, 0.29, -0.88, -1.03, -1.61, -0.7, 1.1, -1.91, -0.07, 0.41, -1.8, -0.82, 1.63, 1.98, 1.4, -1.32, 1.06, -0.2, -1.32]], [[-0.08, 1.69, 1.51, -0.43, -1.75, 1.6, 1.95, 0.05, -1.1, 0.18, 0.79, -0.07, -0.59, -1.01, -0.81, -1.8, -0.98, 1.81, -1.97, 0.91, 1.16, -0.38, 0.38, -1.12, 0.67, 0.83, 0.94, -0.03, 1.88, 1.47, 0.29, 0.73]]]> : tensor<2x1x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-0.9, 1.77, 0.58, 1.58, -0.85, 1.93, -1.58, 0.12, -1.56, -1.24, 1.06, -1.74, -0.47, -1.23, 1.4, -1.67]], [[-0.65, 1.42, 0.75, 0.81, 1.96, -1.91, 0.66, 0.98, 0.99, 0.86, -1.71, -1.66, 1.09, 0.45, -0.95, -1.96]]]> : tensor<2x1x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.13, -1.64, 0.99, -0.64, 1.23, -1.62, -0.02, -1.6, 1.12, 0.24, -1.06, 1.85, 0.73, -0.65, 1.42, -0.48]], [[1.77, -0.81, 1.94, -1.75, 0.94, -0.83, -0.3, 0.54, -1.82, -1.11, -1.58, 0.96, -1.12, -0.01, -0.69, -1.06]]]> : tensor<2x1x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[1.74, 0.03, 0.6, 0.82, 1.28, -0.95, -1.69, -0.13, -1.32, -1.92, 1.68, 0.51, -0.34, -1.45, 1.04, 0.13], [-1.3, 1.93, 1.8, 1.71, 1.31, 0.13, -0.8, 0.61, -1.39, 0.47, -1.74, -1.95, 0.86, -0.63, 0.79, 1.12]]], [[[1.34, 0.46, 1.39, 0.64, 1.71, 1.59, -1.83, -0.93, -0.44, -0.99, -1.29, 1.49, -1.9, -1.27, 1.04, -1.11], [-0.97, 1.87, 1.05, -0.21, -1.46, -0.92, 1.92, 1.16, -1.72, 0.83, -0.5, 0.88, -0.82, -1.48, -1.92, -0.82]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[1.44, 1.56, 0.73, 0.99, -1.22, -0.58, 1.6, 1.95, -0.23, 1.1, 1.73, 1.99, -0.82, 0.62, -0.44, -0.14], [-0.15, -0.89, -1.92, 1.07, 0.78, 1.36, -1.39, -1.05, 0.38, 1.75, -0.11, -1.2, 0.38, 1.83, 1.47, 1.6]]], [[[-0.36, -0.95, 1.48, 1.15, 1.41, -0.44, -0.86, -1.04, 1.48, 1.68, -0.53, 1.5, -0.47, -0.21, 0.27, -1.11], [-0.93, -0.93, -0.96, 0.06, -1.6, 1.12, -1.3, -0.22, 0.57, -1.45, -0.36, 0.25, 0.2, 1.57, 1.14, -1.52]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2, 2]> : tensor<2xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[0.85, 1.31, 0.15, -1.8, 1.29, 0.78, 1.64, -0.92], [1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67], [-1.57, 1.06, -0.29, 0.27, -0.86, -0.56, 1.01, -0.12], [0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65], [1.85, -0.0, -1.02, 1.04, 1.26, 0.52, 1.66, -1.64], [0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22], [1.62, 1.31, 0.95, 1.7, -1.74, 1.08, -0.15, 1.01], [-0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[1.29, -1.02, -0.79, 0.22, 0.62, 1.52, 1.52, -1.0], [0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49], [-1.34, 1.06, -0.78, 0.34, -0.01, -1.42, 1.02, 0.97], [-1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22], [-1.29, -0.02, -1.08, -1.35, -0.48, -1.74, -0.12, 0.78], [0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86], [0.11, 1.92, 0.4, 0.03, 1.15, -0.75, 1.32, -1.93], [-1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81]]> : tensor<8x8xf32>} : () -> !v
  %r = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64, softcap = 1.5 : f32} : (!v, !v, !v, !v, !v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.5086184, -0.02926739, -0.5035701, 0.8156305, 0.0561963, 0.2122283, -0.0414369, 0.05201182, 0.2378686, 1.298706, 0.4859783, 0.4459696, -0.04384623, 1.033068, 0.7161842, 0.6478839, 0.632382, -0.1416214, 0.3294545, 0.3743764, 0.1062955, -0.6155593, 0.4076609, 0.008927345, 0.4077633, 0.8901353, 0.3023949, 1.332546, 0.00673452, 0.3573844, 0.6409658, 0.05749315]], [[-0.5903795, -0.9174123, -0.4941619, -0.08627645, -1.143727, 0.8112255, -1.161559, -0.1786133, 0.3475857, -1.23814, -0.5086171, 0.4001344, 0.01232591, 1.291283, 0.8830702, -1.444839, 0.4520847, -0.8861804, 1.234329, -0.2947739, 0.6609427, -0.324159, -0.6992215, -0.2117512, -0.1040195, -0.08821535, -0.9504929, 1.040695, -0.6276709, 0.1994582, 0.01540849, -1.163015]]]> : tensor<2x1x32xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gqa_packed() -> (!v, !v, !v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[0.63, 0.69, 0.84, 0.88, 0.65, 0.21, 0.97, -1.67, -1.15, 0.97, -1.23, 0.12, -0.96, -0.27, 1.34, 0.64, -0.22, -0.91, 1.22, 0.63, -0.24, 1.48, 0.77, 1.92, 0.66, 1.6, 0.2, 0.84, 1.37, -1.64, -0.1, 0.42, -1.77, 1.16, 0.86, 1.74, -0.51, -0.12, 1.65, -0.35, 1.34, -0.31, -0.65, -0.89, -1.15, -0.27, -1.35, 1.31, 1.9, -1.61, -1.78, -1.99, 1.73, -1.7, 0.72, -0.78, -1.21, -1.01, 0.76, -1.93, 1.46, 0.27, -1.06, -1.17]], [[0.62, 0.52, -0.73, -0.66, -0.15, 1.64, 0.15, 1.36, 0.56, 0.25, -0.04, 0.72, -0.03, 0.9, -1.27, -0.71, 1.49, -0.42, 1.37, 1.75, 0.31, -1.59, 1.03, 0.66, -0.84, 1.45, -0.07, -1.77, -1.73, -1.09, 0.44, 1.26, -1.6, -1.91, 0.49, -0.36, -0.23, 1.28, 1.68, 1.87, 1.12, -1.99, -1.4, 0.35, 1.82, -1.67, 0.06, -0.41, -0.37, -0.93, -0.92, -1.05, -1.59, 0.22, -0.22, 0.85, 0.56, 1.81, -0.64, 1.53, -0.46, 0.64, 1.22, -0.41]]]> : tensor<2x1x64xf32>} : () -> !v
  %i1 = "onnx.none"() : () -> !v
  %i2 = "onnx.none"() : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[1.74, 0.03, 0.6, 0.82, 1.28, -0.95, -1.69, -0.13, -1.32, -1.92, 1.68, 0.51, -0.34, -1.45, 1.04, 0.13], [-1.3, 1.93, 1.8, 1.71, 1.31, 0.13, -0.8, 0.61, -1.39, 0.47, -1.74, -1.95, 0.86, -0.63, 0.79, 1.12]]], [[[1.34, 0.46, 1.39, 0.64, 1.71, 1.59, -1.83, -0.93, -0.44, -0.99, -1.29, 1.49, -1.9, -1.27, 1.04, -1.11], [-0.97, 1.87, 1.05, -0.21, -1.46, -0.92, 1.92, 1.16, -1.72, 0.83, -0.5, 0.88, -0.82, -1.48, -1.92, -0.82]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[1.44, 1.56, 0.73, 0.99, -1.22, -0.58, 1.6, 1.95, -0.23, 1.1, 1.73, 1.99, -0.82, 0.62, -0.44, -0.14], [-0.15, -0.89, -1.92, 1.07, 0.78, 1.36, -1.39, -1.05, 0.38, 1.75, -0.11, -1.2, 0.38, 1.83, 1.47, 1.6]]], [[[-0.36, -0.95, 1.48, 1.15, 1.41, -0.44, -0.86, -1.04, 1.48, 1.68, -0.53, 1.5, -0.47, -0.21, 0.27, -1.11], [-0.93, -0.93, -0.96, 0.06, -1.6, 1.12, -1.3, -0.22, 0.57, -1.45, -0.36, 0.25, 0.2, 1.57, 1.14, -1.52]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2, 2]> : tensor<2xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[0.85, 1.31, 0.15, -1.8, 1.29, 0.78, 1.64, -0.92], [1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67], [-1.57, 1.06, -0.29, 0.27, -0.86, -0.56, 1.01, -0.12], [0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65], [1.85, -0.0, -1.02, 1.04, 1.26, 0.52, 1.66, -1.64], [0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22], [1.62, 1.31, 0.95, 1.7, -1.74, 1.08, -0.15, 1.01], [-0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[1.29, -1.02, -0.79, 0.22, 0.62, 1.52, 1.52, -1.0], [0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49], [-1.34, 1.06, -0.78, 0.34, -0.01, -1.42, 1.02, 0.97], [-1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22], [-1.29, -0.02, -1.08, -1.35, -0.48, -1.74, -0.12, 0.78], [0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86], [0.11, 1.92, 0.4, 0.03, 1.15, -0.75, 1.32, -1.93], [-1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81]]> : tensor<8x8xf32>} : () -> !v
  %r:3 = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v) -> (!v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[0.2742667, -0.692552, -1.598351, 0.7008136, 0.6614318, 0.7766117, -0.7974478, -0.6727507, 0.122706, 1.350463, 0.204244, -0.9185084, 0.3688547, 1.507138, 0.9524149, 1.073759, 1.577739, -0.08392179, -0.6084491, -0.4319021, 0.2953254, -1.015439, 1.023952, 0.4881363, -0.6673602, 0.1239629, 1.170473, -0.05117091, 0.3332504, 0.5152098, -0.6377238, -0.5427339]], [[-0.8966437, -0.9304472, -0.903964, 0.04352315, -1.532322, 1.051992, -1.250413, -0.1989575, 0.5899815, -1.260028, -0.3741065, 0.325061, 0.1607271, 1.495968, 1.123489, -1.46998, -0.7847494, -0.9340868, -0.4593662, 0.2256804, -0.984437, 0.7549842, -1.154589, -0.3325655, 0.7554312, -0.6428927, -0.4091268, 0.571201, 0.02917663, 1.158489, 0.9663396, -1.379178]]]> : tensor<2x1x32xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[[1.74, 0.03, 0.6, 0.82, 1.28, -0.95, -1.69, -0.13, -1.32, -1.92, 1.68, 0.51, -0.34, -1.45, 1.04, 0.13], [-1.3, 1.93, 1.8, 1.71, 1.31, 0.13, -0.8, 0.61, -1.39, 0.47, -1.74, -1.95, 0.86, -0.63, 0.79, 1.12], [4.5745, 1.5582, -0.7564, 0.7724, 0.4271, -0.3162, 3.0435, -1.2287, 0.268, 0.9009999, -0.4823, 0.3513, 0.9941, 0.3216, 0.3194999, -0.4967]]], [[[1.34, 0.46, 1.39, 0.64, 1.71, 1.59, -1.83, -0.93, -0.44, -0.99, -1.29, 1.49, -1.9, -1.27, 1.04, -1.11], [-0.97, 1.87, 1.05, -0.21, -1.46, -0.92, 1.92, 1.16, -1.72, 0.83, -0.5, 0.88, -0.82, -1.48, -1.92, -0.82], [4.0128, 0.08479994, -1.2341, -0.2162, 0.216, -3.0882, 1.6356, 0.1733, 0.3856, -4.134, 0.02379999, -0.0279, -1.5629, -0.8823999, 1.7742, 1.8631]]]]> : tensor<2x1x3x16xf32>} : () -> !v
  %e2 = "onnx.constant"() {value = dense<[[[[1.44, 1.56, 0.73, 0.99, -1.22, -0.58, 1.6, 1.95, -0.23, 1.1, 1.73, 1.99, -0.82, 0.62, -0.44, -0.14], [-0.15, -0.89, -1.92, 1.07, 0.78, 1.36, -1.39, -1.05, 0.38, 1.75, -0.11, -1.2, 0.38, 1.83, 1.47, 1.6], [1.9, -1.61, -1.78, -1.99, 1.73, -1.7, 0.72, -0.78, -1.21, -1.01, 0.76, -1.93, 1.46, 0.27, -1.06, -1.17]]], [[[-0.36, -0.95, 1.48, 1.15, 1.41, -0.44, -0.86, -1.04, 1.48, 1.68, -0.53, 1.5, -0.47, -0.21, 0.27, -1.11], [-0.93, -0.93, -0.96, 0.06, -1.6, 1.12, -1.3, -0.22, 0.57, -1.45, -0.36, 0.25, 0.2, 1.57, 1.14, -1.52], [-0.37, -0.93, -0.92, -1.05, -1.59, 0.22, -0.22, 0.85, 0.56, 1.81, -0.64, 1.53, -0.46, 0.64, 1.22, -0.41]]]]> : tensor<2x1x3x16xf32>} : () -> !v
  func.return %r#0, %r#1, %r#2, %e0, %e1, %e2 : !v, !v, !v, !v, !v, !v
}
func.func @gqa_bias() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.44, 0.81, 0.81, 1.36, 0.15, 0.03, -0.53, 1.46, 1.6, -1.36, 1.09, -0.9, -1.26, -1.21, 0.29, -0.88, -1.03, -1.61, -0.7, 1.1, -1.91, -0.07, 0.41, -1.8, -0.82, 1.63, 1.98, 1.4, -1.32, 1.06, -0.2, -1.32]], [[-0.08, 1.69, 1.51, -0.43, -1.75, 1.6, 1.95, 0.05, -1.1, 0.18, 0.79, -0.07, -0.59, -1.01, -0.81, -1.8, -0.98, 1.81, -1.97, 0.91, 1.16, -0.38, 0.38, -1.12, 0.67, 0.83, 0.94, -0.03, 1.88, 1.47, 0.29, 0.73]]]> : tensor<2x1x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-0.9, 1.77, 0.58, 1.58, -0.85, 1.93, -1.58, 0.12, -1.56, -1.24, 1.06, -1.74, -0.47, -1.23, 1.4, -1.67]], [[-0.65, 1.42, 0.75, 0.81, 1.96, -1.91, 0.66, 0.98, 0.99, 0.86, -1.71, -1.66, 1.09, 0.45, -0.95, -1.96]]]> : tensor<2x1x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.13, -1.64, 0.99, -0.64, 1.23, -1.62, -0.02, -1.6, 1.12, 0.24, -1.06, 1.85, 0.73, -0.65, 1.42, -0.48]], [[1.77, -0.81, 1.94, -1.75, 0.94, -0.83, -0.3, 0.54, -1.82, -1.11, -1.58, 0.96, -1.12, -0.01, -0.69, -1.06]]]> : tensor<2x1x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[1.74, 0.03, 0.6, 0.82, 1.28, -0.95, -1.69, -0.13, -1.32, -1.92, 1.68, 0.51, -0.34, -1.45, 1.04, 0.13], [-1.3, 1.93, 1.8, 1.71, 1.31, 0.13, -0.8, 0.61, -1.39, 0.47, -1.74, -1.95, 0.86, -0.63, 0.79, 1.12]]], [[[1.34, 0.46, 1.39, 0.64, 1.71, 1.59, -1.83, -0.93, -0.44, -0.99, -1.29, 1.49, -1.9, -1.27, 1.04, -1.11], [-0.97, 1.87, 1.05, -0.21, -1.46, -0.92, 1.92, 1.16, -1.72, 0.83, -0.5, 0.88, -0.82, -1.48, -1.92, -0.82]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[1.44, 1.56, 0.73, 0.99, -1.22, -0.58, 1.6, 1.95, -0.23, 1.1, 1.73, 1.99, -0.82, 0.62, -0.44, -0.14], [-0.15, -0.89, -1.92, 1.07, 0.78, 1.36, -1.39, -1.05, 0.38, 1.75, -0.11, -1.2, 0.38, 1.83, 1.47, 1.6]]], [[[-0.36, -0.95, 1.48, 1.15, 1.41, -0.44, -0.86, -1.04, 1.48, 1.68, -0.53, 1.5, -0.47, -0.21, 0.27, -1.11], [-0.93, -0.93, -0.96, 0.06, -1.6, 1.12, -1.3, -0.22, 0.57, -1.45, -0.36, 0.25, 0.2, 1.57, 1.14, -1.52]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2, 2]> : tensor<2xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %i7 = "onnx.none"() : () -> !v
  %i8 = "onnx.none"() : () -> !v
  %i9 = "onnx.none"() : () -> !v
  %i10 = "onnx.constant"() {value = dense<[[[[-0.22, 0.53, -1.56]], [[0.13, -1.62, -1.1]]]]> : tensor<1x2x1x3xf32>} : () -> !v
  %r = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8, %i9, %i10) {num_heads = 2 : i64, kv_num_heads = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.9288328, 0.5555181, 0.3264874, 0.7044631, -0.429792, -0.4405391, 0.7935514, 0.7876298, 0.121638, 1.052841, 0.904635, 1.421125, -0.3311926, 0.5929468, 0.2265985, 0.09387884, 0.8606495, 0.159052, 0.8154955, 0.2895977, -0.146164, -1.008098, 0.873371, 0.3930188, 0.3568126, 0.7365065, 0.511493, 1.898053, -0.1412838, 0.08570035, 0.3791332, -0.2689593]], [[-0.9196882, -0.9300125, -0.9299427, 0.06837529, -1.564609, 1.100627, -1.293804, -0.2272794, 0.5755624, -1.416942, -0.3637501, 0.2641364, 0.1908946, 1.548944, 1.127988, -1.514994, 1.515953, -0.8248096, 1.809002, -1.465434, 0.8930151, -0.7356521, -0.3763256, 0.3923915, -1.485328, -0.9046212, -1.458413, 0.9785824, -1.026173, 0.02639564, -0.5553536, -1.078996]]]> : tensor<2x1x32xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gqa_ragged() -> (!v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.44, 0.81, 0.81, 1.36, 0.15, 0.03, -0.53, 1.46, 1.6, -1.36, 1.09, -0.9, -1.26, -1.21, 0.29, -0.88, -1.03, -1.61, -0.7, 1.1, -1.91, -0.07, 0.41, -1.8, -0.82, 1.63, 1.98, 1.4, -1.32, 1.06, -0.2, -1.32]], [[-0.08, 1.69, 1.51, -0.43, -1.75, 1.6, 1.95, 0.05, -1.1, 0.18, 0.79, -0.07, -0.59, -1.01, -0.81, -1.8, -0.98, 1.81, -1.97, 0.91, 1.16, -0.38, 0.38, -1.12, 0.67, 0.83, 0.94, -0.03, 1.88, 1.47, 0.29, 0.73]]]> : tensor<2x1x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-0.9, 1.77, 0.58, 1.58, -0.85, 1.93, -1.58, 0.12, -1.56, -1.24, 1.06, -1.74, -0.47, -1.23, 1.4, -1.67]], [[-0.65, 1.42, 0.75, 0.81, 1.96, -1.91, 0.66, 0.98, 0.99, 0.86, -1.71, -1.66, 1.09, 0.45, -0.95, -1.96]]]> : tensor<2x1x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.13, -1.64, 0.99, -0.64, 1.23, -1.62, -0.02, -1.6, 1.12, 0.24, -1.06, 1.85, 0.73, -0.65, 1.42, -0.48]], [[1.77, -0.81, 1.94, -1.75, 0.94, -0.83, -0.3, 0.54, -1.82, -1.11, -1.58, 0.96, -1.12, -0.01, -0.69, -1.06]]]> : tensor<2x1x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[1.74, 0.03, 0.6, 0.82, 1.28, -0.95, -1.69, -0.13, -1.32, -1.92, 1.68, 0.51, -0.34, -1.45, 1.04, 0.13], [-1.3, 1.93, 1.8, 1.71, 1.31, 0.13, -0.8, 0.61, -1.39, 0.47, -1.74, -1.95, 0.86, -0.63, 0.79, 1.12]]], [[[1.34, 0.46, 1.39, 0.64, 1.71, 1.59, -1.83, -0.93, -0.44, -0.99, -1.29, 1.49, -1.9, -1.27, 1.04, -1.11], [-0.97, 1.87, 1.05, -0.21, -1.46, -0.92, 1.92, 1.16, -1.72, 0.83, -0.5, 0.88, -0.82, -1.48, -1.92, -0.82]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[1.44, 1.56, 0.73, 0.99, -1.22, -0.58, 1.6, 1.95, -0.23, 1.1, 1.73, 1.99, -0.82, 0.62, -0.44, -0.14], [-0.15, -0.89, -1.92, 1.07, 0.78, 1.36, -1.39, -1.05, 0.38, 1.75, -0.11, -1.2, 0.38, 1.83, 1.47, 1.6]]], [[[-0.36, -0.95, 1.48, 1.15, 1.41, -0.44, -0.86, -1.04, 1.48, 1.68, -0.53, 1.5, -0.47, -0.21, 0.27, -1.11], [-0.93, -0.93, -0.96, 0.06, -1.6, 1.12, -1.3, -0.22, 0.57, -1.45, -0.36, 0.25, 0.2, 1.57, 1.14, -1.52]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2, 1]> : tensor<2xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[0.85, 1.31, 0.15, -1.8, 1.29, 0.78, 1.64, -0.92], [1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67], [-1.57, 1.06, -0.29, 0.27, -0.86, -0.56, 1.01, -0.12], [0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65], [1.85, -0.0, -1.02, 1.04, 1.26, 0.52, 1.66, -1.64], [0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22], [1.62, 1.31, 0.95, 1.7, -1.74, 1.08, -0.15, 1.01], [-0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[1.29, -1.02, -0.79, 0.22, 0.62, 1.52, 1.52, -1.0], [0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49], [-1.34, 1.06, -0.78, 0.34, -0.01, -1.42, 1.02, 0.97], [-1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22], [-1.29, -0.02, -1.08, -1.35, -0.48, -1.74, -0.12, 0.78], [0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86], [0.11, 1.92, 0.4, 0.03, 1.15, -0.75, 1.32, -1.93], [-1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81]]> : tensor<8x8xf32>} : () -> !v
  %r = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v) -> !v
  %e0 = "onnx.constant"() {value = dense<[[[0.005276578, -0.6703692, -1.620605, 1.034007, 0.5980135, 1.126702, -1.083986, -0.7749431, 0.3345099, 1.663333, 0.04852093, -0.8471237, 0.2721375, 1.674165, 1.288231, 1.400603, 0.7002926, -0.07213389, 0.5153419, 0.3204964, 0.04474343, -0.7769251, 0.5604648, 0.104975, 0.4069251, 0.8208479, 0.3430738, 1.542834, -0.02781628, 0.2382502, 0.5679082, -0.06959844]], [[-0.3010059, -0.9461224, 1.492741, 1.069679, 1.396982, -0.4508017, -0.8444898, -0.9962391, 1.388601, 1.602726, -0.5590816, 1.485044, -0.4880029, -0.2044606, 0.2434111, -1.108615, 1.766768, -0.8102124, 1.939302, -1.7456, 0.940713, -0.8294082, -0.3008496, 0.5376028, -1.814993, -1.105767, -1.578407, 0.9608192, -1.119014, -0.01030344, -0.6885434, -1.060076]]]> : tensor<2x1x32xf32>} : () -> !v
  func.return %r, %e0 : !v, !v
}
func.func @gqa_norms() -> (!v, !v, !v, !v, !v, !v) attributes {onnx.opset = 21 : i64, onnx.ms_opset = 1 : i64} {
  %i0 = "onnx.constant"() {value = dense<[[[1.44, 0.81, 0.81, 1.36, 0.15, 0.03, -0.53, 1.46, 1.6, -1.36, 1.09, -0.9, -1.26, -1.21, 0.29, -0.88, -1.03, -1.61, -0.7, 1.1, -1.91, -0.07, 0.41, -1.8, -0.82, 1.63, 1.98, 1.4, -1.32, 1.06, -0.2, -1.32]], [[-0.08, 1.69, 1.51, -0.43, -1.75, 1.6, 1.95, 0.05, -1.1, 0.18, 0.79, -0.07, -0.59, -1.01, -0.81, -1.8, -0.98, 1.81, -1.97, 0.91, 1.16, -0.38, 0.38, -1.12, 0.67, 0.83, 0.94, -0.03, 1.88, 1.47, 0.29, 0.73]]]> : tensor<2x1x32xf32>} : () -> !v
  %i1 = "onnx.constant"() {value = dense<[[[-0.9, 1.77, 0.58, 1.58, -0.85, 1.93, -1.58, 0.12, -1.56, -1.24, 1.06, -1.74, -0.47, -1.23, 1.4, -1.67]], [[-0.65, 1.42, 0.75, 0.81, 1.96, -1.91, 0.66, 0.98, 0.99, 0.86, -1.71, -1.66, 1.09, 0.45, -0.95, -1.96]]]> : tensor<2x1x16xf32>} : () -> !v
  %i2 = "onnx.constant"() {value = dense<[[[0.13, -1.64, 0.99, -0.64, 1.23, -1.62, -0.02, -1.6, 1.12, 0.24, -1.06, 1.85, 0.73, -0.65, 1.42, -0.48]], [[1.77, -0.81, 1.94, -1.75, 0.94, -0.83, -0.3, 0.54, -1.82, -1.11, -1.58, 0.96, -1.12, -0.01, -0.69, -1.06]]]> : tensor<2x1x16xf32>} : () -> !v
  %i3 = "onnx.constant"() {value = dense<[[[[1.74, 0.03, 0.6, 0.82, 1.28, -0.95, -1.69, -0.13, -1.32, -1.92, 1.68, 0.51, -0.34, -1.45, 1.04, 0.13], [-1.3, 1.93, 1.8, 1.71, 1.31, 0.13, -0.8, 0.61, -1.39, 0.47, -1.74, -1.95, 0.86, -0.63, 0.79, 1.12]]], [[[1.34, 0.46, 1.39, 0.64, 1.71, 1.59, -1.83, -0.93, -0.44, -0.99, -1.29, 1.49, -1.9, -1.27, 1.04, -1.11], [-0.97, 1.87, 1.05, -0.21, -1.46, -0.92, 1.92, 1.16, -1.72, 0.83, -0.5, 0.88, -0.82, -1.48, -1.92, -0.82]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i4 = "onnx.constant"() {value = dense<[[[[1.44, 1.56, 0.73, 0.99, -1.22, -0.58, 1.6, 1.95, -0.23, 1.1, 1.73, 1.99, -0.82, 0.62, -0.44, -0.14], [-0.15, -0.89, -1.92, 1.07, 0.78, 1.36, -1.39, -1.05, 0.38, 1.75, -0.11, -1.2, 0.38, 1.83, 1.47, 1.6]]], [[[-0.36, -0.95, 1.48, 1.15, 1.41, -0.44, -0.86, -1.04, 1.48, 1.68, -0.53, 1.5, -0.47, -0.21, 0.27, -1.11], [-0.93, -0.93, -0.96, 0.06, -1.6, 1.12, -1.3, -0.22, 0.57, -1.45, -0.36, 0.25, 0.2, 1.57, 1.14, -1.52]]]]> : tensor<2x1x2x16xf32>} : () -> !v
  %i5 = "onnx.constant"() {value = dense<[2, 2]> : tensor<2xi32>} : () -> !v
  %i6 = "onnx.constant"() {value = dense<3> : tensor<i32>} : () -> !v
  %i7 = "onnx.constant"() {value = dense<[[0.85, 1.31, 0.15, -1.8, 1.29, 0.78, 1.64, -0.92], [1.14, 1.49, -0.58, -0.36, -0.66, -1.98, -1.07, -0.67], [-1.57, 1.06, -0.29, 0.27, -0.86, -0.56, 1.01, -0.12], [0.39, -0.31, 0.23, 1.59, -0.93, 0.08, 0.75, -1.65], [1.85, -0.0, -1.02, 1.04, 1.26, 0.52, 1.66, -1.64], [0.11, 0.97, 1.67, 0.57, 0.41, -0.45, 0.29, 0.22], [1.62, 1.31, 0.95, 1.7, -1.74, 1.08, -0.15, 1.01], [-0.82, -0.13, 1.3, -1.86, -0.84, -0.05, 1.41, -0.92]]> : tensor<8x8xf32>} : () -> !v
  %i8 = "onnx.constant"() {value = dense<[[1.29, -1.02, -0.79, 0.22, 0.62, 1.52, 1.52, -1.0], [0.98, 0.54, -0.46, 1.1, 1.59, -0.08, 1.66, -1.49], [-1.34, 1.06, -0.78, 0.34, -0.01, -1.42, 1.02, 0.97], [-1.42, -0.96, 1.2, 1.65, 1.48, 0.01, -0.53, -0.22], [-1.29, -0.02, -1.08, -1.35, -0.48, -1.74, -0.12, 0.78], [0.61, 1.9, 1.54, 0.54, 1.59, -0.22, 1.2, -0.86], [0.11, 1.92, 0.4, 0.03, 1.15, -0.75, 1.32, -1.93], [-1.05, -1.29, -0.97, 1.78, -1.9, -0.81, 0.3, 0.81]]> : tensor<8x8xf32>} : () -> !v
  %i9 = "onnx.none"() : () -> !v
  %i10 = "onnx.none"() : () -> !v
  %i11 = "onnx.none"() : () -> !v
  %i12 = "onnx.none"() : () -> !v
  %i13 = "onnx.none"() : () -> !v
  %i14 = "onnx.constant"() {value = dense<[1.43, 1.96, 2.0, 0.89, 0.72, 1.28, 1.16, 1.07, 1.65, 1.56, 1.34, 1.43, 1.37, 1.52, 1.89, 1.92]> : tensor<16xf32>} : () -> !v
  %i15 = "onnx.constant"() {value = dense<[1.97, 1.79, 0.66, 1.18, 1.67, 0.94, 1.41, 0.58, 0.81, 1.1, 0.61, 1.14, 0.85, 1.79, 0.98, 1.07]> : tensor<16xf32>} : () -> !v
  %r:3 = "onnx_ms.GroupQueryAttention"(%i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7, %i8, %i9, %i10, %i11, %i12, %i13, %i14, %i15) {num_heads = 2 : i64, kv_num_heads = 1 : i64, do_rotary = 1 : i64} : (!v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v) -> (!v, !v, !v)
  %e0 = "onnx.constant"() {value = dense<[[[-0.09470596, -0.8145439, -1.807689, 1.053229, 0.7170649, 1.270771, -1.279062, -0.9545662, 0.3657767, 1.715884, -0.05652097, -1.06854, 0.3428988, 1.769222, 1.40594, 1.52486, 1.120695, 0.9240246, 0.4955571, 0.7994109, -0.7206068, -0.5119052, 1.102326, 1.216142, -0.004237137, 1.060481, 1.205244, 1.652586, -0.5106157, 0.5867584, -0.02153925, -0.00669178]], [[-0.6583698, -0.9179448, -0.6675509, -0.1215306, -1.343521, 0.923384, -1.199309, -0.1439156, 0.3300972, -1.414627, -0.4827032, 0.3218489, 0.06705353, 1.410494, 0.9557103, -1.473603, 1.707914, -0.8139212, 1.920156, -1.670653, 0.9449892, -0.8145886, -0.3171291, 0.4973977, -1.728791, -1.039444, -1.549702, 0.9718665, -1.099676, -0.01073651, -0.6603143, -1.062559]]]> : tensor<2x1x32xf32>} : () -> !v
  %e1 = "onnx.constant"() {value = dense<[[[[1.74, 0.03, 0.6, 0.82, 1.28, -0.95, -1.69, -0.13, -1.32, -1.92, 1.68, 0.51, -0.34, -1.45, 1.04, 0.13], [-1.3, 1.93, 1.8, 1.71, 1.31, 0.13, -0.8, 0.61, -1.39, 0.47, -1.74, -1.95, 0.86, -0.63, 0.79, 1.12], [0.8193094, 3.609874, 0.2955503, 0.8850007, 0.9142773, -3.112548, -2.742225, 1.29611, 3.275831, 1.437084, -0.365251, 0.07388003, 0.2688224, -1.009281, -0.6662129, 0.211848]]], [[[1.34, 0.46, 1.39, 0.64, 1.71, 1.59, -1.83, -0.93, -0.44, -0.99, -1.29, 1.49, -1.9, -1.27, 1.04, -1.11], [-0.97, 1.87, 1.05, -0.21, -1.46, -0.92, 1.92, 1.16, -1.72, 0.83, -0.5, 0.88, -0.82, -1.48, -1.92, -0.82], [2.416429, 1.324991, -0.7497504, 0.7061315, -2.197697, 1.683496, 1.480067, 1.540029, 0.3578797, 2.895916, -0.06548472, -0.1456751, -0.6497652, 1.643669, 0.006972929, 0.6289999]]]]> : tensor<2x1x3x16xf32>} : () -> !v
  %e2 = "onnx.constant"() {value = dense<[[[[1.44, 1.56, 0.73, 0.99, -1.22, -0.58, 1.6, 1.95, -0.23, 1.1, 1.73, 1.99, -0.82, 0.62, -0.44, -0.14], [-0.15, -0.89, -1.92, 1.07, 0.78, 1.36, -1.39, -1.05, 0.38, 1.75, -0.11, -1.2, 0.38, 1.83, 1.47, 1.6], [0.13, -1.64, 0.99, -0.64, 1.23, -1.62, -0.02, -1.6, 1.12, 0.24, -1.06, 1.85, 0.73, -0.65, 1.42, -0.48]]], [[[-0.36, -0.95, 1.48, 1.15, 1.41, -0.44, -0.86, -1.04, 1.48, 1.68, -0.53, 1.5, -0.47, -0.21, 0.27, -1.11], [-0.93, -0.93, -0.96, 0.06, -1.6, 1.12, -1.3, -0.22, 0.57, -1.45, -0.36, 0.25, 0.2, 1.57, 1.14, -1.52], [1.77, -0.81, 1.94, -1.75, 0.94, -0.83, -0.3, 0.54, -1.82, -1.11, -1.58, 0.96, -1.12, -0.01, -0.69, -1.06]]]]> : tensor<2x1x3x16xf32>} : () -> !v
  func.return %r#0, %r#1, %r#2, %e0, %e1, %e2 : !v, !v, !v, !v, !v, !v
}
