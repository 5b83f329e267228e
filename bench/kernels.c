// bench-kernels [--threads=N] [--repeats=N] [--cpu=NAME] [--filter=TEXT] [--huge-pages=yes|no]
//
// Measures the host kernels on data larger than the caches and prints a table: what a call must read or multiply, how long that takes at the
// machine's measured rates, how long the kernel takes, and the share.
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/kernel_table.h"
#include "bench/measure.h"

enum { k_most_benches = 64, k_most_arguments = 16 };

typedef struct bench_t {
  char kernel[64], shape[96];
  int32_t index;
  spc_arg_t args[k_most_arguments];
  int64_t items, windows;  // of one run, and how many such there are before data repeats
  double bytes, operations;  // of one run; the floor is the later of the two
} bench_t;

static spc_kernel_set_t *g_set;
static kernel_table_t g_table;
static bench_t g_benches[k_most_benches];
static int g_count;
static char *g_memory;  // what is read: larger than the caches
static const int64_t k_memory = INT64_C(512) << 20, k_huge_page = 2 << 20;

static void check(spc_status_t status) {
  if (!status) return;
  fprintf(stderr, "bench-kernels: %s\n", spc_status_message(status));
  exit(1);
}

static void *allocate(int64_t size) {
  void *data = aligned_alloc(64, (size_t)(size + 63) / 64 * 64);
  if (!data) {
    fprintf(stderr, "bench-kernels: no memory for %lld bytes\n", (long long)size);
    exit(1);
  }
  memset(data, 0, (size_t)size);
  return data;
}

static float *allocate_random(int64_t n) {
  float *data = allocate(4 * n);
  uint32_t x = 1;
  for (int64_t i = 0; i < n; ++i) {
    x = x * 1664525 + 1013904223;
    data[i] = (float)(x >> 8) / 8388608.0f - 1.0f;
  }
  return data;
}

static bench_t *add(const char *name, intptr_t n_params, const spc_kernel_param_t *params, int64_t items, int64_t windows, double bytes,
                    double operations) {
  bench_t *bench = &g_benches[g_count++];
  check(spc_kernel_set_request(g_set, name, n_params, params, &bench->index));
  snprintf(bench->kernel, sizeof bench->kernel, "%s", spc_kernel_set_name(g_set, bench->index));
  bench->items = items;
  bench->windows = windows;
  bench->bytes = bytes;
  bench->operations = operations;
  return bench;
}

#define ARGS(bench, ...) memcpy((bench)->args, (spc_arg_t[]){__VA_ARGS__}, sizeof(spc_arg_t[]){__VA_ARGS__})
#define P(pointer) {.ptr = (pointer)}
#define I(number) {.i64 = (number)}
#define F(number) {.f64 = (number)}

static void add_linear(const char *element, int rows, int64_t k) {
  char name[32];
  snprintf(name, sizeof name, "linear_m%d", rows);
  int64_t bytes = strcmp(element, "f32") == 0 ? 4 : 2, n = k_memory / bytes / k, windows = 16, n_run = n / windows;
  bench_t *b = add(name, 1, (spc_kernel_param_t[]){{"!elem", element}}, n_run / 8, windows, (double)(n_run * k * bytes),
                   2.0 * (double)(n_run * k) * rows);
  ARGS(b, P(allocate_random(rows * k)), P(g_memory), P(NULL), P(NULL), P(allocate(4 * rows * n)), I(n), I(k), I(rows));
  snprintf(b->shape, sizeof b->shape, "N=%lld K=%lld, %d rows", (long long)n_run, (long long)k, rows);
}

typedef struct heads_t {
  const char *element;
  int d, group, kv_heads, page;
} heads_t;

static int64_t element_bytes(const heads_t *h) { return strcmp(h->element, "f32") == 0 ? 4 : 2; }

static bench_t *add_attention(const char *name, const heads_t *h, int64_t items, int64_t windows, double bytes, double operations) {
  char d[32], group[32], heads[32], page[32];
  snprintf(d, sizeof d, "%d : index", h->d);
  snprintf(group, sizeof group, "%d : index", h->group);
  snprintf(heads, sizeof heads, "%d : index", h->kv_heads);
  snprintf(page, sizeof page, "%d : index", h->page);
  return add(name, 5, (spc_kernel_param_t[]){{"!elem", h->element}, {"#d", d}, {"#group", group}, {"#kv_heads", heads}, {"#page", page}}, items,
             windows, bytes, operations);
}

