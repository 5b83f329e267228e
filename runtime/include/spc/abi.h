// spc/abi.h - what a compiled shared object holds and what the runtime executes: the plan.
//
// The only header that the compiler and the runtime share. A shared object exports one function, `spc_plan_query`
// (everything else in it is hidden, so that several models live in one process), which returns a constant plan. All tables are
// data; the runtime validates every index, offset and size in them before it trusts any (runtime/src/plan_validate.c).
//
// Sizes are bytes unless a name says tokens, rows or elements. Fixed-width fields and explicit padding only: the layout is asserted
// below and is part of the version.
#ifndef SPC_ABI_H_
#define SPC_ABI_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SPC_PLAN_MAGIC UINT64_C(0x314e414c50435053)  // "SPCPLAN1"
#define SPC_ABI_VERSION 10u
#define SPC_PLAN_QUERY_SYMBOL "spc_plan_query"

#define SPC_PREFILL_ROW_BLOCK 16  // rows of a work item of the host's prefill attention kernel
#define SPC_ATTEND_SPLITS 32      // CUDA: the most parts that decode attention divides the tokens of a sequence into
#define SPC_ATTEND_SPLIT_ROWS 128 // CUDA: the fewest tokens of a part but the last
#define SPC_COPYING_MULTIPROCESSORS 1024  // CUDA: counts in SPC_STATE_COPYING, in which multiprocessors are numbered modulo this
#define SPC_COPYING_TURNS 64      // CUDA: linears in a row that share out their tiles by counts of their own there
#define SPC_COPYING_COUNTS (SPC_COPYING_MULTIPROCESSORS + SPC_COPYING_TURNS)
#define SPC_SCORE_BLOCK 256       // CUDA: tokens of a block of the score kernel, and of an entry of SPC_STATE_SCORE_STATS

typedef enum spc_element_t { SPC_F32 = 0, SPC_F16 = 1, SPC_BF16 = 2, SPC_I32 = 3 } spc_element_t;
typedef enum spc_target_t { SPC_TARGET_CPU = 0, SPC_TARGET_CUDA = 1 } spc_target_t;

// ---- Kernels -------------------------------------------------------------------------------------------------------
// Pointer arguments arrive in `ptr`, integers in `i64`, floating-point numbers in `f64`: eight bytes each on either target.
//
// CPU: a host kernel computes items [begin, end) of its command; items are independent, so threads may split any range.
// CUDA: `entry` is a function of the device image; a block has `threads` threads, block z is the row of the call.
typedef union spc_arg_t {
  void *ptr;
  int64_t i64;
  double f64;
} spc_arg_t;
typedef void (*spc_host_kernel_fn_t)(const spc_arg_t *args, int64_t begin, int64_t end);

typedef enum spc_kernel_flags_t {
  // It waits itself, by griddepcontrol, for the kernel before it to end, and so may be launched before that (programmatic dependent launch).
  SPC_KERNEL_OVERLAPS = 1,
} spc_kernel_flags_t;

typedef struct spc_kernel_t {
  const char *name;           // unique in the plan
  spc_host_kernel_fn_t host;  // CPU; NULL on CUDA
  const char *entry;          // CUDA; NULL on CPU
  uint32_t arg_count;
  uint32_t threads;       // CUDA: of a block
  uint32_t shared_bytes;  // CUDA: dynamic shared memory of a block
  uint32_t flags;         // spc_kernel_flags_t
} spc_kernel_t;

// ---- Weights -------------------------------------------------------------------------------------------------------
// Row-major [rows, cols] in the packed weights, 64-byte aligned. Packed weights are a safetensors file beside the object
// (`weights_file`, a plain file name) or, when `embedded_weights` is not NULL, the bytes of its data section inside the object.
//
// CUDA: bytes [0, device_weights_size) of the data section live in device memory, the others in page-locked host memory that the GPU addresses. No weight lies in both. Those in
// host memory are embedding tables: operands of launches that take SPC_STATE_IDS, of which a call reads a row for each token, and of no other command.
typedef struct spc_weight_t {
  const char *name;  // the tensor's name in the safetensors header
  uint32_t element;  // spc_element_t
  uint32_t reserved;
  uint64_t rows;
  uint64_t cols;
  uint64_t offset;  // into the data section of the safetensors file
  uint64_t size;
} spc_weight_t;

