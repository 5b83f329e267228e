// From PTX to machine code of one GPU, by NVIDIA's assembler where it is installed.
#ifndef COMPILER_CODEGEN_PTXAS_H_
#define COMPILER_CODEGEN_PTXAS_H_

#include <stddef.h>
#include <stdint.h>

#include "compiler/codegen/nvptx.h"

// Assembles |ptx| for |target|; the cubin is malloc'ed, the caller frees. |ptxas| is the path of the program, "none" for no cubin, or NULL for the first of: ptxas
// in PATH, $CUDA_HOME/bin/ptxas, /usr/local/cuda/bin/ptxas. *out_cubin stays NULL when none is wanted, or when NULL finds none. The same PTX and program give
// the same bytes.
SPC_WARN_UNUSED spc_status_t spc_ptxas_assemble(const char *ptxas, const spc_nvptx_target_t *target, const char *ptx, uint8_t **out_cubin,
                                                size_t *out_size);

#endif  // COMPILER_CODEGEN_PTXAS_H_
