"""The way to the feed: connections that break or drag, redirects, and addresses that are files or nothing at all."""

from __future__ import annotations

import gzip
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.levels import ThreatLevel
from service.feeds.download import Limits
from service.feeds.fetch import fetch
from service.feeds.reading import Outcome
from tests.e2e.fetching import ETAG, assert_failed, national
from tests.feed_server import PATH, FeedServer, feed_xml, head

QUICK = Limits(connect=2.0, silence=0.1, total=5.0)


# Broken connections and broken HTTP


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        (b"not http at all\r\n\r\n",),
        (b"HTTP/1.1 twohundred OK\r\n\r\n",),
        (head(X="y" * 70_000),),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",),
        (head(Content_Length="99999"), feed_xml()),
        (head(Content_Length="99999"), feed_xml()[:100]),
        (head(Transfer_Encoding="chunked"), b"fff\r\n", feed_xml()[:100]),
        (head(Transfer_Encoding="chunked"), b"not a number\r\n", feed_xml()),
        (head(Content_Encoding="gzip"), feed_xml()),
        (head(Content_Encoding="gzip"), b"\x1f\x8b\x08\x00", feed_xml()),
    ],
)
def test_an_answer_that_is_not_whole_http_is_unreachable(server: FeedServer, pieces: tuple[bytes, ...]) -> None:
    server.send(*pieces)

    assert_failed(fetch(server.url), Outcome.UNREACHABLE, "")


CHUNKED = head(Transfer_Encoding="chunked")
ANSWERS = st.one_of(
    st.binary(max_size=200),
    st.binary(max_size=200).map(lambda rest: b"HTTP/1.1 200 " + rest),
    st.binary(max_size=200).map(lambda rest: b"HTTP/1.1 302 Found\r\nLocation: " + rest),
    st.binary(max_size=200).map(lambda rest: head() + rest),
    st.integers(-99, 99).map(lambda size: CHUNKED + f"{size:x}\r\n".encode() + feed_xml()),
    st.binary(max_size=200).map(lambda rest: head(Content_Encoding="gzip") + gzip.compress(b"x", mtime=0)[:10] + rest),
)


def test_any_answer_at_all_is_an_outcome_and_never_an_exception(server: FeedServer) -> None:
    @given(ANSWERS)
    def holds(answer: bytes) -> None:
        server.send(answer)
        assert fetch(server.url, limits=QUICK).reading is None

    holds()


def test_a_compressed_body_that_breaks_off_is_not_read(server: FeedServer) -> None:
    server.send(head(Content_Encoding="gzip"), gzip.compress(feed_xml())[:-150])

    assert fetch(server.url).reading is None


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]

    assert_failed(fetch(f"http://127.0.0.1:{port}/"), Outcome.UNREACHABLE, "could not be reached")


def test_a_host_without_an_address_is_unreachable() -> None:
    assert_failed(fetch("http://feed.invalid/"), Outcome.UNREACHABLE, "could not be reached")


def test_a_server_that_speaks_no_tls_is_unreachable_by_https(server: FeedServer) -> None:
    server.serve(feed_xml())

    fetched = fetch(server.url.replace("http:", "https:"))

    assert_failed(fetched, Outcome.UNREACHABLE, "secure connection")


# Time


def test_a_server_that_says_nothing_is_given_up(server: FeedServer) -> None:
    server.silent()

    assert_failed(fetch(server.url, limits=QUICK), Outcome.UNREACHABLE, "fell silent")


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        (head(), b"x"),
        (head(Content_Length="9999999"), b"x"),
        (head(Transfer_Encoding="chunked"), b"0"),
        (head(Transfer_Encoding="chunked"), b"1\r\nx\r\n"),
        (head(Content_Encoding="gzip") + gzip.compress(b"", mtime=0)[:10], b"\0"),
        (head(500), b"x"),
    ],
)
def test_an_answer_that_drips_in_is_cut_by_the_limit_on_the_whole(
    server: FeedServer, start: bytes, drop: bytes
) -> None:
    server.drip(start, drop)

    fetched = fetch(server.url, limits=Limits(total=0.2))

    assert_failed(fetched, Outcome.UNREACHABLE, "")
    assert fetched.reason == "No whole answer came within 0.2 seconds."


