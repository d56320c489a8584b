"""Every page that a role can reach, narrow and wide: axe finds nothing (WCAG 2.2 AA), nothing scrolls sideways.

Forms that say what is wrong, and those to check before something is done, are in ``test_every_form``.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import update

from service.operations.access import PERMISSIONS
from service.operations.people import Role
from service.store.tables import audit_details
from service.web.page import OPEN, SIGNED_IN, page_permissions
from tests.browser.busy import CLOSED, RAISED, Busy
from tests.browser.people import PHONE, WIDE, People, faults, sign_in, visiting
from tests.browser.pictures import Camera
from tests.browser.site import OWN, Site, prepare
from tests.forging import unguarded

NO_PAGES = {"board_now", "list_items", "send_asset", "ask_provider", "provider_return", "export_register"}
"""What takes the place of a part of a page, leads away, or is a file; so is all that ends in _pdf."""

STATES = {
    Role.OP_QUANTITY_LEAD: (
        f"/premises/{RAISED}",
        "/board/district?name=Aldermere",
        "/premises?q=nowhere",
        "/premises?level=HEIGHTENED",
        "/checklists/{former_id}",
        "/checklists/{ready_id}/sign-off",
        "/checklists/{signed_id}",
        "/changes/{withdrawn_id}",
        f"/change?scope=premises&premises_id={OWN}",
        "/webhooks/{disabled_id}",
        "/webhooks/{paused_id}",
        "/webhooks/{webhook_id}?recovering=2&more=yes",
    ),
    Role.STATION_MANAGER: (
        f"/premises/{OWN}?show=open",
        "/nowhere",
        "/board",
        f"/premises/{RAISED}",
        "/checklists/{checklist_id}/codes?taken=2",
    ),
    Role.AUDITOR: ("/record/{rich_sequence}", "/record?actor=nobody", "/record?since=soon", f"/premises/{CLOSED}"),
    Role.ADMIN: ("/register?q=nowhere", "/register?after=!", f"/register?done=changed&premises={OWN}"),
}
"""Addresses at which a role sees a page in another state, or a fault.

EXCEPTIONAL, nothing found, lists that were replaced, can be or are signed off, a change withdrawn, a webhook that is
disabled, paused or recovers, 404 and 403, a search that cannot be, premises that are closed.
"""

EMPTY = {
    Role.OP_QUANTITY_LEAD: ("/board", "/board/wall", "/premises", "/history", "/waiting", "/staff", "/force"),
    Role.ADMIN: ("/register", "/webhooks"),
}
"""Pages that look otherwise where there are no premises yet."""


@pytest.fixture(scope="module")
def examined() -> set[str]:
    """The shapes of what was found free of faults. Many roles see the same page; it is examined once."""
    return set()


def addresses(busy: Busy, role: Role) -> list[str]:
    """The address of every page that the role may read."""
    app, found = busy.site.app, []
    needed = page_permissions(app)
    for rule in app.url_map.iter_rules():
        permission, name = needed.get(rule.endpoint), rule.endpoint.removeprefix("pages.")
        if permission is None or name in NO_PAGES or name.endswith("_pdf") or "GET" not in (rule.methods or ()):
            continue
        if permission in (OPEN, SIGNED_IN) or role in PERMISSIONS[permission]:
            known = {name: busy.known[name] for name in rule.arguments}
            found.append(app.url_map.bind("localhost").build(rule.endpoint, known))
    return [*found, *(state.format(**busy.known) for state in STATES.get(role, ()))]


def shape(page: Page) -> str:
    """Which elements a page has, each by its attributes, its classes and what it stands in; not how many of them."""
    return str(
        page.evaluate(
            """() => {
            const alone = (e) => [e.tagName, e.getAttribute("class"), ...e.getAttributeNames().sort()].join(" ");
            const all = [...document.querySelectorAll("main *")];
            return [...new Set(all.map((e) => `${alone(e.parentElement)} > ${alone(e)}`))].sort().join();
            }"""
        )
    )


def found_in(page: Page, examined: set[str]) -> list[str]:
    """The faults of the page, where nothing like it was examined."""
    if (looks := shape(page)) in examined:
        return []
    found = faults(page)
    if not found:
        examined.add(looks)
    return found


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_no_page_of_a_role_has_a_fault(visitors: People, busy: Busy, examined: set[str], role: Role) -> None:
    page = visitors.as_(role, width=PHONE)
    wrong = {}
    for address in addresses(busy, role):
        page.goto(address, wait_until="domcontentloaded")
        wrong[address] = found_in(page, examined)
    assert {address: found for address, found in wrong.items() if found} == {}


def test_an_estate_without_premises_has_no_fault_on_its_pages(chromium: Browser, tmp_path: Path) -> None:
    prepare(tmp_path, example=False)
    wrong = {}
    with closing(Site(tmp_path)) as site, visiting(chromium, site, {}) as visitors:
        for role, pages in EMPTY.items():
            page = visitors.nobody()
            page.goto("/sign-in")
            sign_in(page, role)
            page.get_by_role("heading", name="Welcome").wait_for()
            for address in pages:
                page.goto(address, wait_until="domcontentloaded")
                wrong[address] = faults(page)
    assert {address: found for address, found in wrong.items() if found} == {}


def test_a_record_that_was_edited_is_told_without_a_fault_of_the_page(people: People) -> None:
    with people.site.context.store.housekeeping() as writer:
        unguarded(writer.connection)
        writer.connection.execute(update(audit_details).where(audit_details.c.sequence == 2).values(detail="{}"))
    page = people.as_(Role.AUDITOR)
    page.goto("/record/verify")
    page.get_by_role("button", name="Verify now").click()
    page.get_by_role("heading", name="The record is not as it was written").wait_for()
    assert faults(page) == []


def test_axe_would_tell(visitors: People) -> None:
    page = visitors.nobody(width=PHONE)
    page.set_content("<html><title>x</title><main><input><p style='width:999px;color:#ccc'>wide</p></main>")
    told = "\n".join(faults(page))
    for rule in ("label", "html-has-lang", "color-contrast"):
        assert f"at {PHONE} px: {rule}" in told
    assert f"at {WIDE} px: color-contrast" in told
    assert "px wide on a screen of 320 px" in told
    assert "px wide on a screen of 1920 px" not in told


def test_pictures_of_the_main_pages_are_taken(visitors: People, busy: Busy, camera: Camera) -> None:
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    for name, address in {
        "board": "/board",
        "premises": f"/premises/{OWN}",
        "poster": f"/premises/{OWN}/poster",
    }.items():
        lead.goto(address)
        camera.take(lead, name)
    wall = visitors.as_(Role.OP_QUANTITY_LEAD)
    wall.set_viewport_size({"width": 1440, "height": 810})
    wall.goto("/board/wall")
    camera.take(wall, "wall")
    phone = visitors.as_(Role.STAFF, width=PHONE)
    phone.goto(f"/premises/{OWN}/staff")
    camera.take(phone, "staff-on-a-phone")
