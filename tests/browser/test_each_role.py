"""What each role comes for, from the first page to the end, by keyboard alone: wide, and narrow without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rules.levels import Scope, ThreatLevel
from service.operations import threat
from service.operations.people import Role
from tests.browser.keyboard import choose, press, write
from tests.browser.people import PHONE, WIDE, People, faults, wider_than_the_screen
from tests.browser.site import OWN

WAYS = pytest.mark.parametrize(
    ("width", "javascript"), [(WIDE, True), (PHONE, False)], ids=["wide", "narrow without JavaScript"]
)


def link(page: Page, name: str) -> None:
    press(page, page.get_by_role("link", name=name, exact=True).first)


def button(page: Page, name: str) -> None:
    press(page, page.get_by_role("button", name=name))


def the_lead_finds_the_premises_most_behind_and_ticks(page: Page) -> None:
    press(page, page.get_by_role("region", name="Furthest behind").get_by_role("link").first)
    press(page, page.get_by_role("button", name="Done").first, leaves=False)
    expect(page.get_by_text("Done by Lena Lead")).to_be_visible()


def gold_approves_what_waits(page: Page) -> None:
    link(page, "Waiting")
    button(page, "Approve")
    expect(page.get_by_text("Nothing waits.")).to_be_visible()


def the_duty_officer_raises_one_premises(page: Page) -> None:
    page.goto(f"/premises/{OWN}")
    link(page, "Vary the level")
    choose(page, page.get_by_label("EXCEPTIONAL"))
    write(page, page.get_by_label("Why?"), "A visit at short notice")
    button(page, "Confirm")
    expect(page.get_by_role("button", name="End it now")).to_be_visible()


def the_adviser_reads_why_a_premises_is_at_its_level(page: Page) -> None:
    link(page, "Premises")
    write(page, page.get_by_label("Name or postcode"), "Custody")
    page.keyboard.press("Enter")
    link(page, "Cindershaw Custody Centre")
    expect(page.get_by_role("heading", name="Why")).to_be_visible()
    press(page, page.locator("summary", has_text="What else was weighed"), leaves=False)
    expect(page.get_by_text("What was known:")).to_be_visible()


def the_manager_declines_an_item_and_hands_over(page: Page) -> None:
    press(page, page.locator("li.opq-task").get_by_role("link").first)
    choose(page, page.get_by_label("Declined"))
    choose(page, page.get_by_label("No staff to do it"))
    button(page, "Save")
    expect(page.get_by_text("No staff to do it")).to_be_visible()
    link(page, "Hand over")
    write(page, page.get_by_label("Who takes over?"), "Ann Example")
    button(page, "Hand over")
    expect(page.get_by_text("In the hands of Ann Example")).to_be_visible()


def staff_acknowledge_the_level(page: Page) -> None:
    button(page, "I know the level")
    expect(page.get_by_role("heading", name="You acknowledged at")).to_be_visible()


def the_control_system_gets_a_webhook(page: Page) -> None:
    link(page, "Add a webhook")
    write(page, page.get_by_label("Address"), "https://93.184.215.14/told")
    button(page, "Add it")
    expect(page.get_by_text("whsec_")).to_be_visible()
    button(page, "Continue")
    button(page, "Send a test message")
    expect(page.get_by_role("heading", name="webhook.test")).to_be_visible()


def the_feed_gets_a_token(page: Page) -> None:
    button(page, "Make a token")
    expect(page.get_by_text("shown this once")).to_be_visible()


def the_auditor_verifies_the_record(page: Page) -> None:
    link(page, "Verify the record")
    button(page, "Verify now")
    expect(page.get_by_role("heading", name="The record is whole")).to_be_visible()


def the_admin_makes_an_account(page: Page) -> None:
    write(page, page.get_by_label("Name", exact=True), "Neil New")
    write(page, page.get_by_label("Username"), "neil.new")
    button(page, "Make the account")
    expect(page.get_by_text("Their password, shown this once")).to_be_visible()


FLOWS: dict[Role, Callable[[Page], None]] = {
    Role.OP_QUANTITY_LEAD: the_lead_finds_the_premises_most_behind_and_ticks,
    Role.GOLD: gold_approves_what_waits,
    Role.DUTY_OFFICER: the_duty_officer_raises_one_premises,
    Role.CTSA: the_adviser_reads_why_a_premises_is_at_its_level,
    Role.STATION_MANAGER: the_manager_declines_an_item_and_hands_over,
    Role.STAFF: staff_acknowledge_the_level,
    Role.MONITOR: the_control_system_gets_a_webhook,
    Role.FEED: the_feed_gets_a_token,
    Role.AUDITOR: the_auditor_verifies_the_record,
    Role.ADMIN: the_admin_makes_an_account,
}


@WAYS
@pytest.mark.parametrize("role", FLOWS, ids=str)
def test_a_role_does_what_it_comes_for_by_keyboard_alone(
    people: People, role: Role, width: int, javascript: bool
) -> None:
    if role is Role.GOLD:
        fall = threat.ThreatWish(Scope.NATIONAL, ThreatLevel.LOW, "as published")
        threat.set_level(people.site.context, people.site.person(Role.OP_QUANTITY_LEAD), fall)
    page = people.as_(role, width=width, javascript=javascript)
    page.goto("/")
    FLOWS[role](page)
    assert (faults(page) if javascript else wider_than_the_screen(page)) == []


def test_every_role_has_its_flow() -> None:
    assert set(FLOWS) == set(Role) - {Role.SYSTEM}
