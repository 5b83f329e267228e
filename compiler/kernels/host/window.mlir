// The embeddings of the last W tokens, which a retriever with a window reads: oldest first, the row's own last. A sequence's last W - 1 are kept in
// state [R, W - 1, E]: zeros where it has not begun. Numbers are only moved, so chunks of any length give the same.

!f = memref<1099511627776xf32>
!i = memref<1099511627776xi32>

func.func private @copy(%src: !f, %from: index, %dst: !f, %to: index, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %source = arith.addi %from, %i : index
    %target = arith.addi %to, %i : index
    %value = memref.load %src[%source] : !f
    memref.store %value, %dst[%target] : !f
  }
  return
}

// Row %i of what the sequence has seen, the kept rows and then the call's from e[e_at], to dst[to].
func.func private @copy_seen(%state: !f, %state_at: index, %e: !f, %e_at: index, %i: index, %kept: index, %E: index, %dst: !f, %to: index) {
  %is_kept = arith.cmpi ult, %i, %kept : index
  scf.if %is_kept {
    %offset = arith.muli %i, %E : index
    %from = arith.addi %state_at, %offset : index
    func.call @copy(%state, %from, %dst, %to, %E) : (!f, index, !f, index, index) -> ()
  } else {
    %row = arith.subi %i, %kept : index
    %offset = arith.muli %row, %E : index
    %from = arith.addi %e_at, %offset : index
    func.call @copy(%e, %from, %dst, %to, %E) : (!f, index, !f, index, index) -> ()
  }
  return
}

// %t rows of one sequence from e[e_at] to out[out_at]: out row r is rows [r, r + W) of what the sequence has seen. Then keeps its last W - 1.
func.func private @windows(%e: !f, %e_at: index, %out: !f, %out_at: index, %state: !f, %state_at: index, %E: index, %W: index, %t: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %kept = arith.subi %W, %c1 : index
  scf.for %r = %c0 to %t step %c1 {
    scf.for %j = %c0 to %W step %c1 {
      %i = arith.addi %r, %j : index
      %row = arith.muli %r, %W : index
      %place = arith.addi %row, %j : index
      %offset = arith.muli %place, %E : index
      %to = arith.addi %out_at, %offset : index
      func.call @copy_seen(%state, %state_at, %e, %e_at, %i, %kept, %E, %out, %to) : (!f, index, !f, index, index, index, index, !f, index) -> ()
    }
  }
  scf.for %j = %c0 to %kept step %c1 {  // ascending: a kept row is read before it is overwritten
    %i = arith.addi %t, %j : index
    %offset = arith.muli %j, %E : index
    %to = arith.addi %state_at, %offset : index
    func.call @copy_seen(%state, %state_at, %e, %e_at, %i, %kept, %E, %state, %to) : (!f, index, !f, index, index, index, index, !f, index) -> ()
  }
  return
}

// Prefill: T rows of one sequence. One item.
func.func @shift_window(%e: !f, %out: !f, %state: !f, %sequences: !i, %E: i64, %W: i64, %T: i64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %any = arith.cmpi slt, %begin, %end : i64
  scf.if %any {
    %width = arith.index_cast %E : i64 to index
    %w = arith.index_cast %W : i64 to index
    %t = arith.index_cast %T : i64 to index
    %sequence = memref.load %sequences[%c0] : !i
    %slot = arith.index_cast %sequence : i32 to index
    %kept = arith.subi %w, %c1 : index
    %slot_rows = arith.muli %slot, %kept : index
    %state_at = arith.muli %slot_rows, %width : index
    func.call @windows(%e, %c0, %out, %c0, %state, %state_at, %width, %w, %t) : (!f, index, !f, index, !f, index, index, index, index) -> ()
  }
  return
}

// Decode: a row a sequence.
func.func @step_window(%e: !f, %out: !f, %state: !f, %sequences: !i, %E: i64, %W: i64, %begin: i64, %end: i64) {
  %c1 = arith.constant 1 : index
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  %width = arith.index_cast %E : i64 to index
  %w = arith.index_cast %W : i64 to index
  %kept = arith.subi %w, %c1 : index
  %row_size = arith.muli %w, %width : index
  scf.for %row = %first to %last step %c1 {
    %sequence = memref.load %sequences[%row] : !i
    %slot = arith.index_cast %sequence : i32 to index
    %slot_rows = arith.muli %slot, %kept : index
    %state_at = arith.muli %slot_rows, %width : index
    %e_at = arith.muli %row, %width : index
    %out_at = arith.muli %row, %row_size : index
    func.call @windows(%e, %e_at, %out, %out_at, %state, %state_at, %width, %w, %c1) : (!f, index, !f, index, !f, index, index, index, index) -> ()
  }
  return
}
