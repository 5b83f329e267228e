// Attention of one query row a sequence, over listed rows of the pool (attend_rows) or over all of its pages (attend_pages), a row of the pool being K[d] then
// V[d]; q and the cache have the same 16-bit type, and d is 64 or more (attend_decode_plain.mlir takes the others). The keys are split among the blocks of grid
// x, which leave partial results; attend_combine adds these up.
//
// Each of a block's 4 warps has a running softmax of its own, over 16 keys at a time on the tensor cores (mma.m16n8k16) with the group's queries as the 8
// columns: scores[key][head] = K . q, sums[column of V][head] = V^T . weights; the warps are merged at the end. Which numbers a lane holds follows from loads
// of 16 bytes, since the order of the products in a sum is free as long as both operands have it: with g = lane/4 and t = lane%4,
//   - K: columns 32c + 8t .. + 8 of keys g and g + 8; q: the same columns of head g;
//   - scores, weights: heads 2t and 2t + 1 of keys g and g + 8; exchanged between lanes for the second product: head g of keys 2t, 2t + 1, 2t + 8, 2t + 9;
//   - V: columns 64c + 8g .. + 8 of those keys; sums: the same columns, two by two, of heads 2t and 2t + 1.
// Nothing passes through shared memory, and a warp has its 16 rows, 8 KiB at d = 128, in flight at once.

