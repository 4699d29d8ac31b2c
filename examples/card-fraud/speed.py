#!/usr/bin/env python3
"""Says how fast the pipeline was.

Usage: speed.py LIVE MANY
The files hold what `penstock run --json` printed: LIVE while events came, MANY of a run over events that lay ready.
"""

import json
import sys
from pathlib import Path


def table(live: dict, many: dict) -> str:
    dead = ", ".join(f"{kind} {count}" for kind, count in live["dead_by_kind"].items()) or "none"
    rows = (
        ("events", f"{live['records']:,}"),
        ("dead letters", f"{live['dead_letters']:,} ({dead})"),
        ("for review", f"{live['reviews']:,}"),
        ("latency", f"p50 {live['latency_ms']['p50']:.1f} ms, p99 {live['latency_ms']['p99']:.1f} ms "
                    "(from the record's timestamp to the commit of its answer)"),
        ("throughput", f"{many['records_per_second']:,.0f} events/s over {many['records']:,} events "
                       f"({many['cpu_seconds'] / many['records'] * 1e6:.1f} us of CPU each, models included)"),
    )
    return "\n".join(f"{name:<14}{text}" for name, text in rows)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(table(*(json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:])))
