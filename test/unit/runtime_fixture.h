// A small transformer written as a plan by hand, with kernels in plain C, so that the runtime is tested without the compiler; and the same
// model computed directly, without plan, pages or slots, to compare with.
//
// Every opcode and operand kind occurs. Three layers, four query and two KV heads of 4, a retriever head fed with the features of layer 1
// and the embeddings of the last three tokens.
#ifndef TEST_UNIT_RUNTIME_FIXTURE_H_
#define TEST_UNIT_RUNTIME_FIXTURE_H_

#include <stdbool.h>

#include "spc/abi.h"
#include "spc/spc.h"

enum {
  FIX_VOCAB = 29,
  FIX_HIDDEN = 16,
  FIX_LAYERS = 3,
  FIX_Q_HEADS = 4,
  FIX_KV_HEADS = 2,
  FIX_HEAD = 4,
  FIX_FFN = 24,
  FIX_PAGE = 4,
  FIX_CHUNK = 16,
  FIX_MAX_SEQ = 64,
  FIX_MAX_BATCH = 3,
  FIX_SINK = 1,
  FIX_RECENT = 2,
  FIX_FEATURE_LAYER = 1,
  FIX_WINDOW = 3,
};
#define FIX_SCALE 0.5
#define FIX_EPS 1e-5

typedef struct fixture_options_t {
  uint32_t element;  // of linear weights: SPC_F32, SPC_BF16 or SPC_F16
  uint64_t budget;   // 0: no retriever
  bool f32_biases;   // whatever the weights are
} fixture_options_t;

typedef struct fixture_t {
  spc_plan_t plan;
  spc_kernel_t kernels[32];
  spc_weight_t weights[64];
  spc_cache_t caches[FIX_LAYERS + 1];
  spc_operand_t operands[1024];
  spc_command_t commands[256];
  uint64_t thresholds[FIX_LAYERS + 1];
  char names[64][24];  // of weights
  _Alignas(64) uint8_t data[64 << 10];
} fixture_t;

// Malloc'ed; the caller frees with free.
fixture_t *fixture_create(const fixture_options_t *options);
// Index of the weight |name|, such as "0.qkv".
int fixture_weight(const fixture_t *fixture, const char *name);
// Writes the weights as a safetensors file.
void fixture_write_weights(const fixture_t *fixture, const char *path);
// A kernel with |args| arguments that does nothing, for fuzzing.
void fixture_noop_kernel(const spc_arg_t *args, int64_t begin, int64_t end);

// Kernels by name; NULL ends the table (runtime_fixture_kernels.c). Their arguments are those of compiler/kernels/host/README.md, except that "append"
// rotates by positions itself.
extern const spc_kernel_t fixture_kernels[];

// ---- The same model, directly (runtime_fixture_reference.c)

typedef struct reference_t reference_t;
reference_t *reference_create(const fixture_t *fixture);
void reference_destroy(reference_t *reference);
// Appends |token|; logits of [FIX_VOCAB]. With |sparse| attends to the tokens its own retriever selects.
void reference_step(reference_t *reference, int32_t token, bool sparse, float *out_logits);
// What the last sparse step selected for |head|: ascending; returns how many.
int reference_selection(const reference_t *reference, int head, int32_t *out_tokens);

#endif  // TEST_UNIT_RUNTIME_FIXTURE_H_
