"""Who knows the level of a premises: saying so, briefing others, and when it lapses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.operations import acknowledgements, board, districts
from service.operations.acknowledgements import acknowledge, acknowledgements_of
from service.operations.context import Context
from service.operations.idempotency import Once, Replayed
from service.operations.people import Principal, Role
from service.operations.register import list_premises
from service.operations.staff_view import staff_view
from service.store.tables import checklists
from tests import builders, lists
from tests.builders import NOON
from tests.fakes import FrozenClock


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(small_url: str, clock: FrozenClock) -> Iterator[Context]:
    with lists.small_context(small_url, clock) as context:
        yield context


def staff(context: Context, name: str = "Sam Staff") -> Principal:
    return builders.person(context, name, Role.STAFF)


def decision(context: Context, premises_id: str = "alder") -> int:
    with context.store.read() as reader:
        query = select(checklists.c.decision_id).where(
            checklists.c.subject == premises_id, checklists.c.kind == "response", checklists.c.superseded_at.is_(None)
        )
        return int(reader.connection.execute(query).scalar_one())


def told(context: Context) -> dict[str, object]:
    found = acknowledgements_of(context, builders.lead(context), "alder")
    return {key: found[key] for key in ("acknowledged", "briefed", "not_yet")}


def test_everybody_can_say_that_they_know_the_level(context: Context) -> None:
    answer = acknowledge(context, staff(context), "alder", decision(context))
    assert (answer["premises_id"], answer["response_level"], answer["briefed"]) == ("alder", "HEIGHTENED", 0)
    assert told(context) == {"acknowledged": 1, "briefed": 0, "not_yet": 19}


def test_a_supervisor_tells_how_many_they_briefed(context: Context) -> None:
    acknowledge(context, lists.manager(context), "alder", decision(context), briefed=14)
    found = acknowledgements_of(context, builders.lead(context), "alder")
    assert found["headcount"] == 20
    assert [(row["by"], row["briefed"]) for row in found["items"]] == [("Mo Manager", 14)]
    assert told(context) == {"acknowledged": 1, "briefed": 14, "not_yet": 5}


def test_nobody_counts_twice_and_no_more_are_missing_than_there_are(context: Context) -> None:
    for _ in range(2):
        acknowledge(context, staff(context), "alder", decision(context))
    acknowledge(context, builders.lead(context), "alder", decision(context), briefed=40)
    assert told(context) == {"acknowledged": 2, "briefed": 40, "not_yet": 0}


@pytest.mark.parametrize("role", [Role.STAFF, Role.CTSA, Role.GOLD])
def test_only_supervisors_brief(context: Context, role: Role) -> None:
    with pytest.raises(Forbidden):
        acknowledge(context, builders.person(context, "Ann Other", role), "alder", decision(context), briefed=3)


@pytest.mark.parametrize("briefed", [0, -1, acknowledgements.MOST_BRIEFED + 1])
def test_a_briefing_is_of_a_sensible_number(context: Context, briefed: int) -> None:
    with pytest.raises(Invalid):
        acknowledge(context, builders.lead(context), "alder", decision(context), briefed=briefed)


def test_it_lapses_when_the_level_changes_and_needs_the_new_decision(context: Context) -> None:
    old = decision(context)
    acknowledge(context, staff(context), "alder", old)
    lists.move(context, "CRITICAL")
    assert told(context) == {"acknowledged": 0, "briefed": 0, "not_yet": 20}
    with pytest.raises(Conflict, match=str(decision(context))):
        acknowledge(context, staff(context), "alder", old)
    lists.move(context, "SUBSTANTIAL")
    with pytest.raises(Conflict):
        acknowledge(context, staff(context), "alder", old)


def test_it_stands_while_the_level_stays_though_another_decision_was_made(context: Context) -> None:
    old = decision(context)
    acknowledge(context, staff(context), "alder", old)
    lists.move(context, "SEVERE")
    assert told(context)["acknowledged"] == 1
    acknowledge(context, staff(context, "Sue Staff"), "alder", old)
    assert told(context)["acknowledged"] == 2


def test_it_lapses_at_shift_handover_only_where_the_premises_asks_for_it(context: Context, clock: FrozenClock) -> None:
    builders.register(context, {"id": "cells", "district": "South", "acknowledge_each_shift": True})
    lead = builders.lead(context)

    def known() -> dict[str, bool]:
        silent = {row["id"] for row in list_premises(context, lead, acknowledged=False)["items"]}
        listed = {row["id"]: row["id"] not in silent for row in list_premises(context, lead)["items"]}
        by_district = {row["district"]: row["told"] for row in board.board(context, lead)["districts"]}
        assert by_district == {"North": listed["alder"], "South": listed["cells"]}
        behind = districts.most_behind(context, lead)["items"]
        assert {row["premises_id"]: row["told"] for row in behind} == listed
        assert board.estate(context, lead)["told"] == sum(listed.values())
        for premises_id, expected in listed.items():
            found = acknowledgements_of(context, lead, premises_id)
            assert bool(found["acknowledged"]) == expected
            assert (staff_view(context, staff(context), premises_id)["acknowledged_at"] is not None) == expected
        return {premises_id: listed[premises_id] for premises_id in ("alder", "cells")}

    for premises_id in ("alder", "cells"):
        acknowledge(context, staff(context), premises_id, decision(context, premises_id))
    lapses = [acknowledgements_of(context, lead, premises_id)["lapses_at"] for premises_id in ("alder", "cells")]
    assert lapses == [None, "2026-11-21T14:00:00Z"]
    assert known() == {"alder": True, "cells": True}
    clock.tick(timedelta(hours=2) - timedelta(minutes=1))
    assert known() == {"alder": True, "cells": True}
    clock.tick(timedelta(minutes=1))
    assert known() == {"alder": True, "cells": False}
    acknowledge(context, staff(context), "cells", decision(context, "cells"))
    assert known() == {"alder": True, "cells": True}


def test_a_handover_in_summer_is_by_the_clock_on_the_wall(context: Context, clock: FrozenClock) -> None:
    builders.register(context, {"id": "cells", "acknowledge_each_shift": True})
    clock.tick(datetime(2027, 7, 1, 12, 30, tzinfo=UTC) - clock.now())
    acknowledge(context, staff(context), "cells", decision(context, "cells"))
    found = acknowledgements_of(context, builders.lead(context), "cells")
    assert (found["acknowledged"], found["lapses_at"]) == (1, "2027-07-01T13:00:00Z")


def test_before_the_first_decision_there_is_no_level_to_know(context: Context) -> None:
    with context.store.write() as writer:
        writer.connection.execute(delete(checklists).where(checklists.c.subject == "birch"))
        writer.record("system", "test.removed", "birch", {})
    assert acknowledgements_of(context, builders.lead(context), "birch")["response_level"] is None
    with pytest.raises(NotFound, match="birch"):
        staff_view(context, staff(context), "birch")


@pytest.mark.parametrize("number", [0, -1, 999_999, 2**70])
def test_a_decision_that_there_is_not_is_refused(context: Context, number: int) -> None:
    with pytest.raises(Conflict):
        acknowledge(context, staff(context), "alder", number)


def test_a_decision_about_other_premises_is_refused(context: Context) -> None:
    builders.register(context, {"id": "cedar", "kinds": ["custody"], "headcount": 400, "cctv": True, "shared": True})
    with context.store.read() as reader:
        of_force = reader.connection.execute(
            select(checklists.c.decision_id).where(checklists.c.subject == "*", checklists.c.superseded_at.is_(None))
        ).scalar_one()
    with pytest.raises(Conflict):
        acknowledge(context, staff(context), "alder", of_force)


def test_premises_that_one_may_not_see_cannot_be_acknowledged_or_read(context: Context) -> None:
    manager = lists.manager(context)
    with pytest.raises(NotFound):
        acknowledge(context, manager, "birch", decision(context, "birch"))
    with pytest.raises(NotFound):
        acknowledgements_of(context, manager, "birch")


def test_the_same_wish_again_is_not_carried_out_twice(context: Context) -> None:
    once, who = Once("acknowledge", "k1", "0" * 64), staff(context)
    answer = acknowledge(context, who, "alder", decision(context), once=once)
    with pytest.raises(Replayed) as replay:
        acknowledge(context, who, "alder", decision(context), once=once)
    assert replay.value.answer == answer
