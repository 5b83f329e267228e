// out[row, head, t] = scale * q . k_t for the candidates sink <= t <= positions[row] - recent, over a cache of keys only; other entries of out are left
// alone. stats[row, head, block] = the maximum of a block's candidates and the sum of e^(score - maximum): what the softmax needs, so that pool reads the
// scores once. Blocks without candidates write neither.
//
// q and the keys have the same 16-bit type, and d is 32 or more (score_plain.mlir takes the others). A block computes 256 tokens for all heads of a KV head: 8
// warps, 32 tokens each, on the tensor cores (mma.m16n8k16): 16 keys by the group's queries, in the registers that loads of 16 bytes give (attend_decode.mlir
// says how).

!act = bf16
!elem = bf16
#d = 64 : index
#group = 4 : index
#kv_heads = 2 : index
#page = 64 : index
!pool = memref<1099511627776x!elem, 1>
!a = memref<1099511627776x!act, 1>
!f = memref<1099511627776xf32, 1>
!i = memref<1099511627776xi32, 1>
!words = vector<4xi32>
!quad = vector<4xf32>
!tile = memref<16xvector<4xi32>>                                // q's chunks of 32 columns, or those of keys g and g + 8
!scores = memref<2048xf32, #gpu.address_space<workgroup>>      // [group][256 tokens]
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  func.func private @row_from(i64) -> index
  func.func private @exp(f32) -> f32
  func.func private @max(f32, f32) -> f32
  func.func private @warp_sum(f32) -> f32
  func.func private @warp_max(f32) -> f32
  func.func private @mma(i1, !words, i32, i32, !quad) -> !quad
  func.func private @load_words(i64, i64) -> !words

  // The element of the pool where the key of token %t begins.
  func.func private @key_at(%page_table: !i, %table_row: index, %head: index, %t: index) -> index {
    %d = arith.constant #d
    %kv_heads = arith.constant #kv_heads
    %page = arith.constant #page
    %page_index = arith.divui %t, %page : index
    %in_page = arith.remui %t, %page : index
    %entry_at = arith.addi %table_row, %page_index : index
    %entry = memref.load %page_table[%entry_at] : !i
    %pool_page = arith.index_cast %entry : i32 to index
    %page_heads = arith.muli %pool_page, %kv_heads : index
    %page_head = arith.addi %page_heads, %head : index
    %page_row = arith.muli %page_head, %page : index
    %pool_row = arith.addi %page_row, %in_page : index
    %at = arith.muli %pool_row, %d : index
    return %at : index
  }

  // A constant: 1 + 2^-9 is 1 in bf16.
  func.func private @is_bf16() -> i1 {
    %one = arith.constant 1.0 : f64
    %x = arith.constant 1.001953125 : !elem
    %wide = arith.extf %x : !elem to f64
    %is = arith.cmpf oeq, %wide, %one : f64
    return %is : i1
  }
  // q of head g, zeros past the group, in the order of K's columns.
  func.func private @load_queries(%q: !a, %q_at: index, %queries: !tile) {
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
    %base = memref.extract_aligned_pointer_as_index %q : !a -> index
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

  // keys[2c], keys[2c + 1]: chunk c of tokens %t + g and %t + g + 8, past the last candidate that one.
  func.func private @load_keys(%pool: !pool, %page_table: !i, %table_row: index, %head: index, %t: index, %last: index, %keys: !tile) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c32 = arith.constant 32 : index
    %two = arith.constant 2 : i64
    %chunk_bytes = arith.constant 64 : i64
    %d = arith.constant #d
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %g = arith.divui %lane, %c4 : index
    %part = arith.remui %lane, %c4 : index
    %column = arith.muli %part, %c8 : index
    %base = memref.extract_aligned_pointer_as_index %pool : !pool -> index
    %base_i64 = arith.index_cast %base : index to i64
    %chunks = arith.divui %d, %c32 : index
    scf.for %half = %c0 to %c2 step %c1 {
      %skip = arith.muli %half, %c8 : index
      %in_tile = arith.addi %g, %skip : index
      %any_token = arith.addi %t, %in_tile : index
      %token = arith.minui %any_token, %last : index
      %key_row = func.call @key_at(%page_table, %table_row, %head, %token) : (!i, index, index, index) -> index
      %at = arith.addi %key_row, %column : index
      %at_i64 = arith.index_cast %at : index to i64
      %byte = arith.muli %at_i64, %two : i64
      %from = arith.addi %base_i64, %byte : i64
      scf.for %c = %c0 to %chunks step %c1 {
        %c_i64 = arith.index_cast %c : index to i64
        %offset = arith.muli %c_i64, %chunk_bytes : i64
        %words = func.call @load_words(%from, %offset) : (i64, i64) -> !words
        %first = arith.muli %c, %c2 : index
        %to = arith.addi %first, %half : index
        memref.store %words, %keys[%to] : !tile
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    return
  }

  // scores[head][%in_block + 16 tokens] from the product's registers: heads 2t, 2t + 1 of token g, then of token g + 8.
  func.func private @keep_scores(%products: !quad, %scale: f32, %in_block: index, %scores: !scores) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c32 = arith.constant 32 : index
    %c256 = arith.constant 256 : index
    %group = arith.constant #group
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %g = arith.divui %lane, %c4 : index
    %t = arith.remui %lane, %c4 : index
    %first_head = arith.muli %t, %c2 : index
    %upper = arith.addi %in_block, %g : index
    scf.for %h = %c0 to %c2 step %c1 {
      %its_head = arith.addi %first_head, %h : index
      %is_head = arith.cmpi ult, %its_head, %group : index
      scf.if %is_head {
        %below = arith.addi %h, %c2 : index
        %x = vector.extract %products[%h] : f32 from !quad
        %y = vector.extract %products[%below] : f32 from !quad
        %x_scaled = arith.mulf %x, %scale : f32
        %y_scaled = arith.mulf %y, %scale : f32
        %row = arith.muli %its_head, %c256 : index
        %to = arith.addi %row, %upper : index
        %to_lower = arith.addi %to, %c8 : index
        memref.store %x_scaled, %scores[%to] : !scores
        memref.store %y_scaled, %scores[%to_lower] : !scores
      }
    } {llvm.loop_annotation = #unroll}
    return
  }

  // The warp's 32 tokens: two tiles, both in flight.
  func.func private @score_tiles(%q: !a, %q_at: index, %pool: !pool, %page_table: !i, %table_row: index, %head: index, %block_begin: index, %last: index,
                                 %scale: f32, %scores: !scores) {
    %c16 = arith.constant 16 : index
    %c32 = arith.constant 32 : index
    %thread = gpu.thread_id x
    %warp = arith.divui %thread, %c32 : index
    %in_block = arith.muli %warp, %c32 : index
    %in_block_next = arith.addi %in_block, %c16 : index
    %t = arith.addi %block_begin, %in_block : index
    %t_next = arith.addi %t, %c16 : index
    %queries = memref.alloca() : !tile
    %keys = memref.alloca() : !tile
    %keys_next = memref.alloca() : !tile
    func.call @load_keys(%pool, %page_table, %table_row, %head, %t, %last, %keys) : (!pool, !i, index, index, index, index, !tile) -> ()
    func.call @load_keys(%pool, %page_table, %table_row, %head, %t_next, %last, %keys_next) : (!pool, !i, index, index, index, index, !tile) -> ()
    func.call @load_queries(%q, %q_at, %queries) : (!a, index, !tile) -> ()
    %products = func.call @multiply_keys(%queries, %keys) : (!tile, !tile) -> !quad
    func.call @keep_scores(%products, %scale, %in_block, %scores) : (!quad, f32, index, !scores) -> ()
    %products_next = func.call @multiply_keys(%queries, %keys_next) : (!tile, !tile) -> !quad
    func.call @keep_scores(%products_next, %scale, %in_block_next, %scores) : (!quad, f32, index, !scores) -> ()
    return
  }

  // stats of one head's candidates [begin, end) of the block, by one warp.
  func.func private @statistics(%scores: !scores, %g: index, %begin: index, %end: index, %stats: !f, %at: index) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c32 = arith.constant 32 : index
    %c256 = arith.constant 256 : index
    %zero = arith.constant 0.0 : f32
    %lowest = arith.constant 0xFF7FFFFF : f32
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %row = arith.muli %g, %c256 : index
    %from = arith.addi %begin, %lane : index
    %mine = scf.for %i = %from to %end step %c32 iter_args(%m = %lowest) -> f32 {
      %s_at = arith.addi %row, %i : index
      %s = memref.load %scores[%s_at] : !scores
      %next = func.call @max(%s, %m) : (f32, f32) -> f32
      scf.yield %next : f32
    }
    %max = func.call @warp_max(%mine) : (f32) -> f32
    %part = scf.for %i = %from to %end step %c32 iter_args(%l = %zero) -> f32 {
      %s_at = arith.addi %row, %i : index
      %s = memref.load %scores[%s_at] : !scores
      %below = arith.subf %s, %max : f32
      %e = func.call @exp(%below) : (f32) -> f32
      %next = arith.addf %l, %e : f32
      scf.yield %next : f32
    }
    %sum = func.call @warp_sum(%part) : (f32) -> f32
    %is_first = arith.cmpi eq, %lane, %c0 : index
    scf.if %is_first {
      %sum_at = arith.addi %at, %c1 : index
      memref.store %max, %stats[%at] : !f
      memref.store %sum, %stats[%sum_at] : !f
    }
    return
  }

  gpu.func @score(%q: !a, %keys: !pool, %page_table: !i, %sequences: !i, %positions: !i, %out: !f, %stats: !f, %S: i64, %max_pages: i64, %sink: i64,
                  %recent: i64, %blocks: i64, %scale: f64, %from_row: i64) workgroup(%scores: !scores) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c8 = arith.constant 8 : index
    %c32 = arith.constant 32 : index
    %c256 = arith.constant 256 : index
    %d = arith.constant #d
    %group = arith.constant #group
    %kv_heads = arith.constant #kv_heads
    // Blocks that follow one another take the heads of one block of tokens, whose keys lie in the same pages.
    %block_x = gpu.block_id x
    %block_y = gpu.block_id y
    %blocks_x = gpu.grid_dim x
    %blocks_before = arith.muli %block_y, %blocks_x : index
    %in_row = arith.addi %blocks_before, %block_x : index
    %block = arith.divui %in_row, %kv_heads : index
    %stat_blocks = arith.index_cast %blocks : i64 to index
    %head = arith.remui %in_row, %kv_heads : index
    %row = func.call @row_from(%from_row) : (i64) -> index
    %thread = gpu.thread_id x
    %warp = arith.divui %thread, %c32 : index
    %size = arith.index_cast %S : i64 to index
    %table_stride = arith.index_cast %max_pages : i64 to index
    %first_candidate = arith.index_cast %sink : i64 to index
    %window = arith.index_cast %recent : i64 to index
    %s = arith.truncf %scale : f64 to f32
    %sequence = memref.load %sequences[%row] : !i
    %slot = arith.index_cast %sequence : i32 to index
    %table_row = arith.muli %slot, %table_stride : index
    %position = memref.load %positions[%row] : !i
    %p = arith.index_cast %position : i32 to index
    %p_next = arith.addi %p, %c1 : index
    %candidate_end = arith.subi %p_next, %window : index
    %block_begin = arith.muli %block, %c256 : index
    %block_end = arith.addi %block_begin, %c256 : index
    %lower = arith.maxsi %block_begin, %first_candidate : index
    %any_upper = arith.minsi %block_end, %candidate_end : index
    %upper = arith.maxsi %any_upper, %lower : index
    %last = arith.subi %upper, %c1 : index
    %row_heads = arith.muli %row, %kv_heads : index
    %item = arith.addi %row_heads, %head : index
    %head0 = arith.muli %item, %group : index
    %q_at = arith.muli %head0, %d : index
    %any = arith.cmpi ult, %lower, %upper : index
    scf.if %any {
      func.call @score_tiles(%q, %q_at, %keys, %page_table, %table_row, %head, %block_begin, %last, %s, %scores)
          : (!a, index, !pool, !i, index, index, index, index, f32, !scores) -> ()
      gpu.barrier
      %from = arith.subi %lower, %block_begin : index
      %to = arith.subi %upper, %block_begin : index
      scf.for %g = %warp to %group step %c8 {
        %out_head = arith.addi %head0, %g : index
        %stat_row = arith.muli %out_head, %stat_blocks : index
        %stat = arith.addi %stat_row, %block : index
        %stat_at = arith.muli %stat, %c2 : index
        func.call @statistics(%scores, %g, %from, %to, %stats, %stat_at) : (!scores, index, index, index, !f, index) -> ()
      }
      %after = arith.cmpi uge, %thread, %from : index
      %before = arith.cmpi ult, %thread, %to : index
      %is_candidate = arith.andi %after, %before : i1
      scf.if %is_candidate {
        scf.for %g = %c0 to %group step %c1 {
          %g_row = arith.muli %g, %c256 : index
          %s_at = arith.addi %g_row, %thread : index
          %value = memref.load %scores[%s_at] : !scores
          %out_head = arith.addi %head0, %g : index
          %out_row = arith.muli %out_head, %size : index
          %token = arith.addi %block_begin, %thread : index
          %at = arith.addi %out_row, %token : index
          memref.store %value, %out[%at] : !f
        } {llvm.loop_annotation = #unroll}
      }
    }
    gpu.return
  }
}
