// The kernels under measurement, compiled and loaded.
#ifndef BENCH_KERNEL_TABLE_H_
#define BENCH_KERNEL_TABLE_H_

#include "compiler/kernels/kernels.h"
#include "spc/abi.h"
#include "spc/status.h"

typedef struct kernel_table_t {
  void *library;
  const spc_host_kernel_fn_t *functions;  // by index in the set
  double lower_seconds, optimize_seconds, emit_seconds, link_seconds;
} kernel_table_t;

// Compiles |set| for |cpu| (NULL: this one) to a temporary shared object and loads it.
SPC_WARN_UNUSED spc_status_t kernel_table_init(kernel_table_t *table, const spc_kernel_set_t *set, const char *cpu);
void kernel_table_deinit(kernel_table_t *table);

#endif  // BENCH_KERNEL_TABLE_H_
