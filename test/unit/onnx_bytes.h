// Writes ONNX files byte by byte, also wrong ones, for the tests of the importer. Messages live until bytes_free_all.
#ifndef TEST_UNIT_ONNX_BYTES_H_
#define TEST_UNIT_ONNX_BYTES_H_

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct bytes_t {
  struct bytes_t *next;
  uint8_t *data;
  size_t size, capacity;
} bytes_t;

static bytes_t *g_bytes;

static inline bytes_t *bytes_new(void) {
  bytes_t *b = calloc(1, sizeof *b);
  b->next = g_bytes;
  return g_bytes = b;
}

static inline void bytes_free_all(void) {
  while (g_bytes) {
    bytes_t *next = g_bytes->next;
    free(g_bytes->data);
    free(g_bytes);
    g_bytes = next;
  }
}

static inline bytes_t *put(bytes_t *b, const void *data, size_t size) {
  if (b->size + size > b->capacity) {
    b->capacity = 2 * (b->size + size);
    b->data = realloc(b->data, b->capacity);
  }
  if (size) memcpy(b->data + b->size, data, size);
  b->size += size;
  return b;
}

static inline void put_number(bytes_t *b, uint64_t value) {
  do {
    uint8_t byte = (uint8_t)(value & 0x7f) | (value > 0x7f ? 0x80 : 0);
    put(b, &byte, 1);
    value >>= 7;
  } while (value);
}

// Fields. They return |b| so that a message can be written as one expression.
static inline bytes_t *put_varint(bytes_t *b, uint32_t field, uint64_t value) {
  put_number(b, (uint64_t)field << 3);
  put_number(b, value);
  return b;
}

static inline bytes_t *put_data(bytes_t *b, uint32_t field, const void *data, size_t size) {
  put_number(b, (uint64_t)field << 3 | 2);
  put_number(b, size);
  return put(b, data, size);
}

static inline bytes_t *put_text(bytes_t *b, uint32_t field, const char *text) { return put_data(b, field, text, strlen(text)); }
static inline bytes_t *put_message(bytes_t *b, uint32_t field, const bytes_t *m) { return put_data(b, field, m->data, m->size); }

static inline bytes_t *put_float(bytes_t *b, uint32_t field, float value) {
  put_number(b, (uint64_t)field << 3 | 5);
  return put(b, &value, 4);
}

// One field for each part of |list|, which separates them by commas; "-" is an empty one.
static inline bytes_t *put_list(bytes_t *b, uint32_t field, const char *list) {
  while (*list) {
    size_t n = strcspn(list, ",");
    put_data(b, field, list, n == 1 && *list == '-' ? 0 : n);
    list += n + (list[n] == ',');
  }
  return b;
}

// ---- ONNX messages -------------------------------------------------------------------------------------------------

enum { ONNX_FLOAT = 1, ONNX_UINT8 = 2, ONNX_INT8 = 3, ONNX_INT32 = 6, ONNX_INT64 = 7, ONNX_STRING = 8, ONNX_BOOL = 9, ONNX_F16 = 10,
       ONNX_DOUBLE = 11, ONNX_UINT32 = 12, ONNX_BF16 = 16, ONNX_UINT4 = 21, ONNX_INT4 = 22 };
enum { ATTR_FLOAT = 1, ATTR_INT = 2, ATTR_STRING = 3, ATTR_TENSOR = 4, ATTR_GRAPH = 5, ATTR_FLOATS = 6, ATTR_INTS = 7, ATTR_STRINGS = 8 };

// NodeProto.
static inline bytes_t *node(const char *op_type, const char *name, const char *inputs, const char *outputs) {
  return put_text(put_text(put_list(put_list(bytes_new(), 1, inputs), 2, outputs), 3, name), 4, op_type);
}

// AttributeProto without its value.
static inline bytes_t *attribute(const char *name, int type) { return put_varint(put_text(bytes_new(), 1, name), 20, (uint64_t)type); }

// TensorProto without data. |dims| ends with -1.
static inline bytes_t *tensor(const char *name, int type, const int64_t *dims) {
  bytes_t *b = put_varint(put_text(bytes_new(), 8, name), 2, (uint64_t)type);
  for (; *dims != -1; ++dims) put_varint(b, 1, (uint64_t)*dims);
  return b;
}
#define DIMS(...) ((const int64_t[]){__VA_ARGS__, -1})
#define SCALAR ((const int64_t[]){-1})

static inline bytes_t *raw_tensor(const char *name, int type, const int64_t *dims, const void *data, size_t size) {
  return put_data(tensor(name, type, dims), 9, data, size);
}

// Makes |t| external. NULL leaves an entry out.
static inline bytes_t *external(bytes_t *t, const char *location, const char *offset, const char *length) {
  const char *entries[][2] = {{"location", location}, {"offset", offset}, {"length", length}};
  for (size_t i = 0; i < 3; ++i)
    if (entries[i][1]) put_message(t, 13, put_text(put_text(bytes_new(), 1, entries[i][0]), 2, entries[i][1]));
  return put_varint(t, 14, 1);
}

// ValueInfoProto of a float tensor; |dims| as in put_list, a number or a name each; NULL: no shape.
static inline bytes_t *value_info(const char *name, int type, const char *dims) {
  bytes_t *tensor_type = put_varint(bytes_new(), 1, (uint64_t)type);
  if (dims) {
    bytes_t *shape = bytes_new();
    while (*dims) {
      char text[64] = "";
      size_t n = strcspn(dims, ",");
      memcpy(text, dims, n);
      bytes_t *dim = bytes_new();
      char *end;
      long long number = strtoll(text, &end, 10);
      if (!*end) put_varint(dim, 1, (uint64_t)number);
      else if (strcmp(text, "?")) put_text(dim, 2, text);
      put_message(shape, 1, dim);
      dims += n + (dims[n] == ',');
    }
    put_message(tensor_type, 2, shape);
  }
  return put_message(put_text(bytes_new(), 1, name), 2, put_message(bytes_new(), 1, tensor_type));
}

// A GraphProto with input x, which can be added to.
static inline bytes_t *graph_of_x(void) { return put_message(put_text(bytes_new(), 2, "g"), 11, value_info("x", ONNX_FLOAT, "batch,4")); }

// Adds the output and makes a ModelProto of the graph.
static inline bytes_t *model_of(bytes_t *graph, const char *output) {
  put_message(graph, 12, value_info(output, ONNX_FLOAT, NULL));
  bytes_t *opset = put_varint(put_text(bytes_new(), 1, ""), 2, 17);
  return put_message(put_message(put_varint(bytes_new(), 1, 8), 8, opset), 7, graph);
}

#endif  // TEST_UNIT_ONNX_BYTES_H_
