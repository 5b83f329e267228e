// spc-compile: two ONNX files in, one shared object out.
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compiler/codegen/nvptx.h"
#include "compiler/pipeline.h"
#include "tools/cli/flags.h"

static const char *g_output, *g_retriever, *g_target, *g_emit, *g_cpu, *g_ptxas, *g_heads, *g_features, *g_selection, *g_activations, *g_host_rows,
    *g_embeddings;
static uint64_t g_device_memory;
static int64_t g_budget, g_sink = -1, g_recent = -1, g_max_seq, g_max_batch, g_chunk, g_layer = -1;
static bool g_embed, g_no_weights, g_quiet;

static const spc_flag_t flags[] = {
    {"retriever", SPC_FLAG_STRING, &g_retriever, .value_name = "D.onnx",
     .help = "the distilled model that chooses the tokens; without it every step reads all of the context"},
    {"target", SPC_FLAG_STRING, &g_target, .value_name = "NAME",
     .help = "what to compile for (required): cpu, or an NVIDIA GPU: sm_80, sm_86, sm_89,\nsm_90, sm_90a, sm_100, sm_120"},
    {"o", SPC_FLAG_STRING, &g_output, .value_name = "FILE", .help = "the shared object; its weights go beside it, as .safetensors"},
    {"kv-budget", SPC_FLAG_INT, &g_budget, .value_name = "N", .help = "tokens a KV head reads besides sink and recent ones (2048)", .min = 1,
     .max = 1 << 24},
    {"selection", SPC_FLAG_STRING, &g_selection, .value_name = "LEVEL",
     .help = "head: a set of tokens for each KV head (default); token: one for all of them;\nauto: what a model of selecting and loading prefers"},
    {"host-rows", SPC_FLAG_STRING, &g_host_rows, .value_name = "FORM",
     .help = "how a GPU keeps KV rows of bf16 in host memory; packed: 12 bits a number, which\nloses nothing; plain: as on the device; auto (default): packed from heads of 64 on"},
    {"embeddings", SPC_FLAG_STRING, &g_embeddings, .value_name = "PLACE",
     .help = "where a GPU has embedding tables that are not the LM head too, of which a step reads\na row a sequence; host: in host memory; device; auto (default): host from 64 MiB on"},
    {"max-seq", SPC_FLAG_INT, &g_max_seq, .value_name = "N", .help = "tokens a sequence may hold (4096)", .min = 1, .max = 1 << 28},
    {"max-batch", SPC_FLAG_INT, &g_max_batch, .value_name = "N", .help = "sequences at once (1)", .min = 1, .max = 4096},
    {"device-memory", SPC_FLAG_SIZE, &g_device_memory, .value_name = "SIZE",
     .help = "bytes, or with KiB, MiB, GiB: layers that do not fit are offloaded, deepest first"},
    {"prefill-chunk", SPC_FLAG_INT, &g_chunk, .value_name = "N", .help = "tokens of a prompt processed at once (256)", .min = 1, .max = 1 << 20},
    {"sink", SPC_FLAG_INT, &g_sink, .value_name = "N", .help = "first tokens that are always read (4)", .min = 0, .max = 1 << 20},
    {"recent", SPC_FLAG_INT, &g_recent, .value_name = "N", .help = "last tokens that are always read (64)", .min = 1, .max = 1 << 20},
    {"retriever-layer", SPC_FLAG_INT, &g_layer, .value_name = "N", .help = "the retriever's layer whose attention chooses (its only one)", .min = 0,
     .max = 4096},
    {"retriever-heads", SPC_FLAG_STRING, &g_heads, .value_name = "A,B,..", .help = "query heads of that layer to keep (all)"},
    {"feature-layers", SPC_FLAG_STRING, &g_features, .value_name = "A,B,..",
     .help = "LLM layers whose outputs the retriever reads (as its metadata says)"},
    {"cpu", SPC_FLAG_STRING, &g_cpu, .value_name = "NAME", .help = "the CPU to generate code for, as LLVM names it (this machine's)"},
    {"activations", SPC_FLAG_STRING, &g_activations, .value_name = "TYPE",
     .help = "weights: a GPU stores what only products and attention read in the weights'\n16 bits (default); f32: it rounds nothing, and answers as the CPU does"},
    {"ptxas", SPC_FLAG_STRING, &g_ptxas, .value_name = "PATH",
     .help = "NVIDIA's assembler, for the GPU's machine code beside PTX; none: PTX only\n(from PATH, $CUDA_HOME/bin or /usr/local/cuda/bin, where it is there)"},
    {"embed-weights", SPC_FLAG_BOOL, &g_embed, .help = "put the weights inside the object"},
    {"no-weights", SPC_FLAG_BOOL, &g_no_weights, .help = "write no weights: for graphs exported without their data"},
    {"emit", SPC_FLAG_STRING, &g_emit, .value_name = "KIND",
     .help = "onnx: the graphs as imported; spc: the IR after all passes; plan: the plan as\ntext; llvm: LLVM IR; ptx: a GPU's kernels; so (default). Text goes to standard\noutput without -o"},
    {"quiet", SPC_FLAG_BOOL, &g_quiet, .help = "no phase lines"},
    {0}};

