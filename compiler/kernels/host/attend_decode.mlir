// Attention of one query row a sequence: attend_pages over all its tokens, attend_rows over listed rows of the pool.
//
// Both walk blocks of `block` keys (the largest power of two that divides the page, at most 64) and differ only in how they find a block's rows,
// so that a list of all tokens in order gives the bits of attend_pages. A block is three steps for all `group` query heads that share the KV
// head: scores, one step of the running softmax (Milakov and Gimelshein, arXiv 1805.02867), and the weighted sum of V. While a block is
// computed, the next one's rows are prefetched: its K with the scores, its V with the sum.

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
!acc = memref<4096xf32>        // [group][d]
!scores = memref<1024xf32>     // [group][64]
!per_head = memref<16xf32>
!per_head_lanes = memref<256xf32>
!offsets = memref<128xindex>   // of this block's rows, then of the next block's
#unroll = #llvm.loop_annotation<unroll = <full = true>>

func.func private @exp16(!v) -> !v
func.func private @sum16(!v) -> f32
func.func private @max16(!v, !v) -> !v
func.func private @max_of16(!v) -> f32
func.func private @sum_rows16(!rows) -> !v

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

// Fetches elements [from, from + n) of the pool into the second-level cache: fetching into the first is limited by its few miss buffers, which
// halved the speed when measured (docs/kernels.md).
func.func private @prefetch(%pool: !pool, %from: index, %n: index) {
  %c0 = arith.constant 0 : index
  %line = func.call @line_size() : () -> index
  scf.for %i = %c0 to %n step %line {
    %at = arith.addi %from, %i : index
    memref.prefetch %pool[%at], read, locality<2>, data : !pool
  } {llvm.loop_annotation = #unroll}
  return
}

// scores[g][j] = q[g] . K of row j, for the whole block.
func.func private @block_scores(%q: !f, %q_at: index, %pool: !pool, %offsets: !offsets, %scores: !scores) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %c256 = arith.constant 256 : index
  %d = arith.constant #d
  %group = arith.constant #group
  %zero = arith.constant dense<0.0> : !v
  %block = func.call @block_size() : () -> index
  %partial = memref.alloca() : memref<4096xf32>  // [group][16 keys][16 lanes]
  %sums = memref.alloca() : !per_head_lanes
  %one_head = memref.alloca() : !rows
  scf.for %j0 = %c0 to %block step %c16 {
    scf.for %j = %c0 to %c16 step %c1 {
      %key = arith.addi %j0, %j : index
      %row = memref.load %offsets[%key] : !offsets
      %next = arith.addi %key, %block : index
      %next_row = memref.load %offsets[%next] : !offsets
      func.call @prefetch(%pool, %next_row, %d) : (!pool, index, index) -> ()
      scf.for %g = %c0 to %group step %c1 {
        %lanes = arith.muli %g, %c16 : index
        vector.store %zero, %sums[%lanes] : !per_head_lanes, !v
      } {llvm.loop_annotation = #unroll}
      scf.for %i = %c0 to %d step %c16 {
        %at = arith.addi %row, %i : index
        %stored = vector.load %pool[%at] : !pool, !stored
        %k = func.call @widen(%stored) : (!stored) -> !v
        scf.for %g = %c0 to %group step %c1 {
          %head = arith.muli %g, %d : index
          %in_head = arith.addi %head, %i : index
          %from = arith.addi %q_at, %in_head : index
          %query = vector.load %q[%from] : !f, !v
          %lanes = arith.muli %g, %c16 : index
          %old = vector.load %sums[%lanes] : !per_head_lanes, !v
          %new = vector.fma %query, %k, %old : !v
          vector.store %new, %sums[%lanes] : !per_head_lanes, !v
        } {llvm.loop_annotation = #unroll}
      } {llvm.loop_annotation = #unroll}
      %j_at = arith.muli %j, %c16 : index
      scf.for %g = %c0 to %group step %c1 {
        %lanes = arith.muli %g, %c16 : index
        %sum = vector.load %sums[%lanes] : !per_head_lanes, !v
        %g_at = arith.muli %g, %c256 : index
        %to = arith.addi %g_at, %j_at : index
        vector.store %sum, %partial[%to] : memref<4096xf32>, !v
      } {llvm.loop_annotation = #unroll}
    }
    scf.for %g = %c0 to %group step %c1 {
      %g_at = arith.muli %g, %c256 : index
      scf.for %r = %c0 to %c256 step %c16 {
        %from = arith.addi %g_at, %r : index
        %lanes = vector.load %partial[%from] : memref<4096xf32>, !v
        vector.store %lanes, %one_head[%r] : !rows, !v
      } {llvm.loop_annotation = #unroll}
      %sixteen = func.call @sum_rows16(%one_head) : (!rows) -> !v
      %s_row = arith.muli %g, %c64 : index
      %s_at = arith.addi %s_row, %j0 : index
      vector.store %sixteen, %scores[%s_at] : !scores, !v
    }
  }
  return
}

// Turns the scores of the first n keys into weights relative to the new running maximum, updates maximum and sum, and rescales acc.
func.func private @block_softmax(%scores: !scores, %n: index, %scale: f32, %acc: !acc, %max: !per_head, %sum: !per_head) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %d = arith.constant #d
  %group = arith.constant #group
  %minus_infinity = arith.constant dense<0xFF800000> : !v
  %zero = arith.constant dense<0.0> : !v
  %one = arith.constant 1.0 : f32
  %block = func.call @block_size() : () -> index
  %scales = vector.broadcast %scale : f32 to !v
  scf.for %g = %c0 to %group step %c1 {
    %s_row = arith.muli %g, %c64 : index
    %largest = scf.for %j = %c0 to %block step %c16 iter_args(%m = %minus_infinity) -> !v {
      %at = arith.addi %s_row, %j : index
      %raw = vector.load %scores[%at] : !scores, !v
      %scaled = arith.mulf %raw, %scales : !v
      %left = arith.subi %n, %j : index
      %mask = vector.create_mask %left : vector<16xi1>
      %s = arith.select %mask, %scaled, %minus_infinity : vector<16xi1>, !v
      vector.store %s, %scores[%at] : !scores, !v
      %next = func.call @max16(%s, %m) : (!v, !v) -> !v
      scf.yield %next : !v
    } {llvm.loop_annotation = #unroll}
    %block_max = func.call @max_of16(%largest) : (!v) -> f32
    %old_max = memref.load %max[%g] : !per_head
    %grew = arith.cmpf ogt, %block_max, %old_max : f32
    %new_max = arith.select %grew, %block_max, %old_max : f32
    %new_maxes = vector.broadcast %new_max : f32 to !v
    %weights = scf.for %j = %c0 to %block step %c16 iter_args(%s = %zero) -> !v {
      %at = arith.addi %s_row, %j : index
      %score = vector.load %scores[%at] : !scores, !v
      %below = arith.subf %score, %new_maxes : !v
      %p = func.call @exp16(%below) : (!v) -> !v
      vector.store %p, %scores[%at] : !scores, !v
      %next = arith.addf %s, %p : !v
      scf.yield %next : !v
    } {llvm.loop_annotation = #unroll}
    %block_sum = func.call @sum16(%weights) : (!v) -> f32
    %old_sum = memref.load %sum[%g] : !per_head
    scf.if %grew {
      %change = arith.subf %old_max, %new_max : f32
      %changes = vector.broadcast %change : f32 to !v
      %factors = func.call @exp16(%changes) : (!v) -> !v
      %factor = vector.extract %factors[0] : f32 from !v
      %rescaled = arith.mulf %old_sum, %factor : f32
      %new_sum = arith.addf %rescaled, %block_sum : f32
      memref.store %new_sum, %sum[%g] : !per_head
      memref.store %new_max, %max[%g] : !per_head
      %a_row = arith.muli %g, %d : index
      scf.for %i = %c0 to %d step %c16 {
        %at = arith.addi %a_row, %i : index
        %a = vector.load %acc[%at] : !acc, !v
        %b = arith.mulf %a, %factors : !v
        vector.store %b, %acc[%at] : !acc, !v
      }
    } else {
      %new_sum = arith.addf %old_sum, %block_sum : f32
      memref.store %new_sum, %sum[%g] : !per_head
    }
  }
  return
}

// acc[g] += weights[g] . V over the first n rows, as many columns at a time as the registers hold for all heads.
func.func private @block_values(%scores: !scores, %n: index, %pool: !pool, %offsets: !offsets, %acc: !acc) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %c16 = arith.constant 16 : index
  %c32 = arith.constant 32 : index
  %c64 = arith.constant 64 : index
  %d = arith.constant #d
  %group = arith.constant #group
  %block = func.call @block_size() : () -> index
  %minus_d = arith.subi %c0, %d : index
  %power = arith.andi %d, %minus_d : index
  %few_heads = arith.cmpi ult, %group, %c5 : index
  %widest = arith.select %few_heads, %c64, %c32 : index
  %columns = arith.minui %power, %widest : index
  %tile = memref.alloca() : memref<1024xf32>  // [group][64]
  scf.for %i0 = %c0 to %d step %columns {
    scf.for %g = %c0 to %group step %c1 {
      %a_row = arith.muli %g, %d : index
      %t_row = arith.muli %g, %c64 : index
      scf.for %i = %c0 to %columns step %c16 {
        %column = arith.addi %i0, %i : index
        %from = arith.addi %a_row, %column : index
        %to = arith.addi %t_row, %i : index
        %a = vector.load %acc[%from] : !acc, !v
        vector.store %a, %tile[%to] : memref<1024xf32>, !v
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    %v0 = arith.addi %i0, %d : index
    scf.for %j = %c0 to %n step %c1 {
      %row = memref.load %offsets[%j] : !offsets
      %v_row = arith.addi %row, %v0 : index
      %next = arith.addi %j, %block : index
      %next_row = memref.load %offsets[%next] : !offsets
      %next_v_row = arith.addi %next_row, %v0 : index
      func.call @prefetch(%pool, %next_v_row, %columns) : (!pool, index, index) -> ()
      scf.for %i = %c0 to %columns step %c16 {
        %at = arith.addi %v_row, %i : index
        %stored = vector.load %pool[%at] : !pool, !stored
        %value = func.call @widen(%stored) : (!stored) -> !v
        scf.for %g = %c0 to %group step %c1 {
          %s_row = arith.muli %g, %c64 : index
          %s_at = arith.addi %s_row, %j : index
          %weight = memref.load %scores[%s_at] : !scores
          %weights = vector.broadcast %weight : f32 to !v
          %t_row = arith.muli %g, %c64 : index
          %t_at = arith.addi %t_row, %i : index
          %old = vector.load %tile[%t_at] : memref<1024xf32>, !v
          %new = vector.fma %weights, %value, %old : !v
          vector.store %new, %tile[%t_at] : memref<1024xf32>, !v
        } {llvm.loop_annotation = #unroll}
      } {llvm.loop_annotation = #unroll}
    }
    scf.for %g = %c0 to %group step %c1 {
      %a_row = arith.muli %g, %d : index
      %t_row = arith.muli %g, %c64 : index
      scf.for %i = %c0 to %columns step %c16 {
        %column = arith.addi %i0, %i : index
        %to = arith.addi %a_row, %column : index
        %from = arith.addi %t_row, %i : index
        %a = vector.load %tile[%from] : memref<1024xf32>, !v
        vector.store %a, %acc[%to] : !acc, !v
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
  }
  return
}

func.func private @block(%q: !f, %q_at: index, %pool: !pool, %offsets: !offsets, %n: index, %scale: f32, %acc: !acc, %max: !per_head,
                         %sum: !per_head) {
  %scores = memref.alloca() : !scores
  func.call @block_scores(%q, %q_at, %pool, %offsets, %scores) : (!f, index, !pool, !offsets, !scores) -> ()
  func.call @block_softmax(%scores, %n, %scale, %acc, %max, %sum) : (!scores, index, f32, !acc, !per_head, !per_head) -> ()
  func.call @block_values(%scores, %n, %pool, %offsets, %acc) : (!scores, index, !pool, !offsets, !acc) -> ()
  return
}

// acc = 0, and the running maximum and sum of no keys.
func.func private @start(%acc: !acc, %max: !per_head, %sum: !per_head) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %d = arith.constant #d
  %group = arith.constant #group
  %size = arith.muli %d, %group : index
  %lowest = arith.constant 0xFF7FFFFF : f32
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %size step %c1 {
    memref.store %zero, %acc[%i] : !acc
  }
  scf.for %g = %c0 to %group step %c1 {
    memref.store %lowest, %max[%g] : !per_head
    memref.store %zero, %sum[%g] : !per_head
  }
  return
}

// out[at ..] = acc / sum.
func.func private @finish(%acc: !acc, %sum: !per_head, %out: !f, %at: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %d = arith.constant #d
  %group = arith.constant #group
  %one = arith.constant 1.0 : f32
  scf.for %g = %c0 to %group step %c1 {
    %s = memref.load %sum[%g] : !per_head
    %inverse = arith.divf %one, %s : f32
    %row = arith.muli %g, %d : index
    %to_row = arith.addi %at, %row : index
    scf.for %i = %c0 to %d step %c1 {
      %from = arith.addi %row, %i : index
      %to = arith.addi %to_row, %i : index
      %a = memref.load %acc[%from] : !acc
      %y = arith.mulf %a, %inverse : f32
      memref.store %y, %out[%to] : !f
    }
  }
  return
}

func.func @attend_rows(%q: !f, %pool: !pool, %rows: !i, %count: !i, %out: !f, %N: i64, %scale: f64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %d = arith.constant #d
  %group = arith.constant #group
  %kv_heads = arith.constant #kv_heads
  %block = func.call @block_size() : () -> index
  %two_blocks = arith.muli %block, %c2 : index
  %stride = arith.muli %d, %c2 : index
  %q_size = arith.muli %d, %group : index
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  %list_size = arith.index_cast %N : i64 to index
  %s = arith.truncf %scale : f64 to f32
  %acc = memref.alloca() : !acc
  %max = memref.alloca() : !per_head
  %sum = memref.alloca() : !per_head
  %offsets = memref.alloca() : !offsets
  scf.for %item = %first to %last step %c1 {
    %row = arith.divui %item, %kv_heads : index
    %listed = memref.load %count[%row] : !i
    %n = arith.index_cast %listed : i32 to index
    %last_key = arith.subi %n, %c1 : index
    %list = arith.muli %item, %list_size : index
    %q_at = arith.muli %item, %q_size : index
    func.call @start(%acc, %max, %sum) : (!acc, !per_head, !per_head) -> ()
    scf.for %t = %c0 to %n step %block {
      scf.for %j = %c0 to %two_blocks step %c1 {
        %ahead = arith.addi %t, %j : index
        %key = arith.minui %ahead, %last_key : index
        %at = arith.addi %list, %key : index
        %pool_row = memref.load %rows[%at] : !i
        %wide_row = arith.index_cast %pool_row : i32 to index
        %offset = arith.muli %wide_row, %stride : index
        memref.store %offset, %offsets[%j] : !offsets
      }
      %left = arith.subi %n, %t : index
      %here = arith.minui %left, %block : index
      func.call @block(%q, %q_at, %pool, %offsets, %here, %s, %acc, %max, %sum)
          : (!f, index, !pool, !offsets, index, f32, !acc, !per_head, !per_head) -> ()
    }
    func.call @finish(%acc, %sum, %out, %q_at) : (!acc, !per_head, !f, index) -> ()
  }
  return
}

func.func @attend_pages(%q: !f, %pool: !pool, %page_table: !i, %sequences: !i, %positions: !i, %state: !f, %out: !f, %max_pages: i64,
                        %page_begin: i64, %page_end: i64, %flags: i64, %scale: f64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %d = arith.constant #d
  %group = arith.constant #group
  %kv_heads = arith.constant #kv_heads
  %page = arith.constant #page
  %block = func.call @block_size() : () -> index
  %stride = arith.muli %d, %c2 : index
  %q_size = arith.muli %d, %group : index
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  %table_stride = arith.index_cast %max_pages : i64 to index
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
  %acc = memref.alloca() : !acc
  %max = memref.alloca() : !per_head
  %sum = memref.alloca() : !per_head
  %offsets = memref.alloca() : !offsets
  scf.for %item = %first to %last step %c1 {
    %row = arith.divui %item, %kv_heads : index
    %head = arith.remui %item, %kv_heads : index
    %sequence = memref.load %sequences[%row] : !i
    %slot = arith.index_cast %sequence : i32 to index
    %position = memref.load %positions[%row] : !i
    %last_key = arith.index_cast %position : i32 to index
    %keys = arith.addi %last_key, %c1 : index
    %key_end = arith.minui %keys, %range_end : index
    %final_key = arith.subi %key_end, %c1 : index
    %table_row = arith.muli %slot, %table_stride : index
    %table_at = arith.subi %table_row, %first_page : index
    %q_at = arith.muli %item, %q_size : index
    %state_item = arith.muli %item, %group : index
    scf.if %starts {
      func.call @start(%acc, %max, %sum) : (!acc, !per_head, !per_head) -> ()
    } else {
      scf.for %i = %c0 to %q_size step %c1 {
        %from = arith.addi %q_at, %i : index
        %a = memref.load %out[%from] : !f
        memref.store %a, %acc[%i] : !acc
      }
      scf.for %g = %c0 to %group step %c1 {
        %pair = arith.addi %state_item, %g : index
        %max_at = arith.muli %pair, %c2 : index
        %sum_at = arith.addi %max_at, %c1 : index
        %m = memref.load %state[%max_at] : !f
        %l = memref.load %state[%sum_at] : !f
        memref.store %m, %max[%g] : !per_head
        memref.store %l, %sum[%g] : !per_head
      }
    }
    scf.for %t = %first_key to %key_end step %block {
      scf.for %half = %c0 to %c2 step %c1 {
        %half_start = arith.muli %half, %block : index
        %ahead = arith.addi %t, %half_start : index
        %beyond = arith.cmpi uge, %ahead, %key_end : index
        %token = arith.select %beyond, %t, %ahead : index
        %page_index = arith.divui %token, %page : index
        %entry_at = arith.addi %table_at, %page_index : index
        %entry = memref.load %page_table[%entry_at] : !i
        %pool_page = arith.index_cast %entry : i32 to index
        %in_page = arith.remui %token, %page : index
        %page_heads = arith.muli %pool_page, %kv_heads : index
        %page_head = arith.addi %page_heads, %head : index
        %page_row = arith.muli %page_head, %page : index
        %block_row = arith.addi %page_row, %in_page : index
        %most = arith.subi %final_key, %token : index
        scf.for %j = %c0 to %block step %c1 {
          %key = arith.minui %j, %most : index
          %pool_row = arith.addi %block_row, %key : index
          %offset = arith.muli %pool_row, %stride : index
          %to = arith.addi %half_start, %j : index
          memref.store %offset, %offsets[%to] : !offsets
        }
      }
      %left = arith.subi %key_end, %t : index
      %here = arith.minui %left, %block : index
      func.call @block(%q, %q_at, %pool, %offsets, %here, %s, %acc, %max, %sum)
          : (!f, index, !pool, !offsets, index, f32, !acc, !per_head, !per_head) -> ()
    }
    scf.if %ends {
      func.call @finish(%acc, %sum, %out, %q_at) : (!acc, !per_head, !f, index) -> ()
    } else {
      scf.for %i = %c0 to %q_size step %c1 {
        %to = arith.addi %q_at, %i : index
        %a = memref.load %acc[%i] : !acc
        memref.store %a, %out[%to] : !f
      }
      scf.for %g = %c0 to %group step %c1 {
        %pair = arith.addi %state_item, %g : index
        %max_at = arith.muli %pair, %c2 : index
        %sum_at = arith.addi %max_at, %c1 : index
        %m = memref.load %max[%g] : !per_head
        %l = memref.load %sum[%g] : !per_head
        memref.store %m, %state[%max_at] : !f
        memref.store %l, %state[%sum_at] : !f
      }
    }
  }
  return
}
