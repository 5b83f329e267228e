// kv_gather for GPUs with bulk copies (sm_90 on): arguments and result are the same. The copy engine of a multiprocessor brings a row to shared memory and takes it to
// its slot; the threads only say which. Loads of threads from host memory, a microsecond or two each, would stand in the way of the loads of whatever else runs
// on the multiprocessor; these do not pass there, so that layers are computed beside it at nearly their own speed.
//
// 32 threads. A batch is up to 32 rows of one list and all layers, of at most 8 KiB, thread i has row i; four batches have a stage of shared memory each. A batch is copied on to its
// slots when three later ones have been asked for. A thread's part of a stage is used by no other thread. Batches are numbered through all lists of a block.

!elem = f32
#d = 64 : index
!pool = memref<1099511627776x!elem, 1>
!i = memref<1099511627776xi32, 1>
!stages = memref<32768xi8, #gpu.address_space<workgroup>>
!barriers = memref<4xi64, #gpu.address_space<workgroup>>

gpu.module @kernels {
  // Bytes of a row: K[d] then V[d].
  func.func private @row_bytes() -> i32 {
    %null = llvm.mlir.zero : !llvm.ptr
    %c2 = arith.constant 2 : i32
    %d_index = arith.constant #d
    %d = arith.index_cast %d_index : index to i32
    %next = llvm.getelementptr %null[1] : (!llvm.ptr) -> !llvm.ptr, !elem
    %size_i64 = llvm.ptrtoint %next : !llvm.ptr to i64
    %size = arith.trunci %size_i64 : i64 to i32
    %numbers = arith.muli %d, %c2 : i32
    %bytes = arith.muli %numbers, %size : i32
    return %bytes : i32
  }

  func.func private @stage_of(%batch: i32) -> i32 {
    %c3 = arith.constant 3 : i32
    %stage = arith.andi %batch, %c3 : i32
    return %stage : i32
  }

  // Where the thread's row of |batch| is in shared memory.
  func.func private @row_in_stage(%stages: i32, %batch: i32) -> i32 {
    %stage_bytes = arith.constant 8192 : i32
    %bytes = func.call @row_bytes() : () -> i32
    %stage = func.call @stage_of(%batch) : (i32) -> i32
    %thread_index = gpu.thread_id x
    %thread = arith.index_cast %thread_index : index to i32
    %stage_at = arith.muli %stage, %stage_bytes : i32
    %row_at = arith.muli %thread, %bytes : i32
    %in_stages = arith.addi %stage_at, %row_at : i32
    %at = arith.addi %stages, %in_stages : i32
    return %at : i32
  }

  func.func private @barrier_of(%barriers: i32, %batch: i32) -> i32 {
    %c3 = arith.constant 3 : i32
    %stage = func.call @stage_of(%batch) : (i32) -> i32
    %offset = arith.shli %stage, %c3 : i32
    %at = arith.addi %barriers, %offset : i32
    return %at : i32
  }

  // Waits until |batch| is in shared memory and starts the copy of the thread's row of it to |slot|, unless that is null. Batches below 0 are none.
  func.func private @finish(%stages: i32, %barriers: i32, %batch: i32, %slot: i64) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %null = arith.constant 0 : i64
    %exists = arith.cmpi sge, %batch, %c0 : i32
    scf.if %exists {
      %barrier = func.call @barrier_of(%barriers, %batch) : (i32, i32) -> i32
      %round = arith.shrui %batch, %c2 : i32
      %parity = arith.andi %round, %c1 : i32
      scf.while : () -> () {
        %done = llvm.inline_asm has_side_effects
            "{ .reg .pred p; mbarrier.try_wait.parity.shared.b64 p, [$1], $2; selp.b32 $0, 1, 0, p; }", "=r,r,r,~{memory}" %barrier, %parity : (i32, i32) -> i32
        %again = arith.cmpi eq, %done, %c0 : i32
        scf.condition(%again)
      } do {
        scf.yield
      }
      %mine = arith.cmpi ne, %slot, %null : i64
      scf.if %mine {
        %bytes = func.call @row_bytes() : () -> i32
        %from = func.call @row_in_stage(%stages, %batch) : (i32, i32) -> i32
        llvm.inline_asm has_side_effects
            "cp.async.bulk.global.shared::cta.bulk_group [$0], [$1], $2; cp.async.bulk.commit_group;", "l,r,r,~{memory}" %slot, %from, %bytes : (i64, i32, i32) -> ()
      }
    }
    return
  }

  gpu.func @kv_gather_bulk(%pages: !pool, %page_table: !i, %sequences: !i, %load_tokens: !i, %load_slots: !i, %load_count: !i, %slots: !pool, %N: i64,
                           %max_pages: i64, %page_tokens: i64, %Hkv: i64, %T: i64, %host_stride: i64, %layers: i64, %layer_rows: i64)
      workgroup(%stage_memory: !stages {llvm.align = 128 : i64}, %barrier_memory: !barriers) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c32 = arith.constant 32 : index
    %i0 = arith.constant 0 : i32
    %i1 = arith.constant 1 : i32
    %i2 = arith.constant 2 : i32
    %i3 = arith.constant 3 : i32
    %stage_bytes = arith.constant 8192 : i32
    %null = arith.constant 0 : i64
    %warp = arith.constant -1 : i32
    %block = gpu.block_id x
    %blocks = gpu.grid_dim x
    %head = gpu.block_id y
    %thread = gpu.thread_id x
    %list_size = arith.index_cast %N : i64 to index
    %table_stride = arith.index_cast %max_pages : i64 to index
    %page = arith.trunci %page_tokens : i64 to i32
    %kv_heads_i32 = arith.trunci %Hkv : i64 to i32
    %head_i32 = arith.index_cast %head : index to i32
    %kv_heads = arith.index_cast %Hkv : i64 to index
    %call_rows = arith.index_cast %T : i64 to index
    %layer_count = arith.index_cast %layers : i64 to index
    %layers_i32 = arith.trunci %layers : i64 to i32
    %slots_stride = arith.index_cast %layer_rows : i64 to index
    %bytes = func.call @row_bytes() : () -> i32
    %bytes_i64 = arith.extui %bytes : i32 to i64
    %fit_i32 = arith.divui %stage_bytes, %bytes : i32
    %fit = arith.index_cast %fit_i32 : i32 to index
    %batch_rows = arith.minui %fit, %c32 : index
    %first = arith.muli %block, %batch_rows : index
    %step = arith.muli %blocks, %batch_rows : index
    %pages_base = memref.extract_aligned_pointer_as_index %pages : !pool -> index
    %pages_at = arith.index_cast %pages_base : index to i64
    %slots_base = memref.extract_aligned_pointer_as_index %slots : !pool -> index
    %slots_at = arith.index_cast %slots_base : index to i64
    %stages_base = memref.extract_aligned_pointer_as_index %stage_memory : !stages -> index
    %stages = arith.index_cast %stages_base : index to i32
    %barriers_base = memref.extract_aligned_pointer_as_index %barrier_memory : !barriers -> index
    %barriers = arith.index_cast %barriers_base : index to i32
    %is_first = arith.cmpi eq, %thread, %c0 : index
    %initialises = arith.cmpi ult, %thread, %c4 : index
    %thread_i32 = arith.index_cast %thread : index to i32
    scf.if %initialises {
      %barrier = func.call @barrier_of(%barriers, %thread_i32) : (i32, i32) -> i32
      llvm.inline_asm has_side_effects "mbarrier.init.shared.b64 [$0], $1; fence.proxy.async;", "r,r,~{memory}" %barrier, %i1 : (i32, i32) -> ()
    }
    gpu.barrier
    // The number of the next batch, and the slots of the thread's rows of the three before it.
    %batches, %a, %b, %c = scf.for %row = %c0 to %call_rows step %c1
        iter_args(%row_batch = %i0, %row_third = %null, %row_second = %null, %row_last = %null) -> (i32, i64, i64, i64) {
      %row_heads = arith.muli %row, %kv_heads : index
      %row_head = arith.addi %row_heads, %head : index
      %list = arith.muli %row_head, %list_size : index
      %n_i32 = memref.load %load_count[%row_head] : !i
      %loads = arith.index_cast %n_i32 : i32 to index
      %n = arith.muli %loads, %layer_count : index
      %sequence_i32 = memref.load %sequences[%row] : !i
      %sequence = arith.index_cast %sequence_i32 : i32 to index
      %table_row = arith.muli %sequence, %table_stride : index
      %sequence_heads = arith.muli %sequence, %kv_heads : index
      %sequence_head = arith.addi %sequence_heads, %head : index
      %first_slot = arith.muli %sequence_head, %list_size : index
      %list_batches, %list_third, %list_second, %list_last = scf.for %k = %first to %n step %step
          iter_args(%batch = %row_batch, %third = %row_third, %second = %row_second, %last = %row_last) -> (i32, i64, i64, i64) {
        %left = arith.subi %n, %k : index
        %rows = arith.minui %left, %batch_rows : index
        %active = arith.cmpi ult, %thread, %rows : index
        // The stage's last batch has been read from it by now, nearly always: its copies began when the batch before this one was asked for.
        llvm.inline_asm has_side_effects "cp.async.bulk.wait_group.read 0;", "~{memory}" : () -> ()
        // Nobody may be waiting for the stage's last batch any more when this one completes the next phase of its barrier.
        nvvm.bar.warp.sync %warp : i32
        %barrier = func.call @barrier_of(%barriers, %batch) : (i32, i32) -> i32
        scf.if %is_first {
          %rows_i32 = arith.index_cast %rows : index to i32
          %expected = arith.muli %rows_i32, %bytes : i32
          llvm.inline_asm has_side_effects "mbarrier.arrive.expect_tx.shared.b64 _, [$0], $1;", "r,r,~{memory}" %barrier, %expected : (i32, i32) -> ()
        }
        %slot = scf.if %active -> i64 {
          %item = arith.addi %k, %thread : index
          %item_i32 = arith.index_castui %item : index to i32
          %entry_i32 = arith.divui %item_i32, %layers_i32 : i32
          %layer_i32 = arith.remui %item_i32, %layers_i32 : i32
          %entry = arith.index_castui %entry_i32 : i32 to index
          %layer = arith.index_castui %layer_i32 : i32 to index
          %layer_i64 = arith.extui %layer_i32 : i32 to i64
          %at = arith.addi %list, %entry : index
          %token_i32 = memref.load %load_tokens[%at] : !i
          %slot_i32 = memref.load %load_slots[%at] : !i
          %page_of_token = arith.divui %token_i32, %page : i32
          %in_page = arith.remui %token_i32, %page : i32
          %page_index = arith.index_castui %page_of_token : i32 to index
          %table_at = arith.addi %table_row, %page_index : index
          %pool_page = memref.load %page_table[%table_at] : !i
          %page_heads = arith.muli %pool_page, %kv_heads_i32 : i32
          %page_head = arith.addi %page_heads, %head_i32 : i32
          %page_row = arith.muli %page_head, %page : i32
          %pool_row = arith.addi %page_row, %in_page : i32
          %pool_row_i64 = arith.extui %pool_row : i32 to i64
          %first_layer = arith.muli %pool_row_i64, %host_stride : i64
          %host_row = arith.addi %first_layer, %layer_i64 : i64
          %from_offset = arith.muli %host_row, %bytes_i64 : i64
          %from = arith.addi %pages_at, %from_offset : i64
          %to = func.call @row_in_stage(%stages, %batch) : (i32, i32) -> i32
          llvm.inline_asm has_side_effects
              "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [$0], [$1], $2, [$3];", "r,l,r,r,~{memory}"
              %to, %from, %bytes, %barrier : (i32, i64, i32, i32) -> ()
          %slot_index = arith.index_cast %slot_i32 : i32 to index
          %slots_before = arith.muli %layer, %slots_stride : index
          %first_row = arith.addi %first_slot, %slots_before : index
          %slot_row = arith.addi %first_row, %slot_index : index
          %slot_row_i64 = arith.index_cast %slot_row : index to i64
          %to_offset = arith.muli %slot_row_i64, %bytes_i64 : i64
          %slot_at = arith.addi %slots_at, %to_offset : i64
          scf.yield %slot_at : i64
        } else {
          scf.yield %null : i64
        }
        %finished = arith.subi %batch, %i3 : i32
        func.call @finish(%stages, %barriers, %finished, %third) : (i32, i32, i32, i64) -> ()
        %next = arith.addi %batch, %i1 : i32
        scf.yield %next, %second, %last, %slot : i32, i64, i64, i64
      }
      scf.yield %list_batches, %list_third, %list_second, %list_last : i32, i64, i64, i64
    }
    %third_last = arith.subi %batches, %i3 : i32
    %second_last = arith.subi %batches, %i2 : i32
    %last_batch = arith.subi %batches, %i1 : i32
    func.call @finish(%stages, %barriers, %third_last, %a) : (i32, i32, i32, i64) -> ()
    func.call @finish(%stages, %barriers, %second_last, %b) : (i32, i32, i32, i64) -> ()
    func.call @finish(%stages, %barriers, %last_batch, %c) : (i32, i32, i32, i64) -> ()
    // Shared memory must outlive what is read from it.
    llvm.inline_asm has_side_effects "cp.async.bulk.wait_group 0;", "~{memory}" : () -> ()
    gpu.return
  }
}
