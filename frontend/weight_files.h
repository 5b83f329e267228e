// Read access to the bytes of weights: the files of a module's `spc.files`, mapped read-only on first use.
//
// Mapping costs no memory until bytes are read, so a model of any size can be opened. Paths come from the importer, which has checked that
// they lie in the model's folder. Not thread-safe.
#ifndef FRONTEND_WEIGHT_FILES_H_
#define FRONTEND_WEIGHT_FILES_H_

#include <stdbool.h>
#include <stdint.h>

#include "mlir-c/IR.h"
#include "spc/status.h"

typedef struct spc_weight_files_t spc_weight_files_t;

// Reads `spc.files` of |module| (may be absent: no files). Opens nothing yet.
SPC_WARN_UNUSED spc_status_t spc_weight_files_create(MlirModule module, spc_weight_files_t **out_files);
void spc_weight_files_destroy(spc_weight_files_t *files);

// Points *out_data at |length| bytes at |offset| of file |index|, valid until destroy. Errors: OUT_OF_RANGE past the end of the file (names file,
// offset, length and size), NOT_FOUND when the file is missing, INVALID_ARGUMENT for an index out of range.
SPC_WARN_UNUSED spc_status_t spc_weight_files_map(spc_weight_files_t *files, int64_t index, uint64_t offset, uint64_t length,
                                                  const void **out_data);
// Says that mapped bytes are not needed for now, so that they stop counting as resident memory; reading them again brings them back.
void spc_weight_files_release(spc_weight_files_t *files, int64_t index, uint64_t offset, uint64_t length);
// True when file |index| exists. A graph may be compiled without its weights.
bool spc_weight_files_exist(spc_weight_files_t *files, int64_t index);
// The path, for messages.
const char *spc_weight_files_path(spc_weight_files_t *files, int64_t index);
intptr_t spc_weight_files_count(spc_weight_files_t *files);

#endif  // FRONTEND_WEIGHT_FILES_H_
