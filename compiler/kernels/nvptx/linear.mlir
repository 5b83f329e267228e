// y[r, n] = x[r] . W[n] + bias[n] + residual[r, n] for up to #rows rows of x, without tensor cores: for weights of f32 (linear_mma.mlir has those of 16 bits).
//
// A warp computes #columns columns, then those as far on as the whole grid's; a lane 8 numbers of k at a time, 4 loads of W in flight. An element of y is one sum a
// lane, in the order of k, then a tree over the lanes: a row has the same bits in any batch, with any grid.

!elem = f32
!x = f32
!y = f32
#rows = 8 : index
#columns = 2 : index
!w = memref<1099511627776x!elem, 1>
!xs = memref<1099511627776x!x, 1>
!ys = memref<1099511627776x!y, 1>
!f = memref<1099511627776xf32, 1>
!i = memref<1099511627776xi32, 1>
!x_stored = vector<8x!x>
!stored = vector<8x!elem>
!v = vector<8xf32>
!acc = memref<64xf32>         // [column][8 rows]
!tile = memref<8xvector<8x!elem>>  // [column][chunk]
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  func.func private @warp_sum(f32) -> f32

  func.func private @widen(%stored: !stored) -> !v {
    %wide = arith.extf %stored : !stored to vector<8xf64>
    %value = arith.truncf %wide : vector<8xf64> to !v
    return %value : !v
  }

  func.func private @widen_x(%stored: !x_stored) -> !v {
    %wide = arith.extf %stored : !x_stored to vector<8xf64>
    %value = arith.truncf %wide : vector<8xf64> to !v
    return %value : !v
  }

  // acc[c][r] += x[r] . W[first + c] over 8 numbers from each of k, k + 256, .. (|chunks| of them). Columns and rows past the end repeat the last.
  func.func private @multiply(%w: !w, %x: !xs, %first: index, %last: index, %last_row: index, %size: index, %k: index, %chunks: index, %acc: !acc) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %c256 = arith.constant 256 : index
    %rows = arith.constant #rows
    %columns = arith.constant #columns
    %tile = memref.alloca() : !tile
    scf.for %c = %c0 to %columns step %c1 {
      %any_column = arith.addi %first, %c : index
      %column = arith.minui %any_column, %last : index
      %w_row = arith.muli %column, %size : index
      %w_at = arith.addi %w_row, %k : index
      %tile_row = arith.muli %c, %chunks : index
      scf.for %u = %c0 to %chunks step %c1 {
        %offset = arith.muli %u, %c256 : index
        %at = arith.addi %w_at, %offset : index
        %stored = vector.load %w[%at] {alignment = 16} : !w, !stored
        %to = arith.addi %tile_row, %u : index
        memref.store %stored, %tile[%to] : !tile
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    scf.for %u = %c0 to %chunks step %c1 {
      %offset = arith.muli %u, %c256 : index
      %k_at = arith.addi %k, %offset : index
      scf.for %r = %c0 to %rows step %c1 {
        %row = arith.minui %r, %last_row : index
        %x_row = arith.muli %row, %size : index
        %x_at = arith.addi %x_row, %k_at : index
        %x_stored = vector.load %x[%x_at] {alignment = 16} : !xs, !x_stored
        %xs = func.call @widen_x(%x_stored) : (!x_stored) -> !v
        scf.for %c = %c0 to %columns step %c1 {
          %tile_row = arith.muli %c, %chunks : index
          %from = arith.addi %tile_row, %u : index
          %stored = memref.load %tile[%from] : !tile
          %ws = func.call @widen(%stored) : (!stored) -> !v
          %acc_row = arith.muli %c, %c8 : index
          %acc_at = arith.addi %acc_row, %r : index
          %old = memref.load %acc[%acc_at] : !acc
          %new = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %old) -> f32 {
            %a = vector.extract %xs[%i] : f32 from !v
            %b = vector.extract %ws[%i] : f32 from !v
            %t = math.fma %a, %b, %s : f32
            scf.yield %t : f32
          } {llvm.loop_annotation = #unroll}
          memref.store %new, %acc[%acc_at] : !acc
        } {llvm.loop_annotation = #unroll}
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    return
  }

  // The same for one number of k: rows whose beginning is not aligned to 16 bytes.
  func.func private @multiply_one(%w: !w, %x: !xs, %first: index, %last: index, %last_row: index, %size: index, %k: index, %acc: !acc) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %rows = arith.constant #rows
    %columns = arith.constant #columns
    scf.for %c = %c0 to %columns step %c1 {
      %any_column = arith.addi %first, %c : index
      %column = arith.minui %any_column, %last : index
      %w_row = arith.muli %column, %size : index
      %w_at = arith.addi %w_row, %k : index
      %stored = memref.load %w[%w_at] : !w
      %wide = arith.extf %stored : !elem to f64
      %b = arith.truncf %wide : f64 to f32
      scf.for %r = %c0 to %rows step %c1 {
        %row = arith.minui %r, %last_row : index
        %x_row = arith.muli %row, %size : index
        %x_at = arith.addi %x_row, %k : index
        %x_stored = memref.load %x[%x_at] : !xs
        %x_wide = arith.extf %x_stored : !x to f64
        %a = arith.truncf %x_wide : f64 to f32
        %acc_row = arith.muli %c, %c8 : index
        %acc_at = arith.addi %acc_row, %r : index
        %old = memref.load %acc[%acc_at] : !acc
        %new = math.fma %a, %b, %old : f32
        memref.store %new, %acc[%acc_at] : !acc
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    return
  }

  // The warp's columns from |first| on.
  func.func private @columns(%x: !xs, %w: !w, %bias: !w, %residual: !f, %y: !ys, %n: index, %k: index, %m: index, %first: index) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c32 = arith.constant 32 : index
    %c256 = arith.constant 256 : index
    %zero = arith.constant 0.0 : f32
    %most_rows = arith.constant #rows
    %columns = arith.constant #columns
    %chunks = arith.divui %c4, %columns : index
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %last_column = arith.subi %n, %c1 : index
    %last_row = arith.subi %m, %c1 : index
    %acc = memref.alloca() : !acc
    %acc_size = arith.muli %columns, %c8 : index
    scf.for %i = %c0 to %acc_size step %c1 {
      memref.store %zero, %acc[%i] : !acc
    } {llvm.loop_annotation = #unroll}

    %ragged_by = arith.remui %k, %c8 : index
    %ragged = arith.cmpi ne, %ragged_by, %c0 : index
    %vector_end = arith.select %ragged, %c0, %k : index
    %step = arith.muli %chunks, %c256 : index
    %rest = arith.remui %vector_end, %step : index
    %whole_end = arith.subi %vector_end, %rest : index
    %lane_at = arith.muli %lane, %c8 : index
    scf.for %base = %c0 to %whole_end step %step {
      %at = arith.addi %base, %lane_at : index
      func.call @multiply(%w, %x, %first, %last_column, %last_row, %k, %at, %chunks, %acc)
          : (!w, !xs, index, index, index, index, index, index, !acc) -> ()
    }
    %rest_at = arith.addi %whole_end, %lane_at : index
    scf.for %at = %rest_at to %vector_end step %c256 {
      func.call @multiply(%w, %x, %first, %last_column, %last_row, %k, %at, %c1, %acc)
          : (!w, !xs, index, index, index, index, index, index, !acc) -> ()
    }
    %one_at = arith.addi %vector_end, %lane : index
    scf.for %at = %one_at to %k step %c32 {
      func.call @multiply_one(%w, %x, %first, %last_column, %last_row, %k, %at, %acc) : (!w, !xs, index, index, index, index, index, !acc) -> ()
    }

    // Lane r * columns + c finishes element (r, c).
    %mine = scf.for %r = %c0 to %most_rows step %c1 iter_args(%m0 = %zero) -> f32 {
      %of_row = scf.for %c = %c0 to %columns step %c1 iter_args(%m1 = %m0) -> f32 {
        %acc_row = arith.muli %c, %c8 : index
        %acc_at = arith.addi %acc_row, %r : index
        %partial = memref.load %acc[%acc_at] : !acc
        %sum = func.call @warp_sum(%partial) : (f32) -> f32
        %row_lane = arith.muli %r, %columns : index
        %its_lane = arith.addi %row_lane, %c : index
        %is_mine = arith.cmpi eq, %lane, %its_lane : index
        %m2 = arith.select %is_mine, %sum, %m1 : f32
        scf.yield %m2 : f32
      } {llvm.loop_annotation = #unroll}
      scf.yield %of_row : f32
    } {llvm.loop_annotation = #unroll}
    %r = arith.divui %lane, %columns : index
    %c = arith.remui %lane, %columns : index
    %column = arith.addi %first, %c : index
    %row_inside = arith.cmpi ult, %r, %m : index
    %row_held = arith.cmpi ult, %r, %most_rows : index
    %column_inside = arith.cmpi ult, %column, %n : index
    %row_fits = arith.andi %row_inside, %row_held : i1
    %inside = arith.andi %row_fits, %column_inside : i1
    scf.if %inside {
      %bias_address = memref.extract_aligned_pointer_as_index %bias : !w -> index
      %has_bias = arith.cmpi ne, %bias_address, %c0 : index
      %with_bias = scf.if %has_bias -> f32 {
        %stored = memref.load %bias[%column] : !w
        %wide = arith.extf %stored : !elem to f64
        %b = arith.truncf %wide : f64 to f32
        %sum = arith.addf %mine, %b : f32
        scf.yield %sum : f32
      } else {
        scf.yield %mine : f32
      }
      %y_row = arith.muli %r, %n : index
      %at = arith.addi %y_row, %column : index
      %residual_address = memref.extract_aligned_pointer_as_index %residual : !f -> index
      %has_residual = arith.cmpi ne, %residual_address, %c0 : index
      %with_residual = scf.if %has_residual -> f32 {
        %b = memref.load %residual[%at] : !f
        %sum = arith.addf %with_bias, %b : f32
        scf.yield %sum : f32
      } else {
        scf.yield %with_bias : f32
      }
      %result_wide = arith.extf %with_residual : f32 to f64
      %result = arith.truncf %result_wide : f64 to !y
      memref.store %result, %y[%at] : !ys
    }
    return
  }

  gpu.func @linear(%x: !xs, %w: !w, %bias: !w, %residual: !f, %y: !ys, %N: i64, %K: i64, %rows: i64, %copying: !i, %turn: i64, %crowded: i64) kernel
      attributes {known_block_size = array<i32: 256, 1, 1>} {
    %c8 = arith.constant 8 : index
    %c32 = arith.constant 32 : index
    %columns = arith.constant #columns
    %block = gpu.block_id x
    %blocks = gpu.grid_dim x
    %thread = gpu.thread_id x
    %warp = arith.divui %thread, %c32 : index
    %n = arith.index_cast %N : i64 to index
    %k = arith.index_cast %K : i64 to index
    %m = arith.index_cast %rows : i64 to index
    %block_warps = arith.muli %block, %c8 : index
    %any_warp = arith.addi %block_warps, %warp : index
    %begin = arith.muli %any_warp, %columns : index
    %block_columns = arith.muli %columns, %c8 : index
    %step = arith.muli %block_columns, %blocks : index
    scf.for %first = %begin to %n step %step {
      func.call @columns(%x, %w, %bias, %residual, %y, %n, %k, %m, %first) : (!xs, !w, !w, !f, !ys, index, index, index, index) -> ()
    }
    gpu.return
  }
}
