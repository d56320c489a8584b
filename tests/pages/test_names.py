"""People read the names of premises and items, never the ids by which programs know them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.operations import overrides, printing, threat
from service.operations.context import Context
from service.operations.people import Principal, Role
from service.operations.premises_names import names_of
from service.operations.webhooks import WebhookWish, create_webhook
from tests import builders
from tests.builders import NOON, SYSTEM_LIKE
from tests.lists import move
from tests.visitors import Visitors

SLUG, NAME = "mill-lane", "Mill Lane Station"


@pytest.fixture
def lead(context: Context) -> Principal:
    builders.register(context, {"id": SLUG, "name": NAME})
    return builders.lead(context)


def set_own(context: Context, who: Principal, level: ThreatLevel) -> dict[str, Any]:
    return threat.set_level(context, who, threat.ThreatWish(Scope.PREMISES, level, "a threat", premises_id=SLUG))


def test_a_change_names_the_premises_that_it_moves(visitors: Visitors, lead: Principal) -> None:
    visitor = visitors.as_(Role.OP_QUANTITY_LEAD, name=lead.name)
    visitor.get("/change")
    check = visitor.post("/change/check", {"scope": "national", "level": "CRITICAL", "reason": "a test"})
    move(visitors.context, "CRITICAL")
    own = set_own(visitors.context, lead, ThreatLevel.SEVERE)["id"]
    pages = [check, *map(visitor.get, ("/changes/1", f"/changes/{own}", "/board", f"/change?premises_id={SLUG}"))]
    for page in pages:
        assert NAME in page.text
        assert SLUG not in page.text


def test_what_waits_names_its_premises(visitors: Visitors, lead: Principal) -> None:
    set_own(visitors.context, lead, ThreatLevel.SEVERE)
    set_own(visitors.context, lead, ThreatLevel.LOW)
    wish = overrides.OverrideWish("lower", "empty", NOON + timedelta(hours=4), ResponseLevel.NORMAL)
    overrides.create_override(visitors.context, lead, SLUG, wish)
    text = visitors.as_(Role.GOLD).get("/waiting").text
    assert f"Lower the threat level of {NAME}" in text
    assert f"Hold {NAME} down at NORMAL" in text
    assert SLUG not in text


def test_accounts_and_webhooks_name_their_premises(visitors: Visitors, lead: Principal) -> None:
    manager = visitors.as_(Role.STATION_MANAGER, SLUG)
    assert f"station manager: {NAME}" in manager.get("/account").text
    admin = visitors.as_(Role.ADMIN)
    assert f"station manager {NAME} in use" in admin.get("/people").text
    wish = WebhookWish("https://93.184.215.14/hook", premises=[SLUG])
    hook = create_webhook(visitors.context, lead, wish)["id"]
    assert f"Premises {NAME}" in admin.get(f"/webhooks/{hook}").text
    assert f"{NAME} was changed" in admin.get(f"/register?done=changed&premises={SLUG}").text


def test_codes_are_told_with_their_items(visitors: Visitors, lead: Principal) -> None:
    found = printing.printed_present(visitors.context, lead, SLUG)
    item = found["items"][0]
    path = f"/checklists/{found['id']}/codes"
    visitor = visitors.as_(Role.STATION_MANAGER, SLUG)
    form = visitor.get(path)
    assert f"List {found['id']} of {NAME}" in form.text
    assert f'<option value="{item["code"]}">' in form.answer.get_data(as_text=True)
    refused = visitor.post(path, {"code-1": item["code"].lower()})
    assert f"Row 1: {item['text']}" in refused.text


def test_what_one_may_not_see_is_not_named(visitors: Visitors, lead: Principal) -> None:
    context = visitors.context
    builders.register(context, {"id": "secret-house", "name": "Secret House", "restricted": True})
    asked = ["secret-house", "no such\x00id", None, SLUG]
    assert names_of(context, lead, asked) == {"secret-house": "secret-house", "no such\x00id": asked[1], SLUG: NAME}
    assert names_of(context, SYSTEM_LIKE, asked)["secret-house"] == "Secret House"
