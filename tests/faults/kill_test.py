#!/usr/bin/env python3
"""Kills processes of a pipeline, as kill -9 does, while events come, and looks whether each is answered exactly once.

Usage: tests/faults/kill_test.py PENSTOCK
PENSTOCK_KILLS says how often (default: 20). Two processes share the pipeline. Each kill, of one of them or of both,
comes at a random moment after outputs have grown since the last; who was killed comes back at once, or when the other
process has taken over.
"""

import os
import sys
import time

from bench import Bench, main, stop_all
from exactly_once import look_through
from pipeline import Member, Pipeline, Writer, wait_for

KILLS = int(os.environ.get("PENSTOCK_KILLS", "20"))
WRITERS = 2
EVENTS_PER_SECOND = 400  # of each writer
BOTH_PROBABILITY = 0.2
TAKE_OVER_PROBABILITY = 0.3  # that a killed process comes back only when the other one has its partitions
JITTER_SECONDS = 0.5  # so that kills hit whatever a process does: polling, committing, joining


def test(bench: Bench) -> None:
    with Pipeline(bench.penstock, bench.folder / "kill") as pipeline:
        members = [pipeline.member(), pipeline.member()]
        writers = [Writer(pipeline, f"w{number}", bench.rows, EVENTS_PER_SECOND) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        try:
            kill_again_and_again(bench, pipeline, members)
        finally:
            written = stop_all(writers)
        for member in members:
            member.stop()
        pipeline.drain()
        findings = look_through(pipeline, written, bench.expected)
    print(f"kills {KILLS}, {findings}")
    findings.require_none()


def kill_again_and_again(bench: Bench, pipeline: Pipeline, members: list[Member]) -> None:
    answered = kills = at_work = taken_over = 0
    while kills < KILLS:
        wait_for("outputs grow", lambda: pipeline.answered() > answered)
        time.sleep(bench.random.uniform(0, JITTER_SECONDS))
        answered = pipeline.answered()
        both = bench.random.random() < BOTH_PROBABILITY and kills + 2 <= KILLS
        victims = [0, 1] if both else [bench.random.randrange(2)]
        at_work += sum(members[index].has_begun() for index in victims)
        for index in victims:
            members[index].kill()
        if not both and bench.random.random() < TAKE_OVER_PROBABILITY:
            survivor = members[1 - victims[0]]
            wait_for("the other process has all partitions", lambda: pipeline.holders() == {survivor.id})
            taken_over += 1
        for index in victims:
            members[index] = pipeline.member()
        kills += len(victims)
    print(f"killed at work {at_work} of {kills}, left to the other process {taken_over}")


if __name__ == "__main__":
    sys.exit(main(test))
