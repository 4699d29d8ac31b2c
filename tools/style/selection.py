"""Which sources a change touches, so that slow checks look at these only."""

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path

from style.layers import includes
from style.tree import Source

# A change of these concerns every source.
_CONCERNS_ALL = (".clang-tidy", "cmake/", "CMakePresets.json")


def changed_paths(root: Path) -> set[str] | None:
    """What differs from the last commit of main: committed since, changed, or new. None where that cannot be told."""
    mains = (_git(root, "merge-base", "HEAD", name) for name in ("origin/main", "main"))
    base = next((line[0] for line in mains if line), None)
    if base is None:
        return None
    changed = _git(root, "diff", "--name-only", base)
    added = _git(root, "ls-files", "--others", "--exclude-standard")
    return None if changed is None or added is None else {*changed, *added}


def affected(sources: Iterable[Source], changed: set[str] | None) -> list[Source]:
    """The .cc files that changed. A header counts through the .cc of its name, or else through its test."""
    translation_units = {source.path: source for source in sources if source.path.endswith(".cc")}
    if changed is None or any(path.startswith(_CONCERNS_ALL) for path in changed):
        return list(translation_units.values())
    wanted = set()
    for path in changed:
        stem = path.removesuffix(".h")
        candidates = (f"{stem}.cc", f"{stem}_test.cc") if path.endswith(".h") else (path,)
        wanted.update([candidate for candidate in candidates if candidate in translation_units][:1])
    return [translation_units[path] for path in sorted(wanted)]


def fingerprint(source: Source, by_path: dict[str, Source], *more: str) -> str:
    """A hash of the file, of every file of ours that it includes, however indirectly, and of `more`."""
    closure, waiting = set(), [source.path]
    while waiting:
        path = waiting.pop()
        if path in by_path and path not in closure:
            closure.add(path)
            waiting += [candidate for _, _, name in includes(by_path[path]) for candidate in (name, f"src/{name}")]
    texts = [text for path in sorted(closure) for text in (path, by_path[path].text)]
    return hashlib.sha256("\0".join([*texts, *more]).encode()).hexdigest()


def _git(root: Path, *arguments: str) -> list[str] | None:
    """The lines that git prints; None if it fails."""
    ended = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    return ended.stdout.splitlines() if ended.returncode == 0 else None
