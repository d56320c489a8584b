from __future__ import annotations

import pytest

from service.operations.people import Role
from tests.visitors import Visitors


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_everybody_finds_help_below_each_page(visitors: Visitors, role: Role) -> None:
    visitor = visitors.as_(role, "south-office")
    assert "/help" in visitor.get("/help").links
    page = visitor.get("/help")
    assert page.status == 200
    assert {"levels", "roles", "marks", "down", "ask"} <= set(page.ids)


def test_help_links_only_to_what_its_reader_may_open(visitors: Visitors) -> None:
    assert "/record" in visitors.as_(Role.AUDITOR).get("/help").links
    assert not {"/record", "/people", "/register"} & set(visitors.as_(Role.STAFF).get("/help").links)


def test_help_is_for_those_who_are_signed_in(visitors: Visitors) -> None:
    visitor = visitors.nobody()
    assert visitor.get("/help").status == 303
    assert "/help" not in visitor.get("/sign-in").links
