// --spc-raise on other ways to write the attention of the fixture: rotation, masks, fused ops. What is measured must
// come out the same.
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/context.h"
#include "raise_fixture.h"

static void test_interleaved_rope(void **state) {
  (void)state;
  expect(EDITS({"%qr = \"onnx.Add\"(%qrc, %qrs)" RAISE_V2,
                "%ch = \"onnx.Cos\"(%angt)" RAISE_V1 "\n%sh = \"onnx.Sin\"(%angt)" RAISE_V1
                "\n%qr = \"onnx.RotaryEmbedding\"(%q2, %ch, %sh) {interleaved = 1 : i64}" RAISE_V3},
               {"%kr = \"onnx.Add\"(%krc, %krs)" RAISE_V2,
                "%kr = \"onnx.RotaryEmbedding\"(%k2, %ch, %sh) {interleaved = 1 : i64}" RAISE_V3}),
         true, PARTS("interleaved = true"));
}

static void test_scaled_rope(void **state) {  // YaRN's factor on cos and sin
  (void)state;
  expect(EDITS({"%cos3 = \"onnx.Cos\"(%ang2)" RAISE_V1,
                "%c0 = \"onnx.Cos\"(%ang2)" RAISE_V1 "\n%cos3 = \"onnx.Mul\"(%c0, %scale)" RAISE_V2},
               {"%sin3 = \"onnx.Sin\"(%ang2)" RAISE_V1,
                "%s9 = \"onnx.Sin\"(%ang2)" RAISE_V1 "\n%sin3 = \"onnx.Mul\"(%s9, %scale)" RAISE_V2}),
         true, PARTS("scaling = 5.000000e-01 : f32"));
}

static void test_window(void **state) {  // key > query - 7: seven keys, the query's own included
  (void)state;
  expect(EDITS({"%allow = \"onnx.And\"(%causal, %real4)" RAISE_V2,
                "%seven = \"onnx.constant\"() {value = dense<7> : tensor<i64>, name = \"c\"} : () -> !v\n"
                "%low = \"onnx.Sub\"(%query2, %seven)" RAISE_V2 "\n%near = \"onnx.Greater\"(%key, %low)" RAISE_V2
                "\n%cn = \"onnx.And\"(%causal, %near)" RAISE_V2 "\n%allow = \"onnx.And\"(%cn, %real4)" RAISE_V2}),
         true, PARTS("window = 7 : i64", "family = \"mistral\""));
}

static void test_where_mask(void **state) {  // scores hidden where a condition holds, instead of a bias
  (void)state;
  expect(EDITS({"%biased = \"onnx.Add\"(%scaled, %bias)" RAISE_V2,
                "%hide = \"onnx.Not\"(%allow)" RAISE_V1 "\n%biased = \"onnx.Where\"(%hide, %min, %scaled)" RAISE_V3}),
         true, PARTS("window = -1 : i64"));
}

// cos and sin tables, 64 positions; the file they would lie in does not exist, and need not.
#define TABLE(name, offset)                                                               \
  name " = \"onnx.initializer\"() {name = \"" name "\", file = 0 : i64, offset = " offset \
       " : i64, length = 512 : i64, type = tensor<64x2xf32>} : () -> !v\n"
#define TABLES TABLE("%ct", "5248") TABLE("%st", "5760")

static void test_contrib_rotary_tables(void **state) {  // (x, position_ids, cos, sin)
  (void)state;
  expect(EDITS({"%qr = \"onnx.Add\"(%qrc, %qrs)" RAISE_V2,
                TABLES "%qr = \"onnx_ms.RotaryEmbedding\"(%q2, %pos, %ct, %st) : (!v, !v, !v, !v) -> !v"},
               {"%kr = \"onnx.Add\"(%krc, %krs)" RAISE_V2,
                "%kr = \"onnx_ms.RotaryEmbedding\"(%k2, %pos, %ct, %st) : (!v, !v, !v, !v) -> !v"}),
         true,
         PARTS("\"spc.rope_gather\"", "name = \"model.rotary_emb.sin\"", "offset = 5760 : i64", "-> tensor<64x2xf32>"));
}

static void test_onnx_rotary_tables(void **state) {  // (x, cos, sin, position_ids)
  (void)state;
  expect(EDITS({"%qr = \"onnx.Add\"(%qrc, %qrs)" RAISE_V2,
                TABLES "%qr = \"onnx.RotaryEmbedding\"(%q2, %ct, %st, %pos) : (!v, !v, !v, !v) -> !v"},
               {"%kr = \"onnx.Add\"(%krc, %krs)" RAISE_V2,
                "%kr = \"onnx.RotaryEmbedding\"(%k2, %ct, %st, %pos) : (!v, !v, !v, !v) -> !v"},
               {"onnx.opset = 18", "onnx.opset = 23"}),
         true, PARTS("\"spc.rope_gather\""));
}

