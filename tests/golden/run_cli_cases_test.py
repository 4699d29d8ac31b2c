"""Tests of the golden driver, against a program that prints back what it is given."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import run_cli_cases

# Prints its arguments, then its input, then the file named in SHOW; exits with the number in CODE.
ECHO = """#!/bin/sh
for word in "$@"; do echo "$word"; done
cat
[ -z "$SHOW" ] || cat "$SHOW"
[ -z "$CODE" ] || echo "code $CODE" >&2
exit ${CODE:-0}
"""


class DriverTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.program = Path(folder.name, "echo")
        self.program.write_text(ECHO, encoding="utf-8")
        self.program.chmod(0o755)
        self.data = Path(folder.name, "cases.txt")

    def run_driver(self, text: str) -> tuple[int, str]:
        self.data.write_text(text, encoding="utf-8")
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            code = run_cli_cases.main([str(self.program), str(self.data)])
        return code, output.getvalue()

    def assert_passes(self, text: str) -> None:
        code, output = self.run_driver(text)
        self.assertEqual(code, 0, output)

    def assert_fails(self, text: str, *messages: str) -> None:
        code, output = self.run_driver(text)
        self.assertEqual(code, 1, output)
        for message in messages:
            self.assertIn(message, output)

    def test_arguments_are_split_as_by_a_shell(self) -> None:
        self.assert_passes("--- case: a\n--- run: penstock 'one word' two\n--- stdout\none word\ntwo\n")

    def test_input_files_variables_and_exit_code_reach_the_program(self) -> None:
        self.assert_passes(
            "--- case: a\n--- file: deep/in.txt\nfrom file\n\n--- run: SHOW=deep/in.txt CODE=3 penstock\n"
            "--- stdin\nread\n--- stdout\nread\nfrom file\n--- stderr\ncode 3\n--- exit: 3\n"
        )

    def test_several_runs_share_a_folder_and_each_is_compared(self) -> None:
        text = "--- case: a\n--- run: penstock x\n--- stdout\nx\n--- run: penstock y\n--- stdout\nz\n"
        self.assert_fails(text, "line 5: penstock y", "-z", "+y")

    def test_a_difference_is_shown_as_a_diff_and_the_other_cases_still_run(self) -> None:
        text = "--- case: bad\n--- run: penstock x\n--- case: good\n--- run: penstock\n"
        self.assert_fails(text, "FAILED: bad", "+++ actual stdout", "+x", "ok: good")

    def test_output_that_nobody_expected_fails(self) -> None:
        self.assert_fails("--- case: a\n--- run: CODE=1 penstock\n--- exit: 1\n", "+code 1")

    def test_has_wants_each_line_in_order(self) -> None:
        start = "--- case: a\n--- run: penstock alpha beta\n--- stdout has\n"
        self.assert_passes(start + "lph\nbet\n")
        self.assert_fails(start + "beta\nalpha\n", "'alpha'")

    def test_a_wrong_exit_code_fails(self) -> None:
        self.assert_fails("--- case: a\n--- run: penstock\n--- exit: 2\n", "exit code 0, expected 2")

    def test_malformed_files_say_where(self) -> None:
        malformed = {
            "": "there is no case",
            "--- case: a\n": "line 1: this case runs nothing",
            "--- run: penstock\n": "line 1: run stands before the first case",
            "--- case: a\n--- stdout\n": "line 2: stdout stands before the run",
            "--- case: a\n--- run: penstock\n--- case: a\n--- run: penstock\n": "line 3: there is a case of this name",
            "--- case: a\n--- sdtout\n": "line 2: unknown marker",
            "--- case: a\n--- run: penstock\n--- stdin has\n": "line 3: unknown marker",
            "--- case: a\n--- run\n": "line 2: something must follow",
            "--- case: a\n--- run: penstock\n--- stdout: x\n": "line 3: nothing must follow",
            "--- case: a\n--- run: penstock\n--- exit: one\n": "line 3: an exit code is a number",
            "--- case: a\n--- run: penstock\n--- stdin\n--- stdin\n": "line 4: the second stdin",
            "--- case: a\n--- run: penstock\nx\n": "line 2: run has one line only",
            "--- case: a\n--- run: penstock 'x\n": "line 2: No closing quotation",
            "--- case: a\n--- run: other\n": "line 2: a command begins with penstock",
        }
        for text, message in malformed.items():
            with self.subTest(message):
                self.assert_fails(text, message)


if __name__ == "__main__":
    unittest.main()
