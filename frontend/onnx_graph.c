#include "frontend/onnx_graph.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LABEL_SIZE 256

const char *spc_onnx_node_label(const Onnx__GraphProto *proto, size_t node, char *buffer, size_t size) {
  const Onnx__NodeProto *n = proto->node[node];
  const char *output = "";
  for (size_t i = 0; i < n->n_output && !*output; ++i) output = spc_onnx_text(n->output[i]);
  if (*spc_onnx_text(n->name))
    snprintf(buffer, size, "node '%s' (%s)", n->name, spc_onnx_text(n->op_type));
  else
    snprintf(buffer, size, "node %zu (%s -> %s)", node, spc_onnx_text(n->op_type), output);
  return buffer;
}

static int compare_names(const void *a, const void *b) {
  return strcmp(((const spc_onnx_definition_t *)a)->name, ((const spc_onnx_definition_t *)b)->name);
}

spc_onnx_definition_t *spc_onnx_graph_find(const spc_onnx_graph_t *graph, const char *name) {
  spc_onnx_definition_t key = {.name = name};
  return graph->definition_count ? bsearch(&key, graph->definitions, graph->definition_count, sizeof key, compare_names) : NULL;
}

bool spc_onnx_graph_input_is_initialized(const spc_onnx_graph_t *graph, size_t input) {
  const spc_onnx_definition_t *definition = spc_onnx_graph_find(graph, spc_onnx_text(graph->proto->input[input]->name));
  return definition && definition->by == SPC_ONNX_BY_INITIALIZER;
}

static const char *describe(const Onnx__GraphProto *proto, const spc_onnx_definition_t *definition, char *buffer, size_t size) {
  if (definition->by == SPC_ONNX_BY_NODE) return spc_onnx_node_label(proto, definition->index, buffer, size);
  snprintf(buffer, size, "%s %zu", definition->by == SPC_ONNX_BY_INPUT ? "input" : "initializer", definition->index);
  return buffer;
}

// Sorts definitions [begin, end) and fails on a name defined twice.
static spc_status_t sort_unique(const Onnx__GraphProto *proto, spc_onnx_definition_t *begin, size_t count) {
  if (count) qsort(begin, count, sizeof *begin, compare_names);
  for (size_t i = 1; i < count; ++i) {
    if (strcmp(begin[i - 1].name, begin[i].name)) continue;
    char a[LABEL_SIZE], b[LABEL_SIZE];
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "'%s' is defined twice: by %s and by %s", begin[i].name,
                      describe(proto, &begin[i - 1], a, sizeof a), describe(proto, &begin[i], b, sizeof b));
  }
  return NULL;
}

// Inputs last, without those that an initializer gives a value.
static spc_status_t add_inputs(spc_onnx_graph_t *graph) {
  const Onnx__GraphProto *proto = graph->proto;
  size_t sorted = graph->definition_count;
  for (size_t i = 0; i < proto->n_input; ++i) {
    const char *name = spc_onnx_text(proto->input[i]->name);
    if (!*name) return SPC_STATUS(SPC_INVALID_ARGUMENT, "input %zu has no name", i);
    spc_onnx_definition_t key = {.name = name};
    const spc_onnx_definition_t *same = sorted ? bsearch(&key, graph->definitions, sorted, sizeof key, compare_names) : NULL;
    if (same && same->by == SPC_ONNX_BY_INITIALIZER) continue;
    graph->definitions[graph->definition_count++] = (spc_onnx_definition_t){.name = name, .by = SPC_ONNX_BY_INPUT, .index = i};
  }
  return sort_unique(proto, graph->definitions, graph->definition_count);
}

static spc_status_t define_names(spc_onnx_graph_t *graph) {
  const Onnx__GraphProto *proto = graph->proto;
  size_t most = proto->n_input + proto->n_initializer;
  for (size_t i = 0; i < proto->n_node; ++i) most += proto->node[i]->n_output;
  graph->definitions = calloc(most + 1, sizeof *graph->definitions);
  if (!graph->definitions) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu names", most);
  for (size_t i = 0; i < proto->n_initializer; ++i) {
    const char *name = spc_onnx_text(proto->initializer[i]->name);
    if (!*name) return SPC_STATUS(SPC_INVALID_ARGUMENT, "initializer %zu has no name", i);
    graph->definitions[graph->definition_count++] = (spc_onnx_definition_t){.name = name, .by = SPC_ONNX_BY_INITIALIZER, .index = i};
  }
  for (size_t i = 0; i < proto->n_node; ++i) {
    for (size_t j = 0; j < proto->node[i]->n_output; ++j) {
      const char *name = spc_onnx_text(proto->node[i]->output[j]);
      if (!*name) continue;  // an output nobody wants
      graph->definitions[graph->definition_count++] =
          (spc_onnx_definition_t){.name = name, .by = SPC_ONNX_BY_NODE, .index = i, .output = j};
    }
  }
  SPC_RETURN_IF_ERROR(sort_unique(proto, graph->definitions, graph->definition_count));
  return add_inputs(graph);
}

