#include "frontend/onnx_tensor.h"

#include <stdlib.h>
#include <string.h>

#include "frontend/onnx_skeleton.h"
#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/BuiltinTypes.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "ONNX data is little-endian and is read in place");

#define MAX_RANK 32

// Which repeated field holds the elements when raw_data does not.
typedef enum typed_field_t { FLOAT_DATA, INT32_DATA, INT64_DATA, DOUBLE_DATA, UINT64_DATA, NO_FIELD } typed_field_t;

typedef enum element_kind_t { KIND_FLOAT, KIND_SIGNED, KIND_UNSIGNED, KIND_BOOL, KIND_OTHER } element_kind_t;

typedef struct element_t {
  const char *name;
  element_kind_t kind;
  unsigned bits;
  typed_field_t typed;
} element_t;

// By TensorProto.DataType, with those newer than the schema of Debian 12. fp16, bf16 and all small integers ride in int32_data.
static const element_t k_elements[] = {
    {"UNDEFINED", KIND_OTHER, 0, NO_FIELD},       {"FLOAT", KIND_FLOAT, 32, FLOAT_DATA},
    {"UINT8", KIND_UNSIGNED, 8, INT32_DATA},      {"INT8", KIND_SIGNED, 8, INT32_DATA},
    {"UINT16", KIND_UNSIGNED, 16, INT32_DATA},    {"INT16", KIND_SIGNED, 16, INT32_DATA},
    {"INT32", KIND_SIGNED, 32, INT32_DATA},       {"INT64", KIND_SIGNED, 64, INT64_DATA},
    {"STRING", KIND_OTHER, 0, NO_FIELD},          {"BOOL", KIND_BOOL, 8, INT32_DATA},
    {"FLOAT16", KIND_FLOAT, 16, INT32_DATA},      {"DOUBLE", KIND_FLOAT, 64, DOUBLE_DATA},
    {"UINT32", KIND_UNSIGNED, 32, UINT64_DATA},   {"UINT64", KIND_UNSIGNED, 64, UINT64_DATA},
    {"COMPLEX64", KIND_OTHER, 0, NO_FIELD},       {"COMPLEX128", KIND_OTHER, 0, NO_FIELD},
    {"BFLOAT16", KIND_FLOAT, 16, INT32_DATA},     {"FLOAT8E4M3FN", KIND_OTHER, 0, NO_FIELD},
    {"FLOAT8E4M3FNUZ", KIND_OTHER, 0, NO_FIELD},  {"FLOAT8E5M2", KIND_OTHER, 0, NO_FIELD},
    {"FLOAT8E5M2FNUZ", KIND_OTHER, 0, NO_FIELD},  {"UINT4", KIND_UNSIGNED, 4, INT32_DATA},
    {"INT4", KIND_SIGNED, 4, INT32_DATA},         {"FLOAT4E2M1", KIND_OTHER, 0, NO_FIELD},
};
enum { ELEMENT_BF16 = 16 };

static spc_status_t find_element(int32_t data_type, const element_t **out_element) {
  *out_element = NULL;
  if (data_type <= 0 || (size_t)data_type >= sizeof k_elements / sizeof *k_elements)
    return SPC_STATUS(data_type <= 0 ? SPC_INVALID_ARGUMENT : SPC_UNSUPPORTED, "element type %d, which spc does not know", data_type);
  const element_t *element = &k_elements[data_type];
  if (element->kind == KIND_OTHER)
    return SPC_STATUS(SPC_UNSUPPORTED, "element type %s: spc reads FLOAT, FLOAT16, BFLOAT16, DOUBLE, BOOL and integers", element->name);
  *out_element = element;
  return NULL;
}

spc_status_t spc_onnx_element_type(MlirContext ctx, int32_t data_type, MlirType *out_type) {
  *out_type = (MlirType){NULL};
  const element_t *element;
  SPC_RETURN_IF_ERROR(find_element(data_type, &element));
  switch (element->kind) {
    case KIND_FLOAT:
      *out_type = data_type == ELEMENT_BF16 ? mlirBF16TypeGet(ctx)
                  : element->bits == 16     ? mlirF16TypeGet(ctx)
                  : element->bits == 32     ? mlirF32TypeGet(ctx)
                                            : mlirF64TypeGet(ctx);
      break;
    case KIND_UNSIGNED: *out_type = mlirIntegerTypeUnsignedGet(ctx, element->bits); break;
    default: *out_type = mlirIntegerTypeGet(ctx, element->kind == KIND_BOOL ? 1 : element->bits); break;
  }
  return NULL;
}

