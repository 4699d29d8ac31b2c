"""Tests of what makes a test run fail, and of its closing line."""

import unittest

from testing import suites, verdict
from testing.results import Outcome, SuiteRun, TestResult

JUNIT = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="x" tests="4">
  <testcase name="A.Good" status="run"><system-out>fine</system-out></testcase>
  <testcase name="A.Bad" status="fail"><failure message=""/><system-out>[ RUN      ] A.Bad
a.cc:7: Failure

[       OK ] A.Good</system-out></testcase>
  <testcase name="A.Skipped" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/></testcase>
  <testcase name="A_NOT_BUILT" status="notrun"><skipped message="Unable to find executable"/></testcase>
  <testcase name="A.Off" status="disabled"><system-out>Disabled</system-out></testcase>
</testsuite>
"""


def run_of(suite: str, **outcomes: Outcome) -> SuiteRun:
    return SuiteRun(suite, [TestResult(suite, name, outcome) for name, outcome in outcomes.items()], [])


class VerdictTest(unittest.TestCase):
    def assert_verdict(self, runs: list[SuiteRun], skips: str, problems: list[str], closing_line: str) -> None:
        """`problems` are the beginnings of those that are found."""
        found, line = verdict.judge(runs, skips, suites.SUITES, is_whole=True)
        self.assertEqual(len(found), len(problems), found)
        for message, beginning in zip(found, problems):
            self.assertTrue(message.startswith(beginning), message)
        self.assertEqual(line, closing_line)

    def test_all_passed(self) -> None:
        runs = [run_of("release", a=Outcome.PASSED, b=Outcome.PASSED), run_of("dev", a=Outcome.PASSED)]
        self.assert_verdict(runs, "", [], "tests: 3 passed, 0 failed, 0 skipped")

    def test_a_failure(self) -> None:
        runs = [run_of("release", a=Outcome.PASSED, b=Outcome.FAILED)]
        self.assert_verdict(runs, "", ["release: b: failed"], "tests: 1 passed, 1 failed, 0 skipped")

    def test_a_skip_without_an_entry_counts_as_failed(self) -> None:
        runs = [run_of("tsan", a=Outcome.PASSED, b=Outcome.SKIPPED)]
        self.assert_verdict(runs, "# none\n", ["tsan: b: skipped"], "tests: 1 passed, 1 failed, 0 skipped")

    def test_an_entry_with_a_reason_excuses_a_skip(self) -> None:
        runs = [run_of("dev", a=Outcome.PASSED, b=Outcome.SKIPPED)]
        for skips in ("b  no such device here", "b\tno such device here", "dev:b  no such device here"):
            with self.subTest(skips):
                self.assert_verdict(runs, skips, [], "tests: 1 passed, 0 failed, 1 skipped")

    def test_an_entry_for_another_suite_does_not(self) -> None:
        runs = [run_of("dev", b=Outcome.SKIPPED)]
        self.assert_verdict(runs, "tsan:b  too slow there", ["dev: b: skipped"], "tests: 0 passed, 1 failed, 0 skipped")

    def test_an_entry_without_a_reason_fails(self) -> None:
        runs = [run_of("dev", b=Outcome.SKIPPED)]
        for skips in ("b", "b   ", "b one-space-only"):
            with self.subTest(skips):
                found, _ = verdict.judge(runs, skips, suites.SUITES, is_whole=False)
                self.assertIn("has no reason", found[0])

    def test_an_entry_whose_test_runs_or_is_gone_fails(self) -> None:
        runs = [run_of("dev", a=Outcome.PASSED), run_of("tsan", a=Outcome.SKIPPED)]
        line = "tests: 1 passed, 1 failed, 1 skipped"
        self.assert_verdict(runs, "a  slow", ["tests/skips.txt: a: passed in dev"], line)
        self.assert_verdict(runs, "tsan:a  slow\nb  gone", ["tests/skips.txt: b: no such test"], line)
        self.assert_verdict(runs, "tsan:a  slow\ndev:b  gone", ["tests/skips.txt: dev:b: no such test"], line)

    def test_an_entry_may_be_for_a_suite_that_did_not_run(self) -> None:
        runs = [run_of("dev", a=Outcome.PASSED)]
        found, _ = verdict.judge(runs, "b  slow\ntsan:a  slow", suites.SUITES, is_whole=False)
        self.assertEqual(found, [])

    def test_trouble_of_a_suite_fails(self) -> None:
        runs = [SuiteRun("dev", [], ["dev: no test ran"])]
        self.assert_verdict(runs, "", ["dev: no test ran"], "tests: 0 passed, 1 failed, 0 skipped")


class ResultsTest(unittest.TestCase):
    def test_a_report_of_ctest_is_read(self) -> None:
        results = {result.name: result for result in suites.read_junit("dev", JUNIT)}
        outcomes = {name: result.outcome for name, result in results.items()}
        skipped = dict.fromkeys(("A.Skipped", "A_NOT_BUILT", "A.Off"), Outcome.SKIPPED)
        self.assertEqual(outcomes, {"A.Good": Outcome.PASSED, "A.Bad": Outcome.FAILED, **skipped})
        self.assertEqual({name: result.output for name, result in results.items() if result.output},
                         {"A.Bad": "a.cc:7: Failure"})
        self.assertEqual(str(results["A_NOT_BUILT"]), "dev: A_NOT_BUILT: skipped (Unable to find executable)")

    def test_python_tests_are_told_apart(self) -> None:
        class Sample(unittest.TestCase):
            def test_good(self) -> None:
                pass

            def test_bad(self) -> None:
                with self.subTest("one"):
                    self.fail()

            def test_skipped(self) -> None:
                self.skipTest("why")

        results = suites.results_of(unittest.TestLoader().loadTestsFromTestCase(Sample))
        found = {result.name.rpartition(".")[2]: (result.outcome, result.detail) for result in results}
        self.assertEqual(found["test_good"], (Outcome.PASSED, ""))
        self.assertEqual(found["test_bad"], (Outcome.FAILED, ""))
        self.assertEqual(found["test_skipped"], (Outcome.SKIPPED, "why"))

    def test_a_class_that_cannot_be_set_up_fails(self) -> None:
        class Sample(unittest.TestCase):
            @classmethod
            def setUpClass(cls) -> None:
                raise ValueError

            def test_never_reached(self) -> None:
                pass

        results = suites.results_of(unittest.TestLoader().loadTestsFromTestCase(Sample))
        self.assertIn(Outcome.FAILED, [result.outcome for result in results])


if __name__ == "__main__":
    unittest.main()
