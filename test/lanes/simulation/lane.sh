#!/usr/bin/env bash
# not in the gate yet: not yet run in a clean clone
# The population with a hidden truth: ten thousand units in lots, and a thousand runs transfer by transfer beside the model.
# limit: 600 s
set -u
passed=0 failed=0
check() {
  if "${@:2}"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not so: $1"; fi
}

npm run --silent build || exit 1
check 'ten thousand units meet every target' node bin/flashline.js simulate --units "${FLASHLINE_UNITS:-10000}" --seed 1 --json
check 'a thousand runs on the virtual bench agree with the model' node test/lanes/simulation/agreement.ts "${FLASHLINE_RUNS:-1000}"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
