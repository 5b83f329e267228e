// kv_gather for GPUs with bulk copies (sm_90 on): arguments and result are the same. The copy engine of a multiprocessor brings a row to shared memory and takes it to
// its slots; the threads only say which. Loads of threads from host memory, a microsecond or two each, would stand in the way of the loads of whatever else runs
// on the multiprocessor; these do not pass there, so that layers are computed beside it at nearly their own speed.
//
// Two warps a block, each for itself. A warp takes its part of each list in pieces of some entries that fit a stage, of an entry the rows of all layers, which lie side by side in host
// memory; what is longer than a stage comes in several pieces. A ring of stages in shared memory holds the pieces on their way: three quarters of it those that come, the
// rest those that go on to their slots. So what a warp waits for was asked for long before. Pieces are numbered through all lists of a warp.

!elem = f32
#d = 64 : index
!pool = memref<1099511627776x!elem, 1>
!i = memref<1099511627776xi32, 1>
!stages = memref<32768xi8, #gpu.address_space<workgroup>>
!barriers = memref<16xi64, #gpu.address_space<workgroup>>
// What a stage holds: the slots of its entries, and [stage][entries, layers of each, the first of them].
!slots_of = memref<128xi32, #gpu.address_space<workgroup>>
!contents = memref<48xi32, #gpu.address_space<workgroup>>

