// The kernels that the GPU tests load, with their parameters.
#ifndef TEST_GPU_SPECIALISATIONS_H_
#define TEST_GPU_SPECIALISATIONS_H_

#include "compiler/kernels/kernels.h"

enum { k_most_params = 6 };
typedef struct specialisation_t {
  const char *kernel;
  spc_kernel_param_t params[k_most_params];
} specialisation_t;

#define HEADS(act, element, d, group, kv_heads, page) \
  {{"!act", act}, {"!elem", element}, {"#d", #d " : index"}, {"#group", #group " : index"}, {"#kv_heads", #kv_heads " : index"}, {"#page", #page " : index"}}
#define ATTENTION(act, element, d, group, kv_heads, page)                          \
  {"attend_rows", HEADS(act, element, d, group, kv_heads, page)},                  \
      {"attend_pages", HEADS(act, element, d, group, kv_heads, page)},             \
      {"attend_prefill", HEADS(act, element, d, group, kv_heads, page)},           \
      {"attend_combine", {{"!act", act}, {"#d", #d " : index"}}},                  \
      {"score", HEADS(act, element, d, group, kv_heads, page)},                    \
      {"rope_append", {{"!act", act}, {"!welem", act}, {"!elem", element}, {"#d", #d " : index"}}}, \
      {"kv_gather", {{"!elem", element}, {"#d", #d " : index"}}},                  \
      {"kv_scatter", {{"!elem", element}, {"#d", #d " : index"}}}
#define PACKED(d) \
  {"kv_gather_packed", {{"#d", #d " : index"}}}, {"kv_scatter_packed", {{"#d", #d " : index"}}}, {"kv_pack", {{"#d", #d " : index"}}}, {"kv_unpack", {{"#d", #d " : index"}}}
#define LINEAR_TYPES(weights, x, y) {{"!elem", weights}, {"!x", x}, {"!y", y}}
#define LINEAR(weights, x, y)                                                                             \
  {"linear_m8", LINEAR_TYPES(weights, x, y)}, {"linear_m16", LINEAR_TYPES(weights, x, y)},               \
      {"linear_m24", LINEAR_TYPES(weights, x, y)}, {"linear_m32", LINEAR_TYPES(weights, x, y)}

static const specialisation_t k_specialisations[] = {
    {"embed", {{"!elem", "f32"}}},
    {"embed", {{"!elem", "f16"}}},
    {"embed", {{"!elem", "bf16"}}},
    {"rms_norm", {{"!elem", "f32"}}},
    {"rms_norm", {{"!elem", "f16"}, {"!act", "f16"}}},
    {"rms_norm", {{"!elem", "bf16"}, {"!act", "bf16"}}},
    {"rms_norm", {{"!elem", "bf16"}, {"!act", "f32"}}},
    {"swiglu", {{"!act", "f32"}}},
    {"swiglu", {{"!act", "f16"}}},
    {"swiglu", {{"!act", "bf16"}}},
    {"rope_table", {{NULL, NULL}}},
    {"rope_gather", {{"!elem", "f32"}}},
    {"rope_gather", {{"!elem", "bf16"}}},
    {"add", {{NULL, NULL}}},
    {"copy_columns", {{NULL, NULL}}},
    {"argmax", {{NULL, NULL}}},
    {"fill_random", {{"!elem", "f32"}}},
    {"fill_random", {{"!elem", "f16"}}},
    {"fill_random", {{"!elem", "bf16"}}},
    {"linear_m8", LINEAR_TYPES("f32", "f32", "f32")},
    LINEAR("f16", "f16", "f16"),
    LINEAR("f16", "f16", "f32"),
    LINEAR("f16", "f32", "f32"),
    LINEAR("bf16", "bf16", "bf16"),
    LINEAR("bf16", "bf16", "f32"),
    LINEAR("bf16", "f32", "f32"),
    LINEAR("bf16", "f32", "bf16"),
    {"narrow_rows", {{"!act", "f16"}}},
    {"narrow_rows", {{"!act", "bf16"}}},
    {"add_bias", {{"!elem", "f32"}, {"!y", "f32"}}},
    {"add_bias", {{"!elem", "f16"}, {"!y", "f16"}}},
    {"add_bias", {{"!elem", "bf16"}, {"!y", "bf16"}}},
    {"add_bias", {{"!elem", "bf16"}, {"!y", "f32"}}},
    // Small heads, odd groups, Llama-3.1-8B's, its cache under a model of f32, and large heads.
    ATTENTION("f32", "f32", 16, 1, 3, 16),
    ATTENTION("f16", "f16", 64, 7, 2, 64),
    ATTENTION("bf16", "bf16", 16, 2, 2, 16),
    ATTENTION("bf16", "bf16", 128, 4, 8, 64),
    ATTENTION("f32", "bf16", 128, 4, 8, 64),
    {"rope_append", {{"!act", "f32"}, {"!welem", "bf16"}, {"!elem", "bf16"}, {"#d", "128 : index"}}},
    ATTENTION("bf16", "bf16", 256, 2, 2, 32),
    PACKED(16),
    PACKED(128),
    PACKED(256),
    {"pool", {{NULL, NULL}}},
    {"select", {{NULL, NULL}}},
    {"kv_diff", {{NULL, NULL}}},
    {"kv_diff_count", {{NULL, NULL}}},
    {"shift_features", {{NULL, NULL}}},
    {"load_features", {{NULL, NULL}}},
    {"store_features", {{NULL, NULL}}},
    {"shift_window", {{NULL, NULL}}},
    {"step_window", {{NULL, NULL}}},
};
enum { k_specialisation_count = sizeof k_specialisations / sizeof *k_specialisations };

#endif  // TEST_GPU_SPECIALISATIONS_H_
