// The commands of a program, on the GPU.
#include <string.h>

#include "cuda/cuda_session.h"
#include "plan_validate.h"

// Decode reads and writes the slots of an offloaded layer; the other programs append to its host pool.
static bool uses_slots(const spc_cuda_t *c) { return c->program == SPC_PROGRAM_DECODE; }

static bool offloaded(const spc_cuda_t *c, int64_t cache) { return c->session->caches[cache].offloaded; }

// Whether the program appends to the layer's host pool; where rows are packed there, to staging, whose rows are numbered through.
static bool appends_to_host(const spc_cuda_t *c, int64_t cache) { return offloaded(c, cache) && !uses_slots(c); }
static bool is_host_pool(const spc_cuda_t *c, int64_t cache) { return appends_to_host(c, cache) && !c->plan->dims.host_packed; }
static bool is_staged(const spc_cuda_t *c, int64_t cache) { return appends_to_host(c, cache) && c->plan->dims.host_packed; }

spc_arg_t spc_cuda_operand(const spc_cuda_t *c, const spc_operand_t *operand) {
  int64_t v = operand->value;
  switch (operand->kind) {
    case SPC_OPERAND_BUFFER: return spc_cuda_pointer(c->arena + (uint64_t)v);
    case SPC_OPERAND_WEIGHT: return spc_cuda_pointer(spc_cuda_weight(c->model, (uint32_t)v));
    case SPC_OPERAND_STATE: return spc_cuda_pointer(spc_cuda_chosen(c, (spc_state_id_t)v));
    case SPC_OPERAND_POOL:
      if (is_staged(c, v)) return spc_cuda_pointer(c->new_rows);
      return spc_cuda_pointer(is_host_pool(c, v) ? c->caches[v].host_address : spc_cuda_place(c, (uint64_t)v));
    case SPC_OPERAND_HOST_POOL: return spc_cuda_pointer(c->caches[v].host_address);
    case SPC_OPERAND_HOST_REST: return spc_cuda_pointer(c->caches[v].rest_address);
    case SPC_OPERAND_APPEND_ROWS:
      if (is_staged(c, v)) return spc_cuda_pointer(c->identity);
      if (offloaded(c, v) && uses_slots(c)) return spc_cuda_pointer(spc_cuda_state(c, SPC_STATE_APPEND_SLOT_ROWS));
      return spc_cuda_pointer(spc_cuda_append_rows(c, (uint32_t)v));
    case SPC_OPERAND_PAGE_ROWS: return spc_cuda_pointer(spc_cuda_append_rows(c, (uint32_t)v));
    case SPC_OPERAND_READ_ROWS: return spc_cuda_pointer(spc_cuda_state(c, offloaded(c, v) ? SPC_STATE_SLOT_ROWS : SPC_STATE_SELECTED_ROWS));
    case SPC_OPERAND_POOL_STRIDE: return (spc_arg_t){.i64 = is_host_pool(c, v) ? (int64_t)c->caches[v].host_stride : 1};
    case SPC_OPERAND_HOST_STRIDE: return (spc_arg_t){.i64 = (int64_t)c->caches[v].host_stride};
    case SPC_OPERAND_GROUP_PLACE: return (spc_arg_t){.i64 = (int64_t)c->caches[v].place_in_group};
    case SPC_OPERAND_GROUP_LAYERS: return (spc_arg_t){.i64 = (int64_t)spc_memory_group_layers(&c->session->memory, (uint64_t)v)};
    case SPC_OPERAND_LAYER_ROWS:
      return (spc_arg_t){.i64 = (int64_t)(spc_memory_slot_bytes(&c->session->memory, (uint32_t)v, c->session->max_batch) / c->session->caches[v].row_bytes)};
    case SPC_OPERAND_I64: return (spc_arg_t){.i64 = v};
    case SPC_OPERAND_F64: {
      spc_arg_t arg;
      memcpy(&arg.f64, &v, sizeof arg.f64);
      return arg;
    }
    case SPC_OPERAND_BUDGET: return (spc_arg_t){.i64 = (int64_t)c->session->budget};
    case SPC_OPERAND_RECENT: return (spc_arg_t){.i64 = (int64_t)c->session->recent};
    case SPC_OPERAND_ROWS: return (spc_arg_t){.i64 = (int64_t)c->rows};
    case SPC_OPERAND_FIRST_ROW: return (spc_arg_t){.i64 = (int64_t)c->first_row};
    default: return (spc_arg_t){.ptr = NULL};
  }
}

