// attend_prefill for Hopper's own tensor core instructions (wgmma, sm_90a), which multiply from shared memory and while the threads do something else: heads of
// 128 numbers of one 16-bit type. After FlashAttention-3 (Shah et al., 2024). |scale| is positive.
//
// A block of two warpgroups of 128 threads has 128 rows of one query head, a warpgroup 64 of them. The keys come in tiles of 128, copied (cp.async) to shared
// memory one tile ahead. A step multiplies the probabilities of one tile with its V and, at the same time, q with the K of the next, whose softmax is done while
// the former product is still being made. The order of blocks is attend_prefill's.
//
// Fragments are those of mma.m16n8k16 (attend_prefill): a warp of the group has 16 of its rows. Shared memory has panels of 64 numbers (128 bytes) of d, rows of
// q, K or V one after the other, 16-byte chunk c of row r at place c xor r % 8: the 128-byte swizzle of the descriptors.

!act = bf16
!elem = bf16
#d = 128 : index
#group = 4 : index
#kv_heads = 2 : index
#page = 64 : index
!q = memref<1099511627776x!act, 1>
!pool = memref<1099511627776x!elem, 1>
!i = memref<1099511627776xi32, 1>
!pair = vector<2x!act>
!quad = vector<4xf32>
!a = vector<4xi32>
!per_row = memref<2xf32>              // [upper, lower]
!operands = memref<8xvector<4xi32>>  // probabilities as operands: [16 keys]
!acc = !llvm.struct<(f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32)>
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  func.func private @pair(i1, f32, f32) -> i32

  // Queries, two stages of K, two of V: 32 KiB each. A panel has 16.
  llvm.mlir.global external @attend_prefill_wgmma_shared() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>

  func.func private @shared(%offset: i32) -> !llvm.ptr<3> {
    %base = llvm.mlir.addressof @attend_prefill_wgmma_shared : !llvm.ptr<3>
    %at = llvm.getelementptr %base[%offset] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
    return %at : !llvm.ptr<3>
  }

  func.func private @thread() -> i32 {
    %thread_index = gpu.thread_id x
    %thread = arith.index_cast %thread_index : index to i32
    return %thread : i32
  }

  func.func private @is_bf16() -> i1 {
    %one = arith.constant 1.0 : !elem
    %bits = arith.bitcast %one : !elem to i16
    %bf16_one = arith.constant 0x3F80 : i16
    %is_bf16 = arith.cmpi eq, %bits, %bf16_one : i16
    return %is_bf16 : i1
  }

  func.func private @exp2(%x: f32) -> f32 {
    %y = llvm.inline_asm "ex2.approx.ftz.f32 $0, $1;", "=f,f" %x : (f32) -> f32
    return %y : f32
  }

  // Describes a matrix in shared memory to wgmma (PTX ISA, "matrix descriptor"): address, bytes between panels, between groups of 8 rows, all / 16; 128-byte swizzle.
  func.func private @descriptor(%offset: i32) -> i64 {
    %address_bits = arith.constant 0x3FFFF : i64
    %four = arith.constant 4 : i64
    %fields = arith.constant 0x4000004004000000 : i64  // swizzle 1 << 62, 1024 / 16 << 32, 16384 / 16 << 16
    %at = func.call @shared(%offset) : (i32) -> !llvm.ptr<3>
    %address = llvm.ptrtoint %at : !llvm.ptr<3> to i64
    %low = arith.andi %address, %address_bits : i64
    %units = arith.shrui %low, %four : i64
    %descriptor = arith.ori %units, %fields : i64
    return %descriptor : i64
  }

  func.func private @quad_at(%values: !llvm.ptr, %i: i32) -> !llvm.ptr {
    %at = llvm.getelementptr %values[%i] : (!llvm.ptr, i32) -> !llvm.ptr, vector<4xf32>
    return %at : !llvm.ptr
  }

  // acc = (acc, unless %accumulate is 0) + 64 rows of q . 128 keys, over 16 of d: both as descriptors of shared memory.
  func.func private @multiply_keys(%acc: !llvm.ptr, %q: i64, %k: i64, %accumulate: i32) {
    %old = llvm.load %acc : !llvm.ptr -> !acc
    %x0 = llvm.extractvalue %old[0] : !acc  %x1 = llvm.extractvalue %old[1] : !acc  %x2 = llvm.extractvalue %old[2] : !acc
    %x3 = llvm.extractvalue %old[3] : !acc  %x4 = llvm.extractvalue %old[4] : !acc  %x5 = llvm.extractvalue %old[5] : !acc
    %x6 = llvm.extractvalue %old[6] : !acc  %x7 = llvm.extractvalue %old[7] : !acc  %x8 = llvm.extractvalue %old[8] : !acc
    %x9 = llvm.extractvalue %old[9] : !acc  %x10 = llvm.extractvalue %old[10] : !acc  %x11 = llvm.extractvalue %old[11] : !acc
    %x12 = llvm.extractvalue %old[12] : !acc  %x13 = llvm.extractvalue %old[13] : !acc  %x14 = llvm.extractvalue %old[14] : !acc
    %x15 = llvm.extractvalue %old[15] : !acc  %x16 = llvm.extractvalue %old[16] : !acc  %x17 = llvm.extractvalue %old[17] : !acc
    %x18 = llvm.extractvalue %old[18] : !acc  %x19 = llvm.extractvalue %old[19] : !acc  %x20 = llvm.extractvalue %old[20] : !acc
    %x21 = llvm.extractvalue %old[21] : !acc  %x22 = llvm.extractvalue %old[22] : !acc  %x23 = llvm.extractvalue %old[23] : !acc
    %x24 = llvm.extractvalue %old[24] : !acc  %x25 = llvm.extractvalue %old[25] : !acc  %x26 = llvm.extractvalue %old[26] : !acc
    %x27 = llvm.extractvalue %old[27] : !acc  %x28 = llvm.extractvalue %old[28] : !acc  %x29 = llvm.extractvalue %old[29] : !acc
    %x30 = llvm.extractvalue %old[30] : !acc  %x31 = llvm.extractvalue %old[31] : !acc  %x32 = llvm.extractvalue %old[32] : !acc
    %x33 = llvm.extractvalue %old[33] : !acc  %x34 = llvm.extractvalue %old[34] : !acc  %x35 = llvm.extractvalue %old[35] : !acc
    %x36 = llvm.extractvalue %old[36] : !acc  %x37 = llvm.extractvalue %old[37] : !acc  %x38 = llvm.extractvalue %old[38] : !acc
    %x39 = llvm.extractvalue %old[39] : !acc  %x40 = llvm.extractvalue %old[40] : !acc  %x41 = llvm.extractvalue %old[41] : !acc
    %x42 = llvm.extractvalue %old[42] : !acc  %x43 = llvm.extractvalue %old[43] : !acc  %x44 = llvm.extractvalue %old[44] : !acc
    %x45 = llvm.extractvalue %old[45] : !acc  %x46 = llvm.extractvalue %old[46] : !acc  %x47 = llvm.extractvalue %old[47] : !acc
    %x48 = llvm.extractvalue %old[48] : !acc  %x49 = llvm.extractvalue %old[49] : !acc  %x50 = llvm.extractvalue %old[50] : !acc
    %x51 = llvm.extractvalue %old[51] : !acc  %x52 = llvm.extractvalue %old[52] : !acc  %x53 = llvm.extractvalue %old[53] : !acc
    %x54 = llvm.extractvalue %old[54] : !acc  %x55 = llvm.extractvalue %old[55] : !acc  %x56 = llvm.extractvalue %old[56] : !acc
    %x57 = llvm.extractvalue %old[57] : !acc  %x58 = llvm.extractvalue %old[58] : !acc  %x59 = llvm.extractvalue %old[59] : !acc
    %x60 = llvm.extractvalue %old[60] : !acc  %x61 = llvm.extractvalue %old[61] : !acc  %x62 = llvm.extractvalue %old[62] : !acc
    %x63 = llvm.extractvalue %old[63] : !acc
    %is_bf16 = func.call @is_bf16() : () -> i1
    %new = scf.if %is_bf16 -> !acc {
      %p = llvm.inline_asm has_side_effects
          "{ .reg .pred p; setp.ne.b32 p, $130, 0; wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {$0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63}, $128, $129, p, 1, 1, 0, 0; }",
          "=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,l,l,r"
          %x0, %x1, %x2, %x3, %x4, %x5, %x6, %x7, %x8, %x9, %x10, %x11, %x12, %x13, %x14, %x15, %x16, %x17, %x18, %x19, %x20, %x21, %x22, %x23, %x24, %x25,
          %x26, %x27, %x28, %x29, %x30, %x31, %x32, %x33, %x34, %x35, %x36, %x37, %x38, %x39, %x40, %x41, %x42, %x43, %x44, %x45, %x46, %x47, %x48, %x49,
          %x50, %x51, %x52, %x53, %x54, %x55, %x56, %x57, %x58, %x59, %x60, %x61, %x62, %x63, %q, %k, %accumulate
          : (f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
             f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
             f32, f32, f32, f32, f32, f32, i64, i64, i32) -> !acc
      scf.yield %p : !acc
    } else {
      %p = llvm.inline_asm has_side_effects
          "{ .reg .pred p; setp.ne.b32 p, $130, 0; wgmma.mma_async.sync.aligned.m64n128k16.f32.f16.f16 {$0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63}, $128, $129, p, 1, 1, 0, 0; }",
          "=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,l,l,r"
          %x0, %x1, %x2, %x3, %x4, %x5, %x6, %x7, %x8, %x9, %x10, %x11, %x12, %x13, %x14, %x15, %x16, %x17, %x18, %x19, %x20, %x21, %x22, %x23, %x24, %x25,
          %x26, %x27, %x28, %x29, %x30, %x31, %x32, %x33, %x34, %x35, %x36, %x37, %x38, %x39, %x40, %x41, %x42, %x43, %x44, %x45, %x46, %x47, %x48, %x49,
          %x50, %x51, %x52, %x53, %x54, %x55, %x56, %x57, %x58, %x59, %x60, %x61, %x62, %x63, %q, %k, %accumulate
          : (f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
             f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
             f32, f32, f32, f32, f32, f32, i64, i64, i32) -> !acc
      scf.yield %p : !acc
    }
    llvm.store %new, %acc : !acc, !llvm.ptr
    return
  }

  // acc += 64 rows of probabilities . the values of 16 keys, whose rows lie along d ("transposed").
  func.func private @multiply_values(%acc: !llvm.ptr, %operand: !a, %v: i64) {
    %old = llvm.load %acc : !llvm.ptr -> !acc
    %x0 = llvm.extractvalue %old[0] : !acc  %x1 = llvm.extractvalue %old[1] : !acc  %x2 = llvm.extractvalue %old[2] : !acc
    %x3 = llvm.extractvalue %old[3] : !acc  %x4 = llvm.extractvalue %old[4] : !acc  %x5 = llvm.extractvalue %old[5] : !acc
    %x6 = llvm.extractvalue %old[6] : !acc  %x7 = llvm.extractvalue %old[7] : !acc  %x8 = llvm.extractvalue %old[8] : !acc
    %x9 = llvm.extractvalue %old[9] : !acc  %x10 = llvm.extractvalue %old[10] : !acc  %x11 = llvm.extractvalue %old[11] : !acc
    %x12 = llvm.extractvalue %old[12] : !acc  %x13 = llvm.extractvalue %old[13] : !acc  %x14 = llvm.extractvalue %old[14] : !acc
    %x15 = llvm.extractvalue %old[15] : !acc  %x16 = llvm.extractvalue %old[16] : !acc  %x17 = llvm.extractvalue %old[17] : !acc
    %x18 = llvm.extractvalue %old[18] : !acc  %x19 = llvm.extractvalue %old[19] : !acc  %x20 = llvm.extractvalue %old[20] : !acc
    %x21 = llvm.extractvalue %old[21] : !acc  %x22 = llvm.extractvalue %old[22] : !acc  %x23 = llvm.extractvalue %old[23] : !acc
    %x24 = llvm.extractvalue %old[24] : !acc  %x25 = llvm.extractvalue %old[25] : !acc  %x26 = llvm.extractvalue %old[26] : !acc
    %x27 = llvm.extractvalue %old[27] : !acc  %x28 = llvm.extractvalue %old[28] : !acc  %x29 = llvm.extractvalue %old[29] : !acc
    %x30 = llvm.extractvalue %old[30] : !acc  %x31 = llvm.extractvalue %old[31] : !acc  %x32 = llvm.extractvalue %old[32] : !acc
    %x33 = llvm.extractvalue %old[33] : !acc  %x34 = llvm.extractvalue %old[34] : !acc  %x35 = llvm.extractvalue %old[35] : !acc
    %x36 = llvm.extractvalue %old[36] : !acc  %x37 = llvm.extractvalue %old[37] : !acc  %x38 = llvm.extractvalue %old[38] : !acc
    %x39 = llvm.extractvalue %old[39] : !acc  %x40 = llvm.extractvalue %old[40] : !acc  %x41 = llvm.extractvalue %old[41] : !acc
    %x42 = llvm.extractvalue %old[42] : !acc  %x43 = llvm.extractvalue %old[43] : !acc  %x44 = llvm.extractvalue %old[44] : !acc
    %x45 = llvm.extractvalue %old[45] : !acc  %x46 = llvm.extractvalue %old[46] : !acc  %x47 = llvm.extractvalue %old[47] : !acc
    %x48 = llvm.extractvalue %old[48] : !acc  %x49 = llvm.extractvalue %old[49] : !acc  %x50 = llvm.extractvalue %old[50] : !acc
    %x51 = llvm.extractvalue %old[51] : !acc  %x52 = llvm.extractvalue %old[52] : !acc  %x53 = llvm.extractvalue %old[53] : !acc
    %x54 = llvm.extractvalue %old[54] : !acc  %x55 = llvm.extractvalue %old[55] : !acc  %x56 = llvm.extractvalue %old[56] : !acc
    %x57 = llvm.extractvalue %old[57] : !acc  %x58 = llvm.extractvalue %old[58] : !acc  %x59 = llvm.extractvalue %old[59] : !acc
    %x60 = llvm.extractvalue %old[60] : !acc  %x61 = llvm.extractvalue %old[61] : !acc  %x62 = llvm.extractvalue %old[62] : !acc
    %x63 = llvm.extractvalue %old[63] : !acc
    %a0 = vector.extract %operand[0] : i32 from !a
    %a1 = vector.extract %operand[1] : i32 from !a
    %a2 = vector.extract %operand[2] : i32 from !a
    %a3 = vector.extract %operand[3] : i32 from !a
    %is_bf16 = func.call @is_bf16() : () -> i1
    %new = scf.if %is_bf16 -> !acc {
      %p = llvm.inline_asm has_side_effects
          "{ .reg .pred p; setp.ne.b32 p, 1, 0; wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {$0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63}, {$128, $129, $130, $131}, $132, p, 1, 1, 1; }",
          "=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,r,r,r,r,l"
          %x0, %x1, %x2, %x3, %x4, %x5, %x6, %x7, %x8, %x9, %x10, %x11, %x12, %x13, %x14, %x15, %x16, %x17, %x18, %x19, %x20, %x21, %x22, %x23, %x24, %x25,
          %x26, %x27, %x28, %x29, %x30, %x31, %x32, %x33, %x34, %x35, %x36, %x37, %x38, %x39, %x40, %x41, %x42, %x43, %x44, %x45, %x46, %x47, %x48, %x49,
          %x50, %x51, %x52, %x53, %x54, %x55, %x56, %x57, %x58, %x59, %x60, %x61, %x62, %x63, %a0, %a1, %a2, %a3, %v
          : (f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
             f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
             f32, f32, f32, f32, f32, f32, i32, i32, i32, i32, i64) -> !acc
      scf.yield %p : !acc
    } else {
      %p = llvm.inline_asm has_side_effects
          "{ .reg .pred p; setp.ne.b32 p, 1, 0; wgmma.mma_async.sync.aligned.m64n128k16.f32.f16.f16 {$0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63}, {$128, $129, $130, $131}, $132, p, 1, 1, 1; }",
          "=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,r,r,r,r,l"
          %x0, %x1, %x2, %x3, %x4, %x5, %x6, %x7, %x8, %x9, %x10, %x11, %x12, %x13, %x14, %x15, %x16, %x17, %x18, %x19, %x20, %x21, %x22, %x23, %x24, %x25,
          %x26, %x27, %x28, %x29, %x30, %x31, %x32, %x33, %x34, %x35, %x36, %x37, %x38, %x39, %x40, %x41, %x42, %x43, %x44, %x45, %x46, %x47, %x48, %x49,
          %x50, %x51, %x52, %x53, %x54, %x55, %x56, %x57, %x58, %x59, %x60, %x61, %x62, %x63, %a0, %a1, %a2, %a3, %v
          : (f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
             f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
             f32, f32, f32, f32, f32, f32, i32, i32, i32, i32, i64) -> !acc
      scf.yield %p : !acc
    }
    llvm.store %new, %acc : !acc, !llvm.ptr
    return
  }

  // Accumulators are what the tensor cores left only after a wait, which does not name them: what reads them after this stays behind it.
  func.func private @pin(%acc: !llvm.ptr) {
    %old = llvm.load %acc : !llvm.ptr -> !acc
    %x0 = llvm.extractvalue %old[0] : !acc  %x1 = llvm.extractvalue %old[1] : !acc  %x2 = llvm.extractvalue %old[2] : !acc
    %x3 = llvm.extractvalue %old[3] : !acc  %x4 = llvm.extractvalue %old[4] : !acc  %x5 = llvm.extractvalue %old[5] : !acc
    %x6 = llvm.extractvalue %old[6] : !acc  %x7 = llvm.extractvalue %old[7] : !acc  %x8 = llvm.extractvalue %old[8] : !acc
    %x9 = llvm.extractvalue %old[9] : !acc  %x10 = llvm.extractvalue %old[10] : !acc  %x11 = llvm.extractvalue %old[11] : !acc
    %x12 = llvm.extractvalue %old[12] : !acc  %x13 = llvm.extractvalue %old[13] : !acc  %x14 = llvm.extractvalue %old[14] : !acc
    %x15 = llvm.extractvalue %old[15] : !acc  %x16 = llvm.extractvalue %old[16] : !acc  %x17 = llvm.extractvalue %old[17] : !acc
    %x18 = llvm.extractvalue %old[18] : !acc  %x19 = llvm.extractvalue %old[19] : !acc  %x20 = llvm.extractvalue %old[20] : !acc
    %x21 = llvm.extractvalue %old[21] : !acc  %x22 = llvm.extractvalue %old[22] : !acc  %x23 = llvm.extractvalue %old[23] : !acc
    %x24 = llvm.extractvalue %old[24] : !acc  %x25 = llvm.extractvalue %old[25] : !acc  %x26 = llvm.extractvalue %old[26] : !acc
    %x27 = llvm.extractvalue %old[27] : !acc  %x28 = llvm.extractvalue %old[28] : !acc  %x29 = llvm.extractvalue %old[29] : !acc
    %x30 = llvm.extractvalue %old[30] : !acc  %x31 = llvm.extractvalue %old[31] : !acc  %x32 = llvm.extractvalue %old[32] : !acc
    %x33 = llvm.extractvalue %old[33] : !acc  %x34 = llvm.extractvalue %old[34] : !acc  %x35 = llvm.extractvalue %old[35] : !acc
    %x36 = llvm.extractvalue %old[36] : !acc  %x37 = llvm.extractvalue %old[37] : !acc  %x38 = llvm.extractvalue %old[38] : !acc
    %x39 = llvm.extractvalue %old[39] : !acc  %x40 = llvm.extractvalue %old[40] : !acc  %x41 = llvm.extractvalue %old[41] : !acc
    %x42 = llvm.extractvalue %old[42] : !acc  %x43 = llvm.extractvalue %old[43] : !acc  %x44 = llvm.extractvalue %old[44] : !acc
    %x45 = llvm.extractvalue %old[45] : !acc  %x46 = llvm.extractvalue %old[46] : !acc  %x47 = llvm.extractvalue %old[47] : !acc
    %x48 = llvm.extractvalue %old[48] : !acc  %x49 = llvm.extractvalue %old[49] : !acc  %x50 = llvm.extractvalue %old[50] : !acc
    %x51 = llvm.extractvalue %old[51] : !acc  %x52 = llvm.extractvalue %old[52] : !acc  %x53 = llvm.extractvalue %old[53] : !acc
    %x54 = llvm.extractvalue %old[54] : !acc  %x55 = llvm.extractvalue %old[55] : !acc  %x56 = llvm.extractvalue %old[56] : !acc
    %x57 = llvm.extractvalue %old[57] : !acc  %x58 = llvm.extractvalue %old[58] : !acc  %x59 = llvm.extractvalue %old[59] : !acc
    %x60 = llvm.extractvalue %old[60] : !acc  %x61 = llvm.extractvalue %old[61] : !acc  %x62 = llvm.extractvalue %old[62] : !acc
    %x63 = llvm.extractvalue %old[63] : !acc
    %new = llvm.inline_asm has_side_effects
        "",
        "=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63"
        %x0, %x1, %x2, %x3, %x4, %x5, %x6, %x7, %x8, %x9, %x10, %x11, %x12, %x13, %x14, %x15, %x16, %x17, %x18, %x19, %x20, %x21, %x22, %x23, %x24, %x25,
        %x26, %x27, %x28, %x29, %x30, %x31, %x32, %x33, %x34, %x35, %x36, %x37, %x38, %x39, %x40, %x41, %x42, %x43, %x44, %x45, %x46, %x47, %x48, %x49, %x50,
        %x51, %x52, %x53, %x54, %x55, %x56, %x57, %x58, %x59, %x60, %x61, %x62, %x63
        : (f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
           f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
           f32, f32, f32, f32, f32, f32) -> !acc
    llvm.store %new, %acc : !acc, !llvm.ptr
    return
  }

  // Where the thread's chunk of a row of 256 bytes, of row thread / 16, goes; the next of its rows are 16 further.
  func.func private @chunk_place() -> i32 {
    %c3 = arith.constant 3 : i32
    %c4 = arith.constant 4 : i32
    %c7 = arith.constant 7 : i32
    %c14 = arith.constant 14 : i32
    %c15 = arith.constant 15 : i32
    %thread = func.call @thread() : () -> i32
    %row = arith.shrui %thread, %c4 : i32
    %chunk = arith.andi %thread, %c15 : i32
    %panel = arith.shrui %chunk, %c3 : i32
    %in_panel = arith.andi %chunk, %c7 : i32
    %flip = arith.andi %row, %c7 : i32
    %place = arith.xori %in_panel, %flip : i32
    %place_at = arith.shli %place, %c4 : i32
    %row_at = arith.shli %row, %c7 : i32
    %panel_at = arith.shli %panel, %c14 : i32
    %in_row = arith.addi %row_at, %place_at : i32
    %offset = arith.addi %panel_at, %in_row : i32
    return %offset : i32
  }

  // Copies the block's rows of q; rows past the last repeat it.
  func.func private @copy_queries(%q: !q, %first_row: i32, %last_row: i32, %heads: i32, %head: i32) {
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %c8 = arith.constant 8 : i32
    %c15 = arith.constant 15 : i32
    %c16 = arith.constant 16 : i32
    %bytes = arith.constant 2048 : i32  // of 16 rows of a panel
    %d = arith.constant 128 : i64
    %thread = func.call @thread() : () -> i32
    %place = func.call @chunk_place() : () -> i32
    %in_sixteen = arith.shrui %thread, %c4 : i32
    %chunk = arith.andi %thread, %c15 : i32
    %column = arith.muli %chunk, %c8 : i32
    %column_i64 = arith.extui %column : i32 to i64
    %base = memref.extract_aligned_pointer_as_index %q : !q -> index
    %base_i64 = arith.index_cast %base : index to i64
    %pointer = llvm.inttoptr %base_i64 : i64 to !llvm.ptr<1>
    %heads_i64 = arith.extui %heads : i32 to i64
    %head_i64 = arith.extui %head : i32 to i64
    %to = func.call @shared(%place) : (i32) -> !llvm.ptr<3>
    scf.for %i = %zero to %c8 step %c1 : i32 {
      %sixteen = arith.muli %i, %c16 : i32
      %in_block = arith.addi %sixteen, %in_sixteen : i32
      %any_row = arith.addi %first_row, %in_block : i32
      %row = arith.minui %any_row, %last_row : i32
      %row_i64 = arith.extui %row : i32 to i64
      %row_heads = arith.muli %row_i64, %heads_i64 : i64
      %item = arith.addi %row_heads, %head_i64 : i64
      %item_at = arith.muli %item, %d : i64
      %at = arith.addi %item_at, %column_i64 : i64
      %from = llvm.getelementptr %pointer[%at] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, !act
      %further = arith.muli %i, %bytes : i32
      %to_row = llvm.getelementptr %to[%further] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
      nvvm.cp.async.shared.global %to_row, %from, 16, cache = cg : !llvm.ptr<3>, !llvm.ptr<1>
    } {llvm.loop_annotation = #unroll}
    return
  }

  // Copies K (%v_offset 0) or V (#d) of the tile's keys to %stage; keys past the last become zeros, since what lies behind it may be anything. A page holds a
  // multiple of 16 keys, so that 16 of the tile are always in one page.
  func.func private @copy_keys(%pool: !pool, %page_table: !i, %kv_head: i32, %tile: i32, %last_key: i32, %v_offset: i64, %stage: i32) {
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %c8 = arith.constant 8 : i32
    %c15 = arith.constant 15 : i32
    %c16 = arith.constant 16 : i32
    %c128 = arith.constant 128 : i32
    %bytes = arith.constant 2048 : i32
    %row_size = arith.constant 256 : i64
    %page_index = arith.constant #page
    %page = arith.index_cast %page_index : index to i32
    %page_i64 = arith.index_cast %page_index : index to i64
    %kv_heads_index = arith.constant #kv_heads
    %kv_heads = arith.index_cast %kv_heads_index : index to i64
    %thread = func.call @thread() : () -> i32
    %place = func.call @chunk_place() : () -> i32
    %stage_place = arith.addi %stage, %place : i32
    %to = func.call @shared(%stage_place) : (i32) -> !llvm.ptr<3>
    %in_sixteen = arith.shrui %thread, %c4 : i32
    %chunk = arith.andi %thread, %c15 : i32
    %column = arith.muli %chunk, %c8 : i32
    %column_i64 = arith.extui %column : i32 to i64
    %in_sixteen_i64 = arith.extui %in_sixteen : i32 to i64
    %thread_row_at = arith.muli %in_sixteen_i64, %row_size : i64
    %thread_column = arith.addi %column_i64, %v_offset : i64
    %thread_at = arith.addi %thread_row_at, %thread_column : i64
    %base = memref.extract_aligned_pointer_as_index %pool : !pool -> index
    %base_i64 = arith.index_cast %base : index to i64
    %pointer = llvm.inttoptr %base_i64 : i64 to !llvm.ptr<1>
    %thread_pointer = llvm.getelementptr %pointer[%thread_at] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, !elem
    %last_entry = arith.divui %last_key, %page : i32
    %first_key = arith.muli %tile, %c128 : i32
    %kv_head_i64 = arith.extui %kv_head : i32 to i64
    scf.for %i = %zero to %c8 step %c1 : i32 {
      %sixteen = arith.muli %i, %c16 : i32
      %group_key = arith.addi %first_key, %sixteen : i32
      %any_entry = arith.divui %group_key, %page : i32
      %entry = arith.minui %any_entry, %last_entry : i32
      %entry_index = arith.index_cast %entry : i32 to index
      %pool_page = memref.load %page_table[%entry_index] : !i
      // Elements: ((page * kv_heads + head) * #page + key % #page) * 2d
      %pool_page_i64 = arith.extui %pool_page : i32 to i64
      %page_heads = arith.muli %pool_page_i64, %kv_heads : i64
      %page_head = arith.addi %page_heads, %kv_head_i64 : i64
      %page_row = arith.muli %page_head, %page_i64 : i64
      %in_page = arith.remui %group_key, %page : i32
      %in_page_i64 = arith.extui %in_page : i32 to i64
      %row = arith.addi %page_row, %in_page_i64 : i64
      %at = arith.muli %row, %row_size : i64
      %from = llvm.getelementptr %thread_pointer[%at] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, !elem
      %key = arith.addi %group_key, %in_sixteen : i32
      %there = arith.cmpi ule, %key, %last_key : i32
      %size = arith.select %there, %c16, %zero : i32
      %further = arith.muli %i, %bytes : i32
      %to_row = llvm.getelementptr %to[%further] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
      nvvm.cp.async.shared.global %to_row, %from, 16, cache = cg, %size : !llvm.ptr<3>, !llvm.ptr<1>, i32
    } {llvm.loop_annotation = #unroll}
    return
  }

  // Stages of K and V: those of even tiles, then of odd ones.
  func.func private @k_stage(%tile: i32) -> i32 {
    %c1 = arith.constant 1 : i32
    %bytes = arith.constant 32768 : i32
    %parity = arith.andi %tile, %c1 : i32
    %stage = arith.addi %parity, %c1 : i32
    %at = arith.muli %stage, %bytes : i32
    return %at : i32
  }

  func.func private @v_stage(%tile: i32) -> i32 {
    %bytes = arith.constant 65536 : i32
    %k_at = func.call @k_stage(%tile) : (i32) -> i32
    %at = arith.addi %k_at, %bytes : i32
    return %at : i32
  }

  // What the caller's copies brought is there for everyone, and for the tensor cores, and everyone is done with what it read before.
  func.func private @arrive() {
    nvvm.cp.async.wait.group 0
    nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
    gpu.barrier
    return
  }

  // Begins scores = q . k.
  func.func private @begin_scores(%scores: !llvm.ptr, %tile: i32) {
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c3 = arith.constant 3 : i32
    %c2 = arith.constant 2 : i32
    %c7 = arith.constant 7 : i32
    %c8 = arith.constant 8 : i32
    %step_bytes = arith.constant 32 : i32
    %panel_bytes = arith.constant 16384 : i32
    %group_bytes = arith.constant 8192 : i32  // of 64 rows of a panel
    %thread = func.call @thread() : () -> i32
    %warpgroup = arith.shrui %thread, %c7 : i32
    %q_at = arith.muli %warpgroup, %group_bytes : i32
    %k_at = func.call @k_stage(%tile) : (i32) -> i32
    scf.for %step = %zero to %c8 step %c1 : i32 {
      %panel = arith.shrui %step, %c2 : i32
      %in_panel = arith.andi %step, %c3 : i32
      %panel_at = arith.muli %panel, %panel_bytes : i32
      %in_panel_at = arith.muli %in_panel, %step_bytes : i32
      %step_at = arith.addi %panel_at, %in_panel_at : i32
      %q_step = arith.addi %q_at, %step_at : i32
      %k_step = arith.addi %k_at, %step_at : i32
      %q = func.call @descriptor(%q_step) : (i32) -> i64
      %k = func.call @descriptor(%k_step) : (i32) -> i64
      func.call @multiply_keys(%scores, %q, %k, %step) : (!llvm.ptr, i64, i64, i32) -> ()
    } {llvm.loop_annotation = #unroll}
    nvvm.wgmma.commit.group.sync.aligned
    return
  }

  // Begins sums += probabilities . v.
  func.func private @begin_sums(%sums: !llvm.ptr, %probabilities: !operands, %tile: i32) {
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c8 = arith.constant 8 : i32
    %step_bytes = arith.constant 2048 : i32  // 16 keys of a panel
    %v_at = func.call @v_stage(%tile) : (i32) -> i32
    scf.for %step = %zero to %c8 step %c1 : i32 {
      %step_at = arith.muli %step, %step_bytes : i32
      %v_step = arith.addi %v_at, %step_at : i32
      %v = func.call @descriptor(%v_step) : (i32) -> i64
      %from = arith.index_cast %step : i32 to index
      %p = memref.load %probabilities[%from] : !operands
      func.call @multiply_values(%sums, %p, %v) : (!llvm.ptr, !a, i64) -> ()
    } {llvm.loop_annotation = #unroll}
    nvvm.wgmma.commit.group.sync.aligned
    return
  }

  // Scores of keys behind their row become -infinity.
  func.func private @mask(%scores: !llvm.ptr, %tile: i32, %position: i32) {
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c3 = arith.constant 3 : i32
    %c8 = arith.constant 8 : i32
    %c16 = arith.constant 16 : i32
    %c128 = arith.constant 128 : i32
    %columns = arith.constant dense<[0, 1, 0, 1]> : vector<4xi32>
    %minus_infinity = arith.constant dense<0xFF800000> : !quad
    %thread = func.call @thread() : () -> i32
    %in_quad = arith.andi %thread, %c3 : i32
    %column = arith.muli %in_quad, %c2 : i32
    %first_key = arith.muli %tile, %c128 : i32
    %lane_key = arith.addi %first_key, %column : i32
    %lower = arith.addi %position, %c8 : i32
    %positions = vector.from_elements %position, %position, %lower, %lower : vector<4xi32>
    scf.for %n = %zero to %c16 step %c1 : i32 {
      %tile_column = arith.muli %n, %c8 : i32
      %key = arith.addi %lane_key, %tile_column : i32
      %same_key = vector.broadcast %key : i32 to vector<4xi32>
      %keys_of_lane = arith.addi %same_key, %columns : vector<4xi32>
      %sees = arith.cmpi sle, %keys_of_lane, %positions : vector<4xi32>
      %at = func.call @quad_at(%scores, %n) : (!llvm.ptr, i32) -> !llvm.ptr
      %s = llvm.load %at : !llvm.ptr -> !quad
      %t = arith.select %sees, %s, %minus_infinity : vector<4xi1>, !quad
      llvm.store %t, %at : !quad, !llvm.ptr
    } {llvm.loop_annotation = #unroll}
    return
  }

  // The maximum over the four lanes that share a row.
  func.func private @quad_max(%x: f32) -> f32 {
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %width = arith.constant 32 : i32
    %near, %valid = gpu.shuffle xor %x, %c1, %width : f32
    %two = llvm.intr.maxnum(%x, %near) : (f32, f32) -> f32
    %far, %valid_far = gpu.shuffle xor %two, %c2, %width : f32
    %four = llvm.intr.maxnum(%two, %far) : (f32, f32) -> f32
    return %four : f32
  }

  // Quad |at| of the scores becomes 2^(score * scale + offset).
  func.func private @soften_quad(%scores: !llvm.ptr, %at: i32, %scales: !quad, %offsets: !quad) -> !quad {
    %from = func.call @quad_at(%scores, %at) : (!llvm.ptr, i32) -> !llvm.ptr
    %s = llvm.load %from : !llvm.ptr -> !quad
    %exponents = vector.fma %s, %scales, %offsets : !quad
    %e0 = vector.extract %exponents[0] : f32 from !quad
    %e1 = vector.extract %exponents[1] : f32 from !quad
    %e2 = vector.extract %exponents[2] : f32 from !quad
    %e3 = vector.extract %exponents[3] : f32 from !quad
    %p0 = func.call @exp2(%e0) : (f32) -> f32
    %p1 = func.call @exp2(%e1) : (f32) -> f32
    %p2 = func.call @exp2(%e2) : (f32) -> f32
    %p3 = func.call @exp2(%e3) : (f32) -> f32
    %p = vector.from_elements %p0, %p1, %p2, %p3 : !quad
    llvm.store %p, %from : !quad, !llvm.ptr
    return %p : !quad
  }

  // Turns scores into probabilities relative to the rows' maxima so far, in base 2 (|scale| includes log2 e). Returns by what to scale what was
  // summed before. The first tile gives every row a key, so no maximum stays -infinity.
  func.func private @soften(%scores: !llvm.ptr, %scale: f32, %max: !per_row, %total: !per_row) -> !quad {
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c16 = arith.constant 16 : i32
    %upper = arith.constant 0 : index
    %lower = arith.constant 1 : index
    %old_upper = memref.load %max[%upper] : !per_row
    %old_lower = memref.load %max[%lower] : !per_row
    %best:2 = scf.for %n = %zero to %c16 step %c1 iter_args(%u = %old_upper, %l = %old_lower) -> (f32, f32) : i32 {
      %at = func.call @quad_at(%scores, %n) : (!llvm.ptr, i32) -> !llvm.ptr
      %s = llvm.load %at : !llvm.ptr -> !quad
      %s0 = vector.extract %s[0] : f32 from !quad
      %s1 = vector.extract %s[1] : f32 from !quad
      %s2 = vector.extract %s[2] : f32 from !quad
      %s3 = vector.extract %s[3] : f32 from !quad
      %u0 = llvm.intr.maxnum(%u, %s0) : (f32, f32) -> f32
      %u1 = llvm.intr.maxnum(%u0, %s1) : (f32, f32) -> f32
      %l0 = llvm.intr.maxnum(%l, %s2) : (f32, f32) -> f32
      %l1 = llvm.intr.maxnum(%l0, %s3) : (f32, f32) -> f32
      scf.yield %u1, %l1 : f32, f32
    } {llvm.loop_annotation = #unroll}
    %new_upper = func.call @quad_max(%best#0) : (f32) -> f32
    %new_lower = func.call @quad_max(%best#1) : (f32) -> f32
    %upper_change = arith.subf %old_upper, %new_upper : f32
    %lower_change = arith.subf %old_lower, %new_lower : f32
    %upper_exponent = arith.mulf %upper_change, %scale : f32
    %lower_exponent = arith.mulf %lower_change, %scale : f32
    %upper_factor = func.call @exp2(%upper_exponent) : (f32) -> f32
    %lower_factor = func.call @exp2(%lower_exponent) : (f32) -> f32
    %old_upper_total = memref.load %total[%upper] : !per_row
    %old_lower_total = memref.load %total[%lower] : !per_row
    %upper_total = arith.mulf %old_upper_total, %upper_factor : f32
    %lower_total = arith.mulf %old_lower_total, %lower_factor : f32
    %scales = vector.broadcast %scale : f32 to !quad
    %maxima = vector.from_elements %new_upper, %new_upper, %new_lower, %new_lower : !quad
    %scaled_maxima = arith.mulf %maxima, %scales : !quad
    %offsets = arith.negf %scaled_maxima : !quad
    %totals:2 = scf.for %n = %zero to %c16 step %c1 iter_args(%u = %upper_total, %l = %lower_total) -> (f32, f32) : i32 {
      %p = func.call @soften_quad(%scores, %n, %scales, %offsets) : (!llvm.ptr, i32, !quad, !quad) -> !quad
      %p0 = vector.extract %p[0] : f32 from !quad
      %p1 = vector.extract %p[1] : f32 from !quad
      %p2 = vector.extract %p[2] : f32 from !quad
      %p3 = vector.extract %p[3] : f32 from !quad
      %upper_sum = arith.addf %p0, %p1 : f32
      %lower_sum = arith.addf %p2, %p3 : f32
      %next_u = arith.addf %u, %upper_sum : f32
      %next_l = arith.addf %l, %lower_sum : f32
      scf.yield %next_u, %next_l : f32, f32
    } {llvm.loop_annotation = #unroll}
    memref.store %new_upper, %max[%upper] : !per_row
    memref.store %new_lower, %max[%lower] : !per_row
    memref.store %totals#0, %total[%upper] : !per_row
    memref.store %totals#1, %total[%lower] : !per_row
    %factors = vector.from_elements %upper_factor, %upper_factor, %lower_factor, %lower_factor : !quad
    return %factors : !quad
  }

  // Operands of a product cannot be written while it is being made, so this waits for it.
  func.func private @narrow(%scores: !llvm.ptr, %probabilities: !operands) {
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c8 = arith.constant 8 : i32
    %is_bf16 = func.call @is_bf16() : () -> i1
    scf.for %n = %zero to %c8 step %c1 : i32 {
      %left = arith.muli %n, %c2 : i32
      %right = arith.addi %left, %c1 : i32
      %left_at = func.call @quad_at(%scores, %left) : (!llvm.ptr, i32) -> !llvm.ptr
      %right_at = func.call @quad_at(%scores, %right) : (!llvm.ptr, i32) -> !llvm.ptr
      %p = llvm.load %left_at : !llvm.ptr -> !quad
      %r = llvm.load %right_at : !llvm.ptr -> !quad
      %p0 = vector.extract %p[0] : f32 from !quad
      %p1 = vector.extract %p[1] : f32 from !quad
      %p2 = vector.extract %p[2] : f32 from !quad
      %p3 = vector.extract %p[3] : f32 from !quad
      %r0 = vector.extract %r[0] : f32 from !quad
      %r1 = vector.extract %r[1] : f32 from !quad
      %r2 = vector.extract %r[2] : f32 from !quad
      %r3 = vector.extract %r[3] : f32 from !quad
      %a0 = func.call @pair(%is_bf16, %p0, %p1) : (i1, f32, f32) -> i32
      %a1 = func.call @pair(%is_bf16, %p2, %p3) : (i1, f32, f32) -> i32
      %a2 = func.call @pair(%is_bf16, %r0, %r1) : (i1, f32, f32) -> i32
      %a3 = func.call @pair(%is_bf16, %r2, %r3) : (i1, f32, f32) -> i32
      %a = vector.from_elements %a0, %a1, %a2, %a3 : !a
      %to = arith.index_cast %n : i32 to index
      memref.store %a, %probabilities[%to] : !operands
    } {llvm.loop_annotation = #unroll}
    return
  }

  func.func private @scale(%sums: !llvm.ptr, %factors: !quad) {
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c16 = arith.constant 16 : i32
    scf.for %n = %zero to %c16 step %c1 : i32 {
      %at = func.call @quad_at(%sums, %n) : (!llvm.ptr, i32) -> !llvm.ptr
      %old = llvm.load %at : !llvm.ptr -> !quad
      %new = arith.mulf %old, %factors : !quad
      llvm.store %new, %at : !quad, !llvm.ptr
    } {llvm.loop_annotation = #unroll}
    return
  }

  // sums += the tile's probabilities . V, and the probabilities of the next tile.
  func.func private @step(%pool: !pool, %page_table: !i, %kv_head: i32, %tile: i32, %last_key: i32, %position: i32, %scale: f32, %masked: i1,
                          %scores: !llvm.ptr, %sums: !llvm.ptr, %max: !per_row, %total: !per_row, %probabilities: !operands) {
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %k = arith.constant 0 : i64
    %v = arith.constant 128 : i64
    %next = arith.addi %tile, %c1 : i32
    %after = arith.addi %tile, %c2 : i32
    func.call @arrive() : () -> ()
    %to_k = func.call @k_stage(%after) : (i32) -> i32
    %to_v = func.call @v_stage(%next) : (i32) -> i32
    func.call @copy_keys(%pool, %page_table, %kv_head, %after, %last_key, %k, %to_k) : (!pool, !i, i32, i32, i32, i64, i32) -> ()
    func.call @copy_keys(%pool, %page_table, %kv_head, %next, %last_key, %v, %to_v) : (!pool, !i, i32, i32, i32, i64, i32) -> ()
    nvvm.cp.async.commit.group
    nvvm.wgmma.fence.aligned
    func.call @begin_scores(%scores, %next) : (!llvm.ptr, i32) -> ()
    func.call @begin_sums(%sums, %probabilities, %tile) : (!llvm.ptr, !operands, i32) -> ()
    nvvm.wgmma.wait.group.sync.aligned 1
    func.call @pin(%scores) : (!llvm.ptr) -> ()
    scf.if %masked {
      func.call @mask(%scores, %next, %position) : (!llvm.ptr, i32, i32) -> ()
    }
    %factors = func.call @soften(%scores, %scale, %max, %total) : (!llvm.ptr, f32, !per_row, !per_row) -> !quad
    nvvm.wgmma.wait.group.sync.aligned 0
    func.call @pin(%sums) : (!llvm.ptr) -> ()
    func.call @narrow(%scores, %probabilities) : (!llvm.ptr, !operands) -> ()
    func.call @scale(%sums, %factors) : (!llvm.ptr, !quad) -> ()
    return
  }

  // Divides the sums by the totals of their rows and writes the rows up to the last.
  func.func private @write(%sums: !llvm.ptr, %total: !per_row, %out: !q, %lane_row: i32, %last_row: i32, %heads: i32, %head: i32) {
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c3 = arith.constant 3 : i32
    %c8 = arith.constant 8 : i32
    %c16 = arith.constant 16 : i32
    %f1 = arith.constant 1.0 : f32
    %width = arith.constant 32 : i32
    %d = arith.constant #d
    %is_bf16 = func.call @is_bf16() : () -> i1
    %thread = func.call @thread() : () -> i32
    %in_quad = arith.andi %thread, %c3 : i32
    %column = arith.muli %in_quad, %c2 : i32
    scf.for %half = %zero to %c2 step %c1 : i32 {
      %half_at = arith.index_cast %half : i32 to index
      %own = memref.load %total[%half_at] : !per_row
      %near, %near_valid = gpu.shuffle xor %own, %c1, %width : f32
      %two = arith.addf %own, %near : f32
      %far, %far_valid = gpu.shuffle xor %two, %c2, %width : f32
      %whole = arith.addf %two, %far : f32
      %factor = arith.divf %f1, %whole : f32
      %rows = arith.muli %half, %c8 : i32
      %row = arith.addi %lane_row, %rows : i32
      %inside = arith.cmpi ule, %row, %last_row : i32
      scf.if %inside {
        %lower = arith.cmpi eq, %half, %c1 : i32
        %row_index = arith.index_cast %row : i32 to index
        %heads_index = arith.index_cast %heads : i32 to index
        %head_index = arith.index_cast %head : i32 to index
        %row_heads = arith.muli %row_index, %heads_index : index
        %item = arith.addi %row_heads, %head_index : index
        %item_at = arith.muli %item, %d : index
        scf.for %n = %zero to %c16 step %c1 : i32 {
          %from = func.call @quad_at(%sums, %n) : (!llvm.ptr, i32) -> !llvm.ptr
          %s = llvm.load %from : !llvm.ptr -> !quad
          %s0 = vector.extract %s[0] : f32 from !quad
          %s1 = vector.extract %s[1] : f32 from !quad
          %s2 = vector.extract %s[2] : f32 from !quad
          %s3 = vector.extract %s[3] : f32 from !quad
          %a = arith.select %lower, %s2, %s0 : f32
          %b = arith.select %lower, %s3, %s1 : f32
          %x = arith.mulf %a, %factor : f32
          %y = arith.mulf %b, %factor : f32
          %bits = func.call @pair(%is_bf16, %x, %y) : (i1, f32, f32) -> i32
          %narrowed = llvm.bitcast %bits : i32 to !pair
          %columns = arith.muli %n, %c8 : i32
          %at_column = arith.addi %columns, %column : i32
          %at_column_index = arith.index_cast %at_column : i32 to index
          %at = arith.addi %item_at, %at_column_index : index
          vector.store %narrowed, %out[%at] {alignment = 4} : !q, !pair
        } {llvm.loop_annotation = #unroll}
      }
    } {llvm.loop_annotation = #unroll}
    return
  }

  // Grid (ceil(T / 128), query heads).
  gpu.func @attend_prefill_wgmma(%q: !q, %pool: !pool, %page_table: !i, %positions: !i, %out: !q, %T: i64, %scale: f64)
      kernel attributes {known_block_size = array<i32: 256, 1, 1>, spc.shared_bytes = 163840, spc.block_rows = 128} {
    %c0 = arith.constant 0 : index
    %cl1 = arith.constant 1 : index
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c4 = arith.constant 4 : i32
    %c5 = arith.constant 5 : i32
    %c7 = arith.constant 7 : i32
    %c16 = arith.constant 16 : i32
    %c31 = arith.constant 31 : i32
    %c128 = arith.constant 128 : i32
    %k = arith.constant 0 : i64
    %v = arith.constant 128 : i64
    %f0 = arith.constant 0.0 : f32
    %no = arith.constant false
    %yes = arith.constant true
    %minus_infinity = arith.constant 0xFF800000 : f32
    %zeros = arith.constant dense<0.0> : !quad
    %log2e = arith.constant 1.4426950408889634 : f64
    %group_index = arith.constant #group
    %group = arith.index_cast %group_index : index to i32
    %x_index = gpu.block_id x
    %y_index = gpu.block_id y
    %blocks_index = gpu.grid_dim x
    %heads_index = gpu.grid_dim y
    %x = arith.index_cast %x_index : index to i32
    %y = arith.index_cast %y_index : index to i32
    %blocks = arith.index_cast %blocks_index : index to i32
    %heads = arith.index_cast %heads_index : index to i32
    // The order in which blocks start, x first, is shared out as (KV head, rows from the last, head of the group).
    %y_at = arith.muli %y, %blocks : i32
    %start = arith.addi %y_at, %x : i32
    %of_kv_head = arith.muli %blocks, %group : i32
    %kv_head = arith.divui %start, %of_kv_head : i32
    %in_kv_head = arith.remui %start, %of_kv_head : i32
    %from_last = arith.divui %in_kv_head, %group : i32
    %in_group = arith.remui %in_kv_head, %group : i32
    %group_at = arith.muli %kv_head, %group : i32
    %head = arith.addi %group_at, %in_group : i32
    %blocks_left = arith.subi %blocks, %from_last : i32
    %block = arith.subi %blocks_left, %c1 : i32
    %first_row = arith.muli %block, %c128 : i32
    %rows = arith.trunci %T : i64 to i32
    %last_of_all = arith.subi %rows, %c1 : i32
    %end_row = arith.addi %first_row, %c128 : i32
    %last_of_block = arith.subi %end_row, %c1 : i32
    %last_row = arith.minui %last_of_block, %last_of_all : i32
    %first_position = memref.load %positions[%c0] : !i
    %base2 = arith.mulf %scale, %log2e : f64
    %s = arith.truncf %base2 : f64 to f32
    // The thread's upper row: 16 rows a warp.
    %thread = func.call @thread() : () -> i32
    %warp = arith.shrui %thread, %c5 : i32
    %lane = arith.andi %thread, %c31 : i32
    %warp_row = arith.muli %warp, %c16 : i32
    %in_warp = arith.shrui %lane, %c2 : i32
    %in_block = arith.addi %warp_row, %in_warp : i32
    %lane_row = arith.addi %first_row, %in_block : i32
    %position = arith.addi %first_position, %lane_row : i32
    %last_key = arith.addi %first_position, %last_row : i32
    %last_tile = arith.shrui %last_key, %c7 : i32
    // Tiles of which every row sees every key.
    %block_position = arith.addi %first_position, %first_row : i32
    %seen_by_all = arith.addi %block_position, %c1 : i32
    %whole_tiles = arith.shrui %seen_by_all, %c7 : i32
    %scores = llvm.alloca %c16 x vector<4xf32> : (i32) -> !llvm.ptr
    %sums = llvm.alloca %c16 x vector<4xf32> : (i32) -> !llvm.ptr
    %probabilities = memref.alloca() : !operands
    %max = memref.alloca() : !per_row
    %total = memref.alloca() : !per_row
    scf.for %n = %zero to %c16 step %c1 : i32 {
      %at = func.call @quad_at(%sums, %n) : (!llvm.ptr, i32) -> !llvm.ptr
      %score_at = func.call @quad_at(%scores, %n) : (!llvm.ptr, i32) -> !llvm.ptr
      llvm.store %zeros, %at : !quad, !llvm.ptr
      llvm.store %zeros, %score_at : !quad, !llvm.ptr
    } {llvm.loop_annotation = #unroll}
    memref.store %minus_infinity, %max[%c0] : !per_row
    memref.store %minus_infinity, %max[%cl1] : !per_row
    memref.store %f0, %total[%c0] : !per_row
    memref.store %f0, %total[%cl1] : !per_row

    %k0 = func.call @k_stage(%zero) : (i32) -> i32
    %k1 = func.call @k_stage(%c1) : (i32) -> i32
    %v0 = func.call @v_stage(%zero) : (i32) -> i32
    func.call @copy_queries(%q, %first_row, %last_row, %heads, %head) : (!q, i32, i32, i32, i32) -> ()
    func.call @copy_keys(%pool, %page_table, %kv_head, %zero, %last_key, %k, %k0) : (!pool, !i, i32, i32, i32, i64, i32) -> ()
    nvvm.cp.async.commit.group
    func.call @arrive() : () -> ()
    func.call @copy_keys(%pool, %page_table, %kv_head, %c1, %last_key, %k, %k1) : (!pool, !i, i32, i32, i32, i64, i32) -> ()
    func.call @copy_keys(%pool, %page_table, %kv_head, %zero, %last_key, %v, %v0) : (!pool, !i, i32, i32, i32, i64, i32) -> ()
    nvvm.cp.async.commit.group
    nvvm.wgmma.fence.aligned
    func.call @begin_scores(%scores, %zero) : (!llvm.ptr, i32) -> ()
    nvvm.wgmma.wait.group.sync.aligned 0
    func.call @pin(%scores) : (!llvm.ptr) -> ()
    func.call @mask(%scores, %zero, %position) : (!llvm.ptr, i32, i32) -> ()
    %factors = func.call @soften(%scores, %s, %max, %total) : (!llvm.ptr, f32, !per_row, !per_row) -> !quad
    func.call @narrow(%scores, %probabilities) : (!llvm.ptr, !operands) -> ()

    // Step i makes the probabilities of tile i + 1: those of whole tiles, then those of the tiles along the diagonal.
    %whole_at_least = arith.maxui %whole_tiles, %c1 : i32
    %whole_steps = arith.subi %whole_at_least, %c1 : i32
    scf.for %tile = %zero to %whole_steps step %c1 : i32 {
      func.call @step(%pool, %page_table, %kv_head, %tile, %last_key, %position, %s, %no, %scores, %sums, %max, %total, %probabilities)
          : (!pool, !i, i32, i32, i32, i32, f32, i1, !llvm.ptr, !llvm.ptr, !per_row, !per_row, !operands) -> ()
    }
    scf.for %tile = %whole_steps to %last_tile step %c1 : i32 {
      func.call @step(%pool, %page_table, %kv_head, %tile, %last_key, %position, %s, %yes, %scores, %sums, %max, %total, %probabilities)
          : (!pool, !i, i32, i32, i32, i32, f32, i1, !llvm.ptr, !llvm.ptr, !per_row, !per_row, !operands) -> ()
    }
    func.call @arrive() : () -> ()
    nvvm.wgmma.fence.aligned
    func.call @begin_sums(%sums, %probabilities, %last_tile) : (!llvm.ptr, !operands, i32) -> ()
    nvvm.wgmma.wait.group.sync.aligned 0
    func.call @pin(%sums) : (!llvm.ptr) -> ()
    func.call @write(%sums, %total, %out, %lane_row, %last_row, %heads, %head) : (!llvm.ptr, !per_row, !q, i32, i32, i32, i32) -> ()
    gpu.return
  }
}
