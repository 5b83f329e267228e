// Evaluation on demand: from a value back to what is bound, then forward again.
#include <stdlib.h>
#include <string.h>

#include "mlir-c/BuiltinAttributes.h"
#include "passes/eval/constants.h"
#include "passes/eval/eval.h"
#include "passes/eval/value_map.h"
#include "passes/ir/ir.h"

// An op whose operands are being evaluated. The stack is explicit because a graph may be as deep as it is long.
typedef struct frame_t {
  MlirOperation op;
  intptr_t next_operand;
} frame_t;

struct spc_eval_env_t {
  spc_weight_files_t *files;
  spc_eval_options_t options;
  spc_eval_map_t values;   // by value
  spc_eval_map_t pending;  // by op: those on the stack or computed; meeting one whose result is not known means a cycle
  bool used_random;
};

spc_status_t spc_eval_env_create(spc_weight_files_t *files, const spc_eval_options_t *options, spc_eval_env_t **out_env) {
  *out_env = NULL;
  spc_eval_env_t *env = calloc(1, sizeof *env);
  if (!env) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for an evaluation");
  env->files = files;
  env->options = options ? *options : spc_eval_value_options();
  *out_env = env;
  return NULL;
}

void spc_eval_env_clear(spc_eval_env_t *env) {
  spc_eval_map_deinit(&env->values);
  spc_eval_map_deinit(&env->pending);
}

void spc_eval_env_destroy(spc_eval_env_t *env) {
  if (!env) return;
  spc_eval_env_clear(env);
  free(env);
}

bool spc_eval_used_random_weights(const spc_eval_env_t *env) { return env->used_random; }

spc_status_t spc_eval_bind(spc_eval_env_t *env, MlirValue value, const spc_eval_tensor_t *tensor) {
  spc_eval_tensor_t shared;
  spc_eval_tensor_share(tensor, &shared);
  return spc_eval_map_insert(&env->values, value.ptr, &shared);
}

const spc_eval_tensor_t *spc_eval_lookup(const spc_eval_env_t *env, MlirValue value) { return spc_eval_map_find(&env->values, value.ptr); }

static spc_status_t unbound_argument(MlirValue value) {
  MlirOperation func = mlirBlockGetParentOperation(mlirBlockArgumentGetOwner(value));
  intptr_t number = mlirBlockArgumentGetArgNumber(value);
  MlirAttribute all = mlirOperationIsNull(func) ? mlirAttributeGetNull() : spc_attr(func, "arg_attrs"), name = mlirAttributeGetNull();
  if (!mlirAttributeIsNull(all) && mlirAttributeIsAArray(all) && number < mlirArrayAttrGetNumElements(all)) {
    name = spc_dict(mlirArrayAttrGetElement(all, number), "onnx.name");
  }
  bool has_name = !mlirAttributeIsNull(name) && mlirAttributeIsAString(name);
  MlirStringRef text = has_name ? mlirStringAttrGetValue(name) : spc_str("");
  return SPC_STATUS(SPC_INVALID_ARGUMENT, "input %d '%.*s' of the graph is needed but not bound", (int)number, (int)text.length, text.data);
}

static bool is_constant(MlirOperation op) { return spc_op_is(op, "onnx.initializer") || spc_op_is(op, "onnx.constant"); }

// Computes |op|, whose operands are known, and remembers those results that are not bound.
static spc_status_t compute(spc_eval_env_t *env, MlirOperation op) {
  intptr_t n_inputs = mlirOperationGetNumOperands(op), n_outputs = mlirOperationGetNumResults(op);
  const spc_eval_tensor_t **inputs = calloc(n_inputs > 0 ? (size_t)n_inputs : 1, sizeof *inputs);
  spc_eval_tensor_t *outputs = calloc(n_outputs > 0 ? (size_t)n_outputs : 1, sizeof *outputs);
  spc_status_t status = NULL;
  if (!inputs || !outputs) {
    status = SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for the operands of a node");
    goto cleanup;
  }
  for (intptr_t i = 0; i < n_inputs; i++) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    if (!spc_op_is(spc_value_def(operand), "onnx.none")) inputs[i] = spc_eval_map_find(&env->values, operand.ptr);
  }
  if (is_constant(op) && n_outputs == 1) {
    SPC_GOTO_IF_ERROR(spc_eval_constant(op, env->files, &env->options, &outputs[0], &env->used_random));
  } else {
    SPC_GOTO_IF_ERROR(spc_eval_op(op, &env->options, n_inputs, inputs, n_outputs, outputs));
  }
  for (intptr_t r = 0; r < n_outputs; r++) {
    const void *key = mlirOperationGetResult(op, r).ptr;
    if (!spc_eval_map_find(&env->values, key)) SPC_GOTO_IF_ERROR(spc_eval_map_insert(&env->values, key, &outputs[r]));
  }
