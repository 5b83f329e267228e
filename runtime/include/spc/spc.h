// spc/spc.h - run a model that spc-compile made.
//
// This header is the manual of libspcrt. Three objects:
//
//   spc_model_t    a compiled shared object and its weights: validated, mapped, read-only. Any number of sessions may use one
//                  model at the same time.
//   spc_session_t  memory for up to `max_batch` sequences of up to `max_seq` tokens each, and the threads or GPU streams that compute. All
//                  device memory is allocated when the session is created; nothing grows later.
//   a sequence     a number in [0, max_batch), a batch slot. Sequences join and leave between steps and may have any lengths.
//
// A minimal greedy decode:
//
//   spc_model_t *model; spc_session_t *session; int32_t sequence;
//   spc_model_load("libllm.so", &model);
//   spc_session_options_t options; spc_session_options_init(&options);
//   spc_session_create(model, &options, &session);
//   spc_session_sequence_create(session, &sequence);
//   spc_session_prefill(session, sequence, n_prompt, prompt, SPC_LOGITS_LAST, logits);
//   for (;;) {
//     int32_t token = spc_logits_argmax(logits, vocab);
//     spc_session_decode(session, 1, &sequence, &token, logits);
//   }
//   spc_session_destroy(session); spc_model_destroy(model);
//
// Conventions. Shapes are row-major and written [rows, columns]. Sizes are bytes unless a name says tokens, rows or layers.
// Times are seconds. Functions that can fail return a status that the caller owns (spc/status.h); outputs `out_x` are NULL or zero
// after an error. `destroy` accepts NULL. Nothing prints or exits. One environment variable is read: SPC_CUDA_LIBS, a folder in which the CUDA
// target's libraries are looked for before the system's.
//
// Threads. A model is immutable and may be shared. A session belongs to one thread at a time: two calls on one session at the
// same time are an error of the caller that is not detected. Different sessions are independent.
//
// Results. The logits of a row depend on the tokens of its sequence alone: not on the other sequences of the batch, not on the
// number of threads while no more than 8 rows are prefilled at once, and not on how many layers are offloaded. Prefill calls of
// other lengths may differ in the last bits, because longer ones use a GEMM library.
#ifndef SPC_SPC_H_
#define SPC_SPC_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spc/abi.h"
#include "spc/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SPC_API __attribute__((visibility("default")))
#else
#define SPC_API
#endif

// "0.1.0", the version of this library. Static.
SPC_API const char *spc_version(void);

// ---- Plans -----------------------------------------------------------------------------------------------------------

typedef struct spc_plan_file_t spc_plan_file_t;

// Opens the shared object |path| for its plan alone and validates that: neither weights, nor a GPU, nor the processor that the kernels are for are
// needed, and nothing of the model is allocated. For tools that look at plans; spc_model_load does the same first. Errors as spc_model_load, as far
// as they concern the object.
SPC_API SPC_WARN_UNUSED spc_status_t spc_plan_open(const char *path, spc_plan_file_t **out_file);
SPC_API void spc_plan_close(spc_plan_file_t *file);

// The validated plan, as long as |file| is open.
SPC_API const spc_plan_t *spc_plan_of(const spc_plan_file_t *file);

// ---- Models ----------------------------------------------------------------------------------------------------------

typedef struct spc_model_t spc_model_t;

// Loads the shared object |path| and maps the weights file beside it. Every table of the object is validated before it is used.
// Two models may be loaded at once, also two copies of one. The model is the caller's; destroy it after its sessions.
//
// Errors: NOT_FOUND (the object, its query function, the weights file), INCOMPATIBLE (another ABI version, a CPU that lacks a
// feature the kernels use, weights of another model), OUT_OF_RANGE (a truncated object or weights file), UNSUPPORTED (another
// target), INVALID_ARGUMENT (no shared object, or a plan that is not valid: the message names table, index and field).
SPC_API SPC_WARN_UNUSED spc_status_t spc_model_load(const char *path, spc_model_t **out_model);

// The same for a plan that is already in memory, such as one linked into the program. |plan| must outlive the model. |weights_path|
// is the safetensors file of its weights; NULL when the plan embeds them or has none.
SPC_API SPC_WARN_UNUSED spc_status_t spc_model_create(const spc_plan_t *plan, const char *weights_path, spc_model_t **out_model);

