// Command lines, the same for every tool: kebab-case flags, `--flag=value` or `--flag value`, `-o value` for one-letter flags, help from one table.
//
//   static const char *output; static bool verbose; static uint64_t memory;
//   static const spc_flag_t flags[] = {
//       {"o", SPC_FLAG_STRING, &output, .value_name = "FILE", .help = "where to write"},
//       {"verbose", SPC_FLAG_BOOL, &verbose, .help = "say more"},
//       {"device-memory", SPC_FLAG_SIZE, &memory, .value_name = "SIZE", .help = "bytes, or with KiB, MiB, GiB"},
//       {0}};
//   static const spc_cli_t cli = {.program = "spc-x", .synopsis = "INPUT -o FILE", .summary = "Does x.", .flags = flags,
//                                 .min_positional = 1, .max_positional = 1};
//   int main(int argc, char **argv) {
//     spc_cli_args_t args;
//     int exit_code;
//     if (!spc_cli_start(&cli, argc, argv, &args, &exit_code)) return exit_code;
//     return spc_cli_finish(&cli, run(args.positional[0]));
//   }
#ifndef TOOLS_CLI_FLAGS_H_
#define TOOLS_CLI_FLAGS_H_

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "spc/status.h"

typedef enum spc_flag_kind_t {
  SPC_FLAG_BOOL = 1,  // bool: --x, or --x=true, --x=false
  SPC_FLAG_STRING,    // const char *: a pointer into argv
  SPC_FLAG_INT,       // int64_t, in [min, max] unless both are 0
  SPC_FLAG_SIZE,      // uint64_t: bytes, "4096", "24GiB", "1.5MiB"
  SPC_FLAG_FLOAT,     // double, finite
  SPC_FLAG_CALL,      // |call| gets the value (NULL when none was given), in the order of the command line
} spc_flag_kind_t;

// |name| is the flag without dashes. |user| is |value| of the flag's table row.
typedef spc_status_t (*spc_flag_call_t)(void *user, const char *name, const char *value);

typedef struct spc_flag_t {
  const char *name;        // without dashes; one letter: -o VALUE. NULL ends the table
  spc_flag_kind_t kind;
  void *value;             // where it goes, by kind
  const char *value_name;  // shown in the help; NULL for a flag without a value (SPC_FLAG_CALL: the value is optional when it begins with '[')
  const char *help;        // may have several lines
  int64_t min, max;        // SPC_FLAG_INT
  spc_flag_call_t call;    // SPC_FLAG_CALL
  bool *given;             // set to true when the flag occurs; may be NULL
} spc_flag_t;

typedef struct spc_cli_t {
  const char *program;   // "spc-run"
  const char *synopsis;  // after the program's name in the usage line
  const char *summary;   // a sentence or more, for --help
  const spc_flag_t *flags;
  int min_positional, max_positional;
  const char *epilogue;  // last in --help; may be NULL
} spc_cli_t;

#define SPC_CLI_MAX_POSITIONAL 16
typedef struct spc_cli_args_t {
  const char *positional[SPC_CLI_MAX_POSITIONAL];  // into argv
  int count;
  bool help;     // --help was given: nothing else was checked
  bool version;  // the same for --version
} spc_cli_args_t;

// Parses and stores values through the table. INVALID_ARGUMENT names the flag, what is allowed and, for an unknown flag, the nearest one. A flag
// given twice keeps the last value. "--" ends the flags; "-" is a positional.
SPC_WARN_UNUSED spc_status_t spc_cli_parse(const spc_cli_t *cli, int argc, char *const *argv, spc_cli_args_t *out_args);
void spc_cli_print_help(const spc_cli_t *cli, FILE *out);

// For main: parses, answers --help and --version. False: return *out_exit_code (0 after help, 2 for a bad command line, said on stderr).
bool spc_cli_start(const spc_cli_t *cli, int argc, char *const *argv, spc_cli_args_t *out_args, int *out_exit_code);
// Prints "program: error: message" on stderr, frees |status|, and returns the exit code: 0 for NULL, 1 for any other.
int spc_cli_finish(const spc_cli_t *cli, spc_status_t status);
// Flags that are right one by one and wrong together: says |wrong| on stderr as spc_cli_start says of a bad command line; 2, the exit code.
int spc_cli_refuse(const spc_cli_t *cli, const char *wrong);

// "1,8,24" -> |out_values| [*out_count], each from 1 to 2^31-1, at most |most|. INVALID_ARGUMENT shows what a list looks like with |example|.
SPC_WARN_UNUSED spc_status_t spc_list_parse(const char *text, const char *example, size_t most, uint64_t *out_values, size_t *out_count);

// "24GiB" -> bytes. Units B, KiB, MiB, GiB, TiB (also K, M, G, T), fractions allowed; INVALID_ARGUMENT says what is wrong.
SPC_WARN_UNUSED spc_status_t spc_size_parse(const char *text, uint64_t *out_bytes);

#endif  // TOOLS_CLI_FLAGS_H_
