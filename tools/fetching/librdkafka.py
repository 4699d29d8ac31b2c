"""librdkafka: the client of Apache Kafka's protocol. Debian 12 has a version too old to authenticate by SCRAM."""

import re
import shutil
from pathlib import Path

from fetching import cache, debian
from fetching.command import FetchError, run

VERSION = "2.8.0"
SOURCE_VERSION = f"{VERSION}-1"
# Names what the options below make: another build of the same version goes to another place.
BUILD = 4

HEADER = Path("include/librdkafka/rdkafka.h")
STATIC_LIBRARY = Path("lib/librdkafka.a")
SHARED_LIBRARY = Path("lib/librdkafka.so")

# ThreadSanitizer sees pthread's locks, and takes C11's for none. The source picks C11's wherever this file compiles.
C11_THREADS_PROBE = Path("packaging/cmake/try_compile/c11threads_test.c")
CONFIGURED = Path("generated/config.h")

# What is mended in its source: a file, what one place of it is like, and what it becomes.
MENDS = (
    # A topic that is created anew has another id: the entry of the old one was freed, and stayed in the tree of ids. Its
    # issues 4778 and 4964, in 2.10 no more. What is replaced by name leaves the other tree, unless it was replaced there, too.
    (
        Path("src/rdkafka_metadata_cache.c"),
        re.compile(r"\} else if \(old && (!RD_KAFKA_UUID_IS_ZERO\(\s*old->rkmce_metadata_internal_topic\.topic_id\))\) \{"),
        r"} if (old && old != old_by_id && \1) {",
    ),
    # The thread that fetches was not told of what is resumed, and slept for up to a second.
    (
        Path("src/rdkafka_partition.c"),
        re.compile(r"(rd_kafka_toppar_unlock\(rktp\);\s+if \(pause && rk->rk_type == RD_KAFKA_CONSUMER\) \{)"),
        r'if (!pause && rktp->rktp_broker) rd_kafka_broker_wakeup(rktp->rktp_broker, "resumed");\n        \1',
    ),
)

# What the library must have, by the names of its config.h. Kerberos (Cyrus SASL) it does without.
FEATURES = {
    "WITH_SSL": True,
    "WITH_ZLIB": True,
    "WITH_ZSTD": True,
    "WITH_LZ4_EXT": True,
    "WITH_SASL_SCRAM": True,
    "WITH_SASL_OAUTHBEARER": True,
    "WITH_OAUTHBEARER_OIDC": True,
    "WITH_SASL_CYRUS": False,
    "WITH_C11THREADS": False,
}
OPTIONS = (
    "CMAKE_BUILD_TYPE=Release",
    "CMAKE_C_FLAGS_RELEASE=-O3 -g -DNDEBUG -march=x86-64-v2 -fno-omit-frame-pointer",
    "CMAKE_POSITION_INDEPENDENT_CODE=ON",
    "CMAKE_INSTALL_LIBDIR=lib",
    "RDKAFKA_BUILD_STATIC=ON",
    "RDKAFKA_BUILD_EXAMPLES=OFF",
    "RDKAFKA_BUILD_TESTS=OFF",
    "WITH_SSL=ON",
    "WITH_ZLIB=ON",
    "WITH_ZSTD=ON",
    "WITH_CURL=ON",
    "ENABLE_LZ4_EXT=ON",
    # Without Cyrus' library the first turns all of SASL but PLAIN off, unless the others are asked for by name.
    "WITH_SASL=OFF",
    "WITH_SASL_SCRAM=ON",
    "WITH_SASL_OAUTHBEARER=ON",
    "WITH_PLUGINS=OFF",
)


