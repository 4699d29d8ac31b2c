"""Runs the commands that fetch something, and says which one failed and why."""

import subprocess
from pathlib import Path

_REASON_LINES = 5


class FetchError(Exception):
    """What could not be had, in words for whoever builds."""


def run(command: list[str], folder: Path | None = None) -> str:
    """The output of a command; its last lines become the error's."""
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", check=False)
    except FileNotFoundError as error:
        raise FetchError(f"there is no command {command[0]}") from error
    if done.returncode != 0:
        reason = "\n".join(done.stdout.strip().splitlines()[-_REASON_LINES:])
        raise FetchError(f"{command[0]} ended with {done.returncode}:\n{reason}")
    return done.stdout
