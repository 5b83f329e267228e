// The inside of a session: what is the same on every device.
#ifndef SPC_RUNTIME_SESSION_H_
#define SPC_RUNTIME_SESSION_H_

#include "device.h"
#include "fidelity.h"
#include "model.h"
#include "pages.h"
#include "residency.h"
#include "spc/memory_model.h"
#include "spc/spc.h"
#include "synthetic.h"
#include "trace.h"

typedef struct spc_sequence_t {
  bool used;
  bool in_step;     // named by the decode call under way; for finding doubles
  uint64_t length;  // tokens in the cache
  uint64_t pages;   // taken; their ids are in the page table
  uint64_t mark_length;  // where spc_session_sequence_rewind goes back to
  float *mark;           // what the retriever kept of the last tokens there; NULL: no mark
} spc_sequence_t;

typedef struct spc_cache_info_t {
  bool offloaded;         // its paged pool is in host memory
  uint64_t place;         // in the device arena: of its paged pool, or of its slots when it is offloaded
  uint32_t append_group;  // of caches whose rows to append to are the same
  uint64_t row_bytes;
  uint64_t page_bytes;    // all KV heads
} spc_cache_info_t;

// State buffers that the session writes before a program; of the shapes in spc/abi.h, in memory that the device provides.
typedef struct spc_inputs_t {
  int32_t *ids, *positions, *sequences;  // [T]
  int32_t *selected, *selected_count;    // [R, Hs, N] and [R]: what synthetic selections replace the retriever's with; NULL without
  int32_t *append_rows;                  // [append_groups, T, max_kv_heads]: SPC_STATE_APPEND_ROWS, once for caches that agree
} spc_inputs_t;

// What spc_device_t::finish brought; NULL what it did not.
typedef struct spc_outputs_t {
  const float *logits;             // [rows, vocab]
  const int32_t *selected_count;   // [rows]
  const int32_t *load_count;       // [rows, kv_heads]
  const int32_t *selected;         // [rows, selection_heads, slots]
  const int32_t *next_ids;         // [rows]
  const float *probs;              // [rows, selection_heads, fidelity.stride]
} spc_outputs_t;

struct spc_session_t {
  const spc_model_t *model;
  const spc_plan_t *plan;
  const spc_device_t *device;
  void *on_device;  // the device's part of the session
  uint64_t max_batch, max_seq, prefill_chunk;
  uint64_t offloaded;  // layers
  uint64_t binding;    // counts the changes of what caches[].offloaded and place say
  spc_memory_model_t memory;
  spc_residency_t residency;
  bool full_attention;
  uint32_t select_command;  // of @decode, its selection; UINT32_MAX without a retriever
  uint32_t first_command, end_command;  // of the program that is run; end 0: all
  spc_fidelity_t fidelity;
  spc_synthetic_t *synthetic;  // NULL: the retriever chooses
  uint64_t budget, recent;  // of the next sparse steps

  spc_cache_info_t *caches;  // [cache_count]
  uint64_t table_pages;      // row length of the page table
  uint64_t slots;            // N
  uint64_t max_rows;         // T
  uint64_t max_kv_heads;     // of any cache
  uint32_t append_groups;    // at most cache_count

  spc_pages_t pages;
  spc_sequence_t *sequences;  // [max_batch]
  int32_t *page_table;        // [plan's max_batch, table_pages], memory of the device; entries [table_changed, table_changed_end) are new to it
  uint64_t table_changed, table_changed_end;
  spc_inputs_t inputs;
  spc_outputs_t outputs;
  double *command_seconds;    // [commands], of the step under way when it is profiled, else NULL
  spc_trace_t *trace;         // NULL: nobody wants a timeline
  size_t selected_rows;       // rows of the last step when it was sparse, else 0

  spc_session_stats_t stats;
};

// Entry |entry| of the page table is not what the device has.
static inline void spc_session_table_changed(spc_session_t *session, uint64_t entry) {
  if (session->table_changed == session->table_changed_end) session->table_changed = session->table_changed_end = entry;
  if (entry < session->table_changed) session->table_changed = entry;
  if (entry >= session->table_changed_end) session->table_changed_end = entry + 1;
}

// True when |cache| is offloaded now or may be later.
static inline bool spc_session_may_offload(const spc_session_t *session, uint32_t cache) {
  return spc_memory_is_offloaded(&session->memory, cache, session->residency.most);
}

// The append rows of |cache| in a buffer of SPC_STATE_APPEND_ROWS' shape: [T, kv_heads] of it.
static inline uint64_t spc_session_append_offset(const spc_session_t *session, uint32_t cache) {
  return session->caches[cache].append_group * session->max_rows * session->max_kv_heads;
}

// How many f32 the device's save_kept writes of a sequence: the retriever's features, then its window.
static inline uint64_t spc_session_kept_count(const spc_session_t *session) {
  const spc_dims_t *d = &session->plan->dims;
  return d->feature_size + spc_memory_window_rows(d) * d->window_size;
}

#endif  // SPC_RUNTIME_SESSION_H_
