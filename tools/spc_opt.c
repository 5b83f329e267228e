// spc-opt: reads a module (MLIR text or ONNX), runs passes in the order of the command line, prints the module.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/context.h"
#include "frontend/onnx_import.h"
#include "passes/ir/ir.h"
#include "passes/passes.h"
#include "tools/cli/flags.h"
#include "tools/opt/input.h"
#include "tools/opt/verify_diagnostics.h"

#define MAX_STEPS 64

// A pass of ours with its options, or (pass NULL) a pipeline of upstream passes.
typedef struct step_t {
  const spc_pass_info_t *pass;
  const char *text;
} step_t;

typedef struct options_t {
  const char *output;
  const char *retriever;
  const char *data_root;
  bool show_locations, split_input_file, verify_diagnostics;
  step_t steps[MAX_STEPS];
  size_t step_count;
} options_t;

static spc_status_t add_step(options_t *options, const spc_pass_info_t *pass, const char *text) {
  if (options->step_count == MAX_STEPS) return SPC_STATUS(SPC_INVALID_ARGUMENT, "more than %d passes", MAX_STEPS);
  options->steps[options->step_count++] = (step_t){pass, text};
  return NULL;
}

static spc_status_t on_pass(void *user, const char *name, const char *value) {
  return add_step(user, spc_pass_find(name), value ? value : "");
}

static spc_status_t on_pipeline(void *user, const char *name, const char *value) {
  (void)name;
  return add_step(user, NULL, value);
}

// ---- One module --------------------------------------------------------------------------------------------------------

static spc_status_t run_steps(spc_context_t *context, MlirModule module, const options_t *options) {
  for (size_t i = 0; i < options->step_count; ++i) {
    const step_t *step = &options->steps[i];
    if (!step->pass) {
      SPC_RETURN_IF_ERROR(spc_status_annotate(spc_context_run_pipeline(context, module, step->text), "--pass-pipeline"));
      continue;
    }
    MlirPass pass;
    SPC_RETURN_IF_ERROR(step->pass->create(step->text, &pass));
    SPC_RETURN_IF_ERROR(spc_context_run_pass(context, module, pass));
  }
  return NULL;
}

static spc_status_t load(spc_context_t *context, const spc_opt_input_t *input, size_t chunk, const options_t *options,
                         MlirModule *out_module) {
  if (!input->is_onnx) {
    SPC_RETURN_IF_ERROR(spc_context_parse(context, input->chunks[chunk].text, input->chunks[chunk].length, input->name, out_module));
  } else {
    *out_module = mlirModuleCreateEmpty(mlirLocationUnknownGet(context->mlir));
    spc_onnx_import_options_t import = {.function = "llm", .data_root = options->data_root};
    SPC_RETURN_IF_ERROR(spc_onnx_import_file(*out_module, input->name, &import));
  }
  if (!options->retriever) return NULL;
  spc_onnx_import_options_t import = {.function = "dlm", .data_root = options->data_root};
  return spc_onnx_import_file(*out_module, options->retriever, &import);
}

static void write_callback(MlirStringRef text, void *file) { fwrite(text.data, 1, text.length, file); }

static void print_module(MlirModule module, bool show_locations, FILE *out) {
  MlirOpPrintingFlags flags = mlirOpPrintingFlagsCreate();
  mlirOpPrintingFlagsEnableDebugInfo(flags, show_locations, /*prettyForm=*/false);
  mlirOperationPrintWithFlags(mlirModuleGetOperation(module), flags, write_callback, out);
  fputc('\n', out);
  mlirOpPrintingFlagsDestroy(flags);
}

static spc_status_t process_chunk(spc_context_t *context, const spc_opt_input_t *input, size_t chunk, const options_t *options,
                                  FILE *out) {
  MlirModule module = {NULL};
  spc_status_t status = load(context, input, chunk, options, &module);
  if (!status) status = run_steps(context, module, options);
  char *remarks = spc_context_take_remarks(context);
  if (remarks) fprintf(stderr, "%s\n", remarks);
  free(remarks);
  if (!status) print_module(module, options->show_locations, out);
  if (!mlirModuleIsNull(module)) mlirModuleDestroy(module);
  return status;
}

// Runs a chunk for its diagnostics only, and compares them with the `expected-` comments in it.
static spc_status_t verify_chunk(spc_context_t *context, const spc_opt_input_t *input, size_t chunk, const options_t *options) {
  MlirModule module = {NULL};
  spc_status_t status = load(context, input, chunk, options, &module);
  if (!status) status = run_steps(context, module, options);
  char *remarks = spc_context_take_remarks(context);
  const char *errors = status ? spc_status_message(status) : NULL;
  spc_status_t verdict = spc_verify_diagnostics(input->name, input->chunks[chunk].text, errors, remarks);
  free(remarks);
  spc_status_ignore(status);
  if (!mlirModuleIsNull(module)) mlirModuleDestroy(module);
  return verdict;
}

