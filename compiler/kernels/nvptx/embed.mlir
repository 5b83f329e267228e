// out[row] = scale * W[ids[row]]. In blocks of 1024 columns: 128 threads with 8 numbers each, at once where rows of W are aligned to 16 bytes: W may be in host
// memory, where every access in its turn would cost a microsecond.

!elem = f32
!table = memref<1099511627776x!elem, 1>
!ids = memref<1099511627776xi32, 1>
!rows = memref<1099511627776xf32, 1>
!stored = vector<8x!elem>
!values = vector<8xf32>

gpu.module @kernels {
  gpu.func @embed(%ids: !ids, %w: !table, %out: !rows, %K: i64, %scale: f64) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %c1024 = arith.constant 1024 : index
    %block = gpu.block_id x
    %row = gpu.block_id z
    %thread = gpu.thread_id x
    %k = arith.index_cast %K : i64 to index
    %s = arith.truncf %scale : f64 to f32
    %first = arith.muli %block, %c1024 : index
    %in_block = arith.muli %thread, %c8 : index
    %column = arith.addi %first, %in_block : index
    %inside = arith.cmpi ult, %column, %k : index
    scf.if %inside {
      %id = memref.load %ids[%row] : !ids
      %token = arith.index_cast %id : i32 to index
      %from = arith.muli %token, %k : index
      %to = arith.muli %row, %k : index
      %over = arith.remui %k, %c8 : index
      %aligned = arith.cmpi eq, %over, %c0 : index
      scf.if %aligned {
        %source = arith.addi %from, %column : index
        %stored = vector.load %w[%source] {alignment = 16} : !table, !stored
        %wide = arith.extf %stored : !stored to vector<8xf64>
        %values = arith.truncf %wide : vector<8xf64> to !values
        %scales = vector.broadcast %s : f32 to !values
        %scaled = arith.mulf %values, %scales : !values
        %target = arith.addi %to, %column : index
        vector.store %scaled, %out[%target] {alignment = 16} : !rows, !values
      } else {
        %any_end = arith.addi %column, %c8 : index
        %end = arith.minui %any_end, %k : index
        scf.for %i = %column to %end step %c1 {
          %source = arith.addi %from, %i : index
          %stored = memref.load %w[%source] : !table
          %wide = arith.extf %stored : !elem to f64
          %value = arith.truncf %wide : f64 to f32
          %scaled = arith.mulf %value, %s : f32
          %target = arith.addi %to, %i : index
          memref.store %scaled, %out[%target] : !rows
        }
      }
    }
    gpu.return
  }
}
