#!/usr/bin/env bash
# The vendor's real images: fetched, read, and flashed onto the virtual bench. The only lane that needs the network.
# beside
# limit: 600 s
set -u
export PATH=$PWD/node_modules/.bin:$PATH
node test/suites/firmware/fetch.ts
case $? in
  0)
    # Packages of the vendor's tool with images of every family; npm holds each to the integrity that the registry says.
    packages=.flashline/firmware-packages
    for version in 1.16.0 2.16.0 3.9.0 3.51.0; do
      [ -d "$packages/$version/package" ] && continue
      mkdir -p "$packages/$version"
      archive=$(npm pack --silent --pack-destination "$packages" "particle-cli@$version") || exit 1
      tar xzf "$packages/$archive" -C "$packages/$version" --wildcards "*.bin" || { rm -rf "$packages/$version"; exit 1; }
      rm "$packages/$archive"
    done
    vitest run --config test/suites/firmware/vitest.config.ts
    ;;
  77) exit 0 ;;
  *) exit 1 ;;
esac
