// The rows of the table: what a decode step and a prefill chunk of Llama-3.1-8B launch (32 query heads and 8 KV heads of size 128, hidden 4096, F 14336, 128256
// tokens, bf16; pages of 64 tokens, budget 2048, sink 4, recent 64), and a retriever of the same head shape.
#include <stdio.h>
#include <string.h>

#include "test/gpu/times.h"

enum {
  k_hidden = 4096, k_ffn = 14336, k_vocab = 128256, k_hq = 32, k_hkv = 8, k_d = 128, k_page = 64, k_qkv = (k_hq + 2 * k_hkv) * k_d,
  k_context = 32768, k_seq = 33024, k_pages = k_seq / k_page,  // tokens in the cache; that the session may hold
  k_budget = 2048, k_sink = 4, k_recent = 64, k_kept = k_budget + k_sink + k_recent, k_list = (k_kept + 15) / 16 * 16,
  k_list_splits = (k_list + SPC_ATTEND_SPLIT_ROWS - 1) / SPC_ATTEND_SPLIT_ROWS,
  k_row_bytes = 2 * k_d * 2,                                   // K and V of a token of a head
  k_cache_bytes = k_seq * k_hkv * k_row_bytes,                 // of a sequence of one layer
  k_key_bytes = k_cache_bytes / 2,
};
static const uint64_t k_data_bytes = (uint64_t)k_data_gigabytes << 30;
static const char k_heads[] = "!act=bf16 !elem=bf16 #d=128 #group=4 #kv_heads=8 #page=64";

#define P(pointer) {.ptr = (void *)(uintptr_t)(pointer)}
#define I(number) {.i64 = (int64_t)(number)}
#define F(number) {.f64 = (number)}

static int32_t identity(size_t i, const void *data) {
  (void)data;
  return (int32_t)i;
}

static int32_t constant(size_t i, const void *data) {
  (void)i;
  return *(const int32_t *)data;
}

static cu_pointer_t take_constant(size_t n, int32_t value) { return times_take_i32(n, constant, &value); }

// Something random of i, in [0, n).
static int32_t scatter(size_t i, size_t n) { return (int32_t)(((uint64_t)(uint32_t)(i * 2654435761u + 12345u) * n) >> 32); }

// Moves argument |argument| through the data in steps of |bytes|.
static void rotate(bench_t *b, unsigned argument, uint64_t bytes, uint64_t reach) {
  b->moving = argument;
  b->stride = (bytes + 255) / 256 * 256;
  uint64_t copies = (k_data_bytes - reach) / b->stride;
  b->copies = (unsigned)(copies > 64 ? 64 : copies < 1 ? 1 : copies);
}

static void add_linear(const char *what, int rows, int n, int k, bool narrow_y, bool residual) {
  bench_t b;
  char shape[64], kernel[32], params[64];
  snprintf(kernel, sizeof kernel, "linear_m%d", rows <= 8 ? 8 : (rows + 7) / 8 * 8);
  snprintf(params, sizeof params, "!elem=bf16 !x=bf16 !y=%s", narrow_y ? "bf16" : "f32");
  snprintf(shape, sizeof shape, "%s %d x %d, %d rows", what, n, k, rows);
  if (!times_begin(&b, kernel, params, shape)) return;
  uint64_t w = (uint64_t)n * (uint64_t)k * 2, y = (uint64_t)(rows * n) * (narrow_y ? 2 : 4), r = (uint64_t)(residual ? rows * n * 4 : 0);
  b.x = (unsigned)(cu.multiprocessors < (n + 15) / 16 ? cu.multiprocessors : (n + 15) / 16);
  b.bytes = (double)(w + (uint64_t)(rows * k) * 2 + y + r);
  cu_pointer_t residual_at = residual ? times_take(r) : 0;
  TIMES_ARGS(&b, P(times_take((uint64_t)(rows * k) * 2)), P(times_data()), P(0), P(residual_at), P(times_take(y)), I(n), I(k), I(rows), P(0), I(0), I(0));
  rotate(&b, 1, w, w);
  times_measure(&b);
}

static void linears(void) {
  static const int rows[] = {1, 8, 24};
  for (int i = 0; i < 3; ++i) {
    add_linear("qkv", rows[i], k_qkv, k_hidden, true, false);
    add_linear("o", rows[i], k_hidden, k_hidden, false, true);
    add_linear("gate_up", rows[i], 2 * k_ffn, k_hidden, true, false);
    add_linear("down", rows[i], k_hidden, k_ffn, false, true);
    add_linear("head", rows[i], k_vocab, k_hidden, false, false);
  }
}

