// Weights to the GPU, and embedding tables to host memory that it addresses. A file is read through two page-locked buffers, of which one is filled while the other is
// copied; locking the file's own pages would take longer than copying them.
#include <string.h>

#include "cuda/cuda_model.h"
#include "random_fill.h"

#define PIECE (UINT64_C(32) << 20)

typedef struct upload_t {
  CUstream stream;
  void *buffers[2];
  CUevent copied[2];
} upload_t;

static spc_status_t upload_init(const spc_cuda_model_t *m, upload_t *u) {
  SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuStreamCreate, &u->stream, CU_STREAM_NON_BLOCKING));
  for (int i = 0; i < 2; ++i) {
    SPC_RETURN_IF_ERROR(spc_cuda_host_alloc(m, "buffer for weights", PIECE, &u->buffers[i]));
    SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuEventCreate, &u->copied[i], CU_EVENT_DISABLE_TIMING));
  }
  return NULL;
}

static void upload_deinit(const spc_cuda_model_t *m, upload_t *u) {
  if (u->stream) (void)m->cu->cuStreamSynchronize(u->stream);
  for (int i = 0; i < 2; ++i) {
    if (u->copied[i]) (void)m->cu->cuEventDestroy(u->copied[i]);
    if (u->buffers[i]) (void)m->cu->cuMemFreeHost(u->buffers[i]);
  }
  if (u->stream) (void)m->cu->cuStreamDestroy(u->stream);
}

static void report(const spc_cuda_model_t *m, const spc_model_options_t *options, uint64_t done) {
  if (options->progress) options->progress(options->progress_context, done, m->plan->weights_size);
}

static spc_status_t upload_all(const spc_cuda_model_t *m, upload_t *u, const uint8_t *data, const spc_model_options_t *options) {
  uint64_t size = m->plan->device_weights_size;
  for (uint64_t at = 0, piece = 0; at < size; ++piece) {
    int half = (int)(piece % 2);
    uint64_t bytes = size - at < PIECE ? size - at : PIECE;
    if (piece >= 2) SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuEventSynchronize, u->copied[half]));
    memcpy(u->buffers[half], data + at, bytes);
    SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuMemcpyHtoDAsync, m->weights + at, u->buffers[half], bytes, u->stream));
    SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuEventRecord, u->copied[half], u->stream));
    at += bytes;
    report(m, options, at);
  }
  return SPC_CU(m->cu, cuStreamSynchronize, u->stream);
}

static void copy_tables(const spc_cuda_model_t *m, const uint8_t *data, const spc_model_options_t *options) {
  uint64_t begin = m->plan->device_weights_size, size = m->plan->weights_size;
  for (uint64_t at = begin; at < size;) {
    uint64_t bytes = size - at < PIECE ? size - at : PIECE;
    memcpy(m->tables.host + (at - begin), data + at, bytes);
    at += bytes;
    report(m, options, at);
  }
}

spc_status_t spc_cuda_weights_upload(const spc_cuda_model_t *m, const uint8_t *data, const spc_model_options_t *options) {
  upload_t upload = {0};
  spc_status_t status = upload_init(m, &upload);
  if (!status) status = upload_all(m, &upload, data, options);
  upload_deinit(m, &upload);
  if (!status) copy_tables(m, data, options);
  return spc_status_annotate(status, "copying the weights to %s", m->name);
}

// ---- Random weights

spc_status_t spc_cuda_fill_random(const spc_cuda_model_t *m, CUstream stream, uint32_t element, CUdeviceptr out, uint64_t count, uint64_t seed,
                                  double scale) {
  static const char *const kernels[] = {"fill_random.f32", "fill_random.f16", "fill_random.bf16", "fill_random.i32"};
  int32_t kernel = spc_cuda_find_kernel(m->plan, kernels[element]);
  if (kernel < 0) return SPC_STATUS(SPC_UNSUPPORTED, "the object has no kernel %s, which makes random numbers; compile the model again", kernels[element]);
  const spc_arg_t arguments[] = {{.i64 = (int64_t)out}, {.i64 = (int64_t)count}, {.i64 = (int64_t)seed}, {.f64 = scale}};
  uint64_t blocks = 1 + count / (8 * (uint64_t)m->plan->kernels[kernel].threads), most = 16 * (uint64_t)m->multiprocessors;
  return spc_cuda_launch(m, stream, kernel, (spc_cuda_grid_t){(uint32_t)(blocks < most ? blocks : most), 1, 1}, 4, arguments, 0);
}

static spc_status_t fill_weight(const spc_cuda_model_t *m, CUstream stream, uint32_t index, const spc_model_options_t *options) {
  const spc_weight_t *w = &m->plan->weights[index];
  CUdeviceptr out = spc_cuda_weight(m, index);
  uint64_t count = w->rows * w->cols;
  double scale = spc_random_weight_scale(w, options->scale);
  if (scale != 0) return spc_cuda_fill_random(m, stream, w->element, out, count, spc_random_weight_seed(options->seed, index), scale);
  uint32_t value = spc_random_weight_constant(w);
  if (spc_memory_element_bytes(w->element) == 2) return SPC_CU(m->cu, cuMemsetD16Async, out, (unsigned short)value, count, stream);
  return SPC_CU(m->cu, cuMemsetD32Async, out, value, count, stream);
}

spc_status_t spc_cuda_weights_random(const spc_cuda_model_t *m, const spc_model_options_t *options) {
  CUstream stream;
  SPC_RETURN_IF_ERROR(SPC_CU(m->cu, cuStreamCreate, &stream, CU_STREAM_NON_BLOCKING));
  // The gaps between weights too: the same bytes whatever was in memory before. Host memory is zeroed already.
  spc_status_t status = m->weights ? SPC_CU(m->cu, cuMemsetD8Async, m->weights, 0, m->plan->device_weights_size, stream) : NULL;
  for (uint32_t i = 0; !status && i < m->plan->weight_count; ++i) {
    status = spc_status_annotate(fill_weight(m, stream, i, options), "weight %s", m->plan->weights[i].name);
  }
  if (!status) status = SPC_CU(m->cu, cuStreamSynchronize, stream);
  (void)m->cu->cuStreamDestroy(stream);
  if (!status) report(m, options, m->plan->weights_size);
  return spc_status_annotate(status, "filling the weights with random numbers");
}
