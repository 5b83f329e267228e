// Random weights and cache rows, for measuring without a model. Numbers are uniform and a function of seed and index only, the same as
// the GPU kernel fill_random makes.
//
// Matrices [rows, cols] are uniform in +-scale * sqrt(3 / cols), so that y = W x has the mean square of x. Vectors (one column: norms, biases, rotary
// frequencies) are constant: ones where a norm may be, so that activations stay near one in any depth. Integers are zero.
#ifndef SPC_RUNTIME_RANDOM_FILL_H_
#define SPC_RUNTIME_RANDOM_FILL_H_

#include <stdint.h>

#include "spc/abi.h"

// |count| elements in [-scale, scale].
void spc_random_fill(uint32_t element, void *data, uint64_t count, uint64_t seed, double scale);
// |count| elements of |value|, a bit pattern of the element type.
void spc_random_constant(uint32_t element, void *data, uint64_t count, uint32_t value);

// The scale of a weight; 0 for one that is constant.
double spc_random_weight_scale(const spc_weight_t *weight, double scale);
// The bit pattern of a constant weight's elements.
uint32_t spc_random_weight_constant(const spc_weight_t *weight);
// The seed of weight |index| in a model's random weights of |seed|: different ones are unrelated.
uint64_t spc_random_weight_seed(uint64_t seed, uint32_t index);

#endif  // SPC_RUNTIME_RANDOM_FILL_H_
