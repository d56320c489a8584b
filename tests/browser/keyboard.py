"""Going about a page by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

_FAR = 250
"""More steps than any page has: whoever goes on comes round to its beginning."""


def go_to(page: Page, wanted: Locator, *, any_of_them: bool = False) -> None:
    """Press Tab until ``wanted``, or any of those that it finds, has the keyboard."""
    (wanted.first if any_of_them else wanted).wait_for(state="attached")
    for _ in range(_FAR):
        page.keyboard.press("Tab")
        if wanted.evaluate_all("all => all.includes(document.activeElement)"):
            return
    raise AssertionError(f"the keyboard does not come to {wanted}")


def press(page: Page, wanted: Locator, *, leaves: bool = True) -> None:
    """Go to a link or button and press it; if it ``leaves`` the page, see the one to which it leads."""
    go_to(page, wanted)
    if not leaves:
        page.keyboard.press("Enter")
        return
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.keyboard.press("Enter")


def write(page: Page, field: Locator, words: str) -> None:
    """Go to a field and type."""
    go_to(page, field)
    page.keyboard.type(words)


def choose(page: Page, wanted: Locator) -> None:
    """Go to the radio buttons of which ``wanted`` is one, and on to it with the arrow keys."""
    name = wanted.get_attribute("name")
    go_to(page, page.locator(f"input[type=radio][name={name}]"), any_of_them=True)
    page.keyboard.press("Space")
    for _ in range(_FAR):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrow keys do not come to {wanted}")
