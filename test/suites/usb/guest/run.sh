#!/usr/bin/env bash
# What the guest does: the bench as a process of its own, then the tests, then the bench's end.
set -u
cd /tmp || exit 1
node=$PROJECT/node_modules/.bin/node
compiled=$PROJECT/.flashline/usb-guest/js
mkdir -p /dev/gadget && mount -t gadgetfs gadget /dev/gadget
"$node" "$compiled/src/cli/main.js" bench serve --vhci --ports 64 >bench.log 2>&1 &
bench=$!
# suites ITEMS [COMMAND...]: those items one after another, started by the command.
suites() {
  local items=$1
  shift
  ITEMS=$items "$@" "$node" --import "$compiled/test/suites/usb/suite/register.js" "$compiled/test/suites/usb/suite/main.js"
}
if [ -n "$ITEMS" ]; then
  suites "$ITEMS" taskset 2 | tee said
else
  # Hosts of the device in C share one processor with it, where it goes first: gadgetfs loses a block that is not fetched
  # before the next request. Items that wait most of the time run beside them, on ports of their own; those that pull cables
  # or have many units at once need the machine to themselves.
  suites gadget,8 taskset 2 >said.one 2>&1 &
  one=$!
  suites 7,9,5,replay 2>&1 | tee said.two
  wait "$one"
  cat said.one
  suites contracts,3,2,4,speed,1,6 2>&1 | tee said.three
  cat said.one said.two said.three >said
fi
awk '/^[0-9]+ passed, [0-9]+ failed/ { n += 1; p += $1; f += $3 }
  END { print p + 0 " passed, " f + 0 " failed"; exit n == 0 || f > 0 }' said
code=$?
[ $code -eq 0 ] || tail -n 20 bench.log
kill $bench
exit $code
