// Full causal attention of T rows of one sequence over pages of its cache.
//
// An item is 16 rows of the group of query heads that share a KV head. Keys come in blocks (the largest power of two that divides the page, at
// most 64): K is transposed and V widened once into scratch that stays in the caches, then every 4 rows of every query head take one step
// of the running softmax (Dao et al., arXiv 2205.14135): scores of 4 rows x block keys in registers, weights, sums of 4 rows x 64 columns of V.
//
// A key after a row's position has weight exactly 0 and changes neither maximum nor sums, so a row's bits do not depend on the other rows of
// its block; nor on where page ranges are cut, because blocks never cross pages.

!elem = f32
#d = 64 : index
#group = 4 : index
#kv_heads = 2 : index
#page = 64 : index
!stored = vector<16x!elem>
!pool = memref<1099511627776x!elem>
!f = memref<1099511627776xf32>
!i = memref<1099511627776xi32>
!v = vector<16xf32>
!rows = memref<256xf32>
!keys = memref<16384xf32>      // [d][block]: K transposed
!values = memref<16384xf32>    // [block][d]
!weights = memref<256xf32>     // [4][64]
!positions = memref<16xindex>
!per_row = memref<256xf32>     // [group][16]
!starts = memref<4xindex>
!factors = memref<4xf32>
#unroll = #llvm.loop_annotation<unroll = <full = true>>

func.func private @exp16(!v) -> !v
func.func private @sum16(!v) -> f32
func.func private @max16(!v, !v) -> !v
func.func private @max_of16(!v) -> f32
func.func private @transpose16(!rows)

func.func private @widen(%stored: !stored) -> !v {
  %wide = arith.extf %stored : !stored to vector<16xf64>
  %value = arith.truncf %wide : vector<16xf64> to !v
  return %value : !v
}

// Keys of a block.
func.func private @block_size() -> index {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %page = arith.constant #page
  %minus = arith.subi %c0, %page : index
  %power = arith.andi %page, %minus : index
  %block = arith.minui %power, %c64 : index
  return %block : index
}

