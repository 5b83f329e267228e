// The inside of a model.
#ifndef SPC_RUNTIME_MODEL_H_
#define SPC_RUNTIME_MODEL_H_

#include "safetensors.h"
#include "spc/spc.h"

struct spc_model_t {
  void *library;  // from dlopen; NULL for a plan of the caller's
  const spc_plan_t *plan;
  spc_weights_map_t map;
  const uint8_t *weights;  // the data section, mapped or embedded; NULL when the plan has none
};

#endif  // SPC_RUNTIME_MODEL_H_
