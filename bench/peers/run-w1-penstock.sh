#!/usr/bin/env bash
# run-w1-penstock.sh ["alos eos"] ["drain paced"]   (env: WORKERS, INTERVAL, CONTEXT=TOPIC)
# Payments: drop, three rules, 100 trees in ONNX files, JSON out.
. "$(dirname "$0")/penstock.sh"

launch() { # IN OUT MODE ID
  cat > "$LAB/$4.yaml" <<YAML
pipeline: $4
topics: { raw: $1, context: ${CONTEXT:-off}, outputs: $2 }
event: { types: { event.amount: double } }
prepare:
  - drop: { when: event.amount < 5.0 }
route:
  - { when: 'event.location == "Singapore" && event.amount > 1000.0', to: fraud-v2 }
  - { when: 'event.device == "iOS"', to: ios }
  - { to: default }
models:
  fraud-v2: { onnx: models/fraud-v2.onnx, version: "2", input: { input: event.features }, output: { score: 'probabilities[1]' } }
  ios: { onnx: models/ios.onnx, version: "7", input: { input: event.features }, output: { score: 'probabilities[1]' } }
  default: { onnx: models/default.onnx, version: "4", input: { input: event.features }, output: { score: 'probabilities[1]' } }
emit:
  tx: event.tx
  user_id: event.user_id
  model: model
  version: 'model == "fraud-v2" ? "2" : model == "ios" ? "7" : "4"'
  score: output.score
delivery: $(delivery "$3")
commit: { interval: ${INTERVAL:-100ms} }
YAML
  run_penstock "$4"
}
w1 "penstock${LABEL:-}" "${1:-alos eos}" "${2:-drain paced}"
