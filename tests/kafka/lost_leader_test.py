"""A partition whose only broker is down: its offsets cannot be told, and can again as soon as the broker is back, even
by a client that has never known it to have a leader.

Usage: lost_leader_test.py ASK
"""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import ClassVar

from broker import Cluster
from node import Node

PARTITIONS = ("0", "1", "2")
TOPIC = "alone"
CLIENTS_MAX = 5  # each asks for ten seconds; brokers notice within two
END_OF_AN_EMPTY_PARTITION = "0"


class Client:
    def __init__(self, command: list[str]):
        self._process = subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def end_of(self, partition: str) -> str:
        """Or why there is none."""
        assert self._process.stdin is not None and self._process.stdout is not None
        print(partition, file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()


class LostLeaderTest(unittest.TestCase):
    ask: ClassVar[str]

    def test_a_leader_that_comes_back_is_found(self) -> None:
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        cluster = self.enterContext(Cluster(folder / "cluster", nodes=3))
        # It knows of brokers what the first one says.
        command = [self.ask, cluster.address().split(",")[0], TOPIC]
        with Client(command) as client:
            self.assertEqual([client.end_of(one) for one in PARTITIONS], [END_OF_AN_EMPTY_PARTITION] * len(PARTITIONS))
        node = cluster.nodes[-1]
        node.kill()
        # Until the others have noticed, the leader is said to be the one that is down.
        self.assertTrue(any(self.finds_leader_again(command, node) for _ in range(CLIENTS_MAX)))

    def finds_leader_again(self, command: list[str], node: Node) -> bool:
        """Whether this client was told that there is no leader."""
        with Client(command) as client:
            said = {one: client.end_of(one) for one in PARTITIONS}
            lost = [one for one in PARTITIONS if said[one] != END_OF_AN_EMPTY_PARTITION]
            self.assertEqual(len(lost), 1, said)
            self.assertRegex(said[lost[0]], "^offsets .*cannot be found")
            if "No leaders found" not in said[lost[0]]:
                return False
            node.start()
            node.wait()
            self.assertEqual(client.end_of(lost[0]), END_OF_AN_EMPTY_PARTITION)
        return True


if __name__ == "__main__":
    LostLeaderTest.ask = sys.argv.pop()
    unittest.main()
