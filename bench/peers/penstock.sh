# Shared by the run-*-penstock.sh scripts. PENSTOCK_PEERS is the folder of the other engines' benches, whose README says
# how topics are loaded and what is measured; LAB, as there, is where they were built.
set -eu
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
PENSTOCK="${PENSTOCK:-$ROOT/build/release/penstock}"
[ -x "$PENSTOCK" ] || { echo "error: $PENSTOCK is missing: run ./dev build" >&2; exit 1; }
[ -f "${PENSTOCK_PEERS:-}/lib.sh" ] || { echo "error: PENSTOCK_PEERS names no folder with lib.sh" >&2; exit 1; }
# Theirs do without.
set +eu
. "$PENSTOCK_PEERS/lib.sh"

# delivery MODE: what the pipeline's file says for eos and alos.
delivery() { [ "$1" = eos ] && echo exactly_once || echo at_least_once; }

# run_penstock ID: in the background, with the pipeline that stands in $LAB/ID.yaml.
run_penstock() {
  rm -rf "$LAB/state-$1"
  "$PENSTOCK" run "$LAB/$1.yaml" --log "kafka://$BOOT" --state "$LAB/state-$1" --workers "${WORKERS:-2}" --admin off --json \
    > "$LAB/logs/$1.json" 2> "$LAB/logs/$1.log" &
  PEER_PID=$!
}
