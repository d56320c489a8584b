"""Breaking a store on purpose: at one chosen SQL statement, or at the commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from service.store.tables import metadata
from service.store.transactions import Store

Contents = dict[str, list[tuple[Any, ...]]]
COMMIT = "COMMIT"


class BrokenOnPurposeError(Exception):
    """The statement at which this test breaks the store."""


@dataclass
class Breakage:
    """The statements let through, and what the store held (``whole``) when the last of them that commits had done so.

    ``whole`` is None while nothing was committed.
    """

    passed: list[str] = field(default_factory=list)
    whole: Contents | None = None


@contextmanager
def broken_at(store: Store, number: int) -> Iterator[Breakage]:
    """Let the ``number``-th statement or commit from now on raise."""
    breakage = Breakage()

    def count(what: str) -> None:
        if breakage.passed and breakage.passed[-1] == COMMIT:
            breakage.whole = seen_by_another(store)
        breakage.passed.append(what)
        if len(breakage.passed) == number:
            raise BrokenOnPurposeError(what)

    def before_statement(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        count(statement)

    def before_commit(_c: Any) -> None:
        count(COMMIT)

    event.listen(store.engine, "before_cursor_execute", before_statement)
    event.listen(store.engine, "commit", before_commit)
    try:
        yield breakage
    finally:
        event.remove(store.engine, "before_cursor_execute", before_statement)
        event.remove(store.engine, "commit", before_commit)


def contents(store: Store) -> Contents:
    """Every row of every table as the database gives it, in an order that does not matter."""
    with store.read() as reader:
        cursor = reader.connection.connection.cursor()
        return {name: sorted(cursor.execute(f"SELECT * FROM {name}"), key=repr) for name in metadata.tables}


def seen_by_another(store: Store) -> Contents:
    """What another process would find in the same database now."""
    other = Store(store.engine.url.render_as_string(hide_password=False), store.clock, store.seal_key)
    try:
        return contents(other)
    finally:
        other.close()
