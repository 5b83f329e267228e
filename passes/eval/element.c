// Element types: names, MLIR types, and values as they lie in files.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/BuiltinTypes.h"
#include "passes/eval/tensor.h"

static const struct {
  const char *name;
  int32_t size;  // bytes in a file
} element_table[] = {
    [SPC_EVAL_F64] = {"f64", 8}, [SPC_EVAL_F32] = {"f32", 4}, [SPC_EVAL_F16] = {"f16", 2}, [SPC_EVAL_BF16] = {"bf16", 2},
    [SPC_EVAL_I64] = {"i64", 8}, [SPC_EVAL_I32] = {"i32", 4}, [SPC_EVAL_I16] = {"i16", 2}, [SPC_EVAL_I8] = {"i8", 1},
    [SPC_EVAL_U64] = {"ui64", 8}, [SPC_EVAL_U32] = {"ui32", 4}, [SPC_EVAL_U16] = {"ui16", 2}, [SPC_EVAL_U8] = {"ui8", 1},
    [SPC_EVAL_BOOL] = {"bool", 1},
};

const char *spc_eval_element_name(spc_eval_element_t element) { return element_table[element].name; }
int64_t spc_eval_element_size(spc_eval_element_t element) { return element_table[element].size; }

bool spc_eval_element_from_mlir(MlirType type, spc_eval_element_t *out_element) {
  *out_element = SPC_EVAL_F32;
  if (mlirTypeIsNull(type)) return false;
  if (mlirTypeIsAF64(type)) {
    *out_element = SPC_EVAL_F64;
  } else if (mlirTypeIsAF32(type)) {
    *out_element = SPC_EVAL_F32;
  } else if (mlirTypeIsAF16(type)) {
    *out_element = SPC_EVAL_F16;
  } else if (mlirTypeIsABF16(type)) {
    *out_element = SPC_EVAL_BF16;
  } else if (mlirTypeIsAInteger(type)) {
    bool is_unsigned = mlirIntegerTypeIsUnsigned(type);
    switch (mlirIntegerTypeGetWidth(type)) {
      case 1: *out_element = SPC_EVAL_BOOL; break;
      case 8: *out_element = is_unsigned ? SPC_EVAL_U8 : SPC_EVAL_I8; break;
      case 16: *out_element = is_unsigned ? SPC_EVAL_U16 : SPC_EVAL_I16; break;
      case 32: *out_element = is_unsigned ? SPC_EVAL_U32 : SPC_EVAL_I32; break;
      case 64: *out_element = is_unsigned ? SPC_EVAL_U64 : SPC_EVAL_I64; break;
      default: return false;
    }
  } else {
    return false;
  }
  return true;
}

MlirType spc_eval_element_to_mlir(MlirContext ctx, spc_eval_element_t element) {
  switch (element) {
    case SPC_EVAL_F64: return mlirF64TypeGet(ctx);
    case SPC_EVAL_F32: return mlirF32TypeGet(ctx);
    case SPC_EVAL_F16: return mlirF16TypeGet(ctx);
    case SPC_EVAL_BF16: return mlirBF16TypeGet(ctx);
    case SPC_EVAL_BOOL: return mlirIntegerTypeGet(ctx, 1);
    case SPC_EVAL_U64:
    case SPC_EVAL_U32:
    case SPC_EVAL_U16:
    case SPC_EVAL_U8: return mlirIntegerTypeUnsignedGet(ctx, (unsigned)(8 * element_table[element].size));
    default: return mlirIntegerTypeGet(ctx, (unsigned)(8 * element_table[element].size));
  }
}

int64_t spc_eval_wrap(spc_eval_element_t element, int64_t value) {
  switch (element) {
    case SPC_EVAL_I32: return (int32_t)(uint32_t)(uint64_t)value;
    case SPC_EVAL_I16: return (int16_t)(uint16_t)(uint64_t)value;
    case SPC_EVAL_I8: return (int8_t)(uint8_t)(uint64_t)value;
    case SPC_EVAL_U32: return (uint32_t)(uint64_t)value;
    case SPC_EVAL_U16: return (uint16_t)(uint64_t)value;
    case SPC_EVAL_U8: return (uint8_t)(uint64_t)value;
    case SPC_EVAL_BOOL: return value != 0;
    default: return value;
  }
}

static double f16_to_double(uint16_t bits) {
  int sign = bits >> 15, exponent = (bits >> 10) & 31, mantissa = bits & 1023;
  double value;
  if (exponent == 31) {
    value = mantissa ? (double)NAN : (double)INFINITY;
  } else if (exponent == 0) {
    value = ldexp(mantissa, -24);
  } else {
    value = ldexp(1024 + mantissa, exponent - 25);
  }
  return sign ? -value : value;
}

