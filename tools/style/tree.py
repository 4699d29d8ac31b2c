"""The files that the rules look at, and what a rule finds in them."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from style import cpp

CPP_FOLDERS = ("src", "bench", "fuzz", "tests")
CPP_SUFFIXES = (".h", ".cc")


@dataclass(frozen=True, order=True)
class Finding:
    """One broken rule, at one place."""

    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


@dataclass(frozen=True)
class Source:
    """One file; `path` is relative to the root of the tree, with forward slashes."""

    path: str
    text: str

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def stem(self) -> str:
        return self.name.partition(".")[0]

    @property
    def is_cpp(self) -> bool:
        return self.path.endswith(CPP_SUFFIXES)

    @property
    def is_header(self) -> bool:
        return self.path.endswith(".h")

    @property
    def is_test(self) -> bool:
        return self.path.startswith("tests/") or self.stem.endswith("_test")

    @property
    def line_count(self) -> int:
        return len(self.text.splitlines())

    @cached_property
    def code(self) -> str:
        """The text with everything that is not C++ code blanked out; lines and columns stay what they were."""
        return cpp.blank(self.text)

    @cached_property
    def functions(self) -> list[cpp.Function]:
        return cpp.functions(self.text)

    def line_of(self, position: int) -> int:
        return self.text.count("\n", 0, position) + 1


def load(root: Path) -> list[Source]:
    """All sources of ours below `root`, in the order of their paths."""
    files = [file for folder in CPP_FOLDERS for file in _files(root / folder) if file.suffix in (*CPP_SUFFIXES, ".py")]
    files += [file for file in _files(root / "tools") if _is_script(file)]
    return sorted((_read(root, file) for file in files), key=lambda source: source.path)


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts]


def _is_script(file: Path) -> bool:
    if file.suffix == ".py":
        return True
    with file.open("rb") as stream:
        return re.match(rb"#!.*\bpython3?\b", stream.readline()) is not None


def _read(root: Path, file: Path) -> Source:
    return Source(file.relative_to(root).as_posix(), file.read_text(encoding="utf-8", errors="replace"))
