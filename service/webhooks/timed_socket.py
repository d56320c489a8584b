"""A connection on which all waiting together ends at one instant.

A timeout of a socket's own starts anew with each byte, so a receiver that sends one every second never meets it.
"""

from __future__ import annotations

import io
import select
import socket
import time
from typing import Any


class TimedSocket:
    """A connected socket that raises TimeoutError once ``until`` (of ``time.monotonic``) is past."""

    def __init__(self, connected: socket.socket, until: float) -> None:
        self.until = until
        self._socket = connected

    def sendall(self, data: bytes) -> None:
        """Send all of it."""
        left = memoryview(data)
        while left:
            self._wait_no_longer()
            left = left[self._socket.send(left) :]

    def recv_into(self, buffer: Any) -> int:
        """Receive some bytes into a writable buffer; gives how many, 0 at the end."""
        self._wait_no_longer()
        return self._socket.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What is received as a stream, as ``HTTPResponse`` wants it. Closing it leaves the connection open."""
        return io.BufferedReader(_Received(self))

    def spoke_or_ended(self) -> bool:
        """Whether the other side has hung up, or says something unasked, which comes to the same."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(0))

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _wait_no_longer(self) -> None:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)


class _Received(io.RawIOBase):
    def __init__(self, connection: TimedSocket) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readall(self) -> bytes:
        # http.client asks for all there is where a chunk says that its length is -1; it may have no end.
        raise OSError("a stream is read in pieces only")

    def readinto(self, buffer: Any) -> int:
        return self._connection.recv_into(buffer)
