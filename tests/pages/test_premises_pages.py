"""The premises: the list, and one with its level, why, and its checklist."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.levels import ResponseLevel
from service.operations import checklists
from service.operations.context import Context
from service.operations.overrides import OverrideWish, create_override
from service.operations.people import Role
from tests.builders import NOON, lead
from tests.counting import counted
from tests.lists import decide_all, manager, move
from tests.visitors import Visitor, Visitors


def test_the_lead_finds_a_premises_by_words_district_and_level(visitors: Visitors) -> None:
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    assert "south-office" in (everything := lead.get("/premises")).text
    assert "/premises/north-hq" in everything.links
    assert "quiet-house" not in everything.text
    for query in ("q=HQ", "district=North", "level=HEIGHTENED&q=north"):
        found = lead.get(f"/premises?{query}").text
        assert "north-hq" in found
        assert "south-office" not in found.split("Since")[1]
    assert "No premises is like that" in lead.get("/premises?q=nowhere").text
    assert lead.get("/premises?q=%00").status == 422


def test_the_figures_of_the_board_lead_to_the_premises_that_they_count(visitors: Visitors, context: Context) -> None:
    wish = OverrideWish("raise", "a crowd at the gate", NOON + timedelta(hours=4), ResponseLevel.EXCEPTIONAL)
    create_override(context, lead(context), "north-hq", wish)
    visitor = visitors.as_(Role.OP_QUANTITY_LEAD)
    links = visitor.get("/board").links
    silent, expiring = "/premises?acknowledged=no", "/premises?override_expiring=yes"
    assert {silent, expiring} <= set(links)
    assert listed(visitor, expiring) == ["north-hq"]
    assert listed(visitor, silent) == ["north-hq", "south-office"]
    decision = visitor.get("/premises/south-office/staff").fields["decision_id"]
    visitor.post("/premises/south-office/staff/acknowledge", {"decision_id": decision})
    assert listed(visitor, silent) == ["north-hq"]


def test_who_does_not_see_overrides_cannot_ask_for_them(visitors: Visitors) -> None:
    staff = visitors.as_(Role.STAFF)
    assert "override" not in staff.get("/premises").text
    assert staff.get("/premises?override_expiring=yes").status == 403


def listed(visitor: Visitor, path: str) -> list[str]:
    """The premises that a list shows."""
    return [link.removeprefix("/premises/") for link in visitor.get(path).links if link.startswith("/premises/")]


def test_who_manages_several_premises_is_told_first_which_is_furthest_behind(
    visitors: Visitors, context: Context
) -> None:
    move(context, "CRITICAL")
    visitor = visitors.as_(Role.STATION_MANAGER, "north-hq", "south-office")
    visitor.get("/welcome")
    first = visitor.follow(visitor.get("/"))
    assert first.text.index("Furthest behind: north-hq") < first.text.index("Name or postcode")
    found = checklists.present_checklist(context, manager(context, "Mo Manager", "north-hq"), "north-hq")
    decide_all(context, lead(context), found["id"])
    assert "Furthest behind: south-office" in visitor.get("/premises").text
    assert "Furthest behind" not in visitor.get("/premises?q=north").text
    for other in (visitors.as_(Role.OP_QUANTITY_LEAD), visitors.as_(Role.STAFF, "north-hq", "south-office")):
        assert "Furthest behind" not in other.get("/premises").text


def test_the_ways_to_narrow_the_list_are_folded_until_one_is_used(visitors: Visitors) -> None:
    visitor = visitors.as_(Role.OP_QUANTITY_LEAD)
    for path, is_open in (("", False), ("?q=north", False), ("?level=NORMAL", True), ("?acknowledged=no", True)):
        source = visitor.get(f"/premises{path}").answer.get_data(as_text=True)
        assert ('<details class="govuk-details" open>' in source) == is_open


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_each_role_sees_the_list_or_is_refused(visitors: Visitors, role: Role) -> None:
    answer = visitors.as_(role).get("/premises")
    assert answer.status == (403 if role in (Role.FEED, Role.MONITOR) else 200)
    assert ("0 of " in answer.text) == (
        role not in (Role.FEED, Role.MONITOR, Role.ADMIN, Role.STAFF, Role.STATION_MANAGER)
    )


def test_a_manager_of_one_premises_comes_to_it_at_once(visitors: Visitors) -> None:
    visitor = visitors.as_(Role.STATION_MANAGER, "north-hq")
    assert visitor.follow(visitor.get("/premises")).answer.request.path == "/premises/north-hq"
    assert visitor.get("/premises/south-office").status == 404


def test_the_page_says_level_and_why_with_its_reference(visitors: Visitors, context: Context) -> None:
    unconfirmed = visitors.as_(Role.OP_QUANTITY_LEAD).get("/premises/north-hq").text
    assert "Unconfirmed" in unconfirmed
    move(context, "CRITICAL")
    page = visitors.as_(Role.OP_QUANTITY_LEAD).get("/premises/north-hq").text
    assert "EXCEPTIONAL since 21 November 2026, 12:00, before that HEIGHTENED" in page
    assert "The national threat level is CRITICAL (O27 3.2" in page
    assert "Since HEIGHTENED:" in page
    assert "Nobody has acknowledged this level yet." in page
    assert "EXAMPLE" in page
    assert "OFFICIAL-SENSITIVE" in page


def test_the_overrides_in_force_are_told_to_those_who_may_know(visitors: Visitors, context: Context) -> None:
    wish = OverrideWish("raise", "a crowd at the gate", NOON + timedelta(hours=4), ResponseLevel.EXCEPTIONAL)
    create_override(context, lead(context), "north-hq", wish)
    told = visitors.as_(Role.STATION_MANAGER, "north-hq").get("/premises/north-hq").text
    assert "Raised to EXCEPTIONAL by Lena Lead until 21 November 2026, 16:00: a crowd at the gate" in told
    assert "An override raises this premises to EXCEPTIONAL" in told
    assert "a crowd at the gate" not in visitors.as_(Role.STAFF).get("/premises/north-hq").text


def test_staff_see_only_what_is_for_them_and_nothing_to_press(visitors: Visitors) -> None:
    staff, leads = visitors.as_(Role.STAFF), visitors.as_(Role.OP_QUANTITY_LEAD)
    seen, all_of_it = staff.get("/premises/north-hq"), leads.get("/premises/north-hq")
    items = [sum("/items/" in link for link in page.links) for page in (seen, all_of_it)]
    assert 0 < items[0] < items[1]
    assert "Sign off" not in seen.text
    assert not any(mark.startswith("done-") for mark in seen.ids)
    assert staff.get("/premises/quiet-house").status == 404


def test_the_page_costs_six_queries_however_long_the_list(visitors: Visitors, context: Context) -> None:
    for role in (Role.STATION_MANAGER, Role.OP_QUANTITY_LEAD):
        visitor = visitors.as_(role, "north-hq")
        for level in ("CRITICAL", "SUBSTANTIAL"):
            move(context, level)
            with counted(context) as queries:
                assert visitor.get("/premises/north-hq").status == 200
            assert len(queries) <= 6


def test_open_items_alone_can_be_shown(visitors: Visitors, context: Context) -> None:
    visitor = visitors.as_(Role.STATION_MANAGER, "north-hq")
    first = visitor.get("/premises/north-hq")
    path = next(link for link in first.links if "/items/" in link)
    done = visitor.post(path, {"status": "done", "version": "1", "then": "/premises/north-hq?show=open"})
    assert done.location is not None
    assert done.location.startswith("/premises/north-hq?show=open#item-")
    assert path not in visitor.follow(done).links
    assert path in visitor.get("/premises/north-hq").links


def test_what_is_left_is_told_anew_with_the_list_when_somebody_ticks(visitors: Visitors, context: Context) -> None:
    visitor = visitors.as_(Role.STATION_MANAGER, "north-hq")
    before = visitor.get("/premises/north-hq")
    path = next(link for link in before.links if "/items/" in link)
    visitor.post(path, {"status": "done", "version": "1"})
    renewed = visitor.get(f"{path.partition('/items/')[0]}/items")
    left = before.text.partition("What to do : ")[2].split()
    assert f"What to do : {int(left[0]) - 1} of {left[2]} items left" in renewed.text
    assert renewed.ids.count("left") == 1


def test_former_lists_are_kept_and_shown_as_they_stood(visitors: Visitors, context: Context) -> None:
    visitor = visitors.as_(Role.STATION_MANAGER, "north-hq")
    move(context, "CRITICAL")
    lists = visitor.get("/premises/north-hq/checklists")
    assert "superseded" in lists.text
    former, present = sorted((link for link in lists.links if link.startswith("/checklists/")), key=len)[:2][::-1]
    shown = {visitor.get(link).status for link in (former, present)}
    assert shown == {200, 303}


def test_contacts_and_who_was_told_are_shown(visitors: Visitors, context: Context) -> None:
    from service.operations.acknowledgements import acknowledge
    from service.operations.checklists import present_checklist
    from service.operations.response_levels import response_level

    who = manager(context, "Mo Manager", "north-hq")
    assert present_checklist(context, who, "north-hq")
    acknowledge(context, who, "north-hq", response_level(context, who, "north-hq")["decision"]["id"], briefed=14)
    page = visitors.as_(Role.DUTY_OFFICER).get("/premises/north-hq").text
    assert "1 person has acknowledged this level, 14 were briefed, last at 12:00; 5 not yet." in page
