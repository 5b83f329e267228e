#include "runtime_fixture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spc/memory_model.h"

#define ROWS FIX_CHUNK
#define QKV ((FIX_Q_HEADS + 2 * FIX_KV_HEADS) * FIX_HEAD)
#define QK ((FIX_Q_HEADS + FIX_KV_HEADS) * FIX_HEAD)
#define KEYS FIX_LAYERS  // the cache of retrieval keys

// ---- Weights

static uint32_t next_random(uint32_t *seed) {
  *seed = *seed * 1664525u + 1013904223u;
  return *seed >> 8;
}

// Numbers of few bits, exact in every element type.
static void fill(void *data, uint64_t n, uint32_t element, uint32_t *seed) {
  for (uint64_t i = 0; i < n; ++i) {
    float value = ((float)(next_random(seed) % 127) - 63.0f) / 128.0f;
    uint32_t bits;
    memcpy(&bits, &value, 4);
    uint16_t bf16 = (uint16_t)(bits >> 16);
    uint16_t f16 = value == 0 ? 0 : (uint16_t)((bits >> 16 & 0x8000) | (((bits >> 23 & 0xff) - 112) << 10) | (bits >> 13 & 0x3ff));
    if (element == SPC_F32) memcpy((char *)data + i * 4, &value, 4);
    if (element == SPC_BF16) memcpy((char *)data + i * 2, &bf16, 2);
    if (element == SPC_F16) memcpy((char *)data + i * 2, &f16, 2);
  }
}

static void add_weight(fixture_t *f, uint32_t element, uint64_t rows, uint64_t cols, uint32_t *seed, const char *format, int layer) {
  spc_plan_t *p = &f->plan;
  uint32_t i = p->weight_count++;
  snprintf(f->names[i], sizeof f->names[i], format, layer);
  uint64_t size = rows * cols * spc_memory_element_bytes(element);
  f->weights[i] = (spc_weight_t){f->names[i], element, 0, rows, cols, p->weights_size, size};
  fill(f->data + p->weights_size, rows * cols, element, seed);
  p->device_weights_size = p->weights_size += (size + 63) / 64 * 64;
  if (p->weights_size > sizeof f->data) abort();
}

int fixture_weight(const fixture_t *f, const char *name) {
  for (uint32_t i = 0; i < f->plan.weight_count; ++i) {
    if (!strcmp(f->names[i], name)) return (int)i;
  }
  abort();
}

void fixture_write_weights(const fixture_t *f, const char *path) {
  static const char *const types[] = {"F32", "F16", "BF16", "I32"};
  char header[8192];
  int n = snprintf(header, sizeof header, "{\"__metadata__\":{\"format\":\"spc\"}");
  for (uint32_t i = 0; i < f->plan.weight_count; ++i) {
    const spc_weight_t *w = &f->weights[i];
    n += snprintf(header + n, sizeof header - (size_t)n, ",\"%s\":{\"dtype\":\"%s\",\"shape\":[%" PRIu64 ",%" PRIu64 "],\"data_offsets\":[%" PRIu64
                  ",%" PRIu64 "]}", w->name, types[w->element], w->rows, w->cols, w->offset, w->offset + w->size);
  }
  n += snprintf(header + n, sizeof header - (size_t)n, "}");
  while ((n + 8) % 64) header[n++] = ' ';
  uint8_t length[8] = {0};
  for (int i = 0; i < 8; ++i) length[i] = (uint8_t)((uint64_t)n >> (8 * i));
  FILE *out = fopen(path, "wb");
  if (!out) abort();
  fwrite(length, 1, 8, out);
  fwrite(header, 1, (size_t)n, out);
  fwrite(f->data, 1, f->plan.weights_size, out);
  fclose(out);
}

// ---- State: every buffer of exactly the size that spc/abi.h says.

