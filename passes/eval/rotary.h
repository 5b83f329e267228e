// Rotary position embedding of one head, for the operators that contain it.
#ifndef PASSES_EVAL_ROTARY_H_
#define PASSES_EVAL_ROTARY_H_

#include <stdbool.h>
#include <stdint.h>

// Rotates the first 2*half of |head_size| values of x into y (which may be x) and copies the rest. cos, sin: [half].
// Interleaved pairs are (2i, 2i+1), the others (i, i+half).
void spc_eval_rotate(const double *x, double *y, int64_t head_size, int64_t half, const double *cos, const double *sin, bool interleaved);

#endif  // PASSES_EVAL_ROTARY_H_
