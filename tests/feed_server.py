"""A real HTTP server on this machine, standing in for the MI5 feed, that can be told how to misbehave.

    with FeedServer() as server:
        server.serve(feed_xml(national="CRITICAL"))
        fetch(server.url)

The last word given for a path stands until the next: ``serve`` and ``redirect`` answer properly, ``send``
sends given bytes as they are and closes, ``drip``, ``endless`` and ``silent`` go on until the client lets go.
TLS is not spoken: such a client is answered in plain text.
"""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import format_datetime
from threading import Event, Thread

from service.feeds.mi5 import stamped_at

PATH = "/UKThreatLevel/UKThreatLevel.xml"
STAMP = "Thursday, April 30, 2026 -  06:09"
_PATIENCE = 10.0
_TLS_RECORD = b"\x16"

Answer = Callable[[socket.socket, "Request"], None]


def feed_xml(
    national: str = "SEVERE",
    northern_ireland: str | None = "SUBSTANTIAL",
    stamp: str = STAMP,
    *,
    title: str = "Current threat level: {national}",
    description: str | None = None,
) -> bytes:
    """A body in the shape of the public feed. ``description`` replaces both sentences, as XML text."""
    if description is None:
        description = f"The current national threat level is {national}."
        if northern_ireland:
            description += " The threat to Northern Ireland from Northern Ireland-related terrorism is"
            description += f" {northern_ireland}."
    built = stamped_at(" ".join(stamp.split()))
    return f"""<rss xmlns:atom="http://www.w3.org/2005/Atom" version="2.0" xml:base="https://feed.example/">
<channel>
<title>Threat Level</title>
<link>https://feed.example/</link>
<description>The Current UK Threat Level</description>
<language>en-gb</language>
<copyright>© An example</copyright>
<lastBuildDate>{format_datetime(built) if built else ""}</lastBuildDate>
<ttl>20</ttl>
<item>
<title>{title.format(national=national)}</title>
<link>https://feed.example/threat-levels</link>
<description>{description}</description>
<pubDate>{stamp}</pubDate>
<subject>ThreatLevel</subject>
</item>
</channel>
</rss>
""".encode()


@dataclass(frozen=True)
class Request:
    """One request as it came; the names of its headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]


class FeedServer:
    """Serves on a free port of 127.0.0.1 while its context is open; ``requests`` logs what was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._answers: dict[str, Answer] = {}
        self._closing = Event()
        self._threads: list[Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = self.at(PATH)

    def __enter__(self) -> FeedServer:
        self._start(self._listen)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(_PATIENCE)
        self._listener.close()

    def at(self, path: str) -> str:
        """The address of a path on this server."""
        return f"http://127.0.0.1:{self.port}{path}"

    def serve(
        self,
        body: bytes,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        compress: bool = False,
        path: str = PATH,
    ) -> None:
        """Answer properly: with 304 if the request names the ``etag`` or, naming none, ``last_modified``."""
        sent = gzip.compress(body) if compress else body
        validators = {"ETag": etag, "Last-Modified": last_modified}
        fields = {
            "Content-Type": "text/xml; charset=utf-8",
            "Content-Length": str(len(sent)),
            **({"Content-Encoding": "gzip"} if compress else {}),
            **{name: value for name, value in validators.items() if value},
            **(headers or {}),
        }

        def answer(client: socket.socket, request: Request) -> None:
            if _unchanged(request, etag, last_modified):
                client.sendall(_head(304, {**fields, "Content-Length": "0"}))
            else:
                client.sendall(_head(status, fields) + sent)

        self._answers[path] = answer

    def redirect(self, location: str | None, status: int = 302, *, path: str = PATH) -> None:
        """Send the client elsewhere; ``None`` leaves the Location header out."""
        self.serve(b"", status, {"Location": location} if location is not None else None, path=path)

    def send(self, *pieces: bytes, path: str = PATH) -> None:
        """Send these bytes as the whole answer, head and all, and close the connection."""
        self._answers[path] = lambda client, _: client.sendall(b"".join(pieces))

    def drip(self, start: bytes, drop: bytes = b"x", *, every: float = 0.01, path: str = PATH) -> None:
        """Send the start, then one drop each ``every`` seconds for ever."""

        def answer(client: socket.socket, _: Request) -> None:
            client.sendall(start)
            while not self._closing.wait(every):
                client.sendall(drop)

        self._answers[path] = answer

    def endless(self, status: int = 200, headers: Mapping[str, str] | None = None, *, path: str = PATH) -> None:
        """Send a body that never ends, as fast as the client takes it."""
        self.drip(_head(status, headers or {}), b"x" * 4096, every=0, path=path)

    def silent(self, *, path: str = PATH) -> None:
        """Take the request and say nothing until the client lets go."""

        def answer(client: socket.socket, _: Request) -> None:
            client.recv(1)

        self._answers[path] = answer

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        with suppress(OSError):  # the listener was shut
            while not self._closing.is_set():
                client, _ = self._listener.accept()
                self._start(self._talk, client)

    def _talk(self, client: socket.socket) -> None:
        client.settimeout(_PATIENCE)
        with client, suppress(OSError):  # the client let go
            if client.recv(1, socket.MSG_PEEK) == _TLS_RECORD:
                client.sendall(head(400))
                return
            request = _read_request(client)
            self.requests.append(request)
            self._answers.get(request.path, _not_found)(client, request)


def head(status: int = 200, **headers: str) -> bytes:
    """The head of an answer, for ``send`` and ``drip``; underscores in names stand for hyphens."""
    return _head(status, {name.replace("_", "-"): value for name, value in headers.items()})


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [
        f"HTTP/1.1 {status} Given",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _read_request(client: socket.socket) -> Request:
    received = b""
    while not received.endswith(b"\r\n\r\n"):
        piece = client.recv(4096)
        if not piece:
            raise ConnectionError("the client left before it had asked")
        received += piece
    first, *fields = received.decode("latin-1").strip().split("\r\n")
    method, path, _ = first.split(" ")
    pairs = (field.partition(":") for field in fields)
    return Request(method, path, {name.lower(): value.strip() for name, _, value in pairs})


def _unchanged(request: Request, etag: str | None, last_modified: str | None) -> bool:
    asked = request.headers
    if etag and "if-none-match" in asked:
        return asked["if-none-match"] == etag
    return last_modified is not None and asked.get("if-modified-since") == last_modified


def _not_found(client: socket.socket, _: Request) -> None:
    client.sendall(head(404, Content_Length="0"))
