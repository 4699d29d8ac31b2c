#!/usr/bin/env python3
"""Kills and stops the only broker while a pipeline works: its processes wait, and go on by themselves.

Usage: PYTHONPATH=tests/faults tests/kafka/broker_restart_test.py PENSTOCK
"""

import sys
import time

from bench import Bench
from broker import Cluster
from exactly_once import look_through
from kafka_bench import KafkaPipeline, main, require_running
from node import Node

EVENTS_PER_SECOND = 800
DOWN_SECONDS = (0, 3, 12, 0)  # after each kill; 12 is more than a session and a transaction may last
JITTER_SECONDS = 0.5


def test(bench: Bench, cluster: Cluster) -> None:
    node = cluster.nodes[0]
    with KafkaPipeline(bench, cluster) as pipeline:
        members = [pipeline.member(), pipeline.member()]
        writer = pipeline.stubborn_writer("w", EVENTS_PER_SECOND)
        try:
            for seconds in DOWN_SECONDS:
                restart(bench, pipeline, node, seconds, kill=True)
                require_running(members)
            restart(bench, pipeline, node, 0, kill=False)
        finally:
            given = writer.stop()
        require_running(members)
        for member in members:
            member.stop()
        pipeline.drain()
        findings = look_through(pipeline, pipeline.arrived(given), bench.expected)
    print(f"restarts {len(DOWN_SECONDS) + 1}, of the writer {writer.restarts}, {findings}")
    findings.require_none()


def restart(bench: Bench, pipeline: KafkaPipeline, node: Node, down_seconds: float, kill: bool) -> None:
    pipeline.wait_for_more()
    time.sleep(bench.random.uniform(0, JITTER_SECONDS))
    position = pipeline.position()
    if kill:
        node.kill()
    else:
        node.stop()
    time.sleep(down_seconds)
    node.start()
    node.wait()
    begin = time.monotonic()
    pipeline.wait_for_more(position + EVENTS_PER_SECOND // 5)  # than may have come before the kill
    how = "killed" if kill else "stopped"
    print(f"{how}, down {down_seconds} s more, went on after {time.monotonic() - begin:.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main(test))