// ---- Caches --------------------------------------------------------------------------------------------------------
// Keys (and values) of one layer, paged. A row is one token of one KV head: K[d] then, if has_value, V[d].
// In a paged pool, row(page, head, t) = (page * kv_heads + head) * page_tokens + t, the page from the page table. In the slot pool
// of an offloaded layer, row(slot, head) = (sequence * kv_heads + head) * slots + slot.
//
// CUDA: in host memory the same rows of dims.host_group layers lie side by side, so that what a selection, which all layers share, brings of them lies together.
// Groups are counted from the deepest layer, and hold those of their layers that a session may offload. In the host pool of a layer, row r begins |stride| * r rows
// behind its base, |stride| being how many layers its group holds. With dims.host_packed they are packed there: spc/host_rows.h.
typedef enum spc_cache_kind_t {
  SPC_CACHE_LLM = 0,        // may be offloaded; caches [0, dims.layers) are these, in layer order
  SPC_CACHE_RETRIEVER = 1,  // a lower layer of a deep retriever: always resident
  SPC_CACHE_KEYS = 2,       // the retrieval keys: resident, no values
} spc_cache_kind_t;

typedef struct spc_cache_t {
  uint32_t kind;     // spc_cache_kind_t
  uint32_t element;  // spc_element_t
  uint32_t kv_heads;
  uint32_t head_size;
  uint32_t has_value;
  uint32_t reserved;
} spc_cache_t;

// ---- State ---------------------------------------------------------------------------------------------------------
// Per-session buffers that live across steps, in the device arena after the activations. Shapes, with R = max_batch,
// T = max(prefill_chunk, max_batch), N = budget + sink + recent (rounded up to 16), H = LLM KV heads,
// Hs = selection_heads. Filled by the runtime at the
// start of a step (runtime) or by kernels (kernel). CUDA: IDS, POSITIONS and SEQUENCES follow one another, since they are uploaded in one copy.
typedef enum spc_state_id_t {
  SPC_STATE_IDS = 0,          // i32 [T]           runtime: token ids
  SPC_STATE_POSITIONS,        // i32 [T]           runtime: position of the row in its sequence
  SPC_STATE_SEQUENCES,        // i32 [T]           runtime: batch slot of the row
  SPC_STATE_PAGE_TABLE,       // i32 [R, max_pages] runtime: page ids
  SPC_STATE_SELECTED,         // i32 [R, Hs, N]    select: chosen tokens, ascending; indexed by row of the step
  SPC_STATE_SELECTED_COUNT,   // i32 [R]           select: how many, the same for every head
  SPC_STATE_SELECTED_ROWS,    // i32 [R, H, N]     kv_diff: their rows in a paged pool
  SPC_STATE_SLOT_ROWS,        // i32 [R, H, N]     kv_diff: their rows in a slot pool
  SPC_STATE_RESIDENT_TOKENS,  // i32 [R, H, N]     kv_diff: tokens held in slots, ascending; indexed by batch slot, persists
  SPC_STATE_RESIDENT_SLOTS,   // i32 [R, H, N]     kv_diff: their slots; persists
  SPC_STATE_RESIDENT_COUNT,   // i32 [R]           kv_diff; persists; the runtime zeroes it when a sequence starts
  SPC_STATE_LOAD_TOKENS,      // i32 [R, H, N]     kv_diff: tokens to bring in
  SPC_STATE_LOAD_SLOTS,       // i32 [R, H, N]     kv_diff: slots they go to
  SPC_STATE_LOAD_COUNT,       // i32 [R, H]        kv_diff
  SPC_STATE_APPEND_SLOT_ROWS, // i32 [R, H]        kv_diff: slot-pool row of the step's new token
  SPC_STATE_FEATURES,         // f32 [R, F]        features of the last token of each sequence; zeroed when a sequence starts
  SPC_STATE_ATTEND,           // f32 [T, Hq, 2]    CPU: running maximum and sum of attention
  SPC_STATE_APPEND_ROWS,      // i32 [C, T, max kv_heads of any cache] runtime: row of (cache c, row t, head h), rows packed [T, kv_heads_c] per cache;
                              //                  caches whose rows are the same share a part. Addressed through operands only
  SPC_STATE_STAGING,          // offloading only. CPU: two pages of one layer, then the chunk's new rows [T, H] of one layer.
                              //                  CUDA: all pages of one sequence of one layer, then i32: 0, 1, 2, ... of max_pages and, with dims.host_packed, at least
                              //                  T * H of them, and then the call's new rows [T, H] of one layer
  SPC_STATE_PANEL,            // CPU: f32, weights converted for the GEMM library. CUDA: its workspace
  SPC_STATE_NARROW,           // CUDA: [T, K] in the weights' type: a part of x of a GEMM whose x is f32 and whose weights are not; 0 bytes when there is none
  SPC_STATE_SPLIT_STATE,      // CUDA: f32 [R, Hq, SPC_ATTEND_SPLITS, 2]  maximum and sum of each split of decode attention
  SPC_STATE_SPLIT_SUMS,       // CUDA: f32 [R, Hq, SPC_ATTEND_SPLITS, d]  its unnormalised sums; of the cache with the largest Hq * d
  SPC_STATE_SCORE_STATS,      // CUDA: f32 [R, Hq of the retriever, ceil(max_seq / SPC_SCORE_BLOCK), 2]  maximum and sum of each block of scores
  SPC_STATE_NEXT_IDS,         // CUDA: i32 [R]     the tokens that the last step's logits choose
  SPC_STATE_COPYING,          // CUDA: i32 [SPC_COPYING_MULTIPROCESSORS] how many blocks of prefetches each multiprocessor holds, then [SPC_COPYING_TURNS] of linears: how many of a launch's
                              //                  blocks have begun; 0 bytes without a retriever
  SPC_STATE_WINDOW,           // f32 [R, W - 1, E] embeddings of the last tokens of each sequence; zeroed when a sequence starts
  SPC_STATE_COUNT
} spc_state_id_t;

