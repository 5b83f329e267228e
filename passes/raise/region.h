// A region: the nodes between a value and what it is computed from - results of linears, arguments, constants.
//
// Raising guesses what a region means and checks the guess by evaluating it. Layers repeat, so a region has a
// signature: two regions with equal signatures are the same expression over the same constants, and what was verified
// of one holds for the other.
#ifndef PASSES_RAISE_REGION_H_
#define PASSES_RAISE_REGION_H_

#include "passes/raise/graph.h"

typedef struct spc_raise_leaf_t {
  MlirValue value;
  const spc_raise_port_t *arg;               // when it is an argument
  const spc_raise_activation_t *activation;  // when it is an activation
  bool data;                                 // its numbers matter; otherwise only its shape does
} spc_raise_leaf_t;

typedef struct spc_raise_region_t {
  MlirOperation *ops;  // operands before users; constants included
  bool *data;          // [op_count]: numbers flow through it, not only shapes
  bool *activated;     // [op_count]: depends on an activation or a past argument by data
  intptr_t op_count, op_capacity;
  spc_raise_leaf_t *leaves;
  intptr_t leaf_count, leaf_capacity;
  spc_pointer_map_t op_index;    // op -> index
  spc_pointer_map_t leaf_index;  // value -> index
} spc_raise_region_t;

// Collects the nodes behind |roots|. The walk stops at arguments, activations (the roots themselves excepted) and
// |stop| (may be null).
SPC_WARN_UNUSED spc_status_t spc_raise_region_init(const spc_raise_graph_t *graph, intptr_t n_roots,
                                                   const MlirValue *roots, MlirValue stop,
                                                   spc_raise_region_t *out_region);
void spc_raise_region_deinit(spc_raise_region_t *region);

// Fills |out| with at most |capacity| leaves that are results of linears reached by data; returns how many there are.
intptr_t spc_raise_region_linears(const spc_raise_region_t *region, intptr_t capacity, MlirValue *out);
// The leaf that is the argument with |role|, reached by data, or NULL.
const spc_raise_leaf_t *spc_raise_region_arg(const spc_raise_region_t *region, spc_raise_role_t role);
// True when |value| depends by data on an activation or a past argument inside the region.
bool spc_raise_region_activated(const spc_raise_region_t *region, MlirValue value);

// ---- Signatures
typedef struct spc_raise_signature_t {
  intptr_t *tokens;
  intptr_t count, capacity;
} spc_raise_signature_t;

// |variables|: value -> number (> 0) of constants whose contents don't matter because the region was verified for any
// (norm weights). |layer| is the layer whose past is its own.
SPC_WARN_UNUSED spc_status_t spc_raise_region_sign(const spc_raise_region_t *region, intptr_t n_roots,
                                                   const MlirValue *roots, const spc_pointer_map_t *variables,
                                                   int64_t layer, spc_raise_signature_t *out_signature);

// What has been verified, by signature.
typedef struct spc_raise_cache_t {
  struct spc_raise_cached_t *items;
  intptr_t count, capacity;
} spc_raise_cache_t;

void spc_raise_cache_deinit(spc_raise_cache_t *cache);
// The facts stored under an equal signature and |kind|, or NULL.
const void *spc_raise_cache_find(const spc_raise_cache_t *cache, int kind, const spc_raise_signature_t *signature);
// Takes |signature| (zeroed afterwards), copies |size| bytes of |facts|.
SPC_WARN_UNUSED spc_status_t spc_raise_cache_add(spc_raise_cache_t *cache, int kind, spc_raise_signature_t *signature,
                                                 const void *facts, size_t size);

#endif  // PASSES_RAISE_REGION_H_
