#include "compiler/kernels/kernels.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/kernels/source.h"

typedef struct specialisation_t {
  char *name;
  char *source;
  const char *function;  // static
  uint32_t arg_count, threads, shared_bytes;
} specialisation_t;

struct spc_kernel_set_t {
  spc_kernel_target_t target;
  bool wgmma, bulk_copies;
  uint32_t most_shared_bytes;  // of a block
  specialisation_t *items;
  intptr_t count, capacity;
};

// Kernels that are another one with some parameters fixed; which one may depend on the type of the weights.
enum { k_variant_count = 5, k_most_fixed = 2 };
typedef enum weights_t { WEIGHTS_ANY = 0, WEIGHTS_F32, WEIGHTS_16_BIT } weights_t;
typedef struct variant_t {
  const char *name, *function;
  weights_t weights;
  spc_kernel_param_t fixed[k_most_fixed];  // without a value: as much as the shared memory of a block allows
} variant_t;
// A tile of rows x columns accumulators fits the registers of either target.
static const variant_t k_variants[][k_variant_count] = {
    [SPC_KERNELS_HOST] = {{"linear_m1", "linear", WEIGHTS_ANY, {{"#rows", "1 : index"}, {"#columns", "8 : index"}}},
                          {"linear_m2", "linear", WEIGHTS_ANY, {{"#rows", "2 : index"}, {"#columns", "8 : index"}}},
                          {"linear_m4", "linear", WEIGHTS_ANY, {{"#rows", "4 : index"}, {"#columns", "4 : index"}}},
                          {"linear_m8", "linear", WEIGHTS_ANY, {{"#rows", "8 : index"}, {"#columns", "2 : index"}}}},
    [SPC_KERNELS_NVPTX] = {{"linear_m8", "linear", WEIGHTS_F32, {{"#rows", "8 : index"}, {"#columns", "2 : index"}}},
                           {"linear_m8", "linear_mma", WEIGHTS_16_BIT, {{"#slabs", "1 : index"}, {"#stages", NULL}}},
                           {"linear_m16", "linear_mma", WEIGHTS_16_BIT, {{"#slabs", "2 : index"}, {"#stages", NULL}}},
                           {"linear_m24", "linear_mma", WEIGHTS_16_BIT, {{"#slabs", "3 : index"}, {"#stages", NULL}}},
                           {"linear_m32", "linear_mma", WEIGHTS_16_BIT, {{"#slabs", "4 : index"}, {"#stages", NULL}}}},
};
// Of a block: what every GPU of the table of targets allows.
enum { k_least_shared_bytes = 99 << 10 };

spc_status_t spc_kernel_set_create_for(spc_kernel_target_t target, spc_kernel_set_t **out_set) {
  *out_set = calloc(1, sizeof **out_set);
  if (!*out_set) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a kernel set");
  (*out_set)->target = target;
  (*out_set)->most_shared_bytes = k_least_shared_bytes;
  return NULL;
}

spc_status_t spc_kernel_set_create(spc_kernel_set_t **out_set) { return spc_kernel_set_create_for(SPC_KERNELS_HOST, out_set); }

void spc_kernel_set_allow_shared(spc_kernel_set_t *set, uint32_t bytes) {
  if (bytes > k_least_shared_bytes) set->most_shared_bytes = bytes;
}

static void specialisation_deinit(specialisation_t *item) {
  free(item->name);
  free(item->source);
}

void spc_kernel_set_destroy(spc_kernel_set_t *set) {
  if (!set) return;
  for (intptr_t i = 0; i < set->count; ++i) specialisation_deinit(&set->items[i]);
  free(set->items);
  free(set);
}

static const char *param_value(intptr_t n_params, const spc_kernel_param_t *params, const char *alias) {
  for (intptr_t i = 0; i < n_params; ++i) {
    if (strcmp(params[i].alias, alias) == 0) return params[i].value;
  }
  return "";
}

static bool weights_match(weights_t weights, const char *elem) {
  bool narrow = strcmp(elem, "bf16") == 0 || strcmp(elem, "f16") == 0;
  return weights == WEIGHTS_ANY || narrow == (weights == WEIGHTS_16_BIT);
}

// The variant |name| for weights of type |elem|, or NULL.
static const variant_t *variant_find(spc_kernel_target_t target, const char *name, const char *elem) {
  for (size_t i = 0; i < k_variant_count; ++i) {
    const variant_t *variant = &k_variants[target][i];
    if (variant->name && strcmp(variant->name, name) == 0 && weights_match(variant->weights, elem)) return variant;
  }
  return NULL;
}

// How many units linear_mma's rings have: 6 where a block may have the shared memory. That is as fast as more, no two blocks fit a multiprocessor (so that the next linear's weights are asked
// for just when this one's have come, and memory is not idle until its x is there), and a block of kv_gather_packed_bulk fits beside.
enum { k_stage_bytes = 16384, k_sum_bytes = 17408, k_most_stages = 6 };
static uint32_t ring_stages(const spc_kernel_set_t *set) {
  uint32_t fit = (set->most_shared_bytes - k_sum_bytes) / k_stage_bytes;
  return fit < k_most_stages ? fit : k_most_stages;
}

