// A CUDA plan from the CPU fixture: launches run the same C kernels, with as many blocks as there were items; what the targets do in different ways has
// kernels of its own here, with the arguments of compiler/kernels/nvptx/README.md.
#include "fake_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "random_fill.h"
#include "spc/memory_model.h"

#define F32(i) ((float *)args[i].ptr)
#define I32(i) ((int32_t *)args[i].ptr)
#define N64(i) (args[i].i64)
#define ROW (2 * FIX_HEAD)  // floats of a row of a cache with values
#define MAX_KERNELS 32

static spc_host_kernel_fn_t host(const char *name) {
  for (int i = 0; fixture_kernels[i].name; ++i) {
    if (!strcmp(fixture_kernels[i].name, name)) return fixture_kernels[i].host;
  }
  abort();
}

static void require(bool condition) {
  if (!condition) abort();
}

static float load(uint32_t element, const void *base, int64_t i) {
  if (element == SPC_F32) return ((const float *)base)[i];
  require(element == SPC_BF16);
  uint32_t bits = (uint32_t)((const uint16_t *)base)[i] << 16;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

// x, W, bias, residual, y, N, K, rows and what is said of prefetches beside; the bias is f32, as y. The sums of the fixture's kernels.
static void linear(const spc_arg_t *args, fake_grid_t grid, uint32_t element) {
  int64_t n = N64(5), k = N64(6);
  require(grid.x * 16 < n + 16 && grid.y == 1 && grid.z == 1 && N64(7) <= 16);
  if (args[8].ptr) {
    require(N64(9) >= 0 && N64(9) < SPC_COPYING_TURNS && N64(10) > 0);
    ++fake_cuda.beside;
  } else {
    require(N64(9) == 0 && N64(10) == 0);
  }
  for (int64_t r = 0; r < N64(7); ++r) {
    for (int64_t c = 0; c < n; ++c) {
      float sum = 0;
      for (int64_t i = 0; i < k; ++i) sum += F32(0)[r * k + i] * load(element, args[1].ptr, c * k + i);
      if (args[2].ptr) sum += F32(2)[c];
      if (args[3].ptr) sum += F32(3)[r * n + c];
      F32(4)[r * n + c] = sum;
    }
  }
}
static void linear_f32(const spc_arg_t *args, fake_grid_t grid) { linear(args, grid, SPC_F32); }
static void linear_bf16(const spc_arg_t *args, fake_grid_t grid) { linear(args, grid, SPC_BF16); }

static uint16_t narrow(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return (uint16_t)((bits + 0x8000) >> 16);
}

static void narrow_rows(const spc_arg_t *args, fake_grid_t grid) {  // x, out, K, rest
  uint16_t *out = args[1].ptr;
  for (int64_t i = 0; i < N64(2) * grid.z; ++i) {
    out[i] = narrow(F32(0)[i]);
    if (N64(3)) out[i] = narrow(F32(0)[i] - load(SPC_BF16, out, i));
  }
}

// q, pool, page_table, positions, out, T, scale
static void attend_prefill(const spc_arg_t *args, fake_grid_t grid) {
  static float running[FIX_CHUNK * FIX_Q_HEADS * 2];
  int64_t rows = N64(5), pages = I32(3)[rows - 1] / FIX_PAGE + 1;
  require(grid.x == (rows + 3) / 4 && grid.y == FIX_Q_HEADS && grid.z == 1);
  const spc_arg_t on_host[] = {args[0], args[1], args[2], args[3], {.ptr = running}, args[4], args[5], {.i64 = 0}, {.i64 = pages}, {.i64 = 3}, args[6]};
  host("attend_prefill")(on_host, 0, FIX_KV_HEADS * ((rows + SPC_PREFILL_ROW_BLOCK - 1) / SPC_PREFILL_ROW_BLOCK));
}

// q, pool, page_table, sequences, positions, split_state, split_sums, max_pages, splits, scale. All goes to the first split, finished.
static void attend_pages(const spc_arg_t *args, fake_grid_t grid) {
  require(grid.x == SPC_ATTEND_SPLITS && N64(8) == SPC_ATTEND_SPLITS && grid.y == FIX_KV_HEADS && grid.z <= FIX_MAX_BATCH);
  static float running[FIX_MAX_BATCH * FIX_Q_HEADS * 2], out[FIX_MAX_BATCH * FIX_Q_HEADS * FIX_HEAD];
  // What follows a sequence's pages in a page table is read with them by the attention library: page 0 or, in staging, the next one; no page that was given back, which may lie
  // outside of the pool by now.
  for (uint32_t r = 0; r < grid.z; ++r) {
    const int32_t *table = I32(2) + I32(3)[r] * N64(7);
    for (int64_t p = I32(4)[r] / FIX_PAGE + 1; p < N64(7); ++p) require(table[p] == 0 || table[p] == p);
  }
  const spc_arg_t on_host[] = {args[0], args[1], args[2], args[3], args[4], {.ptr = running}, {.ptr = out}, args[7], {.i64 = 0},
                               {.i64 = FIX_MAX_SEQ / FIX_PAGE}, {.i64 = 3}, args[9]};
  host("attend_pages")(on_host, 0, (int64_t)grid.z * FIX_KV_HEADS);
  for (uint32_t i = 0; i < grid.z * FIX_Q_HEADS; ++i) memcpy(F32(6) + i * SPC_ATTEND_SPLITS * FIX_HEAD, out + i * FIX_HEAD, FIX_HEAD * 4);
}

static void attend_combine(const spc_arg_t *args, fake_grid_t grid) {  // split_state, split_sums, out, splits
  require(grid.x == FIX_Q_HEADS && N64(3) == SPC_ATTEND_SPLITS);
  for (uint32_t i = 0; i < grid.z * FIX_Q_HEADS; ++i) memcpy(F32(2) + i * FIX_HEAD, F32(1) + i * SPC_ATTEND_SPLITS * FIX_HEAD, FIX_HEAD * 4);
}

// The fixture's append, but rows of the pool lie args[9] rows apart.
static void append(const spc_arg_t *args, fake_grid_t grid) {
  int32_t rows[FIX_CHUNK * FIX_KV_HEADS];
  int64_t count = (int64_t)grid.x * grid.y * grid.z, heads = N64(6);
  require(count <= FIX_CHUNK && heads <= FIX_KV_HEADS);
  for (int64_t i = 0; i < count * heads; ++i) rows[i] = I32(4)[i] * (int32_t)N64(9);
  spc_arg_t on_host[9];
  memcpy(on_host, args, sizeof on_host);
  on_host[4].ptr = rows;
  host("append")(on_host, 0, count);
}

// A selection may be made for rows from a first on: that follows the arguments of the CPU's kernel.
static void select_rows(const char *name, const spc_arg_t *args, int first_at, fake_grid_t grid) {
  require(grid.x == 1 && N64(first_at) >= 0 && N64(first_at) + grid.z <= FIX_MAX_BATCH);
  if (N64(first_at) > 0) ++fake_cuda.parts;
  host(name)(args, N64(first_at) * grid.y, (N64(first_at) + grid.z) * grid.y);
}
static void score(const spc_arg_t *args, fake_grid_t grid) { select_rows("score", args, 11, grid); }
static void pool(const spc_arg_t *args, fake_grid_t grid) { select_rows("pool", args, 6, grid); }
static void select_tokens(const spc_arg_t *args, fake_grid_t grid) { select_rows("select", args, 9, grid); }
static void kv_diff(const spc_arg_t *args, fake_grid_t grid) { select_rows("kv_diff", args, 16, grid); }

// host pool, page_table, sequences, load_tokens, load_slots, load_count, slots, N, max_pages, page_tokens, Hkv, T, stride, layers, layer_rows, first row
static void kv_gather(const spc_arg_t *args, fake_grid_t grid) {
  int64_t heads = N64(10), n = N64(7);
  require(grid.y == heads && grid.z == 1 && N64(11) >= 1 && N64(15) >= 0 && N64(15) + N64(11) <= FIX_MAX_BATCH);
  for (int64_t list = N64(15) * heads; list < (N64(15) + N64(11)) * heads; ++list) {
    int64_t sequence = I32(2)[list / heads], h = list % heads;
    for (int64_t i = list * n; i < list * n + I32(5)[list]; ++i) {
      int64_t token = I32(3)[i], page = I32(1)[sequence * N64(8) + token / N64(9)];
      const float *from = F32(0) + ((page * heads + h) * N64(9) + token % N64(9)) * N64(12) * ROW;
      float *to = F32(6) + ((sequence * heads + h) * n + I32(4)[i]) * ROW;
      for (int64_t layer = 0; layer < N64(13); ++layer) memcpy(to + layer * N64(14) * ROW, from + layer * ROW, ROW * 4);
    }
  }
}

// slots, append_slot_rows, host pool, append_rows, Hkv, stride, layer_rows; of the deepest layer, and as many above it as grid.y says
static void kv_scatter(const spc_arg_t *args, fake_grid_t grid) {
  require(grid.x == N64(4) && grid.y >= 1 && grid.y <= N64(5));
  for (int64_t i = 0; i < grid.z * N64(4); ++i) {
    for (int64_t above = 0; above < grid.y; ++above) {
      memcpy(F32(2) + (I32(3)[i] * N64(5) - above) * ROW, F32(0) + (I32(1)[i] - above * N64(6)) * ROW, ROW * 4);
    }
  }
}

static void argmax(const spc_arg_t *args, fake_grid_t grid) {  // logits, next, V
  for (uint32_t r = 0; r < grid.z; ++r) I32(1)[r] = spc_logits_argmax(F32(0) + r * N64(2), (size_t)N64(2));
}

static void fill_random(const spc_arg_t *args, fake_grid_t grid) {  // out, count, seed, scale
  require(grid.y == 1 && grid.z == 1);
  spc_random_fill(SPC_F32, args[0].ptr, (uint64_t)N64(1), (uint64_t)N64(2), args[3].f64);
}
static void fill_random_bf16(const spc_arg_t *args, fake_grid_t grid) {
  require(grid.y == 1 && grid.z == 1);
  spc_random_fill(SPC_BF16, args[0].ptr, (uint64_t)N64(1), (uint64_t)N64(2), args[3].f64);
}

// Those that replace a kernel of the CPU's fixture have its place and name; the others follow.
static const fake_kernel_t k_own[] = {{"append", append, 10, NULL},
                                      {"linear_f32", linear_f32, 11, NULL},
                                      {"linear_bf16", linear_bf16, 11, NULL},
                                      {"convert_bf16", narrow_rows, 4, NULL},
                                      {"attend_prefill", attend_prefill, 7, NULL},
                                      {"attend_pages", attend_pages, 10, NULL},
                                      {"attend_combine", attend_combine, 4, NULL},
                                      {"score", score, 12, NULL},
                                      {"pool", pool, 7, NULL},
                                      {"select", select_tokens, 10, NULL},
                                      {"kv_diff", kv_diff, 17, NULL},
                                      {"kv_gather", kv_gather, 16, NULL},
                                      {"kv_scatter", kv_scatter, 7, NULL},
                                      {"argmax", argmax, 3, NULL},
                                      {"fill_random.f32", fill_random, 4, NULL},
                                      {"fill_random.bf16", fill_random_bf16, 4, NULL}};

static int find(const fake_kernel_t *table, int count, const char *name) {
  for (int i = 0; i < count; ++i) {
    if (!strcmp(table[i].entry, name)) return i;
  }
  return count;
}

const fake_kernel_t *fake_fixture_kernels(void) {
  static fake_kernel_t table[MAX_KERNELS];
  if (table[0].entry) return table;
  int count = 0;
  for (; fixture_kernels[count].name; ++count) {
    table[count] = (fake_kernel_t){fixture_kernels[count].name, NULL, fixture_kernels[count].arg_count, fixture_kernels[count].host};
  }
  for (size_t i = 0; i < sizeof k_own / sizeof *k_own; ++i) {
    int at = find(table, count, k_own[i].entry);
    table[at] = k_own[i];
    if (at == count) ++count;
    require(count < MAX_KERNELS);
  }
  return table;
}

// ---- The plan

static int32_t kernel(const fixture_t *f, const char *name) { return find(fake_fixture_kernels(), (int)f->plan.kernel_count, name); }

static void take_kernels(fixture_t *f) {
  const fake_kernel_t *table = fake_fixture_kernels();
  for (f->plan.kernel_count = 0; table[f->plan.kernel_count].entry; ++f->plan.kernel_count) {
    const fake_kernel_t *k = &table[f->plan.kernel_count];
    uint32_t shared = strcmp(k->entry, "attend_prefill") ? 0 : 64 << 10, flags = strcmp(k->entry, "embed") ? SPC_KERNEL_OVERLAPS : 0;
    f->kernels[f->plan.kernel_count] = (spc_kernel_t){k->entry, NULL, k->entry, k->arg_count, 128, shared, flags};
  }
}

static void lay_out_state(fixture_t *f, uint32_t element) {
  spc_plan_t *p = &f->plan;
  uint64_t *size = p->state_size, pages = FIX_MAX_SEQ / FIX_PAGE;
  size[SPC_STATE_ATTEND] = 0;
  size[SPC_STATE_PANEL] = 256;
  size[SPC_STATE_NARROW] = element == SPC_F32 ? 0 : (uint64_t)FIX_CHUNK * 2 * FIX_FFN * 2;
  size[SPC_STATE_SPLIT_STATE] = FIX_MAX_BATCH * FIX_Q_HEADS * SPC_ATTEND_SPLITS * 8;
  size[SPC_STATE_SPLIT_SUMS] = FIX_MAX_BATCH * FIX_Q_HEADS * SPC_ATTEND_SPLITS * FIX_HEAD * 4;
  size[SPC_STATE_SCORE_STATS] = p->dims.budget ? FIX_MAX_BATCH * 8 : 0;
  size[SPC_STATE_NEXT_IDS] = FIX_MAX_BATCH * 4;
  size[SPC_STATE_COPYING] = 4 * SPC_COPYING_COUNTS;
  p->staging_size = size[SPC_STATE_STAGING] = spc_memory_staging_bytes(&p->dims, &p->caches[0], pages * FIX_PAGE);
  p->state_total = 0;
  for (int i = 0; i < SPC_STATE_COUNT; ++i) {
    if (i == SPC_STATE_STAGING || size[i] == 0) continue;
    p->state_offset[i] = p->state_total;
    p->state_total += (size[i] + 63) / 64 * 64;
  }
  p->state_offset[SPC_STATE_STAGING] = p->state_total;
}

static spc_operand_t of(spc_operand_kind_t kind, int64_t value) { return (spc_operand_t){kind, 0, value}; }

static void set_copy(fixture_t *f, spc_command_t *c, const char *name, int64_t x, int64_t y, uint32_t count, const spc_operand_t *operands) {
  c->kernel = kernel(f, name);
  c->imm[0] = x;
  c->imm[1] = y;
  c->items_per_row = 1;
  c->operand_begin = f->plan.operand_count;
  c->operand_count = count;
  memcpy(&f->operands[f->plan.operand_count], operands, count * sizeof *operands);
  f->plan.operand_count += count;
}

static void add_operand(fixture_t *f, spc_command_t *c, spc_operand_t operand) {
  const spc_operand_t *old = &f->operands[c->operand_begin];
  spc_operand_t *operands = &f->operands[f->plan.operand_count];
  memcpy(operands, old, c->operand_count * sizeof *old);
  operands[c->operand_count] = operand;
  c->operand_begin = f->plan.operand_count;
  f->plan.operand_count += ++c->operand_count;
}

static bool selects(const fixture_t *f, const spc_command_t *c) {
  return c->kernel == kernel(f, "score") || c->kernel == kernel(f, "pool") || c->kernel == kernel(f, "select") || c->kernel == kernel(f, "kv_diff");
}

static void convert(fixture_t *f, spc_command_t *c, bool decode) {
  int64_t n = (int64_t)spc_memory_slots(&f->plan.dims), pages = FIX_MAX_SEQ / FIX_PAGE;
  switch (c->opcode) {
    case SPC_OP_LAUNCH:
      c->imm[0] = 1;
      c->imm[1] = c->items_per_row ? c->items_per_row : c->items_fixed;
      if (!strcmp(c->label, "score")) c->imm[2] = 1 << 20;  // one block for the longest sequence
      if (c->kernel == kernel(f, "append")) add_operand(f, c, of(SPC_OPERAND_POOL_STRIDE, f->operands[c->operand_begin + 3].value));  // of the pool that it appends to
      if (selects(f, c)) add_operand(f, c, of(SPC_OPERAND_FIRST_ROW, 0));
      break;
    case SPC_OP_LINEAR:
      c->kernels[2] = c->kernels[3] = -1;  // more than sixteen rows: the library, or groups
      if (c->imm[2] == SPC_F32) c->kernel = -1;
      break;
    case SPC_OP_ATTEND_FULL:
      c->imm[1] = 4;
      c->kernels[2] = kernel(f, "attend_combine");
      break;
    case SPC_OP_KV_PREFETCH:
      set_copy(f, c, "kv_gather", 4, FIX_KV_HEADS, 16,
               (spc_operand_t[]){of(SPC_OPERAND_HOST_POOL, c->cache), of(SPC_OPERAND_STATE, SPC_STATE_PAGE_TABLE),
                                 of(SPC_OPERAND_STATE, SPC_STATE_SEQUENCES), of(SPC_OPERAND_STATE, SPC_STATE_LOAD_TOKENS),
                                 of(SPC_OPERAND_STATE, SPC_STATE_LOAD_SLOTS), of(SPC_OPERAND_STATE, SPC_STATE_LOAD_COUNT),
                                 of(SPC_OPERAND_POOL, c->cache), of(SPC_OPERAND_I64, n), of(SPC_OPERAND_I64, pages),
                                 of(SPC_OPERAND_I64, FIX_PAGE), of(SPC_OPERAND_I64, FIX_KV_HEADS), of(SPC_OPERAND_ROWS, 0),
                                 of(SPC_OPERAND_HOST_STRIDE, c->cache), of(SPC_OPERAND_GROUP_LAYERS, c->cache), of(SPC_OPERAND_LAYER_ROWS, c->cache),
                                 of(SPC_OPERAND_FIRST_ROW, 0)});
      c->items_per_row = 0;
      break;
    case SPC_OP_KV_OFFLOAD:
      if (!decode) break;
      set_copy(f, c, "kv_scatter", FIX_KV_HEADS, 1, 7,
               (spc_operand_t[]){of(SPC_OPERAND_POOL, c->cache), of(SPC_OPERAND_STATE, SPC_STATE_APPEND_SLOT_ROWS),
                                 of(SPC_OPERAND_HOST_POOL, c->cache), of(SPC_OPERAND_PAGE_ROWS, c->cache), of(SPC_OPERAND_I64, FIX_KV_HEADS),
                                 of(SPC_OPERAND_HOST_STRIDE, c->cache), of(SPC_OPERAND_LAYER_ROWS, c->cache)});
      break;
    default: break;
  }
}

void fake_fixture_put_table_on_host(fixture_t *f) {
  spc_weight_t *table = &f->weights[fixture_weight(f, "embed")];
  uint64_t from = table->offset;
  table->offset = f->plan.device_weights_size = f->plan.weights_size;
  f->plan.weights_size += table->size;
  require(f->plan.weights_size <= sizeof f->data);
  memcpy(f->data + table->offset, f->data + from, table->size);
  memset(f->data + from, 0xcd, table->size);  // nobody looks for it there
}

fixture_t *fake_fixture_create(uint32_t element, uint64_t budget) {
  static const char ptx[] = "// fake";
  fixture_t *f = fixture_create(&(fixture_options_t){element, budget, .f32_biases = true});
  spc_plan_t *p = &f->plan;
  p->target = SPC_TARGET_CUDA;
  p->dims.host_group = p->dims.host_last_group = 2;  // the rows of the last two layers lie side by side, or of all three where all may be out
  p->cpu = "sm_90";
  p->ptx = (const uint8_t *)ptx;
  p->ptx_size = sizeof ptx;
  take_kernels(f);
  lay_out_state(f, element);
  const spc_program_t *decode = &p->programs[SPC_PROGRAM_DECODE];
  for (uint32_t i = 0; i < p->command_count; ++i) {
    convert(f, &f->commands[i], i >= decode->command_begin && i - decode->command_begin < decode->command_count);
  }
  return f;
}