// Bytes of |count| elements: two 4-bit ones share a byte. False on overflow.
static bool bytes_of(const element_t *element, uint64_t count, uint64_t *out_bytes) {
  if (element->bits == 4) {
    *out_bytes = count / 2 + count % 2;
    return true;
  }
  return !__builtin_mul_overflow(count, (uint64_t)element->bits / 8, out_bytes) && *out_bytes <= INT64_MAX;
}

// Multiplies the known dimensions.
static spc_status_t count_elements(const element_t *element, size_t rank, const int64_t *dims, uint64_t *out_count, uint64_t *out_bytes) {
  uint64_t count = 1;
  if (rank > MAX_RANK) return SPC_STATUS(SPC_UNSUPPORTED, "%zu dimensions, more than %d", rank, MAX_RANK);
  for (size_t i = 0; i < rank; ++i) {
    if (dims[i] == -1) continue;
    if (dims[i] < 0) return SPC_STATUS(SPC_INVALID_ARGUMENT, "dimension %zu is %lld", i, (long long)dims[i]);
    if (__builtin_mul_overflow(count, (uint64_t)dims[i], &count) || count > INT64_MAX)
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "the shape overflows: its elements can't be counted in 63 bits");
  }
  if (!bytes_of(element, count, out_bytes))
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "the shape overflows: its bytes can't be counted in 63 bits");
  *out_count = count;
  return NULL;
}

spc_status_t spc_onnx_tensor_type(MlirContext ctx, int32_t data_type, size_t rank, const int64_t *dims, MlirType *out_type) {
  *out_type = (MlirType){NULL};
  const element_t *element;
  MlirType element_type;
  uint64_t count, bytes;
  SPC_RETURN_IF_ERROR(find_element(data_type, &element));
  SPC_RETURN_IF_ERROR(spc_onnx_element_type(ctx, data_type, &element_type));
  SPC_RETURN_IF_ERROR(count_elements(element, rank, dims, &count, &bytes));
  int64_t shape[MAX_RANK];
  for (size_t i = 0; i < rank; ++i) shape[i] = dims[i] == -1 ? mlirShapedTypeGetDynamicSize() : dims[i];
  *out_type = mlirRankedTensorTypeGet((intptr_t)rank, shape, element_type, mlirAttributeGetNull());
  return NULL;
}

// A tensor's shape once checked.
typedef struct extent_t {
  const element_t *element;
  MlirType type;
  uint64_t count;
  uint64_t bytes;
} extent_t;

static spc_status_t read_extent(MlirContext ctx, const Onnx__TensorProto *tensor, extent_t *out_extent) {
  extent_t extent = {0};
  for (size_t i = 0; i < tensor->n_dims; ++i)
    if (tensor->dims[i] < 0) return SPC_STATUS(SPC_INVALID_ARGUMENT, "dimension %zu is %lld", i, (long long)tensor->dims[i]);
  SPC_RETURN_IF_ERROR(find_element(tensor->data_type, &extent.element));
  SPC_RETURN_IF_ERROR(spc_onnx_tensor_type(ctx, tensor->data_type, tensor->n_dims, tensor->dims, &extent.type));
  SPC_RETURN_IF_ERROR(count_elements(extent.element, tensor->n_dims, tensor->dims, &extent.count, &extent.bytes));
  *out_extent = extent;
  return NULL;
}

// |bytes| as raw_data has them. |extent->bytes| is small.
static spc_status_t dense_from_bytes(const extent_t *extent, const uint8_t *bytes, MlirAttribute *out_value) {
  *out_value = mlirAttributeGetNull();
  size_t count = (size_t)extent->count;
  if (extent->element->kind == KIND_BOOL) {
    int *bools = calloc(count + 1, sizeof *bools);
    if (!bools) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu elements", count);
    for (size_t i = 0; i < count; ++i) bools[i] = bytes[i] != 0;
    *out_value = mlirDenseElementsAttrBoolGet(extent->type, (intptr_t)count, bools);
    free(bools);
  } else if (extent->element->bits == 4) {  // MLIR keeps one a byte
    uint8_t *nibbles = calloc(count + 1, 1);
    if (!nibbles) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu elements", count);
    for (size_t i = 0; i < count; ++i) nibbles[i] = bytes[i / 2] >> (i % 2 ? 4 : 0) & 15;
    *out_value = mlirDenseElementsAttrRawBufferGet(extent->type, count, nibbles);
    free(nibbles);
  } else {
    *out_value = mlirDenseElementsAttrRawBufferGet(extent->type, (size_t)extent->bytes, bytes);
  }
  if (mlirAttributeIsNull(*out_value)) return SPC_STATUS(SPC_INTERNAL, "%zu elements make no dense attribute", count);
  return NULL;
}

