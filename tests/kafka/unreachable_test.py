"""A cluster that cannot be reached: commands end soon and say so, and `run --wait` begins to work when it comes up.

Usage: PYTHONPATH=tests/faults tests/kafka/unreachable_test.py PENSTOCK
"""

import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import ClassVar

from broker import Cluster
from pipeline import EXAMPLE, OUTPUTS, RAW, event_rows
from processes import free_ports, wait_for

END_SECONDS = 15
START_SECONDS = 60
ROWS = 100
RUN = ("run", str(EXAMPLE / "pipeline.yaml"), "--workers", "2", "--admin", "off")


class UnreachableTest(unittest.TestCase):
    penstock: ClassVar[str]

    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def call(self, address: str, *words: str, text: str = "") -> subprocess.CompletedProcess[str]:
        command = [self.penstock, *words, "--log", f"kafka://{address}"]
        return subprocess.run(command, input=text, capture_output=True, text=True, timeout=120, check=False,
                              cwd=self.folder)

    def expect_end(self, *words: str) -> None:
        address = f"127.0.0.1:{free_ports(1)[0]}"
        begin = time.monotonic()
        ended = self.call(address, *words)
        self.assertLess(time.monotonic() - begin, END_SECONDS)
        self.assertEqual(ended.returncode, 2, ended.stderr)
        self.assertRegex(ended.stderr, f"Kafka cannot be reached at {address}: nobody listens there")

    def test_run_ends(self) -> None:
        self.expect_end(*RUN)

    def test_topic_list_ends(self) -> None:
        self.expect_end("topic", "list")

    def test_run_waits_where_it_is_told_to(self) -> None:
        cluster = Cluster(self.folder / "cluster")
        stderr = self.folder / "run.stderr"
        with stderr.open("wb") as file:
            waiting = [self.penstock, *RUN, "--wait", "--log", f"kafka://{cluster.address()}"]
            run = subprocess.Popen(waiting, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=file)
        try:
            wait_for("it says why it waits", lambda: "Kafka cannot be reached" in stderr.read_text(), START_SECONDS)
            with cluster:
                wait_for("it works", lambda: "partition assigned" in stderr.read_text(), START_SECONDS)
                rows = [row.replace("{id}", str(number)) for number, row in enumerate(event_rows(ROWS, 1))]
                command = ("topic", "write", RAW, "--key", "event.user_id")
                written = self.call(cluster.address(), *command, text="\n".join(rows) + "\n")
                self.assertEqual(written.returncode, 0, written.stderr)
                self.assertEqual(self.call(cluster.address(), *RUN, "--drain").returncode, 0)
                run.send_signal(signal.SIGTERM)
                self.assertEqual(run.wait(START_SECONDS), 0, stderr.read_text())
                outputs = self.call(cluster.address(), "topic", "read", OUTPUTS).stdout
        finally:
            run.kill()
            run.wait()
        self.assertIn('"penstock-source":"card-fraud.raw-events/0/', outputs)


if __name__ == "__main__":
    UnreachableTest.penstock = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
