"""An outage of a model while events go on arriving, on whatever log: what the tests of that have in common."""

import os
import re
import socket
import time
import urllib.request
from bisect import bisect_left
from dataclasses import dataclass

from bench import Bench
from calls import Arrivals, Provider, require_once
from pipeline import WORKERS, Failure, Member, Pipeline, Writer, wait_for

SECONDS = int(os.environ.get("PENSTOCK_OUTAGE_SECONDS", "20"))
EVENTS_PER_SECOND = 400
LIMIT_PER_MINUTE = 60_000
IN_FLIGHT_MAX = 500
LEAST_MS, MOST_MS = 20, 100  # how long an answer takes
LIMITS = f"in_flight: {IN_FLIGHT_MAX}, requests_per_minute: {LIMIT_PER_MINUTE}"

STAGES = 2  # that the workers are of

BURST = LIMIT_PER_MINUTE // 100 + 1  # what a limiter saves up while nothing is asked
DRAINED_SECONDS = 0.5  # so much input left is none
GROWTH_BYTES_MAX = 16 << 20  # of memory, from the first half of the outage to the second
PROBE_SECONDS = (5, 10, 20, 40, 60)  # between probes of an endpoint: the last of them again and again
SAMPLE_SECONDS = 0.5
SETTLE_SECONDS = 1  # in which what was in flight has failed
MARGIN_SECONDS = 60
MINUTE_MS, SECOND_MS = 60_000, 1_000
_CONTEXT = "card-fraud.enriched-context"


@dataclass
class Sample:
    """What a process tells of itself."""

    memory_bytes: float
    lag: float  # events before the model that it has not read
    waiting: float  # those that it has read, and are not done
    attempts: float


class Watch:
    """A process that runs the pipeline, and what it tells."""

    def __init__(self, pipeline: Pipeline):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._admin = f"127.0.0.1:{free.getsockname()[1]}"
        self.member: Member = pipeline.member(admin=self._admin)

    def sample(self) -> Sample:
        with urllib.request.urlopen(f"http://{self._admin}/metrics", timeout=30) as answer:
            text = answer.read().decode()
        return Sample(*(_sum_of(text, series) for series in (
            "process_resident_memory_bytes", f'penstock_lag_records{{.*topic="{_CONTEXT}".*}}',
            "penstock_events_in_flight{.*}", "penstock_attempts_total{.*}")))

    def during(self, seconds: float) -> list[Sample]:
        samples = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            samples.append(self.sample())
            time.sleep(SAMPLE_SECONDS)
        return samples

    def moves(self) -> int:
        """How often partitions came or went."""
        return self.member.log().count(" partition ")


def _sum_of(text: str, series: str) -> float:
    return sum(float(value) for value in re.findall(rf"^{series} (\S+)$", text, re.MULTILINE))


@dataclass
class Drain:
    """From the model's return on, in the provider's milliseconds."""

    backlog: int  # events, at that moment
    back_ms: int
    end_ms: int


@dataclass(frozen=True)
class Asked:
    """What an undisturbed run asked for all rows once."""

    share: float  # of the events
    answered: int

    def backlog(self, written: int, provider: Provider) -> float:
        return written * self.share - (provider.counts().answered - self.answered)


def run(bench: Bench, pipeline: Pipeline, provider: Provider) -> None:
    clean = provider.counts()
    asked = Asked(clean.events / len(bench.rows), clean.answered)
    writer = Writer(pipeline, "w", bench.rows, EVENTS_PER_SECOND)
    writer.start()
    watch = Watch(pipeline)
    try:
        wait_for("each worker has partitions", lambda: len(_holders(pipeline)) == WORKERS * STAGES)
        before = pipeline.answered() + 2 * EVENTS_PER_SECOND
        wait_for("outputs grow", lambda: pipeline.answered() > before)
        moves, held = watch.moves(), _held(pipeline)
        lags = [lag_of(pipeline)]
        halves = suffer(provider, watch)
        lags.append(lag_of(pipeline))
        drain = recover(provider, writer, asked)
        has_stayed = watch.moves() == moves and _held(pipeline) == held
    finally:
        written = writer.stop()
    watch.member.stop()
    pipeline.drain()
    judge_outage(halves, lags)
    judge_drain(provider.arrivals(), provider.counts().peak, drain)
    if not has_stayed:
        raise Failure(f"partitions came or went:\n{watch.member.log()}")
    print(require_once(pipeline, written, bench.expected))


def _held(pipeline: Pipeline) -> set[tuple[str, int, str]]:
    """Partitions, and the workers that have them."""
    return {(one["topic"], one["partition"], one["member"]) for one in pipeline.group() if one["member"]}


