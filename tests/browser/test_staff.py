"""Staff on a phone say that they know the level, and the board tells."""

from __future__ import annotations

from playwright.sync_api import expect

from service.operations.people import Role
from tests.browser.people import JAVASCRIPT, PHONE, People
from tests.browser.site import OWN


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
