"""The history of threat changes: what each did, told afterwards just as it was told then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.errors import Invalid, NotFound
from service.operations import threat, threat_changes
from service.operations.context import Context
from service.operations.people import Principal, Role
from service.operations.threat import ThreatWish
from tests import builders
from tests.builders import NOON
from tests.fakes import FrozenClock


@pytest.fixture
def context(adopted_url: str) -> Iterator[Context]:
    clock = FrozenClock(NOON)
    with builders.context_on(adopted_url, clock=clock) as context:
        builders.register(
            context,
            {"id": "alder"},
            {"id": "birch", "kinds": ["station", "custody"], "public_access": True},
            {"id": "cedar", "minimum_response_level": ResponseLevel.HEIGHTENED},
            {"id": "dogwood", "restricted": True, "manager": "Mo Manager"},
            {"id": "elder"},
        )
        yield context


def _set(
    context: Context, who: Principal, level: str, scope: Scope = Scope.NATIONAL, premises_id: str | None = None
) -> dict[str, Any]:
    wish = ThreatWish(scope, ThreatLevel[level], "by phone", premises_id=premises_id)
    return threat.set_level(context, who, wish)


def test_the_effect_of_each_change_is_told_afterwards_as_it_was_told_then(context: Context) -> None:
    lead, gold = builders.lead(context), builders.gold(context)
    told = [
        _set(context, lead, "SEVERE"),
        _set(context, lead, "CRITICAL", Scope.PREMISES, "alder"),
        _set(context, lead, "SEVERE", Scope.NORTHERN_IRELAND),
        _set(context, lead, "CRITICAL"),
    ]
    told.append(threat.approve(context, gold, _set(context, lead, "LOW")["id"]))
    told.append(_set(context, lead, "SEVERE", Scope.PREMISES, "elder"))
    builders.register(context, {"id": "fir"})
    assert [threat_changes.get_change(context, lead, answer["id"])["effect"] for answer in told] == [
        answer["effect"] for answer in told
    ]


def test_a_change_of_one_premises_counts_no_other_with_the_same_facts(context: Context) -> None:
    lead = builders.lead(context)
    _set(context, lead, "CRITICAL", Scope.PREMISES, "alder")
    second = _set(context, lead, "CRITICAL", Scope.PREMISES, "elder")
    effect = threat_changes.get_change(context, lead, second["id"])["effect"]
    assert (effect["premises"], effect["raised"]) == (1, 1)


def test_an_effect_counts_only_what_the_reader_may_see(context: Context) -> None:
    change = _set(context, builders.lead(context), "CRITICAL")
    auditor = builders.person(context, "Ada Audit", Role.AUDITOR)
    counts = [
        threat_changes.get_change(context, who, change["id"])["effect"]["raised"]
        for who in (builders.lead(context), auditor)
    ]
    assert counts == [4, 5]


def test_the_premises_that_a_change_moved_come_by_page(context: Context) -> None:
    lead = builders.lead(context)
    change = _set(context, lead, "CRITICAL")
    page = threat_changes.premises_moved(context, lead, change["id"], limit=2)
    assert page == {
        "items": [
            {"premises_id": "alder", "before": "HEIGHTENED", "after": "EXCEPTIONAL"},
            {"premises_id": "birch", "before": "HEIGHTENED", "after": "EXCEPTIONAL"},
        ],
        "next": "birch",
    }
    rest = threat_changes.premises_moved(context, lead, change["id"], page["next"], 2)
    assert ([item["premises_id"] for item in rest["items"]], rest["next"]) == (["cedar", "elder"], None)


def test_the_premises_that_a_change_moved_come_by_page_in_order_of_name(context: Context) -> None:
    names = {"yew": "aspen House", "zelkova": "Cedar", "walnut": "elm, Inner"}
    builders.register(context, *({"id": premises_id, "name": name} for premises_id, name in names.items()))
    lead, after, found = builders.lead(context), "", list[str]()
    change = _set(context, lead, "CRITICAL")
    while after is not None:
        page = threat_changes.premises_moved_by_name(context, lead, change["id"], after, 2)
        found += [item["name"] for item in page["items"]]
        after = page["next"]
    assert found == ["alder", "aspen House", "birch", "cedar", "Cedar", "elder", "elm, Inner"]
    with pytest.raises(Invalid):
        threat_changes.premises_moved_by_name(context, lead, change["id"], "\x00")


def test_only_premises_that_moved_are_listed(context: Context) -> None:
    lead = builders.lead(context)
    _set(context, lead, "SUBSTANTIAL")
    unmoving = _set(context, lead, "SEVERE")
    unread = _set(context, lead, "SEVERE", Scope.NORTHERN_IRELAND)
    for change in (unmoving, unread):
        moved = threat_changes.premises_moved(context, lead, change["id"])
        assert moved == {"items": [], "next": None}


def test_changes_are_listed_newest_first_by_page(context: Context) -> None:
    lead = builders.lead(context)
    ids = [_set(context, lead, level)["id"] for level in ("SUBSTANTIAL", "SEVERE", "CRITICAL")]
    page = threat_changes.list_changes(context, lead, limit=2)
    assert ([item["id"] for item in page["items"]], page["next"]) == ([ids[2], ids[1]], ids[1])
    rest = threat_changes.list_changes(context, lead, page["next"], 2)
    assert ([item["id"] for item in rest["items"]], rest["next"]) == ([ids[0]], None)


def test_a_change_that_waits_has_no_effect(context: Context) -> None:
    lead = builders.lead(context)
    _set(context, lead, "CRITICAL")
    waiting = threat_changes.get_change(context, lead, _set(context, lead, "SEVERE")["id"])
    assert waiting["status"] == "awaiting_second_person"
    assert "effect" not in waiting


def test_a_change_of_a_restricted_premises_shows_to_nobody_else(context: Context) -> None:
    auditor = builders.person(context, "Ada Audit", Role.AUDITOR)
    change = _set(context, auditor, "SEVERE", Scope.PREMISES, "dogwood")
    lead = builders.lead(context)
    assert threat_changes.list_changes(context, lead)["items"] == []
    for ask in (threat_changes.get_change, threat_changes.premises_moved):
        with pytest.raises(NotFound):
            ask(context, lead, change["id"])
    assert threat_changes.get_change(context, auditor, change["id"])["premises_id"] == "dogwood"


def test_the_past_stays_as_it_was_when_time_goes_on(context: Context) -> None:
    lead = builders.lead(context)
    change = _set(context, lead, "CRITICAL")
    clock = context.store.clock
    assert isinstance(clock, FrozenClock)
    clock.tick(timedelta(days=30))
    builders.register(context, {"id": "fir"})
    effect = threat_changes.get_change(context, lead, change["id"])["effect"]
    assert effect["response_levels"] == {"NORMAL": 0, "HEIGHTENED": 0, "EXCEPTIONAL": 4}
