"""Which folder of src/ may include which, and how an include is written."""

import re
from collections.abc import Iterable, Iterator

from style.tree import Finding, Source

# In dependency order: a folder may include itself and those before it.
LAYERS = ("base", "event", "expr", "config", "log", "state", "model", "steps", "pipeline", "admin", "app")

# A model is asked and answers; where records come from and where state is kept is none of its business.
FORBIDDEN = {("model", "log"), ("model", "state")}

# Implementations of one interface, which know nothing of each other.
STRANGERS = ("log/local", "log/kafka", "log/sim")

# Headers of other projects that only one folder may see.
KEPT_INSIDE = {re.compile(r"(^|/)rdkafka\w*\.h$"): "src/log/kafka/"}

_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]*([\"<])([^\">\n]+)[\">]", re.MULTILINE)


def includes(source: Source) -> Iterator[tuple[int, str, str]]:
    """The line, the opening quote and the path of each include."""
    for match in _INCLUDE.finditer(source.text):
        yield source.line_of(match.start(1)), match[1], match[2]


def check(sources: Iterable[Source]) -> Iterator[Finding]:
    cpp_sources = [source for source in sources if source.is_cpp]
    paths = {source.path for source in cpp_sources}
    for source in cpp_sources:
        yield from _check_place(source)
        for line, quote, path in includes(source):
            for message in _complaints(source.path, quote, path, paths):
                yield Finding(source.path, line, "layers", message)


def _check_place(source: Source) -> Iterator[Finding]:
    if source.path.startswith("src/") and _folder(source.path[4:]) not in LAYERS:
        yield Finding(source.path, 1, "layers", f"every file of src/ stands in one of {', '.join(LAYERS)}")


def _complaints(source: str, quote: str, path: str, known: set[str]) -> Iterator[str]:
    if quote == "<":
        if f"src/{path}" in known:
            yield f'<{path}> is ours: include it as "{path}"'
        yield from _check_foreign(source, path)
    elif f"src/{path}" in known:
        if source.startswith("src/"):
            yield from _check_edge(source[4:], path)
    elif source.startswith("src/") or path not in known:
        yield f'"{path}" is no path from src/ (other projects\' headers are included with <>)'


def _check_foreign(source: str, path: str) -> Iterator[str]:
    for pattern, folder in KEPT_INSIDE.items():
        if pattern.search(path) and not source.startswith(folder):
            yield f"only {folder} includes <{path}>"


def _check_edge(source: str, target: str) -> Iterator[str]:
    """`source` and `target` are paths from src/."""
    here, there = _folder(source), _folder(target)
    if here not in LAYERS or there not in LAYERS:
        return
    if LAYERS.index(there) > LAYERS.index(here) or (here, there) in FORBIDDEN:
        yield f'{here} may not include {there} ("{target}")'
    ours, theirs = _stranger(source), _stranger(target)
    if ours and theirs and ours != theirs:
        yield f'{ours} may not include {theirs} ("{target}")'


def _folder(path: str) -> str:
    return path.partition("/")[0]


def _stranger(path: str) -> str | None:
    return next((folder for folder in STRANGERS if path.startswith(folder + "/")), None)