static void test_swapped_tables(void **state) {  // sin where cos belongs
  (void)state;
  expect(EDITS({"%qr = \"onnx.Add\"(%qrc, %qrs)" RAISE_V2,
                TABLES "%qr = \"onnx.RotaryEmbedding\"(%q2, %ct, %st, %pos) : (!v, !v, !v, !v) -> !v"},
               {"%kr = \"onnx.Add\"(%krc, %krs)" RAISE_V2,
                "%kr = \"onnx.RotaryEmbedding\"(%k2, %st, %ct, %pos) : (!v, !v, !v, !v) -> !v"},
               {"onnx.opset = 18", "onnx.opset = 23"}),
         false, PARTS("the new row of 'present.0.key' differs from the rotated key projection by"));
}

// Opset 23's Attention, with native grouping, on keys and values that the graph has concatenated.
#define ATTENTION(mask, attributes)                                                    \
  {"%o0 = \"onnx.MatMul\"(%prob, %V)" RAISE_V2,                                        \
   "%o0 = \"onnx.Attention\"(%qr, %K, %V, " mask ") {scale = 5.0e-01 : f32" attributes \
   "} : (!v, !v, !v, !v) -> !v loc(\"attention\")"},                                   \
  {                                                                                    \
    "onnx.opset = 18", "onnx.opset = 23"                                               \
  }

static void test_attention_op(void **state) {
  (void)state;
  expect(EDITS(ATTENTION("%allow", "")), true, PARTS("scale = 5.000000e-01 : f32, window = -1 : i64"));
}

static void test_attention_op_with_bias(void **state) {
  (void)state;
  expect(EDITS(ATTENTION("%bias", "")), true, PARTS("scale = 5.000000e-01 : f32, window = -1 : i64"));
}

static void test_attention_op_soft_capped(void **state) {
  (void)state;
  expect(EDITS(ATTENTION("%allow", ", softcap = 5.0e+01 : f32")), false,
         PARTS("attribute softcap is 50; soft-capped scores are not supported"));
}

// Without a past input, is_causal counts from the first key: wrong for keys that were concatenated before.
static void test_attention_op_causal_from_the_top(void **state) {
  (void)state;
  expect(EDITS(ATTENTION("%real4", ", is_causal = 1 : i64")), false,
         PARTS("node 'context' (Reshape): in the attention of layer 0"));
}

// The op that appends to the cache itself.
static void test_attention_op_with_cache(void **state) {
  (void)state;
  expect(EDITS({"%o0 = \"onnx.MatMul\"(%prob, %V)" RAISE_V2,
                "%o0, %PK, %PV = \"onnx.Attention\"(%qr, %kr, %v2, %allow, %pk, %pv) {scale = 5.0e-01 : f32} : (!v, "
                "!v, !v, !v, !v, !v) -> (!v, !v, !v)"},
               {"return %logits, %K, %V", "return %logits, %PK, %PV"}, {"onnx.opset = 18", "onnx.opset = 23"}),
         true, PARTS("scale = 5.000000e-01 : f32, window = -1 : i64"));
}

// The op's own window, one key less than spc counts; far longer than any comparison would reach.
static void test_attention_op_with_window(void **state) {
  (void)state;
  expect(EDITS(ATTENTION("%allow", ", left_window_size = 999 : i64")), true, PARTS("window = 1000 : i64"));
}

static void test_mask_in_two_steps(void **state) {  // causality, then padding
  (void)state;
  expect(EDITS({"%biased = \"onnx.Add\"(%scaled, %bias)" RAISE_V2,
                "%cb = \"onnx.Where\"(%causal, %zero, %min)" RAISE_V3
                "\n%rb = \"onnx.Where\"(%real4, %zero, %min)" RAISE_V3 "\n%once = \"onnx.Add\"(%scaled, %cb)" RAISE_V2
                "\n%biased = \"onnx.Add\"(%rb, %once)" RAISE_V2}),
         true, PARTS("window = -1 : i64"));
}

