"""A TCP proxy before a broker that does to its clients' requests what networks do: answers get lost or late, and
connections end in the middle."""

import contextlib
import enum
import select
import socket
import threading
import time
from collections.abc import Callable

import wire
from broker import HOST

LATE_SECONDS = 3.0
_CHUNK = 1 << 18


class Fault(enum.Enum):
    NONE = "nothing"
    LOST_ANSWER = "the answer is lost"
    LATE_ANSWER = "the answer is late"
    CUT_BEFORE = "the connection ends before the request"
    CUT_AFTER = "the connection ends after the request, before its answer"
    LATE_REQUEST = "the connection ends, and the request comes late"


Choose = Callable[[wire.Request], Fault]


class Proxy:
    """`choose` says what becomes of each request; it is asked by one thread for each connection."""

    def __init__(self, choose: Choose):
        self.target = ("", 0)
        self._choose = choose
        self._server = socket.create_server((HOST, 0))
        self.address = f"{HOST}:{self._server.getsockname()[1]}"

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def send_to(self, address: str) -> None:
        host, _, port = address.partition(":")
        self.target = (host, int(port))

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError), socket.create_connection(self.target) as broker:
            for one in (client, broker):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _Connection(client, broker, self._choose).run()


class _Connection:
    """One client's, until either side or a fault ends it. Requests are answered in their order."""

    def __init__(self, client: socket.socket, broker: socket.socket, choose: Choose):
        self._client = client
        self._broker = broker
        self._choose = choose
        self._from_client = bytearray()
        self._from_broker = bytearray()
        self._faults: dict[int, Fault] = {}  # by the request's correlation id, until it is answered
        self._late: list[tuple[float, bytes]] = []  # when to send what

    def run(self) -> None:
        while True:
            wait = max(self._late[0][0] - time.monotonic(), 0) if self._late else None
            readable, _, _ = select.select([self._client, self._broker], [], [], wait)
            self._send_late()
            if self._client in readable and not self._take_requests():
                return
            if self._broker in readable and not self._take_answers():
                return

    def _take_requests(self) -> bool:
        """False when the connection is to end."""
        received = self._client.recv(_CHUNK)
        self._from_client += received
        for frame in wire.take_frames(self._from_client):
            request = wire.request_of(frame)
            fault = self._choose(request)
            if fault is Fault.CUT_BEFORE:
                return False
            if fault is Fault.LATE_REQUEST:
                self._leave_behind(frame)
                return False
            self._broker.sendall(wire.framed(frame))
            if fault is not Fault.NONE:
                self._faults[request.correlation] = fault
        return bool(received)

    def _leave_behind(self, request: bytes) -> None:
        """What the client takes for lost is still on its way."""
        self._client.close()
        time.sleep(LATE_SECONDS)
        self._broker.sendall(wire.framed(request))
        self._broker.recv(_CHUNK)

    def _take_answers(self) -> bool:
        """False when the connection is to end."""
        received = self._broker.recv(_CHUNK)
        self._from_broker += received
        for frame in wire.take_frames(self._from_broker):
            fault = self._faults.pop(wire.correlation_of(frame), Fault.NONE)
            if fault is Fault.CUT_AFTER:
                return False
            if fault is Fault.LOST_ANSWER:
                continue
            # What comes after a late answer does not overtake it.
            if fault is Fault.LATE_ANSWER or self._late:
                due = time.monotonic() + (LATE_SECONDS if fault is Fault.LATE_ANSWER else 0)
                self._late.append((max(due, self._late[-1][0] if self._late else 0), frame))
            else:
                self._client.sendall(wire.framed(frame))
        return bool(received)

    def _send_late(self) -> None:
        while self._late and self._late[0][0] <= time.monotonic():
            self._client.sendall(wire.framed(self._late.pop(0)[1]))
