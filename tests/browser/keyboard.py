"""Going about a page by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

_FAR = 80
"""More steps than any page asks of a person between two fields that belong together."""


def go_to(page: Page, wanted: Locator) -> None:
    """Press Tab until ``wanted`` has the keyboard."""
    wanted.wait_for(state="attached")
    for _ in range(_FAR):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not come to {wanted}")


def press(page: Page, wanted: Locator) -> None:
    """Go to a link or button, press it, and see the page to which it leads."""
    go_to(page, wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")
