"""What real topics may hold, and what may become of them while a pipeline runs. Usage: bad_input_test.py PENSTOCK"""

import json
import os
import re
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path
from typing import ClassVar

from processes import free_ports
from service import Record, Run, Service, message

PIPELINE = """
pipeline: {name}
topics: {{ context: off }}
event: {{ id: event.id }}
route: [{{ to: none }}]
emit: {{ id: event.id, text: 'has(event.text) ? event.text : ""' }}
"""
READ_WITHIN_SECONDS = 30


def event(number: int | str, text: str = "", key: bytes | None = b"k") -> Record:
    return message(json.dumps({"id": str(number), "text": text}).encode(), key)


class BadInput(unittest.TestCase):
    penstock: ClassVar[str]
    service: ClassVar[Service]
    folder: ClassVar[Path]

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.service = cls.enterClassContext(Service(cls.penstock, cls.folder))

    def tearDown(self) -> None:
        self.service.end_runs()

    def begin(self, name: str, partitions: int = 1, admin: str = "off") -> Run:
        """A pipeline of this name that has begun to run; the partitions are its raw topic's."""
        self.name, self.raw, self.out = name, f"{name}.raw-events", f"{name}.model-outputs"
        self.dead = f"{name}.dead-letters"
        self.service.java.ask("create", topic=self.raw, partitions=partitions)
        return self.start(admin)

    def start(self, admin: str = "off") -> Run:
        file = self.folder / f"{self.name}.yaml"
        file.write_text(PIPELINE.format(name=self.name), encoding="utf-8")
        run = self.service.run(file, "--workers", "1", admin=admin)
        run.wait_for("partition assigned")
        return run

    def send(self, *records: Record, **more: object) -> list[int]:
        return self.service.java.send(self.raw, list(records), **more)

    def answered(self) -> set[str]:
        return {record["value"]["id"] for record in self.service.read(self.out)}

    def expect(self, run: Run, *ids: object) -> None:
        """Until these are answered; each once, and nothing else."""
        wanted = sorted(str(one) for one in ids)
        run.wait_until(f"{self.out} has {len(wanted)}", lambda: self.service.count(self.out) >= len(wanted))
        self.assertEqual(sorted(record["value"]["id"] for record in self.service.read(self.out)), wanted)

    def dead_letters(self, run: Run, count: int) -> list[Record]:
        run.wait_until(f"{count} dead letters", lambda: self.service.count(self.dead) >= count)
        letters = self.service.read(self.dead)
        self.assertEqual(len(letters), count)
        return letters

    def test_odd_records_are_answered_or_dead_letters(self) -> None:
        run = self.begin("odd")
        odd = [("", b""), ("\u20ac", b"\xff\xfe\x00"), ("penstock-source", b"forged/0/0"), ("traceparent", b"\x00" * 64),
               ("null", None), ("long", b"x" * 10_000), ("a", b"1"), ("a", b"2")]
        headed = {**event(1), "headers": message(None, headers=odd)["headers"]}
        self.send(headed, event(2, key=None), event(3, key=b""), event(4, key=bytes(range(256))),
                  message(None, b"tombstone"), message(b"", b"empty"), message(b"\xff\xfe{", b"bytes"), event(5))
        self.expect(run, 1, 2, 3, 4, 5)
        letters = self.dead_letters(run, 3)
        self.assertEqual({letter["headers"]["penstock-error"] for letter in letters}, {"decode"})
        self.assertEqual({letter["key"] for letter in letters}, {"tombstone", "empty", "bytes"})
        first = next(record for record in self.service.read(self.out) if record["value"]["id"] == "1")
        self.assertRegex(first["headers"]["penstock-source"], r"^odd\.raw-events/0/\d+$")
        summary = run.stop()
        self.assertEqual((summary["records"], summary["outputs"]), (8, 5))

    def test_metrics_tell_of_the_brokers(self) -> None:
        address = f"127.0.0.1:{free_ports(1)[0]}"
        run = self.begin("watched", admin=address)
        self.send(event(1))

        def value(sample: str) -> float:
            with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as answer:
                text = answer.read().decode()
            found = re.search(rf"^penstock_{sample} (\S+)$", text, re.MULTILINE)
            return float(found[1]) if found else -1

        up = r'broker_connections\{pipeline="watched",state="up"\}'
        run.wait_until("a broker is up", lambda: value(up) >= 1, READ_WITHIN_SECONDS)
        self.assertGreater(value(r'broker_round_trip_seconds\{pipeline="watched"\}'), 0)
        self.assertEqual(value(r'commit_unknown_total\{pipeline="watched"\}'), 0)

    def test_every_compression_is_read(self) -> None:
        run = self.begin("compressed", partitions=2)
        kinds = ["none", "gzip", "snappy", "lz4", "zstd"]
        for kind in kinds:
            self.send(*(event(f"{kind}-{i}", "text " * 50) for i in range(200)), compression=kind)
        self.expect(run, *(f"{kind}-{i}" for kind in kinds for i in range(200)))

    def test_only_committed_records_count(self) -> None:
        run = self.begin("transactions")
        self.send(event("a"), event("b"), transaction="commit")
        self.send(event("c"), event("d"), transaction="abort")
        self.send(event("e"), transaction="commit")
        self.send(*(event(f"never-{i}") for i in range(500)), transaction="abort")
        self.expect(run, "a", "b", "e")
        run.wait_until("nothing is left", lambda: self.lag() == 0)
        self.expect(run, "a", "b", "e")
        self.assertEqual(run.stop()["records"], 3)

    def lag(self) -> int:
        return sum(one["lag"] for one in self.service.groups(f"{self.name}.prepare"))

    def test_records_above_the_outputs_limit_become_dead_letters(self) -> None:
        self.name = "large"
        self.service.java.ask("create", topic="large.model-outputs", partitions=1,
                              configs={"max.message.bytes": "20000"})
        run = self.begin("large")
        self.send(event(1), event("big", "x" * 50_000), event(2))
        self.expect(run, 1, 2)
        letter, = self.dead_letters(run, 1)
        self.assertEqual(letter["headers"]["penstock-error"], "too_large")
        self.service.java.ask("configure", topic=self.out, configs={"max.message.bytes": "5000"})
        # The limit counts what is left after compression, which makes nothing of this.
        self.send(event(3), event("lowered", os.urandom(7_500).hex()), event(4))
        self.expect(run, 1, 2, 3, 4)
        refused = self.dead_letters(run, 2)[-1]
        self.assertEqual(refused["headers"]["penstock-error"], "refused")
        self.assertRegex(refused["headers"]["penstock-source"], r"^large\.raw-events/0/\d+$")
        self.assertEqual(run.stop()["dead_letters"], 2)

    def test_partitions_that_are_added_are_read(self) -> None:
        run = self.begin("grown")
        self.send(event(1))
        self.service.java.ask("grow", topic=self.raw, partitions=3)
        self.send(event(2), partition=1)
        self.send(event(3), partition=2)
        run.wait_until("what was added is read", lambda: self.service.count(self.out) == 3, READ_WITHIN_SECONDS)
        self.expect(run, 1, 2, 3)

    def test_what_retention_deleted_is_counted_as_lost(self) -> None:
        run = self.begin("expired")
        self.send(*(event(i) for i in range(10)))
        self.expect(run, *range(10))
        run.stop()
        self.send(*(event(i) for i in range(10, 30)))
        self.service.java.ask("truncate", topic=self.raw, partition=0, offset=25)
        run = self.start()
        self.expect(run, *range(10), *range(25, 30))
        self.send(event(30))
        self.expect(run, *range(10), *range(25, 31))
        run.wait_for("records were deleted by retention before they were read")
        self.assertIn("lost=15", run.log())
        self.assertEqual(run.stop()["lost_records"], 15)

    def test_an_output_topic_that_is_deleted_is_waited_for(self) -> None:
        run = self.begin("gone")
        self.send(event(1))
        self.expect(run, 1)
        self.service.java.ask("delete", topic=self.out)
        self.send(event(2))
        run.wait_for(f"the topic {self.out} was deleted")
        self.service.java.ask("create", topic=self.out, partitions=1)
        self.expect(run, 2)
        self.send(event(3))
        self.expect(run, 2, 3)
        run.stop()

    def test_a_raw_topic_that_is_made_anew_is_told_and_read_once(self) -> None:
        run = self.begin("anew")
        self.send(*(event(i) for i in range(50)))
        self.expect(run, *range(50))
        self.service.java.ask("delete", topic=self.raw)
        self.service.java.ask("create", topic=self.raw, partitions=1)
        self.send(event("new"))
        # Brokers forget the group's positions of a topic that is deleted. A session that has noticed begins anew; one
        # that still read the old topic ends, because it does not know what it missed.
        run.wait_for("deleted and created anew")
        run.wait_until("it has begun anew or ended", lambda: self.service.count(self.out) > 50 or not run.is_running())
        if not run.is_running():
            run.end(2)
            run = self.start()
        self.expect(run, *range(50), "new")
        self.assertLess(len(run.log().splitlines()), 60)


if __name__ == "__main__":
    BadInput.penstock = sys.argv.pop(1)
    unittest.main()
