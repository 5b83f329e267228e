// spc/status.h - errors as values.
//
// A status is one word: NULL is success, anything else owns a code, a message, the place that raised it and the
// annotations added on the way up. A function that can fail returns `spc_status_t`; what it produces goes through
// `out_x` parameters, which it sets to NULL or zero at entry. The caller owns a returned status and must return it,
// consume it with `spc_status_ignore`, or print and free it. Statuses may cross threads but not be shared by two.
#ifndef SPC_STATUS_H_
#define SPC_STATUS_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SPC_WARN_UNUSED __attribute__((warn_unused_result))
#define SPC_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define SPC_WARN_UNUSED
#define SPC_PRINTF(fmt, args)
#endif

typedef enum spc_status_code_t {
  SPC_OK = 0,
  SPC_INVALID_ARGUMENT,  // a flag, a model, an index: what the caller gave is wrong
  SPC_NOT_FOUND,         // a file, a symbol, a name
  SPC_UNSUPPORTED,       // valid, but spc does not do it (yet); the message says what would work
  SPC_INCOMPATIBLE,      // two artifacts that do not belong together: versions, vocabularies, head counts
  SPC_OUT_OF_MEMORY,     // names the buffer, the bytes asked for and the bytes there are
  SPC_OUT_OF_RANGE,      // offset past the end of a file, token id past the vocabulary, sequence past max-seq
  SPC_IO,                // the operating system said no
  SPC_DEVICE,            // a driver or device error
  SPC_INTERNAL,          // a bug in spc
} spc_status_code_t;

typedef struct spc_status_s *spc_status_t;

// Makes a status; `format` is printf's. Never returns NULL for a code other than SPC_OK: when memory is out, a static
// out-of-memory status is returned, which every function below accepts. Use through SPC_STATUS.
SPC_WARN_UNUSED spc_status_t spc_status_create(spc_status_code_t code, const char *file, int line,
                                               const char *format, ...) SPC_PRINTF(4, 5);

// Prefixes the message of |status| with "<text>: " and returns it. Consumes |status|; does nothing to NULL.
SPC_WARN_UNUSED spc_status_t spc_status_annotate(spc_status_t status, const char *format, ...) SPC_PRINTF(2, 3);

// Returns |first| when it is an error (freeing |second|), else |second|. For cleanups that can fail too.
SPC_WARN_UNUSED spc_status_t spc_status_join(spc_status_t first, spc_status_t second);

static inline bool spc_status_is_ok(spc_status_t status) { return status == NULL; }
spc_status_code_t spc_status_code(spc_status_t status);

// The message without the code; "OK" for NULL. Lives as long as the status.
const char *spc_status_message(spc_status_t status);

// "INVALID_ARGUMENT" and so on. Static.
const char *spc_status_code_name(spc_status_code_t code);

// Frees; accepts NULL.
void spc_status_ignore(spc_status_t status);

#define SPC_STATUS(code, ...) spc_status_create((code), __FILE__, __LINE__, __VA_ARGS__)

#define SPC_RETURN_IF_ERROR(expr)               \
  do {                                          \
    spc_status_t spc_status_tmp_ = (expr);      \
    if (spc_status_tmp_) return spc_status_tmp_; \
  } while (0)

// For functions that own something: sets the local `status` and jumps to `cleanup`.
#define SPC_GOTO_IF_ERROR(expr)    \
  do {                             \
    status = (expr);               \
    if (status) goto cleanup;      \
  } while (0)

#ifdef __cplusplus
}
#endif
#endif  // SPC_STATUS_H_
