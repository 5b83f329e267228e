// The CPU as a device: weights mapped or filled, sessions in one arena, programs run to their end.
#include <string.h>

#include "clock.h"
#include "cpu/bandwidth.h"
#include "cpu/blas.h"
#include "cpu/cpu_features.h"
#include "cpu/exec.h"
#include "random_fill.h"

// ---- Models

typedef struct spc_cpu_model_t {
  const uint8_t *weights;  // the data section: mapped, embedded or `random`
  spc_region_t random;
} spc_cpu_model_t;

static void model_close(spc_model_t *model) {
  spc_cpu_model_t *cpu = model->on_device;
  if (!cpu) return;
  spc_region_deinit(&cpu->random);
  spc_free(cpu);
  model->on_device = NULL;
}

static void fill_weights(const spc_plan_t *plan, uint8_t *data, const spc_model_options_t *options) {
  for (uint32_t i = 0; i < plan->weight_count; ++i) {
    const spc_weight_t *w = &plan->weights[i];
    double scale = spc_random_weight_scale(w, options->scale);
    if (scale == 0) {
      spc_random_constant(w->element, data + w->offset, w->rows * w->cols, spc_random_weight_constant(w));
    } else {
      spc_random_fill(w->element, data + w->offset, w->rows * w->cols, spc_random_weight_seed(options->seed, i), scale);
    }
    if (options->progress) options->progress(options->progress_context, w->offset + w->size, plan->weights_size);
  }
}

static spc_status_t model_open(spc_model_t *model, const char *weights_path, const spc_model_options_t *options) {
  const spc_plan_t *plan = model->plan;
  SPC_RETURN_IF_ERROR(spc_cpu_features_check(plan->cpu, plan->cpu_features));
  spc_cpu_model_t *cpu = NULL;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("model", 1, sizeof *cpu, (void **)&cpu));
  model->on_device = cpu;
  if (plan->weight_count == 0) return NULL;
  if (options->random_weights) {
    SPC_RETURN_IF_ERROR(spc_region_init("random weights", plan->weights_size, &cpu->random));
    fill_weights(plan, cpu->random.data, options);
    cpu->weights = cpu->random.data;
    return NULL;
  }
  if (!plan->embedded_weights) SPC_RETURN_IF_ERROR(spc_weights_map_init(plan, weights_path, &model->map));
  cpu->weights = spc_model_stored_weights(model);
  return NULL;
}

// ---- Sessions

static spc_status_t allocate_pools(spc_cpu_t *cpu) {
  const spc_session_t *session = cpu->session;
  const spc_memory_model_t *memory = &session->memory;
  uint64_t arena = session->residency.arena;
  SPC_RETURN_IF_ERROR(spc_region_init("device arena", arena, &cpu->arena));
  cpu->state = cpu->arena.data + spc_memory_state_offset(memory);
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("host pools", cpu->plan->cache_count, sizeof *cpu->host, (void **)&cpu->host));
  if (session->residency.most == 0) return NULL;
  cpu->staging = cpu->arena.data + spc_memory_staging_offset(memory, arena);
  for (uint32_t i = 0; i < cpu->plan->cache_count; ++i) {
    if (!spc_session_may_offload(session, i)) continue;
    uint64_t bytes = spc_memory_pool_of_pages(memory, i, session->residency.pages);
    SPC_RETURN_IF_ERROR(spc_region_init("host pool of an offloaded layer", bytes, &cpu->host[i]));
  }
  return NULL;
}

