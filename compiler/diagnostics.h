// What MLIR and the passes said about a context: kept in order, as records, until somebody asks.
#ifndef COMPILER_DIAGNOSTICS_H_
#define COMPILER_DIAGNOSTICS_H_

#include <stdbool.h>
#include <stddef.h>

#include "mlir-c/Diagnostics.h"
#include "mlir-c/IR.h"
#include "spc/status.h"

typedef enum spc_severity_t { SPC_SEVERITY_ERROR, SPC_SEVERITY_WARNING, SPC_SEVERITY_REMARK } spc_severity_t;

typedef struct spc_diagnostic_t {
  spc_severity_t severity;
  char *file;     // NULL when the location is not in a file
  unsigned line;  // 1-based; 0 without a file
  char *text;     // "file:line:column: message" or "name: message", notes indented on lines of their own
  const char *message;  // the part of |text| after the location
} spc_diagnostic_t;

typedef struct spc_diagnostics_t {
  spc_diagnostic_t *records;
  size_t count;
  size_t capacity;
  const char *source_name;  // what to call the file "-" (borrowed), or NULL
  bool out_of_memory;       // a record was lost
} spc_diagnostics_t;

void spc_diagnostics_init(spc_diagnostics_t *diagnostics);
void spc_diagnostics_deinit(spc_diagnostics_t *diagnostics);

// An MlirDiagnosticHandler; |user_data| is the spc_diagnostics_t. Takes every diagnostic, so that MLIR prints none.
MlirLogicalResult spc_diagnostics_handle(MlirDiagnostic diagnostic, void *user_data);

bool spc_diagnostics_has_errors(const spc_diagnostics_t *diagnostics);
// Frees the records from index |count| on.
void spc_diagnostics_truncate(spc_diagnostics_t *diagnostics, size_t count);
// The texts of all records that are errors (or, with |errors| false, that are not), one a line, and removes these. malloc; NULL when there are
// none or memory is out.
char *spc_diagnostics_take(spc_diagnostics_t *diagnostics, bool errors);

#endif  // COMPILER_DIAGNOSTICS_H_
