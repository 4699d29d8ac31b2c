#!/usr/bin/env python3
"""Ends a pipeline in the middle of its work: one SIGTERM commits what was read, two of them end at once.

Usage: tests/faults/signal_test.py PENSTOCK
"""

import fcntl
import signal
import sys
import time

from bench import Bench, main
from exactly_once import look_through
from pipeline import Failure, Pipeline, wait_for

BACKLOG = 60_000
STOP_SECONDS = 10
AT_ONCE_SECONDS = 2


def test(bench: Bench) -> None:
    with Pipeline(bench.penstock, bench.folder / "signal") as pipeline:
        written = [f"{n % len(bench.rows)}-w-{n}" for n in range(BACKLOG)]
        rows = bench.rows
        pipeline.write([rows[n % len(rows)].replace("{id}", event_id) for n, event_id in enumerate(written)])
        stop_once(pipeline)
        stop_twice(pipeline)
        pipeline.drain()
        findings = look_through(pipeline, written, bench.expected)
    print(findings)
    findings.require_none()


def stop_once(pipeline: Pipeline) -> None:
    member = pipeline.member("--json")
    wait_for("outputs grow", lambda: pipeline.answered() > 0)
    begin = time.monotonic()
    member.send(signal.SIGTERM)
    member.expect_end(0, STOP_SECONDS)
    read = member.summary()["records"]
    committed = sum(partition["position"] for partition in pipeline.group())
    print(f"SIGTERM: read {read} of {BACKLOG}, committed {committed}, ended after {time.monotonic() - begin:.2f} s")
    if read != committed:
        raise Failure("not everything that was read is committed")
    if read == BACKLOG:
        raise Failure("everything was answered before the signal came: the backlog is too small for this machine")


def stop_twice(pipeline: Pipeline) -> None:
    member = pipeline.member()
    wait_for("it has begun", member.has_begun)
    with (pipeline.log_folder / "log.lock").open("rb") as file:
        # While somebody else writes, no commit settles, and a stop waits for its last one.
        fcntl.flock(file, fcntl.LOCK_EX)
        member.send(signal.SIGTERM)
        wait_for("it stops", lambda: "a second signal stops at once" in member.log())
        member.send(signal.SIGTERM)
        member.expect_end(130, AT_ONCE_SECONDS)


if __name__ == "__main__":
    sys.exit(main(test))
