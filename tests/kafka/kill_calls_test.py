#!/usr/bin/env python3
"""Kills processes of a pipeline on Kafka, as tests/faults/kill_calls_test.py does on the embedded log.

Usage: PENSTOCK_FAULT_PROVIDER=PROGRAM PYTHONPATH=tests/faults tests/kafka/kill_calls_test.py PENSTOCK
PENSTOCK_KAFKA_CALL_KILLS says how often (default: 3).
"""

import os
import sys

import kill_calls
from bench import Bench
from broker import Cluster
from calls import Provider, no_answers
from kafka_bench import KafkaPipeline, main

KILLS = int(os.environ.get("PENSTOCK_KAFKA_CALL_KILLS", "3"))
EVENTS_PER_SECOND = 500  # while nobody takes over for seconds, enough of them come for the next kill


def test(bench: Bench, cluster: Cluster) -> None:
    with Provider() as provider:
        kill_calls.prepare(bench, provider)
        with KafkaPipeline(bench, cluster, file=bench.file) as pipeline:
            kill_calls.run(bench, pipeline, provider, KILLS, EVENTS_PER_SECOND)


if __name__ == "__main__":
    sys.exit(main(test, no_answers))
