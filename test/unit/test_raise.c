// --spc-raise on a decoder of one layer: what it makes of it, and what it says when a line is changed so that it is
// none any more.
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/context.h"
#include "passes/passes.h"
#include "raise_fixture.h"

// ---- What is raised
// --------------------------------------------------------------------------------------------------

static void test_decoder(void **state) {
  (void)state;
  expect(EDITS({0}), true,
         PARTS("head_size = 4 : i64, hidden = 8 : i64, kv_element = f32, kv_heads = 1 : i64, layers = 1 : i64, q_heads "
               "= 2 : i64, vocab = 32 : i64",
               "eps = 9.99999974E-6 : f32", "value = dense<[1.000000e+00, 0.00999999977]>",
               "scale = 5.000000e-01 : f32, window = -1 : i64", "name = \"model.layers.0.mlp.down_proj.weight\"",
               "name = \"lm_head.weight\""));
}

static void test_order(void **state) {
  (void)state;
  bool ok;
  char *text = raise(EDITS({0}), &ok);
  static const char *const names[] = {"model.embed_tokens",
                                      "layers.0.input_layernorm",
                                      "layers.0.self_attn.q_proj",
                                      "layers.0.self_attn.k_proj",
                                      "layers.0.self_attn.v_proj",
                                      "model.rotary_emb.inv_freq",
                                      "layers.0.self_attn.o_proj",
                                      "layers.0.post_attention_layernorm",
                                      "layers.0.mlp.gate_proj",
                                      "layers.0.mlp.up_proj",
                                      "layers.0.mlp.down_proj",
                                      "model.norm",
                                      "lm_head"};
  const char *at = text;
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    const char *next = strstr(at, names[i]);
    if (!next) fail_msg("'%s' is missing or out of order in:\n%s", names[i], text);
    at = next;
  }
  free(text);
}

static void test_scale_is_measured(void **state) {
  (void)state;
  expect(EDITS({"value = dense<0.5>", "value = dense<0.3>"}), true, PARTS("scale = 3.000000e-01 : f32"));
}

static void test_biases(void **state) {
  (void)state;
  expect(EDITS({"%v0 = \"onnx.MatMul\"(%a, %wv)" RAISE_V2,
                "%bv = \"onnx.initializer\"() {name = \"bv\", file = 0 : i64, offset = 9000 : i64, length = 16 : i64, "
                "type = tensor<4xf32>} : () -> !v\n"
                "%vp = \"onnx.MatMul\"(%a, %wv)" RAISE_V2 "\n%v0 = \"onnx.Add\"(%bv, %vp)" RAISE_V2}),
         true, PARTS("name = \"model.layers.0.self_attn.v_proj.bias\"", "tensor<4x8xf32>, tensor<4xf32>, none"));
}

static void test_gate_order_is_measured(void **state) {
  (void)state;
  expect(EDITS({"%sg = \"onnx.Sigmoid\"(%g)", "%sg = \"onnx.Sigmoid\"(%u)"},
               {"%act = \"onnx.Mul\"(%g, %sg)", "%act = \"onnx.Mul\"(%u, %sg)"},
               {"%gu = \"onnx.Mul\"(%act, %u)", "%gu = \"onnx.Mul\"(%act, %g)"}),
         true,
         PARTS("mlp.gate_proj.weight\", parts = [{cols = 12 : i64, element = f32, file = 0 : i64, length = 384 : i64, "
               "offset = 3456 : i64"));
}

static void test_tied_embedding(void **state) {
  (void)state;
  expect(
      EDITS({"%logits = \"onnx.MatMul\"(%f, %wl)", "%we = \"onnx.Transpose\"(%embed) {perm = array<i64: 1, 0>}" RAISE_V1
                                                   "\n%logits = \"onnx.MatMul\"(%f, %we)"}),
      true,
      PARTS("name = \"lm_head.weight\", parts = [{cols = 8 : i64, element = f32, file = 0 : i64, length = 1024 : i64, "
            "offset = 0 : i64"));
}

// ---- What is refused
// -------------------------------------------------------------------------------------------------

static void test_swapped_outputs(void **state) {
  (void)state;
  expect(EDITS({"return %logits, %K, %V", "return %logits, %V, %K"}), false,
         PARTS("node 'context' (Reshape): in the attention of layer 0", "rotary"));
}

static void test_swapped_past(void **state) {
  (void)state;
  expect(EDITS({"(%pk, %kr)", "(%pv, %kr)"}, {"(%pv, %v2)", "(%pk, %v2)"}), false,
         PARTS("node 'context' (Reshape)", "layer 0"));
}

static void test_keys_without_rope(void **state) {
  (void)state;
  expect(EDITS({"(%pk, %kr)", "(%pk, %k2)"}), false,
         PARTS("'present.0.key' holds keys without rotary position embedding"));
}

static void test_queries_without_rope(void **state) {
  (void)state;
  expect(EDITS({"\"onnx.MatMul\"(%qr, %Kt)", "\"onnx.MatMul\"(%q2, %Kt)"}), false,
         PARTS("the result differs from causal softmax attention with RoPE by"));
}

