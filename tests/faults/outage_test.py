#!/usr/bin/env python3
"""Takes a model away while events go on arriving: memory stays flat, and the lag grows. Then it comes back: what waited is
asked at the model's limit, and never above it, and each event is answered exactly once.

Usage: PENSTOCK_FAULT_PROVIDER=PROGRAM tests/faults/outage_test.py PENSTOCK
PENSTOCK_OUTAGE_SECONDS says for how long (default: 20).
"""

import sys

import kill_calls
import outage
from bench import Bench, main
from calls import Provider, no_answers
from pipeline import Pipeline


def test(bench: Bench) -> None:
    with Provider(outage.LEAST_MS, outage.MOST_MS) as provider:
        kill_calls.prepare(bench, provider, limits=outage.LIMITS)
        with Pipeline(bench.penstock, bench.folder / "outage", file=bench.file) as pipeline:
            outage.run(bench, pipeline, provider)


if __name__ == "__main__":
    sys.exit(main(test, no_answers))
