"""Names and words that may not appear, and files that must stand beside each other."""

import re
from collections.abc import Iterable, Iterator

from style.tree import Finding, Source

# A name that says nothing about what is inside collects everything.
_EMPTY_WORDS = {"util", "utils", "common", "misc", "helper", "helpers", "manager", "managers"}
_EMPTY_TYPE = re.compile(
    r"\b(?:class|struct|union|enum|concept|using|namespace)\s+(?:class\s+|struct\s+)?(?:\[\[.*?\]\]\s*)?"
    r"(\w*?(?:Manager|Helper|Util|Common|Misc)s?|(?:utils?|common|misc|helpers?))\b(?!\s*::)"
)
_UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
_DISABLED_TEST = re.compile(r"\bDISABLED_\w+")
_SLEEP = re.compile(r"\b(?:sleep_for|sleep_until|SleepFor|usleep|nanosleep)\b")
_PRAGMA_ONCE = re.compile(r"^#pragma once$", re.MULTILINE)


def check(sources: Iterable[Source]) -> Iterator[Finding]:
    sources = list(sources)
    paths = {source.path for source in sources}
    for source in sources:
        yield from _check_path(source)
        yield from _check_beside(source, paths)
        if source.is_cpp:
            yield from _check_types(source)
            yield from _check_header(source)
        if not source.path.startswith("tools/"):
            yield from _check_words(source)


def _check_path(source: Source) -> Iterator[Finding]:
    *folders, file = source.path.split("/")
    for name in (*folders, file.partition(".")[0].removesuffix("_test")):
        if name.lower().split("_")[-1] in _EMPTY_WORDS:
            yield Finding(source.path, 1, "names", f'"{name}" says nothing: name it after what it holds')


def _check_types(source: Source) -> Iterator[Finding]:
    for match in _EMPTY_TYPE.finditer(source.code):
        line = source.line_of(match.start(1))
        yield Finding(source.path, line, "names", f'"{match[1]}" says nothing: name it after what it does')


def _check_words(source: Source) -> Iterator[Finding]:
    banned = [(_UNFINISHED, "finish it, or open an issue"), (_DISABLED_TEST, "a test runs, or is deleted")]
    if source.is_test:
        banned.append((_SLEEP, "a test waits for what it needs, or turns a fake clock"))
    for pattern, advice in banned:
        for match in pattern.finditer(source.text):
            yield Finding(source.path, source.line_of(match.start()), "words", f"{match[0]}: {advice}")


def _check_header(source: Source) -> Iterator[Finding]:
    if source.is_header and not _PRAGMA_ONCE.search(source.text):
        yield Finding(source.path, 1, "headers", "#pragma once is missing")


def _check_beside(source: Source, paths: set[str]) -> Iterator[Finding]:
    """A test in src/ stands beside what it tests, under the same name."""
    if not (source.path.startswith("src/") and source.path.endswith("_test.cc")):
        return
    tested = source.path.removesuffix("_test.cc")
    if f"{tested}.cc" not in paths and f"{tested}.h" not in paths:
        yield Finding(source.path, 1, "tests", f"neither {tested}.cc nor {tested}.h exists")
