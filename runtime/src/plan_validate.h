// Checks a plan before anything in it is trusted. Everything the executor reads from the tables is in range afterwards; what is beyond checking is
// that kernels stay inside the buffers they are given, because kernels are code.
#ifndef SPC_RUNTIME_PLAN_VALIDATE_H_
#define SPC_RUNTIME_PLAN_VALIDATE_H_

#include "spc/abi.h"
#include "spc/status.h"

#define SPC_PLAN_MAX_ARGS 32  // arguments of a kernel

// INCOMPATIBLE for another ABI version (names both), UNSUPPORTED for another target, else INVALID_ARGUMENT naming table, index and field.
SPC_WARN_UNUSED spc_status_t spc_plan_validate(const spc_plan_t *plan);

// ---- Parts, in the order they run; each may rely on the ones before.
SPC_WARN_UNUSED spc_status_t spc_plan_validate_cuda(const spc_plan_t *plan);  // images, the GPU they are for, kernels
SPC_WARN_UNUSED spc_status_t spc_plan_validate_states(const spc_plan_t *plan);
SPC_WARN_UNUSED spc_status_t spc_plan_validate_programs(const spc_plan_t *plan);

// True when rows * columns elements from byte |offset| on lie in the activation arena, aligned for f32.
bool spc_plan_buffer_fits(const spc_plan_t *plan, uint64_t offset, uint64_t rows, uint64_t columns, uint32_t element);

// True for a string of reasonable length.
bool spc_plan_is_text(const char *text);

#endif  // SPC_RUNTIME_PLAN_VALIDATE_H_
