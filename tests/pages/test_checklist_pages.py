"""Working through a list on its pages: ticking, reasons, agreement, two people at once, handing over, signing off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from service.operations.context import Context
from service.operations.people import Role
from service.store.migrate import upgrade
from tests import builders
from tests.databases import Databases
from tests.fakes import FrozenClock
from tests.lists import decide_all, item_of, move, present, small_policy, standing_down, statuses
from tests.visitors import Page, Visitor, Visitors

ALDER = "/premises/alder"


@pytest.fixture
def context(sqlite_databases: Databases, clock: FrozenClock) -> Iterator[Context]:
    small = {"policy": small_policy(), "falls_need_two": False}
    with sqlite_databases.filled(upgrade) as url, builders.context_on(url, clock=clock, **small) as context:
        builders.register(context, {"id": "alder"}, {"id": "birch"})
        move(context, "SUBSTANTIAL")
        yield context


@pytest.fixture
def mo(visitors: Visitors) -> Visitor:
    return visitors.as_(Role.STATION_MANAGER, "alder", name="Mo Manager")


def address(context: Context, option_id: str = "H1") -> str:
    return f"/checklists/{present(context)['id']}/items/{option_id}"


def say(visitor: Visitor, context: Context, option_id: str = "H1", status: str = "done", **more: Any) -> Page:
    seen = more.pop("version", present(context)["version"])
    return visitor.post(address(context, option_id), {"status": status, "version": seen, "then": ALDER, **more})


def test_one_press_in_the_list_ticks_an_item_and_leads_back_to_it(mo: Visitor, context: Context) -> None:
    page = mo.get(ALDER)
    assert "done-H1" in page.ids
    answer = mo.post(f"{address(context)}?turn=", {"status": "done", **page.fields})
    assert answer.location == f"{ALDER}#item-H1"
    assert "Done by Mo Manager at 12:00" in (after := mo.follow(answer)).text
    assert "done-H1" not in after.ids
    assert "1 of 4 dealt with" in after.text


def test_a_form_may_lead_back_to_lists_only(mo: Visitor, context: Context) -> None:
    answer = say(mo, context, then="//evil.example")
    assert answer.location == f"/checklists/{present(context)['id']}#item-H1"
    assert mo.follow(answer).location == ALDER


def test_what_is_not_done_needs_a_reason_and_common_ones_are_offered(mo: Visitor, context: Context) -> None:
    refused = say(mo, context, status="blocked", note="", **{"from": "why"})
    assert refused.status == 422
    assert "Error: " in refused.text
    assert "say why the item is blocked" in refused.text
    assert {"#why", "#main-content"} <= set(refused.links)
    assert "why" in refused.ids
    assert say(mo, context, status="blocked", reason_code="no_staff").status == 303
    assert "Blocked by Mo Manager at 12:00: No staff to do it" in mo.get(ALDER).text


def test_a_tick_can_be_taken_back_with_a_reason(mo: Visitor, context: Context) -> None:
    say(mo, context)
    assert "Undo" in mo.get(address(context)).text
    assert say(mo, context, status="open").status == 422
    assert say(mo, context, status="open", note="wrong gate").status == 303
    assert statuses(present(context))["H1"] == "open"


def test_a_required_item_waits_until_the_lead_agrees(mo: Visitor, visitors: Visitors, context: Context) -> None:
    say(mo, context, "H2", status="declined", reason_code="risk_accepted")
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    assert "Declined, waits for agreement" in mo.get(ALDER).text
    assert "Agree that it is declined" not in mo.get(address(context, "H2")).text
    assert "Agree that it is declined" in lead.get(address(context, "H2")).text
    assert mo.post(f"{address(context, 'H2')}/agree").status == 403
    assert lead.post(f"{address(context, 'H2')}/agree", {"then": ALDER}).location == f"{ALDER}#item-H2"
    assert item_of(present(context), "H2")["agreed"]


def test_a_stale_tick_shows_both_sides_and_lets_the_person_choose(
    mo: Visitor, visitors: Visitors, context: Context, clock: FrozenClock
) -> None:
    seen = present(context)["version"]
    say(visitors.as_(Role.STATION_MANAGER, "alder", name="Ann Jones"), context, status="declined", note="no fence")
    clock.tick(timedelta(minutes=1))
    stale = say(mo, context, version=seen)
    assert stale.status == 409
    assert "You said done at 12:01" in stale.text
    assert "Ann Jones said declined at 12:00, because: no fence" in stale.text
    assert "Leave it at declined" in stale.text
    chosen = mo.post(address(context), {**stale.fields})
    assert chosen.status == 303
    assert item_of(present(context), "H1")["by"] == "Mo Manager"


def test_two_who_said_the_same_have_nothing_to_choose(mo: Visitor, visitors: Visitors, context: Context) -> None:
    seen = present(context)["version"]
    say(visitors.as_(Role.DUTY_OFFICER), context)
    assert "You agree, so there is nothing left to do." in say(mo, context, version=seen).text


def test_a_tick_on_a_list_that_was_replaced_leads_to_the_present_one(mo: Visitor, context: Context) -> None:
    before = address(context)
    move(context, "CRITICAL")
    answer = mo.post(before, {"status": "done", "version": "1"})
    assert answer.status == 409
    assert "no longer in force" in answer.text
    assert ALDER in answer.links


def test_a_tick_for_a_turn_that_is_over_asks_again(mo: Visitor, context: Context) -> None:
    answer = mo.post(f"{address(context, 'S1')}?turn=2020-01-01", {"status": "done", "version": "1"})
    assert answer.status == 409
    assert "a turn that is over" in answer.text


def test_a_script_is_answered_without_a_page_and_the_same_tick_counts_once(
    mo: Visitor, context: Context, clock: FrozenClock
) -> None:
    said_at = clock.now().isoformat()
    clock.tick(timedelta(minutes=16))
    tick = {"mark": "a-1", "said_at": said_at}
    for _ in range(2):
        answer = mo.post(address(context), {"status": "done", "version": "1", **tick}, **{"X-Requested-With": "ticks"})
        assert (answer.status, answer.text) == (204, "")
    assert "(said at 12:00, sent later)" in mo.get(ALDER).text
    assert present(context)["version"] == 2


def test_a_time_that_no_clock_shows_is_taken_as_now(mo: Visitor, context: Context) -> None:
    assert say(mo, context, said_at="yesterday").status == 303
    assert ", sent later)" not in mo.get(ALDER).text


def test_a_form_without_its_version_changes_nothing(mo: Visitor, context: Context) -> None:
    assert mo.post(address(context), {"status": "done"}).status == 428
    assert statuses(present(context))["H1"] == "open"


def test_an_open_page_is_told_only_of_what_has_changed(mo: Visitor, context: Context) -> None:
    seen = present(context)
    part = f"/checklists/{seen['id']}/items"
    assert mo.get(f"{part}?seen={seen['etag']}").status == 204
    say(mo, context)
    fresh = mo.get(f"{part}?seen={seen['etag']}")
    assert "Done by Mo Manager" in fresh.text
    assert "Main" not in fresh.text
    move(context, "CRITICAL")
    assert "This list was replaced" in mo.get(f"{part}?seen={seen['etag']}").text


def test_what_is_new_comes_first_and_what_continues_is_folded(mo: Visitor, context: Context) -> None:
    move(context, "CRITICAL")
    page = mo.get(ALDER)
    assert "Since HEIGHTENED: 3 new items, 4 that continue." in page.text
    assert page.text.index("Do E1") < page.text.index("3 from before this level: 3 open") < page.text.index("Do H1")
    assert "folded-1" in page.ids


def test_a_list_is_handed_over_by_name(mo: Visitor, context: Context) -> None:
    path = f"/checklists/{present(context)['id']}/hand-over"
    assert "nobody yet" in mo.get(path).text
    assert "Error: " in mo.post(path, {"to": ""}).text
    assert mo.post(path, {"to": "Ann Jones", "note": "key in the safe"}).location == ALDER
    assert "In the hands of Ann Jones" in mo.get(ALDER).text


def test_an_item_of_ones_own_is_added(mo: Visitor, context: Context) -> None:
    path = f"/checklists/{present(context)['id']}/add-item"
    assert "Whose task is it?" in mo.get(path).text
    wish = {"text": "Watch the footpath", "owner_role": "station_manager", "due_at": "soon"}
    for told, why in (("soon", "Give a date and a time"), ("2027-03-28T01:30", "The clocks go forward")):
        assert why in (refused := mo.post(path, {**wish, "due_at": told})).text
        assert refused.status == 422
    for _ in range(2):
        assert mo.post(path, {**wish, "due_at": "2026-11-21T14:30", "mark": "m"}).location == ALDER
    page = mo.get(ALDER).text
    assert page.count("Watch the footpath Due 14:30") == 1
    assert mo.post(path, {**wish, "due_at": ""}).status == 303


def test_sign_off_needs_every_item_decided_and_the_very_version(mo: Visitor, context: Context) -> None:
    path = f"/checklists/{present(context)['id']}/sign-off"
    assert "4 of 4 items are not decided yet" in mo.get(path).text
    assert mo.post(path, {"version": present(context)["version"]}).status == 409
    decide_all(context, builders.lead(context), present(context)["id"])
    seen = mo.get(path).fields
    say(mo, context, status="open", note="again")
    say(mo, context)
    stale = mo.post(path, {"version": seen["version"]})
    assert "Somebody changed the list after you opened this page" in stale.text
    assert mo.post(path, {"version": stale.fields["version"]}).location == ALDER
    page = mo.get(ALDER)
    assert "Signed off by Mo Manager" in page.text
    assert "Hand over" not in page.text
    assert "was signed off" in say(mo, context).text


def test_what_was_done_is_stood_down_on_a_list_of_its_own(mo: Visitor, context: Context) -> None:
    say(mo, context)
    move(context, "LOW")
    found = standing_down(context)
    assert found is not None
    page = mo.get(ALDER)
    assert "1 measure was done and no longer applies" in page.text
    assert f"/checklists/{found['id']}" in page.links
    beside = mo.get(f"/checklists/{found['id']}")
    assert "Stand-down list" in beside.text
    assert "Undo H1" in beside.text
    answer = mo.post(
        f"/checklists/{found['id']}/items/H1",
        {"status": "done", "version": found["version"], "then": f"/checklists/{found['id']}"},
    )
    assert "Done by Mo Manager" in mo.follow(answer).text


def test_the_force_has_a_list_for_those_who_command(visitors: Visitors, mo: Visitor, context: Context) -> None:
    gold = visitors.as_(Role.GOLD)
    page = gold.get("/force")
    assert "Do F1" in page.text
    (item,) = [link for link in page.links if "/items/F1" in link]
    assert gold.post(item, {"status": "done", "version": page.fields["version"], "then": "/force"}).status == 303
    assert "Done by Gold" in gold.get("/force").text
    assert mo.get("/force").status == 403
    assert mo.get(item).status == 404
    ctsa = visitors.as_(Role.CTSA)
    assert not [mark for mark in ctsa.get("/force").ids if mark.startswith("done-")]
    assert ctsa.post(item, {"status": "done", "version": "2"}).status == 403


@pytest.mark.parametrize("role", [Role.STAFF, Role.CTSA, Role.AUDITOR])
def test_those_who_only_read_are_offered_nothing_and_refused(visitors: Visitors, context: Context, role: Role) -> None:
    visitor = visitors.as_(role)
    shown = visitor.get(address(context, "N1"))
    assert "Do N1" in shown.text
    assert "say-done" not in shown.ids
    assert say(visitor, context, "N1").status == 403
    for work in ("hand-over", "add-item", "sign-off"):
        assert visitor.get(f"/checklists/{present(context)['id']}/{work}").status == 403


def test_staff_do_not_see_an_item_that_is_not_for_all(visitors: Visitors, context: Context) -> None:
    staff = visitors.as_(Role.STAFF)
    assert staff.get(address(context, "H1")).status == 404
    assert "Do H1" not in staff.get(ALDER).text
    assert "Do H1" not in staff.get(f"/checklists/{present(context)['id']}/items").text


def test_nobody_works_on_the_list_of_another_premises(visitors: Visitors, context: Context) -> None:
    other = visitors.as_(Role.STATION_MANAGER, "birch", name="Bo Birch")
    found = present(context)["id"]
    for path in (
        address(context),
        f"/checklists/{found}",
        f"/checklists/{found}/items",
        f"/checklists/{found}/sign-off",
    ):
        assert other.get(path).status == 404
    assert say(other, context).status == 404
    assert statuses(present(context))["H1"] == "open"
