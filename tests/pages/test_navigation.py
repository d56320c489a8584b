"""The navigation: what it leads to, and that a page marks the part to which it belongs."""

from __future__ import annotations

import re

import pytest

from service.operations.checklists import force_checklist
from service.operations.people import Role
from tests.builders import lead
from tests.visitors import Page, Visitors

_MARKED = re.compile(r'href="([^"]+)" aria-current="(page|true)"')

PARTS = {
    "/board": ("/board", "page"),
    "/board/district?name=North": ("/board", "true"),
    "/history": ("/board", "true"),
    "/premises?q=hq": ("/premises", "page"),
    "/premises/north-hq": ("/premises", "true"),
    "/premises/north-hq/staff": ("/premises", "true"),
    "/premises/nowhere": ("/premises", "true"),
    "/change": ("/change", "page"),
    "/record/1": ("/record", "true"),
    "/record/verify": ("/record", "true"),
    "/webhooks/add": ("/webhooks", "true"),
    "/force": ("/force", "page"),
}
"""The place that a page of the lead marks: as the page itself, or as the part that it belongs to."""


def marked(page: Page) -> list[tuple[str, str]]:
    return _MARKED.findall(page.answer.get_data(as_text=True))


@pytest.mark.parametrize("role", [Role.OP_QUANTITY_LEAD, Role.GOLD, Role.DUTY_OFFICER, Role.CTSA])
def test_who_has_no_premises_of_their_own_finds_acknowledging_on_the_page_of_a_premises(
    visitors: Visitors, role: Role
) -> None:
    visitor = visitors.as_(role)
    premises = visitor.get("/premises/north-hq")
    assert "/staff" not in premises.links
    assert "/premises/north-hq/staff" in premises.links
    assert "I know the level" in visitor.get("/premises/north-hq/staff").text


@pytest.mark.parametrize(("role", "begins"), [(Role.STATION_MANAGER, "/premises"), (Role.STAFF, "/staff")])
def test_who_works_at_premises_finds_them_in_one_place(visitors: Visitors, role: Role, begins: str) -> None:
    visitor = visitors.as_(role, "north-hq")
    for path in ("/premises/north-hq", "/premises/north-hq/staff"):
        page = visitor.get(path)
        assert marked(page) == [(begins, "true")]
        assert {"/premises", "/staff"} & set(page.links) == {begins}
        assert page.text.partition("Skip to main content")[2].count("My premises") == 1
    assert "/premises/north-hq/staff" in visitor.get("/premises/north-hq").links


def test_a_page_marks_its_part_of_the_product(visitors: Visitors) -> None:
    visitor = visitors.as_(Role.OP_QUANTITY_LEAD)
    found = {path: marked(visitor.get(path)) for path in PARTS}
    assert found == {path: [part] for path, part in PARTS.items()}


def test_a_list_of_the_force_is_part_of_the_force_checklist(visitors: Visitors) -> None:
    list_id = force_checklist(visitors.context, lead(visitors.context))["id"]
    visitor = visitors.as_(Role.OP_QUANTITY_LEAD)
    for page in ("sign-off", "print", "codes"):
        assert marked(visitor.get(f"/checklists/{list_id}/{page}")) == [("/force", "true")]


def test_a_page_that_is_part_of_nothing_marks_nothing(visitors: Visitors) -> None:
    assert marked(visitors.as_(Role.ADMIN).get("/account")) == []
    assert marked(visitors.as_(Role.ADMIN).get("/register/add")) == [("/register", "true")]
