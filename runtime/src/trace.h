// Timelines: what the devices tell of when the commands of a program ran. A session that is not traced has no spc_trace_t.
#ifndef SPC_RUNTIME_TRACE_H_
#define SPC_RUNTIME_TRACE_H_

#include "spc/spc.h"

typedef struct spc_trace_t spc_trace_t;

// Starts a program on the session's device. A traced one is also told of as a whole: the device has waited for its end.
SPC_WARN_UNUSED spc_status_t spc_trace_run(spc_session_t *session, spc_program_id_t program, uint64_t rows);

// Tells of command |command| of the program under way; from any thread. Seconds are spc_now's.
void spc_trace_span(spc_trace_t *trace, spc_trace_track_t track, int32_t command, double begin, double end);

// Tells of pages of |layer| that were copied beside the programs.
void spc_trace_move(spc_trace_t *trace, uint32_t layer, uint64_t bytes, bool to_host, double begin, double end);

void spc_trace_destroy(spc_trace_t *trace);

#endif  // SPC_RUNTIME_TRACE_H_
