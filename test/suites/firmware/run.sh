#!/usr/bin/env bash
# The vendor's real images: fetched, read, and flashed onto the virtual bench. The only lane that needs the network.
# beside
# limit: 240 s
set -u
export PATH=$PWD/node_modules/.bin:$PATH
node test/suites/firmware/fetch.ts
case $? in
  0) vitest run --config test/suites/firmware/vitest.config.ts ;;
  77) exit 0 ;;
  *) exit 1 ;;
esac
