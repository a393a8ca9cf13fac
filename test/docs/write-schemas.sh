#!/usr/bin/env bash
# Writes the shipped JSON Schemas anew, as the built program prints them; tests hold them equal.
set -eu
for kind in recipe station population; do
  node bin/flashline.js schema "$kind" >"${kind}s/$kind.schema.json"
done
node_modules/.bin/biome format --write --log-level=error recipes/*.schema.json stations/*.schema.json populations/*.schema.json
