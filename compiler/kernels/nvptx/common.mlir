// Functions that several kernels declare and call; put into every kernel and always inlined.
//
// All threads of the warp must reach a call of those that exchange between lanes. Sums are trees over lanes in one fixed order.

!shared = memref<32xf32, #gpu.address_space<workgroup>>
!shared_i32 = memref<32xi32, #gpu.address_space<workgroup>>
#unroll = #llvm.loop_annotation<unroll = <full = true>>

!f = memref<1099511627776xf32, 1>
!quad = vector<4xf32>
!words = vector<4xi32>
!product = !llvm.struct<(f32, f32, f32, f32)>
#row = #nvvm.mma_layout<row>
#col = #nvvm.mma_layout<col>

gpu.module @common {
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
}
