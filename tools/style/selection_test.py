"""Tests of which sources a change touches."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from style import selection
from style.tree import Source

SOURCES = [
    Source("src/base/a.h", ""),
    Source("src/base/a.cc", '#include "base/a.h"\n'),
    Source("src/base/a_test.cc", '#include "base/a.h"\n'),
    Source("src/base/only.h", '#include "base/a.h"\n'),
    Source("src/base/only_test.cc", '#include "base/only.h"\n'),
]
EVERYTHING = ["src/base/a.cc", "src/base/a_test.cc", "src/base/only_test.cc"]


class AffectedTest(unittest.TestCase):
    def affected(self, *changed: str) -> list[str]:
        return [source.path for source in selection.affected(SOURCES, set(changed))]

    def test_a_header_counts_through_its_source_or_its_test(self) -> None:
        self.assertEqual(self.affected("src/base/a.h"), ["src/base/a.cc"])
        self.assertEqual(self.affected("src/base/only.h"), ["src/base/only_test.cc"])

    def test_other_files_and_deleted_ones_touch_nothing(self) -> None:
        self.assertEqual(self.affected("README.md", "src/base/gone.cc", "src/base/gone.h"), [])

    def test_options_touch_everything_and_so_does_an_unknown_change(self) -> None:
        self.assertEqual(self.affected(".clang-tidy"), EVERYTHING)
        self.assertEqual([source.path for source in selection.affected(SOURCES, None)], EVERYTHING)


class FingerprintTest(unittest.TestCase):
    def fingerprint(self, path: str, sources: list[Source], *more: str) -> str:
        by_path = {source.path: source for source in sources}
        return selection.fingerprint(by_path[path], by_path, *more)

    def test_it_follows_includes_and_nothing_else(self) -> None:
        edited = [Source("src/base/a.h", "int a;\n"), *SOURCES[1:]]
        for path in EVERYTHING:
            self.assertNotEqual(self.fingerprint(path, SOURCES), self.fingerprint(path, edited))
        other = [*SOURCES[:3], Source("src/base/only.h", ""), SOURCES[4]]
        self.assertEqual(self.fingerprint("src/base/a.cc", SOURCES), self.fingerprint("src/base/a.cc", other))

    def test_options_are_part_of_it(self) -> None:
        self.assertNotEqual(self.fingerprint("src/base/a.cc", SOURCES), self.fingerprint("src/base/a.cc", SOURCES, "x"))


class ChangedPathsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> None:
        author = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
        # Inside a git hook, variables of git's would point at the real repository.
        ours = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        subprocess.run(["git", *author, *arguments], cwd=self.root, env=ours, check=True, capture_output=True)

    def write(self, name: str, text: str = "x\n") -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def commit(self, name: str) -> None:
        self.write(name)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=x")

    def test_it_is_unknown_before_the_first_commit(self) -> None:
        self.write("a")
        self.assertIsNone(selection.changed_paths(self.root))

    def test_it_has_what_is_committed_changed_or_new_since_main(self) -> None:
        self.commit("old")
        self.commit("edited")
        self.git("checkout", "--quiet", "-b", "topic")
        self.commit("committed")
        self.write("edited", "y\n")
        self.write("new")
        self.assertEqual(selection.changed_paths(self.root), {"committed", "edited", "new"})

    def test_on_main_it_has_what_is_not_committed(self) -> None:
        self.commit("old")
        self.write("new")
        self.assertEqual(selection.changed_paths(self.root), {"new"})

    def test_what_is_not_pushed_counts_where_there_is_an_origin(self) -> None:
        self.commit("old")
        self.git("update-ref", "refs/remotes/origin/main", "HEAD")
        self.commit("unpushed")
        self.assertEqual(selection.changed_paths(self.root), {"unpushed"})


if __name__ == "__main__":
    unittest.main()
