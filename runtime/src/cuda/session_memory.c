// What a session allocates: everything, once. Undone by release, also when only a part of it was made.
#include <string.h>

#include "cuda/cuda_session.h"

#define HIGHEST_PRIORITY -1000  // lower is higher, and what there is not is the nearest there is

static spc_status_t make_streams(spc_cuda_t *c) {
  const spc_plan_t *plan = c->plan;
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamCreate, &c->compute, CU_STREAM_NON_BLOCKING));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamCreateWithPriority, &c->copy, CU_STREAM_NON_BLOCKING, HIGHEST_PRIORITY));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventCreate, &c->computed, CU_EVENT_DISABLE_TIMING));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventCreate, &c->copied, CU_EVENT_DISABLE_TIMING));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventCreate, &c->selected, CU_EVENT_DISABLE_TIMING));
  for (int i = 0; i < SPC_PROGRAM_COUNT; ++i) {
    if (plan->programs[i].command_count > c->longest) c->longest = plan->programs[i].command_count;
  }
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("events of copies", c->longest, sizeof *c->copy_events, (void **)&c->copy_events));
  if (c->session->residency.adaptive) SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamCreate, &c->move, CU_STREAM_NON_BLOCKING));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamCreateWithPriority, &c->select, CU_STREAM_NON_BLOCKING, HIGHEST_PRIORITY));
  const spc_program_t *decode = &plan->programs[SPC_PROGRAM_DECODE];  // the one program that copies on the copy stream
  for (uint32_t i = 0; i < decode->command_count; ++i) {
    const spc_command_t *command = &plan->commands[decode->command_begin + i];
    bool copies = command->opcode == SPC_OP_KV_PREFETCH || command->opcode == SPC_OP_KV_OFFLOAD;
    if (!copies || !spc_session_may_offload(c->session, (uint32_t)command->cache)) continue;
    SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventCreate, &c->copy_events[i], CU_EVENT_DISABLE_TIMING));
  }
  return NULL;
}

static spc_status_t make_arena(spc_cuda_t *c) {
  const spc_session_t *session = c->session;
  c->arena_bytes = session->residency.arena;
  SPC_RETURN_IF_ERROR(spc_cuda_alloc(c->model, "device arena", c->arena_bytes, &c->arena));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuMemsetD8Async, c->arena, 0, c->arena_bytes, c->compute));
  c->state = c->arena + spc_memory_state_offset(&session->memory);
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("caches", c->plan->cache_count, sizeof *c->caches, (void **)&c->caches));
  if (session->residency.most == 0) return NULL;
  c->staging = c->arena + spc_memory_staging_offset(&session->memory, c->arena_bytes);
  const spc_dims_t *dims = &c->plan->dims;
  c->identity = c->staging + spc_memory_staged_pages_bytes(dims, &c->plan->caches[0], session->max_seq);
  c->new_rows = c->identity + spc_memory_staged_numbers_bytes(dims);
  uint64_t numbers = spc_memory_staged_numbers(dims), count = numbers > session->max_batch ? numbers : session->max_batch;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("page numbers", count, sizeof *c->page_numbers, (void **)&c->page_numbers));
  for (uint64_t i = 0; i < count; ++i) c->page_numbers[i] = (int32_t)i;
  return NULL;
}

static spc_status_t pin(spc_cuda_t *c, const char *what, uint64_t bytes, void **out_pointer) {
  SPC_RETURN_IF_ERROR(spc_cuda_host_alloc(c->model, what, bytes, out_pointer));
  memset(*out_pointer, 0, bytes);
  c->pinned_bytes += bytes;
  return NULL;
}

static spc_status_t make_lengths(spc_cuda_t *c) {
  return c->attend ? spc_cuda_alloc(c->model, "lengths of a prefill chunk", 2 * SPC_CUDA_LENGTH_STRIDE, &c->lengths) : NULL;
}

static spc_status_t make_inputs(spc_cuda_t *c) {
  spc_session_t *session = c->session;
  const uint64_t *offset = c->plan->state_offset;
  // The validator has seen that ids, positions and sequences follow one another in the state region: they are uploaded together.
  c->rows_at = offset[SPC_STATE_IDS];
  c->rows_bytes = offset[SPC_STATE_SEQUENCES] + session->max_rows * sizeof(int32_t) - c->rows_at;
  uint64_t append_bytes = session->append_groups * session->max_rows * session->max_kv_heads * sizeof(int32_t);
  for (int i = 0; i < 2; ++i) {
    SPC_RETURN_IF_ERROR(pin(c, "inputs of a program", c->rows_bytes, (void **)&c->inputs[i].rows));
    SPC_RETURN_IF_ERROR(pin(c, "rows to append to", append_bytes, (void **)&c->inputs[i].append_rows));
    SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventCreate, &c->inputs[i].uploaded, CU_EVENT_DISABLE_TIMING));
  }
  return pin(c, "page table", c->plan->dims.max_batch * session->table_pages * sizeof(int32_t), (void **)&session->page_table);
}

