"""One limit on the whole of an exchange. A read timeout is none: a byte each second never lets it expire."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Lock, Timer
from types import TracebackType
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError

from service.looking_up import Resolve, resolve


class Deadline:
    """A context that, after so many seconds, ends every socket it watches; ``over`` tells that it did."""

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._sockets: list[socket.socket] = []
        self._lock = Lock()
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._timer.join()

    def watch(self, opened: socket.socket) -> None:
        """End this socket too when the time comes, or now if it has come."""
        with self._lock:
            self._sockets.append(opened)
            if self.over:
                _end(opened)

    def _end(self) -> None:
        with self._lock:
            self.over = True
            for opened in self._sockets:
                _end(opened)


class DeadlineAdapter(HTTPAdapter):
    """Transport for a ``requests`` session; a deadline watches each of its connections once it is open.

    Names are looked up by ``look_up``, which must keep to a time of its own.
    """

    def __init__(self, deadline: Deadline, look_up: Resolve = resolve) -> None:
        self._deadline = deadline
        self._look_up = look_up
        super().__init__()

    def get_connection_with_tls_context(self, *args: Any, **settings: Any) -> Any:
        """The pool that ``requests`` would use, making watched connections."""
        pool: Any = super().get_connection_with_tls_context(*args, **settings)
        pool.ConnectionCls = _watched(pool.ConnectionCls, self._deadline, self._look_up)
        return pool


def _watched(kind: Any, deadline: Deadline, look_up: Resolve) -> Any:
    def dial(self: Any) -> socket.socket:
        name = self.host
        fault: Exception = OSError(f"{name} has no address")
        for address in look_up(name, self.port):
            self.host = address
            try:
                dialled: socket.socket = kind._new_conn(self)
                return dialled
            except ConnectTimeoutError as error:  # a refused connection raises it too
                fault = error
            finally:
                self.host = name  # that the certificate is checked against
        raise fault

    def connect(self: HTTPConnection) -> None:
        kind.connect(self)
        deadline.watch(self.sock)

    return type(kind.__name__, (kind,), {"connect": connect, "_new_conn": dial})


def _end(opened: socket.socket) -> None:
    with suppress(OSError):  # it may have been closed meanwhile
        socket.socket.shutdown(opened, socket.SHUT_RDWR)