// The source with what the variant fixes (malloc, the caller frees), and the shared memory it takes where that depends on the GPU.
static spc_status_t fix_variant(const spc_kernel_set_t *set, const variant_t *variant, const char *source, char **out_source, uint32_t *inout_shared_bytes) {
  spc_kernel_param_t fixed[k_most_fixed];
  char stages[32];
  intptr_t n = 0;
  for (; n < k_most_fixed && variant->fixed[n].alias; ++n) {
    fixed[n] = variant->fixed[n];
    if (fixed[n].value) continue;
    snprintf(stages, sizeof stages, "%u : index", ring_stages(set));
    fixed[n].value = stages;
    *inout_shared_bytes = ring_stages(set) * k_stage_bytes + k_sum_bytes;
  }
  return spc_kernel_source_specialise(source, n, fixed, out_source);
}

static bool variant_exists(spc_kernel_target_t target, const char *name) {
  return variant_find(target, name, "f32") || variant_find(target, name, "bf16");
}

// Kernels for tensor cores, which multiply numbers of one 16-bit type, in heads of at least some size; a plain kernel takes the others.
static const struct {
  const char *name, *plain;
  long least_d;
} k_tensor_kernels[] = {
    {"attend_prefill", "attend_prefill_plain", 0},
    {"attend_pages", "attend_pages_plain", 64},
    {"attend_rows", "attend_rows_plain", 64},
    {"score", "score_plain", 32},
};

// Whether kv_gather_bulk can copy rows of 2d such numbers: multiples of 16 bytes that fit a stage of its shared memory.
static bool fits_bulk_copy(const char *elem, long d) {
  long bytes = 2 * d * (strcmp(elem, "f32") == 0 ? 4 : 2);
  return bytes > 0 && bytes <= 4096 && bytes % 16 == 0;
}

// The function that is the kernel |name| with these parameters.
static const char *source_function(const spc_kernel_set_t *set, const char *name, intptr_t n_params, const spc_kernel_param_t *params) {
  if (set->target != SPC_KERNELS_NVPTX) return name;
  const char *act = param_value(n_params, params, "!act"), *elem = param_value(n_params, params, "!elem");
  bool narrow = strcmp(act, elem) == 0 && (strcmp(elem, "bf16") == 0 || strcmp(elem, "f16") == 0);
  long d = strtol(param_value(n_params, params, "#d"), NULL, 10);
  if (set->wgmma && narrow && d == 128 && strcmp(name, "attend_prefill") == 0) return "attend_prefill_wgmma";
  if (set->bulk_copies && strcmp(name, "kv_gather") == 0 && fits_bulk_copy(elem, d)) return "kv_gather_bulk";
  if (set->bulk_copies && strcmp(name, "kv_gather_packed") == 0) return "kv_gather_packed_bulk";
  for (size_t i = 0; i < sizeof k_tensor_kernels / sizeof *k_tensor_kernels; ++i) {
    if (strcmp(k_tensor_kernels[i].name, name) != 0) continue;
    return narrow && d >= k_tensor_kernels[i].least_d ? name : k_tensor_kernels[i].plain;
  }
  return name;
}

static bool is_variant_base(spc_kernel_target_t target, const char *name) {
  for (size_t i = 0; i < k_variant_count; ++i) {
    const variant_t *variant = &k_variants[target][i];
    if (variant->name && strcmp(variant->function, name) == 0) return true;
  }
  return false;
}

// "attend_rows.bf16.d128.g4.h8": the kernel, then every parameter but those the variant fixes, in the source's order.
static spc_status_t make_name(const char *kernel, const char *source, const variant_t *variant, char **out_name) {
  char text[256];
  int used = snprintf(text, sizeof text, "%s", kernel);
  const char *cursor = source;
  spc_kernel_alias_t alias;
  while (spc_kernel_source_next_parameter(&cursor, &alias)) {
    bool fixed = false;
    for (size_t i = 0; variant && i < k_most_fixed; ++i) {
      const char *name = variant->fixed[i].alias;
      fixed |= name && strlen(name) == alias.name_length && memcmp(name, alias.name, alias.name_length) == 0;
    }
    if (fixed || used < 0 || (size_t)used >= sizeof text) continue;
    int value_length = (int)alias.value_length;
    if (alias.name[0] == '!') {
      used += snprintf(text + used, sizeof text - (size_t)used, ".%.*s", value_length, alias.value);
    } else {
      // The letter after '#', and the number without its type.
      char letter = alias.name[1] == 'k' ? 'h' : alias.name[1];
      used += snprintf(text + used, sizeof text - (size_t)used, ".%c%ld", letter, strtol(alias.value, NULL, 10));
    }
  }
  if (used < 0 || (size_t)used >= sizeof text) return SPC_STATUS(SPC_INTERNAL, "name of a specialisation of kernel %s is too long", kernel);
  *out_name = strdup(text);
  return *out_name ? NULL : SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for the name of kernel %s", kernel);
}

