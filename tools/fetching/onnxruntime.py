"""ONNX Runtime: a C header to build with, and the library that models are run by."""

import hashlib
import platform
import re
import shutil
import zipfile
from pathlib import Path

from fetching import cache, debian
from fetching.command import FetchError, run

VERSION = "1.29.0"
ARTIFACT = f"com.microsoft.onnxruntime:onnxruntime:{VERSION}"
MEMBER = "ai/onnxruntime/native/linux-x64/libonnxruntime.so"
LIBRARY_BYTES = 28497752
LIBRARY_SHA256 = "5715f06d8992ca8eeeddcce43df3a7d38f97d537052126f558e912cb312460ca"
COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"

HEADER = Path("include/onnxruntime_c_api.h")
LIBRARY = Path("lib/libonnxruntime.so.1")

# What the code is written for. A newer runtime serves an older header, and not the other way round.
API_VERSION_MIN = 21
_API_VERSION = re.compile(r"^#define ORT_API_VERSION (\d+)$", re.MULTILINE)


def provide(root: Path) -> None:
    """Leaves `root`/build/deps/onnxruntime complete, or raises FetchError."""
    place = root / "build/deps/onnxruntime"
    if is_complete(place):
        return
    release = debian.os_release(Path("/etc/os-release").read_text(encoding="utf-8"))
    if release.get("ID") != "debian":
        raise FetchError(f"this is not Debian; put {HEADER} and {LIBRARY} of version {VERSION} into {place}")
    if release.get("VERSION_ID") == "12":
        cache.link(place, _fetched(root))
    else:
        run([str(root / "tools/install_packages"), "onnxruntime"])
        _link_installed(place)


def is_complete(folder: Path) -> bool:
    return all((folder / path).is_file() and (folder / path).stat().st_size > 0 for path in (HEADER, LIBRARY))


def api_version(header: str) -> int:
    found = _API_VERSION.search(header)
    return int(found[1]) if found else 0


def _fetched(root: Path) -> Path:
    """The folder in the cache that holds both files; they are fetched if they are not there."""
    place = cache.folder() / f"onnxruntime-{VERSION}"
    if is_complete(place):
        return place
    if platform.machine() != "x86_64":
        raise FetchError(f"only the library for x86_64 is known, and this machine is {platform.machine()}")
    print(f"Fetching ONNX Runtime {VERSION} into {place}", flush=True)
    with cache.scratch("onnxruntime") as scratch:
        complete = scratch / "complete"
        _fetch_header(complete / HEADER, scratch)
        _fetch_library(complete / LIBRARY, scratch, root)
        cache.move_into_place(complete, place, is_complete)
    return place


def _fetch_header(target: Path, scratch: Path) -> None:
    unpacked = debian.unpack("libonnxruntime-dev", "trixie", scratch)
    source = unpacked / "usr/include/onnxruntime" / HEADER.name
    if not source.is_file():
        raise FetchError(f"the package libonnxruntime-dev holds no {HEADER.name}")
    version = api_version(source.read_text(encoding="utf-8"))
    if version < API_VERSION_MIN:
        raise FetchError(f"{HEADER.name} is of API version {version}, and {API_VERSION_MIN} is needed")
    target.parent.mkdir(parents=True)
    shutil.copyfile(source, target)


def _fetch_library(target: Path, scratch: Path, root: Path) -> None:
    if shutil.which("mvn") is None:
        run([str(root / "tools/install_packages"), "onnxruntime_debian12"])
    run(["mvn", "--batch-mode", "--quiet", COPY_GOAL, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={scratch}"], scratch)
    archives = list(scratch.glob("onnxruntime-*.jar"))
    if len(archives) != 1:
        raise FetchError(f"mvn left {len(archives)} archives of {ARTIFACT}")
    with zipfile.ZipFile(archives[0]) as archive:
        library = archive.read(MEMBER)
    check_library(library)
    target.parent.mkdir(parents=True)
    target.write_bytes(library)


def check_library(library: bytes) -> None:
    """Raises FetchError if the bytes are not those of the version that is wanted."""
    digest = hashlib.sha256(library).hexdigest()
    if len(library) != LIBRARY_BYTES or digest != LIBRARY_SHA256:
        raise FetchError(
            f"{MEMBER} of {ARTIFACT} has {len(library)} bytes with SHA-256 {digest}; "
            f"expected {LIBRARY_BYTES} bytes with {LIBRARY_SHA256}")


def _link_installed(place: Path) -> None:
    libraries = sorted(Path("/usr/lib").glob("*/libonnxruntime.so"))
    if not libraries:
        raise FetchError("the package libonnxruntime-dev holds no libonnxruntime.so")
    files = {HEADER: Path("/usr/include/onnxruntime") / HEADER.name, LIBRARY: libraries[0]}
    for path, source in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).unlink(missing_ok=True)
        (place / path).symlink_to(source)
    if not is_complete(place):
        raise FetchError(f"the package libonnxruntime-dev holds no {files[HEADER]}")
