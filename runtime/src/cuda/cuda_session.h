// The CUDA device's part of a session: one arena on the GPU, page-locked pools of the offloaded layers, some streams.
//
// The compute stream runs the commands of a program in order. The copy stream runs kv_gather and kv_scatter beside it: each first waits for what the
// compute stream has done so far, KV_WAIT makes the compute stream wait for it, and a program ends when both have. The host waits in `finish` only.
//
// Where rows are to be loaded, the select stream takes part (exec_divided.c). It and the copy stream have the highest priority, so that what the link waits for is not behind blocks that wait for room.
#ifndef SPC_RUNTIME_CUDA_CUDA_SESSION_H_
#define SPC_RUNTIME_CUDA_CUDA_SESSION_H_

#include "cuda/cuda_model.h"
#include "cuda/cudnn_attend.h"
#include "session.h"

#define SPC_CUDA_LENGTH_STRIDE 16  // bytes: the library wants them aligned

typedef struct spc_cuda_cache_t {
  uint8_t *host;             // the first row of the paged pool of a layer that is or may be offloaded; where rows are packed, the first entry of its group
  CUdeviceptr host_address;  // the same, as the GPU addresses it
  uint64_t host_stride;      // rows from a row of it to the next: the layers of its group
  uint64_t place_in_group;   // from 0
  uint8_t *rest;             // packed: of the group,
  CUdeviceptr rest_address;
  spc_cuda_mapped_t memory;  // of the group's first layer: where the group lies
} spc_cuda_cache_t;

// What the host fills in for a program. There are two, so that a prefill chunk is prepared while the one before runs.
typedef struct spc_cuda_inputs_t {
  int32_t *rows;         // ids, positions, sequences: a copy of that part of the state region
  int32_t *append_rows;  // [append_groups, T, max_kv_heads]
  CUevent uploaded;
} spc_cuda_inputs_t;

// Page-locked, for what comes back.
typedef struct spc_cuda_results_t {
  float *logits;            // [max_batch, vocab]
  int32_t *selected_count;  // [max_batch]
  int32_t *load_count;      // [max_batch, kv_heads]
  int32_t *next_ids;        // [max_batch]
  int32_t *selected;        // [max_batch, kv_heads, slots]; pageable, when first asked for
  float *probs;             // [max_batch, kv_heads, fidelity.stride]; NULL without min_captured
} spc_cuda_results_t;

typedef struct spc_cuda_trace_t spc_cuda_trace_t;  // trace.c

typedef struct spc_cuda_traced_moves_t spc_cuda_traced_moves_t;  // trace_moves.c

