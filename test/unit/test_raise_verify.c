// The verifier of spc ops: each rule of docs/ir.md that IRDL can't state, broken once.
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/context.h"
#include "passes/ir/verify.h"

// Values to build on; every op below stands behind them.
static const char prologue[] =
    "func.func @llm(%ids: tensor<?xi32>, %pos: tensor<?xi32>, %x8: tensor<?x8xf32>, %x4: tensor<?x4xf32>, %i: "
    "tensor<?x8xi32>) {\n"
    "  %none = \"spc.none\"() : () -> none\n"
    "  %w88 = \"spc.weight\"() {name = \"w\", value = dense<0.0> : tensor<8x8xf32>} : () -> tensor<8x8xf32>\n"
    "  %w48 = \"spc.weight\"() {name = \"w\", value = dense<0.0> : tensor<4x8xbf16>} : () -> tensor<4x8xbf16>\n"
    "  %v8 = \"spc.weight\"() {name = \"w\", value = dense<0.0> : tensor<8xf32>} : () -> tensor<8xf32>\n"
    "  %v4 = \"spc.weight\"() {name = \"w\", value = dense<0.0> : tensor<4xf32>} : () -> tensor<4xf32>\n"
    "  %v2 = \"spc.weight\"() {name = \"w\", value = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>\n"
    "  %t = \"spc.weight\"() {name = \"w\", value = dense<0.0> : tensor<16x2xf32>} : () -> tensor<16x2xf32>\n"
    "  %table = \"spc.rope_table\"(%pos, %v2) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<2xf32>) -> "
    "tensor<?x4xf32>\n"
    "  %cache = \"spc.kv_cache\"() {layer = 0 : i64, kv_heads = 1 : i64, head_size = 4 : i64, element = f32, kind = "
    "\"llm\"} : () -> !spc.cache\n";

static bool verify(const char *op, char **out_message) {
  spc_context_t context;
  assert_null(spc_context_init(&context));
  char text[4096];
  snprintf(text, sizeof text, "%s  %s\n  return\n}\n", prologue, op);
  MlirModule module;
  spc_status_t status = spc_context_parse(&context, text, strlen(text), "verify.mlir", &module);
  if (status) fail_msg("%s: %s", op, spc_status_message(status));
  bool ok = spc_verify_module(mlirModuleGetOperation(module));
  status = spc_context_take_errors(&context, SPC_INVALID_ARGUMENT, "");
  *out_message = strdup(spc_status_message(status));
  spc_status_ignore(status);
  mlirModuleDestroy(module);
  spc_context_deinit(&context);
  return ok;
}

#define PART(fields)                                                                                        \
  "%p = \"spc.weight\"() {name = \"w\", parts = [{file = 0 : i64, offset = 0 : i64, element = f32, " fields \
  "}]} : () -> tensor<4x8xf32>"
#define ATTEND(attributes, types)                           \
  "%p = \"spc.attend\"(%x8, %x4, %x4, %cache) {" attributes \
  "} : (tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32>, !spc.cache) -> " types