static void lay_out_state(fixture_t *f, uint32_t element) {
  spc_plan_t *p = &f->plan;
  uint64_t n = spc_memory_slots(&p->dims), lists = (uint64_t)FIX_MAX_BATCH * FIX_KV_HEADS * n * 4, some = n ? 1 : 0;
  uint64_t *size = p->state_size;
  size[SPC_STATE_IDS] = size[SPC_STATE_POSITIONS] = size[SPC_STATE_SEQUENCES] = ROWS * 4;
  size[SPC_STATE_PAGE_TABLE] = FIX_MAX_BATCH * (FIX_MAX_SEQ / FIX_PAGE) * 4;
  size[SPC_STATE_SELECTED] = size[SPC_STATE_SELECTED_ROWS] = size[SPC_STATE_SLOT_ROWS] = lists;
  size[SPC_STATE_RESIDENT_TOKENS] = size[SPC_STATE_RESIDENT_SLOTS] = size[SPC_STATE_LOAD_TOKENS] = size[SPC_STATE_LOAD_SLOTS] = lists;
  size[SPC_STATE_SELECTED_COUNT] = size[SPC_STATE_RESIDENT_COUNT] = some * FIX_MAX_BATCH * 4;
  size[SPC_STATE_LOAD_COUNT] = size[SPC_STATE_APPEND_SLOT_ROWS] = some * FIX_MAX_BATCH * FIX_KV_HEADS * 4;
  size[SPC_STATE_FEATURES] = some * FIX_MAX_BATCH * FIX_HIDDEN * 4;
  size[SPC_STATE_WINDOW] = some * FIX_MAX_BATCH * (FIX_WINDOW - 1) * FIX_HIDDEN * 4;
  size[SPC_STATE_ATTEND] = ROWS * FIX_Q_HEADS * 8;
  size[SPC_STATE_APPEND_ROWS] = (uint64_t)p->cache_count * ROWS * FIX_KV_HEADS * 4;
  size[SPC_STATE_PANEL] = element == SPC_F32 ? 0 : 2048;
  for (int i = 0; i < SPC_STATE_COUNT; ++i) {
    if (size[i] == 0) continue;
    p->state_offset[i] = p->state_total;
    p->state_total += (size[i] + 63) / 64 * 64;
  }
  p->staging_size = (2 * FIX_PAGE + ROWS) * FIX_KV_HEADS * FIX_HEAD * 2 * 4;
  size[SPC_STATE_STAGING] = p->staging_size;
  p->state_offset[SPC_STATE_STAGING] = p->state_total;
}

// ---- Commands

typedef struct builder_t {
  fixture_t *f;
  int64_t ids_x[FIX_LAYERS + 1];  // hidden rows before layer l, and after the last
  int64_t normed, qkv, q, attended, middle, gate_up, ffn;
  int64_t features, window, retriever_qk, retriever_q, scores, probs, logits, hidden_in;
  uint32_t begin;  // of the program under construction
} builder_t;

static int64_t buffer(builder_t *b, uint64_t columns) {
  int64_t at = (int64_t)b->f->plan.arena_size;
  b->f->plan.arena_size += (ROWS * columns * 4 + 63) / 64 * 64;
  return at;
}

static spc_operand_t buf(int64_t offset) { return (spc_operand_t){SPC_OPERAND_BUFFER, 0, offset}; }
static spc_operand_t state(spc_state_id_t id) { return (spc_operand_t){SPC_OPERAND_STATE, 0, (int64_t)id}; }
static spc_operand_t number(int64_t value) { return (spc_operand_t){SPC_OPERAND_I64, 0, value}; }
static spc_operand_t of_cache(spc_operand_kind_t kind, int cache) { return (spc_operand_t){kind, 0, cache}; }
static spc_operand_t null_operand(void) { return (spc_operand_t){SPC_OPERAND_NULL, 0, 0}; }
static spc_operand_t rows_operand(void) { return (spc_operand_t){SPC_OPERAND_ROWS, 0, 0}; }
static spc_operand_t real(double value) {
  spc_operand_t o = {SPC_OPERAND_F64, 0, 0};
  memcpy(&o.value, &value, 8);
  return o;
}
static spc_operand_t weight(builder_t *b, const char *format, int layer) {
  char name[24];
  snprintf(name, sizeof name, format, layer);
  return (spc_operand_t){SPC_OPERAND_WEIGHT, 0, fixture_weight(b->f, name)};
}

static int kernel(const char *name) {
  for (int i = 0; fixture_kernels[i].name; ++i) {
    if (!strcmp(fixture_kernels[i].name, name)) return i;
  }
  abort();
}