typedef struct spc_cuda_t {
  spc_session_t *session;
  const spc_plan_t *plan;
  const spc_cuda_model_t *model;
  const spc_cuda_driver_t *cu;
  bool graphs_wanted, synchronous;

  spc_cudnn_attend_t *attend;  // NULL: prefill attention by the plan's kernel alone
  bool attend_used;            // since the session was made
  CUdeviceptr lengths;         // with |attend|: rows and, SPC_CUDA_LENGTH_STRIDE further, keys of the chunk under way (i32), when |lengths_known|

  CUdeviceptr arena, state, staging;  // staging: pages of a sequence of a layer; then
  CUdeviceptr identity;               // i32 0, 1, 2, ...; then
  CUdeviceptr new_rows;               // with packed host rows: the rows that a call appends to an offloaded layer, outside @decode
  int32_t *page_numbers;  // what identity is copied from; at least max_batch of them
  uint64_t binding;       // of the session, that identity and graphs are made for
  uint64_t arena_bytes, pinned_bytes;
  spc_cuda_cache_t *caches;  // [cache_count]
  CUstream compute, copy;
  CUstream select;  // the rest of the selection of some rows, while others are scored (exec_divided.c)
  CUstream move;  // layers on the move, beside programs; NULL when none ever is
  spc_cuda_traced_moves_t *traced_moves;  // copies on it that a trace is to be told of; NULL until one
  spc_cuda_inputs_t inputs[2];
  int input;          // the one being filled
  uint64_t rows_bytes;  // of inputs.rows
  uint64_t rows_at;     // its offset in the state region
  spc_cuda_results_t results;

  int32_t *synthetic;  // page-locked: session->inputs.selected and selected_count; NULL without
  CUdeviceptr synthetic_there;         // the same on the GPU
  CUevent computed, copied, selected;  // forks and joins of the streams
  CUevent given;                       // the synthetic selection has been read; NULL without
  bool capturing;                      // commands become a graph
  uint32_t divisible;  // of @decode, the first of the commands up to the first prefetch that can be issued for some rows only; UINT32_MAX: none
  CUevent *copy_events;      // [longest program], of copy commands of layers that are or may be offloaded; NULL elsewhere
  CUevent *command_events;   // [longest program + 1], for profiles; NULL until then
  spc_cuda_trace_t *trace;   // of traced programs; NULL until one
  bool tracing;              // the program under way is traced
  uint32_t longest;          // commands of the longest program
  CUgraphExec *graphs;       // [2, max_batch]: @decode and @decode_full for 1, 2, ... rows; NULL where none was captured
  uint64_t graph_count;

  // The program under way.
  spc_program_id_t program;
  uint64_t rows;
  uint64_t first_row;   // of those that commands are issued for: |rows| from it on
  bool selects_beside;  // kernels go to the select stream
  bool choosing;        // the command under way is that which selects
  bool busy;            // something was started since the last wait
  bool after_kernel;    // the last thing on the compute stream is a kernel of the plan: the next may overlap it
  uint32_t last_prefetch;  // the last command that prefetched, until the compute stream has waited for it; UINT32_MAX: none
  uint64_t turn;  // linears beside prefetches that the program has launched
  bool after_prefetch;  // the last thing on the copy stream is a prefetch
  bool forked_here;     // the copy stream has waited for all that the compute stream was given
  bool lengths_known;   // |lengths| were set
  bool copying;         // the copy stream has work that the compute stream has not waited for
} spc_cuda_t;

// ---- Parts (session_memory.c)
SPC_WARN_UNUSED spc_status_t spc_cuda_session_allocate(spc_cuda_t *cuda);
void spc_cuda_session_release(spc_cuda_t *cuda);

// ---- Pools in host memory (host_pools.c)
SPC_WARN_UNUSED spc_status_t spc_cuda_host_pools_make(spc_cuda_t *cuda);
void spc_cuda_host_pools_release(spc_cuda_t *cuda);
// Copies |count| pages from |page| on between the host pool of |cache| and |device|, where they lie as in a pool of the device.
SPC_WARN_UNUSED spc_status_t spc_cuda_copy_host_pages(spc_cuda_t *cuda, uint32_t cache, uint64_t page, uint64_t count, CUdeviceptr device, bool to_host,
                                                      CUstream stream);
// Copies a page within the host pool of |cache|, at once.
void spc_cuda_copy_host_page(spc_cuda_t *cuda, uint32_t cache, uint64_t from, uint64_t to);

// ---- Moves of layers, as spc_device_t has them (moves.c)
SPC_WARN_UNUSED spc_status_t spc_cuda_move_pages(spc_session_t *session, uint32_t cache, uint64_t place, uint64_t page, uint64_t count, bool to_host);
SPC_WARN_UNUSED spc_status_t spc_cuda_wait_moves(spc_session_t *session);
SPC_WARN_UNUSED spc_status_t spc_cuda_copy_within(spc_session_t *session, uint64_t to, uint64_t from, uint64_t bytes);
SPC_WARN_UNUSED spc_status_t spc_cuda_copy_page(spc_session_t *session, uint32_t cache, uint64_t from, uint64_t to);
SPC_WARN_UNUSED spc_status_t spc_cuda_fill_slots(spc_session_t *session, uint32_t cache);
// What follows from the places of pools, when they have changed since the last program.
SPC_WARN_UNUSED spc_status_t spc_cuda_rebind(spc_cuda_t *cuda);
// The entries of the page table that changed. The host changes no entry that a running program reads.
SPC_WARN_UNUSED spc_status_t spc_cuda_upload_page_table(spc_cuda_t *cuda);