def test_a_connection_that_is_never_taken_up_is_given_up() -> None:
    with socket.socket() as busy, socket.socket() as first, socket.socket() as second:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        for waiting in (first, second):
            waiting.setblocking(False)
            waiting.connect_ex(busy.getsockname())

        fetched = fetch(f"http://127.0.0.1:{busy.getsockname()[1]}/", limits=Limits(connect=0.1))

    assert_failed(fetched, Outcome.UNREACHABLE, "No connection was made in time")


def test_a_socket_opened_after_the_limit_is_ended_at_once(server: FeedServer) -> None:
    server.silent()

    fetched = fetch(server.url, limits=Limits(total=0.0))

    assert_failed(fetched, Outcome.UNREACHABLE, "within 0 seconds")


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("absolute", [True, False])
def test_a_redirect_to_the_same_kind_of_address_is_followed(server: FeedServer, status: int, absolute: bool) -> None:
    server.serve(feed_xml(), path="/new")
    server.redirect(server.at("/new") if absolute else "/new", status)

    assert national(fetch(server.url, etag=ETAG)) == ThreatLevel.SEVERE
    assert [request.path for request in server.requests] == [PATH, "/new"]
    assert [request.headers.get("if-none-match") for request in server.requests] == [ETAG, ETAG]


def test_three_redirects_are_followed(server: FeedServer) -> None:
    for place, following in ((PATH, "/1"), ("/1", "/2"), ("/2", "/3")):
        server.redirect(following, path=place)
    server.serve(feed_xml(), path="/3")

    assert national(fetch(server.url)) == ThreatLevel.SEVERE


def test_a_redirect_that_leads_round_in_a_ring_is_given_up(server: FeedServer) -> None:
    server.redirect(PATH)

    assert_failed(fetch(server.url), Outcome.UNREACHABLE, "more than 3 times")
    assert len(server.requests) == 4


@pytest.mark.parametrize("location", ["file:///etc/hostname", "ftp://127.0.0.1/feed", "gopher://x", "data:,LOW"])
def test_a_redirect_to_another_kind_of_address_is_refused(server: FeedServer, location: str) -> None:
    server.redirect(location)

    assert_failed(fetch(server.url), Outcome.UNREACHABLE, "another kind")


@pytest.mark.parametrize("location", [None, ""])
def test_a_redirect_to_nowhere_is_refused(server: FeedServer, location: str | None) -> None:
    server.redirect(location)

    assert_failed(fetch(server.url), Outcome.UNREACHABLE, "to nowhere")


@pytest.mark.parametrize("location", ["http://[::1", "http://", "http://a b/", "http://*.x/", "//:99999/"])
def test_a_redirect_to_no_address_is_unreachable(server: FeedServer, location: str) -> None:
    server.redirect(location)

    assert_failed(fetch(server.url), Outcome.UNREACHABLE, "")


def test_a_redirect_up_to_https_is_tried(server: FeedServer) -> None:
    server.redirect(server.at("/new").replace("http:", "https:"))

    assert_failed(fetch(server.url), Outcome.UNREACHABLE, "secure connection")


# Files, for exercises and closed networks


def test_a_feed_kept_as_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "threat level.xml"
    file.write_bytes(feed_xml(national="LOW"))

    fetched = fetch(file.as_uri())

    assert national(fetched) == ThreatLevel.LOW
    assert (fetched.status, fetched.etag, fetched.last_modified) == (None, None, None)


def test_a_file_is_read_within_the_same_bound(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_bytes(feed_xml())

    fetched = fetch(file.as_uri(), limits=Limits(max_bytes=50))

    assert_failed(fetched, Outcome.UNREADABLE, "longer than 50 bytes")


def test_a_named_pipe_a_folder_and_a_missing_file_are_unreachable(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    for place in (pipe, tmp_path, tmp_path / "missing.xml"):
        assert_failed(fetch(place.as_uri()), Outcome.UNREACHABLE, "no ordinary file")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file://elsewhere/etc/hostname", "no ordinary file"),
        ("file:///a%00b", ""),
        ("ftp://127.0.0.1/feed.xml", "not http, https or file"),
        ("feed.xml", "not http, https or file"),
        ("", "not http, https or file"),
        ("http://[::1", "ValueError"),
        ("http:///feed.xml", "InvalidURL"),
    ],
)
def test_an_address_that_cannot_be_fetched_is_unreachable(url: str, reason: str) -> None:
    assert_failed(fetch(url), Outcome.UNREACHABLE, reason)
