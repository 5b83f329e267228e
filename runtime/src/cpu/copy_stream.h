// The copy stream of the CPU device: one thread that runs jobs in the order they are enqueued.
//
// Order is the only synchronisation between jobs: a job sees the effects of all earlier ones. The computing side waits for a job by its
// ticket. One thread enqueues and waits.
#ifndef SPC_RUNTIME_CPU_COPY_STREAM_H_
#define SPC_RUNTIME_CPU_COPY_STREAM_H_

#include <stdbool.h>
#include <stdint.h>

#include "spc/status.h"

typedef struct spc_copy_stream_t spc_copy_stream_t;
typedef uint64_t spc_ticket_t;  // 0: nothing to wait for

// What a job does; its context is copied into the queue. It returns false when what it was told is not valid (see exec_copy.c).
#define SPC_COPY_JOB_WORDS 8
typedef struct spc_copy_job_t {
  bool (*run)(const struct spc_copy_job_t *job);
  union {
    const void *pointer;
    uint64_t number;
  } arg[SPC_COPY_JOB_WORDS];
} spc_copy_job_t;

// |name| tells streams apart in tests; it lives as long as the stream.
SPC_WARN_UNUSED spc_status_t spc_copy_stream_create(const char *name, spc_copy_stream_t **out_stream);
// Finishes the jobs that are queued first.
void spc_copy_stream_destroy(spc_copy_stream_t *stream);

// Waits for a place when the queue is full.
spc_ticket_t spc_copy_stream_enqueue(spc_copy_stream_t *stream, const spc_copy_job_t *job);
// Returns when the job of |ticket| and all before it are done.
void spc_copy_stream_wait(spc_copy_stream_t *stream, spc_ticket_t ticket);
void spc_copy_stream_wait_all(spc_copy_stream_t *stream);
// Waits for every job. False when one of them failed since the last call.
bool spc_copy_stream_drain(spc_copy_stream_t *stream);

// Told of every job (by the copy thread) and of every wait (by the waiting one), with spc_now's seconds.
typedef void (*spc_copy_observer_fn_t)(void *context, int32_t command, bool waited, double begin, double end);
// Jobs enqueued and waits made from now on are told to |observer| as those of |command|. NULL: to nobody.
void spc_copy_stream_observe(spc_copy_stream_t *stream, spc_copy_observer_fn_t observer, void *context, int32_t command);

// Seconds the thread was copying, and seconds others waited for it, since creation.
void spc_copy_stream_times(const spc_copy_stream_t *stream, double *out_copy, double *out_wait);

// Tests: called by the copy thread before every job of every stream; a job for which it returns false fails. NULL: none. Set it while no stream exists.
typedef bool (*spc_copy_hook_fn_t)(const char *stream);
void spc_copy_stream_set_hook(spc_copy_hook_fn_t hook);

#endif  // SPC_RUNTIME_CPU_COPY_STREAM_H_
