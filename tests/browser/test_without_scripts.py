"""What a browser without JavaScript shows of each role's main pages: axe finds nothing there either."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route

from service.operations.people import Role
from tests.browser.busy import Busy
from tests.browser.people import PHONE, People, faults

_SCRIPT = re.compile(r"<script\b.*?</script>|</?noscript>", re.DOTALL)
MORE = ("/premises/{premises_id}", "/checklists/{said_id}/items/{said_option_id}", "/history")


def without_scripts(page: Page) -> None:
    """Let the page be as if there were no JavaScript, in a browser that has it: axe is written in it."""

    def answer(route: Route) -> None:
        found = route.fetch()
        route.fulfill(response=found, body=_SCRIPT.sub("", found.text()))

    page.route(
        lambda _: True, lambda route: answer(route) if route.request.resource_type == "document" else route.continue_()
    )


def test_no_main_page_has_a_fault_where_there_is_no_javascript(visitors: People, busy: Busy) -> None:
    found: dict[str, list[str]] = {}
    for role in (role for role in Role if role is not Role.SYSTEM):
        page = visitors.as_(role, width=PHONE)
        without_scripts(page)
        page.goto("/welcome")
        begins = [str(link.get_attribute("href")) for link in page.locator(".opq-things a").all()]
        assert begins
        more = [address.format(**busy.known) for address in MORE] if role is Role.OP_QUANTITY_LEAD else []
        for address in (address for address in [*begins, *more] if address not in found):
            page.goto(address)
            assert page.locator("script").count() == 0
            found[address] = faults(page)
    assert len(found) > 10
    assert {address: told for address, told in found.items() if told} == {}
