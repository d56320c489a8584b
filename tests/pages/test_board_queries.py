"""What the board costs, however large the estate."""

from __future__ import annotations

import pytest

from service.operations.context import Context
from service.operations.people import Role
from tests import builders
from tests.counting import counted
from tests.visitors import Visitors


@pytest.mark.parametrize("path", ["/board", "/board/now", "/board/wall", "/board/district?name=North"])
def test_the_board_costs_as_many_queries_for_many_premises_as_for_few(
    visitors: Visitors, context: Context, path: str
) -> None:
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    lead.get(path)
    with counted(context) as few:
        lead.get(path)
    builders.register(context, *({"id": f"site-{number}", "district": f"D{number % 7}"} for number in range(40)))
    with counted(context) as many:
        assert lead.get(path).status == 200
    assert len(many) == len(few)


def test_the_whole_board_counts_the_lists_and_what_was_done_once(visitors: Visitors, context: Context) -> None:
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    with counted(context) as seen:
        assert lead.get("/board").status == 200
    assert len([statement for statement in seen if "FROM menus" in statement]) == 1
    assert len([statement for statement in seen if "GROUP BY premises.district, checklists.menu_id" in statement]) == 2
    assert len(seen) <= 21
