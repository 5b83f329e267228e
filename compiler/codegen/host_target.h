// The inside of a host target, for the files of this folder.
#ifndef COMPILER_CODEGEN_HOST_TARGET_H_
#define COMPILER_CODEGEN_HOST_TARGET_H_

#include "compiler/codegen/host.h"
#include "llvm-c/TargetMachine.h"

struct spc_host_target_t {
  LLVMTargetMachineRef machine;
  char *triple;         // LLVM's message
  char *cpu;
  char *features;       // "avx2,fma"
  char *llvm_features;  // "+avx2,+fma"
  const char *tune;     // static, or cpu
  bool wide_vectors;    // 512 bits
  bool half;            // converts f16 in hardware
};

#endif  // COMPILER_CODEGEN_HOST_TARGET_H_