// ---- Programs (exec.c). Nothing here waits for the GPU, except where the session is synchronous or profiled.
// Copies the inputs to the GPU and starts the commands of a program.
SPC_WARN_UNUSED spc_status_t spc_cuda_issue(spc_cuda_t *cuda, spc_program_id_t program, uint64_t rows);
// One command of the program under way, for |rows| rows from |first_row| on. And whether it copies something: not where the layer is resident or the rows are in the host pool already. What waits for
// an earlier layer's prefetch has waited for it before, and write-backs are waited for together.
SPC_WARN_UNUSED spc_status_t spc_cuda_issue_command(spc_cuda_t *cuda, uint32_t index);
bool spc_cuda_copies(const spc_cuda_t *cuda, const spc_command_t *command);
// A selection in parts (exec_divided.c): finds what of @decode can be divided; says whether that begins with command |index| of the program under way, and ends with |out_prefetch|, the first command
// that loads something; and issues these commands, for some rows after the others.
void spc_cuda_find_divisible(spc_cuda_t *cuda);
bool spc_cuda_divides_selection(const spc_cuda_t *cuda, uint32_t index, uint32_t *out_prefetch);
SPC_WARN_UNUSED spc_status_t spc_cuda_issue_divided(spc_cuda_t *cuda, uint32_t begin, uint32_t prefetch);
// The same, timing each command; waits. |out_seconds| [commands].
SPC_WARN_UNUSED spc_status_t spc_cuda_issue_timed(spc_cuda_t *cuda, spc_program_id_t program, uint64_t rows, double *out_seconds);
// The same, telling the session's trace when each command ran; waits. (trace.c)
SPC_WARN_UNUSED spc_status_t spc_cuda_issue_traced(spc_cuda_t *cuda, spc_program_id_t program, uint64_t rows);
// While tracing: records that command |index| begins or ends on |stream| here.
SPC_WARN_UNUSED spc_status_t spc_cuda_trace_record(spc_cuda_t *cuda, uint32_t index, bool end, CUstream stream);
void spc_cuda_trace_release(spc_cuda_t *cuda);
// Around a copy on the move stream, while the session is traced: its beginning and, with the same arguments, its end (trace_moves.c).
SPC_WARN_UNUSED spc_status_t spc_cuda_trace_move(spc_cuda_t *cuda, uint32_t layer, uint64_t bytes, bool to_host, bool end);
// Tells the trace of all of them, which have ended.
SPC_WARN_UNUSED spc_status_t spc_cuda_trace_tell_moves(spc_cuda_t *cuda);
void spc_cuda_trace_moves_release(spc_cuda_t *cuda);
static inline spc_status_t spc_cuda_trace_mark(spc_cuda_t *cuda, uint32_t index, bool end, CUstream stream) {
  return cuda->tracing ? spc_cuda_trace_record(cuda, index, end, stream) : NULL;
}
// Chooses GEMM algorithms for the program's products (exec_linear.c). Waits, the first time.
SPC_WARN_UNUSED spc_status_t spc_cuda_prepare_products(spc_cuda_t *cuda, spc_program_id_t program, uint64_t rows);
// Opens the attention library if the session is to use it (exec_attend_library.c).
SPC_WARN_UNUSED spc_status_t spc_cuda_open_attention(spc_cuda_t *cuda, spc_prefill_attention_t choice);
// Builds the attention library's plans for the program (exec_attend_library.c). Takes the host's time, the first time.
SPC_WARN_UNUSED spc_status_t spc_cuda_prepare_attention(spc_cuda_t *cuda, spc_program_id_t program, uint64_t rows);
// Replays the decode step as a graph, captured the first time (graph.c).
SPC_WARN_UNUSED spc_status_t spc_cuda_replay(spc_cuda_t *cuda, spc_program_id_t program, uint64_t rows);
bool spc_cuda_has_graph(const spc_cuda_t *cuda, spc_program_id_t program);
// Destroys what was captured; a later step is captured anew.
void spc_cuda_graphs_forget(spc_cuda_t *cuda);
void spc_cuda_graphs_release(spc_cuda_t *cuda);

