// y[T, N] = x[T, K] W[N, K]^T + bias + residual: by the plan's own kernels for the rows of a decode step, by the GEMM library for more.
#include "cuda/cuda_session.h"

#define LEAST_COLUMNS 16  // of y that a block of our kernels is worth starting for
#define NARROW_BLOCK 1024  // elements of a row that a block of the conversion takes

static const uint64_t variant_rows[4] = {8, 16, 24, 32};

typedef struct linear_t {
  const spc_command_t *command;
  CUdeviceptr x, w, bias, residual, y;
  uint64_t n, k;
  uint32_t w_element, x_element, y_element;
} linear_t;

static CUdeviceptr address(const spc_cuda_t *c, const spc_operand_t *operand) { return (CUdeviceptr)(uintptr_t)spc_cuda_operand(c, operand).ptr; }

static linear_t take_linear(const spc_cuda_t *c, const spc_command_t *command) {
  const spc_operand_t *operands = &c->plan->operands[command->operand_begin];
  return (linear_t){
      .command = command,
      .x = address(c, &operands[0]),
      .w = address(c, &operands[1]),
      .bias = address(c, &operands[2]),
      .residual = address(c, &operands[3]),
      .y = address(c, &operands[4]),
      .n = (uint64_t)command->imm[0],
      .k = (uint64_t)command->imm[1],
      .w_element = (uint32_t)(command->imm[2] & 0xff),
      .x_element = (uint32_t)(command->imm[2] >> 8 & 0xff),
      .y_element = (uint32_t)(command->imm[2] >> 16 & 0xff),
  };
}

// The smallest variant for |rows| rows, else the largest there is.
static int find_variant(const spc_command_t *command, uint64_t rows) {
  int best = -1;
  for (int i = 0; i < 4; ++i) {
    if (command->kernels[i] < 0) continue;
    best = i;
    if (variant_rows[i] >= rows) break;
  }
  return best;
}

static bool takes_library(const spc_cuda_t *c, const spc_command_t *command, uint64_t rows) {
  return c->model->gemm && rows > variant_rows[find_variant(command, rows)];
}

// Beside prefetches blocks on the multiprocessors that hold them take fewer tiles: as many blocks as a prefetch has.
typedef struct crowding_t {
  CUdeviceptr copying;  // 0: nothing copies
  uint64_t turn, blocks;
} crowding_t;

static crowding_t take_crowding(spc_cuda_t *c) {
  if (c->last_prefetch == UINT32_MAX || !c->plan->state_size[SPC_STATE_COPYING]) return (crowding_t){0};
  const spc_command_t *prefetch = &c->plan->commands[c->plan->programs[c->program].command_begin + c->last_prefetch];
  return (crowding_t){spc_cuda_state(c, SPC_STATE_COPYING), c->turn++ % SPC_COPYING_TURNS, (uint64_t)(prefetch->imm[0] * prefetch->imm[1])};
}

static spc_status_t run_own(spc_cuda_t *c, const linear_t *l) {
  uint64_t blocks = spc_memory_ceil_div(l->n, LEAST_COLUMNS), most = (uint64_t)c->model->multiprocessors;
  if (blocks > most) blocks = most;
  uint64_t x_row = l->k * spc_memory_element_bytes(l->x_element), y_row = l->n * spc_memory_element_bytes(l->y_element);
  for (uint64_t row = 0, taken; row < c->rows; row += taken) {
    uint64_t left = c->rows - row;
    int variant = find_variant(l->command, left);
    taken = left < variant_rows[variant] ? left : variant_rows[variant];
    const crowding_t crowding = take_crowding(c);
    const spc_arg_t arguments[] = {spc_cuda_pointer(l->x + row * x_row),
                                   spc_cuda_pointer(l->w),
                                   spc_cuda_pointer(l->bias),
                                   spc_cuda_pointer(l->residual ? l->residual + row * l->n * sizeof(float) : 0),
                                   spc_cuda_pointer(l->y + row * y_row),
                                   {.i64 = (int64_t)l->n},
                                   {.i64 = (int64_t)l->k},
                                   {.i64 = (int64_t)taken},
                                   spc_cuda_pointer(crowding.copying),
                                   {.i64 = (int64_t)crowding.turn},
                                   {.i64 = (int64_t)crowding.blocks}};
    SPC_RETURN_IF_ERROR(spc_cuda_compute(c, l->command->kernels[variant], (spc_cuda_grid_t){(uint32_t)blocks, 1, 1}, 11, arguments));
  }
  return NULL;
}

