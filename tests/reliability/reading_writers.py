"""The operations on what sources said, each with a state from which it can be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from rules.levels import Scope, ThreatLevel
from service.feeds.reading import Fetched, Outcome, Reading
from service.operations import feed_health, holding, intake, polling, readings, threat
from service.operations.context import Context
from service.operations.people import SYSTEM, Role
from service.operations.readings import Pushed
from tests import builders
from tests.fakes import FrozenClock
from tests.reliability.case import Act, WriterCase
from tests.reliability.threat_writers import national

SOURCE = polling.SOURCE
UNREACHABLE = Fetched(Outcome.UNREACHABLE, reason="no answer")
UNREADABLE = Fetched(Outcome.UNREADABLE, reason="no level", body="<html>", sha256="abc")


def says(levels: Mapping[Scope, ThreatLevel], stamp: str = "one") -> Reading:
    """A reading of the public feed."""
    return Reading(SOURCE, levels, stamp, None)


class Answers:
    """A fetch that always gives the same answer."""

    def __init__(self, answer: Fetched) -> None:
        self.answer = answer

    def __call__(self, url: str, *, etag: str | None, last_modified: str | None) -> Fetched:
        return self.answer


def _at(context: Context, level: str) -> None:
    threat.set_level(context, builders.lead(context), national(level))
    wait(context, timedelta(days=2))


def wait(context: Context, by: timedelta) -> None:
    """Move the clock of the context on."""
    clock = context.store.clock
    assert isinstance(clock, FrozenClock)
    clock.tick(by)


def _take(context: Context, level: ThreatLevel, stamp: str = "one") -> list[int]:
    taken = intake.take_reading(context, SYSTEM, says({Scope.NATIONAL: level}, stamp), "abc", "body")
    return [item["id"] for item in taken["items"]]


def _rise(context: Context) -> Act:
    _at(context, "SUBSTANTIAL")
    return lambda: _take(context, ThreatLevel.SEVERE)


def _held_rise(context: Context) -> Act:
    _at(context, "SUBSTANTIAL")
    return lambda: _take(context, ThreatLevel.CRITICAL)


def _repetition(context: Context) -> Act:
    _at(context, "SUBSTANTIAL")
    _take(context, ThreatLevel.SEVERE)
    wait(context, timedelta(minutes=1))
    return lambda: _take(context, ThreatLevel.SEVERE)


def _two_scopes(context: Context) -> Act:
    _at(context, "SUBSTANTIAL")
    both = says({Scope.NATIONAL: ThreatLevel.SUBSTANTIAL, Scope.NORTHERN_IRELAND: ThreatLevel.SEVERE})
    return lambda: intake.take_reading(context, SYSTEM, both, "abc", "body")


def _unreadable(context: Context) -> Act:
    return lambda: intake.keep_unreadable(context, SOURCE, UNREADABLE)


def _overdue_holds(context: Context) -> Act:
    _at(context, "SUBSTANTIAL")
    sector = Reading("push/cell", {Scope.POLICE_SECTOR: ThreatLevel.CRITICAL}, "one", None)
    intake.take_reading(context, SYSTEM, sector, "abc", "body")
    _take(context, ThreatLevel.CRITICAL)
    wait(context, timedelta(hours=1))
    return lambda: holding.settle_held_readings(context)


def _push(context: Context) -> Act:
    _at(context, "SUBSTANTIAL")
    cell = builders.person(context, "Cell", Role.FEED)
    return lambda: readings.push_reading(context, cell, Pushed(Scope.NATIONAL, ThreatLevel.SEVERE))


def _confirm(context: Context) -> Act:
    _at(context, "SUBSTANTIAL")
    lead, (held,) = builders.lead(context), _take(context, ThreatLevel.CRITICAL)
    return lambda: readings.confirm_reading(context, lead, held)


def _reject(context: Context) -> Act:
    _at(context, "SUBSTANTIAL")
    lead, (held,) = builders.lead(context), _take(context, ThreatLevel.CRITICAL)
    return lambda: readings.reject_reading(context, lead, held, "a slip of theirs")


def _poll(context: Context) -> Act:
    _at(context, "SUBSTANTIAL")
    reading = says({Scope.NATIONAL: ThreatLevel.SEVERE})
    fetch = Answers(Fetched(Outcome.READ, reading, "read", "body", "abc", etag="tag"))
    return lambda: polling.poll_feed(context, fetch)


def _poll_unreadable(context: Context) -> Act:
    return lambda: polling.poll_feed(context, Answers(UNREADABLE))


def _third_failure(context: Context) -> Act:
    for _ in range(feed_health.FAILED_POLLS - 1):
        polling.poll_feed(context, Answers(UNREACHABLE))
    return lambda: feed_health.note_failure(context, SOURCE, "no answer")


def _recovery(context: Context) -> Act:
    _third_failure(context)()
    return lambda: feed_health.note_success(context, SOURCE, "tag", None)


READING_CASES = [
    WriterCase("intake.take_reading", _rise, "of a rise", in_steps=True),
    WriterCase("intake.take_reading", _held_rise, "of a rise that is held", in_steps=True),
    WriterCase("intake.take_reading", _repetition, "again", in_steps=True),
    WriterCase("intake.take_reading", _two_scopes, "of two scopes", entries=2, in_steps=True),
    WriterCase("intake.keep_unreadable", _unreadable),
    WriterCase("holding.settle_held_readings", _overdue_holds, entries=2, in_steps=True),
    WriterCase("readings.push_reading", _push, in_steps=True),
    WriterCase("readings.confirm_reading", _confirm),
    WriterCase("readings.reject_reading", _reject),
    WriterCase("polling.poll_feed", _poll, "of a rise", in_steps=True),
    WriterCase("polling.poll_feed", _poll_unreadable, "of what cannot be read", in_steps=True),
    WriterCase("feed_health.note_failure", _third_failure),
    WriterCase("feed_health.note_success", _recovery),
]
