#!/usr/bin/env bash
# Habits that a compiler does not check: files are short, have an include guard named after their path, and leave nothing unfinished. Prints
# every finding; exits 1 when there is one.
set -euo pipefail
cd "$(dirname "$0")/.."

findings=0
say() {
  echo "$1"
  findings=$((findings + 1))
}

if git rev-parse --git-dir > /dev/null 2>&1; then
  mapfile -t files < <(git ls-files --cached --others --exclude-standard -- '*.c' '*.h' '*.py' '*.sh' '*.cmake' '*CMakeLists.txt' '*.md' '*.mlir')
else
  mapfile -t files < <(find . -name 'build*' -prune -o \( -name '*.[ch]' -o -name '*.py' -o -name '*.sh' -o -name '*.md' -o -name '*.mlir' \) -print)
fi

for file in "${files[@]}"; do
  [[ -f $file ]] || continue
  case $file in
    *.c | *.h)
      lines=$(wc -l < "$file")
      if ((lines > 700)); then say "$file: $lines lines; a file has one idea and at most 700 lines (better 500)"; fi
      ;;
  esac
  case $file in
    *.h)
      name=${file#runtime/include/}
      name=${name#runtime/src/}
      guard=$(tr 'a-z/.' 'A-Z__' <<< "$name")_
      if ! grep -q "#ifndef ${guard}\$" "$file" && ! grep -q "#ifndef .*$(tr 'a-z/.' 'A-Z__' <<< "${file##*/}")_\$" "$file"; then
        say "$file: its include guard is not $guard"
      fi
      ;;
  esac
  if [[ $file != tools/check_style.sh ]]; then
    while IFS= read -r line; do say "$file:$line"; done < <(grep -nE '\b(TODO|FIXME|XXX|HACK)\b|[[:blank:]]+$' "$file" || true)
  fi
  case $file in
    runtime/*.c | passes/*.c | compiler/*.c | frontend/*.c)
      while IFS= read -r line; do say "$file:$line: libraries return statuses, they do not print or exit"; done < <(
        grep -nE '(^|[^a-z_])(printf|puts|abort|exit|perror)\(' "$file" || true)
      ;;
  esac
done

echo "check_style: ${#files[@]} files, $findings findings"
((findings == 0))
