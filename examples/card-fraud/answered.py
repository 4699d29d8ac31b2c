#!/usr/bin/env python3
"""Succeeds if a group has answered everything, by what `penstock group describe --json` prints on standard input."""

import json
import sys


def is_answered(lines: list[str]) -> bool:
    """Also where nothing has been written yet, but not where the group is not known yet."""
    partitions = [json.loads(line) for line in lines if line.strip()]
    return bool(partitions) and all(partition["lag"] == 0 for partition in partitions)


if __name__ == "__main__":
    sys.exit(0 if is_answered(sys.stdin.readlines()) else 1)