// Takes |item| over.
static spc_status_t append(spc_kernel_set_t *set, const specialisation_t *item) {
  if (set->count == set->capacity) {
    intptr_t capacity = set->capacity ? set->capacity * 2 : 16;
    specialisation_t *items = realloc(set->items, (size_t)capacity * sizeof *items);
    if (!items) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %td kernels", (ptrdiff_t)capacity);
    set->items = items;
    set->capacity = capacity;
  }
  set->items[set->count++] = *item;
  return NULL;
}

spc_status_t spc_kernel_set_request(spc_kernel_set_t *set, const char *name, intptr_t n_params, const spc_kernel_param_t *params,
                                    int32_t *out_index) {
  *out_index = -1;
  spc_status_t status = NULL;
  specialisation_t item = {0};
  char *fixed_source = NULL;
  const char *elem = param_value(n_params, params, "!elem");
  const variant_t *variant = variant_find(set->target, name, elem);
  const spc_embedded_file_t *file = NULL;
  const char *function = variant ? variant->function : source_function(set, name, n_params, params);
  if (variant || !is_variant_base(set->target, name)) file = spc_kernel_source_find(set->target, function, &item.function);
  if (!file && variant_exists(set->target, name)) return SPC_STATUS(SPC_NOT_FOUND, "kernel %s is not there for weights of type %s", name, elem);
  if (!file) return SPC_STATUS(SPC_NOT_FOUND, "there is no %s kernel named '%s'", set->target == SPC_KERNELS_HOST ? "host" : "NVPTX", name);
  item.arg_count = spc_kernel_source_arg_count(set->target, file->text, item.function);
  if (set->target == SPC_KERNELS_NVPTX) {
    item.threads = spc_kernel_source_threads(file->text, item.function);
    item.shared_bytes = spc_kernel_source_shared_bytes(file->text, item.function);
  }

  const char *source = file->text;
  if (variant) {
    SPC_GOTO_IF_ERROR(fix_variant(set, variant, source, &fixed_source, &item.shared_bytes));
    source = fixed_source;
  }
  SPC_GOTO_IF_ERROR(spc_kernel_source_specialise(source, n_params, params, &item.source));
  SPC_GOTO_IF_ERROR(spc_kernel_source_check(set->target, item.source));
  SPC_GOTO_IF_ERROR(make_name(name, item.source, variant, &item.name));

  for (intptr_t i = 0; i < set->count; ++i) {
    if (strcmp(set->items[i].name, item.name) == 0) {
      *out_index = (int32_t)i;
      goto cleanup;
    }
  }
  SPC_GOTO_IF_ERROR(append(set, &item));
  *out_index = (int32_t)(set->count - 1);
  item = (specialisation_t){0};

cleanup:
  free(fixed_source);
  specialisation_deinit(&item);
  return status ? spc_status_annotate(status, "kernel %s", name) : NULL;
}

void spc_kernel_set_use_wgmma(spc_kernel_set_t *set, bool use) { set->wgmma = use; }
void spc_kernel_set_use_bulk_copies(spc_kernel_set_t *set, bool use) { set->bulk_copies = use; }
spc_kernel_target_t spc_kernel_set_target(const spc_kernel_set_t *set) { return set->target; }
intptr_t spc_kernel_set_count(const spc_kernel_set_t *set) { return set->count; }
const char *spc_kernel_set_name(const spc_kernel_set_t *set, intptr_t i) { return set->items[i].name; }
const char *spc_kernel_set_function(const spc_kernel_set_t *set, intptr_t i) { return set->items[i].function; }
uint32_t spc_kernel_set_arg_count(const spc_kernel_set_t *set, intptr_t i) { return set->items[i].arg_count; }
uint32_t spc_kernel_set_threads(const spc_kernel_set_t *set, intptr_t i) { return set->items[i].threads; }
uint32_t spc_kernel_set_shared_bytes(const spc_kernel_set_t *set, intptr_t i) { return set->items[i].shared_bytes; }

// The number that the source says after |key|; 0 where it does not.
static uint32_t said(const spc_kernel_set_t *set, intptr_t i, const char *key) {
  const char *p = strstr(set->items[i].source, key);
  return p ? (uint32_t)strtoul(p + strlen(key), NULL, 10) : 0;
}

uint32_t spc_kernel_set_block_rows(const spc_kernel_set_t *set, intptr_t i) { return said(set, i, "spc.block_rows = "); }
uint32_t spc_kernel_set_blocks(const spc_kernel_set_t *set, intptr_t i) { return said(set, i, "spc.blocks = "); }

spc_status_t spc_kernel_set_source(const spc_kernel_set_t *set, intptr_t i, char **out_text) {
  *out_text = strdup(set->items[i].source);
  return *out_text ? NULL : SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for the source of kernel %s", set->items[i].name);
}
