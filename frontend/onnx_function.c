#include "frontend/onnx_function.h"

#include <stdlib.h>
#include <string.h>

#include "frontend/onnx_attributes.h"
#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/BuiltinTypes.h"

#define LABEL_SIZE 256
#define MAX_METADATA 1024  // entries kept; they are informative

typedef struct builder_t {
  const spc_onnx_source_t *source;
  spc_onnx_graph_t *graph;
  MlirContext ctx;
  MlirType value_type;  // !onnx.value
  MlirBlock block;
  MlirValue none;  // made when the first absent operand needs it
} builder_t;

static MlirStringRef str(const char *text) { return mlirStringRefCreateFromCString(text); }

static MlirNamedAttribute named(MlirContext ctx, const char *name, MlirAttribute attribute) {
  return mlirNamedAttributeGet(mlirIdentifierGet(ctx, str(name)), attribute);
}

static MlirNamedAttribute named_string(MlirContext ctx, const char *name, const char *text) {
  return named(ctx, name, mlirStringAttrGet(ctx, str(text)));
}

static MlirNamedAttribute named_i64(MlirContext ctx, const char *name, int64_t number) {
  return named(ctx, name, mlirIntegerAttrGet(mlirIntegerTypeGet(ctx, 64), number));
}

static MlirLocation named_location(MlirContext ctx, const char *name) {
  return mlirLocationNameGet(ctx, str(name), mlirLocationUnknownGet(ctx));
}

// Appends an op to the block.
static MlirOperation append(builder_t *builder, const char *name, MlirLocation location, size_t n_operands, const MlirValue *operands,
                            size_t n_results, size_t n_attributes, const MlirNamedAttribute *attributes) {
  MlirOperationState state = mlirOperationStateGet(str(name), location);
  mlirOperationStateAddAttributes(&state, (intptr_t)n_attributes, attributes);
  mlirOperationStateAddOperands(&state, (intptr_t)n_operands, operands);
  for (size_t i = 0; i < n_results; ++i) mlirOperationStateAddResults(&state, 1, &builder->value_type);
  MlirOperation op = mlirOperationCreate(&state);
  mlirBlockAppendOwnedOperation(builder->block, op);
  return op;
}

// ---- Tensors -------------------------------------------------------------------------------------------------------

static MlirValue append_tensor(builder_t *builder, MlirLocation location, const char *name, const spc_onnx_tensor_t *tensor) {
  MlirContext ctx = builder->ctx;
  MlirOperation op;
  if (!mlirAttributeIsNull(tensor->value)) {
    MlirNamedAttribute attributes[] = {named_string(ctx, "name", name), named(ctx, "value", tensor->value)};
    op = append(builder, "onnx.constant", location, 0, NULL, 1, 2, attributes);
  } else {
    MlirNamedAttribute attributes[] = {
        named_string(ctx, "name", name),
        named_i64(ctx, "file", tensor->file),
        named_i64(ctx, "offset", (int64_t)tensor->offset),
        named_i64(ctx, "length", (int64_t)tensor->length),
        named(ctx, "type", mlirTypeAttrGet(tensor->type)),
    };
    op = append(builder, "onnx.initializer", location, 0, NULL, 1, sizeof attributes / sizeof *attributes, attributes);
  }
  return mlirOperationGetResult(op, 0);
}

static spc_status_t append_initializers(builder_t *builder) {
  const Onnx__GraphProto *proto = builder->graph->proto;
  for (size_t i = 0; i < proto->n_initializer; ++i) {
    const char *name = proto->initializer[i]->name;
    spc_onnx_tensor_t tensor;
    spc_status_t status = spc_onnx_tensor_read(builder->source, proto->initializer[i], &tensor);
    if (status) return spc_status_annotate(status, "initializer '%s'", name);
    spc_onnx_graph_find(builder->graph, name)->value = append_tensor(builder, named_location(builder->ctx, name), name, &tensor);
  }
  return NULL;
}

// ---- Nodes ---------------------------------------------------------------------------------------------------------

