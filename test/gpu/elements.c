#include "test/gpu/elements.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const k_names[] = {"f32", "f16", "bf16", "i32"};

int element_parse(const char *name) {
  for (int i = 0; i < 4; ++i) {
    if (strcmp(name, k_names[i]) == 0) return i;
  }
  fprintf(stderr, "no element type is called '%s'\n", name);
  exit(1);
}

const char *element_name(int element) { return k_names[element]; }
size_t element_size(int element) { return element == SPC_F32 || element == SPC_I32 ? 4 : 2; }
double element_unit(int element) { return element == SPC_F32 ? 0x1p-24 : element == SPC_F16 ? 0x1p-11 : 0x1p-8; }

uint32_t float_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  return bits;
}

static float bits_float(uint32_t bits) {
  float x;
  memcpy(&x, &bits, 4);
  return x;
}

static float half_to_float(uint16_t bits) {
  uint32_t exponent = bits >> 10 & 31, mantissa = bits & 1023, sign = (uint32_t)(bits & 0x8000) << 16;
  if (exponent == 31) return bits_float(sign | 0x7f800000 | mantissa << 13);
  if (exponent) return bits_float(sign | (exponent + 112) << 23 | mantissa << 13);
  float small = (float)mantissa * 0x1p-24f;
  return sign ? -small : small;
}

static uint16_t float_to_half(float x) {
  uint32_t bits = float_bits(x), size = bits & 0x7fffffff;
  uint32_t half;
  if (size >= 0x38800000) {
    size -= 0x38000000;
    half = (size + 0xfff + (size >> 13 & 1)) >> 13;
  } else {
    half = (uint32_t)lrintf(ldexpf(fabsf(x), 24));
  }
  return (uint16_t)(half | bits >> 31 << 15);
}

float element_load(const void *data, int element, size_t i) {
  if (element == SPC_F32) return ((const float *)data)[i];
  uint16_t bits = ((const uint16_t *)data)[i];
  return element == SPC_BF16 ? bits_float((uint32_t)bits << 16) : half_to_float(bits);
}

void element_store(void *data, int element, size_t i, float x) {
  if (element == SPC_F32) {
    ((float *)data)[i] = x;
  } else if (element == SPC_BF16) {
    uint32_t bits = float_bits(x);
    ((uint16_t *)data)[i] = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  } else {
    ((uint16_t *)data)[i] = float_to_half(x);
  }
}

float element_round(int element, float x) {
  float storage;
  element_store(&storage, element, 0, x);
  return element_load(&storage, element, 0);
}

static uint64_t g_random = 0x9e3779b97f4a7c15u;

uint32_t random_u32(void) {
  g_random ^= g_random << 13;
  g_random ^= g_random >> 7;
  g_random ^= g_random << 17;
  return (uint32_t)(g_random >> 32);
}

float random_float(void) { return (float)random_u32() / 2147483648.0f - 1.0f; }
int random_below(int n) { return (int)(random_u32() % (uint32_t)n); }
