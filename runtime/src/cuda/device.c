// An NVIDIA GPU as a device: the table of functions.
#include "device.h"

#include "cuda/cuda_session.h"

static const char *const program_names[SPC_PROGRAM_COUNT] = {"prefill", "decode", "decode_full", "logits"};

static spc_status_t session_open(spc_session_t *session, const spc_session_options_t *options) {
  spc_cuda_t *c = NULL;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("session", 1, sizeof *c, (void **)&c));
  session->on_device = c;
  c->session = session;
  c->plan = session->plan;
  c->model = session->model->on_device;
  c->cu = c->model->cu;
  c->graphs_wanted = !options->no_graphs;
  c->synchronous = options->synchronous;
  SPC_RETURN_IF_ERROR(spc_cuda_make_current(c->model));
  SPC_RETURN_IF_ERROR(spc_cuda_open_attention(c, options->prefill_attention));
  return spc_cuda_session_allocate(c);
}

static void session_close(spc_session_t *session) {
  spc_cuda_t *c = session->on_device;
  if (!c) return;
  spc_status_ignore(spc_cuda_make_current(c->model));
  spc_cuda_session_release(c);
  spc_cudnn_attend_destroy(c->attend);
  spc_free(c);
  session->on_device = NULL;
}

// ---- Programs

// An error that shows when the host waits belongs to something that was started before.
static spc_status_t wait(spc_cuda_t *c) {
  c->busy = false;
  spc_status_t status = SPC_CU(c->cu, cuStreamSynchronize, c->compute);
  if (!status) return NULL;
  const char *hint = c->synchronous ? "" : "; a session with the option `synchronous` says in which command";
  return spc_status_join(SPC_STATUS(SPC_DEVICE, "program %s, %llu rows: %s%s", program_names[c->program], (unsigned long long)c->rows,
                                    spc_status_message(status), hint), status);
}

static spc_status_t begin(spc_session_t *session) {
  spc_cuda_t *c = session->on_device;
  SPC_RETURN_IF_ERROR(spc_cuda_make_current(c->model));
  // Decode steps find nothing running and so always use the first inputs, whose addresses their graphs hold.
  c->input = c->busy ? !c->input : 0;
  spc_cuda_inputs_t *in = &c->inputs[c->input];
  if (c->busy) SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventSynchronize, in->uploaded));
  const uint64_t *offset = c->plan->state_offset;
  session->inputs = (spc_inputs_t){.ids = in->rows,
                                   .positions = in->rows + (offset[SPC_STATE_POSITIONS] - c->rows_at) / sizeof(int32_t),
                                   .sequences = in->rows + (offset[SPC_STATE_SEQUENCES] - c->rows_at) / sizeof(int32_t),
                                   .append_rows = in->append_rows};
  if (c->synthetic) {
    session->inputs.selected = c->synthetic;
    session->inputs.selected_count = c->synthetic + spc_cuda_synthetic_listed(c);
  }
  return NULL;
}

static void count_write_backs(spc_cuda_t *c, spc_program_id_t program, uint64_t rows) {
  if (program == SPC_PROGRAM_LOGITS || c->session->offloaded == 0) return;
  uint64_t layer = rows * c->plan->dims.kv_heads * c->session->caches[c->plan->dims.layers - 1].row_bytes;
  c->session->stats.bytes_offloaded += layer * c->session->offloaded;
}

static spc_status_t run(spc_session_t *session, spc_program_id_t program, uint64_t rows) {
  spc_cuda_t *c = session->on_device;
  SPC_RETURN_IF_ERROR(spc_cuda_make_current(c->model));
  SPC_RETURN_IF_ERROR(spc_cuda_rebind(c));
  SPC_RETURN_IF_ERROR(spc_cuda_upload_page_table(c));
  count_write_backs(c, program, rows);
  spc_status_t status = spc_cuda_prepare_products(c, program, rows);
  if (!status) status = spc_cuda_prepare_attention(c, program, rows);
  if (status) return spc_status_annotate(status, "program %s", program_names[program]);
  if (session->command_seconds) return spc_cuda_issue_timed(c, program, rows, session->command_seconds);
  if (session->trace) return spc_cuda_issue_traced(c, program, rows);
  if (spc_cuda_has_graph(c, program) && c->input == 0) return spc_cuda_replay(c, program, rows);
  SPC_RETURN_IF_ERROR(spc_cuda_issue(c, program, rows));
  return SPC_CU(c->cu, cuEventRecord, c->inputs[c->input].uploaded, c->compute);
}

static spc_status_t take_hidden(spc_session_t *session, uint64_t first, uint64_t rows) {
  spc_cuda_t *c = session->on_device;
  SPC_RETURN_IF_ERROR(spc_cuda_make_current(c->model));
  const spc_program_t *programs = c->plan->programs;
  uint64_t row_bytes = c->plan->dims.hidden * sizeof(float);
  spc_status_t status = SPC_CU(c->cu, cuMemcpyDtoDAsync, c->arena + programs[SPC_PROGRAM_LOGITS].input_offset,
                               c->arena + programs[SPC_PROGRAM_PREFILL].output_offset + first * row_bytes, rows * row_bytes, c->compute);
  return spc_status_annotate(status, "hidden rows");
}

