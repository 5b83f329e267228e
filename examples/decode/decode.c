// How an application decodes with libspcrt: several compiled models in one process, a step of each in turn.
//
//     spc-decode N "1 2 3" libfirst.so [libsecond.so ...]
//
// Reads the prompt, generates N tokens greedily with every model, and prints one line a model. The prompt must be valid in all their vocabularies.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "spc/spc.h"

typedef struct decoder_t {
  spc_model_t *model;
  spc_session_t *session;
  float *logits;  // [vocab]
  int32_t sequence;
  int32_t *tokens;  // [n], generated
} decoder_t;

static size_t vocab(const decoder_t *d) { return (size_t)spc_model_plan(d->model)->dims.vocab; }

static spc_status_t decoder_init(decoder_t *d, const char *path, size_t n_prompt, const int32_t *prompt, size_t n) {
  SPC_RETURN_IF_ERROR(spc_model_load(path, &d->model));
  spc_session_options_t options;
  spc_session_options_init(&options);
  options.threads = 1;
  SPC_RETURN_IF_ERROR(spc_session_create(d->model, &options, &d->session));
  d->logits = malloc(vocab(d) * sizeof *d->logits);
  d->tokens = malloc((n ? n : 1) * sizeof *d->tokens);
  if (!d->logits || !d->tokens) return SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: logits and tokens", path);
  SPC_RETURN_IF_ERROR(spc_session_sequence_create(d->session, &d->sequence));
  return spc_session_prefill(d->session, d->sequence, n_prompt, prompt, SPC_LOGITS_LAST, d->logits);
}

static void decoder_deinit(decoder_t *d) {
  spc_session_destroy(d->session);
  spc_model_destroy(d->model);
  free(d->logits);
  free(d->tokens);
}

// Generates token |i| and computes the logits after it.
static spc_status_t decoder_step(decoder_t *d, size_t i) {
  d->tokens[i] = spc_logits_argmax(d->logits, vocab(d));
  return spc_session_decode(d->session, 1, &d->sequence, &d->tokens[i], d->logits);
}

static spc_status_t decode_all(decoder_t *decoders, size_t count, char **paths, size_t n_prompt, const int32_t *prompt, size_t n) {
  for (size_t k = 0; k < count; ++k) SPC_RETURN_IF_ERROR(decoder_init(&decoders[k], paths[k], n_prompt, prompt, n));
  for (size_t i = 0; i < n; ++i) {
    for (size_t k = 0; k < count; ++k) SPC_RETURN_IF_ERROR(decoder_step(&decoders[k], i));
  }
  for (size_t k = 0; k < count; ++k) {
    for (size_t i = 0; i < n; ++i) printf("%s%d", i ? " " : "", decoders[k].tokens[i]);
    printf("\n");
  }
  return NULL;
}

static size_t parse_prompt(const char *text, int32_t *tokens, size_t capacity) {
  size_t n = 0;
  for (char *end; n < capacity; text = end) {
    errno = 0;
    long token = strtol(text, &end, 10);
    if (end == text) break;
    if (errno || token < 0 || token > INT32_MAX) return 0;
    tokens[n++] = (int32_t)token;
  }
  return n;
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: spc-decode N \"1 2 3\" libfirst.so [libsecond.so ...]\n");
    return 2;
  }
  int32_t prompt[4096];
  size_t n_prompt = parse_prompt(argv[2], prompt, sizeof prompt / sizeof *prompt);
  long n = strtol(argv[1], NULL, 10);
  if (!n_prompt || n < 0 || n > 1000000) {
    fprintf(stderr, "spc-decode: error: N and a prompt of token ids, please\n");
    return 2;
  }
  size_t count = (size_t)argc - 3;
  decoder_t *decoders = calloc(count, sizeof *decoders);
  spc_status_t status =
      decoders ? decode_all(decoders, count, argv + 3, n_prompt, prompt, (size_t)n) : SPC_STATUS(SPC_OUT_OF_MEMORY, "%zu decoders", count);
  if (status) fprintf(stderr, "spc-decode: error: %s\n", spc_status_message(status));
  for (size_t k = 0; decoders && k < count; ++k) decoder_deinit(&decoders[k]);
  free(decoders);
  int exit_code = status ? 1 : 0;
  spc_status_ignore(status);
  return exit_code;
}