static void test_strict_mask(void **state) {
  (void)state;
  expect(EDITS({"\"onnx.LessOrEqual\"(%key, %query2)", "\"onnx.Less\"(%key, %query2)"}), false,
         PARTS("the attention mask hides key"));
}

static void test_no_causality(void **state) {
  (void)state;
  expect(EDITS({"\"onnx.Where\"(%allow, %zero, %min)", "\"onnx.Where\"(%real4, %zero, %min)"}), false,
         PARTS("in the attention of layer 0"));
}

static void test_padding_ignored_by_keys_of_past(void **state) {  // the mask looks at the wrong slots: one to the left
  (void)state;
  expect(EDITS({"\"onnx.LessOrEqual\"(%key, %query2)", "\"onnx.LessOrEqual\"(%key, %late)"},
               {"%key = \"onnx.Range\"", "%late = \"onnx.Add\"(%query2, %s1)" RAISE_V2 "\n%key = \"onnx.Range\""}),
         false, PARTS("in the attention of layer 0"));
}

static void test_wrong_shape(void **state) {  // as many numbers, in other rows: two sequences of three heads' halves
  (void)state;
  expect(EDITS({"%flat = \"onnx.constant\"() {value = dense<[0, 0, -1]>",
                "%flat = \"onnx.constant\"() {value = dense<[0, -1, 4]>"}),
         false, PARTS("the result of attention is f32[1,2,4], not f32[1,1,8]"));
}

static void test_alibi(void **state) {
  (void)state;
  expect(EDITS({"%biased = \"onnx.Add\"(%scaled, %bias)",
                "%kf = \"onnx.Cast\"(%key) {to = 1 : i64}" RAISE_V1 "\n%slope = \"onnx.Mul\"(%kf, %scale)" RAISE_V2
                "\n%both = \"onnx.Add\"(%bias, %slope)" RAISE_V2 "\n%biased = \"onnx.Add\"(%scaled, %both)"}),
         false, PARTS("the attention bias of query", "no ALiBi"));
}

static void test_softcap(void **state) {
  (void)state;
  expect(EDITS({"%biased = \"onnx.Add\"(%scaled, %bias)",
                "%cap = \"onnx.Tanh\"(%scaled)" RAISE_V1 " loc(\"cap\")\n%biased = \"onnx.Add\"(%cap, %bias)"}),
         false, PARTS("node 'cap' (Tanh): Tanh"));
}

static void test_softcap_without_tanh(void **state) {  // bounded by other means: only evaluation can tell
  (void)state;
  expect(EDITS({"%biased = \"onnx.Add\"(%scaled, %bias)",
                "%sc2 = \"onnx.Sigmoid\"(%scaled)" RAISE_V1 "\n%biased = \"onnx.Add\"(%sc2, %bias)"}),
         false, PARTS("the result differs from causal softmax attention with RoPE by"));
}

static void test_layer_norm(void **state) {
  (void)state;
  expect(EDITS({"%bp = \"onnx.Pow\"(%h, %two)",
                "%mu = \"onnx.ReduceMean\"(%h, %last) {keepdims = 1 : i64}" RAISE_V2
                "\n%hc = \"onnx.Sub\"(%h, %mu)" RAISE_V2 "\n%bp = \"onnx.Pow\"(%hc, %two)"},
               {"%bn = \"onnx.Mul\"(%h, %br)", "%bn = \"onnx.Mul\"(%hc, %br)"}),
         false, PARTS("node 'norm%b' (Mul): in a norm that differs from RMSNorm", "by"));
}

static void test_offset_norm(void **state) {  // (w + 1) x / rms: not what the weight says
  (void)state;
  expect(
      EDITS({"%b = \"onnx.Mul\"(%n2, %bn)", "%b0 = \"onnx.Mul\"(%n2, %bn)" RAISE_V2 "\n%b = \"onnx.Add\"(%b0, %bn)"}),
      false, PARTS("node 'normed' (Mul): not part of any recognised pattern"));
}

static void test_gelu(void **state) {
  (void)state;
  expect(EDITS({"\"onnx.Sigmoid\"(%g)", "\"onnx.Erf\"(%g)"}), false,
         PARTS("node 'sigmoid' (Erf): Erf (of GELU) is not supported"));
}

static void test_quick_gelu(void **state) {
  (void)state;
  expect(
      EDITS({"%sg = \"onnx.Sigmoid\"(%g)", "%gs = \"onnx.Mul\"(%g, %scale)" RAISE_V2 "\n%sg = \"onnx.Sigmoid\"(%gs)"}),
      false, PARTS("node 'gated' (Mul): in an MLP whose activation differs from silu(gate) * up by"));
}