!act = bf16
!elem = bf16
#d = 64 : index
#group = 4 : index
#kv_heads = 2 : index
#page = 64 : index
!q = memref<1099511627776x!act, 1>
!pool = memref<1099511627776x!elem, 1>
!f = memref<1099511627776xf32, 1>
!i = memref<1099511627776xi32, 1>
!words = vector<4xi32>
!quad = vector<4xf32>
!tile = memref<16xvector<4xi32>>  // what a lane holds of q, or of 16 keys or values
!sums = memref<17xvector<4xf32>>  // [columns two by two]: heads 2t, 2t + 1 of the first, then of the second; last: the sums of the weights
!merge = memref<8192xf32, #gpu.address_space<workgroup>>       // [warp][group][d]
!merge_state = memref<64xf32, #gpu.address_space<workgroup>>   // [warp][group]: max, then from 32 on sum
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  func.func private @exp(f32) -> f32
  func.func private @max(f32, f32) -> f32
  func.func private @mma(i1, !words, i32, i32, !quad) -> !quad
  func.func private @pair(i1, f32, f32) -> i32
  func.func private @low_halves(i32, i32) -> i32
  func.func private @high_halves(i32, i32) -> i32
  func.func private @load_words(i64, i64) -> !words

  // A constant: 1 + 2^-9 is 1 in bf16.
  func.func private @is_bf16() -> i1 {
    %one = arith.constant 1.0 : f64
    %x = arith.constant 1.001953125 : !elem
    %wide = arith.extf %x : !elem to f64
    %is = arith.cmpf oeq, %wide, %one : f64
    return %is : i1
  }
  // The pool's row of key %key: listed at list[at + key], or (%paged) in the page that list[at + key / page] names.
  func.func private @row_of(%paged: i1, %list: !i, %at: index, %key: index, %kv_head: index) -> i32 {
    %page = arith.constant #page
    %kv_heads = arith.constant #kv_heads
    %row = scf.if %paged -> i32 {
      %page_index = arith.divui %key, %page : index
      %in_page = arith.remui %key, %page : index
      %entry_at = arith.addi %at, %page_index : index
      %entry = memref.load %list[%entry_at] : !i
      %pool_page = arith.index_cast %entry : i32 to index
      %page_heads = arith.muli %pool_page, %kv_heads : index
      %page_head = arith.addi %page_heads, %kv_head : index
      %page_row = arith.muli %page_head, %page : index
      %pool_row = arith.addi %page_row, %in_page : index
      %r = arith.index_cast %pool_row : index to i32
      scf.yield %r : i32
    } else {
      %entry_at = arith.addi %at, %key : index
      %r = memref.load %list[%entry_at] : !i
      scf.yield %r : i32
    }
    return %row : i32
  }

  // q of head g, zeros past the group, in the order of K's columns.
  func.func private @load_queries(%q: !q, %q_at: index, %queries: !tile) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c32 = arith.constant 32 : index
    %two = arith.constant 2 : i64
    %d = arith.constant #d
    %group = arith.constant #group
    %zeros = arith.constant dense<0> : !words
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %g = arith.divui %lane, %c4 : index
    %t = arith.remui %lane, %c4 : index
    %lane_column = arith.muli %t, %c8 : index
    %is_head = arith.cmpi ult, %g, %group : index
    %chunks = arith.divui %d, %c32 : index
    %base = memref.extract_aligned_pointer_as_index %q : !q -> index
    %base_i64 = arith.index_cast %base : index to i64
    scf.for %c = %c0 to %chunks step %c1 {
      %words = scf.if %is_head -> !words {
        %head_row = arith.muli %g, %d : index
        %chunk = arith.muli %c, %c32 : index
        %column = arith.addi %chunk, %lane_column : index
        %in_head = arith.addi %head_row, %column : index
        %at = arith.addi %q_at, %in_head : index
        %at_i64 = arith.index_cast %at : index to i64
        %offset = arith.muli %at_i64, %two : i64
        %w = func.call @load_words(%base_i64, %offset) : (i64, i64) -> !words
        scf.yield %w : !words
      } else {
        scf.yield %zeros : !words
      }
      memref.store %words, %queries[%c] : !tile
    } {llvm.loop_annotation = #unroll}
    return
  }

  // The byte of the pool where the row of key %key of the tile begins, from the lane that has it.
  func.func private @row_byte(%row: i32, %key: i32) -> i64 {
    %width = arith.constant 32 : i32
    %d = arith.constant #d
    %four = arith.constant 4 : i64
    %its_row, %valid = gpu.shuffle idx %row, %key, %width : i32
    %wide = arith.extui %its_row : i32 to i64
    %d_i64 = arith.index_cast %d : index to i64
    %bytes = arith.muli %d_i64, %four : i64
    %at = arith.muli %wide, %bytes : i64
    return %at : i64
  }

  // keys[2c], keys[2c + 1]: of keys g and g + 8.
  func.func private @load_keys(%pool: i64, %row: i32, %keys: !tile) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %c32 = arith.constant 32 : index
    %eight = arith.constant 8 : i32
    %sixteen = arith.constant 16 : i64
    %chunk_bytes = arith.constant 64 : i64
    %d = arith.constant #d
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %g = arith.divui %lane, %c4 : index
    %t = arith.remui %lane, %c4 : index
    %upper = arith.index_cast %g : index to i32
    %lower = arith.addi %upper, %eight : i32
    %t_i64 = arith.index_cast %t : index to i64
    %column = arith.muli %t_i64, %sixteen : i64
    %from = arith.addi %pool, %column : i64
    %upper_row = func.call @row_byte(%row, %upper) : (i32, i32) -> i64
    %lower_row = func.call @row_byte(%row, %lower) : (i32, i32) -> i64
    %upper_at = arith.addi %from, %upper_row : i64
    %lower_at = arith.addi %from, %lower_row : i64
    %chunks = arith.divui %d, %c32 : index
    scf.for %c = %c0 to %chunks step %c1 {
      %c_i64 = arith.index_cast %c : index to i64
      %offset = arith.muli %c_i64, %chunk_bytes : i64
      %at = arith.muli %c, %c2 : index
      %next = arith.addi %at, %c1 : index
      %upper_words = func.call @load_words(%upper_at, %offset) : (i64, i64) -> !words
      %lower_words = func.call @load_words(%lower_at, %offset) : (i64, i64) -> !words
      memref.store %upper_words, %keys[%at] : !tile
      memref.store %lower_words, %keys[%next] : !tile
    } {llvm.loop_annotation = #unroll}
    return
  }

  // values[4c + j]: of keys 2t, 2t + 1, 2t + 8, 2t + 9.
  func.func private @load_values(%pool: i64, %row: i32, %values: !tile) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %c32 = arith.constant 32 : index
    %c64 = arith.constant 64 : index
    %two_i64 = arith.constant 2 : i64
    %sixteen = arith.constant 16 : i64
    %chunk_bytes = arith.constant 128 : i64
    %d = arith.constant #d
    %d_i64 = arith.index_cast %d : index to i64
    %key_bytes = arith.muli %d_i64, %two_i64 : i64
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %g = arith.divui %lane, %c4 : index
    %t = arith.remui %lane, %c4 : index
    %g_i64 = arith.index_cast %g : index to i64
    %in_chunk = arith.muli %g_i64, %sixteen : i64
    %column = arith.addi %in_chunk, %key_bytes : i64
    %from = arith.addi %pool, %column : i64
    %t_key = arith.muli %t, %c2 : index
    %chunks = arith.divui %d, %c64 : index
    scf.for %j = %c0 to %c4 step %c1 {
      // 0, 1, 8, 9 keys on.
      %odd = arith.remui %j, %c2 : index
      %eights = arith.subi %j, %odd : index
      %skip = arith.muli %eights, %c4 : index
      %on = arith.addi %skip, %odd : index
      %key = arith.addi %t_key, %on : index
      %key_i32 = arith.index_cast %key : index to i32
      %row_at = func.call @row_byte(%row, %key_i32) : (i32, i32) -> i64
      %at = arith.addi %from, %row_at : i64
      scf.for %c = %c0 to %chunks step %c1 {
        %c_i64 = arith.index_cast %c : index to i64
        %offset = arith.muli %c_i64, %chunk_bytes : i64
        %words = func.call @load_words(%at, %offset) : (i64, i64) -> !words
        %first = arith.muli %c, %c4 : index
        %to = arith.addi %first, %j : index
        memref.store %words, %values[%to] : !tile
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    return
  }

  // scores of 16 keys: heads 2t, 2t + 1 of key g, then of key g + 8.
  func.func private @multiply_keys(%queries: !tile, %keys: !tile) -> !quad {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c32 = arith.constant 32 : index
    %d = arith.constant #d
    %zeros = arith.constant dense<0.0> : !quad
    %is_bf16 = func.call @is_bf16() : () -> i1
    %chunks = arith.divui %d, %c32 : index
    %scores = scf.for %c = %c0 to %chunks step %c1 iter_args(%s = %zeros) -> !quad {
      %at = arith.muli %c, %c2 : index
      %next = arith.addi %at, %c1 : index
      %query = memref.load %queries[%c] : !tile
      %upper = memref.load %keys[%at] : !tile
      %lower = memref.load %keys[%next] : !tile
      %q0 = vector.extract %query[0] : i32 from !words
      %q1 = vector.extract %query[1] : i32 from !words
      %q2 = vector.extract %query[2] : i32 from !words
      %q3 = vector.extract %query[3] : i32 from !words
      %u0 = vector.extract %upper[0] : i32 from !words
      %u1 = vector.extract %upper[1] : i32 from !words
      %u2 = vector.extract %upper[2] : i32 from !words
      %u3 = vector.extract %upper[3] : i32 from !words
      %l0 = vector.extract %lower[0] : i32 from !words
      %l1 = vector.extract %lower[1] : i32 from !words
      %l2 = vector.extract %lower[2] : i32 from !words
      %l3 = vector.extract %lower[3] : i32 from !words
      %first = vector.from_elements %u0, %l0, %u1, %l1 : !words
      %second = vector.from_elements %u2, %l2, %u3, %l3 : !words
      %half = func.call @mma(%is_bf16, %first, %q0, %q1, %s) : (i1, !words, i32, i32, !quad) -> !quad
      %whole = func.call @mma(%is_bf16, %second, %q2, %q3, %half) : (i1, !words, i32, i32, !quad) -> !quad
      scf.yield %whole : !quad
    } {llvm.loop_annotation = #unroll}
    return %scores : !quad
  }

  // The larger of %a and %b, and over all keys: of the lanes with the same t.
  func.func private @keys_max(%a: f32, %b: f32) -> f32 {
    %width = arith.constant 32 : i32
    %four = arith.constant 4 : i32
    %eight = arith.constant 8 : i32
    %sixteen = arith.constant 16 : i32
    %m0 = func.call @max(%a, %b) : (f32, f32) -> f32
    %o0, %v0 = gpu.shuffle xor %m0, %four, %width : f32
    %m1 = func.call @max(%m0, %o0) : (f32, f32) -> f32
    %o1, %v1 = gpu.shuffle xor %m1, %eight, %width : f32
    %m2 = func.call @max(%m1, %o1) : (f32, f32) -> f32
    %o2, %v2 = gpu.shuffle xor %m2, %sixteen, %width : f32
    %m3 = func.call @max(%m2, %o2) : (f32, f32) -> f32
    return %m3 : f32
  }

  // One register of the second product's B operand: head g of keys 2t and 2t + 1, from the lanes that have heads 2t and 2t + 1 of key g in |weights|.
  func.func private @exchange(%weights: i32) -> i32 {
    %c4 = arith.constant 4 : index
    %c32 = arith.constant 32 : index
    %width = arith.constant 32 : i32
    %one = arith.constant 1 : i32
    %four = arith.constant 4 : i32
    %eight = arith.constant 8 : i32
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %g_index = arith.divui %lane, %c4 : index
    %t_index = arith.remui %lane, %c4 : index
    %g = arith.index_cast %g_index : index to i32
    %t = arith.index_cast %t_index : index to i32
    %first_lane = arith.muli %t, %eight : i32
    %in_quad = arith.shrui %g, %one : i32
    %first = arith.addi %first_lane, %in_quad : i32
    %second = arith.addi %first, %four : i32
    %a, %valid_a = gpu.shuffle idx %weights, %first, %width : i32
    %b, %valid_b = gpu.shuffle idx %weights, %second, %width : i32
    %low = func.call @low_halves(%a, %b) : (i32, i32) -> i32
    %high = func.call @high_halves(%a, %b) : (i32, i32) -> i32
    %odd_bit = arith.andi %g, %one : i32
    %odd = arith.cmpi eq, %odd_bit, %one : i32
    %both = arith.select %odd, %high, %low : i32
    return %both : i32
  }

  // sums = sums * factors + V^T . weights (b0, b1), and below them the sums of the weights, as of a V of ones.
  func.func private @multiply_values(%values: !tile, %b0: i32, %b1: i32, %factors: !quad, %sums: !sums) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c16 = arith.constant 16 : index
    %c64 = arith.constant 64 : index
    %d = arith.constant #d
    %one = arith.constant 1.0 : f32
    %is_bf16 = func.call @is_bf16() : () -> i1
    %chunks = arith.divui %d, %c64 : index
    scf.for %c = %c0 to %chunks step %c1 {
      %at = arith.muli %c, %c4 : index
      %at1 = arith.addi %at, %c1 : index
      %at2 = arith.addi %at1, %c1 : index
      %at3 = arith.addi %at2, %c1 : index
      %v0 = memref.load %values[%at] : !tile
      %v1 = memref.load %values[%at1] : !tile
      %v2 = memref.load %values[%at2] : !tile
      %v3 = memref.load %values[%at3] : !tile
      scf.for %j = %c0 to %c4 step %c1 {
        %w0 = vector.extract %v0[%j] : i32 from !words
        %w1 = vector.extract %v1[%j] : i32 from !words
        %w2 = vector.extract %v2[%j] : i32 from !words
        %w3 = vector.extract %v3[%j] : i32 from !words
        %a0 = func.call @low_halves(%w0, %w1) : (i32, i32) -> i32
        %a1 = func.call @high_halves(%w0, %w1) : (i32, i32) -> i32
        %a2 = func.call @low_halves(%w2, %w3) : (i32, i32) -> i32
        %a3 = func.call @high_halves(%w2, %w3) : (i32, i32) -> i32
        %a = vector.from_elements %a0, %a1, %a2, %a3 : !words
        %to = arith.addi %at, %j : index
        %old = memref.load %sums[%to] : !sums
        %rescaled = arith.mulf %old, %factors : !quad
        %new = func.call @mma(%is_bf16, %a, %b0, %b1, %rescaled) : (i1, !words, i32, i32, !quad) -> !quad
        memref.store %new, %sums[%to] : !sums
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    %ones_pair = func.call @pair(%is_bf16, %one, %one) : (i1, f32, f32) -> i32
    %ones = vector.broadcast %ones_pair : i32 to !words
    %old_total = memref.load %sums[%c16] : !sums
    %rescaled_total = arith.mulf %old_total, %factors : !quad
    %total = func.call @mma(%is_bf16, %ones, %b0, %b1, %rescaled_total) : (i1, !words, i32, i32, !quad) -> !quad
    memref.store %total, %sums[%c16] : !sums
    return
  }

  // Keys [begin, end) of the list: warp w has the tiles w, w + 4, ... of 16. Returns the maxima of heads 2t and 2t + 1.
  func.func private @attend_tiles(%paged: i1, %q: !q, %q_at: index, %pool: !pool, %list: !i, %list_at: index, %kv_head: index, %begin: index, %end: index,
                                  %scale: f32, %sums: !sums) -> (f32, f32) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c16 = arith.constant 16 : index
    %c17 = arith.constant 17 : index
    %c32 = arith.constant 32 : index
    %c64 = arith.constant 64 : index
    %lowest = arith.constant 0xFF7FFFFF : f32
    %minus_infinity = arith.constant 0xFF800000 : f32
    %zeros = arith.constant dense<0.0> : !quad
    %is_bf16 = func.call @is_bf16() : () -> i1
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %warp = arith.divui %thread, %c32 : index
    %g = arith.divui %lane, %c4 : index
    %queries = memref.alloca() : !tile
    %keys = memref.alloca() : !tile
    %values = memref.alloca() : !tile
    func.call @load_queries(%q, %q_at, %queries) : (!q, index, !tile) -> ()
    scf.for %k = %c0 to %c17 step %c1 {
      memref.store %zeros, %sums[%k] : !sums
    } {llvm.loop_annotation = #unroll}
    %pool_base = memref.extract_aligned_pointer_as_index %pool : !pool -> index
    %pool_i64 = arith.index_cast %pool_base : index to i64
    %warp_key = arith.muli %warp, %c16 : index
    %first = arith.addi %begin, %warp_key : index
    %last = arith.subi %end, %c1 : index
    %lane_key = arith.remui %lane, %c16 : index
    // The rows of a tile are looked up one tile ahead.
    %any = arith.cmpi ult, %first, %end : index
    %first_row = scf.if %any -> i32 {
      %any_key = arith.addi %first, %lane_key : index
      %key = arith.minui %any_key, %last : index
      %r = func.call @row_of(%paged, %list, %list_at, %key, %kv_head) : (i1, !i, index, index, index) -> i32
      scf.yield %r : i32
    } else {
      %none = arith.constant 0 : i32
      scf.yield %none : i32
    }
    %max:3 = scf.for %base = %first to %end step %c64 iter_args(%m0 = %lowest, %m1 = %lowest, %row = %first_row) -> (f32, f32, i32) {
      func.call @load_keys(%pool_i64, %row, %keys) : (i64, i32, !tile) -> ()
      func.call @load_values(%pool_i64, %row, %values) : (i64, i32, !tile) -> ()
      %next_base = arith.addi %base, %c64 : index
      %any_next = arith.addi %next_base, %lane_key : index
      %next_key = arith.minui %any_next, %last : index
      %next_row = func.call @row_of(%paged, %list, %list_at, %next_key, %kv_head) : (i1, !i, index, index, index) -> i32
      %dots = func.call @multiply_keys(%queries, %keys) : (!tile, !tile) -> !quad
      %scales = vector.broadcast %scale : f32 to !quad
      %scores = arith.mulf %dots, %scales : !quad
      %upper_key = arith.addi %base, %g : index
      %lower_key = arith.addi %upper_key, %c8 : index
      %upper_inside = arith.cmpi ult, %upper_key, %end : index
      %lower_inside = arith.cmpi ult, %lower_key, %end : index
      %s0 = vector.extract %scores[0] : f32 from !quad
      %s1 = vector.extract %scores[1] : f32 from !quad
      %s2 = vector.extract %scores[2] : f32 from !quad
      %s3 = vector.extract %scores[3] : f32 from !quad
      %u0 = arith.select %upper_inside, %s0, %minus_infinity : f32
      %u1 = arith.select %upper_inside, %s1, %minus_infinity : f32
      %l0 = arith.select %lower_inside, %s2, %minus_infinity : f32
      %l1 = arith.select %lower_inside, %s3, %minus_infinity : f32
      %tile_m0 = func.call @keys_max(%u0, %l0) : (f32, f32) -> f32
      %tile_m1 = func.call @keys_max(%u1, %l1) : (f32, f32) -> f32
      %new_m0 = func.call @max(%tile_m0, %m0) : (f32, f32) -> f32
      %new_m1 = func.call @max(%tile_m1, %m1) : (f32, f32) -> f32
      %change0 = arith.subf %m0, %new_m0 : f32
      %change1 = arith.subf %m1, %new_m1 : f32
      %factor0 = func.call @exp(%change0) : (f32) -> f32
      %factor1 = func.call @exp(%change1) : (f32) -> f32
      %factors = vector.from_elements %factor0, %factor1, %factor0, %factor1 : !quad
      %u0_below = arith.subf %u0, %new_m0 : f32
      %u1_below = arith.subf %u1, %new_m1 : f32
      %l0_below = arith.subf %l0, %new_m0 : f32
      %l1_below = arith.subf %l1, %new_m1 : f32
      %u0_weight = func.call @exp(%u0_below) : (f32) -> f32
      %u1_weight = func.call @exp(%u1_below) : (f32) -> f32
      %l0_weight = func.call @exp(%l0_below) : (f32) -> f32
      %l1_weight = func.call @exp(%l1_below) : (f32) -> f32
      %upper = func.call @pair(%is_bf16, %u0_weight, %u1_weight) : (i1, f32, f32) -> i32
      %lower = func.call @pair(%is_bf16, %l0_weight, %l1_weight) : (i1, f32, f32) -> i32
      %b0 = func.call @exchange(%upper) : (i32) -> i32
      %b1 = func.call @exchange(%lower) : (i32) -> i32
      func.call @multiply_values(%values, %b0, %b1, %factors, %sums) : (!tile, i32, i32, !quad, !sums) -> ()
      scf.yield %new_m0, %new_m1, %next_row : f32, f32, i32
    }
    return %max#0, %max#1 : f32, f32
  }

  // The warp's sums, maxima and totals to shared memory.
  func.func private @publish_tiles(%sums: !sums, %max0: f32, %max1: f32, %merge: !merge, %merge_state: !merge_state) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c16 = arith.constant 16 : index
    %c32 = arith.constant 32 : index
    %c64 = arith.constant 64 : index
    %d = arith.constant #d
    %group = arith.constant #group
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %warp = arith.divui %thread, %c32 : index
    %g = arith.divui %lane, %c4 : index
    %t = arith.remui %lane, %c4 : index
    %width = arith.muli %d, %group : index
    %warp_at = arith.muli %warp, %width : index
    %warp_heads = arith.muli %warp, %c8 : index
    %chunks = arith.divui %d, %c64 : index
    %lane_column = arith.muli %g, %c8 : index
    %totals = memref.load %sums[%c16] : !sums
    %is_first = arith.cmpi eq, %g, %c0 : index
    scf.for %h = %c0 to %c2 step %c1 {
      %t_head = arith.muli %t, %c2 : index
      %head = arith.addi %t_head, %h : index
      %is_head = arith.cmpi ult, %head, %group : index
      scf.if %is_head {
        %head_row = arith.muli %head, %d : index
        %row = arith.addi %warp_at, %head_row : index
        %lane_at = arith.addi %row, %lane_column : index
        %second = arith.addi %h, %c2 : index
        scf.for %c = %c0 to %chunks step %c1 {
          %chunk = arith.muli %c, %c64 : index
          %chunk_at = arith.addi %lane_at, %chunk : index
          %first = arith.muli %c, %c4 : index
          scf.for %j = %c0 to %c4 step %c1 {
            %from = arith.addi %first, %j : index
            %sum = memref.load %sums[%from] : !sums
            %x = vector.extract %sum[%h] : f32 from !quad
            %y = vector.extract %sum[%second] : f32 from !quad
            %skip = arith.muli %j, %c2 : index
            %to = arith.addi %chunk_at, %skip : index
            %to_next = arith.addi %to, %c1 : index
            memref.store %x, %merge[%to] : !merge
            memref.store %y, %merge[%to_next] : !merge
          } {llvm.loop_annotation = #unroll}
        } {llvm.loop_annotation = #unroll}
        scf.if %is_first {
          %is_even = arith.cmpi eq, %h, %c0 : index
          %m = arith.select %is_even, %max0, %max1 : f32
          %total = vector.extract %totals[%h] : f32 from !quad
          %at = arith.addi %warp_heads, %head : index
          %sum_at = arith.addi %at, %c32 : index
          memref.store %m, %merge_state[%at] : !merge_state
          memref.store %total, %merge_state[%sum_at] : !merge_state
        }
      }
    } {llvm.loop_annotation = #unroll}
    return
  }

  // Merges the four warps and writes the block's result: split_sums[head][split] relative to the maximum in split_state[head][split].
  func.func private @merge_block(%merge: !merge, %merge_state: !merge_state, %head0: index, %split: index, %splits: index, %state: !f, %partial: !f) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c32 = arith.constant 32 : index
    %c128 = arith.constant 128 : index
    %zero = arith.constant 0.0 : f32
    %lowest = arith.constant 0xFF7FFFFF : f32
    %d = arith.constant #d
    %group = arith.constant #group
    %width = arith.muli %d, %group : index
    %thread = gpu.thread_id x
    scf.for %e = %thread to %width step %c128 {
      %g = arith.divui %e, %d : index
      %i = arith.remui %e, %d : index
      %m = scf.for %w = %c0 to %c4 step %c1 iter_args(%m0 = %lowest) -> f32 {
        %heads = arith.muli %w, %c8 : index
        %at = arith.addi %heads, %g : index
        %one = memref.load %merge_state[%at] : !merge_state
        %next = func.call @max(%one, %m0) : (f32, f32) -> f32
        scf.yield %next : f32
      } {llvm.loop_annotation = #unroll}
      %total:2 = scf.for %w = %c0 to %c4 step %c1 iter_args(%l0 = %zero, %a0 = %zero) -> (f32, f32) {
        %heads = arith.muli %w, %c8 : index
        %at = arith.addi %heads, %g : index
        %sum_at = arith.addi %at, %c32 : index
        %one = memref.load %merge_state[%at] : !merge_state
        %l = memref.load %merge_state[%sum_at] : !merge_state
        %w_at = arith.muli %w, %width : index
        %a_at = arith.addi %w_at, %e : index
        %a = memref.load %merge[%a_at] : !merge
        %change = arith.subf %one, %m : f32
        %factor = func.call @exp(%change) : (f32) -> f32
        %l1 = math.fma %l, %factor, %l0 : f32
        %a1 = math.fma %a, %factor, %a0 : f32
        scf.yield %l1, %a1 : f32, f32
      } {llvm.loop_annotation = #unroll}
      %head = arith.addi %head0, %g : index
      %head_splits = arith.muli %head, %splits : index
      %place = arith.addi %head_splits, %split : index
      %to_row = arith.muli %place, %d : index
      %to = arith.addi %to_row, %i : index
      memref.store %total#1, %partial[%to] : !f
      %starts = arith.cmpi eq, %i, %c0 : index
      scf.if %starts {
        %max_at = arith.muli %place, %c2 : index
        %sum_at = arith.addi %max_at, %c1 : index
        memref.store %m, %state[%max_at] : !f
        memref.store %total#0, %state[%sum_at] : !f
      }
    }
    return
  }

  // Split %split of the %n keys of the list: ceil(n / splits) rounded up to 64, but 128 at least.
  func.func private @attend(%paged: i1, %q: !q, %pool: !pool, %list: !i, %list_at: index, %n: index, %state: !f, %partial: !f, %splits: index, %scale: f32,
                            %merge: !merge, %merge_state: !merge_state) {
    %c1 = arith.constant 1 : index
    %c63 = arith.constant 63 : index
    %c64 = arith.constant 64 : index
    %c128 = arith.constant 128 : index
    %d = arith.constant #d
    %group = arith.constant #group
    %kv_heads = arith.constant #kv_heads
    %split = gpu.block_id x
    %kv_head = gpu.block_id y
    %row = gpu.block_id z
    %n_up = arith.addi %n, %splits : index
    %n_less = arith.subi %n_up, %c1 : index
    %n_less_i32 = arith.index_cast %n_less : index to i32
    %splits_i32 = arith.index_cast %splits : index to i32
    %part_i32 = arith.divui %n_less_i32, %splits_i32 : i32
    %part = arith.index_castui %part_i32 : i32 to index
    %part_up = arith.addi %part, %c63 : index
    %tiles = arith.divui %part_up, %c64 : index
    %whole = arith.muli %tiles, %c64 : index
    %each = arith.maxui %whole, %c128 : index
    %begin = arith.muli %split, %each : index
    %any_end = arith.addi %begin, %each : index
    %end = arith.minui %any_end, %n : index
    %row_heads = arith.muli %row, %kv_heads : index
    %item = arith.addi %row_heads, %kv_head : index
    %head0 = arith.muli %item, %group : index
    %q_at = arith.muli %head0, %d : index
    %sums = memref.alloca() : !sums
    %max0, %max1 = func.call @attend_tiles(%paged, %q, %q_at, %pool, %list, %list_at, %kv_head, %begin, %end, %scale, %sums)
        : (i1, !q, index, !pool, !i, index, index, index, index, f32, !sums) -> (f32, f32)
    func.call @publish_tiles(%sums, %max0, %max1, %merge, %merge_state) : (!sums, f32, f32, !merge, !merge_state) -> ()
    gpu.barrier
    func.call @merge_block(%merge, %merge_state, %head0, %split, %splits, %state, %partial)
        : (!merge, !merge_state, index, index, index, !f, !f) -> ()
    return
  }

  // The first count[row] of the listed rows.
  gpu.func @attend_rows(%q: !q, %pool: !pool, %rows: !i, %count: !i, %split_state: !f, %split_sums: !f, %N: i64, %splits: i64, %scale: f64)
      workgroup(%merge: !merge, %merge_state: !merge_state) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %listed = arith.constant false
    %kv_heads = arith.constant #kv_heads
    %kv_head = gpu.block_id y
    %row = gpu.block_id z
    %list_size = arith.index_cast %N : i64 to index
    %parts = arith.index_cast %splits : i64 to index
    %s = arith.truncf %scale : f64 to f32
    %n_i32 = memref.load %count[%row] : !i
    %n = arith.index_cast %n_i32 : i32 to index
    %row_heads = arith.muli %row, %kv_heads : index
    %item = arith.addi %row_heads, %kv_head : index
    %list = arith.muli %item, %list_size : index
    func.call @attend(%listed, %q, %pool, %rows, %list, %n, %split_state, %split_sums, %parts, %s, %merge, %merge_state)
        : (i1, !q, !pool, !i, index, index, !f, !f, index, f32, !merge, !merge_state) -> ()
    gpu.return
  }

  // Keys 0 .. positions[row]; page p is page_table[sequences[row] * max_pages + p].
  gpu.func @attend_pages(%q: !q, %pool: !pool, %page_table: !i, %sequences: !i, %positions: !i, %split_state: !f, %split_sums: !f, %max_pages: i64,
                         %splits: i64, %scale: f64) workgroup(%merge: !merge, %merge_state: !merge_state) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %paged = arith.constant true
    %c1 = arith.constant 1 : index
    %row = gpu.block_id z
    %table_stride = arith.index_cast %max_pages : i64 to index
    %parts = arith.index_cast %splits : i64 to index
    %s = arith.truncf %scale : f64 to f32
    %sequence_i32 = memref.load %sequences[%row] : !i
    %sequence = arith.index_cast %sequence_i32 : i32 to index
    %position = memref.load %positions[%row] : !i
    %last = arith.index_cast %position : i32 to index
    %n = arith.addi %last, %c1 : index
    %table = arith.muli %sequence, %table_stride : index
    func.call @attend(%paged, %q, %pool, %page_table, %table, %n, %split_state, %split_sums, %parts, %s, %merge, %merge_state)
        : (i1, !q, !pool, !i, index, index, !f, !f, index, f32, !merge, !merge_state) -> ()
    gpu.return
  }
}
