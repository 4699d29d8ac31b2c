#!/usr/bin/env python3
"""Ends a process of a pipeline by SIGTERM with hundreds of calls to a model in flight: they are answered within the time
to drain, so that they are committed, and no request is made twice.

Usage: PENSTOCK_FAULT_PROVIDER=PROGRAM tests/faults/stop_calls_test.py PENSTOCK
"""

import signal
import sys
import time

import kill_calls
from bench import Bench, main
from calls import Provider, no_answers, require_once
from kill_calls import EVENTS_PER_SECOND, IN_FLIGHT_LEAST
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
                    stop_at_work(pipeline, provider, clean.answered)
            finally:
                written = writer.stop()
            pipeline.drain()
            findings = require_once(pipeline, written, bench.expected)
        counts = provider.counts()
    print(f"stops {STOPS}, {findings}, requests {counts.requests} for {counts.events} events")
    if counts.requests != counts.events or counts.gone:
        raise Failure(f"requests were repeated or abandoned: {counts}")


def stop_at_work(pipeline: Pipeline, provider: Provider, before: int) -> None:
    """`before`: so many answers the provider had given before the pipeline began."""
    answered = pipeline.answered()
    member = pipeline.member()
    wait_for("outputs grow", lambda: pipeline.answered() > answered)
    provider.wait_for_calls(IN_FLIGHT_LEAST)
    in_flight = provider.counts().in_flight
    begin = time.monotonic()
    member.send(signal.SIGTERM)
    member.expect_end(0, STOP_SECONDS)
    print(f"SIGTERM with {in_flight} calls in flight: ended after {time.monotonic() - begin:.2f} s")
    require_committed(pipeline, provider, member, before)


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
