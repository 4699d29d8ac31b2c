#!/usr/bin/env bash
# Evaluates every rule of rules.cel over every event of events.jsonl. PENSTOCK is the binary.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

while IFS= read -r rule; do
  printf '%s\n' "$rule"
  while IFS= read -r event; do
    id=$("$PENSTOCK" eval 'event.tx_id' --event "$event")
    printf '  %-6s %s\n' "$id" "$("$PENSTOCK" eval "$rule" --event "$event")"
  done < events.jsonl
done < rules.cel
