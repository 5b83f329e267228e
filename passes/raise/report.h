// What raising could not do: one reason a node, listed all at once, in the order of the graph.
#ifndef PASSES_RAISE_REPORT_H_
#define PASSES_RAISE_REPORT_H_

#include "mlir-c/IR.h"
#include "passes/raise/pointer_map.h"

typedef struct spc_raise_report_t {
  struct spc_raise_complaint_t *items;
  intptr_t count, capacity;
  spc_pointer_map_t seen;  // op -> 1: only the first reason of a node is kept
} spc_raise_report_t;

void spc_raise_report_deinit(spc_raise_report_t *report);
// Notes why |op|, the |order|-th of its function (-1: of the function as a whole), cannot be raised. Only lack of
// memory makes it fail.
SPC_WARN_UNUSED spc_status_t spc_raise_report_add(spc_raise_report_t *report, MlirOperation op, intptr_t order,
                                                  const char *format, ...) SPC_PRINTF(4, 5);
bool spc_raise_report_has(const spc_raise_report_t *report, MlirOperation op);
// Emits one error a node at the node's location: "node 'name' (OpType): reason".
void spc_raise_report_emit(spc_raise_report_t *report);

#endif  // PASSES_RAISE_REPORT_H_
