"""Polling the feed: what is taken, what is kept, and when people are told that it is stale."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from rules.levels import Scope, ThreatLevel
from service.feeds.reading import Fetched, Outcome, Reading
from service.operations import intake, polling, threat
from service.operations.context import Context
from service.operations.threat import ThreatWish
from service.store import readings as store
from service.store import threat as threat_store
from service.store.tables import audit_entries, events, readings
from service.store.types import Row
from tests import builders
from tests.builders import NOON
from tests.fakes import FrozenClock
from tests.feed_server import FeedServer, feed_xml

CLOUDFLARE = b"<!DOCTYPE html><html><title>Just a moment...</title></html>"


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def context(adopted_url: str, clock: FrozenClock, server: FeedServer) -> Iterator[Context]:
    with builders.context_on(adopted_url, clock=clock, feed_url=server.url) as context:
        builders.register(context, {"id": "alder"})
        yield context


class Fetches:
    """A fetch that gives these answers one after another, and remembers the validators that it was asked with."""

    def __init__(self, *answers: Fetched) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str | None, str | None]] = []

    def __call__(self, url: str, *, etag: str | None, last_modified: str | None) -> Fetched:
        self.asked.append((etag, last_modified))
        return self.answers.pop(0)


def _read(level: str, stamp: str = "one", **validators: str) -> Fetched:
    reading = Reading("mi5", {Scope.NATIONAL: ThreatLevel[level]}, stamp, None)
    return Fetched(Outcome.READ, reading, "read", f"says {level}", "abc", **validators)


def _garbled(body: str) -> Fetched:
    return Fetched(Outcome.UNREADABLE, None, "no level", body, hashlib.sha256(body.encode()).hexdigest())


NOT_MODIFIED = Fetched(Outcome.NOT_MODIFIED, reason="the same", etag="tag")
UNREACHABLE = Fetched(Outcome.UNREACHABLE, reason="no answer")


def _level(context: Context, scope: Scope = Scope.NATIONAL) -> Row | None:
    with context.store.read() as reader:
        return threat_store.level_of(reader, scope, None)


def _rows(context: Context) -> list[dict[str, Any]]:
    with context.store.read() as reader:
        found = reader.connection.execute(select(readings).order_by(readings.c.id)).mappings()
        return [dict(row) for row in found]


def _told(context: Context, type_: str) -> list[dict[str, Any]]:
    with context.store.read() as reader:
        return list(reader.connection.execute(select(events.c.data).where(events.c.type == type_)).scalars())


def _recorded(context: Context, action: str) -> int:
    with context.store.read() as reader:
        return len(reader.connection.execute(select(audit_entries).where(audit_entries.c.action == action)).all())


def test_the_feed_is_read_over_http_and_both_its_levels_are_taken(context: Context, server: FeedServer) -> None:
    server.serve(feed_xml(national="SEVERE", northern_ireland="SUBSTANTIAL"), etag='"a"')
    polled = polling.poll_feed(context)
    assert (polled["outcome"], [item["status"] for item in polled["items"]]) == ("read", ["accepted", "accepted"])
    assert "SEVERE" in _rows(context)[0]["body"]
    again = polling.poll_feed(context)
    assert (again["outcome"], server.requests[-1].headers["if-none-match"]) == ("not_modified", '"a"')


def test_not_modified_confirms_every_level_of_the_last_reading(
    context: Context, server: FeedServer, clock: FrozenClock
) -> None:
    server.serve(feed_xml(), etag='"a"')
    polling.poll_feed(context)
    now = clock.tick(timedelta(hours=1))
    polling.poll_feed(context)
    for scope in (Scope.NATIONAL, Scope.NORTHERN_IRELAND):
        level = _level(context, scope)
        assert level is not None
        assert now <= level["last_confirmed_at"]


def test_not_modified_counts_as_the_identical_fetch_of_a_held_rise(
    context: Context, server: FeedServer, clock: FrozenClock
) -> None:
    server.serve(feed_xml(national="CRITICAL"), etag='"a"')
    assert polling.poll_feed(context)["items"][0]["status"] == "held"
    clock.tick(timedelta(seconds=61))
    assert polling.poll_feed(context)["items"][0]["status"] == "accepted"


def test_not_modified_leaves_out_a_scope_of_which_the_last_body_did_not_speak(
    context: Context, clock: FrozenClock
) -> None:
    ni = Reading("mi5", {Scope.NORTHERN_IRELAND: ThreatLevel.SEVERE}, "old", None)
    intake.take_reading(context, builders.SYSTEM_LIKE, ni, "abc", "")
    fetch = Fetches(_read("SEVERE"), NOT_MODIFIED)
    polling.poll_feed(context, fetch)
    clock.tick(timedelta(hours=1))
    assert [item["scope"] for item in polling.poll_feed(context, fetch)["items"]] == ["national"]


def test_not_modified_before_anything_was_read_is_a_fault_and_asks_in_full_next(context: Context) -> None:
    fetch = Fetches(NOT_MODIFIED, UNREACHABLE)
    polling.poll_feed(context, fetch)
    polling.poll_feed(context, fetch)
    assert fetch.asked == [(None, None), (None, None)]
    with context.store.read() as reader:
        feed = store.feed(reader, "mi5")
    assert feed is not None
    assert feed["failures"] == 2


def test_after_a_fault_the_body_is_asked_for_in_full(context: Context) -> None:
    fetch = Fetches(_read("SEVERE", etag="tag", last_modified="then"), UNREACHABLE, _read("SEVERE"))
    for _ in range(3):
        polling.poll_feed(context, fetch)
    assert fetch.asked == [(None, None), ("tag", "then"), (None, None)]


def test_a_page_in_place_of_the_feed_is_kept_and_changes_no_level(context: Context, server: FeedServer) -> None:
    server.serve(feed_xml(national="SEVERE"))
    polling.poll_feed(context)
    server.serve(CLOUDFLARE)
    assert polling.poll_feed(context)["outcome"] == "unreadable"
    level, kept = _level(context), _rows(context)[-1]
    assert level is not None
    assert level["level"] is ThreatLevel.SEVERE
    assert (kept["status"], kept["level"], kept["body"]) == ("unreadable", None, CLOUDFLARE.decode())
    assert _recorded(context, "reading.unreadable") == 1


def test_the_same_unreadable_body_again_adds_no_row(context: Context, clock: FrozenClock) -> None:
    fetch = Fetches(_garbled("error code: 1022"), _garbled("error code: 520"), _garbled("error code: 1022"))
    polling.poll_feed(context, fetch)
    polling.poll_feed(context, fetch)
    now = clock.tick(timedelta(minutes=1))
    polling.poll_feed(context, fetch)
    first, second = _rows(context)
    assert first["last_seen_at"] >= now > second["last_seen_at"]


def test_bodies_that_differ_each_time_are_kept_by_a_number_a_day(context: Context, clock: FrozenClock) -> None:
    limit = intake.UNREADABLE_A_DAY
    fetch = Fetches(*(_garbled(f"ray {n}") for n in range(limit + 3)))
    for _ in range(limit + 2):
        polling.poll_feed(context, fetch)
    assert len(_rows(context)) == limit
    clock.tick(timedelta(days=1, seconds=1))
    polling.poll_feed(context, fetch)
    assert len(_rows(context)) == limit + 1


def test_an_empty_body_is_unreadable(context: Context, server: FeedServer) -> None:
    server.serve(b"")
    polling.poll_feed(context)
    assert [(row["status"], row["body"]) for row in _rows(context)] == [("unreadable", "")]


def test_the_third_fault_in_a_row_is_told_once(context: Context) -> None:
    fetch = Fetches(_garbled("x"), UNREACHABLE, UNREACHABLE, UNREACHABLE)
    stale = []
    for _ in range(4):
        polling.poll_feed(context, fetch)
        stale.append(len(_told(context, "feed.stale")))
    assert stale == [0, 0, 1, 1]
    assert _recorded(context, "feed.stale") == 1
    assert _told(context, "feed.stale") == [{"source": "mi5", "failures": 3}]


def test_a_reading_in_between_starts_the_count_anew(context: Context) -> None:
    fetch = Fetches(UNREACHABLE, UNREACHABLE, _read("SEVERE"), UNREACHABLE, UNREACHABLE)
    for _ in range(5):
        polling.poll_feed(context, fetch)
    assert _told(context, "feed.stale") == []


def test_recovery_is_told_once(context: Context) -> None:
    fetch = Fetches(UNREACHABLE, UNREACHABLE, UNREACHABLE, _read("SEVERE"), _read("SEVERE"))
    for _ in range(5):
        polling.poll_feed(context, fetch)
    assert [event["source"] for event in _told(context, "feed.recovered")] == ["mi5"]
    assert _recorded(context, "feed.recovered") == 1


def test_a_day_of_faults_changes_no_level(context: Context, clock: FrozenClock) -> None:
    fetch = Fetches(_read("SEVERE"), *[UNREACHABLE] * 24)
    polling.poll_feed(context, fetch)
    before = _level(context)
    for _ in range(24):
        clock.tick(timedelta(hours=1))
        polling.poll_feed(context, fetch)
    assert _level(context) == before


def test_a_poll_that_says_nothing_new_leaves_no_entry_in_the_record(context: Context) -> None:
    fetch = Fetches(_read("SEVERE"), _read("SEVERE"), NOT_MODIFIED)
    polling.poll_feed(context, fetch)
    entries = context.store.verify().entries
    polling.poll_feed(context, fetch)
    polling.poll_feed(context, fetch)
    assert context.store.verify().entries == entries


def test_a_fall_that_the_feed_shows_waits_for_a_person(context: Context) -> None:
    threat.set_level(context, builders.lead(context), ThreatWish(Scope.NATIONAL, ThreatLevel.CRITICAL, "told"))
    [item] = polling.poll_feed(context, Fetches(_read("SEVERE")))["items"]
    level = _level(context)
    assert level is not None
    assert (item["status"], level["level"]) == ("held", ThreatLevel.CRITICAL)
