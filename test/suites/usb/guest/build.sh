#!/usr/bin/env bash
# build.sh CACHE: from the unpacked packages in CACHE/kernel and CACHE/udev to CACHE/vmlinux and CACHE/initrd.cpio.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"
version=$(ls kernel/lib/modules)
modules=kernel/lib/modules/$version

# The bare ELF kernel, taken out of the bzImage, saves the guest three seconds of decompression (boot protocol 2.08:
# setup sectors at 0x1f1, payload offset at 0x248 and length at 0x24c).
image=kernel/boot/vmlinuz-$version
number() { od -An -t u"$2" -j $(($1)) -N "$2" "$image" | tr -d ' '; }
sectors=$(number 0x1f1 1)
start=$(((sectors + 1) * 512 + $(number 0x248 4)))
tail -c +$((start + 1)) "$image" | head -c "$(number 0x24c 4)" | { xz -dc 2>/dev/null || true; } >vmlinux
[ "$(head -c 4 vmlinux | od -An -c | tr -d ' ')" = '177ELF' ]

rm -rf root
mkdir -p root/{bin,mod,proc,sys,dev,low,rw,new,run,tmp}
cp "$(command -v busybox)" root/bin/busybox
# add NAME: copies a module after those it depends on; one that is built into the kernel needs no file.
: >root/mod/order
add() {
  local name=${1//-/_} file dependency
  grep -qx "$name" root/mod/order && return
  file=$(find "$modules/kernel" -name "${name//_/[-_]}.ko*" | head -n 1)
  if [ -z "$file" ]; then
    grep -qE "/${name//_/[-_]}\.ko" "$modules/modules.builtin"
    return
  fi
  for dependency in $(modinfo -F depends "$file" | tr , ' '); do add "$dependency"; done
  case $file in
    *.xz) xz -dc "$file" >"root/mod/$name.ko" ;;
    *) cp "$file" "root/mod/$name.ko" ;;
  esac
  strip --strip-debug "root/mod/$name.ko"
  echo "$name" >>root/mod/order
}
for module in virtio_pci 9pnet_virtio 9p overlay vhci-hcd cdc-acm xhci_pci dummy_hcd gadgetfs; do add "$module"; done

# udevd lies in the initramfs, not in the host's tree: overlay file systems may not nest.
mkdir -p root/udev/usr/{bin,lib/systemd,lib/udev/rules.d} root/udev/etc/udev
cp udev/bin/udevadm root/udev/usr/bin/
ln -s ../../bin/udevadm root/udev/usr/lib/systemd/systemd-udevd
for rules in 50-udev-default 60-serial 75-net-description 99-systemd; do
  cp "udev/lib/udev/rules.d/$rules.rules" root/udev/usr/lib/udev/rules.d/ 2>/dev/null || true
done
echo 'udev_log=err' >root/udev/etc/udev/udev.conf
cp "$here/init" root/init
chmod +x root/init
(cd root && find . | cpio -o -H newc --quiet) >initrd.cpio
rm -rf root