typedef struct spc_model_options_t {
  // Fills the weights with random numbers instead of reading them, for measuring: matrices [rows, cols] are uniform in +-scale * sqrt(3 / cols),
  // vectors are ones, so that activations stay finite in any depth. No weights file is needed. The numbers depend on the seed only.
  bool random_weights;
  uint64_t seed;
  double scale;    // default 1
  int32_t device;  // CUDA: the number of the GPU
  // Called now and then while weights are brought in, with the bytes done and all of them. NULL: not wanted.
  void (*progress)(void *context, uint64_t done, uint64_t total);
  void *progress_context;
} spc_model_options_t;

// Sets every field to its default.
SPC_API void spc_model_options_init(spc_model_options_t *out_options);

// spc_model_load and spc_model_create with options; NULL is the defaults. A model for CUDA is also UNSUPPORTED on a machine without NVIDIA's
// driver (says what is missing), INCOMPATIBLE with a GPU that its kernels are not for (names both), and DEVICE when the driver refuses something.
SPC_API SPC_WARN_UNUSED spc_status_t spc_model_load_with(const char *path, const spc_model_options_t *options, spc_model_t **out_model);
SPC_API SPC_WARN_UNUSED spc_status_t spc_model_create_with(const spc_plan_t *plan, const char *weights_path,
                                                           const spc_model_options_t *options, spc_model_t **out_model);

SPC_API void spc_model_destroy(spc_model_t *model);

// The validated plan, as long as the model lives. `dims` has vocab, layers, max_seq, max_batch, prefill_chunk, budget and so on.
SPC_API const spc_plan_t *spc_model_plan(const spc_model_t *model);

// True when the model has a retriever, so that decoding with sparse attention is possible.
SPC_API bool spc_model_has_retriever(const spc_model_t *model);

typedef struct spc_machine_t {
  const char *device_name;   // "cpu", or the GPU's; lives as long as the model
  uint64_t device_memory;    // bytes in all; on the CPU the machine's
  uint64_t host_memory;
  uint64_t multiprocessors;  // of the GPU; 0 on the CPU
  double memory_bandwidth;   // bytes a second. CUDA: of a copy within device memory, read and written bytes together; CPU: of |threads| that read
  double link_bandwidth;     // bytes a second from host memory. CUDA: of the copy engine, from page-locked memory; CPU: of one thread that copies
} spc_machine_t;

// Measures what the model's device reaches at best, the best of a few passes over buffers far larger than caches (they take as much as 2 GiB while
// it runs). |threads| as in spc_session_options_t. OUT_OF_MEMORY, DEVICE.
SPC_API SPC_WARN_UNUSED spc_status_t spc_model_measure(const spc_model_t *model, int32_t threads, spc_machine_t *out_machine);

// ---- Sessions --------------------------------------------------------------------------------------------------------

typedef struct spc_session_t spc_session_t;

// Prefill attention of full chunks on a GPU. Results differ within rounding.
typedef enum spc_prefill_attention_t {
  SPC_PREFILL_ATTENTION_AUTO,   // cuDNN's where it is there, is known to be faster (9.19 and later) and supports the model; else the plan's kernel
  SPC_PREFILL_ATTENTION_OWN,    // the plan's kernel
  SPC_PREFILL_ATTENTION_CUDNN,  // cuDNN's from 9.10 on, where it supports the model; else the plan's kernel
} spc_prefill_attention_t;

