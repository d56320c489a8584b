"""Reading lists: what they hold, in which order, who sees what, and at what cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from service.config import Settings
from service.errors import Forbidden, Invalid, NotFound
from service.operations import checklists, items
from service.operations.context import Context
from service.operations.people import Role
from service.store.transactions import Store
from tests import builders, lists
from tests.builders import NOON
from tests.counting import counted
from tests.fakes import FrozenClock


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(small_url: str, clock: FrozenClock) -> Iterator[Context]:
    with lists.small_context(small_url, clock) as context:
        yield context


def test_a_list_holds_the_options_of_the_level_that_nobody_touched_yet(context: Context) -> None:
    found = lists.present(context)
    assert (found["premises_id"], found["kind"], found["state"]) == ("alder", "response", "open")
    assert found["response_level"] == "HEIGHTENED"
    assert found["plan"]["example"] is True
    assert lists.statuses(found) == {"N1": "open", "H1": "open", "H2": "open", "S1": "open"}
    assert found["progress"] == {"open": 4, "done": 0, "not_applicable": 0, "declined": 0, "blocked": 0}


def test_an_item_says_all_that_the_contract_names(context: Context) -> None:
    seen = lists.present(context)
    lists.tick(context, lists.manager(context), seen, "H1", note="both doors")
    item = lists.item_of(lists.present(context), "H1")
    assert item | {"at": None, "due_at": None} == {
        "option_id": "H1",
        "category": "First",
        "text": "Do H1",
        "obligation": "consider",
        "audience": "managers",
        "owner_role": "station_manager",
        "due_at": None,
        "repeat": None,
        "occurrence": "",
        "status": "done",
        "note": "both doors",
        "retrospective": None,
        "agreed": True,
        "by": "Mo Manager",
        "at": None,
        "caution": None,
        "reverse": "Undo H1",
        "reference": "a test",
        "marking": "OFFICIAL",
        "new": True,
        "version": seen["version"] + 1,
    }
    assert item["due_at"] > seen["issued_at"]


def test_items_go_by_category_then_new_at_this_level_then_deadline(context: Context) -> None:
    lists.move(context, "CRITICAL")
    found = lists.present(context)
    assert [item["option_id"] for item in found["items"]] == ["E1", "H2", "H1", "N1", "E2", "S2", "S1"]
    assert [item["option_id"] for item in found["items"] if item["new"]] == ["E1", "E2", "S2"]


def test_staff_see_only_what_is_for_all_staff_and_no_names(context: Context) -> None:
    lists.tick(context, lists.manager(context), lists.present(context), "N1")
    found = checklists.present_checklist(context, builders.person(context, "Sam Staff", Role.STAFF), "alder")
    assert lists.statuses(found) == {"N1": "done"}
    assert found["items"][0]["by"] is None
    assert found["progress"]["done"] == 1
    assert sum(found["progress"].values()) == 1


def test_a_manager_sees_only_their_own_premises(context: Context) -> None:
    manager = lists.manager(context)
    assert checklists.present_checklist(context, manager, "alder")["premises_id"] == "alder"
    with pytest.raises(NotFound):
        checklists.present_checklist(context, manager, "birch")
    with pytest.raises(NotFound):
        checklists.checklist(context, manager, lists.present(context, "birch")["id"])


def test_a_restricted_premises_shows_its_list_only_to_those_named_on_it(context: Context) -> None:
    builders.register(context, {"id": "cedar", "restricted": True, "manager": "Nia Named"})
    named = builders.person(context, "Nia Named", Role.DUTY_OFFICER)
    assert checklists.present_checklist(context, named, "cedar")["premises_id"] == "cedar"
    with pytest.raises(NotFound):
        checklists.present_checklist(context, builders.lead(context), "cedar")


@pytest.mark.parametrize("premises_id", ["nowhere", "*", ""])
def test_there_is_no_list_of_unknown_premises(context: Context, premises_id: str) -> None:
    with pytest.raises(NotFound):
        checklists.present_checklist(context, builders.lead(context), premises_id)


@pytest.mark.parametrize("checklist_id", [0, -1, 999_999, 2**70])
def test_there_is_no_list_of_an_unknown_number(context: Context, checklist_id: int) -> None:
    with pytest.raises(NotFound):
        checklists.checklist(context, builders.lead(context), checklist_id)


def test_the_force_has_a_list_of_its_own_for_those_who_command(context: Context) -> None:
    found = checklists.force_checklist(context, builders.gold(context))
    assert found["premises_id"] is None
    assert lists.statuses(found) == {"F1": "open"}
    assert checklists.checklist(context, builders.gold(context), found["id"]) == found
    manager = lists.manager(context)
    with pytest.raises(Forbidden):
        checklists.force_checklist(context, manager)
    with pytest.raises(NotFound):
        checklists.checklist(context, manager, found["id"])


def test_before_the_first_decision_there_is_no_force_list(migrated_url: str) -> None:
    store = Store(migrated_url, FrozenClock(NOON), builders.KEY)
    context = Context(store, lists.small_policy(), Settings(database_url=migrated_url))
    with closing(store), pytest.raises(NotFound):
        checklists.force_checklist(context, builders.SYSTEM_LIKE)


def test_a_superseded_list_is_shown_as_it_stood_then(context: Context) -> None:
    manager, before = lists.manager(context), lists.present(context)
    lists.tick(context, manager, before, "H1")
    lists.move(context, "CRITICAL")
    lists.tick(context, manager, lists.present(context), "H2")
    lists.move(context, "LOW")
    old = checklists.checklist(context, manager, before["id"])
    assert old["state"] == "superseded"
    assert lists.statuses(old) == {"N1": "open", "H1": "done", "H2": "open", "S1": "open"}


def test_all_lists_of_a_premises_newest_first_by_page(context: Context) -> None:
    lists.tick(context, lists.manager(context), lists.present(context), "H1")
    lists.move(context, "LOW")
    lead = builders.lead(context)
    first = checklists.checklists_of(context, lead, "alder", limit=2)
    assert [(row["kind"], row["state"]) for row in first["items"]] == [("stand_down", "open"), ("response", "open")]
    rest = checklists.checklists_of(context, lead, "alder", first["next"])
    assert [row["state"] for row in rest["items"]] == ["superseded"] * len(rest["items"])
    assert rest["next"] is None


@pytest.mark.parametrize("cursor", ["x", "-1", "", "²", str(2**70)])
def test_a_cursor_that_no_answer_gave_is_refused(context: Context, cursor: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checklists.checklists_of(context, builders.lead(context), "alder", cursor)
    assert refusal.value.fields[0].field == "cursor"


def test_reading_a_list_takes_three_queries(context: Context) -> None:
    who, seen = builders.lead(context), lists.present(context)
    lists.tick(context, who, seen, "H1")
    items.add_item(context, who, seen["id"], "Move the bins", "station_manager")
    for read in (
        lambda: checklists.present_checklist(context, who, "alder"),
        lambda: checklists.checklist(context, who, seen["id"]),
        lambda: checklists.force_checklist(context, who),
    ):
        with counted(context) as queries:
            read()
        assert len(queries) <= 3, queries


def test_the_etag_changes_with_the_list_and_when_a_shift_or_day_begins(context: Context, clock: FrozenClock) -> None:
    first = lists.present(context)
    assert lists.present(context)["etag"] == first["etag"]
    ticked = lists.tick(context, lists.manager(context), first, "H1")
    assert lists.present(context)["etag"] == ticked["etag"] != first["etag"]
    clock.tick(timedelta(hours=2))
    assert lists.present(context)["etag"] != ticked["etag"]


def test_a_list_that_waits_for_no_turn_keeps_its_etag(context: Context, clock: FrozenClock) -> None:
    force = checklists.force_checklist(context, builders.gold(context))
    clock.tick(timedelta(days=3))
    assert checklists.force_checklist(context, builders.gold(context))["etag"] == force["etag"]


def test_a_recurring_item_is_open_again_in_its_next_turn(context: Context, clock: FrozenClock) -> None:
    manager = lists.manager(context)
    lists.tick(context, manager, lists.present(context), "S1")
    assert lists.item_of(lists.present(context), "S1")["occurrence"] == "2026-11-21T06:00"
    assert lists.statuses(lists.present(context))["S1"] == "done"
    clock.tick(timedelta(hours=2))
    assert lists.statuses(lists.present(context))["S1"] == "open"
    assert lists.item_of(lists.present(context), "S1")["due_at"] == "2026-11-21T18:00:00Z"