static spc_status_t session_open(spc_session_t *session, const spc_session_options_t *options) {
  const spc_plan_t *plan = session->plan;
  spc_cpu_t *cpu = NULL;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("session", 1, sizeof *cpu, (void **)&cpu));
  session->on_device = cpu;
  cpu->session = session;
  cpu->plan = plan;
  cpu->weights = ((const spc_cpu_model_t *)session->model->on_device)->weights;
  SPC_RETURN_IF_ERROR(allocate_pools(cpu));
  uint32_t longest = 1;
  for (int i = 0; i < SPC_PROGRAM_COUNT; ++i) {
    if (plan->programs[i].command_count > longest) longest = plan->programs[i].command_count;
  }
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("next tokens", session->max_batch, sizeof *cpu->next_ids, (void **)&cpu->next_ids));
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("copy tickets", longest, sizeof *cpu->tickets, (void **)&cpu->tickets));
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("write-back marks", plan->cache_count, sizeof *cpu->offload_started, (void **)&cpu->offload_started));
  uint32_t threads = options->threads ? (uint32_t)options->threads : spc_cpu_count();
  SPC_RETURN_IF_ERROR(spc_thread_pool_create(threads, &cpu->pool));
  if (session->residency.most) SPC_RETURN_IF_ERROR(spc_copy_stream_create("copies", &cpu->copies));
  if (session->residency.adaptive) SPC_RETURN_IF_ERROR(spc_copy_stream_create("moves", &cpu->moves));
  (void)spc_blas_available();  // opens the library now, not in the first prefill
  session->page_table = spc_cpu_state_i32(cpu, SPC_STATE_PAGE_TABLE);
  session->inputs = (spc_inputs_t){.ids = spc_cpu_state_i32(cpu, SPC_STATE_IDS),
                                   .positions = spc_cpu_state_i32(cpu, SPC_STATE_POSITIONS),
                                   .sequences = spc_cpu_state_i32(cpu, SPC_STATE_SEQUENCES),
                                   .append_rows = spc_cpu_state_i32(cpu, SPC_STATE_APPEND_ROWS)};
  if (session->synthetic) {
    uint64_t lists = session->max_batch * plan->dims.selection_heads * session->slots;
    SPC_RETURN_IF_ERROR(spc_alloc_zeroed("synthetic selections", lists + session->max_batch, sizeof *cpu->selected, (void **)&cpu->selected));
    session->inputs.selected = cpu->selected;
    session->inputs.selected_count = cpu->selected + lists;
  }
  session->stats.threads = threads;
  return NULL;
}

static void session_close(spc_session_t *session) {
  spc_cpu_t *cpu = session->on_device;
  if (!cpu) return;
  spc_copy_stream_destroy(cpu->moves);
  spc_copy_stream_destroy(cpu->copies);
  spc_thread_pool_destroy(cpu->pool);
  for (uint32_t i = 0; cpu->host && i < cpu->plan->cache_count; ++i) spc_region_deinit(&cpu->host[i]);
  spc_free(cpu->offload_started);
  spc_free(cpu->tickets);
  spc_free(cpu->next_ids);
  spc_free(cpu->selected);
  spc_free(cpu->host);
  spc_region_deinit(&cpu->arena);
  spc_free(cpu);
  session->on_device = NULL;
}

// ---- Programs. They have ended when `run` returns, so that there is nothing to wait for.

static spc_status_t begin(spc_session_t *session) {
  (void)session;
  return NULL;
}

static spc_status_t run(spc_session_t *session, spc_program_id_t program, uint64_t rows) {
  return spc_exec_run(session->on_device, program, rows);
}

static spc_status_t take_hidden(spc_session_t *session, uint64_t first, uint64_t rows) {
  const spc_cpu_t *cpu = session->on_device;
  const spc_program_t *programs = session->plan->programs;
  uint64_t columns = session->plan->dims.hidden;
  const float *from = spc_cpu_buffer(cpu, programs[SPC_PROGRAM_PREFILL].output_offset) + first * columns;
  memmove(spc_cpu_buffer(cpu, programs[SPC_PROGRAM_LOGITS].input_offset), from, rows * columns * sizeof(float));
  return NULL;
}

