// spc-gpu-kernels IMAGE INDEX [--times] [--json=FILE] [--filter=TEXT] [--part=I/N] [--no-guards] [--seconds=N] [--device=N]
//
// Tests every kernel of an image (PTX, or a cubin) against float64 references on this machine's GPU, or, with --times, measures them. --part tests every Nth kernel from the Ith (from 1) on.
// test/gpu/run calls it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/gpu/arrays.h"
#include "test/gpu/cases.h"
#include "test/gpu/image.h"
#include "test/gpu/runner.h"
#include "test/gpu/times.h"

typedef struct case_t {
  const char *kernel;
  void (*run)(const kernel_t *kernel);
} case_t;

#define CASE_ENTRY(kernel_name) {#kernel_name, case_##kernel_name},
static const case_t k_cases[] = {CASES(CASE_ENTRY)};
#undef CASE_ENTRY
enum { k_case_count = sizeof k_cases / sizeof *k_cases, k_most_tests = 1024 };

static struct {
  const char *image, *index, *json, *filter;
  int device;
  runner_part_t part;
  unsigned seconds;  // that a test may take
  bool times;
} g_options = {.seconds = 60};

static int g_tests[k_most_tests];  // indices of the image's kernels
static int g_test_count;

static const char *test_name(int test) { return image_kernel(g_tests[test])->entry; }

static void start(void) {
  driver_open(g_options.device);
  image_load(g_options.image);
}

static void run_test(int test) {
  const kernel_t *kernel = image_kernel(g_tests[test]);
  for (int i = 0; i < k_case_count; ++i) {
    if (strcmp(k_cases[i].kernel, kernel->name) == 0) {
      k_cases[i].run(kernel);
      return;
    }
  }
  check(false, "no test of kernel %s", kernel->name);
}

// Every kernel of the contract is in the image: what is not there is not tested.
static int check_coverage(void) {
  int missing = 0;
  for (int i = 0; i < k_case_count; ++i) {
    if (image_find(k_cases[i].kernel, "")) continue;
    printf("FAIL %s: the image has no specialisation of it\n", k_cases[i].kernel);
    ++missing;
  }
  return missing;
}

static int run_tests(void) {
  int missing = g_options.filter ? 0 : check_coverage();
  for (int i = 0; i < image_count(); ++i) {
    if (!g_options.filter || strstr(image_kernel(i)->entry, g_options.filter)) g_tests[g_test_count++] = i;
  }
  const runner_t runner = {g_test_count, test_name, start, run_test, g_options.seconds, g_options.part};
  int failed = runner_run(&runner);
  if (missing) printf("%d kernels have no specialisation in the image\n", missing);
  return missing ? 1 : failed;
}

static int usage(void) {
  fprintf(stderr, "usage: spc-gpu-kernels IMAGE INDEX [--times] [--json=FILE] [--filter=TEXT] [--part=I/N] [--no-guards] [--seconds=N] [--device=N]\n");
  return 2;
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; ++i) {
    const char *word = argv[i];
    if (strcmp(word, "--times") == 0) g_options.times = true;
    else if (strcmp(word, "--no-guards") == 0) arrays_use_guards(false);
    else if (strncmp(word, "--json=", 7) == 0) g_options.json = word + 7;
    else if (strncmp(word, "--filter=", 9) == 0) g_options.filter = word + 9;
    else if (runner_read_part(word, &g_options.part)) continue;
    else if (strncmp(word, "--seconds=", 10) == 0) g_options.seconds = (unsigned)atoi(word + 10);
    else if (strncmp(word, "--device=", 9) == 0) g_options.device = atoi(word + 9);
    else if (word[0] == '-') return usage();
    else if (!g_options.image) g_options.image = word;
    else if (!g_options.index) g_options.index = word;
    else return usage();
  }
  if (!g_options.image || !g_options.index) return usage();
  image_read_index(g_options.index);
  if (!g_options.times) return run_tests();
  start();
  return times_run(g_options.filter, g_options.json);
}
