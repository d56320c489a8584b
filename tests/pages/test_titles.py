"""The title of a page tells it from all others, in the tabs and the history of a browser; and none is left bare."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from service.operations import checklists, webhooks
from service.operations.context import Context
from service.operations.people import Role
from service.store import jobs
from service.store.migrate import upgrade
from service.web.page import page_permissions
from tests import builders
from tests.databases import Databases
from tests.fakes import FrozenClock
from tests.lists import move
from tests.visitors import Page, Visitor, Visitors

ALIKE = {"pages.print_checklist", "pages.print_list"}
"""The same sheet, asked for by its premises and by its number."""

SAME = "of the same list"


def title(page: Page) -> str:
    found = re.search("<title>(.*?)</title>", page.answer.get_data(as_text=True), re.DOTALL)
    return " ".join(found[1].split()) if found else ""


@pytest.fixture
def known(visitors: Visitors, context: Context) -> dict[str, Any]:
    """What stands in the addresses of pages."""
    lead = builders.lead(context)
    former = checklists.present_checklist(context, lead, "north-hq")
    move(context, "CRITICAL")
    hook = webhooks.create_webhook(context, lead, webhooks.WebhookWish("https://93.184.215.14/hook"))
    option = former["items"][0]["option_id"]
    known = {"premises_id": "north-hq", "checklist_id": former["id"], "option_id": option, "webhook_id": hook["id"]}
    return {**known, "change_id": 1, "account_id": 1, "sequence": 1}


def pages(visitors: Visitors, visitor: Visitor, known: dict[str, Any]) -> Iterator[tuple[str, Page]]:
    needed, bound = page_permissions(visitors.app), visitors.app.url_map.bind("localhost")
    for rule in visitors.app.url_map.iter_rules():
        if rule.endpoint in needed and "GET" in (rule.methods or ()) and rule.arguments <= set(known):
            yield rule.endpoint, visitor.get(bound.build(rule.endpoint, {name: known[name] for name in rule.arguments}))


@pytest.mark.parametrize("role", [Role.OP_QUANTITY_LEAD, Role.ADMIN, Role.STATION_MANAGER])
def test_no_two_pages_have_the_same_title(visitors: Visitors, known: dict[str, Any], role: Role) -> None:
    visitor = visitors.as_(role, *(("north-hq", "south-office") if role is Role.STATION_MANAGER else ()))
    titles = defaultdict(set)
    for endpoint, page in pages(visitors, visitor, known):
        if page.status == 200 and page.answer.mimetype == "text/html" and title(page):
            titles[title(page)].add(SAME if endpoint in ALIKE else endpoint)
    assert len(titles) > 15
    assert {words: endpoints for words, endpoints in titles.items() if len(endpoints) > 1} == {}
    assert all(re.fullmatch(r"\S.* . Op Quantity", words) for words in titles)


@pytest.fixture
def nothing_there(sqlite_databases: Databases, clock: FrozenClock) -> Iterator[Visitors]:
    """An installation without premises."""
    with sqlite_databases.filled(upgrade) as url, builders.context_on(url, clock=clock) as context:
        yield Visitors(context)


@pytest.mark.parametrize(
    ("role", "path", "told", "link"),
    [
        (Role.OP_QUANTITY_LEAD, "/board", "No premises is registered that you may see.", None),
        (Role.OP_QUANTITY_LEAD, "/history", "has not been set yet", "/change"),
        (Role.AUDITOR, "/history", "has not been set yet", None),
        (Role.OP_QUANTITY_LEAD, "/waiting", "it stands here and on the board", None),
        (Role.OP_QUANTITY_LEAD, "/webhooks", "Add the first", "/webhooks/add"),
        (Role.STATION_MANAGER, "/premises", "Ask the admins of your force", None),
        (Role.STATION_MANAGER, "/premises?q=x", "Look for less, or show all", "/premises"),
        (Role.ADMIN, "/premises", "Add the first", "/register/add"),
        (Role.ADMIN, "/register", "Add the first", "/register/import"),
        (Role.ADMIN, "/register?q=x", "Look for less, or show all", "/register"),
        (Role.AUDITOR, "/register", "The admins of your force add them", None),
        (Role.STAFF, "/staff", "Ask the people who look after accounts", None),
    ],
)
def test_where_there_is_nothing_a_page_says_what_to_do(
    nothing_there: Visitors, role: Role, path: str, told: str, link: str | None
) -> None:
    page = nothing_there.as_(role).get(path)
    assert told in page.text
    assert link is None or link in page.links


def test_a_premises_whose_level_nothing_varies_says_so(visitors: Visitors) -> None:
    page = visitors.as_(Role.OP_QUANTITY_LEAD).get("/premises/north-hq/override")
    assert "Nothing varies its level now." in page.text
    assert "/premises/north-hq" in page.links


def test_a_board_that_needs_nobody_says_so(nothing_there: Visitors) -> None:
    lead = nothing_there.as_(Role.OP_QUANTITY_LEAD)
    assert "Nothing needs anybody now." not in lead.get("/board").text
    with nothing_there.context.store.housekeeping() as writer:
        jobs.take(writer, "feed", "a worker", 60)
    assert "Nothing needs anybody now." in lead.get("/board").text
