#include "clock.h"

#include <time.h>

uint64_t spc_now_nanoseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

double spc_now(void) { return (double)spc_now_nanoseconds() * 1e-9; }
