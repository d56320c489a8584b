"""A real HTTP receiver of webhooks on this machine, that can be told how to misbehave, path by path.

    with Receiver() as receiver:
        receiver.answers("/hook", 503, {"Retry-After": "60"})
        receiver.misbehaves("/drip", drip)

A path that nothing was said about answers 204. What arrived is in ``messages``, in order.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event, Lock, Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.clock import SystemClock

PATIENCE = 20.0

Behaviour = Callable[[socket.socket, Event], None]


@dataclass(frozen=True)
class Message:
    """One message as it arrived; the names of its headers are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class Receiver:
    """Listens on a free port of 127.0.0.1 while its context is open."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.messages: list[Message] = []
        self.connections = 0
        self._lock = Lock()
        self._tls = tls
        self._behaviours: dict[str, Behaviour] = {}
        self._closing = Event()
        self._threads: list[Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Receiver:
        self._start(self._listen)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)
        self._listener.close()

    def at(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        """The address of a path here."""
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def answers(self, path: str, status: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> None:
        """From now on answer properly, and keep the connection."""
        sent = head(status, {"Content-Length": str(len(body)), **(headers or {})}) + body
        self._behaviours[path] = lambda client, _: client.sendall(sent)

    def misbehaves(self, path: str, behaviour: Behaviour) -> None:
        """From now on do this with the connection once a message has come, then close it."""

        def behave(client: socket.socket, closing: Event) -> None:
            behaviour(client, closing)
            raise ConnectionAbortedError

        self._behaviours[path] = behave

    def bodies(self, path: str = "/hook") -> list[bytes]:
        """What arrived at a path, in order."""
        return [message.body for message in self.messages if message.path == path]

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        with suppress(OSError):
            while not self._closing.is_set():
                client, _ = self._listener.accept()
                self._start(self._talk, client)

    def _talk(self, plain: socket.socket) -> None:
        plain.settimeout(PATIENCE)
        with plain, suppress(OSError):
            client = self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
            with client, client.makefile("rb") as stream:
                self.connections += 1
                self._closer(client)
                while message := _read(stream):
                    with self._lock:
                        self.messages.append(message)
                    self._behaviours.get(message.path, _accept)(client, self._closing)

    def _closer(self, client: socket.socket) -> None:
        """End an idle connection when the receiver closes."""

        def close() -> None:
            self._closing.wait(PATIENCE)
            with suppress(OSError):
                socket.socket.shutdown(client, socket.SHUT_RDWR)

        self._start(close)


def head(status: int, headers: Mapping[str, str] | None = None) -> bytes:
    """The head of an answer."""
    lines = [f"HTTP/1.1 {status} Given", *(f"{name}: {value}" for name, value in (headers or {}).items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def drip(start: bytes, drop: bytes = b"x", every: float = 0.01) -> Behaviour:
    """Send the start, then a drop each ``every`` seconds for ever."""

    def behave(client: socket.socket, closing: Event) -> None:
        client.sendall(start)
        while not closing.wait(every):
            client.sendall(drop)

    return behave


def silence(client: socket.socket, closing: Event) -> None:
    """Say nothing until the sender lets go."""
    client.recv(1)


def hang_up(client: socket.socket, closing: Event) -> None:
    """Close without a word."""


def _accept(client: socket.socket, _: Event) -> None:
    client.sendall(head(204))


def _read(stream: object) -> Message | None:
    first = stream.readline().decode("latin-1")  # type: ignore[attr-defined]
    if not first:
        return None
    fields = list(_fields(stream))
    headers = dict(fields)
    body = stream.read(int(headers.get("content-length", "0")))  # type: ignore[attr-defined]
    return Message(first.split(" ")[1], headers, body)


def _fields(stream: object) -> Iterator[tuple[str, str]]:
    while line := stream.readline().decode("latin-1").strip():  # type: ignore[attr-defined]
        name, _, value = line.partition(":")
        yield name.lower(), value.strip()


def certificate_for(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A self-signed certificate for a host name: the context of the one who shows it and of one who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = SystemClock().now()
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    client = ssl.create_default_context()
    client.load_verify_locations(path)
    return server, client
