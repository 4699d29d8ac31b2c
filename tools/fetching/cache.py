"""What is fetched or built once, and kept for all clones of this repository."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path


def folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "penstock"


@contextlib.contextmanager
def scratch(name: str) -> Iterator[Path]:
    """A folder on the cache's file system, so that what is made in it can be moved into place as a whole."""
    folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=folder()) as path:
        yield Path(path)


def move_into_place(complete: Path, place: Path, is_complete: Callable[[Path], bool]) -> None:
    """Another clone may have been faster: what it left is as good."""
    if place.exists() and not is_complete(place):
        shutil.rmtree(place)
    try:
        complete.rename(place)
    except OSError:
        if not is_complete(place):
            raise


def link(place: Path, target: Path) -> None:
    """Makes `place` a link to `target`, whatever it was."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_symlink():
        place.unlink()
    elif place.exists():
        shutil.rmtree(place)
    place.symlink_to(target)
