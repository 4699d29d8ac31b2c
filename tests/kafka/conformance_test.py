"""Runs a test program against a cluster of its own. Usage: conformance_test.py PROGRAM [ARGUMENT...]"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from broker import Cluster


def main(command: list[str]) -> int:
    with tempfile.TemporaryDirectory() as name, Cluster(Path(name) / "cluster") as cluster:
        environment = {**os.environ, "PENSTOCK_TEST_KAFKA": cluster.address()}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
