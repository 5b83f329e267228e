// What a device does for the rest of the runtime: one table of functions for each target. The session keeps sequences, pages, checks and counts; the
// device keeps memory, runs programs, and moves what the two sides share: rows to compute in one direction, results in the other.
//
// Programs run in the order they are started. `run` may return before its program has ended; `finish` waits for all of them. An error of a
// running program may so be told by a later call; it names the program, and the command where that is known.
#ifndef SPC_RUNTIME_DEVICE_H_
#define SPC_RUNTIME_DEVICE_H_

#include "spc/memory_model.h"
#include "spc/spc.h"

// What `finish` brings to the host; it is in session->outputs until the next program is started.
typedef enum spc_result_t {
  SPC_RESULT_LOGITS = 1,     // of the last program: f32 [rows, vocab]
  SPC_RESULT_COUNTS = 2,     // SELECTED_COUNT and LOAD_COUNT
  SPC_RESULT_SELECTION = 4,  // SELECTED
  SPC_RESULT_PROBS = 16,     // what @decode's selection reads (fidelity.h)
  SPC_RESULT_NEXT = 8,       // i32 [rows]: the index of the largest logit of each row
} spc_result_t;

typedef struct spc_device_t {
  const char *name;
  // True when, outside @decode, the new rows of an offloaded layer are appended to a staging buffer; else they go to its host pool at once.
  bool stages_new_rows;

  // Makes the weights readable by kernels; |weights_path| may be NULL (embedded, random or none). Undone by model_close, also after an error.
  spc_status_t (*model_open)(spc_model_t *model, const char *weights_path, const spc_model_options_t *options);
  void (*model_close)(spc_model_t *model);

  // The device's part of spc_model_measure: name, device memory and bandwidths.
  spc_status_t (*measure)(const spc_model_t *model, uint32_t threads, spc_machine_t *machine);

  // Allocates everything a session computes in, for its limits, zeroed: an arena of session->residency.arena bytes and host pools for the layers that
  // may be offloaded; sets session->page_table and inputs. Undone by session_close, also after an error.
  spc_status_t (*session_open)(spc_session_t *session, const spc_session_options_t *options);
  void (*session_close)(spc_session_t *session);

  // Waits until session->inputs, which it may move, can be filled for the next program.
  spc_status_t (*begin)(spc_session_t *session);
  // Starts a program, or its commands [first_command, end_command) of the session, over the rows that inputs and page table describe.
  spc_status_t (*run)(spc_session_t *session, spc_program_id_t program, uint64_t rows);
  // Copies rows [first, first + rows) that the last prefill made to the input of @logits.
  spc_status_t (*take_hidden)(spc_session_t *session, uint64_t first, uint64_t rows);
  // Waits, and brings |results|, a set of spc_result_t.
  spc_status_t (*finish)(spc_session_t *session, unsigned results);

  // Forgets what the state buffers know of a batch slot.
  spc_status_t (*reset_sequence)(spc_session_t *session, uint64_t sequence);
  // Copies what the state buffers keep of a batch slot's last tokens, f32 [feature_size + (W - 1) * E], to |out_kept| and back. Waits.
  spc_status_t (*save_kept)(spc_session_t *session, uint64_t sequence, float *out_kept);
  spc_status_t (*restore_kept)(spc_session_t *session, uint64_t sequence, const float *kept);
  // The session's budget or recent tokens have changed: nothing that was prepared with them may be used again. NULL: nothing is.
  void (*selection_changed)(spc_session_t *session);
  // Waits until the program under way has read session->inputs.selected and selected_count. NULL: `run` returns when it has.
  spc_status_t (*selection_read)(spc_session_t *session);
  // Fills |pages| pages of the paged pool of |cache| from |page| on with uniform numbers in [-1, 1).
  spc_status_t (*fill_pages)(spc_session_t *session, uint32_t cache, uint64_t page, uint64_t pages, uint64_t seed);

  // ---- Moves of layers (residency.h), between programs. Places are offsets in the device arena.
  // Starts copying |count| pages from |page| on between the pool at |place| and the host pool of |cache|, which may go on beside programs.
  spc_status_t (*move_pages)(spc_session_t *session, uint32_t cache, uint64_t place, uint64_t page, uint64_t count, bool to_host);
  // Waits for all of these; an error when one has failed.
  spc_status_t (*wait_moves)(spc_session_t *session);
  // Copies within the arena, ranges that do not overlap, before what is started later.
  spc_status_t (*copy_within)(spc_session_t *session, uint64_t to, uint64_t from, uint64_t bytes);
  // Copies page |from| of the paged pool of |cache|, wherever that is, to page |to|.
  spc_status_t (*copy_page)(spc_session_t *session, uint32_t cache, uint64_t from, uint64_t to);
  // Brings the rows that RESIDENT_TOKENS and RESIDENT_SLOTS name from the host pool of |cache| to its slots.
  spc_status_t (*fill_slots)(spc_session_t *session, uint32_t cache);

  // Adds the figures that only the device knows.
  void (*stats)(const spc_session_t *session, spc_session_stats_t *stats);
  void (*stats_reset)(spc_session_t *session);
} spc_device_t;

extern const spc_device_t spc_cpu_device;
extern const spc_device_t spc_cuda_device;

#endif  // SPC_RUNTIME_DEVICE_H_
