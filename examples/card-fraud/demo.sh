#!/usr/bin/env bash
# Runs the card-fraud pipeline over payments that its models have never seen, and says how good the answers are.
# PENSTOCK names the program; the topics go to PENSTOCK_DEMO_DATA, by default ./penstock-demo, which is emptied first.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
penstock=${PENSTOCK:-penstock}
data=${PENSTOCK_DEMO_DATA:-$PWD/penstock-demo}
export PENSTOCK_LOG=local:$data/log

if [[ -e $data && ! -d $data/log ]]; then
  echo "error: $data is there already, and no demo's" >&2
  exit 1
fi
rm -rf "$data"
mkdir -p "$data"

running=
stop() {
  [[ -z $running ]] || kill "$running" 2>/dev/null || true
}
trap stop EXIT

events() {
  gzip -dc "$here/data/transactions.jsonl.gz"
}

# Waits until the pipeline has answered everything that was written; gives up after 20 s.
wait_until_answered() {
  local tries
  for ((tries = 0; tries < 200; tries++)); do
    if "$penstock" group describe card-fraud --json 2>>"$data/setup.log" | python3 "$here/answered.py"; then return; fi
    kill -0 "$running" 2>/dev/null || break
    sleep 0.1
  done
  echo "error: the pipeline did not answer everything; its messages are in $data/run.log" >&2
  exit 1
}

"$penstock" check "$here/pipeline.yaml"
"$penstock" test "$here/pipeline.yaml"
echo

# The pipeline runs while events come.
"$penstock" topic create card-fraud.raw-events --partitions 4 >"$data/setup.log"
"$penstock" run "$here/pipeline.yaml" --json >"$data/summary.json" 2>"$data/run.log" &
running=$!
{
  events
  echo '{"tx_id":"broken","amount":'
  echo '{"tx_id":"negative","user_id":"user-1","time":"2013-09-01T00:00:00Z","amount":-1.0,"features":[]}'
} | "$penstock" topic write card-fraud.raw-events --key event.user_id >>"$data/setup.log" 2>&1
wait_until_answered
kill -TERM "$running"
wait "$running"
running=

# And once more, a hundred times as many, to see how fast it can be.
many=local:$data/many
"$penstock" topic create card-fraud.raw-events --partitions 4 --log "$many" >>"$data/setup.log"
for _ in {1..100}; do events; done |
  "$penstock" topic write card-fraud.raw-events --key event.user_id --log "$many" >>"$data/setup.log"
"$penstock" run "$here/pipeline.yaml" --drain --json --log "$many" >"$data/many.json" 2>>"$data/run.log"
rm -rf "$data/many"

"$penstock" topic read card-fraud.model-outputs | python3 "$here/evaluate.py"
echo
python3 "$here/speed.py" "$data/summary.json" "$data/many.json"
cat <<TEXT

The topics are in $data/log. Look into them with
  $penstock topic list --log local:$data/log
  $penstock topic read card-fraud.dead-letters --log local:$data/log
  $penstock topic read card-fraud.alerts --max 3 --log local:$data/log
TEXT
