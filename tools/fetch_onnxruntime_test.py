"""Tests of what tools/fetch_onnxruntime decides: which sources it asks, and what it takes for complete."""

import tempfile
import unittest
from pathlib import Path

from fetching import debian, onnxruntime
from fetching.command import FetchError, run

STANZAS = """Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /keys/archive.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
"""

LINES = """# deb http://old.example/debian bookworm main
deb [arch=amd64 signed-by=/keys/archive.gpg] http://mirror.example/debian bookworm main contrib
deb http://mirror.example/debian bookworm-updates main
"""


class SourcesTest(unittest.TestCase):
    def test_turns_only_the_release_itself(self) -> None:
        turned = debian.sources_of("trixie", "bookworm", [("debian.sources", STANZAS), ("a.list", LINES)])
        self.assertEqual(sorted(turned), ["a.list", "debian.sources"])
        self.assertIn("Suites: trixie\n", turned["debian.sources"])
        self.assertIn("Signed-By: /keys/archive.gpg", turned["debian.sources"])
        self.assertNotIn("security", turned["debian.sources"])
        line = "deb [arch=amd64 signed-by=/keys/archive.gpg] http://mirror.example/debian trixie main contrib\n"
        self.assertEqual(turned["a.list"], line)

    def test_says_when_nothing_is_configured(self) -> None:
        with self.assertRaisesRegex(FetchError, "source of packages for bookworm"):
            debian.sources_of("trixie", "bookworm", [("other.list", "deb http://x.example/y stable main\n")])

    def test_reads_os_release(self) -> None:
        self.assertEqual(debian.os_release('ID=debian\nVERSION_ID="12"\n\n'), {"ID": "debian", "VERSION_ID": "12"})


class OnnxRuntimeTest(unittest.TestCase):
    def test_wants_both_files_whole(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for path in (onnxruntime.HEADER, onnxruntime.LIBRARY):
                self.assertFalse(onnxruntime.is_complete(folder))
                (folder / path).parent.mkdir(parents=True)
                (folder / path).touch()
                self.assertFalse(onnxruntime.is_complete(folder))
                (folder / path).write_text("x", encoding="utf-8")
            self.assertTrue(onnxruntime.is_complete(folder))

    def test_refuses_another_library(self) -> None:
        with self.assertRaisesRegex(FetchError, "has 7 bytes with SHA-256 "):
            onnxruntime.check_library(b"another")

    def test_reads_the_version_of_the_header(self) -> None:
        self.assertEqual(onnxruntime.api_version("#pragma once\n#define ORT_API_VERSION 21\n"), 21)
        self.assertEqual(onnxruntime.api_version("nothing"), 0)


class CommandTest(unittest.TestCase):
    def test_says_what_failed(self) -> None:
        with self.assertRaisesRegex(FetchError, "sh ended with 3:\nno luck"):
            run(["sh", "-c", "echo no luck >&2; exit 3"])
        with self.assertRaisesRegex(FetchError, "no command no-such-command"):
            run(["no-such-command"])


if __name__ == "__main__":
    unittest.main()
