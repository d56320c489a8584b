"""Bringing a body from an http, https or file address within bounds of size, time and redirects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from urllib.request import url2pathname

import requests
from urllib3.exceptions import HTTPError

from service.deadline import Deadline, DeadlineAdapter
from service.feeds.reading import Unreachable

_REDIRECTS = 3
_REDIRECT_STATUSES = {301, 302, 303, 307, 308}
_ALLOWED_STEPS = {("http", "http"), ("http", "https"), ("https", "https")}
_FAULTS = (requests.RequestException, HTTPError, HTTPException, OSError, ValueError)


@dataclass(frozen=True)
class Limits:
    """Seconds to connect (to each address of a host), of silence, and for the whole; bytes of body."""

    connect: float = 5.0
    silence: float = 15.0
    total: float = 30.0
    max_bytes: int = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What came; ``status`` is None for a file, ``body`` is what fits the limit, ``too_long`` if more did."""

    status: int | None
    headers: Mapping[str, str]
    body: bytes
    too_long: bool


def download(url: str, headers: Mapping[str, str], limits: Limits) -> Answer:
    """The answer at an address. Raises Unreachable for everything that prevents one."""
    try:
        scheme = urlsplit(url).scheme
        if scheme == "file":
            return _from_file(url, limits.max_bytes)
        if scheme in ("http", "https"):
            return _from_web(url, headers, limits)
    except _FAULTS as fault:
        raise Unreachable(_sentence(fault)) from fault
    raise Unreachable("The address is not http, https or file.")


def _sentence(fault: Exception) -> str:
    match fault:
        case requests.exceptions.ConnectTimeout():
            return "No connection was made in time."
        case requests.exceptions.ReadTimeout():
            return "The server fell silent for too long."
        case requests.exceptions.SSLError():
            return "The secure connection to the server could not be made or verified."
        case requests.exceptions.ChunkedEncodingError():
            return "The connection ended before the whole body came."
        case requests.exceptions.ConnectionError():
            return "The server could not be reached, or it broke the connection."
        case _:
            return f"The source could not be fetched ({type(fault).__name__})."


def _from_file(url: str, max_bytes: int) -> Answer:
    parts = urlsplit(url)
    path = Path(url2pathname(parts.path))
    if parts.netloc not in ("", "localhost") or not path.is_file():
        raise Unreachable("The address names no ordinary file on this machine.")
    with path.open("rb") as file:
        body = file.read(max_bytes + 1)
    return Answer(None, {}, body[:max_bytes], len(body) > max_bytes)


class _Session(requests.Session):
    """A session that leaves redirects alone: ``requests`` reads the whole body of one, whatever its size."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: redirects are followed here, by our own rules."""


def _from_web(url: str, headers: Mapping[str, str], limits: Limits) -> Answer:
    with Deadline(limits.total) as deadline, _Session() as session:
        session.mount("http://", DeadlineAdapter(deadline))
        session.mount("https://", DeadlineAdapter(deadline))
        try:
            return _follow(session, url, headers, limits)
        finally:
            if deadline.over:  # and then the end of the socket may have passed for the end of the body
                raise Unreachable(f"No whole answer came within {limits.total:g} seconds.")


def _follow(session: requests.Session, url: str, headers: Mapping[str, str], limits: Limits) -> Answer:
    for _ in range(_REDIRECTS + 1):
        with session.get(url, headers=dict(headers), timeout=(limits.connect, limits.silence), stream=True) as response:
            if response.status_code not in _REDIRECT_STATUSES:
                body, too_long = _body(response, limits.max_bytes)
                return Answer(response.status_code, response.headers, body, too_long)
            url = _next(url, response.headers.get("Location"))
    raise Unreachable(f"The server redirected more than {_REDIRECTS} times.")


def _next(url: str, location: str | None) -> str:
    if not location:
        raise Unreachable("The server redirected to nowhere.")
    target = urljoin(url, location)
    if (urlsplit(url).scheme, urlsplit(target).scheme) not in _ALLOWED_STEPS:
        raise Unreachable("The server redirected to an address of another kind, which is refused.")
    return target


def _body(response: requests.Response, max_bytes: int) -> tuple[bytes, bool]:
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        return b"", False
    body = b""
    for piece in response.iter_content(4096):
        body += piece
        if len(body) > max_bytes:
            return body[:max_bytes], True
    return body, False
