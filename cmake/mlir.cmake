# spc::mlir - MLIR's C API and LLVM, from Debian's LLVM 22 packages.
#
# The C API comes as static archives, the rest as libMLIR.so and libLLVM.so. The imported CMake targets of the archives
# pull in the static MLIR libraries too, which would put a second copy of MLIR into the process; so they are named here.
set(SPC_LLVM_ROOT /usr/lib/llvm-22 CACHE PATH "Where LLVM and MLIR 22 live")
if(NOT EXISTS ${SPC_LLVM_ROOT}/include/mlir-c/IR.h)
  message(FATAL_ERROR "MLIR 22 not found under ${SPC_LLVM_ROOT}: install libmlir-22-dev mlir-22-tools llvm-22-dev "
                      "(tools/setup.sh does) or set SPC_LLVM_ROOT")
endif()
set(_capi IR RegisterEverything IRDL Conversion Transforms Target Interfaces Debug LLVM Func Arith Math SCF ControlFlow MemRef Vector
    Index GPU NVVM)
set(_archives)
foreach(lib ${_capi})
  list(APPEND _archives ${SPC_LLVM_ROOT}/lib/libMLIRCAPI${lib}.a)
endforeach()
add_library(spc_mlir INTERFACE)
add_library(spc::mlir ALIAS spc_mlir)
target_include_directories(spc_mlir SYSTEM INTERFACE ${SPC_LLVM_ROOT}/include)
target_link_libraries(spc_mlir INTERFACE -Wl,--start-group ${_archives} -Wl,--end-group
                      -L${SPC_LLVM_ROOT}/lib -Wl,-rpath,${SPC_LLVM_ROOT}/lib -lMLIR -lLLVM-22 -lstdc++ -lm)
