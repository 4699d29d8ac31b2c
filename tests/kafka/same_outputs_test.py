"""The example pipeline gives the same on Kafka as on the embedded log. Usage: same_outputs_test.py PENSTOCK"""

import gzip
import itertools
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, ClassVar

from service import Record, Service

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/card-fraud"
RAW = "card-fraud.raw-events"
WRITTEN = ["card-fraud.model-outputs", "card-fraud.dead-letters", "card-fraud.alerts", "card-fraud.human-review"]
PARTITIONS = 4
LATENCY = "penstock-latency-us"

Place = tuple[str, int, int]


def lines() -> list[str]:
    """The example's events, and among them some that break its contract."""
    with gzip.open(EXAMPLE / "data/transactions.jsonl.gz", "rt", encoding="utf-8") as file:
        events = file.read().splitlines()
    broken = [events[0][: len(events[0]) // 2], "", "null", events[1].replace('"amount":', '"amount":-')]
    return events[:500] + broken + events[500:]


class SameOutputs(unittest.TestCase):
    penstock: ClassVar[str]

    def test_on_kafka_as_on_the_embedded_log(self) -> None:
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        service = self.enterContext(Service(self.penstock, folder))
        local, kafka = (self.outputs(service, log) for log in (f"local:{folder / 'log'}", None))
        for topic in WRITTEN:
            self.assertGreater(len(local[topic]), 0, topic)
            for places in itertools.product(range(PARTITIONS), repeat=2):
                ours, theirs = (between(log[topic], *places) for log in (local, kafka))
                self.assertEqual(ours, theirs, f"{topic}/{places[1]} from {RAW}/{places[0]}")

    def outputs(self, service: Service, log: str | None) -> dict[str, list[Record]]:
        service.call("topic", "create", RAW, "--partitions", str(PARTITIONS), log=log)
        service.call("topic", "write", RAW, "--key", "event.user_id", text="\n".join(lines()) + "\n", log=log)
        service.run(EXAMPLE / "pipeline.yaml", "--workers", "2", "--drain", log=log).end(0)
        places = self.places(service.read(RAW, log=log))
        self.assertEqual(len(places), len(lines()))
        return {topic: [comparable(record, places) for record in service.read(topic, log=log)] for topic in WRITTEN}

    @staticmethod
    def places(records: list[Record]) -> dict[str, Place]:
        """Each raw record's number in its partition, by what penstock-source says: offsets differ by markers."""
        counts: dict[int, int] = {}
        places = {}
        for record in records:
            partition = record["partition"]
            number = counts[partition] = counts.get(partition, -1) + 1
            places[f"{record['topic']}/{partition}/{record['offset']}"] = (record["topic"], partition, number)
        return places


def between(records: list[Record], source: int, partition: int) -> list[Record]:
    """Of one raw partition, in one that was written: only these have an order."""
    return [record for record in records
            if record["partition"] == partition and record["headers"]["penstock-source"][1] == source]


def comparable(record: Record, places: dict[str, Place]) -> dict[str, Any]:
    headers: dict[str, Any] = dict(record["headers"])
    headers["penstock-source"] = places[headers["penstock-source"]]
    headers.pop(LATENCY, None)
    kept = {name: value for name, value in record.items() if name not in ("offset", "timestamp", "headers")}
    return {**kept, "headers": headers}


if __name__ == "__main__":
    SameOutputs.penstock = sys.argv.pop(1)
    unittest.main()
