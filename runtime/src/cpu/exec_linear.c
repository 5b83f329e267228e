// y[T, N] = x[T, K] W[N, K]^T + bias + residual.
//
// Decode always uses our own kernels, eight rows at a time, so that a row's result is the same bits in any batch. Prefill of more than eight rows uses
// the GEMM library: each thread has a range of the columns of y and its own part of the panel buffer, converts rows of W into it and
// multiplies, without waiting for the others.
#include <string.h>

#include "cpu/blas.h"
#include "cpu/exec.h"

#define SKINNY_ROWS 8
#define SKINNY_COLUMNS 8               // columns of y that an item of the skinny kernels computes
#define SKINNY_BLOCK_BYTES (256 << 10)  // weights that stay in a core's cache while the groups of rows pass over them

static const int64_t variant_rows[4] = {1, 2, 4, 8};

typedef struct linear_t {
  const spc_plan_t *plan;
  const spc_command_t *command;
  const float *x;
  const uint8_t *w;
  const uint8_t *bias;     // or NULL
  const float *residual;   // or NULL
  float *y;
  int64_t rows, n, k;
  uint64_t element_bytes;
  uint32_t element;
  // GEMM only.
  float *panel;
  uint64_t panel_floats;  // of each thread
  int64_t threads;
} linear_t;

// The kernel for |rows| rows: the smallest that takes them all, else the largest there is. Sets how many it takes.
static const spc_kernel_t *skinny_kernel(const linear_t *l, int64_t rows, int64_t *out_rows) {
  int best = -1;
  for (int i = 0; i < 4; ++i) {
    if (l->command->kernels[i] < 0) continue;
    best = i;
    if (variant_rows[i] >= rows) break;
  }
  *out_rows = variant_rows[best] < rows ? variant_rows[best] : rows;
  return &l->plan->kernels[l->command->kernels[best]];
}

static void skinny_range(void *context, int64_t begin, int64_t end) {
  const linear_t *l = context;
  int64_t block = end - begin;  // items between two groups of rows
  if (l->rows > SKINNY_ROWS) block = 1 + SKINNY_BLOCK_BYTES / (SKINNY_COLUMNS * l->k * (int64_t)l->element_bytes);
  for (int64_t at = begin; at < end; at += block) {
    int64_t stop = end - at < block ? end : at + block;
    for (int64_t row = 0, taken; row < l->rows; row += taken) {
      int64_t left = l->rows - row;
      const spc_kernel_t *kernel = skinny_kernel(l, left < SKINNY_ROWS ? left : SKINNY_ROWS, &taken);
      const spc_arg_t args[] = {{.ptr = (void *)(uintptr_t)(l->x + row * l->k)},
                                {.ptr = (void *)(uintptr_t)l->w},
                                {.ptr = (void *)(uintptr_t)l->bias},
                                {.ptr = l->residual ? (void *)(uintptr_t)(l->residual + row * l->n) : NULL},
                                {.ptr = l->y + row * l->n},
                                {.i64 = l->n},
                                {.i64 = l->k},
                                {.i64 = taken}};
      kernel->host(args, at, stop);
    }
  }
}

static float bias_at(const linear_t *l, int64_t i) {
  uint16_t half;
  uint32_t bits;
  float value;
  if (l->element == SPC_F32) {
    memcpy(&value, l->bias + i * 4, 4);
    return value;
  }
  memcpy(&half, l->bias + i * 2, 2);
  if (l->element == SPC_BF16) {
    bits = (uint32_t)half << 16;
    memcpy(&value, &bits, 4);
    return value;
  }
  uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 0x1f, fraction = half & 0x3ff;
  if (exponent == 0) {  // zero and subnormals: exact
    value = (float)fraction * 0x1p-24f;
    return sign ? -value : value;
  }
  bits = sign | (exponent == 0x1f ? 0x7f800000u : (exponent + 112) << 23) | fraction << 13;
  memcpy(&value, &bits, 4);
  return value;
}

