// From kernel specialisations to machine code for the host CPU, and from an LLVM module to a shared object.
#ifndef COMPILER_CODEGEN_HOST_H_
#define COMPILER_CODEGEN_HOST_H_

#include <stddef.h>

#include "compiler/context.h"
#include "compiler/kernels/kernels.h"
#include "llvm-c/Core.h"

typedef struct spc_host_target_t spc_host_target_t;

// |cpu| is an LLVM CPU name ("znver4", "x86-64-v3") or "native" or NULL for the machine this runs on. Unknown names are INVALID_ARGUMENT with
// the close ones. Initialises LLVM's native target once.
SPC_WARN_UNUSED spc_status_t spc_host_target_create(const char *cpu, spc_host_target_t **out_target);
void spc_host_target_destroy(spc_host_target_t *target);
const char *spc_host_target_cpu(const spc_host_target_t *target);
// Comma list of the features the code may rely on beyond x86-64 ("avx2,fma,avx512f,..."); the runtime checks them at load.
const char *spc_host_target_features(const spc_host_target_t *target);

// Lowers every kernel of |set| and links them into one new LLVM module in |llvm| (the caller disposes of it). For specialisation i the module has an
// internal function "spc_kernel_<i>" of type void(ptr, i64, i64), the wrapper that spc/abi.h calls spc_host_kernel_fn_t. Not optimised yet.
SPC_WARN_UNUSED spc_status_t spc_host_codegen(spc_context_t *context, const spc_kernel_set_t *set, const spc_host_target_t *target,
                                              LLVMContextRef llvm, LLVMModuleRef *out_module);
// A module without code, for the tables of an object whose kernels run elsewhere.
LLVMModuleRef spc_host_module_create(const spc_host_target_t *target, LLVMContextRef llvm);
// Runs the optimiser over |module|.
SPC_WARN_UNUSED spc_status_t spc_host_optimize(const spc_host_target_t *target, LLVMModuleRef module);
// Writes |module| as an object file.
SPC_WARN_UNUSED spc_status_t spc_host_write_object(const spc_host_target_t *target, LLVMModuleRef module, const char *path);
// Links |object| into the shared object |output| (-o is exact), exporting only |exported_symbol|. Uses ld.lld-22 or ld; written beside the output under a
// temporary name and renamed, so that a failed link leaves no half file.
SPC_WARN_UNUSED spc_status_t spc_link_shared(const char *object, const char *output, const char *exported_symbol);

#endif  // COMPILER_CODEGEN_HOST_H_