static spc_status_t resolve_reads(spc_onnx_graph_t *graph) {
  const Onnx__GraphProto *proto = graph->proto;
  size_t most = 0;
  for (size_t i = 0; i < proto->n_node; ++i) most += proto->node[i]->n_input;
  graph->reads = calloc(most + 1, sizeof *graph->reads);
  graph->read_begin = calloc(proto->n_node + 1, sizeof *graph->read_begin);
  if (!graph->reads || !graph->read_begin) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu operands", most);
  size_t count = 0;
  for (size_t i = 0; i < proto->n_node; ++i) {
    const Onnx__NodeProto *node = proto->node[i];
    size_t inputs = node->n_input;
    while (inputs && !*spc_onnx_text(node->input[inputs - 1])) --inputs;
    for (size_t j = 0; j < inputs; ++j) {
      const char *name = spc_onnx_text(node->input[j]);
      const spc_onnx_definition_t *definition = *name ? spc_onnx_graph_find(graph, name) : NULL;
      if (*name && !definition) {
        char label[LABEL_SIZE];
        return SPC_STATUS(SPC_INVALID_ARGUMENT,
                          "%s reads '%s' (operand %zu), which is no initializer, no input and no node's output: is an initializer missing?",
                          spc_onnx_node_label(proto, i, label, sizeof label), name, j);
      }
      graph->reads[count++] = definition ? (size_t)(definition - graph->definitions) : SPC_ONNX_ABSENT;
    }
    graph->read_begin[i + 1] = count;
  }
  return NULL;
}

// The nodes on the path [begin, end) of the search, which closes a cycle.
static spc_status_t report_cycle(const Onnx__GraphProto *proto, const size_t *begin, const size_t *end) {
  enum { SHOWN = 6 };
  char text[SHOWN * (LABEL_SIZE + 4) + 1];
  size_t used = 0, count = (size_t)(end - begin);
  text[0] = 0;
  for (size_t i = 0; i < count && i < SHOWN; ++i) {
    char label[LABEL_SIZE];
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? " <- " : "",
                             spc_onnx_node_label(proto, begin[i], label, sizeof label));
  }
  return SPC_STATUS(SPC_INVALID_ARGUMENT, "the graph is cyclic: %zu nodes need each other's results: %s%s", count, text,
                    count > SHOWN ? " <- ..." : "");
}

// Depth-first search over what nodes read, without recursion: the path of an untrusted graph can be as long as the graph.
static spc_status_t order_nodes(spc_onnx_graph_t *graph) {
  enum { NEW, ON_PATH, DONE };
  const Onnx__GraphProto *proto = graph->proto;
  size_t nodes = proto->n_node, done = 0;
  graph->order = calloc(nodes + 1, sizeof *graph->order);
  size_t *path = calloc(nodes + 1, sizeof *path);
  size_t *next = calloc(nodes + 1, sizeof *next);  // the operand of a node on the path to look at next
  uint8_t *state = calloc(nodes + 1, sizeof *state);
  spc_status_t status = NULL;
  if (!graph->order || !path || !next || !state) {
    status = SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory to sort %zu nodes", nodes);
    goto cleanup;
  }
  memcpy(next, graph->read_begin, nodes * sizeof *next);
  for (size_t root = 0; root < nodes; ++root) {
    if (state[root] == DONE) continue;
    size_t depth = 0;
    path[depth++] = root;
    state[root] = ON_PATH;
    while (depth) {
      size_t node = path[depth - 1];
      if (next[node] == graph->read_begin[node + 1]) {
        state[node] = DONE;
        graph->order[done++] = node;
        --depth;
        continue;
      }
      size_t read = graph->reads[next[node]++];
      if (read == SPC_ONNX_ABSENT || graph->definitions[read].by != SPC_ONNX_BY_NODE) continue;
      size_t from = graph->definitions[read].index;
      if (state[from] == ON_PATH) {
        size_t first = depth - 1;
        while (path[first] != from) --first;
        status = report_cycle(proto, path + first, path + depth);
        goto cleanup;
      }
      if (state[from] == DONE) continue;
      state[from] = ON_PATH;
      path[depth++] = from;
    }
  }

cleanup:
  free(path);
  free(next);
  free(state);
  return status;
}

spc_status_t spc_onnx_graph_init(const Onnx__GraphProto *proto, spc_onnx_graph_t *out_graph) {
  *out_graph = (spc_onnx_graph_t){.proto = proto};
  spc_status_t status = define_names(out_graph);
  if (!status) status = resolve_reads(out_graph);
  if (!status) status = order_nodes(out_graph);
  if (status) spc_onnx_graph_deinit(out_graph);
  return status;
}

void spc_onnx_graph_deinit(spc_onnx_graph_t *graph) {
  if (!graph) return;
  free(graph->definitions);
  free(graph->reads);
  free(graph->read_begin);
  free(graph->order);
  memset(graph, 0, sizeof *graph);
}
