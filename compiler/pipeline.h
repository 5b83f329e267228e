// The whole compiler: from two ONNX files to a shared object and its weights.
#ifndef COMPILER_PIPELINE_H_
#define COMPILER_PIPELINE_H_

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "spc/status.h"

typedef enum spc_emit_t {
  SPC_EMIT_SO = 0,  // the shared object, and its weights unless no_weights
  SPC_EMIT_ONNX,    // the imported graphs, folded
  SPC_EMIT_SPC,     // the placed module, after every pass
  SPC_EMIT_PLAN,    // the plan as text
  SPC_EMIT_LLVM,    // the optimised LLVM IR of the object: plan and host kernels
  SPC_EMIT_PTX,     // the kernels of a GPU target
} spc_emit_t;

// Zero is the default of every field but the paths.
typedef struct spc_compile_options_t {
  const char *model;            // .onnx
  const char *retriever;        // .onnx, or NULL: full attention only
  const char *output;           // exact; for text forms NULL is |text_out|
  spc_emit_t emit;
  const char *target;           // "cpu", or a GPU of compiler/codegen/nvptx.h; NULL: cpu
  const char *cpu;              // LLVM's name; NULL: this machine's. Of the CPU target
  const char *activations;      // "weights" or "f32"; NULL: weights on a GPU, f32 on the CPU. See spc_create_narrow_activations_pass
  const char *ptxas;            // program, "none", or NULL to look for it (compiler/codegen/ptxas.h). Of GPU targets
  uint64_t budget;              // tokens a KV head; 0: 2048
  int64_t sink, recent;         // -1: 4 and 64
  const char *selection;        // "head", "token" or "auto"; NULL: head
  const char *host_rows;        // "auto", "packed" or "plain"; NULL: auto
  const char *embeddings;       // "auto", "host" or "device"; NULL: auto. "host" is of GPU targets
  uint64_t max_seq;             // 0: 4096
  uint64_t max_batch;           // 0: 1
  uint64_t prefill_chunk;       // 0: 256
  uint64_t device_memory;       // bytes; 0: as much as it takes
  int64_t retriever_layer;      // -1: the only one
  const char *retriever_heads;  // "0,3,5", or NULL: all
  const char *feature_layers;   // "1,3,5", or NULL: as the retriever's metadata says
  bool embed_weights;           // inside the object instead of beside it
  bool no_weights;              // write no weights: to look at a graph whose data is elsewhere
  FILE *text_out;               // for text forms without |output|
} spc_compile_options_t;

// How a caller follows along; any member may be NULL. Called on the caller's thread.
typedef struct spc_compile_observer_t {
  void *user;
  void (*phase)(void *user, int index, int count, const char *what);      // a phase begins; |index| counts from 1
  void (*remark)(void *user, const char *text);                           // what a pass reports: one or more lines
  void (*progress)(void *user, uint64_t bytes_done, uint64_t bytes_all);  // within packing of weights
} spc_compile_observer_t;

// Compiles. On error nothing is left behind under the output's name or beside it. The status names the file, node or flag at fault; a graph that
// cannot be raised lists every offending node, one a line.
SPC_WARN_UNUSED spc_status_t spc_compile(const spc_compile_options_t *options, const spc_compile_observer_t *observer);

#endif  // COMPILER_PIPELINE_H_
