"""Ticks without a connection, and two people at one list."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from service.operations import audit
from service.operations.people import Role
from tests.browser.people import PHONE, People, faults
from tests.browser.test_working_a_list import LIST, in_list, open_items

WAITS = "1 tick waits to be sent"


def tick(page: Page, item: dict[str, str]) -> None:
    in_list(page, item).get_by_role("button", name="Done").click()


def ticked_offline(people: People, item: dict[str, str]) -> Page:
    """The list on a phone that has no connection, with a tick that waits."""
    page = people.as_(Role.STATION_MANAGER, width=PHONE)
    page.goto(LIST)
    page.context.set_offline(True)
    tick(page, item)
    expect(page.locator("#ticks-waiting")).to_contain_text(WAITS)
    return page


def test_a_tick_without_a_connection_waits_and_goes_later(people: People) -> None:
    item, *_ = open_items(people)
    page = ticked_offline(people, item)
    expect(in_list(page, item)).to_contain_text("Waiting to be sent")
    assert faults(page) == []
    assert item in open_items(people)
    page.context.set_offline(False)
    expect(in_list(page, item)).to_contain_text("Done by Mo Manager")
    expect(page.locator("#ticks-waiting")).to_be_hidden()


def test_a_tick_that_waits_outlives_its_tab_and_goes_once(people: People) -> None:
    item, *_ = open_items(people)
    phone = ticked_offline(people, item)
    context = phone.context
    phone.close()
    assert ticks_in_the_record(people) == 0
    context.set_offline(False)

    held = people.open_in(context)
    held.route("**/items/*", lambda route: route.abort())
    held.goto(LIST)
    expect(held.locator("#ticks-waiting")).to_contain_text(WAITS)
    expect(in_list(held, item)).to_contain_text("Waiting to be sent")
    assert faults(held) == []
    another = people.open_in(context)
    another.goto(LIST)
    expect(in_list(another, item)).to_contain_text("Done by Mo Manager")
    expect(another.locator("#ticks-waiting")).to_be_hidden()
    held.unroute("**/items/*")
    held.reload()
    expect(in_list(held, item)).to_contain_text("Done by Mo Manager")
    expect(held.locator("#ticks-waiting")).to_be_hidden()
    assert ticks_in_the_record(people) == 1


def test_a_tick_whose_answer_was_lost_is_sent_again_and_counts_once(people: People) -> None:
    item, *_ = open_items(people)
    page = people.as_(Role.STATION_MANAGER, width=PHONE)
    page.goto(LIST)
    page.route("**/items/*", lose_the_answer)
    tick(page, item)
    expect(page.locator("#ticks-waiting")).to_contain_text("There is no connection")
    assert ticks_in_the_record(people) == 1
    page.unroute("**/items/*")
    page.reload()
    expect(page.locator("#ticks-waiting")).to_be_hidden()
    expect(in_list(page, item)).to_contain_text("Done by Mo Manager")
    assert ticks_in_the_record(people) == 1


def lose_the_answer(route: Route) -> None:
    route.fetch()
    route.abort()


def ticks_in_the_record(people: People) -> int:
    auditor = people.site.person(Role.AUDITOR)
    return len(audit.entries(people.site.context, auditor, audit.Wanted(action="item.ticked"))["items"])


def test_a_tick_that_comes_too_late_shows_both_sides(people: People) -> None:
    item, *_ = open_items(people)
    page, other = people.as_(Role.STATION_MANAGER, width=PHONE), people.as_(Role.OP_QUANTITY_LEAD, javascript=False)
    page.goto(LIST)
    page.context.set_offline(True)
    tick(page, item)
    other.goto(LIST)
    in_list(other, item).get_by_role("link").click()
    other.get_by_label("Declined").check()
    other.get_by_label("No staff to do it").check()
    other.get_by_role("button", name="Save").click()
    expect(page.locator("#ticks-waiting")).to_contain_text(WAITS)
    page.context.set_offline(False)
    page.get_by_role("button", name="Look and decide").click()
    expect(page.get_by_role("heading", name="Two people said different things")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Lena Lead said")
    assert faults(page) == []
    page.get_by_role("button", name="Say done all the same").click()
    expect(in_list(page, item)).to_contain_text("Done by Mo Manager")
    expect(page.locator("#ticks-waiting")).to_be_hidden()


def test_two_people_at_one_list_see_each_others_ticks(people: People) -> None:
    item, another, *_ = open_items(people)
    manager, lead = people.as_(Role.STATION_MANAGER, width=PHONE), people.as_(Role.OP_QUANTITY_LEAD)
    for page in (manager, lead):
        page.goto(LIST)
    tick(manager, item)
    tick(lead, another)
    expect(in_list(lead, item)).to_contain_text("Done by Mo Manager")
    expect(in_list(manager, another)).to_contain_text("Done by Lena Lead")


def test_a_tick_goes_at_once_where_the_device_has_no_room_to_keep_it(people: People) -> None:
    item, *_ = open_items(people)
    page = people.as_(Role.STATION_MANAGER, width=PHONE)
    page.goto(LIST)
    full = "throw new DOMException('full', 'QuotaExceededError');"
    page.evaluate(f"() => {{ Storage.prototype.setItem = () => {{ {full} }}; }}")
    tick(page, item)
    expect(in_list(page, item)).to_contain_text("Done by Mo Manager")
