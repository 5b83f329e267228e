// The embeddings of the last W tokens, which a retriever with a window reads: oldest first, the row's own last. A sequence's last W - 1 are kept in
// state [R, W - 1, E]: zeros where it has not begun. A block of 256 threads a row; each column of the embeddings belongs to one thread, so that none waits
// for another.

!f = memref<1099511627776xf32, 1>
!i = memref<1099511627776xi32, 1>

gpu.module @kernels {
  // Number %c of row %i of what the sequence has seen: the kept rows, then the call's from e[e_at].
  func.func private @seen(%state: !f, %state_at: index, %e: !f, %e_at: index, %i: index, %kept: index, %E: index, %c: index) -> f32 {
    %offset = arith.muli %i, %E : index
    %at = arith.addi %offset, %c : index
    %is_kept = arith.cmpi ult, %i, %kept : index
    %value = scf.if %is_kept -> f32 {
      %from = arith.addi %state_at, %at : index
      %v = memref.load %state[%from] : !f
      scf.yield %v : f32
    } else {
      %skipped = arith.muli %kept, %E : index
      %row = arith.subi %at, %skipped : index
      %from = arith.addi %e_at, %row : index
      %v = memref.load %e[%from] : !f
      scf.yield %v : f32
    }
    return %value : f32
  }

  // Column %c of out row %r, at out[out_at]: of rows [r, r + W) of what the sequence has seen.
  func.func private @window_column(%e: !f, %e_at: index, %out: !f, %out_at: index, %state: !f, %state_at: index, %E: index, %W: index, %r: index, %c: index) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %kept = arith.subi %W, %c1 : index
    scf.for %j = %c0 to %W step %c1 {
      %i = arith.addi %r, %j : index
      %value = func.call @seen(%state, %state_at, %e, %e_at, %i, %kept, %E, %c) : (!f, index, !f, index, index, index, index, index) -> f32
      %offset = arith.muli %j, %E : index
      %place = arith.addi %offset, %c : index
      %to = arith.addi %out_at, %place : index
      memref.store %value, %out[%to] : !f
    }
    return
  }

  // Keeps the last W - 1 of %t new rows and those before. Ascending: a kept row is read before it is overwritten.
  func.func private @keep_column(%e: !f, %e_at: index, %state: !f, %state_at: index, %E: index, %W: index, %t: index, %c: index) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %kept = arith.subi %W, %c1 : index
    scf.for %j = %c0 to %kept step %c1 {
      %i = arith.addi %t, %j : index
      %value = func.call @seen(%state, %state_at, %e, %e_at, %i, %kept, %E, %c) : (!f, index, !f, index, index, index, index, index) -> f32
      %offset = arith.muli %j, %E : index
      %place = arith.addi %offset, %c : index
      %to = arith.addi %state_at, %place : index
      memref.store %value, %state[%to] : !f
    }
    return
  }

  func.func private @state_of(%sequences: !i, %row: index, %E: index, %W: index) -> index {
    %c1 = arith.constant 1 : index
    %sequence = memref.load %sequences[%row] : !i
    %slot = arith.index_cast %sequence : i32 to index
    %kept = arith.subi %W, %c1 : index
    %slot_rows = arith.muli %slot, %kept : index
    %at = arith.muli %slot_rows, %E : index
    return %at : index
  }

  // Prefill: T rows of one sequence. The first block alone has to do with the state: it computes the rows that read it, and then keeps the last.
  gpu.func @shift_window(%e: !f, %out: !f, %state: !f, %sequences: !i, %E: i64, %W: i64, %T: i64) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c256 = arith.constant 256 : index
    %thread = gpu.thread_id x
    %row = gpu.block_id z
    %width = arith.index_cast %E : i64 to index
    %w = arith.index_cast %W : i64 to index
    %t = arith.index_cast %T : i64 to index
    %kept = arith.subi %w, %c1 : index
    %row_size = arith.muli %w, %width : index
    %state_at = func.call @state_of(%sequences, %c0, %width, %w) : (!i, index, index, index) -> index
    %is_first = arith.cmpi eq, %row, %c0 : index
    scf.if %is_first {
      %first_rows = arith.minui %kept, %t : index
      scf.for %c = %thread to %width step %c256 {
        scf.for %r = %c0 to %first_rows step %c1 {
          %out_at = arith.muli %r, %row_size : index
          func.call @window_column(%e, %c0, %out, %out_at, %state, %state_at, %width, %w, %r, %c)
              : (!f, index, !f, index, !f, index, index, index, index, index) -> ()
        }
        func.call @keep_column(%e, %c0, %state, %state_at, %width, %w, %t, %c) : (!f, index, !f, index, index, index, index, index) -> ()
      }
    }
    %is_later = arith.cmpi uge, %row, %kept : index
    scf.if %is_later {
      %out_at = arith.muli %row, %row_size : index
      scf.for %c = %thread to %width step %c256 {
        func.call @window_column(%e, %c0, %out, %out_at, %state, %state_at, %width, %w, %row, %c)
            : (!f, index, !f, index, !f, index, index, index, index, index) -> ()
      }
    }
    gpu.return
  }

  // Decode: a row a sequence.
  gpu.func @step_window(%e: !f, %out: !f, %state: !f, %sequences: !i, %E: i64, %W: i64) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c256 = arith.constant 256 : index
    %thread = gpu.thread_id x
    %row = gpu.block_id z
    %width = arith.index_cast %E : i64 to index
    %w = arith.index_cast %W : i64 to index
    %row_size = arith.muli %w, %width : index
    %state_at = func.call @state_of(%sequences, %row, %width, %w) : (!i, index, index, index) -> index
    %e_at = arith.muli %row, %width : index
    %out_at = arith.muli %row, %row_size : index
    scf.for %c = %thread to %width step %c256 {
      func.call @window_column(%e, %e_at, %out, %out_at, %state, %state_at, %width, %w, %c0, %c)
          : (!f, index, !f, index, !f, index, index, index, index, index) -> ()
      func.call @keep_column(%e, %e_at, %state, %state_at, %width, %w, %c1, %c) : (!f, index, !f, index, index, index, index, index) -> ()
    }
    gpu.return
  }
}
