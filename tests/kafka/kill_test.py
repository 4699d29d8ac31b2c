#!/usr/bin/env python3
"""Kills processes of a pipeline on Kafka, as kill -9 does, while events come, and looks whether each is answered
exactly once.

Usage: PYTHONPATH=tests/faults tests/kafka/kill_test.py PENSTOCK
PENSTOCK_KAFKA_KILLS (default: 30) and PENSTOCK_KAFKA_RECORDS (default: 1,000,000) say how often, and over how many
events. For two thirds of the kills, two processes share the pipeline, and now and then both are killed at once; for the
rest there are three. Each kill comes at a random moment after more was committed; who was killed comes back at once,
with the identity it had.
"""

import os
import sys
import time

from bench import Bench
from broker import Cluster
from kafka_bench import KafkaPipeline, main
from pipeline import Failure, Member, wait_for
from tally import tally

KILLS = int(os.environ.get("PENSTOCK_KAFKA_KILLS", "30"))
RECORDS = int(os.environ.get("PENSTOCK_KAFKA_RECORDS", "1000000"))
PARTITIONS = 8  # so that each worker of three processes has one
BACKLOG = 0.3  # of the records: there before the first process starts
REST_SECONDS = 600
SECONDS_PER_KILL = 4  # the rest comes over about as long as the kills take
BOTH_PROBABILITY = 0.2
JITTER_SECONDS = 0.3  # so that kills hit whatever a process does: polling, committing, joining


def test(bench: Bench, cluster: Cluster) -> None:
    begin = time.monotonic()
    with KafkaPipeline(bench, cluster, PARTITIONS) as pipeline:
        written = pipeline.write_file("backlog", int(RECORDS * BACKLOG))
        writer = pipeline.writer("w", max(int(RECORDS * (1 - BACKLOG) / (KILLS * SECONDS_PER_KILL)), 100))
        members = [pipeline.member(), pipeline.member()]
        try:
            hits = kill_again_and_again(bench, pipeline, members, KILLS * 2 // 3)
            members.append(pipeline.member())
            hits += kill_again_and_again(bench, pipeline, members, KILLS - KILLS * 2 // 3)
            killed = time.monotonic()
            wait_for("the rest is written", lambda: len(written) + len(writer.ids) >= RECORDS, REST_SECONDS)
        finally:
            written += writer.stop()
        for member in members:
            member.stop()
        pipeline.drain()
        drained = time.monotonic()
        findings = tally(pipeline, written, bench.expected)
    print(f"kills {KILLS}, in open transactions {hits}, {findings}")
    checked = time.monotonic()
    print(f"killing {killed - begin:.0f} s, draining {drained - killed:.0f} s, checking {checked - drained:.0f} s")
    findings.require_none()
    if hits == 0 and KILLS >= 20:
        raise Failure("no kill hit an open transaction")


def kill_again_and_again(bench: Bench, pipeline: KafkaPipeline, members: list[Member], kills: int) -> int:
    """How many of them hit an open transaction."""
    hits = 0
    while kills > 0:
        pipeline.wait_for_more()
        time.sleep(bench.random.uniform(0, JITTER_SECONDS))
        both = len(members) == 2 and kills >= 2 and bench.random.random() < BOTH_PROBABILITY
        victims = range(2) if both else [bench.random.randrange(len(members))]
        for index in victims:
            members[index].kill()
        hits += sum(pipeline.has_open_transaction(members[index]) for index in victims)
        for index in victims:
            members[index] = pipeline.member(after=members[index])
        kills -= len(victims)
    return hits


if __name__ == "__main__":
    sys.exit(main(test))
