"""As much of Kafka's protocol as the tests need: frames, and three requests that tell what a broker holds."""

import itertools
import socket
import struct
from dataclasses import dataclass

OFFSET_FETCH = 9
LIST_TRANSACTIONS = 66
END_TXN = 26
TXN_OFFSET_COMMIT = 28

_TIMEOUT_SECONDS = 30
_CLIENT = b"test"


@dataclass(frozen=True)
class Request:
    """The head of a request, which every version begins with."""

    api: int
    version: int
    correlation: int


def request_of(frame: bytes) -> Request:
    """`frame`: without its length."""
    return Request(*struct.unpack_from(">hhi", frame))


def correlation_of(frame: bytes) -> int:
    """Of a response, without its length."""
    return int(struct.unpack_from(">i", frame)[0])


def take_frames(buffer: bytearray) -> list[bytes]:
    """Removes the whole frames from the front of what was received; they come without their lengths."""
    frames = []
    while len(buffer) >= 4 and len(buffer) >= 4 + (size := struct.unpack_from(">i", buffer)[0]):
        frames.append(bytes(buffer[4 : 4 + size]))
        del buffer[: 4 + size]
    return frames


def framed(frame: bytes) -> bytes:
    return struct.pack(">i", len(frame)) + frame


class Broker:
    """One broker's answers, each over a connection of its own."""

    def __init__(self, address: str):
        host, _, port = address.partition(":")
        self._place = (host, int(port))
        self._correlations = itertools.count(1)

    def open_transactions(self) -> list[str]:
        """The transactional ids of those that were begun, and whose end nobody has asked for."""
        # Two arrays of filters, the states and the producers' ids, and no tagged fields.
        body = b"\2" + b"\x08Ongoing" + b"\1" + b"\0"
        answer = _Answer(self._call(LIST_TRANSACTIONS, 0, body, flexible=True), skip=5 + 4)
        answer.expect_no_error()
        for _ in range(answer.varint() - 1):
            answer.compact_text()
        ids = []
        for _ in range(answer.varint() - 1):
            ids.append(answer.compact_text())
            answer.number(">q")
            answer.compact_text()
            answer.varint()
        return ids

    def position(self, group: str, topic: str, partitions: int) -> int:
        """The sum of what a group has committed; 0 while nobody coordinates it yet."""
        numbers = struct.pack(f">i{partitions}i", partitions, *range(partitions))
        body = _text(group) + struct.pack(">i", 1) + _text(topic) + numbers
        answer = _Answer(self._call(OFFSET_FETCH, 5, body, flexible=False), skip=4 + 4)
        if answer.number(">i") == 0:
            return 0
        answer.text()
        total = 0
        for _ in range(answer.number(">i")):
            answer.number(">i")
            total += max(answer.number(">q"), 0)
            answer.number(">i")
            answer.text()
            answer.expect_no_error()
        return total

    def _call(self, api: int, version: int, body: bytes, flexible: bool) -> bytes:
        """The answer, from its correlation id on."""
        head = struct.pack(">hhi", api, version, next(self._correlations)) + struct.pack(">h", len(_CLIENT)) + _CLIENT
        with socket.create_connection(self._place, _TIMEOUT_SECONDS) as connection:
            connection.sendall(framed(head + (b"\0" if flexible else b"") + body))
            buffer = bytearray()
            while not (frames := take_frames(buffer)):
                received = connection.recv(1 << 16)
                if not received:
                    raise OSError(f"{self._place} ended the connection")
                buffer += received
        return frames[0]


class _Answer:
    """Reads an answer from its front."""

    def __init__(self, data: bytes, skip: int):
        self._data = data
        self._at = skip

    def number(self, form: str) -> int:
        value = struct.unpack_from(form, self._data, self._at)[0]
        self._at += struct.calcsize(form)
        return int(value)

    def varint(self) -> int:
        value = shift = 0
        while (byte := self.number(">B")) & 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
        return value | byte << shift

    def text(self) -> str:
        return self._take(max(self.number(">h"), 0))

    def compact_text(self) -> str:
        return self._take(max(self.varint() - 1, 0))

    def expect_no_error(self) -> None:
        code = self.number(">h")
        if code != 0:
            raise OSError(f"the broker answered with error {code}")

    def _take(self, size: int) -> str:
        self._at += size
        return self._data[self._at - size : self._at].decode()


def _text(text: str) -> bytes:
    return struct.pack(">h", len(text)) + text.encode()
