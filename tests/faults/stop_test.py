#!/usr/bin/env python3
"""Stops a process of a pipeline for longer than its lease, and lets it go on once another has taken over.

Usage: tests/faults/stop_test.py PENSTOCK
What the stopped process had in hand must not be committed: its epochs are over.
"""

import fcntl
import os
import signal
import sys
import time

from bench import Bench, main, stop_all
from exactly_once import look_through
from pipeline import PARTITIONS, Failure, Member, Pipeline, Writer, wait_for

EVENTS_PER_SECOND = 600
LOCK_PATIENCE_SECONDS = 3
STOP_TRIES = 10


def test(bench: Bench) -> None:
    with Pipeline(bench.penstock, bench.folder / "stop") as pipeline:
        stopped, other = pipeline.member(), pipeline.member()
        writer = Writer(pipeline, "w", bench.rows, EVENTS_PER_SECOND)
        writer.start()
        try:
            wait_for("both processes have partitions", lambda: pipeline.holders() == {stopped.id, other.id})
            stop_outside_a_write(pipeline, stopped)
            wait_for("the other process has them all", lambda: pipeline.holders() == {other.id})
            answered = pipeline.answered()
            wait_for("outputs grow", lambda: pipeline.answered() > answered)
            stopped.send(signal.SIGCONT)
            wait_for("the stopped process knows what it lost", lambda: "partition lost" in stopped.log())
            wait_for("it has joined anew", lambda: stopped.id in pipeline.holders())
        finally:
            stopped.send(signal.SIGCONT)
            written = stop_all([writer])
        for member in (stopped, other):
            member.stop()
        pipeline.drain()
        findings = look_through(pipeline, written, bench.expected)
    print(f"partitions lost {stopped.log().count('partition lost')} of {PARTITIONS}, {findings}")
    findings.require_none()


def stop_outside_a_write(pipeline: Pipeline, member: Member) -> None:
    """A process that is stopped while it writes makes all others wait, as docs/formats/local-log.md says."""
    for _ in range(STOP_TRIES):
        member.send(signal.SIGSTOP)
        os.waitpid(member.process.pid, os.WUNTRACED)  # until all of its threads stand still
        if can_write(pipeline):
            return
        member.send(signal.SIGCONT)
    raise Failure(f"the process was writing each of {STOP_TRIES} times that it was stopped")


def can_write(pipeline: Pipeline) -> bool:
    deadline = time.monotonic() + LOCK_PATIENCE_SECONDS
    with (pipeline.log_folder / "log.lock").open("rb") as file:
        while time.monotonic() < deadline:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                time.sleep(0.005)
    return False


if __name__ == "__main__":
    sys.exit(main(test))
