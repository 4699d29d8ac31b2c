"""How each suite runs: a build by ctest, the tests of the tools by unittest, the fuzz targets one by one."""

import io
import os
import subprocess
import sys
import time
import unittest
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from testing.results import Outcome, SuiteRun, TestResult

CTEST_SUITES = ("release", "dev", "tsan")
SUITES = (*CTEST_SUITES, "tools", "fuzz")

PYTHON_ROOTS = ("tools", "tests/golden", "examples/card-fraud")
FUZZ_SECONDS = 60
JOBS = 2
OUTPUT_LINES = 20
PASSING_PREFIXES = ("[ RUN ", "[       OK", "[---")

SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "second_deadlock_stack=1",
}


def run(suite: str, root: Path) -> SuiteRun:
    print(f"\n== tests: {suite} ==", flush=True)
    started = time.monotonic()
    if suite == "tools":
        results, trouble = run_python(root)
    elif suite == "fuzz":
        results, trouble = run_fuzz(root)
    else:
        results, trouble = run_ctest(suite, root)
    if not results and not trouble:
        trouble.append(f"{suite}: no test ran")
    return SuiteRun(suite, results, trouble, time.monotonic() - started)


def run_ctest(suite: str, root: Path) -> tuple[list[TestResult], list[str]]:
    if subprocess.run([str(root / "dev"), "build", suite], check=False).returncode != 0:
        return [], [f"{suite}: the build failed"]
    report = root / "build" / suite / "junit.xml"
    report.unlink(missing_ok=True)
    code = subprocess.run(_ctest_command(suite, root, report), env=_environment(), check=False).returncode
    if not report.exists():
        return [], [f"{suite}: ctest ended with {code} and left no report"]
    results = list(read_junit(suite, report.read_text(encoding="utf-8")))
    unexplained = code != 0 and all(result.outcome is Outcome.PASSED for result in results)
    return results, [f"{suite}: ctest ended with {code}"] if unexplained else []


def _ctest_command(suite: str, root: Path, report: Path) -> list[str]:
    prefix = [] if suite == "release" else [str(root / "tools/without_aslr")]
    command = ["ctest", "--test-dir", str(root / "build" / suite), "--output-on-failure", "--parallel", str(JOBS)]
    progress = ["--progress"] if sys.stdout.isatty() else []
    return [*prefix, *command, "--output-junit", str(report), *progress]


def _environment() -> dict[str, str]:
    """Ours, with the sanitizers' options; what the caller has set comes last and wins."""
    options = {name: ":".join(filter(None, [value, os.environ.get(name)])) for name, value in SANITIZER_OPTIONS.items()}
    return {**os.environ, **options}


def read_junit(suite: str, text: str) -> Iterator[TestResult]:
    """The results in ctest's JUnit file. Everything that is neither `run` nor `fail` did not run."""
    outcomes = {"run": Outcome.PASSED, "fail": Outcome.FAILED}
    for case in ElementTree.fromstring(text).iter("testcase"):
        status = case.get("status", "")
        skipped = case.find("skipped")
        detail = skipped.get("message", "") if skipped is not None else "" if status in outcomes else status
        output = _end_of(case.findtext("system-out", "")) if status == "fail" else ""
        yield TestResult(suite, case.get("name", ""), outcomes.get(status, Outcome.SKIPPED), detail, output)


def _end_of(output: str) -> str:
    """The last lines, without those that tell of googletest's tests that went well."""
    lines = [line for line in output.splitlines() if line.strip() and not line.startswith(PASSING_PREFIXES)]
    return "\n".join(lines[-OUTPUT_LINES:])


def run_python(root: Path) -> tuple[list[TestResult], list[str]]:
    suite = unittest.TestSuite()
    for folder in PYTHON_ROOTS:
        top = str(root / folder)
        suite.addTest(unittest.TestLoader().discover(top, pattern="*_test.py", top_level_dir=top))
    return results_of(suite, sys.stdout), []


def results_of(suite: unittest.TestSuite, stream: TextIO | None = None) -> list[TestResult]:
    """Runs tests of unittest; how they go is shown on `stream`, if there is one."""
    names = [test.id() for test in _flatten(suite)]
    ended = unittest.TextTestRunner(stream or io.StringIO()).run(suite)
    failed = [_test_id(test) for test, _ in [*ended.failures, *ended.errors]]
    failed += [test.id() for test in ended.unexpectedSuccesses]
    skipped = {test.id(): reason for test, reason in ended.skipped}
    # What fails outside a single test, such as setUpClass, is none of the names.
    return [_python_result(name, failed, skipped) for name in dict.fromkeys([*names, *failed])]


def _flatten(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from _flatten(item)
        else:
            yield item


def _test_id(test: unittest.TestCase) -> str:
    """The name of the test; of a failed subtest, the test that it is part of."""
    return getattr(test, "test_case", test).id()


def _python_result(name: str, failed: list[str], skipped: dict[str, str]) -> TestResult:
    if name in failed:
        return TestResult("tools", name, Outcome.FAILED)
    if name in skipped:
        return TestResult("tools", name, Outcome.SKIPPED, skipped[name])
    return TestResult("tools", name, Outcome.PASSED)


def run_fuzz(root: Path) -> tuple[list[TestResult], list[str]]:
    results = []
    for source in sorted((root / "fuzz").glob("*_fuzz.cc")):
        target = source.stem.removesuffix("_fuzz")
        code = subprocess.run([str(root / "dev"), "fuzz", target, str(FUZZ_SECONDS)], check=False).returncode
        outcome = Outcome.PASSED if code == 0 else Outcome.FAILED
        results.append(TestResult("fuzz", target, outcome, f"{FUZZ_SECONDS} s"))
    return results, []
