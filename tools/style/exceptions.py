"""The list of what is longer than it should be. It only shrinks: an entry that is too generous, or not needed, fails.

The file states `entries: N`, the number of entries, so that one more is a change that nobody overlooks. An entry is

    rule  path[:function]  limit  reason
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from style.sizes import FILE_LINES_EVER, Excess
from style.tree import Finding

PATH = "tools/style_exceptions.txt"
# How far a limit may lie above what it excuses, so that a line more or less needs no new entry.
SLACK = 1.1


@dataclass(frozen=True)
class Entry:
    line: int
    rule: str
    subject: str
    limit: int
    reason: str


def apply(text: str, excesses: Iterable[Excess]) -> Iterator[Finding]:
    """The findings for what the list in `text` does not excuse, and for what is wrong with the list."""
    entries, cap = [], None
    for number, line in enumerate(text.splitlines(), start=1):
        if match := re.fullmatch(r"entries: (\d+)", line):
            cap = int(match[1])
        elif line.strip() and not line.startswith("#"):
            parsed = _parse(number, line)
            yield from [parsed] if isinstance(parsed, Finding) else []
            entries += [parsed] if isinstance(parsed, Entry) else []
    if cap != len(entries):
        yield _finding(1, f'the list has {len(entries)} entries, so it must say "entries: {len(entries)}"')
    yield from _compare(entries, list(excesses))


def _parse(number: int, line: str) -> Entry | Finding:
    fields = line.split(maxsplit=3)
    if len(fields) < 4 or not fields[2].isdigit():
        return _finding(number, "an entry is: rule  path[:function]  limit  reason")
    if fields[0] not in ("file-length", "function-length"):
        return _finding(number, f"{fields[0]} allows no exception; file-length and function-length do")
    if fields[0] == "file-length" and int(fields[2]) > FILE_LINES_EVER:
        return _finding(number, f"no file has over {FILE_LINES_EVER} lines, whatever the reason")
    return Entry(number, fields[0], fields[1], int(fields[2]), fields[3])


def _compare(entries: list[Entry], excesses: list[Excess]) -> Iterator[Finding]:
    by_subject = {(entry.rule, entry.subject): entry for entry in entries}
    longest: dict[tuple[str, str], int] = {}
    for excess in excesses:
        key = (excess.rule, excess.subject)
        longest[key] = max(longest.get(key, 0), excess.lines)
        if key not in by_subject or excess.lines > by_subject[key].limit:
            yield excess.finding()
    for entry in entries:
        yield from _check_ratchet(entry, longest.get((entry.rule, entry.subject), 0))


def _check_ratchet(entry: Entry, lines: int) -> Iterator[Finding]:
    if lines == 0:
        yield _finding(entry.line, f"{entry.subject} needs no exception any more: delete the entry")
    elif entry.limit >= lines * SLACK:
        yield _finding(entry.line, f"{entry.subject} has {lines} lines now: lower its limit to that")


def _finding(line: int, message: str) -> Finding:
    return Finding(PATH, line, "exceptions", message)
