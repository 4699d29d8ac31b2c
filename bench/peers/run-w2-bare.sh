#!/usr/bin/env bash
# run-w2-bare.sh ["20 0"]: W2's calls by bare libcurl and librdkafka, without a prompt, a check, a limit or a second
# stage. Answers are taken every so many milliseconds; 0: as they come.
. "$(dirname "$0")/penstock.sh"
BARE="$(dirname "$PENSTOCK")/bench/bare_calls"
[ -x "$BARE" ] || { echo "error: $BARE is missing: run ./dev bench peers" >&2; exit 1; }

launch() { # IN OUT MODE ID
  "$BARE" "$BOOT" "$1" "$2" "$4" "$URL" "$INFLIGHT" "$PACE_MS" 2> "$LAB/logs/$4.log" &
  PEER_PID=$!
}
for PACE_MS in ${1:-20 0}; do w2 "libcurl-$PACE_MS-ms" alos; done
