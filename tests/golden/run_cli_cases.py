#!/usr/bin/env python3
"""Runs the cases of one data file against the program, and shows what differs.

Usage: tests/golden/run_cli_cases.py PENSTOCK FILE

A file is a list of cases; each runs in an empty directory of its own:

    --- case: what this shows
    --- file: event.json                    a file to create first; any number of them
    {"amount": 12.5}
    --- run: penstock eval 'event.amount'   in the words of a shell; VAR=value may come first; may come more than once
    --- stdin                               what the program reads; nothing if left out
    --- stdout                              exactly what it prints; nothing if left out
    12.5
    --- stderr has                          each line must occur in what it prints, in this order
    --- exit: 1                             0 if left out

`stdout` and `stderr` may both be exact, or `has`. Blank lines at the end of a block belong to nothing, and no line of a
block begins with "--- ". Before the first case stands whatever explains the file.
"""

import difflib
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

TIMEOUT_SECONDS = 60
_MARKER = re.compile(r"--- (case|file|run|stdin|stdout|stderr|exit)( has)?(?:: (.*))?$")
_WITH_ARGUMENT = {"case", "file", "run", "exit"}
_STREAMS = {"stdout", "stderr"}


class MalformedCase(Exception):
    """The data file itself is wrong; the message says where."""


@dataclass(frozen=True)
class Block:
    """One marker, and the lines up to the next."""

    line: int
    kind: str
    has: bool
    argument: str
    text: str


@dataclass
class Expected:
    text: str = ""
    has: bool = False  # each line somewhere, instead of all of it exactly


@dataclass
class Run:
    line: int
    command: str
    stdin: str = ""
    exit_code: int = 0
    streams: dict[str, Expected] = field(default_factory=lambda: {name: Expected() for name in _STREAMS})
    given: set[str] = field(default_factory=set)


@dataclass
class Case:
    line: int
    name: str
    files: dict[str, str] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)


def read_blocks(text: str) -> Iterator[Block]:
    lines = text.splitlines()
    marks = [index for index, line in enumerate(lines) if line.startswith("--- ")]
    for mark, following in zip(marks, [*marks[1:], len(lines)]):
        yield _read_block(mark + 1, lines[mark].rstrip(), lines[mark + 1 : following])


def _read_block(number: int, marker: str, body: list[str]) -> Block:
    match = _MARKER.match(marker)
    if match is None or (match[2] and match[1] not in _STREAMS):
        raise MalformedCase(f"line {number}: unknown marker: {marker}")
    argument = (match[3] or "").strip()
    if bool(argument) != (match[1] in _WITH_ARGUMENT):
        wants = "something" if match[1] in _WITH_ARGUMENT else "nothing"
        raise MalformedCase(f"line {number}: {wants} must follow: {marker}")
    text = "\n".join(body).rstrip("\n")
    return Block(number, match[1], match[2] is not None, argument, text + "\n" if text else "")


def read_cases(text: str) -> list[Case]:
    cases: list[Case] = []
    for block in read_blocks(text):
        if block.kind == "case":
            cases.append(Case(block.line, block.argument))
        elif cases:
            _add_to_case(cases[-1], block)
        else:
            raise MalformedCase(f"line {block.line}: {block.kind} stands before the first case")
    if not cases:
        raise MalformedCase("there is no case in it")
    _check_cases(cases)
    return cases


def _check_cases(cases: list[Case]) -> None:
    names: set[str] = set()
    for case in cases:
        if not case.runs:
            raise MalformedCase(f"line {case.line}: this case runs nothing: {case.name}")
        if case.name in names:
            raise MalformedCase(f"line {case.line}: there is a case of this name already: {case.name}")
        names.add(case.name)


def _add_to_case(case: Case, block: Block) -> None:
    if block.kind in ("case", "run", "exit") and block.text:
        raise MalformedCase(f"line {block.line}: {block.kind} has one line only")
    if block.kind == "run":
        case.runs.append(Run(block.line, block.argument))
    elif block.kind == "file":
        case.files[block.argument] = block.text
    elif not case.runs:
        raise MalformedCase(f"line {block.line}: {block.kind} stands before the run that it belongs to")
    else:
        _add_to_run(case.runs[-1], block)


