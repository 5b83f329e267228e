#!/usr/bin/env bash
# Compiles Llama-3.1-8B's graph and an EAGLE-3 retrieval head for it, both bf16 and without weights, into an object for spc-bench --weights=random.
#
#   bench/llama_8b.sh [--build=build] [--target=sm_90] [--output=build/bench8b/libllama8b.so] [FLAG of spc-compile ...]
#
# Flags that are not its own go to spc-compile after the defaults, so that a later one wins: --max-seq=131328, --kv-budget=1024.
#
# bench/models has the graphs, made by (tools/export/README.md):
#   export_llm.py --model=llama-3.1-8b --dtype=bf16 --no-weights -o llama-3.1-8b-bf16.onnx
#   export_eagle_head.py --no-weights --llm=llama-3.1-8b --feature-layers=1,15,28 --element=bf16 --keys=bf16 -o llama-3.1-8b-head-bf16.onnx
set -euo pipefail
cd "$(dirname "$0")/.."

build=build target=sm_90 output=build/bench8b/libllama8b.so flags=()
for flag in "$@"; do
  case $flag in
    --build=*) build=${flag#*=} ;;
    --target=*) target=${flag#*=} ;;
    --output=*) output=${flag#*=} ;;
    --help | -h) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    *) flags+=("$flag") ;;
  esac
done
if [[ ! -x $build/bin/spc-compile ]]; then
  echo "llama_8b.sh: $build/bin/spc-compile is not there: build first (tools/setup.sh), or give --build=FOLDER" >&2
  exit 1
fi

mkdir -p "$(dirname "$output")"
graphs=$(mktemp -d)
trap 'rm -rf "$graphs"' EXIT
for name in llama-3.1-8b-bf16 llama-3.1-8b-head-bf16; do
  xz -dc "bench/models/$name.onnx.xz" > "$graphs/$name.onnx"
done
"$build/bin/spc-compile" "$graphs/llama-3.1-8b-bf16.onnx" --retriever="$graphs/llama-3.1-8b-head-bf16.onnx" --target="$target" --no-weights --kv-budget=2048 \
  --max-seq=33024 --max-batch=24 --prefill-chunk=4096 -o "$output" "${flags[@]}"
