// From kernel specialisations to PTX for NVIDIA GPUs, by LLVM's NVPTX backend. Needs neither a GPU nor CUDA.
#ifndef COMPILER_CODEGEN_NVPTX_H_
#define COMPILER_CODEGEN_NVPTX_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler/context.h"
#include "compiler/kernels/kernels.h"

// A row of the table of targets.
typedef struct spc_nvptx_target_t {
  const char *name;       // "sm_90a": what LLVM and ptxas call it
  const char *features;   // "+ptx80": the oldest PTX version that has the target, so that the oldest driver that has it reads the code
  int compute;            // 90: the least compute capability that runs it, times 10
  uint32_t shared_bytes;  // the most that a block may have
  bool exact;             // architecture-specific: runs on that compute capability only
} spc_nvptx_target_t;

// Every target, in ascending order.
const spc_nvptx_target_t *spc_nvptx_targets(intptr_t *out_count);
// Their names, "sm_80, sm_86, ..."; returns |out|.
const char *spc_nvptx_target_names(char *out, size_t size);
// INVALID_ARGUMENT with the list when there is no such target.
SPC_WARN_UNUSED spc_status_t spc_nvptx_target_find(const char *name, const spc_nvptx_target_t **out_target);

// Tells |set| what kernels requested after this may use of it: instructions, shared memory.
void spc_nvptx_target_allow(const spc_nvptx_target_t *target, spc_kernel_set_t *set);

// The name of specialisation i's entry in the PTX: its name in the set with '_' for '.', so that profilers show it. False when |size| is too small.
bool spc_nvptx_entry_name(const spc_kernel_set_t *set, intptr_t i, char *out, size_t size);

// One PTX module (malloc, the caller frees) with an entry for every kernel of |set|, which is of SPC_KERNELS_NVPTX. Pointers among the arguments are to global
// memory (device, or mapped host memory).
SPC_WARN_UNUSED spc_status_t spc_nvptx_codegen(spc_context_t *context, const spc_kernel_set_t *set, const spc_nvptx_target_t *target, char **out_ptx);

#endif  // COMPILER_CODEGEN_NVPTX_H_
