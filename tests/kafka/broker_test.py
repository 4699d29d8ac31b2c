"""The cluster that tests run against: it serves, survives a killed node, and leaves nothing behind."""

import socket
import tempfile
import unittest
from pathlib import Path

import processes
from broker import Cluster


def answers(address: str) -> bool:
    host, _, port = address.partition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=5):
            return True
    except OSError:
        return False


class ClusterTest(unittest.TestCase):
    def test_one_node_serves_again_after_a_kill(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "cluster"
            with Cluster(folder) as cluster:
                node = cluster.nodes[0]
                self.assertTrue(answers(cluster.address()))
                first = node.process
                node.kill()
                self.assertIsNotNone(first and first.poll())
                self.assertFalse(answers(cluster.address()))
                node.start()
                node.wait()
                self.assertTrue(answers(cluster.address()))
                second = node.process
            self.assertIsNotNone(second and second.poll())
            self.assertFalse(folder.exists())

    def test_says_why_a_node_does_not_start(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            cluster = Cluster(Path(name) / "cluster", properties={"offsets.topic.num.partitions": "4"})
            settings = cluster.nodes[0].folder / "server.properties"
            settings.write_text(settings.read_text(encoding="utf-8") + "num.io.threads=none\n", encoding="utf-8")
            with self.assertRaisesRegex(processes.Failure, "num.io.threads"):
                cluster.__enter__()


if __name__ == "__main__":
    unittest.main()