static void add_attend_rows(heads_t h, int64_t n) {
  int64_t row = 2 * h.d * element_bytes(&h), pool_rows = k_memory / row, t = 64, windows = t, list = t * h.kv_heads * n, hq = h.group * h.kv_heads;
  bench_t *b = add_attention("attend_rows", &h, h.kv_heads, windows, (double)(h.kv_heads * n * row), 4.0 * (double)(hq * h.d * n));
  int32_t *rows = allocate(4 * list), *count = allocate(4 * t);
  uint32_t x = 7;
  for (int64_t i = 0; i < list; ++i) {
    x = x * 1664525 + 1013904223;
    rows[i] = (int32_t)(((uint64_t)x * (uint64_t)pool_rows) >> 32);
  }
  for (int64_t r = 0; r < t; ++r) count[r] = (int32_t)n;
  ARGS(b, P(allocate_random(t * hq * h.d)), P(g_memory), P(rows), P(count), P(allocate(4 * t * hq * h.d)), I(n), F(0.1));
  snprintf(b->shape, sizeof b->shape, "1 sequence, %lld random rows of %lld bytes a head", (long long)n, (long long)row);
}

// Full attention of one row of each of t sequences over |length| tokens.
static void add_attend_pages(heads_t h, int64_t length) {
  int64_t row = 2 * h.d * element_bytes(&h), pages = length / h.page, hq = h.group * h.kv_heads;
  int64_t t = k_memory / (row * h.kv_heads * length);
  bench_t *b = add_attention("attend_pages", &h, h.kv_heads, t, (double)(h.kv_heads * length * row), 4.0 * (double)(hq * h.d * length));
  int32_t *table = allocate(4 * t * pages), *sequences = allocate(4 * t), *positions = allocate(4 * t);
  for (int64_t i = 0; i < t * pages; ++i) table[i] = (int32_t)(i / pages * pages + i * 7 % pages);
  for (int64_t r = 0; r < t; ++r) sequences[r] = (int32_t)r, positions[r] = (int32_t)length - 1;
  ARGS(b, P(allocate_random(t * hq * h.d)), P(g_memory), P(table), P(sequences), P(positions), P(allocate(8 * t * hq)), P(allocate(4 * t * hq * h.d)),
       I(pages), I(0), I(pages), I(3), F(0.1));
  snprintf(b->shape, sizeof b->shape, "1 sequence of %lld tokens", (long long)length);
}

static void add_attend_prefill(heads_t h, int64_t t, int64_t before) {
  int64_t length = before + t, pages = length / h.page, hq = h.group * h.kv_heads;
  double pairs = 0;
  for (int64_t r = 0; r < t; ++r) pairs += (double)(before + r + 1);
  bench_t *b = add_attention("attend_prefill", &h, h.kv_heads * ((t + 15) / 16), 1, 0, 4.0 * (double)(hq * h.d) * pairs);
  int32_t *table = allocate(4 * pages), *positions = allocate(4 * t);
  for (int64_t i = 0; i < pages; ++i) table[i] = (int32_t)i;
  for (int64_t r = 0; r < t; ++r) positions[r] = (int32_t)(before + r);
  ARGS(b, P(allocate_random(t * hq * h.d)), P(g_memory), P(table), P(positions), P(allocate(8 * t * hq)), P(allocate(4 * t * hq * h.d)), I(t), I(0),
       I(pages), I(3), F(0.1));
  snprintf(b->shape, sizeof b->shape, "%lld rows after %lld tokens", (long long)t, (long long)before);
}

