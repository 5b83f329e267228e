// A fixed set of threads that run one function together.
//
// Waiting spins for a few microseconds (a decode step is hundreds of short commands) and then sleeps, so that an idle or oversubscribed
// machine loses nothing to it.
#ifndef SPC_RUNTIME_CPU_THREAD_POOL_H_
#define SPC_RUNTIME_CPU_THREAD_POOL_H_

#include <stdint.h>

#include "spc/status.h"

typedef struct spc_thread_pool_t spc_thread_pool_t;

// |threads| >= 1, the calling one included: a pool of one starts none.
SPC_WARN_UNUSED spc_status_t spc_thread_pool_create(uint32_t threads, spc_thread_pool_t **out_pool);
void spc_thread_pool_destroy(spc_thread_pool_t *pool);
uint32_t spc_thread_pool_size(const spc_thread_pool_t *pool);

// Calls |fn|(context, thread) for every thread in [0, size), the caller being thread 0, and returns when all have returned. Effects of one
// call are visible to all threads of the next.
typedef void (*spc_thread_fn_t)(void *context, uint32_t thread);
void spc_thread_pool_run(spc_thread_pool_t *pool, spc_thread_fn_t fn, void *context);

// Splits items [0, n) over the threads in contiguous ranges, several for each thread, taken as threads become free.
typedef void (*spc_range_fn_t)(void *context, int64_t begin, int64_t end);
void spc_thread_pool_for(spc_thread_pool_t *pool, int64_t n, spc_range_fn_t fn, void *context);

// CPUs this process may run on.
uint32_t spc_cpu_count(void);

#endif  // SPC_RUNTIME_CPU_THREAD_POOL_H_
