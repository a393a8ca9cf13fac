#!/usr/bin/env bash
# Exports read by programs of others: XML against a schema by xmllint, tables by Python's csv, JUnit by junitparser.
# packages: libxml2-utils python3 python3-junitparser
# beside
# limit: 300 s
set -u
for program in xmllint python3; do
  if ! command -v "$program" >/dev/null; then
    echo "skipped (no $program on this machine)"
    exit 0
  fi
done
export PATH=$PWD/node_modules/.bin:$PATH
exec vitest run --config test/suites/readers/vitest.config.ts
