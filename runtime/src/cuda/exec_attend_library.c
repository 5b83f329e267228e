// Prefill attention by cuDNN, in sessions that may use it, where it is there and has an engine for the shape. For full chunks alone: a plan
// takes up to a second or two to build, and takes the time of its most rows whatever there are, and other lengths are seen once.
#include "cuda/cuda_session.h"
#include "cuda/cudnn.h"
#include "plan_validate.h"

#define LEAST_INFINITE 0x7c00  // f16; of bf16 0x7f80

// The operands of an ATTEND_FULL: see spc/abi.h. An offloaded layer is read from staging, by pages that are there.
static spc_cudnn_shape_t shape_of(const spc_cuda_t *c, const spc_command_t *command, uint64_t rows) {
  const spc_cache_t *cache = &c->plan->caches[command->cache];
  return (spc_cudnn_shape_t){.rows = (int64_t)rows,
                             .heads = command->imm[0],
                             .kv_heads = cache->kv_heads,
                             .head_size = cache->head_size,
                             .page_tokens = (int64_t)c->plan->dims.page_tokens,
                             .table_pages = (int64_t)c->session->table_pages,
                             .pool_pages = (int64_t)c->session->pages.total,  // of staging too, which has fewer: another shape may be another plan, with other bits
                             .element = cache->element,
                             .scale = spc_cuda_operand(c, &c->plan->operands[command->operand_begin + 2]).f64};
}

// Whether |command| is attention whose q and cache have the same 16-bit type.
static bool has_narrow_heads(const spc_cuda_t *c, const spc_command_t *command) {
  if (command->opcode != SPC_OP_ATTEND_FULL) return false;
  uint32_t element = c->plan->caches[command->cache].element;
  return (uint32_t)command->imm[2] == element && element != SPC_F32;
}

static bool is_worth_it(const spc_cuda_t *c, const spc_command_t *command, uint64_t rows) {
  return c->attend && rows == c->session->prefill_chunk && has_narrow_heads(c, command);
}

// Measured: docs/benchmarks/cuda-decode.md. On the same card 9.14 took 1.3 times as long for a whole prefill as our kernel, 9.19 0.91 times.
static bool is_known_to_be_faster(const spc_cudnn_t *library) { return library && library->version >= 91900; }

// The library multiplies what lies behind a sequence's keys, to the end of a tile, by zero, which numbers must survive: no infinity, no NaN. What lies there was once in another pool, or is
// a number of a page from staging: bf16 or f16 like this, or small. Bits of f32 may be anything.
static bool memory_is_finite(const spc_cuda_t *c) {
  const spc_plan_t *plan = c->plan;
  for (uint32_t i = 0; i < plan->cache_count; ++i) {
    if (plan->caches[i].element != plan->caches[0].element) return false;
  }
  return spc_memory_staged_numbers(&plan->dims) < LEAST_INFINITE;
}

static bool prefills_narrow_heads(const spc_cuda_t *c) {
  const spc_program_t *p = &c->plan->programs[SPC_PROGRAM_PREFILL];
  for (uint32_t i = 0; i < p->command_count; ++i) {
    if (has_narrow_heads(c, &c->plan->commands[p->command_begin + i])) return true;
  }
  return false;
}

spc_status_t spc_cuda_open_attention(spc_cuda_t *c, spc_prefill_attention_t choice) {
  // The library is looked for last: a model that it cannot help does not wait for it to load.
  bool library = choice == SPC_PREFILL_ATTENTION_CUDNN ||
                 (choice == SPC_PREFILL_ATTENTION_AUTO && prefills_narrow_heads(c) && is_known_to_be_faster(spc_cudnn_get()));
  return library && memory_is_finite(c) ? spc_cudnn_attend_create(&c->attend) : NULL;
}

spc_status_t spc_cuda_prepare_attention(spc_cuda_t *c, spc_program_id_t program, uint64_t rows) {
  if (!c->attend || program != SPC_PROGRAM_PREFILL) return NULL;
  const spc_program_t *p = &c->plan->programs[program];
  for (uint32_t i = 0; i < p->command_count; ++i) {
    const spc_command_t *command = &c->plan->commands[p->command_begin + i];
    if (!is_worth_it(c, command, rows)) continue;
    const spc_cudnn_shape_t shape = shape_of(c, command, rows);
    SPC_RETURN_IF_ERROR(spc_status_annotate(spc_cudnn_attend_prepare(c->attend, &shape), "%s", command->label));
  }
  return NULL;
}

// The layers of a chunk have the same lengths.
static spc_status_t set_lengths(spc_cuda_t *c) {
  if (c->lengths_known) return NULL;
  uint32_t keys = (uint32_t)c->session->inputs.positions[c->rows - 1] + 1;
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuMemsetD32Async, c->lengths, (uint32_t)c->rows, 1, c->compute));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuMemsetD32Async, c->lengths + SPC_CUDA_LENGTH_STRIDE, keys, 1, c->compute));
  c->lengths_known = true;
  return NULL;
}

spc_status_t spc_cuda_attend_by_library(spc_cuda_t *c, const spc_command_t *command, CUdeviceptr pool, CUdeviceptr table, bool *out_done) {
  *out_done = false;
  if (!is_worth_it(c, command, c->rows)) return NULL;
  const spc_operand_t *operands = &c->plan->operands[command->operand_begin];
  const spc_cudnn_shape_t shape = shape_of(c, command, c->rows);
  const spc_cudnn_call_t call = {.q = (CUdeviceptr)(uintptr_t)spc_cuda_operand(c, &operands[0]).ptr,
                                 .out = (CUdeviceptr)(uintptr_t)spc_cuda_operand(c, &operands[1]).ptr,
                                 .pool = pool,
                                 .table = table,
                                 .rows = c->lengths,
                                 .keys = c->lengths + SPC_CUDA_LENGTH_STRIDE,
                                 .workspace = spc_cuda_state(c, SPC_STATE_PANEL),  // between the GEMM library's products
                                 .workspace_bytes = c->plan->state_size[SPC_STATE_PANEL]};
  SPC_RETURN_IF_ERROR(set_lengths(c));
  SPC_RETURN_IF_ERROR(spc_cudnn_attend_run(c->attend, &shape, &call, c->compute, out_done));
  if (!*out_done) return NULL;
  c->attend_used = true;
  c->after_kernel = false;  // the library's kernel does not say when the next may start
  return NULL;
}
