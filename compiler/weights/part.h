// One part of a weight (docs/ir.md, spc.weight): where its elements are and how they become rows.
#ifndef COMPILER_WEIGHTS_PART_H_
#define COMPILER_WEIGHTS_PART_H_

#include <stdbool.h>
#include <stdint.h>

#include "frontend/weight_files.h"
#include "mlir-c/IR.h"
#include "spc/abi.h"
#include "spc/status.h"

typedef enum spc_part_source_t {
  SPC_PART_FILE,   // bytes of a file
  SPC_PART_VALUE,  // a dense attribute
  SPC_PART_ZEROS,
} spc_part_source_t;

typedef struct spc_weight_part_t {
  spc_part_source_t source;
  int64_t file;             // of spc.files
  uint64_t offset, length;  // bytes in the file
  MlirAttribute value;      // dense elements
  spc_element_t element;    // as stored
  uint64_t rows, cols;      // as stored, row-major
  bool transpose;           // before rows are taken
  uint64_t row_begin, row_end;
} spc_weight_part_t;

// Reads a part's dictionary; |name| is the weight's, for messages. Checks sizes against each other, opens nothing.
SPC_WARN_UNUSED spc_status_t spc_weight_part_parse(MlirAttribute dict, const char *name, spc_weight_part_t *out_part);
// A part that is a whole `value`; it is a vector of |rows| when cols is 1.
SPC_WARN_UNUSED spc_status_t spc_weight_part_from_value(MlirAttribute value, uint64_t rows, uint64_t cols, const char *name,
                                                        spc_weight_part_t *out_part);

// Columns of the rows the part gives.
static inline uint64_t spc_weight_part_cols(const spc_weight_part_t *part) { return part->transpose ? part->rows : part->cols; }
static inline uint64_t spc_weight_part_row_count(const spc_weight_part_t *part) { return part->row_end - part->row_begin; }

uint64_t spc_element_size(spc_element_t element);
// "F32", as safetensors spells it.
const char *spc_element_dtype(spc_element_t element);
// False when |type| is no storage type of weights.
bool spc_element_from_type(MlirType type, spc_element_t *out_element);

// Writes rows [begin, end) of the part, counted from row_begin, to |out| as elements of type |element|: [end - begin, cols]. Widening to f32 is the only
// conversion. |scratch| holds as many elements of the stored type; it may be NULL when the types are equal.
SPC_WARN_UNUSED spc_status_t spc_weight_part_read(const spc_weight_part_t *part, spc_weight_files_t *files, uint64_t begin, uint64_t end,
                                                  spc_element_t element, void *scratch, void *out);

#endif  // COMPILER_WEIGHTS_PART_H_
