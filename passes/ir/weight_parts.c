#include "passes/ir/weight_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "passes/ir/ir.h"
#include "passes/ir/pass.h"

// ---- Identity and size -----------------------------------------------------------------------------------------------

MlirAttribute spc_weight_identity(MlirOperation weight) {
  MlirAttribute parts = spc_attr(weight, "parts");
  return mlirAttributeIsNull(parts) ? spc_attr(weight, "value") : parts;
}

int64_t spc_weight_elements(MlirOperation weight) {
  MlirType type = mlirValueGetType(mlirOperationGetResult(weight, 0));
  if (!mlirTypeIsARankedTensor(type) || !mlirShapedTypeHasStaticShape(type)) return 0;
  int64_t elements = 1;
  for (intptr_t i = 0; i < mlirShapedTypeGetRank(type); ++i) {
    if (__builtin_mul_overflow(elements, mlirShapedTypeGetDimSize(type, i), &elements)) return INT64_MAX;
  }
  return elements;
}

typedef struct counted_t {
  const void *identity;
  int64_t elements;
} counted_t;

static int compare_counted(const void *a, const void *b) {
  uintptr_t x = (uintptr_t)((const counted_t *)a)->identity, y = (uintptr_t)((const counted_t *)b)->identity;
  return (x > y) - (x < y);
}

static bool is_parameter(MlirOperation op) { return spc_op_is(op, "spc.weight") && mlirAttributeIsNull(spc_attr(op, "value")); }

int64_t spc_weight_count_parameters(MlirOperation func) {
  MlirBlock block = spc_func_block(func);
  size_t count = 0, i = 0;
  MlirOperation op = mlirBlockGetFirstOperation(block);
  for (; !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) count += is_parameter(op);
  counted_t *weights = calloc(count + 1, sizeof(*weights));
  if (!weights) return 0;
  for (op = mlirBlockGetFirstOperation(block); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (is_parameter(op)) weights[i++] = (counted_t){spc_weight_identity(op).ptr, spc_weight_elements(op)};
  }
  qsort(weights, count, sizeof(*weights), compare_counted);
  int64_t total = 0;
  for (i = 0; i < count; ++i) {
    if (i > 0 && weights[i].identity == weights[i - 1].identity) continue;
    if (__builtin_add_overflow(total, weights[i].elements, &total)) total = INT64_MAX;
  }
  free(weights);
  return total;
}

// ---- Where it lies ---------------------------------------------------------------------------------------------------

#define ON_HOST "spc.on_host"

bool spc_weight_is_on_host(MlirOperation weight) { return !mlirAttributeIsNull(spc_attr(weight, ON_HOST)); }

void spc_weight_set_on_host(MlirOperation weight) {
  mlirOperationSetAttributeByName(weight, spc_str(ON_HOST), mlirUnitAttrGet(mlirOperationGetContext(weight)));
}

// ---- Lists of parts --------------------------------------------------------------------------------------------------

typedef struct part_list_t {
  MlirAttribute *items;
  intptr_t count, capacity;
} part_list_t;

static bool part_list_push(part_list_t *list, MlirAttribute part) {
  if (list->count == list->capacity) {
    intptr_t capacity = list->capacity ? 2 * list->capacity : 8;
    MlirAttribute *items = realloc(list->items, (size_t)capacity * sizeof(*items));
    if (!items) return false;
    list->items = items;
    list->capacity = capacity;
  }
  list->items[list->count++] = part;
  return true;
}

// The rows of a part that the weight takes: of [rows, cols], transposed first if so.
static spc_row_range_t part_range(MlirAttribute part) {
  MlirAttribute transpose = spc_dict(part, "transpose");
  bool transposed = !mlirAttributeIsNull(transpose) && mlirAttributeIsABool(transpose) && mlirBoolAttrGetValue(transpose);
  int64_t rows = spc_dict_i64(part, transposed ? "cols" : "rows", 0);
  return (spc_row_range_t){spc_dict_i64(part, "row_begin", 0), spc_dict_i64(part, "row_end", rows)};
}

static bool name_is(MlirNamedAttribute attr, const char *name) {
  MlirStringRef text = mlirIdentifierStr(attr.name);
  return text.length == strlen(name) && memcmp(text.data, name, text.length) == 0;
}

