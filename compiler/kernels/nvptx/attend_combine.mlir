// out[head] = the weighted mean of V over all splits, from their unnormalised sums (partial) and their maxima and sums of weights (state). A block of 128
// threads a query head: grid rows * Hq. A split without keys has sum 0 and the lowest maximum.

#d = 64 : index
!f = memref<1099511627776xf32, 1>

gpu.module @kernels {
  func.func private @exp(f32) -> f32
  func.func private @max(f32, f32) -> f32

  gpu.func @attend_combine(%state: !f, %partial: !f, %out: !f, %splits: i64) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c128 = arith.constant 128 : index
    %d = arith.constant #d
    %zero = arith.constant 0.0 : f32
    %lowest = arith.constant 0xFF7FFFFF : f32
    %head = gpu.block_id x
    %thread = gpu.thread_id x
    %n = arith.index_cast %splits : i64 to index
    %first = arith.muli %head, %n : index
    %max = scf.for %k = %c0 to %n step %c1 iter_args(%m = %lowest) -> f32 {
      %place = arith.addi %first, %k : index
      %at = arith.muli %place, %c2 : index
      %one = memref.load %state[%at] : !f
      %next = func.call @max(%one, %m) : (f32, f32) -> f32
      scf.yield %next : f32
    }
    scf.for %i = %thread to %d step %c128 {
      %total:2 = scf.for %k = %c0 to %n step %c1 iter_args(%l0 = %zero, %a0 = %zero) -> (f32, f32) {
        %place = arith.addi %first, %k : index
        %at = arith.muli %place, %c2 : index
        %sum_at = arith.addi %at, %c1 : index
        %row = arith.muli %place, %d : index
        %a_at = arith.addi %row, %i : index
        %one = memref.load %state[%at] : !f
        %l = memref.load %state[%sum_at] : !f
        %a = memref.load %partial[%a_at] : !f
        %change = arith.subf %one, %max : f32
        %factor = func.call @exp(%change) : (f32) -> f32
        %l1 = math.fma %l, %factor, %l0 : f32
        %a1 = math.fma %a, %factor, %a0 : f32
        scf.yield %l1, %a1 : f32, f32
      }
      %y = arith.divf %total#1, %total#0 : f32
      %out_row = arith.muli %head, %d : index
      %to = arith.addi %out_row, %i : index
      memref.store %y, %out[%to] : !f
    }
    gpu.return
  }
}
