"""What providers do, well or badly, and what is to become of an event whose model they are.

A fault is brought about by the stand-in as its query asks (standin/options.go), behind litellm's proxy too; by aimock
as its fixtures say. What a server cannot do stands here with its reason.
"""

from dataclasses import dataclass, field
from typing import Any

TEXT = "hello"
EMBEDDING = [0.5, -1.0, 2.0]
LARGE_BYTES = 512 << 10  # of an answer that is taken
TOO_LARGE_BYTES = 9 << 20  # of one that is not
RETRY_AFTER_SECONDS = 2
STALL_SECONDS = 3  # after which a silent stream is given up
SOON_SECONDS = 20  # far below the time-out of an attempt, and above what a busy machine needs
TIMEOUT_SECONDS = 40  # of an attempt

Fixture = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """Of one event. `end`: output, or the kind of its dead letter. `says`: the output, or a part of the letter's
    message. `attempts`: as the engine counts them, and the server."""

    end: str
    attempts: int
    says: Any
    least_seconds: float = 0
    most_seconds: float = TIMEOUT_SECONDS


@dataclass(frozen=True)
class Cannot:
    """Why a server cannot bring a fault about."""

    reason: str


@dataclass(frozen=True)
class Fault:
    name: str
    expected: Outcome
    standin: dict[str, Any]
    aimock: list[Fixture] | Cannot
    model: dict[str, Any] = field(default_factory=dict)  # options of the model beside those of all
    openai: dict[str, Any] = field(default_factory=dict)  # those of its API
    behind_litellm: Outcome | None = None  # where the proxy changes what the engine can see


def output(attempts: int = 1, says: Any = None, **more: Any) -> Outcome:
    return Outcome("output", attempts, {"text": TEXT} if says is None else says, **more)


def once(**query: Any) -> dict[str, Any]:
    """The first request fails so, and the next does not."""
    return {"times": 1, **query}


def says(content: Any, **more: Any) -> list[Fixture]:
    return [{"response": {"content": content, **more}}]


def error(status: int, kind: str, code: str | None = None, **more: Any) -> list[Fixture]:
    return [{"response": {"error": {"message": "words", "type": kind, "code": code}, "status": status, **more}}]


def first(fixtures: list[Fixture]) -> list[Fixture]:
    """The same of aimock's."""
    return [{**fixtures[0], "match": {"sequenceIndex": 0}}, *says(TEXT)]


def badly(**how: Any) -> list[Fixture]:
    return [{**says(TEXT)[0], **how}]


SCHEMA = {"answer": "label.json"}
STREAM = {"stream": True, "stall": f"{STALL_SECONDS}s"}
NO_REFUSALS = Cannot("its messages never hold a refusal")

ANSWERS = [
    Fault("plain", output(), {}, says(TEXT)),
    Fault("structured", output(says={"label": "spam"}), {"content": '{"label":"spam"}'}, says({"label": "spam"}),
          model=SCHEMA),
    Fault("unfit", Outcome("answer", 1, "does not fit the schema"), {"content": '{"label":7}'}, says({"label": 7}),
          model=SCHEMA),
    Fault("stream", output(), {}, says(TEXT), openai=STREAM),
    Fault("embeddings", output(says={"embedding": EMBEDDING}), {},
          [{"match": {"endpoint": "embedding"}, "response": {"embedding": EMBEDDING}}],
          openai={"task": "embeddings"}),
    Fault("large", output(says={"text": "x" * LARGE_BYTES}), {"size": LARGE_BYTES}, says("x" * LARGE_BYTES)),
    Fault("truncated", Outcome("truncated", 1, "cut for length"), {"finish": "length"},
          says(TEXT, finishReason="length")),
    Fault("filtered", Outcome("filtered", 1, "content filter"), {"finish": "content_filter"},
          says(TEXT, finishReason="content_filter")),
    Fault("refusal", Outcome("refusal", 1, "refused to answer"), {"refusal": "no"}, NO_REFUSALS),
    Fault("refusal_streamed", Outcome("refusal", 1, "refused to answer"), {"refusal": "no"}, NO_REFUSALS,
          # Of streams it leaves refusals out: an empty answer that has ended is all that arrives.
          openai=STREAM, behind_litellm=output(says={"text": ""})),
]