// A cache that keeps the last 4096 tokens: like attention to all of them as long as there are no more.
static void test_cache_that_forgets(void **state) {
  (void)state;
  expect(
      EDITS(
          {"%K = \"onnx.Concat\"(%pk, %kr) {axis = -2 : i64}" RAISE_V2,
           "%most = \"onnx.constant\"() {value = dense<-4096> : tensor<1xi64>, name = \"c\"} : () -> !v\n"
           "%all = \"onnx.constant\"() {value = dense<9223372036854775807> : tensor<1xi64>, name = \"c\"} : () -> !v\n"
           "%K0 = \"onnx.Concat\"(%pk, %kr) {axis = -2 : i64}" RAISE_V2
           "\n%K = \"onnx.Slice\"(%K0, %most, %all, %i2) : (!v, !v, !v, !v) -> !v"}),
      false, PARTS("the present keys cover 4096 of 40001 tokens; a cache that drops tokens is not supported"));
}

static void test_no_mask(void **state) {
  (void)state;
  expect(EDITS({"%prob = \"onnx.Softmax\"(%biased)", "%prob = \"onnx.Softmax\"(%scaled)"}), false,
         PARTS("no mask is added to the scores or chooses among them before the softmax"));
}

static void test_fixed_batch(void **state) {
  (void)state;
  expect(EDITS({"tensor<?x?xi64>", "tensor<2x?xi64>"}), true, PARTS("window = -1 : i64"));
}

// ---- Around the layer
// --------------------------------------------------------------------------------------------------

static void test_last_row_only(void **state) {  // logits of the next token: the LM head reads the last row
  (void)state;
  expect(
      EDITS(
          {"%logits = \"onnx.MatMul\"(%f, %wl)",
           "%end = \"onnx.constant\"() {value = dense<9223372036854775807> : tensor<1xi64>, name = \"c\"} : () -> !v\n"
           "%fl = \"onnx.Slice\"(%f, %last, %end, %i1) : (!v, !v, !v, !v) -> !v\n%logits = \"onnx.MatMul\"(%fl, %wl)"}),
      true, PARTS("name = \"model.norm.weight\"", "name = \"lm_head.weight\""));
}

static void test_first_row_only(void **state) {
  (void)state;
  expect(EDITS({"%logits = \"onnx.MatMul\"(%f, %wl)",
                "%fl = \"onnx.Slice\"(%f, %i0, %i1, %i1) : (!v, !v, !v, !v) -> !v loc(\"first\")\n%logits = "
                "\"onnx.MatMul\"(%fl, %wl)"}),
         false, PARTS("node 'first' (Slice): not part of any recognised pattern"));
}

static void test_scaled_embedding(void **state) {
  (void)state;
  expect(EDITS({"%x = \"onnx.Gather\"(%embed, %ids) {axis = 0 : i64}" RAISE_V2,
                "%xr = \"onnx.Gather\"(%embed, %ids) {axis = 0 : i64}" RAISE_V2
                "\n%x = \"onnx.Mul\"(%xr, %scale)" RAISE_V2}),
         true, PARTS("\"spc.embed\"(%arg0, %0) {scale = 5.000000e-01 : f32}"));
}

static void test_casts_to_narrow_types(void **state) {  // f16 between the parts, as half-precision exports have
  (void)state;
  expect(
      EDITS({"%q0 = \"onnx.MatMul\"(%a, %wq)",
             "%ah = \"onnx.Cast\"(%a) {to = 10 : i64}" RAISE_V1 "\n%q0 = \"onnx.MatMul\"(%ah, %wq)"},
            {"%h = \"onnx.Add\"(%x, %o)",
             "%oc = \"onnx.Cast\"(%o) {to = 1 : i64}" RAISE_V1 "\n%h = \"onnx.Add\"(%x, %oc)"}),
      true,
      PARTS("name = \"model.layers.0.self_attn.q_proj.weight\"", "name = \"model.layers.0.self_attn.o_proj.weight\""));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_interleaved_rope),
      cmocka_unit_test(test_scaled_rope),
      cmocka_unit_test(test_window),
      cmocka_unit_test(test_where_mask),
      cmocka_unit_test(test_contrib_rotary_tables),
      cmocka_unit_test(test_onnx_rotary_tables),
      cmocka_unit_test(test_swapped_tables),
      cmocka_unit_test(test_attention_op),
      cmocka_unit_test(test_attention_op_with_bias),
      cmocka_unit_test(test_attention_op_soft_capped),
      cmocka_unit_test(test_attention_op_causal_from_the_top),
      cmocka_unit_test(test_attention_op_with_cache),
      cmocka_unit_test(test_attention_op_with_window),
      cmocka_unit_test(test_mask_in_two_steps),
      cmocka_unit_test(test_cache_that_forgets),
      cmocka_unit_test(test_no_mask),
      cmocka_unit_test(test_fixed_batch),
      cmocka_unit_test(test_last_row_only),
      cmocka_unit_test(test_first_row_only),
      cmocka_unit_test(test_scaled_embedding),
      cmocka_unit_test(test_casts_to_narrow_types),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
