"""What time does: it ends lowers, asks about raises and holds that keep a premises up, and prompts reviews."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from rules.levels import ResponseLevel
from service.operations import register
from service.operations.approvals import list_requests
from service.operations.context import Context
from service.operations.override_ends import end_override
from service.operations.override_expiry import sweep_overrides
from service.operations.overrides import OverrideWish, approve_override, create_override, list_overrides
from service.operations.people import Principal
from service.store.tables import audit_entries, events
from tests import builders
from tests.builders import NOON
from tests.fakes import FrozenClock

HOUR = timedelta(hours=1)
NOTHING = {"ended": 0, "asked": 0, "reviews": 0}


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(adopted_url: str, clock: FrozenClock) -> Iterator[Context]:
    with builders.context_on(adopted_url, clock=clock, exceptional_review=7 * 86_400) as context:
        builders.register(context, {"id": "alder"})
        yield context


@pytest.fixture
def lead(context: Context) -> Principal:
    return builders.lead(context)


def vary(context: Context, lead: Principal, kind: str, level: str | None, hours: float = 1) -> int:
    wish = OverrideWish(kind, "a reason", NOON + hours * HOUR, None if level is None else ResponseLevel[level])
    return int(create_override(context, lead, "alder", wish)["id"])


def told(context: Context, type_: str) -> list[dict[str, Any]]:
    query = select(events.c.data).where(events.c.type == type_).order_by(events.c.sequence)
    with context.store.read() as reader:
        return list(reader.connection.execute(query).scalars())


def entries(context: Context) -> int:
    with context.store.read() as reader:
        return int(reader.connection.execute(select(func.count()).select_from(audit_entries)).scalar_one())


def level(context: Context, lead: Principal) -> str:
    return str(register.get_premises(context, lead, "alder")["response_level"])


def states(context: Context, lead: Principal) -> list[str]:
    return [row["state"] for row in list_overrides(context, lead, "alder")["items"]]


def test_before_its_time_nothing_is_done_and_nothing_is_written(context: Context, lead: Principal) -> None:
    vary(context, lead, "raise", "EXCEPTIONAL")
    before = entries(context)
    assert sweep_overrides(context) == NOTHING
    assert entries(context) == before


def test_a_lower_that_expires_ends_at_once(context: Context, clock: FrozenClock, lead: Principal) -> None:
    override_id = vary(context, lead, "lower", "NORMAL")
    approve_override(context, builders.gold(context), "alder", override_id)
    assert level(context, lead) == "NORMAL"
    clock.tick(2 * HOUR)
    assert sweep_overrides(context) == {**NOTHING, "ended": 1}
    assert (level(context, lead), states(context, lead)) == ("HEIGHTENED", ["expired"])
    assert told(context, "override.expired") == [{"id": override_id, "premises_id": "alder", "kind": "lower"}]


def test_a_lower_that_nobody_approved_in_time_lapses(context: Context, clock: FrozenClock, lead: Principal) -> None:
    vary(context, lead, "lower", "NORMAL")
    clock.tick(2 * HOUR)
    assert sweep_overrides(context)["ended"] == 1
    assert (states(context, lead), list_requests(context, lead)["items"]) == (["expired"], [])


def test_a_raise_that_keeps_nothing_up_ends_when_it_expires(
    context: Context, clock: FrozenClock, lead: Principal
) -> None:
    vary(context, lead, "raise", "HEIGHTENED")
    clock.tick(2 * HOUR)
    assert sweep_overrides(context)["ended"] == 1
    assert states(context, lead) == ["expired"]


def test_a_raise_that_keeps_its_premises_up_stays_and_is_asked_about_once_per_shift(
    context: Context, clock: FrozenClock, lead: Principal
) -> None:
    override_id = vary(context, lead, "raise", "EXCEPTIONAL")
    clock.tick(HOUR)
    assert sweep_overrides(context) == {**NOTHING, "asked": 1}
    assert sweep_overrides(context) == NOTHING
    clock.tick(2 * HOUR)
    assert sweep_overrides(context) == {**NOTHING, "asked": 1}
    assert (level(context, lead), states(context, lead)) == ("EXCEPTIONAL", ["active"])
    asked = told(context, "review.due")
    assert [(data["id"], data["author"]) for data in asked] == [(override_id, lead.person_id)] * 2


def test_a_raise_that_was_asked_about_stays_while_another_ends(
    context: Context, clock: FrozenClock, lead: Principal
) -> None:
    vary(context, lead, "raise", "EXCEPTIONAL", hours=1)
    vary(context, lead, "raise", "HEIGHTENED", hours=1.5)
    clock.tick(HOUR)
    assert sweep_overrides(context) == {"ended": 0, "asked": 1, "reviews": 0}
    clock.tick(HOUR / 2)
    assert sweep_overrides(context) == {"ended": 1, "asked": 0, "reviews": 0}
    assert level(context, lead) == "EXCEPTIONAL"


def test_of_two_raises_that_expire_together_one_stays(context: Context, clock: FrozenClock, lead: Principal) -> None:
    vary(context, lead, "raise", "EXCEPTIONAL")
    vary(context, lead, "raise", "EXCEPTIONAL")
    clock.tick(2 * HOUR)
    assert sweep_overrides(context) == {"ended": 1, "asked": 1, "reviews": 0}
    assert (level(context, lead), states(context, lead)) == ("EXCEPTIONAL", ["active", "expired"])


def test_a_wish_to_end_a_raise_lapses_with_it(context: Context, clock: FrozenClock, lead: Principal) -> None:
    first = vary(context, lead, "raise", "EXCEPTIONAL")
    assert "request" in end_override(context, lead, "alder", first, "over")
    vary(context, lead, "raise", "EXCEPTIONAL", hours=9)
    clock.tick(2 * HOUR)
    assert sweep_overrides(context)["ended"] == 1
    assert list_requests(context, lead)["items"] == []


def test_exceptional_is_put_up_for_review_once_per_period_and_never_lowered(
    context: Context, clock: FrozenClock, lead: Principal
) -> None:
    vary(context, lead, "raise", "EXCEPTIONAL", hours=24 * 30)
    for days, reviews in ((6, 0), (1.1, 1), (1, 0), (6.1, 1)):
        clock.tick(timedelta(days=days))
        assert sweep_overrides(context)["reviews"] == reviews
    assert told(context, "review.due") == [{"subject": "exceptional", "premises": 1}] * 2
    assert level(context, lead) == "EXCEPTIONAL"
