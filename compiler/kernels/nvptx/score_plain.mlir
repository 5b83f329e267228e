// score (score.mlir) for any types and head sizes, without tensor cores: d/8 lanes hold a key, 8 numbers each, 4 keys in flight.

!act = f32
!elem = f32
#d = 64 : index
#group = 4 : index
#kv_heads = 2 : index
#page = 64 : index
!pool = memref<1099511627776x!elem, 1>
!a = memref<1099511627776x!act, 1>
!f = memref<1099511627776xf32, 1>
!i = memref<1099511627776xi32, 1>
!stored = vector<8x!elem>
!act_stored = vector<8x!act>
!v = vector<8xf32>
!rows = memref<4xvector<8x!elem>>
!heads = memref<8xvector<8xf32>>                                // [group]
!scores = memref<2048xf32, #gpu.address_space<workgroup>>      // [group][256 tokens]
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  func.func private @row_from(i64) -> index
  func.func private @exp(f32) -> f32
  func.func private @max(f32, f32) -> f32
  func.func private @group_sum(f32, index) -> f32
  func.func private @warp_sum(f32) -> f32
  func.func private @warp_max(f32) -> f32

  func.func private @widen(%stored: !stored) -> !v {
    %wide = arith.extf %stored : !stored to vector<8xf64>
    %value = arith.truncf %wide : vector<8xf64> to !v
    return %value : !v
  }

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

  // scores[g][t - block_begin .. + 4) of this group of lanes; tokens past the last candidate repeat it.
  func.func private @four_keys(%queries: !heads, %keys: !pool, %page_table: !i, %table_row: index, %head: index, %t: index, %last: index,
                               %column: index, %lanes: index, %scale: f32, %in_block: index, %writes: i1, %scores: !scores) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c256 = arith.constant 256 : index
    %zero = arith.constant 0.0 : f32
    %group = arith.constant #group
    %rows = memref.alloca() : !rows
    scf.for %j = %c0 to %c4 step %c1 {
      %any_token = arith.addi %t, %j : index
      %token = arith.minui %any_token, %last : index
      %row_at = func.call @key_at(%page_table, %table_row, %head, %token) : (!i, index, index, index) -> index
      %at = arith.addi %row_at, %column : index
      %key = vector.load %keys[%at] {alignment = 16} : !pool, !stored
      memref.store %key, %rows[%j] : !rows
    } {llvm.loop_annotation = #unroll}
    scf.for %j = %c0 to %c4 step %c1 {
      %stored = memref.load %rows[%j] : !rows
      %key = func.call @widen(%stored) : (!stored) -> !v
      scf.for %g = %c0 to %group step %c1 {
        %query = memref.load %queries[%g] : !heads
        %dot = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %zero) -> f32 {
          %a = vector.extract %query[%i] : f32 from !v
          %b = vector.extract %key[%i] : f32 from !v
          %u = math.fma %a, %b, %s : f32
          scf.yield %u : f32
        } {llvm.loop_annotation = #unroll}
        %whole = func.call @group_sum(%dot, %lanes) : (f32, index) -> f32
        %scaled = arith.mulf %whole, %scale : f32
        %row = arith.muli %g, %c256 : index
        %in_row = arith.addi %in_block, %j : index
        %to = arith.addi %row, %in_row : index
        scf.if %writes {
          memref.store %scaled, %scores[%to] : !scores
        }
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
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

  // Any types: the block's 256 tokens, d/8 lanes a key.
  func.func private @score_lanes(%q: !a, %q_at: index, %keys: !pool, %page_table: !i, %table_row: index, %head: index, %block_begin: index, %last: index,
                                 %s: f32, %scores: !scores) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c256 = arith.constant 256 : index
    %d = arith.constant #d
    %group = arith.constant #group
    %thread = gpu.thread_id x
    %lanes = arith.divui %d, %c8 : index
    %part = arith.remui %thread, %lanes : index
    %which = arith.divui %thread, %lanes : index
    %column = arith.muli %part, %c8 : index
    %writes = arith.cmpi eq, %part, %c0 : index
    %queries = memref.alloca() : !heads
    scf.for %g = %c0 to %group step %c1 {
      %g_row = arith.muli %g, %d : index
      %in_head = arith.addi %g_row, %column : index
      %at = arith.addi %q_at, %in_head : index
      %query_stored = vector.load %q[%at] {alignment = 16} : !a, !act_stored
      %query_wide = arith.extf %query_stored : !act_stored to vector<8xf64>
      %query = arith.truncf %query_wide : vector<8xf64> to !v
      memref.store %query, %queries[%g] : !heads
    } {llvm.loop_annotation = #unroll}
    %groups = arith.divui %c256, %lanes : index
    %many = arith.muli %groups, %c4 : index
    %step = arith.minui %many, %c256 : index
    %in_step = arith.muli %which, %c4 : index
    // Small heads: more groups of lanes than fours of tokens.
    %has_tokens = arith.cmpi ult, %in_step, %step : index
    %writes_some = arith.andi %writes, %has_tokens : i1
    scf.for %base = %c0 to %c256 step %step {
      %in_block = arith.addi %base, %in_step : index
      %t = arith.addi %block_begin, %in_block : index
      func.call @four_keys(%queries, %keys, %page_table, %table_row, %head, %t, %last, %column, %lanes, %s, %in_block, %writes_some, %scores)
          : (!heads, !pool, !i, index, index, index, index, index, index, f32, index, i1, !scores) -> ()
    }
    return
  }

  gpu.func @score_plain(%q: !a, %keys: !pool, %page_table: !i, %sequences: !i, %positions: !i, %out: !f, %stats: !f, %S: i64, %max_pages: i64, %sink: i64,
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
    %block = gpu.block_id x
    %stat_blocks = arith.index_cast %blocks : i64 to index
    %head = gpu.block_id y
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
      func.call @score_lanes(%q, %q_at, %keys, %page_table, %table_row, %head, %block_begin, %last, %s, %scores)
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