// The library takes x in the weights' type: an f32 x rounded or, where y is f32, in two parts whose products meet in y. The plan's own kernels do the same.
static bool narrows(const linear_t *l) { return l->x_element != l->w_element; }
static bool splits(const linear_t *l) { return narrows(l) && l->y_element == SPC_F32; }

static spc_gemm_call_t library_call(const spc_cuda_t *c, const linear_t *l, uint64_t rows) {
  uint64_t workspace = c->plan->state_size[SPC_STATE_PANEL];
  return (spc_gemm_call_t){
      .n = (int64_t)l->n,
      .k = (int64_t)l->k,
      .rows = (int64_t)rows,
      .w_element = l->w_element,
      .x_element = l->w_element,
      .y_element = l->y_element,
      .x = narrows(l) ? spc_cuda_state(c, SPC_STATE_NARROW) : l->x,
      .w = l->w,
      .y = l->y,
      .bias = l->bias,
      .residual = l->residual,
      .workspace = workspace ? spc_cuda_state(c, SPC_STATE_PANEL) : 0,
      .workspace_bytes = workspace,
  };
}

// The product with the second part of x is added to that with the first, |call|.
static spc_gemm_call_t rest_of(spc_gemm_call_t call) {
  call.bias = 0;
  call.residual = call.y;
  return call;
}

static spc_status_t run_product(spc_cuda_t *c, const spc_gemm_call_t *call) {
  c->after_kernel = false;  // the library's kernels do not say when the next may start
  return spc_gemm_run(c->model->gemm, call, c->compute);
}

// What x rounds to, or what that leaves of it.
static spc_status_t take_part(spc_cuda_t *c, const linear_t *l, bool rest) {
  const spc_arg_t arguments[] = {spc_cuda_pointer(l->x), spc_cuda_pointer(spc_cuda_state(c, SPC_STATE_NARROW)), {.i64 = (int64_t)l->k}, {.i64 = rest}};
  spc_cuda_grid_t grid = {(uint32_t)spc_memory_ceil_div(l->k, NARROW_BLOCK), 1, (uint32_t)c->rows};
  return spc_cuda_compute(c, l->command->kernel, grid, 4, arguments);
}

spc_status_t spc_cuda_linear(spc_cuda_t *c, const spc_command_t *command) {
  const linear_t l = take_linear(c, command);
  if (!takes_library(c, command, c->rows)) return run_own(c, &l);
  spc_gemm_call_t call = library_call(c, &l, c->rows);
  if (narrows(&l)) SPC_RETURN_IF_ERROR(take_part(c, &l, false));
  SPC_RETURN_IF_ERROR(run_product(c, &call));
  if (!splits(&l)) return NULL;
  SPC_RETURN_IF_ERROR(take_part(c, &l, true));
  call = rest_of(call);
  return run_product(c, &call);
}

// Measuring overwrites y, so it is done before the program: nothing in the activations is alive then, but in @logits its input.
static bool is_worth_measuring(const spc_cuda_t *c, spc_program_id_t program, uint64_t rows) {
  if (!c->model->gemm || program == SPC_PROGRAM_LOGITS) return false;
  return program != SPC_PROGRAM_PREFILL || rows == c->session->prefill_chunk;  // other lengths are seen once, and take the library's first proposal
}

spc_status_t spc_cuda_prepare_products(spc_cuda_t *c, spc_program_id_t program, uint64_t rows) {
  if (!is_worth_measuring(c, program, rows)) return NULL;
  const spc_program_t *p = &c->plan->programs[program];
  for (uint32_t i = 0; i < p->command_count; ++i) {
    const spc_command_t *command = &c->plan->commands[p->command_begin + i];
    if (command->opcode != SPC_OP_LINEAR || !takes_library(c, command, rows)) continue;
    const linear_t l = take_linear(c, command);
    const spc_gemm_call_t call = library_call(c, &l, rows), rest = rest_of(call);
    spc_status_t status = spc_gemm_prepare(c->model->gemm, &call, c->compute);
    if (!status && splits(&l)) status = spc_gemm_prepare(c->model->gemm, &rest, c->compute);
    SPC_RETURN_IF_ERROR(spc_status_annotate(status, "%s", command->label));
  }
  return NULL;
}
