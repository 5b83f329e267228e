#include "frontend/onnx_skeleton.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// Far above any real graph (405 billion parameters: 20000 nodes, 4 MB) and low enough that a hostile file can't make the parser, which needs
// up to a hundred bytes a field, take the machine's memory.
#define MAX_SKELETON_BYTES ((size_t)128 << 20)
#define MAX_FIELDS ((size_t)8 << 20)
// A varint takes up to ten bytes and may hold a one-byte element.
#define MAX_TYPED_BYTES (10 * SPC_ONNX_DENSE_LIMIT)

enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_GROUP_BEGIN = 3, WIRE_GROUP_END = 4, WIRE_FIXED32 = 5 };

typedef enum action_t {
  KEEP_VARINT,
  KEEP_FLOAT,
  KEEP_STRING,
  KEEP_BYTES,
  KEEP_VARINTS,  // repeated scalars, packed or not
  KEEP_FLOATS,
  KEEP_MESSAGE,
  KEEP_PRESENCE,   // an empty message in its place
  TYPED_VARINTS,   // the same as KEEP_VARINTS, a tensor's data
  TYPED_FLOATS,
  TYPED_DOUBLES,
  LOCATE,  // a locator in its place
} action_t;

typedef struct message_t message_t;
typedef struct rule_t {
  uint32_t field;  // 0 ends a list
  action_t action;
  bool repeated;
  const char *name;
  const message_t *message;
} rule_t;
struct message_t {
  const char *name;
  const rule_t *rules;
};

