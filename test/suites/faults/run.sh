#!/usr/bin/env bash
# The faults table in its short form: what the record and the station have to survive.
# packages: gcc libc6-dev chromium
# limit: 900 s
cd "$(dirname "$0")/../../.." && npm run --silent test:faults
