// How a multiprocessor's memory is divided between first-level cache and shared memory while kernels copy beside others that compute.
//
// A multiprocessor has one division for all blocks on it, and changes it only when it has none. The driver chooses by each kernel's own needs: a linear kernel gets just what its ring
// takes, and where a block of a copy then finds room first, or has made another choice, no linear kernel can run until the copy has ended. So while copies run every kernel asks for
// what the largest of them and a copy take together. docs/kernels-nvptx.md has what that changes.
#include "cuda/cuda_model.h"

#define LEAST_DRIVER 12080  // whose launches take the attribute, for all that is known

// Adds a block of |kernel| to |*most|, if it is larger.
static spc_status_t note_block(const spc_cuda_model_t *m, int32_t kernel, uint64_t reserved, uint64_t *most) {
  if (kernel < 0) return NULL;
  int fixed = 0;
  SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuFuncGetAttribute, &fixed, CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES, m->functions[kernel]));
  uint64_t bytes = (uint64_t)fixed + m->plan->kernels[kernel].shared_bytes + reserved;
  if (bytes > *most) *most = bytes;
  return NULL;
}

spc_status_t spc_cuda_divide_shared_memory(spc_cuda_model_t *m) {
  int version = 0, all = 0, reserved = 0;
  SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuDriverGetVersion, &version));
  SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuDeviceGetAttribute, &all, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR, m->device));
  SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuDeviceGetAttribute, &reserved, CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK, m->device));
  if (version < LEAST_DRIVER || all <= 0 || reserved < 0) return NULL;
  const spc_program_t *decode = &m->plan->programs[SPC_PROGRAM_DECODE];
  uint64_t computing = 0, copying = 0;
  for (uint32_t i = 0; i < decode->command_count; ++i) {
    const spc_command_t *command = &m->plan->commands[decode->command_begin + i];
    bool copies = command->opcode == SPC_OP_KV_PREFETCH || command->opcode == SPC_OP_KV_OFFLOAD;
    uint64_t *most = copies ? &copying : &computing;
    SPC_RETURN_IF_ERROR(note_block(m, command->kernel, (uint64_t)reserved, most));
    for (int k = 0; k < 4; ++k) SPC_RETURN_IF_ERROR(note_block(m, command->kernels[k], (uint64_t)reserved, most));
  }
  if (copying == 0 || computing + copying > (uint64_t)all) return NULL;
  m->shared_percent = (unsigned)(100 * (computing + copying) / (uint64_t)all);  // rounded down: the driver takes the next division there is
  return NULL;
}