// ---- Commands ------------------------------------------------------------------------------------------------------
typedef enum spc_operand_kind_t {
  SPC_OPERAND_BUFFER = 0,     // value: byte offset into the activation arena
  SPC_OPERAND_WEIGHT = 1,     // value: weight index
  SPC_OPERAND_STATE = 2,      // value: spc_state_id_t
  SPC_OPERAND_POOL = 3,       // value: cache index: base of its paged pool, or slot pool when the layer is offloaded
  SPC_OPERAND_APPEND_ROWS = 4,  // value: cache index: i32 [T, kv_heads] rows to append to; for an offloaded layer its slot or staging rows
  SPC_OPERAND_READ_ROWS = 5,  // value: cache index: SELECTED_ROWS, or SLOT_ROWS when the layer is offloaded
  SPC_OPERAND_I64 = 6,        // value: the number
  SPC_OPERAND_F64 = 7,        // value: its bit pattern
  SPC_OPERAND_ROWS = 8,       // the T of this call, as i64
  SPC_OPERAND_NULL = 9,       // a null pointer: an absent optional operand
  SPC_OPERAND_HOST_POOL = 10,  // CUDA; value: cache index: the paged pool of an offloaded layer, in mapped host memory
  SPC_OPERAND_PAGE_ROWS = 11,  // CUDA; value: cache index: i32 [T, kv_heads], rows of the paged pool to append to, wherever APPEND_ROWS points
  SPC_OPERAND_BUDGET = 12,  // the session's budget, as i64: dims.budget unless spc_session_set_selection has lowered it
  SPC_OPERAND_RECENT = 13,  // and its recent tokens
  // CUDA, of host pools whose rows lie side by side; value: cache index; all are i64.
  SPC_OPERAND_POOL_STRIDE = 14,   // rows of POOL from a row to the next: 1 but where POOL is a host pool
  SPC_OPERAND_HOST_STRIDE = 15,   // the same of HOST_POOL
  SPC_OPERAND_GROUP_LAYERS = 16,  // layers from this to the end of its group: what a prefetch brings
  SPC_OPERAND_LAYER_ROWS = 17,    // rows of the slots of an offloaded layer, behind which those of the next layer of its group lie
  SPC_OPERAND_GROUP_PLACE = 18,   // the layer's place among those of its group, from 0
  SPC_OPERAND_HOST_REST = 19,     // CUDA, dims.host_packed; value: cache index: the rest of HOST_POOL, which then is the pool of the whole group; in mapped host memory
  SPC_OPERAND_FIRST_ROW = 20,  // CUDA, of @decode's launches and prefetches: the first row of the call that this launch is for, as i64; ROWS and z are then as many as it is for. What has it
                               // before the first prefetch, up to that without a gap, may be issued for some rows first and then for others
} spc_operand_kind_t;

typedef struct spc_operand_t {
  uint32_t kind;  // spc_operand_kind_t
  uint32_t reserved;
  int64_t value;
} spc_operand_t;