// A page table of |batch| sequences whose pages lie anywhere in the pool of all of them.
static int32_t shuffled_page(size_t i, const void *data) {
  size_t pages = *(const size_t *)data;
  return (int32_t)(i * 1009 % pages);  // 1009 is prime and divides no count here
}

static cu_pointer_t take_page_table(size_t batch) {
  size_t pages = batch * k_pages;
  return times_take_i32(pages, shuffled_page, &pages);
}

static void take_splits(int batch, cu_pointer_t *out_state, cu_pointer_t *out_sums) {
  *out_state = times_take((uint64_t)batch * k_hq * SPC_ATTEND_SPLITS * 2 * 4);
  *out_sums = times_take((uint64_t)batch * k_hq * SPC_ATTEND_SPLITS * k_d * 4);
}

static void add_attend_pages(int batch) {
  bench_t b;
  char shape[64];
  snprintf(shape, sizeof shape, "batch %d, %d tokens", batch, k_context);
  if (!times_begin(&b, "attend_pages", k_heads, shape)) return;
  cu_pointer_t state, sums, q = times_take((uint64_t)batch * k_hq * k_d * 2);
  take_splits(batch, &state, &sums);
  b.x = SPC_ATTEND_SPLITS, b.y = k_hkv, b.z = (unsigned)batch;
  b.bytes = (double)batch * k_hkv * k_context * k_row_bytes + (double)batch * k_hq * SPC_ATTEND_SPLITS * k_d * 4;
  TIMES_ARGS(&b, P(q), P(times_data()), P(take_page_table((size_t)batch)), P(times_take_i32((size_t)batch, identity, NULL)),
             P(take_constant((size_t)batch, k_context - 1)), P(state), P(sums), I(k_pages), I(SPC_ATTEND_SPLITS), F(0.0884));
  rotate(&b, 1, (uint64_t)batch * k_cache_bytes, (uint64_t)batch * k_cache_bytes);
  times_measure(&b);
}

// Ascending random tokens of each head, as rows of the pool.
static int32_t selected_row(size_t i, const void *data) {
  (void)data;
  size_t list = i / k_list, at = i % k_list, span = k_context / k_list;
  size_t token = at * span + (size_t)scatter(i, span), head = list % k_hkv, sequence = list / k_hkv;
  size_t page = sequence * k_pages + token / k_page;
  return (int32_t)((page * k_hkv + head) * k_page + token % k_page);
}

static void add_attend_rows(int batch) {
  bench_t b;
  char shape[64];
  snprintf(shape, sizeof shape, "batch %d, %d of %d tokens", batch, k_kept, k_context);
  if (!times_begin(&b, "attend_rows", k_heads, shape)) return;
  cu_pointer_t state, sums, q = times_take((uint64_t)batch * k_hq * k_d * 2);
  take_splits(batch, &state, &sums);
  b.x = k_list_splits, b.y = k_hkv, b.z = (unsigned)batch;
  b.bytes = (double)batch * k_hkv * k_kept * (k_row_bytes + 4) + (double)batch * k_hq * k_list_splits * k_d * 4;
  TIMES_ARGS(&b, P(q), P(times_data()), P(times_take_i32((size_t)batch * k_hkv * k_list, selected_row, NULL)), P(take_constant((size_t)batch, k_kept)),
             P(state), P(sums), I(k_list), I(k_list_splits), F(0.0884));
  rotate(&b, 1, k_cache_bytes, (uint64_t)batch * k_cache_bytes);
  times_measure(&b);
}

static void add_attend_combine(int batch) {
  bench_t b;
  char shape[64];
  snprintf(shape, sizeof shape, "batch %d, %d splits (warm)", batch, k_list_splits);
  if (!times_begin(&b, "attend_combine", "!act=bf16 #d=128", shape)) return;
  cu_pointer_t state, sums, out = times_take((uint64_t)batch * k_hq * k_d * 2);
  take_splits(batch, &state, &sums);
  b.x = k_hq, b.z = (unsigned)batch;
  b.bytes = (double)batch * k_hq * (k_list_splits * (k_d + 2) * 4 + k_d * 2);
  TIMES_ARGS(&b, P(state), P(sums), P(out), I(k_list_splits));
  times_measure(&b);
}

