"""What a run of suites amounts to: what makes it fail, and its closing line."""

from collections import Counter

from testing import skips
from testing.results import Outcome, SuiteRun


def judge(runs: list[SuiteRun], skips_text: str, suites: tuple[str, ...], is_whole: bool) -> tuple[list[str], str]:
    """Everything that makes the run fail, in words; and the line that ends it."""
    entries, problems = skips.parse(skips_text, suites)
    refused = skips.refused(entries, runs)
    problems += skips.stale(entries, runs, is_whole)
    problems += [trouble for run in runs for trouble in run.trouble]
    problems += [str(result) for run in runs for result in run.results if result.outcome is Outcome.FAILED]
    problems += [f"{result}, and {skips.PATH} does not excuse it" for result in refused]
    counts = Counter(result.outcome for run in runs for result in run.results)
    return problems, closing_line(counts[Outcome.PASSED], len(problems), counts[Outcome.SKIPPED] - len(refused))


def closing_line(passed: int, failed: int, skipped: int) -> str:
    """`failed` counts everything that makes the run fail, a refused skip included; `skipped` only what is excused."""
    return f"tests: {passed} passed, {failed} failed, {skipped} skipped"
