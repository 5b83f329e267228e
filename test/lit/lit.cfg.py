# lit by stage: test/lit/<stage>/ mirrors the folders. Run through the build's lit.site.cfg.py, which says where the programs are:
#   ctest --test-dir build -L lit     or     /usr/lib/llvm-22/bin/lit -v build/test/lit
import os
import shutil
import subprocess

import lit.formats

config.name = "spc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.spc_build_root, "test", "lit", "out")

tools = os.path.join(config.spc_build_root, "bin")
config.environment["PATH"] = os.pathsep.join([config.llvm_tools, os.environ.get("PATH", "")])
# MLIR keeps its registries until the process ends; they are reachable, so leaks are real ones.
config.environment["ASAN_OPTIONS"] = "detect_leaks=1:abort_on_error=0"
config.environment["LSAN_OPTIONS"] = "suppressions=" + os.path.join(config.spc_source_root, "test", "lsan.supp") + ":print_suppressions=0"
config.environment["UBSAN_OPTIONS"] = "print_stacktrace=1"

for name in ("spc-opt", "spc-compile", "spc-ptx-kernels", "spc-gpu-kernels", "spc-gpu-models", "spc-run", "spc-bench", "spc-plan", "spc-decode"):
    program = os.path.join(tools, name)
    config.substitutions.append(("%" + name, program))
    if os.path.exists(program):
        config.available_features.add(name)  # a test of a program that is not built says REQUIRES: its name

# NVIDIA's assembler, wherever the compiler would find it.
places = [os.path.join(os.environ.get("CUDA_HOME") or "/usr/local/cuda", "bin"), "/usr/local/cuda/bin"]
ptxas = shutil.which("ptxas") or shutil.which("ptxas", path=os.pathsep.join(places))
if ptxas:
    config.available_features.add("ptxas")
    config.substitutions.append(("%ptxas", ptxas))

# A Python with numpy, which models of bf16 need to be compared; /usr/bin/python3 has Debian's when the first on the path is another.
python = "python3"
for candidate in ("python3", "/usr/bin/python3"):
    if shutil.which(candidate) and subprocess.run([candidate, "-c", "import numpy"], stderr=subprocess.DEVNULL).returncode == 0:
        python = candidate
        config.available_features.add("numpy")
        break
config.substitutions.append(("%on_cpu", f"{python} {os.path.join(config.spc_source_root, 'test', 'gpu', 'on_cpu')} --build={config.spc_build_root} --llvm={config.llvm_tools}"))
config.substitutions.append(("%data", os.path.join(config.spc_source_root, "test", "data")))
if config.spc_sanitize:
    config.available_features.add("sanitizers")
