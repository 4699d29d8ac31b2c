"""What became of each test."""

import enum
from dataclasses import dataclass


class Outcome(enum.Enum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"  # also disabled, or not run for whatever reason


@dataclass(frozen=True)
class TestResult:
    suite: str
    name: str
    outcome: Outcome
    detail: str = ""
    output: str = ""  # of a test that failed, what of it helps

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.suite}: {self.name}: {self.outcome.value}{detail}"


@dataclass(frozen=True)
class SuiteRun:
    """One suite's results. `trouble` is what went wrong beside single tests."""

    suite: str
    results: list[TestResult]
    trouble: list[str]
    seconds: float = 0.0
