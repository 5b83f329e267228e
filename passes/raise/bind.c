// Giving a region's leaves something to be evaluated with.
#include "passes/ir/ir.h"
#include "passes/raise/patterns.h"

// The argument's type as imported; null when there is none.
static MlirType port_type(const spc_raise_graph_t *graph, const spc_raise_port_t *port) {
  MlirAttribute dict = mlirArrayAttrGetElement(spc_attr(graph->func, "arg_attrs"), port - graph->args);
  MlirAttribute type = spc_dict(dict, "onnx.type");
  MlirType none = {NULL};
  if (mlirAttributeIsNull(type) || !mlirAttributeIsAType(type)) return none;
  return mlirTypeIsARankedTensor(mlirTypeAttrGetValue(type)) ? mlirTypeAttrGetValue(type) : none;
}

spc_eval_element_t spc_raise_port_element(const spc_raise_graph_t *graph, const spc_raise_port_t *port,
                                          spc_eval_element_t fallback) {
  MlirType type = port ? port_type(graph, port) : (MlirType){NULL};
  spc_eval_element_t element;
  if (mlirTypeIsNull(type)) return fallback;
  return spc_eval_element_from_mlir(mlirShapedTypeGetElementType(type), &element) ? element : fallback;
}

int64_t spc_raise_port_dim(const spc_raise_graph_t *graph, const spc_raise_port_t *port, intptr_t rank, intptr_t i) {
  MlirType type = port_type(graph, port);
  if (mlirTypeIsNull(type) || mlirShapedTypeGetRank(type) != rank || mlirShapedTypeIsDynamicDim(type, i)) return -1;
  return mlirShapedTypeGetDimSize(type, i);
}

static int64_t known(int64_t dim, int64_t otherwise) { return dim > 0 ? dim : otherwise > 0 ? otherwise : 1; }

static spc_status_t make_argument(const spc_raise_graph_t *graph, const spc_raise_port_t *arg,
                                  const spc_raise_sizes_t *sizes, spc_eval_tensor_t *out) {
  int64_t total = sizes->past + sizes->sequence;
  bool mask = arg->role == SPC_ROLE_MASK;
  int64_t tokens[2] = {sizes->batch, mask ? total : sizes->sequence};
  switch (arg->role) {
    case SPC_ROLE_IDS:
    case SPC_ROLE_POSITIONS:
    case SPC_ROLE_MASK: {
      spc_eval_element_t element = spc_raise_port_element(graph, arg, SPC_EVAL_I64);
      SPC_RETURN_IF_ERROR(spc_eval_tensor_init(element, 2, tokens, out));
      for (int64_t i = 0; out->i && i < out->count; ++i) {
        out->i[i] = mask ? 1 : arg->role == SPC_ROLE_POSITIONS ? sizes->past + i % sizes->sequence : 0;
      }
      return NULL;
    }
    case SPC_ROLE_FEATURES: {
      int64_t dims[3] = {sizes->batch, sizes->sequence, known(spc_raise_port_dim(graph, arg, 3, 2), 1)};
      return spc_eval_tensor_init_shape(spc_raise_port_element(graph, arg, SPC_EVAL_F32), 3, dims, out);
    }
    case SPC_ROLE_PAST_WINDOW: {
      int64_t dims[3] = {sizes->batch, known(spc_raise_port_dim(graph, arg, 3, 1), 1), known(spc_raise_port_dim(graph, arg, 3, 2), 1)};
      return spc_eval_tensor_init_shape(spc_raise_port_element(graph, arg, SPC_EVAL_F32), 3, dims, out);
    }
    case SPC_ROLE_PAST_KEY:
    case SPC_ROLE_PAST_VALUE: {
      int64_t dims[4] = {sizes->batch, known(spc_raise_port_dim(graph, arg, 4, 1), sizes->kv_heads), sizes->past,
                         known(spc_raise_port_dim(graph, arg, 4, 3), sizes->head_size)};
      return spc_eval_tensor_init_shape(spc_raise_port_element(graph, arg, SPC_EVAL_F32), 4, dims, out);
    }
    default:
      return SPC_STATUS(SPC_UNSUPPORTED, "input '%.*s' has no known role", (int)arg->name.length, arg->name.data);
  }
}

spc_status_t spc_raise_bind_leaves(const spc_raise_context_t *context, const spc_raise_region_t *region,
                                   const spc_raise_sizes_t *sizes) {
  for (intptr_t i = 0; i < region->leaf_count; ++i) {
    const spc_raise_leaf_t *leaf = &region->leaves[i];
    if ((!leaf->arg && !leaf->activation) || spc_eval_lookup(context->env, leaf->value)) continue;
    spc_eval_tensor_t tensor = {0};
    int64_t dims[3] = {sizes->batch, sizes->sequence, leaf->activation ? leaf->activation->width : 0};
    spc_status_t status = leaf->arg ? make_argument(context->graph, leaf->arg, sizes, &tensor)
                                    : spc_eval_tensor_init_shape(SPC_EVAL_F32, 3, dims, &tensor);
    if (!status) status = spc_eval_bind(context->env, leaf->value, &tensor);
    spc_eval_tensor_deinit(&tensor);
    if (status) return status;
  }
  return NULL;
}
