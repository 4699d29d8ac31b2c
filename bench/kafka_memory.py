#!/usr/bin/env python3
"""What `penstock run` needs on Kafka: memory over a backlog, and processor time with many idle partitions.

Usage: bench/kafka_memory.py [--penstock FILE] [--records N] [--idle-records N] [--workers N]
Starts its own broker, which tools/fetch_kafka fetches. Exits with 1 where the memory is far above what is promised:
150 MB, and no growth between the first and the last fifth of the backlog. Times are printed only: machines are noisy.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/kafka"))

from processes import wait_for  # noqa: E402
from service import Service  # noqa: E402  (found by the line above)

PIPELINE = """
pipeline: {name}
topics: {{ context: off }}
event: {{ id: event.id }}
prepare: [{{ set: {{ risk: 'event.amount > 100.0 ? "high" : "normal"' }} }}]
route: [{{ to: none }}]
emit: {{ id: event.id, risk: risk }}
"""
PARTITIONS = 8
MANY_PARTITIONS = 512
BLOCK_LINES = 10_000
SAMPLE_SECONDS = 0.1
MEGABYTE = 1e6
PROMISED_MB = 150
MARGIN = 2  # for a noisy machine
GROWTH_MAX = 1.25
PATIENCE_SECONDS = 900


@dataclass(frozen=True)
class Measured:
    records: int
    cpu_seconds: float
    seconds: float
    resident_mb: list[float]

    def fifth(self, number: int) -> float:
        size = max(len(self.resident_mb) // 5, 1)
        return statistics.median(self.resident_mb[number * size : (number + 1) * size] or self.resident_mb)

    def cpu_us(self) -> float:
        return self.cpu_seconds * 1e6 / self.records


def block(first: int) -> bytes:
    lines = (json.dumps({"id": f"event-{first + i}", "user_id": f"user-{i % 997}", "amount": i * 0.37 % 200.0,
                         "location": "Singapore", "note": "x" * 60}) for i in range(BLOCK_LINES))
    return ("\n".join(lines) + "\n").encode()


def load(service: Service, topic: str, records: int) -> None:
    writer = subprocess.Popen(service.command("topic", "write", topic), stdin=subprocess.PIPE)
    assert writer.stdin is not None
    lines = block(0)
    for _ in range(max(records // BLOCK_LINES, 1)):
        writer.stdin.write(lines)
    writer.stdin.close()
    if writer.wait(PATIENCE_SECONDS) != 0:
        raise SystemExit(f"the writer ended with {writer.returncode}")


def resident_mb(process_id: int) -> float | None:
    try:
        pages = int(Path(f"/proc/{process_id}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGESIZE") / MEGABYTE


def drain(service: Service, name: str, workers: int) -> Measured:
    file = service.folder / f"{name}.yaml"
    file.write_text(PIPELINE.format(name=name), encoding="utf-8")
    run = service.run(file, "--workers", str(workers), "--drain")
    samples: list[float] = []
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(SAMPLE_SECONDS):
            now = resident_mb(run.id)
            if now:
                samples.append(now)

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        summary = run.end(0, PATIENCE_SECONDS)
    finally:
        ended.set()
        sampler.join()
    return Measured(summary["records"], summary["cpu_seconds"], summary["seconds"], samples)


def measure(service: Service, name: str, records: int, workers: int, partitions: int = PARTITIONS) -> Measured:
    """The records lie in the first PARTITIONS; the rest are added when they are written."""
    topic = f"{name}.raw-events"
    service.java.ask("create", topic=topic, partitions=PARTITIONS)
    load(service, topic, records)
    if partitions > PARTITIONS:
        service.java.ask("grow", topic=topic, partitions=partitions)
        wait_for("all partitions have leaders", lambda: service.refusal("topic", "describe", topic)[0] == 0, 60)
    return drain(service, name, workers)


def report_memory(memory: Measured) -> bool:
    first, last, peak = memory.fifth(0), memory.fifth(4), max(memory.resident_mb)
    print(f"backlog: {memory.records:,} records in {memory.seconds:.1f} s, {memory.records / memory.seconds:,.0f}/s")
    print(f"resident: first fifth {first:.0f} MB, last fifth {last:.0f} MB, peak {peak:.0f} MB", flush=True)
    return peak < PROMISED_MB * MARGIN and last < first * GROWTH_MAX


def report_idle(few: Measured, many: Measured) -> None:
    print(f"CPU an event: {PARTITIONS} partitions {few.cpu_us():.2f} us, "
          f"{MANY_PARTITIONS} with {MANY_PARTITIONS - PARTITIONS} idle {many.cpu_us():.2f} us "
          f"({many.cpu_us() / few.cpu_us() - 1:+.0%})")
    print(f"resident with {MANY_PARTITIONS} partitions: peak {max(many.resident_mb):.0f} MB")


def main() -> int:
    parser = argparse.ArgumentParser(description="Memory and processor time of `penstock run` on Kafka.")
    parser.add_argument("--penstock", default=str(ROOT / "build/release/penstock"))
    parser.add_argument("--records", type=int, default=5_000_000)
    parser.add_argument("--idle-records", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Service(arguments.penstock, Path(folder)) as service:
        is_kept = report_memory(measure(service, "backlog", arguments.records, arguments.workers))
        few = measure(service, "few", arguments.idle_records, arguments.workers)
        many = measure(service, "many", arguments.idle_records, arguments.workers, MANY_PARTITIONS)
        report_idle(few, many)
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
