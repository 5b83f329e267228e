#include "compiler/weights/part.h"

#include <string.h>

#include "passes/ir/ir.h"

uint64_t spc_element_size(spc_element_t element) { return element == SPC_F32 || element == SPC_I32 ? 4 : 2; }

const char *spc_element_dtype(spc_element_t element) {
  switch (element) {
    case SPC_F32: return "F32";
    case SPC_F16: return "F16";
    case SPC_BF16: return "BF16";
    case SPC_I32: return "I32";
  }
  return "?";
}

bool spc_element_from_type(MlirType type, spc_element_t *out_element) {
  *out_element = SPC_F32;
  if (mlirTypeIsNull(type)) return false;
  if (mlirTypeIsAF32(type)) return true;
  if (mlirTypeIsAF16(type)) return *out_element = SPC_F16, true;
  if (mlirTypeIsABF16(type)) return *out_element = SPC_BF16, true;
  if (mlirTypeIsAInteger(type) && mlirIntegerTypeGetWidth(type) == 32) return *out_element = SPC_I32, true;
  return false;
}

// ---- Reading a part's description --------------------------------------------------------------------------------------

// Bytes of the whole stored matrix; false on overflow.
static bool stored_size(const spc_weight_part_t *part, uint64_t *out_size) {
  return !__builtin_mul_overflow(part->rows, part->cols, out_size) &&
         !__builtin_mul_overflow(*out_size, spc_element_size(part->element), out_size);
}

static spc_status_t check_value(const spc_weight_part_t *part, const char *name) {
  if (!mlirAttributeIsADenseElements(part->value)) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "weight '%s': its value is not a dense attribute", name);
  }
  int64_t elements = mlirElementsAttrGetNumElements(part->value);
  if (elements < 0 || (uint64_t)elements != part->rows * part->cols) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "weight '%s': its value has %lld elements, its shape %llu x %llu", name, (long long)elements,
                      (unsigned long long)part->rows, (unsigned long long)part->cols);
  }
  return NULL;
}

spc_status_t spc_weight_part_parse(MlirAttribute dict, const char *name, spc_weight_part_t *out_part) {
  memset(out_part, 0, sizeof *out_part);
  int64_t rows = spc_dict_i64(dict, "rows", -1), cols = spc_dict_i64(dict, "cols", -1);
  MlirAttribute transpose = spc_dict(dict, "transpose"), zeros = spc_dict(dict, "zeros"), element = spc_dict(dict, "element");
  if (rows < 0 || cols < 0) return SPC_STATUS(SPC_INVALID_ARGUMENT, "weight '%s': a part lacks rows or cols", name);
  if (mlirAttributeIsNull(element) || !mlirAttributeIsAType(element) ||
      !spc_element_from_type(mlirTypeAttrGetValue(element), &out_part->element)) {
    return SPC_STATUS(SPC_UNSUPPORTED, "weight '%s': a part's element type is none of f32, f16, bf16, i32", name);
  }
  out_part->rows = (uint64_t)rows;
  out_part->cols = (uint64_t)cols;
  out_part->transpose = !mlirAttributeIsNull(transpose) && mlirAttributeIsABool(transpose) && mlirBoolAttrGetValue(transpose);
  int64_t rows_there = out_part->transpose ? cols : rows;
  int64_t begin = spc_dict_i64(dict, "row_begin", 0), end = spc_dict_i64(dict, "row_end", rows_there);
  if (begin < 0 || end < begin || end > rows_there) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "weight '%s': rows %lld to %lld of a part with %lld rows", name, (long long)begin,
                      (long long)end, (long long)rows_there);
  }
  out_part->row_begin = (uint64_t)begin;
  out_part->row_end = (uint64_t)end;
  uint64_t size;
  if (!stored_size(out_part, &size)) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "weight '%s': a part of %lld x %lld elements overflows", name, (long long)rows, (long long)cols);
  }

  out_part->value = spc_dict(dict, "value");
  if (!mlirAttributeIsNull(zeros) && mlirAttributeIsABool(zeros) && mlirBoolAttrGetValue(zeros)) {
    out_part->source = SPC_PART_ZEROS;
    return NULL;
  }
  if (!mlirAttributeIsNull(out_part->value)) {
    out_part->source = SPC_PART_VALUE;
    return check_value(out_part, name);
  }
  out_part->source = SPC_PART_FILE;
  out_part->file = spc_dict_i64(dict, "file", -1);
  int64_t offset = spc_dict_i64(dict, "offset", -1), length = spc_dict_i64(dict, "length", -1);
  if (out_part->file < 0 || offset < 0 || length < 0) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "weight '%s': a part has neither file, offset and length, nor a value, nor zeros", name);
  }
  if ((uint64_t)length != size) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "weight '%s': a part of %lld x %lld elements is %llu bytes, but %lld bytes are given", name,
                      (long long)rows, (long long)cols, (unsigned long long)size, (long long)length);
  }
  out_part->offset = (uint64_t)offset;
  out_part->length = (uint64_t)length;
  return NULL;
}

