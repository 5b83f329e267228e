#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test; prints one table and, last, "N passed, N failed".
#
#   tools/test.sh           everything: five minutes on two cores, more when they are busy
#   tools/test.sh --quick   without the sanitizer and fuzz builds
#
# Suites: style (tools/check_style.sh), unit (cmocka), lit, e2e; unit, lit and the bad input of e2e again under ASan and UBSan; a burst of every
# fuzz target. Each leaves its output in build/test-logs.
set -euo pipefail
cd "$(dirname "$0")/.."

quick=false fuzz_seconds=20
for flag in "$@"; do
  case $flag in
    --quick) quick=true ;;
    --help | -h) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    *) echo "test.sh: unknown flag '$flag'; --help lists them" >&2; exit 2 ;;
  esac
done

./tools/setup.sh --tests
logs=$PWD/build/test-logs
mkdir -p "$logs"

# A Python with numpy; /usr/bin/python3 has Debian's when the first on the path is another.
python=
for candidate in python3 /usr/bin/python3; do
  if "$candidate" -c 'import numpy' 2> /dev/null; then python=$candidate && break; fi
done

table=() total_passed=0 total_failed=0
record() {  # name passed failed seconds
  table+=("$(printf '%-18s %8d %8d %8d s' "$@")")
  total_passed=$((total_passed + $2)) total_failed=$((total_failed + $3))
  printf '%s: %d passed, %d failed (%d s)\n' "$@"
  if (($3)); then
    echo "--- the end of $logs/${1// /-}.log"
    tail -n 60 "$logs/${1// /-}.log"
  fi
}

# Sums of the numbers that |pattern| (with one group) finds in a log.
sum() { { grep -aoE "$2" "$1" || true; } | { grep -oE '[0-9]+' || true; } | awk '{ n += $1 } END { print n + 0 }'; }

style() {
  local log=$logs/style.log start=$SECONDS failed=0
  ./tools/check_style.sh > "$log" 2>&1 || failed=1
  record style $((1 - failed)) $failed $((SECONDS - start))
}

unit() {  # name build
  local log=$logs/${1// /-}.log start=$SECONDS broken=0 program one=$logs/one.log
  : > "$log"
  for program in "$2"/bin/unit-*; do
    echo "=== $program" >> "$log"
    if ! timeout 300 "$program" > "$one" 2>&1 && ! grep -aqE '\[  FAILED  \] [0-9]+ test' "$one"; then
      broken=$((broken + 1))  # crashed, or leaked after its last test
      echo "=== exit code not 0" >> "$one"
    fi
    cat "$one" >> "$log"
  done
  rm -f "$one"
  record "$1" "$(sum "$log" '\[  PASSED  \] [0-9]+ test')" $(($(sum "$log" '\[  FAILED  \] [0-9]+ test') + broken)) $((SECONDS - start))
}

lit() {  # name build
  local log=$logs/${1// /-}.log start=$SECONDS code=0 failed
  timeout 900 /usr/lib/llvm-22/bin/lit -v "$2/test/lit" > "$log" 2>&1 || code=$?
  failed=$(sum "$log" '^ +(Failed|Unresolved|Timed Out|Unexpectedly Passed) *: +[0-9]+')
  if ((code && !failed)); then failed=1; fi
  record "$1" "$(sum "$log" '^ +Passed *: +[0-9]+')" "$failed" $((SECONDS - start))
}

e2e() {  # name build pattern-of-checks
  local log=$logs/${1// /-}.log start=$SECONDS code=0 failed
  timeout 900 "$python" test/e2e/run_e2e.py --build="$2" --only="$3" > "$log" 2>&1 || code=$?
  failed=$(tail -n 1 "$log" | sum /dev/stdin '[0-9]+ failed')
  if ((code && !failed)); then failed=1; fi
  record "$1" "$(tail -n 1 "$log" | sum /dev/stdin '[0-9]+ passed')" "$failed" $((SECONDS - start))
}

fuzz() {
  local program name failed
  for program in build-fuzz/bin/fuzz-*; do
    name=${program##*/} failed=0
    local log=$logs/$name.log start=$SECONDS found=$logs/$name-found dictionary=test/fuzz/${name#fuzz-}.dict extra=()
    [[ -f $dictionary ]] && extra=("-dict=$dictionary")
    rm -rf "$found" && mkdir -p "$found"
    timeout $((fuzz_seconds + 120)) "$program" -max_total_time=$fuzz_seconds "${extra[@]}" -artifact_prefix="$found/" "$found" \
      "test/fuzz/corpus/${name#fuzz-}" > "$log" 2>&1 || failed=1
    record "$name" $((1 - failed)) $failed $((SECONDS - start))
  done
}

style
unit unit build
lit lit build
e2e e2e build ""
if ! $quick; then
  echo "test.sh: building with ASan and UBSan into build-asan/"
  cmake --preset asan > "$logs/configure-asan.log"
  cmake --build build-asan > "$logs/build-asan.log" || { tail -n 60 "$logs/build-asan.log"; exit 1; }
  export LSAN_OPTIONS=suppressions=$PWD/test/lsan.supp:print_suppressions=0 UBSAN_OPTIONS=print_stacktrace=1
  unit "unit asan" build-asan
  lit "lit asan" build-asan
  e2e "e2e asan" build-asan "bad|out of|more offloaded|cannot be written|retriever_eagle|retriever_pruned|genai|spc-bench|plan:|--trace"  # a leak or a crash is a failure
  echo "test.sh: building the fuzz targets with clang into build-fuzz/"
  cmake --preset fuzz > "$logs/configure-fuzz.log"
  cmake --build build-fuzz > "$logs/build-fuzz.log" || { tail -n 60 "$logs/build-fuzz.log"; exit 1; }
  fuzz
fi

printf '\n%-18s %8s %8s %10s\n' suite passed failed time
printf '%s\n' "${table[@]}"
echo "$total_passed passed, $total_failed failed"
((total_failed == 0))