// From the first prefetch of a program on, until the compute stream has waited for the last.
static uint32_t beside_copies(const spc_cuda_t *c) { return c->last_prefetch != UINT32_MAX ? SPC_CUDA_BESIDE_COPIES : 0; }

spc_status_t spc_cuda_compute(spc_cuda_t *c, int32_t kernel, spc_cuda_grid_t grid, uint32_t count, const spc_arg_t *arguments) {
  uint32_t flags = beside_copies(c) | SPC_CUDA_APART | (c->after_kernel ? SPC_CUDA_OVERLAPPING : 0);
  SPC_RETURN_IF_ERROR(spc_cuda_launch(c->model, spc_cuda_computing_stream(c), kernel, grid, count, arguments, flags));
  c->after_kernel = true;
  return NULL;
}

spc_cuda_grid_t spc_cuda_take_launch(const spc_cuda_t *c, const spc_command_t *command, spc_arg_t *out_arguments) {
  const spc_operand_t *operands = &c->plan->operands[command->operand_begin];
  for (uint32_t i = 0; i < command->operand_count; ++i) out_arguments[i] = spc_cuda_operand(c, &operands[i]);
  uint64_t tokens = (uint64_t)command->imm[2];
  uint64_t x = tokens ? spc_memory_ceil_div(c->session->max_seq, tokens) : (uint64_t)command->imm[0];
  return (spc_cuda_grid_t){(uint32_t)x, (uint32_t)command->imm[1], command->items_per_row ? (uint32_t)c->rows : 1};
}

static spc_status_t run_launch(spc_cuda_t *c, const spc_command_t *command) {
  spc_arg_t arguments[SPC_PLAN_MAX_ARGS];
  spc_cuda_grid_t grid = spc_cuda_take_launch(c, command, arguments);
  return spc_cuda_compute(c, command->kernel, grid, command->operand_count, arguments);
}

static uint64_t group_begin(const spc_cuda_t *c, uint64_t layer) { return spc_memory_group_begin(&c->session->memory, layer, c->session->offloaded); }

// What a command would copy is copied with another layer's: prefetches come with the first of a group, write-backs go with its last.
static bool goes_with_another(const spc_cuda_t *c, const spc_command_t *command) {
  uint64_t layer = (uint64_t)command->cache;
  if (command->opcode == SPC_OP_KV_PREFETCH) return group_begin(c, layer) != layer;
  return spc_memory_group_end(&c->session->memory, layer) != layer + 1;
}

bool spc_cuda_copies(const spc_cuda_t *c, const spc_command_t *command) { return offloaded(c, command->cache) && uses_slots(c) && !goes_with_another(c, command); }

// A kernel on the copy stream, after what the compute stream was given so far.
static spc_status_t run_copy(spc_cuda_t *c, const spc_command_t *command, uint32_t index) {
  if (!spc_cuda_copies(c, command)) return NULL;
  if (!c->forked_here) {
    SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventRecord, c->computed, c->compute));
    SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamWaitEvent, c->copy, c->computed, 0));
    c->forked_here = true;
    c->after_prefetch = false;
  }
  spc_arg_t arguments[SPC_PLAN_MAX_ARGS];
  spc_cuda_grid_t grid = spc_cuda_take_launch(c, command, arguments);
  if (command->opcode == SPC_OP_KV_OFFLOAD) grid.y = (uint32_t)((uint64_t)command->cache + 1 - group_begin(c, (uint64_t)command->cache));
  SPC_RETURN_IF_ERROR(spc_cuda_trace_mark(c, index, false, c->copy));
  // A prefetch needs nothing of the one before it: it begins when that lets it, not when that has ended.
  bool prefetches = command->opcode == SPC_OP_KV_PREFETCH;
  if (prefetches) c->last_prefetch = index;
  uint32_t flags = beside_copies(c) | (prefetches && c->after_prefetch ? SPC_CUDA_OVERLAPPING : 0);
  c->after_prefetch = prefetches;
  SPC_RETURN_IF_ERROR(spc_cuda_launch(c->model, c->copy, command->kernel, grid, command->operand_count, arguments, flags));
  SPC_RETURN_IF_ERROR(spc_cuda_trace_mark(c, index, true, c->copy));
  c->copying = true;
  return SPC_CU(c->cu, cuEventRecord, c->copy_events[index], c->copy);
}