// Rounds to nearest, ties to even, with |precision| significant bits and the given exponent range.
static double round_to_format(double value, int precision, int min_exponent, double largest) {
  if (value == 0 || !isfinite(value)) return value;
  int exponent;
  frexp(value, &exponent);  // value = m * 2^exponent, m in [0.5, 1)
  int quantum = exponent - precision;
  if (quantum < min_exponent) quantum = min_exponent;
  double rounded = ldexp(nearbyint(ldexp(value, -quantum)), quantum);
  if (fabs(rounded) > largest) return rounded > 0 ? (double)INFINITY : -(double)INFINITY;
  return rounded;
}

static uint16_t double_to_f16(double value) {
  uint16_t sign = signbit(value) ? 0x8000 : 0;
  if (isnan(value)) return sign | 0x7e00;
  double magnitude = fabs(round_to_format(value, 11, -24, 65504.0));
  if (isinf(magnitude)) return sign | 0x7c00;
  int exponent;
  frexp(magnitude, &exponent);
  if (magnitude == 0 || exponent < -13) return sign | (uint16_t)ldexp(magnitude, 24);  // zero and subnormals
  return sign | (uint16_t)(((exponent + 14) << 10) | ((uint16_t)ldexp(magnitude, 11 - exponent) & 1023));
}

static uint16_t double_to_bf16(double value) {
  float rounded = isnan(value) ? NAN : (float)round_to_format(value, 8, -133, 0x1.fep127);
  uint32_t bits;
  memcpy(&bits, &rounded, 4);
  return (uint16_t)(bits >> 16);
}

void spc_eval_tensor_decode(spc_eval_tensor_t *tensor, const void *bytes) {
  const uint8_t *p = bytes;
  int64_t size = spc_eval_element_size(tensor->element);
  for (int64_t n = 0; n < tensor->count; n++, p += size) {
    uint64_t raw = 0;
    memcpy(&raw, p, (size_t)size);  // little-endian, as every target of spc is
    float single;
    switch (tensor->element) {
      case SPC_EVAL_F64: memcpy(&tensor->f[n], &raw, 8); break;
      case SPC_EVAL_F32: memcpy(&single, &raw, 4); tensor->f[n] = single; break;
      case SPC_EVAL_F16: tensor->f[n] = f16_to_double((uint16_t)raw); break;
      case SPC_EVAL_BF16:
        raw <<= 16;
        memcpy(&single, &raw, 4);
        tensor->f[n] = single;
        break;
      default: tensor->i[n] = spc_eval_wrap(tensor->element, (int64_t)raw); break;
    }
  }
}

// The inverse of decode; |bytes| has room for all elements.
static void encode(const spc_eval_tensor_t *tensor, uint8_t *bytes) {
  int64_t size = spc_eval_element_size(tensor->element);
  for (int64_t n = 0; n < tensor->count; n++, bytes += size) {
    float single;
    uint16_t half;
    switch (tensor->element) {
      case SPC_EVAL_F64: memcpy(bytes, &tensor->f[n], 8); break;
      case SPC_EVAL_F32: single = (float)tensor->f[n]; memcpy(bytes, &single, 4); break;
      case SPC_EVAL_F16: half = double_to_f16(tensor->f[n]); memcpy(bytes, &half, 2); break;
      case SPC_EVAL_BF16: half = double_to_bf16(tensor->f[n]); memcpy(bytes, &half, 2); break;
      default: memcpy(bytes, &tensor->i[n], (size_t)size); break;
    }
  }
}

static MlirAttribute bool_attribute(MlirType type, const spc_eval_tensor_t *tensor) {
  // MLIR packs booleans into bits, so they go through ints.
  int *values = calloc(tensor->count > 0 ? (size_t)tensor->count : 1, sizeof(int));
  if (!values) return mlirAttributeGetNull();
  for (int64_t n = 0; n < tensor->count; n++) values[n] = tensor->i[n] != 0;
  MlirAttribute attribute = mlirDenseElementsAttrBoolGet(type, (intptr_t)tensor->count, values);
  free(values);
  return attribute;
}

MlirAttribute spc_eval_tensor_to_attribute(MlirContext ctx, const spc_eval_tensor_t *tensor) {
  MlirType element = spc_eval_element_to_mlir(ctx, tensor->element);
  MlirType type = mlirRankedTensorTypeGet(tensor->rank, tensor->dims, element, mlirAttributeGetNull());
  if (tensor->element == SPC_EVAL_BOOL) return bool_attribute(type, tensor);
  size_t size = (size_t)(tensor->count * spc_eval_element_size(tensor->element));
  uint8_t *bytes = calloc(size > 0 ? size : 1, 1);
  if (!bytes) return mlirAttributeGetNull();
  encode(tensor, bytes);
  MlirAttribute attribute = size > 0 ? mlirDenseElementsAttrRawBufferGet(type, size, bytes) : mlirDenseElementsAttrGet(type, 0, NULL);
  free(bytes);
  return attribute;
}
