"""What tests of faults on Kafka have in common: a cluster, the pipeline on it, and how they end.

They build on tests/faults, which must be on Python's path.
"""

import contextlib
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import bench
import processes
from bench import Bench
from broker import Cluster
from exactly_once import Answer, clean_answers, id_of
from pipeline import EXAMPLE, PARTITIONS, PATIENCE_SECONDS, RAW, Failure, Member, Pipeline, Writer, row_of, wait_for
from wire import Broker

GROUP = "card-fraud.prepare"


class KafkaPipeline(Pipeline):
    """The pipeline on a cluster. `address`: where those who run it connect, if not where all others do. `file`: as of
    a Pipeline."""

    def __init__(self, bench: Bench, cluster: Cluster, partitions: int = PARTITIONS, address: str = "",
                 file: Path = EXAMPLE / "pipeline.yaml"):
        super().__init__(bench.penstock, bench.folder / "pipeline", f"kafka://{cluster.address()}", partitions, file)
        self.rows = bench.rows
        if address:
            self.member_log = f"kafka://{address}"
        self._partitions = partitions
        self._brokers = [Broker(address) for address in cluster.address().split(",")]

    def position(self) -> int:
        """How far the group has come: it grows with each commit that answers something. 0 where no broker can tell."""
        return max(self._position_at(broker) for broker in self._brokers)

    def wait_for_more(self, than: int | None = None) -> None:
        """Until more is committed than there was; without `than`, when this began."""
        before = self.position() if than is None else than
        wait_for("more is committed", lambda: self.position() > before)

    def has_open_transaction(self, member: Member) -> bool:
        """Whether a worker of that process has begun a transaction that nobody has ended yet."""
        identity = member.state / "kafka-process-0"
        if not identity.exists():
            return False
        process = f"/{identity.read_text(encoding='utf-8')}/"
        return any(process in one for broker in self._brokers for one in broker.open_transactions())

    def arrived(self, given: list[str]) -> list[str]:
        """Of events that somebody tried to write, those that are there."""
        ids = [id_of(record) for record in self.read(RAW)]
        if len(ids) != len(set(ids)) or not set(ids) <= set(given):
            raise Failure(f"{RAW} holds what nobody wrote, or something twice")
        return ids

    def _position_at(self, broker: Broker) -> int:
        try:
            return broker.position(GROUP, RAW, self._partitions)
        except OSError:
            return 0

    def write_file(self, name: str, count: int) -> list[str]:
        """Writes so many events at once; gives their ids."""
        ids = [f"{n % len(self.rows)}-{name}-{n}" for n in range(count)]
        file = self.folder / f"{name}.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            lines.writelines(self.rows[row_of(one)].replace("{id}", one) + "\n" for one in ids)
        self.call("topic", "write", RAW, "--key", "event.user_id", "--file", str(file))
        file.unlink()
        return ids

    def writer(self, name: str, per_second: int) -> Writer:
        writer = Writer(self, name, self.rows, per_second)
        writer.start()
        return writer

    def stubborn_writer(self, name: str, per_second: int) -> "StubbornWriter":
        writer = StubbornWriter(self, name, self.rows, per_second)
        writer.start()
        return writer


class StubbornWriter(threading.Thread):
    """Like a Writer; but where `penstock topic write` gives up, another one goes on with the next event."""

    def __init__(self, pipeline: Pipeline, name: str, rows: list[str], per_second: int):
        super().__init__(name=name)
        self._pipeline = pipeline
        self._rows = rows
        self._per_second = per_second
        self._stopping = threading.Event()
        self.ids: list[str] = []
        self.restarts = -1

    def run(self) -> None:
        while not self._stopping.wait(0.1):
            self.restarts += 1
            process = self._pipeline.start("topic", "write", RAW, "--key", "event.user_id", stdin=subprocess.PIPE)
            assert process.stdin is not None
            with contextlib.suppress(BrokenPipeError), process.stdin:
                self._feed(process.stdin)
            process.wait(PATIENCE_SECONDS)

    def _feed(self, file: IO[bytes]) -> None:
        burst = max(self._per_second // 50, 1)
        while not self._stopping.wait(burst / self._per_second):
            first = len(self.ids)
            ids = [f"{n % len(self._rows)}-{self.name}-{n}" for n in range(first, first + burst)]
            self.ids += ids
            file.write("".join(self._rows[row_of(one)].replace("{id}", one) + "\n" for one in ids).encode())
            file.flush()

    def stop(self) -> list[str]:
        """The ids of all that it tried to write."""
        self._stopping.set()
        self.join()
        return self.ids


def require_running(members: list[Member]) -> None:
    for member in members:
        code = member.process.poll()
        if code is not None:
            raise Failure(f"{member.name} ended with {code}:\n{member.log()[-4000:]}")


def main(test: Callable[[Bench, Cluster], None],
         expect: Callable[[str, Path, list[str]], dict[int, Answer]] = clean_answers, **options: Any) -> int:
    """`expect`: as of bench.main; `options`: the cluster's."""

    def with_cluster(bench: Bench) -> None:
        try:
            with Cluster(Path(bench.folder) / "cluster", **options) as cluster:
                test(bench, cluster)
        except processes.Failure as failure:
            raise Failure(str(failure)) from failure

    return bench.main(with_cluster, expect)
