#!/usr/bin/env bash
# The real USB and serial stack: a guest kernel takes virtual Photons for real ones, with npm usb, serialport and dfu-util; beside them a device in C.
# packages: qemu-system-x86 busybox-static cpio kmod binutils xz-utils dfu-util gcc libc6-dev
# limit: 900 s
set -u
export PATH=$PWD/node_modules/.bin:$PATH
cache=$PWD/.flashline/usb-guest
output=$(bash test/suites/usb/guest/parts.sh "$cache/boot")
case $? in
  0) ;;
  77) echo "$output"; exit 0 ;;
  *) echo "$output"; exit 1 ;;
esac
rm -rf "$cache/js"
tsc -p test/suites/usb/tsconfig.json || exit 1
cc -O1 -Wall -Wextra -Werror -o "$cache/dfu-gadget" test/suites/usb/gadget/dfu-gadget.c || exit 1
cp package.json "$cache/js/package.json"
cp -r recipes "$cache/js/recipes"
# Two boards behind hubs that qemu emulates: their simulator runs here, at full speed, and sees the bus resets.
sockets=$(mktemp -d)
node "$cache/js/test/suites/usb/redir/server.js" "$sockets/one" "$sockets/two" >"$sockets/log" &
redir=$!
trap 'kill $redir 2>/dev/null; rm -rf "$sockets"' EXIT
for _ in $(seq 100); do [ -S "$sockets/two" ] && break; sleep 0.1; done
bash test/suites/usb/guest/boot.sh "$cache/boot" "$PWD" "$PWD/test/suites/usb/guest/run.sh" "${USB_LANE_LIMIT:-870}" \
  -device qemu-xhci,id=bus -device usb-hub,bus=bus.0,port=1 -device usb-hub,bus=bus.0,port=1.4 \
  -chardev socket,id=one,path="$sockets/one" -device usb-redir,chardev=one,bus=bus.0,port=1.2 \
  -chardev socket,id=two,path="$sockets/two" -device usb-redir,chardev=two,bus=bus.0,port=1.4.2 | sed -u 's,\r$,,'
status=${PIPESTATUS[0]}
kill $redir
wait $redir
cat "$sockets/log"
exit "$status"
