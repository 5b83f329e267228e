// The files that a model's weights lie in: `spc.files` while it is being built.
#ifndef FRONTEND_MODEL_FILES_H_
#define FRONTEND_MODEL_FILES_H_

#include <stdbool.h>
#include <stdint.h>

#include "mlir-c/IR.h"
#include "spc/status.h"

typedef struct spc_model_file_t {
  char *path;      // absolute, links resolved
  char *location;  // as the model names it; NULL for the model itself and for files of earlier imports
  bool exists;
  uint64_t size;  // when it exists
} spc_model_file_t;

typedef struct spc_model_files_t {
  spc_model_file_t *files;  // indices are those of spc.files
  size_t count;
  size_t capacity;
  size_t model;      // index of the model itself
  char *folder;      // that locations are relative to
  char *root;        // that files must lie in; links resolved. NULL until the first external file
  const char *data_root;  // borrowed; NULL: the folder
} spc_model_files_t;

// Starts from the `spc.files` that |module| has already. |path| is the model as the caller named it, |resolved| what is recorded.
SPC_WARN_UNUSED spc_status_t spc_model_files_init(MlirModule module, const char *path, const char *resolved, const char *data_root,
                                                  spc_model_files_t *out_files);
void spc_model_files_deinit(spc_model_files_t *files);

// Finds or adds the external data file that a tensor calls |location|: relative, without "..", and inside the root once links are resolved.
// It may be missing. The entry stays valid until the next call.
SPC_WARN_UNUSED spc_status_t spc_model_files_external(spc_model_files_t *files, const char *location, size_t *out_index);

// The new `spc.files`.
MlirAttribute spc_model_files_attribute(const spc_model_files_t *files, MlirContext ctx);

#endif  // FRONTEND_MODEL_FILES_H_
