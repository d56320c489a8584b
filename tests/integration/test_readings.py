"""Reading what sources said, pushing a reading, and a person's word on a held one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from rules.levels import Scope, ThreatLevel
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.operations import holding, readings, threat
from service.operations.context import Context
from service.operations.idempotency import Once, Replayed
from service.operations.people import Principal, Role
from service.operations.readings import Pushed
from service.operations.threat import ThreatWish
from service.store import threat as threat_store
from tests import builders
from tests.builders import NOON
from tests.fakes import FrozenClock
from tests.racing import slower


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(adopted_url: str, clock: FrozenClock) -> Iterator[Context]:
    with builders.context_on(adopted_url, clock=clock) as context:
        builders.register(context, {"id": "alder"})
        _by_hand(context, "SEVERE")
        clock.tick(timedelta(days=2))
        yield context


@pytest.fixture
def cell(context: Context) -> Principal:
    return builders.person(context, "Cell", Role.FEED)


def _duty(context: Context) -> Principal:
    return builders.person(context, "Dora Duty", Role.DUTY_OFFICER)


def _by_hand(context: Context, level: str) -> None:
    wish = ThreatWish(Scope.NATIONAL, ThreatLevel[level], "by phone")
    threat.set_level(context, builders.lead(context), wish)


def _push(context: Context, cell: Principal, level: str, stamp: str = "", once: Once | None = None) -> dict[str, Any]:
    return readings.push_reading(context, cell, Pushed(Scope.NATIONAL, ThreatLevel[level], stamp), once)


def _level(context: Context) -> str | None:
    with context.store.read() as reader:
        row = threat_store.level_of(reader, Scope.NATIONAL, None)
        return row["level"].name if row else None


def test_a_pushed_reading_goes_through_the_same_gate(context: Context, cell: Principal) -> None:
    answer = _push(context, cell, "CRITICAL", "cell 7")
    assert answer | {"id": 0, "received_at": "", "last_seen_at": "", "hold_until": "", "sha256": ""} == {
        "id": 0,
        "status": "held",
        "reason": "The rise waits to be confirmed: it would put premises at EXCEPTIONAL.",
        "source": "push/Cell",
        "scope": "national",
        "level": "CRITICAL",
        "stamp": "cell 7",
        "stamped_at": None,
        "received_at": "",
        "last_seen_at": "",
        "hold_until": "",
        "decided_at": None,
        "sha256": "",
    }


def test_what_was_pushed_is_kept_with_its_note(context: Context, cell: Principal) -> None:
    pushed = Pushed(Scope.NATIONAL, ThreatLevel.SEVERE, stamped_at=NOON, note="from the \0 cell's log")
    answer = readings.push_reading(context, cell, pushed)
    assert answer["stamp"] == "2026-11-21T12:00:00Z"
    kept = readings.get_reading(context, builders.lead(context), answer["id"])
    assert json.loads(kept["body"])["note"] == "from the \0 cell's log"


def test_a_level_of_the_force_can_be_pushed(context: Context, cell: Principal) -> None:
    answer = readings.push_reading(context, cell, Pushed(Scope.FORCE, ThreatLevel.SUBSTANTIAL))
    assert answer["status"] == "accepted"


def test_a_push_that_cannot_be_taken_names_every_field(context: Context, cell: Principal) -> None:
    with pytest.raises(Invalid) as caught:
        readings.push_reading(context, cell, Pushed(Scope.PREMISES, ThreatLevel.LOW, "x" * 101, None, "x" * 2001))
    assert [fault.field for fault in caught.value.fields] == ["scope", "stamp", "note"]


def test_a_stamp_with_control_characters_is_refused(context: Context, cell: Principal) -> None:
    with pytest.raises(Invalid, match="cannot be taken"):
        _push(context, cell, "SEVERE", "a\0b")


@pytest.mark.parametrize("level", ["CRITICAL", "SEVERE"])
def test_a_push_is_taken_once(context: Context, cell: Principal, level: str) -> None:
    once = Once("POST /threat-readings", "key", "sha")
    first = _push(context, cell, level, once=once)
    with pytest.raises(Replayed) as again:
        _push(context, cell, level, once=once)
    assert again.value.answer["id"] == first["id"]


def test_a_repetition_is_remembered_under_its_key_too(context: Context, cell: Principal) -> None:
    first = _push(context, cell, "CRITICAL")
    assert _push(context, cell, "CRITICAL", once=Once("route", "key", "sha"))["id"] == first["id"]
    with pytest.raises(Invalid, match="another request"):
        _push(context, cell, "SEVERE", once=Once("route", "key", "other"))


def test_readings_are_listed_newest_first_by_page_without_bodies(context: Context, cell: Principal) -> None:
    ids = [_push(context, cell, "SEVERE", stamp)["id"] for stamp in ("one", "two", "three")]
    lead = builders.lead(context)
    page = readings.list_readings(context, lead, limit=2)
    assert [item["id"] for item in page["items"]] == [ids[2], ids[1]]
    assert "body" not in page["items"][0]
    rest = readings.list_readings(context, lead, before=page["next"], limit=2)
    assert ([item["id"] for item in rest["items"]], rest["next"]) == ([ids[0]], None)


def test_a_reading_that_is_not_there_is_not_found(context: Context) -> None:
    for ask in (readings.get_reading, readings.confirm_reading):
        with pytest.raises(NotFound):
            ask(context, builders.lead(context), 99)


def test_a_duty_officer_confirms_a_rise(context: Context, cell: Principal) -> None:
    held = _push(context, cell, "CRITICAL")
    answer = readings.confirm_reading(context, _duty(context), held["id"])
    assert (answer["status"], _level(context)) == ("accepted", "CRITICAL")
    assert answer["decided_at"] is not None
    assert answer["threat_change"]["effect"]["raised"] == 1
    assert answer["threat_change"]["source"] == "push/Cell"


def test_a_duty_officer_confirms_no_fall(context: Context, cell: Principal) -> None:
    held = _push(context, cell, "SUBSTANTIAL")
    with pytest.raises(Forbidden, match="never a fall"):
        readings.confirm_reading(context, _duty(context), held["id"])
    assert _level(context) == "SEVERE"


def test_nor_a_first_level_that_lowers_premises(adopted_url: str) -> None:
    with builders.context_on(adopted_url) as context:
        builders.register(context, {"id": "alder"})
        held = _push(context, builders.person(context, "Cell", Role.FEED), "LOW")
        with pytest.raises(Forbidden, match="never a fall"):
            readings.confirm_reading(context, _duty(context), held["id"])
        answer = readings.confirm_reading(context, builders.lead(context), held["id"])
        assert answer["threat_change"]["effect"]["lowered"] == 1


def test_one_person_confirms_a_fall_that_a_feed_shows(context: Context, cell: Principal) -> None:
    held = _push(context, cell, "LOW")
    answer = readings.confirm_reading(context, builders.lead(context), held["id"])
    assert (answer["threat_change"]["status"], _level(context)) == ("accepted", "LOW")


def test_what_is_not_held_cannot_be_confirmed_or_rejected(context: Context, cell: Principal) -> None:
    taken = _push(context, cell, "SEVERE")
    lead = builders.lead(context)
    with pytest.raises(Conflict, match="is not held but unchanged"):
        readings.confirm_reading(context, lead, taken["id"])
    with pytest.raises(Conflict, match="is not held but unchanged"):
        readings.reject_reading(context, lead, taken["id"], "no")


def test_a_rejected_rise_leaves_the_level_and_is_not_raised_again(
    context: Context, cell: Principal, clock: FrozenClock
) -> None:
    held = _push(context, cell, "CRITICAL", "cell 7")
    answer = readings.reject_reading(context, _duty(context), held["id"], "the cell rang: a mistake")
    assert (answer["status"], answer["reason"]) == ("rejected", "Rejected by a person: the cell rang: a mistake")
    clock.tick(timedelta(hours=1))
    assert _push(context, cell, "CRITICAL", "cell 7")["status"] == "rejected"
    assert _level(context) == "SEVERE"


def test_a_rejection_needs_a_reason(context: Context, cell: Principal) -> None:
    held = _push(context, cell, "CRITICAL")
    with pytest.raises(Invalid, match="say why"):
        readings.reject_reading(context, builders.lead(context), held["id"], " ")


def test_a_rise_that_was_taken_back_can_still_be_confirmed(context: Context, cell: Principal) -> None:
    held = _push(context, cell, "CRITICAL", "one")
    _push(context, cell, "SEVERE", "two")
    readings.confirm_reading(context, _duty(context), held["id"])
    assert _level(context) == "CRITICAL"


def test_of_two_who_confirm_at_once_one_is_refused(context: Context, cell: Principal) -> None:
    held, lead = _push(context, cell, "CRITICAL"), builders.lead(context)
    with (
        slower(context, lambda: readings.confirm_reading(context, lead, held["id"])) as late,
        pytest.raises(Conflict, match="is not held but accepted"),
    ):
        readings.confirm_reading(late, lead, held["id"])


def test_a_reading_that_the_level_has_reached_otherwise_is_out_of_date(context: Context, cell: Principal) -> None:
    held = _push(context, cell, "CRITICAL")
    _by_hand(context, "CRITICAL")
    with pytest.raises(Conflict, match="out of date: The level is CRITICAL already"):
        readings.confirm_reading(context, builders.lead(context), held["id"])


def test_a_fall_is_not_confirmed_after_the_level_was_raised_by_hand(
    context: Context, cell: Principal, clock: FrozenClock
) -> None:
    held, lead = _push(context, cell, "SUBSTANTIAL"), builders.lead(context)
    _by_hand(context, "CRITICAL")
    with pytest.raises(Conflict, match=r"the level became CRITICAL at .* set the level by hand"):
        readings.confirm_reading(context, lead, held["id"])
    clock.tick(timedelta(minutes=1))
    _push(context, cell, "SUBSTANTIAL")
    readings.confirm_reading(context, lead, held["id"])
    assert _level(context) == "SUBSTANTIAL"


def test_a_reading_that_somebody_confirmed_settles_no_more(
    context: Context, cell: Principal, clock: FrozenClock
) -> None:
    held = _push(context, cell, "CRITICAL")
    readings.confirm_reading(context, builders.lead(context), held["id"])
    clock.tick(timedelta(hours=1))
    assert holding.settle_held_readings(context) == {"settled": 0}
