"""Which tests may be skipped: those that tests/skips.txt lists, each with its reason, and no others.

An entry is `name  reason` (two spaces or a tab between them); `suite:name` holds for one suite only. An entry that
excuses nothing fails too, so that the list never keeps more than it must.
"""

import re
from dataclasses import dataclass

from testing.results import Outcome, SuiteRun, TestResult

PATH = "tests/skips.txt"


@dataclass(frozen=True)
class Skip:
    name: str
    reason: str
    suite: str | None = None  # None: every suite that has the test

    def covers(self, result: TestResult) -> bool:
        return self.name == result.name and self.suite in (None, result.suite)

    def __str__(self) -> str:
        return f"{self.suite}:{self.name}" if self.suite else self.name


def parse(text: str, suites: tuple[str, ...]) -> tuple[list[Skip], list[str]]:
    """The entries of the list, and what is wrong with it."""
    skips, problems = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, reason = re.sub(r"\t|  ", "\0", line.strip(), count=1).partition("\0")
        if not reason.strip():
            problems.append(f"{PATH}:{number}: {name} has no reason; an entry is `name  reason`")
        suite, _, rest = name.partition(":")
        in_suite = bool(rest) and suite in suites
        skips.append(Skip(rest if in_suite else name, reason.strip(), suite if in_suite else None))
    return skips, problems


def refused(skips: list[Skip], runs: list[SuiteRun]) -> list[TestResult]:
    """The skipped tests that no entry excuses."""
    results = [result for run in runs for result in run.results if result.outcome is Outcome.SKIPPED]
    return [result for result in results if not any(skip.covers(result) for skip in skips)]


def stale(skips: list[Skip], runs: list[SuiteRun], is_whole: bool) -> list[str]:
    """What is wrong with entries whose test runs or, which shows only where all suites have run, is gone."""
    problems = []
    ran = {run.suite for run in runs}
    for skip in skips:
        covered = [result for run in runs for result in run.results if skip.covers(result)]
        if not covered and (skip.suite in ran or (is_whole and skip.suite is None)):
            problems.append(f"{PATH}: {skip}: no such test: delete the entry")
        for result in covered:
            if result.outcome is not Outcome.SKIPPED:
                problems.append(f"{PATH}: {skip}: {result.outcome.value} in {result.suite}: delete or narrow the entry")
    return problems
