"""What tests of faults have in common: their arguments, and how they end."""

import os
import random
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from exactly_once import Answer, clean_answers
from pipeline import EXAMPLE, Failure, Writer, event_rows

ROWS = 200


@dataclass
class Bench:
    """What a test works with."""

    penstock: str
    folder: Path
    random: random.Random
    rows: list[str]
    expected: dict[int, Answer]
    file: Path = EXAMPLE / "pipeline.yaml"


def stop_all(writers: list[Writer]) -> list[str]:
    return [event_id for writer in writers for event_id in writer.stop()]


def main(test: Callable[[Bench], None],
         expect: Callable[[str, Path, list[str]], dict[int, Answer]] = clean_answers) -> int:
    """`expect`: what is to become of the rows, which a test may find out itself."""
    if len(sys.argv) != 2:
        print(f"Usage: {sys.argv[0]} PENSTOCK      (PENSTOCK_SEED repeats its choices)", file=sys.stderr)
        return 1
    seed = int(os.environ.get("PENSTOCK_SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed {seed}", flush=True)
    penstock = str(Path(sys.argv[1]).resolve())
    rows = event_rows(ROWS, seed)
    with tempfile.TemporaryDirectory(prefix="penstock-faults-") as name:
        folder = Path(name)
        try:
            expected = expect(penstock, folder / "clean", rows)
            test(Bench(penstock, folder, random.Random(seed), rows, expected))
        except Failure as failure:
            print(f"FAILED: {failure}")
            return 1
    print("ok")
    return 0
