#include "passes/raise/graph.h"

#include <stdlib.h>
#include <string.h>

#include "passes/ir/ir.h"

// ---- Roles ---------------------------------------------------------------------------------------------------------

static bool name_is(MlirStringRef name, const char *text) {
  return name.length == strlen(text) && memcmp(name.data, text, name.length) == 0;
}

// Reads "<prefix><layer>.key" or "<prefix><layer>.value".
static bool parse_cache_name(MlirStringRef name, const char *prefix, bool *out_is_key, int64_t *out_layer) {
  size_t n = strlen(prefix), i = n;
  if (name.length <= n || memcmp(name.data, prefix, n) != 0) return false;
  int64_t layer = 0;
  for (; i < name.length && name.data[i] >= '0' && name.data[i] <= '9'; ++i) {
    layer = 10 * layer + (name.data[i] - '0');
    if (layer > 100000) return false;
  }
  if (i == n) return false;
  MlirStringRef rest = {name.data + i, name.length - i};
  *out_is_key = name_is(rest, ".key");
  *out_layer = layer;
  return *out_is_key || name_is(rest, ".value");
}

static spc_raise_port_t argument_port(MlirValue value, MlirStringRef name) {
  spc_raise_port_t port = {value, name, SPC_ROLE_UNKNOWN, -1};
  bool is_key;
  if (name_is(name, "input_ids")) port.role = SPC_ROLE_IDS;
  if (name_is(name, "position_ids")) port.role = SPC_ROLE_POSITIONS;
  if (name_is(name, "attention_mask")) port.role = SPC_ROLE_MASK;
  if (name_is(name, "hidden_states")) port.role = SPC_ROLE_FEATURES;
  if (name_is(name, "past_window")) port.role = SPC_ROLE_PAST_WINDOW;
  if (parse_cache_name(name, "past_key_values.", &is_key, &port.layer))
    port.role = is_key ? SPC_ROLE_PAST_KEY : SPC_ROLE_PAST_VALUE;
  return port;
}

static spc_raise_port_t result_port(MlirValue value, MlirStringRef name) {
  spc_raise_port_t port = {value, name, SPC_ROLE_UNKNOWN, -1};
  bool is_key;
  if (name_is(name, "logits")) port.role = SPC_ROLE_LOGITS;
  if (name_is(name, "attention_weights")) port.role = SPC_ROLE_SCORES;
  if (name_is(name, "present_window")) port.role = SPC_ROLE_PRESENT_WINDOW;
  if (parse_cache_name(name, "present.", &is_key, &port.layer))
    port.role = is_key ? SPC_ROLE_PRESENT_KEY : SPC_ROLE_PRESENT_VALUE;
  return port;
}

const spc_raise_port_t *spc_raise_arg(const spc_raise_graph_t *graph, spc_raise_role_t role, int64_t layer) {
  for (intptr_t i = 0; i < graph->arg_count; ++i) {
    if (graph->args[i].role == role && (layer < 0 || graph->args[i].layer == layer)) return &graph->args[i];
  }
  return NULL;
}

const spc_raise_port_t *spc_raise_result(const spc_raise_graph_t *graph, spc_raise_role_t role, int64_t layer) {
  for (intptr_t i = 0; i < graph->result_count; ++i) {
    if (graph->results[i].role == role && (layer < 0 || graph->results[i].layer == layer)) return &graph->results[i];
  }
  return NULL;
}

const spc_raise_port_t *spc_raise_arg_of(const spc_raise_graph_t *graph, MlirValue value) {
  if (!mlirValueIsABlockArgument(value)) return NULL;
  intptr_t i = mlirBlockArgumentGetArgNumber(value);
  return i < graph->arg_count ? &graph->args[i] : NULL;
}

const spc_raise_activation_t *spc_raise_activation(const spc_raise_graph_t *graph, MlirValue value) {
  intptr_t i = spc_pointer_map_get(&graph->activation_of, value.ptr, -1);
  return i < 0 ? NULL : &graph->activations[i];
}

intptr_t spc_raise_order(const spc_raise_graph_t *graph, MlirOperation op) {
  return spc_pointer_map_get(&graph->order, op.ptr, -1);
}

// ---- Reading the function ------------------------------------------------------------------------------------------

static MlirStringRef port_name(MlirAttribute dicts, intptr_t i) {
  MlirAttribute dict =
      !mlirAttributeIsNull(dicts) && mlirAttributeIsAArray(dicts) && i < mlirArrayAttrGetNumElements(dicts)
          ? mlirArrayAttrGetElement(dicts, i)
          : mlirAttributeGetNull();
  MlirAttribute name = spc_dict(dict, "onnx.name");
  return !mlirAttributeIsNull(name) && mlirAttributeIsAString(name) ? mlirStringAttrGetValue(name) : spc_str("");
}