typedef struct spc_session_options_t {
  uint64_t max_batch;      // sequences at a time, at most the plan's; 0: the plan's
  uint64_t max_seq;        // tokens a sequence may hold, at most the plan's; 0: the plan's
  uint64_t prefill_chunk;  // rows of one prefill call, at most the plan's; 0: the plan's
  int32_t threads;         // that compute, the calling one included; 0: one for each CPU this process may use
  int32_t offload_layers;  // LLM layers whose KV cache lives in host memory, the deepest first; -1: at any time as few as the tokens in use need
  uint64_t device_memory;  // bytes for weights, arena and pools, which is never exceeded; 0: the plan's
  bool unlimited_memory;   // ignore the plan's device_memory too
  bool full_attention;     // decode with full attention although there is a retriever
  double min_captured;     // in [0, 1]: a sparse step of a sequence whose selection captures less is made with full attention instead; 0: never looked at
  bool measure_captured;   // look at sparse steps as min_captured does, for the statistics, though none may fall back
  double synthetic_change; // for measuring, in [0, 1]: sparse steps attend to random tokens instead of the retriever's choice, of which about this share changes
                           // from step to step; 0: off
  bool no_graphs;          // CUDA: launch the commands of decode steps one by one, instead of replaying a graph of them; the same bits
  spc_prefill_attention_t prefill_attention;  // CUDA: who does it; see docs/runtime.md
  bool synchronous;        // CUDA: wait after every command, so that a fault of the GPU names the command; slow
} spc_session_options_t;

// Sets every field to its default.
SPC_API void spc_session_options_init(spc_session_options_t *out_options);

// Allocates the device arena, the host pools of layers that are or may be offloaded, and the threads. |options| may be NULL: the defaults. |model|
// must outlive the session.
//
// Where KV caches live. With a limit of device memory and offload_layers = -1, a session holds as many layers on the device as fit beside the tokens of
// all its sequences. It begins with all, or with as few layers out as its first prompt needs. Shortly before the next page would not fit, the deepest
// layer moves to host memory, some pages in each decode step, beside the computation; when sequences have ended, layers come back. A prompt that needs
// more at once waits for it. The device memory is allocated once, all of the limit; host memory too, for the layers that are out when max_batch sequences of
// max_seq tokens are in use. So memory cannot run out in a step. Moves do not change results. With a number of layers given, or without a limit, nothing
// moves.
//
// Fidelity. The retriever gives every candidate token (all but the sink and the recent ones, which are always attended to) a probability for each KV head. What a
// selection captures is, of one sequence in one step, the least over the KV heads of (the selected candidates' sum) / (all candidates' sum); 1 when all are
// selected. (Of an object that selects one set for all KV heads, the sums are of the largest probability over the heads.) With min_captured or measure_captured, @decode first runs up to its selection and the host reads the probabilities: on a GPU that costs a wait and a copy of
// selection_heads * max_seq numbers a sequence, and steps are not replayed as graphs. Sequences whose selection captures less then make the step with full
// attention, and the results are those of a session with full attention for that step. Profiled steps are not looked at.
//
// A step or prefill may fail because such a move does (DEVICE: a copy failed). It has then changed no sequence and may be made again.
//
// Errors: OUT_OF_RANGE (more than the plan's max_batch, max_seq, prefill_chunk or layers), OUT_OF_MEMORY (the budget cannot hold the
// session even with all layers offloaded: names the shortfall; or the system refused an allocation: names the buffer and its size),
// UNSUPPORTED (offloading in a plan without staging; min_captured, measure_captured or synthetic_change without a retriever).
SPC_API SPC_WARN_UNUSED spc_status_t spc_session_create(spc_model_t *model, const spc_session_options_t *options,
                                                        spc_session_t **out_session);
SPC_API void spc_session_destroy(spc_session_t *session);

// Changes between sparse (false) and full (true) attention for the next decode steps. Both keep all caches complete, so a session may
// change its mind at any step. Sparse without a retriever is UNSUPPORTED.
SPC_API SPC_WARN_UNUSED spc_status_t spc_session_set_full_attention(spc_session_t *session, bool full_attention);

// What the next sparse steps select for a KV head, beside the plan's sink tokens: |budget| tokens of the retriever's choice and the |recent| last ones.
// Together at most the plan's budget + recent, which a session starts with; any share of them: a budget of 0 is a sliding window. OUT_OF_RANGE when they
// are more, or |recent| is 0; UNSUPPORTED without a retriever.
SPC_API SPC_WARN_UNUSED spc_status_t spc_session_set_selection(spc_session_t *session, uint64_t budget, uint64_t recent);

// ---- Sequences -------------------------------------------------------------------------------------------------------

// Takes a free batch slot for an empty sequence. OUT_OF_RANGE when all max_batch are taken.
SPC_API SPC_WARN_UNUSED spc_status_t spc_session_sequence_create(spc_session_t *session, int32_t *out_sequence);

