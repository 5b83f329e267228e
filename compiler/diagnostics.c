#include "compiler/diagnostics.h"

#include <stdlib.h>
#include <string.h>

#include "passes/ir/ir.h"

// ---- A growing string; once memory is out it stays empty and says so -------------------------------------------------

typedef struct text_t {
  char *data;
  size_t length;
  size_t capacity;
  bool failed;
} text_t;

static void text_append(text_t *text, const char *data, size_t length) {
  if (text->failed) return;
  if (length >= text->capacity - text->length) {
    size_t capacity = (text->length + length + 1) * 2;
    char *grown = capacity > length ? realloc(text->data, capacity) : NULL;
    if (!grown) {
      text->failed = true;
      return;
    }
    text->data = grown;
    text->capacity = capacity;
  }
  memcpy(text->data + text->length, data, length);
  text->length += length;
  text->data[text->length] = '\0';
}

static void text_append_string(text_t *text, const char *string) { text_append(text, string, strlen(string)); }

static void text_append_callback(MlirStringRef string, void *text) { text_append(text, string.data, string.length); }

// ---- Locations -------------------------------------------------------------------------------------------------------

// The file position behind a location: through names and fusions to the first that has one.
static bool find_file_location(MlirLocation loc, MlirLocation *out_loc) {
  for (int depth = 0; depth < 8; ++depth) {
    if (mlirLocationIsAFileLineColRange(loc)) {
      *out_loc = loc;
      return true;
    }
    if (mlirLocationIsAName(loc)) {
      loc = mlirLocationNameGetChildLoc(loc);
    } else if (mlirLocationIsAFused(loc) && mlirLocationFusedGetNumLocations(loc) > 0) {
      MlirLocation *parts = malloc(mlirLocationFusedGetNumLocations(loc) * sizeof *parts);
      if (!parts) return false;
      mlirLocationFusedGetLocations(loc, parts);
      loc = parts[0];
      free(parts);
    } else {
      return false;
    }
  }
  return false;
}

static const char *file_name(const spc_diagnostics_t *diagnostics, MlirStringRef file) {
  return file.length == 1 && file.data[0] == '-' && diagnostics->source_name ? diagnostics->source_name : NULL;
}

// Writes the location and ": ". A name is left out when the message says it already.
static void append_location(const spc_diagnostics_t *diagnostics, MlirLocation loc, const char *message, text_t *text) {
  MlirLocation position;
  if (find_file_location(loc, &position)) {
    MlirStringRef file = mlirIdentifierStr(mlirLocationFileLineColRangeGetFilename(position));
    const char *alias = file_name(diagnostics, file);
    char numbers[48];
    snprintf(numbers, sizeof numbers, ":%d:%d: ", mlirLocationFileLineColRangeGetStartLine(position),
             mlirLocationFileLineColRangeGetStartColumn(position));
    text_append(text, alias ? alias : file.data, alias ? strlen(alias) : file.length);
    text_append_string(text, numbers);
  } else if (mlirLocationIsAName(loc)) {
    MlirStringRef name = mlirIdentifierStr(mlirLocationNameGetName(loc));
    if (!name.length || (message && memmem(message, strlen(message), name.data, name.length))) return;
    text_append(text, name.data, name.length);
    text_append_string(text, ": ");
  }
}

// ---- Records ---------------------------------------------------------------------------------------------------------

void spc_diagnostics_init(spc_diagnostics_t *diagnostics) { memset(diagnostics, 0, sizeof *diagnostics); }

void spc_diagnostics_truncate(spc_diagnostics_t *diagnostics, size_t count) {
  while (diagnostics->count > count) {
    spc_diagnostic_t *record = &diagnostics->records[--diagnostics->count];
    free(record->file);
    free(record->text);
  }
}

void spc_diagnostics_deinit(spc_diagnostics_t *diagnostics) {
  if (!diagnostics) return;
  spc_diagnostics_truncate(diagnostics, 0);
  free(diagnostics->records);
  memset(diagnostics, 0, sizeof *diagnostics);
}

