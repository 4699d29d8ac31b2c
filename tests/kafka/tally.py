"""Whether each of a million events was answered exactly once. What exactly_once.py compares field by field, this
compares by bytes: it takes seconds."""

import json
import subprocess
from collections.abc import Iterator

from exactly_once import Answer, Findings
from pipeline import DEAD, OUTPUTS, RAW, Failure, Pipeline, row_of

_SOURCE = b'"penstock-source":"'
_VALUE = b'"value":{"tx":"'


def tally(pipeline: Pipeline, written: list[str], expected: dict[int, Answer]) -> Findings:
    """`written`: the ids of the events; `expected`: the answers by row."""
    findings = Findings(inputs=len(written))
    unanswered = dict(_event(line) for line in _lines(pipeline, RAW))
    if len(unanswered) != len(written) or set(unanswered.values()) != {one.encode() for one in written}:
        findings.complain(f"{RAW}: holds {len(unanswered)} events, not each of {len(written)} once")
    _take_outputs(pipeline, unanswered, expected, findings)
    _take_dead_letters(pipeline, unanswered, expected, findings)
    findings.missing = len(unanswered)
    return findings


def _take_outputs(
    pipeline: Pipeline, unanswered: dict[bytes, bytes], expected: dict[int, Answer], findings: Findings
) -> None:
    right: set[tuple[int, bytes]] = set()
    for line in _lines(pipeline, OUTPUTS):
        event_id = _take(OUTPUTS, line, unanswered, findings)
        if event_id is None:
            continue
        findings.outputs += 1
        tx, _, rest = line.partition(_VALUE)[2].partition(b'",')
        if tx != event_id:
            findings.complain(f"{OUTPUTS}: the answer to {event_id!r} is that to {tx!r}")
        answer = (row_of(event_id.decode()), rest)
        if answer in right:
            continue
        topic, what = expected[answer[0]]
        if topic == OUTPUTS and json.loads(b"{" + rest[:-2]) == what[1]:
            right.add(answer)
        else:
            findings.complain(f"{OUTPUTS}: {event_id!r} got {rest!r}")


def _take_dead_letters(
    pipeline: Pipeline, unanswered: dict[bytes, bytes], expected: dict[int, Answer], findings: Findings
) -> None:
    for line in _lines(pipeline, DEAD):
        event_id = _take(DEAD, line, unanswered, findings)
        if event_id is None:
            continue
        findings.dead_letters += 1
        if expected[row_of(event_id.decode())][0] != DEAD:
            findings.complain(f"{DEAD}: {event_id!r} should have been answered")


def _take(topic: str, line: bytes, unanswered: dict[bytes, bytes], findings: Findings) -> bytes | None:
    """The id of the event that this answers; none where it needed no answer any more."""
    source = line.partition(_SOURCE)[2].partition(b'"')[0]
    event_id = unanswered.pop(source, None)
    if event_id is None:
        findings.duplicates += 1
        findings.complain(f"{topic}: {source!r} was answered already, or nobody wrote it")
    return event_id


def _event(line: bytes) -> tuple[bytes, bytes]:
    """Where it is, as answers name it, and its id: in a value that is no JSON, quotes are escaped."""
    _, partition, offset, rest = line.split(b",", 3)
    source = b"/".join((RAW.encode(), partition.partition(b":")[2], offset.partition(b":")[2]))
    return source, rest.partition(b"tx_id")[2].replace(b"\\", b"", 4).split(b'"', 3)[2]


def _lines(pipeline: Pipeline, topic: str) -> Iterator[bytes]:
    """As `penstock topic read` prints them."""
    with pipeline.start("topic", "read", topic, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield from process.stdout
    if process.returncode != 0:
        raise Failure(f"topic read {topic} ended with {process.returncode}")