// |part| with other rows; a null attribute when memory is out.
static MlirAttribute part_with_range(MlirContext ctx, MlirAttribute part, spc_row_range_t range) {
  intptr_t n = mlirDictionaryAttrGetNumElements(part), kept = 0;
  MlirNamedAttribute *attrs = malloc((size_t)(n + 2) * sizeof(*attrs));
  if (!attrs) return mlirAttributeGetNull();
  for (intptr_t i = 0; i < n; ++i) {
    MlirNamedAttribute attr = mlirDictionaryAttrGetElement(part, i);
    if (!name_is(attr, "row_begin") && !name_is(attr, "row_end")) attrs[kept++] = attr;
  }
  attrs[kept++] = spc_named_i64(ctx, "row_begin", range.begin);
  attrs[kept++] = spc_named_i64(ctx, "row_end", range.end);
  MlirAttribute result = mlirDictionaryAttrGet(ctx, kept, attrs);
  free(attrs);
  return result;
}

// Adds to |list| rows |range| of the matrix that |parts| stack up to.
static bool push_rows(MlirContext ctx, MlirAttribute parts, spc_row_range_t range, part_list_t *list) {
  int64_t first = 0;  // row of the whole at which the part begins
  for (intptr_t i = 0; i < mlirArrayAttrGetNumElements(parts) && range.begin < range.end; ++i) {
    MlirAttribute part = mlirArrayAttrGetElement(parts, i);
    spc_row_range_t own = part_range(part);
    int64_t last = first + (own.end - own.begin);
    if (range.begin < last) {
      int64_t end = range.end < last ? range.end : last;
      MlirAttribute piece = part_with_range(ctx, part, (spc_row_range_t){own.begin + range.begin - first, own.begin + end - first});
      if (mlirAttributeIsNull(piece) || !part_list_push(list, piece)) return false;
      range.begin = end;
    }
    first = last;
  }
  return range.begin >= range.end;
}

// The weight as parts: its own, or one that carries its value. Null with a diagnostic when it has neither.
static MlirAttribute parts_of(MlirContext ctx, MlirOperation weight) {
  MlirAttribute parts = spc_attr(weight, "parts");
  if (!mlirAttributeIsNull(parts) && mlirAttributeIsAArray(parts)) return parts;
  if (mlirAttributeIsNull(spc_attr(weight, "value"))) {
    spc_emit_error(mlirOperationGetLocation(weight), "the weight has neither parts nor a value");
    return mlirAttributeGetNull();
  }
  MlirValue result = mlirOperationGetResult(weight, 0);
  int64_t rows = spc_dim(result, 0), cols = spc_dim(result, 1);
  MlirNamedAttribute attrs[] = {
      spc_named(ctx, "value", spc_attr(weight, "value")),
      spc_named(ctx, "element", mlirTypeAttrGet(spc_element(result))),
      spc_named_i64(ctx, "rows", rows),
      spc_named_i64(ctx, "cols", cols < 0 ? 1 : cols),
      spc_named_bool(ctx, "transpose", false),
      spc_named_i64(ctx, "row_begin", 0),
      spc_named_i64(ctx, "row_end", rows),
  };
  MlirAttribute part = mlirDictionaryAttrGet(ctx, sizeof(attrs) / sizeof(attrs[0]), attrs);
  return mlirArrayAttrGet(ctx, 1, &part);
}

static MlirAttribute zero_part(MlirContext ctx, MlirType element, int64_t rows, int64_t cols) {
  MlirNamedAttribute attrs[] = {
      spc_named_bool(ctx, "zeros", true),
      spc_named(ctx, "element", mlirTypeAttrGet(element)),
      spc_named_i64(ctx, "rows", rows),
      spc_named_i64(ctx, "cols", cols),
      spc_named_bool(ctx, "transpose", false),
      spc_named_i64(ctx, "row_begin", 0),
      spc_named_i64(ctx, "row_end", rows),
  };
  return mlirDictionaryAttrGet(ctx, sizeof(attrs) / sizeof(attrs[0]), attrs);
}

