// Fuzzes the plan loader: a valid plan with edits, through the validator and, when it accepts, a prefill and decode steps with kernels that do nothing.
//
// Input: one byte of options (offloaded layers, sparse or full), then edits of eight bytes: table, how, offset (u16, in words of 4 bytes), value
// (u32). What a validator cannot check is left alone: pointers are the plan's own or NULL, tables and embedded weights are as long as they say.
#include <stdlib.h>
#include <string.h>

#include "spc/memory_model.h"
#include "spc/spc.h"
#include "test/unit/runtime_fixture.h"

#define MAX_BYTES (UINT64_C(16) << 20)  // of any one buffer; larger plans are valid but slow
#define PROMPT 12                       // more than 8 rows: the GEMM path

static fixture_t *g_work, *g_image;  // the plan under test; its bytes before any edit

static void start(void) {
  g_work = fixture_create(&(fixture_options_t){SPC_BF16, 8});
  for (uint32_t i = 0; i < g_work->plan.kernel_count; ++i) g_work->kernels[i].host = fixture_noop_kernel;
  g_image = malloc(sizeof *g_image);
  if (!g_image) abort();
  memcpy(g_image, g_work, sizeof *g_image);
}

static void edit(const uint8_t *record) {
  const struct {
    void *data;
    size_t size;
  } tables[] = {{&g_work->plan, sizeof g_work->plan},       {g_work->kernels, sizeof g_work->kernels},
                {g_work->weights, sizeof g_work->weights},   {g_work->caches, sizeof g_work->caches},
                {g_work->operands, sizeof g_work->operands}, {g_work->commands, sizeof g_work->commands},
                {g_work->thresholds, sizeof g_work->thresholds}};
  size_t table = record[0] % (sizeof tables / sizeof *tables);
  size_t word = (record[2] | (size_t)record[3] << 8) % (tables[table].size / 4);
  char *at = (char *)tables[table].data + word * 4;
  uint32_t value, old;
  memcpy(&value, record + 4, 4);
  memcpy(&old, at, 4);
  switch (record[1] % 4) {
    case 0: break;
    case 1: value = old + value; break;                    // near the valid value
    case 2: value = old + (uint32_t)(int8_t)record[4]; break;  // very near
    case 3: value = old ^ (UINT32_C(1) << value % 32); break;
  }
  memcpy(at, &value, 4);
}

#define KEEP_OR_NULL(field) \
  if (memcmp(&g_work->field, &g_image->field, sizeof g_work->field)) g_work->field = NULL

static void repair_pointers(void) {
  KEEP_OR_NULL(plan.compiler);
  KEEP_OR_NULL(plan.model);
  KEEP_OR_NULL(plan.cpu);
  KEEP_OR_NULL(plan.cpu_features);
  KEEP_OR_NULL(plan.thresholds);
  KEEP_OR_NULL(plan.kernels);
  KEEP_OR_NULL(plan.weights);
  KEEP_OR_NULL(plan.caches);
  KEEP_OR_NULL(plan.operands);
  KEEP_OR_NULL(plan.commands);
  KEEP_OR_NULL(plan.weights_file);
  KEEP_OR_NULL(plan.embedded_weights);
  for (size_t i = 0; i < sizeof g_work->kernels / sizeof *g_work->kernels; ++i) {
    KEEP_OR_NULL(kernels[i].name);
    KEEP_OR_NULL(kernels[i].host);
  }
  for (size_t i = 0; i < sizeof g_work->weights / sizeof *g_work->weights; ++i) KEEP_OR_NULL(weights[i].name);
  for (size_t i = 0; i < sizeof g_work->commands / sizeof *g_work->commands; ++i) KEEP_OR_NULL(commands[i].label);
}

// The tables have room for what their counts say.
static bool tables_are_real(const spc_plan_t *p) {
  return p->kernel_count <= 32 && p->weight_count <= 64 && p->cache_count <= FIX_LAYERS + 1 && p->operand_count <= 1024 &&
         p->command_count <= 256 && p->dims.layers <= FIX_LAYERS && p->weights_size <= sizeof g_work->data;
}

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

static void run_session(spc_model_t *model, uint8_t choice) {
  const spc_dims_t *d = &spc_model_plan(model)->dims;
  spc_session_options_t options;
  spc_session_options_init(&options);
  options.max_batch = least(d->max_batch, 3);
  options.max_seq = least(d->max_seq, 32);
  options.prefill_chunk = least(d->prefill_chunk, 16);
  options.threads = 1;
  options.offload_layers = choice % 4 == 3 ? -1 : (int32_t)(choice % 4);
  options.device_memory = MAX_BYTES;
  options.full_attention = choice & 4;
  spc_memory_model_t memory;
  spc_memory_model_init(spc_model_plan(model), &memory);
  for (uint32_t i = 0; i < memory.cache_count; ++i) {
    if (spc_memory_paged_bytes(&memory, i, options.max_batch, options.max_seq) > MAX_BYTES) return;
  }
  if (options.prefill_chunk * d->hidden * 4 > MAX_BYTES || options.max_batch * d->vocab * 4 > MAX_BYTES) return;
  spc_session_t *session = NULL;
  float *logits = malloc(options.max_batch * d->vocab * sizeof *logits);
  spc_status_t status = spc_session_create(model, &options, &session);
  int32_t sequence = 0, tokens[PROMPT] = {0};
  if (logits && !status) {
    spc_status_ignore(spc_session_sequence_create(session, &sequence));
    size_t prompt = least(PROMPT, options.max_seq);
    spc_status_ignore(spc_session_prefill(session, sequence, prompt, tokens, SPC_LOGITS_LAST, logits));
    spc_status_ignore(spc_session_decode(session, 1, &sequence, tokens, logits));
    spc_status_ignore(spc_session_set_full_attention(session, !options.full_attention));
    spc_status_ignore(spc_session_decode(session, 1, &sequence, tokens, logits));
    spc_session_sequence_destroy(session, sequence);
  }
  spc_status_ignore(status);
  spc_session_destroy(session);
  free(logits);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!g_work) start();
  if (size == 0) return 0;
  memcpy(g_work, g_image, offsetof(fixture_t, data));
  for (size_t at = 1; at + 8 <= size; at += 8) edit(data + at);
  repair_pointers();
  if (!tables_are_real(&g_work->plan)) return 0;
  spc_model_t *model;
  spc_status_t status = spc_model_create(&g_work->plan, NULL, &model);
  if (!status) run_session(model, data[0]);
  spc_status_ignore(status);
  spc_model_destroy(model);
  return 0;
}
