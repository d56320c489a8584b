"""The web server of one process: waitress, which finishes what it has begun when it is told to stop."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any
from wsgiref.types import WSGIApplication

import structlog
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask

THREADS = 8
"""Requests that are answered at the same time; more wait."""


class _Task(WSGITask):  # type: ignore[misc]  # waitress has no types
    """One request. Waitress would close the connection after each answer that has no length, even one with no body."""

    def set_close_on_finish(self) -> None:
        """Close after this answer, unless it ends with its head and the caller wants to ask again (RFC 9112, 9.3)."""
        asks_again = self.version == "1.1" and self.request.headers.get("CONNECTION", "").lower() != "close"
        if self.has_body or not asks_again:
            super().set_close_on_finish()


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    task_class = _Task


def serve(app: WSGIApplication, host: str, port: int) -> None:
    """Serve ``app`` until SIGTERM or SIGINT, then finish the requests that are under way and return.

    Port 0 takes any free one; the log names it. Call it in the main thread, since it listens to signals.
    """
    sockets: dict[int, Any] = {}
    server: Any = create_server(
        app,
        map=sockets,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        clear_untrusted_proxy_headers=False,  # the application believes as many as OPQ_PROXIES says, of itself none
    )
    for listening in sockets.values():
        listening.channel_class = _Channel
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
    raise SystemExit(0)
