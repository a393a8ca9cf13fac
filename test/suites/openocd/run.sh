#!/usr/bin/env bash
# Rework over SWD: the real OpenOCD against the virtual debug port, every fault by its name, and the founding story to its end.
# packages: openocd
# limit: 300 s
set -u
export PATH=$PWD/node_modules/.bin:$PATH
if ! command -v openocd >/dev/null; then
  echo 'skipped (OpenOCD is not installed: sudo apt-get install openocd)'
  exit 0
fi
openocd --version 2>&1 | head -n 1
vitest run --config test/suites/openocd/vitest.config.ts
