"""The estate board: counts over what the asker may see, quick at any size, and there while other parts fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.operations import feed_health, threat
from service.operations.board import estate
from service.operations.context import Context
from service.operations.overrides import OverrideWish, create_override
from service.operations.people import Principal, Role
from service.operations.threat import ThreatWish
from service.store import readings
from service.store.tables import acknowledgements, checklists, item_states, menus
from tests import builders
from tests.builders import NOON
from tests.fakes import FrozenClock

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(adopted_url: str, clock: FrozenClock) -> Iterator[Context]:
    with builders.context_on(adopted_url, clock=clock) as context:
        builders.register(
            context,
            {"id": "alder"},
            {"id": "birch", "minimum_response_level": ResponseLevel.EXCEPTIONAL},
            {"id": "quiet", "restricted": True, "manager": "Mia"},
        )
        yield context


@pytest.fixture
def lead(context: Context) -> Principal:
    return builders.lead(context)


def write(context: Context, table: Any, **values: Any) -> None:
    with context.store.write() as writer:
        writer.connection.execute(insert(table).values(values))
        writer.record("system", "test.wrote", str(table), {})


def touch(context: Context, who: Principal, premises_id: str, option_id: str, status: str, agreed: bool = True) -> None:
    write(
        context,
        item_states,
        subject=premises_id,
        kind="response",
        option_id=option_id,
        occurrence="",
        status=status,
        note="",
        agreed=agreed,
        version=1,
        by=who.person_id,
        from_at=NOON,
    )


def options(context: Context, premises_id: str, obligation: str) -> list[str]:
    query = (
        select(menus.c.entered)
        .join(checklists, checklists.c.menu_id == menus.c.id)
        .where(checklists.c.subject == premises_id, checklists.c.superseded_at.is_(None))
    )
    with context.store.read() as reader:
        entered = reader.connection.execute(query).scalar_one()
    listed = [context.policy.plan.option(option_id) for option_id in sorted(entered)]
    return [option.id for option in listed if option.repeat is None and option.obligation == obligation]


def test_the_board_counts_premises_by_level(context: Context, lead: Principal) -> None:
    board = estate(context, lead)
    assert board["response_levels"] == {"NORMAL": 0, "HEIGHTENED": 1, "EXCEPTIONAL": 1}
    assert board["premises"] == 2
    assert board["force_response_level"] == "HEIGHTENED"


def test_a_restricted_premises_counts_only_for_those_named_on_it(context: Context, lead: Principal) -> None:
    named = builders.person(context, "Mia", Role.CTSA)
    assert estate(context, named)["premises"] == estate(context, lead)["premises"] + 1
    assert estate(context, named)["progress"]["items"] > estate(context, lead)["progress"]["items"]
    touch(context, named, "quiet", options(context, "quiet", "consider")[0], "done")
    assert (estate(context, named)["progress"]["done"], estate(context, lead)["progress"]["done"]) == (1, 0)


def test_progress_counts_items_by_what_was_done_with_them(context: Context, lead: Principal) -> None:
    first, second, third, *_ = options(context, "alder", "consider")
    before = estate(context, lead)["progress"]
    assert before["open"] == before["items"] > 0
    touch(context, lead, "alder", first, "done")
    touch(context, lead, "alder", second, "not_applicable")
    touch(context, lead, "alder", third, "blocked")
    after = estate(context, lead)["progress"]
    assert after == {**before, "open": before["open"] - 3, "done": 1, "not_applicable": 1, "blocked": 1}


def test_a_required_item_that_was_declined_is_open_until_the_lead_agrees(context: Context, lead: Principal) -> None:
    first, second, *_ = options(context, "alder", "required")
    before = estate(context, lead)["progress"]
    touch(context, lead, "alder", first, "declined", agreed=False)
    assert estate(context, lead)["progress"] == before
    touch(context, lead, "alder", second, "declined", agreed=True)
    assert estate(context, lead)["progress"] == {**before, "open": before["open"] - 1, "declined": 1}


def test_what_was_done_for_an_option_that_is_not_on_the_list_does_not_count(context: Context, lead: Principal) -> None:
    before = estate(context, lead)["progress"]
    touch(context, lead, "alder", "no-such-option", "done")
    assert estate(context, lead)["progress"] == before


def test_what_is_past_its_deadline_and_not_settled_is_overdue(
    context: Context, clock: FrozenClock, lead: Principal
) -> None:
    assert estate(context, lead)["overdue"] == 0
    clock.tick(timedelta(days=400))
    late = estate(context, lead)["overdue"]
    assert late > 0
    touch(context, lead, "alder", options(context, "alder", "consider")[0], "done")
    assert estate(context, lead)["overdue"] == late - 1


def test_who_was_told_counts_for_the_present_level_only(context: Context, clock: FrozenClock, lead: Principal) -> None:
    with context.store.read() as reader:
        decision_id = reader.connection.execute(
            select(checklists.c.decision_id).where(checklists.c.subject == "alder")
        ).scalar_one()
    clock.tick(HOUR)
    for _ in range(2):
        write(
            context,
            acknowledgements,
            premises_id="alder",
            decision_id=decision_id,
            person_id=lead.person_id,
            briefed=0,
            at=clock.now(),
        )
    board = estate(context, lead)
    assert (board["told"], board["not_yet"]) == (1, 1)
    clock.tick(HOUR)
    threat.set_level(context, lead, ThreatWish(Scope.NATIONAL, ThreatLevel.CRITICAL, "JTAC said so"))
    board = estate(context, lead)
    assert (board["told"], board["not_yet"]) == (0, 2)


def test_the_board_tells_what_waits_and_what_runs_out(context: Context, clock: FrozenClock, lead: Principal) -> None:
    auditor = builders.person(context, "Ann Auditor", Role.AUDITOR)
    named = builders.person(context, "Mia", Role.OP_QUANTITY_LEAD)
    for who, premises_id, kind in ((lead, "alder", "raise"), (lead, "birch", "lower"), (named, "quiet", "lower")):
        level = ResponseLevel.EXCEPTIONAL if kind == "raise" else ResponseLevel.NORMAL
        create_override(context, who, premises_id, OverrideWish(kind, "a reason", NOON + 30 * HOUR, level))
    assert estate(context, lead)["waiting"] == {"requests": 1, "readings": 0}
    assert estate(context, auditor)["waiting"]["requests"] == 2
    assert estate(context, lead)["overrides_expiring"] == 0
    clock.tick(7 * HOUR)
    assert estate(context, lead)["overrides_expiring"] == 1


def test_the_board_tells_the_threat_levels_that_the_asker_may_know(context: Context, lead: Principal) -> None:
    for scope, premises_id in ((Scope.NATIONAL, None), (Scope.FORCE, None), (Scope.PREMISES, "alder")):
        threat.set_level(context, lead, ThreatWish(scope, ThreatLevel.SEVERE, "told so", premises_id=premises_id))
    admin = builders.person(context, "Ada Admin", Role.ADMIN)
    assert {row["scope"]: row["level"] for row in estate(context, lead)["threat_levels"]} == {
        "national": "SEVERE",
        "force": "SEVERE",
    }
    assert [row["scope"] for row in estate(context, admin)["threat_levels"]] == ["national"]


def test_the_board_tells_how_the_feeds_do_and_stays_readable_while_they_fail(context: Context, lead: Principal) -> None:
    with context.store.housekeeping() as writer:
        readings.put_feed(writer, "mi5", failures=5, last_read_at=NOON, stale_since=NOON, fault="silent")
    assert estate(context, lead)["feed"] == [
        {"source": "mi5", "last_read_at": "2026-11-21T12:00:00Z", "failures": 5, "stale": True}
    ]


def test_the_board_shows_a_feed_that_nobody_polls_as_stale(
    context: Context, clock: FrozenClock, lead: Principal
) -> None:
    feed_health.note_success(context, "mi5", None, None)
    clock.tick(timedelta(seconds=3 * context.settings.feed_interval))
    assert [feed["stale"] for feed in estate(context, lead)["feed"]] == [False]
    clock.tick(timedelta(seconds=1))
    assert [feed["stale"] for feed in estate(context, lead)["feed"]] == [True]


def test_the_board_takes_as_many_queries_for_a_large_estate_as_for_a_small_one(
    context: Context, lead: Principal
) -> None:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(context.store.engine, "before_cursor_execute", note)
    estate(context, lead)
    small = len(seen)
    builders.register(context, *({"id": f"p-{number}", "headcount": number} for number in range(300)))
    seen.clear()
    assert estate(context, lead)["premises"] == 302
    assert len(seen) == small <= 15
