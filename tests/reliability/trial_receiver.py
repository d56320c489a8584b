"""A receiver of webhooks that fails, puts off, stalls and hangs up, as a seed says, and logs all that it was told.

It misbehaves at most once for each message, so that the second attempt, five seconds later, brings it.
"""

from __future__ import annotations

import random
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

from tests.reliability.trial_checks import Delivery, Received

SLOWEST = 0.02
"""Seconds that an answer may take, so that a kill often finds a message on its way."""

LOOK = 0.1
"""Seconds from one look whether a sender that is kept waiting is still there to the next."""


class Manner(Enum):
    """What is done with a message."""

    ACCEPT = auto()
    FAIL = auto()
    PUT_OFF = auto()
    HANG_UP_BEFORE_READING = auto()
    HANG_UP_AFTER_READING = auto()
    STALL = auto()


_ODDS = {
    Manner.ACCEPT: 80,
    Manner.FAIL: 5,
    Manner.PUT_OFF: 4,
    Manner.HANG_UP_BEFORE_READING: 4,
    Manner.HANG_UP_AFTER_READING: 5,
    Manner.STALL: 2,
}


_ANSWERS: dict[Manner, tuple[int, dict[str, str]]] = {
    Manner.ACCEPT: (200, {}),
    Manner.FAIL: (500, {}),
    Manner.PUT_OFF: (429, {"Retry-After": "7"}),
}


class MisbehavingReceiver(ThreadingHTTPServer):
    """Listens on a free port of 127.0.0.1.

    ``received`` is the log. Once ``relented`` is set, all is accepted.
    """

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[Received] = []
        self.relented = Event()
        self._seed = seed
        self._met: set[Delivery] = set()
        self._lock = Lock()

    def at(self, path: str) -> str:
        """The address of a path here."""
        return f"http://127.0.0.1:{self.server_port}{path}"

    def manner(self, delivery: Delivery) -> Manner:
        """What to do with a message that comes now."""
        with self._lock:
            if delivery in self._met or self.relented.is_set():
                return Manner.ACCEPT
            self._met.add(delivery)
        luck = random.Random(f"{self._seed} {delivery}")
        return luck.choices(list(_ODDS), list(_ODDS.values()))[0]

    def log(self, delivery: Delivery, sent: int, *, whole: bool, accepted: bool) -> None:
        """Write down how far a message came."""
        with self._lock:
            self.received.append(Received(delivery, sent, time.time(), whole, accepted))

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of senders that were killed while they spoke."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: MisbehavingReceiver

    def do_POST(self) -> None:
        delivery, sent = (self.path, self.headers["webhook-id"]), int(self.headers["webhook-timestamp"])
        manner = self.server.manner(delivery)
        if manner is Manner.HANG_UP_BEFORE_READING:
            self.server.log(delivery, sent, whole=False, accepted=False)
            self.close_connection = True
            return
        length = int(self.headers["content-length"])
        whole = len(self.rfile.read(length)) == length
        self.server.log(delivery, sent, whole=whole, accepted=whole and manner is Manner.ACCEPT)
        if manner in _ANSWERS and whole:
            time.sleep(random.uniform(0, SLOWEST))
            self._answer(*_ANSWERS[manner])
            return
        if manner is Manner.STALL:
            self._stall()
        self.close_connection = True

    def _answer(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": "0"}.items():
            self.send_header(name, value)
        self.end_headers()

    def _stall(self) -> None:
        """Say nothing until the sender hangs up, or is dead."""
        gone = False
        while not gone and not self.server.relented.is_set():
            gone = bool(select.select([self.connection], [], [], LOOK)[0])

    def finish(self) -> None:
        """Close for good: a socket that is only shut half keeps the sender waiting."""
        try:
            super().finish()
        finally:
            self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing to the terminal."""


@contextmanager
def receiving(seed: int) -> Iterator[MisbehavingReceiver]:
    """A receiver that listens while the context is open."""
    with MisbehavingReceiver(seed) as receiver:
        thread = Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield receiver
        finally:
            receiver.relented.set()
            receiver.shutdown()
            thread.join()
