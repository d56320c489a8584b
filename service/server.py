"""The web server of one process: waitress, which finishes what it has begun when it is told to stop."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any
from wsgiref.types import WSGIApplication

import structlog
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ThreadedTaskDispatcher, WSGITask

from service.stopping import stopping

THREADS = 8
"""Requests that are answered at the same time; more wait."""

LONGEST_END = 20.0
"""Seconds for which requests under way are waited for when the process is told to stop."""


class _Task(WSGITask):  # type: ignore[misc]  # waitress has no types
    """One request. Waitress would close the connection after each answer that has no length, even one with no body."""

    def set_close_on_finish(self) -> None:
        """Close after this answer, unless it ends with its head and the caller wants to ask again (RFC 9112, 9.3)."""
        asks_again = self.version == "1.1" and self.request.headers.get("CONNECTION", "").lower() != "close"
        if self.has_body or not asks_again:
            super().set_close_on_finish()


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    task_class = _Task


class _Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress has no types
    """The threads that answer. Waitress would wait for them for five seconds only."""

    def shutdown(self, cancel_pending: bool = True, timeout: float = LONGEST_END) -> Any:
        """Let what is under way be answered, and end."""
        return super().shutdown(cancel_pending, timeout)


def serve(app: WSGIApplication, host: str, port: int) -> None:
    """Serve ``app`` until SIGTERM or SIGINT, then finish the requests that are under way and return.

    Those that wait for something to happen are told that nothing has; what takes longer than ``LONGEST_END`` is cut
    off. Port 0 takes any free one; the log names it. Call it in the main thread, since it listens to signals.
    """
    sockets: dict[int, Any] = {}
    dispatcher = _Dispatcher()
    dispatcher.set_thread_count(THREADS)
    server: Any = create_server(
        app,
        map=sockets,
        host=host,
        port=port,
        ident=None,
        clear_untrusted_proxy_headers=False,  # the application believes as many as OPQ_PROXIES says, of itself none
        _dispatcher=dispatcher,
    )
    for listening in sockets.values():
        listening.channel_class = _Channel
    stopping.clear()
    former = {number: signal.signal(number, _stop) for number in (signal.SIGTERM, signal.SIGINT)}
    structlog.get_logger().info("serving", addresses=_addresses(server))
    try:
        server.run()  # ends upon SystemExit, having waited for its threads
    finally:
        server.close()
        for number, handler in former.items():
            signal.signal(number, handler)


def _addresses(server: Any) -> list[str]:
    # A host name may stand for several sockets, which waitress then keeps as a list.
    sockets = getattr(server, "effective_listen", None) or [(server.effective_host, server.effective_port)]
    return [f"http://{host}:{port}" for host, port in sockets]


def _stop(number: int, frame: FrameType | None) -> None:
    stopping.set()
    raise SystemExit(0)
