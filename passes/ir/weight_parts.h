// Weights as lists of parts (docs/ir.md): taking rows of one and stacking several, without reading a byte of them.
#ifndef PASSES_IR_WEIGHT_PARTS_H_
#define PASSES_IR_WEIGHT_PARTS_H_

#include <stdbool.h>
#include <stdint.h>

#include "mlir-c/IR.h"

typedef struct spc_row_range_t {
  int64_t begin, end;  // [begin, end)
} spc_row_range_t;

// What makes two spc.weight ops the same data: their parts, or their value. Attributes are unique in a context, so compare with mlirAttributeEqual.
MlirAttribute spc_weight_identity(MlirOperation weight);
// Elements of the result; saturates at INT64_MAX, 0 when a dimension is not static.
int64_t spc_weight_elements(MlirOperation weight);
// Elements of all distinct model weights in |func|. Constants that folding made (`value`) are not parameters.
int64_t spc_weight_count_parameters(MlirOperation func);

// Whether the weight lies in host memory, which its unit attribute `spc.on_host` says (passes/memory/host_tables.h).
bool spc_weight_is_on_host(MlirOperation weight);
void spc_weight_set_on_host(MlirOperation weight);

// Inserts before |before| an spc.weight of the |n| row ranges of |weight|, in order. False with a diagnostic when a range is not inside it.
bool spc_weight_take_rows(MlirOperation weight, intptr_t n, const spc_row_range_t *ranges, MlirOperation before, MlirOperation *out_weight);

// One piece of a stack: an spc.weight, or |rows| rows of zeros when |weight| is null.
typedef struct spc_weight_piece_t {
  MlirOperation weight;
  int64_t rows;
} spc_weight_piece_t;

// Inserts before |before| an spc.weight called |name| of all pieces stacked by rows; at least one is a weight, and all have the same columns
// (else false with a diagnostic). Mixed element types become f32.
bool spc_weight_stack(const char *name, intptr_t n, const spc_weight_piece_t *pieces, MlirOperation before, MlirOperation *out_weight);

#endif  // PASSES_IR_WEIGHT_PARTS_H_
