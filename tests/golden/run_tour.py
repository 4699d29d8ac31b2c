#!/usr/bin/env python3
"""Runs examples/tour on an embedded log, and compares what its topics hold with tests/golden/tour.

Usage: tests/golden/run_tour.py PENSTOCK [--update]
With --update, what is there becomes what is expected: look at the difference before you commit it.
"""

import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOUR = ROOT / "examples" / "tour"
EXPECTED = ROOT / "tests" / "golden" / "tour"
INPUTS = {"tour.payments": "events.jsonl", "tour.web-payments": "web-events.jsonl"}
WRITTEN = ("tour.outputs", "tour.context", "tour.dead", "tour.review", "tour.alerts", "tour.large")
TIMEOUT_SECONDS = 120
RECORD_TIME = re.compile(r"(its record's timestamp, )\S+(, )")


def run(penstock: str, folder: Path, *arguments: str, stdin: Path | None = None) -> str:
    """What the program prints; a failure ends the test, with what it complained of."""
    environment = {**os.environ, "TOUR_MASK_KEY": "not-a-secret-in-tests", "PENSTOCK_LOG": f"local:{folder}/log"}
    with open(stdin or os.devnull, "rb") as source:
        done = subprocess.run([penstock, *arguments], stdin=source, capture_output=True, env=environment, cwd=folder,
                              timeout=TIMEOUT_SECONDS, check=False)
    if done.returncode != 0:
        sys.exit(f"penstock {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr.decode()}")
    return done.stdout.decode()


def normalized(line: str) -> tuple[str, str]:
    """A printed record without what differs from run to run; first, what it is sorted by."""
    record = json.loads(line)
    headers = record["headers"]
    # Of the revision only that it is there: it changes with every change of the file.
    headers["penstock-revision"] = "*" if headers["penstock-revision"] else "missing"
    message = headers.get("penstock-error-message")
    if message:
        headers["penstock-error-message"] = RECORD_TIME.sub(r"\1*\2", message)
    kept = {name: record[name] for name in record if name not in ("topic", "partition", "offset", "timestamp")}
    return headers["penstock-source"], json.dumps(kept, ensure_ascii=False)


def contents(penstock: str, folder: Path, topic: str) -> list[str]:
    lines = run(penstock, folder, "topic", "read", topic).splitlines()
    return [text for _, text in sorted(normalized(line) for line in lines)]


def compare(topic: str, actual: list[str], update: bool) -> bool:
    path = EXPECTED / f"{topic}.jsonl"
    if update:
        path.write_text("".join(line + "\n" for line in actual), encoding="utf-8")
        return True
    expected = path.read_text(encoding="utf-8").splitlines()
    for line in difflib.unified_diff(expected, actual, f"{topic} expected", f"{topic} is", lineterm=""):
        print(line)
    return expected == actual


def main() -> int:
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["--update"]):
        sys.exit(__doc__)
    penstock, update = os.path.abspath(sys.argv[1]), bool(sys.argv[2:])
    pipeline = str(TOUR / "pipeline.yaml")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(penstock, folder, "check", pipeline)
        run(penstock, folder, "test", pipeline)
        for topic, file in INPUTS.items():
            run(penstock, folder, "topic", "create", topic, "--partitions", "1")
            run(penstock, folder, "topic", "write", topic, "--key", "event.user_id", stdin=TOUR / file)
        summary = json.loads(run(penstock, folder, "run", pipeline, "--drain", "--json"))
        good = [compare(topic, contents(penstock, folder, topic), update) for topic in WRITTEN]
        records = sum(len((TOUR / file).read_text(encoding="utf-8").splitlines()) for file in INPUTS.values())
        ends = summary["outputs"] + summary["dead_letters"] + summary["dropped"]
        if not summary["records"] == ends == records:
            print(f"{records} records came in, and of {summary['records']} that were read {ends} came to an end")
            return 1
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
