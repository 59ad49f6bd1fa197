#!/usr/bin/env bash
# Asks Kubernetes whether the safe fixes in testdata/fixes/safe.jsonl leave the stored objects the same, and writes the
# answers into it. `UPDATE=1 cargo test --test it fixes::safe::` writes the fixes themselves.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
pairs=../../testdata/fixes/safe.jsonl
temporary=$(mktemp)
trap 'rm -f "$temporary"' EXIT
GOWORK=off go run -buildvcs=false . <"$pairs" >"$temporary"
cp "$temporary" "$pairs"
