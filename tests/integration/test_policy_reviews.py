"""A rulebook or plan says by which day it is to be reviewed; people are told then, once, and it stays in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from service.errors import Permanent
from service.operations.adopting import adopt
from service.operations.board import estate
from service.operations.context import Context
from service.operations.events import read_events
from service.operations.policy_reviews import tell_reviews_due
from tests import builders
from tests.fakes import FrozenClock

REVIEW_BY = date(2027, 11, 21)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(datetime(2027, 11, 20, 23, 0, tzinfo=UTC))


@pytest.fixture
def context(migrated_url: str, clock: FrozenClock) -> Iterator[Context]:
    with builders.context_on(migrated_url, clock=clock) as context:
        yield context


def told(context: Context) -> list[dict[str, Any]]:
    found = read_events(context, builders.lead(context), types=("policy.review_due",))["items"]
    return [item["data"] for item in found]


def test_before_its_day_nothing_is_told(context: Context) -> None:
    assert context.policy.plan.review_by == context.policy.rulebook.review_by == REVIEW_BY
    assert tell_reviews_due(context) == 0
    assert estate(context, builders.lead(context))["policy_reviews_due"] == []


def test_on_its_day_each_version_is_told_once_and_stays_on_the_board(context: Context, clock: FrozenClock) -> None:
    clock.tick(timedelta(hours=1))
    assert [tell_reviews_due(context), tell_reviews_due(context)] == [2, 0]
    due = [
        {"kind": "rulebook", "id": "estate-response", "version": "2026-11", "review_by": "2027-11-21"},
        {"kind": "plan", "id": "op-quantity", "version": "2026-11", "review_by": "2027-11-21"},
    ]
    assert told(context) == due
    assert estate(context, builders.lead(context))["policy_reviews_due"] == due


def test_the_day_is_that_of_london(context: Context, clock: FrozenClock) -> None:
    summer = replace(context.policy.plan, review_by=date(2028, 6, 2))
    of_summer = replace(context, policy=replace(context.policy, plan=summer))
    clock.tick(datetime(2028, 6, 1, 22, 59, tzinfo=UTC) - clock.now())
    tell_reviews_due(of_summer)
    assert [data["kind"] for data in told(context)] == ["rulebook"]
    clock.tick(timedelta(minutes=1))
    assert tell_reviews_due(of_summer) == 1


def test_a_new_version_is_told_for_itself(context: Context, clock: FrozenClock) -> None:
    clock.tick(timedelta(days=1))
    tell_reviews_due(context)
    newer = builders.with_another_plan(context)
    adopt(newer)
    assert tell_reviews_due(newer) == 1
    assert [data["kind"] for data in told(context)] == ["rulebook", "plan", "plan"]


def test_a_policy_that_does_not_say_is_never_due(context: Context, clock: FrozenClock) -> None:
    clock.tick(timedelta(days=1000))
    policy = context.policy
    silent = replace(
        policy, plan=replace(policy.plan, review_by=None), rulebook=replace(policy.rulebook, review_by=None)
    )
    assert tell_reviews_due(replace(context, policy=silent)) == 0


def test_a_policy_that_is_not_in_force_here_is_not_told(context: Context, clock: FrozenClock) -> None:
    clock.tick(timedelta(days=1))
    with pytest.raises(Permanent, match="not the one loaded here"):
        tell_reviews_due(builders.with_another_plan(context))
    assert told(context) == []
