// out = x in the weights' 16-bit type or, with |rest|, what that leaves of x in the same type: a product with both, one after the other, is that with x itself but
// for 2^-17 (bf16) or 2^-22 (f16). In blocks of 1024 columns: 256 threads with 4 numbers each, one access where rows are aligned to it.

!act = bf16
!f = memref<1099511627776xf32, 1>
!a = memref<1099511627776x!act, 1>
!v = vector<4xf32>
!narrow = vector<4x!act>

gpu.module @kernels {
  func.func private @part(%values: !v, %rest: i1) -> !narrow {
    %rounded = arith.truncf %values : !v to !narrow
    %wide = arith.extf %rounded : !narrow to !v
    %left = arith.subf %values, %wide : !v
    %left_rounded = arith.truncf %left : !v to !narrow
    %part = arith.select %rest, %left_rounded, %rounded : !narrow
    return %part : !narrow
  }

  gpu.func @narrow_rows(%x: !f, %out: !a, %K: i64, %rest_i64: i64) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c1024 = arith.constant 1024 : index
    %no = arith.constant 0 : i64
    %zeros = arith.constant dense<0.0> : !v
    %rest = arith.cmpi ne, %rest_i64, %no : i64
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
      %over = arith.remui %k, %c4 : index
      %aligned = arith.cmpi eq, %over, %c0 : index
      scf.if %aligned {
        %values = vector.load %x[%at] {alignment = 16} : !f, !v
        %narrow = func.call @part(%values, %rest) : (!v, i1) -> !narrow
        vector.store %narrow, %out[%at] {alignment = 8} : !a, !narrow
      } else {
        %any_end = arith.addi %column, %c4 : index
        %end = arith.minui %any_end, %k : index
        scf.for %i = %column to %end step %c1 {
          %one_at = arith.addi %base, %i : index
          %value = memref.load %x[%one_at] : !f
          %values = vector.insert %value, %zeros[0] : f32 into !v
          %narrow = func.call @part(%values, %rest) : (!v, i1) -> !narrow
          %one = vector.extract %narrow[0] : !act from !narrow
          memref.store %one, %out[%one_at] : !a
        }
      }
    }
    gpu.return
  }
}
