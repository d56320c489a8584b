"""Looking names up within a time. The system's resolver takes as long as it likes, and cannot be interrupted."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from ipaddress import ip_address
from threading import Lock, Thread

SECONDS = 5.0
"""How long an answer is waited for."""

MOST = 128
"""Names that are looked up at a time: more than there are receivers spoken to at a time, so that a few dozen whose
name servers are silent keep nobody else waiting."""

Resolve = Callable[[str, int], list[str]]


def ask_system(host: str, port: int) -> list[str]:
    """The addresses of a host, whenever the system's resolver tells them. Raises OSError when it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host} is no name that can be looked up") from error
    return [str(row[4][0]) for row in found]


class LookUps:
    """Looks names up in threads of their own, one for a name and at most ``most`` of them. Safe to share.

    A thread whose answer nobody waits for any more ends when the resolver does; it does not keep the process alive.
    """

    def __init__(self, ask: Resolve = ask_system, seconds: float = SECONDS, most: int = MOST) -> None:
        self._ask = ask
        self._seconds = seconds
        self._most = most
        self._under_way: dict[tuple[str, int], Future[list[str]]] = {}
        self._lock = Lock()

    def __call__(self, host: str, port: int) -> list[str]:
        """The addresses of a host; of an address, itself. Raises OSError when it has none, or none in time."""
        if _is_address(host):
            return [host]
        try:
            return self._asked(host, port).result(self._seconds)
        except TimeoutError as error:
            raise OSError(f"{host} was not looked up within {self._seconds:g} s") from error

    def _asked(self, host: str, port: int) -> Future[list[str]]:
        with self._lock:
            if (host, port) not in self._under_way:
                if len(self._under_way) >= self._most:
                    raise OSError(f"{host} cannot be looked up while {self._most} other names are")
                answer: Future[list[str]] = Future()
                Thread(target=self._look_up, args=(host, port, answer), name="look-up", daemon=True).start()
                self._under_way[host, port] = answer
            return self._under_way[host, port]

    def _look_up(self, host: str, port: int, answer: Future[list[str]]) -> None:
        try:
            tell = partial(answer.set_result, self._ask(host, port))
        except Exception as error:  # it is raised where the answer is waited for
            tell = partial(answer.set_exception, error)
        with self._lock:
            del self._under_way[host, port]
        tell()


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


resolve = LookUps()
"""The look-ups of this process, together, so that there are never more than ``MOST``."""
