"""Every page that a role can reach, narrow and wide: axe finds nothing (WCAG 2.2 AA), nothing scrolls sideways."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from service.operations.access import PERMISSIONS
from service.operations.people import Role
from service.web.page import OPEN, SIGNED_IN, page_permissions
from tests.browser.busy import RAISED, Busy, work
from tests.browser.people import PHONE, WIDE, People, faults, sign_in, wider_than_the_screen
from tests.browser.pictures import Camera
from tests.browser.site import OWN, Site, prepare

NO_PAGES = {"board_now", "list_items", "send_asset", "ask_provider", "provider_return", "export_register"}
"""What takes the place of a part of a page, leads away, or is a file; so is all that ends in _pdf."""

STATES = {
    Role.OP_QUANTITY_LEAD: (f"/premises/{RAISED}", "/board/district?name=Aldermere", "/premises?q=nowhere"),
    Role.STATION_MANAGER: (f"/premises/{OWN}?show=open", "/nowhere", "/board", f"/premises/{RAISED}"),
}
"""Addresses at which a role sees a page in another state, or a fault: EXCEPTIONAL, nothing found, 404, 403."""

SENT_EMPTY = [
    (Role.OP_QUANTITY_LEAD, "/change", "Continue"),
    (Role.OP_QUANTITY_LEAD, f"/premises/{OWN}/override", "Confirm"),
    (Role.STATION_MANAGER, "/checklists/{checklist_id}/hand-over", "Hand over"),
    (Role.STATION_MANAGER, "/checklists/{checklist_id}/items/{option_id}", "Save"),
    (Role.STATION_MANAGER, f"/premises/{OWN}/told", "Note the briefing"),
    (Role.ADMIN, "/people", "Make the account"),
    (Role.ADMIN, "/register/add", "Add it"),
    (Role.ADMIN, "/register/import", "Check the file"),
    (Role.ADMIN, "/webhooks/add", "Add it"),
    (Role.ADMIN, "/account", "Change it"),
]
"""Forms, with the words of the button that sends them."""


@pytest.fixture(scope="module")
def busy(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    """A site with something on every page, which these tests only read."""
    folder = tmp_path_factory.mktemp("busy")
    shutil.copytree(template, folder, dirs_exist_ok=True)
    with closing(Site(folder)) as site:
        yield work(site)


@pytest.fixture(scope="module")
def examined() -> set[str]:
    """The shapes of what was found free of faults. Many roles see the same page; it is examined once."""
    return set()


@pytest.fixture
def visitors(chromium: Browser, busy: Busy, passes: dict[Role, Any]) -> Iterator[People]:
    visiting = People(chromium, busy.site, passes)
    yield visiting
    visiting.leave()
    assert visiting.troubles == []


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
    return [*found, *STATES.get(role, ())]


def shape(page: Page) -> str:
    """The elements of a page with their classes."""
    return str(page.evaluate("[...document.querySelectorAll('main *')].map(e => e.tagName + e.className).join()"))


def found_in(page: Page, examined: set[str]) -> list[str]:
    """The faults of the page at both widths."""
    page.set_viewport_size({"width": PHONE, "height": 900})
    if shape(page) in examined:
        return []
    found = faults(page)
    page.set_viewport_size({"width": WIDE, "height": 900})
    found += wider_than_the_screen(page)
    if not found:
        examined.add(shape(page))
    return found


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_no_page_of_a_role_has_a_fault(visitors: People, busy: Busy, examined: set[str], role: Role) -> None:
    page = visitors.as_(role, width=PHONE)
    page.goto("/account")
    wrong = {"/account": faults(page)}
    for address in addresses(busy, role):
        page.goto(address)
        wrong[address] = found_in(page, examined)
    assert {address: found for address, found in wrong.items() if found} == {}


@pytest.mark.parametrize(("role", "address", "button"), SENT_EMPTY)
def test_a_form_sent_empty_says_what_is_missing_to_everybody(
    visitors: People, busy: Busy, role: Role, address: str, button: str
) -> None:
    page = visitors.as_(role, width=PHONE)
    page.goto(address.format(**busy.known))
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    assert page.title().startswith("Error: ")
    assert faults(page) == []


def test_a_wrong_password_is_told_to_everybody(visitors: People) -> None:
    page = visitors.nobody(width=PHONE)
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    assert faults(page) == []


def test_a_board_without_premises_has_no_fault(chromium: Browser, tmp_path: Path) -> None:
    prepare(tmp_path, example=False)
    with closing(Site(tmp_path)) as site:
        visitors = People(chromium, site, {})
        page = visitors.nobody(width=PHONE)
        page.goto("/sign-in?then=/board")
        sign_in(page, Role.OP_QUANTITY_LEAD)
        expect(page.get_by_role("heading", name="Board")).to_be_visible()
        assert faults(page) == []
        visitors.leave()


def test_axe_would_tell(visitors: People) -> None:
    page = visitors.nobody(width=PHONE)
    page.set_content("<html><title>x</title><main><input><p style='width:999px'>wide</p></main>")
    told = " ".join(faults(page))
    assert "label" in told
    assert "html-has-lang" in told
    assert "px wide on a screen of 320 px" in told


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
