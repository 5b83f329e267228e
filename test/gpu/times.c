#include "test/gpu/times.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/gpu/elements.h"
#include "test/gpu/runner.h"

enum { k_replays = 9, k_most_launches = 64, k_fewest_launches = 4 };
static const double k_graph_seconds = 2e-3;         // about how long a graph of launches should take
static const double k_matrix_rate = 989e12;         // dense bf16, of the H100 and H200 datasheets
static const uint64_t k_gigabyte = UINT64_C(1) << 30, k_work_bytes = UINT64_C(1) << 30, k_host_bytes = UINT64_C(512) << 20;

static struct {
  const char *filter;
  FILE *json;
  cu_pointer_t data, work, host_data;
  uint64_t used;
  double copy_rate, host_rate;  // bytes a second: device to device, read and written; pinned host memory to the device
  cu_event_t begin, end;
  int rows, missing;
} g;

cu_pointer_t times_data(void) { return g.data; }

cu_pointer_t times_take(uint64_t bytes) {
  cu_pointer_t taken = g.work + g.used;
  g.used += (bytes + 255) / 256 * 256;
  if (g.used <= k_work_bytes) return taken;
  printf("a row of the table needs more than %llu bytes\n", (unsigned long long)k_work_bytes);
  exit(1);
}

cu_pointer_t times_take_i32(size_t n, int32_t (*value)(size_t i, const void *data), const void *data) {
  cu_pointer_t to = times_take(n * 4);
  int32_t *numbers = malloc(n * 4 + 1);
  if (!numbers) exit(1);
  for (size_t i = 0; i < n; ++i) numbers[i] = value(i, data);
  driver_upload(to, numbers, n * 4);
  free(numbers);
  return to;
}

cu_pointer_t times_host_data(uint64_t *out_bytes) {
  if (!g.host_data) {
    void *host;
    CU(cu.host_alloc(&host, k_host_bytes, CU_HOST_PORTABLE_MAPPED));
    CU(cu.host_device_pointer(&g.host_data, host, 0));
    CU(cu.copy_to_host(host, g.data, k_host_bytes));
    for (int i = 0; i < 3; ++i) {
      float ms;
      CU(cu.event_record(g.begin, cu.stream));
      CU(cu.copy(g.data, g.host_data, k_host_bytes, cu.stream));
      CU(cu.event_record(g.end, cu.stream));
      CU(cu.event_wait(g.end));
      CU(cu.event_ms(&ms, g.begin, g.end));
      double rate = (double)k_host_bytes / (1e-3 * (double)ms);
      if (rate > g.host_rate) g.host_rate = rate;
    }
    printf("pinned host memory to the device, by the copy engine: %.1f GB/s\n", 1e-9 * g.host_rate);
  }
  *out_bytes = k_host_bytes;
  return g.host_data;
}

// Random numbers everywhere: zeros can run faster than real data.
static void fill_data(cu_pointer_t to, uint64_t bytes) {
  const size_t part = 16 << 20;
  uint16_t *numbers = malloc(part);
  if (!numbers) exit(1);
  for (size_t i = 0; i < part / 2; ++i) element_store(numbers, SPC_BF16, i, random_float());
  driver_upload(to, numbers, part);
  free(numbers);
  for (uint64_t have = part; have < bytes; have *= 2) {
    CU(cu.copy(to + have, to, have < bytes - have ? have : bytes - have, cu.stream));
  }
  CU(cu.stream_wait(cu.stream));
}

static int compare_floats(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return x < y ? -1 : x > y;
}

static double median(float *ms, int n) {
  qsort(ms, (size_t)n, sizeof *ms, compare_floats);
  return 1e-3 * (double)ms[n / 2];
}

static void measure_copy(void) {
  float ms[k_replays];
  uint64_t half = k_data_gigabytes / 2 * k_gigabyte;
  for (int i = 0; i < k_replays; ++i) {
    CU(cu.event_record(g.begin, cu.stream));
    CU(cu.copy(g.data + half, g.data, half, cu.stream));
    CU(cu.event_record(g.end, cu.stream));
    CU(cu.event_wait(g.end));
    CU(cu.event_ms(&ms[i], g.begin, g.end));
  }
  g.copy_rate = 2 * (double)half / median(ms, k_replays);
}

bool times_begin(bench_t *bench, const char *kernel, const char *params, const char *shape) {
  *bench = (bench_t){.copies = 1, .x = 1, .y = 1, .z = 1};
  g.used = 0;
  if (g.filter && !strstr(kernel, g.filter) && !strstr(shape, g.filter)) return false;
  bench->kernel = image_find(kernel, params);
  snprintf(bench->shape, sizeof bench->shape, "%s", shape);
  if (bench->kernel) return true;
  printf("| %s | %s | not in the image (%s) |\n", kernel, shape, params);
  ++g.missing;
  return false;
}

