#!/usr/bin/env bash
# boot.sh CACHE PROJECT SCRIPT LIMIT_SECONDS [QEMU OPTIONS...]: runs SCRIPT as root in the guest and exits with its status.
# 124: over the limit; 125: the guest died. Never KVM: nested in a virtual machine it crawls instead of failing.
set -u
cache=$1 project=$2 script=$3 limit=$4
shift 4
timeout --kill-after=5 "$limit" qemu-system-x86_64 -accel tcg,thread=multi -M q35 -cpu max -smp 2 -m 1536 \
  -nodefaults -no-user-config -nographic -no-reboot \
  -kernel "$cache/vmlinux" -initrd "$cache/initrd.cpio" \
  -append "console=ttyS0 quiet loglevel=3 panic=-1 random.trust_cpu=on mitigations=off nokaslr tsc=reliable no_timer_check 8250.nr_uarts=1 audit=0 selinux=0 apparmor=0 nowatchdog rcupdate.rcu_expedited=1 guest.project=$project guest.script=$script guest.items=${USB_ITEMS:-}" \
  -fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap -device virtio-9p-pci,fsdev=host,mount_tag=host \
  -device isa-debug-exit,iobase=0x501,iosize=1 -serial stdio "$@" </dev/null
code=$?
case $code in 124 | 137) exit 124 ;; esac
[ $((code & 1)) -eq 1 ] && exit $((code >> 1))
exit 125