static void mark_live(spc_raise_graph_t *graph, MlirValue value) {
  MlirOperation def = spc_value_def(value);
  intptr_t i = mlirOperationIsNull(def) ? -1 : spc_raise_order(graph, def);
  if (i >= 0) graph->live[i] = 1;
}

static spc_status_t read_ports(spc_raise_graph_t *graph, MlirOperation returns) {
  MlirAttribute arg_dicts = spc_attr(graph->func, "arg_attrs"), result_dicts = spc_attr(graph->func, "res_attrs");
  graph->arg_count = mlirBlockGetNumArguments(graph->block);
  graph->result_count = mlirOperationGetNumOperands(returns);
  graph->args = calloc((size_t)graph->arg_count + 1, sizeof *graph->args);
  graph->results = calloc((size_t)graph->result_count + 1, sizeof *graph->results);
  if (!graph->args || !graph->results)
    return SPC_STATUS(SPC_OUT_OF_MEMORY, "raise: no memory for the arguments of a function");
  for (intptr_t i = 0; i < graph->arg_count; ++i) {
    graph->args[i] = argument_port(mlirBlockGetArgument(graph->block, i), port_name(arg_dicts, i));
  }
  for (intptr_t i = 0; i < graph->result_count; ++i) {
    graph->results[i] = result_port(mlirOperationGetOperand(returns, i), port_name(result_dicts, i));
  }
  return NULL;
}

// Batch, when the ids' first dimension is a number. A sequence dimension that is a number can't be compiled for other
// lengths.
static spc_status_t check_ids(spc_raise_graph_t *graph, spc_raise_report_t *report) {
  graph->fixed_batch = -1;
  const spc_raise_port_t *ids = spc_raise_arg(graph, SPC_ROLE_IDS, -1);
  if (!ids) return spc_raise_report_add(report, graph->func, -1, "the graph has no input named 'input_ids'");
  MlirAttribute dict = mlirArrayAttrGetElement(spc_attr(graph->func, "arg_attrs"), ids - graph->args);
  MlirAttribute type = spc_dict(dict, "onnx.type");
  if (mlirAttributeIsNull(type) || !mlirAttributeIsAType(type)) return NULL;
  MlirType shaped = mlirTypeAttrGetValue(type);
  if (!mlirTypeIsARankedTensor(shaped) || mlirShapedTypeGetRank(shaped) != 2) {
    return spc_raise_report_add(report, graph->func, -1,
                                "input 'input_ids' must have the dimensions [batch, sequence]");
  }
  if (!mlirShapedTypeIsDynamicDim(shaped, 0)) graph->fixed_batch = mlirShapedTypeGetDimSize(shaped, 0);
  if (!mlirShapedTypeIsDynamicDim(shaped, 1)) {
    return spc_raise_report_add(
        report, graph->func, -1,
        "input 'input_ids' has a fixed sequence length of %lld; export the graph with dynamic sequence, past "
        "and batch dimensions",
        (long long)mlirShapedTypeGetDimSize(shaped, 1));
  }
  return NULL;
}

static spc_status_t add_activation(spc_raise_graph_t *graph, MlirValue value, spc_raise_activation_kind_t kind,
                                   int64_t width) {
  if (spc_pointer_map_get(&graph->activation_of, value.ptr, -1) >= 0) return NULL;
  SPC_RETURN_IF_ERROR(spc_array_reserve((void **)&graph->activations, graph->activation_count,
                                        &graph->activation_capacity, sizeof *graph->activations));
  graph->activations[graph->activation_count] = (spc_raise_activation_t){value, kind, width};
  return spc_pointer_map_set(&graph->activation_of, value.ptr, graph->activation_count++);
}