static const struct {
  const char *op, *message;  // NULL: valid
} cases[] = {
    // spc.weight
    {PART("length = 128 : i64, rows = 4 : i64, cols = 8 : i64, transpose = false, row_begin = 0 : i64, row_end = 4 : "
          "i64"),
     NULL},
    {PART("length = 256 : i64, rows = 8 : i64, cols = 8 : i64, transpose = true, row_begin = 2 : i64, row_end = 6 : "
          "i64"),
     NULL},
    {PART("length = 127 : i64, rows = 4 : i64, cols = 8 : i64, transpose = false"),
     "part 0 has length 127, which is not rows * cols elements"},
    {PART("length = 128 : i64, rows = 8 : i64, cols = 4 : i64, transpose = false"),
     "part 0 has 4 columns, the result 8"},
    {PART("length = 128 : i64, rows = 4 : i64, cols = 8 : i64, transpose = false, row_begin = 1 : i64, row_end = 5 : "
          "i64"),
     "takes rows [1, 5) of 4"},
    {PART("length = 128 : i64, rows = 4 : i64, cols = 8 : i64, transpose = false, row_begin = 1 : i64, row_end = 4 : "
          "i64"),
     "the parts have 3 rows, the result 4"},
    {PART("length = 0 : i64, rows = 4611686018427387904 : i64, cols = 8 : i64, transpose = false, row_begin = 0 : i64, "
          "row_end = 4 : i64"),
     "which is not rows * cols"},
    {"%p = \"spc.weight\"() {name = \"w\", parts = [{zeros = true, rows = 3 : i64, cols = 8 : i64}, {value = "
     "dense<1.0> : "
     "tensor<1x8xf32>, rows = 1 : i64, cols = 8 : i64}]} : () -> tensor<4x8xf32>",
     NULL},
    {"%p = \"spc.weight\"() {name = \"w\"} : () -> tensor<4xf32>", "needs either 'parts' or 'value'"},
    {"%p = \"spc.weight\"() {value = dense<0.0> : tensor<4xf32>} : () -> tensor<4xf32>", "needs a name"},
    {"%p = \"spc.weight\"() {name = \"w\", value = dense<0.0> : tensor<4xf32>} : () -> tensor<8xf32>",
     "'value' must be dense elements of the result's type"},
    {"%p = \"spc.weight\"() {name = \"w\", value = dense<0> : tensor<4xi64>} : () -> tensor<4xi64>",
     "must be a static tensor of f32, f16 or bf16"},
    // spc.kv_cache
    {"%p = \"spc.kv_cache\"() {layer = 0 : i64, kv_heads = 1 : i64, head_size = 4 : i64, element = bf16, kind = "
     "\"keys\"} : () -> !spc.cache",
     NULL},
    {"%p = \"spc.kv_cache\"() {layer = 0 : i64, kv_heads = 1 : i64, head_size = 4 : i64, element = f32, kind = \"kv\"} "
     ": () -> !spc.cache",
     "has kind 'kv'"},
    {"%p = \"spc.kv_cache\"() {layer = 0 : i64, kv_heads = 0 : i64, head_size = 4 : i64, element = f32, kind = "
     "\"llm\"} : () -> !spc.cache",
     "needs a positive i64 attribute 'kv_heads'"},
    {"%p = \"spc.kv_cache\"() {layer = 0 : i64, kv_heads = 1 : i64, head_size = 4 : i64, element = i8, kind = \"llm\"} "
     ": () -> !spc.cache",
     "needs 'element'"},
    // spc.embed
    {"%p = \"spc.embed\"(%ids, %w48) : (tensor<?xi32>, tensor<4x8xbf16>) -> tensor<?x8xf32>", NULL},
    {"%p = \"spc.embed\"(%ids, %w48) : (tensor<?xi32>, tensor<4x8xbf16>) -> tensor<?x4xf32>",
     "operand 1 must be a weight matrix [-1, 4]"},
    {"%p = \"spc.embed\"(%x8, %w48) : (tensor<?x8xf32>, tensor<4x8xbf16>) -> tensor<?x8xf32>",
     "operand 0 must be tensor<?xi32>"},
    // spc.rms_norm
    {"%p = \"spc.rms_norm\"(%x8, %v4) {eps = 1.0e-5 : f32, heads = 2 : i64} : (tensor<?x8xf32>, tensor<4xf32>) -> "
     "tensor<?x8xf32>",
     NULL},
    {"%p = \"spc.rms_norm\"(%x8, %v4) {eps = 1.0e-5 : f32} : (tensor<?x8xf32>, tensor<4xf32>) -> tensor<?x8xf32>",
     "operand 1 must be a weight vector of 8"},
    {"%p = \"spc.rms_norm\"(%x8, %v8) : (tensor<?x8xf32>, tensor<8xf32>) -> tensor<?x8xf32>",
     "needs a float attribute 'eps'"},
    {"%p = \"spc.rms_norm\"(%x8, %v4) {eps = 1.0e-5 : f32, heads = 3 : i64} : (tensor<?x8xf32>, tensor<4xf32>) -> "
     "tensor<?x8xf32>",
     "don't divide into 3 heads"},
    // spc.linear
    {"%p = \"spc.linear\"(%x8, %w48, %v4, %x4) : (tensor<?x8xf32>, tensor<4x8xbf16>, tensor<4xf32>, tensor<?x4xf32>) "
     "-> tensor<?x4xf32>",
     NULL},
    {"%p = \"spc.linear\"(%x4, %w48, %none, %none) : (tensor<?x4xf32>, tensor<4x8xbf16>, none, none) -> "
     "tensor<?x4xf32>",
     "operand 1 must be a weight matrix [4, 4]"},
    {"%p = \"spc.linear\"(%x8, %w48, %v8, %none) : (tensor<?x8xf32>, tensor<4x8xbf16>, tensor<8xf32>, none) -> "
     "tensor<?x4xf32>",
     "operand 2 must be a weight vector of 4"},
    {"%p = \"spc.linear\"(%x8, %w48, %none, %x8) : (tensor<?x8xf32>, tensor<4x8xbf16>, none, tensor<?x8xf32>) -> "
     "tensor<?x4xf32>",
     "the residual is 8 wide, expected 4"},
    {"%p = \"spc.linear\"(%i, %w88, %none, %none) : (tensor<?x8xi32>, tensor<8x8xf32>, none, none) -> tensor<?x8xf32>",
     "operand 0 must be tensor<?xNxf32>"},
    // rotation
    {"%p = \"spc.rope_gather\"(%pos, %t, %t) : (tensor<?xi32>, tensor<16x2xf32>, tensor<16x2xf32>) -> tensor<?x4xf32>",
     NULL},
    {"%p = \"spc.rope_gather\"(%pos, %t, %w48) : (tensor<?xi32>, tensor<16x2xf32>, tensor<4x8xbf16>) -> "
     "tensor<?x4xf32>",
     "operand 2 must be a weight matrix [16, 2]"},
    {"%p = \"spc.rope_table\"(%pos, %v2) : (tensor<?xi32>, tensor<2xf32>) -> tensor<?x4xf32>",
     "needs a float attribute 'scaling'"},
    {"%p = \"spc.rope_table\"(%pos, %v4) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x4xf32>",
     "operand 1 must be a weight vector of 2"},
    {"%p = \"spc.rope\"(%x8, %table) {heads = 2 : i64, head_size = 4 : i64, interleaved = false} : (tensor<?x8xf32>, "
     "tensor<?x4xf32>) -> tensor<?x8xf32>",
     NULL},
    {"%p = \"spc.rope\"(%x8, %table) {heads = 1 : i64, head_size = 8 : i64, interleaved = false} : (tensor<?x8xf32>, "
     "tensor<?x4xf32>) -> tensor<?x8xf32>",
     "the table is 4 wide, expected 8"},
    // attention
    {ATTEND("layer = 0 : i64, q_heads = 2 : i64, kv_heads = 1 : i64, head_size = 4 : i64, scale = 0.5 : f32, window = "
            "-1 : i64",
            "tensor<?x8xf32>"),
     NULL},
    {ATTEND("layer = 0 : i64, q_heads = 2 : i64, kv_heads = 1 : i64, head_size = 4 : i64, scale = 0.5 : f32, window = "
            "0 : i64",
            "tensor<?x8xf32>"),
     "needs 'window'"},
    {ATTEND("layer = 0 : i64, q_heads = 2 : i64, kv_heads = 1 : i64, head_size = 4 : i64, window = -1 : i64",
            "tensor<?x8xf32>"),
     "needs a float attribute 'scale'"},
    {ATTEND("q_heads = 2 : i64, kv_heads = 1 : i64, head_size = 4 : i64, scale = 0.5 : f32, window = -1 : i64",
            "tensor<?x8xf32>"),
     "needs a layer"},
    {ATTEND("layer = 0 : i64, q_heads = 4 : i64, kv_heads = 2 : i64, head_size = 2 : i64, scale = 0.5 : f32, window = "
            "-1 : i64",
            "tensor<?x8xf32>"),
     "its cache has other KV heads or another head size"},
    {ATTEND("layer = 0 : i64, q_heads = 3 : i64, kv_heads = 2 : i64, head_size = 4 : i64, scale = 0.5 : f32, window = "
            "-1 : i64",
            "tensor<?x8xf32>"),
     "3 query heads don't divide among 2 KV heads"},
    {ATTEND("layer = 0 : i64, q_heads = 2 : i64, kv_heads = 1 : i64, head_size = 4 : i64, scale = 0.5 : f32, window = "
            "-1 : i64",
            "tensor<?x4xf32>"),
     "the result is 4 wide, expected 8"},
    {"%p = \"spc.retrieve\"(%x8, %x4, %cache) {q_heads = 2 : i64, kv_heads = 1 : i64, head_size = 4 : i64, scale = 0.5 "
     ": f32} : "
     "(tensor<?x8xf32>, tensor<?x4xf32>, !spc.cache) -> !spc.scores",
     NULL},
    {"%p = \"spc.retrieve\"(%x8, %x8, %cache) {q_heads = 2 : i64, kv_heads = 1 : i64, head_size = 4 : i64, scale = 0.5 "
     ": f32} : "
     "(tensor<?x8xf32>, tensor<?x8xf32>, !spc.cache) -> !spc.scores",
     "k is 8 wide, expected 4"},
    // the rest
    {"%p = \"spc.add\"(%x8, %x4) : (tensor<?x8xf32>, tensor<?x4xf32>) -> tensor<?x8xf32>",
     "operand 1 is 4 wide, expected 8"},
    {"%p = \"spc.silu_mul\"(%x4, %x4) : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x8xf32>",
     "operand 0 is 4 wide, expected 8"},
    {"%p = \"spc.concat\"(%x8, %x4) : (tensor<?x8xf32>, tensor<?x4xf32>) -> tensor<?x12xf32>", NULL},
    {"%p = \"spc.concat\"(%x8, %x4) : (tensor<?x8xf32>, tensor<?x4xf32>) -> tensor<?x8xf32>",
     "the result is 8 wide, expected 12"},
    {"%p = \"spc.swiglu\"(%x8) : (tensor<?x8xf32>) -> tensor<?x4xf32>", NULL},
    {"%p = \"spc.swiglu\"(%x8) : (tensor<?x8xf32>) -> tensor<?x8xf32>", "operand 0 is 8 wide, expected 16"},
};

static void test_rules(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    char *message;
    bool ok = verify(cases[i].op, &message);
    if (ok != !cases[i].message) fail_msg("%s: %s", cases[i].op, ok ? "accepted" : message);
    if (!ok && !strstr(message, cases[i].message))
      fail_msg("%s: says\n%s\nnot '%s'", cases[i].op, message, cases[i].message);
    free(message);
  }
}

// Each wrong op is reported, not only the first.
static void test_all_are_reported(void **state) {
  (void)state;
  char *message;
  assert_false(
      verify("%p = \"spc.swiglu\"(%x8) : (tensor<?x8xf32>) -> tensor<?x8xf32>\n"
             "  %q = \"spc.add\"(%x8, %x4) : (tensor<?x8xf32>, tensor<?x4xf32>) -> tensor<?x8xf32>",
             &message));
  assert_non_null(strstr(message, "'spc.swiglu'"));
  assert_non_null(strstr(message, "'spc.add'"));
  free(message);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rules), cmocka_unit_test(test_all_are_reported)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
