// A function of the onnx dialect as raising sees it: arguments and results by role, constants looked through, and the
// values whose shape [batch, sequence, width] is known from the weights around them.
#ifndef PASSES_RAISE_GRAPH_H_
#define PASSES_RAISE_GRAPH_H_

#include "frontend/weight_files.h"
#include "mlir-c/IR.h"
#include "passes/raise/pointer_map.h"
#include "passes/raise/report.h"

typedef enum spc_raise_role_t {
  SPC_ROLE_UNKNOWN = 0,
  SPC_ROLE_IDS,        // input_ids [B,S]
  SPC_ROLE_POSITIONS,  // position_ids [B,S]
  SPC_ROLE_MASK,       // attention_mask [B,P+S]
  SPC_ROLE_FEATURES,   // hidden_states [B,S,F]
  SPC_ROLE_PAST_KEY,   // past_key_values.L.key [B,Hkv,P,d]
  SPC_ROLE_PAST_VALUE,
  SPC_ROLE_PAST_WINDOW,  // past_window [B,W-1,E]
  SPC_ROLE_LOGITS,  // results
  SPC_ROLE_SCORES,  // attention_weights [B,Hq,S,P+S]
  SPC_ROLE_PRESENT_KEY,
  SPC_ROLE_PRESENT_VALUE,
  SPC_ROLE_PRESENT_WINDOW,
} spc_raise_role_t;

typedef struct spc_raise_port_t {  // an argument or a result
  MlirValue value;
  MlirStringRef name;
  spc_raise_role_t role;
  int64_t layer;  // of past and present, else -1
} spc_raise_port_t;

// A constant matrix [rows, cols] as a linear layer y = x W^T wants it (rows: outputs), or a vector of |rows| (cols =
// 1).
typedef struct spc_raise_weight_t {
  MlirOperation source;  // onnx.initializer or onnx.constant; null when absent
  bool transpose;        // stored as [cols, rows]
  int64_t rows, cols;
  int64_t row_begin, row_end;
} spc_raise_weight_t;

typedef enum spc_raise_activation_kind_t {
  SPC_ACTIVATION_INPUT,   // what a linear reads
  SPC_ACTIVATION_LINEAR,  // what it gives, its bias included: the leaves of regions
  SPC_ACTIVATION_EMBED,
} spc_raise_activation_kind_t;

typedef struct spc_raise_activation_t {
  MlirValue value;
  spc_raise_activation_kind_t kind;
  int64_t width;
} spc_raise_activation_t;

typedef struct spc_raise_graph_t {
  MlirContext ctx;
  MlirOperation func;
  MlirBlock block;
  spc_weight_files_t *files;  // borrowed
  intptr_t op_count;
  MlirOperation *ops;       // in block order, the return excluded
  spc_pointer_map_t order;  // op -> index into ops
  uint8_t *live;            // [op_count]: some root depends on it
  spc_raise_port_t *args, *results;
  intptr_t arg_count, result_count;
  int64_t fixed_batch;  // batch the graph is exported for, or -1
  spc_raise_activation_t *activations;
  intptr_t activation_count, activation_capacity;
  spc_pointer_map_t activation_of;  // value -> index into activations
} spc_raise_graph_t;

// Reads |func|. Arguments and results that have no known role are noted in |report| when something depends on them.
SPC_WARN_UNUSED spc_status_t spc_raise_graph_init(MlirOperation func, spc_weight_files_t *files,
                                                  spc_raise_report_t *report, spc_raise_graph_t *out_graph);
void spc_raise_graph_deinit(spc_raise_graph_t *graph);

// Index of |op| in the block; where a diagnostic about it belongs.
intptr_t spc_raise_order(const spc_raise_graph_t *graph, MlirOperation op);
// The argument or result with |role| and |layer| (-1: any), or NULL.
const spc_raise_port_t *spc_raise_arg(const spc_raise_graph_t *graph, spc_raise_role_t role, int64_t layer);
const spc_raise_port_t *spc_raise_result(const spc_raise_graph_t *graph, spc_raise_role_t role, int64_t layer);
// The argument |value| is, or NULL.
const spc_raise_port_t *spc_raise_arg_of(const spc_raise_graph_t *graph, MlirValue value);
// The activation |value| is, or NULL.
const spc_raise_activation_t *spc_raise_activation(const spc_raise_graph_t *graph, MlirValue value);

// True for onnx.|type| and onnx_ms.|type|.
bool spc_raise_is(MlirOperation op, const char *type);
bool spc_raise_is_constant(MlirOperation op);  // onnx.initializer or onnx.constant
// The |i|-th operand; null when absent (missing or onnx.none).
MlirValue spc_raise_operand(MlirOperation op, intptr_t i);
// Looks through Identity, Dropout, float Cast and Concat of one.
MlirValue spc_raise_peel(MlirValue value);
// The shaped type of a constant's contents; null when it is none.
MlirType spc_raise_constant_type(MlirOperation op);

// When |value| is a constant matrix (looking through Cast, Identity and Transpose): its weight as stored, [rows, cols]
// after those transposes, not after the one that a MatMul's right operand implies.
bool spc_raise_match_matrix(MlirValue value, spc_raise_weight_t *out_weight);
// When |value| is a constant float vector [n] (also [1,..,1,n]).
bool spc_raise_match_vector(MlirValue value, spc_raise_weight_t *out_weight);
// When |value| is one constant float of shape [] or [1,..,1] whose bytes are in the IR: its value.
bool spc_raise_match_scalar(MlirValue value, double *out_value);

// y = x W^T + bias: a MatMul or Gemm with a constant matrix, and the Add of a constant vector of its width.
typedef struct spc_raise_linear_t {
  MlirOperation op;  // the last of it
  MlirValue x;
  spc_raise_weight_t weight, bias;
} spc_raise_linear_t;
bool spc_raise_match_linear(MlirValue value, spc_raise_linear_t *out_linear);
// A Gather of rows of a constant matrix.
bool spc_raise_match_embed(MlirOperation op, spc_raise_weight_t *out_weight, MlirValue *out_ids);

#endif  // PASSES_RAISE_GRAPH_H_
