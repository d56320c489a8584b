"""A duty officer raises the estate: from signing in to the new level, by keyboard alone."""

from __future__ import annotations

import pytest

from service.operations.people import Role
from tests.browser.people import People, sign_in


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_duty_officer_raises_the_estate_by_keyboard(people: People, javascript: bool) -> None:
    page = people.nobody(javascript=javascript)
    page.goto("/")
    sign_in(page, Role.DUTY_OFFICER)
    page.get_by_role("heading", name="Welcome").wait_for()
    print(page.url)
