// Layers on the move: copies on a stream of their own, beside the programs; and what programs hold of the places of pools.
#include "cuda/cuda_session.h"
#include "plan_validate.h"

spc_status_t spc_cuda_upload_page_table(spc_cuda_t *c) {
  spc_session_t *session = c->session;
  uint64_t begin = session->table_changed, count = session->table_changed_end - begin;
  if (count == 0) return NULL;
  session->table_changed = session->table_changed_end = 0;
  spc_status_t status = SPC_CU(c->cu, cuMemcpyHtoDAsync, spc_cuda_state(c, SPC_STATE_PAGE_TABLE) + begin * sizeof(int32_t), session->page_table + begin,
                               count * sizeof(int32_t), c->compute);
  return spc_status_annotate(status, "the page table");
}

spc_status_t spc_cuda_rebind(spc_cuda_t *c) {
  if (c->binding == c->session->binding) return NULL;
  spc_cuda_graphs_forget(c);
  if (c->session->offloaded > 0) {  // staging was a part of the pools before: pages in order, for attention over what is copied there
    c->busy = true;
    SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuMemcpyHtoDAsync, c->identity, c->page_numbers, spc_memory_staged_numbers(&c->plan->dims) * sizeof(int32_t), c->compute));
  }
  c->binding = c->session->binding;
  return NULL;
}

spc_status_t spc_cuda_move_pages(spc_session_t *session, uint32_t cache, uint64_t place, uint64_t page, uint64_t count, bool to_host) {
  spc_cuda_t *c = session->on_device;
  SPC_RETURN_IF_ERROR(spc_cuda_make_current(c->model));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventRecord, c->computed, c->compute));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamWaitEvent, c->move, c->computed, 0));
  uint64_t page_bytes = session->caches[cache].page_bytes, bytes = count * page_bytes;
  SPC_RETURN_IF_ERROR(spc_cuda_trace_move(c, cache, bytes, to_host, false));
  SPC_RETURN_IF_ERROR(spc_cuda_copy_host_pages(c, cache, page, count, c->arena + place + page * page_bytes, to_host, c->move));
  return spc_cuda_trace_move(c, cache, bytes, to_host, true);
}

spc_status_t spc_cuda_wait_moves(spc_session_t *session) {
  spc_cuda_t *c = session->on_device;
  SPC_RETURN_IF_ERROR(spc_cuda_make_current(c->model));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamSynchronize, c->move));
  return spc_cuda_trace_tell_moves(c);
}

spc_status_t spc_cuda_copy_within(spc_session_t *session, uint64_t to, uint64_t from, uint64_t bytes) {
  spc_cuda_t *c = session->on_device;
  SPC_RETURN_IF_ERROR(spc_cuda_make_current(c->model));
  c->busy = true;
  return SPC_CU(c->cu, cuMemcpyDtoDAsync, c->arena + to, c->arena + from, bytes, c->compute);
}

spc_status_t spc_cuda_copy_page(spc_session_t *session, uint32_t cache, uint64_t from, uint64_t to) {
  spc_cuda_t *c = session->on_device;
  uint64_t bytes = session->caches[cache].page_bytes, place = session->caches[cache].place;
  if (!session->caches[cache].offloaded) return spc_cuda_copy_within(session, place + to * bytes, place + from * bytes, bytes);
  spc_cuda_copy_host_page(c, cache, from, to);  // nothing that writes it is under way: steps write back before they end
  return NULL;
}

// The prefetch of @decode of |cache|; it loads what kv_diff lists, and here what kv_diff believes to be there.
static const spc_command_t *find_prefetch(const spc_plan_t *plan, uint32_t cache) {
  const spc_program_t *decode = &plan->programs[SPC_PROGRAM_DECODE];
  for (uint32_t i = 0; i < decode->command_count; ++i) {
    const spc_command_t *command = &plan->commands[decode->command_begin + i];
    if (command->opcode == SPC_OP_KV_PREFETCH && command->cache == (int32_t)cache) return command;
  }
  return NULL;
}

// All sequences as rows of a call, with how many rows their slots hold.
static spc_status_t upload_resident_counts(spc_cuda_t *c) {
  uint64_t batch = c->session->max_batch, heads = c->plan->dims.kv_heads;
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuMemcpyDtoHAsync, c->results.selected_count, spc_cuda_state(c, SPC_STATE_RESIDENT_COUNT), batch * sizeof(int32_t),
                             c->compute));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamSynchronize, c->compute));
  for (uint64_t i = 0; i < batch; ++i) {
    for (uint64_t h = 0; h < heads; ++h) c->results.load_count[i * heads + h] = c->session->sequences[i].used ? c->results.selected_count[i] : 0;
  }
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuMemcpyHtoDAsync, spc_cuda_state(c, SPC_STATE_LOAD_COUNT), c->results.load_count, batch * heads * sizeof(int32_t),
                             c->compute));
  return SPC_CU(c->cu, cuMemcpyHtoDAsync, spc_cuda_state(c, SPC_STATE_SEQUENCES), c->page_numbers, batch * sizeof(int32_t), c->compute);
}

spc_status_t spc_cuda_fill_slots(spc_session_t *session, uint32_t cache) {
  spc_cuda_t *c = session->on_device;
  const spc_command_t *command = find_prefetch(c->plan, cache);
  if (!command) return NULL;  // a plan that never reads these slots
  SPC_RETURN_IF_ERROR(spc_cuda_make_current(c->model));
  SPC_RETURN_IF_ERROR(spc_cuda_upload_page_table(c));
  SPC_RETURN_IF_ERROR(upload_resident_counts(c));
  c->program = SPC_PROGRAM_DECODE;
  c->rows = session->max_batch;
  spc_arg_t arguments[SPC_PLAN_MAX_ARGS];
  spc_cuda_grid_t grid = spc_cuda_take_launch(c, command, arguments);
  for (uint32_t i = 0; i < command->operand_count; ++i) {
    const spc_operand_t *operand = &c->plan->operands[command->operand_begin + i];
    if (operand->kind == SPC_OPERAND_GROUP_LAYERS) arguments[i].i64 = 1;  // the others of its group have theirs, or get them by themselves
    if (operand->kind != SPC_OPERAND_STATE) continue;
    if (operand->value == SPC_STATE_LOAD_TOKENS) arguments[i] = spc_cuda_pointer(spc_cuda_state(c, SPC_STATE_RESIDENT_TOKENS));
    if (operand->value == SPC_STATE_LOAD_SLOTS) arguments[i] = spc_cuda_pointer(spc_cuda_state(c, SPC_STATE_RESIDENT_SLOTS));
  }
  SPC_RETURN_IF_ERROR(spc_cuda_launch(c->model, c->compute, command->kernel, grid, command->operand_count, arguments, 0));
  return SPC_CU(c->cu, cuStreamSynchronize, c->compute);
}
