"""The server as a process of its own, told to stop in the middle of a request."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from queue import Queue

import pytest

PROGRAM = """
import sys
import time
from service.logs import set_up_logs
from service.server import serve
from service.stopping import stopping

def app(environ, start_response):
    if environ["PATH_INFO"] == "/same":
        start_response("304 Not Modified", [("ETag", '"1"')])
        return []
    if environ["PATH_INFO"] == "/for":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ.get("HTTP_X_FORWARDED_FOR", "nobody").encode()]
    print("begun", flush=True)
    if environ["PATH_INFO"] == "/waiting":
        stopping.wait(60)
    elif environ["PATH_INFO"] == "/slow":
        stopping.wait(60)
        time.sleep(6)  # waitress of itself waits for five seconds
    else:
        sys.stdin.readline()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"finished"]

set_up_logs("INFO", sys.stdout)
serve(app, "127.0.0.1", 0)
print("stopped", flush=True)
"""


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        yield running
        running.kill()


def line_with(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    return next(line for line in process.stdout if words in line)


def answer_of(port: int, path: str = "/") -> Queue[bytes]:
    answers: Queue[bytes] = Queue()

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path)
        answers.put(connection.getresponse().read())
        connection.close()

    threading.Thread(target=ask, daemon=True).start()
    return answers


def port_of(process: subprocess.Popen[str]) -> int:
    found = re.search(r"http://127\.0\.0\.1:(\d+)", line_with(process, "serving"))
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize(
    ("asked", "closes"),
    [
        (b"GET /same HTTP/1.1\r\nHost: x\r\n\r\n", False),
        (b"GET /same HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", True),
        (b"GET /same HTTP/1.0\r\n\r\n", True),
    ],
)
def test_an_answer_without_a_body_keeps_the_connection_for_who_wants_it(
    process: subprocess.Popen[str], asked: bytes, closes: bool
) -> None:
    with socket.create_connection(("127.0.0.1", port_of(process)), timeout=30) as connection:
        connection.sendall(asked)
        first = connection.recv(65_536)
        assert b" 304 " in first
        assert b"content-length" not in first.lower()
        assert (b"connection: close" in first.lower()) == closes
        if closes:
            assert connection.recv(65_536) == b""
        else:
            connection.sendall(asked)
            assert b" 304 " in connection.recv(65_536)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_that_has_begun_is_finished_before_the_process_ends(
    process: subprocess.Popen[str], number: signal.Signals
) -> None:
    answers = answer_of(port_of(process))
    line_with(process, "begun")
    process.send_signal(number)
    assert process.stdin is not None
    process.stdin.write("go on\n")
    process.stdin.flush()
    assert answers.get(timeout=30) == b"finished"
    line_with(process, "stopped")
    assert process.wait(timeout=30) == 0


@pytest.mark.parametrize("path", ["/waiting", "/slow"])
def test_who_waits_is_told_that_the_process_ends_and_who_takes_long_is_not_cut_off(
    process: subprocess.Popen[str], path: str
) -> None:
    answers = answer_of(port_of(process), path)
    line_with(process, "begun")
    process.send_signal(signal.SIGTERM)
    assert answers.get(timeout=30) == b"finished"
    assert process.wait(timeout=30) == 0


def test_the_application_reads_what_a_proxy_says_of_the_caller(process: subprocess.Popen[str]) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port_of(process), timeout=30)) as connection:
        connection.request("GET", "/for", headers={"X-Forwarded-For": "192.0.2.7"})
        assert connection.getresponse().read() == b"192.0.2.7"
