// Command lines: values, errors that say what would be right, the help's layout.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/cli/flags.h"

static bool g_stats, g_seed_given;
static const char *g_output, *g_tokens;
static int64_t g_seed;
static uint64_t g_memory;
static double g_temperature;
static char g_calls[128];

static spc_status_t on_call(void *user, const char *name, const char *value) {
  (void)user;
  size_t n = strlen(g_calls);
  snprintf(g_calls + n, sizeof g_calls - n, "%s=%s;", name, value ? value : "(none)");
  return value && strcmp(value, "bad") == 0 ? SPC_STATUS(SPC_UNSUPPORTED, "refused") : NULL;
}

static const spc_flag_t k_flags[] = {
    {"o", SPC_FLAG_STRING, &g_output, .value_name = "FILE", .help = "where to write"},
    {"tokens", SPC_FLAG_STRING, &g_tokens, .value_name = "FILE", .help = "ids\na line a sequence"},
    {"seed", SPC_FLAG_INT, &g_seed, .value_name = "K", .help = "of sampling", .min = 0, .max = 100, .given = &g_seed_given},
    {"device-memory", SPC_FLAG_SIZE, &g_memory, .value_name = "SIZE", .help = "bytes"},
    {"temperature", SPC_FLAG_FLOAT, &g_temperature, .value_name = "T", .help = "of sampling"},
    {"stats", SPC_FLAG_BOOL, &g_stats, .help = "print statistics"},
    {"pass", SPC_FLAG_CALL, NULL, .value_name = "[=OPTIONS]", .help = "a pass", .call = on_call},
    {"plain", SPC_FLAG_CALL, NULL, .help = "a pass without options", .call = on_call},
    {0},
};
static const spc_cli_t k_cli = {
    .program = "spc-x", .synopsis = "INPUT -o FILE", .summary = "Does x.", .flags = k_flags, .min_positional = 1, .max_positional = 2};

static int reset(void **state) {
  (void)state;
  g_stats = g_seed_given = false;
  g_output = g_tokens = NULL;
  g_seed = -1;
  g_memory = 0;
  g_temperature = -1;
  g_calls[0] = '\0';
  return 0;
}

#define PARSE(args, ...) parse(args, sizeof((char *[]){__VA_ARGS__}) / sizeof(char *), (char *[]){__VA_ARGS__})
static spc_status_t parse(spc_cli_args_t *args, size_t n, char **flags) {
  char *argv[32] = {(char *)"spc-x"};
  memcpy(argv + 1, flags, n * sizeof *flags);
  return spc_cli_parse(&k_cli, (int)n + 1, argv, args);
}

static void test_values(void **state) {
  (void)state;
  spc_cli_args_t args;
  assert_null(PARSE(&args, "in.onnx", "-o", "out.so", "--tokens=t.txt", "--seed=7", "--device-memory=1.5GiB", "--temperature=0.5", "--stats"));
  assert_int_equal(args.count, 1);
  assert_string_equal(args.positional[0], "in.onnx");
  assert_string_equal(g_output, "out.so");
  assert_string_equal(g_tokens, "t.txt");
  assert_int_equal(g_seed, 7);
  assert_true(g_seed_given && g_stats);
  assert_int_equal(g_memory, UINT64_C(3) << 29);
  assert_true(g_temperature == 0.5);
}

static void test_forms(void **state) {
  (void)state;
  spc_cli_args_t args;
  assert_null(PARSE(&args, "-oout", "--tokens", "t", "--stats=false", "-", "--", "--seed=3"));
  assert_string_equal(g_output, "out");
  assert_string_equal(g_tokens, "t");
  assert_false(g_stats || g_seed_given);
  assert_int_equal(args.count, 2);
  assert_string_equal(args.positional[0], "-");
  assert_string_equal(args.positional[1], "--seed=3");
}

static void test_calls_keep_order(void **state) {
  (void)state;
  spc_cli_args_t args;
  assert_null(PARSE(&args, "--pass=a=1 b=2", "in", "--plain", "--pass"));
  assert_string_equal(g_calls, "pass=a=1 b=2;plain=(none);pass=(none);");
}

#define EXPECT_ERROR(text, ...)                                      \
  do {                                                               \
    spc_cli_args_t args_;                                            \
    spc_status_t status_ = PARSE(&args_, __VA_ARGS__);               \
    assert_non_null(status_);                                        \
    if (!strstr(spc_status_message(status_), text)) fail_msg("'%s' lacks '%s'", spc_status_message(status_), text); \
    spc_status_ignore(status_);                                      \
  } while (0)