// Gives the slot and its pages back. Does nothing to a slot that is not taken.
SPC_API void spc_session_sequence_destroy(spc_session_t *session, int32_t sequence);

// Tokens in the cache of |sequence|; -1 when it is not one.
SPC_API int64_t spc_session_sequence_length(const spc_session_t *session, int32_t sequence);

// Remembers where |sequence| is; `rewind` goes back there as often as is wanted, to decode from it with other tokens, or the same with another
// selection. A later mark replaces it. Costs what the retriever keeps of the last tokens, some KiB of host memory, and no copy of caches; the pages that the
// sequence took stay its own. Errors: INVALID_ARGUMENT (no such sequence; no mark), OUT_OF_MEMORY, DEVICE.
SPC_API SPC_WARN_UNUSED spc_status_t spc_session_sequence_mark(spc_session_t *session, int32_t sequence);
SPC_API SPC_WARN_UNUSED spc_status_t spc_session_sequence_rewind(spc_session_t *session, int32_t sequence);

// ---- Steps -----------------------------------------------------------------------------------------------------------

typedef enum spc_logits_mode_t {
  SPC_LOGITS_NONE = 0,  // |out_logits| is not used
  SPC_LOGITS_LAST,      // f32 [vocab]: after the last token
  SPC_LOGITS_ALL,       // f32 [n_tokens, vocab]: row i is after token i
} spc_logits_mode_t;

// Appends |n_tokens| >= 1 tokens to |sequence| with full attention, in chunks of at most prefill_chunk. May be called again later in a
// conversation. Logits are written as |mode| says to memory of the caller.
//
// Errors: INVALID_ARGUMENT (no such sequence, no tokens), OUT_OF_RANGE (a token id outside the vocabulary: names its index; more tokens
// than max_seq). Arguments are checked before anything is computed, so such an error leaves the sequence as it was.
SPC_API SPC_WARN_UNUSED spc_status_t spc_session_prefill(spc_session_t *session, int32_t sequence, size_t n_tokens,
                                                         const int32_t *tokens, spc_logits_mode_t mode, float *out_logits);

// One decode step: appends tokens[i] to sequences[i] for every i in [0, n), n in [1, max_batch], and writes to |out_logits| f32 [n, vocab] the
// logits after it (NULL: not wanted). The sequences are distinct and in any order; others stay as they are.
// With sparse attention each attends to the tokens its retriever selects. Errors as spc_session_prefill. INTERNAL, from either, is a bug: the
// session's caches are in doubt, destroy it.
SPC_API SPC_WARN_UNUSED spc_status_t spc_session_decode(spc_session_t *session, size_t n, const int32_t *sequences,
                                                        const int32_t *tokens, float *out_logits);

// The same step, but chooses as well: writes to |out_tokens| i32 [n] the index of the largest logit of each row, as spc_logits_argmax does. On a GPU
// the logits do not leave it.
SPC_API SPC_WARN_UNUSED spc_status_t spc_session_decode_next(spc_session_t *session, size_t n, const int32_t *sequences, const int32_t *tokens,
                                                             int32_t *out_tokens);

// Where a step's time goes: one step as spc_session_decode makes it, its commands timed one by one; the logits stay where they are. |out_seconds|
// f64 [commands of the program that the step runs: SPC_PROGRAM_DECODE, or SPC_PROGRAM_DECODE_FULL with full attention] gets them in the plan's
// order. A GPU runs such a step without a graph and without overlapping commands, each between two events, so the times add up to more than a
// step takes otherwise. A copy runs beside other commands: the time for which it was not hidden is that of the KV_WAIT that waits for it.
// Errors as spc_session_decode; the times then mean nothing.
SPC_API SPC_WARN_UNUSED spc_status_t spc_session_decode_profile(spc_session_t *session, size_t n, const int32_t *sequences,
                                                                const int32_t *tokens, double *out_seconds);

// The tokens that the last sparse step selected for row |row| (its position in spc_session_decode) and KV head |head|: ascending, valid until
// the next step. Both are zero when the last step was not sparse or one of its rows fell back to full attention, or when the device fails (the next step says how). For inspection and tests.
SPC_API void spc_session_selection(spc_session_t *session, size_t row, size_t head, const int32_t **out_tokens, size_t *out_count);

