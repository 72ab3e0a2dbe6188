#!/usr/bin/env bash
# Starts a stand-in collector and the proxy with config.example.yaml, for trying
# things out; Ctrl-C stops both. `make run` builds the binary and calls it.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=bin/eventveil

# A key of this run only: hashes of two runs cannot be compared, and nothing
# secret is written to disk. In production the key comes from your secret store.
export EVENTVEIL_KEY=${EVENTVEIL_KEY:-$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')}

pids=()
stop() {
  trap - EXIT INT TERM
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  wait || true
}
trap stop EXIT
trap 'stop; exit 0' INT TERM

"$bin" sink -listen 127.0.0.1:9000 & pids+=($!)
"$bin" serve -config config.example.yaml "$@" & pids+=($!)
for _ in $(seq 100); do
  "$bin" healthcheck 2>/dev/null && break
  kill -0 "${pids[@]}" 2>/dev/null || { echo "run: the proxy or the sink did not start; see above" >&2; exit 1; }
  sleep 0.1
done
cat <<'TXT'

Try:   curl -s http://127.0.0.1:8080/v1/track -H 'Content-Type: application/json' -d '{"type":"track","event":"Signed Up","userId":"u-1","properties":{"username":"ada@example.com","ssn":"123-45-6789","plan":"pro"}}'
       The sink prints below what the collector gets, and http://127.0.0.1:9090 shows what was met. Rules: config.example.yaml.
       Ctrl-C stops both.

TXT
wait -n
