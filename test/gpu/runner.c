#include "test/gpu/runner.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { k_most_complaints = 4 };  // that are printed of a test

// What parent and child share.
typedef struct progress_t {
  int test;      // the one that runs, or the next
  bool started;  // the child has opened the device
  int tests_passed, tests_failed;
  long checks_passed, checks_failed;
} progress_t;

static progress_t *g_progress;
static long g_passed, g_failed;  // of the running test
static double g_worst;

bool check(bool good, const char *format, ...) {
  ++*(good ? &g_passed : &g_failed);
  if (good || g_failed > k_most_complaints) return good;
  va_list arguments;
  va_start(arguments, format);
  printf("  ");
  vprintf(format, arguments);
  printf("\n");
  va_end(arguments);
  return false;
}

void check_error(double error) {
  if (!(error <= g_worst)) g_worst = error;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void run_one(const runner_t *runner, int test) {
  g_passed = g_failed = 0;
  g_worst = 0;
  double start = now();
  alarm(runner->seconds);
  runner->run(test);
  alarm(0);
  if (g_passed + g_failed == 0) check(false, "nothing was checked");
  printf("%s %s: %ld of %ld checks, worst error %.1e (%.2f s)\n", g_failed ? "FAIL" : "ok  ", runner->name(test), g_passed, g_passed + g_failed, g_worst,
         now() - start);
  fflush(stdout);
  g_progress->checks_passed += g_passed;
  g_progress->checks_failed += g_failed;
  ++*(g_failed ? &g_progress->tests_failed : &g_progress->tests_passed);
}

static int stride(const runner_t *runner) { return runner->part.of ? runner->part.of : 1; }

static void run_rest(const runner_t *runner) {
  runner->start();
  g_progress->started = true;
  for (; g_progress->test < runner->count; g_progress->test += stride(runner)) run_one(runner, g_progress->test);
}

bool runner_read_part(const char *word, runner_part_t *out) {
  return sscanf(word, "--part=%d/%d", &out->part, &out->of) == 2 && out->part >= 1 && out->part <= out->of;
}

int runner_run(const runner_t *runner) {
  const int first = runner->part.of ? runner->part.part - 1 : 0;
  if (first >= runner->count) {
    printf("no test has the filter's text in its name, or is in the part\n");
    return k_exit_nothing;
  }
  g_progress = mmap(NULL, sizeof *g_progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (g_progress == MAP_FAILED) {
    perror("mmap");
    return 1;
  }
  g_progress->test = first;
  bool ended_well = true;
  while (g_progress->test < runner->count) {
    int status = 0;
    g_progress->started = false;
    fflush(stdout);
    pid_t child = fork();
    if (child < 0) {
      perror("fork");
      return 1;
    }
    if (child == 0) {
      run_rest(runner);
      exit(0);  // with its handlers: compute-sanitizer reports in one, and may change the status
    }
    waitpid(child, &status, 0);
    if (!g_progress->started) {
      printf("FAIL: the device could not be opened\n");
      return 1;
    }
    if (g_progress->test >= runner->count) {
      ended_well = status == 0;
      if (!ended_well) printf("FAIL: the process of the tests ended with status %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
      break;
    }
    const char *how = WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "the device was lost";
    printf("FAIL %s: %s\n", runner->name(g_progress->test), how);
    ++g_progress->tests_failed;
    g_progress->test += stride(runner);
  }
  printf("%d tests passed, %d failed; %ld checks passed, %ld failed\n", g_progress->tests_passed, g_progress->tests_failed, g_progress->checks_passed,
         g_progress->checks_failed);
  return g_progress->tests_failed || !g_progress->tests_passed || !ended_well;
}
