#!/usr/bin/env bash
# The README's first command: a whole batch on the virtual bench, which must end by itself and leave its pages.
# limit: 150 s
set -u
started=$SECONDS
passed=0 failed=0
check() {
  if eval "$2"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not so: $1"; fi
}

rm -rf reports/demo
npm start --silent
status=$?
took=$((SECONDS - started))
echo "npm start: exit $status after $took s"
check 'the demo exits with 0' '[ "$status" -eq 0 ]'
check 'the demo ends within 90 s' '[ "$took" -lt 90 ]'
check 'there is a page of the batch' 'ls reports/demo/*/batch.html >/dev/null 2>&1'
check 'there are at least 24 pages of units' '[ "$(find reports/demo -name "*.html" ! -name batch.html | wc -l)" -ge 24 ]'
check 'the recorded chain is whole' 'node bin/flashline.js verify --record .flashline/demo'
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
