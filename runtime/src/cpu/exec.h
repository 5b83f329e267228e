// The executor: runs one program of a plan over the rows that the session has put into its state buffers.
//
// Order. Commands run one after the other, each on all threads, and the effects of one are visible to the next. Copies run beside them on the
// copy stream, in the order they were started. The hazards and what covers them:
//
//   slots are overwritten by a prefetch while attention reads them: a step ends when all its copies have, and the attention of a layer waits
//     for its prefetch; the slots a prefetch writes held rows that the step does not read.
//   a host row is read before it is written: its write-back was enqueued before, in this step or an earlier one.
//   the staging rows of a layer are overwritten by the next layer's append: an append to staging waits for every copy that was started.
//   a staging page is overwritten while attention reads it: page p+2 is requested after the kernel over page p has returned.
#ifndef SPC_RUNTIME_CPU_EXEC_H_
#define SPC_RUNTIME_CPU_EXEC_H_

#include "cpu/cpu_session.h"

// Runs |program| over |rows| rows and waits for its copies. The ids, positions, sequences, page table and append rows are in place.
SPC_WARN_UNUSED spc_status_t spc_exec_run(spc_cpu_t *cpu, spc_program_id_t program, uint64_t rows);

// ---- For the parts of the executor.

// The value of an operand, or its address.
spc_arg_t spc_exec_operand(const spc_cpu_t *cpu, const spc_operand_t *operand);
// Runs a kernel over items [0, n) on all threads.
void spc_exec_launch(spc_cpu_t *cpu, const spc_kernel_t *kernel, const spc_arg_t *args, int64_t n);

void spc_exec_linear(spc_cpu_t *cpu, const spc_command_t *command);
void spc_exec_attend(spc_cpu_t *cpu, const spc_command_t *command);

// Copies of offloaded layers; the ticket is 0 for resident ones.
spc_ticket_t spc_exec_prefetch(spc_cpu_t *cpu, int32_t cache);
spc_ticket_t spc_exec_offload(spc_cpu_t *cpu, int32_t cache);
// The rows of RESIDENT_TOKENS from the host pool of |cache| to their slots, at once.
void spc_exec_fill_slots(spc_cpu_t *cpu, uint32_t cache);
// Host page |page| of |cache| into staging page |half|, 0 or 1.
spc_ticket_t spc_exec_load_page(spc_cpu_t *cpu, int32_t cache, int32_t page, int half);

#endif  // SPC_RUNTIME_CPU_EXEC_H_