static void test_errors(void **state) {
  (void)state;
  EXPECT_ERROR("unknown flag '--sead'; did you mean '--seed'?", "in", "--sead=3");
  EXPECT_ERROR("unknown flag '--device-memry'; did you mean '--device-memory'?", "in", "--device-memry=3");
  EXPECT_ERROR("unknown flag '-x'", "in", "-x");
  EXPECT_ERROR("unknown flag '-seed=3'", "in", "-seed=3");
  EXPECT_ERROR("unknown flag '--o'", "in", "--o=x");
  EXPECT_ERROR("--seed needs a value: --seed=K", "in", "--seed");
  EXPECT_ERROR("--tokens needs a value: --tokens=FILE", "in", "--tokens", "--stats");
  EXPECT_ERROR("-o needs a value: -o FILE", "in", "-o");
  EXPECT_ERROR("--seed: '3x' is not a whole number", "in", "--seed=3x");
  EXPECT_ERROR("--seed: '' is not a whole number", "in", "--seed=");
  EXPECT_ERROR("--seed: 101 is out of range; 0 to 100", "in", "--seed=101");
  EXPECT_ERROR("--seed: 99999999999999999999 is out of range", "in", "--seed=99999999999999999999");
  EXPECT_ERROR("--temperature: 'nan' is not a finite number", "in", "--temperature=nan");
  EXPECT_ERROR("--stats: 'yes' is neither true nor false", "in", "--stats=yes");
  EXPECT_ERROR("--plain takes no value", "in", "--plain=3");
  EXPECT_ERROR("--pass: refused", "in", "--pass=bad");
  EXPECT_ERROR("an argument is missing; usage: spc-x INPUT -o FILE", "--stats");
  EXPECT_ERROR("unexpected argument 'c'", "a", "b", "c");
}

static void test_suggestion_is_near(void **state) {
  (void)state;
  spc_cli_args_t args;
  spc_status_t status = PARSE(&args, "in", "--frobnicate");
  assert_string_equal(spc_status_message(status), "unknown flag '--frobnicate'");
  assert_int_equal(spc_status_code(status), SPC_INVALID_ARGUMENT);
  spc_status_ignore(status);
}

static void test_sizes(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint64_t bytes;
  } good[] = {{"0", 0},       {"4096", 4096},           {"1KiB", 1024},           {"512MiB", UINT64_C(512) << 20},
              {"24GiB", UINT64_C(24) << 30}, {"0.5TiB", UINT64_C(1) << 39}, {"3M", 3 << 20}, {"7B", 7},
              {"18446744073709551615", UINT64_MAX}};
  for (size_t i = 0; i < sizeof good / sizeof *good; ++i) {
    uint64_t bytes;
    assert_null(spc_size_parse(good[i].text, &bytes));
    assert_int_equal(bytes, good[i].bytes);
  }
  static const char *const bad[] = {"",      "-1",    "GiB",  "1GB", "1 GiB", "1..5GiB", "0x10", "18446744073709551616", "16777216TiB",
                                    "1e3", "+5", ".5GiB"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    uint64_t bytes = 1;
    spc_status_t status = spc_size_parse(bad[i], &bytes);
    if (!status) fail_msg("'%s' was accepted", bad[i]);
    assert_int_equal(spc_status_code(status), SPC_INVALID_ARGUMENT);
    assert_int_equal(bytes, 0);
    spc_status_ignore(status);
  }
}

static void test_help_lines_up(void **state) {
  (void)state;
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  spc_cli_print_help(&k_cli, out);
  fclose(out);
  assert_string_equal(text,
                      "usage: spc-x INPUT -o FILE\n\nDoes x.\n\n"
                      "  -o FILE               where to write\n"
                      "  --tokens=FILE         ids\n"
                      "                        a line a sequence\n"
                      "  --seed=K              of sampling\n"
                      "  --device-memory=SIZE  bytes\n"
                      "  --temperature=T       of sampling\n"
                      "  --stats               print statistics\n"
                      "  --pass[=OPTIONS]      a pass\n"
                      "  --plain               a pass without options\n"
                      "  --help                this text\n"
                      "  --version             the version\n");
  free(text);
}

static void test_help_comes_first(void **state) {
  (void)state;
  spc_cli_args_t args;
  assert_null(PARSE(&args, "--no-such-flag", "--help"));
  assert_true(args.help);
  assert_null(PARSE(&args, "--version"));
  assert_true(args.version);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_values, reset),           cmocka_unit_test_setup(test_forms, reset),
      cmocka_unit_test_setup(test_calls_keep_order, reset), cmocka_unit_test_setup(test_errors, reset),
      cmocka_unit_test_setup(test_suggestion_is_near, reset), cmocka_unit_test_setup(test_sizes, reset),
      cmocka_unit_test_setup(test_help_lines_up, reset),    cmocka_unit_test_setup(test_help_comes_first, reset),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
