"""The card-fraud pipeline with a model that answers later: a provider that counts, and what its counts say of kills."""

import json
import os
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exactly_once import Answer, Findings, clean_answers, look_through
from pipeline import Failure, Pipeline, wait_for

SLOWNESS = int(os.environ.get("PENSTOCK_SLOWNESS", "1"))  # of a build, compared with a release
LEAST_MS, MOST_MS = 200, 1000  # how long an answer takes
IN_FLIGHT_MAX = 1000  # the model's limit
COMMIT_SECONDS = 0.1  # the pipeline's interval
# Beyond the interval, answers may wait for a commit that is under way, or for a worker whose turn it is not.
SLACK_SECONDS = 0.9
REST_SECONDS = 0.1  # without news of clients that went away
# While so many calls are in flight as there may be, so many of them end in a second.
ANSWERS_PER_SECOND = IN_FLIGHT_MAX * 2000 // (LEAST_MS + MOST_MS)
# Of answers, so many may not be committed yet when a process is killed.
UNCOMMITTED_MAX = int(ANSWERS_PER_SECOND * (COMMIT_SECONDS + SLACK_SECONDS))

_FILE = """pipeline: card-fraud
event:
  id: event.tx_id
  key: event.user_id
  time: timestamp(event.time)
  types: { event.amount: double }
  rules:
    - { name: amount-known, that: event.amount >= 0.0 }
    - { name: all-features, that: size(event.features) == 29 }
route: [{ to: scorer }]
models:
  scorer:
    http: { url: 'URL' }
    input: { body: '{"id": event.tx_id, "amount": event.amount}' }
    output: { score: response.score }
    limits: { LIMITS }
postprocess:
  - require: { that: 'output.score >= 0.0 && output.score <= 1.0' }
  - set: { output.decision: 'output.score > 0.9 ? "block" : "allow"' }
emit: { tx: event.tx_id, score: output.score, decision: output.decision }
deliver:
  - { to: card-fraud.alerts, when: 'output.decision == "block"' }
  - { review: { when: 'output.score > 0.4 && output.score < 0.6' } }
"""


@dataclass
class Counts:
    """What the provider counted (provider/main.go)."""

    requests: int
    events: int
    answered: int
    gone: int
    in_flight: int
    peak: int
    per_second: int
    repeated: list[int]
    again: list[str]


@dataclass
class Arrivals:
    """When requests came, in the provider's milliseconds: those that it took, those that it answered with 503."""

    now: int
    taken: list[int]
    failed: list[int]


class Provider:
    """Its process ends with the block. Answers take from `least_ms` to `most_ms`."""

    def __init__(self, least_ms: int = LEAST_MS, most_ms: int = MOST_MS) -> None:
        program = os.environ.get("PENSTOCK_FAULT_PROVIDER")
        if program is None:
            raise Failure("PENSTOCK_FAULT_PROVIDER must name the provider's program")
        command = [program, str(least_ms), str(most_ms)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        port, control = map(int, self._process.stdout.readline().split())
        self.url = f"http://127.0.0.1:{port}"
        self._control = f"http://127.0.0.1:{control}"

    def __enter__(self) -> "Provider":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def counts(self) -> Counts:
        return Counts(**self._ask("GET", "/counts"))

    def next_period(self) -> None:
        self._ask("POST", "/next")

    def become(self, what: str) -> None:
        """serve; fail, with 503; refuse, where nobody listens."""
        self._ask("POST", f"/{what}")

    def arrivals(self) -> Arrivals:
        return Arrivals(**self._ask("GET", "/arrivals"))

    def wait_for_calls(self, count: int) -> None:
        wait_for(f"{count} calls are in flight", lambda: self.counts().in_flight >= count)

    def wait_for_rest(self) -> None:
        """Until no more clients are found to have gone away."""
        gone = -1
        while gone != (gone := self.counts().gone):
            time.sleep(REST_SECONDS)

    def _ask(self, method: str, path: str) -> Any:
        request = urllib.request.Request(self._control + path, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def write_file(folder: Path, provider: Provider, limits: str = f"in_flight: {IN_FLIGHT_MAX}") -> Path:
    file = folder / "calls.yaml"
    text = _FILE.replace("URL", provider.url + "/").replace("LIMITS", limits)
    file.write_text(text, encoding="utf-8")
    return file


def expected_answers(penstock: str, folder: Path, rows: list[str], file: Path) -> dict[int, Answer]:
    return clean_answers(penstock, folder / "clean-calls", rows, file)


def no_answers(*_: object) -> dict[int, Answer]:
    """For tests that find out later what to expect."""
    return {}


def judge(kills: list[Counts], first_period: int, counts: Counts) -> None:
    """`kills`: the counts when each came; `first_period`: that which ended with the first of them."""
    repeats = counts.repeated[first_period:]
    for number, kill in enumerate(kills):
        bound = kill.in_flight + UNCOMMITTED_MAX
        print(f"kill {number + 1}: {kill.in_flight} in flight, {kill.per_second} answers/s, "
              f"repeated {repeats[number]}, bound {bound}")
        if not 0 < repeats[number] <= bound:
            raise Failure(f"kill {number + 1} met no call, or repeated more than was in flight or not committed")
    if sum(repeats[len(kills):]) > 0:
        raise Failure(f"requests were repeated that no kill had ended, such as those for {counts.again}")


def require_once(pipeline: Pipeline, written: list[str], expected: dict[int, Answer]) -> Findings:
    findings = look_through(pipeline, written, expected)
    findings.require_none()
    return findings
