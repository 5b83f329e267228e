// Does this CPU have what the kernels of a plan were compiled for?
#ifndef SPC_RUNTIME_CPU_CPU_FEATURES_H_
#define SPC_RUNTIME_CPU_CPU_FEATURES_H_

#include "spc/status.h"

// |features| is a comma list of LLVM's names, each optionally with a leading '+'. INCOMPATIBLE lists every feature that this CPU or operating
// system lacks, and those this runtime does not know; |cpu| is named in the message.
SPC_WARN_UNUSED spc_status_t spc_cpu_features_check(const char *cpu, const char *features);

#endif  // SPC_RUNTIME_CPU_CPU_FEATURES_H_