static int32_t position_after(size_t i, const void *data) { return *(const int32_t *)data + (int32_t)i; }

static void add_attend_prefill(int32_t before) {
  enum { rows = 4096 };
  bench_t b;
  char shape[64];
  snprintf(shape, sizeof shape, "%d rows after %d tokens", rows, before);
  if (!times_begin(&b, "attend_prefill", k_heads, shape)) return;
  double pairs = (double)rows * before + (double)rows * (rows + 1) / 2;
  b.x = (unsigned)blocks_of(rows, b.kernel->block_rows), b.y = k_hq;
  b.operations = 4.0 * k_hq * k_d * pairs;
  TIMES_ARGS(&b, P(times_data()), P(times_data() + (UINT64_C(1) << 30)), P(take_page_table(1)), P(times_take_i32(rows, position_after, &before)),
             P(times_take((uint64_t)rows * k_hq * k_d * 2)), I(rows), F(0.0884));
  times_measure(&b);
}

// The bits of a probability between 2^-30 and 1: about evenly spread exponents, as a softmax's are.
static int32_t probability_bits(size_t i, const void *data) {
  (void)data;
  return (int32_t)(0x30800000u + (uint32_t)scatter(i, 0x0f000000u));
}

static void add_retrieval(int batch) {
  bench_t b;
  char shape[64];
  size_t rows = (size_t)batch, blocks = blocks_of(k_seq, SPC_SCORE_BLOCK);
  double candidates = k_context - k_sink - k_recent;
  snprintf(shape, sizeof shape, "batch %d, %d tokens", batch, k_context);
  if (times_begin(&b, "score", k_heads, shape)) {
    b.x = (unsigned)blocks, b.y = k_hkv, b.z = (unsigned)batch;
    b.bytes = batch * candidates * (k_hkv * k_d * 2 + k_hq * 4);
    TIMES_ARGS(&b, P(times_take(rows * k_hq * k_d * 2)), P(times_data()), P(take_page_table(rows)), P(times_take_i32(rows, identity, NULL)),
               P(take_constant(rows, k_context - 1)), P(times_take(rows * k_hq * k_seq * 4)), P(times_take(rows * k_hq * blocks * 8)), I(k_seq), I(k_pages),
               I(k_sink), I(k_recent), I(blocks), F(0.0884), I(0));
    rotate(&b, 1, rows * k_key_bytes, rows * k_key_bytes);
    times_measure(&b);
  }
  snprintf(shape, sizeof shape, "batch %d, %d tokens (as score left them)", batch, k_context);
  if (times_begin(&b, "pool", "", shape)) {
    b.x = (unsigned)blocks_of(k_seq, 1024), b.y = k_hkv, b.z = (unsigned)batch;
    b.bytes = batch * candidates * (k_hq + k_hkv) * 4;
    cu_pointer_t scores = times_take(rows * k_hq * k_seq * 4), stats = times_take(rows * k_hq * blocks * 8);
    TIMES_ARGS(&b, P(scores), P(times_take(rows * k_hkv * k_seq * 4)), P(take_constant(rows, k_context - 1)), P(stats), I(k_seq), I(k_sink), I(k_recent),
               I(k_hq), I(k_hkv), I(k_hkv), I(blocks), I(0));
    times_measure(&b);
  }
  snprintf(shape, sizeof shape, "batch %d, %d tokens, one set for all (as score left them)", batch, k_context);
  if (times_begin(&b, "pool", "", shape)) {
    b.x = (unsigned)blocks_of(k_seq, 1024), b.y = 1, b.z = (unsigned)batch;
    b.bytes = batch * candidates * (k_hq + 1) * 4;
    cu_pointer_t scores = times_take(rows * k_hq * k_seq * 4), stats = times_take(rows * k_hq * blocks * 8);
    TIMES_ARGS(&b, P(scores), P(times_take(rows * k_seq * 4)), P(take_constant(rows, k_context - 1)), P(stats), I(k_seq), I(k_sink), I(k_recent), I(k_hq),
               I(k_hkv), I(1), I(blocks), I(0));
    times_measure(&b);
  }
  snprintf(shape, sizeof shape, "batch %d, %d of %d tokens (as pool left them)", batch, k_budget, k_context);
  if (times_begin(&b, "select", "", shape)) {
    b.x = k_hkv, b.z = (unsigned)batch;
    b.bytes = batch * candidates * k_hkv * 4 + (double)batch * k_hkv * k_list * 4;
    cu_pointer_t probs = times_take_i32(rows * k_hkv * k_seq, probability_bits, NULL);
    TIMES_ARGS(&b, P(probs), P(take_constant(rows, k_context - 1)), P(times_take(rows * k_hkv * k_list * 4)), P(times_take(rows * 4)), I(k_seq), I(k_budget),
               I(k_sink), I(k_recent), I(k_list), I(k_hkv), I(0));
    times_measure(&b);
  }
}