typedef enum spc_opcode_t {
  // Operands are the kernel's arguments, in order. CPU: kernel over items = rows * items_per_row + items_fixed. CUDA: imm = {x, y, tokens}: a
  // grid of (x, y, rows) blocks, z being 1 when items_per_row is 0; when tokens > 0, x is ceil(the session's max_seq / tokens) instead.
  SPC_OP_LAUNCH = 0,
  // y[T, N] = x[T, K] W[N, K]^T + bias + residual. Operands: x, W, bias|NULL, residual|NULL, y. imm: {N, K, SPC_LINEAR_TYPES}.
  // CPU: kernels[i] computes up to (1, 2, 4, 8)[i] rows at once, any command of more rows goes to the GEMM library, through `kernel`
  // (bf16/f16 -> f32 conversion of W) unless the weights are f32.
  // CUDA: kernels[i] computes up to (8, 16, 24, 32)[i] rows at once with a grid of one block a multiprocessor (less when N is small: a block takes at least 16
  // columns); more rows go to the GEMM library, an f32 x of 16-bit weights through `kernel` (narrow_rows) into SPC_STATE_NARROW: rounded and, where y is f32, what that
  // leaves of it after that, whose product is added. A bias is then of y's type.
  SPC_OP_LINEAR,
  // Full causal attention of T rows over the paged cache `cache`. Operands: q [T, Hq*d] buffer, out [T, Hq*d] buffer, scale F64.
  // kernels[0]: attend_prefill (T rows of one sequence), kernels[1]: attend_pages (a row a sequence); -1 where the program never needs it. imm: {Hq}.
  // CUDA: kernels[2] is attend_combine, run after attend_pages; imm: {Hq, rows of q of a block of attend_prefill,
  // the spc_element_t of q and out}.
  // Streams host pages through staging when offloaded.
  SPC_OP_ATTEND_FULL,
  // Starts copying the rows in LOAD_* from the host pool of `cache` to its slots. Copy stream. No effect on resident layers. CUDA: by `kernel`, kv_gather,
  // whose arguments are the operands and whose grid imm gives as for a launch; the command of the first layer of a group that is out brings all that are out, the
  // others only mark when they are there. Prefetches come in the order of layers.
  SPC_OP_KV_PREFETCH,
  // Starts writing the rows appended in this call back to the host pool of `cache`. Copy stream. No effect on resident layers. CUDA: by `kernel`, kv_scatter,
  // in @decode, with a block of y for each layer: the command of the last layer of a group writes those of all that are out, the others nothing. So
  // @decode waits for write-backs at its end. The other programs' rope_append writes to the host pool directly; or,
  // with dims.host_packed, to staging, from where `kernel` takes the rows, on the compute stream.
  SPC_OP_KV_OFFLOAD,
  // The compute stream waits for the copy-stream command whose index in this program (0 is command_begin) is imm[0].
  SPC_OP_KV_WAIT,
} spc_opcode_t;

// imm[2] of SPC_OP_LINEAR: the elements of W, x and y. On the CPU x and y are f32, so that it is the element of W.
#define SPC_LINEAR_TYPES(w, x, y) ((int64_t)(w) | (int64_t)(x) << 8 | (int64_t)(y) << 16)

typedef struct spc_command_t {
  uint32_t opcode;         // spc_opcode_t
  int32_t kernel;          // index or -1
  int32_t kernels[4];      // variants, -1 where absent
  int32_t cache;           // cache index or -1
  uint32_t operand_begin;  // into plan.operands
  uint32_t operand_count;
  int32_t layer;           // for traces and errors; -1 when of no layer
  int64_t items_per_row;
  int64_t items_fixed;
  int64_t imm[3];
  const char *label;       // "layer 3 / qkv", for errors, statistics and traces
} spc_command_t;

typedef enum spc_program_id_t {
  SPC_PROGRAM_PREFILL = 0,  // T rows of one sequence -> hidden [T, H] at output_offset
  SPC_PROGRAM_DECODE,       // a row a sequence, sparse -> logits [T, V]; empty without a retriever
  SPC_PROGRAM_DECODE_FULL,  // a row a sequence, full attention -> logits [T, V]
  SPC_PROGRAM_LOGITS,       // hidden rows (<= max_batch), copied by the runtime to input_offset -> logits [T, V]
  SPC_PROGRAM_COUNT
} spc_program_id_t;

typedef struct spc_program_t {
  uint32_t command_begin;
  uint32_t command_count;
  uint64_t max_rows;
  uint64_t input_offset;   // LOGITS only: f32 [T, H] in the arena
  uint64_t output_offset;  // f32 [T, H or V] in the arena
} spc_program_t;

