"""What our reader makes of a model's file, next to what the library says that trained it. Runs where numpy is."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Answers:
    """An array of rows each."""

    margin: np.ndarray
    prediction: np.ndarray


def judge(library: str, cases: list[Any], compare: Callable[[Any], object]) -> int:
    """The exit code: 1 where `compare` finds a difference in one of the cases, each of which has a name."""
    failures = 0
    for case in cases:
        try:
            compare(case)
        except AssertionError as error:
            failures += 1
            print(f"{library}, {case.name}: {error}")
    print(f"{library}: {len(cases)} models, {failures} of which differ")
    return 1 if failures else 0


def ask(probe: str, form: str, model: Path, rows: np.ndarray) -> Answers:
    """What the probe answers; rows may lack features at their ends, which none of the trees asks for."""
    run = subprocess.run([probe, form, str(model)], input=b"", capture_output=True, check=False)
    if run.returncode != 0:
        raise AssertionError(run.stderr.decode())
    features, targets, predictions = (int(word) for word in run.stdout.split(b"\n", 1)[0].split())
    assert features == rows.shape[1], f"{features} features, and rows have {rows.shape[1]}"
    data = np.ascontiguousarray(rows, dtype="<f8").tobytes()
    run = subprocess.run([probe, form, str(model)], input=data, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    numbers = np.frombuffer(run.stdout.split(b"\n", 1)[1], dtype="<f8").reshape(len(rows), targets + predictions)
    return Answers(numbers[:, :targets], numbers[:, targets:])


def same_bits(name: str, expected: np.ndarray, got: np.ndarray) -> None:
    """Floats that are equal, or are both not a number."""
    wanted = np.asarray(expected, dtype=np.float32).reshape(len(got), -1)
    wrong = ~((wanted == got) | (np.isnan(wanted) & np.isnan(got)))
    _complain(name, wanted, got, wrong)


def close(name: str, expected: np.ndarray, got: np.ndarray, tolerance: float = 1e-6) -> None:
    wanted = np.asarray(expected, dtype=np.float64).reshape(len(got), -1)
    wrong = ~(np.abs(wanted - got) <= tolerance + tolerance * np.abs(wanted))
    _complain(name, wanted, got, wrong)


def _complain(name: str, wanted: np.ndarray, got: np.ndarray, wrong: np.ndarray) -> None:
    assert wanted.shape == got.shape, f"{name}: {wanted.shape} expected, {got.shape} got"
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise AssertionError(f"{name}: {wrong.sum()} of {wrong.size} differ, the first in row {row}, number {column}: "
                             f"{wanted[row, column]!r} expected, {got[row, column]!r} got")


def table(rows: int, columns: int, seed: int, missing: float = 0.0, categories: int = 0) -> np.ndarray:
    """Features of which the first is one of `categories`, if there are any; a part of all is missing."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(rows, columns)).astype(np.float32)
    values[:, 1] = random.integers(-2, 3, size=rows)
    if categories:
        values[:, 0] = random.integers(0, categories, size=rows)
    values[random.random(values.shape) < missing] = np.nan
    return values


def odd_rows(rows: np.ndarray, thresholds: np.ndarray, seed: int, categories: bool = False) -> np.ndarray:
    """Rows with values that are thresholds, infinite, tiny, zeros of both signs, missing, or no category."""
    random = np.random.default_rng(seed)
    odd = np.array([np.inf, -np.inf, 1e-40, -1e-40, 0.0, -0.0, np.nan, 3e38, 1e-36, -0.5, 2.5], dtype=np.float32)
    pool = np.concatenate([odd, thresholds.astype(np.float32)])
    values = rows.copy()
    chosen = random.random(values.shape) < 0.3
    if categories:
        strange = np.array([-1, -0.5, 0.5, 3.9, 63, 64, 1000, 16777214, 16777216, np.nan], dtype=np.float32)
        values[:, 0] = np.where(random.random(len(rows)) < 0.5, random.choice(strange, len(rows)), values[:, 0])
        chosen[:, 0] = False
    values[chosen] = random.choice(pool, int(chosen.sum()))
    return values
