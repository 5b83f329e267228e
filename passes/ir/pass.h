// What a pass written in C needs around its body: options and the external-pass object.
#ifndef PASSES_IR_PASS_H_
#define PASSES_IR_PASS_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mlir-c/IR.h"
#include "mlir-c/Pass.h"
#include "passes/ir/ir.h"
#include "spc/status.h"

// ---- Options: "key=value" pairs separated by spaces.
#define SPC_OPTION_LIST_MAX 256

typedef struct spc_int_list_t {
  intptr_t count;  // -1: not given
  int64_t values[SPC_OPTION_LIST_MAX];
} spc_int_list_t;

typedef enum spc_option_kind_t {
  SPC_OPTION_I64,   // value: int64_t *
  SPC_OPTION_LIST,  // value: spc_int_list_t *, comma separated
  SPC_OPTION_NAME,  // value: int64_t *, the index of one of |names|
  SPC_OPTION_SIZE,  // value: int64_t *, bytes, or a number with KiB, MiB, GiB or TiB
} spc_option_kind_t;

typedef struct spc_option_t {
  const char *key;
  spc_option_kind_t kind;
  void *value;  // holds the default
  int64_t minimum, maximum;  // inclusive; of every element of a list
  const char *const *names;  // ends with NULL
} spc_option_t;

// Reads |text| (NULL is empty) into |options|. INVALID_ARGUMENT names the pass, the key, and what is allowed.
SPC_WARN_UNUSED spc_status_t spc_options_parse(const char *flag, const char *text, size_t n_options, const spc_option_t *options);
// "1,3,5" as a list; a comma list may also use spaces after commas. |what| names it in messages.
SPC_WARN_UNUSED spc_status_t spc_int_list_parse(const char *what, const char *text, size_t length, int64_t minimum, int64_t maximum,
                                                spc_int_list_t *out_list);

// ---- The pass object
// One static constant a pass; its address identifies the pass.
typedef struct spc_pass_type_t {
  const char *flag;
  const char *summary;
  // Works on a builtin.module; false when it failed, having emitted a diagnostic that says why.
  bool (*run)(MlirOperation module, const void *options);
} spc_pass_type_t;

// Makes a module pass; |options| (|size| bytes) is copied and shared by the pass's clones.
SPC_WARN_UNUSED spc_status_t spc_pass_create(const spc_pass_type_t *type, const void *options, size_t size, MlirPass *out_pass);

// ---- Diagnostics (see also passes/ir/ir.h)
// Emits an error at |op| and is false, so that `return spc_error(...)` reads well in code that returns success as a bool.
#define spc_error(op, ...) (spc_emit_error(mlirOperationGetLocation(op), __VA_ARGS__), false)

// Emits an error "CODE: message" for |status| and frees it; returns false.
bool spc_error_status(MlirLocation location, spc_status_t status);

#endif  // PASSES_IR_PASS_H_
