"""A process that sets the national level and tells its parent, by a byte, that it has come to a given statement.

Run as ``python -m tests.reliability.dying_process DATABASE_URL STATEMENT``, where the statement is a number or
``commit``. It goes on after the byte: the parent kills it then, in the middle of the statement or soon after.
"""

from __future__ import annotations

import sys
from typing import Any

from sqlalchemy import event

from service.clock import SystemClock
from service.config import Settings
from service.operations import threat
from service.operations.context import Context
from service.operations.people import SYSTEM
from service.store.transactions import Store
from tests.builders import KEY
from tests.lists import small_policy
from tests.reliability.threat_writers import national


def main(url: str, statement: str) -> None:
    """Move to CRITICAL."""
    store = Store(url, SystemClock(), KEY)
    seen = 0

    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if str(seen) == statement:
            tell()

    def tell(*_: Any) -> None:
        sys.stdout.write(".")
        sys.stdout.flush()

    event.listen(store.engine, "before_cursor_execute", count)
    if statement == "commit":
        event.listen(store.engine, "commit", tell)
    threat.set_level(Context(store, small_policy(), Settings(database_url=url)), SYSTEM, national("CRITICAL"))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
