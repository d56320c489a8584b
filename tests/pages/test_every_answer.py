"""What every page has in common: no form without its token, nothing typed that a browser would run, and its headers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from rules.levels import ResponseLevel
from service.operations import audit, checklists, items, overrides, webhooks
from service.operations.people import Role
from service.web.page import promise_of
from tests import builders
from tests.builders import SYSTEM_LIKE
from tests.visitors import Page, Visitor, Visitors

NASTY = "\"'><img src=x onerror=alert(1)>{{7*7}}\u202e\U0001f6a8"
ADMINS = {"accounts.manage", "premises.write", "webhooks.manage"}


@pytest.fixture
def nasty(visitors: Visitors) -> dict[str, Any]:
    """An estate in which everything that people may name or say is nasty; what stands in its addresses."""
    context = visitors.context
    lead = builders.person(context, f"Lead {NASTY}", Role.OP_QUANTITY_LEAD)
    texts = ("name", "district", "address", "manager", "deputy", "duty_contact")
    builders.register(context, {"id": "nasty-hq", **dict.fromkeys(texts, NASTY)})
    checklist = checklists.present_checklist(context, lead, "nasty-hq")["id"]
    items.add_item(context, lead, checklist, NASTY, "station_manager", None, NASTY)
    option = checklists.present_checklist(context, lead, "nasty-hq")["items"][0]["option_id"]
    version = checklists.present_checklist(context, lead, "nasty-hq")["version"]
    items.tick(context, lead, checklist, option, "declined", NASTY, version)
    items.hand_over(context, lead, checklist, NASTY, NASTY)
    until = context.store.clock.now() + timedelta(hours=4)
    wish = overrides.OverrideWish(overrides.LOWER, NASTY, until, ResponseLevel.NORMAL)
    override = overrides.create_override(context, lead, "nasty-hq", wish)["id"]
    hook = webhooks.create_webhook(context, lead, webhooks.WebhookWish("https://93.184.215.14/hook?a='b'"))["id"]
    return {
        "premises_id": "nasty-hq",
        "checklist_id": checklist,
        "option_id": option,
        "override_id": override,
        "webhook_id": hook,
    }


def addresses(visitors: Visitors, known: dict[str, Any], method: str) -> Iterator[tuple[str, Role]]:
    bound = visitors.app.url_map.bind("localhost")
    for rule in visitors.app.url_map.iter_rules():
        promise = promise_of(visitors.app.view_functions[rule.endpoint])
        if promise is not None and method in (rule.methods or ()) and rule.endpoint != "pages.send_asset":
            role = Role.ADMIN if promise.permission in ADMINS else Role.OP_QUANTITY_LEAD
            yield bound.build(rule.endpoint, {name: known.get(name, 1) for name in rule.arguments}, method=method), role


@pytest.fixture
def people(visitors: Visitors) -> dict[Role, Visitor]:
    roles = (Role.OP_QUANTITY_LEAD, Role.ADMIN)
    return {role: visitors.as_(role, name=f"{role.value} Person") for role in roles}


def test_no_form_does_anything_without_its_token(
    visitors: Visitors, people: dict[Role, Visitor], nasty: dict[str, Any]
) -> None:
    before = audit.verify(visitors.context, SYSTEM_LIKE)["entries"]
    answers = {path: people[role].client.post(path).status_code for path, role in addresses(visitors, nasty, "POST")}
    assert {path: status for path, status in answers.items() if status != 400} == {}
    assert len(answers) > 30
    assert audit.verify(visitors.context, SYSTEM_LIKE)["entries"] == before


def test_nothing_that_somebody_typed_runs_in_a_page_and_no_page_is_kept(
    visitors: Visitors, people: dict[Role, Visitor], nasty: dict[str, Any]
) -> None:
    wrong, told = [], 0
    for path, role in addresses(visitors, nasty, "GET"):
        for fragment in ({}, {"HX-Request": "true"}):
            page = people[role].get(path, **fragment)
            running = Running(page)
            wrong += [f"{path}: {fault}" for fault in (*headers_at_fault(page), *running.found)]
            told += "onerror=alert(1)&gt;{{7*7}}" in running.text
    assert wrong == []
    assert told > 10, "what was typed is shown"


class Running(HTMLParser):
    """What in a page would run, or look otherwise than our own style sheets say."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.found: list[str] = []
        self.text = page.answer.get_data(as_text=True) if page.answer.mimetype == "text/html" else ""
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        unmarked = tag == "script" and not given.get("nonce")
        addressed = any(value.strip().lower().startswith(("javascript:", "data:")) for value in given.values())
        inline = any(name == "style" or name.startswith("on") for name in given)
        if tag in ("img", "style", "iframe", "base") or unmarked or addressed or inline:
            self.found.append(f"{tag} {given}")


def headers_at_fault(page: Page) -> Iterator[str]:
    headers = page.answer.headers
    policy = headers["Content-Security-Policy"]
    if "unsafe" in policy or "frame-ancestors 'none'" not in policy or "default-src 'none'" not in policy:
        yield policy
    if (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) != ("nosniff", "no-referrer"):
        yield "told too little"
    if headers["Cache-Control"] != "no-store":
        yield headers["Cache-Control"]