static size_t typed_size(const Onnx__TensorProto *tensor, typed_field_t field) {
  switch (field) {
    case FLOAT_DATA: return tensor->n_float_data;
    case INT32_DATA: return tensor->n_int32_data;
    case INT64_DATA: return tensor->n_int64_data;
    case DOUBLE_DATA: return tensor->n_double_data;
    case UINT64_DATA: return tensor->n_uint64_data;
    case NO_FIELD: break;
  }
  return 0;
}

static bool has_typed(const Onnx__TensorProto *tensor) {
  return tensor->n_float_data || tensor->n_int32_data || tensor->n_int64_data || tensor->n_double_data || tensor->n_uint64_data;
}

// Writes entry |i| of the typed field at |out|, in |size| bytes. False when it does not fit into them. Bit patterns of
// fp16 and bf16, and pairs of 4-bit numbers, are unsigned.
static bool write_typed(const Onnx__TensorProto *tensor, const element_t *element, size_t i, size_t size, uint8_t *out) {
  switch (element->typed) {
    case FLOAT_DATA: memcpy(out, &tensor->float_data[i], size); return true;
    case DOUBLE_DATA: memcpy(out, &tensor->double_data[i], size); return true;
    case INT64_DATA: memcpy(out, &tensor->int64_data[i], size); return true;
    case UINT64_DATA: memcpy(out, &tensor->uint64_data[i], size); return size == 8 || tensor->uint64_data[i] <= UINT32_MAX;
    default: {
      int32_t value = tensor->int32_data[i];
      memcpy(out, &value, size);
      if (size == 4) return true;
      int32_t span = (int32_t)1 << 8 * size;
      if (element->kind == KIND_SIGNED && element->bits == 8 * size) return value >= -span / 2 && value < span / 2;
      if (element->kind == KIND_BOOL) return value == 0 || value == 1;
      return value >= 0 && value < span;
    }
  }
}

static spc_status_t dense_from_typed(const Onnx__TensorProto *tensor, const extent_t *extent, MlirAttribute *out_value) {
  *out_value = mlirAttributeGetNull();
  const element_t *element = extent->element;
  if (extent->bytes > SPC_ONNX_DENSE_LIMIT)
    return SPC_STATUS(SPC_UNSUPPORTED,
                      "%llu bytes in typed fields, more than %llu: save it with raw_data (onnx.numpy_helper.from_array does)",
                      (unsigned long long)extent->bytes, (unsigned long long)SPC_ONNX_DENSE_LIMIT);
  size_t entry = element->bits == 4 ? 1 : element->bits / 8;
  size_t wanted = (size_t)extent->bytes / entry, given = typed_size(tensor, element->typed);
  if (given != wanted)
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "%zu entries of data, but its type %s and shape need %zu", given, element->name, wanted);
  uint8_t *bytes = calloc((size_t)extent->bytes + 1, 1);
  if (!bytes) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %llu bytes of data", (unsigned long long)extent->bytes);
  spc_status_t status = NULL;
  for (size_t i = 0; i < wanted && !status; ++i)
    if (!write_typed(tensor, element, i, entry, bytes + i * entry))
      status = SPC_STATUS(SPC_INVALID_ARGUMENT, "entry %zu of its data is out of the range of %s", i, element->name);
  if (!status) status = dense_from_bytes(extent, bytes, out_value);
  free(bytes);
  return status;
}

// external_data numbers are decimal strings.
static spc_status_t read_decimal(const char *key, const char *text, uint64_t *out_value) {
  uint64_t value = 0;
  bool valid = *text != 0;
  for (const char *c = text; *c && valid; ++c)
    valid = *c >= '0' && *c <= '9' && !__builtin_mul_overflow(value, 10u, &value) &&
            !__builtin_add_overflow(value, (uint64_t)(*c - '0'), &value) && value <= INT64_MAX;
  if (!valid) return SPC_STATUS(SPC_INVALID_ARGUMENT, "external data has %s '%s', which is no number of bytes", key, text);
  *out_value = value;
  return NULL;
}