static const spc_cli_t cli = {
    .program = "spc-compile",
    .synopsis = "MODEL.onnx [--retriever D.onnx] --target=NAME -o LIB.so [flags]",
    .summary = "Compiles a decoder-only LLM, and a small model distilled from it, into a shared object that\n"
               "libspcrt (or spc-run) decodes with, reading only the tokens that the small model chose.",
    .flags = flags,
    .min_positional = 1,
    .max_positional = 1,
    .epilogue = "Example:\n"
                "  spc-compile llama.onnx --retriever head.onnx --target=sm_90 --max-seq=32768 -o libllama.so\n"};

// ---- Phase lines ---------------------------------------------------------------------------------------------------

typedef struct display_t {
  const char *phase;
  int index, count;
  double begin, first, last_progress;
  bool terminal;
} display_t;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void end_phase(display_t *d) {
  if (d->phase && !g_quiet) fprintf(stderr, "%s[%d/%d] %-30s %8.3f s\n", d->terminal ? "\r" : "", d->index, d->count, d->phase, now() - d->begin);
  d->phase = NULL;
}

static void on_phase(void *user, int index, int count, const char *what) {
  display_t *d = user;
  end_phase(d);
  d->phase = what;
  d->index = index;
  d->count = count;
  d->begin = d->last_progress = now();
}

static void on_remark(void *user, const char *text) {
  (void)user;
  if (g_quiet) return;
  for (const char *line = text; *line;) {
    size_t length = strcspn(line, "\n");
    if (length) fprintf(stderr, "      %.*s\n", (int)length, line);
    line += length + (line[length] == '\n');
  }
}

static void on_progress(void *user, uint64_t done, uint64_t all) {
  display_t *d = user;
  double t = now();
  if (g_quiet || t - d->begin < 2.0 || t - d->last_progress < (d->terminal ? 0.2 : 5.0)) return;
  d->last_progress = t;
  fprintf(stderr, "%s[%d/%d] %-30s %3.0f%%%s", d->terminal ? "\r" : "", d->index, d->count, d->phase, all ? 100.0 * (double)done / (double)all : 100.0,
          d->terminal ? "" : "\n");
}

// ---- Flags that the table cannot check -----------------------------------------------------------------------------

static spc_status_t parse_emit(spc_emit_t *out) {
  static const char *const names[] = {"so", "onnx", "spc", "plan", "llvm", "ptx"};
  *out = SPC_EMIT_SO;
  if (!g_emit) return NULL;
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    if (!strcmp(g_emit, names[i])) {
      *out = (spc_emit_t)i;
      return NULL;
    }
  }
  return SPC_STATUS(SPC_INVALID_ARGUMENT, "--emit=%s: one of onnx, spc, plan, llvm, ptx, so", g_emit);
}