// The fields the importer reads. A field that is not here is checked for its extent and dropped.
#define MESSAGE(id, text, ...) \
  static const rule_t id##_rules[] = {__VA_ARGS__, {0}}; \
  static const message_t id = {text, id##_rules}
MESSAGE(k_entry, "StringStringEntryProto", {1, KEEP_STRING, false, "key"}, {2, KEEP_STRING, false, "value"});
MESSAGE(k_tensor, "TensorProto", {1, KEEP_VARINTS, true, "dims"}, {2, KEEP_VARINT, false, "data_type"},
        {4, TYPED_FLOATS, true, "float_data"}, {5, TYPED_VARINTS, true, "int32_data"}, {7, TYPED_VARINTS, true, "int64_data"},
        {8, KEEP_STRING, false, "name"}, {SPC_ONNX_RAW_DATA_FIELD, LOCATE, false, "raw_data"},
        {10, TYPED_DOUBLES, true, "double_data"}, {11, TYPED_VARINTS, true, "uint64_data"},
        {13, KEEP_MESSAGE, true, "external_data", &k_entry}, {14, KEEP_VARINT, false, "data_location"});
MESSAGE(k_attribute, "AttributeProto", {1, KEEP_STRING, false, "name"}, {2, KEEP_FLOAT, false, "f"}, {3, KEEP_VARINT, false, "i"},
        {4, KEEP_BYTES, false, "s"}, {5, KEEP_MESSAGE, false, "t", &k_tensor}, {7, KEEP_FLOATS, true, "floats"},
        {8, KEEP_VARINTS, true, "ints"}, {9, KEEP_BYTES, true, "strings"}, {20, KEEP_VARINT, false, "type"},
        {21, KEEP_STRING, false, "ref_attr_name"});
MESSAGE(k_node, "NodeProto", {1, KEEP_STRING, true, "input"}, {2, KEEP_STRING, true, "output"}, {3, KEEP_STRING, false, "name"},
        {4, KEEP_STRING, false, "op_type"}, {5, KEEP_MESSAGE, true, "attribute", &k_attribute}, {7, KEEP_STRING, false, "domain"});
MESSAGE(k_dimension, "TensorShapeProto.Dimension", {1, KEEP_VARINT, false, "dim_value"}, {2, KEEP_STRING, false, "dim_param"});
MESSAGE(k_shape, "TensorShapeProto", {1, KEEP_MESSAGE, true, "dim", &k_dimension});
MESSAGE(k_tensor_type, "TypeProto.Tensor", {1, KEEP_VARINT, false, "elem_type"}, {2, KEEP_MESSAGE, false, "shape", &k_shape});
MESSAGE(k_type, "TypeProto", {1, KEEP_MESSAGE, false, "tensor_type", &k_tensor_type}, {4, KEEP_PRESENCE, false, "sequence_type"},
        {5, KEEP_PRESENCE, false, "map_type"}, {8, KEEP_PRESENCE, false, "sparse_tensor_type"},
        {9, KEEP_PRESENCE, false, "optional_type"});
MESSAGE(k_value_info, "ValueInfoProto", {1, KEEP_STRING, false, "name"}, {2, KEEP_MESSAGE, false, "type", &k_type});
MESSAGE(k_graph, "GraphProto", {1, KEEP_MESSAGE, true, "node", &k_node}, {2, KEEP_STRING, false, "name"},
        {5, KEEP_MESSAGE, true, "initializer", &k_tensor}, {11, KEEP_MESSAGE, true, "input", &k_value_info},
        {12, KEEP_MESSAGE, true, "output", &k_value_info}, {15, KEEP_PRESENCE, true, "sparse_initializer"});
MESSAGE(k_opset, "OperatorSetIdProto", {1, KEEP_STRING, false, "domain"}, {2, KEEP_VARINT, false, "version"});
MESSAGE(k_function, "FunctionProto", {1, KEEP_STRING, false, "name"}, {10, KEEP_STRING, false, "domain"});
MESSAGE(k_model, "ModelProto", {1, KEEP_VARINT, false, "ir_version"}, {2, KEEP_STRING, false, "producer_name"},
        {3, KEEP_STRING, false, "producer_version"}, {7, KEEP_MESSAGE, false, "graph", &k_graph},
        {8, KEEP_MESSAGE, true, "opset_import", &k_opset}, {14, KEEP_MESSAGE, true, "metadata_props", &k_entry},
        {25, KEEP_MESSAGE, true, "functions", &k_function});

typedef struct scanner_t {
  const uint8_t *data;
  uint8_t *out;
  size_t out_size;
  size_t out_capacity;
  size_t fields;
} scanner_t;

typedef struct field_t {
  uint32_t number;
  uint32_t wire;
  size_t begin;    // of the tag
  size_t payload;  // of the value, after the length if it has one
  size_t end;
} field_t;

static const rule_t *find_rule(const message_t *message, uint32_t number) {
  for (const rule_t *rule = message->rules; rule->field; ++rule)
    if (rule->field == number) return rule;
  return NULL;
}

static const char *field_name(const message_t *message, uint32_t number) {
  const rule_t *rule = find_rule(message, number);
  return rule ? rule->name : "not read by spc";
}

// Reads a varint at *pos, which moves behind it. False when it runs past |end| or ten bytes.
static bool read_varint(const scanner_t *scanner, size_t *pos, size_t end, uint64_t *out_value) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 70 && *pos < end; shift += 7) {
    uint8_t byte = scanner->data[(*pos)++];
    value |= shift < 64 ? (uint64_t)(byte & 0x7f) << shift : 0;
    if (byte < 0x80) {
      *out_value = value;
      return true;
    }
  }
  return false;
}

