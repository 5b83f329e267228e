// The features that a feature-fed retriever reads: those of the token before the row's. A sequence's last ones are kept in state [R, F].

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

// Prefill: T rows of one sequence. out[0] = state[sequence], out[r] = f[r - 1], state[sequence] = f[T - 1]. One item.
func.func @shift_features(%f: !f, %out: !f, %state: !f, %sequences: !i, %F: i64, %T: i64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %any = arith.cmpi slt, %begin, %end : i64
  scf.if %any {
    %n = arith.index_cast %F : i64 to index
    %t = arith.index_cast %T : i64 to index
    %sequence = memref.load %sequences[%c0] : !i
    %slot = arith.index_cast %sequence : i32 to index
    %state_at = arith.muli %slot, %n : index
    func.call @copy(%state, %state_at, %out, %c0, %n) : (!f, index, !f, index, index) -> ()
    %last_row = arith.subi %t, %c1 : index
    %last_at = arith.muli %last_row, %n : index
    func.call @copy(%f, %c0, %out, %n, %last_at) : (!f, index, !f, index, index) -> ()
    func.call @copy(%f, %last_at, %state, %state_at, %n) : (!f, index, !f, index, index) -> ()
  }
  return
}

// Decode: out[row] = state[sequences[row]].
func.func @load_features(%state: !f, %sequences: !i, %out: !f, %F: i64, %begin: i64, %end: i64) {
  %c1 = arith.constant 1 : index
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  %n = arith.index_cast %F : i64 to index
  scf.for %row = %first to %last step %c1 {
    %sequence = memref.load %sequences[%row] : !i
    %slot = arith.index_cast %sequence : i32 to index
    %from = arith.muli %slot, %n : index
    %to = arith.muli %row, %n : index
    func.call @copy(%state, %from, %out, %to, %n) : (!f, index, !f, index, index) -> ()
  }
  return
}

// Decode: state[sequences[row]] = f[row].
func.func @store_features(%f: !f, %state: !f, %sequences: !i, %F: i64, %begin: i64, %end: i64) {
  %c1 = arith.constant 1 : index
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  %n = arith.index_cast %F : i64 to index
  scf.for %row = %first to %last step %c1 {
    %sequence = memref.load %sequences[%row] : !i
    %slot = arith.index_cast %sequence : i32 to index
    %to = arith.muli %slot, %n : index
    %from = arith.muli %row, %n : index
    func.call @copy(%f, %from, %state, %to, %n) : (!f, index, !f, index, index) -> ()
  }
  return
}
