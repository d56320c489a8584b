"""Forms sent a second time, when somebody was there before: the page says so in words and shows how it stands now."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.operations import approvals, overrides, readings
from service.operations.context import Context
from service.operations.people import Role
from service.store.migrate import upgrade
from tests import builders
from tests.builders import NOON, SYSTEM_LIKE
from tests.databases import Databases
from tests.fakes import FrozenClock
from tests.lists import decide_all, move, present, small_policy
from tests.visitors import Page, Visitor, Visitors

TOO_LATE = "Nothing was done: somebody was there before you"


@pytest.fixture
def context(sqlite_databases: Databases, clock: FrozenClock) -> Iterator[Context]:
    with (
        sqlite_databases.filled(upgrade) as url,
        builders.context_on(url, clock=clock, policy=small_policy()) as context,
    ):
        builders.register(context, {"id": "alder"}, {"id": "birch"})
        move(context, "SUBSTANTIAL")
        yield context


@pytest.fixture
def lead(visitors: Visitors) -> Visitor:
    return visitors.as_(Role.OP_QUANTITY_LEAD, name="Lena Lead")


@pytest.fixture
def gold(visitors: Visitors) -> Visitor:
    return visitors.as_(Role.GOLD)


def twice(visitor: Visitor, path: str, **answers: str) -> Page:
    assert visitor.post(path, answers).status == 303
    return visitor.post(path, answers)


def told_of(page: Page, *words: str) -> list[str]:
    """Those of ``words`` that are missing where somebody came too late."""
    assert page.status == 409, page.text
    return [word for word in words if word not in page.text]


def asked(context: Context, premises_id: str) -> int:
    """The request for a lower of a premises."""
    wish = overrides.OverrideWish("lower", "an empty building", NOON + timedelta(hours=2), ResponseLevel.NORMAL)
    overrides.create_override(context, builders.lead(context), premises_id, wish)
    return int(approvals.list_requests(context, builders.lead(context))["items"][0]["id"])


def held(context: Context) -> str:
    """The address of a held reading."""
    source = builders.person(context, "Channel", Role.FEED)
    reading = readings.push_reading(context, source, readings.Pushed(Scope.NATIONAL, ThreatLevel.CRITICAL, "1"))
    return f"/waiting/readings/{reading['id']}"


def test_what_was_approved_or_withdrawn_already(context: Context, lead: Visitor, gold: Visitor) -> None:
    lead.get("/waiting")
    first = asked(context, "alder")
    page = twice(gold, f"/waiting/requests/{first}/approve")
    assert told_of(page, TOO_LATE, "This was approved already; nothing waits.", "Nothing waits.") == []
    second = asked(context, "birch")
    page = twice(lead, f"/waiting/requests/{second}/withdraw")
    assert told_of(page, TOO_LATE, "This was withdrawn already") == []


def test_a_reading_that_was_confirmed_already_keeps_the_reason_for_rejecting_it(
    context: Context, lead: Visitor, gold: Visitor
) -> None:
    reading = held(context)
    page = twice(gold, f"{reading}/confirm")
    assert told_of(page, TOO_LATE, "is not held but accepted") == []
    page = lead.post(f"{reading}/reject", {"reason": "It was a hoax"})
    assert told_of(page, TOO_LATE, "You typed: It was a hoax") == []


def test_an_override_that_is_ended_already_or_whose_end_waits(lead: Visitor) -> None:
    form = lead.get("/premises/alder/override")
    wish = {"kind": "hold", "hours": "4", "reason": "a march"}
    lead.post("/premises/alder/override", {**form.fields, **wish})
    page = twice(lead, "/premises/alder/overrides/1/end")
    assert told_of(page, TOO_LATE, "is ended already", "Vary the level of alder") == []
    form = lead.get("/premises/alder/override")
    wish = {"kind": "raise", "response_level": "EXCEPTIONAL", "hours": "4", "reason": "a march"}
    lead.post("/premises/alder/override", {**form.fields, **wish})
    page = twice(lead, "/premises/alder/overrides/2/end")
    assert told_of(page, TOO_LATE, "waits for a second person", "Raise EXCEPTIONAL until") == []


def test_an_item_that_was_agreed_already(context: Context, lead: Visitor, visitors: Visitors) -> None:
    item = f"/checklists/{present(context)['id']}/items/H2"
    manager = visitors.as_(Role.STATION_MANAGER, "alder")
    said = {"status": "declined", "reason_code": "no_staff", "version": str(present(context)["version"])}
    assert manager.post(item, said).status == 303
    lead.get(item)
    page = twice(lead, f"{item}/agree")
    assert told_of(page, TOO_LATE, "does not wait to be agreed", "Do H2") == []


@pytest.mark.parametrize(
    ("form", "answers", "title"),
    [
        ("hand-over", {"to": "Ann Jones", "note": "Gate 2 sticks"}, "The list was not handed over"),
        ("add-item", {"text": "Bar gate 2 too", "owner_role": "station_manager"}, "The item was not added"),
        ("sign-off", {"version": "1"}, "It was not signed off"),
    ],
)
def test_a_list_that_is_no_longer_in_force_leads_to_the_one_that_is(
    context: Context, lead: Visitor, form: str, answers: dict[str, str], title: str
) -> None:
    path = f"/checklists/{present(context)['id']}/{form}"
    fields = lead.get(path).fields
    move(context, "CRITICAL")
    page = lead.post(path, {**fields, **answers})
    assert told_of(page, title, "It is no longer in force.") == []
    assert "/premises/alder" in page.links
    assert [said for said in answers.values() if said not in page.answer.get_data(as_text=True)] == []


def test_an_item_for_a_list_that_is_signed_off_already_is_kept(context: Context, lead: Visitor) -> None:
    seen = decide_all(context, builders.lead(context), present(context)["id"])
    path = f"/checklists/{seen['id']}"
    fields = lead.get(f"{path}/add-item").fields
    page = twice(lead, f"{path}/sign-off", version=str(seen["version"]))
    assert told_of(page, "It is signed off already.") == []
    page = lead.post(f"{path}/add-item", {**fields, "text": "Bar gate 2", "owner_role": "station_manager"})
    assert told_of(page, "The item was not added", "not signed off.", "Bar gate 2") == []


def test_a_premises_that_was_closed_while_somebody_typed_can_be_added_anew(visitors: Visitors) -> None:
    admin = visitors.as_(Role.ADMIN)
    path = "/register/premises/birch"
    typed = {**admin.get(path).fields, "name": "Birch House", "risk_category": "low"}
    typed |= {"minimum_response_level": "NORMAL", "headcount": "3"}
    page = twice(admin, f"{path}/close", **admin.get(f"{path}/close").fields)
    assert (page.status, "no premises birch" in page.text) == (404, True)
    page = admin.post(path, typed)
    assert (page.status, "what you typed is below" in page.text) == (404, True)
    source = page.answer.get_data(as_text=True)
    assert "Birch House" in source
    assert 'action="/register/add"' in source
    assert admin.post("/register/add", {**typed, **page.fields, "id": "birch"}).status == 303


def test_a_change_of_the_register_that_waits_already(visitors: Visitors) -> None:
    admin = visitors.as_(Role.ADMIN)
    path = "/register/premises/birch"
    fields = {"name": "birch", "risk_category": "low", "headcount": "3", "minimum_response_level": "EXCEPTIONAL"}
    admin.post(path, {**admin.get(path).fields, **fields})
    fields["minimum_response_level"] = "NORMAL"
    admin.post(path, {**admin.get(path).fields, **fields})
    page = admin.post(path, {**admin.get(path).fields, **fields, "name": "Birch House"})
    assert told_of(page, "The like already waits for a second person") == []
    assert "Somebody else changed" not in page.text
    assert "Birch House" in page.answer.get_data(as_text=True)


def test_a_file_that_waits_already(visitors: Visitors, context: Context) -> None:
    admin = visitors.as_(Role.ADMIN)

    def checked(level: str) -> Page:
        admin.get("/register/import")
        text = f"id,name,minimum_response_level\nbirch,birch,{level}\n"
        return admin.post("/register/import", {"file": (io.BytesIO(text.encode()), "premises.csv")})

    admin.post("/register/import/confirm", checked("EXCEPTIONAL").fields)
    first, second = checked("NORMAL"), checked("NORMAL")
    assert "Waiting" in admin.post("/register/import/confirm", first.fields).text
    page = admin.post("/register/import/confirm", second.fields)
    assert told_of(page, TOO_LATE, "waits for a second person", "Check before you import") == []
    assert page.fields["content"] == second.fields["content"]
    assert len(approvals.list_requests(context, SYSTEM_LIKE)["items"]) == 1


def test_who_goes_back_and_says_otherwise_sends_another_form(visitors: Visitors, context: Context) -> None:
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    path = f"/checklists/{present(context)['id']}/add-item"
    fields = {**lead.get(path).fields, "owner_role": "station_manager"}
    for text in ("Bar gate 2", "Bar gate 2", "Bar gate 3"):
        assert lead.post(path, {**fields, "text": text}).status == 303
    added = [item["text"] for item in present(context)["items"] if item["text"].startswith("Bar")]
    assert added == ["Bar gate 2", "Bar gate 3"]
