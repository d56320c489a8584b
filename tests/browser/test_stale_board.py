"""A board without a connection says that what it shows may be old, and one whose person is signed out leads there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from service.operations.people import Role
from tests.browser.people import People, faults, lose_session


@pytest.mark.parametrize("path", ["/board", "/board/wall"])
def test_a_board_that_cannot_be_renewed_says_so_until_it_can(people: People, path: str) -> None:
    page = people.as_(Role.AUDITOR)
    page.clock.install()
    page.goto(path)
    expect(page.locator("#stale")).to_be_hidden()
    page.context.set_offline(True)
    page.clock.run_for(90_000)
    expect(page.locator("#stale")).to_be_visible()
    assert faults(page) == []
    page.context.set_offline(False)
    with page.expect_response(lambda answer: "/board/" in answer.url):
        page.clock.run_for(16_000)
    expect(page.locator("#stale")).to_be_hidden()


def test_a_board_whose_person_is_signed_out_leads_to_signing_in(people: People) -> None:
    page = people.as_(Role.AUDITOR)
    page.clock.install()
    page.goto("/board")
    lose_session(page)
    page.clock.run_for(16_000)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