// Seconds a launch.
static double time_graph(const bench_t *bench, int launches, bool overlap) {
  cu_graph_t graph;
  cu_graph_exec_t exec;
  float ms[k_replays];
  spc_arg_t args[k_bench_arguments];
  CU(cu.capture_begin(cu.stream, CU_CAPTURE_THREAD_LOCAL));
  for (int i = 0; i < launches; ++i) {
    memcpy(args, bench->args, sizeof args);
    args[bench->moving].i64 += (int64_t)((uint64_t)i % bench->copies * bench->stride);
    kernel_launch(bench->kernel, bench->x, bench->y, bench->z, bench->argument_count, args, overlap);
  }
  CU(cu.capture_end(cu.stream, &graph));
  CU(cu.graph_instantiate(&exec, graph, 0));
  CU(cu.graph_launch(exec, cu.stream));  // warm
  for (int i = 0; i < k_replays; ++i) {
    CU(cu.event_record(g.begin, cu.stream));
    CU(cu.graph_launch(exec, cu.stream));
    CU(cu.event_record(g.end, cu.stream));
    CU(cu.event_wait(g.end));
    CU(cu.event_ms(&ms[i], g.begin, g.end));
  }
  CU(cu.graph_exec_destroy(exec));
  CU(cu.graph_destroy(graph));
  return median(ms, k_replays) / launches;
}

static double floor_seconds(const bench_t *bench) {
  if (bench->operations > 0) return bench->operations / k_matrix_rate;
  double seconds = bench->bytes / g.copy_rate;
  if (bench->host_bytes > 0 && bench->host_bytes / g.host_rate > seconds) seconds = bench->host_bytes / g.host_rate;
  return seconds;
}

void times_measure(const bench_t *bench) {
  double least = floor_seconds(bench), wanted = k_graph_seconds / (least > 1e-6 ? least : 1e-6);
  int launches = wanted > k_most_launches ? k_most_launches : wanted < k_fewest_launches ? k_fewest_launches : (int)wanted;
  double plain = time_graph(bench, launches, false), overlapped = bench->kernel->overlaps ? time_graph(bench, launches, true) : plain;
  int registers = 0, local = 0;
  CU(cu.function_get(&registers, CU_FUNCTION_REGISTERS, bench->kernel->function));
  CU(cu.function_get(&local, CU_FUNCTION_LOCAL_BYTES, bench->kernel->function));
  const char *unit = bench->operations > 0 ? "TFLOP/s" : "GB/s";
  double rate = bench->operations > 0 ? 1e-12 * bench->operations / overlapped : 1e-9 * (bench->host_bytes > 0 ? bench->host_bytes : bench->bytes) / overlapped;
  double amount = bench->operations > 0 ? 1e-9 * bench->operations : 1e-6 * (bench->host_bytes > 0 ? bench->host_bytes : bench->bytes);
  printf("| %s | %s | %.2f %s | %.2f | %.2f | %.2f | %.0f %s | %.0f%% |\n", bench->kernel->name, bench->shape, amount,
         bench->operations > 0 ? "GFLOP" : "MB", 1e6 * least, 1e6 * overlapped, 1e6 * plain, rate, unit, 100 * least / overlapped);
  fflush(stdout);
  if (g.json) {
    fprintf(g.json,
            "%s\n  {\"kernel\": \"%s\", \"shape\": \"%s\", \"bytes\": %.0f, \"host_bytes\": %.0f, \"operations\": %.0f, \"floor_us\": %.4f, "
            "\"overlapped_us\": %.4f, \"plain_us\": %.4f, \"launches\": %d, \"registers\": %d, \"local_bytes\": %d}",
            g.rows ? "," : "", bench->kernel->entry, bench->shape, bench->bytes, bench->host_bytes, bench->operations, 1e6 * least, 1e6 * overlapped,
            1e6 * plain, launches, registers, local);
  }
  ++g.rows;
}

int times_run(const char *filter, const char *json) {
  g.filter = filter;
  if (json && !(g.json = fopen(json, "w"))) {
    perror(json);
    return 1;
  }
  CU(cu.event_create(&g.begin, 0));
  CU(cu.event_create(&g.end, 0));
  CU(cu.alloc(&g.data, k_data_gigabytes * k_gigabyte));
  CU(cu.alloc(&g.work, k_work_bytes));
  fill_data(g.data, k_data_gigabytes * k_gigabyte);
  fill_data(g.work, k_work_bytes);
  measure_copy();
  printf("%s, sm_%d, CUDA driver %d.%d: %d multiprocessors, %d MiB of L2; a device copy moves %.0f GB/s (read and written)\n\n", cu.device, cu.compute,
         cu.driver / 1000, cu.driver % 1000 / 10, cu.multiprocessors, cu.l2_bytes >> 20, 1e-9 * g.copy_rate);
  printf("| kernel | shape | moves | floor us | us | us without overlap | rate | share of floor |\n|---|---|--:|--:|--:|--:|--:|--:|\n");
  if (g.json) {
    fprintf(g.json, "{\"device\": \"%s\", \"compute\": %d, \"driver\": %d, \"copy_bytes_per_second\": %.0f, \"rows\": [", cu.device, cu.compute, cu.driver,
            g.copy_rate);
  }
  times_shapes();
  if (g.json) {
    fprintf(g.json, "\n], \"host_bytes_per_second\": %.0f}\n", g.host_rate);
    bool written = !ferror(g.json);
    if (fclose(g.json) || !written) {
      fprintf(stderr, "%s: not all was written\n", json);
      return 1;
    }
  }
  printf("\n%d rows measured, %d kernels missing\n", g.rows, g.missing);
  if (g.missing > 0) return 1;
  return g.rows ? 0 : k_exit_nothing;
}