// For measuring: makes |sequence| |length| tokens long without computing them; its caches hold random rows, a function of |seed|. OUT_OF_RANGE
// when |length| is more than max_seq.
SPC_API SPC_WARN_UNUSED spc_status_t spc_session_sequence_fill(spc_session_t *session, int32_t sequence, uint64_t length, uint64_t seed);

// For measuring: replaces the retrieval keys of the tokens of |sequence| by random numbers, a function of |seed|, so that what its retriever selects of them
// has nothing to do with what they say. It cannot be undone, a rewind brings nothing back. INVALID_ARGUMENT when there is no such sequence.
SPC_API SPC_WARN_UNUSED spc_status_t spc_session_sequence_randomize_keys(spc_session_t *session, int32_t sequence, uint64_t seed);

// ---- Statistics ------------------------------------------------------------------------------------------------------

typedef struct spc_session_stats_t {
  uint64_t prefill_tokens;   // appended by prefill
  uint64_t decode_steps;
  uint64_t decode_tokens;    // rows of all steps
  double prefill_seconds;    // without the logits
  double decode_seconds;
  double logits_seconds;     // final norm and LM head of prefilled rows
  double copy_seconds;       // CPU: the copy thread was copying
  double copy_wait_seconds;  // CPU: the computing threads waited for it; copy_seconds less this is what was hidden

  uint64_t kv_bytes_attended;  // of keys and values that decode attention read
  uint64_t rows_selected;      // rows (a token of a KV head) that sparse steps chose; one choice serves all layers
  uint64_t rows_loaded;        // of those, absent from the step before; 1 - loaded / selected is the overlap of consecutive selections
  uint64_t bytes_loaded;       // of rows, from host memory to the device
  uint64_t bytes_linked;       // of those, what passed the link: fewer where rows are packed in host memory
  uint64_t bytes_offloaded;    // from the device to host memory

  // With min_captured or measure_captured: rows of sparse steps that were looked at, the sum and the least of what their selections captured, and how many fell back to full
  // attention. captured_sum / rows_captured is the mean.
  uint64_t rows_captured, rows_fallen_back;
  double captured_sum, captured_least;

  uint64_t offloaded_layers;       // now
  uint64_t most_offloaded_layers;  // at any time
  uint64_t layers_moved_out, layers_moved_back;  // to and from host memory
  uint64_t bytes_moved;            // by that, in either direction; not in bytes_loaded and bytes_offloaded
  uint64_t bytes_shifted;          // within the device, by pools that took the room of a layer, or made it
  uint64_t threads;  // CPU
  // Device memory, bytes: weights (CPU: mapped) and the regions of the arena, as they are now. Their sum is `device_total`, which was planned.
  uint64_t weights, activations, state, staging, retrieval_pools, kv_pools, kv_slots, device_total;
  uint64_t unassigned;  // of the arena: less than a page of each pool, or what a move will need
  uint64_t host_weights;  // CUDA: bytes of the embedding tables that lie in page-locked host memory, which all sessions of the model share
  uint64_t host_pools;  // bytes of the pools of layers that are or may be offloaded, outside the device
  uint64_t host_layers;  // how many layers those are, the deepest
  uint64_t pages_used, pages_total;
  bool gemm_library;    // a GEMM library was found for prefill
  const char *attention_library;  // CUDA: what prefill attention was done with, as "cuDNN 9.19.0"; NULL: our own kernel alone. Lives as long as the process
  const char *device_name;    // "cpu", or the GPU's name; lives as long as the model
  // What the device has given, measured: CUDA: by how much the GPU's free memory has shrunk since the model was opened, code, graphs and libraries
  // included (and what others took meanwhile). CPU: the arena and the weights. At least `device_total`.
  uint64_t device_allocated;
  uint64_t device_used;       // CUDA: bytes of the GPU's memory that are not free, whoever took them: the driver's own and other programs' too
  uint64_t host_pinned;       // CUDA: bytes of page-locked host memory, pools and embedding tables included
  uint64_t graphs;            // CUDA: decode steps that were captured
} spc_session_stats_t;