static spc_status_t check_target(void) {
  const spc_nvptx_target_t *gpu;
  char names[128];
  if (!g_target) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "--target is missing: what to compile for, one of cpu, %s", spc_nvptx_target_names(names, sizeof names));
  }
  if (!strcmp(g_target, "cpu")) return NULL;
  spc_status_t status = spc_nvptx_target_find(g_target, &gpu);
  if (!status) return NULL;
  spc_status_ignore(status);
  return SPC_STATUS(SPC_INVALID_ARGUMENT, "--target=%s: one of cpu, %s", g_target, spc_nvptx_target_names(names, sizeof names));
}

static spc_status_t check_one_of(const char *flag, const char *value, const char *a, const char *b, const char *c) {
  if (!value || !strcmp(value, a) || !strcmp(value, b) || !strcmp(value, c)) return NULL;
  return SPC_STATUS(SPC_INVALID_ARGUMENT, "--%s=%s: one of %s, %s, %s", flag, value, a, b, c);
}

static spc_status_t check_flags(spc_compile_options_t *options) {
  SPC_RETURN_IF_ERROR(check_target());
  if (!g_retriever && (g_heads || g_features || g_layer >= 0 || g_budget || g_selection)) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "--kv-budget, --selection, --retriever-layer, --retriever-heads and --feature-layers need --retriever");
  }
  SPC_RETURN_IF_ERROR(check_one_of("selection", g_selection, "head", "token", "auto"));
  SPC_RETURN_IF_ERROR(check_one_of("host-rows", g_host_rows, "auto", "packed", "plain"));
  SPC_RETURN_IF_ERROR(check_one_of("embeddings", g_embeddings, "auto", "host", "device"));
  SPC_RETURN_IF_ERROR(parse_emit(&options->emit));
  if (options->emit == SPC_EMIT_SO && !g_output) return SPC_STATUS(SPC_INVALID_ARGUMENT, "-o is missing: where to write the shared object");
  return NULL;
}

int main(int argc, char **argv) {
  spc_cli_args_t args;
  int exit_code;
  if (!spc_cli_start(&cli, argc, argv, &args, &exit_code)) return exit_code;
  spc_compile_options_t options = {.model = args.positional[0], .text_out = stdout};
  spc_status_t status = check_flags(&options);
  if (status) {
    spc_cli_finish(&cli, status);
    return 2;
  }
  options.retriever = g_retriever;
  options.output = g_output;
  options.target = g_target;
  options.cpu = g_cpu;
  options.activations = g_activations;
  options.ptxas = g_ptxas;
  options.budget = (uint64_t)g_budget;
  options.sink = g_sink;
  options.recent = g_recent;
  options.selection = g_selection;
  options.host_rows = g_host_rows;
  options.embeddings = g_embeddings;
  options.max_seq = (uint64_t)g_max_seq;
  options.max_batch = (uint64_t)g_max_batch;
  options.prefill_chunk = (uint64_t)g_chunk;
  options.device_memory = g_device_memory;
  options.retriever_layer = g_layer;
  options.retriever_heads = g_heads;
  options.feature_layers = g_features;
  options.embed_weights = g_embed;
  options.no_weights = g_no_weights;
  display_t display = {.terminal = isatty(STDERR_FILENO), .first = now()};
  spc_compile_observer_t observer = {.user = &display, .phase = on_phase, .remark = on_remark, .progress = on_progress};
  status = spc_compile(&options, &observer);
  if (!status) {
    end_phase(&display);
    if (options.output && !g_quiet) fprintf(stderr, "%s  (%.3f s)\n", options.output, now() - display.first);
  } else if (display.terminal && display.phase) {
    fputc('\r', stderr);
  }
  return spc_cli_finish(&cli, status);
}
