#!/usr/bin/env bash
# Installs what is missing, builds, and can run the example. Debian 12.
#
#   tools/setup.sh             install what is missing (apt-get, as root or with sudo) and build into build/
#   tools/setup.sh --example   the same, then run examples/needle
#   tools/setup.sh --tests     the same as the first, with what the tests need besides; does not run them (tools/test.sh does)
#   tools/setup.sh --install   only install
#
# Says what it does before it does it. With everything installed it needs no network.
set -euo pipefail
cd "$(dirname "$0")/.."

build_packages=(cmake ninja-build gcc libc6-dev libstdc++-12-dev protobuf-c-compiler libprotobuf-c-dev libonnx-dev libcjson-dev libcmocka-dev
  libopenblas0-pthread libmlir-22-dev mlir-22-tools llvm-22-dev llvm-22-tools lld-22 python3)
test_packages=(python3-numpy clang clang-14 libclang-rt-14-dev xz-utils)

example=false tests=false build=true
for flag in "$@"; do
  case $flag in
    --example) example=true ;;
    --tests) tests=true ;;
    --install) build=false ;;
    --help | -h) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    *) echo "setup.sh: unknown flag '$flag'; --help lists them" >&2; exit 2 ;;
  esac
done

# ---- Packages
packages=("${build_packages[@]}")
if $tests; then packages+=("${test_packages[@]}"); fi
if ! command -v dpkg-query > /dev/null; then
  echo "setup.sh: not Debian; install by other means what these packages have, and build with: cmake --preset release && cmake --build build" >&2
  echo "  ${packages[*]}" >&2
  exit 1
fi
missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null || true)
  [[ $state == installed ]] || missing+=("$package")
done
if ((${#missing[@]})); then
  echo "setup.sh: installing ${missing[*]}"
  as_root=()
  if ((EUID != 0)); then
    if ! command -v sudo > /dev/null; then
      echo "setup.sh: needs root; run as root: apt-get install ${missing[*]}" >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
else
  echo "setup.sh: every package is installed"
fi
$build || exit 0

# ---- Build
echo "setup.sh: building into build/"
cmake --preset release > build.log 2>&1 || { cat build.log; exit 1; }
mv build.log build/configure.log
cmake --build build

# ---- Example
if $example; then
  echo "setup.sh: examples/needle"
  python3 examples/needle/needle.py
fi
