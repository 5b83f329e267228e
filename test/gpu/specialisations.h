// The kernels that the GPU tests load, with their parameters.
#ifndef TEST_GPU_SPECIALISATIONS_H_
#define TEST_GPU_SPECIALISATIONS_H_

#include "compiler/kernels/kernels.h"

enum { k_most_params = 6 };
typedef struct specialisation_t {
  const char *kernel;
  spc_kernel_param_t params[k_most_params];
} specialisation_t;

#define HEADS(element, d, group, kv_heads, page) \
  {{"!elem", element}, {"#d", #d " : index"}, {"#group", #group " : index"}, {"#kv_heads", #kv_heads " : index"}, {"#page", #page " : index"}}
#define ATTENTION(element, d, group, kv_heads, page)                     \
  {"attend_rows", HEADS(element, d, group, kv_heads, page)},             \
      {"attend_pages", HEADS(element, d, group, kv_heads, page)},        \
      {"score", HEADS(element, d, group, kv_heads, page)},               \
      {"rope_append", {{"!elem", element}, {"#d", #d " : index"}}},      \
      {"kv_gather", {{"!elem", element}, {"#d", #d " : index"}}}
#define LINEAR(element)                                                                                                                      \
  {"linear_m1", {{"!elem", element}}}, {"linear_m2", {{"!elem", element}}}, {"linear_m4", {{"!elem", element}}}, {"linear_m8", {{"!elem", element}}}

static const specialisation_t k_specialisations[] = {
    {"embed", {{"!elem", "f32"}}},
    {"embed", {{"!elem", "f16"}}},
    {"embed", {{"!elem", "bf16"}}},
    {"rms_norm", {{"!elem", "f32"}}},
    {"rms_norm", {{"!elem", "bf16"}}},
    {"swiglu", {{NULL, NULL}}},
    {"rope_table", {{NULL, NULL}}},
    LINEAR("f32"),
    LINEAR("f16"),
    LINEAR("bf16"),
    // Small heads, odd groups, and Llama-3.1-8B's.
    ATTENTION("f32", 16, 1, 3, 16),
    ATTENTION("f16", 64, 7, 2, 64),
    ATTENTION("bf16", 128, 4, 8, 64),
    ATTENTION("bf16", 256, 2, 2, 32),
    {"attend_combine", {{"#d", "16 : index"}}},
    {"attend_combine", {{"#d", "64 : index"}}},
    {"attend_combine", {{"#d", "128 : index"}}},
    {"attend_combine", {{"#d", "256 : index"}}},
    {"pool", {{NULL, NULL}}},
    {"select", {{NULL, NULL}}},
    {"kv_diff", {{NULL, NULL}}},
    {"kv_diff_count", {{NULL, NULL}}},
    {"shift_features", {{NULL, NULL}}},
    {"load_features", {{NULL, NULL}}},
    {"store_features", {{NULL, NULL}}},
};
enum { k_specialisation_count = sizeof k_specialisations / sizeof *k_specialisations };

#endif  // TEST_GPU_SPECIALISATIONS_H_
