"""Working off a checklist: from the board to the premises most behind, and on a phone."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from service.operations import checklists
from service.operations.people import Role
from tests.browser.people import JAVASCRIPT, PHONE, People, wider_than_the_screen
from tests.browser.pictures import Camera
from tests.browser.site import OWN

LIST = f"/premises/{OWN}"


def open_items(people: People) -> list[dict[str, str]]:
    lead = people.site.person(Role.OP_QUANTITY_LEAD)
    items = checklists.present_checklist(people.site.context, lead, OWN)["items"]
    return [item for item in items if item["status"] == "open"]


def in_list(page: Page, item: dict[str, str]) -> Locator:
    return page.locator(f"#item-{item['option_id']}")


@JAVASCRIPT
def test_the_lead_finds_the_premises_most_behind_and_ticks_an_item(people: People, javascript: bool) -> None:
    page = people.as_(Role.OP_QUANTITY_LEAD, javascript=javascript)
    page.goto("/")
    page.get_by_role("region", name="Furthest behind").get_by_role("link").first.click()
    page.get_by_role("link", name="What to do", exact=True).click()
    first = page.locator("li.opq-task", has=page.get_by_role("button", name="Done")).first
    first.get_by_role("button", name="Done").click()
    expect(page.get_by_text("Done by Lena Lead")).to_be_visible()
    expect(page.locator("#progress")).to_contain_text("1 of")


@JAVASCRIPT
def test_a_station_manager_works_on_a_phone(people: People, camera: Camera, javascript: bool) -> None:
    first, second, *_ = open_items(people)
    page = people.as_(Role.STATION_MANAGER, width=PHONE, javascript=javascript)
    page.goto("/")
    in_list(page, first).get_by_role("button", name="Done").click()
    expect(in_list(page, first)).to_contain_text("Done by Mo Manager")

    in_list(page, second).get_by_role("link").click()
    page.get_by_label("Declined").check()
    page.get_by_label("Risk considered and accepted").check()
    if not javascript:
        camera.take(page, "item-on-a-phone")
    page.get_by_role("button", name="Save").click()
    expect(in_list(page, second)).to_contain_text("by Mo Manager")
    expect(in_list(page, second)).to_contain_text("Risk considered and accepted")

    in_list(page, first).get_by_role("link").click()
    page.get_by_role("form", name="Undo").get_by_label("Why?").fill("It was the other gate")
    page.get_by_role("button", name="Put it back to open").click()
    expect(in_list(page, first).get_by_role("button", name="Done")).to_be_visible()

    page.get_by_role("link", name="Hand over").click()
    page.get_by_label("Who takes over?").fill("Ann Example")
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("In the hands of Ann Example")).to_be_visible()
    assert wider_than_the_screen(page) == []


@JAVASCRIPT
def test_a_reason_that_is_missing_is_asked_for_beside_its_field(people: People, javascript: bool) -> None:
    first, *_ = open_items(people)
    page = people.as_(Role.STATION_MANAGER, width=PHONE, javascript=javascript)
    page.goto(LIST)
    in_list(page, first).get_by_role("link").click()
    page.get_by_label("Blocked").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").get_by_role("link", name="say why").click()
    expect(page.get_by_label("In your own words")).to_be_focused()


def test_two_people_without_javascript_are_shown_both_sides(people: People) -> None:
    item, *_ = open_items(people)
    manager = people.as_(Role.STATION_MANAGER, width=PHONE, javascript=False)
    lead = people.as_(Role.OP_QUANTITY_LEAD, javascript=False)
    manager.goto(LIST)
    lead.goto(LIST)
    in_list(lead, item).get_by_role("link").click()
    lead.get_by_label("Declined").check()
    lead.get_by_label("No staff to do it").check()
    lead.get_by_role("button", name="Save").click()
    in_list(manager, item).get_by_role("button", name="Done").click()
    expect(manager.get_by_role("heading", name="Two people said different things")).to_be_visible()
    expect(manager.locator("main")).to_contain_text("Lena Lead said")
    manager.get_by_role("button", name="Say done all the same").click()
    expect(in_list(manager, item)).to_contain_text("Done by Mo Manager")
