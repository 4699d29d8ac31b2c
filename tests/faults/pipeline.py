"""The card-fraud pipeline on a log of its own: its processes, its writers, its topics."""

import contextlib
import gzip
import itertools
import json
import random
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/card-fraud"
PARTITIONS = 4
WORKERS = 2  # of a process
PATIENCE_SECONDS = 120  # for anything to happen; builds with sanitizers are slow
POLL_SECONDS = 0.02

RAW = "card-fraud.raw-events"
OUTPUTS = "card-fraud.model-outputs"
DEAD = "card-fraud.dead-letters"
ALERTS = "card-fraud.alerts"
REVIEW = "card-fraud.human-review"

Record = dict[str, Any]


class Failure(Exception):
    """Something is not as it must be."""


def wait_for(what: str, is_so: Callable[[], bool], patience: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > deadline:
            raise Failure(f"not within {patience:g} s: {what}")
        time.sleep(POLL_SECONDS)


def event_rows(count: int, seed: int) -> list[str]:
    """Texts of distinct events, with {id} for the id: real payments; two break the contract, one is no JSON."""
    with gzip.open(EXAMPLE / "data/transactions.jsonl.gz", "rt", encoding="utf-8") as file:
        payments = random.Random(seed).sample(list(file), count - 3)
    rows = [re.sub(r'"tx_id":"[^"]*"', '"tx_id":"{id}"', line.strip(), count=1) for line in payments]
    broken = [
        re.sub(r'"amount":[^,]*', '"amount":-1', rows[0]),
        re.sub(r'"features":\[[^]]*\]', '"features":[1]', rows[0]),
        rows[0][: len(rows[0]) // 2],
    ]
    return rows + broken


class Writer(threading.Thread):
    """Feeds `penstock topic write` until it is told to stop. Event n is row n modulo rows, and its id ROW-NAME-n."""

    def __init__(self, pipeline: "Pipeline", name: str, rows: list[str], per_second: int):
        super().__init__(name=name)
        self._rows = rows
        self._burst = max(20, per_second // 50)
        self._pause_seconds = self._burst / per_second
        self._stopping = threading.Event()
        self._process = pipeline.start("topic", "write", RAW, "--key", "event.user_id", stdin=subprocess.PIPE)
        self.ids: list[str] = []

    def run(self) -> None:
        assert self._process.stdin is not None
        numbers = itertools.count()
        with contextlib.closing(self._process.stdin) as file:
            while not self._stopping.wait(self._pause_seconds):
                ids = [f"{n % len(self._rows)}-{self.name}-{n}" for n in itertools.islice(numbers, self._burst)]
                lines = (self._rows[row_of(one)].replace("{id}", one) + "\n" for one in ids)
                file.write("".join(lines).encode())
                file.flush()
                self.ids += ids

    def stop(self) -> list[str]:
        """The ids of all that was written."""
        self._stopping.set()
        self.join()
        if self._process.wait(PATIENCE_SECONDS) != 0:
            raise Failure(f"the writer {self.name} ended with {self._process.returncode}")
        return self.ids


def row_of(event_id: str) -> int:
    return int(event_id.partition("-")[0])


class Member:
    """One process that runs the pipeline. `state`: the folder that it has its identity in; `admin`: where it tells its
    metrics."""

    def __init__(self, pipeline: "Pipeline", name: str, state: Path, *options: str, admin: str = "off"):
        self.name = name
        self.state = state
        self.stderr = pipeline.folder / f"{name}.stderr"
        self.stdout = pipeline.folder / f"{name}.stdout"
        command = ("run", str(pipeline.file), "--workers", str(WORKERS), "--admin", admin,
                   "--state", str(state), *options)
        with self.stderr.open("wb") as stderr, self.stdout.open("wb") as stdout:
            self.process = pipeline.start(*command, log=pipeline.member_log, stderr=stderr, stdout=stdout)
        self.id = str(self.process.pid)

    def log(self) -> str:
        return self.stderr.read_text(encoding="utf-8", errors="replace")

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def has_begun(self) -> bool:
        return "partition assigned" in self.log()

    def stop(self) -> None:
        """Before it has begun, a signal would just end it."""
        wait_for(f"{self.name} has begun", self.has_begun)
        self.send(signal.SIGTERM)
        self.expect_end(0, 20)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)

    def expect_end(self, code: int, seconds: float) -> None:
        try:
            ended = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name} still runs after {seconds:g} s:\n{self.log()}") from None
        if ended != code:
            raise Failure(f"{self.name} ended with {ended}, expected {code}:\n{self.log()}")

    def summary(self) -> Record:
        return dict(json.loads(self.stdout.read_text(encoding="utf-8")))


class Pipeline:
    """A log with the pipeline's topics: `log` names it, as --log takes it; without it, it is an embedded one in the
    folder. `file`: the pipeline's, if not the example's. Whatever was started ends with it."""

    def __init__(self, penstock: str, folder: Path, log: str = "", partitions: int = PARTITIONS,
                 file: Path = EXAMPLE / "pipeline.yaml"):
        self.folder = folder
        self.file = file
        self.log_folder = folder / "log"
        self.log = log or f"local:{self.log_folder}"
        self.member_log = self.log  # where its processes find it
        self._penstock = penstock
        self._started: list[subprocess.Popen[bytes]] = []
        self._names = itertools.count(1)
        folder.mkdir(parents=True, exist_ok=True)
        self.call("topic", "create", RAW, "--partitions", str(partitions))

    def __enter__(self) -> "Pipeline":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is not None:
                self._tell()
        finally:
            self._end_all()

    def _end_all(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.stdin is not None:
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.close()

    def _tell(self) -> None:
        """The ends of the members' logs, and the group."""
        for file in sorted(self.folder.glob("*.stderr"), key=lambda path: path.stat().st_mtime)[-4:]:
            print(f"--- {file.name}", file.read_text(encoding="utf-8", errors="replace")[-4000:], sep="\n")
        print("--- group", *self.group(), sep="\n")

    def start(self, *arguments: str, log: str = "", **options: Any) -> "subprocess.Popen[bytes]":
        command = [self._penstock, *arguments, "--log", log or self.log]
        # What a process keeps by default, it keeps where it runs.
        options.setdefault("cwd", self.folder)
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("stderr", subprocess.DEVNULL)
        self._started.append(subprocess.Popen(command, **options))
        return self._started[-1]

    def call(self, *arguments: str, text: str = "") -> str:
        """What a command prints that must succeed."""
        command = [self._penstock, *arguments, "--log", self.log]
        ended = subprocess.run(command, input=text, capture_output=True, text=True, check=False, cwd=self.folder)
        if ended.returncode != 0:
            raise Failure(f"{command} ended with {ended.returncode}: {ended.stderr}")
        return ended.stdout

    @property
    def has_markers(self) -> bool:
        """Whether offsets are left out between records: Kafka has the ends of transactions there."""
        return self.log.startswith("kafka:")

    def member(self, *options: str, after: Member | None = None, admin: str = "off") -> Member:
        """`after`: the one that has ended and that it comes back as."""
        name = f"member-{next(self._names)}"
        return Member(self, name, after.state if after else self.folder / f"{name}.state", *options, admin=admin)

    def drain(self) -> None:
        self.member("--drain").expect_end(0, PATIENCE_SECONDS)

    def write(self, lines: list[str]) -> None:
        self.call("topic", "write", RAW, "--key", "event.user_id", text="\n".join(lines) + "\n")

    def read(self, topic: str) -> Iterator[Record]:
        with self.start("topic", "read", topic, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            yield from (json.loads(line) for line in process.stdout)
        if process.returncode != 0:
            raise Failure(f"topic read {topic} ended with {process.returncode}")

    def answered(self) -> int:
        """Records in the outputs' topic; 0 where there is none yet."""
        try:
            text = self.call("topic", "describe", OUTPUTS)
        except Failure:
            return 0
        return sum(int(end) for _, end in re.findall(r"^\d+ +(\d+) +(\d+)$", text, re.MULTILINE))

    def group(self, name: str = "card-fraud") -> list[Record]:
        """The group's partitions, or those of the pipeline's groups; none where there is no group yet."""
        try:
            text = self.call("group", "describe", name, "--json")
        except Failure:
            return []
        return [json.loads(line) for line in text.splitlines()]

    def holders(self, group: str = "card-fraud") -> set[str]:
        """The process ids of those who hold partitions; members are named HOST/PROCESS/WORKER."""
        return {(partition["member"].split("/") + ["", ""])[1] for partition in self.group(group)}
