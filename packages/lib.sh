# Sourced by the tests of this folder: says what holds, and stops at what does not.
set -euo pipefail
out=$folder/output

# Prints what was found to hold.
ok() { echo "ok    $*"; }

# Prints what is not as it should be, with the last output, and ends the test.
fail() {
  echo "FAILED  $*" >&2
  [ ! -e "$out" ] || sed 's/^/  | /' "$out" >&2
  exit 1
}

# exits CODE COMMAND…: runs a command and demands its exit code; the output is kept for `says`.
exits() {
  local expected=$1 code=0
  shift
  "$@" > "$out" 2>&1 || code=$?
  [ "$code" -eq "$expected" ] || fail "exit code $code instead of $expected: $*"
}

# says TEXT: demands a text in the last output; `says_not` that there is none.
says() { grep -qF -- "$1" "$out" || fail "it does not say: $1"; }
says_not() { ! grep -qF -- "$1" "$out" || fail "it says: $1"; }

# commits FOLDER: makes a repository of a folder's files.
commits() {
  git -C "$1" init --quiet --initial-branch main
  git -C "$1" add --all
  git -C "$1" commit --quiet --no-verify --message "as it is"
}

# block PAGE WHICH FILE: writes a fenced block of a page: that of a number, or the only one with a text.
block() {
  "$tools/python" - "$@" << 'PYTHON'
import pathlib, re, sys
page, which, file = sys.argv[1:]
blocks = re.findall(r"^```\w+\n(.*?)^```", pathlib.Path(page).read_text(), re.S | re.M)
found = [blocks[int(which)]] if which.isdigit() else [it for it in blocks if which in it]
if len(found) != 1:
    sys.exit(f"{page} has {len(found)} blocks with {which}")
pathlib.Path(file).write_text(found[0])
PYTHON
}

# inputs FILE PLACE: prints the inputs of the step or the `include` in a snippet that begins with a place, as NAME=VALUE.
inputs() {
  "$tools/python" - "$@" << 'PYTHON'
import pathlib, sys, yaml
file, place = sys.argv[1:]
it = yaml.safe_load(pathlib.Path(file).read_text())
while isinstance(it, dict):
    it = next(it[key] for key in ("include", "jobs", "batchlint", "steps") if key in it)
found = [step for step in it if place in (step.get("uses"), step.get("remote"))]
if len(found) != 1:
    sys.exit(f"the snippet has {len(found)} times {place}")
for name, value in found[0].get("with", found[0].get("inputs", {})).items():
    print(f"{name}={value}")
PYTHON
}
