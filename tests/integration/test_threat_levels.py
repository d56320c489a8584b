"""The present threat levels: who sees which, and what is said beside them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from rules.levels import Scope, ThreatLevel
from service.feeds.reading import Reading
from service.operations import feed_health, intake, threat, threat_levels
from service.operations.context import Context
from service.operations.people import SYSTEM, Role
from service.operations.threat import ThreatWish
from tests import builders
from tests.builders import NOON
from tests.fakes import FrozenClock


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(adopted_url: str, clock: FrozenClock) -> Iterator[Context]:
    with builders.context_on(adopted_url, clock=clock, falls_need_two=False) as context:
        builders.register(context, {"id": "alder"}, {"id": "birch", "restricted": True})
        yield context


def _set(context: Context, scope: Scope, level: str, premises_id: str | None = None) -> None:
    wish = ThreatWish(scope, ThreatLevel[level], "by phone", premises_id=premises_id)
    threat.set_level(context, SYSTEM, wish)


def _feed_says(context: Context, level: str) -> None:
    reading = Reading("mi5", {Scope.NATIONAL: ThreatLevel[level]}, "one", None)
    intake.take_reading(context, SYSTEM, reading, "abc", "")


def _shown(context: Context, role: Role = Role.OP_QUANTITY_LEAD, name: str = "Lena Lead") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = threat_levels.threat_levels(context, builders.person(context, name, role))["items"]
    return items


def test_every_scope_is_listed_and_not_set_where_nothing_is_known(context: Context) -> None:
    assert [(item["scope"], item["premises_id"], item["level"], item["since"]) for item in _shown(context)] == [
        ("national", None, "not_set", None),
        ("northern_ireland", None, "not_set", None),
        ("police_sector", None, "not_set", None),
        ("force", None, "not_set", None),
        ("premises", None, "not_set", None),
    ]


def test_a_level_shows_since_when_from_whom_and_when_it_was_confirmed(context: Context) -> None:
    _feed_says(context, "SEVERE")
    national = _shown(context)[0]
    assert national.pop("since") == national.pop("last_confirmed_at")
    assert national == {
        "scope": "national",
        "premises_id": None,
        "level": "SEVERE",
        "source": "mi5",
        "stale": False,
        "note": None,
    }


def test_protected_scopes_show_only_to_those_who_may_see_them(context: Context) -> None:
    _set(context, Scope.FORCE, "SEVERE")
    assert [item["scope"] for item in _shown(context, Role.STAFF, "Sam Staff")] == ["national", "northern_ireland"]
    assert [item["level"] for item in _shown(context, Role.CTSA, "Carl CTSA")][3] == "SEVERE"


def test_the_level_of_a_restricted_premises_shows_only_to_those_who_may_see_it(context: Context) -> None:
    _set(context, Scope.PREMISES, "SEVERE", "alder")
    _set(context, Scope.PREMISES, "CRITICAL", "birch")
    assert [item["premises_id"] for item in _shown(context)[4:]] == ["alder"]
    assert [item["premises_id"] for item in _shown(context, Role.AUDITOR, "Ada Audit")[4:]] == ["alder", "birch"]


def test_a_level_set_by_hand_above_the_feed_says_that_the_feed_has_not_caught_up(context: Context) -> None:
    _feed_says(context, "SUBSTANTIAL")
    _set(context, Scope.NATIONAL, "SEVERE")
    assert _shown(context)[0]["note"] == "feed has not caught up"


def test_and_says_it_no_more_once_the_feed_has(context: Context) -> None:
    _set(context, Scope.NATIONAL, "SEVERE")
    _feed_says(context, "SEVERE")
    assert _shown(context)[0]["note"] is None


def test_a_level_set_by_hand_below_the_feed_says_so(context: Context) -> None:
    _feed_says(context, "SEVERE")
    _set(context, Scope.NATIONAL, "SUBSTANTIAL")
    assert _shown(context)[0]["note"] == "set by hand below what sources say (SEVERE)"


def test_a_stale_feed_shows_on_the_scopes_it_speaks_of_and_the_level_stays(context: Context) -> None:
    _feed_says(context, "SEVERE")
    for _ in range(3):
        feed_health.note_failure(context, "mi5", "no answer")
    items = _shown(context)
    assert [item["stale"] for item in items] == [True, True, False, False, False]
    assert items[0]["level"] == "SEVERE"


def test_a_feed_that_nobody_polls_is_stale_too(context: Context, clock: FrozenClock) -> None:
    feed_health.note_success(context, "mi5", None, None)
    clock.tick(timedelta(seconds=3 * context.settings.feed_interval))
    assert not _shown(context)[0]["stale"]
    clock.tick(timedelta(seconds=2))
    assert _shown(context)[0]["stale"]
