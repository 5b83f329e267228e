// Memory of the host that the GPU addresses: ordinary memory that is locked then. In huge pages, where the system has them, that takes a third of the time of the driver's own
// allocations.
#include <inttypes.h>

#include "cuda/cuda_model.h"
#include "spc/memory_model.h"

#define ALIGNMENT (64 << 10)  // the system translates host addresses in units of this: a page of rows should not lie in two

spc_status_t spc_cuda_mapped_init(const spc_cuda_model_t *m, const char *what, uint64_t bytes, spc_cuda_mapped_t *out_mapped) {
  spc_region_t *memory = &out_mapped->memory;
  *out_mapped = (spc_cuda_mapped_t){.locked = false};
  SPC_RETURN_IF_ERROR(spc_region_init(what, spc_memory_add(bytes, ALIGNMENT), memory));
  out_mapped->host = (uint8_t *)(((uintptr_t)memory->data + ALIGNMENT - 1) & ~(uintptr_t)(ALIGNMENT - 1));
  SPC_RETURN_IF_ERROR(spc_cuda_make_current(m));
  spc_status_t status = SPC_CU(m->cu, cuMemHostRegister, memory->data, memory->size, CU_MEMHOSTREGISTER_PORTABLE | CU_MEMHOSTREGISTER_DEVICEMAP);
  if (status) return spc_status_annotate(status, "%s: locking %" PRIu64 " bytes", what, memory->size);
  out_mapped->locked = true;
  return SPC_CU(m->cu, cuMemHostGetDevicePointer, &out_mapped->address, out_mapped->host, 0);
}

void spc_cuda_mapped_deinit(const spc_cuda_model_t *m, spc_cuda_mapped_t *mapped) {
  if (mapped->locked) (void)m->cu->cuMemHostUnregister(mapped->memory.data);
  mapped->locked = false;
  spc_region_deinit(&mapped->memory);
}