// ---- The plan ------------------------------------------------------------------------------------------------------
typedef struct spc_dims_t {
  uint64_t vocab, hidden, layers, q_heads, kv_heads, head_size;
  uint64_t max_seq;        // tokens a sequence may hold
  uint64_t max_batch;      // sequences
  uint64_t prefill_chunk;  // rows of a prefill call; a multiple of page_tokens
  uint64_t page_tokens;
  uint64_t budget, sink, recent;  // tokens a KV head; 0 budget without a retriever
  uint64_t feature_size;   // 0: the retriever reads no features
  uint64_t window_tokens, window_size;  // W and E: the retriever reads E numbers of each of the last W tokens; 0: of the newest only
  uint64_t selection_heads;  // lists of tokens that a row selects: kv_heads, one each, or 1, which all KV heads share
  uint64_t host_group;       // layers whose rows lie side by side in host memory; 1: none, as always on the CPU
  uint64_t host_last_group;  // of the deepest layers, as many or fewer: a step's last layers are computed when all rows of that group are there
  uint64_t host_packed;      // 1: rows in host memory are packed (spc/host_rows.h); CUDA, caches of bf16. 0: they are as on the device
} spc_dims_t;

typedef struct spc_plan_t {
  uint64_t magic;        // SPC_PLAN_MAGIC
  uint32_t abi_version;  // SPC_ABI_VERSION
  uint32_t struct_size;  // sizeof(spc_plan_t)
  uint32_t target;       // spc_target_t
  uint32_t flags;        // reserved, 0
  const char *compiler;  // "spc-compile 0.1.0"
  const char *model;     // the model's file name
  const char *cpu;       // the processor the kernels need: a CPU as LLVM names it, or a GPU ("sm_90"); and
  const char *cpu_features;  // CPU: a comma list of the features it relies on, checked at load ("avx2,fma,avx512f"); CUDA: ""
  spc_dims_t dims;

  uint64_t arena_size;  // activations
  uint64_t state_offset[SPC_STATE_COUNT];  // from the start of the state region
  uint64_t state_size[SPC_STATE_COUNT];    // 0: absent
  uint64_t state_total;                    // without staging
  uint64_t staging_size;                   // added when at least one layer is offloaded

  // thresholds[n], n in [0, layers]: the most tokens a sequence (of max_batch) may have with n layers offloaded inside device_memory.
  uint64_t device_memory;  // 0: unlimited
  const uint64_t *thresholds;  // [layers + 1]

  const spc_kernel_t *kernels;
  const spc_weight_t *weights;
  const spc_cache_t *caches;
  const spc_operand_t *operands;
  const spc_command_t *commands;
  uint32_t kernel_count, weight_count, cache_count, operand_count, command_count, reserved;
  spc_program_t programs[SPC_PROGRAM_COUNT];

  const char *weights_file;  // beside the object; a plain file name
  uint64_t weights_size;     // bytes of the data section
  uint64_t device_weights_size;  // of them, those in device memory, a multiple of 64 (see spc_weight_t); CPU: all
  const uint8_t *embedded_weights;  // NULL: in weights_file

  // CUDA: the kernels as PTX, NUL-terminated text which the driver compiles, and as machine code of exactly the plan's GPU (NULL without).
  const uint8_t *ptx, *cubin;
  uint64_t ptx_size, cubin_size;  // ptx_size counts the NUL
} spc_plan_t;

typedef const spc_plan_t *(*spc_plan_query_fn_t)(uint32_t runtime_abi_version);

#ifdef __cplusplus
#define SPC_STATIC_ASSERT static_assert
#else
#define SPC_STATIC_ASSERT _Static_assert
#endif
SPC_STATIC_ASSERT(sizeof(spc_arg_t) == 8, "ABI");
SPC_STATIC_ASSERT(sizeof(spc_kernel_t) == 40, "ABI");
SPC_STATIC_ASSERT(sizeof(spc_weight_t) == 48, "ABI");
SPC_STATIC_ASSERT(sizeof(spc_cache_t) == 24, "ABI");
SPC_STATIC_ASSERT(sizeof(spc_operand_t) == 16, "ABI");
SPC_STATIC_ASSERT(sizeof(spc_command_t) == 88, "ABI");
SPC_STATIC_ASSERT(sizeof(spc_program_t) == 32, "ABI");
SPC_STATIC_ASSERT(sizeof(spc_dims_t) == 160, "ABI");

#ifdef __cplusplus
}
#endif
#endif  // SPC_ABI_H_