static spc_status_t read_field(const scanner_t *scanner, const message_t *message, size_t pos, size_t end, field_t *out_field) {
  field_t field = {.begin = pos};
  uint64_t tag, length;
  if (!read_varint(scanner, &pos, end, &tag))
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "byte %zu: %s ends inside a field's tag", field.begin, message->name);
  if (tag > UINT32_MAX || tag >> 3 == 0)
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "byte %zu: %s has a field with the impossible tag 0x%llx", field.begin, message->name,
                      (unsigned long long)tag);
  field.number = (uint32_t)(tag >> 3);
  field.wire = (uint32_t)(tag & 7);
  field.payload = pos;
  const char *name = field_name(message, field.number);
  switch (field.wire) {
    case WIRE_VARINT:
      if (!read_varint(scanner, &pos, end, &length))
        return SPC_STATUS(SPC_INVALID_ARGUMENT, "byte %zu: field %u (%s) of %s is a number that does not end", field.begin, field.number,
                          name, message->name);
      break;
    case WIRE_FIXED64:
    case WIRE_FIXED32:
    case WIRE_BYTES:
      length = field.wire == WIRE_FIXED64 ? 8 : 4;
      if (field.wire == WIRE_BYTES && !read_varint(scanner, &pos, end, &length))
        return SPC_STATUS(SPC_INVALID_ARGUMENT, "byte %zu: field %u (%s) of %s has a length that does not end", field.begin, field.number,
                          name, message->name);
      field.payload = pos;
      if (length > end - pos)
        return SPC_STATUS(SPC_INVALID_ARGUMENT,
                          "byte %zu: field %u (%s) of %s has %llu bytes but only %zu are left: the file is truncated or not ONNX",
                          field.begin, field.number, name, message->name, (unsigned long long)length, end - pos);
      pos += (size_t)length;
      break;
    default:
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "byte %zu: field %u of %s has wire type %u, which ONNX files don't use", field.begin,
                        field.number, message->name, field.wire);
  }
  field.end = pos;
  *out_field = field;
  return NULL;
}

static spc_status_t reserve(scanner_t *scanner, size_t bytes, uint8_t **out_room) {
  *out_room = NULL;
  if (bytes > MAX_SKELETON_BYTES - scanner->out_size)
    return SPC_STATUS(SPC_UNSUPPORTED, "the graph without its weights takes more than %zu MiB", MAX_SKELETON_BYTES >> 20);
  size_t needed = scanner->out_size + bytes;
  if (needed > scanner->out_capacity) {
    size_t capacity = scanner->out_capacity ? scanner->out_capacity * 2 : 64 << 10;
    while (capacity < needed) capacity *= 2;
    uint8_t *grown = realloc(scanner->out, capacity);
    if (!grown) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for the graph (%zu bytes)", capacity);
    scanner->out = grown;
    scanner->out_capacity = capacity;
  }
  *out_room = scanner->out + scanner->out_size;
  scanner->out_size = needed;
  return NULL;
}

static spc_status_t keep_bytes(scanner_t *scanner, size_t begin, size_t end) {
  uint8_t *room;
  SPC_RETURN_IF_ERROR(reserve(scanner, end - begin, &room));
  memcpy(room, scanner->data + begin, end - begin);
  return NULL;
}

static spc_status_t write_locator(scanner_t *scanner, const field_t *field) {
  spc_onnx_locator_t locator = {field->payload, field->end - field->payload, field->number};
  uint8_t *room;
  SPC_RETURN_IF_ERROR(reserve(scanner, 2 + sizeof locator, &room));
  room[0] = SPC_ONNX_RAW_DATA_FIELD << 3 | WIRE_BYTES;
  room[1] = sizeof locator;
  memcpy(room + 2, &locator, sizeof locator);
  return NULL;
}

static spc_status_t check_packed(const scanner_t *scanner, const message_t *message, const rule_t *rule, const field_t *field,
                                 size_t element) {
  size_t length = field->end - field->payload;
  if (element && length % element)
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "byte %zu: %s of %s has %zu bytes, which is no multiple of %zu", field->begin, rule->name,
                      message->name, length, element);
  for (size_t pos = field->payload; !element && pos < field->end;) {
    uint64_t value;
    size_t at = pos;
    if (!read_varint(scanner, &pos, field->end, &value))
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "byte %zu: %s of %s holds a number that does not end", at, rule->name, message->name);
  }
  return NULL;
}

// Repeated scalars of |element| bytes each (0: varints), packed or one a field.
static spc_status_t keep_scalars(scanner_t *scanner, const message_t *message, const rule_t *rule, const field_t *field, size_t element) {
  if (field->wire == WIRE_BYTES) SPC_RETURN_IF_ERROR(check_packed(scanner, message, rule, field, element));
  return keep_bytes(scanner, field->begin, field->end);
}

