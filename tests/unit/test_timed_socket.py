"""All waiting on a connection ends at one instant, whatever the other side does meanwhile."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from service.webhooks.timed_socket import TimedSocket

LONG = 60.0


@pytest.fixture
def pair() -> Iterator[tuple[TimedSocket, socket.socket]]:
    near, far = socket.socketpair()
    timed = TimedSocket(near, time.monotonic() + LONG)
    with far:
        yield timed, far
    timed.close()


def test_what_is_sent_arrives_whole_and_in_pieces(pair: tuple[TimedSocket, socket.socket]) -> None:
    timed, far = pair
    timed.sendall(b"12")
    timed.sendall(b"3")
    assert far.recv(10) == b"123"
    far.sendall(b"first\nsecond\n")
    with timed.makefile("rb") as stream:
        assert [stream.readline(), stream.readline()] == [b"first\n", b"second\n"]


def test_closing_the_stream_leaves_the_connection_open(pair: tuple[TimedSocket, socket.socket]) -> None:
    timed, far = pair
    timed.makefile("rb").close()
    timed.sendall(b"still here")
    assert far.recv(10) == b"still here"


def test_when_the_time_is_past_nothing_is_waited_for(pair: tuple[TimedSocket, socket.socket]) -> None:
    timed, far = pair
    far.sendall(b"it is there, but too late")
    timed.until = time.monotonic()
    with pytest.raises(TimeoutError):
        timed.sendall(b"x")
    with pytest.raises(TimeoutError):
        timed.makefile("rb").read(1)


def test_a_receiver_that_takes_nothing_ends_with_the_time(pair: tuple[TimedSocket, socket.socket]) -> None:
    timed, _ = pair
    timed.until = time.monotonic() + 0.05
    with pytest.raises(TimeoutError):
        timed.sendall(b"x" * 50_000_000)


def test_a_word_unasked_and_an_end_are_seen(pair: tuple[TimedSocket, socket.socket]) -> None:
    timed, far = pair
    assert not timed.spoke_or_ended()
    far.sendall(b"?")
    assert timed.spoke_or_ended()
    timed.recv_into(bytearray(1))
    assert not timed.spoke_or_ended()
    far.shutdown(socket.SHUT_RDWR)
    assert timed.spoke_or_ended()
