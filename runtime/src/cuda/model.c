// Opening a model on a GPU: is it the right one, do its kernels load, is there room for its weights.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cuda/cuda_model.h"
#include "plan_validate.h"

#define DEFAULT_SHARED_BYTES (48u << 10)  // of a block; more has to be asked for

// ---- The GPU

static spc_status_t read_attribute(const spc_cuda_model_t *m, int attribute, int *out_value) {
  return SPC_CU(m->cu, cuDeviceGetAttribute, out_value, attribute, m->device);
}

static spc_status_t open_device(spc_cuda_model_t *m, int32_t ordinal) {
  int count = 0, major = 0, minor = 0;
  SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuDeviceGetCount, &count));
  if (ordinal < 0 || ordinal >= count) {
    return SPC_STATUS(SPC_NOT_FOUND, "there is no GPU %d; NVIDIA's driver sees %d", ordinal, count);
  }
  SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuDeviceGet, &m->device, ordinal));
  SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuDeviceGetName, m->name, sizeof m->name - 1, m->device));
  SPC_RETURN_IF_ERROR(read_attribute(m, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, &major));
  SPC_RETURN_IF_ERROR(read_attribute(m, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, &minor));
  SPC_RETURN_IF_ERROR(read_attribute(m, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, &m->multiprocessors));
  m->capability = major * 10 + minor;
  int domains = 0;  // drivers before CUDA 12 do not know
  m->has_domains = m->cu->cuDeviceGetAttribute(&domains, CU_DEVICE_ATTRIBUTE_MEM_SYNC_DOMAIN_COUNT, m->device) == 0 && domains > 1;
  if (m->multiprocessors < 1) return SPC_STATUS(SPC_DEVICE, "GPU %d (%s) says that it has %d multiprocessors", ordinal, m->name, m->multiprocessors);
  return NULL;
}

// "sm_90" is for compute capability 9.0 and, through PTX, every later one; "sm_90a" for 9.0 alone.
static spc_status_t check_target(const spc_cuda_model_t *m) {
  int wanted = atoi(m->plan->cpu + 3);  // the validator has seen "sm_" and digits
  bool only = strchr(m->plan->cpu, 'a') != NULL;
  if (m->capability == wanted || (!only && m->capability > wanted)) return NULL;
  return SPC_STATUS(SPC_INCOMPATIBLE, "the object's kernels are for %s, but %s is sm_%d; compile the model with --target=sm_%d", m->plan->cpu, m->name,
                    m->capability, m->capability);
}

// ---- Kernels

static spc_status_t load_module(spc_cuda_model_t *m) {
  char log[4096] = "";
  int names[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
  void *values[] = {log, (void *)(uintptr_t)(sizeof log - 1)};
  bool exact = m->plan->cubin && atoi(m->plan->cpu + 3) == m->capability;
  const void *image = exact ? m->plan->cubin : m->plan->ptx;
  spc_status_t status = SPC_CU(m->cu, cuModuleLoadDataEx, &m->module, image, 2, names, values);
  if (!status) return NULL;
  m->module = NULL;
  status = spc_status_annotate(status, "the object's %s does not load on %s", exact ? "machine code" : "PTX", m->name);
  return *log ? spc_status_join(SPC_STATUS(SPC_DEVICE, "%s; the driver's compiler says: %s", spc_status_message(status), log), status) : status;
}

static spc_status_t load_functions(spc_cuda_model_t *m) {
  const spc_plan_t *plan = m->plan;
  int most_shared = 0;
  SPC_RETURN_IF_ERROR(read_attribute(m, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, &most_shared));
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("kernel functions", plan->kernel_count, sizeof *m->functions, (void **)&m->functions));
  for (uint32_t i = 0; i < plan->kernel_count; ++i) {
    const spc_kernel_t *k = &plan->kernels[i];
    if (k->shared_bytes > (uint32_t)most_shared) {
      return SPC_STATUS(SPC_INCOMPATIBLE, "kernel %s needs %u bytes of shared memory a block, %s has %d", k->name, k->shared_bytes, m->name,
                        most_shared);
    }
    spc_status_t status = SPC_CU(m->cu, cuModuleGetFunction, &m->functions[i], m->module, k->entry);
    if (!status && k->shared_bytes > DEFAULT_SHARED_BYTES) {
      status = SPC_CU(m->cu, cuFuncSetAttribute, m->functions[i], CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, (int)k->shared_bytes);
    }
    if (status) return spc_status_annotate(status, "kernel %s", k->name);
  }
  return NULL;
}

