// Kernels around the model: the greedy token, random weights, features of a feature-fed retriever.
#include <math.h>
#include <string.h>

#include "test/gpu/arrays.h"
#include "test/gpu/cases.h"
#include "test/gpu/elements.h"
#include "test/gpu/runner.h"

void case_argmax(const kernel_t *kernel) {
  static const int vocabularies[] = {1, 5, 160, 1000, 1025, 32003, 128256};
  enum { rows = 6 };
  for (int c = 0; c < 7; ++c) {
    size_t v = (size_t)vocabularies[c];
    array_t *logits = array_input("logits", SPC_F32, rows * v), *next = array_output("next", SPC_I32, rows);
    float *x = logits->host;
    // Row 1: many equal ones. Row 2: NaNs around. Row 3: all negative. Row 4: all -infinity but one. Row 5: the last is the largest.
    for (size_t i = 0; i < v; ++i) {
      x[v + i] = (float)random_below(3);
      if (i % 3 != 1 && v > 1) x[2 * v + i] = i & 1 ? NAN : -NAN;
      x[3 * v + i] = -1 - fabsf(x[3 * v + i]);
      x[4 * v + i] = -INFINITY;
    }
    x[4 * v + v / 2] = -1e30f;
    x[5 * v + v - 1] = 3;
    LAUNCH(kernel, 1, 1, rows, P(logits), P(next), I(v));
    for (size_t r = 0; r < rows; ++r) {
      size_t best = v;
      for (size_t i = 0; i < v; ++i) {
        if (!isnan(x[r * v + i]) && (best == v || x[r * v + i] > x[r * v + best])) best = i;
      }
      check(array_i32(next)[r] == (int32_t)best, "V = %zu, row %zu: %d is chosen, not %zu", v, r, array_i32(next)[r], best);
    }
    arrays_free();
  }
}

void case_fill_random(const kernel_t *kernel) {
  static const int counts[] = {1, 7, 1000, 4099, 65536};
  int element = kernel_element(kernel, "!elem", SPC_F32);
  for (int c = 0; c < 5; ++c) {
    size_t n = (size_t)counts[c];
    array_t *out = array_output("out", element, n), *again = array_output("again", element, n), *other = array_output("other", element, n);
    LAUNCH(kernel, 7, 1, 1, P(out), I(n), I(42), F(0.5));
    LAUNCH(kernel, 64, 1, 1, P(again), I(n), I(42), F(0.5));
    LAUNCH(kernel, 7, 1, 1, P(other), I(n), I(43), F(0.5));
    check_same_bits(out->host, again->host, out->size, "one seed, two grids");
    double sum = 0, squares = 0;
    size_t inside = 0, same = 0, repeats = 0;
    for (size_t i = 0; i < n; ++i) {
      double x = element_load(out->host, element, i);
      inside += x >= -0.5 && x <= 0.5;  // rounding may reach the end
      same += x == element_load(other->host, element, i);
      repeats += i && x == element_load(out->host, element, i - 1);
      sum += x;
      squares += x * x;
    }
    check(inside == n, "%zu of %zu numbers are outside [-0.5, 0.5]", n - inside, n);
    // Five standard deviations of a uniform distribution's mean and variance.
    double deviation = 0.5 / sqrt(3.0);
    check(fabs(sum / (double)n) <= 5 * deviation / sqrt((double)n), "the mean of %zu numbers is %.3g", n, sum / (double)n);
    if (n >= 1000) {
      check(fabs(squares / (double)n - 1.0 / 12) <= 5 * 0.0745 / sqrt((double)n), "the mean square of %zu numbers is %.4g", n, squares / (double)n);
      check(same < n / 20, "two seeds agree in %zu of %zu numbers", same, n);
      check(repeats < n / 20, "%zu of %zu numbers repeat the one before", repeats, n);
    }
    arrays_free();
  }
}

void case_shift_features(const kernel_t *kernel) {
  enum { batch = 3 };
  static const int shapes[][2] = {{1, 37}, {4, 37}, {7, 1000}, {3, 4096}};
  for (int c = 0; c < 4; ++c) {
    size_t rows = (size_t)shapes[c][0], f = (size_t)shapes[c][1];
    array_t *x = array_input("f", SPC_F32, rows * f), *out = array_output("out", SPC_F32, rows * f), *state = array_output("state", SPC_F32, batch * f);
    array_t *sequences = array_input("sequences", SPC_I32, rows), *old = array_input("old state", SPC_F32, batch * f);
    memcpy(state->host, old->host, state->size);
    for (size_t r = 0; r < rows; ++r) array_i32(sequences)[r] = 1;
    LAUNCH(kernel, 1 + c % 3, 1, rows, P(x), P(out), P(state), P(sequences), I(f), I(rows));
    check_same_bits(out->host, array_f32(old) + f, f * 4, "the first row and the state");
    check_same_bits(array_f32(out) + f, x->host, (rows - 1) * f * 4, "later rows");
    check_same_bits(array_f32(state) + f, array_f32(x) + (rows - 1) * f, f * 4, "the state and the last row");
    check_same_bits(state->host, old->host, f * 4, "the state of sequence 0");
    check_same_bits(array_f32(state) + 2 * f, array_f32(old) + 2 * f, f * 4, "the state of sequence 2");
    arrays_free();
  }
}

