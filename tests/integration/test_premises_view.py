"""What the pages of premises and lists show, on both databases: one snapshot, few queries, need to know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.errors import Forbidden, NotFound
from service.operations import items, threat
from service.operations.context import Context
from service.operations.list_view import force_view, item_view
from service.operations.overrides import OverrideWish, create_override
from service.operations.people import Role
from service.operations.premises_list import premises_list
from service.operations.premises_view import premises_view
from service.operations.response_levels import response_level
from service.operations.threat import ThreatWish
from service.store.tables import checklists
from tests import builders
from tests.builders import NOON
from tests.fakes import FrozenClock
from tests.lists import item_of, manager, move, present, small_context, tick


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(small_url: str, clock: FrozenClock) -> Iterator[Context]:
    with small_context(small_url, clock) as context:
        yield context


def test_a_premises_is_shown_with_its_decision_its_former_level_and_both_lists(context: Context) -> None:
    who = manager(context)
    move(context, "CRITICAL")
    tick(context, who, present(context), "E1")
    move(context, "SUBSTANTIAL")
    found = premises_view(context, who, "alder")
    assert (found["response_level"], found["former_level"], found["confirmed"]) == ("HEIGHTENED", "EXCEPTIONAL", True)
    assert found["why"]["winning"]["because"] == "the national threat level is SUBSTANTIAL"
    assert found["why"]["trigger"] == response_level(context, who, "alder")["decision"]["trigger"]
    assert found["stand_down"]["items"] == 1
    assert [item["option_id"] for item in found["checklist"]["items"]] == ["H2", "H1", "N1", "S1"]
    assert found["checklist"]["new"] == 0


def test_what_a_protected_scope_asks_for_is_hidden_from_a_manager(context: Context) -> None:
    wish = ThreatWish(Scope.FORCE, ThreatLevel.CRITICAL, "a threat to officers")
    threat.set_level(context, builders.lead(context), wish)
    found = premises_view(context, manager(context), "alder")
    assert found["why"]["winning"]["because"] == found["why"]["trigger"]["kind"] == "protected input"
    assert found["why"]["protected"]
    assert not any("force" in fact for fact in found["why"]["facts_in_words"])
    told = premises_view(context, builders.lead(context), "alder")["why"]
    assert told["trigger"]["kind"] == "threat_change"
    assert told["winning"]["because"].startswith("the force threat level is CRITICAL")


def test_overrides_that_are_over_are_not_shown(context: Context, clock: FrozenClock) -> None:
    lead = builders.lead(context)
    wish = OverrideWish("raise", "a crowd", NOON + timedelta(hours=1), ResponseLevel.EXCEPTIONAL)
    create_override(context, lead, "alder", wish)
    (shown,) = premises_view(context, lead, "alder")["overrides"]
    assert shown["created_by"] == lead.name
    assert premises_view(context, builders.person(context, "Sam", Role.STAFF), "alder")["overrides"] == []
    assert premises_view(context, lead, "birch")["overrides"] == []


def test_a_premises_that_is_unknown_or_of_others_is_not_found(context: Context) -> None:
    for premises_id in ("birch", "nowhere"):
        with pytest.raises(NotFound):
            premises_view(context, manager(context), premises_id)


def test_the_list_counts_what_is_settled_and_late_at_each_premises(context: Context, clock: FrozenClock) -> None:
    lead = builders.lead(context)
    seen = present(context)
    tick(context, lead, seen, "N1")
    tick(context, lead, seen, "S1")
    tick(context, lead, seen, "H2", "declined", "too costly")
    clock.tick(timedelta(minutes=90))
    page = premises_list(context, lead)
    assert {row["id"]: row["progress"] for row in page["items"]} == {
        "alder": {"items": 4, "settled": 2, "late": 1},
        "birch": {"items": 4, "settled": 0, "late": 1},
    }
    clock.tick(timedelta(hours=12))
    assert premises_list(context, lead)["items"][0]["progress"]["settled"] == 1
    assert premises_list(context, builders.person(context, "Sam", Role.STAFF))["items"][0]["progress"] is None


def test_the_list_goes_on_where_the_page_before_ended(context: Context) -> None:
    lead = builders.lead(context)
    first = premises_list(context, lead, limit=1)
    assert (first["next"], first["districts"]) == ("alder alder", ["North"])
    assert [row["id"] for row in premises_list(context, lead, after=first["next"])["items"]] == ["birch"]
    assert premises_list(context, lead, response_level=ResponseLevel.NORMAL, district="North", q="al")["items"] == []


def test_the_list_is_in_order_of_name_whatever_its_capitals_and_page_by_page_holds_each_once(context: Context) -> None:
    lead = builders.lead(context)
    named = {"a-yard": "zinc Yard", "b-post": "Ash Post", "c-post": "ash post", "d-hall": "Ash % Hall", "z": "B" * 200}
    builders.register(context, *({"id": premises_id, "name": name} for premises_id, name in named.items()))
    found, after = [], None
    while True:
        page = premises_list(context, lead, after=after, limit=1)
        found += [row["id"] for row in page["items"]]
        if (after := page["next"]) is None:
            break
    assert found == ["alder", "d-hall", "b-post", "c-post", "z", "birch", "a-yard"]


def test_a_premises_whose_list_could_not_be_made_is_still_listed(context: Context) -> None:
    lead = builders.lead(context)
    with context.store.write() as writer:
        gone = checklists.update().where(checklists.c.subject == "birch").values(superseded_at=writer.at)
        writer.connection.execute(gone)
        writer.record("system", "test.lost", "birch", {})
    assert [row["progress"] is None for row in premises_list(context, lead)["items"]] == [False, True]


def test_an_item_is_late_until_it_is_settled(context: Context, clock: FrozenClock) -> None:
    lead = builders.lead(context)
    clock.tick(timedelta(hours=2))
    found = item_view(context, lead, present(context)["id"], "H2")
    with pytest.raises(NotFound, match="no item X9"):
        item_view(context, lead, present(context)["id"], "X9")
    assert (found["item"]["late"], found["late"]) == (True, 1)
    tick(context, lead, present(context), "H2", "declined", "too costly")
    assert premises_view(context, lead, "alder")["checklist"]["late"] == 1
    items.agree_item(context, builders.gold(context), present(context)["id"], "H2")
    assert premises_view(context, lead, "alder")["checklist"]["late"] == 0


def test_what_recurs_can_be_worked_on_after_the_sign_off_once_its_next_turn_begins(
    context: Context, clock: FrozenClock
) -> None:
    lead = builders.lead(context)
    for option_id in ("N1", "H1", "H2", "S1"):
        tick(context, lead, present(context), option_id)
    seen = present(context)
    items.sign_off(context, lead, seen["id"], seen["version"])
    assert not premises_view(context, lead, "alder")["checklist"]["workable"]
    clock.tick(timedelta(hours=24))
    shown = premises_view(context, lead, "alder")["checklist"]
    assert [item["option_id"] for item in shown["items"] if item["workable"]] == ["S1"]
    assert not item_of(shown, "H1")["workable"]


def test_the_force_list_is_for_those_who_command(context: Context) -> None:
    found = force_view(context, builders.person(context, "Cleo", Role.CTSA))
    assert (found["premises_name"], found["workable"]) == (None, False)
    assert force_view(context, builders.gold(context))["workable"]
    with pytest.raises(Forbidden):
        force_view(context, manager(context))
    with context.store.write() as writer:
        writer.connection.execute(checklists.update().values(superseded_at=writer.at))
        writer.record("system", "test.lost", "force", {})
    with pytest.raises(NotFound, match="opq init"):
        force_view(context, builders.gold(context))
