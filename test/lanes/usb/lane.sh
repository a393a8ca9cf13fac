#!/usr/bin/env bash
# not in the gate yet: its waits are too short for a loaded machine
# The real USB and serial stack: a guest kernel takes virtual Photons for real ones, with npm usb, serialport and dfu-util.
# packages: qemu-system-x86 busybox-static cpio kmod binutils xz-utils dfu-util
# limit: 600 s
set -u
export PATH=$PWD/node_modules/.bin:$PATH
cache=$PWD/.flashline/usb-guest
output=$(bash test/lanes/usb/guest/parts.sh "$cache/boot")
case $? in
  0) ;;
  77) echo "$output"; exit 0 ;;
  *) echo "$output"; exit 1 ;;
esac
rm -rf "$cache/js"
tsc -p test/lanes/usb/tsconfig.json || exit 1
cp package.json "$cache/js/package.json"
cp -r recipes "$cache/js/recipes"
bash test/lanes/usb/guest/boot.sh "$cache/boot" "$PWD" "$PWD/test/lanes/usb/guest/run.sh" "${USB_LANE_LIMIT:-570}" | tr -d '\r'
exit "${PIPESTATUS[0]}"