// Reads a block of the pool that begins at element %base: keys = K^T, values = the first %n rows of V.
func.func private @load_block(%pool: !pool, %base: index, %n: index, %keys: !keys, %values: !values) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c16 = arith.constant 16 : index
  %d = arith.constant #d
  %stride = arith.muli %d, %c2 : index
  %block = func.call @block_size() : () -> index
  %square = memref.alloca() : !rows
  scf.for %j0 = %c0 to %block step %c16 {
    scf.for %i0 = %c0 to %d step %c16 {
      scf.for %j = %c0 to %c16 step %c1 {
        %key = arith.addi %j0, %j : index
        %row = arith.muli %key, %stride : index
        %in_row = arith.addi %row, %i0 : index
        %at = arith.addi %base, %in_row : index
        %stored = vector.load %pool[%at] : !pool, !stored
        %k = func.call @widen(%stored) : (!stored) -> !v
        %to = arith.muli %j, %c16 : index
        vector.store %k, %square[%to] : !rows, !v
      } {llvm.loop_annotation = #unroll}
      func.call @transpose16(%square) : (!rows) -> ()
      scf.for %i = %c0 to %c16 step %c1 {
        %from = arith.muli %i, %c16 : index
        %k = vector.load %square[%from] : !rows, !v
        %column = arith.addi %i0, %i : index
        %row = arith.muli %column, %block : index
        %to = arith.addi %row, %j0 : index
        vector.store %k, %keys[%to] : !keys, !v
      } {llvm.loop_annotation = #unroll}
    }
  }
  scf.for %j = %c0 to %n step %c1 {
    %row = arith.muli %j, %stride : index
    %v_row = arith.addi %row, %d : index
    %at_row = arith.addi %base, %v_row : index
    %to_row = arith.muli %j, %d : index
    scf.for %i = %c0 to %d step %c16 {
      %at = arith.addi %at_row, %i : index
      %stored = vector.load %pool[%at] : !pool, !stored
      %value = func.call @widen(%stored) : (!stored) -> !v
      %to = arith.addi %to_row, %i : index
      vector.store %value, %values[%to] : !values, !v
    } {llvm.loop_annotation = #unroll}
  }
  return
}

// weights[r][j] = q row r . key j, for 4 rows and the whole block.
func.func private @tile_scores(%q: !f, %q_rows: !starts, %keys: !keys, %weights: !weights) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %d = arith.constant #d
  %zero = arith.constant dense<0.0> : !v
  %block = func.call @block_size() : () -> index
  %tile = memref.alloca() : !weights
  scf.for %r = %c0 to %c4 step %c1 {
    %row = arith.muli %r, %c64 : index
    scf.for %j = %c0 to %block step %c16 {
      %at = arith.addi %row, %j : index
      vector.store %zero, %tile[%at] : !weights, !v
    } {llvm.loop_annotation = #unroll}
  } {llvm.loop_annotation = #unroll}
  scf.for %i = %c0 to %d step %c1 {
    %k_row = arith.muli %i, %block : index
    scf.for %r = %c0 to %c4 step %c1 {
      %q_row = memref.load %q_rows[%r] : !starts
      %q_at = arith.addi %q_row, %i : index
      %query = memref.load %q[%q_at] : !f
      %queries = vector.broadcast %query : f32 to !v
      %row = arith.muli %r, %c64 : index
      scf.for %j = %c0 to %block step %c16 {
        %k_at = arith.addi %k_row, %j : index
        %k = vector.load %keys[%k_at] : !keys, !v
        %at = arith.addi %row, %j : index
        %old = vector.load %tile[%at] : !weights, !v
        %new = vector.fma %queries, %k, %old : !v
        vector.store %new, %tile[%at] : !weights, !v
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
  }
  scf.for %r = %c0 to %c4 step %c1 {
    %row = arith.muli %r, %c64 : index
    scf.for %j = %c0 to %block step %c16 {
      %at = arith.addi %row, %j : index
      %s = vector.load %tile[%at] : !weights, !v
      vector.store %s, %weights[%at] : !weights, !v
    } {llvm.loop_annotation = #unroll}
  } {llvm.loop_annotation = #unroll}
  return
}

// Turns the scores of row %r of the tile, of which the first %n keys are not after its position, into weights; updates the running maximum and
// sum at %slot, and says by how much the row's output shrinks.
func.func private @row_softmax(%weights: !weights, %r: index, %n: index, %scale: f32, %max: !per_row, %sum: !per_row, %slot: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %minus_infinity = arith.constant dense<0xFF800000> : !v
  %zero = arith.constant dense<0.0> : !v
  %block = func.call @block_size() : () -> index
  %scales = vector.broadcast %scale : f32 to !v
  %row = arith.muli %r, %c64 : index
  %largest = scf.for %j = %c0 to %block step %c16 iter_args(%m = %minus_infinity) -> !v {
    %at = arith.addi %row, %j : index
    %raw = vector.load %weights[%at] : !weights, !v
    %scaled = arith.mulf %raw, %scales : !v
    %left = arith.subi %n, %j : index
    %mask = vector.create_mask %left : vector<16xi1>
    %s = arith.select %mask, %scaled, %minus_infinity : vector<16xi1>, !v
    vector.store %s, %weights[%at] : !weights, !v
    %next = func.call @max16(%s, %m) : (!v, !v) -> !v
    scf.yield %next : !v
  } {llvm.loop_annotation = #unroll}
  %block_max = func.call @max_of16(%largest) : (!v) -> f32
  %old_max = memref.load %max[%slot] : !per_row
  %grew = arith.cmpf ogt, %block_max, %old_max : f32
  %new_max = arith.select %grew, %block_max, %old_max : f32
  %new_maxes = vector.broadcast %new_max : f32 to !v
  %total = scf.for %j = %c0 to %block step %c16 iter_args(%s = %zero) -> !v {
    %at = arith.addi %row, %j : index
    %score = vector.load %weights[%at] : !weights, !v
    %below = arith.subf %score, %new_maxes : !v
    %p = func.call @exp16(%below) : (!v) -> !v
    vector.store %p, %weights[%at] : !weights, !v
    %next = arith.addf %s, %p : !v
    scf.yield %next : !v
  } {llvm.loop_annotation = #unroll}
  %block_sum = func.call @sum16(%total) : (!v) -> f32
  %change = arith.subf %old_max, %new_max : f32
  %changes = vector.broadcast %change : f32 to !v
  %factors = func.call @exp16(%changes) : (!v) -> !v
  %factor = vector.extract %factors[0] : f32 from !v
  %old_sum = memref.load %sum[%slot] : !per_row
  %rescaled = arith.mulf %old_sum, %factor : f32
  %new_sum = arith.addf %rescaled, %block_sum : f32
  memref.store %new_sum, %sum[%slot] : !per_row
  memref.store %new_max, %max[%slot] : !per_row
  return %factor : f32
}

// out row r = out row r * factor r + weights row r . V over the first %n keys, for 4 rows. Rows may repeat: all are read before any is written.
func.func private @tile_values(%weights: !weights, %factors: !factors, %values: !values, %n: index, %out: !f, %out_rows: !starts) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %d = arith.constant #d
  %minus_d = arith.subi %c0, %d : index
  %power = arith.andi %d, %minus_d : index
  %columns = arith.minui %power, %c64 : index
  %tile = memref.alloca() : !weights
  scf.for %i0 = %c0 to %d step %columns {
    scf.for %r = %c0 to %c4 step %c1 {
      %out_row = memref.load %out_rows[%r] : !starts
      %out_at = arith.addi %out_row, %i0 : index
      %factor = memref.load %factors[%r] : !factors
      %shrink = vector.broadcast %factor : f32 to !v
      %row = arith.muli %r, %c64 : index
      scf.for %i = %c0 to %columns step %c16 {
        %from = arith.addi %out_at, %i : index
        %old = vector.load %out[%from] : !f, !v
        %shrunk = arith.mulf %old, %shrink : !v
        %to = arith.addi %row, %i : index
        vector.store %shrunk, %tile[%to] : !weights, !v
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    scf.for %j = %c0 to %n step %c1 {
      %v_row = arith.muli %j, %d : index
      %v_at = arith.addi %v_row, %i0 : index
      scf.for %r = %c0 to %c4 step %c1 {
        %row = arith.muli %r, %c64 : index
        %w_at = arith.addi %row, %j : index
        %weight = memref.load %weights[%w_at] : !weights
        %spread = vector.broadcast %weight : f32 to !v
        scf.for %i = %c0 to %columns step %c16 {
          %from = arith.addi %v_at, %i : index
          %value = vector.load %values[%from] : !values, !v
          %at = arith.addi %row, %i : index
          %old = vector.load %tile[%at] : !weights, !v
          %new = vector.fma %spread, %value, %old : !v
          vector.store %new, %tile[%at] : !weights, !v
        } {llvm.loop_annotation = #unroll}
      } {llvm.loop_annotation = #unroll}
    }
    scf.for %r = %c0 to %c4 step %c1 {
      %out_row = memref.load %out_rows[%r] : !starts
      %out_at = arith.addi %out_row, %i0 : index
      %row = arith.muli %r, %c64 : index
      scf.for %i = %c0 to %columns step %c16 {
        %from = arith.addi %row, %i : index
        %value = vector.load %tile[%from] : !weights, !v
        %to = arith.addi %out_at, %i : index
        vector.store %value, %out[%to] : !f, !v
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
  }
  return
}

func.func @attend_prefill(%q: !f, %pool: !pool, %page_table: !i, %positions: !i, %state: !f, %out: !f, %T: i64, %page_begin: i64,
                          %page_end: i64, %flags: i64, %scale: f64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c15 = arith.constant 15 : index
  %c16 = arith.constant 16 : index
  %d = arith.constant #d
  %group = arith.constant #group
  %kv_heads = arith.constant #kv_heads
  %page = arith.constant #page
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %lowest = arith.constant 0xFF7FFFFF : f32
  %block = func.call @block_size() : () -> index
  %row_size = arith.muli %d, %c2 : index
  %q_heads = arith.muli %kv_heads, %group : index
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  %t = arith.index_cast %T : i64 to index
  %last_row = arith.subi %t, %c1 : index
  %t_up = arith.addi %t, %c15 : index
  %row_blocks = arith.divui %t_up, %c16 : index
  %first_page = arith.index_cast %page_begin : i64 to index
  %end_page = arith.index_cast %page_end : i64 to index
  %first_key = arith.muli %first_page, %page : index
  %range_end = arith.muli %end_page, %page : index
  %s = arith.truncf %scale : f64 to f32
  %i0 = arith.constant 0 : i64
  %i1 = arith.constant 1 : i64
  %i2 = arith.constant 2 : i64
  %starts_bit = arith.andi %flags, %i1 : i64
  %starts = arith.cmpi ne, %starts_bit, %i0 : i64
  %ends_bit = arith.andi %flags, %i2 : i64
  %ends = arith.cmpi ne, %ends_bit, %i0 : i64

  %keys = memref.alloca() {alignment = 64 : i64} : !keys
  %values = memref.alloca() {alignment = 64 : i64} : !values
  %weights = memref.alloca() {alignment = 64 : i64} : !weights
  %row_position = memref.alloca() : !positions
  %max = memref.alloca() : !per_row
  %sum = memref.alloca() : !per_row
  %starts4 = memref.alloca() : !starts
  %factors = memref.alloca() : !factors

  scf.for %item = %first to %last step %c1 {
    %head = arith.divui %item, %row_blocks : index
    %row_block = arith.remui %item, %row_blocks : index
    %row0 = arith.muli %row_block, %c16 : index
    %rows_left = arith.subi %t, %row0 : index
    %n_rows = arith.minui %rows_left, %c16 : index
    %q_head0 = arith.muli %head, %group : index
    %last_position = scf.for %r = %c0 to %c16 step %c1 iter_args(%m = %c0) -> index {
      %any_row = arith.addi %row0, %r : index
      %row = arith.minui %any_row, %last_row : index
      %position = memref.load %positions[%row] : !i
      %p = arith.index_cast %position : i32 to index
      memref.store %p, %row_position[%r] : !positions
      %next = arith.maxui %m, %p : index
      scf.yield %next : index
    }
    %keys_here = arith.addi %last_position, %c1 : index
    %key_end = arith.minui %keys_here, %range_end : index

    scf.for %g = %c0 to %group step %c1 {
      %q_head = arith.addi %q_head0, %g : index
      %slot0 = arith.muli %g, %c16 : index
      // Past the last row it repeats, with its state, so that what a tile computes for it is the same each time.
      scf.for %r = %c0 to %c16 step %c1 {
        %slot = arith.addi %slot0, %r : index
        %any_row = arith.addi %row0, %r : index
        %row = arith.minui %any_row, %last_row : index
        %row_heads = arith.muli %row, %q_heads : index
        %row_head = arith.addi %row_heads, %q_head : index
        scf.if %starts {
          memref.store %lowest, %max[%slot] : !per_row
          memref.store %zero, %sum[%slot] : !per_row
          %out_row = arith.muli %row_head, %d : index
          scf.for %i = %c0 to %d step %c1 {
            %at = arith.addi %out_row, %i : index
            memref.store %zero, %out[%at] : !f
          }
        } else {
          %max_at = arith.muli %row_head, %c2 : index
          %sum_at = arith.addi %max_at, %c1 : index
          %m = memref.load %state[%max_at] : !f
          %l = memref.load %state[%sum_at] : !f
          memref.store %m, %max[%slot] : !per_row
          memref.store %l, %sum[%slot] : !per_row
        }
      }
    }

    scf.for %key0 = %first_key to %key_end step %block {
      %page_index = arith.divui %key0, %page : index
      %in_page = arith.remui %key0, %page : index
      %entry_at = arith.subi %page_index, %first_page : index
      %entry = memref.load %page_table[%entry_at] : !i
      %pool_page = arith.index_cast %entry : i32 to index
      %page_heads = arith.muli %pool_page, %kv_heads : index
      %page_head = arith.addi %page_heads, %head : index
      %page_row = arith.muli %page_head, %page : index
      %pool_row = arith.addi %page_row, %in_page : index
      %base = arith.muli %pool_row, %row_size : index
      %keys_left = arith.subi %key_end, %key0 : index
      %n = arith.minui %keys_left, %block : index
      func.call @load_block(%pool, %base, %n, %keys, %values) : (!pool, index, index, !keys, !values) -> ()
      scf.for %g = %c0 to %group step %c1 {
        %q_head = arith.addi %q_head0, %g : index
        %slot0 = arith.muli %g, %c16 : index
        scf.for %r0 = %c0 to %n_rows step %c4 {
          scf.for %r = %c0 to %c4 step %c1 {
            %in_block = arith.addi %r0, %r : index
            %any_row = arith.addi %row0, %in_block : index
            %row = arith.minui %any_row, %last_row : index
            %row_heads = arith.muli %row, %q_heads : index
            %row_head = arith.addi %row_heads, %q_head : index
            %start = arith.muli %row_head, %d : index
            memref.store %start, %starts4[%r] : !starts
          } {llvm.loop_annotation = #unroll}
          func.call @tile_scores(%q, %starts4, %keys, %weights) : (!f, !starts, !keys, !weights) -> ()
          scf.for %r = %c0 to %c4 step %c1 {
            %in_block = arith.addi %r0, %r : index
            %slot = arith.addi %slot0, %in_block : index
            %position = memref.load %row_position[%in_block] : !positions
            %own_keys = arith.addi %position, %c1 : index
            %own_end = arith.maxui %own_keys, %key0 : index
            %visible = arith.subi %own_end, %key0 : index
            %row_n = arith.minui %visible, %n : index
            %factor = func.call @row_softmax(%weights, %r, %row_n, %s, %max, %sum, %slot)
                : (!weights, index, index, f32, !per_row, !per_row, index) -> f32
            memref.store %factor, %factors[%r] : !factors
          }
          func.call @tile_values(%weights, %factors, %values, %n, %out, %starts4)
              : (!weights, !factors, !values, index, !f, !starts) -> ()
        }
      }
    }

    scf.for %g = %c0 to %group step %c1 {
      %q_head = arith.addi %q_head0, %g : index
      %slot0 = arith.muli %g, %c16 : index
      scf.for %r = %c0 to %n_rows step %c1 {
        %slot = arith.addi %slot0, %r : index
        %row = arith.addi %row0, %r : index
        %row_heads = arith.muli %row, %q_heads : index
        %row_head = arith.addi %row_heads, %q_head : index
        %l = memref.load %sum[%slot] : !per_row
        scf.if %ends {
          %inverse = arith.divf %one, %l : f32
          %out_row = arith.muli %row_head, %d : index
          scf.for %i = %c0 to %d step %c1 {
            %at = arith.addi %out_row, %i : index
            %a = memref.load %out[%at] : !f
            %y = arith.mulf %a, %inverse : f32
            memref.store %y, %out[%at] : !f
          }
        } else {
          %m = memref.load %max[%slot] : !per_row
          %max_at = arith.muli %row_head, %c2 : index
          %sum_at = arith.addi %max_at, %c1 : index
          memref.store %m, %state[%max_at] : !f
          memref.store %l, %state[%sum_at] : !f
        }
      }
    }
  }
  return
}
