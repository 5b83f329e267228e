// --spc-raise: onnx graphs to the spc dialect (docs/ir.md, level 2).
//
// From the roots backwards each value is recognised by its outline (classify.c); what an outline claims is then checked
// by evaluating the graph's own nodes against the canonical formula (match_norm.c, attention_*.c). Nothing is emitted
// unless everything was recognised; otherwise every offending node is reported.
#include "passes/ir/pass.h"
#include "passes/ir/verify.h"
#include "passes/passes.h"
#include "passes/raise/model.h"

// Raises one function. |*out_refused|: it has errors, which are reported.
static spc_status_t raise_function(MlirModule module, MlirOperation func, spc_weight_files_t *files, bool is_llm,
                                   bool *out_refused) {
  spc_raise_graph_t graph = {0};
  spc_raise_report_t report = {0};
  spc_raise_cache_t cache = {0};
  spc_raise_model_t model = {.root = -1};
  spc_raise_context_t context = {&graph, &report, &cache, NULL};
  spc_status_t status = NULL;
  *out_refused = false;
  SPC_GOTO_IF_ERROR(spc_eval_env_create(files, NULL, &context.env));
  SPC_GOTO_IF_ERROR(spc_raise_graph_init(func, files, &report, &graph));
  bool evaluable =
      report.count == 0;  // with inputs of unknown meaning nothing can be, and every region would complain of them
  SPC_GOTO_IF_ERROR(spc_raise_screen(&graph, &report));
  if (evaluable) SPC_GOTO_IF_ERROR(spc_raise_classify(&context, &model));
  if (model.root >= 0) SPC_GOTO_IF_ERROR(spc_raise_check_model(&context, &model, is_llm));
  if (report.count) {
    spc_raise_report_emit(&report);
    *out_refused = true;
    goto cleanup;
  }
  spc_raise_name(&model);
  SPC_GOTO_IF_ERROR(spc_raise_emit(&context, &model, module, is_llm));
  mlirOperationDestroy(func);
cleanup:
  spc_raise_model_deinit(&model);
  spc_raise_cache_deinit(&cache);
  spc_raise_report_deinit(&report);
  spc_raise_graph_deinit(&graph);
  spc_eval_env_destroy(context.env);
  return status;
}

static bool raise_module(MlirOperation op) {
  MlirModule module = mlirModuleFromOperation(op);
  static const char *const names[] = {"llm", "dlm"};
  spc_weight_files_t *files = NULL;
  spc_status_t status = spc_weight_files_create(module, &files);
  bool refused = false;
  for (int i = 0; i < 2 && !status; ++i) {
    MlirOperation func = spc_module_func(module, names[i]);
    bool this_refused = false;
    if (mlirOperationIsNull(func)) continue;
    status = raise_function(module, func, files, i == 0, &this_refused);
    status = status ? spc_status_annotate(status, "@%s", names[i]) : NULL;
    refused = refused || this_refused;
  }
  spc_weight_files_destroy(files);
  if (status) return spc_error_status(mlirOperationGetLocation(op), status);
  return !refused && spc_verify_module(op);
}

static bool run(MlirOperation module, const void *options) {
  (void)options;
  return raise_module(module);
}

spc_status_t spc_create_raise_pass(const char *options, MlirPass *out_pass) {
  static const spc_pass_type_t type = {"spc-raise", "Raise onnx graphs to the spc dialect", run};
  *out_pass = (MlirPass){NULL};
  SPC_RETURN_IF_ERROR(spc_options_parse(type.flag, options, 0, NULL));
  return spc_pass_create(&type, NULL, 0, out_pass);
}
