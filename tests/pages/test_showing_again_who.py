"""Forms that ask again who it is: none of them loses what was typed, none does anything before it is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.operations import accounts, audit, threat_levels
from service.operations.people import Role
from service.operations.proof import MOST_FAILURES
from service.web.page import promise_of
from tests.builders import SYSTEM_LIKE, lead
from tests.fakes import FrozenClock
from tests.visitors import Page, Visitor, Visitors

PASSWORD = "correct horse battery"
CRITICAL = {"scope": "national", "level": "CRITICAL", "reason": 'JTAC rang\n"at 02:58"'}
KNOWN = {"premises_id": "north-hq"}
"""What stands in addresses; what else does is a number."""


@pytest.fixture
def in_the_night(visitors: Visitors, clock: FrozenClock) -> dict[Role, Visitor]:
    """People who signed in with their password some time ago."""
    found = {}
    for role in (Role.OP_QUANTITY_LEAD, Role.ADMIN):
        found[role] = visitors.nobody()
        accounts.create_account(visitors.context, SYSTEM_LIKE, role.value, f"Ann {role}", role.value, (), PASSWORD)
        found[role].get("/sign-in")
        found[role].post("/sign-in", {"username": role.value, "password": PASSWORD})
        found[role].get("/account")
    clock.tick(timedelta(minutes=16))
    return found


def national(visitors: Visitors) -> str:
    items = threat_levels.threat_levels(visitors.context, lead(visitors.context))["items"]
    return str(next(item["level"] for item in items if item["scope"] == "national"))


def entries(visitors: Visitors) -> int:
    return int(audit.verify(visitors.context, SYSTEM_LIKE)["entries"])


def said_in(page: Page) -> dict[str, str]:
    return {name: value for name, value in page.fields.items() if name != "csrf_token"}


def test_every_form_that_asks_again_keeps_all_that_it_said_and_does_nothing_yet(
    visitors: Visitors, in_the_night: dict[Role, Visitor]
) -> None:
    before, lost = entries(visitors), []
    bound = visitors.app.url_map.bind("localhost")
    for rule in visitors.app.url_map.iter_rules():
        promise = promise_of(visitors.app.view_functions[rule.endpoint])
        if promise is None or not promise.fresh or "POST" not in (rule.methods or ()):
            continue
        role = Role.ADMIN if promise.permission in ("accounts.manage", "premises.write") else Role.OP_QUANTITY_LEAD
        path = bound.build(rule.endpoint, {name: KNOWN.get(name, 1) for name in rule.arguments}, method="POST")
        page = in_the_night[role].post(path, CRITICAL)
        if (page.status, said_in(page)) != (200, CRITICAL) or "Show that it is you" not in page.text:
            lost.append(path)
    assert lost == []
    assert entries(visitors) == before


def test_the_level_changes_once_the_password_is_given_and_not_before(
    visitors: Visitors, in_the_night: dict[Role, Visitor]
) -> None:
    officer = in_the_night[Role.OP_QUANTITY_LEAD]
    check = officer.post("/change/check", CRITICAL)
    asked = officer.post("/change/confirm", check.fields)
    for wrong in ("", "wrong"):
        refused = officer.post("/change/confirm", {**asked.fields, "password": wrong})
        assert (refused.status, "The password is wrong" in refused.text) == (422, True)
        assert said_in(refused) == said_in(asked)
    assert national(visitors) == "not_set"
    done = officer.post("/change/confirm", {**refused.fields, "password": PASSWORD})
    assert "JTAC rang" in officer.follow(done).text
    assert national(visitors) == "CRITICAL"
    assert "Show that it is you" not in officer.post("/change/confirm", check.fields).text, "it is not asked twice"


def test_an_account_is_made_as_it_was_typed_before_the_password_was_asked_again(
    in_the_night: dict[Role, Visitor],
) -> None:
    admin = in_the_night[Role.ADMIN]
    new = {"username": "b.smith", "name": "Bea Smith", "role": "station_manager", "premises": "north-hq, nowhere"}
    asked = admin.post("/people", new)
    refused = admin.post("/people", {**asked.fields, "password": PASSWORD})
    assert refused.status == 422
    assert "north-hq, nowhere" in refused.answer.get_data(as_text=True)
    assert "Their password, shown this once" in admin.post("/people", {**new, "premises": "north-hq"}).text


def test_the_password_cannot_be_guessed_in_a_form_any_more_often_than_when_signing_in(
    in_the_night: dict[Role, Visitor], clock: FrozenClock
) -> None:
    officer = in_the_night[Role.OP_QUANTITY_LEAD]
    fields = officer.post("/change/check", CRITICAL).fields

    def confirmed(password: str) -> Page:
        return officer.post("/change/confirm", {**fields, "password": password})

    for _ in range(MOST_FAILURES):
        assert "The password is wrong" in confirmed("a guess").text
    told = "too many failed attempts; wait 15 minutes"
    assert told in confirmed(PASSWORD).text
    new = {"former": PASSWORD, "password": "another three words"}
    assert told in officer.post("/account/password", new).text
    clock.tick(timedelta(minutes=16))
    assert confirmed(PASSWORD).status == 303
