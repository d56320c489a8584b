"""Reading a checklist over HTTP, against an empty Flask route on the same server in the same run.

Two servers of the product's own kind (waitress, eight threads) run as processes; one client with kept connections
asks each in turn, so that the machine's other load falls on all alike.
"""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from flask import Flask

from rules.levels import Scope, ThreatLevel
from service.app import create_app
from service.bootstrap import init, open_context
from service.config import Settings
from service.operations.example import load_example
from service.operations.people import SYSTEM
from service.operations.threat import ThreatWish, set_level
from service.operations.tokens import create_token
from service.server import serve

REQUESTS, CLIENTS, ROUNDS = 1_600, 16, 3
PATH = "/api/v1/premises/cindershaw-custody/checklist"


def main() -> None:
    """Print requests per second of each, and the ratios to the empty route."""
    with tempfile.TemporaryDirectory() as folder:
        token = _prepare(Path(folder))
        with server("empty", folder) as empty, server("product", folder) as product:
            whole = {"Authorization": f"Bearer {token}"}
            etag = _etag(product, whole)
            asked: dict[str, tuple[int, str, Mapping[str, str]]] = {
                "empty Flask route": (empty, "/", {}),
                "checklist": (product, PATH, whole),
                "checklist, unchanged since the reader's ETag": (product, PATH, {**whole, "If-None-Match": etag}),
            }
            rates: dict[str, list[float]] = {name: [] for name in asked}
            for _ in range(ROUNDS):
                for name, (port, path, headers) in asked.items():
                    rates[name].append(_rate(port, path, headers))
    floor = median(rates["empty Flask route"])
    print(f"{'what':<46} {'requests/s':>10} {'ratio':>6}")
    for name, found in rates.items():
        print(f"{name:<46} {median(found):>10,.0f} {median(found) / floor:>6.2f}")


def _prepare(folder: Path) -> str:
    settings = Settings(data_dir=folder)
    init(settings)
    context = open_context(settings)
    load_example(context)
    set_level(context, SYSTEM, ThreatWish(Scope.NATIONAL, ThreatLevel.CRITICAL, "benchmark"))
    token = create_token(context, SYSTEM, "op_quantity_lead", "Bench Lead")["token"]
    context.store.close()
    return str(token)


@contextmanager
def server(kind: str, folder: str) -> Iterator[int]:
    """The port of a server: ``empty``, or ``product`` over the store in ``folder``."""
    command = [sys.executable, "-u", "-m", "benchmarks.checklist_http", kind, folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        port = int(re.findall(r":(\d+)", process.stdout.readline())[-1])
        try:
            yield port
        finally:
            process.terminate()


def _rate(port: int, path: str, headers: Mapping[str, str]) -> float:
    """Requests per second over CLIENTS connections, each with one request under way.

    Plain sockets and one thread, since an HTTP library would cost the client more than the server spends. A connection
    that the server closes (waitress does after each 304) is opened anew, which counts.
    """
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    request = "\r\n".join([*lines, "", ""]).encode()
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(CLIENTS)]
    start = time.perf_counter()
    for _ in range(REQUESTS // CLIENTS):
        for connection in connections:
            connection.sendall(request)
        for number, connection in enumerate(connections):
            if _read_answer(connection):
                connection.close()
                connections[number] = socket.create_connection(("127.0.0.1", port))
    seconds = time.perf_counter() - start
    for connection in connections:
        connection.close()
    return REQUESTS / seconds


def _read_answer(connection: socket.socket) -> bool:
    """Read one answer whole; gives whether the server closes the connection after it."""
    received = _receive(connection)
    while b"\r\n\r\n" not in received:
        received += _receive(connection)
    head, body = received.split(b"\r\n\r\n", 1)
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304")):
        raise RuntimeError(head.decode())
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    missing = int(length[1]) - len(body) if length else 0
    while missing > 0:
        missing -= len(_receive(connection))
    return re.search(rb"connection: close", head, re.IGNORECASE) is not None


def _receive(connection: socket.socket) -> bytes:
    received = connection.recv(1 << 16)
    if not received:
        raise RuntimeError("the server closed the connection")
    return received


def _etag(port: int, headers: Mapping[str, str]) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", PATH, headers=dict(headers))
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return str(answer.headers["ETag"])


def _serve(kind: str, folder: str) -> None:
    if kind == "empty":
        app = Flask("empty")
        app.add_url_rule("/", view_func=lambda: {"ok": True})
    else:
        app = create_app(open_context(Settings(data_dir=Path(folder))))
    serve(app, "127.0.0.1", 0)


if __name__ == "__main__":
    _serve(sys.argv[1], sys.argv[2])
