"""Tables on a phone: each is stacked, so that nothing is beyond the edge, and each cell says which column it is of."""

from __future__ import annotations

import re

from service.operations.context import Context
from service.operations.people import Role
from tests.lists import move
from tests.visitors import Visitors

PAGES = {
    Role.OP_QUANTITY_LEAD: ["/board", "/board/district?name=North", "/history", "/premises", "/record"],
    Role.ADMIN: ["/people", "/register"],
    Role.STATION_MANAGER: ["/premises/north-hq/checklists"],
}
_TABLE = re.compile(r'<table class="govuk-table opq-stack.*?</table>', re.DOTALL)
_CELL = re.compile(r"<td\b[^>]*>")


def test_every_cell_of_a_table_that_is_stacked_on_a_phone_says_its_column(visitors: Visitors, context: Context) -> None:
    move(context, "SEVERE")
    for role, paths in PAGES.items():
        visitor = visitors.as_(role, *(("north-hq",) if role is Role.STATION_MANAGER else ()))
        for path in paths:
            tables = _TABLE.findall(visitor.get(path).answer.get_data(as_text=True))
            cells = [cell for table in tables for cell in _CELL.findall(table)]
            assert cells, path
            assert [cell for cell in cells if 'data-label="' not in cell] == [], path
