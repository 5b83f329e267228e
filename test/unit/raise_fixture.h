// A decoder of one layer in the onnx dialect, as text, for tests that change a line of it and see what raising says. Include cmocka.h before.
#ifndef TEST_UNIT_RAISE_FIXTURE_H_
#define TEST_UNIT_RAISE_FIXTURE_H_

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/context.h"
#include "passes/ir/ir.h"
#include "passes/passes.h"

// H = 8, 2 query heads and 1 KV head of 4, F = 12, V = 32. The weights' file does not exist: raising must not need it. Each node's location is its name.
#define RAISE_V1 " : (!v) -> !v"
#define RAISE_V2 " : (!v, !v) -> !v"
#define RAISE_V3 " : (!v, !v, !v) -> !v"
#define RAISE_I64(name, value, type) name " = \"onnx.constant\"() {value = dense<" value "> : " type ", name = \"c\"} : () -> !v\n"
#define RAISE_WEIGHT(name, offset, length, type) \
  name " = \"onnx.initializer\"() {name = \"w." offset "\", file = 0 : i64, offset = " offset " : i64, length = " length " : i64, type = " type "} : () -> !v\n"
// RMSNorm of %x by %w into %o.
#define RAISE_NORM(o, x, w)                                                            \
  o "p = \"onnx.Pow\"(" x ", %two)" RAISE_V2 " loc(\"pow\")\n"                         \
  o "m = \"onnx.ReduceMean\"(" o "p, %last) {keepdims = 1 : i64}" RAISE_V2 " loc(\"mean\")\n" \
  o "e = \"onnx.Add\"(" o "m, %eps)" RAISE_V2 " loc(\"add_eps\")\n"                    \
  o "s = \"onnx.Sqrt\"(" o "e)" RAISE_V1 " loc(\"sqrt\")\n"                            \
  o "r = \"onnx.Reciprocal\"(" o "s)" RAISE_V1 " loc(\"rsqrt\")\n"                     \
  o "n = \"onnx.Mul\"(" x ", " o "r)" RAISE_V2 " loc(\"normed\")\n"                    \
  o " = \"onnx.Mul\"(" w ", " o "n)" RAISE_V2 " loc(\"norm" o "\")\n"
// RoPE by halves of %x [B,h,S,4] into %o.
#define RAISE_ROPE(o, x)                                                               \
  o "c = \"onnx.Mul\"(" x ", %cos)" RAISE_V2 "\n"                                      \
  o "l = \"onnx.Slice\"(" x ", %i0, %i2, %i3)" " : (!v, !v, !v, !v) -> !v\n"           \
  o "h = \"onnx.Slice\"(" x ", %i2, %i4, %i3)" " : (!v, !v, !v, !v) -> !v\n"           \
  o "g = \"onnx.Neg\"(" o "h)" RAISE_V1 "\n"                                           \
  o "t = \"onnx.Concat\"(" o "g, " o "l) {axis = -1 : i64}" RAISE_V2 "\n"              \
  o "s = \"onnx.Mul\"(" o "t, %sin)" RAISE_V2 "\n"                                     \
  o " = \"onnx.Add\"(" o "c, " o "s)" RAISE_V2 " loc(\"rope" o "\")\n"

