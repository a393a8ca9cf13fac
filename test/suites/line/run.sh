#!/usr/bin/env bash
# The line: the contract of the centre, kills, forks and damage, against a real PostgreSQL of its own.
# packages: postgresql-15
# limit: 420 s
set -u
cd "$(dirname "$0")/../../.." || exit 1
if ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
  echo "skipped (no PostgreSQL on this machine: apt-get install postgresql-15)"
  exit 0
fi
if [ "$(id -u)" -eq 0 ] && ! id postgres >/dev/null 2>&1; then
  echo "skipped (PostgreSQL refuses root, and there is no user postgres on this machine)"
  exit 0
fi
# Other lanes read what was built: it is not built anew under them.
[ -d dist ] || npm run --silent build || exit 1
export PATH=$PWD/node_modules/.bin:$PATH
exec vitest run --config test/suites/line/vitest.config.ts
