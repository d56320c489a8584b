"""People at a browser, and what goes wrong without their seeing it: scripts that fail, content that is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from service.operations.people import Role
from tests.browser.site import PASSWORD, Site

PHONE, DESK, WIDE = 320, 1280, 1920
"""Widths in CSS pixels; 320 is that of WCAG 2.2, 1.4.10."""

JAVASCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
"""Runs a test in a browser with JavaScript and in one without."""

HEIGHT = 900
"""CSS pixels."""

PATIENCE = 20_000
"""Milliseconds that a browser waits for what is about to happen."""

_ALL = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
_OF_THE_LAYOUT = {
    **_ALL,
    "runOnly": ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"],
}
"""What can go wrong with a page that is wide and has nothing wrong while it is narrow, since both hold the same."""

_MEANT = re.compile(r"status of 4\d\d|ERR_INTERNET_DISCONNECTED|ERR_FAILED|htmx:error: (timeout|Failed to fetch)")
"""What a browser notes of an answer that refuses, and of a connection that a test took away."""

_AXE = f"window.axe || (() => {{ {AXE_SCRIPT} }})()"


class People:
    """Those who visit one site, each in a browser context of their own."""

    def __init__(self, chromium: Browser, site: Site, passes: dict[Role, Any]) -> None:
        self.site = site
        self.troubles: list[str] = []
        self._chromium = chromium
        self._passes = passes
        self._contexts: list[BrowserContext] = []

    def as_(self, role: Role, *, width: int = DESK, javascript: bool = True) -> Page:
        """A page of somebody who has signed in before."""
        return self._page(width, javascript, storage_state=self._passes[role])

    def nobody(self, *, width: int = DESK, javascript: bool = True) -> Page:
        """A page of somebody who has not signed in."""
        return self._page(width, javascript)

    def leave(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()

    def _page(self, width: int, javascript: bool, **more: Any) -> Page:
        context = self._chromium.new_context(
            base_url=self.site.address,
            viewport={"width": width, "height": HEIGHT},
            java_script_enabled=javascript,
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Europe/London",
            **more,
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        return self.open_in(context)

    def open_in(self, context: BrowserContext) -> Page:
        """Another tab of a browser that is open."""
        page = context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        return page

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _MEANT.search(message.text):
            self.troubles.append(f"{message.text} {message.location}")


@contextmanager
def visiting(chromium: Browser, site: Site, passes: dict[Role, Any]) -> Iterator[People]:
    """Those who visit ``site``; no script of theirs may fail, and nothing be refused by the content policy."""
    people = People(chromium, site, passes)
    yield people
    people.leave()
    assert people.troubles == []


def sign_in(page: Page, role: Role) -> None:
    """Sign in at the page that asks for it, by keyboard."""
    page.get_by_label("Username").focus()
    page.keyboard.type(role.value)
    page.get_by_label("Password", exact=True).focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def lose_session(page: Page) -> None:
    """As if the person had been signed out meanwhile. An answer that is still under way would renew the cookie."""
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies()


def faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA on a page that is narrow and wide, and whether it scrolls sideways then.

    The browser must have JavaScript, which axe is written in.
    """
    kept = page.viewport_size
    page.evaluate(_AXE)
    found = [
        f"at {width} px: {fault}"
        for width, rules in ((PHONE, _ALL), (WIDE, _OF_THE_LAYOUT))
        for fault in _faults_at(page, width, rules)
    ]
    page.set_viewport_size(kept or {"width": DESK, "height": HEIGHT})
    return found


def _faults_at(page: Page, width: int, rules: dict[str, Any]) -> list[str]:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    violations = page.evaluate("rules => axe.run(rules).then(found => found.violations)", rules)
    found = [f"{rule['id']}: {node['html'][:150]}" for rule in violations for node in rule["nodes"]]
    return found + wider_than_the_screen(page)


def wider_than_the_screen(page: Page) -> list[str]:
    """How wide a page is that must be scrolled sideways; nothing for one that fits."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    width = (page.viewport_size or {"width": 0})["width"]
    return [f"{wide} px wide on a screen of {width} px"] if wide > width else []