static spc_status_t keep_typed(scanner_t *scanner, const message_t *message, const rule_t *rule, const field_t *field, size_t element,
                               size_t *typed_bytes, uint32_t *seen) {
  size_t length = field->end - field->payload;
  // Long packed floats look like raw data, so they can stay where they are.
  if (element && field->wire == WIRE_BYTES && length > SPC_ONNX_DENSE_LIMIT) {
    SPC_RETURN_IF_ERROR(check_packed(scanner, message, rule, field, element));
    if (*seen & 1u << SPC_ONNX_RAW_DATA_FIELD)
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "byte %zu: a TensorProto has its data twice", field->begin);
    *seen |= 1u << SPC_ONNX_RAW_DATA_FIELD;
    return write_locator(scanner, field);
  }
  *typed_bytes += length;
  if (*typed_bytes > MAX_TYPED_BYTES)
    return SPC_STATUS(SPC_UNSUPPORTED,
                      "byte %zu: a TensorProto has more than %zu KiB in %s: save it with raw_data (onnx.numpy_helper.from_array does)",
                      field->begin, (size_t)MAX_TYPED_BYTES >> 10, rule->name);
  return keep_scalars(scanner, message, rule, field, element);
}

static spc_status_t scan_message(scanner_t *scanner, const message_t *message, size_t begin, size_t end);

// A message's length is known when its fields have been written; five bytes are left for it, which is a valid way to write any.
static spc_status_t keep_message(scanner_t *scanner, const rule_t *rule, const field_t *field) {
  uint8_t *room;
  SPC_RETURN_IF_ERROR(reserve(scanner, 2 + 5, &room));
  uint32_t tag = rule->field << 3 | WIRE_BYTES;
  room[0] = (uint8_t)(tag & 0x7f) | 0x80;
  room[1] = (uint8_t)(tag >> 7);
  size_t body = scanner->out_size;
  if (rule->message) SPC_RETURN_IF_ERROR(scan_message(scanner, rule->message, field->payload, field->end));
  size_t length = scanner->out_size - body;
  for (size_t i = 0; i < 5; ++i) scanner->out[body - 5 + i] = (uint8_t)(length >> 7 * i & 0x7f) | (i < 4 ? 0x80 : 0);
  return NULL;
}

static bool wire_fits(action_t action, uint32_t wire) {
  switch (action) {
    case KEEP_VARINT: return wire == WIRE_VARINT;
    case KEEP_FLOAT: return wire == WIRE_FIXED32;
    case KEEP_VARINTS:
    case TYPED_VARINTS: return wire == WIRE_VARINT || wire == WIRE_BYTES;
    case KEEP_FLOATS:
    case TYPED_FLOATS: return wire == WIRE_FIXED32 || wire == WIRE_BYTES;
    case TYPED_DOUBLES: return wire == WIRE_FIXED64 || wire == WIRE_BYTES;
    default: return wire == WIRE_BYTES;
  }
}

