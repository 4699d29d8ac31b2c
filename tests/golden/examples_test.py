#!/usr/bin/env python3
"""Checks the pipelines of examples/, and runs the tests that stand in them.

Usage: tests/golden/examples_test.py PENSTOCK
"""

import os
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"


def run(penstock: str, verb: str, pipeline: Path) -> bool:
    # The tour hides addresses with a secret.
    environment = os.environ | {"TOUR_MASK_KEY": "not-very-secret"}
    command = [penstock, verb, str(pipeline)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    good = result.returncode == 0 and not result.stderr
    print(f"{'ok' if good else 'FAILED'}: {verb} {pipeline.relative_to(EXAMPLES)}")
    if not good:
        print(result.stdout + result.stderr)
    return good


def main() -> int:
    penstock = sys.argv[1]
    pipelines = sorted(EXAMPLES.glob("*/pipeline.yaml"))
    results = [run(penstock, verb, pipeline) for pipeline in pipelines for verb in ("check", "test")]
    return 0 if pipelines and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
