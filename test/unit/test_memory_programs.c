// The offsets that --spc-solve-memory writes, checked op by op against the IR: nothing that is alive is overwritten.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/context.h"
#include "passes/ir/ir.h"
#include "passes/passes.h"

#define MAX_OPS 512

// A buffer of a program: bytes [begin, end) of the arena from op |from| to op |to|, both included.
typedef struct buffer_t {
  uint64_t begin, end;
  size_t from, to;
} buffer_t;

static char *read_text(const char *path, size_t *out_length) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  const long size = ftell(file);
  assert_true(size > 0);
  rewind(file);
  char *text = malloc((size_t)size + 1);
  assert_non_null(text);
  assert_int_equal(fread(text, 1, (size_t)size, file), (size_t)size);
  text[size] = '\0';
  fclose(file);
  *out_length = (size_t)size;
  return text;
}

static void run(spc_context_t *context, MlirModule module, spc_status_t (*create)(const char *, MlirPass *), const char *options) {
  MlirPass pass;
  assert_null(create(options, &pass));
  assert_null(spc_context_run_pass(context, module, pass));
}

// All programs of |file|, placed.
static MlirModule make_programs(spc_context_t *context, const char *file, const char *derive) {
  char path[512];
  size_t length;
  snprintf(path, sizeof(path), "%s/../lit/passes/Inputs/%s", SPC_TEST_DATA, file);
  char *text = read_text(path, &length);
  MlirModule module;
  assert_null(spc_context_parse(context, text, length, file, &module));
  free(text);
  run(context, module, spc_create_derive_retrieval_head_pass, derive);
  run(context, module, spc_create_pack_projections_pass, "");
  run(context, module, spc_create_insert_kv_prefetch_pass, "budget=64 max-seq=300 max-batch=3 prefill-chunk=64");
  run(context, module, spc_create_solve_memory_pass, "");
  free(spc_context_take_remarks(context));
  return module;
}

static uint64_t value_bytes(MlirValue value, int64_t rows) {
  uint64_t bytes = (uint64_t)spc_element_bytes(spc_element(value));
  for (intptr_t i = 0; i < mlirShapedTypeGetRank(mlirValueGetType(value)); ++i) {
    bytes *= (uint64_t)(spc_dim(value, i) < 0 ? rows : spc_dim(value, i));
  }
  return bytes;
}

// Index in the block of the last op that reads |value|.
static size_t last_reader(const MlirOperation *ops, size_t count, MlirValue value, size_t from) {
  size_t last = from;
  for (size_t i = from; i < count; ++i) {
    for (intptr_t k = 0; k < mlirOperationGetNumOperands(ops[i]); ++k) {
      if (mlirValueEqual(mlirOperationGetOperand(ops[i], k), value)) last = i;
    }
  }
  return last;
}

// From scores to the first prefetch ops are run for some rows and then for others: what is alive during some of that is alive during all.
static void widen(const MlirOperation *ops, size_t count, buffer_t *buffers, size_t n) {
  size_t score = 0, prefetch = 0;
  while (score < count && !spc_op_is(ops[score], "spc.score")) ++score;
  for (prefetch = score; prefetch < count && !spc_op_is(ops[prefetch], "spc.kv_prefetch");) ++prefetch;
  for (size_t i = 0; i < n && prefetch < count; ++i) {
    if (buffers[i].from > score && buffers[i].from <= prefetch) buffers[i].from = score;
    if (buffers[i].to >= score && buffers[i].to < prefetch) buffers[i].to = prefetch;
  }
}

