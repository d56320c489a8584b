"""What goes on paper: codes that stay, the poster of what is for all staff, and the pack of both."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.errors import NotFound
from service.operations import checklists, items, printing, register
from service.operations.codes import is_code
from service.operations.context import Context
from service.operations.people import Role
from tests import builders, lists


@pytest.fixture
def context(small_url: str) -> Iterator[Context]:
    with lists.small_context(small_url) as context:
        yield context


def test_a_printed_list_is_the_list_with_codes_and_the_name_of_its_premises(context: Context) -> None:
    lead = builders.lead(context)
    printed = printing.printed_present(context, lead, "alder")
    seen = lists.present(context)
    assert {name: printed[name] for name in seen if name != "items"} == {
        name: seen[name] for name in seen if name != "items"
    }
    assert printed["premises_name"] == "alder"
    assert printed["printed_at"].startswith("2026-11-21T12:00")
    codes = [item["code"] for item in printed["items"]]
    assert len(set(codes)) == len(codes) == len(seen["items"])
    assert all(is_code(code) for code in codes)


def test_codes_stay_while_the_list_is_worked_on(context: Context) -> None:
    lead = builders.lead(context)
    before = {item["option_id"]: item["code"] for item in printing.printed_present(context, lead, "alder")["items"]}
    seen = lists.present(context)
    lists.tick(context, lead, seen, "H1")
    added = items.add_item(context, lead, seen["id"], "Check the gate", "estates")["item"]["option_id"]
    after = {item["option_id"]: item["code"] for item in printing.printed_list(context, lead, seen["id"])["items"]}
    assert after.pop(added) not in before.values()
    assert after == before


def test_staff_have_the_codes_that_others_have_for_the_same_items(context: Context) -> None:
    staff = builders.person(context, "Sy Staff", Role.STAFF, "alder")
    whole = printing.printed_present(context, builders.lead(context), "alder")
    theirs = printing.printed_present(context, staff, "alder")
    assert [(item["option_id"], item["code"]) for item in theirs["items"]] == [
        (item["option_id"], item["code"]) for item in whole["items"] if item["audience"] == "all_staff"
    ]


def test_the_list_of_the_force_has_no_premises(context: Context) -> None:
    lead = builders.lead(context)
    printed = printing.printed_list(context, lead, checklists.force_checklist(context, lead)["id"])
    assert printed["premises_name"] is None
    assert [item["option_id"] for item in printed["items"]] == ["F1"]


def test_the_poster_holds_only_what_is_for_all_staff_and_names_nobody_to_them(context: Context) -> None:
    admin = builders.person(context, "Ada Admin", Role.ADMIN)
    register.put_premises(context, admin, "alder", {"name": "Alder House", "manager": "Mo", "duty_contact": "101"})
    lists.move(context, "CRITICAL")
    told = printing.poster(context, builders.lead(context), "alder")
    assert (told["premises_name"], told["response_level"], told["marking"]) == (
        "Alder House",
        "EXCEPTIONAL",
        "OFFICIAL",
    )
    assert [item["option_id"] for item in told["items"]] == ["N1", "E2"]
    assert told["contacts"] == {"manager": "Mo", "duty_contact": "101"}
    staff = builders.person(context, "Sy Staff", Role.STAFF, "alder")
    assert printing.poster(context, staff, "alder") == {**told, "contacts": {}}


def test_the_pack_holds_the_stand_down_list_while_it_is_open(context: Context) -> None:
    lead = builders.lead(context)
    assert [found["kind"] for found in printing.pack(context, lead, "alder")["lists"]] == ["response"]
    lists.tick(context, lead, lists.present(context), "H1")
    lists.move(context, "LOW")
    pack = printing.pack(context, lead, "alder")
    assert [found["kind"] for found in pack["lists"]] == ["response", "stand_down"]
    assert pack["poster"]["response_level"] == "NORMAL"


def test_there_is_no_paper_of_what_one_may_not_see(context: Context) -> None:
    stranger = lists.manager(context, "Other", "birch")
    for paper in (printing.printed_present, printing.poster, printing.pack):
        with pytest.raises(NotFound):
            paper(context, stranger, "alder")
