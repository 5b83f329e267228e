// spc-gpu-attention
//
// Prefill attention by cuDNN (runtime/src/cuda/cudnn_attend.h) against float64, over a paged pool of random numbers. The tests are skipped,
// which is said, where cuDNN is not there. The runtime's own use of it is tested with the models.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cuda/cudnn_attend.h"
#include "test/gpu/elements.h"
#include "test/gpu/runner.h"

enum { k_guard = 4096, k_workspace = 1 << 20, k_row_step = 13 };

typedef struct attention_case_t {
  int element, heads, kv_heads, d, page, most_rows, rows, keys, most_keys;
} attention_case_t;

static const attention_case_t k_cases[] = {
    {SPC_BF16, 8, 2, 128, 64, 512, 512, 512, 1024},                                                   // a first chunk
    {SPC_BF16, 8, 2, 128, 64, 512, 512, 1024, 1024},                                                  // as many keys as there may be
    {SPC_BF16, 8, 2, 128, 64, 512, 300, 707, 1024},                                                   // ragged
    {SPC_F16, 8, 2, 128, 64, 512, 301, 301, 1024},   {SPC_F16, 4, 4, 128, 64, 128, 77, 333, 1600},    // a group of 1
    {SPC_BF16, 4, 4, 64, 32, 256, 256, 700, 960},    {SPC_BF16, 14, 2, 64, 64, 256, 256, 900, 1088},  // of 7
    {SPC_F16, 14, 2, 128, 16, 128, 128, 515, 640},   {SPC_BF16, 32, 8, 128, 64, 1024, 1024, 1500, 2112},
    {SPC_BF16, 8, 2, 128, 64, 512, 1, 1, 1024},
};
enum { k_case_count = sizeof k_cases / sizeof *k_cases };

static const spc_cuda_driver_t *g_cu;
static CUstream g_stream;
static spc_cudnn_attend_t *g_attend;

static void good(spc_status_t status, const char *what) {
  if (!status) return;
  check(false, "%s: %s", what, spc_status_message(status));
  fflush(stdout);
  _Exit(k_exit_lost);
}

static void *need(void *memory) {
  if (memory) return memory;
  fprintf(stderr, "no memory\n");
  exit(1);
}

static CUdeviceptr upload(const void *data, size_t size) {
  CUdeviceptr pointer = 0;
  good(SPC_CU(g_cu, cuMemAlloc, &pointer, size), "memory");
  good(SPC_CU(g_cu, cuMemcpyHtoDAsync, pointer, data, size, g_stream), "upload");
  return pointer;
}

// ---- Host data of a case

typedef struct data_t {
  size_t pages, offset, pool_pages, q_count, pool_count, out_bytes;
  void *q, *pool, *out;  // |out| with k_guard bytes behind it
  int32_t *table;        // |offset| numbers that are not its own in front
} data_t;

static void fill(void *to, int element, size_t count, float scale) {
  for (size_t i = 0; i < count; ++i) element_store(to, element, i, scale * random_float());
}

static data_t data_init(const attention_case_t *c) {
  data_t d = {.pages = (size_t)(c->most_keys / c->page)};
  d.pool_pages = d.pages + 5;
  d.offset = d.pages % 4 == 0 ? 4 : 3;  // rows of a page table follow one another
  d.q_count = (size_t)c->most_rows * (size_t)c->heads * (size_t)c->d;
  d.pool_count = d.pool_pages * (size_t)c->kv_heads * (size_t)c->page * 2 * (size_t)c->d;
  d.out_bytes = d.q_count * element_size(c->element) + k_guard;
  d.q = need(malloc(d.q_count * element_size(c->element)));
  d.pool = need(malloc(d.pool_count * element_size(c->element)));
  d.out = need(malloc(d.out_bytes));
  d.table = need(malloc((d.offset + d.pages) * sizeof *d.table));
  fill(d.q, c->element, d.q_count, 4);
  fill(d.pool, c->element, d.pool_count, 1);
  memset(d.out, 0xff, d.out_bytes);
  for (size_t i = 0; i < d.offset + d.pages; ++i)
    d.table[i] = (int32_t)(i * 13 % d.pool_pages);  // pool_pages is no multiple of 13 here
  return d;
}

