// What a machine reaches at best.
#include <unistd.h>

#include "cpu/thread_pool.h"
#include "model.h"

spc_status_t spc_model_measure(const spc_model_t *model, int32_t threads, spc_machine_t *out_machine) {
  *out_machine = (spc_machine_t){.device_name = model->device->name};
  if (threads < 0) return SPC_STATUS(SPC_OUT_OF_RANGE, "threads %d", threads);
  long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  if (pages > 0 && page > 0) out_machine->host_memory = (uint64_t)pages * (uint64_t)page;
  return model->device->measure(model, threads ? (uint32_t)threads : spc_cpu_count(), out_machine);
}
