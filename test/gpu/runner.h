// Runs tests one after another in a child process, so that one that crashes, hangs or loses the CUDA context costs no other: the next goes on in a new child.
#ifndef TEST_GPU_RUNNER_H_
#define TEST_GPU_RUNNER_H_

#include <stdbool.h>

enum { k_exit_nothing = 3, k_exit_lost = 77 };  // of a program without a test to run; of a process whose CUDA context is lost

// Tests that one of several processes runs: every |of|th from the |part|th (from 1) on. All zero: all tests.
typedef struct runner_part_t {
  int part, of;
} runner_part_t;

typedef struct runner_t {
  int count;
  const char *(*name)(int test);
  void (*start)(void);    // once in every child: opens the device
  void (*run)(int test);  // calls check()
  unsigned seconds;       // that a test may take
  runner_part_t part;
} runner_t;

// Whether |word| is a command line's "--part=I/N", with I of 1 to N.
bool runner_read_part(const char *word, runner_part_t *out);

// Prints a line a test and a summary. The exit status: 0 when every check of every test held, k_exit_nothing when there are no tests, or none in the part.
int runner_run(const runner_t *runner);

// Of the running test: counts, and says what did not hold (the first few times). Returns |good|.
__attribute__((format(printf, 2, 3))) bool check(bool good, const char *format, ...);
// What the line of a test that passed ends with: the largest error of the test.
void check_error(double error);

#endif  // TEST_GPU_RUNNER_H_
