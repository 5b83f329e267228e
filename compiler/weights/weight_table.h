// The distinct weights of a module: every program has spc.weight ops of its own, and equal ones are stored once.
#ifndef COMPILER_WEIGHTS_WEIGHT_TABLE_H_
#define COMPILER_WEIGHTS_WEIGHT_TABLE_H_

#include "compiler/weights/part.h"
#include "mlir-c/IR.h"
#include "spc/abi.h"
#include "spc/status.h"

#define SPC_WEIGHT_ALIGNMENT 64u

typedef struct spc_packed_weight_t {
  char *name;  // unique, printable ASCII without quotes: the tensor's name in the safetensors header
  spc_element_t element;
  uint64_t rows;    // a vector has cols = 1
  uint64_t cols;
  bool is_vector;   // one dimension in the file
  bool on_host;     // lies in host memory
  uint64_t offset;  // into the data section, 64-byte aligned
  uint64_t size;    // rows * cols * bytes of an element
  size_t part_count;
  spc_weight_part_t *parts;  // stacked by rows
  MlirAttribute identity;    // parts or value: what makes two ops the same weight
  MlirType type;
} spc_packed_weight_t;

typedef struct spc_weight_table_t {
  spc_packed_weight_t *weights;
  size_t count, capacity;
  size_t *order;  // [count], indices by offset: those in host memory are the last
  uint64_t data_size;  // of the data section
  uint64_t device_size;  // of its part in front of those in host memory
} spc_weight_table_t;

// Collects the spc.weight ops of every function of |module|, in order of first appearance, and lays them out in this order, but those in host memory last. The module must outlive
// the table's use by spc_weights_pack (constants are read from attributes). INVALID_ARGUMENT when parts do not add up to the op's type, naming the weight.
SPC_WARN_UNUSED spc_status_t spc_weight_table_init(spc_weight_table_t *table, MlirModule module);
void spc_weight_table_deinit(spc_weight_table_t *table);

// Index of the weight that |op| (an spc.weight) is, or -1.
int64_t spc_weight_table_find(const spc_weight_table_t *table, MlirOperation op);

#endif  // COMPILER_WEIGHTS_WEIGHT_TABLE_H_
