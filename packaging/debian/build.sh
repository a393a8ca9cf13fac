#!/usr/bin/env bash
# Makes flashline_VERSION_ARCH.deb from the npm package: program, its own Node, udev rules, services, man page.
# Usage: packaging/debian/build.sh [FOLDER]   (needs npm and dpkg-deb; reads the package registry)
set -eu -o pipefail
cd "$(dirname "$0")/../.."
out=$(realpath "${1:-.}")
version=$(node -p 'require("./package.json").version')
arch=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
stage=$work/stage
program=$stage/usr/lib/flashline

[ -d dist ] || npm run --silent build
npm pack --silent --ignore-scripts --pack-destination "$work" >/dev/null
mkdir -p "$program"
tar -xzf "$work/flashline-$version.tgz" -C "$program" --strip-components=1
cp package-lock.json "$program/"
# The lock file's very versions; native parts come built, so that no script has to run.
(cd "$program" && npm ci --silent --omit=dev --ignore-scripts --no-audit --no-fund)
rm "$program/package-lock.json"

install -d "$stage/usr/bin" "$stage/usr/share/man/man1" "$stage/usr/share/doc/flashline" "$stage/usr/lib/udev/rules.d"
ln -s ../lib/flashline/bin/flashline "$stage/usr/bin/flashline"
"$program/bin/flashline" manual | gzip -9n >"$stage/usr/share/man/man1/flashline.1.gz"
# In a folder without recipes it prints the rules of the shipped ones.
(cd "$work" && "$program/bin/flashline" udev) >"$stage/usr/lib/udev/rules.d/60-flashline.rules"
gzip -9n <CHANGELOG.md >"$stage/usr/share/doc/flashline/changelog.gz"
cp LICENSE "$stage/usr/share/doc/flashline/copyright"
install -Dm 644 -t "$stage/usr/lib/systemd/system" packaging/debian/*.service
install -Dm 644 packaging/debian/flashline.tmpfiles "$stage/usr/lib/tmpfiles.d/flashline.conf"
install -Dm 644 -t "$stage/etc/flashline" packaging/debian/virtual.env
sed '/^# yaml-language-server/d' stations/virtual-8.yaml >"$stage/etc/flashline/virtual.yaml"
find "$stage" -type d -exec chmod 755 {} +

install -d "$stage/DEBIAN"
install -m 755 packaging/debian/postinst packaging/debian/prerm packaging/debian/postrm "$stage/DEBIAN/"
printf '/etc/flashline/%s\n' virtual.env virtual.yaml >"$stage/DEBIAN/conffiles"
cat >"$stage/DEBIAN/control" <<EOF
Package: flashline
Version: $version
Architecture: $arch
Maintainer: The Flashline authors <flashline@localhost>
Installed-Size: $(du -sk "$stage" | cut -f1)
Depends: passwd, libc6, libstdc++6, libudev1, udev
Recommends: systemd
Suggests: openocd, dfu-util, chromium
Section: electronics
Priority: optional
Description: software of a production test station
 Flashes, verifies and judges every unit that is plugged in, over DFU and DfuSe,
 with evidence: pass, retest, rework, hold or scrap. Keeps a durable record.
EOF
dpkg-deb --root-owner-group --build -Zgzip "$stage" "$out/flashline_${version}_$arch.deb"
