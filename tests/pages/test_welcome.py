from __future__ import annotations

import re

import pytest

from service.operations.people import Role
from tests.visitors import Visitors

_THING = re.compile(r'opq-things__one"><a class="[^"]*" href="([^"]+)"')
PEOPLE = [role for role in Role if role is not Role.SYSTEM]
FIRST = {
    Role.OP_QUANTITY_LEAD: "/board",
    Role.GOLD: "/board",
    Role.DUTY_OFFICER: "/change",
    Role.CTSA: "/board",
    Role.AUDITOR: "/record",
    Role.STATION_MANAGER: "/premises/north-hq",
    Role.STAFF: "/staff",
    Role.MONITOR: "/webhooks",
    Role.FEED: "/account",
    Role.ADMIN: "/people",
}


@pytest.mark.parametrize("role", PEOPLE)
def test_a_first_visit_shows_the_things_a_role_comes_for_and_the_next_leads_to_the_first(
    visitors: Visitors, role: Role
) -> None:
    visitor = visitors.as_(role, *(("north-hq",) if role is Role.STATION_MANAGER else ()))
    welcome = visitor.follow(visitor.get("/"))
    assert f"you are here as {role.value.replace('_', ' ')}." in welcome.text.casefold()
    assert FIRST[role] in welcome.links
    things = _THING.findall(welcome.answer.get_data(as_text=True))
    assert len(things) == (2 if role is Role.FEED else 3)
    assert {visitor.get(thing).status for thing in things} <= {200, 303}
    assert visitor.get("/").location == FIRST[role]


def test_a_manager_of_several_premises_begins_with_their_list(visitors: Visitors) -> None:
    visitor = visitors.as_(Role.STATION_MANAGER, "north-hq", "south-office")
    visitor.get("/welcome")
    assert visitor.get("/").location == "/premises"
