#include "passes/retrieval/selection_level.h"

#include "spc/host_rows.h"
#include "spc/host_translations.h"

#define MAX_HOST_GROUP 8  // a step's last layers are computed when the rows of a whole group are there

static double larger(double a, double b) { return a > b ? a : b; }
static uint64_t ceil_div(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

// Of bf16 numbers where rows are packed.
static uint64_t head_size(const spc_selection_shape_t *s) { return s->row_bytes / 4; }
static uint64_t host_row_bytes(const spc_selection_shape_t *s) { return s->packed ? spc_host_part_bytes(head_size(s)) + 8 : s->row_bytes; }

uint64_t spc_selection_page_tokens(const spc_selection_shape_t *shape, uint64_t most) {
  uint64_t tokens = most;
  while (shape->target == SPC_TARGET_CUDA && tokens > 16 && tokens * shape->kv_heads * shape->row_bytes > SPC_TRANSLATED_BYTES) tokens /= 2;
  return tokens;
}

uint64_t spc_selection_host_group(const spc_selection_shape_t *shape, uint64_t lists) {
  // What of a token and layer one translation brings. Packed, a set for all heads does with as many layers as plain rows would take: copies of single rows are short, but more layers would
  // only make the last group longer.
  uint64_t row = lists == 1 ? shape->row_bytes : host_row_bytes(shape), together = lists == 1 && !shape->packed ? shape->kv_heads * row : row;
  uint64_t layers = shape->target == SPC_TARGET_CUDA ? SPC_TRANSLATION_WORTH_BYTES / together : 1;
  if (layers > MAX_HOST_GROUP) layers = MAX_HOST_GROUP;
  if (shape->packed && layers > spc_host_most_group(head_size(shape))) layers = spc_host_most_group(head_size(shape));
  if (layers > shape->layers) layers = shape->layers;
  return layers > 1 ? layers : 1;
}

uint64_t spc_selection_host_last_group(const spc_selection_shape_t *shape, uint64_t lists) {
  uint64_t layers = spc_selection_host_group(shape, lists);
  return lists == 1 && layers > 1 ? layers / 2 : layers;
}

// Translations that loading takes: of a sequence and group of layers, units of its pools that loaded rows lie in. A set for all picks units by tokens, whose rows are
// together; heads that choose for themselves pick by rows.
static double translations(const spc_selection_shape_t *s, uint64_t lists) {
  double changed = (double)s->selected * SPC_SELECTION_CHANGED, pool = (double)(s->max_seq * s->kv_heads * host_row_bytes(s));
  double pools = (double)(s->layers * s->max_batch), group = (double)spc_selection_host_group(s, lists);
  if (pool * pools < SPC_TRANSLATIONS_CACHED_BYTES) return 0;
  return pools / group * spc_translations_touched(pool * group, lists == 1 ? changed : changed * (double)s->kv_heads);
}

// One H100. A pool block goes through its heads one after another; a select block reads its row four times and is limited by latency, so that only
// blocks that find no multiprocessor make it longer. Loading is limited by the link, in requests of 128 bytes, or by translations of host addresses.
static spc_selection_cost_t gpu_cost(const spc_selection_shape_t *s, uint64_t lists) {
  const double memory = 2.4e12, link = 50e9, pool_start = 2.4e-6, pool_head = 0.33e-6, select_token = 20e-6 / 32768, launch = 2e-6;
  const uint64_t multiprocessors = 132, request = 128;
  double tokens = (double)s->max_seq, rows = (double)s->max_batch;
  double pool_bytes = rows * tokens * 4 * (double)(s->q_heads + lists), block_heads = (double)ceil_div(s->q_heads, lists);
  double pool = larger(pool_bytes / memory, pool_start + pool_head * block_heads);
  double select = select_token * tokens * (double)ceil_div(s->max_batch * lists, multiprocessors);
  double row = s->packed ? (double)host_row_bytes(s) : (double)(ceil_div(s->row_bytes, request) * request);
  double loaded = rows * (double)s->kv_heads * (double)s->selected * SPC_SELECTION_CHANGED;
  double load = larger((double)s->layers * loaded * row / link, translations(s, lists) / SPC_TRANSLATIONS_A_SECOND);
  return (spc_selection_cost_t){pool + select, (double)s->layers * launch + load};
}

// One thread of a Zen 4 server; rows are copied by one thread.
static spc_selection_cost_t cpu_cost(const spc_selection_shape_t *s, uint64_t lists) {
  const double pool_score = 0.71e-9, select_token = 1.56e-9, copy = 10e9, line = 64;
  double scores = (double)s->max_batch * (double)s->max_seq;
  double row = larger((double)s->row_bytes, line);
  double loaded = (double)s->max_batch * (double)s->kv_heads * (double)s->selected * SPC_SELECTION_CHANGED;
  return (spc_selection_cost_t){scores * (pool_score * (double)s->q_heads + select_token * (double)lists), (double)s->layers * loaded * row / copy};
}

spc_selection_cost_t spc_selection_cost(const spc_selection_shape_t *shape, uint64_t lists) {
  return shape->target == SPC_TARGET_CUDA ? gpu_cost(shape, lists) : cpu_cost(shape, lists);
}

uint64_t spc_selection_choose(const spc_selection_shape_t *shape) {
  spc_selection_cost_t heads = spc_selection_cost(shape, shape->kv_heads), one = spc_selection_cost(shape, 1);
  return one.select_seconds + one.load_seconds < 0.9 * (heads.select_seconds + heads.load_seconds) ? 1 : shape->kv_heads;
}
