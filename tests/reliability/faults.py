"""Breaking a store on purpose: at one chosen SQL statement, or at the commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select

from service.store.tables import metadata
from service.store.transactions import Store


class BrokenOnPurposeError(Exception):
    """The statement at which this test breaks the store."""


@contextmanager
def broken_at(store: Store, number: int) -> Iterator[list[str]]:
    """Let the ``number``-th statement or commit from now on raise; gives the statements that were let through."""
    passed: list[str] = []

    def count(what: str) -> None:
        if len(passed) + 1 == number:
            passed.append(what)
            raise BrokenOnPurposeError(what)
        passed.append(what)

    def before_statement(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        count(statement)

    def before_commit(_c: Any) -> None:
        count("COMMIT")

    event.listen(store.engine, "before_cursor_execute", before_statement)
    event.listen(store.engine, "commit", before_commit)
    try:
        yield passed
    finally:
        event.remove(store.engine, "before_cursor_execute", before_statement)
        event.remove(store.engine, "commit", before_commit)


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in an order that does not matter."""
    with store.read() as reader:
        return {
            table.name: sorted((tuple(row) for row in reader.connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }
