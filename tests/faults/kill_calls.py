"""Kills processes of a pipeline with hundreds of calls in flight, on whatever log: what the tests of that have in
common."""

import time

from bench import Bench
from calls import SLOWNESS, Counts, Provider, expected_answers, judge, require_once, write_file
from pipeline import Member, Pipeline, Writer, wait_for

EVENTS_PER_SECOND = 800 // SLOWNESS
IN_FLIGHT_LEAST = 300 // SLOWNESS  # at a kill
INFER_GROUP = "card-fraud.infer"
JITTER_SECONDS = 0.3  # so that kills hit whatever a process does


def wait_for_holders(pipeline: Pipeline, members: list[Member]) -> None:
    """Of partitions whose events wait for a model."""
    names = {member.id for member in members}
    wait_for(f"partitions are held by {names}", lambda: pipeline.holders(INFER_GROUP) == names)


class KillRun:
    """One process is killed and comes back at once; then, of two processes, one is, and comes back when the other has
    taken over."""

    def __init__(self, bench: Bench, pipeline: Pipeline, provider: Provider):
        self._bench = bench
        self._pipeline = pipeline
        self._provider = provider
        self._answered = 0
        self.kills: list[Counts] = []

    def kill_alone(self, member: Member, times: int) -> Member:
        for _ in range(times):
            self._kill(member)
            member = self._pipeline.member(after=member)
        return member

    def kill_one_of_two(self, members: list[Member], times: int) -> None:
        for _ in range(times):
            wait_for_holders(self._pipeline, members)
            # Whoever has partitions by now, calls its model for a while.
            self._answered = self._pipeline.answered() + EVENTS_PER_SECOND
            victim = self._bench.random.randrange(2)
            self._kill(members[victim])
            wait_for_holders(self._pipeline, [members[1 - victim]])
            members[victim] = self._pipeline.member(after=members[victim])

    def _kill(self, member: Member) -> None:
        """After outputs have grown, and with calls in flight."""
        wait_for("outputs grow", lambda: self._pipeline.answered() > self._answered)
        self._provider.wait_for_calls(IN_FLIGHT_LEAST)
        time.sleep(self._bench.random.uniform(0, JITTER_SECONDS))
        self._provider.wait_for_calls(IN_FLIGHT_LEAST)
        self.kills.append(self._provider.counts())
        member.kill()
        # What the process had asked for belongs to the period, also where the provider reads it only now.
        self._provider.wait_for_rest()
        self._provider.next_period()
        self._answered = self._pipeline.answered()


def prepare(bench: Bench, provider: Provider, **limits: str) -> None:
    """Finds out what is to become of the rows, and ends the period in which that was asked. `limits`: as of
    write_file."""
    bench.file = write_file(bench.folder, provider, **limits)
    bench.expected = expected_answers(bench.penstock, bench.folder, bench.rows, bench.file)
    provider.next_period()


def run(bench: Bench, pipeline: Pipeline, provider: Provider, kills: int,
        events_per_second: int = EVENTS_PER_SECOND) -> None:
    """`kills`: so many, a third of them of one of two processes."""
    runs = KillRun(bench, pipeline, provider)
    writer = Writer(pipeline, "w", bench.rows, events_per_second)
    writer.start()
    members = [pipeline.member()]
    try:
        members[0] = runs.kill_alone(members[0], kills - kills // 3)
        members.append(pipeline.member())
        runs.kill_one_of_two(members, kills // 3)
    finally:
        written = writer.stop()
    for member in members:
        member.stop()
    pipeline.drain()
    counts = provider.counts()
    findings = require_once(pipeline, written, bench.expected)
    print(f"kills {kills}, {findings}, requests {counts.requests}, peak {counts.peak} in flight")
    judge(runs.kills, 1, counts)