static spc_command_t *command(builder_t *b, spc_opcode_t opcode, const char *label, uint32_t n, const spc_operand_t *operands) {
  spc_plan_t *p = &b->f->plan;
  spc_command_t *c = &b->f->commands[p->command_count++];
  *c = (spc_command_t){.opcode = opcode, .kernel = -1, .kernels = {-1, -1, -1, -1}, .cache = -1, .operand_begin = p->operand_count,
                       .operand_count = n, .layer = -1, .label = label};
  if (n) memcpy(&b->f->operands[p->operand_count], operands, n * sizeof *operands);
  p->operand_count += n;
  return c;
}
#define OPERANDS(...) sizeof((spc_operand_t[]){__VA_ARGS__}) / sizeof(spc_operand_t), (spc_operand_t[]){__VA_ARGS__}

static void launch(builder_t *b, const char *name, int64_t per_row, int64_t fixed, uint32_t n, const spc_operand_t *operands) {
  spc_command_t *c = command(b, SPC_OP_LAUNCH, name, n, operands);
  c->kernel = kernel(name);
  c->items_per_row = per_row;
  c->items_fixed = fixed;
}

static void linear(builder_t *b, const char *label, int64_t x, spc_operand_t w, spc_operand_t bias, spc_operand_t residual, int64_t y) {
  static const char *const kernels[] = {"linear_f32", "linear_f16", "linear_bf16"}, *const converts[] = {NULL, "convert_f16", "convert_bf16"};
  spc_command_t *c = command(b, SPC_OP_LINEAR, label, OPERANDS(buf(x), w, bias, residual, buf(y)));
  const spc_weight_t *weights = &b->f->weights[w.value];
  c->imm[0] = (int64_t)weights->rows;
  c->imm[1] = (int64_t)weights->cols;
  c->imm[2] = weights->element;
  c->kernels[0] = c->kernels[2] = c->kernels[3] = kernel(kernels[weights->element]);  // no kernel for two rows: the next larger serves
  if (converts[weights->element]) c->kernel = kernel(converts[weights->element]);
}

static uint32_t copy_command(builder_t *b, spc_opcode_t opcode, int layer) {
  command(b, opcode, "copy", 0, NULL)->cache = layer;
  return b->f->plan.command_count - 1 - b->begin;
}
static void wait_for(builder_t *b, uint32_t of) { command(b, SPC_OP_KV_WAIT, "wait", 0, NULL)->imm[0] = of; }

// The retriever's query and keys from the features at |b->features| and the window of embeddings.
static void retriever(builder_t *b, bool chunk) {
  launch(b, "embed", 1, 0, OPERANDS(state(SPC_STATE_IDS), weight(b, "embed", 0), buf(b->ids_x[0]), number(FIX_HIDDEN)));
  if (chunk) {
    launch(b, "shift_window", 0, 1, OPERANDS(buf(b->ids_x[0]), buf(b->window), state(SPC_STATE_WINDOW), state(SPC_STATE_SEQUENCES), number(FIX_HIDDEN),
                                             number(FIX_WINDOW), rows_operand()));
  } else {
    launch(b, "step_window", 1, 0, OPERANDS(buf(b->ids_x[0]), buf(b->window), state(SPC_STATE_WINDOW), state(SPC_STATE_SEQUENCES), number(FIX_HIDDEN),
                                            number(FIX_WINDOW)));
  }
  linear(b, "retriever qk", b->features, weight(b, "retriever.qk", 0), null_operand(), null_operand(), b->retriever_qk);
  linear(b, "retriever window", b->window, weight(b, "retriever.window", 0), null_operand(), buf(b->retriever_qk), b->retriever_qk);
  launch(b, "append", 1, 0, OPERANDS(buf(b->retriever_qk), state(SPC_STATE_POSITIONS), buf(b->retriever_q), of_cache(SPC_OPERAND_POOL, KEYS),
                                     of_cache(SPC_OPERAND_APPEND_ROWS, KEYS), number(FIX_Q_HEADS), number(FIX_KV_HEADS), number(FIX_HEAD),
                                     number(0)));
}