// ---- Results

static spc_status_t bring(spc_cuda_t *c, void *to, CUdeviceptr from, uint64_t bytes) {
  c->busy = true;
  return spc_status_annotate(SPC_CU(c->cu, cuMemcpyDtoHAsync, to, from, bytes, c->compute), "results of program %s", program_names[c->program]);
}

static spc_status_t choose_next(spc_cuda_t *c, CUdeviceptr logits) {
  int32_t kernel = spc_cuda_find_kernel(c->plan, "argmax");
  if (kernel < 0 || c->plan->state_size[SPC_STATE_NEXT_IDS] < c->rows * sizeof(int32_t)) {
    return SPC_STATUS(SPC_UNSUPPORTED, "the object cannot choose tokens on the GPU: it has no kernel argmax or no room for what it chooses; use "
                      "spc_session_decode");
  }
  CUdeviceptr next = spc_cuda_state(c, SPC_STATE_NEXT_IDS);
  const spc_arg_t arguments[] = {spc_cuda_pointer(logits), spc_cuda_pointer(next), {.i64 = (int64_t)c->plan->dims.vocab}};
  SPC_RETURN_IF_ERROR(spc_cuda_launch(c->model, c->compute, kernel, (spc_cuda_grid_t){1, 1, (uint32_t)c->rows}, 3, arguments, 0));
  return bring(c, c->results.next_ids, next, c->rows * sizeof(int32_t));
}

static spc_status_t bring_selection(spc_cuda_t *c) {
  uint64_t row = c->plan->dims.selection_heads * c->session->slots;
  if (!c->results.selected) {
    SPC_RETURN_IF_ERROR(spc_alloc_zeroed("selected tokens", c->session->max_batch * row, sizeof(int32_t), (void **)&c->results.selected));
  }
  return bring(c, c->results.selected, spc_cuda_chosen(c, SPC_STATE_SELECTED), c->rows * row * sizeof(int32_t));
}

static spc_status_t finish(spc_session_t *session, unsigned results) {
  spc_cuda_t *c = session->on_device;
  SPC_RETURN_IF_ERROR(spc_cuda_make_current(c->model));
  spc_outputs_t *out = &session->outputs;
  *out = (spc_outputs_t){0};
  CUdeviceptr logits = c->arena + c->plan->programs[c->program].output_offset;
  uint64_t rows = c->rows;
  if (results & SPC_RESULT_NEXT) SPC_RETURN_IF_ERROR(choose_next(c, logits));
  if (results & SPC_RESULT_LOGITS) SPC_RETURN_IF_ERROR(bring(c, c->results.logits, logits, rows * c->plan->dims.vocab * sizeof(float)));
  if (results & SPC_RESULT_COUNTS) {
    SPC_RETURN_IF_ERROR(bring(c, c->results.selected_count, spc_cuda_chosen(c, SPC_STATE_SELECTED_COUNT), rows * sizeof(int32_t)));
    SPC_RETURN_IF_ERROR(bring(c, c->results.load_count, spc_cuda_state(c, SPC_STATE_LOAD_COUNT), rows * c->plan->dims.kv_heads * sizeof(int32_t)));
  }
  if (results & SPC_RESULT_SELECTION) SPC_RETURN_IF_ERROR(bring_selection(c));
  if (results & SPC_RESULT_PROBS) {
    uint64_t bytes = rows * c->plan->dims.selection_heads * session->fidelity.stride * sizeof(float);
    SPC_RETURN_IF_ERROR(bring(c, c->results.probs, c->arena + session->fidelity.probs_offset, bytes));
  }
  if (c->busy) SPC_RETURN_IF_ERROR(wait(c));
  if (results & SPC_RESULT_NEXT) out->next_ids = c->results.next_ids;
  if (results & SPC_RESULT_LOGITS) out->logits = c->results.logits;
  if (results & SPC_RESULT_COUNTS) {
    out->selected_count = c->results.selected_count;
    out->load_count = c->results.load_count;
  }
  if (results & SPC_RESULT_SELECTION) out->selected = c->results.selected;
  if (results & SPC_RESULT_PROBS) out->probs = c->results.probs;
  return NULL;
}

// ---- Sequences

// What is kept of the last tokens of a sequence: 0: features, 1: the window of embeddings.
typedef struct spc_cuda_kept_t {
  CUdeviceptr address;
  uint64_t count;  // of f32; 0: none
} spc_cuda_kept_t;

static spc_cuda_kept_t kept_state(const spc_cuda_t *c, uint64_t sequence, int which) {
  const spc_dims_t *d = &c->plan->dims;
  uint64_t count = which == 0 ? d->feature_size : spc_memory_window_rows(d) * d->window_size;
  CUdeviceptr base = spc_cuda_state(c, which == 0 ? SPC_STATE_FEATURES : SPC_STATE_WINDOW);
  return (spc_cuda_kept_t){base + sequence * count * sizeof(float), count};
}

