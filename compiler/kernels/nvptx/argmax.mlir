// next[row] = the lowest index of the largest logit; NaNs are passed over (0 when there is nothing else). A block of 1024 threads a row, 32 numbers in flight
// a thread where rows are aligned to 16 bytes.

!f = memref<1099511627776xf32, 1>
!i = memref<1099511627776xi32, 1>
!v = vector<4xf32>
!chunks = memref<8xvector<4xf32>>
!shared = memref<32xf32, #gpu.address_space<workgroup>>
!shared_i32 = memref<32xi32, #gpu.address_space<workgroup>>
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  // The better of two (logit, index): the larger logit, of equals the lower index.
  func.func private @better(%best: f32, %at: i32, %x: f32, %i: i32) -> (f32, i32) {
    %greater = arith.cmpf ogt, %x, %best : f32
    %same = arith.cmpf oeq, %x, %best : f32
    %lower = arith.cmpi ult, %i, %at : i32
    %tie = arith.andi %same, %lower : i1
    %takes = arith.ori %greater, %tie : i1
    %new_best = arith.select %takes, %x, %best : f32
    %new_at = arith.select %takes, %i, %at : i32
    return %new_best, %new_at : f32, i32
  }

  func.func private @warp_best(%x: f32, %i: i32) -> (f32, i32) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c5 = arith.constant 5 : index
    %width = arith.constant 32 : i32
    %best:2 = scf.for %step = %c0 to %c5 step %c1 iter_args(%m = %x, %at = %i) -> (f32, i32) {
      %distance = arith.shli %c1, %step : index
      %offset = arith.index_cast %distance : index to i32
      %other_m, %valid_m = gpu.shuffle xor %m, %offset, %width : f32
      %other_at, %valid_at = gpu.shuffle xor %at, %offset, %width : i32
      %next:2 = func.call @better(%m, %at, %other_m, %other_at) : (f32, i32, f32, i32) -> (f32, i32)
      scf.yield %next#0, %next#1 : f32, i32
    } {llvm.loop_annotation = #unroll}
    return %best#0, %best#1 : f32, i32
  }

  // The best of logits[base + i] for every 1024th i from this thread's, 4 at once: chunks past the end repeat the last one.
  func.func private @best_of_fours(%logits: !f, %base: index, %n: index) -> (f32, i32) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c4096 = arith.constant 4096 : index
    %c32768 = arith.constant 32768 : index
    %minus_infinity = arith.constant 0xFF800000 : f32
    %none = arith.constant -1 : i32
    %thread = gpu.thread_id x
    %first = arith.muli %thread, %c4 : index
    %last = arith.subi %n, %c4 : index
    %chunks = memref.alloca() : !chunks
    %best:2 = scf.for %i = %first to %n step %c32768 iter_args(%m = %minus_infinity, %at = %none) -> (f32, i32) {
      scf.for %k = %c0 to %c8 step %c1 {
        %skip = arith.muli %k, %c4096 : index
        %any = arith.addi %i, %skip : index
        %column = arith.minui %any, %last : index
        %from = arith.addi %base, %column : index
        %values = vector.load %logits[%from] {alignment = 16} : !f, !v
        memref.store %values, %chunks[%k] : !chunks
      } {llvm.loop_annotation = #unroll}
      %next:2 = scf.for %k = %c0 to %c8 step %c1 iter_args(%m0 = %m, %at0 = %at) -> (f32, i32) {
        %skip = arith.muli %k, %c4096 : index
        %any = arith.addi %i, %skip : index
        %column = arith.minui %any, %last : index
        %values = memref.load %chunks[%k] : !chunks
        %of_four:2 = scf.for %j = %c0 to %c4 step %c1 iter_args(%m1 = %m0, %at1 = %at0) -> (f32, i32) {
          %x = vector.extract %values[%j] : f32 from !v
          %place = arith.addi %column, %j : index
          %place_i32 = arith.index_cast %place : index to i32
          %one:2 = func.call @better(%m1, %at1, %x, %place_i32) : (f32, i32, f32, i32) -> (f32, i32)
          scf.yield %one#0, %one#1 : f32, i32
        } {llvm.loop_annotation = #unroll}
        scf.yield %of_four#0, %of_four#1 : f32, i32
      } {llvm.loop_annotation = #unroll}
      scf.yield %next#0, %next#1 : f32, i32
    }
    return %best#0, %best#1 : f32, i32
  }

  func.func private @best_of_ones(%logits: !f, %base: index, %n: index) -> (f32, i32) {
    %c1024 = arith.constant 1024 : index
    %minus_infinity = arith.constant 0xFF800000 : f32
    %none = arith.constant -1 : i32
    %thread = gpu.thread_id x
    %best:2 = scf.for %i = %thread to %n step %c1024 iter_args(%m = %minus_infinity, %at = %none) -> (f32, i32) {
      %from = arith.addi %base, %i : index
      %x = memref.load %logits[%from] : !f
      %place = arith.index_cast %i : index to i32
      %next:2 = func.call @better(%m, %at, %x, %place) : (f32, i32, f32, i32) -> (f32, i32)
      scf.yield %next#0, %next#1 : f32, i32
    }
    return %best#0, %best#1 : f32, i32
  }

  gpu.func @argmax(%logits: !f, %next: !i, %V: i64) workgroup(%bests: !shared, %places: !shared_i32) kernel
      attributes {known_block_size = array<i32: 1024, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c4 = arith.constant 4 : index
    %c32 = arith.constant 32 : index
    %zero = arith.constant 0 : i32
    %none = arith.constant -1 : i32
    %row = gpu.block_id z
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %warp = arith.divui %thread, %c32 : index
    %n = arith.index_cast %V : i64 to index
    %base = arith.muli %row, %n : index
    %rest = arith.remui %n, %c4 : index
    %aligned = arith.cmpi eq, %rest, %c0 : index
    %mine:2 = scf.if %aligned -> (f32, i32) {
      %best:2 = func.call @best_of_fours(%logits, %base, %n) : (!f, index, index) -> (f32, i32)
      scf.yield %best#0, %best#1 : f32, i32
    } else {
      %best:2 = func.call @best_of_ones(%logits, %base, %n) : (!f, index, index) -> (f32, i32)
      scf.yield %best#0, %best#1 : f32, i32
    }
    %warps:2 = func.call @warp_best(%mine#0, %mine#1) : (f32, i32) -> (f32, i32)
    %is_first = arith.cmpi eq, %lane, %c0 : index
    scf.if %is_first {
      memref.store %warps#0, %bests[%warp] : !shared
      memref.store %warps#1, %places[%warp] : !shared_i32
    }
    gpu.barrier
    %first_warp = arith.cmpi eq, %warp, %c0 : index
    scf.if %first_warp {
      %x = memref.load %bests[%lane] : !shared
      %i = memref.load %places[%lane] : !shared_i32
      %best:2 = func.call @warp_best(%x, %i) : (f32, i32) -> (f32, i32)
      scf.if %is_first {
        %nothing = arith.cmpi eq, %best#1, %none : i32
        %index = arith.select %nothing, %zero, %best#1 : i32
        memref.store %index, %next[%row] : !i
      }
    }
    gpu.return
  }
}
