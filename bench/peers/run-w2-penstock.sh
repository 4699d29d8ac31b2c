#!/usr/bin/env bash
# run-w2-penstock.sh ["alos eos"]   (env: WORKERS, INTERVAL, INFLIGHT, LLM_FLAGS)
# One worker a stage by default: it keeps thousands of calls in flight.
# Chats: one call each to a model that takes seconds, INFLIGHT of them at one time.
. "$(dirname "$0")/penstock.sh"

launch() { # IN OUT MODE ID
  cat > "$LAB/$4.md" <<'PROMPT'
## system
You label support messages. Answer with JSON: intent, urgency, reply.
## user
{{ event.text }}
PROMPT
  echo '{ "type": "object", "required": ["intent", "urgency", "reply"] }' > "$LAB/$4.json"
  cat > "$LAB/$4.yaml" <<YAML
pipeline: $4
topics: { raw: $1, context: $4.context, outputs: $2 }
route: [{ to: llm }]
models:
  llm:
    openai: { url: '${URL%/chat/completions}', model: stand-in, parameters: { max_tokens: 64 }, structured: false }
    prompt: $4.md
    answer: $4.json
    timeout: 60s
    deadline: 5m
    retry: { attempts: 6, base: 250ms, cap: 8s }
    limits: { in_flight: $INFLIGHT }
emit: { id: event.id, customer: event.customer, result: output }
delivery: $(delivery "$3")
commit: { interval: ${INTERVAL:-100ms} }
YAML
  run_penstock "$4"
}
WORKERS="${WORKERS:-1}"
suffix="${SUFFIX:-}"
[ "$INFLIGHT" = 1000 ] || suffix="-inflight$INFLIGHT$suffix"
for mode in ${1:-alos}; do w2 "penstock${LABEL:-}" "$mode$suffix"; done
