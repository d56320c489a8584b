"""Why a premises stands at its level: the last decision about it, at any past minute, and what is kept back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.clock import rfc3339
from service.errors import Invalid, NotFound
from service.operations import register, threat
from service.operations.context import Context
from service.operations.overrides import OverrideWish, create_override
from service.operations.people import Principal, Role
from service.operations.response_levels import response_level
from service.operations.threat import ThreatWish
from tests import builders
from tests.builders import NOON
from tests.fakes import FrozenClock

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(adopted_url: str, clock: FrozenClock) -> Iterator[Context]:
    with builders.context_on(adopted_url, clock=clock, falls_need_two=False) as context:
        builders.register(context, {"id": "alder"}, {"id": "birch"}, {"id": "quiet", "restricted": True})
        clock.tick(HOUR)
        yield context


@pytest.fixture
def lead(context: Context) -> Principal:
    return builders.lead(context)


@pytest.fixture
def staff(context: Context) -> Principal:
    return builders.person(context, "Sam Staff", Role.STAFF)


def put(context: Context, who: Principal, scope: Scope, level: str, premises_id: str | None = None) -> dict[str, Any]:
    wish = ThreatWish(scope, ThreatLevel[level], "told so", premises_id=premises_id)
    return threat.set_level(context, who, wish)


def test_before_any_national_level_is_known_a_level_is_unconfirmed(context: Context, lead: Principal) -> None:
    shown = response_level(context, lead, "alder")
    assert (shown["response_level"], shown["confirmed"]) == ("HEIGHTENED", False)
    assert shown["decision"]["outcome"] == "first"
    assert shown["decision"]["trigger"] == {"kind": "register", "reference": "test"}


def test_a_level_tells_the_rule_that_won_and_every_candidate(context: Context, lead: Principal) -> None:
    change = put(context, lead, Scope.NATIONAL, "CRITICAL")
    shown = response_level(context, lead, "alder")
    assert (shown["response_level"], shown["confirmed"]) == ("EXCEPTIONAL", True)
    decision = shown["decision"]
    assert (decision["outcome"], decision["winner"]) == ("raised", "EST-110")
    assert decision["trigger"] == {"kind": "threat_change", "reference": str(change["id"])}
    assert decision["facts"]["threat.national"] == "CRITICAL"
    assert [found["rule"] for found in decision["candidates"]] == ["EST-110", "EST-210"]
    assert all(found["because"] and found["reference"] and found["role"] for found in decision["candidates"])
    assert decision["rulebook"] == {
        "id": context.policy.rulebook.id,
        "version": context.policy.rulebook.version,
        "sha256": context.policy.rulebook.sha256,
    }
    assert (decision["degraded"], decision["failed"], decision["evaluator"]) == (False, False, "reference")


def test_a_decision_not_to_change_is_the_last_word_and_the_level_stands_since_before(
    context: Context, clock: FrozenClock, lead: Principal
) -> None:
    put(context, lead, Scope.NATIONAL, "SUBSTANTIAL")
    before = response_level(context, lead, "alder")
    clock.tick(HOUR)
    change = put(context, lead, Scope.NATIONAL, "SEVERE")
    shown = response_level(context, lead, "alder")
    assert shown["since"] == before["since"]
    assert shown["decision"]["outcome"] == "unchanged"
    assert shown["decision"]["trigger"]["reference"] == str(change["id"])
    assert shown["decision"]["facts"]["threat.national"] == "SEVERE"


def test_the_decision_about_another_premises_with_the_same_facts_is_not_shown(
    context: Context, clock: FrozenClock, lead: Principal
) -> None:
    change = put(context, lead, Scope.NATIONAL, "CRITICAL")
    clock.tick(HOUR)
    admin = builders.person(context, "Ada Admin", Role.ADMIN)
    register.put_premises(context, admin, "birch", {"minimum_response_level": "HEIGHTENED"})
    clock.tick(HOUR)
    register.put_premises(context, admin, "birch", {"minimum_response_level": "NORMAL"})
    assert response_level(context, lead, "alder")["decision"]["trigger"]["reference"] == str(change["id"])
    assert response_level(context, lead, "birch")["decision"]["trigger"] == {"kind": "register", "reference": "birch"}


def test_an_override_shows_as_what_won(context: Context, lead: Principal) -> None:
    put(context, lead, Scope.NATIONAL, "LOW")
    wish = OverrideWish("raise", "a threat was painted on it", NOON + 9 * HOUR, ResponseLevel.EXCEPTIONAL)
    made = create_override(context, lead, "alder", wish)
    decision = response_level(context, lead, "alder")["decision"]
    assert (decision["winner"], decision["outcome"]) == ("EST-220", "raised")
    assert decision["trigger"] == {"kind": "override", "reference": str(made["id"])}


def test_any_past_minute_is_shown_as_it_was_recorded(context: Context, clock: FrozenClock, lead: Principal) -> None:
    moments = []
    for level in ("SUBSTANTIAL", "CRITICAL", "SEVERE", "LOW"):
        put(context, lead, Scope.NATIONAL, level)
        clock.tick(HOUR)
        moments.append(clock.now() - HOUR / 2)
    past = [response_level(context, lead, "alder", moment) for moment in moments]
    assert [shown["response_level"] for shown in past] == ["HEIGHTENED", "EXCEPTIONAL", "HEIGHTENED", "NORMAL"]
    assert [shown["decision"]["outcome"] for shown in past] == ["unchanged", "raised", "lowered", "lowered"]
    assert [shown["decision"]["facts"]["threat.national"] for shown in past] == [
        "SUBSTANTIAL", "CRITICAL", "SEVERE", "LOW",
    ]  # fmt: skip
    assert [shown["confirmed"] for shown in past] == [True] * 4
    unconfirmed = response_level(context, lead, "alder", NOON + HOUR / 2)
    assert (unconfirmed["confirmed"], unconfirmed["response_level"]) == (False, "HEIGHTENED")
    assert past[-1] == response_level(context, lead, "alder")


def test_a_moment_in_the_future_is_refused(context: Context, clock: FrozenClock, lead: Principal) -> None:
    with pytest.raises(Invalid):
        response_level(context, lead, "alder", clock.now() + HOUR)


def test_before_it_was_registered_there_is_no_such_premises(context: Context, lead: Principal) -> None:
    with pytest.raises(NotFound) as refused:
        response_level(context, lead, "alder", NOON - HOUR)
    assert rfc3339(NOON - HOUR) in refused.value.detail


def test_a_closed_premises_shows_only_its_past(context: Context, clock: FrozenClock, lead: Principal) -> None:
    register.close_premises(context, builders.person(context, "Ada Admin", Role.ADMIN), "alder")
    clock.tick(HOUR)
    with pytest.raises(NotFound):
        response_level(context, lead, "alder")
    assert response_level(context, lead, "alder", NOON + HOUR / 2)["response_level"] == "HEIGHTENED"


@pytest.mark.parametrize("premises_id", ["nowhere", "quiet", "No slug\x00", "*"])
def test_what_a_person_may_not_see_is_not_found(context: Context, lead: Principal, premises_id: str) -> None:
    with pytest.raises(NotFound):
        response_level(context, lead, premises_id)


def test_a_protected_scope_that_wins_is_not_named(context: Context, lead: Principal, staff: Principal) -> None:
    put(context, lead, Scope.NATIONAL, "LOW")
    put(context, lead, Scope.POLICE_SECTOR, "CRITICAL")
    shown = response_level(context, staff, "alder")
    decision = shown["decision"]
    assert shown["response_level"] == "EXCEPTIONAL"
    assert decision["winner"] == "protected input"
    winner = decision["candidates"][1]
    assert (winner["response_level"], winner["because"]) == ("EXCEPTIONAL", "protected input")
    assert decision["facts"]["threat.police_sector"] == "protected input"
    assert decision["trigger"] == {"kind": "protected input", "reference": "protected input"}
    assert "police" not in str(decision).replace("threat.police_sector", "")
    told = response_level(context, lead, "alder")["decision"]
    assert (told["winner"], told["facts"]["threat.police_sector"]) == ("EST-120", "CRITICAL")
    assert told["trigger"]["kind"] == "threat_change"


def test_a_protected_scope_that_loses_leaves_no_trace(context: Context, lead: Principal, staff: Principal) -> None:
    put(context, lead, Scope.FORCE, "SUBSTANTIAL")
    put(context, lead, Scope.PREMISES, "MODERATE", "alder")
    put(context, lead, Scope.NATIONAL, "CRITICAL")
    with_levels = response_level(context, staff, "alder")["decision"]
    assert with_levels["winner"] == "EST-110"
    assert [found["rule"] for found in with_levels["candidates"]] == ["EST-110", "EST-210"]
    without = response_level(context, staff, "birch")["decision"]
    assert with_levels["facts"] == without["facts"]
    assert with_levels["candidates"] == without["candidates"]
