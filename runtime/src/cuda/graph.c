// A decode step as a CUDA graph: captured once for each number of rows, then replayed. Nothing in it depends on lengths: kernels read positions and page
// tables from memory that the host fills in, and grids cover the longest sequence. What depends on the pages of a sequence cannot be replayed:
// full attention over offloaded layers, which copies them.
#include "cuda/cuda_session.h"

bool spc_cuda_has_graph(const spc_cuda_t *c, spc_program_id_t program) {
  if (!c->graphs_wanted || c->synchronous || spc_residency_in_flux(c->session)) return false;  // a graph would hold addresses that change
  if (c->session->first_command || c->session->end_command) return false;
  return program == SPC_PROGRAM_DECODE || (program == SPC_PROGRAM_DECODE_FULL && c->session->offloaded == 0);
}

static spc_status_t capture(spc_cuda_t *c, spc_program_id_t program, uint64_t rows, CUgraphExec *out_graph) {
  CUgraph graph = NULL;
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamBeginCapture, c->compute, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
  c->capturing = true;
  spc_status_t status = spc_cuda_issue(c, program, rows);
  c->capturing = false;
  status = spc_status_join(status, SPC_CU(c->cu, cuStreamEndCapture, c->compute, &graph));  // also after an error: it ends the capture
  if (!status) status = SPC_CU(c->cu, cuGraphInstantiateWithFlags, out_graph, graph, CU_GRAPH_INSTANTIATE_USE_NODE_PRIORITY);
  if (graph) (void)c->cu->cuGraphDestroy(graph);
  if (!status) ++c->graph_count;
  return spc_status_annotate(status, "capturing a decode step of %u rows", (unsigned)rows);
}

spc_status_t spc_cuda_replay(spc_cuda_t *c, spc_program_id_t program, uint64_t rows) {
  CUgraphExec *graph = &c->graphs[(program == SPC_PROGRAM_DECODE ? 0 : c->session->max_batch) + rows - 1];
  if (!*graph) SPC_RETURN_IF_ERROR(capture(c, program, rows, graph));
  c->program = program;
  c->rows = rows;
  c->busy = true;
  return spc_status_annotate(SPC_CU(c->cu, cuGraphLaunch, *graph, c->compute), "a decode step of %u rows", (unsigned)rows);
}

void spc_cuda_graphs_forget(spc_cuda_t *c) {
  for (uint64_t i = 0; c->graphs && i < 2 * c->session->max_batch; ++i) {
    if (c->graphs[i]) (void)c->cu->cuGraphExecDestroy(c->graphs[i]);
    c->graphs[i] = NULL;
  }
}

void spc_cuda_graphs_release(spc_cuda_t *c) {
  spc_cuda_graphs_forget(c);
  spc_free(c->graphs);
}