int32_t spc_cuda_find_kernel(const spc_plan_t *plan, const char *name) {
  for (uint32_t i = 0; i < plan->kernel_count; ++i) {
    if (!strcmp(plan->kernels[i].name, name)) return (int32_t)i;
  }
  return -1;
}

int32_t spc_cuda_find_packing_kernel(const spc_plan_t *plan, bool to_host) {
  char name[64];
  snprintf(name, sizeof name, "kv_%s.d%" PRIu64, to_host ? "pack" : "unpack", plan->dims.head_size);
  return spc_cuda_find_kernel(plan, name);
}

spc_status_t spc_cuda_launch(const spc_cuda_model_t *m, CUstream stream, int32_t kernel, spc_cuda_grid_t grid, uint32_t count,
                             const spc_arg_t *arguments, uint32_t flags) {
  const spc_kernel_t *k = &m->plan->kernels[kernel];
  if (count != k->arg_count) {  // the driver would read past the list
    return SPC_STATUS(SPC_INTERNAL, "kernel %s takes %u arguments, not %u", k->name, k->arg_count, count);
  }
  void *pointers[SPC_PLAN_MAX_ARGS];
  for (uint32_t i = 0; i < count; ++i) pointers[i] = (void *)(uintptr_t)&arguments[i];
  CUlaunchAttribute attributes[3];
  unsigned attribute_count = 0;
  if (flags & SPC_CUDA_OVERLAPPING && k->flags & SPC_KERNEL_OVERLAPS) {
    attributes[attribute_count++] = (CUlaunchAttribute){.id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION,
                                                        .value.programmaticStreamSerializationAllowed = 1};
  }
  if (flags & SPC_CUDA_BESIDE_COPIES && m->shared_percent) {
    attributes[attribute_count++] = (CUlaunchAttribute){.id = CU_LAUNCH_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT,
                                                        .value.sharedMemCarveout = m->shared_percent};
  }
  if (flags & SPC_CUDA_APART && m->has_domains) {
    attributes[attribute_count++] = (CUlaunchAttribute){.id = CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN, .value.memSyncDomain = CU_LAUNCH_MEM_SYNC_DOMAIN_REMOTE};
  }
  CUlaunchConfig config = {.gridDimX = grid.x, .gridDimY = grid.y, .gridDimZ = grid.z, .blockDimX = k->threads, .blockDimY = 1, .blockDimZ = 1,
                           .sharedMemBytes = k->shared_bytes, .hStream = stream, .attrs = attributes,
                           .numAttrs = attribute_count};
  spc_status_t status = SPC_CU(m->cu, cuLaunchKernelEx, &config, m->functions[kernel], pointers, NULL);
  return spc_status_annotate(status, "kernel %s, %u x %u x %u blocks", k->name, grid.x, grid.y, grid.z);
}

// ---- Memory

uint64_t spc_cuda_used_bytes(const spc_cuda_model_t *m) {
  size_t free_bytes = 0, total = 0;
  return m->cu->cuMemGetInfo(&free_bytes, &total) == 0 && total >= free_bytes ? total - free_bytes : 0;
}

spc_status_t spc_cuda_alloc(const spc_cuda_model_t *m, const char *what, uint64_t bytes, CUdeviceptr *out_pointer) {
  *out_pointer = 0;
  if (bytes == 0) return NULL;
  spc_status_t status = SPC_CU(m->cu, cuMemAlloc, out_pointer, bytes);
  if (!status) return NULL;
  *out_pointer = 0;
  size_t free_bytes = 0, total = 0;
  (void)m->cu->cuMemGetInfo(&free_bytes, &total);
  return spc_status_annotate(status, "%s: %" PRIu64 " bytes on %s, where %zu of %zu are free", what, bytes, m->name, free_bytes, total);
}

