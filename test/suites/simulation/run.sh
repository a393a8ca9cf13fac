#!/usr/bin/env bash
# Populations with a hidden truth: five thousand units of the shipped one, the same again to the same
# record, a short form of all of them, and a thousand runs transfer by transfer on the virtual bench beside the model.
# beside
# limit: 1200 s
set -u
cd "$(dirname "$0")/../../.." || exit 1
export PATH=$PWD/node_modules/.bin:$PATH
line=(--units 5000 --seed 1 --recipe photon-line --station virtual-8)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
passed=0 failed=0
check() {
  local started=$SECONDS
  if "${@:2}"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not so: $1"; fi
  echo "$1: $((SECONDS - started)) s"
}

# Goals that the rules do not reach yet are printed as MISSED and do not fail the suite; these do.
held_goals='good scrapped|undecided over a day|failures until stop median'
holds_its_ground() {
  node bin/flashline.js simulate "${line[@]}" --json 2>/dev/null | tee "$folder/first"
  grep -q 'record hash' "$folder/first" && ! grep -E "^\| ($held_goals) " "$folder/first" | grep MISSED
}
hash_in() { grep -o 'record hash [0-9a-f]*' "$1"; }
same_record() {
  node bin/flashline.js simulate "${line[@]}" --no-baselines >"$folder/second" 2>/dev/null
  [ -n "$(hash_in "$folder/first")" ] && [ "$(hash_in "$folder/first")" = "$(hash_in "$folder/second")" ]
}
compares_populations() {
  node bin/flashline.js simulate --population all --units 400 --seed 1 2>/dev/null >"$folder/all"
  cat "$folder/all"
  local expected found
  expected=$(find populations -name '*.yaml' | wc -l)
  found=$(sed -n '3,/^$/p' "$folder/all" | grep -c '^|')
  [ "$expected" -eq "$found" ] && ! grep -q '| good scrapped *| <= 0 *| [1-9]' "$folder/all"
}
agrees() {
  node test/suites/simulation/agreement.ts 500 1 &
  local first=$!
  node test/suites/simulation/agreement.ts 500 2
  local second=$?
  wait "$first" && [ "$second" -eq 0 ]
}

# Other lanes read what was built: it is not built anew under them.
[ -d dist ] || npm run --silent build || exit 1
check 'five thousand units: no good one scrapped, none undecided for a day, bad fixtures found in time' holds_its_ground
check 'the same seed leaves the same record' same_record
check 'every population comes to an end, and its goals are printed' compares_populations
check 'a thousand runs on the virtual bench agree with the model' agrees
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
