"""What `penstock group` says and does, compared with Kafka's own command. Usage: group_test.py PENSTOCK HOLES"""

import datetime
import json
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import ClassVar

from service import Record, Run, Service, message

PIPELINE = """
pipeline: {name}
topics: {{ context: off }}
event: {{ id: event.id }}
route: [{{ to: none }}]
emit: {{ id: event.id }}
"""
COMMAND = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
MANY_HOLES = 20_000  # records, every second of which is done: more than an offset's metadata has room for


def events(begin: int, end: int) -> list[Record]:
    return [message(json.dumps({"id": str(number)}).encode()) for number in range(begin, end)]


class GroupTest(unittest.TestCase):
    penstock: ClassVar[str]
    holes: ClassVar[str]
    service: ClassVar[Service]
    folder: ClassVar[Path]

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.service = cls.enterClassContext(Service(cls.penstock, cls.folder))

    def tearDown(self) -> None:
        self.service.end_runs()

    def create(self, name: str, partitions: int = 1) -> None:
        self.raw, self.out, self.group = f"{name}.raw-events", f"{name}.model-outputs", f"{name}.prepare"
        self.file = self.folder / f"{name}.yaml"
        self.file.write_text(PIPELINE.format(name=name), encoding="utf-8")
        self.service.java.ask("create", topic=self.raw, partitions=partitions)

    def start(self, workers: int = 1) -> Run:
        return self.service.run(self.file, "--workers", str(workers))

    def drain(self) -> Record:
        return self.service.run(self.file, "--workers", "1", "--drain").end(0)

    def send(self, begin: int, end: int, partition: int = 0) -> list[int]:
        return self.service.java.send(self.raw, events(begin, end), partition=partition)

    def reset(self, to: str) -> None:
        self.service.call("group", "reset", self.group, "--to", to)

    def committed(self) -> dict[int, tuple[int, str]]:
        return {place[1]: value for place, value in self.service.java.committed(self.group).items()}

    def ours(self) -> dict[int, tuple[int, int, int, str]]:
        """Position, end, lag, member."""
        return {one["partition"]: (one["position"], one["end"], one["lag"], one["member"])
                for one in self.service.groups(self.group)}

    def kafkas(self) -> dict[int, tuple[int, int, int, str]]:
        text = self.service.kafka_command(COMMAND, "--describe", "--group", self.group)
        rows = [line.split() for line in text.splitlines() if line.strip()]
        names = rows[0]
        table = [dict(zip(names, row, strict=True)) for row in rows[1:]]
        return {int(one["PARTITION"]): (int(one["CURRENT-OFFSET"]), int(one["LOG-END-OFFSET"]), int(one["LAG"]),
                                        one["CLIENT-ID"].strip("-")) for one in table}

    def test_describe_agrees_with_kafkas_command(self) -> None:
        self.create("described", partitions=2)
        for partition, count in ((0, 30), (1, 7)):
            self.send(0, count, partition)
        run = self.start(workers=2)
        run.wait_until("all is answered", lambda: self.service.count(self.out) == 37)
        run.wait_until("both workers work", lambda: len({one[3] for one in self.ours().values()}) == 2)
        ours = self.ours()
        self.assertEqual(ours, self.kafkas())
        self.assertEqual({partition: one[:3] for partition, one in ours.items()}, {0: (30, 30, 0), 1: (7, 7, 0)})
        self.assertTrue(all(f"/{run.id}/" in one[3] for one in ours.values()), ours)
        run.stop()
        self.send(30, 35)
        ours = self.ours()
        self.assertEqual(ours, self.kafkas())
        self.assertEqual(ours, {0: (30, 35, 5, ""), 1: (7, 7, 0, "")})

    def test_reset_sets_where_the_next_run_begins(self) -> None:
        self.create("set-back")
        self.send(0, 10)
        time_between = self.time_after_now()
        self.send(10, 15)
        self.assertEqual(self.drain()["outputs"], 15)
        for to, position in (("4", 4), ("start", 0), ("end", 15), (time_between, 10)):
            self.reset(to)
            self.assertEqual(self.committed(), {0: (position, "")}, to)
            self.assertEqual(self.kafkas()[0][:3], (position, 15, 15 - position))
            self.assertEqual(self.drain()["outputs"], 15 - position, to)

    @staticmethod
    def time_after_now() -> str:
        """Of a millisecond that has begun, and in which nothing was written yet."""
        now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(milliseconds=2)
        text = now.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        while datetime.datetime.now(datetime.UTC) < now + datetime.timedelta(milliseconds=1):
            time.sleep(0.001)
        return text

    def test_reset_is_refused_while_the_group_works(self) -> None:
        self.create("busy")
        self.send(0, 3)
        run = self.start()
        run.wait_until("all is answered", lambda: self.service.count(self.out) == 3)
        code, said = self.service.refusal("group", "reset", self.group, "--to", "start")
        self.assertEqual(code, 1)
        self.assertIn("members: stop the pipeline's processes first", said)
        self.assertEqual(self.committed()[0][0], 3)
        run.stop()
        self.reset("start")

    def leave_holes(self, count: int) -> None:
        state = str(self.folder / "state-of-holes")
        subprocess.run([self.holes, self.service.address, state, self.group, self.raw, str(count)], check=True,
                       timeout=120)

    def test_reset_forgets_what_was_done_out_of_order(self) -> None:
        for name, count in (("holes", 20), ("spill", MANY_HOLES)):
            with self.subTest(name):
                self.create(name)
                self.send(0, count)
                self.leave_holes(count)
                position, metadata = self.committed()[0]
                self.assertEqual(position, 0)
                self.assertNotEqual(metadata, "")
                self.assertLessEqual(len(metadata), 4096)
                row, = self.service.groups(self.group)
                self.assertEqual((row["holes"], row["lag"]), (count // 2, count // 2))
                self.reset("2")
                self.assertEqual(self.committed(), {0: (2, "")})
                row, = self.service.groups(self.group)
                self.assertEqual((row["position"], row["holes"], row["lag"]), (2, 0, count - 2))
                self.assertEqual(self.drain()["outputs"], count - 2)

    def test_kafkas_command_may_reset_too(self) -> None:
        self.create("theirs")
        self.send(0, 20)
        self.leave_holes(20)
        self.service.kafka_command(COMMAND, "--reset-offsets", "--group", self.group, "--topic", self.raw,
                                   "--to-earliest", "--execute")
        self.assertEqual(self.committed(), {0: (0, "")})
        self.assertEqual(self.drain()["outputs"], 20)


if __name__ == "__main__":
    GroupTest.penstock, GroupTest.holes = sys.argv.pop(1), sys.argv.pop(1)
    unittest.main()