static spc_status_t read_external(const spc_onnx_source_t *source, const Onnx__TensorProto *tensor, const extent_t *extent,
                                  spc_onnx_tensor_t *out_tensor) {
  const char *location = NULL, *offset_text = NULL, *length_text = NULL;
  for (size_t i = 0; i < tensor->n_external_data; ++i) {
    const char *key = tensor->external_data[i]->key, *value = tensor->external_data[i]->value;
    if (!key) continue;
    const char **slot = !strcmp(key, "location") ? &location : !strcmp(key, "offset") ? &offset_text : !strcmp(key, "length") ? &length_text : NULL;
    if (!slot) continue;  // checksum and the like
    if (*slot) return SPC_STATUS(SPC_INVALID_ARGUMENT, "external data has two entries '%s'", key);
    *slot = value ? value : "";
  }
  if (!location) return SPC_STATUS(SPC_INVALID_ARGUMENT, "external data without a location");
  uint64_t offset = 0, length = extent->bytes, end;
  if (offset_text) SPC_RETURN_IF_ERROR(read_decimal("offset", offset_text, &offset));
  if (length_text) SPC_RETURN_IF_ERROR(read_decimal("length", length_text, &length));
  if (length != extent->bytes)
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "external data has length %llu, but its type %s and shape need %llu",
                      (unsigned long long)length, extent->element->name, (unsigned long long)extent->bytes);
  size_t index;
  SPC_RETURN_IF_ERROR(spc_model_files_external(source->files, location, &index));
  const spc_model_file_t *file = &source->files->files[index];
  if (__builtin_add_overflow(offset, length, &end) || end > INT64_MAX || (file->exists && end > file->size))
    return SPC_STATUS(SPC_OUT_OF_RANGE, "external data: %llu bytes at %llu are past the end of %s at %llu", (unsigned long long)length,
                      (unsigned long long)offset, file->path, (unsigned long long)file->size);
  *out_tensor = (spc_onnx_tensor_t){.type = extent->type, .file = (int64_t)index, .offset = offset, .length = length};
  return NULL;
}

static spc_status_t read_located(const spc_onnx_source_t *source, const Onnx__TensorProto *tensor, const extent_t *extent,
                                 spc_onnx_tensor_t *out_tensor) {
  spc_onnx_locator_t locator;
  if (tensor->raw_data.len != sizeof locator) return SPC_STATUS(SPC_INTERNAL, "raw_data of a skeleton is no locator");
  memcpy(&locator, tensor->raw_data.data, sizeof locator);
  if (locator.offset > source->size || locator.length > source->size - locator.offset)
    return SPC_STATUS(SPC_INTERNAL, "a locator points past the end of the file");
  if (has_typed(tensor)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "data in several fields");
  typed_field_t typed = extent->element->typed;
  if (locator.field != SPC_ONNX_RAW_DATA_FIELD && locator.field != (typed == FLOAT_DATA ? 4 : typed == DOUBLE_DATA ? 10 : 0))
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "its data is not in the field of its type %s", extent->element->name);
  if (locator.length != extent->bytes)
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "%llu bytes of data at byte %llu, but its type %s and shape need %llu",
                      (unsigned long long)locator.length, (unsigned long long)locator.offset, extent->element->name,
                      (unsigned long long)extent->bytes);
  *out_tensor = (spc_onnx_tensor_t){
      .type = extent->type, .file = (int64_t)source->files->model, .offset = locator.offset, .length = locator.length};
  return NULL;
}

spc_status_t spc_onnx_tensor_read(const spc_onnx_source_t *source, const Onnx__TensorProto *tensor, spc_onnx_tensor_t *out_tensor) {
  *out_tensor = (spc_onnx_tensor_t){0};
  extent_t extent;
  SPC_RETURN_IF_ERROR(read_extent(source->ctx, tensor, &extent));
  if (tensor->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL) {
    if (tensor->has_raw_data || has_typed(tensor)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "data both external and inside");
    return read_external(source, tensor, &extent, out_tensor);
  }
  if (tensor->has_raw_data) {
    SPC_RETURN_IF_ERROR(read_located(source, tensor, &extent, out_tensor));
    if (extent.count) return NULL;
  }
  // An empty tensor may have no data field at all, and needs no file.
  *out_tensor = (spc_onnx_tensor_t){.type = extent.type};
  return dense_from_typed(tensor, &extent, &out_tensor->value);
}

spc_status_t spc_onnx_tensor_read_value(const spc_onnx_source_t *source, const Onnx__TensorProto *tensor, MlirAttribute *out_value) {
  *out_value = mlirAttributeGetNull();
  spc_onnx_tensor_t read;
  extent_t extent;
  SPC_RETURN_IF_ERROR(spc_onnx_tensor_read(source, tensor, &read));
  *out_value = read.value;
  if (!mlirAttributeIsNull(read.value)) return NULL;
  if ((size_t)read.file != source->files->model || tensor->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL)
    return SPC_STATUS(SPC_UNSUPPORTED, "external data in an attribute: only Constant may have it");
  if (read.length > SPC_ONNX_DENSE_LIMIT)
    return SPC_STATUS(SPC_UNSUPPORTED, "%llu bytes in an attribute, more than %llu: make it an initializer",
                      (unsigned long long)read.length, (unsigned long long)SPC_ONNX_DENSE_LIMIT);
  SPC_RETURN_IF_ERROR(read_extent(source->ctx, tensor, &extent));
  return dense_from_bytes(&extent, source->data + read.offset, out_value);
}
