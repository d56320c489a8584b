"""Whether the record is whole: the chain of its entries, the heads that were seen, and the rows that entries vouch for.

Dated rows are read once, in order of their instant, beside the entries in the same order, so that memory does not grow
with the record; of kept rows the last digest of each is held in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from functools import partial
from heapq import merge
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, select

from service.store import record
from service.store.covered import DATED, EVENTS, KEPT, Dated, Kept
from service.store.record import Head, Verification
from service.store.tables import audit_entries, head, row_digests
from service.store.written import contents, dated_rows, kept_contents, kept_rows, raw

_Found = tuple[Any, str, Any]
"""At an instant: the rows of one name, as how many and their digest; or an entry, as what it says of all names."""

_Read = Callable[[Select[Any]], Iterator[Any]]
"""Reads the rows of a query as they are asked for, until the whole is done."""

_ENTRY = "entry"
_BATCH = 5_000


def verify(connection: Connection, key: bytes, known: Collection[Head] = ()) -> Verification:
    """Read the whole record and say every fault found.

    These are an edit, a deletion, a swap, a truncation or a foreign seal in the chain; a row that is not as an
    operation left it, or that none wrote; and each of the ``known`` heads, once seen, that is not in this record, as
    when an older copy was put back.
    """
    present = connection.execute(select(head)).mappings().first()
    chain = record.check(record.all_entries(connection), present, key, known)
    # Closed here and not by whoever collects garbage: that may come while the connection is busy, and wait for it.
    with ExitStack() as opened:
        read = partial(_stream, connection, opened)
        return replace(chain, faults=(*chain.faults, *_dated_faults(read), *_kept_faults(read)))


def _stream(connection: Connection, opened: ExitStack, query: Select[Any]) -> Iterator[Any]:
    return iter(opened.enter_context(connection.execute(query, execution_options={"yield_per": _BATCH})))


def _dated_faults(read: _Read) -> Iterator[str]:
    found = merge(_said(read), *(_of_table(read, dated) for dated in (*DATED, EVENTS)), key=_instant)
    for _, group in groupby(found, key=_instant):
        yield from _differences(list(group))


def _differences(group: list[_Found]) -> Iterator[str]:
    here = {name: found for _, name, found in group if name != _ENTRY}
    entries = [found for _, name, found in group if name == _ENTRY]
    for sequence, said in entries:
        for name in sorted({*said, *here}) if said is not None else ():
            if said.get(name) != here.get(name):
                yield f"entry {sequence}: {name}: wrote {_rows(said.get(name))}, found {_rows(here.get(name))}"
    if not entries:
        yield from (
            f"{name}: {_rows(found)} of {group[0][0]}, when no entry was written" for name, found in here.items()
        )


def _rows(contents: Any) -> str:
    return f"{contents[0]} rows ({contents[1][:12]})" if contents else "no rows"


def _said(read: _Read) -> Iterator[_Found]:
    columns = (raw(audit_entries.c.at), audit_entries.c.sequence, audit_entries.c.rows)
    for at, sequence, said in read(select(*columns).order_by(audit_entries.c.at)):
        yield at, _ENTRY, (sequence, said)


def _of_table(read: _Read, dated: Dated) -> Iterator[_Found]:
    instant = dated.table.c[dated.instant]
    rows = read(dated_rows(dated).where(instant.is_not(None)).order_by(instant))
    for at, group in groupby(rows, key=lambda row: row[0]):
        yield at, dated.name, contents(dated, (row[1:] for row in group))


def _instant(found: _Found) -> Any:
    at = found[0]
    return at if isinstance(at, datetime) else str(at)


def _kept_faults(read: _Read) -> Iterator[str]:
    first = next(read(select(audit_entries.c.rows).order_by(audit_entries.c.sequence).limit(1)), None)
    from_the_start = first is None or first[0] is not None
    for rows in KEPT:
        yield from _kept_differences(read, rows, from_the_start)


def _kept_differences(read: _Read, rows: Kept, from_the_start: bool) -> Iterator[str]:
    """A row without a digest is a fault only where every row has one: not in a store from before there were any."""
    name = f"{rows.table.name}, {rows.key}"
    left = select(row_digests.c.key, row_digests.c.sha256).where(row_digests.c.table_name == rows.table.name)
    last = dict(read(left.order_by(row_digests.c.id)))
    for key, sha256 in kept_contents(rows, read(kept_rows(rows))):
        if key not in last and from_the_start:
            yield f"{name} {key!r}: was added, and no entry tells of it"
        elif last.pop(key, sha256) != sha256:
            yield f"{name} {key!r}: is not as the last entry about it left it"
    yield from (f"{name} {key!r}: was removed, and no entry tells of it" for key, sha in last.items() if sha)
