"""The chart of how the levels went: it can be read on a phone, and reached by keyboard."""

from __future__ import annotations

from service.operations.people import Role
from tests.browser.keyboard import go_to
from tests.browser.people import PHONE, People, wider_than_the_screen

SMALLEST = 12
"""CSS pixels of what is written."""

WRITTEN = """[...document.querySelectorAll(".opq-chart text")].map((text) =>
    parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"""
"""How tall each label of the chart is on the screen."""


def test_the_labels_of_the_chart_are_legible_on_a_phone_and_it_is_reached_by_keyboard(visitors: People) -> None:
    page = visitors.as_(Role.OP_QUANTITY_LEAD, width=PHONE)
    page.goto("/history")
    assert min(page.evaluate(WRITTEN)) >= SMALLEST
    assert wider_than_the_screen(page) == []
    go_to(page, page.get_by_role("region", name="Chart"))