STATUSES = [
    Fault("throttled", output(2, least_seconds=RETRY_AFTER_SECONDS, most_seconds=SOON_SECONDS),
          once(status=429, header=f"Retry-After: {RETRY_AFTER_SECONDS}", error_code="rate_limit_exceeded"),
          first(error(429, "requests", "rate_limit_exceeded", retryAfter=RETRY_AFTER_SECONDS))),
    Fault("error_500", Outcome("model", 3, "status 500"), {"status": 500}, error(500, "server_error")),
    Fault("error_503_once", output(2), once(status=503), first(error(503, "server_error"))),
    Fault("bad_key", Outcome("model", 1, "status 401"), {"status": 401, "error_code": "invalid_api_key"},
          error(401, "invalid_request_error", "invalid_api_key")),
    Fault("too_long", Outcome("model", 1, "context_length_exceeded"),
          {"status": 400, "error_type": "invalid_request_error", "error_code": "context_length_exceeded"},
          error(400, "invalid_request_error", "context_length_exceeded"),
          # It puts the status where the code was.
          behind_litellm=Outcome("model", 1, "status 400")),
    Fault("no_quota", Outcome("model", 1, "insufficient_quota"),
          {"status": 429, "error_type": "insufficient_quota", "error_code": "insufficient_quota"},
          error(429, "insufficient_quota", "insufficient_quota"),
          # What it makes of it looks like any other 429.
          behind_litellm=Outcome("model", 3, "status 429")),
    Fault("filtered_request", Outcome("filtered", 1, "content filter"),
          {"status": 400, "error_type": "invalid_request_error", "error_code": "content_filter"},
          error(400, "invalid_request_error", "content_filter"), behind_litellm=Outcome("model", 1, "status 400")),
]

BREAKS = [
    Fault("no_json_once", output(2), once(body='{"choices": ['), first(badly(chaos={"malformedRate": 1}))),
    Fault("no_choices", Outcome("model", 3, "choices[0].message is missing"),
          {"body": '{"object":"chat.completion","model":"m","choices":[]}'},
          Cannot("its answers always hold a choice")),
    Fault("cut_once", output(2), once(cut=20), first(badly(chaos={"disconnectRate": 1}))),
    Fault("slow", Outcome("model", 2, "no answer came within", most_seconds=SOON_SECONDS),
          {"latency": "20s"}, badly(chaos={"latencyMs": 20000}),
          model={"timeout": "2s", "retry": {"attempts": 2, "base": "50ms", "cap": "200ms"}}),
    Fault("too_large", Outcome("model", 1, "larger than"), {"size": TOO_LARGE_BYTES}, says("x" * TOO_LARGE_BYTES)),
    Fault("stream_cut_once", output(2), once(cut=3), first(badly(chunkSize=1, latency=50, truncateAfterChunks=3)),
          openai=STREAM),
    Fault("stream_cut", Outcome("model", 3, "transfer closed"), {"cut": 3},
          badly(chunkSize=1, latency=50, truncateAfterChunks=3), openai=STREAM,
          # It ends the stream in order, with an error in it, or makes a status of it.
          behind_litellm=Outcome("model", 3, "it answered with")),
    Fault("stream_stalls_once", output(2, least_seconds=STALL_SECONDS, most_seconds=SOON_SECONDS), once(stall=3),
          first(badly(chunkSize=1, streamingProfile={"ttft": 1, "tps": 0.01})), openai=STREAM),
    Fault("stream_error_once", output(2), once(error=3, error_code="server_error"),
          Cannot("its errors come in place of a stream, never within one"), openai=STREAM),
]

FAULTS = ANSWERS + STATUSES + BREAKS
