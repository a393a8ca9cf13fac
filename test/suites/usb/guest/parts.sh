#!/usr/bin/env bash
# parts.sh CACHE: brings the kernel and udev as Debian packages and builds the guest's kernel and initramfs in CACHE.
# Prints `skipped (reason)` and exits with 77 where that cannot be had.
set -u
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && cd "$1" || exit 1
export PATH=$PATH:/usr/sbin:/sbin
skip() { echo "skipped ($*)"; exit 77; }

[ "$(uname -m)" = x86_64 ] || skip "the guest needs an x86_64 machine; this one is $(uname -m)"
for tool in qemu-system-x86_64 busybox cpio modinfo strip xz dpkg-deb dfu-util dfu-suffix cc; do
  command -v "$tool" >/dev/null || skip "$tool is not installed and could not be"
done
ldd "$(readlink -f "$(command -v busybox)")" 2>&1 | grep -q 'not a dynamic' || skip 'busybox is not the static one'
command -v apt-get >/dev/null || skip 'no apt-get to download a kernel with'

# The version is never pinned: a superseded package leaves the archive.
kernel=$(apt-cache depends linux-image-amd64 2>/dev/null | awk '/Depends:/ { print $2; exit }')
[ -n "$kernel" ] || skip "apt knows no linux-image-amd64; run apt-get update"
# Built once for each kernel and each version of these scripts.
ready=ready-$kernel-$(cat "$here/build.sh" "$here/init" | cksum | cut -d' ' -f1)
if [ -e "$ready" ]; then exit 0; fi
rm -rf ./* && mkdir kernel udev
apt-get download -qq "$kernel" udev 2>/dev/null || skip "could not download $kernel and udev"
dpkg-deb --fsys-tarfile "$kernel"_*.deb | tar x -C kernel --wildcards './boot/vmlinuz-*' './boot/config-*' \
  './lib/modules/*/modules.builtin' './lib/modules/*/kernel/drivers/usb/*' './lib/modules/*/kernel/drivers/virtio/*' \
  './lib/modules/*/kernel/net/9p/*' './lib/modules/*/kernel/fs/9p/*' './lib/modules/*/kernel/fs/netfs/*' \
  './lib/modules/*/kernel/fs/fscache/*' './lib/modules/*/kernel/fs/overlayfs/*' || skip "could not unpack $kernel"
dpkg-deb -x udev_*.deb udev || skip 'could not unpack udev'
rm -f ./*.deb
for option in USBIP_VHCI_HCD USB_DUMMY_HCD USB_GADGETFS; do
  grep -q "CONFIG_$option=[my]" kernel/boot/config-* || skip "$kernel has no $option"
done
bash "$here/build.sh" "$PWD" >build.log 2>&1 || { tail -5 build.log; skip 'the guest could not be built'; }
rm -rf kernel udev
touch "$ready"
