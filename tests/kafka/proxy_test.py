#!/usr/bin/env python3
"""Loses and delays the answers to commits, and cuts connections in the middle of them: what became of each is found
out, and nothing is answered twice or not at all.

Usage: PYTHONPATH=tests/faults tests/kafka/proxy_test.py PENSTOCK end|offsets
"end": it hits requests to end a transaction; "offsets": those that add positions to one.
"""

import random
import sys
import threading
import time
from collections import Counter

import wire
from bench import Bench
from bench import main as bench_main
from broker import Cluster, Listener
from exactly_once import look_through
from kafka_bench import KafkaPipeline, require_running
from pipeline import Failure, wait_for
from proxy import Fault, Proxy

APIS = {"end": wire.END_TXN, "offsets": wire.TXN_OFFSET_COMMIT}
FAULTS = [fault for fault in Fault if fault is not Fault.NONE]
ROUNDS = 3  # of all faults, in any order
CALM_SECONDS = 1.0  # between two of them
EVENTS_PER_SECOND = 500
TROUBLE_SECONDS = 400
UNKNOWN = "it is not known yet whether a commit succeeded"


class Trouble:
    """Chooses what becomes of requests. Used by the proxy's threads."""

    def __init__(self, api: int, seed: int):
        self._api = api
        self._lock = threading.Lock()
        self._planned = random.Random(seed).sample(FAULTS * ROUNDS, len(FAULTS) * ROUNDS)
        self._calm_until = float("inf")
        self.done: Counter[str] = Counter()

    def begin(self) -> None:
        with self._lock:
            self._calm_until = time.monotonic()

    def choose(self, request: wire.Request) -> Fault:
        if request.api != self._api:
            return Fault.NONE
        with self._lock:
            if not self._planned or time.monotonic() < self._calm_until:
                return Fault.NONE
            self._calm_until = time.monotonic() + CALM_SECONDS
            fault = self._planned.pop()
            self.done[fault.value] += 1
            return fault

    def is_about_ends(self) -> bool:
        return self._api == wire.END_TXN

    def is_over(self) -> bool:
        with self._lock:
            return not self._planned


def test(bench: Bench, which: str) -> None:
    trouble = Trouble(APIS[which], bench.random.randrange(2**32))
    with Proxy(trouble.choose) as proxy:
        proxied = Listener("PROXIED", advertised=proxy.address)
        with Cluster(bench.folder / "cluster", listeners=(proxied,)) as cluster:
            proxy.send_to(cluster.address("PROXIED"))
            with KafkaPipeline(bench, cluster, address=proxy.address) as pipeline:
                run(bench, pipeline, trouble)


def run(bench: Bench, pipeline: KafkaPipeline, trouble: Trouble) -> None:
    members = [pipeline.member(), pipeline.member()]
    writer = pipeline.writer("w", EVENTS_PER_SECOND)
    try:
        pipeline.wait_for_more()
        trouble.begin()
        wait_for("all faults have happened", trouble.is_over, TROUBLE_SECONDS)
        pipeline.wait_for_more()
    finally:
        written = writer.stop()
    require_running(members)
    for member in members:
        member.stop()
    pipeline.drain()
    findings = look_through(pipeline, written, bench.expected)
    unknown = sum(member.log().count(UNKNOWN) for member in members)
    print(dict(trouble.done), f"outcomes unknown, as the logs say: {unknown}", findings, sep="\n")
    findings.require_none()
    if unknown == 0 and trouble.is_about_ends():
        raise Failure(f"no log says that {UNKNOWN}")


def main() -> int:
    if len(sys.argv) != 3 or sys.argv[2] not in APIS:
        print(__doc__, file=sys.stderr)
        return 1
    which = sys.argv.pop()
    return bench_main(lambda bench: test(bench, which))


if __name__ == "__main__":
    sys.exit(main())