static void add_retrieval(heads_t h, int64_t size, int64_t llm_heads) {
  enum { k_budget = 1024, k_sink = 4, k_recent = 64, k_list = 1104 };
  int64_t row = h.d * element_bytes(&h), pages = size / h.page, hq = h.group * h.kv_heads;
  int64_t t = k_memory / (row * h.kv_heads * size);
  bench_t *b = add_attention("score", &h, h.kv_heads * (size / 1024), t, (double)(h.kv_heads * size * row), 2.0 * (double)(hq * h.d * size));
  int32_t *table = allocate(4 * t * pages), *sequences = allocate(4 * t), *positions = allocate(4 * t);
  for (int64_t i = 0; i < t * pages; ++i) table[i] = (int32_t)i;
  for (int64_t r = 0; r < t; ++r) sequences[r] = (int32_t)r, positions[r] = (int32_t)size - 1;
  ARGS(b, P(allocate_random(t * hq * h.d)), P(g_memory), P(table), P(sequences), P(positions), P(allocate(4 * t * hq * size)), I(size), I(pages), I(k_sink),
       I(k_recent), F(0.1));
  snprintf(b->shape, sizeof b->shape, "1 sequence of %lld tokens", (long long)size);

  float *scores = allocate_random(hq * size), *probs = allocate_random(llm_heads * size);
  for (int64_t i = 0; i < llm_heads * size; ++i) probs[i] = fabsf(probs[i]);
  b = add("pool", 0, NULL, llm_heads, 1, (double)(4 * (hq + llm_heads) * size), 0);
  ARGS(b, P(scores), P(allocate(4 * llm_heads * size)), P(positions), I(size), I(k_sink), I(k_recent), I(hq), I(h.kv_heads), I(llm_heads));
  snprintf(b->shape, sizeof b->shape, "%lld tokens, %lld heads to %lld", (long long)size, (long long)hq, (long long)llm_heads);

  b = add("select", 0, NULL, llm_heads, 1, (double)(4 * llm_heads * size), 0);
  ARGS(b, P(probs), P(positions), P(allocate(4 * llm_heads * k_list)), P(allocate(4)), I(size), I(k_budget), I(k_sink), I(k_recent), I(k_list),
       I(llm_heads));
  snprintf(b->shape, sizeof b->shape, "%d of %lld tokens, %lld heads", k_budget, (long long)size, (long long)llm_heads);
}

static void add_rows(void) {
  const int64_t rows = 128, k = 4096, d = 128, hq = 32, hkv = 8, width = (hq + 2 * hkv) * d;
  const spc_kernel_param_t element = {"!elem", "bf16"};
  float *x = allocate_random(rows * width), *y = allocate(4 * rows * width);
  bench_t *b = add("rms_norm", 1, &element, rows, 1, (double)(8 * rows * k), 0);
  ARGS(b, P(x), P(g_memory), P(y), I(k), F(1e-5));
  snprintf(b->shape, sizeof b->shape, "%lld rows, K=%lld, in cache", (long long)rows, (long long)k);
  b = add("swiglu", 0, NULL, rows, 1, (double)(12 * rows * k / 2), 0);
  ARGS(b, P(x), P(y), I(k / 2));
  snprintf(b->shape, sizeof b->shape, "%lld rows, F=%lld, in cache", (long long)rows, (long long)k / 2);
  b = add("convert_rows", 1, &element, 4096, k_memory / (4096 * 2 * k), (double)(4096 * 2 * k), 0);
  ARGS(b, P(g_memory), P(allocate(2 * k_memory)), I(k));
  snprintf(b->shape, sizeof b->shape, "4096 rows, K=%lld; writes twice what it reads", (long long)k);
  b = add("rope_append", 2, (spc_kernel_param_t[]){element, {"#d", "128 : index"}}, rows, 1, (double)(4 * rows * width), 0);
  int32_t *append = allocate(4 * rows * hkv);
  for (int64_t i = 0; i < rows * hkv; ++i) append[i] = (int32_t)i;
  ARGS(b, P(x), P(allocate_random(rows * d)), P(NULL), P(NULL), P(y), P(allocate(4 * rows * hkv * d)), P(append), I(hq), I(hkv), F(1e-5), I(1), I(0));
  snprintf(b->shape, sizeof b->shape, "%lld rows, %lld + 2 * %lld heads", (long long)rows, (long long)hq, (long long)hkv);
}

static void run_kernel(void *data, int64_t begin, int64_t end) {
  const bench_t *bench = data;
  g_table.functions[bench->index](bench->args, begin, end);
}

static const char *flag(int argc, char **argv, const char *name, const char *fallback) {
  size_t length = strlen(name);
  for (int i = 1; i < argc; ++i) {
    if (strncmp(argv[i], name, length) == 0 && argv[i][length] == '=') return argv[i] + length + 1;
  }
  return fallback;
}

