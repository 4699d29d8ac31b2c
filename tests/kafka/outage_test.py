#!/usr/bin/env python3
"""Takes a model away while events go on arriving on Kafka, as tests/faults/outage_test.py does on the embedded log.

Usage: PENSTOCK_FAULT_PROVIDER=PROGRAM PYTHONPATH=tests/faults tests/kafka/outage_test.py PENSTOCK
PENSTOCK_OUTAGE_SECONDS says for how long (default: 20).
"""

import sys

import kill_calls
import outage
from bench import Bench
from broker import Cluster
from calls import Provider, no_answers
from kafka_bench import KafkaPipeline, main


def test(bench: Bench, cluster: Cluster) -> None:
    with Provider(outage.LEAST_MS, outage.MOST_MS) as provider:
        kill_calls.prepare(bench, provider, limits=outage.LIMITS)
        with KafkaPipeline(bench, cluster, file=bench.file) as pipeline:
            outage.run(bench, pipeline, provider)


if __name__ == "__main__":
    sys.exit(main(test, no_answers))