// "onnx.MatMul" for a node of a type that a dialect lists, else false. Names in lower case are our own ops.
static bool op_name(const builder_t *builder, const Onnx__NodeProto *node, char *buffer, size_t size) {
  const char *domain = spc_onnx_text(node->domain);
  const char *dialect = !*domain || !strcmp(domain, "ai.onnx") ? "onnx" : !strcmp(domain, "com.microsoft") ? "onnx_ms" : NULL;
  if (!dialect || node->op_type[0] < 'A' || node->op_type[0] > 'Z') return false;
  int n = snprintf(buffer, size, "%s.%s", dialect, node->op_type);
  return n > 0 && (size_t)n < size && mlirContextIsRegisteredOperation(builder->ctx, str(buffer));
}

static MlirLocation node_location(const builder_t *builder, const Onnx__NodeProto *node) {
  if (*spc_onnx_text(node->name)) return named_location(builder->ctx, node->name);
  const char *output = "";
  for (size_t i = 0; i < node->n_output && !*output; ++i) output = spc_onnx_text(node->output[i]);
  char text[LABEL_SIZE];
  snprintf(text, sizeof text, "%s -> %s", node->op_type, output);
  return named_location(builder->ctx, text);
}

static MlirValue absent_operand(builder_t *builder) {
  if (mlirValueIsNull(builder->none)) {
    MlirLocation location = mlirLocationUnknownGet(builder->ctx);
    builder->none = mlirOperationGetResult(append(builder, "onnx.none", location, 0, NULL, 1, 0, NULL), 0);
  }
  return builder->none;
}

static void set_outputs(builder_t *builder, const Onnx__NodeProto *node, MlirOperation op) {
  for (size_t i = 0; i < node->n_output; ++i) {
    const char *name = spc_onnx_text(node->output[i]);
    if (*name) spc_onnx_graph_find(builder->graph, name)->value = mlirOperationGetResult(op, (intptr_t)i);
  }
}

static spc_status_t append_constant(builder_t *builder, const Onnx__NodeProto *node) {
  if (node->n_input || node->n_output != 1)
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "a Constant has no operand and one output; this has %zu and %zu", node->n_input,
                      node->n_output);
  const char *name = spc_onnx_text(node->output[0]);
  spc_onnx_tensor_t tensor;
  SPC_RETURN_IF_ERROR(spc_onnx_constant_read(builder->source, node, &tensor));
  MlirValue value = append_tensor(builder, node_location(builder, node), name, &tensor);
  if (*name) spc_onnx_graph_find(builder->graph, name)->value = value;
  return NULL;
}

// op_type, domain, outputs and what the node has itself. |out_attributes| has room for three more than the node has.
static spc_status_t read_attributes(builder_t *builder, const Onnx__NodeProto *node, bool supported, MlirNamedAttribute *out_attributes,
                                    size_t *out_count) {
  MlirContext ctx = builder->ctx;
  *out_count = 0;
  MlirAttribute *outputs = calloc(node->n_output + 1, sizeof *outputs);
  if (!outputs) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu outputs", node->n_output);
  for (size_t i = 0; i < node->n_output; ++i) outputs[i] = mlirStringAttrGet(ctx, str(spc_onnx_text(node->output[i])));
  out_attributes[(*out_count)++] = named(ctx, "outputs", mlirArrayAttrGet(ctx, (intptr_t)node->n_output, outputs));
  free(outputs);
  if (!supported) {
    out_attributes[(*out_count)++] = named_string(ctx, "op_type", node->op_type);
    out_attributes[(*out_count)++] = named_string(ctx, "domain", spc_onnx_text(node->domain));
  }
  return spc_onnx_attributes_read(builder->source, node, out_attributes, out_count);
}

