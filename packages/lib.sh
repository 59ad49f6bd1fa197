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