static spc_status_t make_results(spc_cuda_t *c) {
  const spc_dims_t *d = &c->plan->dims;
  uint64_t rows = c->session->max_batch;
  SPC_RETURN_IF_ERROR(pin(c, "logits", rows * d->vocab * sizeof(float), (void **)&c->results.logits));
  SPC_RETURN_IF_ERROR(pin(c, "counts of selected rows", rows * sizeof(int32_t), (void **)&c->results.selected_count));
  SPC_RETURN_IF_ERROR(pin(c, "counts of loaded rows", rows * d->kv_heads * sizeof(int32_t), (void **)&c->results.load_count));
  SPC_RETURN_IF_ERROR(pin(c, "next tokens", rows * sizeof(int32_t), (void **)&c->results.next_ids));
  if (c->session->fidelity.on) {
    SPC_RETURN_IF_ERROR(pin(c, "probabilities", rows * d->selection_heads * c->session->fidelity.stride * sizeof(float), (void **)&c->results.probs));
  }
  if (c->session->synthetic) {
    SPC_RETURN_IF_ERROR(pin(c, "synthetic selections", spc_cuda_synthetic_bytes(c), (void **)&c->synthetic));
    SPC_RETURN_IF_ERROR(spc_cuda_alloc(c->model, "synthetic selections", spc_cuda_synthetic_bytes(c), &c->synthetic_there));
    SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventCreate, &c->given, CU_EVENT_DISABLE_TIMING));
  }
  return spc_alloc_zeroed("graphs of decode steps", 2 * rows, sizeof *c->graphs, (void **)&c->graphs);
}

spc_status_t spc_cuda_session_allocate(spc_cuda_t *c) {
  spc_cuda_find_divisible(c);
  SPC_RETURN_IF_ERROR(make_streams(c));
  SPC_RETURN_IF_ERROR(make_arena(c));
  SPC_RETURN_IF_ERROR(spc_cuda_host_pools_make(c));
  SPC_RETURN_IF_ERROR(make_lengths(c));
  SPC_RETURN_IF_ERROR(make_inputs(c));
  SPC_RETURN_IF_ERROR(make_results(c));
  return SPC_CU(c->cu, cuStreamSynchronize, c->compute);
}

static void destroy_events(const spc_cuda_t *c, CUevent *events, uint32_t count) {
  for (uint32_t i = 0; events && i < count; ++i) {
    if (events[i]) (void)c->cu->cuEventDestroy(events[i]);
  }
  spc_free(events);
}

static void unpin(const spc_cuda_t *c, void *pointer) {
  if (pointer) (void)c->cu->cuMemFreeHost(pointer);
}

// Calls that fail here fail because the context is lost, and what it owned with it.
void spc_cuda_session_release(spc_cuda_t *c) {
  if (c->compute) (void)c->cu->cuStreamSynchronize(c->compute);
  if (c->copy) (void)c->cu->cuStreamSynchronize(c->copy);
  if (c->select) (void)c->cu->cuStreamSynchronize(c->select);
  if (c->move) (void)c->cu->cuStreamSynchronize(c->move);
  spc_cuda_graphs_release(c);
  destroy_events(c, c->copy_events, c->longest);
  destroy_events(c, c->command_events, c->longest + 1);
  spc_cuda_trace_release(c);
  spc_cuda_trace_moves_release(c);
  if (c->copied) (void)c->cu->cuEventDestroy(c->copied);
  if (c->computed) (void)c->cu->cuEventDestroy(c->computed);
  if (c->selected) (void)c->cu->cuEventDestroy(c->selected);
  if (c->given) (void)c->cu->cuEventDestroy(c->given);
  for (int i = 0; i < 2; ++i) {
    unpin(c, c->inputs[i].rows);
    unpin(c, c->inputs[i].append_rows);
    if (c->inputs[i].uploaded) (void)c->cu->cuEventDestroy(c->inputs[i].uploaded);
  }
  unpin(c, c->session->page_table);
  unpin(c, c->results.logits);
  unpin(c, c->results.selected_count);
  unpin(c, c->results.load_count);
  unpin(c, c->results.next_ids);
  unpin(c, c->results.probs);
  unpin(c, c->synthetic);
  spc_free(c->results.selected);
  spc_free(c->page_numbers);
  spc_cuda_host_pools_release(c);
  spc_free(c->caches);
  if (c->lengths) (void)c->cu->cuMemFree(c->lengths);
  if (c->synthetic_there) (void)c->cu->cuMemFree(c->synthetic_there);
  if (c->arena) (void)c->cu->cuMemFree(c->arena);
  if (c->move) (void)c->cu->cuStreamDestroy(c->move);
  if (c->select) (void)c->cu->cuStreamDestroy(c->select);
  if (c->copy) (void)c->cu->cuStreamDestroy(c->copy);
  if (c->compute) (void)c->cu->cuStreamDestroy(c->compute);
}