static void data_deinit(data_t *d) {
  free(d->q);
  free(d->pool);
  free(d->out);
  free(d->table);
}

// ---- Reference

// Of one row and head, in float64.
static void attend(const attention_case_t *c, const data_t *d, double scale, int row, int head, double *scores, double *out) {
  int visible = c->keys - c->rows + row + 1, kv_head = head / (c->heads / c->kv_heads);
  double most = -INFINITY, sum = 0;
  size_t q_at = ((size_t)row * (size_t)c->heads + (size_t)head) * (size_t)c->d;
  for (int k = 0; k < visible; ++k) {
    size_t page = (size_t)d->table[d->offset + (size_t)(k / c->page)];
    size_t at = ((page * (size_t)c->kv_heads + (size_t)kv_head) * (size_t)c->page + (size_t)(k % c->page)) * 2 * (size_t)c->d;
    scores[k] = 0;
    for (size_t i = 0; i < (size_t)c->d; ++i)
      scores[k] += scale * element_load(d->q, c->element, q_at + i) * element_load(d->pool, c->element, at + i);
    most = fmax(most, scores[k]);
  }
  for (int i = 0; i < c->d; ++i) out[i] = 0;
  for (int k = 0; k < visible; ++k) {
    size_t page = (size_t)d->table[d->offset + (size_t)(k / c->page)];
    size_t at =
        ((page * (size_t)c->kv_heads + (size_t)kv_head) * (size_t)c->page + (size_t)(k % c->page)) * 2 * (size_t)c->d + (size_t)c->d;
    double p = exp(scores[k] - most);
    sum += p;
    for (size_t i = 0; i < (size_t)c->d; ++i) out[i] += p * element_load(d->pool, c->element, at + i);
  }
  for (int i = 0; i < c->d; ++i) out[i] /= sum;
}

// The norm of the difference over that of what is expected, of some rows and all heads.
static double difference(const attention_case_t *c, const data_t *d, double scale) {
  double *scores = need(malloc((size_t)c->keys * sizeof *scores)), expected[256], off = 0, size = 0;
  for (int row = c->rows - 1; row >= 0; row -= k_row_step) {
    for (int head = 0; head < c->heads; ++head) {
      attend(c, d, scale, row, head, scores, expected);
      for (int i = 0; i < c->d; ++i) {
        double got = element_load(d->out, c->element, ((size_t)row * (size_t)c->heads + (size_t)head) * (size_t)c->d + (size_t)i);
        off += isfinite(got) ? (got - expected[i]) * (got - expected[i]) : INFINITY;
        size += expected[i] * expected[i];
      }
    }
  }
  free(scores);
  return sqrt(off / size);
}

static bool is_filled(const void *data, size_t from, size_t to, int byte) {
  for (size_t i = from; i < to; ++i) {
    if (((const unsigned char *)data)[i] != byte) return false;
  }
  return true;
}

// ---- Tests

