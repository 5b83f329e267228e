#include "cpu/exec.h"

#include <string.h>

#include "clock.h"
#include "plan_validate.h"

// Decode reads and writes the slots of an offloaded layer; the other programs append to its staging rows.
static bool uses_slots(const spc_cpu_t *cpu) { return cpu->program == SPC_PROGRAM_DECODE; }

spc_arg_t spc_exec_operand(const spc_cpu_t *cpu, const spc_operand_t *operand) {
  const spc_plan_t *plan = cpu->plan;
  int64_t v = operand->value;
  switch (operand->kind) {
    case SPC_OPERAND_BUFFER: return (spc_arg_t){.ptr = cpu->arena.data + v};
    case SPC_OPERAND_WEIGHT: return (spc_arg_t){.ptr = (void *)(uintptr_t)(cpu->weights + plan->weights[v].offset)};
    case SPC_OPERAND_STATE: return (spc_arg_t){.ptr = spc_cpu_state(cpu, (spc_state_id_t)v)};
    case SPC_OPERAND_POOL:
      if (cpu->session->caches[v].offloaded && !uses_slots(cpu)) return (spc_arg_t){.ptr = spc_cpu_chunk_rows(cpu)};
      return (spc_arg_t){.ptr = spc_cpu_place(cpu, (uint64_t)v)};
    case SPC_OPERAND_APPEND_ROWS:
      if (cpu->session->caches[v].offloaded && uses_slots(cpu)) {
        return (spc_arg_t){.ptr = spc_cpu_state(cpu, SPC_STATE_APPEND_SLOT_ROWS)};
      }
      return (spc_arg_t){.ptr = spc_cpu_append_rows(cpu, (uint32_t)v)};
    case SPC_OPERAND_READ_ROWS:
      return (spc_arg_t){.ptr = spc_cpu_state(cpu, cpu->session->caches[v].offloaded ? SPC_STATE_SLOT_ROWS : SPC_STATE_SELECTED_ROWS)};
    case SPC_OPERAND_I64: return (spc_arg_t){.i64 = v};
    case SPC_OPERAND_F64: {
      spc_arg_t arg;
      memcpy(&arg.f64, &v, sizeof arg.f64);
      return arg;
    }
    case SPC_OPERAND_BUDGET: return (spc_arg_t){.i64 = (int64_t)cpu->session->budget};
    case SPC_OPERAND_RECENT: return (spc_arg_t){.i64 = (int64_t)cpu->session->recent};
    case SPC_OPERAND_ROWS: return (spc_arg_t){.i64 = (int64_t)cpu->rows};
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

void spc_exec_launch(spc_cpu_t *cpu, const spc_kernel_t *kernel, const spc_arg_t *args, int64_t n) {
  launch_t launch = {kernel->host, args};
  spc_thread_pool_for(cpu->pool, n, launch_range, &launch);
}

static void run_launch(spc_cpu_t *cpu, const spc_command_t *command) {
  spc_arg_t args[SPC_PLAN_MAX_ARGS];
  const spc_operand_t *operands = &cpu->plan->operands[command->operand_begin];
  for (uint32_t i = 0; i < command->operand_count; ++i) {
    args[i] = spc_exec_operand(cpu, &operands[i]);
    if (operands[i].kind == SPC_OPERAND_APPEND_ROWS && cpu->session->caches[operands[i].value].offloaded && !uses_slots(cpu)) {
      // The staging rows belong to the layer before until they have been written back. Streaming attention has waited for that already; this
      // holds for any other order of commands. A failed copy is reported at the end.
      spc_copy_stream_wait_all(cpu->copies);
    }
  }
  int64_t items = (int64_t)cpu->rows * command->items_per_row + command->items_fixed;
  spc_exec_launch(cpu, &cpu->plan->kernels[command->kernel], args, items);
}

static void run_command(spc_cpu_t *cpu, const spc_command_t *command, uint32_t index) {
  switch (command->opcode) {
    case SPC_OP_LAUNCH: run_launch(cpu, command); break;
    case SPC_OP_LINEAR: spc_exec_linear(cpu, command); break;
    case SPC_OP_ATTEND_FULL: spc_exec_attend(cpu, command); break;
    case SPC_OP_KV_PREFETCH: cpu->tickets[index] = spc_exec_prefetch(cpu, command->cache); break;
    case SPC_OP_KV_OFFLOAD: cpu->tickets[index] = spc_exec_offload(cpu, command->cache); break;
    case SPC_OP_KV_WAIT: {
      spc_ticket_t ticket = cpu->tickets[command->imm[0]];
      if (ticket) spc_copy_stream_wait(cpu->copies, ticket);
      break;
    }
  }
}

// What the retriever chose gives way to the session's synthetic selection.
static void take_synthetic(spc_cpu_t *cpu) {
  const spc_session_t *session = cpu->session;
  uint64_t lists = cpu->rows * cpu->plan->dims.selection_heads * session->slots;
  memcpy(spc_cpu_state(cpu, SPC_STATE_SELECTED), session->inputs.selected, lists * sizeof(int32_t));
  memcpy(spc_cpu_state(cpu, SPC_STATE_SELECTED_COUNT), session->inputs.selected_count, cpu->rows * sizeof(int32_t));
}

// ---- Traces

static void observe_copy(void *context, int32_t command, bool waited, double begin, double end) {
  spc_trace_span(context, waited ? SPC_TRACE_WAIT : SPC_TRACE_COPY, command, begin, end);
}

// Copies and waits are told of by the copy stream, which knows when they ran.
static void run_traced(spc_cpu_t *cpu, const spc_command_t *command, uint32_t index) {
  spc_trace_t *trace = cpu->session->trace;
  if (cpu->copies) spc_copy_stream_observe(cpu->copies, observe_copy, trace, (int32_t)index);
  double begin = spc_now();
  run_command(cpu, command, index);
  bool computes = command->opcode == SPC_OP_LAUNCH || command->opcode == SPC_OP_LINEAR || command->opcode == SPC_OP_ATTEND_FULL;
  if (computes) spc_trace_span(trace, SPC_TRACE_COMPUTE, (int32_t)index, begin, spc_now());
}

spc_status_t spc_exec_run(spc_cpu_t *cpu, spc_program_id_t program, uint64_t rows) {
  const spc_program_t *p = &cpu->plan->programs[program];
  cpu->program = program;
  cpu->rows = rows;
  memset(cpu->offload_started, 0, cpu->plan->cache_count * sizeof *cpu->offload_started);
  const spc_session_t *session = cpu->session;
  uint32_t end = session->end_command ? session->end_command : p->command_count;
  for (uint32_t i = session->first_command; i < end; ++i) {
    double begin = cpu->session->command_seconds ? spc_now() : 0;
    const spc_command_t *command = &cpu->plan->commands[p->command_begin + i];
    if (cpu->session->trace) {
      run_traced(cpu, command, i);
    } else {
      run_command(cpu, command, i);
    }
    if (session->synthetic && program == SPC_PROGRAM_DECODE && i == session->select_command) take_synthetic(cpu);
    if (cpu->session->command_seconds) cpu->session->command_seconds[i] = spc_now() - begin;
  }
  spc_trace_t *trace = cpu->session->trace;
  if (cpu->copies && trace) spc_copy_stream_observe(cpu->copies, observe_copy, trace, -1);
  bool valid = !cpu->copies || spc_copy_stream_drain(cpu->copies);
  if (cpu->copies) spc_copy_stream_observe(cpu->copies, NULL, NULL, -1);
  if (!valid) {
    return SPC_STATUS(SPC_INTERNAL, "the rows to copy that the program chose lie outside the sequence or its slots");
  }
  return NULL;
}
