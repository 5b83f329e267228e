// Synthetic selections, for measuring: random tokens of which a given share changes from step to step, instead of what the retriever chooses. It is computed all
// the same, so a step costs what it costs.
#ifndef SPC_RUNTIME_SYNTHETIC_H_
#define SPC_RUNTIME_SYNTHETIC_H_

#include "spc/spc.h"

typedef struct spc_synthetic_t spc_synthetic_t;

// UNSUPPORTED without a retriever; a |change| of 0 makes none.
SPC_WARN_UNUSED spc_status_t spc_synthetic_create(const spc_session_t *session, double change, spc_synthetic_t **out_synthetic);
void spc_synthetic_destroy(spc_synthetic_t *synthetic);

// Writes the selections of the step's |rows| rows to session->inputs, unless the step before has done so.
void spc_synthetic_write(spc_session_t *session, uint64_t rows);
// Changes the selections of the step's rows for the next step and, expecting the same sequences there, writes them; meant for when the device is busy with this step.
SPC_WARN_UNUSED spc_status_t spc_synthetic_change(spc_session_t *session, uint64_t rows);

#endif  // SPC_RUNTIME_SYNTHETIC_H_