static spc_status_t append_node(builder_t *builder, size_t index) {
  const spc_onnx_graph_t *graph = builder->graph;
  const Onnx__NodeProto *node = graph->proto->node[index];
  const char *domain = spc_onnx_text(node->domain);
  if (!*spc_onnx_text(node->op_type)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "it has no op type");
  if (!node->n_output) return SPC_STATUS(SPC_INVALID_ARGUMENT, "it has no output");
  if (!strcmp(node->op_type, "Constant") && (!*domain || !strcmp(domain, "ai.onnx"))) return append_constant(builder, node);

  size_t begin = graph->read_begin[index], n_operands = graph->read_begin[index + 1] - begin, n_attributes;
  MlirValue *operands = calloc(n_operands + 1, sizeof *operands);
  MlirNamedAttribute *attributes = calloc(node->n_attribute + 3, sizeof *attributes);
  spc_status_t status = NULL;
  if (!operands || !attributes) {
    status = SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu operands and %zu attributes", n_operands, node->n_attribute);
    goto cleanup;
  }
  for (size_t i = 0; i < n_operands; ++i) {
    size_t read = graph->reads[begin + i];
    operands[i] = read == SPC_ONNX_ABSENT ? absent_operand(builder) : graph->definitions[read].value;
  }
  char name[LABEL_SIZE];
  bool supported = op_name(builder, node, name, sizeof name);
  SPC_GOTO_IF_ERROR(read_attributes(builder, node, supported, attributes, &n_attributes));
  set_outputs(builder, node, append(builder, supported ? name : "onnx.unsupported", node_location(builder, node), n_operands, operands,
                                    node->n_output, n_attributes, attributes));

cleanup:
  free(operands);
  free(attributes);
  return status;
}

static spc_status_t append_nodes(builder_t *builder) {
  const spc_onnx_graph_t *graph = builder->graph;
  for (size_t i = 0; i < graph->proto->n_node; ++i) {
    spc_status_t status = append_node(builder, graph->order[i]);
    if (!status) continue;
    char label[LABEL_SIZE];
    return spc_status_annotate(status, "%s", spc_onnx_node_label(graph->proto, graph->order[i], label, sizeof label));
  }
  return NULL;
}

static spc_status_t append_return(builder_t *builder) {
  const Onnx__GraphProto *proto = builder->graph->proto;
  MlirValue *operands = calloc(proto->n_output + 1, sizeof *operands);
  if (!operands) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu outputs", proto->n_output);
  spc_status_t status = NULL;
  for (size_t i = 0; i < proto->n_output; ++i) {
    const char *name = spc_onnx_text(proto->output[i]->name);
    const spc_onnx_definition_t *definition = spc_onnx_graph_find(builder->graph, name);
    if (!definition) {
      status = SPC_STATUS(SPC_INVALID_ARGUMENT, "the graph's output %zu, '%s', is defined by no node", i, name);
      goto cleanup;
    }
    operands[i] = definition->value;
  }
  append(builder, "func.return", mlirLocationUnknownGet(builder->ctx), proto->n_output, operands, 0, 0, NULL);

cleanup:
  free(operands);
  return status;
}

// ---- The function itself -------------------------------------------------------------------------------------------

// onnx.dims and onnx.type of an input.
static spc_status_t describe_input(MlirContext ctx, const Onnx__ValueInfoProto *input, MlirAttribute *out_dims, MlirAttribute *out_type) {
  const Onnx__TypeProto__Tensor *tensor =
      input->type && input->type->value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE ? input->type->tensor_type : NULL;
  if (!tensor) return SPC_STATUS(SPC_UNSUPPORTED, "it is not declared as a tensor, and spc takes no other inputs");
  MlirType type;
  SPC_RETURN_IF_ERROR(spc_onnx_element_type(ctx, tensor->elem_type, &type));
  *out_dims = mlirArrayAttrGet(ctx, 0, NULL);
  *out_type = mlirTypeAttrGet(mlirUnrankedTensorTypeGet(type));
  if (!tensor->shape) return NULL;

  size_t rank = tensor->shape->n_dim;
  spc_status_t status = NULL;
  int64_t *dims = calloc(rank + 1, sizeof *dims);
  MlirAttribute *names = calloc(rank + 1, sizeof *names);
  if (!dims || !names) {
    status = SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu dimensions", rank);
    goto cleanup;
  }
  for (size_t i = 0; i < rank; ++i) {
    const Onnx__TensorShapeProto__Dimension *dim = tensor->shape->dim[i];
    char number[24] = "";
    const char *name = number;
    dims[i] = -1;
    if (dim->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE) {
      dims[i] = dim->dim_value;
      snprintf(number, sizeof number, "%lld", (long long)dim->dim_value);
      if (dims[i] < 0) {
        status = SPC_STATUS(SPC_INVALID_ARGUMENT, "dimension %zu is %lld", i, (long long)dims[i]);
        goto cleanup;
      }
    } else if (dim->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM) {
      name = spc_onnx_text(dim->dim_param);
    }
    names[i] = mlirStringAttrGet(ctx, str(name));
  }
  SPC_GOTO_IF_ERROR(spc_onnx_tensor_type(ctx, tensor->elem_type, rank, dims, &type));
  *out_dims = mlirArrayAttrGet(ctx, (intptr_t)rank, names);
  *out_type = mlirTypeAttrGet(type);

cleanup:
  free(dims);
  free(names);
  return status;
}