static spc_status_t finish(spc_session_t *session, unsigned results) {
  const spc_cpu_t *cpu = session->on_device;
  spc_outputs_t *out = &session->outputs;
  *out = (spc_outputs_t){0};
  const float *logits = spc_cpu_buffer(cpu, session->plan->programs[cpu->program].output_offset);
  if (results & SPC_RESULT_LOGITS) out->logits = logits;
  if (results & SPC_RESULT_COUNTS) {
    out->selected_count = spc_cpu_state_i32(cpu, SPC_STATE_SELECTED_COUNT);
    out->load_count = spc_cpu_state_i32(cpu, SPC_STATE_LOAD_COUNT);
  }
  if (results & SPC_RESULT_SELECTION) out->selected = spc_cpu_state_i32(cpu, SPC_STATE_SELECTED);
  if (results & SPC_RESULT_PROBS) out->probs = spc_cpu_buffer(cpu, session->fidelity.probs_offset);
  if (results & SPC_RESULT_NEXT) {
    uint64_t vocab = session->plan->dims.vocab;
    for (uint64_t r = 0; r < cpu->rows; ++r) cpu->next_ids[r] = spc_logits_argmax(logits + r * vocab, vocab);
    out->next_ids = cpu->next_ids;
  }
  return NULL;
}

static spc_status_t reset_sequence(spc_session_t *session, uint64_t sequence) {
  const spc_cpu_t *cpu = session->on_device;
  const spc_dims_t *d = &session->plan->dims;
  if (d->budget) spc_cpu_state_i32(cpu, SPC_STATE_RESIDENT_COUNT)[sequence] = 0;
  uint64_t bytes = d->feature_size * sizeof(float);
  if (bytes) memset(spc_cpu_state(cpu, SPC_STATE_FEATURES) + sequence * bytes, 0, bytes);
  uint64_t window = spc_memory_window_rows(d) * d->window_size * sizeof(float);
  if (window) memset(spc_cpu_state(cpu, SPC_STATE_WINDOW) + sequence * window, 0, window);
  return NULL;
}

static spc_status_t save_kept(spc_session_t *session, uint64_t sequence, float *out_kept) {
  const spc_cpu_t *cpu = session->on_device;
  const spc_dims_t *d = &session->plan->dims;
  uint64_t features = d->feature_size, window = spc_memory_window_rows(d) * d->window_size;
  if (features) memcpy(out_kept, (float *)spc_cpu_state(cpu, SPC_STATE_FEATURES) + sequence * features, features * sizeof *out_kept);
  if (window) memcpy(out_kept + features, (float *)spc_cpu_state(cpu, SPC_STATE_WINDOW) + sequence * window, window * sizeof *out_kept);
  return NULL;
}

static spc_status_t restore_kept(spc_session_t *session, uint64_t sequence, const float *kept) {
  const spc_cpu_t *cpu = session->on_device;
  const spc_dims_t *d = &session->plan->dims;
  uint64_t features = d->feature_size, window = spc_memory_window_rows(d) * d->window_size;
  if (features) memcpy((float *)spc_cpu_state(cpu, SPC_STATE_FEATURES) + sequence * features, kept, features * sizeof *kept);
  if (window) memcpy((float *)spc_cpu_state(cpu, SPC_STATE_WINDOW) + sequence * window, kept + features, window * sizeof *kept);
  return NULL;
}

// The paged pool of |cache|, wherever it is.
static uint8_t *paged_pool(const spc_cpu_t *cpu, uint32_t cache) {
  return cpu->session->caches[cache].offloaded ? cpu->host[cache].data : spc_cpu_place(cpu, cache);
}

static spc_status_t fill_pages(spc_session_t *session, uint32_t cache, uint64_t page, uint64_t pages, uint64_t seed) {
  uint64_t page_bytes = session->caches[cache].page_bytes, element = session->plan->caches[cache].element;
  spc_random_fill((uint32_t)element, paged_pool(session->on_device, cache) + page * page_bytes,
                  pages * page_bytes / spc_memory_element_bytes((uint32_t)element), seed, 1.0);
  return NULL;
}

