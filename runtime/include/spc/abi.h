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
#define SPC_ABI_VERSION 1u
#define SPC_PLAN_QUERY_SYMBOL "spc_plan_query"

#define SPC_PREFILL_ROW_BLOCK 16  // rows of a work item of the prefill attention kernel

typedef enum spc_element_t { SPC_F32 = 0, SPC_F16 = 1, SPC_BF16 = 2, SPC_I32 = 3 } spc_element_t;
typedef enum spc_target_t { SPC_TARGET_CPU = 0, SPC_TARGET_CUDA = 1 } spc_target_t;

// ---- Kernels -------------------------------------------------------------------------------------------------------
// A host kernel computes items [begin, end) of its command; items are independent, so threads may split any range. Pointer
// arguments arrive in `ptr`, integers in `i64`, floating-point numbers in `f64`.
typedef union spc_arg_t {
  void *ptr;
  int64_t i64;
  double f64;
} spc_arg_t;
typedef void (*spc_host_kernel_fn_t)(const spc_arg_t *args, int64_t begin, int64_t end);

typedef struct spc_kernel_t {
  const char *name;           // unique in the plan
  spc_host_kernel_fn_t host;  // NULL on other targets
  uint32_t arg_count;
  uint32_t reserved;
} spc_kernel_t;

// ---- Weights -------------------------------------------------------------------------------------------------------
// Row-major [rows, cols] in the packed weights, 64-byte aligned. Packed weights are a safetensors file beside the object
// (`weights_file`, a plain file name) or, when `embedded_weights` is not NULL, the bytes of its data section inside the object.
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
// T = max(prefill_chunk, max_batch), N = budget + sink + recent (rounded up to 16), H = LLM KV heads. Filled by the runtime at the
// start of a step (runtime) or by kernels (kernel).
typedef enum spc_state_id_t {
  SPC_STATE_IDS = 0,          // i32 [T]           runtime: token ids
  SPC_STATE_POSITIONS,        // i32 [T]           runtime: position of the row in its sequence
  SPC_STATE_SEQUENCES,        // i32 [T]           runtime: batch slot of the row
  SPC_STATE_PAGE_TABLE,       // i32 [R, max_pages] runtime: page ids
  SPC_STATE_SELECTED,         // i32 [R, H, N]     select: chosen tokens, ascending; indexed by row of the step
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
  SPC_STATE_ATTEND,           // f32 [T, Hq, 2]    running maximum and sum of attention
  SPC_STATE_APPEND_ROWS,      // i32 [C, T, max kv_heads of any cache] runtime: row of (cache c, row t, head h), rows packed [T, kv_heads_c] per cache
  SPC_STATE_STAGING,          // offloading only: two pages of one layer, then the chunk's new rows [prefill_chunk, H] of one layer
  SPC_STATE_PANEL,            // f32: weights converted for the GEMM library
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
} spc_operand_kind_t;

typedef struct spc_operand_t {
  uint32_t kind;  // spc_operand_kind_t
  uint32_t reserved;
  int64_t value;
} spc_operand_t;

typedef enum spc_opcode_t {
  // kernel over items = rows * items_per_row + items_fixed; operands are its arguments, in order.
  SPC_OP_LAUNCH = 0,
  // y[T, N] = x[T, K] W[N, K]^T + bias + residual. Operands: x, W, bias|NULL, residual|NULL, y. imm: {N, K, element}.
  // kernels[i] computes up to (1, 2, 4, 8)[i] rows at once, any command of more rows goes to the GEMM library, through `kernel`
  // (bf16/f16 -> f32 conversion) unless the weights are f32.
  SPC_OP_LINEAR,
  // Full causal attention of T rows over the paged cache `cache`. Operands: q [T, Hq*d] buffer, out [T, Hq*d] buffer, scale F64.
  // kernels[0]: attend_prefill (T rows of one sequence), kernels[1]: attend_pages (a row a sequence); -1 where the program never needs it. imm: {Hq}.
  // Streams host pages through staging when offloaded.
  SPC_OP_ATTEND_FULL,
  // Starts copying the rows in LOAD_* from the host pool of `cache` to its slots. Copy stream. No effect on resident layers.
  SPC_OP_KV_PREFETCH,
  // Starts writing the rows appended in this call back to the host pool of `cache`. Copy stream. No effect on resident layers.
  SPC_OP_KV_OFFLOAD,
  // The compute stream waits for the copy-stream command whose index in this program (0 is command_begin) is imm[0].
  SPC_OP_KV_WAIT,
} spc_opcode_t;

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
} spc_dims_t;

typedef struct spc_plan_t {
  uint64_t magic;        // SPC_PLAN_MAGIC
  uint32_t abi_version;  // SPC_ABI_VERSION
  uint32_t struct_size;  // sizeof(spc_plan_t)
  uint32_t target;       // spc_target_t
  uint32_t flags;        // reserved, 0
  const char *compiler;  // "spc-compile 0.1.0"
  const char *model;     // the model's file name
  const char *cpu;       // the CPU the host kernels need, as LLVM names it, and
  const char *cpu_features;  // a comma list of the features it relies on, checked at load ("avx2,fma,avx512f")
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
  const uint8_t *embedded_weights;  // NULL: in weights_file
} spc_plan_t;

typedef const spc_plan_t *(*spc_plan_query_fn_t)(uint32_t runtime_abi_version);

#ifdef __cplusplus
#define SPC_STATIC_ASSERT static_assert
#else
#define SPC_STATIC_ASSERT _Static_assert
#endif
SPC_STATIC_ASSERT(sizeof(spc_arg_t) == 8, "ABI");
SPC_STATIC_ASSERT(sizeof(spc_kernel_t) == 24, "ABI");
SPC_STATIC_ASSERT(sizeof(spc_weight_t) == 48, "ABI");
SPC_STATIC_ASSERT(sizeof(spc_cache_t) == 24, "ABI");
SPC_STATIC_ASSERT(sizeof(spc_operand_t) == 16, "ABI");
SPC_STATIC_ASSERT(sizeof(spc_command_t) == 88, "ABI");
SPC_STATIC_ASSERT(sizeof(spc_program_t) == 32, "ABI");
SPC_STATIC_ASSERT(sizeof(spc_dims_t) == 112, "ABI");

#ifdef __cplusplus
}
#endif
#endif  // SPC_ABI_H_
