"""Choosing premises in the forms for accounts and webhooks: by name, from what is offered, or by id."""

from __future__ import annotations

from html import unescape

import pytest

from service.operations import accounts
from service.operations.context import Context
from service.operations.people import Role
from service.operations.premises_choice import LONGEST, OFFERED
from tests import builders
from tests.builders import SYSTEM_LIKE
from tests.visitors import Page, Visitor, Visitors

MILL, ROAD = "Mill Lane Station (mill-lane)", "Mill Road (mill-road)"
SMITH = {"username": "b.smith", "name": "Bea Smith", "role": "station_manager"}
HOOK = "https://93.184.215.14/hook"


@pytest.fixture
def admin(visitors: Visitors, context: Context) -> Visitor:
    names = {"mill-lane": "Mill Lane Station", "mill-road": "Mill Road", "twin-1": "The Twins", "twin-2": "The Twins"}
    builders.register(context, *({"id": premises_id, "name": name} for premises_id, name in names.items()))
    builders.register(context, {"id": "mill-house", "name": "Mill House", "restricted": True})
    visitor = visitors.as_(Role.ADMIN)
    visitor.get("/people")
    return visitor


def source(page: Page) -> str:
    return unescape(page.answer.get_data(as_text=True))


def premises_of(context: Context, username: str) -> list[str]:
    items = accounts.list_accounts(context, SYSTEM_LIKE)["items"]
    return next(item["premises"] for item in items if item["username"] == username)


@pytest.mark.parametrize(
    ("rows", "ids"),
    [
        ([MILL, "", ROAD], ["mill-lane", "mill-road"]),
        (["mill lane station", " "], ["mill-lane"]),
        (["mill-lane, mill-road north-hq"], ["mill-lane", "mill-road", "north-hq"]),
        (["mill-house"], ["mill-house"]),
        ([""], []),
    ],
    ids=["as offered", "a whole name", "ids in one row", "the id of a restricted one", "none"],
)
def test_premises_are_chosen_by_name_or_id(admin: Visitor, context: Context, rows: list[str], ids: list[str]) -> None:
    assert admin.post("/people", {**SMITH, "premises": rows}).status == 200
    assert premises_of(context, "b.smith") == ids


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Mill L", f"No premises is called Mill L; take one of {MILL}."),
        (
            "The Twins",
            "More than one premises is called The Twins; take one of The Twins (twin-1), The Twins (twin-2).",
        ),
        ("Atlantis House", "No premises is called Atlantis House."),
        ("M\x01ll", "No premises is called M"),
        ("M" * (LONGEST + 1), "No premises is called MMM"),
        ("atlantis", "There is no premises atlantis."),
        ("Atlantis (atlantis)", "There is no premises atlantis."),
    ],
)
def test_what_is_no_premises_is_told_beside_the_field_with_what_is_like_it(admin: Visitor, row: str, told: str) -> None:
    page = admin.post("/people", {**SMITH, "premises": [ROAD, row]})
    assert (page.status, "#premises" in page.links) == (422, True)
    assert told in page.text
    assert "Give each by its whole name or its id, as in the register." in page.text
    assert "Mill House" not in source(page)
    assert f'value="{ROAD}"' in source(page)
    assert f'value="{row}"' in source(page)


def test_a_form_shows_what_is_chosen_and_offers_the_rest_by_name(admin: Visitor, context: Context) -> None:
    account = accounts.create_account(context, SYSTEM_LIKE, "c.brown", "Cy Brown", "staff", ["mill-lane"])
    page = admin.get(f"/people/{account['id']}")
    assert f'id="premises" name="premises" value="{MILL}"' in source(page)
    assert page.ids.count("premises-2") == 1
    offered = source(page).partition("<datalist")[2].partition("</datalist>")[0]
    assert offered.index(f"<option>{MILL}") < offered.index(f"<option>{ROAD}")
    assert "Mill House" not in offered
    bad = admin.post(f"/people/{account['id']}", {"role": "staff", "premises": ["Atlantis House"]})
    assert (bad.status, 'value="Atlantis House"' in source(bad)) == (422, True)
    assert premises_of(context, "c.brown") == ["mill-lane"]


def test_a_webhook_is_narrowed_to_premises_by_name(admin: Visitor) -> None:
    form = admin.get("/webhooks/add")
    refused = admin.post("/webhooks/add", {**form.fields, "url": HOOK, "premises": ["Mill"]})
    assert (refused.status, "#premises" in refused.links) == (422, True)
    admin.post("/webhooks/add", {**form.fields, "url": HOOK, "premises": ["Mill Road", MILL]})
    assert "Premises Mill Lane Station, Mill Road" in admin.get("/webhooks/1").text
    change = admin.get("/webhooks/1/change")
    assert f'value="{ROAD}"' in source(change)
    refused = admin.post("/webhooks/1/change", {**change.fields, "url": HOOK, "premises": ["Atlantis House"]})
    assert (refused.status, "#premises" in refused.links) == (422, True)


def test_who_may_not_read_premises_is_offered_none(visitors: Visitors, admin: Visitor) -> None:
    monitor = visitors.as_(Role.MONITOR)
    form = monitor.get("/webhooks/add")
    assert "Mill" not in source(form)
    refused = monitor.post("/webhooks/add", {**form.fields, "url": HOOK, "premises": ["Mill Road"]})
    assert (refused.status, "(mill-road)" in source(refused)) == (422, False)
    assert "whsec_" in monitor.post("/webhooks/add", {**form.fields, "url": HOOK, "premises": ["mill-road"]}).text


def test_a_form_stays_light_whatever_the_estate(admin: Visitor, context: Context) -> None:
    rows = [{"id": f"divisional-office-{number:04}", "name": f"Divisional Office {number:04}"} for number in range(994)]
    builders.register(context, *rows)
    full = source(admin.get("/people"))
    assert full.count("<option>") == OFFERED
    assert len(full.encode()) < 100_000
    builders.register(context, {"id": "one-more"})
    assert "<option>" not in source(admin.get("/people"))
