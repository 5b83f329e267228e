// Timing for the benchmarks: a pool of threads that run one range each, the machine's read bandwidth and multiply-add rate.
#ifndef BENCH_MEASURE_H_
#define BENCH_MEASURE_H_

#include <stdint.h>

// Computes items [begin, end).
typedef void (*bench_range_fn_t)(void *data, int64_t begin, int64_t end);

double bench_now(void);  // seconds

// The least time in seconds of |repeats| runs of |items| items split evenly over |threads| threads (at most 64). Run i computes window
// i % windows of windows * items, so that data larger than the caches is cold each time while a run stays short enough that other
// processes rarely cut into it. Ends the process when threads cannot be had.
double bench_run(int threads, int repeats, bench_range_fn_t run, void *data, int64_t items, int64_t windows);

// Bytes a second that |threads| threads read from |data|: the floor of everything that reads memory once.
double bench_read_bandwidth(int threads, int repeats, const void *data, int64_t size, int64_t windows);

// Floating-point operations a second of fused multiply-adds on |threads| threads, at the widest vectors the machine has.
double bench_fma_rate(int threads, int repeats);

#endif  // BENCH_MEASURE_H_
