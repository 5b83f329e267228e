// A GraphProto as a checked graph: who defines each name, what each node reads, and an order in which that works.
#ifndef FRONTEND_ONNX_GRAPH_H_
#define FRONTEND_ONNX_GRAPH_H_

#include <onnx/onnx.pb-c.h>
#include <stdbool.h>
#include <stddef.h>

#include "mlir-c/IR.h"
#include "spc/status.h"

typedef enum spc_onnx_definer_t { SPC_ONNX_BY_INPUT, SPC_ONNX_BY_INITIALIZER, SPC_ONNX_BY_NODE } spc_onnx_definer_t;

typedef struct spc_onnx_definition_t {
  const char *name;  // borrowed from the model
  spc_onnx_definer_t by;
  size_t index;     // of the input, initializer or node
  size_t output;    // of the node
  MlirValue value;  // set by the importer when it has made the value
} spc_onnx_definition_t;

#define SPC_ONNX_ABSENT ((size_t)-1)

typedef struct spc_onnx_graph_t {
  const Onnx__GraphProto *proto;
  spc_onnx_definition_t *definitions;  // sorted by name, no name twice
  size_t definition_count;
  size_t *reads;       // definitions that the nodes read, all nodes' one after another; SPC_ONNX_ABSENT for an absent operand
  size_t *read_begin;  // [n_node + 1]; absent operands at a node's end are left out
  size_t *order;       // [n_node] nodes, each after those it reads from; the file's order where that works
} spc_onnx_graph_t;

// Checks |proto|: names are given and unique, everything read is defined, nothing depends on itself. Errors name the node and the value.
SPC_WARN_UNUSED spc_status_t spc_onnx_graph_init(const Onnx__GraphProto *proto, spc_onnx_graph_t *out_graph);
void spc_onnx_graph_deinit(spc_onnx_graph_t *graph);

// The definition of |name|, or NULL.
spc_onnx_definition_t *spc_onnx_graph_find(const spc_onnx_graph_t *graph, const char *name);

// An input that an initializer gives a value: before IR version 4 every initializer was listed as input too. Such inputs become constants.
bool spc_onnx_graph_input_is_initialized(const spc_onnx_graph_t *graph, size_t input);

// "node 'name' (OpType)", or "node 12 (OpType -> output)" for one without a name: |buffer| is filled and returned.
const char *spc_onnx_node_label(const Onnx__GraphProto *proto, size_t node, char *buffer, size_t size);

// protobuf-c gives "" or NULL for an absent string.
static inline const char *spc_onnx_text(const char *text) { return text ? text : ""; }

#endif  // FRONTEND_ONNX_GRAPH_H_
