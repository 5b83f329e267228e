// Numbers of the storage types, and random ones.
#ifndef TEST_GPU_ELEMENTS_H_
#define TEST_GPU_ELEMENTS_H_

#include <stddef.h>
#include <stdint.h>

#include "spc/abi.h"

// "f32", "f16", "bf16"; ends the process for another.
int element_parse(const char *name);
const char *element_name(int element);
size_t element_size(int element);
// The largest relative error of rounding to it.
double element_unit(int element);

float element_load(const void *data, int element, size_t i);
// Rounds to nearest even; |x| is finite and not above the type's largest.
void element_store(void *data, int element, size_t i, float x);
// |x| rounded to |element| and back.
float element_round(int element, float x);

uint32_t float_bits(float x);

uint32_t random_u32(void);     // the same sequence in every process
float random_float(void);      // [-1, 1)
int random_below(int n);

#endif  // TEST_GPU_ELEMENTS_H_
