#include "model.h"

#include <string.h>

#include "alloc.h"
#include "plan_validate.h"

const char *spc_version(void) { return SPC_VERSION_STRING; }

void spc_model_options_init(spc_model_options_t *out_options) { *out_options = (spc_model_options_t){.scale = 1.0}; }

// |plan| is valid.
static void take_plan(spc_model_t *model, const spc_plan_t *plan) {
  model->plan = plan;
  model->device = plan->target == SPC_TARGET_CUDA ? &spc_cuda_device : &spc_cpu_device;
}

// True when the weights are read from the file beside the object.
static bool reads_weights_file(const spc_plan_t *plan, const spc_model_options_t *options) {
  return plan->weight_count && !plan->embedded_weights && !options->random_weights;
}

spc_status_t spc_model_create_with(const spc_plan_t *plan, const char *weights_path, const spc_model_options_t *options,
                                   spc_model_t **out_model) {
  *out_model = NULL;
  spc_model_options_t defaults;
  spc_model_options_init(&defaults);
  if (!options) options = &defaults;
  spc_model_t *model = NULL;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("model", 1, sizeof *model, (void **)&model));
  spc_status_t status = NULL;
  SPC_GOTO_IF_ERROR(spc_plan_validate(plan));
  take_plan(model, plan);
  if (reads_weights_file(plan, options) && !weights_path) {
    status = SPC_STATUS(SPC_INVALID_ARGUMENT, "the plan has %u weights and no file of them was given", plan->weight_count);
    goto cleanup;
  }
  SPC_GOTO_IF_ERROR(model->device->model_open(model, weights_path, options));
  *out_model = model;
  return NULL;
cleanup:
  spc_model_destroy(model);
  return status;
}

spc_status_t spc_model_create(const spc_plan_t *plan, const char *weights_path, spc_model_t **out_model) {
  return spc_model_create_with(plan, weights_path, NULL, out_model);
}

// |file| in the folder of |object|.
static spc_status_t path_beside(const char *object, const char *file, char **out_path) {
  const char *slash = strrchr(object, '/');
  size_t folder = slash ? (size_t)(slash - object) + 1 : 0, n = strlen(file);
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("path of the weights", folder + n + 1, 1, (void **)out_path));
  memcpy(*out_path, object, folder);
  memcpy(*out_path + folder, file, n + 1);
  return NULL;
}

spc_status_t spc_model_load_with(const char *path, const spc_model_options_t *options, spc_model_t **out_model) {
  *out_model = NULL;
  spc_model_options_t defaults;
  spc_model_options_init(&defaults);
  if (!options) options = &defaults;
  spc_model_t *model = NULL;
  char *weights_path = NULL;
  spc_status_t status = NULL;
  SPC_GOTO_IF_ERROR(spc_alloc_zeroed("model", 1, sizeof *model, (void **)&model));
  SPC_GOTO_IF_ERROR(spc_plan_open(path, &model->file));
  take_plan(model, spc_plan_of(model->file));
  if (reads_weights_file(model->plan, options)) {
    SPC_GOTO_IF_ERROR(path_beside(path, model->plan->weights_file, &weights_path));
  }
  SPC_GOTO_IF_ERROR(spc_status_annotate(model->device->model_open(model, weights_path, options), "%s", path));
  *out_model = model;
  model = NULL;
cleanup:
  spc_free(weights_path);
  spc_model_destroy(model);
  return status;
}

spc_status_t spc_model_load(const char *path, spc_model_t **out_model) { return spc_model_load_with(path, NULL, out_model); }

void spc_model_destroy(spc_model_t *model) {
  if (!model) return;
  if (model->device) model->device->model_close(model);
  spc_weights_map_deinit(&model->map);
  spc_plan_close(model->file);
  spc_free(model);
}

const spc_plan_t *spc_model_plan(const spc_model_t *model) { return model->plan; }

bool spc_model_has_retriever(const spc_model_t *model) { return model->plan->programs[SPC_PROGRAM_DECODE].command_count > 0; }