spc_status_t spc_weight_part_from_value(MlirAttribute value, uint64_t rows, uint64_t cols, const char *name,
                                        spc_weight_part_t *out_part) {
  *out_part = (spc_weight_part_t){.source = SPC_PART_VALUE, .value = value, .rows = rows, .cols = cols, .row_end = rows};
  uint64_t size;
  if (!mlirAttributeIsADenseElements(value) ||
      !spc_element_from_type(mlirShapedTypeGetElementType(mlirAttributeGetType(value)), &out_part->element)) {
    return SPC_STATUS(SPC_UNSUPPORTED, "weight '%s': its value is not a dense attribute of f32, f16, bf16 or i32", name);
  }
  if (!stored_size(out_part, &size)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "weight '%s': its shape overflows", name);
  return check_value(out_part, name);
}

// ---- Reading a part's elements -----------------------------------------------------------------------------------------

// Square tiles of 64 bytes a row keep both sides in whole cache lines; they go through a buffer because the matrices' strides, often powers of
// two, put the lines of a tile into one cache set.
#define DEFINE_TRANSPOSE(NAME, T)                                                                                                   \
  /* out[j][i] = in[i][j]; in (rows, columns of in_stride), out (columns, rows of out_stride) */                                    \
  static void NAME(const T *in, uint64_t in_stride, uint64_t rows, uint64_t columns, T *out, uint64_t out_stride) {                 \
    enum { TILE = 64 / sizeof(T) };                                                                                                 \
    T tile[TILE][TILE];                                                                                                             \
    for (uint64_t i0 = 0; i0 < rows; i0 += TILE) {                                                                                  \
      uint64_t height = rows - i0 < TILE ? rows - i0 : TILE;                                                                        \
      for (uint64_t j0 = 0; j0 < columns; j0 += TILE) {                                                                             \
        uint64_t width = columns - j0 < TILE ? columns - j0 : TILE;                                                                 \
        for (uint64_t i = 0; i < height; ++i) {                                                                                     \
          for (uint64_t j = 0; j < width; ++j) tile[j][i] = in[(i0 + i) * in_stride + j0 + j];                                      \
        }                                                                                                                           \
        for (uint64_t j = 0; j < width; ++j) memcpy(out + (j0 + j) * out_stride + i0, tile[j], height * sizeof(T));                 \
      }                                                                                                                             \
    }                                                                                                                               \
  }
typedef struct __attribute__((packed)) unaligned16_t { uint16_t bits; } unaligned16_t;  // data in an .onnx file has any alignment
typedef struct __attribute__((packed)) unaligned32_t { uint32_t bits; } unaligned32_t;
DEFINE_TRANSPOSE(transpose16, unaligned16_t)
DEFINE_TRANSPOSE(transpose32, unaligned32_t)