// Columns [begin, end) of y start as residual + bias. True when there was either.
static bool start_columns(const linear_t *l, int64_t begin, int64_t end) {
  if (!l->bias && !l->residual) return false;
  for (int64_t r = 0; r < l->rows; ++r) {
    float *y = l->y + r * l->n;
    if (!l->residual) {
      memset(y + begin, 0, (size_t)(end - begin) * sizeof *y);
    } else if (l->residual != l->y) {
      memcpy(y + begin, l->residual + r * l->n + begin, (size_t)(end - begin) * sizeof *y);
    }
    if (!l->bias) continue;
    for (int64_t i = begin; i < end; ++i) y[i] += bias_at(l, i);
  }
  return true;
}

static void gemm_part(void *context, uint32_t thread) {
  const linear_t *l = context;
  int64_t begin = l->n * thread / l->threads, end = l->n * (thread + 1) / l->threads;
  if (begin == end) return;
  bool accumulate = start_columns(l, begin, end);
  if (l->element == SPC_F32) {
    const float *w = (const float *)(const void *)l->w;
    spc_blas_gemm_xwt(l->rows, end - begin, l->k, l->x, w + begin * l->k, l->y + begin, l->n, accumulate);
    return;
  }
  float *panel = l->panel + thread * l->panel_floats;
  int64_t step = (int64_t)l->panel_floats / l->k;
  for (int64_t at = begin; at < end; at += step) {
    int64_t stop = end - at < step ? end : at + step;
    const spc_arg_t args[] = {{.ptr = (void *)(uintptr_t)(l->w + (uint64_t)at * (uint64_t)l->k * l->element_bytes)}, {.ptr = panel}, {.i64 = l->k}};
    l->plan->kernels[l->command->kernel].host(args, 0, stop - at);
    spc_blas_gemm_xwt(l->rows, stop - at, l->k, l->x, panel, l->y + at, l->n, accumulate);
  }
}

// Sets up the GEMM; false when it has to be done with the skinny kernels.
static bool prepare_gemm(spc_cpu_t *cpu, linear_t *l) {
  if (cpu->program != SPC_PROGRAM_PREFILL || l->rows <= SKINNY_ROWS || !spc_blas_available()) return false;
  l->threads = spc_thread_pool_size(cpu->pool);
  if (l->element == SPC_F32) return true;
  // 16 floats is a cache line: no two threads share one.
  l->panel_floats = cpu->plan->state_size[SPC_STATE_PANEL] / 4 / (uint64_t)l->threads & ~UINT64_C(15);
  l->panel = (float *)(void *)spc_cpu_state(cpu, SPC_STATE_PANEL);
  return l->command->kernel >= 0 && l->panel_floats >= (uint64_t)l->k;
}

void spc_exec_linear(spc_cpu_t *cpu, const spc_command_t *command) {
  const spc_operand_t *operands = &cpu->plan->operands[command->operand_begin];
  const spc_weight_t *weight = &cpu->plan->weights[operands[1].value];
  linear_t l = {
      .plan = cpu->plan,
      .command = command,
      .x = spc_exec_operand(cpu, &operands[0]).ptr,
      .w = spc_exec_operand(cpu, &operands[1]).ptr,
      .bias = spc_exec_operand(cpu, &operands[2]).ptr,
      .residual = spc_exec_operand(cpu, &operands[3]).ptr,
      .y = spc_exec_operand(cpu, &operands[4]).ptr,
      .rows = (int64_t)cpu->rows,
      .n = command->imm[0],
      .k = command->imm[1],
      .element = weight->element,
      .element_bytes = spc_memory_element_bytes(weight->element),
  };
  if (prepare_gemm(cpu, &l)) {
    spc_thread_pool_run(cpu->pool, gemm_part, &l);
  } else {
    spc_thread_pool_for(cpu->pool, (l.n + SKINNY_COLUMNS - 1) / SKINNY_COLUMNS, skinny_range, &l);
  }
}