static void run_case(int test) {
  const attention_case_t *c = &k_cases[test];
  if (!g_attend) {
    printf("  skipped: cuDNN is not here, or does not start\n");
    return;
  }
  const spc_cudnn_shape_t shape = {.rows = c->most_rows,
                                   .heads = c->heads,
                                   .kv_heads = c->kv_heads,
                                   .head_size = c->d,
                                   .page_tokens = c->page,
                                   .table_pages = c->most_keys / c->page,
                                   .pool_pages = c->most_keys / c->page + 5,
                                   .element = c->element,
                                   .scale = 1 / sqrt(c->d)};
  good(spc_cudnn_attend_prepare(g_attend, &shape), "prepare");
  const char *refusal = spc_cudnn_attend_refusal(g_attend, &shape);
  if (!check(!refusal, "%s has no engine: %s", spc_cudnn_attend_name(g_attend), refusal)) return;
  data_t d = data_init(c);
  const int32_t lengths[] = {c->rows, 0, 0, 0, c->keys};
  size_t q_bytes = d.q_count * element_size(c->element);
  CUdeviceptr on_device = upload(lengths, sizeof lengths), workspace = 0;
  spc_cudnn_call_t call = {.q = upload(d.q, q_bytes),
                           .pool = upload(d.pool, d.pool_count * element_size(c->element)),
                           .out = upload(d.out, d.out_bytes),
                           .rows = on_device,
                           .keys = on_device + 4 * sizeof *lengths,
                           .workspace_bytes = k_workspace};
  CUdeviceptr table = upload(d.table, (d.offset + d.pages) * sizeof *d.table);
  good(SPC_CU(g_cu, cuMemAlloc, &workspace, k_workspace), "workspace");
  call.table = table + d.offset * sizeof *d.table;
  call.workspace = workspace;
  bool done = false;
  good(spc_cudnn_attend_run(g_attend, &shape, &call, g_stream, &done), "run");
  check(done, "it needs more than %d bytes of workspace", k_workspace);
  good(SPC_CU(g_cu, cuMemcpyDtoHAsync, d.out, call.out, d.out_bytes, g_stream), "download");
  good(SPC_CU(g_cu, cuStreamSynchronize, g_stream), "wait");
  double error = difference(c, &d, shape.scale);
  size_t rows_bytes = q_bytes / (size_t)c->most_rows * (size_t)c->rows;
  check_error(error);
  check(error <= 2 * element_unit(c->element), "%.1e from float64", error);
  check(is_filled(d.out, rows_bytes, q_bytes, 0), "rows past the last are not zeros");
  check(is_filled(d.out, q_bytes, d.out_bytes, 0xff), "memory past the rows was written");
  const CUdeviceptr pointers[] = {on_device, call.q, call.pool, call.out, table, workspace};
  for (size_t i = 0; i < sizeof pointers / sizeof *pointers; ++i) (void)g_cu->cuMemFree(pointers[i]);
  data_deinit(&d);
}

static void run_refusals(void) {
  if (!g_attend) return;
  spc_cudnn_shape_t shape = {.rows = 128,
                             .heads = 4,
                             .kv_heads = 2,
                             .head_size = 64,
                             .page_tokens = 16,
                             .table_pages = 8,
                             .pool_pages = 8,
                             .element = SPC_F32,
                             .scale = 1};
  bool done = true;
  for (int i = 0; i < 2; ++i) {
    good(spc_cudnn_attend_prepare(g_attend, &shape), "prepare");
    check(spc_cudnn_attend_refusal(g_attend, &shape) != NULL, "a shape that is not there is taken");
    good(spc_cudnn_attend_run(g_attend, &shape, &(spc_cudnn_call_t){.workspace_bytes = k_workspace}, g_stream, &done), "run");
    check(!done, "a shape that is refused runs");
    shape.element = SPC_BF16;
    shape.head_size = 4096;
  }
}

static const char *test_name(int test) {
  static char name[128];
  if (test == k_case_count) return "attention by cuDNN, refusals";
  const attention_case_t *c = &k_cases[test];
  snprintf(name, sizeof name, "attention by cuDNN %s heads=%d/%d d=%d pages of %d, %d of %d rows, %d of %d keys", element_name(c->element),
           c->heads, c->kv_heads, c->d, c->page, c->rows, c->most_rows, c->keys, c->most_keys);
  return name;
}

static void run_test(int test) {
  if (test < k_case_count)
    run_case(test);
  else
    run_refusals();
}

static void start(void) {
  CUdevice device;
  CUcontext context;
  good(spc_cuda_driver_get(&g_cu), "driver");
  good(SPC_CU(g_cu, cuDeviceGet, &device, 0), "device");
  good(SPC_CU(g_cu, cuDevicePrimaryCtxRetain, &context, device), "context");
  good(SPC_CU(g_cu, cuCtxSetCurrent, context), "context");
  good(SPC_CU(g_cu, cuStreamCreate, &g_stream, CU_STREAM_NON_BLOCKING), "stream");
  good(spc_cudnn_attend_create(&g_attend), "cuDNN");
}

int main(void) {
  return runner_run(&(runner_t){.count = k_case_count + 1, .name = test_name, .start = start, .run = run_test, .seconds = 60});
}
