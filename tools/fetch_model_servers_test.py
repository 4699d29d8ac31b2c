"""Tests of what tools/fetch_model_servers decides: that versions are fixed, and when the servers are fetched anew."""

import re
import tempfile
import unittest
from pathlib import Path

from fetching import model_servers


class ModelServersTest(unittest.TestCase):
    def test_fixes_each_version(self) -> None:
        lines = [line for line in model_servers.PYTHON_PACKAGES.read_text(encoding="utf-8").splitlines()
                 if line and not line.startswith("#")]
        self.assertTrue(any(line.startswith("litellm==") for line in lines))
        for line in lines:
            self.assertRegex(line, r"^[A-Za-z0-9_.-]+==[0-9][A-Za-z0-9.]*$")
        self.assertTrue(re.search(r"@\d+\.\d+\.\d+$", model_servers.AIMOCK))

    def test_another_list_goes_to_another_place(self) -> None:
        self.assertEqual(model_servers.name_of("a==1", "b"), model_servers.name_of("a==1", "b"))
        self.assertNotEqual(model_servers.name_of("a==1", "b"), model_servers.name_of("a==2", "b"))

    def test_is_complete_with_all_of_its_programs(self) -> None:
        files = [model_servers.NODE, model_servers.AIMOCK_PROGRAM, model_servers.PROXY, model_servers.INTERPRETER]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for file in files:
                self.assertFalse(model_servers.is_complete(folder))
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                (folder / file).touch()
            self.assertTrue(model_servers.is_complete(folder))


if __name__ == "__main__":
    unittest.main()
