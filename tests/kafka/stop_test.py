#!/usr/bin/env python3
"""Stops a process of a pipeline in the middle of a transaction, for longer than its session lasts, and lets it go on
once another has taken over.

Usage: PYTHONPATH=tests/faults tests/kafka/stop_test.py PENSTOCK
What the stopped process had in hand must not be committed: it is no member any more.
"""

import os
import signal
import sys
import time

from bench import Bench
from broker import Cluster
from exactly_once import look_through
from kafka_bench import KafkaPipeline, main, require_running
from pipeline import Failure, Member, wait_for

EVENTS_PER_SECOND = 600
ROUNDS = 2
STOP_TRIES = 300


def test(bench: Bench, cluster: Cluster) -> None:
    with KafkaPipeline(bench, cluster) as pipeline:
        stopped, other = pipeline.member(), pipeline.member()
        writer = pipeline.writer("w", EVENTS_PER_SECOND)
        try:
            for _ in range(ROUNDS):
                stop_and_go(bench, pipeline, stopped, other)
        finally:
            stopped.send(signal.SIGCONT)
            written = writer.stop()
        require_running([stopped, other])
        for member in (stopped, other):
            member.stop()
        pipeline.drain()
        findings = look_through(pipeline, written, bench.expected)
    print(f"partitions lost {stopped.log().count('partition lost')}, {findings}")
    findings.require_none()


def stop_and_go(bench: Bench, pipeline: KafkaPipeline, stopped: Member, other: Member) -> None:
    wait_for("both processes have partitions", lambda: pipeline.holders() == {stopped.id, other.id})
    lost = stopped.log().count("partition lost")
    stop_in_a_transaction(bench, pipeline, stopped)
    wait_for("the other process has them all", lambda: pipeline.holders() == {other.id})
    pipeline.wait_for_more()
    stopped.send(signal.SIGCONT)
    wait_for("the stopped process knows what it lost", lambda: stopped.log().count("partition lost") > lost)


def stop_in_a_transaction(bench: Bench, pipeline: KafkaPipeline, member: Member) -> None:
    for _ in range(STOP_TRIES):
        time.sleep(bench.random.uniform(0, 0.1))
        member.send(signal.SIGSTOP)
        os.waitpid(member.process.pid, os.WUNTRACED)  # until all of its threads stand still
        if pipeline.has_open_transaction(member):
            return
        member.send(signal.SIGCONT)
    raise Failure(f"the process had no open transaction each of {STOP_TRIES} times that it was stopped")


if __name__ == "__main__":
    sys.exit(main(test))
