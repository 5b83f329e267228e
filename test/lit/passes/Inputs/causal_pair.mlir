// A two-layer LLM (a bias on q in layer 0, norms of q and k in layer 1) and a two-layer causal LM of the same tokenizer as its retriever.
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
  func.func @dlm(%ids: tensor<?xi32>, %pos: tensor<?xi32>) -> tensor<?x128xf32> {
    %0 = "spc.none"() : () -> none
    %1 = "spc.weight"() {name = "inv_freq", value = dense<[1.000000e+00, 1.000000e-01, 1.000000e-02, 1.000000e-03]> : tensor<4xf32>} : () -> tensor<4xf32>
    %2 = "spc.rope_table"(%pos, %1) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
    %3 = "spc.weight"() {name = "model.embed_tokens.weight", parts = [{file = 1, offset = 0, length = 8192, element = bf16, rows = 128, cols = 32, transpose = false, row_begin = 0, row_end = 128}]} : () -> tensor<128x32xbf16>
    %4 = "spc.embed"(%ids, %3) : (tensor<?xi32>, tensor<128x32xbf16>) -> tensor<?x32xf32>
    %5 = "spc.weight"() {name = "model.layers.0.input_layernorm.weight", parts = [{file = 1, offset = 8192, length = 64, element = bf16, rows = 32, cols = 1, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32xbf16>
    %6 = "spc.rms_norm"(%4, %5) {eps = 1.0e-05 : f32} : (tensor<?x32xf32>, tensor<32xbf16>) -> tensor<?x32xf32>
    %7 = "spc.weight"() {name = "model.layers.0.self_attn.q_proj.weight", parts = [{file = 1, offset = 8256, length = 2048, element = bf16, rows = 32, cols = 32, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32x32xbf16>
    %8 = "spc.linear"(%6, %7, %0, %0) : (tensor<?x32xf32>, tensor<32x32xbf16>, none, none) -> tensor<?x32xf32>
    %9 = "spc.weight"() {name = "model.layers.0.self_attn.k_proj.weight", parts = [{file = 1, offset = 10304, length = 1024, element = bf16, rows = 16, cols = 32, transpose = false, row_begin = 0, row_end = 16}]} : () -> tensor<16x32xbf16>
    %10 = "spc.linear"(%6, %9, %0, %0) : (tensor<?x32xf32>, tensor<16x32xbf16>, none, none) -> tensor<?x16xf32>
    %11 = "spc.weight"() {name = "model.layers.0.self_attn.v_proj.weight", parts = [{file = 1, offset = 11328, length = 1024, element = bf16, rows = 16, cols = 32, transpose = false, row_begin = 0, row_end = 16}]} : () -> tensor<16x32xbf16>
    %12 = "spc.linear"(%6, %11, %0, %0) : (tensor<?x32xf32>, tensor<16x32xbf16>, none, none) -> tensor<?x16xf32>
    %13 = "spc.rope"(%8, %2) {heads = 4, head_size = 8, interleaved = false} : (tensor<?x32xf32>, tensor<?x8xf32>) -> tensor<?x32xf32>
    %14 = "spc.rope"(%10, %2) {heads = 2, head_size = 8, interleaved = false} : (tensor<?x16xf32>, tensor<?x8xf32>) -> tensor<?x16xf32>
    %15 = "spc.kv_cache"() {layer = 0, kv_heads = 2, head_size = 8, element = bf16, kind = "llm"} : () -> !spc.cache
    %16 = "spc.attend"(%13, %14, %12, %15) {layer = 0, q_heads = 4, kv_heads = 2, head_size = 8, scale = 2.5e-01 : f32, window = -1} : (tensor<?x32xf32>, tensor<?x16xf32>, tensor<?x16xf32>, !spc.cache) -> tensor<?x32xf32>
    %17 = "spc.weight"() {name = "model.layers.0.self_attn.o_proj.weight", parts = [{file = 1, offset = 12352, length = 2048, element = bf16, rows = 32, cols = 32, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32x32xbf16>
    %18 = "spc.linear"(%16, %17, %0, %0) : (tensor<?x32xf32>, tensor<32x32xbf16>, none, none) -> tensor<?x32xf32>
    %19 = "spc.add"(%4, %18) : (tensor<?x32xf32>, tensor<?x32xf32>) -> tensor<?x32xf32>
    %20 = "spc.weight"() {name = "model.layers.0.post_attention_layernorm.weight", parts = [{file = 1, offset = 14400, length = 64, element = bf16, rows = 32, cols = 1, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32xbf16>
    %21 = "spc.rms_norm"(%19, %20) {eps = 1.0e-05 : f32} : (tensor<?x32xf32>, tensor<32xbf16>) -> tensor<?x32xf32>
    %22 = "spc.weight"() {name = "model.layers.0.mlp.gate_proj.weight", parts = [{file = 1, offset = 14464, length = 3072, element = bf16, rows = 48, cols = 32, transpose = false, row_begin = 0, row_end = 48}]} : () -> tensor<48x32xbf16>
    %23 = "spc.linear"(%21, %22, %0, %0) : (tensor<?x32xf32>, tensor<48x32xbf16>, none, none) -> tensor<?x48xf32>
    %24 = "spc.weight"() {name = "model.layers.0.mlp.up_proj.weight", parts = [{file = 1, offset = 17536, length = 3072, element = bf16, rows = 48, cols = 32, transpose = false, row_begin = 0, row_end = 48}]} : () -> tensor<48x32xbf16>
    %25 = "spc.linear"(%21, %24, %0, %0) : (tensor<?x32xf32>, tensor<48x32xbf16>, none, none) -> tensor<?x48xf32>
    %26 = "spc.silu_mul"(%23, %25) : (tensor<?x48xf32>, tensor<?x48xf32>) -> tensor<?x48xf32>
    %27 = "spc.weight"() {name = "model.layers.0.mlp.down_proj.weight", parts = [{file = 1, offset = 20608, length = 3072, element = bf16, rows = 32, cols = 48, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32x48xbf16>
    %28 = "spc.linear"(%26, %27, %0, %0) : (tensor<?x48xf32>, tensor<32x48xbf16>, none, none) -> tensor<?x32xf32>
    %29 = "spc.add"(%19, %28) : (tensor<?x32xf32>, tensor<?x32xf32>) -> tensor<?x32xf32>
    %30 = "spc.weight"() {name = "model.layers.1.input_layernorm.weight", parts = [{file = 1, offset = 23680, length = 64, element = bf16, rows = 32, cols = 1, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32xbf16>
    %31 = "spc.rms_norm"(%29, %30) {eps = 1.0e-05 : f32} : (tensor<?x32xf32>, tensor<32xbf16>) -> tensor<?x32xf32>
    %32 = "spc.weight"() {name = "model.layers.1.self_attn.q_proj.weight", parts = [{file = 1, offset = 23744, length = 2048, element = bf16, rows = 32, cols = 32, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32x32xbf16>
    %33 = "spc.linear"(%31, %32, %0, %0) : (tensor<?x32xf32>, tensor<32x32xbf16>, none, none) -> tensor<?x32xf32>
    %34 = "spc.weight"() {name = "model.layers.1.self_attn.k_proj.weight", parts = [{file = 1, offset = 25792, length = 1024, element = bf16, rows = 16, cols = 32, transpose = false, row_begin = 0, row_end = 16}]} : () -> tensor<16x32xbf16>
    %35 = "spc.linear"(%31, %34, %0, %0) : (tensor<?x32xf32>, tensor<16x32xbf16>, none, none) -> tensor<?x16xf32>
    %36 = "spc.weight"() {name = "model.layers.1.self_attn.v_proj.weight", parts = [{file = 1, offset = 26816, length = 1024, element = bf16, rows = 16, cols = 32, transpose = false, row_begin = 0, row_end = 16}]} : () -> tensor<16x32xbf16>
    %37 = "spc.linear"(%31, %36, %0, %0) : (tensor<?x32xf32>, tensor<16x32xbf16>, none, none) -> tensor<?x16xf32>
    %38 = "spc.rope"(%33, %2) {heads = 4, head_size = 8, interleaved = false} : (tensor<?x32xf32>, tensor<?x8xf32>) -> tensor<?x32xf32>
    %39 = "spc.rope"(%35, %2) {heads = 2, head_size = 8, interleaved = false} : (tensor<?x16xf32>, tensor<?x8xf32>) -> tensor<?x16xf32>
    %40 = "spc.kv_cache"() {layer = 1, kv_heads = 2, head_size = 8, element = bf16, kind = "llm"} : () -> !spc.cache
    %41 = "spc.attend"(%38, %39, %37, %40) {layer = 1, q_heads = 4, kv_heads = 2, head_size = 8, scale = 2.5e-01 : f32, window = -1} : (tensor<?x32xf32>, tensor<?x16xf32>, tensor<?x16xf32>, !spc.cache) -> tensor<?x32xf32>
    %42 = "spc.weight"() {name = "model.layers.1.self_attn.o_proj.weight", parts = [{file = 1, offset = 27840, length = 2048, element = bf16, rows = 32, cols = 32, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32x32xbf16>
    %43 = "spc.linear"(%41, %42, %0, %0) : (tensor<?x32xf32>, tensor<32x32xbf16>, none, none) -> tensor<?x32xf32>
    %44 = "spc.add"(%29, %43) : (tensor<?x32xf32>, tensor<?x32xf32>) -> tensor<?x32xf32>
    %45 = "spc.weight"() {name = "model.layers.1.post_attention_layernorm.weight", parts = [{file = 1, offset = 29888, length = 64, element = bf16, rows = 32, cols = 1, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32xbf16>
    %46 = "spc.rms_norm"(%44, %45) {eps = 1.0e-05 : f32} : (tensor<?x32xf32>, tensor<32xbf16>) -> tensor<?x32xf32>
    %47 = "spc.weight"() {name = "model.layers.1.mlp.gate_proj.weight", parts = [{file = 1, offset = 29952, length = 3072, element = bf16, rows = 48, cols = 32, transpose = false, row_begin = 0, row_end = 48}]} : () -> tensor<48x32xbf16>
    %48 = "spc.linear"(%46, %47, %0, %0) : (tensor<?x32xf32>, tensor<48x32xbf16>, none, none) -> tensor<?x48xf32>
    %49 = "spc.weight"() {name = "model.layers.1.mlp.up_proj.weight", parts = [{file = 1, offset = 33024, length = 3072, element = bf16, rows = 48, cols = 32, transpose = false, row_begin = 0, row_end = 48}]} : () -> tensor<48x32xbf16>
    %50 = "spc.linear"(%46, %49, %0, %0) : (tensor<?x32xf32>, tensor<48x32xbf16>, none, none) -> tensor<?x48xf32>
    %51 = "spc.silu_mul"(%48, %50) : (tensor<?x48xf32>, tensor<?x48xf32>) -> tensor<?x48xf32>
    %52 = "spc.weight"() {name = "model.layers.1.mlp.down_proj.weight", parts = [{file = 1, offset = 36096, length = 3072, element = bf16, rows = 32, cols = 48, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32x48xbf16>
    %53 = "spc.linear"(%51, %52, %0, %0) : (tensor<?x48xf32>, tensor<32x48xbf16>, none, none) -> tensor<?x32xf32>
    %54 = "spc.add"(%44, %53) : (tensor<?x32xf32>, tensor<?x32xf32>) -> tensor<?x32xf32>
    %55 = "spc.weight"() {name = "model.norm.weight", parts = [{file = 1, offset = 39168, length = 64, element = bf16, rows = 32, cols = 1, transpose = false, row_begin = 0, row_end = 32}]} : () -> tensor<32xbf16>
    %56 = "spc.rms_norm"(%54, %55) {eps = 1.0e-05 : f32} : (tensor<?x32xf32>, tensor<32xbf16>) -> tensor<?x32xf32>
    %57 = "spc.weight"() {name = "lm_head.weight", parts = [{file = 1, offset = 39232, length = 8192, element = bf16, rows = 128, cols = 32, transpose = false, row_begin = 0, row_end = 128}]} : () -> tensor<128x32xbf16>
    %58 = "spc.linear"(%56, %57, %0, %0) : (tensor<?x32xf32>, tensor<128x32xbf16>, none, none) -> tensor<?x128xf32>
    return %58 : tensor<?x128xf32>
  }
}
