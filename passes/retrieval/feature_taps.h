// Features of the LLM for a feature-fed retriever: the residual stream after chosen layers.
#ifndef PASSES_RETRIEVAL_FEATURE_TAPS_H_
#define PASSES_RETRIEVAL_FEATURE_TAPS_H_

#include <stdbool.h>
#include <stdint.h>

#include "mlir-c/IR.h"

// Makes |llm| (level 2) return, as its second result, the outputs of |layers| (from 0) side by side. False with a diagnostic when there is no such
// layer or its output cannot be told.
bool spc_tap_features(MlirOperation llm, intptr_t n, const int64_t *layers);

#endif  // PASSES_RETRIEVAL_FEATURE_TAPS_H_