static void test_all_offenders_are_listed(void **state) {
  (void)state;
  expect(
      EDITS({"\"onnx.Sigmoid\"(%g)", "\"onnx.Erf\"(%g)"},
            {"%d = \"onnx.MatMul\"(%gu, %wd)" RAISE_V2, "%d = \"onnx_ms.MatMulNBits\"(%gu, %wd)" RAISE_V2},
            {"\"onnx.Softmax\"(%biased) {axis = -1 : i64}",
             "\"onnx.unsupported\"(%biased) {op_type = \"Sparsemax\", domain = \"my\"}"}),
      false,
      PARTS("node 'sigmoid' (Erf)",
            "node 'down_proj' (MatMulNBits): quantised weights are not supported; export the model as f32, f16 or bf16",
            "node 'softmax' (Sparsemax): unknown op type"));
}

static void test_unknown_pattern(void **state) {
  (void)state;
  expect(EDITS({"%h = \"onnx.Add\"(%x, %o)",
                "%ow = \"onnx.Sqrt\"(%o)" RAISE_V1 " loc(\"odd\")\n%h = \"onnx.Add\"(%x, %ow)"}),
         false, PARTS("node 'odd' (Sqrt): not part of any recognised pattern"));
}

static void test_fixed_sequence(void **state) {
  (void)state;
  expect(EDITS({"tensor<?x?xi64>", "tensor<?x16xi64>"}), false, PARTS("'input_ids' has a fixed sequence length of 16"));
}

static void test_unknown_input(void **state) {
  (void)state;
  expect(EDITS({"\"position_ids\"", "\"positions\""}), false, PARTS("input 'positions' has no known role"));
}

static void test_no_cache_output(void **state) {
  (void)state;
  expect(EDITS({"\"present.0.key\"", "\"key\""}), false, PARTS("the graph has no output 'present.0.key'"));
}

static void test_no_root(void **state) {
  (void)state;
  expect(EDITS({"\"logits\"", "\"scores\""}), false, PARTS("no output named 'logits' or 'attention_weights'"));
}

static void test_layer_numbers(void **state) {
  (void)state;
  expect(EDITS({"\"past_key_values.0.key\"", "\"past_key_values.1.key\""},
               {"\"past_key_values.0.value\"", "\"past_key_values.1.value\""},
               {"\"present.0.key\"", "\"present.1.key\""}, {"\"present.0.value\"", "\"present.1.value\""}),
         false, PARTS("numbered in the order of the layers"));
}

static void test_vocabulary(void **state) {
  (void)state;
  expect(EDITS({"%wl = \"onnx.initializer\"() {name = \"w.4224\", file = 0 : i64, offset = 4224 : i64, length = 1024 : "
                "i64, type = tensor<8x32xf32>}",
                "%wl = \"onnx.initializer\"() {name = \"w.4224\", file = 0 : i64, offset = 4224 : i64, length = 960 : "
                "i64, type = tensor<8x30xf32>}"}),
         false, PARTS("32", "30"));
}

static void test_missing_frequencies(void **state) {
  (void)state;
  expect(EDITS({"%freq = \"onnx.constant\"() {value = dense<[[[1.0], [0.01]]]> : tensor<1x2x1xf32>, name = \"c\"}",
                "%freq = \"onnx.initializer\"() {name = \"inv_freq\", file = 0 : i64, offset = 0 : i64, length = 8 : "
                "i64, type = tensor<1x2x1xf32>}"}),
         false,
         PARTS("in the attention of layer 0: a constant it needs (no matrix or norm weight, which may be missing) lies "
               "in '/nonexistent/weights.bin', which is missing"));
}

static void test_options(void **state) {
  (void)state;
  MlirPass pass;
  spc_status_t status = spc_create_raise_pass("fast=1", &pass);
  assert_int_equal(spc_status_code(status), SPC_INVALID_ARGUMENT);
  spc_status_ignore(status);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_decoder),
      cmocka_unit_test(test_order),
      cmocka_unit_test(test_scale_is_measured),
      cmocka_unit_test(test_biases),
      cmocka_unit_test(test_gate_order_is_measured),
      cmocka_unit_test(test_tied_embedding),
      cmocka_unit_test(test_swapped_outputs),
      cmocka_unit_test(test_swapped_past),
      cmocka_unit_test(test_keys_without_rope),
      cmocka_unit_test(test_queries_without_rope),
      cmocka_unit_test(test_strict_mask),
      cmocka_unit_test(test_no_causality),
      cmocka_unit_test(test_padding_ignored_by_keys_of_past),
      cmocka_unit_test(test_alibi),
      cmocka_unit_test(test_wrong_shape),
      cmocka_unit_test(test_softcap),
      cmocka_unit_test(test_softcap_without_tanh),
      cmocka_unit_test(test_layer_norm),
      cmocka_unit_test(test_offset_norm),
      cmocka_unit_test(test_gelu),
      cmocka_unit_test(test_quick_gelu),
      cmocka_unit_test(test_all_offenders_are_listed),
      cmocka_unit_test(test_unknown_pattern),
      cmocka_unit_test(test_fixed_sequence),
      cmocka_unit_test(test_unknown_input),
      cmocka_unit_test(test_no_cache_output),
      cmocka_unit_test(test_no_root),
      cmocka_unit_test(test_layer_numbers),
      cmocka_unit_test(test_vocabulary),
      cmocka_unit_test(test_missing_frequencies),
      cmocka_unit_test(test_options),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