static int32_t identity_slot(size_t i, const void *data) {
  (void)data;
  return (int32_t)(i % k_list);
}

// Two selections that differ in about one token of eight, one after the other.
static int32_t alternating_token(size_t i, const void *data) {
  size_t half = *(const size_t *)data, at = i % half, span = k_context / k_list, entry = at % k_list;
  bool second = i >= half && at % 8 == 0;
  size_t token = entry * span + (size_t)scatter(at, span / 2) + (second ? span / 2 : 0);
  return entry + 1 >= k_kept ? k_context - 1 : (int32_t)token;
}

static void add_kv_diff(int batch) {
  bench_t b;
  char shape[64];
  snprintf(shape, sizeof shape, "batch %d, %d tokens a head, 1 in 8 new (warm)", batch, k_kept);
  if (!times_begin(&b, "kv_diff", "", shape)) return;
  size_t rows = (size_t)batch, list = rows * k_hkv * k_list, bytes = list * 4;
  b.x = k_hkv, b.z = (unsigned)batch;
  b.bytes = 7.0 * (double)bytes;
  cu_pointer_t selected = times_take_i32(2 * list, alternating_token, &list), tokens = times_take_i32(list, alternating_token, &list);
  cu_pointer_t slots = times_take_i32(list, identity_slot, NULL);
  TIMES_ARGS(&b, P(selected), P(take_constant(rows, k_kept)), P(take_constant(rows, k_context - 1)), P(times_take_i32(rows, identity, NULL)),
             P(take_page_table(rows)), P(times_take(bytes)), P(times_take(bytes)), P(tokens), P(slots), P(take_constant(rows, k_kept)), P(times_take(bytes)),
             P(times_take(bytes)), P(times_take(rows * k_hkv * 4)), P(times_take(rows * k_hkv * 4)), I(k_list), I(k_pages), I(k_page), I(k_hkv), I(k_hkv), I(0));
  b.moving = 0, b.copies = 2, b.stride = bytes;
  times_measure(&b);
}

static int32_t load_token(size_t i, const void *data) {
  (void)data;
  return scatter(i, k_context);
}

// Rows from pages in host memory, |count| a head of each of |layers| layers, whose rows lie side by side.
static void add_kv_gather(int batch, int count, const char *params, size_t d, int layers) {
  bench_t b;
  char shape[64];
  size_t row_bytes = 2 * d * 2;
  snprintf(shape, sizeof shape, "batch %d, %d x %d rows a head of %zu bytes", batch, count, layers, row_bytes);
  if (!times_begin(&b, "kv_gather", params, shape)) return;
  uint64_t host_bytes;
  cu_pointer_t pool = times_host_data(&host_bytes);
  size_t rows = (size_t)batch, list = rows * k_hkv * k_list, pool_pages = host_bytes / (k_hkv * k_page * row_bytes * (size_t)layers);
  int32_t table_entries = (int32_t)(rows * k_pages);
  b.x = b.kernel->blocks / k_hkv, b.y = k_hkv, b.z = 1;
  b.host_bytes = (double)batch * k_hkv * count * layers * (double)row_bytes;
  b.bytes = b.host_bytes;
  // More pages than the host memory has: sequences share them.
  cu_pointer_t table = times_take_i32((size_t)table_entries, shuffled_page, &pool_pages);
  TIMES_ARGS(&b, P(pool), P(table), P(times_take_i32(rows, identity, NULL)), P(times_take_i32(list, load_token, NULL)),
             P(times_take_i32(list, identity_slot, NULL)), P(take_constant(rows * k_hkv, count)), P(times_take(list * row_bytes * (size_t)layers)), I(k_list),
             I(k_pages), I(k_page), I(k_hkv), I(batch), I(layers), I(layers), I(list), P(take_constant(SPC_COPYING_COUNTS, 0)), I(0));
  times_measure(&b);
}

