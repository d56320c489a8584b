"""Every page that a role can reach, narrow and wide: axe finds nothing (WCAG 2.2 AA), nothing scrolls sideways."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from service.operations.access import PERMISSIONS
from service.operations.people import Role
from service.web.page import OPEN, SIGNED_IN, page_permissions
from tests.browser.busy import RAISED, Busy, work
from tests.browser.people import PHONE, WIDE, People, faults, wider_than_the_screen
from tests.browser.site import Site

PARTS = {"board_now", "list_items"}
"""What takes the place of a part of another page."""
ELSEWHERE = {"send_asset", "ask_provider", "provider_return"}
"""What leads away, or is no page."""
STATES = {
    Role.OP_QUANTITY_LEAD: (f"/premises/{RAISED}", "/board/district?name=Aldermere", "/premises?q=nowhere"),
    Role.STATION_MANAGER: ("/premises/{premises_id}?show=open", "/nowhere", "/board", f"/premises/{RAISED}"),
}
"""Addresses with which some roles see a page in another state, or a fault."""


@pytest.fixture(scope="module")
def busy(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    folder = tmp_path_factory.mktemp("busy")
    shutil.copytree(template, folder, dirs_exist_ok=True)
    site = Site(folder)
    yield work(site)
    site.close()


@pytest.fixture
def visitors(chromium: Browser, busy: Busy, passes: dict[Role, Any]) -> Iterator[People]:
    visiting = People(chromium, busy.site, passes)
    yield visiting
    visiting.leave()
    assert visiting.troubles == []


def addresses(busy: Busy, role: Role) -> list[str]:
    """The address of every page that the role may read."""
    app, found = busy.site.app, []
    needed = {f"pages.{name}": None for name in PARTS | ELSEWHERE}
    for rule in app.url_map.iter_rules():
        permission = page_permissions(app).get(rule.endpoint)
        if permission is None or rule.endpoint in needed or "GET" not in (rule.methods or ()):
            continue
        if permission in (OPEN, SIGNED_IN) or role in PERMISSIONS[permission]:
            known = {name: busy.known[name] for name in rule.arguments}
            found.append(app.url_map.bind("localhost").build(rule.endpoint, known))
    return found + [address.format(**busy.known) for address in STATES.get(role, ())]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_no_page_of_a_role_has_a_fault(visitors: People, busy: Busy, role: Role) -> None:
    wrong: dict[str, list[str]] = {}
    phone, wide = visitors.as_(role, width=PHONE), visitors.as_(role, width=WIDE)
    for address in addresses(busy, role):
        phone.goto(address)
        wide.goto(address)
        if found := faults(phone) + wider_than_the_screen(wide):
            wrong[address] = found
    assert wrong == {}
