#!/usr/bin/env python3
"""Kills each of three brokers in turn while a pipeline works: leaders and coordinators move, and nothing else happens.

Usage: PYTHONPATH=tests/faults tests/kafka/leaders_test.py PENSTOCK
"""

import sys
import time

from bench import Bench
from broker import Cluster
from exactly_once import look_through
from kafka_bench import KafkaPipeline, main, require_running

EVENTS_PER_SECOND = 500
JITTER_SECONDS = 0.5


def test(bench: Bench, cluster: Cluster) -> None:
    with KafkaPipeline(bench, cluster) as pipeline:
        members = [pipeline.member(), pipeline.member()]
        writer = pipeline.stubborn_writer("w", EVENTS_PER_SECOND)
        try:
            for number, node in enumerate(cluster.nodes):
                pipeline.wait_for_more()
                time.sleep(bench.random.uniform(0, JITTER_SECONDS))
                position = pipeline.position()
                node.kill()
                begin = time.monotonic()
                pipeline.wait_for_more(position + EVENTS_PER_SECOND // 5)  # than may have come before the kill
                print(f"without broker {number + 1}: went on after {time.monotonic() - begin:.1f} s", flush=True)
                node.start()
                node.wait()
                require_running(members)
            pipeline.wait_for_more()
        finally:
            given = writer.stop()
        require_running(members)
        for member in members:
            member.stop()
        pipeline.drain()
        findings = look_through(pipeline, pipeline.arrived(given), bench.expected)
    print(f"brokers killed {len(cluster.nodes)}, restarts of the writer {writer.restarts}, {findings}")
    findings.require_none()


if __name__ == "__main__":
    sys.exit(main(test, nodes=3))
