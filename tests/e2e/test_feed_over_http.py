"""What a real HTTP server on this machine answers: good feeds, unchanged ones, and bodies that are neither."""

from __future__ import annotations

import gzip
import hashlib

import pytest

from rules.levels import Scope, ThreatLevel
from service.feeds.download import Limits
from service.feeds.fetch import fetch
from service.feeds.reading import Outcome
from tests.e2e.fetching import ETAG, assert_failed, national
from tests.feed_server import PATH, FeedServer, feed_xml, head

MODIFIED = "Thu, 30 Apr 2026 05:09:00 GMT"
BROWSER_CHECK = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"
MAINTENANCE = b"<html><head><title>Website Under Maintenance</title></head><body>Back soon. LOW</body></html>"


# A good answer


def test_a_good_feed_is_read_with_its_body_digest_and_validators(server: FeedServer) -> None:
    body = feed_xml(national="CRITICAL", northern_ireland="SEVERE")
    server.serve(body, etag=ETAG, last_modified=MODIFIED)

    fetched = fetch(server.url)

    assert fetched.outcome == Outcome.READ
    assert fetched.reading is not None
    assert fetched.reading.levels == {
        Scope.NATIONAL: ThreatLevel.CRITICAL,
        Scope.NORTHERN_IRELAND: ThreatLevel.SEVERE,
    }
    assert fetched.reason == "The source was read."
    assert fetched.body == body.decode()
    assert fetched.sha256 == hashlib.sha256(body).hexdigest()
    assert (fetched.etag, fetched.last_modified, fetched.status) == (ETAG, MODIFIED, 200)


def test_the_request_names_the_product_and_asks_without_conditions_at_first(server: FeedServer) -> None:
    server.serve(feed_xml())

    fetch(server.url, user_agent="op-quantity/1.2.3")

    (request,) = server.requests
    assert (request.method, request.path) == ("GET", PATH)
    assert request.headers["user-agent"] == "op-quantity/1.2.3"
    assert not {"if-none-match", "if-modified-since"} & set(request.headers)


def test_an_unclear_northern_ireland_level_is_told_in_the_reason(server: FeedServer) -> None:
    server.serve(feed_xml(northern_ireland="EXTREME"))

    fetched = fetch(server.url)

    assert fetched.outcome == Outcome.READ
    assert fetched.reason.endswith("The Northern Ireland level is not clear and was left out.")


def test_a_compressed_feed_is_read_and_its_digest_is_of_the_plain_body(server: FeedServer) -> None:
    server.serve(feed_xml(), compress=True)

    fetched = fetch(server.url)

    assert national(fetched) == ThreatLevel.SEVERE
    assert fetched.sha256 == hashlib.sha256(feed_xml()).hexdigest()


def test_a_body_in_chunks_is_read(server: FeedServer) -> None:
    body = feed_xml()
    server.send(head(Transfer_Encoding="chunked"), f"{len(body):x}\r\n".encode(), body, b"\r\n0\r\n\r\n")

    assert national(fetch(server.url)) == ThreatLevel.SEVERE


@pytest.mark.parametrize("content_type", ["text/html", "text/xml; charset=utf-16", "application/json", "nonsense"])
def test_a_wrong_content_type_does_not_matter(server: FeedServer, content_type: str) -> None:
    server.serve(feed_xml(), headers={"Content-Type": content_type})

    assert national(fetch(server.url)) == ThreatLevel.SEVERE


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "latin-1"])
def test_a_feed_in_another_encoding_than_declared_is_read_and_kept_as_text(server: FeedServer, encoding: str) -> None:
    server.serve(feed_xml().decode().encode(encoding))

    fetched = fetch(server.url)

    assert national(fetched) == ThreatLevel.SEVERE
    assert fetched.body == feed_xml().decode()


# Conditional requests


def test_an_unchanged_feed_is_not_modified_and_keeps_its_validators(server: FeedServer) -> None:
    server.serve(feed_xml(), etag=ETAG, last_modified=MODIFIED)
    first = fetch(server.url)

    again = fetch(server.url, etag=first.etag, last_modified=first.last_modified)

    assert again.outcome == Outcome.NOT_MODIFIED
    assert (again.reading, again.body, again.sha256, again.status) == (None, "", None, 304)
    assert (again.etag, again.last_modified) == (ETAG, MODIFIED)


def test_a_server_that_knows_only_dates_is_asked_by_date(server: FeedServer) -> None:
    server.serve(feed_xml(), last_modified=MODIFIED)

    assert fetch(server.url, last_modified=MODIFIED).outcome == Outcome.NOT_MODIFIED
    assert server.requests[0].headers["if-modified-since"] == MODIFIED


def test_a_304_without_validators_keeps_those_that_were_sent(server: FeedServer) -> None:
    server.send(head(304))

    fetched = fetch(server.url, etag=ETAG, last_modified=MODIFIED)

    assert (fetched.outcome, fetched.etag, fetched.last_modified) == (Outcome.NOT_MODIFIED, ETAG, MODIFIED)


def test_a_changed_feed_is_read_though_validators_were_sent(server: FeedServer) -> None:
    server.serve(feed_xml(national="CRITICAL"), etag='"abc-2"')

    fetched = fetch(server.url, etag=ETAG, last_modified=MODIFIED)

    assert national(fetched) == ThreatLevel.CRITICAL
    assert (fetched.etag, fetched.last_modified) == ('"abc-2"', None)