static spc_status_t scan_field(scanner_t *scanner, const message_t *message, const rule_t *rule, const field_t *field,
                               size_t *typed_bytes, uint32_t *seen) {
  if (!wire_fits(rule->action, field->wire))
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "byte %zu: %s of %s has wire type %u, which is another type of value", field->begin,
                      rule->name, message->name, field->wire);
  if (!rule->repeated && *seen & 1u << rule->field)
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "byte %zu: %s of %s appears twice", field->begin, rule->name, message->name);
  *seen |= 1u << rule->field;
  if (++scanner->fields > MAX_FIELDS)
    return SPC_STATUS(SPC_UNSUPPORTED, "byte %zu: the graph has more than %zu fields", field->begin, MAX_FIELDS);
  switch (rule->action) {
    case KEEP_STRING:
      if (memchr(scanner->data + field->payload, 0, field->end - field->payload))
        return SPC_STATUS(SPC_INVALID_ARGUMENT, "byte %zu: %s of %s has a NUL character in it", field->begin, rule->name, message->name);
      return keep_bytes(scanner, field->begin, field->end);
    case KEEP_VARINTS: return keep_scalars(scanner, message, rule, field, 0);
    case KEEP_FLOATS: return keep_scalars(scanner, message, rule, field, 4);
    case TYPED_VARINTS: return keep_typed(scanner, message, rule, field, 0, typed_bytes, seen);
    case TYPED_FLOATS: return keep_typed(scanner, message, rule, field, 4, typed_bytes, seen);
    case TYPED_DOUBLES: return keep_typed(scanner, message, rule, field, 8, typed_bytes, seen);
    case KEEP_MESSAGE:
    case KEEP_PRESENCE: return keep_message(scanner, rule, field);
    case LOCATE: return write_locator(scanner, field);
    default: return keep_bytes(scanner, field->begin, field->end);
  }
}

// Recursion is bounded: the messages of the table don't contain themselves.
static spc_status_t scan_message(scanner_t *scanner, const message_t *message, size_t begin, size_t end) {
  uint32_t seen = 0;  // by field number; those of the table are below 32
  size_t typed_bytes = 0;
  for (size_t pos = begin; pos < end;) {
    field_t field = {0};
    SPC_RETURN_IF_ERROR(read_field(scanner, message, pos, end, &field));
    const rule_t *rule = find_rule(message, field.number);
    if (rule) SPC_RETURN_IF_ERROR(scan_field(scanner, message, rule, &field, &typed_bytes, &seen));
    pos = field.end;
  }
  return NULL;
}

// ONNX has no magic number. These are what people pass instead.
static const char *foreign_format(const uint8_t *data, size_t size) {
  static const struct {
    size_t at;
    const char *magic;
    const char *what;
  } formats[] = {
      {0, "version https://git-lfs", "a Git LFS pointer: run `git lfs pull` to get the model it stands for"},
      {0, "PK\x03\x04", "a zip archive, perhaps a PyTorch checkpoint: export it to ONNX first"},
      {0, "GGUF", "a GGUF model: export the original to ONNX"},
      {4, "ORTM", "an onnxruntime .ort model: pass the .onnx file it was made from"},
      {0, "\x7f" "ELF", "an ELF file, not a model"},
      {0, "{", "JSON text, not a model"},
  };
  for (size_t i = 0; i < sizeof formats / sizeof *formats; ++i) {
    size_t at = formats[i].at, n = strlen(formats[i].magic);
    if (size >= at + n && !memcmp(data + at, formats[i].magic, n)) return formats[i].what;
  }
  return NULL;
}

spc_status_t spc_onnx_skeleton_init(const void *data, size_t size, spc_onnx_skeleton_t *out_skeleton) {
  *out_skeleton = (spc_onnx_skeleton_t){0};
  if (!size) return SPC_STATUS(SPC_INVALID_ARGUMENT, "the file is empty");
  // Protobuf's own limit, which ONNX inherits.
  if (size > INT32_MAX)
    return SPC_STATUS(SPC_UNSUPPORTED, "%zu bytes are more than an ONNX file may have (2 GiB): save the weights as external data", size);
  const char *foreign = foreign_format(data, size);
  scanner_t scanner = {.data = data};
  spc_status_t status = scan_message(&scanner, &k_model, 0, size);
  if (status) {
    free(scanner.out);
    return foreign && spc_status_code(status) == SPC_INVALID_ARGUMENT ? spc_status_annotate(status, "this is %s", foreign)
                                                                      : spc_status_annotate(status, "not a valid ONNX file");
  }
  *out_skeleton = (spc_onnx_skeleton_t){scanner.out, scanner.out_size};
  return NULL;
}

void spc_onnx_skeleton_deinit(spc_onnx_skeleton_t *skeleton) {
  if (!skeleton) return;
  free(skeleton->data);
  *skeleton = (spc_onnx_skeleton_t){0};
}