static spc_status_t run_wait(spc_cuda_t *c, const spc_command_t *command, uint32_t index) {
  const spc_command_t *copy = &c->plan->commands[c->plan->programs[c->program].command_begin + command->imm[0]];
  if (!spc_cuda_copies(c, copy)) return NULL;
  c->after_kernel = false;
  if ((uint32_t)command->imm[0] == c->last_prefetch) c->last_prefetch = UINT32_MAX;
  SPC_RETURN_IF_ERROR(spc_cuda_trace_mark(c, index, false, c->compute));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamWaitEvent, c->compute, c->copy_events[command->imm[0]], 0));
  return spc_cuda_trace_mark(c, index, true, c->compute);
}

static spc_status_t run_compute(spc_cuda_t *c, const spc_command_t *command) {
  switch (command->opcode) {
    case SPC_OP_LAUNCH:
    case SPC_OP_KV_OFFLOAD: return run_launch(c, command);
    case SPC_OP_LINEAR: return spc_cuda_linear(c, command);
    case SPC_OP_ATTEND_FULL: return spc_cuda_attend(c, command);
    default: return SPC_STATUS(SPC_INTERNAL, "opcode %u", command->opcode);
  }
}

static spc_status_t run_command(spc_cuda_t *c, const spc_command_t *command, uint32_t index) {
  switch (command->opcode) {
    case SPC_OP_KV_OFFLOAD:
      if (is_staged(c, command->cache)) break;  // attention reads the rows from the host next: nothing to do beside
      return run_copy(c, command, index);
    case SPC_OP_KV_PREFETCH: return run_copy(c, command, index);
    case SPC_OP_KV_WAIT: return run_wait(c, command, index);
    default: break;
  }
  c->forked_here = false;
  SPC_RETURN_IF_ERROR(spc_cuda_trace_mark(c, index, false, c->compute));
  SPC_RETURN_IF_ERROR(run_compute(c, command));
  return spc_cuda_trace_mark(c, index, true, c->compute);
}

// ---- Synthetic selections

// To the GPU, beside the commands before the selection.
static spc_status_t upload_synthetic(spc_cuda_t *c) {
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventRecord, c->computed, c->compute));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamWaitEvent, c->copy, c->computed, 0));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuMemcpyHtoDAsync, c->synthetic_there, c->synthetic, spc_cuda_synthetic_bytes(c), c->copy));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventRecordWithFlags, c->given, c->copy, c->capturing ? CU_EVENT_RECORD_EXTERNAL : 0));
  return SPC_CU(c->cu, cuEventRecord, c->copied, c->copy);
}

// Before the first command of what can be divided, or that which selects: what the retriever chooses gives way to it, since no other command reads that (spc_cuda_chosen).
static bool needs_synthetic(const spc_cuda_t *c, uint32_t index) {
  uint32_t first = c->divisible != UINT32_MAX ? c->divisible : c->session->select_command, begin = c->session->first_command;
  return spc_cuda_has_synthetic(c) && index == (begin > first ? begin : first) && c->first_row == 0;
}

static spc_status_t wait_for_synthetic(spc_cuda_t *c) {
  c->after_kernel = false;
  return SPC_CU(c->cu, cuStreamWaitEvent, c->compute, c->copied, 0);
}

static spc_status_t run_command_and_wait(spc_cuda_t *c, const spc_command_t *command, uint32_t index) {
  if (needs_synthetic(c, index)) SPC_RETURN_IF_ERROR(wait_for_synthetic(c));
  c->choosing = c->program == SPC_PROGRAM_DECODE && index == c->session->select_command;
  spc_status_t status = run_command(c, command, index);
  c->choosing = false;
  SPC_RETURN_IF_ERROR(status);
  if (!c->synchronous) return NULL;
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamSynchronize, c->compute));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamSynchronize, c->select));
  return SPC_CU(c->cu, cuStreamSynchronize, c->copy);
}

// ---- Programs