SPC_API void spc_session_stats(const spc_session_t *session, spc_session_stats_t *out_stats);
// Sets the counters and times to zero; the memory figures stay. most_offloaded_layers counts from now.
SPC_API void spc_session_stats_reset(spc_session_t *session);

// ---- Timeline --------------------------------------------------------------------------------------------------------

typedef enum spc_trace_track_t {
  SPC_TRACE_HOST = 0,  // the calling thread: a program from its start to the end of its last command; `command` is -1
  SPC_TRACE_COMPUTE,   // the compute stream (CPU: all threads on one command; the stream's time, not the sum of theirs)
  SPC_TRACE_WAIT,      // the compute stream waited for the copy stream: a KV_WAIT; on the CPU also inside a command that streams pages, and at the end of a
                       // program, where `command` is -1
  SPC_TRACE_COPY,      // the copy stream was copying for the command
  SPC_TRACE_MOVE,      // pages of a layer on their way between device and host memory, beside the programs; `command` is -1
  SPC_TRACE_TRACKS
} spc_trace_track_t;

typedef struct spc_trace_span_t {
  uint32_t track;         // spc_trace_track_t
  uint32_t program;       // spc_program_id_t
  int32_t command;        // index into the program; -1 when of no command
  int32_t layer;          // of a SPC_TRACE_MOVE; -1 elsewhere, where the command says
  uint64_t run;           // the programs run since tracing began, from 0: spans of one `run` belong together
  uint64_t rows;          // of that run
  uint64_t bytes;         // of a SPC_TRACE_MOVE; 0 elsewhere
  bool to_host;           // of a SPC_TRACE_MOVE: out, else back
  double begin, end;      // seconds; of one clock for all tracks of a session, whose origin means nothing
} spc_trace_span_t;

// Called for every span, one call at a time, in no order; the CPU target calls from its copy thread as well. Must not call into the session.
typedef void (*spc_trace_fn_t)(void *context, const spc_trace_span_t *span);

// From now on tells |trace| of everything that steps and prefills do; NULL: no more. Every command that does something has one span on its track; what
// has no effect (copies of resident layers and the waits for them) has none. All spans of a program have been told when the call that ran it
// returns; those of moves when they are waited for, at the latest when tracing or the session ends, and they name the last program that was started. Results are the same bits as without.
//
// A traced GPU runs without graphs, with an event before and after each command on the command's own stream: the streams overlap as they do
// otherwise, but kernels of one stream do not overlap each other, the host launches every one, and it waits at the end of each program. So a traced step
// takes longer than others; compare spans within it. OUT_OF_MEMORY.
SPC_API SPC_WARN_UNUSED spc_status_t spc_session_trace(spc_session_t *session, spc_trace_fn_t trace, void *context);

// ---- Sampling --------------------------------------------------------------------------------------------------------

// The index of the largest of |vocab| logits, the lowest of equals; a NaN is never the largest. |vocab| > 0.
SPC_API int32_t spc_logits_argmax(const float *logits, size_t vocab);

typedef struct spc_sampler_options_t {
  float temperature;  // 0: greedy
  int32_t top_k;      // keep the k largest; 0: all
  float top_p;        // then keep the fewest of highest probability whose sum reaches p, in (0, 1]; 1: all
  uint64_t seed;
} spc_sampler_options_t;

SPC_API void spc_sampler_options_init(spc_sampler_options_t *out_options);  // greedy

// A stream of random choices. The same seed and logits give the same tokens on every machine with the same floating point. Use one for
// each sequence, so that a sequence's tokens do not depend on its neighbours.
typedef struct spc_sampler_t spc_sampler_t;
SPC_API SPC_WARN_UNUSED spc_status_t spc_sampler_create(const spc_sampler_options_t *options, size_t vocab, spc_sampler_t **out_sampler);
SPC_API void spc_sampler_destroy(spc_sampler_t *sampler);
// Chooses from |logits| f32 [vocab].
SPC_API int32_t spc_sampler_choose(spc_sampler_t *sampler, const float *logits);

#ifdef __cplusplus
}
#endif
#endif  // SPC_SPC_H_
