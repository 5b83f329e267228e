#include "cpu/thread_pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#include "alloc.h"

#define SPIN_ROUNDS 2000  // about 20 us of pauses
#define RANGES_PER_THREAD 4

typedef struct worker_t {
  spc_thread_pool_t *pool;
  pthread_t thread;
  uint32_t index;
} worker_t;

struct spc_thread_pool_t {
  uint32_t size;
  uint32_t started;  // workers that run, at most size - 1
  worker_t *workers;
  // The task. Written before `generation` is raised, read after it is seen.
  spc_thread_fn_t fn;
  void *context;
  atomic_uint generation;
  atomic_uint pending;  // workers that have not finished the task
  atomic_bool stop;
  pthread_mutex_t mutex;
  pthread_cond_t start, done;
};

static inline void cpu_relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

static unsigned wait_for_task(spc_thread_pool_t *pool, unsigned seen) {
  for (int i = 0; i < SPIN_ROUNDS; ++i) {
    unsigned now = atomic_load_explicit(&pool->generation, memory_order_acquire);
    if (now != seen) return now;
    cpu_relax();
  }
  pthread_mutex_lock(&pool->mutex);
  unsigned now;
  while ((now = atomic_load_explicit(&pool->generation, memory_order_acquire)) == seen) {
    pthread_cond_wait(&pool->start, &pool->mutex);
  }
  pthread_mutex_unlock(&pool->mutex);
  return now;
}

static void *worker_main(void *argument) {
  worker_t *worker = argument;
  spc_thread_pool_t *pool = worker->pool;
  unsigned seen = 0;
  for (;;) {
    seen = wait_for_task(pool, seen);
    if (atomic_load_explicit(&pool->stop, memory_order_acquire)) return NULL;
    pool->fn(pool->context, worker->index);
    if (atomic_fetch_sub_explicit(&pool->pending, 1, memory_order_acq_rel) == 1) {
      // The mutex makes sure that the caller is either before its check of `pending` or asleep.
      pthread_mutex_lock(&pool->mutex);
      pthread_cond_signal(&pool->done);
      pthread_mutex_unlock(&pool->mutex);
    }
  }
}

static void raise_generation(spc_thread_pool_t *pool) {
  pthread_mutex_lock(&pool->mutex);
  atomic_fetch_add_explicit(&pool->generation, 1, memory_order_release);
  pthread_cond_broadcast(&pool->start);
  pthread_mutex_unlock(&pool->mutex);
}

void spc_thread_pool_run(spc_thread_pool_t *pool, spc_thread_fn_t fn, void *context) {
  if (pool->size == 1) {
    fn(context, 0);
    return;
  }
  pool->fn = fn;
  pool->context = context;
  atomic_store_explicit(&pool->pending, pool->size - 1, memory_order_relaxed);
  raise_generation(pool);
  fn(context, 0);
  for (int i = 0; i < SPIN_ROUNDS; ++i) {
    if (atomic_load_explicit(&pool->pending, memory_order_acquire) == 0) return;
    cpu_relax();
  }
  pthread_mutex_lock(&pool->mutex);
  while (atomic_load_explicit(&pool->pending, memory_order_acquire) != 0) pthread_cond_wait(&pool->done, &pool->mutex);
  pthread_mutex_unlock(&pool->mutex);
}

typedef struct ranges_t {
  spc_range_fn_t fn;
  void *context;
  int64_t n, ranges;
  atomic_llong next;
} ranges_t;

// n * i / ranges without overflow for any n.
static int64_t range_begin(const ranges_t *r, int64_t i) {
  return r->n / r->ranges * i + r->n % r->ranges * i / r->ranges;
}

static void run_ranges(void *context, uint32_t thread) {
  (void)thread;
  ranges_t *r = context;
  for (;;) {
    int64_t i = atomic_fetch_add_explicit(&r->next, 1, memory_order_relaxed);
    if (i >= r->ranges) return;
    r->fn(r->context, range_begin(r, i), range_begin(r, i + 1));
  }
}

void spc_thread_pool_for(spc_thread_pool_t *pool, int64_t n, spc_range_fn_t fn, void *context) {
  if (n <= 0) return;
  if (pool->size == 1 || n == 1) {
    fn(context, 0, n);
    return;
  }
  int64_t ranges = (int64_t)pool->size * RANGES_PER_THREAD;
  ranges_t r = {fn, context, n, n < ranges ? n : ranges, 0};
  spc_thread_pool_run(pool, run_ranges, &r);
}

uint32_t spc_thread_pool_size(const spc_thread_pool_t *pool) { return pool->size; }

spc_status_t spc_thread_pool_create(uint32_t threads, spc_thread_pool_t **out_pool) {
  *out_pool = NULL;
  spc_thread_pool_t *pool = NULL;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("thread pool", 1, sizeof *pool, (void **)&pool));
  pool->size = threads;
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->start, NULL);
  pthread_cond_init(&pool->done, NULL);
  spc_status_t status = NULL;
  SPC_GOTO_IF_ERROR(spc_alloc_zeroed("threads", threads, sizeof *pool->workers, (void **)&pool->workers));
  for (uint32_t i = 1; i < threads; ++i) {
    worker_t *worker = &pool->workers[i - 1];
    *worker = (worker_t){.pool = pool, .index = i};
    int error = pthread_create(&worker->thread, NULL, worker_main, worker);
    if (error) {
      status = SPC_STATUS(SPC_IO, "cannot start thread %u of %u (error %d); ask for fewer threads", i + 1, threads, error);
      goto cleanup;
    }
    pool->started = i;
  }
  *out_pool = pool;
  return NULL;
cleanup:
  spc_thread_pool_destroy(pool);
  return status;
}

void spc_thread_pool_destroy(spc_thread_pool_t *pool) {
  if (!pool) return;
  atomic_store_explicit(&pool->stop, true, memory_order_release);
  raise_generation(pool);
  for (uint32_t i = 0; i < pool->started; ++i) pthread_join(pool->workers[i].thread, NULL);
  pthread_cond_destroy(&pool->done);
  pthread_cond_destroy(&pool->start);
  pthread_mutex_destroy(&pool->mutex);
  spc_free(pool->workers);
  spc_free(pool);
}

uint32_t spc_cpu_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return (uint32_t)CPU_COUNT(&set);
  long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n > 0 ? (uint32_t)n : 1;
}
