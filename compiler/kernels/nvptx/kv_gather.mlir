// Elastic loading: copies the rows in load_tokens from pages in pinned host memory, which the kernel reads directly, to their slots on the device. A row of a
// pool is K[d] then V[d]; 2d/8 threads copy one, 4 rows in flight. 256 threads; the blocks of grid x divide what each of the call's T rows loads. They do not grow in
// number with T: more would not be faster, the link is the limit, but would hold up the kernels beside them on more multiprocessors.
//
// |layers| layers are loaded at once: in host memory their rows of a token and head follow one another, every |host_stride| rows; in slots a layer's lie |layer_rows|
// rows behind those of the layer before. An item is a row of one of them.

!elem = f32
#d = 64 : index
!pool = memref<1099511627776x!elem, 1>
!i = memref<1099511627776xi32, 1>
!stored = vector<8x!elem>
!rows = memref<4xvector<8x!elem>>
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  gpu.func @kv_gather(%pages: !pool, %page_table: !i, %sequences: !i, %load_tokens: !i, %load_slots: !i, %load_count: !i, %slots: !pool, %N: i64,
                      %max_pages: i64, %page_tokens: i64, %Hkv: i64, %T: i64, %host_stride: i64, %layers: i64, %layer_rows: i64, %copying: !i, %from_row: i64) kernel attributes {known_block_size = array<i32: 256, 1, 1>, spc.blocks = 32} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c256 = arith.constant 256 : index
    %d = arith.constant #d
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
    %begin_row = arith.index_cast %from_row : i64 to index
    %row_count = arith.index_cast %T : i64 to index
    %end_row = arith.addi %begin_row, %row_count : index
    %pool_stride = arith.index_cast %host_stride : i64 to index
    %layer_count = arith.index_cast %layers : i64 to index
    %layers_i32 = arith.trunci %layers : i64 to i32
    %slots_stride = arith.index_cast %layer_rows : i64 to index
    %stride = arith.muli %d, %c2 : index
    %lanes = arith.divui %stride, %c8 : index
    %groups = arith.divui %c256, %lanes : index
    %part = arith.remui %thread, %lanes : index
    %which = arith.divui %thread, %lanes : index
    %column = arith.muli %part, %c8 : index
    %block_groups = arith.muli %block, %groups : index
    %group = arith.addi %block_groups, %which : index
    %first = arith.muli %group, %c4 : index
    %all_groups = arith.muli %blocks, %groups : index
    %step = arith.muli %all_groups, %c4 : index
    %rows = memref.alloca() : !rows
    scf.for %row = %begin_row to %end_row step %c1 {
      %row_heads = arith.muli %row, %kv_heads : index
      %row_head = arith.addi %row_heads, %head : index
      %list = arith.muli %row_head, %list_size : index
      %n_i32 = memref.load %load_count[%row_head] : !i
      %loads = arith.index_cast %n_i32 : i32 to index
      %n = arith.muli %loads, %layer_count : index
      %last = arith.subi %n, %c1 : index
      %sequence_i32 = memref.load %sequences[%row] : !i
      %sequence = arith.index_cast %sequence_i32 : i32 to index
      %table_row = arith.muli %sequence, %table_stride : index
      %sequence_heads = arith.muli %sequence, %kv_heads : index
      %sequence_head = arith.addi %sequence_heads, %head : index
      %first_slot = arith.muli %sequence_head, %list_size : index
      scf.for %k = %first to %n step %step {
        scf.for %j = %c0 to %c4 step %c1 {
          %any = arith.addi %k, %j : index
          %item = arith.minui %any, %last : index
          // In 32 bits, which rows of a pool fit: division is slow in 64.
          %item_i32 = arith.index_castui %item : index to i32
          %entry_i32 = arith.divui %item_i32, %layers_i32 : i32
          %layer_i32 = arith.remui %item_i32, %layers_i32 : i32
          %entry = arith.index_castui %entry_i32 : i32 to index
          %layer = arith.index_castui %layer_i32 : i32 to index
          %at = arith.addi %list, %entry : index
          %token_i32 = memref.load %load_tokens[%at] : !i
          %page_of_token = arith.divui %token_i32, %page : i32
          %in_page = arith.remui %token_i32, %page : i32
          %page_index = arith.index_castui %page_of_token : i32 to index
          %table_at = arith.addi %table_row, %page_index : index
          %pool_page = memref.load %page_table[%table_at] : !i
          %page_heads = arith.muli %pool_page, %kv_heads_i32 : i32
          %page_head = arith.addi %page_heads, %head_i32 : i32
          %page_row = arith.muli %page_head, %page : i32
          %pool_row_i32 = arith.addi %page_row, %in_page : i32
          %pool_row = arith.index_castui %pool_row_i32 : i32 to index
          %first_layer = arith.muli %pool_row, %pool_stride : index
          %host_row = arith.addi %first_layer, %layer : index
          %host_row_at = arith.muli %host_row, %stride : index
          %from = arith.addi %host_row_at, %column : index
          %value = vector.load %pages[%from] {alignment = 16} : !pool, !stored
          memref.store %value, %rows[%j] : !rows
        } {llvm.loop_annotation = #unroll}
        scf.for %j = %c0 to %c4 step %c1 {
          %item = arith.addi %k, %j : index
          %inside = arith.cmpi ult, %item, %n : index
          scf.if %inside {
            %item_i32 = arith.index_castui %item : index to i32
            %entry_i32 = arith.divui %item_i32, %layers_i32 : i32
            %layer_i32 = arith.remui %item_i32, %layers_i32 : i32
            %entry = arith.index_castui %entry_i32 : i32 to index
            %layer = arith.index_castui %layer_i32 : i32 to index
            %at = arith.addi %list, %entry : index
            %slot_i32 = memref.load %load_slots[%at] : !i
            %slot = arith.index_cast %slot_i32 : i32 to index
            %first_layer = arith.addi %first_slot, %slot : index
            %before = arith.muli %layer, %slots_stride : index
            %slot_row = arith.addi %first_layer, %before : index
            %to_row = arith.muli %slot_row, %stride : index
            %to = arith.addi %to_row, %column : index
            %value = memref.load %rows[%j] : !rows
            vector.store %value, %slots[%to] {alignment = 16} : !pool, !stored
          }
        } {llvm.loop_annotation = #unroll}
      }
    }
    gpu.return
  }
}