static spc_status_t find_activations(spc_raise_graph_t *graph) {
  // Results of linears first: what one linear gives may be what another reads, and as a leaf it counts as the former.
  for (intptr_t i = 0; i < graph->op_count; ++i) {
    MlirOperation op = graph->ops[i];
    if (!graph->live[i] || mlirOperationGetNumResults(op) == 0) continue;
    spc_raise_linear_t linear;
    if (spc_raise_match_linear(mlirOperationGetResult(op, 0), &linear) && mlirOperationEqual(linear.op, op)) {
      SPC_RETURN_IF_ERROR(
          add_activation(graph, mlirOperationGetResult(op, 0), SPC_ACTIVATION_LINEAR, linear.weight.rows));
    }
    spc_raise_weight_t table;
    MlirValue ids;
    if (spc_raise_match_embed(op, &table, &ids)) {
      SPC_RETURN_IF_ERROR(add_activation(graph, mlirOperationGetResult(op, 0), SPC_ACTIVATION_EMBED, table.cols));
    }
  }
  intptr_t linears = graph->activation_count;
  for (intptr_t i = 0; i < linears; ++i) {
    if (graph->activations[i].kind != SPC_ACTIVATION_LINEAR) continue;
    spc_raise_linear_t linear;
    if (!spc_raise_match_linear(graph->activations[i].value, &linear)) continue;
    SPC_RETURN_IF_ERROR(add_activation(graph, linear.x, SPC_ACTIVATION_INPUT, linear.weight.cols));
  }
  return NULL;
}

static spc_status_t report_unknown_ports(spc_raise_graph_t *graph, spc_raise_report_t *report) {
  for (intptr_t i = 0; i < graph->arg_count; ++i) {
    const spc_raise_port_t *arg = &graph->args[i];
    if (arg->role != SPC_ROLE_UNKNOWN) continue;
    for (MlirOpOperand use = mlirValueGetFirstUse(arg->value); !mlirOpOperandIsNull(use);
         use = mlirOpOperandGetNextUse(use)) {
      intptr_t user = spc_raise_order(graph, mlirOpOperandGetOwner(use));
      if (user < 0 || !graph->live[user]) continue;
      SPC_RETURN_IF_ERROR(spc_raise_report_add(
          report, graph->func, -1,
          "input '%.*s' has no known role (known: input_ids, position_ids, attention_mask, past_key_values.L.key, "
          "past_key_values.L.value, hidden_states, past_window)",
          (int)arg->name.length, arg->name.data));
      break;
    }
  }
  return NULL;
}

spc_status_t spc_raise_graph_init(MlirOperation func, spc_weight_files_t *files, spc_raise_report_t *report,
                                  spc_raise_graph_t *graph) {
  *graph = (spc_raise_graph_t){
      .ctx = mlirOperationGetContext(func), .func = func, .block = spc_func_block(func), .files = files};
  spc_status_t status = NULL;
  if (mlirBlockIsNull(graph->block)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "the function has no body");
  MlirOperation returns = spc_func_return(func);
  if (mlirOperationIsNull(returns)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "the function does not return");
  intptr_t capacity = 0;
  for (MlirOperation op = mlirBlockGetFirstOperation(graph->block); !mlirOperationIsNull(op);
       op = mlirOperationGetNextInBlock(op)) {
    if (mlirOperationEqual(op, returns)) break;
    SPC_GOTO_IF_ERROR(spc_array_reserve((void **)&graph->ops, graph->op_count, &capacity, sizeof *graph->ops));
    graph->ops[graph->op_count] = op;
    SPC_GOTO_IF_ERROR(spc_pointer_map_set(&graph->order, op.ptr, graph->op_count++));
  }
  graph->live = calloc((size_t)graph->op_count + 1, 1);
  if (!graph->live) {
    status = SPC_STATUS(SPC_OUT_OF_MEMORY, "raise: no memory for %td nodes", graph->op_count);
    goto cleanup;
  }
  SPC_GOTO_IF_ERROR(read_ports(graph, returns));
  for (intptr_t i = 0; i < graph->result_count; ++i) {
    if (graph->results[i].role != SPC_ROLE_UNKNOWN) mark_live(graph, graph->results[i].value);
  }
  for (intptr_t i = graph->op_count; i-- > 0;) {
    if (!graph->live[i]) continue;
    for (intptr_t k = 0; k < mlirOperationGetNumOperands(graph->ops[i]); ++k)
      mark_live(graph, mlirOperationGetOperand(graph->ops[i], k));
  }
  SPC_GOTO_IF_ERROR(check_ids(graph, report));
  SPC_GOTO_IF_ERROR(report_unknown_ports(graph, report));
  SPC_GOTO_IF_ERROR(find_activations(graph));
cleanup:
  if (status) spc_raise_graph_deinit(graph);
  return status;
}

void spc_raise_graph_deinit(spc_raise_graph_t *graph) {
  free(graph->ops);
  free(graph->live);
  free(graph->args);
  free(graph->results);
  free(graph->activations);
  spc_pointer_map_deinit(&graph->order);
  spc_pointer_map_deinit(&graph->activation_of);
  *graph = (spc_raise_graph_t){0};
}
