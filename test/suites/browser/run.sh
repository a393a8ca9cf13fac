#!/usr/bin/env bash
# Pages in headless Chromium, opened from a file address: no request, no script, no complaint, and printed to PDF.
# packages: chromium
# limit: 240 s
set -u
if ! command -v chromium >/dev/null; then
  echo 'skipped (no chromium on this machine)'
  exit 0
fi
export PATH=$PWD/node_modules/.bin:$PATH
exec vitest run --config test/suites/browser/vitest.config.ts