static void selection(builder_t *b) {
  spc_operand_t s = number(FIX_MAX_SEQ), sink = number(FIX_SINK), recent = {SPC_OPERAND_RECENT, 0, 0}, budget = {SPC_OPERAND_BUDGET, 0, 0};
  spc_operand_t pages = number(FIX_MAX_SEQ / FIX_PAGE), n = number((int64_t)spc_memory_slots(&b->f->plan.dims));
  launch(b, "score", FIX_KV_HEADS, 0,
         OPERANDS(buf(b->retriever_q), of_cache(SPC_OPERAND_POOL, KEYS), state(SPC_STATE_PAGE_TABLE), state(SPC_STATE_SEQUENCES),
                  state(SPC_STATE_POSITIONS), buf(b->scores), s, pages, sink, recent, real(FIX_SCALE)));
  launch(b, "pool", FIX_KV_HEADS, 0, OPERANDS(buf(b->scores), buf(b->probs), state(SPC_STATE_POSITIONS), s, sink, recent));
  launch(b, "select", FIX_KV_HEADS, 0,
         OPERANDS(buf(b->probs), state(SPC_STATE_POSITIONS), state(SPC_STATE_SELECTED), state(SPC_STATE_SELECTED_COUNT), s,
                  budget, sink, recent, n));
  launch(b, "kv_diff", 1, 0,
         OPERANDS(state(SPC_STATE_SELECTED), state(SPC_STATE_SELECTED_COUNT), state(SPC_STATE_POSITIONS), state(SPC_STATE_SEQUENCES),
                  state(SPC_STATE_PAGE_TABLE), state(SPC_STATE_SELECTED_ROWS), state(SPC_STATE_SLOT_ROWS), state(SPC_STATE_RESIDENT_TOKENS),
                  state(SPC_STATE_RESIDENT_SLOTS), state(SPC_STATE_RESIDENT_COUNT), state(SPC_STATE_LOAD_TOKENS), state(SPC_STATE_LOAD_SLOTS),
                  state(SPC_STATE_LOAD_COUNT), state(SPC_STATE_APPEND_SLOT_ROWS), n, pages));
}

static void attention(builder_t *b, spc_program_id_t program, int l) {
  if (program == SPC_PROGRAM_DECODE) {
    launch(b, "attend_rows", FIX_KV_HEADS, 0,
           OPERANDS(buf(b->q), of_cache(SPC_OPERAND_POOL, l), of_cache(SPC_OPERAND_READ_ROWS, l), state(SPC_STATE_SELECTED_COUNT),
                    buf(b->attended), number((int64_t)spc_memory_slots(&b->f->plan.dims)), real(FIX_SCALE)));
    return;
  }
  spc_command_t *c = command(b, SPC_OP_ATTEND_FULL, "attend", OPERANDS(buf(b->q), buf(b->attended), real(FIX_SCALE)));
  c->cache = l;
  c->imm[0] = FIX_Q_HEADS;
  c->kernels[0] = kernel("attend_prefill");
  c->kernels[1] = kernel("attend_pages");
}

static void layers(builder_t *b, spc_program_id_t program) {
  bool prefill = program == SPC_PROGRAM_PREFILL;
  uint32_t prefetches[FIX_LAYERS] = {0}, offloads[FIX_LAYERS] = {0};
  if (program == SPC_PROGRAM_DECODE) {
    for (int l = 0; l < FIX_LAYERS; ++l) prefetches[l] = copy_command(b, SPC_OP_KV_PREFETCH, l);
  }
  launch(b, "embed", 1, 0, OPERANDS(state(SPC_STATE_IDS), weight(b, "embed", 0), buf(b->ids_x[0]), number(FIX_HIDDEN)));
  for (int l = 0; l < FIX_LAYERS; ++l) {
    launch(b, "rms_norm", 1, 0, OPERANDS(buf(b->ids_x[l]), weight(b, "%d.norm", l), buf(b->normed), number(FIX_HIDDEN), real(FIX_EPS)));
    linear(b, "qkv", b->normed, weight(b, "%d.qkv", l), weight(b, "%d.qkv_bias", l), null_operand(), b->qkv);
    launch(b, "append", 1, 0, OPERANDS(buf(b->qkv), state(SPC_STATE_POSITIONS), buf(b->q), of_cache(SPC_OPERAND_POOL, l),
                                       of_cache(SPC_OPERAND_APPEND_ROWS, l), number(FIX_Q_HEADS), number(FIX_KV_HEADS), number(FIX_HEAD),
                                       number(1)));
    if (!prefill) offloads[l] = copy_command(b, SPC_OP_KV_OFFLOAD, l);  // prefill leaves the write-back to the attention
    if (program == SPC_PROGRAM_DECODE) wait_for(b, prefetches[l]);
    attention(b, program, l);
    linear(b, "o", b->attended, weight(b, "%d.o", l), weight(b, "%d.o_bias", l), buf(b->ids_x[l]), b->middle);
    linear(b, "gate_up", b->middle, weight(b, "%d.gate_up", l), null_operand(), null_operand(), b->gate_up);
    launch(b, "swiglu", 1, 0, OPERANDS(buf(b->gate_up), buf(b->ffn), number(FIX_FFN)));
    linear(b, "down", b->ffn, weight(b, "%d.down", l), null_operand(), buf(b->middle), b->ids_x[l + 1]);
  }
  for (int l = 0; l < FIX_LAYERS && !prefill; ++l) wait_for(b, offloads[l]);
}

