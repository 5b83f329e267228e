// Writes the packed weights of a plan: a safetensors file with every weight as the kernels read it, row-major [rows, cols], 64-byte aligned.
#ifndef COMPILER_WEIGHTS_PACK_H_
#define COMPILER_WEIGHTS_PACK_H_

#include "compiler/weights/weight_table.h"
#include "frontend/weight_files.h"
#include "spc/status.h"

// |done| of |total| bytes are written; called after every few MiB.
typedef void (*spc_pack_progress_t)(void *user, uint64_t done, uint64_t total);

// Writes |path| through a temporary file beside it and a rename, so that |path| is never half written. Memory used is under 64 MiB whatever the model's
// size. |progress| may be NULL. *out_data_offset is where the data section begins in the file. Errors: NOT_FOUND for a missing weights file (names the
// weight and the file), OUT_OF_RANGE, IO.
SPC_WARN_UNUSED spc_status_t spc_weights_pack(const spc_weight_table_t *table, spc_weight_files_t *files, const char *path,
                                              spc_pack_progress_t progress, void *user, uint64_t *out_data_offset);

// The path of the first file that a weight lives in and that does not exist, or NULL. A graph may be compiled without its weights.
const char *spc_weights_missing_file(const spc_weight_table_t *table, spc_weight_files_t *files);

#endif  // COMPILER_WEIGHTS_PACK_H_