static void check_feature_rows(const kernel_t *kernel, bool store) {
  enum { batch = 4, rows = 3 };
  static const int widths[] = {1, 37, 1000, 4096};
  static const int32_t slots[rows] = {3, 0, 2};
  for (int c = 0; c < 4; ++c) {
    size_t f = (size_t)widths[c];
    array_t *sequences = array_input("sequences", SPC_I32, rows);
    array_t *from = array_input("from", SPC_F32, (store ? rows : batch) * f), *to = array_output("to", SPC_F32, (store ? batch : rows) * f);
    memcpy(sequences->host, slots, sizeof slots);
    if (store) {
      LAUNCH(kernel, 1 + c, 1, rows, P(from), P(to), P(sequences), I(f));
      check_all_poison(array_f32(to) + f, f * 4, "a sequence that is not in the batch");
    } else {
      LAUNCH(kernel, 1 + c, 1, rows, P(from), P(sequences), P(to), I(f));
    }
    for (size_t r = 0; r < rows; ++r) {
      size_t slot = (size_t)slots[r];
      check_same_bits(array_f32(to) + (store ? slot : r) * f, array_f32(from) + (store ? r : slot) * f, f * 4, "a row");
    }
    arrays_free();
  }
}

void case_load_features(const kernel_t *kernel) { check_feature_rows(kernel, false); }
void case_store_features(const kernel_t *kernel) { check_feature_rows(kernel, true); }

// |rows| new rows of the sequence in slot 1, and W - 1 kept ones before them.
void case_shift_window(const kernel_t *kernel) {
  enum { batch = 3 };
  static const struct {
    size_t rows, width, tokens;
  } shapes[] = {{1, 37, 3}, {4, 64, 16}, {15, 64, 16}, {16, 300, 16}, {200, 64, 12}, {5, 1, 2}};
  for (int c = 0; c < 6; ++c) {
    size_t rows = shapes[c].rows, e = shapes[c].width, w = shapes[c].tokens, kept = w - 1;
    array_t *x = array_input("e", SPC_F32, rows * e), *out = array_output("out", SPC_F32, rows * w * e);
    array_t *state = array_output("state", SPC_F32, batch * kept * e), *old = array_input("old state", SPC_F32, batch * kept * e);
    array_t *sequences = array_input("sequences", SPC_I32, rows), *seen = array_input("seen", SPC_F32, (kept + rows) * e);
    memcpy(state->host, old->host, state->size);
    memcpy(seen->host, array_f32(old) + kept * e, kept * e * 4);
    memcpy(array_f32(seen) + kept * e, x->host, rows * e * 4);
    for (size_t r = 0; r < rows; ++r) array_i32(sequences)[r] = 1;
    LAUNCH(kernel, 1, 1, rows, P(x), P(out), P(state), P(sequences), I(e), I(w), I(rows));
    for (size_t r = 0; r < rows; ++r) check_same_bits(array_f32(out) + r * w * e, array_f32(seen) + r * e, w * e * 4, "the window of a row");
    check_same_bits(array_f32(state) + kept * e, array_f32(seen) + rows * e, kept * e * 4, "the rows kept");
    check_same_bits(state->host, old->host, kept * e * 4, "the state of sequence 0");
    check_same_bits(array_f32(state) + 2 * kept * e, array_f32(old) + 2 * kept * e, kept * e * 4, "the state of sequence 2");
    arrays_free();
  }
}

void case_step_window(const kernel_t *kernel) {
  enum { batch = 4, rows = 3 };
  static const int32_t slots[rows] = {3, 0, 2};
  static const size_t shapes[][2] = {{37, 3}, {64, 16}, {300, 12}, {1, 2}};
  for (int c = 0; c < 4; ++c) {
    size_t e = shapes[c][0], w = shapes[c][1], kept = w - 1;
    array_t *x = array_input("e", SPC_F32, rows * e), *out = array_output("out", SPC_F32, rows * w * e), *sequences = array_input("sequences", SPC_I32, rows);
    array_t *state = array_output("state", SPC_F32, batch * kept * e), *old = array_input("old state", SPC_F32, batch * kept * e);
    memcpy(state->host, old->host, state->size);
    memcpy(sequences->host, slots, sizeof slots);
    LAUNCH(kernel, 1, 1, rows, P(x), P(out), P(state), P(sequences), I(e), I(w));
    check_same_bits(array_f32(state) + kept * e, array_f32(old) + kept * e, kept * e * 4, "a sequence that is not in the batch");
    for (size_t r = 0; r < rows; ++r) {
      const float *before = array_f32(old) + (size_t)slots[r] * kept * e, *after = array_f32(state) + (size_t)slots[r] * kept * e;
      check_same_bits(array_f32(out) + r * w * e, before, kept * e * 4, "the tokens before");
      check_same_bits(array_f32(out) + (r * w + kept) * e, array_f32(x) + r * e, e * 4, "the token");
      check_same_bits(after, array_f32(out) + (r * w + 1) * e, kept * e * 4, "the rows kept");
    }
    arrays_free();
  }
}
