#!/usr/bin/env python3
"""How long an event takes from its raw record to its output, where a model behind an API answers in between.

Usage: bench/whole_way.py [--penstock FILE] [--standin FILE] [--rate N] [--seconds N] [--interval TIME]... [--log local|kafka]...
Events come at a steady rate; a stand-in answers after 20 ms. On both logs, at least once and exactly once, for each commit interval.
The times are those that `penstock run --json` tells: from the raw record's timestamp to the commit of what became of it, two
commits where the event goes through a context topic. Engine, stand-in, writer and broker share the machine; nothing is judged.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests/kafka"), str(ROOT / "bench")]

from calls_curve import PARTITIONS, PROMPT, Standin  # noqa: E402
from service import Service  # noqa: E402  (found by the lines above)

ANSWER_MS = 20
TICK_SECONDS = 0.005
JOIN_SECONDS = 3

PIPELINE = """
pipeline: {name}
event: {{ id: event.id }}
route: [{{ to: llm }}]
models:
  llm:
    openai: {{ url: '{url}', model: stand-in, structured: false }}
    prompt: prompt.md
    timeout: 60s
emit: {{ id: event.id, says: output }}
delivery: {delivery}
commit: {{ interval: {interval} }}
"""


@dataclass(frozen=True)
class Case:
    log: str
    delivery: str
    interval: str

    def name(self) -> str:
        return f"way-{self.log}-{self.delivery.replace('_', '-')}-{self.interval}"


def write_steadily(standard_input: IO[bytes], rate: int, seconds: int) -> None:
    """Late ticks are made up for: the rate is that of the whole."""
    began = time.monotonic()
    written, total = 0, rate * seconds
    while written < total:
        due = min(int((time.monotonic() - began) * rate), total)
        standard_input.write(b"".join(b'{"id":"e%d","text":"My order %d has not come."}\n' % (i, i) for i in range(written, due)))
        standard_input.flush()
        written = due
        time.sleep(TICK_SECONDS)
    standard_input.close()


def run(case: Case, service: Service, standin: Standin, rate: int, seconds: int) -> None:
    name = case.name()
    (service.folder / "prompt.md").write_text(PROMPT, encoding="utf-8")
    file = service.folder / f"{name}.yaml"
    url = standin.url_of(f"case={name}&latency={ANSWER_MS}ms")
    file.write_text(PIPELINE.format(name=name, url=url, delivery=case.delivery, interval=case.interval), encoding="utf-8")
    log = f"local:{service.folder}/log" if case.log == "local" else None
    service.call("topic", "create", f"{name}.raw-events", "--partitions", str(PARTITIONS), log=log)
    engine = service.run(file, "--workers", "1", log=log)
    time.sleep(JOIN_SECONDS)
    writer = subprocess.Popen(service.command("topic", "write", f"{name}.raw-events", "--key", "event.id", log=log),
                              stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert writer.stdin is not None
    write_steadily(writer.stdin, rate, seconds)
    if writer.wait() != 0:
        raise SystemExit(f"the writer ended with {writer.returncode}")
    time.sleep(JOIN_SECONDS)
    summary = engine.stop()
    way, calls = summary["latency_ms"], summary["models"]["llm"]["calls"]
    print(f"{case.log:6} {case.delivery:14} {case.interval:>6}  {summary['outputs']:,} of {rate * seconds:,} events, "
          f"raw -> output p50 {way['p50']:.1f} ms p99 {way['p99']:.1f} ms, the call itself p50 {calls['calling_ms']['p50']:.1f} "
          f"p99 {calls['calling_ms']['p99']:.1f}, {summary['cpu_seconds'] * 1e6 / (rate * seconds):.0f} us of CPU an event",
          flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="The whole way from raw record to output.")
    parser.add_argument("--penstock", default=str(ROOT / "build/release/penstock"))
    parser.add_argument("--standin", default=str(ROOT / "build/release/tests/providers/standin/standin"))
    parser.add_argument("--rate", type=int, default=5_000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--interval", action="append", choices=["100ms", "20ms", "5ms", "1ms"])
    parser.add_argument("--log", action="append", choices=["local", "kafka"])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "standin").mkdir()
        with Service(arguments.penstock, folder) as service, Standin(Path(arguments.standin), folder / "standin") as standin:
            print(f"{arguments.rate:,} events/s for {arguments.seconds} s, answers after {ANSWER_MS} ms")
            for log in arguments.log or ["local", "kafka"]:
                for delivery in ("at_least_once", "exactly_once"):
                    for interval in arguments.interval or ["100ms", "1ms"]:
                        run(Case(log, delivery, interval), service, standin, arguments.rate, arguments.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
