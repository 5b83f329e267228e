#include "compiler/weights/weight_table.h"

#include <stdlib.h>
#include <string.h>

#include "passes/ir/ir.h"
#include "passes/ir/weight_parts.h"

// ---- Names -------------------------------------------------------------------------------------------------------------

static bool name_taken(const spc_weight_table_t *table, const char *name) {
  if (strcmp(name, "__metadata__") == 0) return true;  // safetensors' own
  for (size_t i = 0; i < table->count; ++i) {
    if (strcmp(table->weights[i].name, name) == 0) return true;
  }
  return false;
}

// The op's name with characters that JSON or a terminal would trip over replaced, made unique by a number.
static char *unique_name(const spc_weight_table_t *table, MlirOperation op) {
  MlirStringRef wish = spc_attr_str(op, "name", "");
  if (wish.length == 0) wish = spc_str("weight");
  size_t length = wish.length < 512 ? wish.length : 512;
  size_t room = length + 24;
  char *name = malloc(room);
  if (!name) return NULL;
  for (size_t i = 0; i < length; ++i) {
    char c = wish.data[i];
    name[i] = c <= ' ' || c > '~' || c == '"' || c == '\\' ? '_' : c;
  }
  name[length] = '\0';
  for (unsigned n = 1; name_taken(table, name); ++n) snprintf(name + length, room - length, ".%u", n);
  return name;
}

// ---- One weight --------------------------------------------------------------------------------------------------------

static spc_status_t read_shape(MlirOperation op, spc_packed_weight_t *weight) {
  MlirValue result = mlirOperationGetResult(op, 0);
  weight->type = mlirValueGetType(result);
  int64_t rows = spc_dim(result, 0), cols = spc_dim(result, 1);
  weight->is_vector = cols == -2;
  if (weight->is_vector) cols = 1;
  if (rows < 0 || cols < 0 || spc_dim(result, 2) != -2) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "weight '%s': its type is no tensor of one or two fixed dimensions", weight->name);
  }
  if (!spc_element_from_type(spc_element(result), &weight->element)) {
    return SPC_STATUS(SPC_UNSUPPORTED, "weight '%s': its element type is none of f32, f16, bf16, i32", weight->name);
  }
  weight->rows = (uint64_t)rows;
  weight->cols = (uint64_t)cols;
  if (__builtin_mul_overflow(weight->rows, weight->cols, &weight->size) ||
      __builtin_mul_overflow(weight->size, spc_element_size(weight->element), &weight->size)) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "weight '%s': %lld x %lld elements overflow", weight->name, (long long)rows, (long long)cols);
  }
  return NULL;
}

static spc_status_t read_parts(MlirOperation op, spc_packed_weight_t *weight) {
  MlirAttribute parts = spc_attr(op, "parts");
  bool has_parts = !mlirAttributeIsNull(parts) && mlirAttributeIsAArray(parts);
  if (!has_parts && mlirAttributeIsNull(spc_attr(op, "value"))) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "weight '%s' has neither parts nor a value", weight->name);
  }
  weight->part_count = has_parts ? (size_t)mlirArrayAttrGetNumElements(parts) : 1;
  weight->parts = calloc(weight->part_count ? weight->part_count : 1, sizeof *weight->parts);
  if (!weight->parts) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for the %zu parts of weight '%s'", weight->part_count, weight->name);
  if (!has_parts) return spc_weight_part_from_value(spc_attr(op, "value"), weight->rows, weight->cols, weight->name, weight->parts);

  uint64_t rows = 0;
  for (size_t i = 0; i < weight->part_count; ++i) {
    spc_weight_part_t *part = &weight->parts[i];
    SPC_RETURN_IF_ERROR(spc_weight_part_parse(mlirArrayAttrGetElement(parts, (intptr_t)i), weight->name, part));
    if (spc_weight_part_cols(part) != weight->cols) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "weight '%s': part %zu has %llu columns, the weight %llu", weight->name, i,
                        (unsigned long long)spc_weight_part_cols(part), (unsigned long long)weight->cols);
    }
    if (part->element != weight->element && (weight->element != SPC_F32 || part->element == SPC_I32)) {
      return SPC_STATUS(SPC_UNSUPPORTED, "weight '%s': part %zu is %s and cannot become %s; only f16 and bf16 widen, to f32", weight->name, i,
                        spc_element_dtype(part->element), spc_element_dtype(weight->element));
    }
    if (__builtin_add_overflow(rows, spc_weight_part_row_count(part), &rows)) rows = UINT64_MAX;
  }
  if (rows != weight->rows) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "weight '%s': its parts have %llu rows together, the weight %llu", weight->name,
                      (unsigned long long)rows, (unsigned long long)weight->rows);
  }
  return NULL;
}