// Every chunk runs even when one fails; the errors of all are joined.
static spc_status_t process(const spc_opt_input_t *input, const options_t *options, FILE *out) {
  spc_context_t context;
  SPC_RETURN_IF_ERROR(spc_context_init(&context));
  spc_status_t status = NULL;
  for (size_t i = 0; i < input->count; ++i) {
    if (i > 0 && !options->verify_diagnostics) fprintf(out, "\n// -----\n");
    spc_status_t chunk_status =
        options->verify_diagnostics ? verify_chunk(&context, input, i, options) : process_chunk(&context, input, i, options, out);
    if (status && chunk_status) {
      chunk_status = spc_status_annotate(chunk_status, "%s\nspc-opt: error", spc_status_message(status));
      spc_status_ignore(status);
      status = chunk_status;
    } else if (chunk_status) {
      status = chunk_status;
    }
  }
  spc_context_deinit(&context);
  return status;
}

static spc_status_t run(const char *path, const options_t *options) {
  spc_opt_input_t input;
  SPC_RETURN_IF_ERROR(spc_opt_input_open(&input, path, options->split_input_file));
  spc_status_t status = NULL;
  FILE *out = stdout;
  if (options->verify_diagnostics && input.is_onnx) {
    status = SPC_STATUS(SPC_INVALID_ARGUMENT, "--verify-diagnostics reads comments of MLIR text, not of an ONNX file");
  } else if (options->output && !(out = fopen(options->output, "w"))) {
    status = SPC_STATUS(SPC_IO, "%s: %s", options->output, strerror(errno));
  }
  if (!status) status = process(&input, options, out);
  if (out && (fflush(out) != 0 || ferror(out))) {
    status = spc_status_join(status, SPC_STATUS(SPC_IO, "%s: %s", options->output ? options->output : "standard output", strerror(errno)));
  }
  if (out && out != stdout) fclose(out);
  spc_opt_input_close(&input);
  return status;
}

// ---- Flags -------------------------------------------------------------------------------------------------------------

int main(int argc, char **argv) {
  static options_t options;
  static spc_flag_t flags[64] = {
      {"o", SPC_FLAG_STRING, &options.output, .value_name = "FILE", .help = "where the module goes; standard output when left out"},
      {"dlm", SPC_FLAG_STRING, &options.retriever, .value_name = "FILE", .help = "an ONNX file to import as @dlm"},
      {"data-root", SPC_FLAG_STRING, &options.data_root, .value_name = "DIR",
       .help = "the folder external data must lie in; that of the ONNX file when left out"},
      {"show-locations", SPC_FLAG_BOOL, &options.show_locations, .help = "print locations: the names of the ONNX nodes"},
      {"split-input-file", SPC_FLAG_BOOL, &options.split_input_file, .help = "treat each part between lines '// -----' as a module"},
      {"verify-diagnostics", SPC_FLAG_BOOL, &options.verify_diagnostics,
       .help = "check diagnostics against comments such as\n// expected-error@+1 {{text}}, print nothing else"},
      {"pass-pipeline", SPC_FLAG_CALL, &options, .value_name = "PIPELINE", .help = "upstream passes: 'builtin.module(canonicalize,cse)'",
       .call = on_pipeline},
  };
  size_t n = 0;
  while (flags[n].name) ++n;
  char *help[sizeof flags / sizeof *flags] = {0};
  size_t help_count = 0;
  for (const spc_pass_info_t *pass = spc_passes; pass->flag && n + 1 < sizeof flags / sizeof *flags; ++pass, ++n) {
    flags[n] = (spc_flag_t){pass->flag, SPC_FLAG_CALL, &options, .value_name = *pass->options_help ? "[=OPTIONS]" : NULL,
                            .help = pass->summary, .call = on_pass};
    if (!*pass->options_help) continue;
    char *text = malloc(strlen(pass->summary) + strlen(pass->options_help) + 2);
    if (!text) continue;
    sprintf(text, "%s\n%s", pass->summary, pass->options_help);
    flags[n].help = help[help_count++] = text;
  }
  spc_cli_t cli = {
      .program = "spc-opt",
      .synopsis = "[INPUT.mlir | MODEL.onnx | -] [PASSES] [-o FILE]",
      .summary = "Runs passes over a module, in the order given, and prints it. An ONNX file is imported as @llm first. Remarks and errors go to\n"
                 "standard error; the exit code is 1 when a pass fails and 2 when the command line is wrong.",
      .flags = flags,
      .max_positional = 1,
      .epilogue = "Options of a pass are key=value pairs separated by spaces: --spc-solve-memory=\"device-memory=2GiB\".",
  };
  spc_cli_args_t args;
  int exit_code;
  if (spc_cli_start(&cli, argc, argv, &args, &exit_code)) {
    exit_code = spc_cli_finish(&cli, run(args.count ? args.positional[0] : "-", &options));
  }
  while (help_count > 0) free(help[--help_count]);
  return exit_code;
}
