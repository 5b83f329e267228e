// out = a + b, in blocks of 1024 columns: 256 threads with 4 numbers each, one access of 16 bytes where rows are aligned to it.

!f = memref<1099511627776xf32, 1>
!v = vector<4xf32>

gpu.module @kernels {
  gpu.func @add(%a: !f, %b: !f, %out: !f, %K: i64) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c1024 = arith.constant 1024 : index
    %block = gpu.block_id x
    %row = gpu.block_id z
    %thread = gpu.thread_id x
    %k = arith.index_cast %K : i64 to index
    %first = arith.muli %block, %c1024 : index
    %in_block = arith.muli %thread, %c4 : index
    %column = arith.addi %first, %in_block : index
    %inside = arith.cmpi ult, %column, %k : index
    scf.if %inside {
      %base = arith.muli %row, %k : index
      %at = arith.addi %base, %column : index
      %rest = arith.remui %k, %c4 : index
      %aligned = arith.cmpi eq, %rest, %c0 : index
      scf.if %aligned {
        %x = vector.load %a[%at] {alignment = 16} : !f, !v
        %y = vector.load %b[%at] {alignment = 16} : !f, !v
        %sum = arith.addf %x, %y : !v
        vector.store %sum, %out[%at] {alignment = 16} : !f, !v
      } else {
        %any_end = arith.addi %column, %c4 : index
        %end = arith.minui %any_end, %k : index
        scf.for %i = %column to %end step %c1 {
          %one_at = arith.addi %base, %i : index
          %x = memref.load %a[%one_at] : !f
          %y = memref.load %b[%one_at] : !f
          %sum = arith.addf %x, %y : f32
          memref.store %sum, %out[%one_at] : !f
        }
      }
    }
    gpu.return
  }
}
