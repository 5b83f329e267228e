// spc-gpu-soak MODEL.so [--seconds=N] [--cut] [--first=K | --schedules=K,...] [--ops=N] [--no-graphs]: random schedules on a compiled object, of the CPU or of a GPU (test/unit/schedule.h):
// sequences come, grow and go in a session that moves layers between device and host memory, and in one that holds everything. Fails when a bit differs. Schedules are numbered: those from
// K on, or the ones named, over again, until the seconds are over; at least one. Fewer --ops make shorter ones, and --cut ends the one under way when the seconds are over, for tools that slow
// everything down (test/gpu/soak).
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "test/unit/schedule.h"

void schedule_fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("spc-gpu-soak: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double g_end;
static bool seconds_are_over(void) { return now() > g_end; }

// The schedule after |begun| others, of a list of numbers or from |first| on.
static uint64_t schedule_number(const char *list, uint64_t first, uint64_t begun) {
  if (!list) return first + begun;
  uint64_t count = 1;
  for (const char *p = list; *p; ++p) count += *p == ',';
  for (uint64_t i = begun % count; i > 0; --i) list = strchr(list, ',') + 1;
  return strtoull(list, NULL, 10);
}

int main(int argc, char **argv) {
  schedule_t s = {.ops = 24};
  const char *path = NULL, *list = NULL;
  double seconds = 10;
  uint64_t first = 1, count = 0;
  for (int i = 1; i < argc; ++i) {
    if (!strncmp(argv[i], "--seconds=", 10)) seconds = strtod(argv[i] + 10, NULL);
    else if (!strncmp(argv[i], "--first=", 8)) first = strtoull(argv[i] + 8, NULL, 10);
    else if (!strncmp(argv[i], "--schedules=", 12)) list = argv[i] + 12;
    else if (!strncmp(argv[i], "--ops=", 6)) s.ops = atoi(argv[i] + 6);
    else if (!strcmp(argv[i], "--cut")) s.is_over = seconds_are_over;
    else if (!strcmp(argv[i], "--no-graphs")) s.no_graphs = true;
    else if (argv[i][0] != '-' && !path) path = argv[i];
    else return fprintf(stderr, "spc-gpu-soak: what is %s?\n", argv[i]), 2;
  }
  if (!path) return fputs("usage: spc-gpu-soak MODEL.so [--seconds=N] [--cut] [--first=K | --schedules=K,...] [--ops=N] [--no-graphs]\n", stderr), 2;
  schedule_check(&s, spc_model_load(path, &s.model), "loading");
  schedule_open(&s);
  double begin = now(), said = begin;
  g_end = begin + seconds;
  for (; count == 0 || !seconds_are_over(); ++count) {
    schedule_run(&s, schedule_number(list, first, count));
    if (now() - said < 5) continue;
    said = now();
    fprintf(stderr, "%.0f s: %llu schedules, %llu steps, %llu layers moved\n", said - begin, (unsigned long long)count + 1, (unsigned long long)s.steps,
            (unsigned long long)(s.moved_out + s.moved_back));
  }
  printf("%s: %llu schedules, %llu steps, %llu layers moved out, %llu back, at most %llu of %llu out, %.3f GB moved\n", path,
         (unsigned long long)count, (unsigned long long)s.steps, (unsigned long long)s.moved_out, (unsigned long long)s.moved_back,
         (unsigned long long)s.most_out, (unsigned long long)s.layers, (double)s.bytes_moved / 1e9);
  schedule_close(&s);
  spc_model_destroy(s.model);
  return 0;
}
