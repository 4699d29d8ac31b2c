#!/usr/bin/env python3
"""Ends a process of a pipeline by SIGTERM with hundreds of calls to a model in flight: they are answered within the time
to drain, so that they are committed, and no request is made twice; also where another process takes over.

Usage: PENSTOCK_FAULT_PROVIDER=PROGRAM tests/faults/stop_calls_test.py PENSTOCK
"""

import signal
import sys
import time

import kill_calls
from bench import Bench, main
from calls import Provider, no_answers, require_once
from kill_calls import EVENTS_PER_SECOND, IN_FLIGHT_LEAST, wait_for_holders
from pipeline import DEAD, Failure, Member, Pipeline, Writer, wait_for

STOPS = 3
STOP_SECONDS = 10


def test(bench: Bench) -> None:
    with Provider() as provider:
        kill_calls.prepare(bench, provider)
        clean = provider.counts()
        with Pipeline(bench.penstock, bench.folder / "stop", file=bench.file) as pipeline:
            writer = Writer(pipeline, "w", bench.rows, EVENTS_PER_SECOND)
            writer.start()
            try:
                for _ in range(STOPS):
                    stop_alone(pipeline, provider, clean.answered)
                stop_one_of_two(pipeline, provider)
            finally:
                written = writer.stop()
            pipeline.drain()
            findings = require_once(pipeline, written, bench.expected)
        counts = provider.counts()
    print(f"stops {2 * STOPS}, {findings}, requests {counts.requests} for {counts.events} events")
    if counts.requests != counts.events or counts.gone:
        raise Failure(f"requests were repeated or abandoned: {counts}")


def stop_alone(pipeline: Pipeline, provider: Provider, before: int) -> None:
    """`before`: so many answers the provider had given before the pipeline began."""
    answered = pipeline.answered()
    member = pipeline.member()
    wait_for("outputs grow", lambda: pipeline.answered() > answered)
    stop_at_work(provider, member)
    require_committed(pipeline, provider, member, before)


def stop_one_of_two(pipeline: Pipeline, provider: Provider) -> None:
    """The other one takes over, and is the next."""
    members = [pipeline.member()]
    for _ in range(STOPS):
        members.append(pipeline.member())
        wait_for_holders(pipeline, members)
        # Whoever has partitions by now, calls its model for a while.
        answered = pipeline.answered() + EVENTS_PER_SECOND
        wait_for("outputs grow", lambda: pipeline.answered() > answered)
        stop_at_work(provider, members.pop(0))
    members[0].stop()


def stop_at_work(provider: Provider, member: Member) -> None:
    provider.wait_for_calls(IN_FLIGHT_LEAST)
    in_flight = provider.counts().in_flight
    begin = time.monotonic()
    member.send(signal.SIGTERM)
    member.expect_end(0, STOP_SECONDS)
    print(f"SIGTERM with {in_flight} calls in flight: ended after {time.monotonic() - begin:.2f} s")


def require_committed(pipeline: Pipeline, provider: Provider, member: Member, before: int) -> None:
    counts = provider.counts()
    if counts.in_flight:
        raise Failure(f"{member.name} ended, and {counts.in_flight} calls are in flight")
    dead = sum("penstock-model" in record["headers"] for record in pipeline.read(DEAD))
    committed = pipeline.answered() + dead
    if committed != counts.answered - before:
        raise Failure(f"{counts.answered - before} answers were given, and {committed} are committed:\n{member.log()}")


if __name__ == "__main__":
    sys.exit(main(test, no_answers))
