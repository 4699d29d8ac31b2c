#!/usr/bin/env python3
"""Apache Kafka on this machine's loopback, for tests: a cluster of one or three nodes in a directory.

Usage: broker.py start --dir DIR [--nodes N] [--property NAME=VALUE]...
       broker.py stop --dir DIR
`start` prints the address, and the nodes' process ids; they run until `stop`. In Python, `with Cluster(folder) as
cluster:` ends with the block, or with the process. Needs what tools/fetch_kafka fetches.
"""

import argparse
import contextlib
import os
import shutil
import signal
import sys
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from pathlib import Path

import processes
from node import Node

HOST = "127.0.0.1"
INTERNAL_PARTITIONS = "4"


@dataclass(frozen=True)
class Listener:
    """Where clients connect: `name` is in capitals; `protocol` is PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.
    The names of `properties` follow after listener.name.NAME. `advertised`: where clients are told to connect, if that
    is somewhere else; of a single node."""

    name: str
    protocol: str = "PLAINTEXT"
    properties: dict[str, str] = field(default_factory=dict)
    advertised: str = ""


PLAINTEXT = Listener("PLAINTEXT")


class Cluster:
    """Nodes that are formatted, and not started yet. `scram`: users, as "SCRAM-SHA-256=[name=...,password=...]"."""

    def __init__(self, folder: Path, nodes: int = 1, properties: dict[str, str] | None = None,
                 listeners: tuple[Listener, ...] = (), scram: list[str] | None = None):
        self.folder = folder
        self._listeners = (PLAINTEXT, *listeners)
        ports = processes.free_ports(nodes * (len(self._listeners) + 1))
        self._controllers = ports[:nodes]
        self._ports = [ports[nodes + i :: nodes] for i in range(nodes)]
        self.nodes = [Node(folder / f"node-{i + 1}", self._properties_of(i, properties or {})) for i in range(nodes)]
        cluster_id = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        for node in self.nodes:
            node.format(cluster_id, scram or [])

    def __enter__(self) -> "Cluster":
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, outlive: bool = False) -> None:
        for node in self.nodes:
            node.start(outlive)
        for node in self.nodes:
            node.wait()

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()

    def kill(self) -> None:
        for node in self.nodes:
            node.kill()

    def address(self, listener: str = PLAINTEXT.name) -> str:
        """As bootstrap.servers takes it."""
        number = [one.name for one in self._listeners].index(listener)
        return ",".join(f"{HOST}:{ports[number]}" for ports in self._ports)

    def _properties_of(self, index: int, extra: dict[str, str]) -> dict[str, str]:
        places = {one.name: f"{HOST}:{port}" for one, port in zip(self._listeners, self._ports[index], strict=True)}
        clients = ",".join(f"{name}://{place}" for name, place in places.items())
        advertised = ",".join(f"{one.name}://{one.advertised or places[one.name]}" for one in self._listeners)
        protocols = [f"{one.name}:{one.protocol}" for one in self._listeners]
        voters = (f"{i + 1}@{HOST}:{port}" for i, port in enumerate(self._controllers))
        properties = {
            "process.roles": "broker,controller",
            "node.id": str(index + 1),
            "controller.quorum.voters": ",".join(voters),
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": PLAINTEXT.name,
            "listeners": f"{clients},CONTROLLER://{HOST}:{self._controllers[index]}",
            "advertised.listeners": advertised,
            "listener.security.protocol.map": ",".join(["CONTROLLER:PLAINTEXT", *protocols]),
            "log.dirs": str(self.folder / f"node-{index + 1}" / "data"),
            **_settings(len(self._controllers)),
        }
        for one in self._listeners:
            for name, value in one.properties.items():
                properties[f"listener.name.{one.name.lower()}.{name}"] = value
        return {**properties, **extra}


def _settings(nodes: int) -> dict[str, str]:
    """What makes a cluster small, and its members quick to notice each other's end."""
    replication, in_sync = str(min(nodes, 3)), str(min(nodes, 2))
    settings = {
        "auto.create.topics.enable": "false",
        "default.replication.factor": replication,
        "min.insync.replicas": in_sync,
        "offsets.topic.num.partitions": INTERNAL_PARTITIONS,
        "offsets.topic.replication.factor": replication,
        "group.initial.rebalance.delay.ms": "0",
        "log.cleaner.dedupe.buffer.size": str(8 << 20),
        "broker.session.timeout.ms": "2000",
        "broker.heartbeat.interval.ms": "300",
    }
    for topic in ("transaction.state.log", "share.coordinator.state.topic"):
        settings[f"{topic}.num.partitions"] = INTERNAL_PARTITIONS
        settings[f"{topic}.replication.factor"] = replication
        settings[f"{topic}.min.isr"] = in_sync
    return settings


def _start(folder: Path, nodes: int, properties: list[str]) -> None:
    pairs = dict(text.split("=", 1) for text in properties)
    cluster = Cluster(folder, nodes, pairs)
    try:
        cluster.start(outlive=True)
    except BaseException:
        cluster.kill()
        raise
    pids = " ".join(str(node.process.pid) for node in cluster.nodes if node.process is not None)
    (folder / "pids").write_text(pids, encoding="utf-8")
    print(cluster.address(), pids)


def _stop(folder: Path) -> None:
    for pid in (folder / "pids").read_text(encoding="utf-8").split():
        with contextlib.suppress(ProcessLookupError):
            # What it would write now is deleted anyway.
            os.kill(int(pid), signal.SIGKILL)
    shutil.rmtree(folder)


def main() -> int:
    parser = argparse.ArgumentParser(description="Apache Kafka on this machine's loopback, for tests.")
    parser.add_argument("verb", choices=["start", "stop"])
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--nodes", type=int, default=1, choices=[1, 3])
    parser.add_argument("--property", action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()
    try:
        if arguments.verb == "start":
            _start(arguments.dir.resolve(), arguments.nodes, arguments.property)
        else:
            _stop(arguments.dir.resolve())
    except (processes.Failure, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
