#!/usr/bin/env python3
"""Kills processes of a pipeline, as kill -9 does, with hundreds of calls to a model in flight, and looks whether each
event is answered exactly once, and no more requests are repeated than the kill can have met.

Usage: PENSTOCK_FAULT_PROVIDER=PROGRAM tests/faults/kill_calls_test.py PENSTOCK
PENSTOCK_KILLS says how often (default: 6).
"""

import os
import sys

import kill_calls
from bench import Bench, main
from calls import Provider, no_answers
from pipeline import Pipeline

KILLS = int(os.environ.get("PENSTOCK_KILLS", "6"))


def test(bench: Bench) -> None:
    with Provider() as provider:
        kill_calls.prepare(bench, provider)
        with Pipeline(bench.penstock, bench.folder / "kill", file=bench.file) as pipeline:
            kill_calls.run(bench, pipeline, provider, KILLS)


if __name__ == "__main__":
    sys.exit(main(test, no_answers))
