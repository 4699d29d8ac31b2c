"""Takes a package of another Debian release apart, without a change to this machine's configuration."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from fetching.command import FetchError, run

_CONFIGURED = Path("/etc/apt")


def os_release(text: str) -> dict[str, str]:
    """The fields of /etc/os-release."""
    pairs = (line.partition("=") for line in text.splitlines())
    return {name: value.strip("\"'") for name, separator, value in pairs if separator}


def unpack(package: str, suite: str, scratch: Path) -> Path:
    """Downloads `package` as it is in `suite` from this machine's own mirrors; returns the folder it was unpacked in."""
    options = _updated_apt(suite, scratch, _configured_files())
    run(["apt-get", *options, "download", package], folder=scratch)
    archives = list(scratch.glob(f"{package}_*.deb"))
    if len(archives) != 1:
        raise FetchError(f"apt-get download {package} left {len(archives)} archives")
    unpacked = scratch / package
    run(["dpkg-deb", "--extract", str(archives[0]), str(unpacked)])
    return unpacked


def unpack_source(package: str, version: str, suite: str, scratch: Path) -> Path:
    """The same for the package's source, with Debian's patches, in exactly this version."""
    options = _updated_apt(suite, scratch, ((name, as_source(name, text)) for name, text in _configured_files()))
    run(["apt-get", *options, "source", "--only-source", f"{package}={version}"], folder=scratch)
    unpacked = [path for path in scratch.glob(f"{package}-*") if path.is_dir()]
    if len(unpacked) != 1:
        raise FetchError(f"apt-get source {package}={version} left {len(unpacked)} folders")
    return unpacked[0]


def as_source(name: str, text: str) -> str:
    """A file of sources that names source packages instead of binary ones; `name` tells its format."""
    if name.endswith(".sources"):
        return re.sub(r"^Types:.*$", "Types: deb-src", text, flags=re.MULTILINE | re.IGNORECASE)
    return re.sub(r"^deb(\s)", r"deb-src\1", text, flags=re.MULTILINE)


def _updated_apt(suite: str, scratch: Path, files: Iterable[tuple[str, str]]) -> list[str]:
    codename = os_release(Path("/etc/os-release").read_text(encoding="utf-8")).get("VERSION_CODENAME", "")
    options = _private_apt(scratch / "apt", sources_of(suite, codename, files))
    run(["apt-get", *options, "update"])
    return options


def sources_of(suite: str, codename: str, files: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Configured sources of this release, turned to `suite`: contents by file name. `files`: names and contents."""
    sources = {}
    for name, text in files:
        turned = _turned_stanzas if name.endswith(".sources") else _turned_lines
        found = list(turned(suite, codename, text))
        if found:
            sources[name] = "\n".join(found) + "\n"
    if not sources:
        raise FetchError(f"none of the files in {_CONFIGURED} names a source of packages for {codename or 'Debian'}")
    return sources


def _turned_stanzas(suite: str, codename: str, text: str) -> Iterator[str]:
    for stanza in re.split(r"\n[ \t]*\n", text):
        suites = re.search(r"^Suites:(.*)$", stanza, re.MULTILINE | re.IGNORECASE)
        if suites and codename in suites[1].split():
            yield stanza[: suites.start()] + f"Suites: {suite}" + stanza[suites.end() :] + "\n"


def _turned_lines(suite: str, codename: str, text: str) -> Iterator[str]:
    pattern = re.compile(rf"^(deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?\S+\s+){re.escape(codename)}(\s.*)$", re.MULTILINE)
    for match in pattern.finditer(text):
        yield f"{match[1]}{suite}{match[2]}"


def _configured_files() -> Iterator[tuple[str, str]]:
    for path in (_CONFIGURED / "sources.list", *sorted((_CONFIGURED / "sources.list.d").glob("*"))):
        if path.suffix in (".list", ".sources") and path.is_file():
            yield path.name, path.read_text(encoding="utf-8")


def _private_apt(folder: Path, sources: dict[str, str]) -> list[str]:
    """Options that keep lists, caches and state of apt-get in `folder`."""
    for name in ("sources", "state/lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    (folder / "status").touch()
    (folder / "sources.list").touch()
    for name, text in sources.items():
        (folder / "sources" / name).write_text(text, encoding="utf-8")
    settings = {
        "Dir::Etc::SourceList": "sources.list",
        "Dir::Etc::SourceParts": "sources",
        "Dir::State": "state",
        "Dir::State::status": "status",
        "Dir::Cache": "cache",
    }
    options = [f"{name}={folder / place}" for name, place in settings.items()]
    # Its own user could not write into a private folder.
    options += ["APT::Sandbox::User=", "Acquire::Languages=none", "Acquire::Retries=3"]
    # A list that cannot be had is an error here, and not later a package that nobody knows.
    options += ["APT::Update::Error-Mode=any"]
    return [word for option in options for word in ("-o", option)]