static spc_diagnostic_t *append_record(spc_diagnostics_t *diagnostics) {
  if (diagnostics->count == diagnostics->capacity) {
    size_t capacity = diagnostics->capacity ? diagnostics->capacity * 2 : 8;
    spc_diagnostic_t *grown = realloc(diagnostics->records, capacity * sizeof *grown);
    if (!grown) return NULL;
    diagnostics->records = grown;
    diagnostics->capacity = capacity;
  }
  spc_diagnostic_t *record = &diagnostics->records[diagnostics->count++];
  memset(record, 0, sizeof *record);
  return record;
}

static void append_note(const spc_diagnostics_t *diagnostics, MlirDiagnostic note, text_t *text) {
  text_t message = {0};
  mlirDiagnosticPrint(note, text_append_callback, &message);
  text_append_string(text, "\n  note: ");
  append_location(diagnostics, mlirDiagnosticGetLocation(note), message.data, text);
  if (message.data) text_append(text, message.data, message.length);
  free(message.data);
}

MlirLogicalResult spc_diagnostics_handle(MlirDiagnostic diagnostic, void *user_data) {
  spc_diagnostics_t *diagnostics = user_data;
  text_t message = {0}, text = {0};
  mlirDiagnosticPrint(diagnostic, text_append_callback, &message);
  const char *body = message.data ? message.data : "";

  spc_severity_t severity = SPC_SEVERITY_ERROR;
  if (mlirDiagnosticGetSeverity(diagnostic) == MlirDiagnosticWarning) severity = SPC_SEVERITY_WARNING;
  if (mlirDiagnosticGetSeverity(diagnostic) == MlirDiagnosticRemark) severity = SPC_SEVERITY_REMARK;
  if (strncmp(body, SPC_REMARK_PREFIX, strlen(SPC_REMARK_PREFIX)) == 0) {
    severity = SPC_SEVERITY_REMARK;
    body += strlen(SPC_REMARK_PREFIX);
  }

  append_location(diagnostics, mlirDiagnosticGetLocation(diagnostic), body, &text);
  size_t message_begin = text.length;
  text_append_string(&text, body);
  for (intptr_t i = 0; i < mlirDiagnosticGetNumNotes(diagnostic); ++i) {
    append_note(diagnostics, mlirDiagnosticGetNote(diagnostic, i), &text);
  }
  free(message.data);

  spc_diagnostic_t *record = text.failed ? NULL : append_record(diagnostics);
  if (!record) {
    free(text.data);
    diagnostics->out_of_memory = true;
    return mlirLogicalResultSuccess();
  }
  record->severity = severity;
  record->text = text.data;
  record->message = text.data + message_begin;
  MlirLocation position;
  if (find_file_location(mlirDiagnosticGetLocation(diagnostic), &position)) {
    MlirStringRef file = mlirIdentifierStr(mlirLocationFileLineColRangeGetFilename(position));
    const char *alias = file_name(diagnostics, file);
    record->file = alias ? strdup(alias) : strndup(file.data, file.length);
    record->line = (unsigned)mlirLocationFileLineColRangeGetStartLine(position);
  }
  return mlirLogicalResultSuccess();
}

bool spc_diagnostics_has_errors(const spc_diagnostics_t *diagnostics) {
  for (size_t i = 0; i < diagnostics->count; ++i) {
    if (diagnostics->records[i].severity == SPC_SEVERITY_ERROR) return true;
  }
  return diagnostics->out_of_memory;
}

char *spc_diagnostics_take(spc_diagnostics_t *diagnostics, bool errors) {
  text_t text = {0};
  size_t kept = 0;
  for (size_t i = 0; i < diagnostics->count; ++i) {
    spc_diagnostic_t *record = &diagnostics->records[i];
    if ((record->severity == SPC_SEVERITY_ERROR) != errors) {
      diagnostics->records[kept++] = *record;
      continue;
    }
    if (text.length) text_append_string(&text, "\n");
    if (record->severity == SPC_SEVERITY_WARNING) text_append_string(&text, "warning: ");
    if (record->severity == SPC_SEVERITY_REMARK) text_append_string(&text, "remark: ");
    text_append_string(&text, record->text);
    free(record->file);
    free(record->text);
  }
  diagnostics->count = kept;
  if (text.failed) {
    free(text.data);
    return NULL;
  }
  return text.data;
}