// Adds an argument for every input without an initializer; *out_attributes is func.func's arg_attrs.
static spc_status_t append_arguments(builder_t *builder, MlirAttribute *out_attributes) {
  MlirContext ctx = builder->ctx;
  const Onnx__GraphProto *proto = builder->graph->proto;
  MlirAttribute *attributes = calloc(proto->n_input + 1, sizeof *attributes);
  if (!attributes) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu inputs", proto->n_input);
  intptr_t count = 0;
  spc_status_t status = NULL;
  for (size_t i = 0; i < proto->n_input; ++i) {
    const char *name = proto->input[i]->name;
    if (spc_onnx_graph_input_is_initialized(builder->graph, i)) continue;
    MlirAttribute dims, type;
    status = describe_input(ctx, proto->input[i], &dims, &type);
    if (status) {
      status = spc_status_annotate(status, "input '%s'", name);
      goto cleanup;
    }
    MlirNamedAttribute described[] = {named(ctx, "onnx.dims", dims), named_string(ctx, "onnx.name", name), named(ctx, "onnx.type", type)};
    attributes[count++] = mlirDictionaryAttrGet(ctx, 3, described);
    spc_onnx_graph_find(builder->graph, name)->value =
        mlirBlockAddArgument(builder->block, builder->value_type, named_location(ctx, name));
  }
  *out_attributes = mlirArrayAttrGet(ctx, count, attributes);

cleanup:
  free(attributes);
  return status;
}

static spc_status_t result_attributes(const builder_t *builder, MlirAttribute *out_attributes) {
  const Onnx__GraphProto *proto = builder->graph->proto;
  MlirAttribute *attributes = calloc(proto->n_output + 1, sizeof *attributes);
  if (!attributes) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu outputs", proto->n_output);
  for (size_t i = 0; i < proto->n_output; ++i) {
    MlirNamedAttribute name = named_string(builder->ctx, "onnx.name", spc_onnx_text(proto->output[i]->name));
    attributes[i] = mlirDictionaryAttrGet(builder->ctx, 1, &name);
  }
  *out_attributes = mlirArrayAttrGet(builder->ctx, (intptr_t)proto->n_output, attributes);
  free(attributes);
  return NULL;
}

// |count| values of the one type, twice: what mlirFunctionTypeGet wants.
static spc_status_t function_type(const builder_t *builder, size_t inputs, size_t results, MlirType *out_type) {
  size_t most = inputs > results ? inputs : results;
  MlirType *types = calloc(most + 1, sizeof *types);
  if (!types) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu types", most);
  for (size_t i = 0; i < most; ++i) types[i] = builder->value_type;
  *out_type = mlirFunctionTypeGet(builder->ctx, (intptr_t)inputs, types, (intptr_t)results, types);
  free(types);
  return NULL;
}