static spc_status_t reset_sequence(spc_session_t *session, uint64_t sequence) {
  spc_cuda_t *c = session->on_device;
  const spc_dims_t *d = &c->plan->dims;
  SPC_RETURN_IF_ERROR(spc_cuda_make_current(c->model));
  if (d->budget) {
    SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuMemsetD32Async, spc_cuda_state(c, SPC_STATE_RESIDENT_COUNT) + sequence * sizeof(int32_t), 0, 1, c->compute));
  }
  for (int i = 0; i < 2; ++i) {
    spc_cuda_kept_t kept = kept_state(c, sequence, i);
    if (kept.count) SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuMemsetD32Async, kept.address, 0, kept.count, c->compute));
  }
  return NULL;
}

static spc_status_t save_kept(spc_session_t *session, uint64_t sequence, float *out_kept) {
  spc_cuda_t *c = session->on_device;
  SPC_RETURN_IF_ERROR(spc_cuda_make_current(c->model));
  for (int i = 0; i < 2; ++i) {
    spc_cuda_kept_t kept = kept_state(c, sequence, i);
    if (kept.count) SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuMemcpyDtoHAsync, out_kept, kept.address, kept.count * sizeof(float), c->compute));
    out_kept += kept.count;
  }
  return wait(c);
}

static spc_status_t restore_kept(spc_session_t *session, uint64_t sequence, const float *kept_rows) {
  spc_cuda_t *c = session->on_device;
  SPC_RETURN_IF_ERROR(spc_cuda_make_current(c->model));
  for (int i = 0; i < 2; ++i) {
    spc_cuda_kept_t kept = kept_state(c, sequence, i);
    if (kept.count) SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuMemcpyHtoDAsync, kept.address, kept_rows, kept.count * sizeof(float), c->compute));
    kept_rows += kept.count;
  }
  return wait(c);
}

static void selection_changed(spc_session_t *session) {
  spc_cuda_t *c = session->on_device;
  spc_status_ignore(spc_cuda_make_current(c->model));
  spc_cuda_graphs_forget(c);
}

// Pages on the host, no more than a sequence may have, are filled by way of staging, so that they hold the same wherever they are.
static spc_status_t fill_pages(spc_session_t *session, uint32_t cache, uint64_t page, uint64_t pages, uint64_t seed) {
  spc_cuda_t *c = session->on_device;
  SPC_RETURN_IF_ERROR(spc_cuda_make_current(c->model));
  bool on_host = session->caches[cache].offloaded;
  uint64_t page_bytes = session->caches[cache].page_bytes;
  uint32_t element = c->plan->caches[cache].element;
  CUdeviceptr to = on_host ? c->staging : spc_cuda_place(c, cache) + page * page_bytes;
  c->busy = true;
  SPC_RETURN_IF_ERROR(spc_cuda_fill_random(c->model, c->compute, element, to, pages * page_bytes / spc_memory_element_bytes(element), seed, 1.0));
  return on_host ? spc_cuda_copy_host_pages(c, cache, page, pages, c->staging, true, c->compute) : NULL;
}

// ---- Statistics

static void stats(const spc_session_t *session, spc_session_stats_t *out) {
  const spc_cuda_t *c = session->on_device;
  spc_status_ignore(spc_cuda_make_current(c->model));
  uint64_t asked = c->arena_bytes + c->plan->device_weights_size;
  out->device_used = spc_cuda_used_bytes(c->model);
  out->device_allocated = out->device_used > c->model->used_before + asked ? out->device_used - c->model->used_before : asked;
  out->device_name = c->model->name;
  out->host_pinned = c->pinned_bytes + spc_memory_host_weights(c->plan);
  out->graphs = c->graph_count;
  out->gemm_library = c->model->gemm != NULL;
  out->attention_library = c->attend_used ? spc_cudnn_attend_name(c->attend) : NULL;
}

static void stats_reset(spc_session_t *session) { (void)session; }

static spc_status_t selection_read(spc_session_t *session) {
  spc_cuda_t *c = session->on_device;
  return spc_status_annotate(SPC_CU(c->cu, cuEventSynchronize, c->given), "the synthetic selection of a step");
}

const spc_device_t spc_cuda_device = {
    .name = "cuda",
    .stages_new_rows = false,
    .model_open = spc_cuda_model_open,
    .model_close = spc_cuda_model_close,
    .measure = spc_cuda_measure,
    .session_open = session_open,
    .session_close = session_close,
    .begin = begin,
    .run = run,
    .take_hidden = take_hidden,
    .finish = finish,
    .reset_sequence = reset_sequence,
    .save_kept = save_kept,
    .restore_kept = restore_kept,
    .selection_changed = selection_changed,
    .selection_read = selection_read,
    .fill_pages = fill_pages,
    .move_pages = spc_cuda_move_pages,
    .wait_moves = spc_cuda_wait_moves,
    .copy_within = spc_cuda_copy_within,
    .copy_page = spc_cuda_copy_page,
    .fill_slots = spc_cuda_fill_slots,
    .stats = stats,
    .stats_reset = stats_reset,
};
