"""Reading the record: its entries, and whether it is whole."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from service.clock import rfc3339
from service.errors import FieldFault, Invalid, NotFound
from service.operations.context import Context
from service.operations.people import Principal
from service.operations.plain_text import text_fault
from service.operations.watching import whole
from service.store import people, record
from service.store.record import EVERY, Head
from service.store.record import Wanted as Wanted
from service.store.transactions import Reader
from service.store.types import Row

LONGEST_WORD = 200
"""Characters of what is looked for."""

_PERSON = "person/"


def verify(context: Context, principal: Principal, known: Collection[Head] = ()) -> dict[str, Any]:
    """Read the whole record: ``valid``, how many ``entries``, the ``head``, and every fault found.

    ``known`` are heads that were seen before, which it must have, as it must those that the worker noted.
    """
    found = whole(context, known)
    return {"valid": found.valid, "entries": found.entries, "head": found.head, "faults": list(found.faults)}


def entries(
    context: Context,
    principal: Principal,
    wanted: Wanted = EVERY,
    after: int = 0,
    limit: int = 50,
    *,
    newest_first: bool = False,
) -> dict[str, Any]:
    """Those audit entries that are ``wanted``, in order after the sequence ``after``, or from the newest back.

    ``wanted.actor`` may be the name of a person too. Each has the ``name`` of its actor, if that is a person, and the
    ids of the ``events`` that went out with it. A detail that was disposed of is null. Raises Invalid for text that
    nothing can be found by.
    """
    _check(wanted)
    with context.store.read() as reader:
        wanted = _by_number(reader, wanted)
        rows = record.entries(reader.connection, after, limit + 1, wanted, newest_first=newest_first)
        items = _shown(reader, rows[:limit])
    return {"items": items, "next": items[-1]["sequence"] if len(rows) > limit else None}


def entry(context: Context, principal: Principal, sequence: int) -> dict[str, Any]:
    """One audit entry. Raises NotFound."""
    with context.store.read() as reader:
        row = record.entry_of(reader.connection, sequence)
        if row is None:
            raise NotFound(f"the record has no entry {sequence}")
        return _shown(reader, [row])[0]


def _check(wanted: Wanted) -> None:
    words = {name: getattr(wanted, name) or "" for name in ("subject", "request_id", "actor", "action")}
    found = {name: fault for name, word in words.items() if (fault := text_fault(word, LONGEST_WORD))}
    if found:
        faults = tuple(FieldFault(name, fault) for name, fault in found.items())
        raise Invalid("nothing can be found by that", fields=faults)


def _by_number(reader: Reader, wanted: Wanted) -> Wanted:
    """The same, with the name of a person as the record has it: a number."""
    number = people.number_of(reader, wanted.actor) if wanted.actor else None
    return wanted if number is None else replace(wanted, actor=f"{_PERSON}{number}")


def _shown(reader: Reader, rows: list[Row]) -> list[dict[str, Any]]:
    told = record.event_ids(reader.connection, [row["sequence"] for row in rows])
    actors = {row["actor"] for row in rows}
    persons = {actor: int(actor.removeprefix(_PERSON)) for actor in actors if actor.startswith(_PERSON)}
    names = people.names(reader, set(persons.values()))
    return [_answer(row, names.get(persons.get(row["actor"], 0)), told[row["sequence"]]) for row in rows]


def _answer(row: Mapping[Any, Any], name: str | None, events: list[str]) -> dict[str, Any]:
    return {
        "sequence": row["sequence"],
        "at": rfc3339(row["at"]),
        "actor": row["actor"],
        "name": name,
        "action": row["action"],
        "subject": row["subject"],
        "request_id": row["request_id"],
        "events": events,
        "detail": json.loads(row["detail"]) if row["detail"] is not None else None,
        "detail_digest": row["detail_digest"],
        "previous_hash": row["previous_hash"],
        "hash": row["hash"],
    }
