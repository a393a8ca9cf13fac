#!/usr/bin/env bash
# What the guest does: the bench as a process of its own, then the tests, then the bench's end.
set -u
cd /tmp || exit 1
node=$PROJECT/node_modules/.bin/node
compiled=$PROJECT/.flashline/usb-guest/js
"$node" "$compiled/src/cli/main.js" bench serve --vhci --ports 64 >bench.log 2>&1 &
bench=$!
"$node" --import "$compiled/test/suites/usb/suite/register.js" "$compiled/test/suites/usb/suite/main.js"
code=$?
[ $code -eq 0 ] || tail -n 20 bench.log
kill $bench
exit $code
