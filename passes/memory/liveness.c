#include "passes/memory/liveness.h"

#include <inttypes.h>
#include <stdlib.h>

#include "passes/ir/ir.h"
#include "passes/ir/pass.h"

// Bytes of |value| with |rows| rows; false when a dimension or the element is unknown or the product passes 64 bits.
static bool buffer_bytes(MlirValue value, int64_t rows, uint64_t *out_bytes) {
  const intptr_t rank = mlirShapedTypeGetRank(mlirValueGetType(value));
  uint64_t bytes = (uint64_t)spc_element_bytes(spc_element(value));
  for (intptr_t i = 0; i < rank; ++i) {
    int64_t dim = spc_dim(value, i);
    if (i == 0 && dim < 0) dim = rows;
    if (dim < 0 || __builtin_mul_overflow(bytes, (uint64_t)dim, &bytes)) return false;
  }
  *out_bytes = bytes;
  return bytes > 0 && bytes <= INT64_MAX;
}

static bool push(spc_buffers_t *buffers, MlirOperation at, MlirValue value, int64_t rows, uint32_t begin) {
  uint64_t bytes;
  if (!buffer_bytes(value, rows, &bytes)) {
    return spc_error(at, "the size of a buffer of this op is unknown or too large: every dimension but the first must be static, with %" PRId64 " rows",
                     rows);
  }
  if (buffers->count == buffers->capacity) {
    const size_t capacity = buffers->capacity ? 2 * buffers->capacity : 64;
    MlirValue *values = realloc(buffers->values, capacity * sizeof(*values));
    if (values) buffers->values = values;
    spc_interval_t *intervals = realloc(buffers->intervals, capacity * sizeof(*intervals));
    if (intervals) buffers->intervals = intervals;
    if (!values || !intervals) return spc_error(at, "out of memory for %zu buffers", capacity);
    buffers->capacity = capacity;
  }
  buffers->values[buffers->count] = value;
  buffers->intervals[buffers->count++] = (spc_interval_t){.size = bytes, .begin = begin, .end = begin};
  return true;
}

// When an op of the program runs; sorted by op to be found.
typedef struct numbered_t {
  const void *op;
  uint32_t time;
} numbered_t;

static int compare_numbered(const void *a, const void *b) {
  const uintptr_t x = (uintptr_t)((const numbered_t *)a)->op, y = (uintptr_t)((const numbered_t *)b)->op;
  return (x > y) - (x < y);
}

static uint32_t time_of(const numbered_t *numbers, size_t count, MlirOperation op) {
  const numbered_t key = {.op = op.ptr};
  const numbered_t *found = bsearch(&key, numbers, count, sizeof(key), compare_numbered);
  return found ? found->time : 0;
}

// The last time at which |value| is read, at least |begin|.
static uint32_t last_read(const numbered_t *numbers, size_t count, MlirValue value, uint32_t begin) {
  uint32_t end = begin;
  for (MlirOpOperand use = mlirValueGetFirstUse(value); !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use)) {
    const uint32_t time = time_of(numbers, count, mlirOpOperandGetOwner(use));
    if (time > end) end = time;
  }
  return end;
}

static bool is_activation(MlirOperation op, MlirValue result) {
  return mlirTypeIsARankedTensor(mlirValueGetType(result)) && !spc_op_is(op, "spc.weight");
}

// Adds the buffers of |func| with their beginnings, and numbers its ops.
static bool add_buffers(spc_buffers_t *buffers, MlirOperation func, int64_t rows, bool place_arguments, numbered_t *numbers) {
  MlirBlock block = spc_func_block(func);
  const uint32_t begin = buffers->time;
  for (intptr_t i = 0; place_arguments && i < mlirBlockGetNumArguments(block); ++i) {
    MlirValue argument = mlirBlockGetArgument(block, i);
    if (mlirTypeIsARankedTensor(mlirValueGetType(argument)) && !push(buffers, func, argument, rows, begin)) return false;
  }
  uint32_t time = begin;
  for (MlirOperation op = mlirBlockGetFirstOperation(block); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op), ++time) {
    numbers[time - begin] = (numbered_t){op.ptr, time};
    for (intptr_t i = 0; i < mlirOperationGetNumResults(op); ++i) {
      MlirValue result = mlirOperationGetResult(op, i);
      if (is_activation(op, result) && !push(buffers, op, result, rows, time)) return false;
    }
  }
  buffers->time = time;
  return true;
}

// From its scores to its first prefetch a program may run for some rows first and then for the others (runtime/src/cuda/exec_divided.c), so what is alive during some of that lives through all of it.
static void keep_through_selection(spc_buffers_t *buffers, size_t first, MlirOperation func, uint32_t begin) {
  bool found = false;
  uint32_t time = begin, score = 0;
  MlirOperation op = mlirBlockGetFirstOperation(spc_func_block(func));
  for (; !mlirOperationIsNull(op) && !(found && spc_op_is(op, "spc.kv_prefetch")); op = mlirOperationGetNextInBlock(op), ++time) {
    if (found || !spc_op_is(op, "spc.score")) continue;
    found = true;
    score = time;
  }
  if (mlirOperationIsNull(op)) return;
  for (size_t i = first; i < buffers->count; ++i) {
    spc_interval_t *interval = &buffers->intervals[i];
    if (interval->begin > score && interval->begin <= time) interval->begin = score;
    if (interval->end >= score && interval->end < time) interval->end = time;
  }
}

bool spc_buffers_add_program(spc_buffers_t *buffers, MlirOperation func, int64_t rows, bool place_arguments) {
  const size_t first = buffers->count;
  const uint32_t begin = buffers->time;
  size_t ops = 0;
  MlirOperation op = mlirBlockGetFirstOperation(spc_func_block(func));
  for (; !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) ++ops;
  if (ops > UINT32_MAX / 4) return spc_error(func, "%zu ops in one program", ops);
  numbered_t *numbers = calloc(ops + 1, sizeof(*numbers));
  if (!numbers) return spc_error(func, "out of memory for %zu ops", ops);
  const bool ok = add_buffers(buffers, func, rows, place_arguments, numbers);
  if (ok) {
    qsort(numbers, ops, sizeof(*numbers), compare_numbered);
    for (size_t i = first; i < buffers->count; ++i) {
      buffers->intervals[i].end = last_read(numbers, ops, buffers->values[i], buffers->intervals[i].begin);
    }
    keep_through_selection(buffers, first, func, begin);
  }
  free(numbers);
  return ok;
}

intptr_t spc_buffers_find(const spc_buffers_t *buffers, MlirValue value) {
  for (size_t i = 0; i < buffers->count; ++i) {
    if (mlirValueEqual(buffers->values[i], value)) return (intptr_t)i;
  }
  return -1;
}

void spc_buffers_deinit(spc_buffers_t *buffers) {
  free(buffers->values);
  free(buffers->intervals);
  *buffers = (spc_buffers_t){0};
}
