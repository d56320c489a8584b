"""A quick receiver of webhooks as a process of its own: it notes what arrived when, and answers 204.

``python -m benchmarks.receiving`` prints its port. ``GET /arrivals`` gives what arrived since it was last asked.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from service.clock import SystemClock

PATIENCE = 300.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ID = re.compile(rb"\r\nwebhook-id: *(\S+)", re.IGNORECASE)
_ACCEPTED = b"HTTP/1.1 204 No Content\r\n\r\n"

Arrival = tuple[str, str, float, str]
"""Path, event id, the clock's seconds, and body."""


@dataclass(frozen=True)
class Receiver:
    """The running process, seen from outside."""

    port: int

    def url(self, number: int) -> str:
        """The address of a webhook."""
        return f"http://127.0.0.1:{self.port}/{number}"

    def wait_for(self, count: int, pause: float = 0.05) -> list[Arrival]:
        """What arrived, once it is ``count``. Raises RuntimeError when it is not after PATIENCE seconds."""
        found: list[Arrival] = []
        until = time.monotonic() + PATIENCE
        while len(found) < count:
            if time.monotonic() > until:
                raise RuntimeError(f"{len(found)} messages of {count} arrived")
            time.sleep(pause)
            found += self._arrivals()
        return found

    def _arrivals(self) -> list[Arrival]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", "/arrivals")
        found = json.loads(connection.getresponse().read())
        connection.close()
        return [(path, event, at, body) for path, event, at, body in found]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver while the context is open."""
    command = [sys.executable, "-u", "-m", "benchmarks.receiving"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Receiver(int(process.stdout.readline()))
        finally:
            process.terminate()


class _Talk(asyncio.Protocol):
    def __init__(self, arrived: list[Arrival]) -> None:
        self._arrived = arrived
        self._received = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if not found or len(rest) < size:
            return
        self._received = rest[size:]
        if head.startswith(b"GET"):
            self._tell()
        else:
            self._note(head, rest[:size])

    def _note(self, head: bytes, body: bytes) -> None:
        id_ = _ID.search(head)
        event = id_[1].decode() if id_ else ""
        self._arrived.append((head.split(b" ", 2)[1].decode(), event, SystemClock().now().timestamp(), body.decode()))
        self._transport.write(_ACCEPTED)

    def _tell(self) -> None:
        answer = json.dumps(self._arrived).encode()
        self._arrived.clear()
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(answer), answer))


async def _receive() -> None:
    arrived: list[Arrival] = []
    server = await asyncio.get_running_loop().create_server(lambda: _Talk(arrived), "127.0.0.1", 0, backlog=1_024)
    print(server.sockets[0].getsockname()[1])
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_receive())