spc_status_t spc_cuda_host_alloc(const spc_cuda_model_t *m, const char *what, uint64_t bytes, void **out_pointer) {
  *out_pointer = NULL;
  spc_status_t status = SPC_CU(m->cu, cuMemHostAlloc, out_pointer, bytes ? bytes : 1, CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP);
  if (!status) return NULL;
  *out_pointer = NULL;
  return spc_status_annotate(status, "%s: %" PRIu64 " bytes of page-locked host memory", what, bytes);
}

// ---- Models

void spc_cuda_model_close(spc_model_t *model) {
  spc_cuda_model_t *m = model->on_device;
  if (!m) return;
  if (m->context) {
    // What fails here fails because the context is lost, and its memory with it.
    (void)m->cu->cuCtxSetCurrent(m->context);
    spc_gemm_destroy(m->gemm);
    spc_cuda_mapped_deinit(m, &m->tables);
    if (m->weights) (void)m->cu->cuMemFree(m->weights);
    if (m->module) (void)m->cu->cuModuleUnload(m->module);
    (void)m->cu->cuDevicePrimaryCtxRelease(m->device);
  }
  spc_free(m->functions);
  spc_free(m);
  model->on_device = NULL;
}

static spc_status_t allocate_weights(spc_cuda_model_t *m) {
  uint64_t in_host_memory = spc_memory_host_weights(m->plan);
  SPC_RETURN_IF_ERROR(spc_cuda_alloc(m, "weights", m->plan->device_weights_size, &m->weights));
  if (!in_host_memory) return NULL;
  spc_status_t status = spc_cuda_mapped_init(m, "embedding tables in host memory", in_host_memory, &m->tables);
  if (!status) return NULL;
  return spc_status_join(SPC_STATUS(spc_status_code(status), "%s; compile the model with --embeddings=device to have them on the GPU", spc_status_message(status)), status);
}

static spc_status_t open_weights(spc_cuda_model_t *m, spc_model_t *model, const char *path, const spc_model_options_t *options) {
  const spc_plan_t *plan = m->plan;
  if (plan->weight_count == 0) return NULL;
  bool from_file = !options->random_weights && !plan->embedded_weights;
  if (from_file) SPC_RETURN_IF_ERROR(spc_weights_map_init(plan, path, &model->map));
  SPC_RETURN_IF_ERROR(allocate_weights(m));
  if (options->random_weights) return spc_cuda_weights_random(m, options);
  SPC_RETURN_IF_ERROR(spc_cuda_weights_upload(m, spc_model_stored_weights(model), options));
  if (from_file) spc_weights_map_deinit(&model->map);  // nothing reads the file any more
  return NULL;
}

spc_status_t spc_cuda_model_open(spc_model_t *model, const char *weights_path, const spc_model_options_t *options) {
  const spc_cuda_driver_t *cu;
  SPC_RETURN_IF_ERROR(spc_cuda_driver_get(&cu));
  spc_cuda_model_t *m = NULL;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("model", 1, sizeof *m, (void **)&m));
  model->on_device = m;
  m->cu = cu;
  m->plan = model->plan;
  SPC_RETURN_IF_ERROR(open_device(m, options->device));
  SPC_RETURN_IF_ERROR(check_target(m));
  SPC_RETURN_IF_ERROR(SPC_CU(cu, cuDevicePrimaryCtxRetain, &m->context, m->device));
  SPC_RETURN_IF_ERROR(spc_cuda_make_current(m));
  m->used_before = spc_cuda_used_bytes(m);
  SPC_RETURN_IF_ERROR(load_module(m));
  SPC_RETURN_IF_ERROR(load_functions(m));
  SPC_RETURN_IF_ERROR(spc_cuda_divide_shared_memory(m));
  SPC_RETURN_IF_ERROR(open_weights(m, model, weights_path, options));
  return spc_gemm_create(cu, &m->gemm);
}
