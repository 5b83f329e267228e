// The same LLM with an EAGLE-form head that reads the outputs of layers 0 and 1.
module attributes {spc.files = ["/models/llm.onnx", "/models/dlm.onnx"], spc.model = {vocab = 128, hidden = 64, layers = 2, q_heads = 4, kv_heads = 2, head_size = 16, kv_element = bf16, family = "test"}} {
  func.func @llm(%ids: tensor<?xi32>, %pos: tensor<?xi32>) -> tensor<?x128xf32> {
    %0 = "spc.none"() : () -> none
    %1 = "spc.weight"() {name = "inv_freq", value = dense<[1.000000e+00, 3.162278e-01, 1.000000e-01, 3.162278e-02, 1.000000e-02, 3.162278e-03, 1.000000e-03, 3.162278e-04]> : tensor<8xf32>} : () -> tensor<8xf32>
    %2 = "spc.rope_table"(%pos, %1) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<8xf32>) -> tensor<?x16xf32>
    %3 = "spc.weight"() {name = "model.embed_tokens.weight", parts = [{file = 0, offset = 0, length = 16384, element = bf16, rows = 128, cols = 64, transpose = false, row_begin = 0, row_end = 128}]} : () -> tensor<128x64xbf16>
    %4 = "spc.embed"(%ids, %3) : (tensor<?xi32>, tensor<128x64xbf16>) -> tensor<?x64xf32>
    %5 = "spc.weight"() {name = "model.layers.0.input_layernorm.weight", parts = [{file = 0, offset = 16384, length = 128, element = bf16, rows = 64, cols = 1, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64xbf16>
    %6 = "spc.rms_norm"(%4, %5) {eps = 1.0e-05 : f32} : (tensor<?x64xf32>, tensor<64xbf16>) -> tensor<?x64xf32>
    %7 = "spc.weight"() {name = "model.layers.0.self_attn.q_proj.weight", parts = [{file = 0, offset = 16512, length = 8192, element = bf16, rows = 64, cols = 64, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64x64xbf16>
    %8 = "spc.weight"() {name = "model.layers.0.self_attn.q_proj.bias", parts = [{file = 0, offset = 24704, length = 128, element = bf16, rows = 64, cols = 1, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64xbf16>
    %9 = "spc.linear"(%6, %7, %8, %0) : (tensor<?x64xf32>, tensor<64x64xbf16>, tensor<64xbf16>, none) -> tensor<?x64xf32>
    %10 = "spc.weight"() {name = "model.layers.0.self_attn.k_proj.weight", parts = [{file = 0, offset = 24832, length = 4096, element = bf16, rows = 32, cols = 64, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32x64xbf16>
    %11 = "spc.linear"(%6, %10, %0, %0) : (tensor<?x64xf32>, tensor<32x64xbf16>, none, none) -> tensor<?x32xf32>
    %12 = "spc.weight"() {name = "model.layers.0.self_attn.v_proj.weight", parts = [{file = 0, offset = 28928, length = 4096, element = bf16, rows = 32, cols = 64, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32x64xbf16>
    %13 = "spc.linear"(%6, %12, %0, %0) : (tensor<?x64xf32>, tensor<32x64xbf16>, none, none) -> tensor<?x32xf32>
    %14 = "spc.rope"(%9, %2) {heads = 4, head_size = 16, interleaved = false} : (tensor<?x64xf32>, tensor<?x16xf32>) -> tensor<?x64xf32>
    %15 = "spc.rope"(%11, %2) {heads = 2, head_size = 16, interleaved = false} : (tensor<?x32xf32>, tensor<?x16xf32>) -> tensor<?x32xf32>
    %16 = "spc.kv_cache"() {layer = 0, kv_heads = 2, head_size = 16, element = bf16, kind = "llm"} : () -> !spc.cache
    %17 = "spc.attend"(%14, %15, %13, %16) {layer = 0, q_heads = 4, kv_heads = 2, head_size = 16, scale = 2.5e-01 : f32, window = -1} : (tensor<?x64xf32>, tensor<?x32xf32>, tensor<?x32xf32>, !spc.cache) -> tensor<?x64xf32>
    %18 = "spc.weight"() {name = "model.layers.0.self_attn.o_proj.weight", parts = [{file = 0, offset = 33024, length = 8192, element = bf16, rows = 64, cols = 64, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64x64xbf16>
    %19 = "spc.linear"(%17, %18, %0, %0) : (tensor<?x64xf32>, tensor<64x64xbf16>, none, none) -> tensor<?x64xf32>
    %20 = "spc.add"(%4, %19) : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
    %21 = "spc.weight"() {name = "model.layers.0.post_attention_layernorm.weight", parts = [{file = 0, offset = 41216, length = 128, element = bf16, rows = 64, cols = 1, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64xbf16>
    %22 = "spc.rms_norm"(%20, %21) {eps = 1.0e-05 : f32} : (tensor<?x64xf32>, tensor<64xbf16>) -> tensor<?x64xf32>
    %23 = "spc.weight"() {name = "model.layers.0.mlp.gate_proj.weight", parts = [{file = 0, offset = 41344, length = 12288, element = bf16, rows = 96, cols = 64, transpose = false, row_begin = 0, row_end = 96}]} : () -> tensor<96x64xbf16>
    %24 = "spc.linear"(%22, %23, %0, %0) : (tensor<?x64xf32>, tensor<96x64xbf16>, none, none) -> tensor<?x96xf32>
    %25 = "spc.weight"() {name = "model.layers.0.mlp.up_proj.weight", parts = [{file = 0, offset = 53632, length = 12288, element = bf16, rows = 96, cols = 64, transpose = false, row_begin = 0, row_end = 96}]} : () -> tensor<96x64xbf16>
    %26 = "spc.linear"(%22, %25, %0, %0) : (tensor<?x64xf32>, tensor<96x64xbf16>, none, none) -> tensor<?x96xf32>
    %27 = "spc.silu_mul"(%24, %26) : (tensor<?x96xf32>, tensor<?x96xf32>) -> tensor<?x96xf32>
    %28 = "spc.weight"() {name = "model.layers.0.mlp.down_proj.weight", parts = [{file = 0, offset = 65920, length = 12288, element = bf16, rows = 64, cols = 96, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64x96xbf16>
    %29 = "spc.linear"(%27, %28, %0, %0) : (tensor<?x96xf32>, tensor<64x96xbf16>, none, none) -> tensor<?x64xf32>
    %30 = "spc.add"(%20, %29) : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
    %31 = "spc.weight"() {name = "model.layers.1.input_layernorm.weight", parts = [{file = 0, offset = 78208, length = 128, element = bf16, rows = 64, cols = 1, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64xbf16>
    %32 = "spc.rms_norm"(%30, %31) {eps = 1.0e-05 : f32} : (tensor<?x64xf32>, tensor<64xbf16>) -> tensor<?x64xf32>
    %33 = "spc.weight"() {name = "model.layers.1.self_attn.q_proj.weight", parts = [{file = 0, offset = 78336, length = 8192, element = bf16, rows = 64, cols = 64, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64x64xbf16>
    %34 = "spc.linear"(%32, %33, %0, %0) : (tensor<?x64xf32>, tensor<64x64xbf16>, none, none) -> tensor<?x64xf32>
    %35 = "spc.weight"() {name = "model.layers.1.self_attn.k_proj.weight", parts = [{file = 0, offset = 86528, length = 4096, element = bf16, rows = 32, cols = 64, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32x64xbf16>
    %36 = "spc.linear"(%32, %35, %0, %0) : (tensor<?x64xf32>, tensor<32x64xbf16>, none, none) -> tensor<?x32xf32>
    %37 = "spc.weight"() {name = "model.layers.1.self_attn.v_proj.weight", parts = [{file = 0, offset = 90624, length = 4096, element = bf16, rows = 32, cols = 64, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32x64xbf16>
    %38 = "spc.linear"(%32, %37, %0, %0) : (tensor<?x64xf32>, tensor<32x64xbf16>, none, none) -> tensor<?x32xf32>
    %39 = "spc.weight"() {name = "model.layers.1.self_attn.q_norm.weight", parts = [{file = 0, offset = 94720, length = 32, element = bf16, rows = 16, cols = 1, transpose = false, row_begin = 0, row_end = 16}]} : () -> tensor<16xbf16>
    %40 = "spc.rms_norm"(%34, %39) {eps = 1.0e-05 : f32, heads = 4} : (tensor<?x64xf32>, tensor<16xbf16>) -> tensor<?x64xf32>
    %41 = "spc.weight"() {name = "model.layers.1.self_attn.k_norm.weight", parts = [{file = 0, offset = 94752, length = 32, element = bf16, rows = 16, cols = 1, transpose = false, row_begin = 0, row_end = 16}]} : () -> tensor<16xbf16>
    %42 = "spc.rms_norm"(%36, %41) {eps = 1.0e-05 : f32, heads = 2} : (tensor<?x32xf32>, tensor<16xbf16>) -> tensor<?x32xf32>
    %43 = "spc.rope"(%40, %2) {heads = 4, head_size = 16, interleaved = false} : (tensor<?x64xf32>, tensor<?x16xf32>) -> tensor<?x64xf32>
    %44 = "spc.rope"(%42, %2) {heads = 2, head_size = 16, interleaved = false} : (tensor<?x32xf32>, tensor<?x16xf32>) -> tensor<?x32xf32>
    %45 = "spc.kv_cache"() {layer = 1, kv_heads = 2, head_size = 16, element = bf16, kind = "llm"} : () -> !spc.cache
    %46 = "spc.attend"(%43, %44, %38, %45) {layer = 1, q_heads = 4, kv_heads = 2, head_size = 16, scale = 2.5e-01 : f32, window = -1} : (tensor<?x64xf32>, tensor<?x32xf32>, tensor<?x32xf32>, !spc.cache) -> tensor<?x64xf32>
    %47 = "spc.weight"() {name = "model.layers.1.self_attn.o_proj.weight", parts = [{file = 0, offset = 94784, length = 8192, element = bf16, rows = 64, cols = 64, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64x64xbf16>
    %48 = "spc.linear"(%46, %47, %0, %0) : (tensor<?x64xf32>, tensor<64x64xbf16>, none, none) -> tensor<?x64xf32>
    %49 = "spc.add"(%30, %48) : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
    %50 = "spc.weight"() {name = "model.layers.1.post_attention_layernorm.weight", parts = [{file = 0, offset = 102976, length = 128, element = bf16, rows = 64, cols = 1, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64xbf16>
    %51 = "spc.rms_norm"(%49, %50) {eps = 1.0e-05 : f32} : (tensor<?x64xf32>, tensor<64xbf16>) -> tensor<?x64xf32>
    %52 = "spc.weight"() {name = "model.layers.1.mlp.gate_proj.weight", parts = [{file = 0, offset = 103104, length = 12288, element = bf16, rows = 96, cols = 64, transpose = false, row_begin = 0, row_end = 96}]} : () -> tensor<96x64xbf16>
    %53 = "spc.linear"(%51, %52, %0, %0) : (tensor<?x64xf32>, tensor<96x64xbf16>, none, none) -> tensor<?x96xf32>
    %54 = "spc.weight"() {name = "model.layers.1.mlp.up_proj.weight", parts = [{file = 0, offset = 115392, length = 12288, element = bf16, rows = 96, cols = 64, transpose = false, row_begin = 0, row_end = 96}]} : () -> tensor<96x64xbf16>
    %55 = "spc.linear"(%51, %54, %0, %0) : (tensor<?x64xf32>, tensor<96x64xbf16>, none, none) -> tensor<?x96xf32>
    %56 = "spc.silu_mul"(%53, %55) : (tensor<?x96xf32>, tensor<?x96xf32>) -> tensor<?x96xf32>
    %57 = "spc.weight"() {name = "model.layers.1.mlp.down_proj.weight", parts = [{file = 0, offset = 127680, length = 12288, element = bf16, rows = 64, cols = 96, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64x96xbf16>
    %58 = "spc.linear"(%56, %57, %0, %0) : (tensor<?x96xf32>, tensor<64x96xbf16>, none, none) -> tensor<?x64xf32>
    %59 = "spc.add"(%49, %58) : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
    %60 = "spc.weight"() {name = "model.norm.weight", parts = [{file = 0, offset = 139968, length = 128, element = bf16, rows = 64, cols = 1, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64xbf16>
    %61 = "spc.rms_norm"(%59, %60) {eps = 1.0e-05 : f32} : (tensor<?x64xf32>, tensor<64xbf16>) -> tensor<?x64xf32>
    %62 = "spc.weight"() {name = "lm_head.weight", parts = [{file = 0, offset = 140096, length = 16384, element = bf16, rows = 128, cols = 64, transpose = false, row_begin = 0, row_end = 128}]} : () -> tensor<128x64xbf16>
    %63 = "spc.linear"(%61, %62, %0, %0) : (tensor<?x64xf32>, tensor<128x64xbf16>, none, none) -> tensor<?x128xf32>
    return %63 : tensor<?x128xf32>
  }
  func.func @dlm(%ids: tensor<?xi32>, %pos: tensor<?xi32>, %features: tensor<?x128xf32>) -> tensor<?x128xf32> attributes {onnx.metadata = {spc.feature_layers = "0,1"}} {
    %0 = "spc.none"() : () -> none
    %1 = "spc.weight"() {name = "inv_freq", value = dense<[1.000000e+00, 3.162278e-01, 1.000000e-01, 3.162278e-02, 1.000000e-02, 3.162278e-03, 1.000000e-03, 3.162278e-04]> : tensor<8xf32>} : () -> tensor<8xf32>
    %2 = "spc.rope_table"(%pos, %1) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<8xf32>) -> tensor<?x16xf32>
    %3 = "spc.weight"() {name = "embed_tokens.weight", parts = [{file = 1, offset = 0, length = 16384, element = bf16, rows = 128, cols = 64, transpose = false, row_begin = 0, row_end = 128}]} : () -> tensor<128x64xbf16>
    %4 = "spc.embed"(%ids, %3) : (tensor<?xi32>, tensor<128x64xbf16>) -> tensor<?x64xf32>
    %5 = "spc.weight"() {name = "fc.weight", parts = [{file = 1, offset = 16384, length = 16384, element = bf16, rows = 64, cols = 128, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64x128xbf16>
    %6 = "spc.linear"(%features, %5, %0, %0) : (tensor<?x128xf32>, tensor<64x128xbf16>, none, none) -> tensor<?x64xf32>
    %7 = "spc.weight"() {name = "midlayer.input_layernorm.weight", parts = [{file = 1, offset = 32768, length = 128, element = bf16, rows = 64, cols = 1, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64xbf16>
    %8 = "spc.rms_norm"(%4, %7) {eps = 1.0e-05 : f32} : (tensor<?x64xf32>, tensor<64xbf16>) -> tensor<?x64xf32>
    %9 = "spc.weight"() {name = "midlayer.hidden_norm.weight", parts = [{file = 1, offset = 32896, length = 128, element = bf16, rows = 64, cols = 1, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64xbf16>
    %10 = "spc.rms_norm"(%6, %9) {eps = 1.0e-05 : f32} : (tensor<?x64xf32>, tensor<64xbf16>) -> tensor<?x64xf32>
    %11 = "spc.concat"(%8, %10) : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x128xf32>
    %12 = "spc.weight"() {name = "midlayer.self_attn.q_proj.weight", parts = [{file = 1, offset = 33024, length = 16384, element = bf16, rows = 64, cols = 128, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64x128xbf16>
    %13 = "spc.linear"(%11, %12, %0, %0) : (tensor<?x128xf32>, tensor<64x128xbf16>, none, none) -> tensor<?x64xf32>
    %14 = "spc.weight"() {name = "midlayer.self_attn.k_proj.weight", parts = [{file = 1, offset = 49408, length = 8192, element = bf16, rows = 32, cols = 128, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32x128xbf16>
    %15 = "spc.linear"(%11, %14, %0, %0) : (tensor<?x128xf32>, tensor<32x128xbf16>, none, none) -> tensor<?x32xf32>
    %16 = "spc.weight"() {name = "midlayer.self_attn.v_proj.weight", parts = [{file = 1, offset = 57600, length = 8192, element = bf16, rows = 32, cols = 128, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32x128xbf16>
    %17 = "spc.linear"(%11, %16, %0, %0) : (tensor<?x128xf32>, tensor<32x128xbf16>, none, none) -> tensor<?x32xf32>
    %18 = "spc.rope"(%13, %2) {heads = 4, head_size = 16, interleaved = false} : (tensor<?x64xf32>, tensor<?x16xf32>) -> tensor<?x64xf32>
    %19 = "spc.rope"(%15, %2) {heads = 2, head_size = 16, interleaved = false} : (tensor<?x32xf32>, tensor<?x16xf32>) -> tensor<?x32xf32>
    %20 = "spc.kv_cache"() {layer = 0, kv_heads = 2, head_size = 16, element = bf16, kind = "llm"} : () -> !spc.cache
    %21 = "spc.attend"(%18, %19, %17, %20) {layer = 0, q_heads = 4, kv_heads = 2, head_size = 16, scale = 2.5e-01 : f32, window = -1} : (tensor<?x64xf32>, tensor<?x32xf32>, tensor<?x32xf32>, !spc.cache) -> tensor<?x64xf32>
    %22 = "spc.weight"() {name = "midlayer.self_attn.o_proj.weight", parts = [{file = 1, offset = 65792, length = 8192, element = bf16, rows = 64, cols = 64, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64x64xbf16>
    %23 = "spc.linear"(%21, %22, %0, %0) : (tensor<?x64xf32>, tensor<64x64xbf16>, none, none) -> tensor<?x64xf32>
    %24 = "spc.add"(%6, %23) : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
    %25 = "spc.weight"() {name = "midlayer.post_attention_layernorm.weight", parts = [{file = 1, offset = 73984, length = 128, element = bf16, rows = 64, cols = 1, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64xbf16>
    %26 = "spc.rms_norm"(%24, %25) {eps = 1.0e-05 : f32} : (tensor<?x64xf32>, tensor<64xbf16>) -> tensor<?x64xf32>
    %27 = "spc.weight"() {name = "midlayer.mlp.gate_proj.weight", parts = [{file = 1, offset = 74112, length = 12288, element = bf16, rows = 96, cols = 64, transpose = false, row_begin = 0, row_end = 96}]} : () -> tensor<96x64xbf16>
    %28 = "spc.linear"(%26, %27, %0, %0) : (tensor<?x64xf32>, tensor<96x64xbf16>, none, none) -> tensor<?x96xf32>
    %29 = "spc.weight"() {name = "midlayer.mlp.up_proj.weight", parts = [{file = 1, offset = 86400, length = 12288, element = bf16, rows = 96, cols = 64, transpose = false, row_begin = 0, row_end = 96}]} : () -> tensor<96x64xbf16>
    %30 = "spc.linear"(%26, %29, %0, %0) : (tensor<?x64xf32>, tensor<96x64xbf16>, none, none) -> tensor<?x96xf32>
    %31 = "spc.silu_mul"(%28, %30) : (tensor<?x96xf32>, tensor<?x96xf32>) -> tensor<?x96xf32>
    %32 = "spc.weight"() {name = "midlayer.mlp.down_proj.weight", parts = [{file = 1, offset = 98688, length = 12288, element = bf16, rows = 64, cols = 96, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64x96xbf16>
    %33 = "spc.linear"(%31, %32, %0, %0) : (tensor<?x96xf32>, tensor<64x96xbf16>, none, none) -> tensor<?x64xf32>
    %34 = "spc.add"(%24, %33) : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
    %35 = "spc.weight"() {name = "norm.weight", parts = [{file = 1, offset = 110976, length = 128, element = bf16, rows = 64, cols = 1, transpose = false, row_begin = 0, row_end = 64}]} : () -> tensor<64xbf16>
    %36 = "spc.rms_norm"(%34, %35) {eps = 1.0e-05 : f32} : (tensor<?x64xf32>, tensor<64xbf16>) -> tensor<?x64xf32>
    %37 = "spc.weight"() {name = "lm_head.weight", parts = [{file = 1, offset = 111104, length = 16384, element = bf16, rows = 128, cols = 64, transpose = false, row_begin = 0, row_end = 128}]} : () -> tensor<128x64xbf16>
    %38 = "spc.linear"(%36, %37, %0, %0) : (tensor<?x64xf32>, tensor<128x64xbf16>, none, none) -> tensor<?x128xf32>
    return %38 : tensor<?x128xf32>
  }
}
