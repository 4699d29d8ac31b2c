"""Shows each rule of tools/check_style failing on a small made-up tree, and passing on a good one."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from style import rules, tree

HEADER = "#pragma once\n"
GOOD = {
    "src/base/clock.h": HEADER + "namespace penstock {\nint Now();\n}\n",
    "src/base/clock.cc": '#include "base/clock.h"\n\n#include <string>\n\nint Now() { return 1; }\n',
    "src/base/clock_test.cc": '#include "base/clock.h"\n\nTEST(ClockTest, Runs) {\n  EXPECT_EQ(Now(), 1);\n}\n',
    "src/event/event.h": HEADER + '#include "base/clock.h"\n',
    "src/log/log.h": HEADER,
    "src/log/kafka/client.h": HEADER + '#include <librdkafka/rdkafka.h>\n#include "log/log.h"\n',
    "bench/event_bench.cc": '#include "event/event.h"\n',
    "tests/faults/world.h": HEADER,
    "tests/faults/world.cc": '#include "tests/faults/world.h"\n',
    "tools/some_script": "#!/usr/bin/env python3\nprint()\n",
}


def function_of(lines: int, name: str = "Long") -> str:
    return f"void {name}() {{\n" + "  f();\n" * (lines - 2) + "}\n"


class StyleTest(unittest.TestCase):
    def findings(self, more: dict[str, str]) -> list[tree.Finding]:
        """What is found in the good tree with `more` files in it."""
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for path, text in {**GOOD, **more}.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding="utf-8")
            return rules.check(root, tree.load(root))

    def assert_clean(self, more: dict[str, str]) -> None:
        self.assertEqual([str(finding) for finding in self.findings(more)], [])

    def assert_finding(self, more: dict[str, str], expected: str) -> None:
        """Exactly one finding, which begins with `expected`."""
        found = [str(finding) for finding in self.findings(more)]
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(expected), found[0])


class GoodTreeTest(StyleTest):
    def test_passes(self) -> None:
        self.assert_clean({})

    def test_the_command_exits_with_0_or_1_and_refuses_unknown_arguments(self) -> None:
        script = Path(__file__).with_name("check_style")
        with tempfile.TemporaryDirectory() as folder:
            for expected, header in ((0, HEADER), (1, "")):
                Path(folder, "src/base").mkdir(parents=True, exist_ok=True)
                Path(folder, "src/base/a.h").write_text(header, encoding="utf-8")
                ended = subprocess.run([sys.executable, script, folder], capture_output=True, text=True, check=False)
                self.assertEqual(ended.returncode, expected)
                self.assertIn(f"check_style: files 1, findings {expected}", ended.stdout)
        refused = subprocess.run([sys.executable, script, "--x"], capture_output=True, check=False)
        self.assertEqual(refused.returncode, 1)


class LayersTest(StyleTest):
    def test_upward_edges_fail(self) -> None:
        more = {"src/base/a.h": HEADER + '#include "event/event.h"\n'}
        self.assert_finding(more, 'src/base/a.h:2: layers: base may not include event ("event/event.h")')

    def test_model_includes_neither_log_nor_state(self) -> None:
        more = {"src/state/store.h": HEADER}
        for folder, header in (("log", "log/log.h"), ("state", "state/store.h")):
            text = HEADER + f'#include "{header}"\n'
            expected = f"src/model/m.h:2: layers: model may not include {folder}"
            self.assert_finding({**more, "src/model/m.h": text}, expected)
            self.assert_clean({**more, "src/steps/s.h": text})

    def test_implementations_of_the_log_are_strangers(self) -> None:
        more = {"src/log/sim/world.h": HEADER, "src/log/local/store.h": HEADER + '#include "log/sim/world.h"\n'}
        self.assert_finding(more, "src/log/local/store.h:2: layers: log/local may not include log/sim")

    def test_rdkafka_stays_in_its_folder(self) -> None:
        text = HEADER + "#include <librdkafka/rdkafka.h>\n"
        self.assert_finding({"src/log/a.h": text}, "src/log/a.h:2: layers: only src/log/kafka/ includes")
        self.assert_finding({"bench/a.h": text}, "bench/a.h:2: layers: only src/log/kafka/ includes")

    def test_includes_are_written_from_src(self) -> None:
        for include in ('"clock.h"', '"../base/clock.h"', '"src/base/clock.h"', '"gone.h"', "<base/clock.h>"):
            with self.subTest(include):
                self.assert_finding({"src/base/a.h": HEADER + f"#include {include}\n"}, "src/base/a.h:2: layers: ")
        self.assert_finding({"bench/b.cc": '#include "event.h"\n'}, "bench/b.cc:1: layers: ")

    def test_every_folder_has_a_layer(self) -> None:
        self.assert_finding({"src/other/a.h": HEADER}, "src/other/a.h:1: layers: every file of src/")
        self.assert_finding({"src/main.cc": ""}, "src/main.cc:1: layers: every file of src/")


class NamesTest(StyleTest):
    def test_empty_names_of_files_and_folders_fail(self) -> None:
        for path in ("src/base/utils.h", "src/base/string_util.h", "src/base/misc/a.h", "src/base/test_helpers.h"):
            with self.subTest(path):
                self.assert_finding({path: HEADER}, f"{path}:1: names: ")
        self.assert_finding({"tools/common.py": ""}, "tools/common.py:1: names: ")

    def test_empty_names_of_types_fail(self) -> None:
        for text in ("class CallManager {};", "struct [[x]] Helper {};", "enum class Misc {};", "namespace utils {}"):
            with self.subTest(text):
                self.assert_finding({"src/base/a.h": f"{HEADER}{text}\n"}, "src/base/a.h:2: names: ")
        self.assert_clean({"src/base/a.h": HEADER + "// A class Helper.\nclass Commonality {};\n"})

    def test_unfinished_work_fails_also_in_comments(self) -> None:
        for word in ("TODO", "FIXME", "XXX", "HACK"):
            with self.subTest(word):
                self.assert_finding({"fuzz/a.cc": f"int a;  // {word}: more\n"}, f"fuzz/a.cc:1: words: {word}")

    def test_disabled_tests_and_sleeping_tests_fail(self) -> None:
        for line in ("TEST(A, DISABLED_B) {}", "void f() { std::this_thread::sleep_for(1s); }", "int x = usleep(1);"):
            with self.subTest(line):
                self.assert_finding({"src/base/clock_test.cc": line + "\n"}, "src/base/clock_test.cc:1: words: ")
        self.assert_clean({"src/base/a.cc": "void f() { std::this_thread::sleep_for(1s); }\n"})

    def test_headers_need_pragma_once(self) -> None:
        self.assert_finding({"src/base/a.h": "// #pragma once\n"}, "src/base/a.h:1: headers: ")

    def test_a_test_stands_beside_what_it_tests(self) -> None:
        path = "src/event/clock_test.cc"
        self.assert_finding({path: ""}, f"{path}:1: tests: neither src/event/clock.cc nor")
        self.assert_clean({"src/event/event_test.cc": ""})


class SizesTest(StyleTest):
    def test_long_files_fail(self) -> None:
        self.assert_clean({"src/base/a.cc": "int a;\n" * 400})
        self.assert_finding({"src/base/a.cc": "int a;\n" * 401}, "src/base/a.cc:1: file-length: the file has 401 lines")
        self.assert_finding({"tools/a.py": "a = 1\n" * 401}, "tools/a.py:1: file-length: ")

    def test_long_functions_fail(self) -> None:
        self.assert_clean({"src/base/a.cc": function_of(70)})
        more = {"src/base/a.cc": "\n" + function_of(71)}
        self.assert_finding(more, "src/base/a.cc:2: function-length: Long has 71 lines, the limit is 70")

    def test_nine_functions_in_ten_are_short(self) -> None:
        short = function_of(24) + function_of(3) * 16
        self.assert_clean({"src/base/a.cc": short + function_of(25) * 2})
        more = {"src/base/a.cc": short + function_of(25) * 3}
        self.assert_finding(more, "src:1: distribution: 18 of 21 functions of the sources")

    def test_tests_do_not_make_up_for_long_sources(self) -> None:
        tests = "".join(function_of(3, f"Test{number}") for number in range(40))
        text = function_of(30) * 3 + function_of(5) * 17
        self.assert_finding({"src/base/clock_test.cc": tests, "src/base/a.cc": text}, "src:1: distribution: 18 of 21")

    def test_nine_files_in_ten_are_short(self) -> None:
        files = {f"src/base/a{number}.h": HEADER for number in range(20)}
        files |= {f"src/base/b{number}.h": HEADER + "int a;\n" * 399 for number in range(4)}
        self.assert_finding(files, "src:1: distribution: 26 of 30 files of the sources are under 400 lines")

    def test_brackets_that_do_not_match_are_reported(self) -> None:
        self.assert_finding({"src/base/a.cc": "void f() {\n  {\n}\n"}, "src/base/a.cc:1: braces: ")


class ExceptionsTest(StyleTest):
    LIST = "tools/style_exceptions.txt"

    def tree_with(self, entries: str, text: str) -> dict[str, str]:
        return {self.LIST: entries, "src/base/a.cc": text}

    def test_an_exception_excuses_what_it_names(self) -> None:
        entries = "entries: 1\nfunction-length  src/base/a.cc:Long  80  a table\n"
        self.assert_clean(self.tree_with(entries, function_of(80)))
        entries = "# Why\n\nentries: 1\nfile-length  src/base/a.cc  500  a table\n"
        self.assert_clean(self.tree_with(entries, "int a;\n" * 470))

    def test_it_does_not_excuse_growth(self) -> None:
        more = self.tree_with("entries: 1\nfunction-length src/base/a.cc:Long 79 a table\n", function_of(80))
        self.assert_finding(more, "src/base/a.cc:1: function-length: Long has 80 lines")

    def test_one_that_is_too_generous_fails(self) -> None:
        more = self.tree_with("entries: 1\nfunction-length src/base/a.cc:Long 88 a table\n", function_of(80))
        self.assert_finding(more, f"{self.LIST}:2: exceptions: src/base/a.cc:Long has 80 lines now: lower")

    def test_one_that_is_not_needed_fails(self) -> None:
        more = self.tree_with("entries: 1\nfunction-length src/base/a.cc:Long 80 a table\n", function_of(70))
        self.assert_finding(more, f"{self.LIST}:2: exceptions: src/base/a.cc:Long needs no exception any more")

    def test_the_number_of_entries_is_stated(self) -> None:
        for head in ("entries: 2\n", "entries: 0\n", ""):
            more = self.tree_with(head + "function-length src/base/a.cc:Long 80 a table\n", function_of(80))
            self.assert_finding(more, f"{self.LIST}:1: exceptions: the list has 1 entries")

    def test_malformed_entries_fail(self) -> None:
        for entry in ("function-length a.cc:Long 80", "names a.cc 1 why", "file-length a.cc 801 why"):
            with self.subTest(entry):
                self.assert_finding({self.LIST: f"entries: 0\n{entry}\n"}, f"{self.LIST}:2: exceptions: ")

    def test_nothing_excuses_a_file_over_the_last_limit(self) -> None:
        more = self.tree_with("entries: 1\nfile-length src/base/a.cc 800 a table\n", "int a;\n" * 801)
        found = [finding.message for finding in self.findings(more)]
        self.assertIn("801 lines; no file has over 800, whatever the reason", found)


if __name__ == "__main__":
    unittest.main()
