// The step's new rows of offloaded layers, from their slots on the device to their pages in pinned host memory, which the kernel writes directly. A row of
// a pool is K[d] then V[d]; those on the host lie |page_stride| rows apart. A block of 64 threads a row of the call and KV head, 8 numbers a thread.
//
// |slots| and |pages| are the deepest layer's; the blocks of y are of layers, each shallower than the one before: its slots lie |layer_rows| rows before, its rows on the host one row.

!elem = f32
#d = 64 : index
!pool = memref<1099511627776x!elem, 1>
!i = memref<1099511627776xi32, 1>
!stored = vector<8x!elem>

gpu.module @kernels {
  gpu.func @kv_scatter(%slots: !pool, %append_slot_rows: !i, %pages: !pool, %append_rows: !i, %Hkv: i64, %page_stride: i64, %layer_rows: i64) kernel
      attributes {known_block_size = array<i32: 64, 1, 1>} {
    %c2 = arith.constant 2 : index
    %c8 = arith.constant 8 : index
    %c512 = arith.constant 512 : index
    %d = arith.constant #d
    %head = gpu.block_id x
    %above = gpu.block_id y
    %row = gpu.block_id z
    %thread = gpu.thread_id x
    %kv_heads = arith.index_cast %Hkv : i64 to index
    %stride = arith.muli %d, %c2 : index
    %row_heads = arith.muli %row, %kv_heads : index
    %row_head = arith.addi %row_heads, %head : index
    %slot_row_i32 = memref.load %append_slot_rows[%row_head] : !i
    %deepest_slot_row = arith.index_cast %slot_row_i32 : i32 to index
    %slots_between = arith.index_cast %layer_rows : i64 to index
    %slots_before = arith.muli %above, %slots_between : index
    %slot_row = arith.subi %deepest_slot_row, %slots_before : index
    %page_row_i32 = memref.load %append_rows[%row_head] : !i
    %page_row = arith.index_cast %page_row_i32 : i32 to index
    %from = arith.muli %slot_row, %stride : index
    %page_rows = arith.index_cast %page_stride : i64 to index
    %deepest_to_row = arith.muli %page_row, %page_rows : index
    %to_row = arith.subi %deepest_to_row, %above : index
    %to = arith.muli %to_row, %stride : index
    %first = arith.muli %thread, %c8 : index
    scf.for %i = %first to %stride step %c512 {
      %source = arith.addi %from, %i : index
      %target = arith.addi %to, %i : index
      %value = vector.load %slots[%source] {alignment = 16} : !pool, !stored
      vector.store %value, %pages[%target] {alignment = 16} : !pool, !stored
    }
    gpu.return
  }
}
