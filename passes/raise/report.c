#include "passes/raise/report.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "mlir-c/Diagnostics.h"
#include "passes/ir/ir.h"

typedef struct spc_raise_complaint_t {
  MlirOperation op;
  intptr_t order;
  char *reason;  // owned
} spc_raise_complaint_t;

void spc_raise_report_deinit(spc_raise_report_t *report) {
  for (intptr_t i = 0; i < report->count; ++i) free(report->items[i].reason);
  free(report->items);
  spc_pointer_map_deinit(&report->seen);
  *report = (spc_raise_report_t){0};
}

bool spc_raise_report_has(const spc_raise_report_t *report, MlirOperation op) {
  return spc_pointer_map_get(&report->seen, op.ptr, 0) != 0;
}

spc_status_t spc_raise_report_add(spc_raise_report_t *report, MlirOperation op, intptr_t order, const char *format,
                                  ...) {
  if (order >= 0 && spc_raise_report_has(report, op)) return NULL;
  SPC_RETURN_IF_ERROR(
      spc_array_reserve((void **)&report->items, report->count, &report->capacity, sizeof *report->items));
  if (order >= 0) SPC_RETURN_IF_ERROR(spc_pointer_map_set(&report->seen, op.ptr, 1));
  char *reason = NULL;
  va_list args;
  va_start(args, format);
  int length = vasprintf(&reason, format, args);
  va_end(args);
  if (length < 0) return SPC_STATUS(SPC_OUT_OF_MEMORY, "raise: no memory for a message");
  report->items[report->count++] = (spc_raise_complaint_t){op, order, reason};
  return NULL;
}

static int by_order(const void *a, const void *b) {
  intptr_t x = ((const spc_raise_complaint_t *)a)->order, y = ((const spc_raise_complaint_t *)b)->order;
  return (x > y) - (x < y);
}

void spc_raise_report_emit(spc_raise_report_t *report) {
  if (report->count) qsort(report->items, (size_t)report->count, sizeof *report->items, by_order);
  for (intptr_t i = 0; i < report->count; ++i) {
    const spc_raise_complaint_t *item = &report->items[i];
    MlirLocation loc = mlirOperationGetLocation(item->op);
    char node[256];
    const char *name = item->order < 0 ? "" : spc_op_describe(item->op, node, sizeof node);
    size_t size = strlen(name) + strlen(item->reason) + 3;
    char *text = malloc(size);
    if (text) snprintf(text, size, "%s%s%s", name, *name ? ": " : "", item->reason);
    mlirEmitError(loc, text ? text : item->reason);
    free(text);
  }
}
