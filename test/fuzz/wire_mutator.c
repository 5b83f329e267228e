#include "test/fuzz/wire_mutator.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

#define MAX_FIELDS 512
#define MAX_DEPTH 12

typedef struct field_t {
  size_t begin, payload, end;
  uint64_t tag;
} field_t;

typedef struct random_t {
  uint64_t state;
} random_t;

static size_t pick(random_t *random, size_t n) {
  random->state = random->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (size_t)(random->state >> 33) % n;
}

static bool read_varint(const uint8_t *data, size_t size, size_t *pos, uint64_t *out_value) {
  *out_value = 0;
  for (unsigned shift = 0; shift < 64 && *pos < size; shift += 7) {
    uint8_t byte = data[(*pos)++];
    *out_value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

static size_t write_varint(uint8_t *out, uint64_t value) {
  size_t n = 0;
  do {
    out[n++] = (uint8_t)(value & 0x7f) | (value > 0x7f ? 0x80 : 0);
    value >>= 7;
  } while (value);
  return n;
}

// The fields of a message; 0 when |data| is none, is empty, or has too many.
static size_t split(const uint8_t *data, size_t size, field_t *fields) {
  size_t count = 0;
  for (size_t pos = 0; pos < size;) {
    if (count == MAX_FIELDS) return 0;
    field_t *field = &fields[count++];
    uint64_t length = 0;
    field->begin = pos;
    if (!read_varint(data, size, &pos, &field->tag) || !(field->tag >> 3) || field->tag > UINT32_MAX) return 0;
    field->payload = pos;
    switch (field->tag & 7) {
      case 0:
        if (!read_varint(data, size, &pos, &length)) return 0;
        length = 0;
        break;
      case 1: length = 8; break;
      case 2:
        if (!read_varint(data, size, &pos, &length)) return 0;
        field->payload = pos;
        break;
      case 5: length = 4; break;
      default: return 0;
    }
    if (length > size - pos) return 0;
    pos += (size_t)length;
    field->end = pos;
  }
  return count;
}

static uint64_t interesting_number(random_t *random) {
  static const uint64_t numbers[] = {0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 14, 16, 21, 22, 127, 128, 65535, 65536, INT32_MAX, UINT32_MAX,
                                     INT64_MAX, (uint64_t)INT64_MIN, UINT64_MAX, UINT64_C(1) << 61};
  return numbers[pick(random, sizeof numbers / sizeof *numbers)];
}

static size_t mutate(uint8_t *data, size_t size, size_t max_size, random_t *random, int depth);

// Moves the bytes behind |end| so that they follow |begin| + |length|. False when that is too long.
static bool resize(uint8_t *data, size_t *size, size_t max_size, size_t begin, size_t end, size_t length) {
  size_t tail = *size - end;
  if (begin + length + tail > max_size) return false;
  memmove(data + begin + length, data + end, tail);
  *size = begin + length + tail;
  return true;
}

static size_t change_payload(uint8_t *data, size_t size, size_t max_size, const field_t *field, random_t *random, int depth) {
  uint8_t head[20];
  size_t n = write_varint(head, field->tag), length = field->end - field->payload;
  switch (field->tag & 7) {
    case 0:
      n += write_varint(head + n, interesting_number(random));
      if (resize(data, &size, max_size, field->begin, field->end, n)) memcpy(data + field->begin, head, n);
      return size;
    case 2: {
      size_t room = length + 64;
      uint8_t *payload = malloc(room);
      if (!payload) return size;
      memcpy(payload, data + field->payload, length);
      size_t changed = mutate(payload, length, room, random, depth + 1);
      n += write_varint(head + n, changed);
      if (resize(data, &size, max_size, field->begin, field->end, n + changed)) {
        memcpy(data + field->begin, head, n);
        memcpy(data + field->begin + n, payload, changed);
      }
      free(payload);
      return size;
    }
    default: LLVMFuzzerMutate(data + field->payload, length, length); return size;
  }
}

static size_t mutate(uint8_t *data, size_t size, size_t max_size, random_t *random, int depth) {
  field_t *fields = malloc(MAX_FIELDS * sizeof *fields);
  size_t count = fields && depth < MAX_DEPTH ? split(data, size, fields) : 0;
  if (!count || !pick(random, 40)) {
    free(fields);
    return LLVMFuzzerMutate(data, size, max_size);
  }
  field_t field = fields[pick(random, count)], other = fields[pick(random, count)];
  free(fields);
  size_t length = field.end - field.begin;
  switch (pick(random, 8)) {
    case 0: resize(data, &size, max_size, field.begin, field.end, 0); return size;  // without it
    case 1:                                                                         // a copy of it in front of another
      if (size + length <= max_size) {
        uint8_t *copy = malloc(length + 1);
        if (!copy) return size;
        memcpy(copy, data + field.begin, length);
        resize(data, &size, max_size, other.begin, other.begin, length);
        memcpy(data + other.begin, copy, length);
        free(copy);
      }
      return size;
    default: return change_payload(data, size, max_size, &field, random, depth);
  }
}

size_t spc_fuzz_mutate_message(uint8_t *data, size_t size, size_t max_size, unsigned seed) {
  random_t random = {seed};
  pick(&random, 1);
  return mutate(data, size, max_size, &random, 0);
}
