#!/usr/bin/env bash
# Writes src/schema.txt: the types of Job and CronJob in every Kubernetes minor that has a module file in minors/.
#   generate.sh           writes the file
#   generate.sh --check   exits 1 when the file in the tree differs
# A new minor or patch: write minors/1.N.mod with that k8s.io/api, run `go mod tidy -modfile=minors/1.N.mod`, then this
# script; go.mod and go.sum are copies of the newest minor's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
schema=../../src/schema.txt
export GOWORK=off

case "${1-}" in
  '' | --check) ;;
  *) echo "usage: generate.sh [--check]" >&2; exit 2 ;;
esac

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

modules=(minors/1.*.mod)
newest=${modules[-1]}
cmp "$newest" go.mod
cmp "${newest%.mod}.sum" go.sum

minors=()
for module in "${modules[@]}"; do
  minor=$(basename "$module" .mod)
  go run -buildvcs=false -modfile="$module" . types >"$temporary/$minor"
  grep -q "^# k8s.io/api v0\.${minor#1.}\." "$temporary/$minor" || { echo "$module is of another minor" >&2; exit 1; }
  minors+=("$temporary/$minor")
done
go run -buildvcs=false . merge "${minors[@]}" >"$temporary/schema.txt"

if [[ ${1-} == --check ]]; then
  diff -u "$schema" "$temporary/schema.txt"
else
  cp "$temporary/schema.txt" "$schema"
fi