gpu.module @kernels {
  func.func private @lane() -> i32
  func.func private @mark_copying(!i, i32)
  func.func private @warp() -> i32
  func.func private @begin_of(i32, index, index) -> i32

  // Bytes of a row of one layer: K[d] then V[d].
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

  // Of stages of 2^|log| bytes, 16 KiB a warp, the one that |piece| is in.
  func.func private @stage_of(%piece: i32, %log: i32) -> i32 {
    %c1 = arith.constant 1 : i32
    %c14 = arith.constant 14 : i32
    %log_count = arith.subi %c14, %log : i32
    %count = arith.shli %c1, %log_count : i32
    %mask = arith.subi %count, %c1 : i32
    %its = arith.andi %piece, %mask : i32
    %warp = func.call @warp() : () -> i32
    %first = arith.shli %warp, %log_count : i32
    %stage = arith.addi %first, %its : i32
    return %stage : i32
  }

  func.func private @slot_index(%stage: i32, %entry: i32) -> index {
    %c3 = arith.constant 3 : i32
    %first = arith.shli %stage, %c3 : i32
    %at_i32 = arith.addi %first, %entry : i32
    %at = arith.index_castui %at_i32 : i32 to index
    return %at : index
  }

  func.func private @contents_index(%stage: i32, %what: index) -> index {
    %c3 = arith.constant 3 : index
    %stage_index = arith.index_castui %stage : i32 to index
    %first = arith.muli %stage_index, %c3 : index
    %at = arith.addi %first, %what : index
    return %at : index
  }

  // Waits until |piece| is in shared memory and starts the copies of its rows to their slots.
  func.func private @finish(%stages: i32, %barriers: i32, %slots_of: !slots_of, %contents: !contents, %log: i32, %piece: i32, %slots: i64, %layer_rows: i64) {
    %index_0 = arith.constant 0 : index
    %index_1 = arith.constant 1 : index
    %index_2 = arith.constant 2 : index
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c3 = arith.constant 3 : i32
    %c14 = arith.constant 14 : i32
    %c32 = arith.constant 32 : i32
    %stage = func.call @stage_of(%piece, %log) : (i32, i32) -> i32
    %barrier_at = arith.shli %stage, %c3 : i32
    %barrier = arith.addi %barriers, %barrier_at : i32
    %log_count = arith.subi %c14, %log : i32
    %round = arith.shrui %piece, %log_count : i32
    %parity = arith.andi %round, %c1 : i32
    scf.while : () -> () {
      %done = llvm.inline_asm has_side_effects
          "{ .reg .pred p; mbarrier.try_wait.parity.shared.b64 p, [$1], $2; selp.b32 $0, 1, 0, p; }", "=r,r,r,~{memory}" %barrier, %parity : (i32, i32) -> i32
      %again = arith.cmpi eq, %done, %c0 : i32
      scf.condition(%again)
    } do {
      scf.yield
    }
    %entries_at = func.call @contents_index(%stage, %index_0) : (i32, index) -> index
    %layers_at = func.call @contents_index(%stage, %index_1) : (i32, index) -> index
    %first_layer_at = func.call @contents_index(%stage, %index_2) : (i32, index) -> index
    %entries = memref.load %contents[%entries_at] : !contents
    %layers = memref.load %contents[%layers_at] : !contents
    %first_layer = memref.load %contents[%first_layer_at] : !contents
    %rows = arith.muli %entries, %layers : i32
    %lane = func.call @lane() : () -> i32
    %bytes = func.call @row_bytes() : () -> i32
    %bytes_i64 = arith.extui %bytes : i32 to i64
    %stage_at = arith.shli %stage, %log : i32
    scf.for %row = %lane to %rows step %c32 : i32 {
      %entry = arith.divui %row, %layers : i32
      %its_layer = arith.remui %row, %layers : i32
      %layer = arith.addi %first_layer, %its_layer : i32
      %slot_at = func.call @slot_index(%stage, %entry) : (i32, i32) -> index
      %slot_i32 = memref.load %slots_of[%slot_at] : !slots_of
      %slot = arith.extui %slot_i32 : i32 to i64
      %layer_i64 = arith.extui %layer : i32 to i64
      %slots_before = arith.muli %layer_i64, %layer_rows : i64
      %slot_row = arith.addi %slots_before, %slot : i64
      %to_offset = arith.muli %slot_row, %bytes_i64 : i64
      %to = arith.addi %slots, %to_offset : i64
      %row_at = arith.muli %row, %bytes : i32
      %in_stages = arith.addi %stage_at, %row_at : i32
      %from = arith.addi %stages, %in_stages : i32
      llvm.inline_asm has_side_effects "cp.async.bulk.global.shared::cta.bulk_group [$0], [$1], $2;", "l,r,r,~{memory}" %to, %from, %bytes : (i64, i32, i32) -> ()
    }
    llvm.inline_asm has_side_effects "cp.async.bulk.commit_group;", "~{memory}" : () -> ()
    return
  }

  gpu.func @kv_gather_bulk(%pages: !pool, %page_table: !i, %sequences: !i, %load_tokens: !i, %load_slots: !i, %load_count: !i, %slots: !pool, %N: i64,
                           %max_pages: i64, %page_tokens: i64, %Hkv: i64, %T: i64, %host_stride: i64, %layers: i64, %layer_rows: i64, %copying: !i, %from_row: i64)
      workgroup(%stage_memory: !stages {llvm.align = 128 : i64}, %barrier_memory: !barriers, %slots_of: !slots_of, %contents: !contents)
      kernel attributes {known_block_size = array<i32: 64, 1, 1>, spc.blocks = 16} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %i0 = arith.constant 0 : i32
    %i_minus_1 = arith.constant -1 : i32
    %i1 = arith.constant 1 : i32
    %i3 = arith.constant 3 : i32
    %i6 = arith.constant 6 : i32
    %i8 = arith.constant 8 : i32
    %i11 = arith.constant 11 : i32
    %i12 = arith.constant 12 : i32
    %i16 = arith.constant 16 : i32
    %i31 = arith.constant 31 : i32
    %i32 = arith.constant 32 : i32
    %k2 = arith.constant 2048 : i32
    %all_lanes = arith.constant -1 : i32
    %warp_i32 = func.call @warp() : () -> i32
    %lane = func.call @lane() : () -> i32
    %warp = arith.index_cast %warp_i32 : i32 to index
    %block = gpu.block_id x
    %blocks = gpu.grid_dim x
    %first_part = arith.muli %block, %c2 : index
    %part = arith.addi %first_part, %warp : index
    %parts = arith.muli %blocks, %c2 : index
    %next_part = arith.addi %part, %c1 : index
    %head = gpu.block_id y
    %list_size = arith.index_cast %N : i64 to index
    %table_stride = arith.index_cast %max_pages : i64 to index
    %page = arith.trunci %page_tokens : i64 to i32
    %kv_heads_i32 = arith.trunci %Hkv : i64 to i32
    %head_i32 = arith.index_cast %head : index to i32
    %kv_heads = arith.index_cast %Hkv : i64 to index
    %begin_row = arith.index_cast %from_row : i64 to index
    %row_count = arith.index_cast %T : i64 to index
    %end_row = arith.addi %begin_row, %row_count : index
    %layers_i32 = arith.trunci %layers : i64 to i32
    %bytes = func.call @row_bytes() : () -> i32
    %bytes_i64 = arith.extui %bytes : i32 to i64
    %host_row_bytes = arith.muli %host_stride, %bytes_i64 : i64
    // Stages of 2 KiB hold up to 8 entries; of a longer one, stages of 4 KiB hold as many layers as they can.
    %entry_bytes = arith.muli %layers_i32, %bytes : i32
    %fits = arith.cmpi ule, %entry_bytes, %k2 : i32
    %log = arith.select %fits, %i11, %i12 : i32
    %stage_bytes = arith.shli %i1, %log : i32
    %rows_that_fit = arith.divui %stage_bytes, %bytes : i32
    %piece_layers = arith.minui %rows_that_fit, %layers_i32 : i32
    %entries_that_fit = arith.divui %rows_that_fit, %piece_layers : i32
    %piece_entries = arith.minui %entries_that_fit, %i8 : i32
    // Pieces that are asked for before the first of them is waited for.
    %ahead = arith.select %fits, %i6, %i3 : i32
    %pages_base = memref.extract_aligned_pointer_as_index %pages : !pool -> index
    %pages_at = arith.index_cast %pages_base : index to i64
    %slots_base = memref.extract_aligned_pointer_as_index %slots : !pool -> index
    %slots_at = arith.index_cast %slots_base : index to i64
    %stages_base = memref.extract_aligned_pointer_as_index %stage_memory : !stages -> index
    %stages = arith.index_cast %stages_base : index to i32
    %barriers_base = memref.extract_aligned_pointer_as_index %barrier_memory : !barriers -> index
    %barriers = arith.index_cast %barriers_base : index to i32
    %is_first = arith.cmpi eq, %lane, %i0 : i32
    %thread_index = gpu.thread_id x
    %thread = arith.index_cast %thread_index : index to i32
    %initialises = arith.cmpi ult, %thread, %i16 : i32
    scf.if %initialises {
      %its_barrier_at = arith.shli %thread, %i3 : i32
      %its_barrier = arith.addi %barriers, %its_barrier_at : i32
      llvm.inline_asm has_side_effects "mbarrier.init.shared.b64 [$0], $1; fence.proxy.async;", "r,r,~{memory}" %its_barrier, %i1 : (i32, i32) -> ()
    }
    gpu.barrier
    func.call @mark_copying(%copying, %i1) : (!i, i32) -> ()
    %pieces = scf.for %row = %begin_row to %end_row step %c1 iter_args(%row_piece = %i0) -> (i32) {
      %row_heads = arith.muli %row, %kv_heads : index
      %row_head = arith.addi %row_heads, %head : index
      %list = arith.muli %row_head, %list_size : index
      %n = memref.load %load_count[%row_head] : !i
      %sequence_i32 = memref.load %sequences[%row] : !i
      %sequence = arith.index_cast %sequence_i32 : i32 to index
      %table_row = arith.muli %sequence, %table_stride : index
      %sequence_heads = arith.muli %sequence, %kv_heads : index
      %sequence_head = arith.addi %sequence_heads, %head : index
      %first_slot_index = arith.muli %sequence_head, %list_size : index
      %first_slot = arith.index_castui %first_slot_index : index to i32
      %begin = func.call @begin_of(%n, %part, %parts) : (i32, index, index) -> i32
      %end = func.call @begin_of(%n, %next_part, %parts) : (i32, index, index) -> i32
      %list_pieces = scf.for %k = %begin to %end step %i32 iter_args(%chunk_piece = %row_piece) -> (i32) : i32 {
        // Lane i looks up the i-th of 32 entries.
        %left = arith.subi %end, %k : i32
        %chunk = arith.minui %left, %i32 : i32
        %last_lane = arith.subi %chunk, %i1 : i32
        %its_lane = arith.minui %lane, %last_lane : i32
        %entry_i32 = arith.addi %k, %its_lane : i32
        %entry = arith.index_castui %entry_i32 : i32 to index
        %at = arith.addi %list, %entry : index
        %token = memref.load %load_tokens[%at] : !i
        %slot = memref.load %load_slots[%at] : !i
        %page_of_token = arith.divui %token, %page : i32
        %in_page = arith.remui %token, %page : i32
        %page_index = arith.index_castui %page_of_token : i32 to index
        %table_at = arith.addi %table_row, %page_index : index
        %pool_page = memref.load %page_table[%table_at] : !i
        %page_heads = arith.muli %pool_page, %kv_heads_i32 : i32
        %page_head = arith.addi %page_heads, %head_i32 : i32
        %page_row = arith.muli %page_head, %page : i32
        %looked_up_row = arith.addi %page_row, %in_page : i32
        %looked_up_slot = arith.addi %first_slot, %slot : i32
        %chunk_pieces = scf.for %i = %i0 to %chunk step %piece_entries iter_args(%entry_piece = %chunk_piece) -> (i32) : i32 {
          // Lane i asks for the i-th entry of the piece.
          %entries_left = arith.subi %chunk, %i : i32
          %entries = arith.minui %entries_left, %piece_entries : i32
          %asks = arith.cmpi ult, %lane, %entries : i32
          %any_source = arith.addi %i, %lane : i32
          %source = arith.minui %any_source, %i31 : i32
          %host_row_i32, %valid_row = gpu.shuffle idx %looked_up_row, %source, %i32 : i32
          %slot_row, %valid_slot = gpu.shuffle idx %looked_up_slot, %source, %i32 : i32
          %host_row = arith.extui %host_row_i32 : i32 to i64
          %from_offset = arith.muli %host_row, %host_row_bytes : i64
          %from_entry = arith.addi %pages_at, %from_offset : i64
          %entry_pieces = scf.for %layer = %i0 to %layers_i32 step %piece_layers iter_args(%piece = %entry_piece) -> (i32) : i32 {
            %layers_left = arith.subi %layers_i32, %layer : i32
            %its_layers = arith.minui %layers_left, %piece_layers : i32
            %its_bytes = arith.muli %its_layers, %bytes : i32
            %stage = func.call @stage_of(%piece, %log) : (i32, i32) -> i32
            %barrier_at = arith.shli %stage, %i3 : i32
            %barrier = arith.addi %barriers, %barrier_at : i32
            // The stage's last piece has gone when none (4 KiB), or none but the last, of those that go is still being read.
            scf.if %fits {
              llvm.inline_asm has_side_effects "cp.async.bulk.wait_group.read 1;", "~{memory}" : () -> ()
            } else {
              llvm.inline_asm has_side_effects "cp.async.bulk.wait_group.read 0;", "~{memory}" : () -> ()
            }
            nvvm.bar.warp.sync %all_lanes : i32
            scf.if %is_first {
              %piece_bytes = arith.muli %entries, %its_bytes : i32
              llvm.inline_asm has_side_effects "mbarrier.arrive.expect_tx.shared.b64 _, [$0], $1;", "r,r,~{memory}" %barrier, %piece_bytes : (i32, i32) -> ()
              %entries_at = func.call @contents_index(%stage, %c0) : (i32, index) -> index
              %layers_at = func.call @contents_index(%stage, %c1) : (i32, index) -> index
              %first_layer_at = func.call @contents_index(%stage, %c2) : (i32, index) -> index
              memref.store %entries, %contents[%entries_at] : !contents
              memref.store %its_layers, %contents[%layers_at] : !contents
              memref.store %layer, %contents[%first_layer_at] : !contents
            }
            scf.if %asks {
              %stage_at = arith.shli %stage, %log : i32
              %entry_at = arith.muli %lane, %its_bytes : i32
              %in_stages = arith.addi %stage_at, %entry_at : i32
              %to = arith.addi %stages, %in_stages : i32
              %layer_i64 = arith.extui %layer : i32 to i64
              %rows_before = arith.muli %layer_i64, %bytes_i64 : i64
              %from = arith.addi %from_entry, %rows_before : i64
              llvm.inline_asm has_side_effects
                  "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [$0], [$1], $2, [$3];", "r,l,r,r,~{memory}"
                  %to, %from, %its_bytes, %barrier : (i32, i64, i32, i32) -> ()
              %slot_at = func.call @slot_index(%stage, %lane) : (i32, i32) -> index
              memref.store %slot_row, %slots_of[%slot_at] : !slots_of
            }
            nvvm.bar.warp.sync %all_lanes : i32
            %enough = arith.cmpi uge, %piece, %ahead : i32
            scf.if %enough {
              %finished = arith.subi %piece, %ahead : i32
              func.call @finish(%stages, %barriers, %slots_of, %contents, %log, %finished, %slots_at, %layer_rows)
                  : (i32, i32, !slots_of, !contents, i32, i32, i64, i64) -> ()
            }
            %next = arith.addi %piece, %i1 : i32
            scf.yield %next : i32
          }
          scf.yield %entry_pieces : i32
        }
        scf.yield %chunk_pieces : i32
      }
      scf.yield %list_pieces : i32
    }
    // The next group's prefetch may begin to ask when this one has done so.
    nvvm.griddepcontrol launch_dependents
    %more = arith.cmpi ugt, %pieces, %ahead : i32
    %all_but = arith.subi %pieces, %ahead : i32
    %first_left = arith.select %more, %all_but, %i0 : i32
    scf.for %piece = %first_left to %pieces step %i1 : i32 {
      func.call @finish(%stages, %barriers, %slots_of, %contents, %log, %piece, %slots_at, %layer_rows)
          : (i32, i32, !slots_of, !contents, i32, i32, i64, i64) -> ()
    }
    // Shared memory must outlive what is read from it.
    llvm.inline_asm has_side_effects "cp.async.bulk.wait_group 0;", "~{memory}" : () -> ()
    gpu.barrier
    func.call @mark_copying(%copying, %i_minus_1) : (!i, i32) -> ()
    nvvm.griddepcontrol wait
    gpu.return
  }
}
