"""Sending a message to a receiver that may be slow, broken or hostile.

The address that was checked is the one connected to; the certificate is checked against the name. Nothing is followed,
no proxy is asked, nothing is tried again here.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from types import TracebackType
from typing import cast

from service.looking_up import Resolve, resolve
from service.webhooks.addresses import Allowed, RefusedAddress, Target, check, parse_url
from service.webhooks.timed_socket import TimedSocket

TIMEOUT = 15.0
"""Seconds for the whole of an exchange, from looking up the name to the last byte that is read."""

CONNECT_TIMEOUT = 5.0
"""Seconds to reach one address."""

SHORTEST = 0.001
"""Seconds that a wait lasts at least; none at all would mean no waiting."""

KEPT = 2_000
"""Bytes of an answer's body that are read."""

_PASSED_OVER = range(102, 200)
"""Statuses that come before the answer (RFC 9110, 15.2). 101 is none: nobody asked for another protocol."""


@dataclass(frozen=True)
class Answer:
    """How a receiver answered. No ``status``: it did not, and ``error`` says why. ``duration`` in milliseconds."""

    status: int | None
    duration: int
    error: str | None = None
    body: str = ""
    retry_after: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether the message arrived: a 2xx, and nothing else."""
        return self.status is not None and 200 <= self.status < 300


def check_url(url: str, allowed: Allowed, look_up: Resolve = resolve) -> None:
    """Whether a webhook may point to ``url``. A name that is not known yet may; each call checks it again.

    Raises RefusedAddress.
    """
    target = parse_url(url)
    try:
        addresses = look_up(target.host, target.port)
    except OSError:
        if target.scheme != "https" and target.host not in allowed.hosts:
            raise RefusedAddress("must begin with https://, or be named in OPQ_WEBHOOK_ALLOW") from None
        return
    check(target, addresses, allowed)


class Line:
    """The way to one receiver: opened when it is needed, and kept for the messages that follow. For one thread."""

    def __init__(
        self,
        url: str,
        allowed: Allowed,
        *,
        timeout: float = TIMEOUT,
        look_up: Resolve = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._url = url
        self._allowed = allowed
        self._timeout = timeout
        self._look_up = look_up
        self._tls = tls
        self._connection: TimedSocket | None = None

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the receiver."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def post(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send one message and say how it was answered. Raises nothing for what a receiver does."""
        began = time.monotonic()
        try:
            return self._exchange(headers, body, began)
        except (OSError, HTTPException, ValueError) as error:
            self.close()
            late = isinstance(error, TimeoutError)
            message = f"no answer within {self._timeout:g} s" if late else _clean(_described(error))
            return Answer(None, _since(began), message)

    def _exchange(self, headers: Mapping[str, str], body: bytes, began: float) -> Answer:
        target = parse_url(self._url)
        connection = self._open(target, began + self._timeout)
        connection.sendall(_request(target, headers, body))
        # All that it asks of a socket is a stream to read from.
        response = HTTPResponse(cast(socket.socket, connection), method="POST")
        response.begin()
        while response.status in _PASSED_OVER:
            response.headers = None  # type: ignore[assignment]  # so it begins once more, where it stands
            response.begin()
        read = self._read(response)
        if response.will_close or not response.isclosed():
            self.close()
        error = None if 200 <= response.status < 300 else f"answered {response.status}"
        return Answer(response.status, _since(began), error, _clean(read), response.getheader("Retry-After"))

    def _read(self, response: HTTPResponse) -> str:
        try:
            return response.read(KEPT).decode("utf-8", "replace")
        except (OSError, HTTPException, ValueError):
            self.close()  # what else would come belongs to this answer
            return ""  # it had said how it took the message; what it adds is for people's information only

    def _open(self, target: Target, until: float) -> TimedSocket:
        if self._connection is None or self._connection.spoke_or_ended():
            self.close()
            self._connection = TimedSocket(self._dial(target, until), until)
        self._connection.until = until
        return self._connection

    def _dial(self, target: Target, until: float) -> socket.socket:
        addresses = check(target, self._look_up(target.host, target.port), self._allowed)
        fault: OSError = OSError(f"{target.host} has no address")
        for address in addresses:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            try:
                plain = socket.create_connection((str(address), target.port), min(CONNECT_TIMEOUT, left))
            except OSError as error:
                fault = error
                continue
            return self._prepared(plain, target, until)
        raise fault

    def _prepared(self, plain: socket.socket, target: Target, until: float) -> socket.socket:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if target.scheme == "http":
            return plain
        if self._tls is None:
            self._tls = ssl.create_default_context()
        secured = self._tls.wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)
        try:
            secured.settimeout(max(until - time.monotonic(), SHORTEST))
            secured.do_handshake()  # its timeout is for the whole of it
        except OSError:
            secured.close()
            raise
        return secured


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    fields = {
        "Host": _host_header(target),
        "Accept-Encoding": "identity",
        "Content-Length": str(len(body)),
        **headers,
    }
    lines = [f"POST {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = 443 if target.scheme == "https" else 80
    return host if target.port == usual else f"{host}:{target.port}"


def _described(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not valid: {error.verify_message}"
    return str(error) or type(error).__name__


def _clean(text: str) -> str:
    """``text`` as it may be stored: bounded, and without NUL, which a database refuses."""
    return text[:KEPT].replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
