"""Staff on a phone: what is the level here, what must I do, and saying that they know it."""

from __future__ import annotations

from playwright.sync_api import expect

from service.operations.people import Role
from tests.browser.people import JAVASCRIPT, PHONE, People, faults, wider_than_the_screen
from tests.browser.site import OWN


@JAVASCRIPT
def test_staff_acknowledge_the_level_on_a_phone(people: People, javascript: bool) -> None:
    page = people.as_(Role.STAFF, width=PHONE, javascript=javascript)
    page.goto("/")
    expect(page.get_by_role("heading", name="The level here is HEIGHTENED")).to_be_visible()
    page.get_by_role("button", name="I know the level").click()
    expect(page.get_by_role("heading", name="You acknowledged at")).to_be_visible()
    assert (faults(page) if javascript else wider_than_the_screen(page)) == []


@JAVASCRIPT
def test_the_lead_sees_on_the_board_who_knows(people: People, javascript: bool) -> None:
    staff = people.as_(Role.STAFF, width=PHONE, javascript=javascript)
    lead = people.as_(Role.OP_QUANTITY_LEAD, javascript=javascript)
    lead.goto("/board")
    expect(lead.get_by_text("37 premises where nobody")).to_be_visible()
    staff.goto(f"/premises/{OWN}/staff")
    staff.get_by_role("button", name="I know the level").click()
    lead.get_by_role("link", name="Cindershaw", exact=True).click()
    expect(lead.get_by_role("row", name="Cindershaw Custody Centre")).to_contain_text("yes")
