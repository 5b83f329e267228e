// What a GPU's memory and its link to the host reach.
#include "alloc.h"
#include "cuda/cuda_model.h"
#include "model.h"

#define MOST_BYTES (UINT64_C(1) << 30)
#define MOST_HOST_BYTES (UINT64_C(256) << 20)
#define PASSES 4

typedef struct measure_t {
  const spc_cuda_model_t *model;
  const spc_cuda_driver_t *cu;
  CUstream stream;
  CUevent begin, end;
  CUdeviceptr from, to;
  void *host;
  uint64_t bytes, host_bytes;  // of `from` and of `to`; of `host`
} measure_t;

static spc_status_t make(measure_t *m, spc_machine_t *machine) {
  size_t free_bytes = 0, total = 0;
  SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuMemGetInfo, &free_bytes, &total));
  machine->device_memory = total;
  m->bytes = free_bytes / 4 < MOST_BYTES ? free_bytes / 4 & ~(uint64_t)63 : MOST_BYTES;
  m->host_bytes = m->bytes < MOST_HOST_BYTES ? m->bytes : MOST_HOST_BYTES;
  SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuStreamCreate, &m->stream, CU_STREAM_NON_BLOCKING));
  SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuEventCreate, &m->begin, CU_EVENT_DEFAULT));
  SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuEventCreate, &m->end, CU_EVENT_DEFAULT));
  SPC_RETURN_IF_ERROR(spc_cuda_alloc(m->model, "memory to read", m->bytes, &m->from));
  SPC_RETURN_IF_ERROR(spc_cuda_alloc(m->model, "memory to write", m->bytes, &m->to));
  SPC_RETURN_IF_ERROR(spc_cuda_host_alloc(m->model, "memory to upload", m->host_bytes, &m->host));
  return SPC_CU(m->cu, cuMemsetD8Async, m->from, 1, m->bytes, m->stream);
}

// Bytes a second of |bytes| copied from the host, or from device memory when |host| is NULL.
static spc_status_t best_copy(const measure_t *m, const void *host, uint64_t bytes, double *out_rate) {
  for (int pass = 0; pass < PASSES; ++pass) {
    float milliseconds = 0;
    SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuEventRecord, m->begin, m->stream));
    SPC_RETURN_IF_ERROR(host ? SPC_CU(m->cu, cuMemcpyHtoDAsync, m->to, host, bytes, m->stream)
                             : SPC_CU(m->cu, cuMemcpyDtoDAsync, m->to, m->from, bytes, m->stream));
    SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuEventRecord, m->end, m->stream));
    SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuEventSynchronize, m->end));
    SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuEventElapsedTime, &milliseconds, m->begin, m->end));
    double rate = milliseconds > 0 ? (double)bytes / ((double)milliseconds * 1e-3) : 0;
    if (rate > *out_rate) *out_rate = rate;
  }
  return NULL;
}

static spc_status_t measure(measure_t *m, spc_machine_t *machine) {
  SPC_RETURN_IF_ERROR(make(m, machine));
  SPC_RETURN_IF_ERROR(best_copy(m, NULL, m->bytes, &machine->memory_bandwidth));
  machine->memory_bandwidth *= 2;  // read and written
  return best_copy(m, m->host, m->host_bytes, &machine->link_bandwidth);
}

spc_status_t spc_cuda_measure(const spc_model_t *model, uint32_t threads, spc_machine_t *machine) {
  (void)threads;
  measure_t m = {.model = model->on_device};
  m.cu = m.model->cu;
  machine->device_name = m.model->name;
  machine->multiprocessors = (uint64_t)m.model->multiprocessors;
  SPC_RETURN_IF_ERROR(spc_cuda_make_current(m.model));
  spc_status_t status = measure(&m, machine);
  if (m.stream) (void)m.cu->cuStreamSynchronize(m.stream);
  if (m.host) (void)m.cu->cuMemFreeHost(m.host);
  if (m.to) (void)m.cu->cuMemFree(m.to);
  if (m.from) (void)m.cu->cuMemFree(m.from);
  if (m.end) (void)m.cu->cuEventDestroy(m.end);
  if (m.begin) (void)m.cu->cuEventDestroy(m.begin);
  if (m.stream) (void)m.cu->cuStreamDestroy(m.stream);
  return status;
}
