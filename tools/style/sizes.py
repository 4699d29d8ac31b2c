"""How long files and functions may be. An aim that most keep to, and a limit that only listed exceptions exceed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from style import cpp
from style.tree import Finding, Source

FILE_LINES = 400
FILE_LINES_EVER = 800
FUNCTION_LINES = 70
FUNCTION_LINES_AIM = 25
SHARE_WITHIN_AIM = 0.9
# In a smaller sample one long function would decide.
SAMPLE_MIN = 20


@dataclass(frozen=True)
class Excess:
    """Something longer than its limit. `subject` is what an exception names: a path, or path:function."""

    rule: str
    subject: str
    line: int
    lines: int
    limit: int

    @property
    def path(self) -> str:
        return self.subject.partition(":")[0]

    def finding(self) -> Finding:
        what = self.subject.partition(":")[2] or "the file"
        return Finding(self.path, self.line, self.rule, f"{what} has {self.lines} lines, the limit is {self.limit}")


def excesses(sources: Iterable[Source]) -> Iterator[Excess]:
    """Everything over its limit; an exception may excuse it."""
    for source in sources:
        if source.line_count > FILE_LINES:
            yield Excess("file-length", source.path, 1, source.line_count, FILE_LINES)
        for function in _functions(source):
            if function.lines > FUNCTION_LINES:
                subject = f"{source.path}:{function.name}"
                yield Excess("function-length", subject, function.line, function.lines, FUNCTION_LINES)


def check(sources: list[Source]) -> Iterator[Finding]:
    """What no exception excuses. Tests are measured apart, so that their many small functions hide no large ones."""
    for source in sources:
        yield from _check_absolute(source)
    tests = [source for source in sources if source.is_cpp and source.is_test]
    others = [source for source in sources if source.is_cpp and not source.is_test]
    for title, group in (("tests", tests), ("sources", others)):
        lengths = [function.lines for source in group for function in _functions(source)]
        yield from _check_share(title, "functions", lengths, FUNCTION_LINES_AIM)
        yield from _check_share(title, "files", [source.line_count for source in group], FILE_LINES)


def _check_absolute(source: Source) -> Iterator[Finding]:
    if source.line_count > FILE_LINES_EVER:
        message = f"{source.line_count} lines; no file has over {FILE_LINES_EVER}, whatever the reason"
        yield Finding(source.path, 1, "file-length", message)
    if source.is_cpp:
        try:
            source.functions
        except cpp.UnmatchedBrace as error:
            yield Finding(source.path, error.line, "braces", "no matching bracket; functions cannot be measured")


def _check_share(title: str, what: str, lengths: list[int], aim: int) -> Iterator[Finding]:
    within = sum(length < aim for length in lengths)
    if len(lengths) >= SAMPLE_MIN and within < SHARE_WITHIN_AIM * len(lengths):
        share = f"{within} of {len(lengths)} {what} of the {title} are under {aim} lines"
        yield Finding("src", 1, "distribution", f"{share}; {SHARE_WITHIN_AIM:.0%} must be")


def _functions(source: Source) -> list[cpp.Function]:
    """Empty where braces do not match; _check_absolute reports that once."""
    try:
        return source.functions if source.is_cpp else []
    except cpp.UnmatchedBrace:
        return []
