"""Telling where nobody has acknowledged a level in time: once for each level and when it was reached."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from service.operations.acknowledgements import acknowledge
from service.operations.context import Context
from service.operations.courier import deliver_due
from service.operations.events import read_events
from service.operations.people import Principal, Role
from service.operations.register import list_premises
from service.operations.response_levels import response_level
from service.operations.sweep_acknowledgements import sweep_acknowledgements
from service.store.tables import audit_entries
from tests import builders
from tests.builders import NOON
from tests.fakes import FrozenClock
from tests.hooks import Post, context_here, hook, monitor, move

TYPE = "acknowledgement.overdue"
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(migrated_url: str, clock: FrozenClock) -> Iterator[Context]:
    with context_here(migrated_url, clock) as context:
        move(context, "LOW")
        yield context


@pytest.fixture
def auditor(context: Context) -> Principal:
    return builders.person(context, "Ada Auditor", Role.AUDITOR)


def told(context: Context, who: Principal) -> list[dict[str, Any]]:
    return [item["data"] for item in read_events(context, who, types=(TYPE,))["items"]]


def counts(context: Context, who: Principal) -> list[tuple[str, int]]:
    return [(data["response_level"], data["premises"]) for data in told(context, who)]


def know(context: Context, premises_id: str) -> None:
    lead = builders.person(context, "Mara Manager", Role.OP_QUANTITY_LEAD)
    acknowledge(context, lead, premises_id, response_level(context, lead, premises_id)["decision"]["id"])


def entries(context: Context) -> int:
    with context.store.read() as reader:
        return int(reader.connection.execute(select(func.count()).select_from(audit_entries)).scalar_one())


def test_a_level_nobody_acknowledged_is_told_once_when_its_time_is_up(
    context: Context, clock: FrozenClock, auditor: Principal
) -> None:
    move(context, "CRITICAL")
    clock.tick(HOUR - SECOND)
    before = entries(context)
    assert sweep_acknowledgements(context) == 0
    assert entries(context) == before
    clock.tick(2 * SECOND)
    assert [sweep_acknowledgements(context), sweep_acknowledgements(context)] == [1, 0]
    assert entries(context) == before + 1
    [data] = told(context, auditor)
    assert (data["response_level"], data["premises"]) == ("EXCEPTIONAL", 3)
    assert (data["since"][:16], data["due_at"][:16]) == ("2026-11-21T12:00", "2026-11-21T13:00")


def test_premises_where_somebody_did_are_not_counted(context: Context, clock: FrozenClock, auditor: Principal) -> None:
    move(context, "CRITICAL")
    know(context, "north-hq")
    clock.tick(2 * HOUR)
    sweep_acknowledgements(context)
    assert counts(context, auditor) == [("EXCEPTIONAL", 2)]


def test_a_level_that_all_acknowledged_is_passed_over_in_silence(
    context: Context, clock: FrozenClock, auditor: Principal
) -> None:
    move(context, "CRITICAL")
    for premises_id in ("north-hq", "south-office", "quiet-house"):
        know(context, premises_id)
    clock.tick(2 * HOUR)
    assert [sweep_acknowledgements(context), sweep_acknowledgements(context)] == [0, 0]
    assert told(context, auditor) == []


def test_each_new_level_is_chased_for_itself_and_normal_is_not(
    context: Context, clock: FrozenClock, auditor: Principal
) -> None:
    for level in ("CRITICAL", "SEVERE", "LOW"):
        move(context, level)
        clock.tick(2 * HOUR)
        sweep_acknowledgements(context)
    assert counts(context, auditor) == [("EXCEPTIONAL", 3), ("HEIGHTENED", 3)]


def test_a_level_that_ended_in_time_is_not_chased(context: Context, clock: FrozenClock) -> None:
    move(context, "CRITICAL")
    clock.tick(HOUR / 2)
    move(context, "LOW")
    clock.tick(HOUR)
    assert sweep_acknowledgements(context) == 0


def test_the_link_leads_to_the_premises_that_are_silent(
    context: Context, clock: FrozenClock, auditor: Principal
) -> None:
    move(context, "CRITICAL")
    know(context, "north-hq")
    pages = {word: list_premises(context, auditor, acknowledged=word)["items"] for word in (True, False)}
    assert [row["id"] for row in pages[True]] == ["north-hq"]
    assert [row["id"] for row in pages[False]] == ["quiet-house", "south-office"]


def test_each_is_told_of_the_premises_that_they_may_see_and_asked_for(
    context: Context, clock: FrozenClock, auditor: Principal
) -> None:
    hook(context, event_types=[TYPE])
    hook(context, event_types=[TYPE], url="https://south.example/", districts=["South"])
    hook(context, event_types=[TYPE], url="https://north.example/", premises=["north-hq"])
    move(context, "CRITICAL")
    know(context, "north-hq")
    clock.tick(2 * HOUR)
    sweep_acknowledgements(context)
    know(context, "south-office")
    post = Post()
    deliver_due(context, post)
    sent = {message["url"]: message["event"]["data"]["premises"] for message in post.sent}
    assert sent == {"https://receiver.example/hook": 1, "https://south.example/": 1}
    assert counts(context, auditor) == [("EXCEPTIONAL", 2)]
    assert counts(context, monitor(context)) == [("EXCEPTIONAL", 1)]
