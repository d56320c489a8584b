"""Telling of deadlines that have passed: once for each menu and deadline, with counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from service.operations import checklists, items
from service.operations.context import Context
from service.operations.sweep_overdue import sweep_overdue
from service.store.tables import audit_entries, events
from tests import builders, lists
from tests.builders import NOON
from tests.fakes import FrozenClock

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(small_url: str, clock: FrozenClock) -> Iterator[Context]:
    with lists.small_context(small_url, clock) as context:
        yield context


def told(context: Context) -> list[dict[str, Any]]:
    with context.store.read() as reader:
        query = select(events.c.data).where(events.c.type == "checklist.items_overdue").order_by(events.c.sequence)
        found = reader.connection.execute(query).scalars().all()
    return [
        {"due_at": data["due_at"][11:16], "items": data["items"], "checklists": data["checklists"]} for data in found
    ]


def entries(context: Context) -> int:
    with context.store.read() as reader:
        return int(reader.connection.execute(select(func.count()).select_from(audit_entries)).scalar_one())


def test_before_any_deadline_nothing_is_told_or_written(context: Context) -> None:
    before = entries(context)
    assert sweep_overdue(context) == 0
    assert entries(context) == before


def test_a_deadline_that_passed_is_told_once_for_all_premises_that_share_it(
    context: Context, clock: FrozenClock
) -> None:
    clock.tick(HOUR + MINUTE)
    assert sweep_overdue(context) == 1
    assert told(context) == [{"due_at": "13:00", "items": 2, "checklists": 2}]
    before = entries(context)
    assert sweep_overdue(context) == 0
    assert entries(context) == before


def test_what_is_decided_is_not_overdue_and_what_waits_to_be_agreed_is(context: Context, clock: FrozenClock) -> None:
    lead, gold = builders.lead(context), builders.gold(context)
    seen = lists.present(context)
    lists.tick(context, lead, seen, "H2", "declined", "Not here")
    lists.tick(context, lead, lists.present(context, "birch"), "H2")
    clock.tick(HOUR + MINUTE)
    sweep_overdue(context)
    assert told(context) == [{"due_at": "13:00", "items": 1, "checklists": 2}]
    items.agree_item(context, gold, seen["id"], "H2")


def test_a_deadline_that_all_met_is_passed_over_in_silence(context: Context, clock: FrozenClock) -> None:
    for premises_id in ("alder", "birch"):
        lists.tick(context, builders.lead(context), lists.present(context, premises_id), "H2")
    clock.tick(HOUR + MINUTE)
    assert sweep_overdue(context) == 0
    assert told(context) == []
    clock.tick(MINUTE)
    before = entries(context)
    assert sweep_overdue(context) == 0
    assert entries(context) == before


def test_each_turn_of_a_recurring_item_has_its_own_deadline(context: Context, clock: FrozenClock) -> None:
    lead = builders.lead(context)
    issued = [lists.present(context, premises_id) for premises_id in ("alder", "birch")]
    for seen in (*issued, checklists.force_checklist(context, lead)):
        lists.decide_all(context, lead, seen["id"])
    clock.tick(HOUR * 7)
    sweep_overdue(context)
    assert told(context) == [{"due_at": "18:00", "items": 2, "checklists": 2}]
    clock.tick(HOUR * 8)
    sweep_overdue(context)
    assert told(context)[1:] == [{"due_at": "02:00", "items": 2, "checklists": 2}]


def test_reverse_steps_have_deadlines_and_added_items_are_left_to_their_lists(
    context: Context, clock: FrozenClock
) -> None:
    lead, seen = builders.lead(context), lists.present(context)
    added = items.add_item(context, lead, seen["id"], "Move the bins", "estates", reverse="Put them back")
    for option_id in ("H1", added["item"]["option_id"]):
        lists.tick(context, lead, lists.present(context), option_id)
    lists.move(context, "LOW")
    clock.tick(HOUR * 4 + MINUTE)
    sweep_overdue(context)
    assert {"due_at": "16:00", "items": 1, "checklists": 1} in told(context)