static const char raise_fixture[] =
    "!v = !onnx.value\n"
    "module attributes {spc.files = [\"/nonexistent/weights.bin\"]} {\n"
    "func.func @llm(%ids: !v {onnx.name = \"input_ids\", onnx.type = tensor<?x?xi64>, onnx.dims = [\"b\", \"s\"]},\n"
    "  %mask: !v {onnx.name = \"attention_mask\", onnx.type = tensor<?x?xi64>, onnx.dims = [\"b\", \"t\"]},\n"
    "  %pos: !v {onnx.name = \"position_ids\", onnx.type = tensor<?x?xi64>, onnx.dims = [\"b\", \"s\"]},\n"
    "  %pk: !v {onnx.name = \"past_key_values.0.key\", onnx.type = tensor<?x1x?x4xf32>, onnx.dims = [\"b\", \"1\", \"p\", \"4\"]},\n"
    "  %pv: !v {onnx.name = \"past_key_values.0.value\", onnx.type = tensor<?x1x?x4xf32>, onnx.dims = [\"b\", \"1\", \"p\", \"4\"]})\n"
    "  -> (!v {onnx.name = \"logits\"}, !v {onnx.name = \"present.0.key\"}, !v {onnx.name = \"present.0.value\"})\n"
    "  attributes {onnx.opset = 18 : i64, onnx.ms_opset = 1 : i64, onnx.producer = \"test\", onnx.metadata = {}} {\n"
    // constants
    RAISE_I64("%i0", "[0]", "tensor<1xi64>") RAISE_I64("%i1", "[1]", "tensor<1xi64>") RAISE_I64("%i2", "[2]", "tensor<1xi64>")
    RAISE_I64("%i3", "[3]", "tensor<1xi64>") RAISE_I64("%i4", "[4]", "tensor<1xi64>") RAISE_I64("%i12", "[1, 2]", "tensor<2xi64>")
    RAISE_I64("%s0", "0", "tensor<i64>") RAISE_I64("%s1", "1", "tensor<i64>") RAISE_I64("%last", "[-1]", "tensor<1xi64>")
    RAISE_I64("%two", "2.0", "tensor<f32>") RAISE_I64("%eps", "1.0e-5", "tensor<f32>") RAISE_I64("%scale", "0.5", "tensor<f32>")
    RAISE_I64("%zero", "0.0", "tensor<f32>") RAISE_I64("%min", "0xFF800000", "tensor<f32>")
    RAISE_I64("%heads", "[0, 0, -1, 4]", "tensor<4xi64>") RAISE_I64("%flat", "[0, 0, -1]", "tensor<3xi64>")
    RAISE_I64("%freq", "[[[1.0], [0.01]]]", "tensor<1x2x1xf32>")
    RAISE_WEIGHT("%embed", "0", "1024", "tensor<32x8xf32>") RAISE_WEIGHT("%n1", "1024", "32", "tensor<8xf32>")
    RAISE_WEIGHT("%n2", "1056", "32", "tensor<8xf32>") RAISE_WEIGHT("%n3", "1088", "32", "tensor<8xf32>")
    RAISE_WEIGHT("%wq", "2048", "256", "tensor<8x8xf32>") RAISE_WEIGHT("%wk", "2304", "128", "tensor<8x4xf32>")
    RAISE_WEIGHT("%wv", "2432", "128", "tensor<8x4xf32>") RAISE_WEIGHT("%wo", "2560", "256", "tensor<8x8xf32>")
    RAISE_WEIGHT("%wg", "3072", "384", "tensor<8x12xf32>") RAISE_WEIGHT("%wu", "3456", "384", "tensor<8x12xf32>")
    RAISE_WEIGHT("%wd", "3840", "384", "tensor<12x8xf32>") RAISE_WEIGHT("%wl", "4224", "1024", "tensor<8x32xf32>")
    // mask [B,1,S,T]: key slot <= query slot, and a real token
    "%S = \"onnx.Shape\"(%ids) {start = 1 : i64, end = 2 : i64}" RAISE_V1 "\n"
    "%P = \"onnx.Shape\"(%pk) {start = 2 : i64, end = 3 : i64}" RAISE_V1 "\n"
    "%T = \"onnx.Add\"(%S, %P)" RAISE_V2 "\n"
    "%Ss = \"onnx.Squeeze\"(%S)" RAISE_V1 "\n%Ts = \"onnx.Squeeze\"(%T)" RAISE_V1 "\n"
    "%new = \"onnx.Range\"(%s0, %Ss, %s1)" RAISE_V3 "\n"
    "%query = \"onnx.Add\"(%new, %P)" RAISE_V2 "\n"
    "%query2 = \"onnx.Unsqueeze\"(%query, %i1)" RAISE_V2 "\n"
    "%key = \"onnx.Range\"(%s0, %Ts, %s1)" RAISE_V3 "\n"
    "%causal = \"onnx.LessOrEqual\"(%key, %query2)" RAISE_V2 " loc(\"causal\")\n"
    "%real = \"onnx.Cast\"(%mask) {to = 9 : i64}" RAISE_V1 "\n"
    "%real4 = \"onnx.Unsqueeze\"(%real, %i12)" RAISE_V2 "\n"
    "%allow = \"onnx.And\"(%causal, %real4)" RAISE_V2 "\n"
    "%bias = \"onnx.Where\"(%allow, %zero, %min)" RAISE_V3 " loc(\"bias\")\n"
    // cos and sin [B,1,S,4]
    "%pos3 = \"onnx.Unsqueeze\"(%pos, %i1)" RAISE_V2 "\n%posf = \"onnx.Cast\"(%pos3) {to = 1 : i64}" RAISE_V1 "\n"
    "%ang = \"onnx.MatMul\"(%freq, %posf)" RAISE_V2 "\n%angt = \"onnx.Transpose\"(%ang) {perm = array<i64: 0, 2, 1>}" RAISE_V1 "\n"
    "%ang2 = \"onnx.Concat\"(%angt, %angt) {axis = -1 : i64}" RAISE_V2 "\n"
    "%cos3 = \"onnx.Cos\"(%ang2)" RAISE_V1 "\n%sin3 = \"onnx.Sin\"(%ang2)" RAISE_V1 "\n"
    "%cos = \"onnx.Unsqueeze\"(%cos3, %i1)" RAISE_V2 "\n%sin = \"onnx.Unsqueeze\"(%sin3, %i1)" RAISE_V2 "\n"
    // the layer
    "%x = \"onnx.Gather\"(%embed, %ids) {axis = 0 : i64}" RAISE_V2 " loc(\"embed\")\n" RAISE_NORM("%a", "%x", "%n1")
    "%q0 = \"onnx.MatMul\"(%a, %wq)" RAISE_V2 " loc(\"q_proj\")\n%k0 = \"onnx.MatMul\"(%a, %wk)" RAISE_V2 " loc(\"k_proj\")\n"
    "%v0 = \"onnx.MatMul\"(%a, %wv)" RAISE_V2 " loc(\"v_proj\")\n"
    "%q1 = \"onnx.Reshape\"(%q0, %heads)" RAISE_V2 "\n%q2 = \"onnx.Transpose\"(%q1) {perm = array<i64: 0, 2, 1, 3>}" RAISE_V1 "\n"
    "%k1 = \"onnx.Reshape\"(%k0, %heads)" RAISE_V2 "\n%k2 = \"onnx.Transpose\"(%k1) {perm = array<i64: 0, 2, 1, 3>}" RAISE_V1 "\n"
    "%v1 = \"onnx.Reshape\"(%v0, %heads)" RAISE_V2 "\n%v2 = \"onnx.Transpose\"(%v1) {perm = array<i64: 0, 2, 1, 3>}" RAISE_V1 "\n"
    RAISE_ROPE("%qr", "%q2") RAISE_ROPE("%kr", "%k2")
    "%K = \"onnx.Concat\"(%pk, %kr) {axis = -2 : i64}" RAISE_V2 "\n%V = \"onnx.Concat\"(%pv, %v2) {axis = -2 : i64}" RAISE_V2 "\n"
    "%Kt = \"onnx.Transpose\"(%K) {perm = array<i64: 0, 1, 3, 2>}" RAISE_V1 "\n"
    "%qk = \"onnx.MatMul\"(%qr, %Kt)" RAISE_V2 "\n%scaled = \"onnx.Mul\"(%qk, %scale)" RAISE_V2 "\n"
    "%biased = \"onnx.Add\"(%scaled, %bias)" RAISE_V2 "\n"
    "%prob = \"onnx.Softmax\"(%biased) {axis = -1 : i64}" RAISE_V1 " loc(\"softmax\")\n"
    "%o0 = \"onnx.MatMul\"(%prob, %V)" RAISE_V2 "\n%o1 = \"onnx.Transpose\"(%o0) {perm = array<i64: 0, 2, 1, 3>}" RAISE_V1 "\n"
    "%o2 = \"onnx.Reshape\"(%o1, %flat)" RAISE_V2 " loc(\"context\")\n%o = \"onnx.MatMul\"(%o2, %wo)" RAISE_V2 " loc(\"o_proj\")\n"
    "%h = \"onnx.Add\"(%x, %o)" RAISE_V2 " loc(\"residual\")\n" RAISE_NORM("%b", "%h", "%n2")
    "%g = \"onnx.MatMul\"(%b, %wg)" RAISE_V2 " loc(\"gate_proj\")\n%u = \"onnx.MatMul\"(%b, %wu)" RAISE_V2 " loc(\"up_proj\")\n"
    "%sg = \"onnx.Sigmoid\"(%g)" RAISE_V1 " loc(\"sigmoid\")\n%act = \"onnx.Mul\"(%g, %sg)" RAISE_V2 " loc(\"silu\")\n"
    "%gu = \"onnx.Mul\"(%act, %u)" RAISE_V2 " loc(\"gated\")\n%d = \"onnx.MatMul\"(%gu, %wd)" RAISE_V2 " loc(\"down_proj\")\n"
    "%y = \"onnx.Add\"(%h, %d)" RAISE_V2 " loc(\"residual2\")\n" RAISE_NORM("%f", "%y", "%n3")
    "%logits = \"onnx.MatMul\"(%f, %wl)" RAISE_V2 " loc(\"lm_head\")\n"
    "return %logits, %K, %V : !v, !v, !v\n}\n}\n";


