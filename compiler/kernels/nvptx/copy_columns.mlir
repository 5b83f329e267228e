// Columns [dst_column, dst_column + K) of dst = src, in blocks of 1024 columns: 256 threads with 4 numbers each, one access of 16 bytes where both are aligned
// to it.

!f = memref<1099511627776xf32, 1>
!v = vector<4xf32>

gpu.module @kernels {
  gpu.func @copy_columns(%src: !f, %dst: !f, %K: i64, %dst_stride: i64, %dst_column: i64) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c1024 = arith.constant 1024 : index
    %block = gpu.block_id x
    %row = gpu.block_id z
    %thread = gpu.thread_id x
    %k = arith.index_cast %K : i64 to index
    %stride = arith.index_cast %dst_stride : i64 to index
    %to_column = arith.index_cast %dst_column : i64 to index
    %first = arith.muli %block, %c1024 : index
    %in_block = arith.muli %thread, %c4 : index
    %column = arith.addi %first, %in_block : index
    %inside = arith.cmpi ult, %column, %k : index
    scf.if %inside {
      %from = arith.muli %row, %k : index
      %to_row = arith.muli %row, %stride : index
      %to = arith.addi %to_row, %to_column : index
      %widths = arith.ori %k, %stride : index
      %all = arith.ori %widths, %to_column : index
      %rest = arith.remui %all, %c4 : index
      %aligned = arith.cmpi eq, %rest, %c0 : index
      scf.if %aligned {
        %source = arith.addi %from, %column : index
        %target = arith.addi %to, %column : index
        %values = vector.load %src[%source] {alignment = 16} : !f, !v
        vector.store %values, %dst[%target] {alignment = 16} : !f, !v
      } else {
        %any_end = arith.addi %column, %c4 : index
        %end = arith.minui %any_end, %k : index
        scf.for %i = %column to %end step %c1 {
          %source = arith.addi %from, %i : index
          %target = arith.addi %to, %i : index
          %value = memref.load %src[%source] : !f
          memref.store %value, %dst[%target] : !f
        }
      }
    }
    gpu.return
  }
}