def _holders(pipeline: Pipeline) -> set[str]:
    return {member for _, _, member in _held(pipeline)}


def lag_of(pipeline: Pipeline) -> int:
    """Events before the model that are not answered."""
    return sum(int(one["lag"]) for one in pipeline.group() if one["topic"] == _CONTEXT)


def suffer(provider: Provider, watch: Watch) -> list[list[Sample]]:
    """Half of the time nobody listens, and half of it all is answered with 503."""
    halves = []
    for what in ("refuse", "fail"):
        provider.become(what)
        time.sleep(SETTLE_SECONDS)
        halves.append(watch.during(SECONDS / 2 - SETTLE_SECONDS))
    return halves


def recover(provider: Provider, writer: Writer, asked: "Asked") -> Drain:
    """Until all is answered that has been written, but for the last moment's."""
    def is_drained() -> bool:
        written = len(writer.ids)
        return asked.backlog(written, provider) < DRAINED_SECONDS * EVENTS_PER_SECOND

    backlog = asked.backlog(len(writer.ids), provider)
    provider.become("serve")
    back_ms = provider.arrivals().now
    surplus = LIMIT_PER_MINUTE / 60 - EVENTS_PER_SECOND
    wait_for("the backlog is answered", is_drained, 1.2 * backlog / surplus + PROBE_SECONDS[-1] + MARGIN_SECONDS)
    return Drain(int(backlog), back_ms, provider.arrivals().now)


def judge_outage(halves: list[list[Sample]], lags: list[int]) -> None:
    before, after = halves
    first, second = (max(sample.memory_bytes for sample in half) for half in halves)
    attempts = after[-1].attempts - before[0].attempts
    print(f"outage of {SECONDS} s: lag {lags[0]} to {lags[1]} records ({after[-1].lag:.0f} as the process says), in "
          f"memory at most {max(sample.waiting for half in halves for sample in half):.0f} of them; resident at most "
          f"{first / (1 << 20):.1f} MiB in the first half, {second / (1 << 20):.1f} MiB in the second; "
          f"{attempts:.0f} attempts")
    if second > first + GROWTH_BYTES_MAX:
        raise Failure("memory grows while nobody answers")
    if lags[1] < lags[0] + EVENTS_PER_SECOND * SECONDS / 2:
        raise Failure("the lag does not grow: what arrived went somewhere else")
    if after[-1].lag < EVENTS_PER_SECOND * SECONDS / 2:
        raise Failure(f"the process says that it is {after[-1].lag:.0f} records behind")
    if attempts > WORKERS * (probes(SECONDS) + 1):
        raise Failure(f"more attempts than probes, of which there may be {probes(SECONDS)} of each worker")


def probes(seconds: float) -> int:
    """So many a worker makes at most in that time."""
    count, at = 0, 0.0
    while at < seconds:
        at += PROBE_SECONDS[min(count, len(PROBE_SECONDS) - 1)]
        count += 1
    return count


def judge_drain(arrivals: Arrivals, peak: int, drain: Drain) -> None:
    taken = [at for at in arrivals.taken if drain.back_ms <= at <= drain.end_ms]
    seconds = [_within(taken, taken[0] + i * SECOND_MS, SECOND_MS) for i in range((taken[-1] - taken[0]) // SECOND_MS)]
    per_minute = len(taken) * MINUTE_MS / (taken[-1] - taken[0])
    minute = max(_within(arrivals.taken, at, MINUTE_MS) for at in arrivals.taken[::10])
    print(f"back after {(taken[0] - drain.back_ms) / SECOND_MS:.1f} s; {drain.backlog} events waited, drained in "
          f"{(drain.end_ms - taken[0]) / SECOND_MS:.1f} s at {per_minute:.0f} a minute "
          f"({100 * per_minute / LIMIT_PER_MINUTE:.1f} % of the limit); a minute held {minute} at most, a second "
          f"{max(seconds)}; the first seconds {seconds[:5]}; peak {peak} in flight")
    if per_minute < 0.95 * LIMIT_PER_MINUTE:
        raise Failure("what waited is asked more slowly than it may be")
    if minute > LIMIT_PER_MINUTE or peak > IN_FLIGHT_MAX:
        raise Failure("more is asked than the limits allow")
    if max(seconds) > LIMIT_PER_MINUTE / 60 + BURST:
        raise Failure("a herd: a second holds more than the limiter may have saved up")


def _within(sorted_ms: list[int], begin: int, length: int) -> int:
    return bisect_left(sorted_ms, begin + length) - bisect_left(sorted_ms, begin)
