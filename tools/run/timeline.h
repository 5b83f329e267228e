// A timeline of a run in the Chrome trace format, for Perfetto (ui.perfetto.dev) or chrome://tracing: one process, four tracks (host, compute, waits,
// copies), a span for each command of a program with its layer, operation, rows and bytes.
#ifndef TOOLS_RUN_TIMELINE_H_
#define TOOLS_RUN_TIMELINE_H_

#include "spc/spc.h"

typedef struct spc_timeline_t spc_timeline_t;

// Opens |path|, and traces |session| until closed, which comes before the session is destroyed. |name| is the process's. Errors: IO, OUT_OF_MEMORY.
SPC_WARN_UNUSED spc_status_t spc_timeline_open(const char *path, const char *name, spc_session_t *session, const spc_plan_t *plan,
                                               spc_timeline_t **out_timeline);
// After a prefill or step of |sequences| sequences that have |tokens| tokens together: what was told since the last call was of it. NULL: nothing.
void spc_timeline_mark(spc_timeline_t *timeline, uint64_t sequences, uint64_t tokens);
// Writes the file, and ends. NULL: nothing. IO, OUT_OF_MEMORY (spans were lost).
SPC_WARN_UNUSED spc_status_t spc_timeline_close(spc_timeline_t *timeline);

#endif  // TOOLS_RUN_TIMELINE_H_
