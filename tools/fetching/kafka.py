"""Apache Kafka: the broker that tests run against, from its makers' Maven artifacts, with all that it needs."""

import shutil
from pathlib import Path

from fetching import cache
from fetching.command import FetchError, run

VERSION = "4.1.2"
SERVER = f"kafka_2.13-{VERSION}.jar"
# What writes its log, which it leaves open.
LOGGING = "log4j-slf4j-impl-2.25.4.jar"
# Its commands, which tests compare ours with.
TOOLS = f"kafka-tools-{VERSION}.jar"
KEPT = f"kafka-{VERSION}-2"
COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"

PROJECT = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>penstock</groupId>
  <artifactId>kafka-for-tests</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>{VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka-tools</artifactId>
      <version>{VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>2.25.4</version>
    </dependency>
  </dependencies>
</project>
"""


def provide(root: Path) -> None:
    """Leaves the archives in `root`/build/deps/kafka, or raises FetchError."""
    place, kept = root / "build/deps/kafka", cache.folder() / KEPT
    if place.resolve() == kept.resolve() and is_complete(place):
        return
    if not is_complete(kept):
        _fetch(kept, root)
    cache.link(place, kept)


def is_complete(folder: Path) -> bool:
    return all((folder / name).is_file() for name in (SERVER, LOGGING, TOOLS))


def _fetch(place: Path, root: Path) -> None:
    if shutil.which("mvn") is None:
        run([str(root / "tools/install_packages"), "test"])
    print(f"Fetching Apache Kafka {VERSION} into {place}", flush=True)
    with cache.scratch("kafka") as scratch:
        (scratch / "pom.xml").write_text(PROJECT, encoding="utf-8")
        complete = scratch / "complete"
        options = ["--batch-mode", "--quiet", "-DincludeScope=runtime", f"-DoutputDirectory={complete}"]
        run(["mvn", *options, COPY_GOAL], scratch)
        if not is_complete(complete):
            raise FetchError(f"mvn left no {SERVER}, no {LOGGING}, or no {TOOLS}")
        cache.move_into_place(complete, place, is_complete)
