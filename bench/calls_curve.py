#!/usr/bin/env python3
"""Calls in flight through the whole engine: how near it comes to what the model's limit allows, and what a call costs.

Usage: bench/calls_curve.py [--penstock FILE] [--standin FILE] [--only NAME]
Runs a pipeline on an embedded log against a stand-in that answers after 1 to 10 s, with more and more calls in flight.
Prints a line for each; nothing is judged, since the stand-in and the engine share the machine.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEAST_SECONDS, MOST_SECONDS = 1, 10
MEAN_SECONDS = (LEAST_SECONDS + MOST_SECONDS) / 2
SETTLE_SECONDS = 15  # until the calls that began together are spread out
MEASURED_SECONDS = 20
ONE_CALL_SECONDS = 10
PARTITIONS = 8
DESCRIPTORS = 20_000

PIPELINE = """
pipeline: {name}
topics: {{ raw: curve.raw-events }}
event: {{ id: event.id }}
route: [{{ to: llm }}]
models:
  llm:
    openai: {{ url: '{url}', model: stand-in, structured: false{trust} }}
    prompt: prompt.md
    timeout: 60s
    deadline: 5m
    limits: {{ in_flight: {in_flight} }}
emit: {{ id: event.id, says: output }}
"""
PROMPT = """## system
You label support messages.
## user
{{ event.text }}
"""


@dataclass(frozen=True)
class Case:
    name: str
    in_flight: int
    place: str = "http"


CASES = [
    Case("100", 100),
    Case("1,000", 1_000),
    Case("10,000", 10_000),
    Case("18,000, as many as descriptors allow", 18_000),
    Case("10,000 on HTTP/2", 10_000, "https"),
    Case("30,000 on HTTP/2", 30_000, "https"),
]


class Standin:
    def __init__(self, program: Path, folder: Path):
        self._process = subprocess.Popen([str(program), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.where = json.loads(self._process.stdout.readline())

    def __enter__(self) -> "Standin":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def url(self, case: Case) -> str:
        what = f"case=c{case.in_flight}-{case.place}&latency={LEAST_SECONDS}s&most={MOST_SECONDS}s"
        return self.url_of(what, case.place)

    def url_of(self, what: str, place: str = "http") -> str:
        return f"{place}://127.0.0.1:{self.where[place]}/with/{urllib.request.quote(what, safe='')}/v1"

    def counts(self, case: Case) -> dict[str, int]:
        url = f"http://127.0.0.1:{self.where['http']}/control/counts?case=c{case.in_flight}-{case.place}"
        with urllib.request.urlopen(url, timeout=60) as answer:
            return dict(json.load(answer))


def write_events(penstock: Path, log: str, count: int) -> None:
    subprocess.run([penstock, "topic", "create", "curve.raw-events", "--partitions", str(PARTITIONS), "--log", log], check=True,
                   stdout=subprocess.DEVNULL)
    lines = "".join(f'{{"id":"e{i}","text":"My order {i} has not come, and nobody answers the phone."}}\n' for i in range(count))
    subprocess.run([penstock, "topic", "write", "curve.raw-events", "--key", "event.id", "--log", log], check=True, text=True,
                   input=lines, stdout=subprocess.DEVNULL)


def resident_bytes(process: int) -> int:
    return int(Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1]) * resource.getpagesize()


def cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def answered(counts: dict[str, int]) -> int:
    return counts["requests"] - counts["in_flight"]


def bytes_without_calls(penstock: Path, folder: Path, log: str) -> int:
    """Of a process that has read the same backlog, and makes one call."""
    process = start(penstock, folder, folder / "one.yaml", log, "one")
    try:
        time.sleep(ONE_CALL_SECONDS)
        return resident_bytes(process.pid)
    finally:
        stop(process)


def start(penstock: Path, folder: Path, file: Path, log: str, name: str) -> "subprocess.Popen[bytes]":
    with (folder / f"{name}.log").open("wb") as errors:
        return subprocess.Popen([penstock, "run", file, "--log", log, "--state", folder / f"{name}.state", "--admin", "off",
                                 "--workers", "2"], stderr=errors, stdout=subprocess.DEVNULL, cwd=folder)


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


def run(case: Case, penstock: Path, standin: Standin, folder: Path) -> None:
    folder.mkdir()
    (folder / "prompt.md").write_text(PROMPT, encoding="utf-8")
    trust = f", ca: {standin.where['ca']}" if case.place == "https" else ""
    for name, of in {"one": Case("one", 1, case.place), "run": case}.items():
        text = PIPELINE.format(name=name, url=standin.url(of), in_flight=of.in_flight, trust=trust)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    log = f"local:{folder}/log"
    seconds = SETTLE_SECONDS + MEASURED_SECONDS + MOST_SECONDS
    write_events(penstock, log, int(case.in_flight * (1 + 1.2 * seconds / MEAN_SECONDS)))
    idle = bytes_without_calls(penstock, folder, log)
    process = start(penstock, folder, folder / "run.yaml", log, "run")
    try:
        began = time.monotonic()
        while standin.counts(case)["requests"] < case.in_flight and time.monotonic() - began < 30:
            time.sleep(0.1)
        time.sleep(SETTLE_SECONDS)
        before, cpu, at = answered(standin.counts(case)), cpu_seconds(process.pid), time.monotonic()
        resident = []
        while time.monotonic() - at < MEASURED_SECONDS:
            time.sleep(0.5)
            resident.append(resident_bytes(process.pid))
        counts = standin.counts(case)
        passed, calls = time.monotonic() - at, answered(counts) - before
    finally:
        used = cpu_seconds(process.pid) - cpu if "cpu" in locals() else 0.0
        stop(process)
    rate, bound = calls / passed, case.in_flight / MEAN_SECONDS
    print(f"{case.name:40} {rate:8.0f} calls/s of {bound:6.0f} ({100 * rate / bound:5.1f} %), "
          f"{1e6 * used / calls:5.0f} us a call, {max(resident) / 1e6:6.0f} MB, "
          f"{(max(resident) - idle) / case.in_flight / 1e3:5.1f} kB a call above one, peak {counts['peak']} on {counts['peers']} connections",
          flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--penstock", type=Path, default=ROOT / "build/release/penstock")
    parser.add_argument("--standin", type=Path, default=ROOT / "build/release/tests/providers/standin/standin")
    parser.add_argument("--only", choices=[case.name for case in CASES])
    given = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(DESCRIPTORS, most), most))
    with tempfile.TemporaryDirectory(prefix="penstock-curve-") as name:
        with Standin(given.standin, Path(name)) as standin:
            for number, case in enumerate(CASES):
                if given.only in (None, case.name):
                    run(case, given.penstock.resolve(), standin, Path(name) / str(number))
    return 0


if __name__ == "__main__":
    sys.exit(main())
