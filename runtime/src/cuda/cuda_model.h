// The CUDA device's part of a model: a GPU, the plan's kernels loaded on it, the weights in its memory, the GEMM library.
//
// The device's primary context is used, so that the memory of other users of CUDA in the process can be shared. Every function of the device makes
// it current on the calling thread and leaves it so.
#ifndef SPC_RUNTIME_CUDA_CUDA_MODEL_H_
#define SPC_RUNTIME_CUDA_CUDA_MODEL_H_

#include "alloc.h"
#include "cuda/driver.h"
#include "cuda/gemm.h"
#include "model.h"

// Page-locked memory of the host that the GPU addresses.
typedef struct spc_cuda_mapped_t {
  spc_region_t memory;
  bool locked;
  uint8_t *host;        // in |memory|, where a unit of address translation begins
  CUdeviceptr address;  // the same, as the GPU addresses it
} spc_cuda_mapped_t;

typedef struct spc_cuda_model_t {
  const spc_cuda_driver_t *cu;
  const spc_plan_t *plan;
  CUdevice device;
  char name[96];
  int capability;  // 90 for sm_90
  int multiprocessors;
  bool has_domains;  // several memory synchronisation domains
  CUcontext context;  // the primary one, retained
  uint64_t used_before;  // bytes of the GPU's memory that were not free before the model was opened
  CUmodule module;
  CUfunction *functions;  // [kernel_count]
  unsigned shared_percent;  // of what a multiprocessor has for both, its shared memory while copies run beside kernels that compute; 0: as the driver likes (shared_memory.c)
  CUdeviceptr weights;       // the first plan->device_weights_size bytes of them,
  spc_cuda_mapped_t tables;  // and the others
  spc_gemm_t *gemm;  // NULL without the library
} spc_cuda_model_t;

SPC_WARN_UNUSED spc_status_t spc_cuda_model_open(spc_model_t *model, const char *weights_path, const spc_model_options_t *options);
void spc_cuda_model_close(spc_model_t *model);

static inline spc_status_t spc_cuda_make_current(const spc_cuda_model_t *model) { return SPC_CU(model->cu, cuCtxSetCurrent, model->context); }

// The index of the kernel |name|, or -1.
int32_t spc_cuda_find_kernel(const spc_plan_t *plan, const char *name);
// The one that moves pages to packed rows in host memory, or back.
int32_t spc_cuda_find_packing_kernel(const spc_plan_t *plan, bool to_host);

// Bytes of the GPU's memory that are not free; 0 when the driver does not say.
uint64_t spc_cuda_used_bytes(const spc_cuda_model_t *model);

// Allocates on the device; OUT_OF_MEMORY names |what|, the bytes asked for and the bytes there are.
SPC_WARN_UNUSED spc_status_t spc_cuda_alloc(const spc_cuda_model_t *model, const char *what, uint64_t bytes, CUdeviceptr *out_pointer);
// The same of page-locked host memory that the GPU can address, in small pieces.
SPC_WARN_UNUSED spc_status_t spc_cuda_host_alloc(const spc_cuda_model_t *model, const char *what, uint64_t bytes, void **out_pointer);
// And in large ones, zeroed (host_memory.c). What fails leaves what deinit gives back.
SPC_WARN_UNUSED spc_status_t spc_cuda_mapped_init(const spc_cuda_model_t *model, const char *what, uint64_t bytes, spc_cuda_mapped_t *out_mapped);
void spc_cuda_mapped_deinit(const spc_cuda_model_t *model, spc_cuda_mapped_t *mapped);

// Where weight |index| is, as the GPU addresses it.
static inline CUdeviceptr spc_cuda_weight(const spc_cuda_model_t *model, uint32_t index) {
  uint64_t offset = model->plan->weights[index].offset, on_device = model->plan->device_weights_size;
  return offset < on_device ? model->weights + offset : model->tables.address + (offset - on_device);
}

typedef struct spc_cuda_grid_t {
  uint32_t x, y, z;
} spc_cuda_grid_t;

typedef enum spc_cuda_launch_flags_t {
  SPC_CUDA_OVERLAPPING = 1,    // may start before the kernel in front of it has ended, if it can wait itself
  SPC_CUDA_BESIDE_COPIES = 2,  // computes while kernels copy, or copies: on multiprocessors that have room for both
  // In another memory synchronisation domain than what copies, whose memory operations the end of a kernel would wait for otherwise (but in a graph, where it does not either way). What is
  // in the other domain sees what this has written when a stream or an event has waited for its end.
  SPC_CUDA_APART = 4,
} spc_cuda_launch_flags_t;

// Launches a kernel of the plan with |count| arguments.
SPC_WARN_UNUSED spc_status_t spc_cuda_launch(const spc_cuda_model_t *model, CUstream stream, int32_t kernel, spc_cuda_grid_t grid,
                                             uint32_t count, const spc_arg_t *arguments, uint32_t flags);
// Sets shared_percent, when functions are loaded.
SPC_WARN_UNUSED spc_status_t spc_cuda_divide_shared_memory(spc_cuda_model_t *model);

// Fills |count| elements at |out| with uniform numbers in [-scale, scale], as spc_random_fill does.
SPC_WARN_UNUSED spc_status_t spc_cuda_fill_random(const spc_cuda_model_t *model, CUstream stream, uint32_t element, CUdeviceptr out,
                                                  uint64_t count, uint64_t seed, double scale);

// Brings the weights to model->weights and model->tables, which are allocated: from the file or object, or random. (weights.c)
SPC_WARN_UNUSED spc_status_t spc_cuda_weights_upload(const spc_cuda_model_t *model, const uint8_t *data, const spc_model_options_t *options);
SPC_WARN_UNUSED spc_status_t spc_cuda_weights_random(const spc_cuda_model_t *model, const spc_model_options_t *options);

// (bandwidth.c) |threads| mean nothing to a GPU.
SPC_WARN_UNUSED spc_status_t spc_cuda_measure(const spc_model_t *model, uint32_t threads, spc_machine_t *machine);

#endif  // SPC_RUNTIME_CUDA_CUDA_MODEL_H_