// Columns [begin, end) of the stored matrix as rows of |out|. A few columns touch every page of a wide matrix (and the kernel maps the pages
// around each), so pages are given back on the way.
static void transpose_columns(const spc_weight_part_t *part, spc_weight_files_t *files, const uint8_t *data, uint64_t begin, uint64_t end,
                              void *out) {
  uint64_t bytes = spc_element_size(part->element), row_bytes = part->cols * bytes;
  const uint64_t step = 256;
  for (uint64_t i = 0; i < part->rows; i += step) {
    uint64_t rows = part->rows - i < step ? part->rows - i : step;
    const uint8_t *in = data + i * row_bytes + begin * bytes;
    uint8_t *to = (uint8_t *)out + i * bytes;
    if (bytes == 2) {
      transpose16((const unaligned16_t *)in, part->cols, rows, end - begin, (unaligned16_t *)to, part->rows);
    } else {
      transpose32((const unaligned32_t *)in, part->cols, rows, end - begin, (unaligned32_t *)to, part->rows);
    }
    if (part->source == SPC_PART_FILE) spc_weight_files_release(files, part->file, part->offset + i * row_bytes, rows * row_bytes);
  }
}

static float bits_to_float(uint32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static float half_to_float(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31, mantissa = half & 1023;
  if (exponent == 31) return bits_to_float(sign | 0x7f800000 | mantissa << 13);
  if (exponent) return bits_to_float(sign | (exponent + 112) << 23 | mantissa << 13);
  float tiny = (float)mantissa * 0x1p-24f;  // subnormal
  return sign ? -tiny : tiny;
}

static void widen(const void *in, spc_element_t element, uint64_t count, float *out) {
  const uint16_t *bits = in;
  if (element == SPC_BF16) {
    for (uint64_t i = 0; i < count; ++i) out[i] = bits_to_float((uint32_t)bits[i] << 16);
  } else {
    for (uint64_t i = 0; i < count; ++i) out[i] = half_to_float(bits[i]);
  }
}

// Where to read from: the single element of a splat, the stored matrix when it is to be transposed, else its row |begin|.
static spc_status_t stored_data(const spc_weight_part_t *part, spc_weight_files_t *files, uint64_t begin, uint64_t end,
                                const void **out_data, bool *out_splat) {
  uint64_t row_bytes = part->cols * spc_element_size(part->element);
  uint64_t skip = part->transpose ? 0 : begin * row_bytes;
  *out_splat = false;
  if (part->source == SPC_PART_FILE) {
    // The slice is mapped by its own bytes, so that an error names them.
    uint64_t length = part->transpose ? part->length : (end - begin) * row_bytes;
    return spc_weight_files_map(files, part->file, part->offset + skip, length, out_data);
  }
  *out_splat = mlirDenseElementsAttrIsSplat(part->value);
  *out_data = (const uint8_t *)mlirDenseElementsAttrGetRawData(part->value) + (*out_splat ? 0 : skip);
  return NULL;
}

spc_status_t spc_weight_part_read(const spc_weight_part_t *part, spc_weight_files_t *files, uint64_t begin, uint64_t end,
                                  spc_element_t element, void *scratch, void *out) {
  uint64_t cols = spc_weight_part_cols(part), count = (end - begin) * cols, bytes = spc_element_size(part->element);
  if (part->element != element && (element != SPC_F32 || part->element == SPC_I32)) {
    return SPC_STATUS(SPC_UNSUPPORTED, "a part of type %s cannot become %s; only f16 and bf16 widen to f32",
                      spc_element_dtype(part->element), spc_element_dtype(element));
  }
  if (count == 0) return NULL;
  if (part->source == SPC_PART_ZEROS) {
    memset(out, 0, count * spc_element_size(element));
    return NULL;
  }
  begin += part->row_begin;
  end += part->row_begin;
  const void *data;
  bool splat;
  SPC_RETURN_IF_ERROR(stored_data(part, files, begin, end, &data, &splat));
  void *target = part->element == element ? out : scratch;
  if (splat) {
    for (uint64_t i = 0; i < count; ++i) memcpy((uint8_t *)target + i * bytes, data, bytes);
  } else if (!part->transpose) {
    memcpy(target, data, count * bytes);
  } else {
    transpose_columns(part, files, data, begin, end, target);
  }
  if (target == scratch) widen(scratch, part->element, count, out);
  return NULL;
}
