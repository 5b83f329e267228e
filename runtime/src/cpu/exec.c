#include "cpu/exec.h"

#include <string.h>

#include "plan_validate.h"

// Decode reads and writes the slots of an offloaded layer; the other programs append to its staging rows.
static bool uses_slots(const spc_session_t *session) { return session->program == SPC_PROGRAM_DECODE; }

spc_arg_t spc_exec_operand(const spc_session_t *session, const spc_operand_t *operand) {
  const spc_plan_t *plan = session->plan;
  int64_t v = operand->value;
  switch (operand->kind) {
    case SPC_OPERAND_BUFFER: return (spc_arg_t){.ptr = session->arena.data + v};
    case SPC_OPERAND_WEIGHT: return (spc_arg_t){.ptr = (void *)(uintptr_t)(session->model->weights + plan->weights[v].offset)};
    case SPC_OPERAND_STATE: return (spc_arg_t){.ptr = spc_session_state(session, (spc_state_id_t)v)};
    case SPC_OPERAND_POOL:
      if (session->caches[v].offloaded && !uses_slots(session)) return (spc_arg_t){.ptr = spc_session_chunk_rows(session)};
      return (spc_arg_t){.ptr = session->caches[v].device};
    case SPC_OPERAND_APPEND_ROWS:
      if (session->caches[v].offloaded && uses_slots(session)) {
        return (spc_arg_t){.ptr = spc_session_state(session, SPC_STATE_APPEND_SLOT_ROWS)};
      }
      return (spc_arg_t){.ptr = spc_session_append_rows(session, (uint32_t)v)};
    case SPC_OPERAND_READ_ROWS:
      return (spc_arg_t){.ptr = spc_session_state(session, session->caches[v].offloaded ? SPC_STATE_SLOT_ROWS : SPC_STATE_SELECTED_ROWS)};
    case SPC_OPERAND_I64: return (spc_arg_t){.i64 = v};
    case SPC_OPERAND_F64: {
      spc_arg_t arg;
      memcpy(&arg.f64, &v, sizeof arg.f64);
      return arg;
    }
    case SPC_OPERAND_ROWS: return (spc_arg_t){.i64 = (int64_t)session->rows};
    default: return (spc_arg_t){.ptr = NULL};
  }
}

typedef struct launch_t {
  spc_host_kernel_fn_t kernel;
  const spc_arg_t *args;
} launch_t;

static void launch_range(void *context, int64_t begin, int64_t end) {
  const launch_t *launch = context;
  launch->kernel(launch->args, begin, end);
}

void spc_exec_launch(spc_session_t *session, const spc_kernel_t *kernel, const spc_arg_t *args, int64_t n) {
  launch_t launch = {kernel->host, args};
  spc_thread_pool_for(session->pool, n, launch_range, &launch);
}

static void run_launch(spc_session_t *session, const spc_command_t *command) {
  spc_arg_t args[SPC_PLAN_MAX_ARGS];
  const spc_operand_t *operands = &session->plan->operands[command->operand_begin];
  for (uint32_t i = 0; i < command->operand_count; ++i) {
    args[i] = spc_exec_operand(session, &operands[i]);
    if (operands[i].kind == SPC_OPERAND_APPEND_ROWS && session->caches[operands[i].value].offloaded && !uses_slots(session)) {
      // The staging rows belong to the layer before until they have been written back. Streaming attention has waited for that already; this
      // holds for any other order of commands. A failed copy is reported at the end.
      spc_copy_stream_wait_all(session->copies);
    }
  }
  int64_t items = (int64_t)session->rows * command->items_per_row + command->items_fixed;
  spc_exec_launch(session, &session->plan->kernels[command->kernel], args, items);
}

static void run_command(spc_session_t *session, const spc_command_t *command, uint32_t index) {
  switch (command->opcode) {
    case SPC_OP_LAUNCH: run_launch(session, command); break;
    case SPC_OP_LINEAR: spc_exec_linear(session, command); break;
    case SPC_OP_ATTEND_FULL: spc_exec_attend(session, command); break;
    case SPC_OP_KV_PREFETCH: session->tickets[index] = spc_exec_prefetch(session, command->cache); break;
    case SPC_OP_KV_OFFLOAD: session->tickets[index] = spc_exec_offload(session, command->cache); break;
    case SPC_OP_KV_WAIT: {
      spc_ticket_t ticket = session->tickets[command->imm[0]];
      if (ticket) spc_copy_stream_wait(session->copies, ticket);
      break;
    }
  }
}

spc_status_t spc_exec_run(spc_session_t *session, spc_program_id_t program, uint64_t rows) {
  const spc_program_t *p = &session->plan->programs[program];
  session->program = program;
  session->rows = rows;
  memset(session->offload_started, 0, session->plan->cache_count * sizeof *session->offload_started);
  for (uint32_t i = 0; i < p->command_count; ++i) {
    double begin = session->command_seconds ? spc_now() : 0;
    run_command(session, &session->plan->commands[p->command_begin + i], i);
    if (session->command_seconds) session->command_seconds[i] = spc_now() - begin;
  }
  if (session->copies && !spc_copy_stream_drain(session->copies)) {
    return SPC_STATUS(SPC_INTERNAL, "the rows to copy that the program chose lie outside the sequence or its slots");
  }
  return NULL;
}