static MlirAttribute metadata(MlirContext ctx, const Onnx__ModelProto *model) {
  MlirNamedAttribute entries[MAX_METADATA];
  intptr_t count = 0;
  for (size_t i = 0; i < model->n_metadata_props && i < MAX_METADATA; ++i) {
    const char *key = spc_onnx_text(model->metadata_props[i]->key);
    bool repeated = false;  // the first counts
    for (size_t j = 0; j < i && !repeated; ++j) repeated = !strcmp(key, spc_onnx_text(model->metadata_props[j]->key));
    if (*key && !repeated) entries[count++] = named_string(ctx, key, spc_onnx_text(model->metadata_props[i]->value));
  }
  return mlirDictionaryAttrGet(ctx, count, entries);
}

static int64_t opset_of(const Onnx__ModelProto *model, const char *domain, const char *alias) {
  for (size_t i = 0; i < model->n_opset_import; ++i) {
    const char *imported = spc_onnx_text(model->opset_import[i]->domain);
    if (!strcmp(imported, domain) || !strcmp(imported, alias)) return model->opset_import[i]->version;
  }
  return 0;
}

static spc_status_t check_output_names(const Onnx__GraphProto *proto) {
  for (size_t i = 0; i < proto->n_output; ++i)
    if (!*spc_onnx_text(proto->output[i]->name)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "the graph's output %zu has no name", i);
  return NULL;
}

static spc_status_t fill_block(builder_t *builder, MlirAttribute *out_argument_attributes) {
  SPC_RETURN_IF_ERROR(check_output_names(builder->graph->proto));
  SPC_RETURN_IF_ERROR(append_arguments(builder, out_argument_attributes));
  SPC_RETURN_IF_ERROR(append_initializers(builder));
  SPC_RETURN_IF_ERROR(append_nodes(builder));
  return append_return(builder);
}

spc_status_t spc_onnx_function_create(const spc_onnx_source_t *source, const Onnx__ModelProto *model, spc_onnx_graph_t *graph,
                                      const char *name, MlirOperation *out_function) {
  *out_function = (MlirOperation){NULL};
  MlirContext ctx = source->ctx;
  builder_t builder = {.source = source, .graph = graph, .ctx = ctx, .value_type = mlirTypeParseGet(ctx, str("!onnx.value"))};
  if (mlirTypeIsNull(builder.value_type)) return SPC_STATUS(SPC_INTERNAL, "the context has no type !onnx.value");

  // The region owns the block and its ops, whatever comes of them.
  MlirRegion body = mlirRegionCreate();
  builder.block = mlirBlockCreate(0, NULL, NULL);
  mlirRegionAppendOwnedBlock(body, builder.block);
  MlirAttribute arguments, results;
  MlirType type;
  char producer[LABEL_SIZE];
  snprintf(producer, sizeof producer, "%s%s%s", spc_onnx_text(model->producer_name), *spc_onnx_text(model->producer_version) ? " " : "",
           spc_onnx_text(model->producer_version));
  spc_status_t status = fill_block(&builder, &arguments);
  if (!status) status = result_attributes(&builder, &results);
  if (!status) status = function_type(&builder, (size_t)mlirBlockGetNumArguments(builder.block), graph->proto->n_output, &type);
  if (status) {
    mlirRegionDestroy(body);
    return status;
  }
  MlirNamedAttribute attributes[] = {
      named_string(ctx, "sym_name", name),
      named(ctx, "function_type", mlirTypeAttrGet(type)),
      named(ctx, "arg_attrs", arguments),
      named(ctx, "res_attrs", results),
      named_i64(ctx, "onnx.opset", opset_of(model, "", "ai.onnx")),
      named_i64(ctx, "onnx.ms_opset", opset_of(model, "com.microsoft", "com.microsoft")),
      named_string(ctx, "onnx.producer", producer),
      named(ctx, "onnx.metadata", metadata(ctx, model)),
  };
  const char *graph_name = spc_onnx_text(graph->proto->name);
  MlirOperationState state = mlirOperationStateGet(str("func.func"), named_location(ctx, *graph_name ? graph_name : name));
  mlirOperationStateAddAttributes(&state, sizeof attributes / sizeof *attributes, attributes);
  mlirOperationStateAddOwnedRegions(&state, 1, &body);
  *out_function = mlirOperationCreate(&state);
  return NULL;
}