static spc_status_t upload_inputs(spc_cuda_t *c) {
  const spc_session_t *session = c->session;
  const spc_cuda_inputs_t *in = &c->inputs[c->input];
  // Up to the last row of the last array; a prefill chunk that is full uploads it all.
  uint64_t bytes = c->plan->state_offset[SPC_STATE_SEQUENCES] - c->rows_at + c->rows * sizeof(int32_t);
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuMemcpyHtoDAsync, c->state + c->rows_at, in->rows, bytes, c->compute));
  uint64_t group_rows = session->max_rows * session->max_kv_heads;
  for (uint32_t cache = 0, group = 0; cache < c->plan->cache_count; ++cache) {
    if (session->caches[cache].append_group != group) continue;
    SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuMemcpyHtoDAsync, spc_cuda_append_rows(c, cache), in->append_rows + group * group_rows,
                               c->rows * c->plan->caches[cache].kv_heads * sizeof(int32_t), c->compute));
    ++group;
  }
  return NULL;
}

static spc_status_t begin_program(spc_cuda_t *c, spc_program_id_t program, uint64_t rows) {
  c->program = program;
  c->rows = rows;
  c->busy = true;
  c->after_kernel = c->after_prefetch = c->forked_here = c->copying = c->lengths_known = false;
  c->last_prefetch = UINT32_MAX;
  c->turn = 0;
  c->first_row = 0;
  c->selects_beside = false;
  if (program == SPC_PROGRAM_LOGITS) return NULL;
  SPC_RETURN_IF_ERROR(spc_status_annotate(upload_inputs(c), "the inputs of a program"));
  return spc_cuda_has_synthetic(c) ? spc_status_annotate(upload_synthetic(c), "a synthetic selection") : NULL;
}

static spc_status_t end_program(spc_cuda_t *c) {
  if (!c->copying) return NULL;
  c->copying = false;
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventRecord, c->copied, c->copy));
  return SPC_CU(c->cu, cuStreamWaitEvent, c->compute, c->copied, 0);
}

static spc_status_t name_command(spc_status_t status, spc_program_id_t program, const spc_command_t *command, uint32_t index) {
  static const char *const names[SPC_PROGRAM_COUNT] = {"prefill", "decode", "decode_full", "logits"};
  return spc_status_annotate(status, "program %s, command %u (%s)", names[program], index, command->label);
}

spc_status_t spc_cuda_issue_command(spc_cuda_t *c, uint32_t index) {
  const spc_command_t *command = &c->plan->commands[c->plan->programs[c->program].command_begin + index];
  return name_command(run_command_and_wait(c, command, index), c->program, command, index);
}

spc_status_t spc_cuda_issue(spc_cuda_t *c, spc_program_id_t program, uint64_t rows) {
  const spc_program_t *p = &c->plan->programs[program];
  SPC_RETURN_IF_ERROR(begin_program(c, program, rows));
  uint32_t end = c->session->end_command ? c->session->end_command : p->command_count;
  for (uint32_t i = c->session->first_command; i < end; ++i) {
    uint32_t prefetch;
    if (spc_cuda_divides_selection(c, i, &prefetch)) {
      SPC_RETURN_IF_ERROR(spc_cuda_issue_divided(c, i, prefetch));
      i = prefetch;
    } else {
      SPC_RETURN_IF_ERROR(spc_cuda_issue_command(c, i));
    }
  }
  return end_program(c);
}

static spc_status_t make_command_events(spc_cuda_t *c) {
  if (c->command_events) return NULL;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("events of commands", c->longest + 1, sizeof *c->command_events, (void **)&c->command_events));
  for (uint32_t i = 0; i <= c->longest; ++i) {
    SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventCreate, &c->command_events[i], CU_EVENT_DEFAULT));
  }
  return NULL;
}

spc_status_t spc_cuda_issue_timed(spc_cuda_t *c, spc_program_id_t program, uint64_t rows, double *out_seconds) {
  const spc_program_t *p = &c->plan->programs[program];
  SPC_RETURN_IF_ERROR(make_command_events(c));
  SPC_RETURN_IF_ERROR(begin_program(c, program, rows));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventRecord, c->command_events[0], c->compute));
  for (uint32_t i = 0; i < p->command_count; ++i) {
    c->after_kernel = false;
    SPC_RETURN_IF_ERROR(spc_cuda_issue_command(c, i));
    SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventRecord, c->command_events[i + 1], c->compute));
  }
  SPC_RETURN_IF_ERROR(end_program(c));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamSynchronize, c->compute));
  for (uint32_t i = 0; i < p->command_count; ++i) {
    float milliseconds = 0;
    SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventElapsedTime, &milliseconds, c->command_events[i], c->command_events[i + 1]));
    out_seconds[i] = (double)milliseconds * 1e-3;
  }
  return NULL;
}
