// From a plan to the constant tables of a shared object.
#ifndef COMPILER_PLAN_EMIT_H_
#define COMPILER_PLAN_EMIT_H_

#include "compiler/plan/plan_builder.h"
#include "llvm-c/Core.h"

// Adds the plan as constant data to |module|, which holds the kernels ("spc_kernel_<i>"), and the exported function SPC_PLAN_QUERY_SYMBOL. With
// |embed_path|, the bytes of that file from |embed_skip| on become the plan's embedded weights; the file must stay until the object is written.
SPC_WARN_UNUSED spc_status_t spc_plan_emit(const spc_plan_builder_t *builder, LLVMModuleRef module, const char *embed_path,
                                           uint64_t embed_skip);

#endif  // COMPILER_PLAN_EMIT_H_