def test_a_304_that_nobody_asked_for_is_no_confirmation(server: FeedServer) -> None:
    server.send(head(304))

    assert_failed(fetch(server.url), Outcome.UNREACHABLE, "304")


@pytest.mark.parametrize("status", [412, 500])
def test_a_server_that_fails_on_conditions_is_asked_without_them_next_time(server: FeedServer, status: int) -> None:
    server.serve(b"", status, etag='"abc-2"', last_modified=MODIFIED)

    assert_failed(fetch(server.url, etag=ETAG), Outcome.UNREACHABLE, str(status))


def test_an_unreadable_body_is_never_confirmed_by_a_304(server: FeedServer) -> None:
    server.serve(MAINTENANCE, etag=ETAG, last_modified=MODIFIED)

    assert_failed(fetch(server.url), Outcome.UNREADABLE, "HTML page")


@pytest.mark.parametrize("etag", ['"' + "x" * 300 + '"', '"caf\u00e9"', '"a\tb"'])
def test_a_validator_that_cannot_be_sent_back_is_dropped(server: FeedServer, etag: str) -> None:
    server.serve(feed_xml(), etag=etag)

    fetched = fetch(server.url)

    assert (fetched.outcome, fetched.etag) == (Outcome.READ, None)


def test_a_stored_validator_that_cannot_be_sent_is_left_out_of_the_request(server: FeedServer) -> None:
    server.serve(feed_xml())

    assert fetch(server.url, etag="a\r\nX: y", last_modified="\u2019").outcome == Outcome.READ
    assert not {"if-none-match", "if-modified-since", "x"} & set(server.requests[0].headers)


# Bodies that are not the feed


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is empty"),
        (b"error code: 520", "not whole XML"),
        (b"error code: 1022", "not whole XML"),
        (MAINTENANCE, "HTML page"),
        (BROWSER_CHECK, "HTML page"),
        (feed_xml()[:400], "not whole XML"),
        (b'<!DOCTYPE r [<!ENTITY a "a"><!ENTITY b "&a;&a;">]><rss>&b;</rss>', "document type"),
        (b'<!DOCTYPE r [<!ENTITY a SYSTEM "http://127.0.0.1/">]><rss>&a;</rss>', "document type"),
        (feed_xml(national="EXTREME"), "'EXTREME'"),
        (feed_xml(title="Current threat level: CRITICAL"), "SEVERE and CRITICAL"),
        (
            feed_xml(title="Threat level", description="CRITICAL means an attack is likely."),
            "no national level",
        ),
    ],
)
def test_a_successful_answer_that_is_not_the_feed_is_unreadable_and_kept(
    server: FeedServer, body: bytes, reason: str
) -> None:
    server.serve(body)

    fetched = fetch(server.url)

    assert_failed(fetched, Outcome.UNREADABLE, reason)
    assert fetched.body == body.decode()
    assert fetched.sha256 == (hashlib.sha256(body).hexdigest() if body else None)
    assert fetched.status == 200


@pytest.mark.parametrize("body", [BROWSER_CHECK, b"error code: 1020", feed_xml(national="LOW")])
@pytest.mark.parametrize("status", [201, 204, 206, 403, 404, 429, 500, 503, 520, 999])
def test_any_status_but_success_is_unreachable_whatever_its_body(server: FeedServer, body: bytes, status: int) -> None:
    server.serve(body, status)

    fetched = fetch(server.url)

    assert_failed(fetched, Outcome.UNREACHABLE, f"The server answered {status}.")
    assert fetched.status == status
    assert fetched.body in (body.decode(), "")


def test_a_kept_body_holds_no_nul_and_no_undecodable_text(server: FeedServer) -> None:
    server.serve(b"<rss>\0\x81\xff")

    fetched = fetch(server.url)

    assert_failed(fetched, Outcome.UNREADABLE, "not whole XML")
    assert fetched.body == "<rss>\ufffd\ufffd\u00ff"


# Size


def test_a_body_longer_than_the_bound_is_unreadable_and_cut(server: FeedServer) -> None:
    body = feed_xml()
    server.serve(body)

    fetched = fetch(server.url, limits=Limits(max_bytes=100))

    assert_failed(fetched, Outcome.UNREADABLE, "longer than 100 bytes")
    assert fetched.body.encode() == body[:100]


def test_a_body_of_just_the_bound_is_read(server: FeedServer) -> None:
    server.serve(feed_xml())

    assert fetch(server.url, limits=Limits(max_bytes=len(feed_xml()))).outcome == Outcome.READ


@pytest.mark.parametrize("status", [200, 503])
def test_an_endless_body_is_cut_at_the_bound(server: FeedServer, status: int) -> None:
    server.endless(status)

    fetched = fetch(server.url)

    assert fetched.outcome == (Outcome.UNREADABLE if status == 200 else Outcome.UNREACHABLE)
    assert len(fetched.body) == 64 * 1024


def test_a_compression_bomb_is_cut_at_the_bound_of_the_plain_body(server: FeedServer) -> None:
    bomb = gzip.compress(b"x" * 50_000_000)
    server.send(head(Content_Encoding="gzip", Content_Length=str(len(bomb))), bomb)

    fetched = fetch(server.url)

    assert_failed(fetched, Outcome.UNREADABLE, "longer than 65536 bytes")
    assert len(fetched.body) == 64 * 1024


def test_the_body_of_a_redirect_is_not_read_at_all(server: FeedServer) -> None:
    server.serve(feed_xml(), path="/next")
    server.endless(302, {"Location": "/next"})

    assert national(fetch(server.url)) == ThreatLevel.SEVERE
