"""Keying in from paper after an outage: every row or none, both times kept, marked for good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.operations import checklists, items, keyed_in, printing
from service.operations import requests as waiting
from service.operations.context import Context
from service.operations.keyed_rows import Line
from service.operations.people import Role
from service.store.tables import audit_entries, item_states, requests
from tests import builders, lists
from tests.builders import NOON
from tests.fakes import FrozenClock


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(small_url: str, clock: FrozenClock) -> Iterator[Context]:
    with lists.small_context(small_url, clock) as context:
        clock.tick(timedelta(hours=3))
        yield context


def on_paper(context: Context, premises_id: str = "alder") -> tuple[int, dict[str, str]]:
    printed = printing.printed_present(context, builders.lead(context), premises_id)
    return printed["id"], {item["option_id"]: item["code"] for item in printed["items"]}


def key(context: Context, list_id: int, *rows: Line) -> dict[str, Any]:
    return keyed_in.key_in(context, lists.manager(context), list_id, rows)


def faults(context: Context, list_id: int, *rows: Line) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        key(context, list_id, *rows)
    return {fault.field: fault.message for fault in refused.value.fields}


def test_what_was_done_on_paper_is_kept_with_both_times_and_both_names(context: Context) -> None:
    list_id, code = on_paper(context)
    rows = (Line(1, code["H1"].lower(), "12:40", " Al Alder "), Line(2, "", "", ""), Line(3, code["N1"], "12:50", "Bo"))
    seen = lists.present(context)
    answer = key(context, list_id, *rows)
    assert answer == {
        "checklist_id": list_id,
        "premises_id": "alder",
        "version": seen["version"] + 1,
        "taken": 2,
    }
    item = lists.item_of(lists.present(context), "H1")
    assert (item["status"], item["by"], item["at"][:16]) == ("done", "Mo Manager", "2026-11-21T15:00")
    assert item["retrospective"] == {"at": "2026-11-21T12:40:00Z", "by": "Al Alder"}
    with context.store.read() as reader:
        actions = list(reader.connection.execute(select(audit_entries.c.action)).scalars())
    assert actions.count("items.keyed_in") == 1
    assert context.store.verify().valid


def test_staff_are_not_told_who(context: Context) -> None:
    list_id, code = on_paper(context)
    key(context, list_id, Line(1, code["N1"], "12:50", "Bo"))
    staff = builders.person(context, "Sy Staff", Role.STAFF, "alder")
    item = lists.item_of(checklists.present_checklist(context, staff, "alder"), "N1")
    assert item["retrospective"] == {"at": "2026-11-21T12:50:00Z", "by": None}


def test_what_is_ticked_at_once_is_not_marked(context: Context) -> None:
    lists.tick(context, lists.manager(context), lists.present(context), "H1")
    assert lists.item_of(lists.present(context), "H1")["retrospective"] is None


def test_one_bad_row_keeps_all_out(context: Context) -> None:
    list_id, code = on_paper(context)
    before = lists.present(context)
    _, elsewhere = on_paper(context, "birch")
    found = faults(
        context,
        list_id,
        Line(1, code["H1"], "12:40", "Al"),
        Line(2, elsewhere["H1"], "12:40", "Al"),
        Line(3, code["N1"], "11:59", "Al"),
    )
    assert set(found) == {"code-2", "at-3"}
    assert f"list {list_id}" in found["code-2"]
    assert lists.present(context) == before


def test_rows_that_are_wrong_by_themselves_are_told_all_at_once(context: Context) -> None:
    list_id, code = on_paper(context)
    rows = (Line(1, "????", "99", ""), Line(2, code["H1"], "12:40", "Al"), Line(3, code["H1"], "12:40", "Al"))
    assert set(faults(context, list_id, *rows)) == {"by-1", "code-1", "at-1", "code-3"}
    assert set(faults(context, list_id)) == {"code-1"}
    assert faults(context, list_id, *(Line(number, "x", "", "") for number in range(51))) == {}


def test_nothing_that_was_recorded_since_is_overwritten(context: Context, clock: FrozenClock) -> None:
    list_id, code = on_paper(context)
    lead = builders.lead(context)
    items.tick(context, lead, list_id, "H1", "blocked", "no key", lists.present(context)["version"])
    clock.tick(timedelta(hours=1))
    found = faults(context, list_id, Line(1, code["H1"], "14:00", "Al"))
    assert "blocked" in found["code-1"]
    key(context, list_id, Line(1, code["H1"], "15:30", "Al"))
    assert lists.statuses(lists.present(context))["H1"] == "done"
    found = faults(context, list_id, Line(1, code["H1"], "15:40", "Bo"))
    assert "done" in found["code-1"]


def test_a_recurring_item_is_ticked_for_the_turn_in_which_it_was_done(context: Context, clock: FrozenClock) -> None:
    list_id, code = on_paper(context)
    key(context, list_id, Line(1, code["S1"], "12:30", "Al"))
    assert lists.statuses(lists.present(context))["S1"] == "open", "its turn is over; the one since 14:00 is open"
    with context.store.read() as reader:
        turns = list(reader.connection.execute(select(item_states.c.occurrence)).scalars())
    assert turns == ["2026-11-21T06:00"]
    assert "done" in faults(context, list_id, Line(1, code["S1"], "12:45", "Bo"))["code-1"]


def test_paper_of_a_list_that_was_replaced_counts_for_the_one_in_its_place(context: Context) -> None:
    list_id, code = on_paper(context)
    lists.move(context, "CRITICAL")
    present = lists.present(context)
    answer = key(context, list_id, Line(1, code["H1"], "12:40", "Al"))
    assert answer["checklist_id"] == present["id"] != list_id
    assert lists.statuses(lists.present(context))["H1"] == "done"


def test_an_item_that_the_list_in_force_no_longer_has_is_told(context: Context) -> None:
    lists.move(context, "CRITICAL")
    list_id, code = on_paper(context)
    lists.move(context, "SUBSTANTIAL")
    assert "no longer stands" in faults(context, list_id, Line(1, code["E1"], "15:00", "Al"))["code-1"]


def test_a_list_signed_off_since_takes_nothing_more(context: Context) -> None:
    list_id, code = on_paper(context)
    lead = builders.lead(context)
    items.tick(context, lead, list_id, "H1", "blocked", "no key", lists.present(context)["version"])
    done = lists.decide_all(context, lead, list_id)
    items.sign_off(context, lead, list_id, done["version"])
    assert "signed off" in faults(context, list_id, Line(1, code["H1"], "15:00", "Al"))["code-1"]


def test_a_stand_down_list_that_has_ended_has_none_in_its_place(context: Context) -> None:
    lists.tick(context, builders.lead(context), lists.present(context), "H1")
    lists.move(context, "LOW")
    standing_down = lists.standing_down(context)
    assert standing_down is not None
    printed = printing.printed_list(context, builders.lead(context), standing_down["id"])
    done = lists.decide_all(context, builders.lead(context), printed["id"])
    items.sign_off(context, builders.lead(context), printed["id"], done["version"])
    with pytest.raises(Conflict, match="no longer in force"):
        key(context, printed["id"], Line(1, printed["items"][0]["code"], "15:00", "Al"))


def test_a_required_item_declined_on_paper_waits_for_a_second_person_and_stays_marked(context: Context) -> None:
    list_id, code = on_paper(context)
    key(context, list_id, Line(1, code["H2"], "12:40", "Al", "declined", "no staff"))
    assert not lists.item_of(lists.present(context), "H2")["agreed"]
    with context.store.read() as reader:
        kinds = list(reader.connection.execute(select(requests.c.kind)).scalars())
    assert kinds == [waiting.ITEM_AGREEMENT]
    items.agree_item(context, builders.gold(context), list_id, "H2")
    agreed = lists.item_of(lists.present(context), "H2")
    assert (agreed["agreed"], agreed["retrospective"]) == (True, {"at": "2026-11-21T12:40:00Z", "by": "Al"})


def test_only_who_may_work_on_the_list_keys_in(context: Context) -> None:
    list_id, code = on_paper(context)
    row = Line(1, code["H1"], "12:40", "Al")
    with pytest.raises(Forbidden):
        keyed_in.key_in(context, builders.person(context, "Cy Adviser", Role.CTSA), list_id, [row])
    with pytest.raises(NotFound):
        keyed_in.key_in(context, lists.manager(context, "Other", "birch"), list_id, [row])
