"""Tests of what tools/fetch_librdkafka decides: where a source package comes from, and what a build must have."""

import tempfile
import unittest
from pathlib import Path

from fetching import cache, debian, librdkafka
from fetching.command import FetchError, run

STANZAS = """Types: deb
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
"""
LINE = "deb [signed-by=/keys/archive.gpg] http://mirror.example/debian bookworm main\n"


def config(**changes: bool) -> str:
    features = {**librdkafka.FEATURES, **changes}
    lines = ["// generated", *(f"#define {name} {int(has)}" for name, has in features.items()), '#define BUILT_WITH "A B"']
    return "\n".join(lines)


class SourcePackageTest(unittest.TestCase):
    def test_asks_the_same_mirrors_for_sources(self) -> None:
        files = [(name, debian.as_source(name, text)) for name, text in (("a.sources", STANZAS), ("b.list", LINE))]
        turned = debian.sources_of("trixie", "bookworm", files)
        self.assertTrue(turned["a.sources"].startswith("Types: deb-src\nURIs: http://mirror.example/debian\n"))
        self.assertIn("Suites: trixie\n", turned["a.sources"])
        self.assertEqual(turned["b.list"], LINE.replace("deb ", "deb-src ").replace("bookworm", "trixie"))


class BuildTest(unittest.TestCase):
    def test_takes_a_build_with_what_is_wanted(self) -> None:
        librdkafka.check_features(config())

    def test_refuses_a_build_with_anything_else(self) -> None:
        with self.assertRaisesRegex(FetchError, "without WITH_SSL"):
            librdkafka.check_features(config(WITH_SSL=False))
        with self.assertRaisesRegex(FetchError, "with WITH_C11THREADS"):
            librdkafka.check_features(config(WITH_C11THREADS=True))
        with self.assertRaisesRegex(FetchError, "without "):
            librdkafka.check_features("")

    def test_mends_the_source_or_says_that_it_is_another(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            source = Path(name)
            (source / "src").mkdir()
            cache_file, partition_file = source / "src/rdkafka_metadata_cache.c", source / "src/rdkafka_partition.c"
            has_id = "!RD_KAFKA_UUID_IS_ZERO(\n   old->rkmce_metadata_internal_topic.topic_id)"
            cache_file.write_text(f"if (a) {{\n}} else if (old && {has_id}) {{\n}}\n", encoding="utf-8")
            end = "rd_kafka_toppar_unlock(rktp);\n\n        if (pause && rk->rk_type == RD_KAFKA_CONSUMER) {\n"
            partition_file.write_text(f"}}\n        {end}", encoding="utf-8")
            librdkafka.mend(source)
            self.assertEqual(cache_file.read_text(encoding="utf-8"),
                             f"if (a) {{\n}} if (old && old != old_by_id && {has_id}) {{\n}}\n")
            mended = partition_file.read_text(encoding="utf-8")
            self.assertTrue(mended.endswith(end))
            self.assertIn('if (!pause && rktp->rktp_broker) rd_kafka_broker_wakeup(rktp->rktp_broker, "resumed");', mended)
            with self.assertRaisesRegex(FetchError, "is not what it was"):
                librdkafka.mend(source)

    def test_shows_only_the_api(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            source, library = folder / "a.c", folder / "librdkafka.a"
            source.write_text("int XXH64(void) { return 1; }\nint rd_kafka_x(void) { return XXH64(); }\n", encoding="utf-8")
            run(["cc", "-c", str(source), "-o", str(folder / "a.o")])
            run(["ar", "rcs", str(library), str(folder / "a.o")])
            librdkafka.hide_internals(library, folder)
            symbols = run(["nm", "--extern-only", "--defined-only", str(library)])
            self.assertIn("rd_kafka_x", symbols)
            self.assertNotIn("XXH64", symbols)

    def test_wants_a_header_and_one_library(self) -> None:
        for library in (librdkafka.STATIC_LIBRARY, librdkafka.SHARED_LIBRARY):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                for path in (librdkafka.HEADER, library):
                    self.assertFalse(librdkafka.is_complete(folder))
                    (folder / path).parent.mkdir(parents=True)
                    (folder / path).touch()
                    self.assertFalse(librdkafka.is_complete(folder))
                    (folder / path).write_text("x", encoding="utf-8")
                self.assertTrue(librdkafka.is_complete(folder))


class CacheTest(unittest.TestCase):
    def test_keeps_what_another_clone_left(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            ours, place = Path(name) / "ours", Path(name) / "place"
            for folder in (ours, place):
                folder.mkdir()
                (folder / folder.name).touch()
            cache.move_into_place(ours, place, lambda folder: (folder / "place").exists())
            self.assertTrue((place / "place").exists())

    def test_replaces_what_is_not_complete(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            ours, place = Path(name) / "ours", Path(name) / "place"
            for folder in (ours, place):
                folder.mkdir()
                (folder / folder.name).touch()
            cache.move_into_place(ours, place, lambda folder: (folder / "ours").exists())
            self.assertTrue((place / "ours").exists())


if __name__ == "__main__":
    unittest.main()
