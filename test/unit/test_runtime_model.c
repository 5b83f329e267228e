// Loading: objects and weight files that are missing, truncated, of another version or another model.
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "runtime_fixture.h"
#include "spc/spc.h"

static char g_folder[] = "/tmp/spc-runtime-XXXXXX";
static char g_object[64], g_weights[64];

typedef struct bytes_t {
  uint8_t *data;
  size_t size;
} bytes_t;

static bytes_t read_file(const char *path) {
  FILE *in = fopen(path, "rb");
  assert_non_null(in);
  bytes_t b = {malloc(8 << 20), 0};
  b.size = fread(b.data, 1, 8 << 20, in);
  fclose(in);
  return b;
}

static void write_file(const char *path, const void *data, size_t size) {
  FILE *out = fopen(path, "wb");
  assert_non_null(out);
  assert_int_equal(fwrite(data, 1, size, out), size);
  fclose(out);
}

static void copy_file(const char *from, const char *to) {
  bytes_t b = read_file(from);
  write_file(to, b.data, b.size);
  free(b.data);
}

static int set_up(void **state) {
  (void)state;
  if (!mkdtemp(g_folder)) return -1;
  snprintf(g_object, sizeof g_object, "%s/model.so", g_folder);
  snprintf(g_weights, sizeof g_weights, "%s/fixture.safetensors", g_folder);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  char other[64];
  snprintf(other, sizeof other, "%s/other.so", g_folder);
  unlink(other);
  unlink(g_object);
  unlink(g_weights);
  return rmdir(g_folder);
}

// A good object with good weights.
static void reset(void) {
  unlink(g_object);  // a new inode, so that an object still loaded keeps its bytes
  copy_file(SPC_TEST_OBJECT, g_object);
  fixture_t *f = fixture_create(&(fixture_options_t){SPC_BF16, 8});
  unlink(g_weights);
  fixture_write_weights(f, g_weights);
  free(f);
}

static void assert_refused(spc_status_code_t code, const char *message) {
  spc_model_t *model;
  spc_status_t status = spc_model_load(g_object, &model);
  assert_null(model);
  if (spc_status_code(status) != code || !strstr(spc_status_message(status), message)) {
    fail_msg("expected %s with '%s', got %s: %s", spc_status_code_name(code), message, spc_status_code_name(spc_status_code(status)),
             spc_status_message(status));
  }
  spc_status_ignore(status);
}

static int32_t first_token(spc_model_t *model) {
  spc_session_t *session;
  int32_t sequence, prompt[] = {3, 1, 4, 1, 5};
  float logits[FIX_VOCAB];
  assert_null(spc_session_create(model, NULL, &session));
  assert_null(spc_session_sequence_create(session, &sequence));
  assert_null(spc_session_prefill(session, sequence, 5, prompt, SPC_LOGITS_LAST, logits));
  spc_session_destroy(session);
  return spc_logits_argmax(logits, FIX_VOCAB);
}

static void test_two_objects_in_one_process(void **state) {
  (void)state;
  reset();
  char other[64];
  snprintf(other, sizeof other, "%s/other.so", g_folder);
  copy_file(g_object, other);
  spc_model_t *a, *b;
  assert_null(spc_model_load(g_object, &a));
  assert_null(spc_model_load(other, &b));
  assert_ptr_not_equal(spc_model_plan(a), spc_model_plan(b));
  assert_int_equal(first_token(a), first_token(b));
  spc_model_destroy(a);
  (void)first_token(b);
  spc_model_destroy(b);
}

// Where the last segment of an object ends: the sections behind it are not needed to run.
static size_t end_of_segments(const bytes_t *object) {
  Elf64_Ehdr header;
  memcpy(&header, object->data, sizeof header);
  size_t end = 0;
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    memcpy(&segment, object->data + header.e_phoff + i * sizeof segment, sizeof segment);
    if (segment.p_offset + segment.p_filesz > end) end = segment.p_offset + segment.p_filesz;
  }
  return end;
}

static void test_bad_objects(void **state) {
  (void)state;
  reset();
  bytes_t good = read_file(g_object);
  unlink(g_object);
  assert_refused(SPC_NOT_FOUND, "model.so");
  size_t end = end_of_segments(&good);
  for (size_t size = 0; size < end; size += end / 37) {
    write_file(g_object, good.data, size);
    spc_model_t *model;
    spc_status_t status = spc_model_load(g_object, &model);
    assert_non_null(status);
    spc_status_ignore(status);
  }
  write_file(g_object, "no object at all, but long enough to have a header of 64 bytes or so", 68);
  assert_refused(SPC_INVALID_ARGUMENT, "not a 64-bit ELF shared object");
  memset(good.data + 64, 0xff, 56);  // the first program header
  write_file(g_object, good.data, good.size);
  assert_refused(SPC_OUT_OF_RANGE, "truncated?");
  free(good.data);
  unlink(g_object);
  copy_file(SPC_TEST_OBJECT_OTHER_ABI, g_object);
  assert_refused(SPC_INCOMPATIBLE, "runtime ABI 99, this runtime has ABI 10");
  unlink(g_object);
  assert_int_equal(symlink("/lib/x86_64-linux-gnu/libm.so.6", g_object), 0);
  if (access(g_object, R_OK) == 0) assert_refused(SPC_NOT_FOUND, "spc_plan_query");
  unlink(g_object);
}

