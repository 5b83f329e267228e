// A graph recognised: nodes that each become one or a few spc ops.
#ifndef PASSES_RAISE_MODEL_H_
#define PASSES_RAISE_MODEL_H_

#include "passes/raise/attention.h"

typedef enum spc_raise_kind_t {
  SPC_NODE_PENDING = 0,  // demanded, not yet looked at
  SPC_NODE_UNKNOWN,      // reported
  SPC_NODE_FEATURES,     // the argument hidden_states
  SPC_NODE_EMBED,
  SPC_NODE_NORM,
  SPC_NODE_LINEAR,
  SPC_NODE_ADD,
  SPC_NODE_CONCAT,
  SPC_NODE_WINDOW,  // the last |tokens| rows of its input side by side
  SPC_NODE_GATE,    // silu(inputs[0]) * inputs[1]
  SPC_NODE_ATTEND,  // of inputs q, k, v; or scores of q, k
  SPC_NODE_LAST,    // the last token's row of its input: spc computes all rows, the runtime picks
} spc_raise_kind_t;

typedef struct spc_raise_node_t {
  spc_raise_kind_t kind;
  MlirValue value;   // what it stands for; null for the parts of a packed linear
  MlirOperation op;  // null for an argument
  intptr_t order;    // ops are emitted in this order
  intptr_t inputs[3];
  intptr_t input_count;
  spc_raise_weight_t weight, bias;
  double number;                     // eps of a norm, scale of an embedding
  int64_t tokens;                    // of a window
  spc_raise_attention_t *attention;  // owned
  char name[96];                     // of its weight, without ".weight"
  MlirValue result;                  // once emitted
} spc_raise_node_t;

typedef struct spc_raise_model_t {
  spc_raise_node_t *nodes;
  intptr_t count, capacity;
  spc_pointer_map_t node_of;  // value (or the op whose sum it is) -> node
  intptr_t root;
  intptr_t *sorted;  // [count] nodes in the order of emission
} spc_raise_model_t;

void spc_raise_model_deinit(spc_raise_model_t *model);
// Recognises everything behind the roots of |context->graph|. What it can't is in |context->report|, and the model is
// then incomplete.
SPC_WARN_UNUSED spc_status_t spc_raise_classify(spc_raise_context_t *context, spc_raise_model_t *model);
// Notes the live nodes that no pattern can hold, by op type.
SPC_WARN_UNUSED spc_status_t spc_raise_screen(const spc_raise_graph_t *graph, spc_raise_report_t *report);
// Names the weights after Hugging Face's modules: "model.layers.3.self_attn.q_proj". Needs |sorted|.
void spc_raise_name(spc_raise_model_t *model);
// Checks that the layers agree and are numbered 0, 1, ..., and, of an LLM, that its embedding and logits have the same
// vocabulary.
SPC_WARN_UNUSED spc_status_t spc_raise_check_model(const spc_raise_context_t *context, const spc_raise_model_t *model,
                                                   bool is_llm);
// Replaces the function by its raised form. |is_llm|: sets `spc.model`.
SPC_WARN_UNUSED spc_status_t spc_raise_emit(const spc_raise_context_t *context, spc_raise_model_t *model,
                                            MlirModule module, bool is_llm);
// Appends an spc.weight for |weight| named |name|; vectors are of rank 1.
SPC_WARN_UNUSED spc_status_t spc_raise_emit_weight(const spc_raise_context_t *context, MlirBlock block,
                                                   MlirLocation loc, const spc_raise_weight_t *weight, const char *name,
                                                   MlirValue *out_value);

#endif  // PASSES_RAISE_MODEL_H_
