"""Asks the models of a server for each of its faults, all in one run of a pipeline, and tells what came of it."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faults import TIMEOUT_SECONDS, Cannot, Fault, Outcome
from servers import KEY, Failure, Server

RUN_SECONDS = 240
RAW, OUTPUTS, DEAD = "faults.raw-events", "faults.model-outputs", "faults.dead-letters"
MICROSECONDS = 1_000_000
LABEL = {"type": "object", "properties": {"label": {"type": "string"}}, "required": ["label"],
         "additionalProperties": False}


@dataclass
class Cell:
    """What came of one fault: words for people, and what is wrong with it."""

    shown: str
    wrong: list[str]


def run(penstock: str, server: Server, faults: list[Fault], folder: Path) -> dict[str, Cell]:
    """A cell for each fault, by its name."""
    folder.mkdir(parents=True)
    possible = [fault for fault in faults if not isinstance(server.expected(fault), Cannot)]
    records = ask_all(penstock, server, possible, folder)
    attempts = server.attempts()
    return {fault.name: cell_of(server.expected(fault), records.get(fault.name, []),
                                None if server.misses(fault) else attempts.get(fault.name, 0)) for fault in faults}


def ask_all(penstock: str, server: Server, faults: list[Fault], folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The records that came of each fault."""
    file = folder / "faults.yaml"
    file.write_text(json.dumps(pipeline_of(server, faults)), encoding="utf-8")
    (folder / "label.json").write_text(json.dumps(LABEL), encoding="utf-8")
    events = "".join(json.dumps({"fault": fault.name, "text": "hi"}) + "\n" for fault in faults)
    call(penstock, folder, "topic", "create", RAW, "--partitions", "2")
    call(penstock, folder, "topic", "write", RAW, text=events)
    call(penstock, folder, "run", str(file), "--drain", "--admin", "off", "--state", str(folder / "state"))
    found: dict[str, list[dict[str, Any]]] = {}
    for topic in (OUTPUTS, DEAD):
        for line in call(penstock, folder, "topic", "read", topic).splitlines():
            record = json.loads(line)
            found.setdefault(record["headers"]["penstock-route"], []).append(record)
    return found


def pipeline_of(server: Server, faults: list[Fault]) -> dict[str, Any]:
    return {"pipeline": "faults",
            "route": [{"when": f'event.fault == "{fault.name}"', "to": fault.name} for fault in faults],
            "models": {fault.name: model_of(server, fault) for fault in faults}}


def model_of(server: Server, fault: Fault) -> dict[str, Any]:
    api = {"url": server.url(fault), "model": fault.name, "key": "${env:PENSTOCK_TEST_KEY}", **fault.openai}
    is_chat = api.get("task") != "embeddings"
    shown = {} if "answer" in fault.model else {"output": {"text": "text"} if is_chat else {"embedding": "embedding"}}
    return {"openai": api, "input": {"user" if is_chat else "input": "event.text"}, "timeout": f"{TIMEOUT_SECONDS}s",
            "retry": {"attempts": 3, "base": "50ms", "cap": "200ms"}, **shown, **fault.model}


def call(penstock: str, folder: Path, *arguments: str, text: str = "") -> str:
    """What a command prints that must succeed."""
    command = [penstock, *arguments, "--log", f"local:{folder / 'log'}"]
    environment = {**os.environ, "PENSTOCK_TEST_KEY": KEY}
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, cwd=folder,
                              env=environment, timeout=RUN_SECONDS)
    except subprocess.TimeoutExpired as late:
        raise Failure(f"{arguments} still runs after {RUN_SECONDS} s: {late.stderr!r}") from late
    if done.returncode != 0:
        raise Failure(f"{arguments} ended with {done.returncode}: {done.stderr}")
    if KEY in done.stdout + done.stderr:
        raise Failure(f"{arguments} shows the key")
    return done.stdout


def cell_of(expected: Outcome | Cannot, records: list[dict[str, Any]], seen: int | None) -> Cell:
    """`seen`: the requests that the server saw, where it can tell."""
    if isinstance(expected, Cannot):
        return Cell("cannot", [])
    if len(records) != 1:
        return Cell(f"{len(records)} records", [f"{len(records)} records came of it"])
    headers = records[0]["headers"]
    came = outcome_of(records[0], int(headers.get("penstock-latency-us", "0")) / MICROSECONDS)
    wrong = differences(expected, came)
    if seen is None:
        return Cell(f"{came.end}, ?", wrong)
    if seen != came.attempts:
        wrong.append(f"the server saw {seen} requests, the engine made {came.attempts}")
    return Cell(f"{came.end}, {seen}", wrong)


def outcome_of(record: dict[str, Any], seconds: float) -> Outcome:
    headers = record["headers"]
    attempts = int(headers.get("penstock-attempts", "0"))
    if record["topic"] == OUTPUTS:
        return Outcome("output", attempts, record["value"]["output"], seconds, seconds)
    return Outcome(headers["penstock-error"], attempts, headers["penstock-error-message"], seconds, seconds)


def differences(expected: Outcome, came: Outcome) -> list[str]:
    """`came`: with the seconds that it took in both of their places."""
    wrong = []
    if (came.end, came.attempts) != (expected.end, expected.attempts):
        wrong.append(f"{came.end} after {came.attempts} attempts, not {expected.end} after {expected.attempts}: "
                     f"{str(came.says)[:300]}")
    elif came.says != expected.says if came.end == "output" else expected.says not in came.says:
        wrong.append(f"{str(came.says)[:300]!r}, not {str(expected.says)[:300]!r}")
    if not expected.least_seconds <= came.least_seconds <= expected.most_seconds:
        wrong.append(f"{came.least_seconds:.2f} s, not {expected.least_seconds:g} to {expected.most_seconds:g} s")
    return wrong