// ---- Moves

static bool run_move(const spc_copy_job_t *job) {
  const spc_session_t *session = job->arg[3].pointer;  // NULL: nobody traces
  double begin = session ? spc_now() : 0;
  memcpy((void *)(uintptr_t)job->arg[0].pointer, job->arg[1].pointer, job->arg[2].number);
  if (session) spc_trace_move(session->trace, (uint32_t)job->arg[4].number, job->arg[2].number, job->arg[5].number != 0, begin, spc_now());
  return true;
}

static spc_status_t move_pages(spc_session_t *session, uint32_t cache, uint64_t place, uint64_t page, uint64_t count, bool to_host) {
  spc_cpu_t *cpu = session->on_device;
  uint64_t bytes = session->caches[cache].page_bytes;
  for (uint64_t p = page; p < page + count; ++p) {  // a page a job, so that waiting for other things is short
    uint8_t *device = cpu->arena.data + place + p * bytes, *host = cpu->host[cache].data + p * bytes;
    const spc_copy_job_t job = {run_move, {{.pointer = to_host ? host : device}, {.pointer = to_host ? device : host}, {.number = bytes},
                                {.pointer = session->trace ? session : NULL}, {.number = cache}, {.number = to_host}}};
    (void)spc_copy_stream_enqueue(cpu->moves, &job);
  }
  return NULL;
}

static spc_status_t wait_moves(spc_session_t *session) {
  spc_cpu_t *cpu = session->on_device;
  return spc_copy_stream_drain(cpu->moves) ? NULL : SPC_STATUS(SPC_DEVICE, "copying KV pages failed");
}

static spc_status_t copy_within(spc_session_t *session, uint64_t to, uint64_t from, uint64_t bytes) {
  const spc_cpu_t *cpu = session->on_device;
  memcpy(cpu->arena.data + to, cpu->arena.data + from, bytes);
  return NULL;
}

static spc_status_t copy_page(spc_session_t *session, uint32_t cache, uint64_t from, uint64_t to) {
  uint64_t bytes = session->caches[cache].page_bytes;
  uint8_t *pool = paged_pool(session->on_device, cache);
  memcpy(pool + to * bytes, pool + from * bytes, bytes);
  return NULL;
}

static spc_status_t fill_slots(spc_session_t *session, uint32_t cache) {
  spc_exec_fill_slots(session->on_device, cache);
  return NULL;
}

// ---- Statistics

static void stats(const spc_session_t *session, spc_session_stats_t *out) {
  const spc_cpu_t *cpu = session->on_device;
  if (cpu->copies) {
    spc_copy_stream_times(cpu->copies, &out->copy_seconds, &out->copy_wait_seconds);
    out->copy_seconds -= cpu->copy_base;
    out->copy_wait_seconds -= cpu->wait_base;
  }
  out->gemm_library = spc_blas_available();
  out->device_name = "cpu";
  out->device_allocated = cpu->arena.size + session->plan->weights_size;
}

static void stats_reset(spc_session_t *session) {
  spc_cpu_t *cpu = session->on_device;
  if (cpu->copies) spc_copy_stream_times(cpu->copies, &cpu->copy_base, &cpu->wait_base);
}

const spc_device_t spc_cpu_device = {
    .name = "cpu",
    .stages_new_rows = true,
    .model_open = model_open,
    .model_close = model_close,
    .measure = spc_cpu_measure,
    .session_open = session_open,
    .session_close = session_close,
    .begin = begin,
    .run = run,
    .take_hidden = take_hidden,
    .finish = finish,
    .reset_sequence = reset_sequence,
    .save_kept = save_kept,
    .restore_kept = restore_kept,
    .fill_pages = fill_pages,
    .move_pages = move_pages,
    .wait_moves = wait_moves,
    .copy_within = copy_within,
    .copy_page = copy_page,
    .fill_slots = fill_slots,
    .stats = stats,
    .stats_reset = stats_reset,
};