static void add_small(int rows) {
  bench_t b;
  char shape[64];
  size_t t = (size_t)rows;
  snprintf(shape, sizeof shape, "%d rows of %d (warm)", rows, k_hidden);
  if (times_begin(&b, "rms_norm", "!elem=bf16 !act=bf16", shape)) {
    b.z = (unsigned)rows;
    b.bytes = (double)rows * k_hidden * 6 + k_hidden * 2;
    TIMES_ARGS(&b, P(times_take(t * k_hidden * 4)), P(times_data()), P(times_take(t * k_hidden * 2)), I(k_hidden), F(1e-5));
    times_measure(&b);
  }
  snprintf(shape, sizeof shape, "%d rows (warm)", rows);
  if (times_begin(&b, "rope_append", "!act=bf16 !elem=bf16 #d=128", shape)) {
    b.x = k_hq + 2 * k_hkv, b.z = (unsigned)rows;
    b.bytes = (double)rows * (k_qkv * 4 + k_d * 4);
    TIMES_ARGS(&b, P(times_take(t * k_qkv * 2)), P(times_take(t * k_d * 4)), P(0), P(0), P(times_take(t * k_hq * k_d * 2)), P(times_data()),
               P(times_take_i32(t * k_hkv, selected_row, NULL)), I(k_hq), I(k_hkv), F(1e-5), I(1), I(0), I(1));
    times_measure(&b);
  }
  snprintf(shape, sizeof shape, "%d rows of %d (warm)", rows, k_ffn);
  if (times_begin(&b, "swiglu", "!act=bf16", shape)) {
    b.x = (unsigned)blocks_of(k_ffn, 1024), b.z = (unsigned)rows;
    b.bytes = (double)rows * k_ffn * 6;
    TIMES_ARGS(&b, P(times_take(t * 2 * k_ffn * 2)), P(times_take(t * k_ffn * 2)), I(k_ffn));
    times_measure(&b);
  }
  snprintf(shape, sizeof shape, "%d rows of %d (warm)", rows, k_vocab);
  if (times_begin(&b, "argmax", "", shape)) {
    b.z = (unsigned)rows;
    b.bytes = (double)rows * k_vocab * 4;
    TIMES_ARGS(&b, P(times_take(t * k_vocab * 4)), P(times_take(t * 4)), I(k_vocab));
    times_measure(&b);
  }
}

static int32_t token(size_t i, const void *data) {
  (void)data;
  return scatter(i, k_vocab);
}

static void add_embed(int rows) {
  bench_t b;
  char shape[64];
  snprintf(shape, sizeof shape, "%d rows of %d", rows, k_hidden);
  if (!times_begin(&b, "embed", "!elem=bf16", shape)) return;
  b.x = (unsigned)blocks_of(k_hidden, 1024);
  b.z = (unsigned)rows;
  b.bytes = (double)rows * k_hidden * (2 + 4);
  TIMES_ARGS(&b, P(times_take_i32((size_t)rows, token, NULL)), P(times_data()), P(times_take((uint64_t)rows * k_hidden * 4)), I(k_hidden), F(1));
  rotate(&b, 1, (uint64_t)rows * k_hidden * 2, (uint64_t)k_vocab * k_hidden * 2);
  times_measure(&b);
}

void times_shapes(void) {
  static const int batches[] = {1, 8, 24};
  linears();
  add_attend_pages(1);
  add_attend_pages(8);
  for (int i = 0; i < 3; ++i) add_attend_rows(batches[i]);
  for (int i = 0; i < 3; ++i) add_attend_combine(batches[i]);
  add_retrieval(1);
  add_retrieval(24);
  add_kv_diff(1);
  add_kv_diff(24);
  add_attend_prefill(0);
  add_attend_prefill(12288);
  add_attend_prefill(28672);
  add_embed(1);
  add_embed(24);
  add_small(1);
  add_small(24);
  add_kv_gather(1, 256, "!elem=bf16 #d=128", 128, 1);
  add_kv_gather(1, k_kept, "!elem=bf16 #d=128", 128, 1);
  add_kv_gather(24, 256, "!elem=bf16 #d=128", 128, 1);
  add_kv_gather(8, 423, "!elem=bf16 #d=16", 16, 1);  // a fifth of a selection, in rows of other lengths
  add_kv_gather(8, 423, "!elem=f16 #d=64", 64, 1);
  add_kv_gather(8, 423, "!elem=bf16 #d=128", 128, 1);
  add_kv_gather(8, 423, "!elem=bf16 #d=256", 256, 1);
  add_kv_gather(8, 423, "!elem=bf16 #d=128", 128, 4);
}
