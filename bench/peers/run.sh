#!/usr/bin/env bash
# bench/peers/run.sh [w1|w2|w3|paced]...: Penstock beside other engines, on one broker, one after another, on the same topics.
# PENSTOCK_PEERS is the folder of their benches. What they need is built into LAB, which takes some minutes the first time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
[[ -f ${PENSTOCK_PEERS:-}/lib.sh ]] || { echo "error: PENSTOCK_PEERS names no folder with lib.sh" >&2; exit 1; }
export PENSTOCK_PEERS
PENSTOCK_PEERS=$(cd "$PENSTOCK_PEERS" && pwd)
export LAB=${LAB:-${TMPDIR:-/tmp}/penstock-peers}
mkdir -p "$LAB/logs"

# Of their Go programs only the stand-in for a model is needed.
build_lab() {
  [[ ! -f $LAB/built ]] || return 0
  mkdir -p "$LAB/java"
  cp -r "$PENSTOCK_PEERS/java/." "$LAB/java/"
  (cd "$LAB/java" && mvn -B -q -T1 package)
  python3 -m venv "$LAB/venv"
  "$LAB/venv/bin/pip" install -q -r "$PENSTOCK_PEERS/py/requirements.txt"
  "$LAB/venv/bin/python" "$PENSTOCK_PEERS/py/train.py" "$LAB/models"
  cp -r "$PENSTOCK_PEERS/go/llm-standin" "$LAB/llm-standin-source"
  (cd "$LAB/llm-standin-source" && go build -o "$LAB/llm-standin" .)
  touch "$LAB/built"
}

# What a commit every 20 ms costs without us.
bare_commit() {
  local topic=bare-commit
  (. "$PENSTOCK_PEERS/lib.sh" && bench "$BOOT" topic 8 "$topic") >/dev/null 2>&1
  "$LAB/venv/bin/python" bare_commit.py "127.0.0.1:${BROKER_PORT:-19492}" "$topic" 20 30 | tee -a "$LAB/results.jsonl"
}

run() {
  case $1 in
    w1)
      ./run-w1-penstock.sh "eos alos" drain
      "$PENSTOCK_PEERS/run-w1-confluent-python.sh" "eos alos" drain
      CHECKPOINT=100ms "$PENSTOCK_PEERS/run-w1-flink.sh" eos drain 32
      "$PENSTOCK_PEERS/run-w1-kstreams.sh" eos drain
      ;;
    w2)
      ./run-w2-penstock.sh "alos eos"
      ./run-w2-bare.sh
      "$PENSTOCK_PEERS/run-w2-parallel-consumer.sh"
      "$PENSTOCK_PEERS/run-w2-flink.sh"
      ;;
    w3)
      ./run-w3-penstock.sh "eos alos"
      "$PENSTOCK_PEERS/run-w3-kstreams.sh" "eos alos"
      ;;
    paced)
      ./run-w1-penstock.sh "eos alos" paced
      INTERVAL=20ms LABEL=-20ms ./run-w1-penstock.sh eos paced
      bare_commit
      ./run-w1-bare.sh "eos alos"
      LINGER_MS=1 "$PENSTOCK_PEERS/run-w1-kstreams.sh" "eos alos" paced
      ;;
    *) echo "error: there is no workload \"$1\"; there is w1, w2, w3, paced" >&2 && exit 1 ;;
  esac
}

build_lab
rm -f "$LAB/results.jsonl"
"$PENSTOCK_PEERS/broker.sh" start
trap '"$PENSTOCK_PEERS/broker.sh" stop' EXIT
[[ $# -gt 0 ]] || set -- w1 w2 w3 paced
for workload in "$@"; do run "$workload"; done
"$PENSTOCK_PEERS/summary.py" "$LAB/results.jsonl"
