#include "random_fill.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

// SplitMix64 (Steele, Lea, Flood 2014) as a hash of (seed, index).
static uint64_t hash(uint64_t seed, uint64_t index) {
  uint64_t z = seed + (index + 1) * UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

// To the nearest, ties to even, as GPUs convert. Values are finite and far below the largest of either type.
static uint16_t to_bf16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}
static uint16_t to_f16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  uint32_t sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
  if (magnitude < 0x38800000) return (uint16_t)(sign | (uint32_t)rintf(fabsf(value) * 0x1p24f));  // subnormal: a multiple of 2^-24
  return (uint16_t)(sign | ((magnitude - (112u << 23) + 0xfff + (magnitude >> 13 & 1)) >> 13));
}

void spc_random_fill(uint32_t element, void *data, uint64_t count, uint64_t seed, double scale) {
  if (element == SPC_I32) {
    memset(data, 0, count * sizeof(int32_t));
    return;
  }
  float *f32 = data;
  uint16_t *half = data;
  for (uint64_t i = 0; i < count; ++i) {
    float value = ((float)(hash(seed, i) >> 40) * 0x1p-23f - 1.0f) * (float)scale;  // exact but for the product
    if (element == SPC_F32) {
      f32[i] = value;
    } else {
      half[i] = element == SPC_BF16 ? to_bf16(value) : to_f16(value);
    }
  }
}

void spc_random_constant(uint32_t element, void *data, uint64_t count, uint32_t value) {
  uint32_t *words = data;
  uint16_t *half = data;
  bool wide = element == SPC_F32 || element == SPC_I32;
  for (uint64_t i = 0; i < count; ++i) {
    if (wide) {
      words[i] = value;
    } else {
      half[i] = (uint16_t)value;
    }
  }
}

double spc_random_weight_scale(const spc_weight_t *weight, double scale) {
  return weight->cols == 1 || weight->element == SPC_I32 ? 0 : scale * sqrt(3.0 / (double)weight->cols);
}

uint32_t spc_random_weight_constant(const spc_weight_t *weight) {
  switch (weight->element) {
    case SPC_F32: return 0x3f800000;
    case SPC_F16: return 0x3c00;
    case SPC_BF16: return 0x3f80;
    default: return 0;
  }
}

uint64_t spc_random_weight_seed(uint64_t seed, uint32_t index) { return hash(seed, index); }
