// cuDNN for tests without a GPU: a library that only keeps books. It computes nothing.
#ifndef TEST_UNIT_FAKE_CUDNN_H_
#define TEST_UNIT_FAKE_CUDNN_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cuda/cudnn.h"

enum { FAKE_CUDNN_NUMBERS = 32 };

typedef struct fake_cudnn_t {
  // Set by tests.
  size_t version;
  bool does_not_start;
  int refused_plans;  // so many execution plans are refused when they are finalized
  int64_t proposals;  // engines that the heuristics know
  uint64_t fail_at;   // the backend call that fails, counted from 1; 0: none
  int64_t workspace;  // that a plan says it needs
  // What happened.
  uint64_t calls;
  int64_t live;     // objects that exist
  int64_t created;  // handles
  int64_t operations, paged_loads, matmuls, executed;
  // What the last execution was given.
  int64_t given;
  int64_t ids[FAKE_CUDNN_NUMBERS];
  void *pointers[FAKE_CUDNN_NUMBERS];
  float scale;  // read where id 1 points
  void *workspace_pointer;
  CUstream stream;
} fake_cudnn_t;

extern fake_cudnn_t fake_cudnn;

#endif  // TEST_UNIT_FAKE_CUDNN_H_
