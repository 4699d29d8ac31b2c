"""All rules, over one tree."""

from pathlib import Path

from style import exceptions, layers, names, sizes
from style.tree import Finding, Source


def check(root: Path, sources: list[Source]) -> list[Finding]:
    """Everything found in `sources`, which are those of the tree at `root`, in the order of their places."""
    excuses = root / exceptions.PATH
    text = excuses.read_text(encoding="utf-8") if excuses.exists() else "entries: 0"
    findings = [*layers.check(sources), *names.check(sources), *sizes.check(sources)]
    return sorted([*findings, *exceptions.apply(text, sizes.excesses(sources))])