static size_t collect(MlirOperation func, int64_t rows, int64_t arena, buffer_t *buffers) {
  MlirOperation ops[MAX_OPS];
  size_t count = 0, n = 0;
  MlirBlock block = spc_func_block(func);
  for (MlirOperation op = mlirBlockGetFirstOperation(block); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    assert_true(count < MAX_OPS);
    ops[count++] = op;
  }
  const int64_t input = spc_attr_i64(func, "spc.input_offset", -1);
  if (input >= 0) {
    MlirValue value = mlirBlockGetArgument(block, 0);
    buffers[n++] = (buffer_t){(uint64_t)input, (uint64_t)input + value_bytes(value, rows), 0, last_reader(ops, count, value, 0)};
  }
  for (size_t i = 0; i < count; ++i) {
    if (mlirOperationGetNumResults(ops[i]) == 0) continue;
    MlirValue result = mlirOperationGetResult(ops[i], 0);
    const bool activation = mlirTypeIsARankedTensor(mlirValueGetType(result)) && !spc_op_is(ops[i], "spc.weight");
    assert_int_equal(activation, !mlirAttributeIsNull(spc_attr(ops[i], "spc.offset")));
    if (!activation) continue;
    const int64_t offset = spc_array_i64_at(spc_attr(ops[i], "spc.offset"), 0);
    assert_true(offset >= 0 && offset % 64 == 0);
    const uint64_t end = (uint64_t)offset + value_bytes(result, rows);
    assert_true(end <= (uint64_t)arena);
    buffers[n++] = (buffer_t){(uint64_t)offset, end, i, last_reader(ops, count, result, i)};
  }
  widen(ops, count, buffers, n);
  return n;
}

static void check_program(MlirModule module, const char *name, int64_t rows) {
  buffer_t buffers[MAX_OPS];
  MlirOperation func = spc_module_func(module, name);
  assert_false(mlirOperationIsNull(func));
  const int64_t arena = spc_dict_i64(spc_attr(mlirModuleGetOperation(module), "spc.memory"), "arena", 0);
  const size_t n = collect(func, rows, arena, buffers);
  assert_true(n > 0);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < i; ++j) {
      const bool together = buffers[i].from <= buffers[j].to && buffers[j].from <= buffers[i].to;
      if (together && buffers[i].begin < buffers[j].end && buffers[j].begin < buffers[i].end) {
        fail_msg("@%s: the buffers made by ops %zu and %zu overlap", name, j, i);
      }
    }
  }
}

// The hidden rows of a prefill must survive any number of runs of @logits.
static void check_hidden_survives(MlirModule module, int64_t chunk, int64_t batch) {
  buffer_t buffers[MAX_OPS];
  MlirOperation prefill = spc_module_func(module, "prefill"), logits = spc_module_func(module, "logits");
  const uint64_t begin = (uint64_t)spc_attr_i64(prefill, "spc.output_offset", -1);
  const uint64_t end = begin + value_bytes(mlirOperationGetOperand(spc_func_return(prefill), 0), chunk);
  const size_t n = collect(logits, batch, INT64_MAX, buffers);
  for (size_t i = 0; i < n; ++i) assert_true(buffers[i].end <= begin || end <= buffers[i].begin);
}

static void check_file(const char *file, const char *derive) {
  spc_context_t context;
  assert_null(spc_context_init(&context));
  MlirModule module = make_programs(&context, file, derive);
  check_program(module, "prefill", 64);
  check_program(module, "decode", 3);
  check_program(module, "decode_full", 3);
  check_program(module, "logits", 3);
  check_hidden_survives(module, 64, 3);
  MlirAttribute memory = spc_attr(mlirModuleGetOperation(module), "spc.memory");
  assert_true(spc_dict_i64(memory, "arena", 0) * 100 <= spc_dict_i64(memory, "lower_bound", 0) * 105);
  mlirModuleDestroy(module);
  spc_context_deinit(&context);
}

static void an_eagle_pair_is_placed_without_overlap(void **state) {
  (void)state;
  check_file("eagle_pair.mlir", "");
}

static void a_deep_retriever_is_placed_without_overlap(void **state) {
  (void)state;
  check_file("causal_pair.mlir", "layer=1 heads=0,2");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_eagle_pair_is_placed_without_overlap),
      cmocka_unit_test(a_deep_retriever_is_placed_without_overlap),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