cleanup:
  for (intptr_t r = 0; outputs && r < n_outputs; r++) spc_eval_tensor_deinit(&outputs[r]);
  free(outputs);
  free(inputs);
  return status;
}

typedef struct frame_stack_t {
  frame_t *frames;
  size_t count, capacity;
} frame_stack_t;

static spc_status_t push(spc_eval_env_t *env, frame_stack_t *stack, MlirOperation op) {
  if (spc_eval_map_find(&env->pending, op.ptr)) {
    char text[256];
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s depends on its own result", spc_op_describe(op, text, sizeof text));
  }
  if (stack->count == stack->capacity) {
    size_t capacity = stack->capacity ? 2 * stack->capacity : 64;
    frame_t *frames = realloc(stack->frames, capacity * sizeof *frames);
    if (!frames) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a graph %zu nodes deep", capacity);
    stack->frames = frames;
    stack->capacity = capacity;
  }
  spc_eval_tensor_t mark = {0};
  SPC_RETURN_IF_ERROR(spc_eval_map_insert(&env->pending, op.ptr, &mark));
  stack->frames[stack->count++] = (frame_t){op, 0};
  return NULL;
}

// One step of the op on top: looks at its next operand, or computes it.
static spc_status_t step(spc_eval_env_t *env, frame_stack_t *stack) {
  frame_t *top = &stack->frames[stack->count - 1];
  if (top->next_operand == mlirOperationGetNumOperands(top->op)) {
    SPC_RETURN_IF_ERROR(compute(env, top->op));
    stack->count--;
    return NULL;
  }
  MlirValue operand = mlirOperationGetOperand(top->op, top->next_operand++);
  if (spc_eval_map_find(&env->values, operand.ptr)) return NULL;
  MlirOperation def = spc_value_def(operand);
  if (mlirOperationIsNull(def)) return unbound_argument(operand);
  if (spc_op_is(def, "onnx.none")) return NULL;
  // Bound results don't save the op from being computed, when another of its results is needed.
  return push(env, stack, def);
}

static spc_status_t evaluate(spc_eval_env_t *env, MlirOperation op) {
  frame_stack_t stack = {0};
  spc_status_t status = push(env, &stack, op);
  while (!status && stack.count > 0) status = step(env, &stack);
  free(stack.frames);
  if (status) spc_eval_map_deinit(&env->pending);  // after an error the same ops may be tried again
  return status;
}

spc_status_t spc_eval_value(spc_eval_env_t *env, MlirValue value, spc_eval_tensor_t *out_tensor) {
  memset(out_tensor, 0, sizeof *out_tensor);
  const spc_eval_tensor_t *known = spc_eval_map_find(&env->values, value.ptr);
  if (!known) {
    MlirOperation def = spc_value_def(value);
    if (mlirOperationIsNull(def)) return unbound_argument(value);
    if (spc_op_is(def, "onnx.none")) return SPC_STATUS(SPC_INVALID_ARGUMENT, "an absent operand has no value");
    SPC_RETURN_IF_ERROR(evaluate(env, def));
    known = spc_eval_map_find(&env->values, value.ptr);
    if (!known) return SPC_STATUS(SPC_INTERNAL, "an evaluated node left a result unset");
  }
  spc_eval_tensor_share(known, out_tensor);
  return NULL;
}
