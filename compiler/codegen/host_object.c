// Optimising an LLVM module and writing it as an object file.
#include <string.h>

#include "compiler/codegen/host_target.h"
#include "llvm-c/Analysis.h"
#include "llvm-c/Error.h"
#include "llvm-c/Transforms/PassBuilder.h"

spc_status_t spc_host_optimize(const spc_host_target_t *target, LLVMModuleRef module) {
  char *message = NULL;
  if (LLVMVerifyModule(module, LLVMReturnStatusAction, &message)) {
    spc_status_t status = SPC_STATUS(SPC_INTERNAL, "the module is not valid LLVM IR: %s", message);
    LLVMDisposeMessage(message);
    return status;
  }
  LLVMDisposeMessage(message);
  LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
  LLVMErrorRef error = LLVMRunPasses(module, "default<O3>", target->machine, options);
  LLVMDisposePassBuilderOptions(options);
  if (!error) return NULL;
  message = LLVMGetErrorMessage(error);
  spc_status_t status = SPC_STATUS(SPC_INTERNAL, "optimising failed: %s", message);
  LLVMDisposeErrorMessage(message);
  return status;
}

spc_status_t spc_host_write_object(const spc_host_target_t *target, LLVMModuleRef module, const char *path) {
  char *message = NULL;
  if (!LLVMTargetMachineEmitToFile(target->machine, module, path, LLVMObjectFile, &message)) {
    LLVMDisposeMessage(message);
    return NULL;
  }
  spc_status_t status = SPC_STATUS(SPC_IO, "cannot write the object file '%s': %s", path, message ? message : "unknown error");
  LLVMDisposeMessage(message);
  return status;
}
