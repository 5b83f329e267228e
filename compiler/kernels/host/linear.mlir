// y = x W^T + bias + residual for a few rows of x: reads W once, at the speed of memory.
//
// An item is 8 columns of y: 8 rows of W. They are computed `columns` at a time for all `rows` rows, so that rows * columns accumulators fit
// the registers, over blocks of k whose part of x stays in the first-level cache. Each element of y has one accumulator of 16 lanes,
// added to in the order of k and folded by the same tree, so its bits do not depend on `rows`, `columns` or the other rows.
//
// While one tile of W is multiplied, the next is fetched into the second-level cache: rows are a stride apart and a tile may begin a
// page, where hardware prefetching starts anew.
//
// The kernels linear_m1 .. linear_m8 are this one with `rows` 1, 2, 4, 8 and `columns` 8, 8, 4, 2.

!elem = f32
#rows = 1 : index
#columns = 8 : index
!stored = vector<16x!elem>
!w = memref<1099511627776x!elem>
!f = memref<1099511627776xf32>
!v = vector<16xf32>
!mask = vector<16xi1>
!sums = memref<1024xf32>    // accumulators, [column][row][lane]
!starts = memref<8xindex>   // where rows begin
#unroll = #llvm.loop_annotation<unroll = <full = true>>

func.func private @sum16(!v) -> f32

func.func private @widen(%stored: !stored) -> !v {
  %wide = arith.extf %stored : !stored to vector<16xf64>
  %value = arith.truncf %wide : vector<16xf64> to !v
  return %value : !v
}

// Elements of a cache line.
func.func private @line_size() -> index {
  %null = llvm.mlir.zero : !llvm.ptr
  %one = llvm.getelementptr %null[1] : (!llvm.ptr) -> !llvm.ptr, !elem
  %bytes = llvm.ptrtoint %one : !llvm.ptr to i64
  %line_bytes = arith.constant 64 : i64
  %elements = arith.divui %line_bytes, %bytes : i64
  %line = arith.index_cast %elements : i64 to index
  return %line : index
}

// Where the accumulator of (column, row) lies.
func.func private @slot(%column: index, %row: index) -> index {
  %rows = arith.constant #rows
  %c16 = arith.constant 16 : index
  %a = arith.muli %column, %rows : index
  %b = arith.addi %a, %row : index
  %slot = arith.muli %b, %c16 : index
  return %slot : index
}

// Copies the accumulators of one tile.
func.func private @copy_tile(%from: !sums, %from_at: index, %to: !sums, %to_at: index) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %columns = arith.constant #columns
  %size = func.call @slot(%columns, %c0) : (index, index) -> index
  scf.for %i = %c0 to %size step %c16 {
    %source = arith.addi %from_at, %i : index
    %target = arith.addi %to_at, %i : index
    %lanes = vector.load %from[%source] : !sums, !v
    vector.store %lanes, %to[%target] : !sums, !v
  } {llvm.loop_annotation = #unroll}
  return
}

