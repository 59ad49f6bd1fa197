# Sourced by the tests that download: serves $folder/site on loopback and sets $releases to its address.
python3 -u -m http.server --bind 127.0.0.1 --directory "$folder/site" 0 > "$folder/server.log" 2>&1 &
server=$!
trap 'kill "$server"' EXIT
for _ in $(seq 100); do
  releases=$(sed -n 's,.*(\(http://[^)]*\)/).*,\1,p' "$folder/server.log")
  [ -z "$releases" ] || break
  sleep 0.1
done
[ -n "$releases" ] || fail "the server does not start"