static spc_status_t place(spc_weight_table_t *table, spc_packed_weight_t *weight) {
  uint64_t end;
  weight->offset = table->data_size;
  if (__builtin_add_overflow(weight->offset, weight->size, &end) || end > UINT64_MAX - SPC_WEIGHT_ALIGNMENT) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "weight '%s': all weights together are more than 64 bits of bytes", weight->name);
  }
  table->data_size = (end + SPC_WEIGHT_ALIGNMENT - 1) / SPC_WEIGHT_ALIGNMENT * SPC_WEIGHT_ALIGNMENT;
  return NULL;
}

// Weights keep their places in the table, which random weights and messages are counted by.
static spc_status_t lay_out(spc_weight_table_t *table) {
  table->order = calloc(table->count ? table->count : 1, sizeof *table->order);
  if (!table->order) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for the order of %zu weights", table->count);
  size_t placed = 0;
  for (int on_host = 0; on_host < 2; ++on_host) {
    for (size_t i = 0; i < table->count; ++i) {
      if (table->weights[i].on_host != (on_host == 1)) continue;
      SPC_RETURN_IF_ERROR(place(table, &table->weights[i]));
      table->order[placed++] = i;
    }
    if (!on_host) table->device_size = table->data_size;
  }
  return NULL;
}

static void weight_deinit(spc_packed_weight_t *weight) {
  free(weight->name);
  free(weight->parts);
}

// ---- The table ---------------------------------------------------------------------------------------------------------

int64_t spc_weight_table_find(const spc_weight_table_t *table, MlirOperation op) {
  MlirAttribute identity = spc_weight_identity(op);
  MlirType type = mlirValueGetType(mlirOperationGetResult(op, 0));
  for (size_t i = 0; i < table->count; ++i) {
    // Attributes and types are unique in a context: equal means the same.
    if (mlirAttributeEqual(table->weights[i].identity, identity) && mlirTypeEqual(table->weights[i].type, type)) return (int64_t)i;
  }
  return -1;
}

static spc_status_t add_weight(spc_weight_table_t *table, MlirOperation op) {
  if (mlirOperationGetNumResults(op) != 1) return SPC_STATUS(SPC_INVALID_ARGUMENT, "an spc.weight has not one result");
  if (spc_weight_table_find(table, op) >= 0) return NULL;
  if (table->count == table->capacity) {
    size_t capacity = table->capacity ? table->capacity * 2 : 64;
    spc_packed_weight_t *grown = realloc(table->weights, capacity * sizeof *grown);
    if (!grown) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a table of %zu weights", capacity);
    table->weights = grown;
    table->capacity = capacity;
  }
  spc_packed_weight_t weight = {.identity = spc_weight_identity(op), .name = unique_name(table, op), .on_host = spc_weight_is_on_host(op)};
  if (!weight.name) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for the name of weight %zu", table->count);
  spc_status_t status = read_shape(op, &weight);
  if (!status) status = read_parts(op, &weight);
  if (status) {
    weight_deinit(&weight);
    return status;
  }
  table->weights[table->count++] = weight;
  return NULL;
}

static spc_status_t add_function(spc_weight_table_t *table, MlirOperation func) {
  MlirBlock block = spc_func_block(func);
  if (mlirBlockIsNull(block)) return NULL;  // a declaration
  for (MlirOperation op = mlirBlockGetFirstOperation(block); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (spc_op_is(op, "spc.weight")) SPC_RETURN_IF_ERROR(add_weight(table, op));
  }
  return NULL;
}

spc_status_t spc_weight_table_init(spc_weight_table_t *table, MlirModule module) {
  memset(table, 0, sizeof *table);
  spc_status_t status = NULL;
  MlirOperation op = mlirBlockGetFirstOperation(mlirModuleGetBody(module));
  for (; !status && !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (spc_op_is(op, "func.func")) status = add_function(table, op);
  }
  if (!status) status = lay_out(table);
  if (status) spc_weight_table_deinit(table);
  return status;
}

void spc_weight_table_deinit(spc_weight_table_t *table) {
  if (!table) return;
  for (size_t i = 0; i < table->count; ++i) weight_deinit(&table->weights[i]);
  free(table->weights);
  free(table->order);
  memset(table, 0, sizeof *table);
}
