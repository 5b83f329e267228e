#include "tools/opt/verify_diagnostics.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DIAGNOSTICS 256

// A line that was said, or an expectation.
typedef struct item_t {
  const char *kind;  // "error", "remark", "warning"
  long line;         // 0: not in the file
  const char *text;
  int length;
  bool matched;
} item_t;

typedef struct items_t {
  item_t items[MAX_DIAGNOSTICS];
  size_t count;
  bool overflow;
} items_t;

static void add_item(items_t *items, item_t item) {
  if (items->count == MAX_DIAGNOSTICS) {
    items->overflow = true;
  } else {
    items->items[items->count++] = item;
  }
}

// The number of the line that |at| is in, from 1.
static long line_of(const char *source, const char *at) {
  long line = 1;
  for (; source < at; ++source) line += *source == '\n';
  return line;
}

// Reads "@+1", "@-2", "@above", "@below" at |*at| and moves past it.
static long read_offset(const char **at) {
  if (**at != '@') return 0;
  if (strncmp(*at, "@above", 6) == 0) return *at += 6, -1;
  if (strncmp(*at, "@below", 6) == 0) return *at += 6, 1;
  char *end;
  long offset = strtol(*at + 1, &end, 10);
  *at = end;
  return offset;
}

static void collect_expected(const char *source, items_t *expected) {
  static const char *const kinds[] = {"error", "remark", "warning"};
  const char *at = source;
  while ((at = strstr(at, "expected-")) != NULL) {
    const char *comment = at;
    at += strlen("expected-");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; ++k) {
      size_t n = strlen(kinds[k]);
      if (strncmp(at, kinds[k], n) != 0) continue;
      const char *rest = at + n;
      long offset = read_offset(&rest);
      while (*rest == ' ') ++rest;
      const char *end = strncmp(rest, "{{", 2) == 0 ? strstr(rest, "}}") : NULL;
      if (!end) continue;
      add_item(expected, (item_t){kinds[k], line_of(source, comment) + offset, rest + 2, (int)(end - rest - 2), false});
    }
  }
}

// Finds "name:LINE:" in a line of |length|; 0 when it has none.
static long line_number(const char *text, int length, const char *name) {
  size_t n = strlen(name);
  const char *at = memmem(text, (size_t)length, name, n);
  if (!at || at[n] != ':' || !isdigit((unsigned char)at[n + 1])) return 0;
  return strtol(at + n + 1, NULL, 10);
}

static void collect_said(const char *name, const char *text, const char *kind, items_t *said) {
  while (text && *text) {
    int length = (int)strcspn(text, "\n");
    const char *line_kind = strncmp(text, "warning: ", 9) == 0 ? "warning" : kind;
    if (strncmp(text, "  note: ", 8) != 0) add_item(said, (item_t){line_kind, line_number(text, length, name), text, length, false});
    text += length + (text[length] == '\n');
  }
}

static void match(items_t *expected, items_t *said) {
  for (size_t i = 0; i < expected->count; ++i) {
    item_t *want = &expected->items[i];
    for (size_t j = 0; j < said->count && !want->matched; ++j) {
      item_t *have = &said->items[j];
      if (have->matched || have->line != want->line || strcmp(have->kind, want->kind) != 0) continue;
      if (!memmem(have->text, (size_t)have->length, want->text, (size_t)want->length)) continue;
      have->matched = want->matched = true;
    }
  }
}

// Adds a line for every unmatched item to |status|.
static spc_status_t report(spc_status_t status, const char *name, const items_t *items, const char *what) {
  for (size_t i = 0; i < items->count; ++i) {
    const item_t *item = &items->items[i];
    if (item->matched) continue;
    spc_status_t line = SPC_STATUS(SPC_INVALID_ARGUMENT, "%s:%ld: %s %s: %.*s", name, item->line, what, item->kind, item->length, item->text);
    if (status) line = spc_status_annotate(line, "%s\n  and", spc_status_message(status));
    spc_status_ignore(status);
    status = line;
  }
  return status;
}

spc_status_t spc_verify_diagnostics(const char *name, const char *source, const char *errors, const char *remarks) {
  items_t *sets = calloc(2, sizeof *sets);
  if (!sets) return SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: no memory to compare diagnostics (%zu bytes)", name, 2 * sizeof *sets);
  items_t *expected = &sets[0], *said = &sets[1];
  collect_expected(source, expected);
  collect_said(name, errors, "error", said);
  collect_said(name, remarks, "remark", said);
  spc_status_t status = NULL;
  if (expected->overflow || said->overflow) {
    status = SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: more than %d diagnostics in one module", name, MAX_DIAGNOSTICS);
  } else {
    match(expected, said);
    status = report(status, name, expected, "expected but not said,");
    status = report(status, name, said, "said but not expected,");
  }
  free(sets);
  return status;
}