typedef struct edit_t {
  const char *find, *replace;
} edit_t;

enum { MAX_EDITS = 4 };

static char *edited(const edit_t *edits) {
  char *text = strdup(raise_fixture);
  for (int i = 0; i < MAX_EDITS && edits[i].find; ++i) {
    char *at = strstr(text, edits[i].find);
    if (!at) fail_msg("the fixture has no '%s'", edits[i].find);
    size_t before = (size_t)(at - text), size = strlen(text) + strlen(edits[i].replace) + 1;
    char *next = malloc(size);
    snprintf(next, size, "%.*s%s%s", (int)before, text, edits[i].replace, at + strlen(edits[i].find));
    free(text);
    text = next;
  }
  return text;
}

static void append(MlirStringRef part, void *data) {
  char **text = data;
  size_t length = strlen(*text);
  *text = realloc(*text, length + part.length + 1);
  memcpy(*text + length, part.data, part.length);
  (*text)[length + part.length] = '\0';
}

// Raises the edited fixture; returns the module's text or, when it is refused, the message, and which of both. The caller frees.
static char *raise(const edit_t *edits, bool *out_ok) {
  spc_context_t context;
  assert_null(spc_context_init(&context));
  char *source = edited(edits);
  MlirModule module;
  spc_status_t status = spc_context_parse(&context, source, strlen(source), "fixture.mlir", &module);
  if (status) fail_msg("%s", spc_status_message(status));
  MlirPass pass;
  assert_null(spc_create_raise_pass("", &pass));
  status = spc_context_run_pass(&context, module, pass);
  *out_ok = status == NULL;
  char *text = strdup(status ? spc_status_message(status) : "");
  if (!status) mlirOperationPrint(mlirModuleGetOperation(module), append, &text);
  spc_status_ignore(status);
  mlirModuleDestroy(module);
  spc_context_deinit(&context);
  free(source);
  return text;
}

static void expect(const edit_t *edits, bool ok, const char *const *parts) {
  bool raised;
  char *text = raise(edits, &raised);
  if (raised != ok) fail_msg("%s: %s", ok ? "refused" : "raised", text);
  for (int i = 0; parts[i]; ++i) {
    if (!strstr(text, parts[i])) fail_msg("'%s' is missing from:\n%s", parts[i], text);
  }
  free(text);
}

#define EDITS(...) ((const edit_t[MAX_EDITS]){__VA_ARGS__})
#define PARTS(...) ((const char *const[]){__VA_ARGS__, NULL})

#endif  // TEST_UNIT_RAISE_FIXTURE_H_