// ---- For the parts of the executor.
// The grid and arguments of a launch, or of a copy by a kernel.
spc_cuda_grid_t spc_cuda_take_launch(const spc_cuda_t *cuda, const spc_command_t *command, spc_arg_t *out_arguments);
// The value of an operand, or its address.
spc_arg_t spc_cuda_operand(const spc_cuda_t *cuda, const spc_operand_t *operand);
// Launches on the compute stream, overlapping the kernel before where both allow it.
SPC_WARN_UNUSED spc_status_t spc_cuda_compute(spc_cuda_t *cuda, int32_t kernel, spc_cuda_grid_t grid, uint32_t count, const spc_arg_t *arguments);
SPC_WARN_UNUSED spc_status_t spc_cuda_linear(spc_cuda_t *cuda, const spc_command_t *command);
SPC_WARN_UNUSED spc_status_t spc_cuda_attend(spc_cuda_t *cuda, const spc_command_t *command);
// Prefill attention by the library; |*out_done| is false when the plan's kernel has to do it. |table| is the row of the chunk's sequence.
SPC_WARN_UNUSED spc_status_t spc_cuda_attend_by_library(spc_cuda_t *cuda, const spc_command_t *command, CUdeviceptr pool, CUdeviceptr table,
                                                        bool *out_done);

static inline CUdeviceptr spc_cuda_state(const spc_cuda_t *cuda, spc_state_id_t id) { return cuda->state + cuda->plan->state_offset[id]; }
// Numbers of the lists of a synthetic selection, behind which its counts lie, one a sequence.
static inline uint64_t spc_cuda_synthetic_listed(const spc_cuda_t *cuda) {
  return cuda->session->max_batch * cuda->plan->dims.selection_heads * cuda->session->slots;
}
static inline uint64_t spc_cuda_synthetic_bytes(const spc_cuda_t *cuda) { return (spc_cuda_synthetic_listed(cuda) + cuda->session->max_batch) * sizeof(int32_t); }
// Whether the program under way has one; and a state, of which SELECTED and SELECTED_COUNT then are that for all commands but the one that selects, which leaves its own choice in the state.
static inline bool spc_cuda_has_synthetic(const spc_cuda_t *cuda) { return cuda->synthetic && cuda->program == SPC_PROGRAM_DECODE; }
static inline CUdeviceptr spc_cuda_chosen(const spc_cuda_t *cuda, spc_state_id_t id) {
  bool gives_way = spc_cuda_has_synthetic(cuda) && !cuda->choosing;
  if (gives_way && id == SPC_STATE_SELECTED) return cuda->synthetic_there;
  if (gives_way && id == SPC_STATE_SELECTED_COUNT) return cuda->synthetic_there + spc_cuda_synthetic_listed(cuda) * sizeof(int32_t);
  return spc_cuda_state(cuda, id);
}
// Where kernels go that compute.
static inline CUstream spc_cuda_computing_stream(const spc_cuda_t *cuda) { return cuda->selects_beside ? cuda->select : cuda->compute; }
// The paged pool of |cache| on the device, or its slots when it is offloaded.
static inline CUdeviceptr spc_cuda_place(const spc_cuda_t *cuda, uint64_t cache) { return cuda->arena + cuda->session->caches[cache].place; }
static inline CUdeviceptr spc_cuda_append_rows(const spc_cuda_t *cuda, uint32_t cache) {
  return spc_cuda_state(cuda, SPC_STATE_APPEND_ROWS) + spc_session_append_offset(cuda->session, cache) * sizeof(int32_t);
}
static inline spc_arg_t spc_cuda_pointer(CUdeviceptr address) { return (spc_arg_t){.ptr = (void *)(uintptr_t)address}; }

#endif  // SPC_RUNTIME_CUDA_CUDA_SESSION_H_
