"""A duty officer at three in the morning: from signing in to the new level, by keyboard alone, in a few screens."""

from __future__ import annotations

from playwright.sync_api import expect

from rules.levels import Scope
from service.operations import threat_levels
from service.operations.people import Role
from tests.browser.keyboard import go_to, press
from tests.browser.people import JAVASCRIPT, People
from tests.browser.pictures import Camera
from tests.browser.site import PASSWORD

WORDS = "Told by the control room"


@JAVASCRIPT
def test_a_duty_officer_raises_the_estate_by_keyboard_alone(people: People, camera: Camera, javascript: bool) -> None:
    page = people.nobody(javascript=javascript)
    page.goto("/")
    go_to(page, page.get_by_label("Username"))
    page.keyboard.type(Role.DUTY_OFFICER.value)
    go_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    press(page, page.get_by_role("link", name="Change a threat level"))
    go_to(page, page.get_by_label("CRITICAL"))
    page.keyboard.press("Space")
    go_to(page, page.get_by_label("Why?"))
    page.keyboard.type(WORDS)
    press(page, page.get_by_role("button", name="Continue"))
    assert "Premises that go up 37" in " ".join(page.locator("main").inner_text().split())
    if javascript:
        camera.take(page, "change-check")
    press(page, page.get_by_role("button", name="Confirm and change the level"))
    assert page.get_by_role("heading", name="National threat level: CRITICAL").is_visible()
    assert level_of(people, Scope.NATIONAL) == "CRITICAL"


@JAVASCRIPT
def test_answers_that_are_missing_are_named_and_led_to(people: People, javascript: bool) -> None:
    page = people.as_(Role.DUTY_OFFICER, javascript=javascript)
    page.goto("/change")
    page.get_by_role("button", name="Continue").click()
    summary = page.get_by_role("alert")
    assert "There is a problem" in summary.inner_text()
    summary.get_by_role("link", name="Say why, in a sentence").click()
    expect(page.get_by_label("Why?")).to_be_focused()


@JAVASCRIPT
def test_the_way_back_keeps_what_was_said(people: People, javascript: bool) -> None:
    page = people.as_(Role.DUTY_OFFICER, javascript=javascript)
    page.goto("/change")
    page.get_by_label("SEVERE").check()
    page.get_by_label("Why?").fill(WORDS)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Go back and change").click()
    assert page.get_by_label("SEVERE").is_checked()
    assert page.get_by_label("Why?").input_value() == WORDS
    assert level_of(people, Scope.NATIONAL) == "SUBSTANTIAL"


def level_of(people: People, scope: Scope) -> str:
    lead = people.site.person(Role.OP_QUANTITY_LEAD)
    known = threat_levels.threat_levels(people.site.context, lead)["items"]
    return next(str(item["level"]) for item in known if item["scope"] == scope)
