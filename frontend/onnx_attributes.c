#include "frontend/onnx_attributes.h"

#include <stdlib.h>
#include <string.h>

#include "frontend/onnx_graph.h"
#include "frontend/onnx_skeleton.h"
#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/BuiltinTypes.h"

#define MAX_ATTRIBUTES 256  // of a node; ONNX's own ops have up to twenty

static MlirAttribute string_attribute(MlirContext ctx, ProtobufCBinaryData text) {
  return mlirStringAttrGet(ctx, mlirStringRefCreate((const char *)text.data, text.len));
}

static spc_status_t read_strings(MlirContext ctx, const Onnx__AttributeProto *proto, MlirAttribute *out_attribute) {
  MlirAttribute *elements = calloc(proto->n_strings + 1, sizeof *elements);
  if (!elements) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu strings", proto->n_strings);
  for (size_t i = 0; i < proto->n_strings; ++i) elements[i] = string_attribute(ctx, proto->strings[i]);
  *out_attribute = mlirArrayAttrGet(ctx, (intptr_t)proto->n_strings, elements);
  free(elements);
  return NULL;
}

static spc_status_t read_attribute(const spc_onnx_source_t *source, const Onnx__AttributeProto *proto, MlirAttribute *out_attribute) {
  MlirContext ctx = source->ctx;
  *out_attribute = mlirAttributeGetNull();
  if (*spc_onnx_text(proto->ref_attr_name))
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "it refers to attribute '%s' of a function, but it is in none", proto->ref_attr_name);
  switch ((int)proto->type) {
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT:
      *out_attribute = mlirFloatAttrDoubleGet(ctx, mlirF32TypeGet(ctx), (double)proto->f);
      return NULL;
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT:
      *out_attribute = mlirIntegerAttrGet(mlirIntegerTypeGet(ctx, 64), proto->i);
      return NULL;
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING: *out_attribute = string_attribute(ctx, proto->s); return NULL;
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS:
      *out_attribute = mlirDenseF32ArrayGet(ctx, (intptr_t)proto->n_floats, proto->floats);
      return NULL;
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS:
      *out_attribute = mlirDenseI64ArrayGet(ctx, (intptr_t)proto->n_ints, proto->ints);
      return NULL;
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS: return read_strings(ctx, proto, out_attribute);
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR:
      if (!proto->t) return SPC_STATUS(SPC_INVALID_ARGUMENT, "it should hold a tensor and holds none");
      return spc_onnx_tensor_read_value(source, proto->t, out_attribute);
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH:
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPHS:
      return SPC_STATUS(SPC_UNSUPPORTED, "control flow (a subgraph): export the model without it");
    default:
      return SPC_STATUS(proto->type == ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__UNDEFINED ? SPC_INVALID_ARGUMENT : SPC_UNSUPPORTED,
                        "attributes of type %d are not supported", (int)proto->type);
  }
}

spc_status_t spc_onnx_attributes_read(const spc_onnx_source_t *source, const Onnx__NodeProto *node, MlirNamedAttribute *out_attributes,
                                      size_t *count) {
  if (node->n_attribute > MAX_ATTRIBUTES)
    return SPC_STATUS(SPC_UNSUPPORTED, "it has %zu attributes, more than %d", node->n_attribute, MAX_ATTRIBUTES);
  for (size_t i = 0; i < node->n_attribute; ++i) {
    const char *name = spc_onnx_text(node->attribute[i]->name);
    if (!*name) return SPC_STATUS(SPC_INVALID_ARGUMENT, "attribute %zu has no name", i);
    MlirIdentifier identifier = mlirIdentifierGet(source->ctx, mlirStringRefCreateFromCString(name));
    for (size_t j = 0; j < *count; ++j)
      if (mlirIdentifierEqual(out_attributes[j].name, identifier))
        return SPC_STATUS(SPC_INVALID_ARGUMENT, "it has two attributes '%s', or one of a name that spc uses", name);
    MlirAttribute attribute;
    spc_status_t status = read_attribute(source, node->attribute[i], &attribute);
    if (status) return spc_status_annotate(status, "attribute '%s'", name);
    out_attributes[(*count)++] = mlirNamedAttributeGet(identifier, attribute);
  }
  return NULL;
}

// |count| elements of eight bytes or four: a vector, or a scalar when |rank| is 0.
static spc_status_t dense_numbers(MlirType element, size_t element_bytes, intptr_t rank, size_t count, const void *numbers,
                                  spc_onnx_tensor_t *out_tensor) {
  if (count > SPC_ONNX_DENSE_LIMIT / element_bytes)
    return SPC_STATUS(SPC_UNSUPPORTED, "%zu numbers in a Constant: make it an initializer", count);
  int64_t dims[1] = {(int64_t)count};
  MlirType type = mlirRankedTensorTypeGet(rank, dims, element, mlirAttributeGetNull());
  MlirAttribute value = mlirDenseElementsAttrRawBufferGet(type, count * element_bytes, count ? numbers : dims);
  if (mlirAttributeIsNull(value)) return SPC_STATUS(SPC_INTERNAL, "%zu numbers make no dense attribute", count);
  *out_tensor = (spc_onnx_tensor_t){.type = type, .value = value};
  return NULL;
}

spc_status_t spc_onnx_constant_read(const spc_onnx_source_t *source, const Onnx__NodeProto *node, spc_onnx_tensor_t *out_tensor) {
  *out_tensor = (spc_onnx_tensor_t){0};
  if (node->n_attribute != 1)
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "a Constant has one attribute, its value; this has %zu", node->n_attribute);
  const Onnx__AttributeProto *proto = node->attribute[0];
  const char *name = spc_onnx_text(proto->name);
  MlirType i64 = mlirIntegerTypeGet(source->ctx, 64), f32 = mlirF32TypeGet(source->ctx);
  int type = (int)proto->type;
  if (!strcmp(name, "value") && type == ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR && proto->t)
    return spc_onnx_tensor_read(source, proto->t, out_tensor);
  if (!strcmp(name, "value_int") && type == ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT)
    return dense_numbers(i64, 8, 0, 1, &proto->i, out_tensor);
  if (!strcmp(name, "value_ints") && type == ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS)
    return dense_numbers(i64, 8, 1, proto->n_ints, proto->ints, out_tensor);
  if (!strcmp(name, "value_float") && type == ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT)
    return dense_numbers(f32, 4, 0, 1, &proto->f, out_tensor);
  if (!strcmp(name, "value_floats") && type == ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS)
    return dense_numbers(f32, 4, 1, proto->n_floats, proto->floats, out_tensor);
  if (!strcmp(name, "value_string") || !strcmp(name, "value_strings") || !strcmp(name, "sparse_value"))
    return SPC_STATUS(SPC_UNSUPPORTED, "a Constant with %s: only dense numbers are supported", name);
  return SPC_STATUS(SPC_INVALID_ARGUMENT, "a Constant with attribute '%s' of type %d, which is none of ONNX's forms", name, type);
}