def provide(root: Path) -> None:
    """Leaves `root`/build/deps/librdkafka complete, or raises FetchError."""
    place = root / "build/deps/librdkafka"
    release = debian.os_release(Path("/etc/os-release").read_text(encoding="utf-8"))
    if release.get("ID") == "debian" and release.get("VERSION_ID") == "12":
        built = cache.folder() / f"librdkafka-{VERSION}-{BUILD}"
        if place.is_symlink() and place.resolve() == built.resolve() and is_complete(place):
            return
        if not is_complete(built):
            _build(built, root)
        cache.link(place, built)
    elif not is_complete(place):
        if release.get("ID") != "debian":
            raise FetchError(f"this is not Debian; put {HEADER} and {STATIC_LIBRARY} of {VERSION} into {place}")
        run([str(root / "tools/install_packages"), "librdkafka"])
        _link_installed(place)


def is_complete(folder: Path) -> bool:
    return _is_full(folder / HEADER) and (_is_full(folder / STATIC_LIBRARY) or _is_full(folder / SHARED_LIBRARY))


def _is_full(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


def _build(place: Path, root: Path) -> None:
    run([str(root / "tools/install_packages"), "librdkafka_debian12"])
    print(f"Building librdkafka {VERSION} into {place}: a minute, once", flush=True)
    with cache.scratch("librdkafka") as scratch:
        source = debian.unpack_source("librdkafka", SOURCE_VERSION, "trixie", scratch)
        (source / C11_THREADS_PROBE).write_text("#error pthread's locks are wanted\n", encoding="utf-8")
        mend(source)
        build, complete = scratch / "build", scratch / "complete"
        settings = [f"-D{option}" for option in (*OPTIONS, f"CMAKE_INSTALL_PREFIX={complete}")]
        run(["cmake", "-G", "Ninja", "-S", str(source), "-B", str(build), *settings])
        check_features((build / CONFIGURED).read_text(encoding="utf-8"))
        run(["cmake", "--build", str(build), "--target", "rdkafka"])
        hide_internals(build / "src" / STATIC_LIBRARY.name, scratch)
        _install(source, build, complete)
        cache.move_into_place(complete, place, is_complete)


def mend(source: Path) -> None:
    """Raises FetchError where the source is not what it was."""
    for path, place, replacement in MENDS:
        mended, count = place.subn(replacement, (source / path).read_text(encoding="utf-8"))
        if count != 1:
            raise FetchError(f"librdkafka {VERSION} is not what it was: see {path}")
        (source / path).write_text(mended, encoding="utf-8")


def hide_internals(library: Path, scratch: Path) -> None:
    """Leaves only its API to link with: it brings an xxHash of its own, and functions named like the C library's."""
    whole = scratch / "librdkafka.o"
    run(["ld", "-r", "-o", str(whole), "--whole-archive", str(library)])
    run(["objcopy", "--wildcard", "--keep-global-symbol=rd_kafka_*", str(whole)])
    library.unlink()
    run(["ar", "rcs", str(library), str(whole)])


def _install(source: Path, build: Path, complete: Path) -> None:
    """Only what we use: the C library, its header and its licences."""
    files = {HEADER: source / "src/rdkafka.h", STATIC_LIBRARY: build / "src/librdkafka.a",
             Path("LICENSES.txt"): source / "LICENSES.txt"}
    for path, origin in files.items():
        (complete / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin, complete / path)


def check_features(config: str) -> None:
    """Raises FetchError unless config.h has the features that are wanted, and none that is not."""
    defined = dict(line.split()[1:3] for line in config.splitlines() if line.startswith("#define ") and line.count(" ") == 2)
    for name, wanted in FEATURES.items():
        if (defined.get(name, "0") == "1") != wanted:
            raise FetchError(f"librdkafka would be built {'without' if wanted else 'with'} {name}")


def _link_installed(place: Path) -> None:
    libraries = sorted(Path("/usr/lib").glob("*/librdkafka.so"))
    if not libraries:
        raise FetchError("the package librdkafka-dev holds no librdkafka.so")
    for path, source in {HEADER: Path("/usr") / HEADER, SHARED_LIBRARY: libraries[0]}.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).unlink(missing_ok=True)
        (place / path).symlink_to(source)
    if not is_complete(place):
        raise FetchError("the package librdkafka-dev holds no rdkafka.h")
