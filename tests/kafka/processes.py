"""Processes of tests: started with their parent's fate or without it, and ended by their ids."""

import contextlib
import ctypes
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

POLL_SECONDS = 0.05
_PR_SET_PDEATHSIG = 1


class Failure(Exception):
    """Something is not as it must be."""


def wait_for(what: str, is_so: Callable[[], bool], patience_seconds: float) -> None:
    deadline = time.monotonic() + patience_seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise Failure(f"not within {patience_seconds:g} s: {what}")
        time.sleep(POLL_SECONDS)


def start(command: list[str], output: Path, outlive: bool) -> "subprocess.Popen[bytes]":
    """A process whose output is appended to a file. Unless it may outlive us, it is killed when we end."""
    libc = ctypes.CDLL(None, use_errno=True)

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    with output.open("ab") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=outlive, preexec_fn=None if outlive else tie)


def end(process: "subprocess.Popen[bytes]", number: signal.Signals, patience_seconds: float) -> None:
    """Sends a signal, and waits for the end; what does not end by itself is killed."""
    process.send_signal(number)
    try:
        process.wait(patience_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(patience_seconds)


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody listens on now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
