"""Whether each event of a pipeline was answered exactly once, and as in a run that nothing disturbed."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline import ALERTS, DEAD, EXAMPLE, OUTPUTS, RAW, REVIEW, Failure, Pipeline, Record, row_of

# What must be the same whoever answered, and whenever.
_LINEAGE = ("penstock-route", "penstock-model", "penstock-model-version", "penstock-revision", "penstock-error")
Answer = tuple[str, Any]


@dataclass
class Findings:
    """What was looked at, and what is wrong with it."""

    inputs: int = 0
    outputs: int = 0
    dead_letters: int = 0
    duplicates: int = 0
    missing: int = 0
    wrong: list[str] = field(default_factory=list)

    def complain(self, what: str) -> None:
        self.wrong.append(what)

    def __str__(self) -> str:
        return (
            f"inputs {self.inputs}, outputs {self.outputs}, dead letters {self.dead_letters}, "
            f"duplicates {self.duplicates}, missing {self.missing}, otherwise wrong {len(self.wrong)}"
        )

    def require_none(self) -> None:
        if self.duplicates or self.missing or self.wrong:
            raise Failure("\n".join([str(self), *self.wrong[:10]]))


def clean_answers(penstock: str, folder: Path, rows: list[str],
                  file: Path = EXAMPLE / "pipeline.yaml") -> dict[int, Answer]:
    """What becomes of each row when nothing goes wrong."""
    with Pipeline(penstock, folder, file=file) as pipeline:
        pipeline.write([row.replace("{id}", f"{number}-clean-0") for number, row in enumerate(rows)])
        pipeline.drain()
        ids = {_source(record): id_of(record) for record in pipeline.read(RAW)}
        answers: dict[int, Answer] = {}
        for topic in (OUTPUTS, DEAD):
            for record in pipeline.read(topic):
                answers[row_of(ids[record["headers"]["penstock-source"]])] = _answer(topic, record)
    if len(answers) != len(rows):
        raise Failure(f"an undisturbed run answered {len(answers)} of {len(rows)} events")
    return answers


def look_through(pipeline: Pipeline, written: list[str], expected: dict[int, Answer]) -> Findings:
    """`written`: the ids of the events; `expected`: the answers by row."""
    findings = Findings(inputs=len(written))
    ids = _inputs(pipeline, written, findings)
    times: Counter[str] = Counter()
    delivered: dict[str, Counter[str]] = {ALERTS: Counter(), REVIEW: Counter()}
    for topic in (OUTPUTS, DEAD):
        for record in _consecutive(pipeline, topic, findings):
            source = record["headers"]["penstock-source"]
            times[source] += 1
            if source not in ids:
                findings.complain(f"{topic}: an answer to {source}, which nobody wrote")
                continue
            _compare(topic, record, ids[source], expected, findings)
            _note_deliveries(topic, record, source, delivered)
    findings.outputs = sum(1 for source in times if source in ids) - findings.dead_letters
    findings.duplicates = sum(count - 1 for count in times.values())
    findings.missing = sum(1 for source in ids if source not in times)
    for topic, sources in delivered.items():
        if Counter(record["headers"]["penstock-source"] for record in pipeline.read(topic)) != sources:
            findings.complain(f"{topic}: not each delivery once")
    return findings


def _inputs(pipeline: Pipeline, written: list[str], findings: Findings) -> dict[str, str]:
    ids = {_source(record): id_of(record) for record in _consecutive(pipeline, RAW, findings)}
    if Counter(ids.values()) != Counter(written):
        findings.complain(f"{RAW}: holds {len(ids)} events, not each of the {len(written)} that were written once")
    return ids


def _consecutive(pipeline: Pipeline, topic: str, findings: Findings) -> Iterable[Record]:
    """A topic's records; complains where an offset of a partition is repeated, or missing for no reason."""
    following: Counter[int] = Counter()
    for record in pipeline.read(topic):
        partition, offset = record["partition"], record["offset"]
        is_gap_fine = pipeline.has_markers and offset > following[partition]
        if offset != following[partition] and not is_gap_fine:
            findings.complain(f"{topic}/{partition}: offset {offset} where {following[partition]} follows")
        following[partition] = offset + 1
        yield record


def _compare(topic: str, record: Record, event_id: str, expected: dict[int, Answer], findings: Findings) -> None:
    findings.dead_letters += topic == DEAD
    if topic == OUTPUTS and record["value"]["tx"] != event_id:
        findings.complain(f"{topic}: the answer to {event_id} is that to {record['value']['tx']}")
    if _answer(topic, record) != expected[row_of(event_id)]:
        findings.complain(f"{topic}: {event_id} got {_answer(topic, record)}, not {expected[row_of(event_id)]}")


def _note_deliveries(topic: str, record: Record, source: str, delivered: dict[str, Counter[str]]) -> None:
    """By the rules that stand in the pipeline's file."""
    if topic != OUTPUTS:
        return
    if record["value"]["decision"] == "block":
        delivered[ALERTS][source] += 1
    if 0.4 < record["value"]["score"] < 0.6:
        delivered[REVIEW][source] += 1


def _source(record: Record) -> str:
    return f"{record['topic']}/{record['partition']}/{record['offset']}"


def id_of(record: Record) -> str:
    value = record["value"]
    if isinstance(value, dict):
        return str(value["tx_id"])
    found = re.search(r'"tx_id":"([^"]*)"', value)
    if found is None:
        raise Failure(f"{_source(record)} has no id")
    return found[1]


def _answer(topic: str, record: Record) -> Answer:
    lineage = [record["headers"].get(name) for name in _LINEAGE]
    if topic == DEAD:
        return topic, lineage
    return topic, [lineage, {name: value for name, value in record["value"].items() if name != "tx"}]
