#ifndef SPC_RUNTIME_CPU_BANDWIDTH_H_
#define SPC_RUNTIME_CPU_BANDWIDTH_H_

#include "spc/spc.h"

// All |threads| read disjoint parts of a buffer; one thread copies rows from it.
SPC_WARN_UNUSED spc_status_t spc_cpu_measure(const spc_model_t *model, uint32_t threads, spc_machine_t *machine);

#endif  // SPC_RUNTIME_CPU_BANDWIDTH_H_
