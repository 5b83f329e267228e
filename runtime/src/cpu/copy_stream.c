#include "cpu/copy_stream.h"

#include <pthread.h>
#include <stdatomic.h>

#include "alloc.h"
#include "clock.h"

#define QUEUE_LENGTH 256  // a power of two; the prefetches of a step fit in most models
#define SPIN_ROUNDS 2000

typedef struct witness_t {
  spc_copy_observer_fn_t observer;  // NULL: nobody
  void *context;
  int32_t command;
} witness_t;

typedef struct slot_t {
  spc_copy_job_t job;
  witness_t witness;
} slot_t;

static spc_copy_hook_fn_t g_hook;

void spc_copy_stream_set_hook(spc_copy_hook_fn_t hook) { g_hook = hook; }

struct spc_copy_stream_t {
  const char *name;
  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t work, done;
  // Jobs [finished, enqueued) are queued or running; job i is in slot i % QUEUE_LENGTH, its ticket is i + 1.
  uint64_t enqueued;         // under the mutex
  atomic_ullong finished;    // written by the copy thread
  bool stop;                 // under the mutex
  atomic_bool failed;
  atomic_ullong copy_nanoseconds;
  uint64_t wait_nanoseconds;  // of the computing thread, its own
  witness_t witness;          // of the computing thread: what it enqueues next
  slot_t queue[QUEUE_LENGTH];
};

static void testify(const witness_t *witness, bool waited, uint64_t begin, uint64_t end) {
  witness->observer(witness->context, witness->command, waited, (double)begin * 1e-9, (double)end * 1e-9);
}

static void *copy_main(void *argument) {
  spc_copy_stream_t *stream = argument;
  uint64_t next = 0;
  pthread_mutex_lock(&stream->mutex);
  for (;;) {
    while (stream->enqueued == next && !stream->stop) pthread_cond_wait(&stream->work, &stream->mutex);
    if (stream->enqueued == next) break;
    pthread_mutex_unlock(&stream->mutex);
    uint64_t begin = spc_now_nanoseconds();
    const slot_t *slot = &stream->queue[next % QUEUE_LENGTH];
    bool hooked = !g_hook || g_hook(stream->name);
    if (!hooked || !slot->job.run(&slot->job)) atomic_store_explicit(&stream->failed, true, memory_order_relaxed);
    uint64_t end = spc_now_nanoseconds();
    atomic_fetch_add_explicit(&stream->copy_nanoseconds, end - begin, memory_order_relaxed);
    if (slot->witness.observer) testify(&slot->witness, false, begin, end);
    atomic_store_explicit(&stream->finished, ++next, memory_order_release);
    pthread_mutex_lock(&stream->mutex);
    pthread_cond_signal(&stream->done);
  }
  pthread_mutex_unlock(&stream->mutex);
  return NULL;
}

spc_ticket_t spc_copy_stream_enqueue(spc_copy_stream_t *stream, const spc_copy_job_t *job) {
  if (stream->enqueued >= QUEUE_LENGTH) spc_copy_stream_wait(stream, stream->enqueued - QUEUE_LENGTH + 1);
  stream->queue[stream->enqueued % QUEUE_LENGTH] = (slot_t){*job, stream->witness};
  pthread_mutex_lock(&stream->mutex);
  spc_ticket_t ticket = ++stream->enqueued;
  pthread_cond_signal(&stream->work);
  pthread_mutex_unlock(&stream->mutex);
  return ticket;
}

static void wait_for(spc_copy_stream_t *stream, spc_ticket_t ticket) {
  if (atomic_load_explicit(&stream->finished, memory_order_acquire) >= ticket) return;
  uint64_t begin = spc_now_nanoseconds();
  bool ready = false;
  for (int i = 0; i < SPIN_ROUNDS && !ready; ++i) {
    ready = atomic_load_explicit(&stream->finished, memory_order_acquire) >= ticket;
  }
  if (!ready) {
    pthread_mutex_lock(&stream->mutex);
    while (atomic_load_explicit(&stream->finished, memory_order_acquire) < ticket) pthread_cond_wait(&stream->done, &stream->mutex);
    pthread_mutex_unlock(&stream->mutex);
  }
  stream->wait_nanoseconds += spc_now_nanoseconds() - begin;
}

void spc_copy_stream_wait(spc_copy_stream_t *stream, spc_ticket_t ticket) {
  if (!stream->witness.observer) {
    wait_for(stream, ticket);
    return;
  }
  uint64_t begin = spc_now_nanoseconds();
  wait_for(stream, ticket);
  testify(&stream->witness, true, begin, spc_now_nanoseconds());
}

void spc_copy_stream_observe(spc_copy_stream_t *stream, spc_copy_observer_fn_t observer, void *context, int32_t command) {
  stream->witness = (witness_t){observer, context, command};
}

void spc_copy_stream_wait_all(spc_copy_stream_t *stream) { spc_copy_stream_wait(stream, stream->enqueued); }

bool spc_copy_stream_drain(spc_copy_stream_t *stream) {
  spc_copy_stream_wait_all(stream);
  return !atomic_exchange_explicit(&stream->failed, false, memory_order_relaxed);
}

void spc_copy_stream_times(const spc_copy_stream_t *stream, double *out_copy, double *out_wait) {
  *out_copy = (double)atomic_load_explicit(&stream->copy_nanoseconds, memory_order_relaxed) * 1e-9;
  *out_wait = (double)stream->wait_nanoseconds * 1e-9;
}

spc_status_t spc_copy_stream_create(const char *name, spc_copy_stream_t **out_stream) {
  *out_stream = NULL;
  spc_copy_stream_t *stream = NULL;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("copy stream", 1, sizeof *stream, (void **)&stream));
  stream->name = name;
  pthread_mutex_init(&stream->mutex, NULL);
  pthread_cond_init(&stream->work, NULL);
  pthread_cond_init(&stream->done, NULL);
  int error = pthread_create(&stream->thread, NULL, copy_main, stream);
  if (error) {
    pthread_cond_destroy(&stream->done);
    pthread_cond_destroy(&stream->work);
    pthread_mutex_destroy(&stream->mutex);
    spc_free(stream);
    return SPC_STATUS(SPC_IO, "cannot start the copy thread (error %d)", error);
  }
  *out_stream = stream;
  return NULL;
}

void spc_copy_stream_destroy(spc_copy_stream_t *stream) {
  if (!stream) return;
  pthread_mutex_lock(&stream->mutex);
  stream->stop = true;
  pthread_cond_signal(&stream->work);
  pthread_mutex_unlock(&stream->mutex);
  pthread_join(stream->thread, NULL);
  pthread_cond_destroy(&stream->done);
  pthread_cond_destroy(&stream->work);
  pthread_mutex_destroy(&stream->mutex);
  spc_free(stream);
}
