"""One node of a Kafka cluster: a broker and controller in one process."""

import signal
import subprocess
from pathlib import Path

import processes

ROOT = Path(__file__).resolve().parents[2]
ARCHIVES = ROOT / "build/deps/kafka"
STARTED = "Kafka Server started"
START_SECONDS = 120  # a machine under load takes its time
STOP_SECONDS = 30

LOGGING = """<Configuration status="error">
  <Appenders><Console name="out"><PatternLayout pattern="%d{HH:mm:ss.SSS} %p %c{1} %m%n"/></Console></Appenders>
  <Loggers>
    <Logger name="kafka.log.LogCleaner" level="warn"/>
    <Root level="info"><AppenderRef ref="out"/></Root>
  </Loggers>
</Configuration>
"""


class Node:
    """Its files stand in `folder`, and survive its restarts."""

    def __init__(self, folder: Path, properties: dict[str, str]):
        self.folder = folder
        self.log_file = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._properties = folder / "server.properties"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "log4j2.xml").write_text(LOGGING, encoding="utf-8")
        # A PEM text has several lines.
        lines = (f"{name}={value}\n".replace("\n", "\\n", value.count("\n")) for name, value in properties.items())
        self._properties.write_text("".join(lines), encoding="utf-8")

    def format(self, cluster_id: str, scram: list[str]) -> None:
        """`scram`: users, as StorageTool's --add-scram takes them."""
        users = [word for user in scram for word in ("--add-scram", user)]
        command = self._java("kafka.tools.StorageTool", "format", f"--cluster-id={cluster_id}", "-c", str(self._properties), *users)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise processes.Failure(f"formatting ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    def start(self, outlive: bool = False) -> None:
        """Returns at once: see wait()."""
        self.log_file.write_text("", encoding="utf-8")
        self.process = processes.start(self._java("kafka.Kafka", str(self._properties)), self.log_file, outlive)

    def wait(self) -> None:
        """Until it serves."""
        def is_ready() -> bool:
            if self.process is None or self.process.poll() is not None:
                raise processes.Failure(f"the broker ended:\n{self._log_end()}")
            return STARTED in self._log()

        try:
            processes.wait_for("the broker has started", is_ready, START_SECONDS)
        except processes.Failure as failure:
            raise processes.Failure(f"{failure}\n{self._log_end()}") from None

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut does."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            processes.end(self.process, number, STOP_SECONDS)
            self.process = None

    def _log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def _log_end(self) -> str:
        return "\n".join(self._log().splitlines()[-30:])

    def _java(self, *words: str) -> list[str]:
        if not ARCHIVES.is_dir():
            raise processes.Failure(f"{ARCHIVES} is missing: run tools/fetch_kafka")
        options = ["-Xms128m", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true"]
        options += [f"-Dlog4j2.configurationFile={self.folder / 'log4j2.xml'}"]
        return ["java", *options, "-cp", f"{ARCHIVES}/*", *words]
