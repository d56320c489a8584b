"""Readings through the gate into the store: what becomes of levels, readings, record and events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.feeds.mi5 import stamped_at
from service.feeds.reading import Reading
from service.operations import holding, intake, membership, threat
from service.operations.context import Context
from service.operations.people import SYSTEM
from service.operations.threat import ThreatWish
from service.store import levels, overrides
from service.store import readings as store
from service.store import threat as threat_store
from service.store.estate import EVERYTHING
from service.store.tables import audit_entries, events, threat_changes
from service.store.transactions import Writer
from tests import builders
from tests.builders import NOON
from tests.fakes import FrozenClock
from tests.racing import slower

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(adopted_url: str, clock: FrozenClock) -> Iterator[Context]:
    with builders.context_on(adopted_url, clock=clock, falls_need_two=False) as context:
        builders.register(context, {"id": "alder"}, {"id": "birch"})
        yield context


def _says(
    context: Context,
    national: str | None = None,
    *,
    ni: str | None = None,
    source: str = "mi5",
    stamp: str = "one",
    at: datetime | None = None,
) -> list[dict[str, Any]]:
    named = {Scope.NATIONAL: national, Scope.NORTHERN_IRELAND: ni}
    said = {scope: ThreatLevel[name] for scope, name in named.items() if name}
    reading = Reading(source, said, stamp, at)
    items: list[dict[str, Any]] = intake.take_reading(context, SYSTEM, reading, "abc", "the body")["items"]
    return items


def _known(context: Context, level: str) -> None:
    """Let the national level be ``level`` by hand, long enough ago that it counts for no doubt."""
    wish = ThreatWish(Scope.NATIONAL, ThreatLevel[level], "as it was")
    threat.set_level(context, SYSTEM, wish)
    clock = context.store.clock
    assert isinstance(clock, FrozenClock)
    clock.tick(timedelta(days=2))


def _level(context: Context, scope: Scope = Scope.NATIONAL) -> str | None:
    with context.store.read() as reader:
        row = threat_store.level_of(reader, scope, None)
        return row["level"].name if row else None


def _statuses(context: Context) -> list[str]:
    with context.store.read() as reader:
        return [row["status"] for row in reversed(store.newest(reader, None, 100))]


def _told(context: Context) -> list[str]:
    with context.store.read() as reader:
        return list(reader.connection.execute(select(events.c.type).order_by(events.c.sequence)).scalars())


def _recorded(context: Context) -> list[str]:
    with context.store.read() as reader:
        query = select(audit_entries.c.action).order_by(audit_entries.c.sequence)
        return list(reader.connection.execute(query).scalars())


def test_a_rise_is_accepted_at_once_and_names_its_reading(context: Context) -> None:
    _known(context, "SUBSTANTIAL")
    [answer] = _says(context, "SEVERE")
    assert (answer["status"], _level(context)) == ("accepted", "SEVERE")
    with context.store.read() as reader:
        change = reader.connection.execute(select(threat_changes).order_by(threat_changes.c.id)).mappings().all()[-1]
    assert (change["source"], change["reading_id"], change["status"]) == ("mi5", answer["id"], "accepted")
    assert _recorded(context)[-1] == "threat_change.accepted"


def test_a_rise_is_effective_from_its_stamp(context: Context, clock: FrozenClock) -> None:
    _known(context, "SUBSTANTIAL")
    stamped = clock.now() - timedelta(hours=2)
    _says(context, "SEVERE", at=stamped)
    with context.store.read() as reader:
        assert threat_store.all_present(reader)[0]["since"] == stamped


@pytest.mark.parametrize("days", [-30, 30])
def test_but_neither_before_the_level_before_it_nor_in_the_future(
    context: Context, clock: FrozenClock, days: int
) -> None:
    _known(context, "SUBSTANTIAL")
    with context.store.read() as reader:
        since = threat_store.all_present(reader)[0]["since"]
    _says(context, "SEVERE", at=clock.now() + timedelta(days=days))
    with context.store.read() as reader:
        found = threat_store.all_present(reader)[0]["since"]
    assert (found == since) if days < 0 else (clock.now() <= found < clock.now() + MINUTE)


def test_the_same_reading_again_raises_nothing_new(context: Context, clock: FrozenClock) -> None:
    [first] = _says(context, "SEVERE")
    told, recorded = _told(context), _recorded(context)
    now = clock.tick(MINUTE)
    [again] = _says(context, "SEVERE")
    assert again["id"] == first["id"]
    assert again["last_seen_at"] > first["last_seen_at"]
    assert (_told(context), _recorded(context)) == (told, recorded)
    with context.store.read() as reader:
        assert threat_store.all_present(reader)[0]["last_confirmed_at"] == now


def test_the_same_reading_again_does_not_undo_what_people_lowered(context: Context, clock: FrozenClock) -> None:
    _says(context, "SEVERE")
    threat.set_level(
        context, builders.lead(context), ThreatWish(Scope.NATIONAL, ThreatLevel.SUBSTANTIAL, "told by phone")
    )
    with context.store.read() as reader:
        confirmed = threat_store.all_present(reader)[0]["last_confirmed_at"]
    clock.tick(MINUTE)
    _says(context, "SEVERE")
    assert _level(context) == "SUBSTANTIAL"
    with context.store.read() as reader:
        assert threat_store.all_present(reader)[0]["last_confirmed_at"] == confirmed


def test_a_first_level_that_would_lower_premises_waits_for_a_person(context: Context) -> None:
    [answer] = _says(context, "LOW")
    assert (answer["status"], answer["hold_until"], _level(context)) == ("held", None, None)
    assert _told(context)[-1] == "reading.held"


def test_a_rise_to_exceptional_is_held_and_accepted_at_hold_limit(context: Context, clock: FrozenClock) -> None:
    _known(context, "SEVERE")
    [answer] = _says(context, "CRITICAL")
    assert (answer["status"], _level(context), _told(context)[-1]) == ("held", "SEVERE", "reading.held")
    clock.tick(timedelta(seconds=599))
    assert holding.settle_held_readings(context) == {"settled": 0}
    clock.tick(timedelta(seconds=2))
    assert holding.settle_held_readings(context) == {"settled": 1}
    assert (_level(context), _statuses(context)) == ("CRITICAL", ["accepted"])
    with context.store.read() as reader:
        assert levels.level_counts(reader, EVERYTHING)[ResponseLevel.EXCEPTIONAL] == 2


def test_with_no_premises_nothing_is_put_at_exceptional(adopted_url: str) -> None:
    with builders.context_on(adopted_url) as context:
        [answer] = _says(context, "CRITICAL")
    assert answer["status"] == "accepted"


def test_an_identical_fetch_a_minute_later_confirms_a_held_rise(context: Context, clock: FrozenClock) -> None:
    _known(context, "SEVERE")
    _says(context, "CRITICAL")
    clock.tick(MINUTE / 2)
    assert _says(context, "CRITICAL")[0]["status"] == "held"
    clock.tick(MINUTE / 2)
    assert _says(context, "CRITICAL")[0]["status"] == "accepted"
    assert _level(context) == "CRITICAL"


def test_a_second_source_confirms_a_held_rise(context: Context) -> None:
    _known(context, "SEVERE")
    _says(context, "CRITICAL")
    [second] = _says(context, "CRITICAL", source="push/cell")
    assert (second["status"], _level(context)) == ("accepted", "CRITICAL")
    assert _statuses(context) == ["superseded", "accepted"]


def test_a_second_source_that_says_more_lets_the_lesser_rise_through(context: Context) -> None:
    _known(context, "LOW")
    _says(context, "SUBSTANTIAL")
    _says(context, "CRITICAL", source="push/cell")
    assert (_level(context), _statuses(context)) == ("SUBSTANTIAL", ["accepted", "held"])


def test_a_rise_that_its_source_took_back_waits_for_a_person_without_limit(
    context: Context, clock: FrozenClock
) -> None:
    _known(context, "SEVERE")
    _says(context, "CRITICAL", stamp="two")
    _says(context, "SEVERE", stamp="one")
    clock.tick(timedelta(days=9))
    assert holding.settle_held_readings(context) == {"settled": 0}
    assert (_level(context), _statuses(context)) == ("SEVERE", ["held", "unchanged"])
    assert _told(context)[-2:] == ["reading.held", "reading.held"]
    assert "reading.withdrawn" in _recorded(context)


def test_a_fall_is_held_without_limit(context: Context, clock: FrozenClock) -> None:
    _known(context, "SEVERE")
    [answer] = _says(context, "SUBSTANTIAL")
    clock.tick(timedelta(days=99))
    _says(context, "SUBSTANTIAL")
    _says(context, "SUBSTANTIAL", source="push/cell")
    assert (answer["status"], answer["hold_until"], _level(context)) == ("held", None, "SEVERE")


def test_a_held_fall_that_its_source_took_back_is_superseded(context: Context) -> None:
    _known(context, "SEVERE")
    _says(context, "SUBSTANTIAL", stamp="two")
    _says(context, "SEVERE", stamp="three")
    assert _statuses(context) == ["superseded", "unchanged"]


def test_sources_that_disagree_make_a_rise_wait(context: Context) -> None:
    _known(context, "SUBSTANTIAL")
    _says(context, "SUBSTANTIAL", source="push/cell")
    [answer] = _says(context, "SEVERE")
    assert (answer["status"], _level(context)) == ("held", "SUBSTANTIAL")
    assert "push/cell says SUBSTANTIAL" in answer["reason"]


def test_an_older_stamp_makes_a_rise_wait(context: Context, clock: FrozenClock) -> None:
    _known(context, "SUBSTANTIAL")
    _says(context, "SUBSTANTIAL", stamp="two", at=clock.now())
    [answer] = _says(context, "SEVERE", stamp="one", at=clock.now() - timedelta(hours=31))
    assert answer["status"] == "held"
    assert "stamp is older" in answer["reason"]


def test_the_third_change_within_a_day_waits(context: Context) -> None:
    _known(context, "LOW")
    _says(context, "MODERATE", stamp="one")
    _says(context, "SUBSTANTIAL", stamp="two")
    [answer] = _says(context, "SEVERE", stamp="three")
    assert (answer["status"], _level(context)) == ("held", "SUBSTANTIAL")


def test_a_jump_of_two_levels_waits(context: Context) -> None:
    _known(context, "MODERATE")
    assert _says(context, "SEVERE")[0]["status"] == "held"


def test_a_change_of_northern_ireland_alone_moves_no_premises(context: Context) -> None:
    _says(context, "SEVERE", ni="SUBSTANTIAL", stamp="one")
    with context.store.read() as reader:
        before = threat_store.level_of(reader, Scope.NATIONAL, None)
        listed = levels.level_counts(reader, EVERYTHING)
    national, ni = _says(context, "SEVERE", ni="SEVERE", stamp="two")
    assert (national["status"], ni["status"]) == ("unchanged", "accepted")
    assert (_level(context), _level(context, Scope.NORTHERN_IRELAND)) == ("SEVERE", "SEVERE")
    with context.store.read() as reader:
        after = threat_store.level_of(reader, Scope.NATIONAL, None)
        assert levels.level_counts(reader, EVERYTHING) == listed
    assert before is not None
    assert after is not None
    assert after["since"] == before["since"]


def test_the_real_stamp_of_the_northern_ireland_change_does_not_date_the_national_level(context: Context) -> None:
    stamp = "Tuesday, March 05, 2024 - 02:52"
    _known(context, "SUBSTANTIAL")
    [answer] = _says(context, "SUBSTANTIAL", stamp=stamp, at=stamped_at(stamp))
    assert answer["status"] == "unchanged"
    with context.store.read() as reader:
        assert threat_store.all_present(reader)[0]["since"] > NOON - MINUTE


def test_northern_ireland_is_never_a_reason_to_hold_for_exceptional(context: Context) -> None:
    assert _says(context, ni="CRITICAL")[0]["status"] == "accepted"


def test_a_held_rise_is_superseded_when_a_person_sets_the_level(context: Context) -> None:
    _known(context, "SEVERE")
    _says(context, "CRITICAL")
    threat.set_level(context, builders.lead(context), ThreatWish(Scope.NATIONAL, ThreatLevel.CRITICAL, "by phone"))
    holding.settle_held_readings(context)
    assert _statuses(context) == ["superseded"]


def test_a_rise_that_ends_a_lower_counts_as_putting_premises_at_exceptional(context: Context) -> None:
    _known(context, "SUBSTANTIAL")
    lead = builders.lead(context)
    with context.store.write(deciding=True) as writer:
        _capped(context, writer, lead.person_id)
        writer.record("system", "test.lowered", "alder", {})
    threat.set_level(context, lead, ThreatWish(Scope.PREMISES, ThreatLevel.SEVERE, "a threat", premises_id="birch"))
    assert _says(context, "SEVERE")[0]["status"] == "held"


def _capped(context: Context, writer: Writer, person_id: int | None) -> None:
    """Let alder be at CRITICAL of its own and lowered to HEIGHTENED."""
    change: dict[str, Any] = {
        "scope": "premises",
        "premises_id": "alder",
        "level": ThreatLevel.CRITICAL,
        "previous_level": None,
        "status": "accepted",
        "source": "hand",
        "reason": "a threat",
        "reference": "",
        "effective_at": writer.at,
        "requested_at": writer.at,
    }
    change["id"] = threat_store.add_change(writer, change)
    threat_store.put_level(writer, change)
    overrides.add(
        writer,
        {
            "premises_id": "alder",
            "kind": "lower",
            "response_level": ResponseLevel.HEIGHTENED,
            "reason": "closed this week",
            "state": "active",
            "created_by": person_id,
            "created_at": writer.at,
            "expires_at": writer.at + timedelta(days=7),
        },
    )
    membership.refresh(context, writer, {"alder"})


def test_a_hold_limit_of_nothing_holds_until_the_next_tick_only(adopted_url: str, clock: FrozenClock) -> None:
    with builders.context_on(adopted_url, clock=clock, hold_limit=0) as context:
        builders.register(context, {"id": "alder"})
        _says(context, "CRITICAL")
        clock.tick(timedelta(seconds=1))
        holding.settle_held_readings(context)
        assert _level(context) == "CRITICAL"


def test_of_two_who_take_the_same_reading_at_once_only_one_adds_it(context: Context) -> None:
    with slower(context, lambda: _says(context, "SEVERE")) as late:
        [answer] = _says(late, "SEVERE")
    assert (answer["status"], _statuses(context)) == ("accepted", ["accepted"])


def test_of_two_who_settle_at_once_only_one_does(context: Context, clock: FrozenClock) -> None:
    _known(context, "SEVERE")
    _says(context, "CRITICAL")
    clock.tick(10 * MINUTE)
    with slower(context, lambda: holding.settle_held_readings(context)) as late:
        assert holding.settle_held_readings(late) == {"settled": 0}
    assert _recorded(context).count("threat_change.accepted") == 2


def test_what_was_taken_back_a_moment_ago_is_not_accepted_at_hold_limit(context: Context, clock: FrozenClock) -> None:
    _known(context, "SEVERE")
    _says(context, "CRITICAL", stamp="two")
    clock.tick(10 * MINUTE)
    with slower(context, lambda: _says(context, "SEVERE")) as late:
        holding.settle_held_readings(late)
    assert (_level(context), _statuses(context)) == ("SEVERE", ["held", "unchanged"])
