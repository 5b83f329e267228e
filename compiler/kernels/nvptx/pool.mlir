// From scores to one probability a token and LLM KV head: softmax over the candidates for each query head of the retriever, then the maximum over the query
// heads of a group, then, when the retriever has more KV heads than the LLM, over the groups that one LLM head covers.
//
// The maxima and sums come from score's stats, of the blocks that have candidates; a block merges those of its heads (at most 128) and then does 1024 tokens:
// 256 threads, 4 tokens each. Blocks without candidates leave at once.

!f = memref<1099511627776xf32, 1>
!i = memref<1099511627776xi32, 1>
!v = vector<4xf32>
!per_head = memref<128xf32, #gpu.address_space<workgroup>>
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  func.func private @row_from(i64) -> index
  func.func private @exp(f32) -> f32
  func.func private @max(f32, f32) -> f32
  func.func private @warp_sum(f32) -> f32
  func.func private @warp_max(f32) -> f32
  func.func private @load_four(!f, index, index, i1) -> !v

  // The softmax's maximum and the inverse of its sum over the blocks [from, to) of stats, by one warp.
  func.func private @merge(%stats: !f, %from: index, %to: index) -> (f32, f32) {
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c32 = arith.constant 32 : index
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    %lowest = arith.constant 0xFF7FFFFF : f32
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %first = arith.addi %from, %lane : index
    %mine = scf.for %b = %first to %to step %c32 iter_args(%m = %lowest) -> f32 {
      %at = arith.muli %b, %c2 : index
      %s = memref.load %stats[%at] : !f
      %next = func.call @max(%s, %m) : (f32, f32) -> f32
      scf.yield %next : f32
    }
    %max = func.call @warp_max(%mine) : (f32) -> f32
    %part = scf.for %b = %first to %to step %c32 iter_args(%l = %zero) -> f32 {
      %at = arith.muli %b, %c2 : index
      %sum_at = arith.addi %at, %c1 : index
      %s = memref.load %stats[%at] : !f
      %n = memref.load %stats[%sum_at] : !f
      %below = arith.subf %s, %max : f32
      %e = func.call @exp(%below) : (f32) -> f32
      %next = math.fma %n, %e, %l : f32
      scf.yield %next : f32
    }
    %sum = func.call @warp_sum(%part) : (f32) -> f32
    %inverse = arith.divf %one, %sum : f32
    return %max, %inverse : f32, f32
  }

  // The largest probability over |heads| heads from %first_head on, of the four tokens from %t.
  func.func private @largest(%scores: !f, %first_head: index, %heads: index, %size: index, %t: index, %aligned: i1, %maxes: !per_head,
                             %inverses: !per_head) -> !v {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %zeros = arith.constant dense<0.0> : !v
    %most = scf.for %h = %c0 to %heads step %c1 iter_args(%so_far = %zeros) -> !v {
      %q_head = arith.addi %first_head, %h : index
      %row = arith.muli %q_head, %size : index
      %row_end = arith.addi %row, %size : index
      %at = arith.addi %row, %t : index
      %values = func.call @load_four(%scores, %at, %row_end, %aligned) : (!f, index, index, i1) -> !v
      %max = memref.load %maxes[%h] : !per_head
      %inverse = memref.load %inverses[%h] : !per_head
      %next = scf.for %j = %c0 to %c4 step %c1 iter_args(%to = %so_far) -> !v {
        %s = vector.extract %values[%j] : f32 from !v
        %m = vector.extract %to[%j] : f32 from !v
        %below = arith.subf %s, %max : f32
        %e = func.call @exp(%below) : (f32) -> f32
        %probability = arith.mulf %e, %inverse : f32
        %larger = func.call @max(%probability, %m) : (f32, f32) -> f32
        %with = vector.insert %larger, %to[%j] : f32 into !v
        scf.yield %with : !v
      } {llvm.loop_annotation = #unroll}
      scf.yield %next : !v
    }
    return %most : !v
  }

  // out[%at + j] for the tokens %t + j that are candidates.
  func.func private @store_four(%values: !v, %out: !f, %at: index, %t: index, %begin: index, %end: index, %aligned: i1) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %t_end = arith.addi %t, %c4 : index
    %after = arith.cmpi uge, %t, %begin : index
    %before = arith.cmpi ule, %t_end, %end : index
    %inside = arith.andi %after, %before : i1
    %whole = arith.andi %inside, %aligned : i1
    scf.if %whole {
      vector.store %values, %out[%at] {alignment = 16} : !f, !v
    } else {
      scf.for %j = %c0 to %c4 step %c1 {
        %token = arith.addi %t, %j : index
        %one_after = arith.cmpi uge, %token, %begin : index
        %one_before = arith.cmpi ult, %token, %end : index
        %is_candidate = arith.andi %one_after, %one_before : i1
        scf.if %is_candidate {
          %one = vector.extract %values[%j] : f32 from !v
          %to = arith.addi %at, %j : index
          memref.store %one, %out[%to] : !f
        }
      } {llvm.loop_annotation = #unroll}
    }
    return
  }

  gpu.func @pool(%scores: !f, %out: !f, %positions: !i, %stats: !f, %S: i64, %sink: i64, %recent: i64, %Hq: i64, %Hr: i64, %Hkv: i64, %blocks: i64,
                 %from_row: i64)
      workgroup(%maxes: !per_head, %inverses: !per_head) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c32 = arith.constant 32 : index
    %c255 = arith.constant 255 : index
    %c256 = arith.constant 256 : index
    %c1024 = arith.constant 1024 : index
    %block = gpu.block_id x
    %head = gpu.block_id y
    %row = func.call @row_from(%from_row) : (i64) -> index
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %warp = arith.divui %thread, %c32 : index
    %size = arith.index_cast %S : i64 to index
    %first_candidate = arith.index_cast %sink : i64 to index
    %window = arith.index_cast %recent : i64 to index
    %q_heads = arith.index_cast %Hq : i64 to index
    %groups = arith.index_cast %Hr : i64 to index
    %kv_heads = arith.index_cast %Hkv : i64 to index
    %stat_stride = arith.index_cast %blocks : i64 to index
    %position = memref.load %positions[%row] : !i
    %p = arith.index_cast %position : i32 to index
    %p_next = arith.addi %p, %c1 : index
    %candidate_end = arith.subi %p_next, %window : index
    %block_begin = arith.muli %block, %c1024 : index
    %block_end = arith.addi %block_begin, %c1024 : index
    %lower = arith.maxsi %block_begin, %first_candidate : index
    %upper = arith.minsi %block_end, %candidate_end : index
    %any = arith.cmpi slt, %lower, %upper : index
    scf.if %any {
      %group = arith.divui %q_heads, %groups : index
      %scaled = arith.muli %head, %groups : index
      %scaled_next = arith.addi %scaled, %groups : index
      %group_begin = arith.divui %scaled, %kv_heads : index
      %group_end_many = arith.divui %scaled_next, %kv_heads : index
      %group_next = arith.addi %group_begin, %c1 : index
      %group_end = arith.maxui %group_end_many, %group_next : index
      %head_begin = arith.muli %group_begin, %group : index
      %head_end = arith.muli %group_end, %group : index
      %heads = arith.subi %head_end, %head_begin : index
      %row_heads = arith.muli %row, %q_heads : index
      %first_head = arith.addi %row_heads, %head_begin : index
      %first_stat = arith.divui %first_candidate, %c256 : index
      %end_up = arith.addi %candidate_end, %c255 : index
      %stats_end = arith.divui %end_up, %c256 : index
      scf.for %h = %warp to %heads step %c8 {
        %q_head = arith.addi %first_head, %h : index
        %stat_row = arith.muli %q_head, %stat_stride : index
        %from = arith.addi %stat_row, %first_stat : index
        %to = arith.addi %stat_row, %stats_end : index
        %max, %inverse = func.call @merge(%stats, %from, %to) : (!f, index, index) -> (f32, f32)
        %is_first = arith.cmpi eq, %lane, %c0 : index
        scf.if %is_first {
          memref.store %max, %maxes[%h] : !per_head
          memref.store %inverse, %inverses[%h] : !per_head
        }
      }
      gpu.barrier
      %in_block = arith.muli %thread, %c4 : index
      %t = arith.addi %block_begin, %in_block : index
      %works = arith.cmpi ult, %t, %upper : index
      scf.if %works {
        %rest = arith.remui %size, %c4 : index
        %aligned = arith.cmpi eq, %rest, %c0 : index
        %most = func.call @largest(%scores, %first_head, %heads, %size, %t, %aligned, %maxes, %inverses)
            : (!f, index, index, index, index, i1, !per_head, !per_head) -> !v
        %kv_row = arith.muli %row, %kv_heads : index
        %item = arith.addi %kv_row, %head : index
        %out_row = arith.muli %item, %size : index
        %at = arith.addi %out_row, %t : index
        func.call @store_four(%most, %out, %at, %t, %lower, %upper, %aligned) : (!v, !f, index, index, index, index, i1) -> ()
      }
    }
    gpu.return
  }
}