static void program(builder_t *b, spc_program_id_t id) {
  spc_plan_t *p = &b->f->plan;
  bool retrieves = p->dims.budget > 0;
  b->begin = p->command_count;
  int64_t output = b->logits;
  if (id == SPC_PROGRAM_LOGITS) {
    linear(b, "logits", b->hidden_in, weight(b, "head", 0), null_operand(), null_operand(), b->logits);
  } else if (id == SPC_PROGRAM_PREFILL) {
    layers(b, id);
    if (retrieves) {
      launch(b, "shift_features", 0, 1, OPERANDS(buf(b->ids_x[FIX_FEATURE_LAYER + 1]), buf(b->features), state(SPC_STATE_FEATURES),
                                                 state(SPC_STATE_SEQUENCES), number(FIX_HIDDEN), rows_operand()));
      retriever(b, true);
    }
    output = b->ids_x[FIX_LAYERS];
  } else if (id == SPC_PROGRAM_DECODE_FULL || retrieves) {
    if (retrieves) {
      launch(b, "load_features", 1, 0, OPERANDS(state(SPC_STATE_FEATURES), state(SPC_STATE_SEQUENCES), buf(b->features), number(FIX_HIDDEN)));
      retriever(b, false);
    }
    if (id == SPC_PROGRAM_DECODE) selection(b);
    layers(b, id);
    if (retrieves) {
      launch(b, "store_features", 1, 0, OPERANDS(buf(b->ids_x[FIX_FEATURE_LAYER + 1]), state(SPC_STATE_FEATURES), state(SPC_STATE_SEQUENCES),
                                                 number(FIX_HIDDEN)));
    }
    linear(b, "logits", b->ids_x[FIX_LAYERS], weight(b, "head", 0), null_operand(), null_operand(), b->logits);
  }
  uint64_t rows = id == SPC_PROGRAM_PREFILL ? FIX_CHUNK : id == SPC_PROGRAM_LOGITS ? 2 : FIX_MAX_BATCH;
  p->programs[id] = (spc_program_t){b->begin, p->command_count - b->begin, rows, (uint64_t)b->hidden_in, (uint64_t)output};
}