def _add_to_run(run: Run, block: Block) -> None:
    if block.kind in run.given:
        raise MalformedCase(f"line {block.line}: the second {block.kind} of one run")
    run.given.add(block.kind)
    if block.kind == "stdin":
        run.stdin = block.text
    elif block.kind == "exit":
        if not block.argument.isdigit():
            raise MalformedCase(f"line {block.line}: an exit code is a number")
        run.exit_code = int(block.argument)
    else:
        run.streams[block.kind] = Expected(block.text, block.has)


def run_case(case: Case, program: Path) -> list[str]:
    """What differs from what the case expects."""
    with tempfile.TemporaryDirectory(prefix="penstock-cli-") as folder:
        for name, text in case.files.items():
            file = Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return [problem for run in case.runs for problem in run_command(run, program, Path(folder))]


def run_command(run: Run, program: Path, folder: Path) -> list[str]:
    variables, words = split_command(run.command, run.line)
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PENSTOCK_")}
    environment = {**ours, "TZ": "UTC", **variables}
    try:
        ended = subprocess.run(
            [str(program), *words],
            cwd=folder,
            env=environment,
            input=run.stdin.encode(),
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [f"line {run.line}: still running after {TIMEOUT_SECONDS} s: {run.command}"]
    problems = differences(run, ended)
    return [f"line {run.line}: {run.command}", *problems] if problems else []


def split_command(command: str, line: int) -> tuple[dict[str, str], list[str]]:
    """The variables before the program's name, and the arguments behind it."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise MalformedCase(f"line {line}: {error}: {command}") from error
    variables = {}
    while words and re.match(r"[A-Za-z_]\w*=", words[0]):
        name, _, value = words.pop(0).partition("=")
        variables[name] = value
    if not words or words[0] != "penstock":
        raise MalformedCase(f"line {line}: a command begins with penstock: {command}")
    return variables, words[1:]


def differences(run: Run, ended: "subprocess.CompletedProcess[bytes]") -> list[str]:
    code = ended.returncode
    problems = [] if code == run.exit_code else [f"exit code {code}, expected {run.exit_code}"]
    for name, output in (("stdout", ended.stdout), ("stderr", ended.stderr)):
        problems += compare(name, run.streams[name], output.decode(errors="backslashreplace"))
    return problems


def compare(name: str, expected: Expected, output: str) -> list[str]:
    return _lines_missing(name, expected.text, output) if expected.has else _difference(name, expected.text, output)


def _difference(name: str, expected: str, output: str) -> list[str]:
    if expected == output:
        return []
    titles = (f"expected {name}", f"actual {name}")
    lines = list(difflib.unified_diff(expected.splitlines(), output.splitlines(), *titles, lineterm=""))
    return lines or [f"{name} differs in its line breaks: expected {expected!r}, actual {output!r}"]


def _lines_missing(name: str, expected: str, output: str) -> list[str]:
    position = 0
    for line in expected.splitlines():
        found = output.find(line, position)
        if found < 0:
            return [f"{name} does not have, in this order, {line!r}; it is:", *output.splitlines()]
        position = found + len(line)
    return []


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 1
    program, file = Path(arguments[0]).resolve(), Path(arguments[1])
    if not program.is_file():
        print(f"there is no program {program}", file=sys.stderr)
        return 1
    try:
        failed = run_cases(read_cases(file.read_text(encoding="utf-8")), program)
    except MalformedCase as error:
        print(f"{file}: {error}", file=sys.stderr)
        return 1
    print(f"{file.name}: {failed} failed")
    return 1 if failed else 0


def run_cases(cases: list[Case], program: Path) -> int:
    """Runs all cases, prints how each went, and returns how many failed."""
    failed = 0
    for case in cases:
        problems = run_case(case, program)
        failed += bool(problems)
        print(f"{'FAILED' if problems else 'ok'}: {case.name}", *problems, sep="\n  ", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
