#!/usr/bin/env bash
# run-w1-bare.sh ["alos eos"]: W1's topics at a fixed rate through bare librdkafka, which copies each record and
# does nothing else. Transactions of INTERVAL_MS.
. "$(dirname "$0")/penstock.sh"
BARE="$(dirname "$PENSTOCK")/bench/bare_pass"
[ -x "$BARE" ] || { echo "error: $BARE is missing: run ./dev bench peers" >&2; exit 1; }

launch() { # IN OUT MODE ID
  local commit=0
  [ "$3" = alos ] || commit="${INTERVAL_MS:-100}"
  "$BARE" "$BOOT" "$1" "$2" "$4" "$commit" 2> "$LAB/logs/$4.log" &
  PEER_PID=$!
}
w1 librdkafka "${1:-alos eos}" paced