// Inserts an spc.weight of |list|'s parts with |rows| rows and otherwise the shape of |like|.
static MlirOperation insert_weight(MlirOperation before, MlirOperation like, const char *name, MlirType element, int64_t rows,
                                   const part_list_t *list) {
  MlirContext ctx = mlirOperationGetContext(like);
  MlirValue shape = mlirOperationGetResult(like, 0);
  int64_t dims[2] = {rows, spc_dim(shape, 1)};
  MlirType type = spc_tensor(element, dims[1] == -2 ? 1 : 2, dims);
  MlirNamedAttribute attrs[2] = {spc_named(ctx, "parts", mlirArrayAttrGet(ctx, list->count, list->items))};
  intptr_t n_attrs = 1;
  if (name) attrs[n_attrs++] = spc_named_str(ctx, "name", name);
  return spc_op_insert(mlirOperationGetBlock(before), before, "spc.weight", mlirOperationGetLocation(like), 0, NULL, 1, &type, n_attrs, attrs);
}

bool spc_weight_take_rows(MlirOperation weight, intptr_t n, const spc_row_range_t *ranges, MlirOperation before, MlirOperation *out_weight) {
  MlirContext ctx = mlirOperationGetContext(weight);
  MlirAttribute parts = parts_of(ctx, weight);
  if (mlirAttributeIsNull(parts)) return false;
  part_list_t list = {0};
  int64_t rows = 0;
  bool inside = true;
  for (intptr_t i = 0; i < n && inside; ++i) {
    spc_row_range_t range = ranges[i];
    while (i + 1 < n && ranges[i + 1].begin == range.end) range.end = ranges[++i].end;  // neighbours are one piece
    inside = range.begin >= 0 && push_rows(ctx, parts, range, &list);
    rows += range.end - range.begin;
  }
  if (inside) {
    *out_weight = insert_weight(before, weight, NULL, spc_element(mlirOperationGetResult(weight, 0)), rows, &list);
    MlirAttribute name = spc_attr(weight, "name");
    if (!mlirAttributeIsNull(name)) mlirOperationSetAttributeByName(*out_weight, spc_str("name"), name);
  }
  free(list.items);
  return inside || spc_error(weight, "the weight has too few rows to take the rows of the chosen heads");
}

bool spc_weight_stack(const char *name, intptr_t n, const spc_weight_piece_t *pieces, MlirOperation before, MlirOperation *out_weight) {
  MlirOperation like = {NULL};
  MlirType element = {NULL};
  int64_t rows = 0;
  for (intptr_t i = 0; i < n; ++i) {
    if (__builtin_add_overflow(rows, pieces[i].rows, &rows)) return spc_error(before, "%s: too many rows", name);
    if (mlirOperationIsNull(pieces[i].weight)) continue;
    MlirValue value = mlirOperationGetResult(pieces[i].weight, 0);
    if (mlirOperationIsNull(like)) {
      like = pieces[i].weight;
      element = spc_element(value);
    } else if (spc_dim(value, 1) != spc_dim(mlirOperationGetResult(like, 0), 1)) {
      return spc_error(pieces[i].weight, "%s: the pieces have %" PRId64 " and %" PRId64 " columns and cannot be stacked", name,
                       spc_dim(mlirOperationGetResult(like, 0), 1), spc_dim(value, 1));
    } else if (!mlirTypeEqual(element, spc_element(value))) {
      element = mlirF32TypeGet(mlirOperationGetContext(before));
    }
  }
  if (mlirOperationIsNull(like)) return spc_error(before, "%s: nothing to stack", name);

  MlirContext ctx = mlirOperationGetContext(before);
  int64_t cols = spc_dim(mlirOperationGetResult(like, 0), 1);
  part_list_t list = {0};
  bool ok = true;
  for (intptr_t i = 0; i < n && ok; ++i) {
    if (mlirOperationIsNull(pieces[i].weight)) {
      ok = part_list_push(&list, zero_part(ctx, element, pieces[i].rows, cols < 0 ? 1 : cols));
      continue;
    }
    MlirAttribute parts = parts_of(ctx, pieces[i].weight);
    if (mlirAttributeIsNull(parts)) {
      free(list.items);
      return false;
    }
    for (intptr_t k = 0; k < mlirArrayAttrGetNumElements(parts) && ok; ++k) ok = part_list_push(&list, mlirArrayAttrGetElement(parts, k));
  }
  if (ok) *out_weight = insert_weight(before, like, name, element, rows, &list);
  free(list.items);
  return ok || spc_error(before, "%s: out of memory", name);
}
