#!/usr/bin/env bash
# run-w3-penstock.sh ["alos eos"]   (env: WORKERS, INTERVAL)
# Orders: a hundred rules of which the first that matches chooses one of four topics.
. "$(dirname "$0")/penstock.sh"

# The same rules as the other engines have.
rules() { # PREFIX
  "$PY" - "$1" <<'PYTHON'
import sys
countries = "SG US DE IN BR JP GB FR AU NG KE ZA ID VN TH MX ES IT PL SE CA CL AR TR EG".split()
tiers = "gold silver bronze free".split()
for i in range(100):
    country, tier, least = countries[i * 7 % 25], tiers[i // 25 % 4], 50 + i * 37 % 400
    condition = f'event.country == "{country}" && event.tier == "{tier}" && event.amount > {least}.0'
    print(f"  - {{ when: '{condition}', to: none, topic: {sys.argv[1]}{i % 4} }}")
PYTHON
}

launch() { # IN PREFIX MODE ID
  cat > "$LAB/$4.yaml" <<YAML
pipeline: $4
topics: { raw: $1, context: off, outputs: $4.unrouted }
event: { types: { event.amount: double } }
prepare:
  - drop: { when: 'event.status == "test"' }
route:
$(rules "$2")
  - { to: drop }
emit: { id: event.id, country: event.country, tier: event.tier, amount: event.amount }
delivery: $(delivery "$3")
commit: { interval: ${INTERVAL:-100ms} }
YAML
  run_penstock "$4"
}
load w3
for mode in ${1:-alos eos}; do
  prefix=orders-penstock-
  drain w3 "penstock${LABEL:-}" "$mode" orders "${prefix}0,${prefix}1,${prefix}2,${prefix}3" "$prefix"
done