int main(int argc, char **argv) {
  int threads = atoi(flag(argc, argv, "--threads", "2")), repeats = atoi(flag(argc, argv, "--repeats", "64"));
  const char *filter = flag(argc, argv, "--filter", ""), *cpu = flag(argc, argv, "--cpu", "native");
  bool huge_pages = strcmp(flag(argc, argv, "--huge-pages", "yes"), "yes") == 0;
  if (threads < 1 || repeats < 1) {
    fprintf(stderr, "usage: bench-kernels [--threads=N] [--repeats=N] [--cpu=NAME] [--filter=TEXT] [--huge-pages=yes|no]\n");
    return 2;
  }
  g_memory = aligned_alloc((size_t)k_huge_page, (size_t)k_memory);
  if (!g_memory) {
    fprintf(stderr, "bench-kernels: no memory for %lld bytes\n", (long long)k_memory);
    return 1;
  }
  if (huge_pages) madvise(g_memory, (size_t)k_memory, MADV_HUGEPAGE);
  // 0.5 as f32 and as bf16 pairs alike is a small normal number.
  for (int64_t i = 0; i < k_memory / 4; ++i) ((uint32_t *)g_memory)[i] = 0x3f003f00;
  check(spc_kernel_set_create(&g_set));
  for (int e = 0; e < 2; ++e) {
    for (int rows = 1; rows <= 8; rows *= 2) add_linear(e ? "bf16" : "f32", rows, 2048);
  }
  add_linear("f32", 1, 8192);
  add_linear("bf16", 1, 8192);
  add_linear("bf16", 8, 8192);
  const heads_t llama8b = {"bf16", 128, 4, 8, 64}, small = {"f32", 64, 4, 8, 64}, tiny = {"f32", 32, 2, 4, 64}, wide = {"bf16", 128, 8, 4, 64};
  add_attend_rows(llama8b, 1088);
  add_attend_rows(small, 1088);
  add_attend_rows(wide, 1088);
  add_attend_pages(llama8b, 8192);
  add_attend_pages(small, 8192);
  add_attend_prefill(llama8b, 128, 1920);
  add_attend_prefill(small, 128, 1920);
  add_attend_prefill(tiny, 128, 1920);
  add_retrieval(llama8b, 32768, 8);
  add_rows();
  check(kernel_table_init(&g_table, g_set, strcmp(cpu, "native") == 0 ? NULL : cpu));

  double bandwidth = bench_read_bandwidth(threads, repeats, g_memory, k_memory, 16), rate = bench_fma_rate(threads, repeats);
  printf("%d threads: read bandwidth %.1f GB/s, multiply-adds %.0f GFLOP/s. Compiling %td kernels: lowering %.2f s, optimising %.2f s, "
         "emitting %.2f s, linking %.2f s.\n\n",
         threads, bandwidth * 1e-9, rate * 1e-9, (ptrdiff_t)spc_kernel_set_count(g_set), g_table.lower_seconds, g_table.optimize_seconds,
         g_table.emit_seconds, g_table.link_seconds);
  printf("| kernel | shape | MB | MFLOP | floor ms | measured ms | GB/s | GFLOP/s | share of floor |\n|---|---|---|---|---|---|---|---|---|\n");
  for (int i = 0; i < g_count; ++i) {
    bench_t *b = &g_benches[i];
    if (!strstr(b->kernel, filter)) continue;
    // The machine's rate is measured again beside each kernel: others may use it.
    double read = bench_read_bandwidth(threads, 16, g_memory, k_memory, 16);
    if (read > bandwidth) bandwidth = read;
    double seconds = bench_run(threads, repeats, run_kernel, b, b->items, b->windows);
    double floor = fmax(b->bytes / bandwidth, b->operations / rate);
    printf("| %s | %s | %.2f | %.1f | %.3f | %.3f | %.1f | %.1f | %.0f%% |\n", b->kernel, b->shape, b->bytes * 1e-6, b->operations * 1e-6, floor * 1e3,
           seconds * 1e3, b->bytes / seconds * 1e-9, b->operations / seconds * 1e-9, 100 * floor / seconds);
    fflush(stdout);
  }
  kernel_table_deinit(&g_table);
  spc_kernel_set_destroy(g_set);
  return 0;
}
