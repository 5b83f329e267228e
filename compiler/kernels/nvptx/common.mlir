// Functions that several kernels declare and call; put into every kernel and always inlined.
//
// All threads of the warp must reach a call of those that exchange between lanes. Sums are trees over lanes in one fixed order.

!shared = memref<32xf32, #gpu.address_space<workgroup>>
!shared_i32 = memref<32xi32, #gpu.address_space<workgroup>>
#unroll = #llvm.loop_annotation<unroll = <full = true>>

!f = memref<1099511627776xf32, 1>
!i = memref<1099511627776xi32, 1>
!quad = vector<4xf32>
!words = vector<4xi32>
!product = !llvm.struct<(f32, f32, f32, f32)>
#row = #nvvm.mma_layout<row>
#col = #nvvm.mma_layout<col>

gpu.module @common {
  // The row of the call that a block is for, which begins with |first|.
  func.func @row_from(%first: i64) -> index {
    %first_row = arith.index_cast %first : i64 to index
    %in_launch = gpu.block_id z
    %row = arith.addi %in_launch, %first_row : index
    return %row : index
  }

  // e^x with ex2.approx: within 2 ulp of 2^(x log2 e) as rounded, so about |x| * 6e-8 of the result. e^-infinity is 0.
  func.func @exp(%x: f32) -> f32 {
    %log2e = arith.constant 1.44269502 : f32
    %scaled = arith.mulf %x, %log2e : f32
    %y = llvm.inline_asm "ex2.approx.ftz.f32 $0, $1;", "=f,f" %scaled : (f32) -> f32
    return %y : f32
  }

  // 1 / x within 1 ulp; 0 for what is too large for a normal result. Division proper is some twenty instructions and a branch.
  func.func @reciprocal(%x: f32) -> f32 {
    %y = llvm.inline_asm "rcp.approx.ftz.f32 $0, $1;", "=f,f" %x : (f32) -> f32
    return %y : f32
  }

  // Correctly rounded. MLIR lowers math.sqrt to a call of libdevice, which spc does not need otherwise.
  func.func @sqrt(%x: f32) -> f32 {
    %y = llvm.inline_asm "sqrt.rn.f32 $0, $1;", "=f,f" %x : (f32) -> f32
    return %y : f32
  }

  // The larger; %b where they are unordered.
  func.func @max(%a: f32, %b: f32) -> f32 {
    %greater = arith.cmpf ogt, %a, %b : f32
    %m = arith.select %greater, %a, %b : f32
    return %m : f32
  }

  // Which lane of its warp, and which warp of its block, a thread is.
  func.func @lane() -> i32 {
    %c31 = arith.constant 31 : i32
    %thread = gpu.thread_id x
    %thread_i32 = arith.index_cast %thread : index to i32
    %lane = arith.andi %thread_i32, %c31 : i32
    return %lane : i32
  }

  func.func @warp() -> i32 {
    %c5 = arith.constant 5 : i32
    %thread = gpu.thread_id x
    %thread_i32 = arith.index_cast %thread : index to i32
    %warp = arith.shrui %thread_i32, %c5 : i32
    return %warp : i32
  }

  // Which multiprocessor the thread runs on, as SPC_STATE_COPYING has room for.
  func.func @multiprocessor() -> i32 {
    %most = arith.constant 1023 : i32
    %its_number = llvm.inline_asm has_side_effects "mov.u32 $0, %smid;", "=r" : () -> i32
    %number = arith.andi %its_number, %most : i32
    return %number : i32
  }

  // Counts a block of a prefetch to its multiprocessor in SPC_STATE_COPYING: |by| is 1 when it begins, -1 when it ends. All threads call it, the first does it.
  func.func @mark_copying(%copying: !i, %by: i32) {
    %c0 = arith.constant 0 : index
    %thread = gpu.thread_id x
    %is_first = arith.cmpi eq, %thread, %c0 : index
    scf.if %is_first {
      %number = func.call @multiprocessor() : () -> i32
      %base_index = memref.extract_aligned_pointer_as_index %copying : !i -> index
      %base_i64 = arith.index_cast %base_index : index to i64
      %base = llvm.inttoptr %base_i64 : i64 to !llvm.ptr<1>
      %count = llvm.getelementptr %base[%number] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
      %old = llvm.atomicrmw add %count, %by syncscope("device") monotonic : !llvm.ptr<1>, i32
    }
    return
  }

  // Where part |part| of a list of |n| begins.
  func.func @begin_of(%n: i32, %part: index, %parts: index) -> i32 {
    %n_index = arith.index_castui %n : i32 to index
    %before = arith.muli %n_index, %part : index
    %begin_index = arith.divui %before, %parts : index
    %begin = arith.index_castui %begin_index : index to i32
    return %begin : i32
  }

  // The sum over aligned groups of |lanes| (a power of two) lanes, in every lane of the group.
  func.func @group_sum(%x: f32, %lanes: index) -> f32 {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c5 = arith.constant 5 : index
    %width = arith.constant 32 : i32
    %sum = scf.for %step = %c0 to %c5 step %c1 iter_args(%s = %x) -> f32 {
      %distance = arith.shli %c1, %step : index
      %inside = arith.cmpi ult, %distance, %lanes : index
      %next = scf.if %inside -> f32 {
        %offset = arith.index_cast %distance : index to i32
        %other, %valid = gpu.shuffle xor %s, %offset, %width : f32
        %t = arith.addf %s, %other : f32
        scf.yield %t : f32
      } else {
        scf.yield %s : f32
      }
      scf.yield %next : f32
    } {llvm.loop_annotation = #unroll}
    return %sum : f32
  }

  func.func @warp_sum(%x: f32) -> f32 {
    %c32 = arith.constant 32 : index
    %sum = func.call @group_sum(%x, %c32) : (f32, index) -> f32
    return %sum : f32
  }

  func.func @warp_max(%x: f32) -> f32 {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c5 = arith.constant 5 : index
    %width = arith.constant 32 : i32
    %max = scf.for %step = %c0 to %c5 step %c1 iter_args(%m = %x) -> f32 {
      %distance = arith.shli %c1, %step : index
      %offset = arith.index_cast %distance : index to i32
      %other, %valid = gpu.shuffle xor %m, %offset, %width : f32
      %next = func.call @max(%m, %other) : (f32, f32) -> f32
      scf.yield %next : f32
    } {llvm.loop_annotation = #unroll}
    return %max : f32
  }

  // The sum over a block of up to 1024 threads (whole warps), in every thread. |scratch| may be used again after a barrier.
  func.func @block_sum(%x: f32, %scratch: !shared) -> f32 {
    %c0 = arith.constant 0 : index
    %c32 = arith.constant 32 : index
    %zero = arith.constant 0.0 : f32
    %thread = gpu.thread_id x
    %threads = gpu.block_dim x
    %lane = arith.remui %thread, %c32 : index
    %warp = arith.divui %thread, %c32 : index
    %warps = arith.divui %threads, %c32 : index
    %one = func.call @warp_sum(%x) : (f32) -> f32
    %is_first = arith.cmpi eq, %lane, %c0 : index
    scf.if %is_first {
      memref.store %one, %scratch[%warp] : !shared
    }
    gpu.barrier
    %inside = arith.cmpi ult, %lane, %warps : index
    %partial = scf.if %inside -> f32 {
      %p = memref.load %scratch[%lane] : !shared
      scf.yield %p : f32
    } else {
      scf.yield %zero : f32
    }
    %sum = func.call @warp_sum(%partial) : (f32) -> f32
    return %sum : f32
  }

  // The sum of the lanes below and including this one.
  func.func @warp_scan(%x: i32) -> i32 {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c5 = arith.constant 5 : index
    %width = arith.constant 32 : i32
    %sum = scf.for %step = %c0 to %c5 step %c1 iter_args(%s = %x) -> i32 {
      %distance = arith.shli %c1, %step : index
      %offset = arith.index_cast %distance : index to i32
      %other, %valid = gpu.shuffle up %s, %offset, %width : i32
      %t = arith.addi %s, %other : i32
      %next = arith.select %valid, %t, %s : i32
      scf.yield %next : i32
    } {llvm.loop_annotation = #unroll}
    return %sum : i32
  }

  // In how many threads of lower index %a holds (the low 16 bits) and %b holds (the high ones), and in how many of the block: up to 1024 threads, whole warps.
  func.func @block_scan(%a: i1, %b: i1, %scratch: !shared_i32) -> (i32, i32) {
    %c0 = arith.constant 0 : index
    %c32 = arith.constant 32 : index
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    %high = arith.constant 16 : i32
    %last = arith.constant 31 : i32
    %width = arith.constant 32 : i32
    %all = arith.constant -1 : i32
    %thread = gpu.thread_id x
    %threads = gpu.block_dim x
    %lane = arith.remui %thread, %c32 : index
    %warp = arith.divui %thread, %c32 : index
    %warps = arith.divui %threads, %c32 : index
    %lane_i32 = arith.index_cast %lane : index to i32
    %warp_i32 = arith.index_cast %warp : index to i32
    %bit = arith.shli %one, %lane_i32 : i32
    %below = arith.subi %bit, %one : i32
    %a_lanes = nvvm.vote.sync ballot %all, %a -> i32
    %b_lanes = nvvm.vote.sync ballot %all, %b -> i32
    %a_below = arith.andi %a_lanes, %below : i32
    %b_below = arith.andi %b_lanes, %below : i32
    %a_before = math.ctpop %a_below : i32
    %b_before = math.ctpop %b_below : i32
    %a_count = math.ctpop %a_lanes : i32
    %b_count = math.ctpop %b_lanes : i32
    %b_count_high = arith.shli %b_count, %high : i32
    %b_before_high = arith.shli %b_before, %high : i32
    %count = arith.ori %a_count, %b_count_high : i32
    %before = arith.ori %a_before, %b_before_high : i32
    %is_first = arith.cmpi eq, %lane, %c0 : index
    gpu.barrier
    scf.if %is_first {
      memref.store %count, %scratch[%warp] : !shared_i32
    }
    gpu.barrier
    %inside = arith.cmpi ult, %lane, %warps : index
    %its_count = scf.if %inside -> i32 {
      %n = memref.load %scratch[%lane] : !shared_i32
      scf.yield %n : i32
    } else {
      scf.yield %zero : i32
    }
    %through = func.call @warp_scan(%its_count) : (i32) -> i32
    %through_mine, %valid = gpu.shuffle idx %through, %warp_i32, %width : i32
    %total, %valid_total = gpu.shuffle idx %through, %last, %width : i32
    %before_warp = arith.subi %through_mine, %count : i32
    %sum = arith.addi %before_warp, %before : i32
    return %sum, %total : i32, i32
  }

  // The sum of %x over the threads of lower index, and over the block: up to 1024 threads, whole warps.
  func.func @block_scan_sum(%x: i32, %scratch: !shared_i32) -> (i32, i32) {
    %c32 = arith.constant 32 : index
    %zero = arith.constant 0 : i32
    %last = arith.constant 31 : i32
    %width = arith.constant 32 : i32
    %thread = gpu.thread_id x
    %threads = gpu.block_dim x
    %lane = arith.remui %thread, %c32 : index
    %warp = arith.divui %thread, %c32 : index
    %warps = arith.divui %threads, %c32 : index
    %lane_i32 = arith.index_cast %lane : index to i32
    %warp_i32 = arith.index_cast %warp : index to i32
    %through = func.call @warp_scan(%x) : (i32) -> i32
    %is_last = arith.cmpi eq, %lane_i32, %last : i32
    gpu.barrier
    scf.if %is_last {
      memref.store %through, %scratch[%warp] : !shared_i32
    }
    gpu.barrier
    %inside = arith.cmpi ult, %lane, %warps : index
    %its_sum = scf.if %inside -> i32 {
      %n = memref.load %scratch[%lane] : !shared_i32
      scf.yield %n : i32
    } else {
      scf.yield %zero : i32
    }
    %warps_through = func.call @warp_scan(%its_sum) : (i32) -> i32
    %before_warp = arith.subi %warps_through, %its_sum : i32
    %before_mine, %valid = gpu.shuffle idx %before_warp, %warp_i32, %width : i32
    %total, %valid_total = gpu.shuffle idx %warps_through, %last, %width : i32
    %in_warp = arith.subi %through, %x : i32
    %before = arith.addi %before_mine, %in_warp : i32
    return %before, %total : i32, i32
  }

  // c + a (16 x 16) . b (16 x 8) on the tensor cores, mma.m16n8k16: lane l has of c rows l/4 (first two numbers) and l/4 + 8, columns 2(l%4) and the next; of a
  // the pairs (row l/4, k 2(l%4)), (row l/4 + 8, same k), (row l/4, k + 8), (row l/4 + 8, k + 8); of b the pairs (k 2(l%4), column l/4), (k + 8, same column).
  // A pair is two numbers, of successive k, in bf16 or f16.
  func.func @mma(%is_bf16: i1, %a: !words, %b0: i32, %b1: i32, %c: !quad) -> !quad {
    %a0 = vector.extract %a[0] : i32 from !words
    %a1 = vector.extract %a[1] : i32 from !words
    %a2 = vector.extract %a[2] : i32 from !words
    %a3 = vector.extract %a[3] : i32 from !words
    %c0 = vector.extract %c[0] : f32 from !quad
    %c1 = vector.extract %c[1] : f32 from !quad
    %c2 = vector.extract %c[2] : f32 from !quad
    %c3 = vector.extract %c[3] : f32 from !quad
    %product = scf.if %is_bf16 -> !product {
      %p = nvvm.mma.sync A[%a0, %a1, %a2, %a3] B[%b0, %b1] C[%c0, %c1, %c2, %c3]
          {layoutA = #row, layoutB = #col, multiplicandAPtxType = #nvvm.mma_type<bf16>, multiplicandBPtxType = #nvvm.mma_type<bf16>,
           shape = #nvvm.shape<m = 16, n = 8, k = 16>} : (i32, i32, f32) -> !product
      scf.yield %p : !product
    } else {
      %h0 = llvm.bitcast %a0 : i32 to vector<2xf16>
      %h1 = llvm.bitcast %a1 : i32 to vector<2xf16>
      %h2 = llvm.bitcast %a2 : i32 to vector<2xf16>
      %h3 = llvm.bitcast %a3 : i32 to vector<2xf16>
      %g0 = llvm.bitcast %b0 : i32 to vector<2xf16>
      %g1 = llvm.bitcast %b1 : i32 to vector<2xf16>
      %p = nvvm.mma.sync A[%h0, %h1, %h2, %h3] B[%g0, %g1] C[%c0, %c1, %c2, %c3]
          {layoutA = #row, layoutB = #col, shape = #nvvm.shape<m = 16, n = 8, k = 16>} : (vector<2xf16>, vector<2xf16>, f32) -> !product
      scf.yield %p : !product
    }
    %p0 = llvm.extractvalue %product[0] : !product
    %p1 = llvm.extractvalue %product[1] : !product
    %p2 = llvm.extractvalue %product[2] : !product
    %p3 = llvm.extractvalue %product[3] : !product
    %sum = vector.from_elements %p0, %p1, %p2, %p3 : !quad
    return %sum : !quad
  }

  // Two numbers narrowed into one register, %a in the low half.
  func.func @pair(%is_bf16: i1, %a: f32, %b: f32) -> i32 {
    %both = vector.from_elements %a, %b : vector<2xf32>
    %bits = scf.if %is_bf16 -> i32 {
      %narrow = llvm.fptrunc %both : vector<2xf32> to vector<2xbf16>
      %p = llvm.bitcast %narrow : vector<2xbf16> to i32
      scf.yield %p : i32
    } else {
      %narrow = llvm.fptrunc %both : vector<2xf32> to vector<2xf16>
      %p = llvm.bitcast %narrow : vector<2xf16> to i32
      scf.yield %p : i32
    }
    return %bits : i32
  }

  // The low halves of two registers in one, or their high halves: (a, b) from pairs that begin, or end, with them.
  func.func @low_halves(%a: i32, %b: i32) -> i32 {
    %bytes = arith.constant 0x5410 : i32
    %both = llvm.call_intrinsic "llvm.nvvm.prmt"(%a, %b, %bytes) : (i32, i32, i32) -> i32
    return %both : i32
  }
  func.func @high_halves(%a: i32, %b: i32) -> i32 {
    %bytes = arith.constant 0x7632 : i32
    %both = llvm.call_intrinsic "llvm.nvvm.prmt"(%a, %b, %bytes) : (i32, i32, i32) -> i32
    return %both : i32
  }

  // 16 bytes of global memory at byte %offset from %base.
  func.func @load_words(%base: i64, %offset: i64) -> !words {
    %address = arith.addi %base, %offset : i64
    %pointer = llvm.inttoptr %address : i64 to !llvm.ptr<1>
    %words = llvm.load %pointer {alignment = 16 : i64} : !llvm.ptr<1> -> !words
    return %words : !words
  }

  // from[at .. at + 4), of which those before |end| exist; the others repeat the last. |aligned|: at is a multiple of 4, and all exist.
  func.func @load_four(%from: !f, %at: index, %end: index, %aligned: i1) -> !quad {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %zeros = arith.constant dense<0.0> : !quad
    %values = scf.if %aligned -> !quad {
      %v = vector.load %from[%at] {alignment = 16} : !f, !quad
      scf.yield %v : !quad
    } else {
      %last = arith.subi %end, %c1 : index
      %v = scf.for %j = %c0 to %c4 step %c1 iter_args(%to = %zeros) -> !quad {
        %any = arith.addi %at, %j : index
        %place = arith.minui %any, %last : index
        %one = memref.load %from[%place] : !f
        %next = vector.insert %one, %to[%j] : f32 into !quad
        scf.yield %next : !quad
      } {llvm.loop_annotation = #unroll}
      scf.yield %v : !quad
    }
    return %values : !quad
  }

  // ---- Rows that are packed in host memory (spc/host_rows.h), in chunks of four numbers: a word of signs and mantissas, half a word of exponents, two words of bf16.

  // Bytes of a layer's part of an entry.
  func.func @part_bytes(%d: i32) -> i64 {
    %c3 = arith.constant 3 : i32
    %bytes_i32 = arith.muli %d, %c3 : i32
    %bytes = arith.extui %bytes_i32 : i32 to i64
    return %bytes : i64
  }

  // Where the words of an entry begin, behind the parts of all layers.
  func.func @words_at(%d: i32, %layers_in_group: i64) -> i64 {
    %part = func.call @part_bytes(%d) : (i32) -> i64
    %at = arith.muli %layers_in_group, %part : i64
    return %at : i64
  }

  // Of what is read of an entry: the words of all layers, up to a multiple of 32 bytes.
  func.func @used_bytes(%d: i32, %layers_in_group: i64) -> i64 {
    %c8 = arith.constant 8 : i64
    %c31 = arith.constant 31 : i64
    %mask = arith.constant -32 : i64
    %words_at = func.call @words_at(%d, %layers_in_group) : (i32, i64) -> i64
    %words = arith.muli %layers_in_group, %c8 : i64
    %more = arith.addi %words, %c31 : i64
    %rounded = arith.andi %more, %mask : i64
    %bytes = arith.addi %words_at, %rounded : i64
    return %bytes : i64
  }

  // From an entry to the next.
  func.func @entry_bytes(%d: i32, %layers_in_group: i64) -> i64 {
    %c127 = arith.constant 127 : i64
    %mask = arith.constant -128 : i64
    %used = func.call @used_bytes(%d, %layers_in_group) : (i32, i64) -> i64
    %more = arith.addi %used, %c127 : i64
    %bytes = arith.andi %more, %mask : i64
    return %bytes : i64
  }

  // Where |layer|'s rest of entry |row| is: half a byte a number.
  func.func @rest_of(%d: i32, %rest: i64, %row: i64, %layers_in_group: i64, %layer: i64) -> i64 {
    %bytes = arith.extui %d : i32 to i64
    %before = arith.muli %row, %layers_in_group : i64
    %which = arith.addi %before, %layer : i64
    %offset = arith.muli %which, %bytes : i64
    %at = arith.addi %rest, %offset : i64
    return %at : i64
  }

  func.func @load_half(%at: i64) -> i32 {
    %pointer = llvm.inttoptr %at : i64 to !llvm.ptr<1>
    %value = llvm.load %pointer {alignment = 2 : i64} : !llvm.ptr<1> -> i16
    %wide = arith.extui %value : i16 to i32
    return %wide : i32
  }

  func.func @store_chunk(%value: vector<2xi32>, %at: i64) {
    %pointer = llvm.inttoptr %at : i64 to !llvm.ptr<1>
    llvm.store %value, %pointer {alignment = 8 : i64} : vector<2xi32>, !llvm.ptr<1>
    return
  }

  // Four halves of bytes to two pairs of numbers, each in half a word.
  func.func @spread(%halves: i32) -> (i32, i32) {
    %c4 = arith.constant 4 : i32
    %c8 = arith.constant 8 : i32
    %c12 = arith.constant 12 : i32
    %first = arith.constant 0xf : i32
    %second = arith.constant 0xf0 : i32
    %fourth = arith.constant 0xf000 : i32
    %a = arith.andi %halves, %first : i32
    %b = arith.andi %halves, %second : i32
    %b_at = arith.shli %b, %c12 : i32
    %ab = arith.ori %a, %b_at : i32
    %later = arith.shrui %halves, %c8 : i32
    %c = arith.andi %later, %first : i32
    %d = arith.andi %halves, %fourth : i32
    %d_at = arith.shli %d, %c4 : i32
    %cd = arith.ori %c, %d_at : i32
    return %ab, %cd : i32, i32
  }

  // The pair |which| of a chunk with the exponent of number |k| of the chunk, if it is in the pair, replaced.
  func.func @except(%pair: i32, %which: i32, %k: i32, %exponent: i32) -> i32 {
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %half = arith.constant 0xffff : i32
    %all = arith.constant -1 : i32
    %its_pair = arith.shrui %k, %c1 : i32
    %hit = arith.cmpi eq, %its_pair, %which : i32
    %odd = arith.andi %k, %c1 : i32
    %shift = arith.shli %odd, %c4 : i32
    %mask = arith.shli %half, %shift : i32
    %others = arith.xori %mask, %all : i32
    %kept = arith.andi %pair, %others : i32
    %placed = arith.shli %exponent, %shift : i32
    %replaced = arith.ori %kept, %placed : i32
    %result = arith.select %hit, %replaced, %pair : i32
    return %result : i32
  }

  // A pair of bf16: of the signs and mantissas in the low two bytes of |bytes|, and a pair of exponents.
  func.func @join(%bytes: i32, %exponents: i32) -> i32 {
    %c7 = arith.constant 7 : i32
    %c8 = arith.constant 8 : i32
    %first = arith.constant 0xff : i32
    %second = arith.constant 0xff00 : i32
    %signs = arith.constant 0x00800080 : i32
    %mantissas = arith.constant 0x007f007f : i32
    %a = arith.andi %bytes, %first : i32
    %b = arith.andi %bytes, %second : i32
    %b_at = arith.shli %b, %c8 : i32
    %pair = arith.ori %a, %b_at : i32
    %sign = arith.andi %pair, %signs : i32
    %sign_at = arith.shli %sign, %c8 : i32
    %mantissa = arith.andi %pair, %mantissas : i32
    %exponent_at = arith.shli %exponents, %c7 : i32
    %rest = arith.ori %mantissa, %exponent_at : i32
    %value = arith.ori %sign_at, %rest : i32
    return %value : i32
  }

  // Two chunks of numbers none of whose exponents is an exception.
  func.func @unpack_plain(%first: i32, %second: i32, %halves: i32, %word: i32) -> vector<4xi32> {
    %c16 = arith.constant 16 : i32
    %byte = arith.constant 0xff : i32
    %twice = arith.constant 0x00010001 : i32
    %largest = arith.andi %word, %byte : i32
    %pair = arith.muli %largest, %twice : i32
    %a, %b = func.call @spread(%halves) : (i32) -> (i32, i32)
    %later_halves = arith.shrui %halves, %c16 : i32
    %c, %d = func.call @spread(%later_halves) : (i32) -> (i32, i32)
    %exponents_a = arith.subi %pair, %a : i32
    %exponents_b = arith.subi %pair, %b : i32
    %exponents_c = arith.subi %pair, %c : i32
    %exponents_d = arith.subi %pair, %d : i32
    %first_later = arith.shrui %first, %c16 : i32
    %second_later = arith.shrui %second, %c16 : i32
    %0 = func.call @join(%first, %exponents_a) : (i32, i32) -> i32
    %1 = func.call @join(%first_later, %exponents_b) : (i32, i32) -> i32
    %2 = func.call @join(%second, %exponents_c) : (i32, i32) -> i32
    %3 = func.call @join(%second_later, %exponents_d) : (i32, i32) -> i32
    %all = vector.from_elements %0, %1, %2, %3 : vector<4xi32>
    return %all : vector<4xi32>
  }

  // Chunk |chunk| of the numbers that |word| is of. |rest_at|: the chunk's rest, which is read only where it is needed.
  func.func @unpack(%bytes: i32, %halves: i32, %word: i32, %chunk: i32, %rest_at: i64) -> vector<2xi32> {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c4 = arith.constant 4 : i32
    %c8 = arith.constant 8 : i32
    %c16 = arith.constant 16 : i32
    %c24 = arith.constant 24 : i32
    %byte = arith.constant 0xff : i32
    %twice = arith.constant 0x00010001 : i32
    %ab, %cd = func.call @spread(%halves) : (i32) -> (i32, i32)
    %largest = arith.andi %word, %byte : i32
    %largest_pair = arith.muli %largest, %twice : i32
    %plain_ab = arith.subi %largest_pair, %ab : i32
    %plain_cd = arith.subi %largest_pair, %cd : i32
    %form = arith.shrui %word, %c24 : i32
    %special = arith.cmpi ne, %form, %c0 : i32
    %exponents:2 = scf.if %special -> (i32, i32) {
      %whole = arith.cmpi eq, %form, %c2 : i32
      %its:2 = scf.if %whole -> (i32, i32) {
        %high = func.call @load_half(%rest_at) : (i64) -> i32
        %high_ab, %high_cd = func.call @spread(%high) : (i32) -> (i32, i32)
        %ab_at = arith.shli %high_ab, %c4 : i32
        %cd_at = arith.shli %high_cd, %c4 : i32
        %whole_ab = arith.ori %ab, %ab_at : i32
        %whole_cd = arith.ori %cd, %cd_at : i32
        scf.yield %whole_ab, %whole_cd : i32, i32
      } else {
        %exponent_at = arith.shrui %word, %c8 : i32
        %exponent = arith.andi %exponent_at, %byte : i32
        %number_at = arith.shrui %word, %c16 : i32
        %number = arith.andi %number_at, %byte : i32
        %first = arith.muli %chunk, %c4 : i32
        %k = arith.subi %number, %first : i32
        %one_ab = func.call @except(%plain_ab, %c0, %k, %exponent) : (i32, i32, i32, i32) -> i32
        %one_cd = func.call @except(%plain_cd, %c1, %k, %exponent) : (i32, i32, i32, i32) -> i32
        scf.yield %one_ab, %one_cd : i32, i32
      }
      scf.yield %its#0, %its#1 : i32, i32
    } else {
      scf.yield %plain_ab, %plain_cd : i32, i32
    }
    %low = func.call @join(%bytes, %exponents#0) : (i32, i32) -> i32
    %later = arith.shrui %bytes, %c16 : i32
    %high = func.call @join(%later, %exponents#1) : (i32, i32) -> i32
    %zero = arith.constant dense<0> : vector<2xi32>
    %one = vector.insert %low, %zero [0] : i32 into vector<2xi32>
    %both = vector.insert %high, %one [1] : i32 into vector<2xi32>
    return %both : vector<2xi32>
  }
}
