"""Every page, read and sent, for every role, about premises of their own, of others and restricted, and for the force.

Who may is derived from the table of permissions and from what each role sees; nothing is written down twice. A page
whose address needs something that ``the_place`` does not make fails here until it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.routing import Rule

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.operations import accounts, approvals, checklists, deliveries, items, overrides, readings, threat, webhooks
from service.operations.access import EVERYTHING, PERMISSIONS
from service.operations.context import Context
from service.operations.people import Principal, Role
from service.store.migrate import upgrade
from service.web.page import OPEN, SIGNED_IN, page_permissions
from tests import builders
from tests.builders import SYSTEM_LIKE
from tests.databases import Databases
from tests.fakes import FrozenClock
from tests.lists import move, small_policy
from tests.pdf_text import sheets_of
from tests.visitors import Page, Visitors

ROLES = [role for role in Role if role is not Role.SYSTEM]
OWN, OTHERS, RESTRICTED, FORCE = "alder", "birch", "quiet-house", "the force"
HOOK, ANOTHERS_HOOK = "a webhook of their own", "a webhook of another"
SEES = {
    OWN: set(ROLES),
    OTHERS: set(ROLES) - {Role.STATION_MANAGER, Role.STAFF},
    RESTRICTED: {Role.AUDITOR},
    FORCE: set(PERMISSIONS["force_checklist.read"]),
    HOOK: {Role.MONITOR, Role.ADMIN, Role.OP_QUANTITY_LEAD},
    ANOTHERS_HOOK: {Role.ADMIN, Role.OP_QUANTITY_LEAD},
}
"""To whom each place shows."""

OF_A_PLACE = {"premises_id", "checklist_id", "change_id", "request_id", "webhook_id"}
"""What stands in an address that is about one place."""

WHOSE_WISH = {"pages.withdraw_request", "pages.end_override"}
"""What only they may take back who asked for it (nobody of these roles did), or who could approve it."""

READ_MEASURES = set(ROLES) - {Role.STAFF, Role.MONITOR, Role.FEED, Role.ADMIN}
MEASURE = re.compile(r"\b(Do|Undo) (H1|H2|S1|S2|E1|F1|F2)\b")
"""The texts of the small plan that are for managers only."""

ADDED = "Bar the gate of "
"""How the item begins that is added at each place, and that shows only to who sees that place and its measures."""

SENT = {"version": "1"}
"""What every form says: of a list, which version was seen."""

THROUGH = {200, 204, 303, 409, 422, 428}
"""What is answered to who may: the page, or that what was sent (next to nothing) will not do."""


@dataclass(frozen=True)
class Case:
    """One address, and what it is about."""

    rule: Rule
    method: str
    place: str | None
    path: str


@pytest.fixture
def context(sqlite_databases: Databases, clock: FrozenClock) -> Iterator[Context]:
    with (
        sqlite_databases.filled(upgrade) as url,
        builders.context_on(url, clock=clock, policy=small_policy()) as context,
    ):
        builders.register(context, {"id": OWN}, {"id": OTHERS}, {"id": RESTRICTED, "restricted": True})
        move(context, "SUBSTANTIAL")
        yield context


@pytest.fixture
def places(context: Context) -> dict[str, dict[str, Any]]:
    """By place, what stands in addresses about it."""
    somebody = replace(builders.lead(context), sight=EVERYTHING)
    found = {name: the_place(context, somebody, name) for name in (OWN, OTHERS, RESTRICTED)}
    found[FORCE] = {"checklist_id": checklists.force_checklist(context, somebody)["id"], "option_id": "F1"}
    for place, known in found.items():
        items.add_item(context, somebody, known["checklist_id"], f"{ADDED}{place}", "station_manager")
    found[HOOK] = the_webhook(context, builders.person(context, "Monitor", Role.MONITOR))
    found[ANOTHERS_HOOK] = the_webhook(context, builders.person(context, "Mona", Role.MONITOR))
    return found


def the_place(context: Context, somebody: Principal, premises_id: str) -> dict[str, Any]:
    change = threat.set_level(
        context, somebody, threat.ThreatWish(Scope.PREMISES, ThreatLevel.SEVERE, "a test", premises_id=premises_id)
    )
    until = context.store.clock.now() + timedelta(hours=4)
    wish = overrides.OverrideWish(overrides.LOWER, "a test", until, ResponseLevel.NORMAL)
    override = overrides.create_override(context, somebody, premises_id, wish)
    request = next(
        item["id"]
        for item in approvals.list_requests(context, somebody)["items"]
        if item["about"]["premises_id"] == premises_id
    )
    checklist = checklists.present_checklist(context, somebody, premises_id)
    return {
        "premises_id": premises_id,
        "checklist_id": checklist["id"],
        "change_id": change["id"],
        "override_id": override["id"],
        "request_id": request,
    }


def the_webhook(context: Context, owner: Principal) -> dict[str, Any]:
    made = webhooks.create_webhook(context, owner, webhooks.WebhookWish("https://93.184.215.14/hook"))
    return {"webhook_id": made["id"], "delivery_id": deliveries.send_test(context, owner, made["id"])["id"]}


@pytest.fixture
def elsewhere(context: Context) -> dict[str, Any]:
    """What stands in addresses that are about no place, and what is the same in all."""
    feed = builders.person(context, "Fay Feed", Role.FEED)
    reading = readings.push_reading(context, feed, readings.Pushed(Scope.NATIONAL, ThreatLevel.CRITICAL))
    account = accounts.create_account(context, SYSTEM_LIKE, "somebody", "Some Body", Role.STAFF.value)
    return {"reading_id": reading["id"], "account_id": account["id"], "option_id": "N1", "sequence": 1}


def cases(visitors: Visitors, places: dict[str, dict[str, Any]], elsewhere: dict[str, Any]) -> Iterator[Case]:
    bound, needed = visitors.app.url_map.bind("localhost"), page_permissions(visitors.app)
    for rule in sorted(visitors.app.url_map.iter_rules(), key=lambda rule: "delete" in rule.rule):
        if needed.get(rule.endpoint, OPEN) in (OPEN, SIGNED_IN):
            continue
        about = rule.arguments & OF_A_PLACE
        for place, known in places.items() if about else [(None, {})]:
            if place and not about <= set(known):
                continue
            known = {**elsewhere, **known}
            path = bound.build(rule.endpoint, {name: known[name] for name in rule.arguments})
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield Case(rule, method, place, path)


def expected(case: Case, permission: str, role: Role) -> int | None:
    """403 or 404; None where the person gets through."""
    if role not in PERMISSIONS[permission]:
        return 403
    if case.place is not None and role not in SEES[case.place]:
        return 404
    theirs = case.rule.endpoint not in WHOSE_WISH or role in PERMISSIONS["requests.approve"]
    return None if theirs else 403


def shown(page: Page) -> str:
    """All that an answer holds: the source of a page, so that nothing hides in it, or the words of a PDF."""
    body = page.answer.get_data()
    text = "\n".join(sheets_of(body)) if page.answer.mimetype == "application/pdf" else body.decode()
    return " ".join(text.split())


def untold(role: Role, text: str) -> list[str]:
    """The measures in ``text`` that the role may not see."""
    of_the_plan = [] if role in READ_MEASURES else [found[0] for found in MEASURE.finditer(text)]
    hidden = [place for place, sees in SEES.items() if role not in sees & READ_MEASURES]
    return of_the_plan + [ADDED + place for place in hidden if ADDED + place in text]


@pytest.mark.parametrize("role", ROLES)
def test_a_page_opens_to_a_role_just_where_it_may(
    visitors: Visitors, places: dict[str, dict[str, Any]], elsewhere: dict[str, Any], role: Role
) -> None:
    needed = page_permissions(visitors.app)
    visitor = visitors.as_(role, *((OWN,) if role in (Role.STATION_MANAGER, Role.STAFF) else ()))
    wrong = []
    for case in cases(visitors, places, elsewhere):
        answer = visitor.get(case.path) if case.method == "GET" else visitor.post(case.path, SENT)
        wanted = expected(case, needed[case.rule.endpoint], role)
        fits = answer.status in THROUGH if wanted is None else answer.status == wanted
        if not fits or "/sign-in" in (answer.location or ""):
            wrong.append(f"{case.method} {case.path}: {answer.status} and not {wanted or 'through'}")
        wrong += [f"{case.method} {case.path}: shows {measure}" for measure in untold(role, shown(answer))]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("paper", ["print", "checklist.pdf", "pack.pdf"])
def test_the_paper_of_a_manager_shows_the_measures_that_are_looked_for_on_that_of_others(
    visitors: Visitors, places: dict[str, dict[str, Any]], paper: str
) -> None:
    text = shown(visitors.as_(Role.STATION_MANAGER, OWN).get(f"/premises/{OWN}/{paper}"))
    assert {found[0] for found in MEASURE.finditer(text)} >= {"Do H1", "Do S1"}
    assert ADDED + OWN in text


def test_nobody_reads_a_page_without_signing_in(
    visitors: Visitors, places: dict[str, dict[str, Any]], elsewhere: dict[str, Any]
) -> None:
    nobody = visitors.nobody()
    answers = {
        case.path: nobody.client.open(case.path, method=case.method) for case in cases(visitors, places, elsewhere)
    }
    open_to_all = {path: answer.status for path, answer in answers.items() if "/sign-in" not in (answer.location or "")}
    assert open_to_all == {}