static void replace(bytes_t *b, const char *from, const char *to) {
  assert_int_equal(strlen(from), strlen(to));
  for (size_t i = 0; i + strlen(from) <= b->size; ++i) {
    if (!memcmp(b->data + i, from, strlen(from))) {
      memcpy(b->data + i, to, strlen(to));
      return;
    }
  }
  fail_msg("no '%s'", from);
}

static void test_bad_weights(void **state) {
  (void)state;
  reset();
  unlink(g_weights);
  assert_refused(SPC_NOT_FOUND, "fixture.safetensors");
  reset();
  bytes_t good = read_file(g_weights);
  const struct {
    const char *from, *to;
    spc_status_code_t code;
    const char *message;
  } edits[] = {
      {"\"0.qkv\"", "\"0.xyz\"", SPC_INCOMPATIBLE, "has no tensor '0.qkv'"},
      {"\"BF16\"", "\"F16_\"", SPC_INCOMPATIBLE, "tensor '0.qkv' has type F16_"},
      {"\"shape\":[29,16]", "\"shape\":[16,29]", SPC_INCOMPATIBLE, "another shape"},
      {"[0,1856]", "[1,1856]", SPC_INCOMPATIBLE, "does not lie at bytes 0 to 1856"},
      {"[0,1856]", "[0,1e99]", SPC_INCOMPATIBLE, "does not lie at bytes 0 to 1856"},
      {"{\"__metadata__\"", "[\"__metadata__\"", SPC_INVALID_ARGUMENT, "not a JSON object"},
      {"\"data_offsets\"", "\"data_offsetz\"", SPC_INCOMPATIBLE, "does not lie"},
  };
  for (size_t i = 0; i < sizeof edits / sizeof *edits; ++i) {
    bytes_t b = {malloc(good.size), good.size};
    memcpy(b.data, good.data, good.size);
    replace(&b, edits[i].from, edits[i].to);
    write_file(g_weights, b.data, b.size);
    assert_refused(edits[i].code, edits[i].message);
    free(b.data);
  }
  for (size_t size = 0; size < good.size; size += size < 20 ? 1 : 97) {
    write_file(g_weights, good.data, size);
    spc_model_t *model;
    spc_status_t status = spc_model_load(g_object, &model);
    assert_non_null(status);
    spc_status_ignore(status);
  }
  write_file(g_weights, good.data, good.size - 1);
  assert_refused(SPC_OUT_OF_RANGE, "truncated");
  memset(good.data, 0xff, 8);
  write_file(g_weights, good.data, good.size);
  assert_refused(SPC_INVALID_ARGUMENT, "not a safetensors file");
  free(good.data);
}

static void test_failing_allocations(void **state) {
  (void)state;
  reset();
  spc_model_t *model;
  spc_alloc_fail_nth(0);
  assert_null(spc_model_load(g_object, &model));
  spc_model_destroy(model);
  uint64_t allocations = spc_alloc_fail_nth(0);
  assert_true(allocations >= 2);
  for (uint64_t n = 1; n <= allocations; ++n) {
    spc_alloc_fail_nth(n);
    assert_refused(SPC_OUT_OF_MEMORY, "the system has no");
  }
  spc_alloc_fail_nth(0);
}

// Opened for its plan alone: no weights are there, and errors of the object are those of loading it.
static void test_plan_alone(void **state) {
  (void)state;
  reset();
  unlink(g_weights);
  spc_plan_file_t *file;
  assert_null(spc_plan_open(g_object, &file));
  assert_int_equal(spc_plan_of(file)->dims.layers, FIX_LAYERS);
  spc_plan_close(file);
  spc_plan_close(NULL);
  for (int other = 0; other < 2; ++other) {
    spc_status_t status = spc_plan_open(other ? SPC_TEST_OBJECT_OTHER_ABI : "/nonexistent.so", &file);
    assert_null(file);
    assert_int_equal(spc_status_code(status), other ? SPC_INCOMPATIBLE : SPC_NOT_FOUND);
    spc_status_ignore(status);
  }
}

static void test_measure(void **state) {
  (void)state;
  reset();
  spc_model_t *model;
  spc_machine_t machine;
  assert_null(spc_model_load(g_object, &model));
  assert_null(spc_model_measure(model, 2, &machine));
  assert_string_equal(machine.device_name, "cpu");
  assert_true(machine.host_memory > 0 && machine.device_memory == machine.host_memory);
  assert_true(machine.memory_bandwidth > 1e8 && machine.link_bandwidth > 1e8);
  spc_status_t status = spc_model_measure(model, -1, &machine);
  assert_int_equal(spc_status_code(status), SPC_OUT_OF_RANGE);
  spc_status_ignore(status);
  spc_model_destroy(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_two_objects_in_one_process),
      cmocka_unit_test(test_bad_objects),
      cmocka_unit_test(test_bad_weights),
      cmocka_unit_test(test_failing_allocations),
      cmocka_unit_test(test_plan_alone),
      cmocka_unit_test(test_measure),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
