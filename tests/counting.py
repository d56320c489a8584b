"""What an answer costs: the queries that are sent for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from service.operations.context import Context


@contextmanager
def counted(context: Context) -> Iterator[list[str]]:
    """The SELECTs that are sent meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(context.store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(context.store.engine, "before_cursor_execute", note)