fixture_t *fixture_create(const fixture_options_t *options) {
  fixture_t *f = aligned_alloc(64, (sizeof *f + 63) / 64 * 64);
  if (!f) abort();
  memset(f, 0, sizeof *f);
  bool retrieves = options->budget > 0;
  spc_plan_t *p = &f->plan;
  *p = (spc_plan_t){
      .magic = SPC_PLAN_MAGIC, .abi_version = SPC_ABI_VERSION, .struct_size = sizeof *p, .target = SPC_TARGET_CPU,
      .compiler = "test", .model = "fixture", .cpu = "any", .cpu_features = "",
      .dims = {.vocab = FIX_VOCAB, .hidden = FIX_HIDDEN, .layers = FIX_LAYERS, .q_heads = FIX_Q_HEADS, .kv_heads = FIX_KV_HEADS,
               .head_size = FIX_HEAD, .max_seq = FIX_MAX_SEQ, .max_batch = FIX_MAX_BATCH, .prefill_chunk = FIX_CHUNK,
               .page_tokens = FIX_PAGE, .budget = options->budget, .sink = FIX_SINK, .recent = FIX_RECENT,
               .selection_heads = FIX_KV_HEADS, .host_group = 1, .host_last_group = 1, .feature_size = retrieves ? FIX_HIDDEN : 0, .window_tokens = retrieves ? FIX_WINDOW : 0,
               .window_size = retrieves ? FIX_HIDDEN : 0},
      .thresholds = f->thresholds, .kernels = f->kernels, .weights = f->weights, .caches = f->caches, .operands = f->operands,
      .commands = f->commands, .cache_count = FIX_LAYERS + (retrieves ? 1 : 0), .weights_file = "fixture.safetensors",
  };
  for (int l = 0; l <= FIX_LAYERS; ++l) f->thresholds[l] = FIX_MAX_SEQ;
  for (int l = 0; l < FIX_LAYERS; ++l) f->caches[l] = (spc_cache_t){SPC_CACHE_LLM, SPC_F32, FIX_KV_HEADS, FIX_HEAD, 1, 0};
  f->caches[KEYS] = (spc_cache_t){SPC_CACHE_KEYS, SPC_F32, FIX_KV_HEADS, FIX_HEAD, 0, 0};
  for (; fixture_kernels[p->kernel_count].name; ++p->kernel_count) f->kernels[p->kernel_count] = fixture_kernels[p->kernel_count];

  uint32_t seed = 7, e = options->element, bias = options->f32_biases ? (uint32_t)SPC_F32 : e;
  add_weight(f, SPC_F32, FIX_VOCAB, FIX_HIDDEN, &seed, "embed", 0);
  for (int l = 0; l < FIX_LAYERS; ++l) {
    add_weight(f, SPC_F32, FIX_HIDDEN, 1, &seed, "%d.norm", l);
    add_weight(f, e, QKV, FIX_HIDDEN, &seed, "%d.qkv", l);
    add_weight(f, bias, QKV, 1, &seed, "%d.qkv_bias", l);
    add_weight(f, e, FIX_HIDDEN, FIX_Q_HEADS * FIX_HEAD, &seed, "%d.o", l);
    add_weight(f, bias, FIX_HIDDEN, 1, &seed, "%d.o_bias", l);
    add_weight(f, e, 2 * FIX_FFN, FIX_HIDDEN, &seed, "%d.gate_up", l);
    add_weight(f, e, FIX_HIDDEN, FIX_FFN, &seed, "%d.down", l);
  }
  add_weight(f, e, QK, FIX_HIDDEN, &seed, "retriever.qk", 0);
  add_weight(f, e, QK, FIX_WINDOW * FIX_HIDDEN, &seed, "retriever.window", 0);
  add_weight(f, e, FIX_VOCAB, FIX_HIDDEN, &seed, "head", 0);
  p->embedded_weights = f->data;
  lay_out_state(f, e);

  builder_t b = {.f = f};
  for (int l = 0; l <= FIX_LAYERS; ++l) b.ids_x[l] = buffer(&b, FIX_HIDDEN);
  b.normed = buffer(&b, FIX_HIDDEN);
  b.qkv = buffer(&b, QKV);
  b.q = buffer(&b, FIX_Q_HEADS * FIX_HEAD);
  b.attended = buffer(&b, FIX_Q_HEADS * FIX_HEAD);
  b.middle = buffer(&b, FIX_HIDDEN);
  b.gate_up = buffer(&b, 2 * FIX_FFN);
  b.ffn = buffer(&b, FIX_FFN);
  b.features = buffer(&b, FIX_HIDDEN);
  b.window = buffer(&b, FIX_WINDOW * FIX_HIDDEN);
  b.retriever_qk = buffer(&b, QK);
  b.retriever_q = buffer(&b, FIX_Q_HEADS * FIX_HEAD);
  b.scores = buffer(&b, FIX_Q_HEADS * FIX_MAX_SEQ);
  b.probs = buffer(&b, FIX_KV_HEADS * FIX_MAX_SEQ);
  b.logits = buffer(&b, FIX_VOCAB);
  b.hidden_in = b.normed;  // not live at the same time
  for (int id = 0; id < SPC_PROGRAM_COUNT; ++id) program(&b, (spc_program_id_t)id);
  return f;
}
