// DEFINE: %{make} = --spc-derive-retrieval-head --spc-pack-projections --spc-insert-kv-prefetch="budget=64 max-seq=512 max-batch=2"
// RUN: not %spc-opt %S/Inputs/eagle_pair.mlir %{make} --spc-solve-memory="device-memory=912767" 2>&1 | FileCheck %s --check-prefix=BYTE
// BYTE: error: {{.*}}OUT_OF_MEMORY: device-memory=912767 is 1 bytes short: max-seq=512 with max-batch=2 takes 912768 bytes even with layers in host memory (activations {{[0-9]+}}, weights 214336, state 84032, {{.*}}); the longest possible --max-seq is 448

// RUN: not %spc-opt %S/Inputs/eagle_pair.mlir %{make} --spc-solve-memory="device-memory=100KiB" 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: {{.*}}device-memory=102400 is 810368 bytes short: {{.*}}; not even one page of 64 tokens fits

// RUN: not %spc-opt %S/Inputs/eagle_pair.mlir %{make} --spc-solve-memory="device-memory=1.5GiB" 2>&1 | FileCheck %s --check-prefix=SIZE
// SIZE: error: {{.*}}device-memory=1.5GiB: expected bytes or a number with KiB, MiB, GiB or TiB, such as 24GiB

// RUN: not %spc-opt %S/Inputs/eagle_pair.mlir --spc-solve-memory 2>&1 | FileCheck %s --check-prefix=ORDER
// ORDER: error: {{.*}}the module's spc.options has no usable 'budget': run the passes before this one first
