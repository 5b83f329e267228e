// The features that a feature-fed retriever reads: those of the token before the row's. A sequence's last ones are kept in state [R, F]. Blocks
// of 256 threads divide a row among them.

!f = memref<1099511627776xf32, 1>
!i = memref<1099511627776xi32, 1>

gpu.module @kernels {
  func.func private @copy(%src: !f, %from: index, %dst: !f, %to: index, %n: index) {
    %c256 = arith.constant 256 : index
    %block = gpu.block_id x
    %blocks = gpu.grid_dim x
    %thread = gpu.thread_id x
    %before = arith.muli %block, %c256 : index
    %first = arith.addi %before, %thread : index
    %step = arith.muli %blocks, %c256 : index
    scf.for %i = %first to %n step %step {
      %source = arith.addi %from, %i : index
      %target = arith.addi %to, %i : index
      %value = memref.load %src[%source] : !f
      memref.store %value, %dst[%target] : !f
    }
    return
  }

  func.func private @state_of(%sequences: !i, %row: index, %n: index) -> index {
    %sequence = memref.load %sequences[%row] : !i
    %slot = arith.index_cast %sequence : i32 to index
    %at = arith.muli %slot, %n : index
    return %at : index
  }

  // Prefill: T rows of one sequence. out[0] = state[sequence], out[r] = f[r - 1], state[sequence] = f[T - 1]. The blocks of the first row alone read and then
  // write the state, each number by one thread.
  gpu.func @shift_features(%f: !f, %out: !f, %state: !f, %sequences: !i, %F: i64, %T: i64) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %row = gpu.block_id z
    %n = arith.index_cast %F : i64 to index
    %t = arith.index_cast %T : i64 to index
    %to = arith.muli %row, %n : index
    %is_first = arith.cmpi eq, %row, %c0 : index
    scf.if %is_first {
      %state_at = func.call @state_of(%sequences, %c0, %n) : (!i, index, index) -> index
      %last_row = arith.subi %t, %c1 : index
      %last = arith.muli %last_row, %n : index
      func.call @copy(%state, %state_at, %out, %c0, %n) : (!f, index, !f, index, index) -> ()
      func.call @copy(%f, %last, %state, %state_at, %n) : (!f, index, !f, index, index) -> ()
    } else {
      %from = arith.subi %to, %n : index
      func.call @copy(%f, %from, %out, %to, %n) : (!f, index, !f, index, index) -> ()
    }
    gpu.return
  }

  gpu.func @load_features(%state: !f, %sequences: !i, %out: !f, %F: i64) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %row = gpu.block_id z
    %n = arith.index_cast %F : i64 to index
    %from = func.call @state_of(%sequences, %row, %n) : (!i, index, index) -> index
    %to = arith.muli %row, %n : index
    func.call @copy(%state, %from, %out, %to, %n) : (!f, index, !f, index, index) -> ()
    gpu.return
  }

  gpu.func @store_features(%f: !f, %state: !f, %sequences: !i, %F: i64) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %row = gpu.block_id z
    %n = arith.index_cast %F : i64 to index
    %from = arith.muli %row, %n : index
    %to = func.call @state_of(%sequences, %row, %n) : (!i, index, index) -> index
    func.call @copy(%f, %from, %state, %to, %n) : (!f, index, !f, index, index) -> ()
    gpu.return
  }
}
