#!/usr/bin/env bash
# Firmware files read by programs of others: generated files of each format piece by piece, and hostile ones refused.
# packages: binutils-arm-none-eabi srecord dfu-util python3 python3-intelhex
# beside
# limit: 900 s
set -u
for program in arm-none-eabi-objdump arm-none-eabi-objcopy srec_cat dfu-suffix /usr/bin/python3; do
  if ! command -v "$program" >/dev/null; then
    echo "skipped (no $program on this machine)"
    exit 0
  fi
done
if ! /usr/bin/python3 -c 'import intelhex' 2>/dev/null; then
  echo "skipped (no Python package intelhex on this machine)"
  exit 0
fi
export PATH=$PWD/node_modules/.bin:$PATH
exec vitest run --config test/suites/images/vitest.config.ts
