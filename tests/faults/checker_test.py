#!/usr/bin/env python3
"""Tests the other tests: whatever is lost, repeated or wrong must be found.

Usage: tests/faults/checker_test.py PENSTOCK
"""

import sys

from bench import Bench, main
from exactly_once import Findings, look_through
from pipeline import Failure, Pipeline


def test(bench: Bench) -> None:
    rows, expected = bench.rows, bench.expected
    with Pipeline(bench.penstock, bench.folder / "checker") as pipeline:
        written = [f"{number}-w-0" for number in range(len(rows))]
        pipeline.write([row.replace("{id}", event_id) for row, event_id in zip(rows, written)])
        pipeline.drain()
        look_through(pipeline, written, expected).require_none()

        expect("an event that was never written", look_through(pipeline, [*written, "1-w-1"], expected), wrong=1)
        other = {**expected, 0: expected[len(rows) - 1]}
        expect("another answer than expected", look_through(pipeline, written, other), wrong=1)

        pipeline.write([rows[0].replace("{id}", "0-w-2")])
        written.append("0-w-2")
        expect("an event without an answer", look_through(pipeline, written, expected), missing=1)

        # The engine never answers twice by itself: it is told to begin anew.
        pipeline.call("group", "reset", "card-fraud.prepare", "--to", "start")
        pipeline.drain()
        expect("events that were answered twice", look_through(pipeline, written, expected), duplicates=len(rows))


def expect(what: str, findings: Findings, duplicates: int = 0, missing: int = 0, wrong: int = 0) -> None:
    if (findings.duplicates, findings.missing) != (duplicates, missing) or len(findings.wrong) < wrong:
        raise Failure(f"{what}: {findings}")
    try:
        findings.require_none()
    except Failure:
        return
    raise Failure(f"{what}: passed")


if __name__ == "__main__":
    sys.exit(main(test))
