#!/usr/bin/env python3
"""Our readers of tree ensembles, held against the libraries that train them.

Usage: tests/trees/judge_test.py TREE_PROBE PENSTOCK

Each judge is a Python package of a fixed version, in an environment of its own that is made once, in the cache.
PENSTOCK_JUDGES=all adds older versions of XGBoost.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import venv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tools"))

from fetching import cache  # noqa: E402

TIMEOUT_SECONDS = 600


@dataclass(frozen=True)
class Judge:
    name: str
    cases: tuple[str, ...]  # which scripts run there
    packages: tuple[str, ...]
    bare: tuple[str, ...] = ()  # packages of which what they ask for is not wanted: that of XGBoost is for other processors


NUMBERS = ("numpy==2.4.6", "scipy==1.17.1")
OLD_NUMBERS = ("numpy==1.26.4", "scipy==1.17.1")
JUDGES = [
    Judge("xgboost-3.2.0", ("xgboost_cases.py",), NUMBERS, ("xgboost==3.2.0",)),
    Judge("lightgbm-4.7.0", ("lightgbm_cases.py",), (*NUMBERS, "lightgbm==4.7.0")),
    Judge("onnxruntime-1.31.1", ("onnx_cases.py", "graph_cases.py"),
          (*NUMBERS, "lightgbm==4.7.0", "catboost==1.2.10", "scikit-learn==1.9.1", "onnx==1.23.2", "onnxruntime==1.31.1",
           "skl2onnx==1.20.0", "onnxmltools==1.16.0", "pandas==3.1.1"), ("xgboost==3.2.0",)),
]
OLDER_JUDGES = [
    Judge("xgboost-1.7.6", ("xgboost_cases.py",), OLD_NUMBERS, ("xgboost==1.7.6",)),
    Judge("xgboost-2.1.4", ("xgboost_cases.py",), OLD_NUMBERS, ("xgboost==2.1.4",)),
]


def environment(judge: Judge) -> Path:
    """The Python of the judge's environment, which is made if it is not there."""
    contents = "\n".join((*judge.packages, *judge.bare, sys.version))
    place = cache.folder() / f"judge-{judge.name}-{hashlib.sha256(contents.encode()).hexdigest()[:12]}"
    python, complete = place / "bin/python", place / "complete"
    if not complete.exists():
        print(f"Making {place}", flush=True)
        # Environments know their own place, and so cannot be moved into it.
        venv.create(place, clear=True, with_pip=True)
        install(python, [*judge.packages])
        install(python, ["--no-deps", *judge.bare])
        complete.touch()
    return python


def install(python: Path, packages: list[str]) -> None:
    if packages != ["--no-deps"]:
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], check=True)


def judge_all(judge: Judge, probe: str, penstock: str) -> bool:
    python = environment(judge)
    return all([judge_one(python, cases, penstock if cases == "graph_cases.py" else probe) for cases in judge.cases])


def judge_one(python: Path, cases: str, program: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run([python, "-W", "ignore", HERE / cases, program, folder], check=False, text=True,
                             capture_output=True, timeout=TIMEOUT_SECONDS)
    print(f"{run.stdout}{run.stderr if run.returncode else ''}", end="", flush=True)
    return run.returncode == 0


def main() -> int:
    probe, penstock = (str(Path(argument).resolve()) for argument in sys.argv[1:3])
    judges = JUDGES + (OLDER_JUDGES if os.environ.get("PENSTOCK_JUDGES") == "all" else [])
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(lambda judge: judge_all(judge, probe, penstock), judges))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
