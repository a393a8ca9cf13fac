#!/usr/bin/env bash
# The population with a hidden truth: ten thousand units against every target, the same again to the same record, and a
# thousand runs transfer by transfer on the virtual bench beside the model.
# limit: 600 s
set -u
cd "$(dirname "$0")/../../.." || exit 1
export PATH=$PWD/node_modules/.bin:$PATH
line=(--units 10000 --seed 1 --recipe photon-line --station virtual-8)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
passed=0 failed=0
check() {
  local started=$SECONDS
  if "${@:2}"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not so: $1"; fi
  echo "$1: $((SECONDS - started)) s"
}

meets_targets() { node bin/flashline.js simulate "${line[@]}" --json 2>/dev/null | tee "$folder/first"; return "${PIPESTATUS[0]}"; }
hash_in() { grep -o 'record hash [0-9a-f]*' "$1"; }
same_record() {
  node bin/flashline.js simulate "${line[@]}" --no-baselines >"$folder/second" 2>/dev/null
  [ -n "$(hash_in "$folder/first")" ] && [ "$(hash_in "$folder/first")" = "$(hash_in "$folder/second")" ]
}
agrees() {
  node test/suites/simulation/agreement.ts 500 1 &
  local first=$!
  node test/suites/simulation/agreement.ts 500 2
  local second=$?
  wait "$first" && [ "$second" -eq 0 ]
}

npm run --silent build || exit 1
check 'ten thousand units meet every target' meets_targets
check 'the same seed leaves the same record' same_record
check 'a thousand runs on the virtual bench agree with the model' agrees
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
