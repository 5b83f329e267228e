// The inside of a model.
#ifndef SPC_RUNTIME_MODEL_H_
#define SPC_RUNTIME_MODEL_H_

#include "alloc.h"
#include "device.h"
#include "safetensors.h"
#include "spc/spc.h"

struct spc_model_t {
  spc_plan_file_t *file;  // NULL for a plan of the caller's
  const spc_plan_t *plan;
  const spc_device_t *device;
  void *on_device;       // the device's part of the model
  spc_weights_map_t map;  // of the weights file, when there is one
};

// The data section of the weights as the object or its file has it; NULL when there is neither.
static inline const uint8_t *spc_model_stored_weights(const spc_model_t *model) {
  return model->plan->embedded_weights ? model->plan->embedded_weights : model->map.data;
}

#endif  // SPC_RUNTIME_MODEL_H_