// tile += W[tile's columns][k .. k + n) * x[rows][k .. k + n); n is a multiple of 16. A row of W is read line by line.
func.func private @multiply_line(%x: !f, %x_rows: !starts, %w: !w, %w_rows: !starts, %k: index, %n: index, %tile: !sums) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %rows = arith.constant #rows
  %columns = arith.constant #columns
  scf.for %c = %c0 to %columns step %c1 {
    %w_start = memref.load %w_rows[%c] : !starts
    scf.for %part = %c0 to %n step %c16 {
      %i = arith.addi %k, %part : index
      %w_at = arith.addi %w_start, %i : index
      %stored = vector.load %w[%w_at] : !w, !stored
      %weight = func.call @widen(%stored) : (!stored) -> !v
      scf.for %r = %c0 to %rows step %c1 {
        %x_start = memref.load %x_rows[%r] : !starts
        %x_at = arith.addi %x_start, %i : index
        %value = vector.load %x[%x_at] : !f, !v
        %slot = func.call @slot(%c, %r) : (index, index) -> index
        %old = vector.load %tile[%slot] : !sums, !v
        %new = vector.fma %weight, %value, %old : !v
        vector.store %new, %tile[%slot] : !sums, !v
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
  } {llvm.loop_annotation = #unroll}
  return
}

// The same over [begin, end), which is a multiple of 16 long, fetching what lies %ahead elements further.
func.func private @multiply(%x: !f, %x_rows: !starts, %w: !w, %w_rows: !starts, %begin: index, %end: index, %ahead: index, %tile: !sums) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %columns = arith.constant #columns
  %line = func.call @line_size() : () -> index
  %length = arith.subi %end, %begin : index
  %odd = arith.remui %length, %line : index
  %whole_end = arith.subi %end, %odd : index
  scf.for %i = %begin to %whole_end step %line {
    scf.for %c = %c0 to %columns step %c1 {
      %w_start = memref.load %w_rows[%c] : !starts
      %w_at = arith.addi %w_start, %i : index
      %next = arith.addi %w_at, %ahead : index
      memref.prefetch %w[%next], read, locality<2>, data : !w
    } {llvm.loop_annotation = #unroll}
    func.call @multiply_line(%x, %x_rows, %w, %w_rows, %i, %line, %tile) : (!f, !starts, !w, !starts, index, index, !sums) -> ()
  }
  scf.for %k = %whole_end to %end step %c16 {
    func.call @multiply_line(%x, %x_rows, %w, %w_rows, %k, %c16, %tile) : (!f, !starts, !w, !starts, index, index, !sums) -> ()
  }
  return
}

// Adds the last %tail < 16 products, whose row of W is filled up with zeros.
func.func private @multiply_tail(%x: !f, %x_rows: !starts, %w: !w, %w_at: index, %k: index, %tail: index, %column: index, %sums: !sums) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %rows = arith.constant #rows
  %zero = arith.constant dense<0.0> : !v
  %zero_stored = arith.constant dense<0.0> : !stored
  %mask = vector.create_mask %tail : !mask
  %filled = memref.alloca() : memref<16x!elem>
  vector.store %zero_stored, %filled[%c0] : memref<16x!elem>, !stored
  scf.for %i = %c0 to %tail step %c1 {
    %at = arith.addi %w_at, %i : index
    %one = memref.load %w[%at] : !w
    memref.store %one, %filled[%i] : memref<16x!elem>
  }
  %stored = vector.load %filled[%c0] : memref<16x!elem>, !stored
  %weight = func.call @widen(%stored) : (!stored) -> !v
  scf.for %r = %c0 to %rows step %c1 {
    %x_start = memref.load %x_rows[%r] : !starts
    %x_at = arith.addi %x_start, %k : index
    %value = vector.maskedload %x[%x_at], %mask, %zero : !f, !mask, !v into !v
    %slot = func.call @slot(%column, %r) : (index, index) -> index
    %old = vector.load %sums[%slot] : !sums, !v
    %new = vector.fma %weight, %value, %old : !v
    vector.store %new, %sums[%slot] : !sums, !v
  }
  return
}

func.func @linear(%x: !f, %w: !w, %bias: !w, %residual: !f, %y: !f, %N: i64, %K: i64, %T: i64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  %c4096 = arith.constant 4096 : index
  %rows = arith.constant #rows
  %columns = arith.constant #columns
  %zero = arith.constant dense<0.0> : !v
  %begin_group = arith.index_cast %begin : i64 to index
  %end_group = arith.index_cast %end : i64 to index
  %n = arith.index_cast %N : i64 to index
  %k = arith.index_cast %K : i64 to index
  %t = arith.index_cast %T : i64 to index
  %last_row = arith.subi %t, %c1 : index
  %last_column = arith.subi %n, %c1 : index
  %tail = arith.remui %k, %c16 : index
  %whole = arith.subi %k, %tail : index
  %has_tail = arith.cmpi ne, %tail, %c0 : index
  %bias_address = memref.extract_aligned_pointer_as_index %bias : !w -> index
  %has_bias = arith.cmpi ne, %bias_address, %c0 : index
  %residual_address = memref.extract_aligned_pointer_as_index %residual : !f -> index
  %has_residual = arith.cmpi ne, %residual_address, %c0 : index
  %k_block = arith.divui %c4096, %rows : index  // 16 KiB of x
  %sums_size = func.call @slot(%c8, %c0) : (index, index) -> index
  %tile_stride = arith.muli %columns, %k : index
  %other_columns = arith.subi %c8, %columns : index
  %back = arith.muli %other_columns, %k : index

  %sums = memref.alloca() {alignment = 64 : i64} : !sums
  %tile = memref.alloca() {alignment = 64 : i64} : !sums
  %x_rows = memref.alloca() : !starts
  %w_rows = memref.alloca() : !starts
  scf.for %r = %c0 to %rows step %c1 {
    %row = arith.minui %r, %last_row : index
    %start = arith.muli %row, %k : index
    memref.store %start, %x_rows[%r] : !starts
  } {llvm.loop_annotation = #unroll}

  scf.for %group = %begin_group to %end_group step %c1 {
    %n0 = arith.muli %group, %c8 : index
    scf.for %i = %c0 to %sums_size step %c16 {
      vector.store %zero, %sums[%i] : !sums, !v
    }
    scf.for %k0 = %c0 to %whole step %k_block {
      %k0_next = arith.addi %k0, %k_block : index
      %k1 = arith.minui %k0_next, %whole : index
      %more = arith.cmpi ult, %k0_next, %whole : index
      // From the last tile, the next is the first of the next block of k, or of the next group.
      %to_next_block = arith.subi %k_block, %back : index
      %to_next_group = arith.subi %tile_stride, %k0 : index
      %wrap = arith.select %more, %to_next_block, %to_next_group : index
      scf.for %c_tile = %c0 to %c8 step %columns {
        %is_last = arith.cmpi eq, %c_tile, %other_columns : index
        %ahead = arith.select %is_last, %wrap, %tile_stride : index
        scf.for %c = %c0 to %columns step %c1 {
          %in_group = arith.addi %c_tile, %c : index
          %column = arith.addi %n0, %in_group : index
          %clamped = arith.minui %column, %last_column : index
          %start = arith.muli %clamped, %k : index
          memref.store %start, %w_rows[%c] : !starts
        } {llvm.loop_annotation = #unroll}
        %tile_at = func.call @slot(%c_tile, %c0) : (index, index) -> index
        func.call @copy_tile(%sums, %tile_at, %tile, %c0) : (!sums, index, !sums, index) -> ()
        func.call @multiply(%x, %x_rows, %w, %w_rows, %k0, %k1, %ahead, %tile)
            : (!f, !starts, !w, !starts, index, index, index, !sums) -> ()
        func.call @copy_tile(%tile, %c0, %sums, %tile_at) : (!sums, index, !sums, index) -> ()
      }
    }

    %columns_left = arith.subi %n, %n0 : index
    %own_columns = arith.minui %columns_left, %c8 : index
    scf.for %c = %c0 to %own_columns step %c1 {
      %column = arith.addi %n0, %c : index
      scf.if %has_tail {
        %w_start = arith.muli %column, %k : index
        %w_at = arith.addi %w_start, %whole : index
        func.call @multiply_tail(%x, %x_rows, %w, %w_at, %whole, %tail, %c, %sums)
            : (!f, !starts, !w, index, index, index, index, !sums) -> ()
      }
      %b = scf.if %has_bias -> f32 {
        %stored = memref.load %bias[%column] : !w
        %wide = arith.extf %stored : !elem to f64
        %value = arith.truncf %wide : f64 to f32
        scf.yield %value : f32
      } else {
        %none = arith.constant 0.0 : f32
        scf.yield %none : f32
      }
      // Clamped rows are computed but not written: y may be the residual, which would be added twice.
      scf.for %r = %c0 to %t step %c1 {
        %slot = func.call @slot(%c, %r) : (index, index) -> index
        %lanes = vector.load %sums[%slot] : !sums, !v
        %product = func.call @sum16(%lanes) : (!v) -> f32
        %biased = arith.addf %product, %b : f32
        %y_row = arith.muli %r, %n : index
        %y_at = arith.addi %y_row, %column : index
        %result = scf.if %has_residual -> f32 {
          %add = memref.load %residual[%y_at] : !f
          %sum = arith.addf %biased, %add : f32
          scf.yield %sum : f32
        } else {
          scf.yield %biased : f32
        }
        memref.store %result, %y[%y_at] : !f
      }
    }
  }
  return
}
