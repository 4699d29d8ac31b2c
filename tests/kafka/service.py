"""A broker and whoever works on it: the program, Kafka's own commands, and its Java clients."""

import base64
import contextlib
import json
import signal
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from broker import Cluster
from node import ARCHIVES
from processes import Failure, wait_for

PATIENCE_SECONDS = 60
Record = dict[str, Any]


def base64_of(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()


def message(value: bytes | None, key: bytes | None = None,
            headers: Iterable[tuple[str, bytes | None]] = ()) -> Record:
    """As JavaClient sends it."""
    texts = [[name, base64_of(data)] for name, data in headers]
    return {"key": base64_of(key), "value": base64_of(value), "headers": texts}


class JavaClient:
    """Kafka's own clients: see JavaClient.java, which says what can be asked."""

    def __init__(self, address: str, folder: Path):
        source = Path(__file__).with_name("JavaClient.java")
        self._log = folder / "java_client.log"
        command = ["java", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", f"{ARCHIVES}/*", str(source), address]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)

    def __enter__(self) -> "JavaClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, what: str, **more: Any) -> Record:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what, **more}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise Failure(f"the Java client has ended:\n{self._log.read_text(encoding='utf-8', errors='replace')}")
        answer = dict(json.loads(line))
        if "error" in answer:
            raise Failure(f"{what} {more.get('topic')}: {answer['error']}")
        return answer

    def send(self, topic: str, records: list[Record], **more: Any) -> list[int]:
        """The offsets."""
        return list(self.ask("send", topic=topic, records=records, **more)["offsets"])

    def committed(self, group: str) -> dict[tuple[str, int], tuple[int, str]]:
        """Offset and metadata, by topic and partition."""
        offsets = self.ask("committed", group=group)["offsets"]
        return {(one["topic"], one["partition"]): (one["offset"], one["metadata"]) for one in offsets}


class Run:
    """A process that runs a pipeline."""

    def __init__(self, command: list[str], folder: Path, name: str):
        self.stderr, self.stdout = folder / f"{name}.stderr", folder / f"{name}.stdout"
        with self.stderr.open("wb") as stderr, self.stdout.open("wb") as stdout:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
        self.id = self.process.pid

    def log(self) -> str:
        return self.stderr.read_text(encoding="utf-8", errors="replace")

    def is_running(self) -> bool:
        return self.process.poll() is None

    def wait_for(self, what: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Until the log says so."""
        self.wait_until(f"the log says '{what}'", lambda: what in self.log(), seconds)

    def wait_until(self, what: str, is_so: Any, seconds: float = PATIENCE_SECONDS) -> None:
        try:
            wait_for(what, is_so, seconds)
        except Failure as failure:
            raise Failure(f"{failure}\n{self.log()[-6000:]}") from None

    def stop(self) -> Record:
        """Its summary."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.end(0)

    def end(self, code: int, seconds: float = PATIENCE_SECONDS) -> Record:
        """Waits for the end, which is to be this one. The summary, if there is one."""
        try:
            ended = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"still runs after {seconds:g} s:\n{self.log()[-6000:]}") from None
        if ended != code:
            raise Failure(f"ended with {ended}, expected {code}:\n{self.log()[-6000:]}")
        text = self.stdout.read_text(encoding="utf-8")
        return dict(json.loads(text)) if text else {}

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Service:
    """One broker. Whatever was started ends with it."""

    def __init__(self, penstock: str, folder: Path):
        self.folder = folder
        self._penstock = penstock
        self._runs: list[Run] = []
        self._stack = contextlib.ExitStack()
        self._cluster = self._stack.enter_context(Cluster(folder / "cluster"))
        self.address = self._cluster.address()
        self.java = self._stack.enter_context(JavaClient(self.address, folder))

    def __enter__(self) -> "Service":
        return self

    def __exit__(self, *_: object) -> None:
        self.end_runs()
        self._stack.close()

    def end_runs(self) -> None:
        for run in self._runs:
            run.kill()
        self._runs.clear()

    def command(self, *arguments: str, log: str | None = None) -> list[str]:
        return [self._penstock, *arguments, "--log", log or f"kafka://{self.address}"]

    def call(self, *arguments: str, text: str = "", log: str | None = None) -> str:
        """What a command prints that must succeed."""
        done = self._finish(self.command(*arguments, log=log), text)
        if done.returncode != 0:
            raise Failure(f"{done.args} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def refusal(self, *arguments: str) -> tuple[int, str]:
        """Exit code and complaint of a command."""
        done = self._finish(self.command(*arguments), "")
        return done.returncode, done.stderr

    def read(self, topic: str, *options: str, log: str | None = None) -> list[Record]:
        return [json.loads(line) for line in self.call("topic", "read", topic, *options, log=log).splitlines()]

    def count(self, topic: str) -> int:
        """Of the records that can be read; 0 where the topic is missing."""
        done = self._finish(self.command("topic", "read", topic), "")
        return len(done.stdout.splitlines())

    def run(self, file: Path, *options: str, log: str | None = None, admin: str = "off") -> Run:
        state = self.folder / "state"
        number = len(list(self.folder.glob("run-*.stderr"))) + 1
        more = ("--state", str(state), "--admin", admin, "--json", *options)
        run = Run(self.command("run", str(file), *more, log=log), self.folder, f"run-{number}")
        self._runs.append(run)
        return run

    def groups(self, name: str) -> list[Record]:
        return [json.loads(line) for line in self.call("group", "describe", name, "--json").splitlines()]

    def kafka_command(self, name: str, *arguments: str) -> str:
        """What one of Kafka's own commands prints, that must succeed."""
        options = ["-XX:TieredStopAtLevel=1", "-Xmx256m"]
        command = ["java", *options, "-cp", f"{ARCHIVES}/*", name, "--bootstrap-server", self.address, *arguments]
        done = self._finish(command, "")
        if done.returncode != 0:
            raise Failure(f"{name} {arguments} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    @staticmethod
    def _finish(command: list[str], text: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(command, input=text, capture_output=True, text=True, check=False,
                              timeout=PATIENCE_SECONDS, errors="replace")
