"""Reading the record: its entries, and whether it is whole."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from service.clock import rfc3339
from service.errors import FieldFault, Invalid, NotFound
from service.operations.context import Context
from service.operations.people import Principal
from service.operations.plain_text import text_fault
from service.operations.watching import whole
from service.store import people, record_search
from service.store.estate import Sight
from service.store.record import Head
from service.store.record_search import EVERY
from service.store.record_search import Wanted as Wanted
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
    ids of the ``events`` that went out with it. Nobody is shown an entry about a premises that is hidden from them;
    a detail that names one is ``withheld`` and null, as is one that was disposed of. Raises Invalid for text that
    nothing can be found by.
    """
    _check(wanted)
    with context.store.read() as reader:
        wanted = _by_number(reader, wanted)
        sight = principal.sight
        rows = record_search.entries(reader, sight, after, limit + 1, wanted, newest_first=newest_first)
        items = _shown(reader, sight, rows[:limit])
    return {"items": items, "next": items[-1]["sequence"] if len(rows) > limit else None}


def entry(context: Context, principal: Principal, sequence: int) -> dict[str, Any]:
    """One audit entry. Raises NotFound, also for one about a premises that is hidden from this person."""
    with context.store.read() as reader:
        row = record_search.entry_of(reader, principal.sight, sequence)
        if row is None:
            raise NotFound(f"the record has no entry {sequence} that you may read")
        return _shown(reader, principal.sight, [row])[0]


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


def _shown(reader: Reader, sight: Sight, rows: list[Row]) -> list[dict[str, Any]]:
    told = record_search.event_ids(reader, [row["sequence"] for row in rows])
    actors = {row["actor"] for row in rows}
    persons = {actor: int(actor.removeprefix(_PERSON)) for actor in actors if actor.startswith(_PERSON)}
    names = people.names(reader, set(persons.values()))
    hidden = record_search.hidden(reader, sight)
    return [
        _answer(row, names.get(persons.get(row["actor"], 0)), told[row["sequence"]], _detail(row, hidden))
        for row in rows
    ]


def _detail(row: Row, hidden: frozenset[str]) -> dict[str, Any]:
    detail = json.loads(row["detail"]) if row["detail"] is not None else None
    withheld = not hidden.isdisjoint(_words(detail))
    return {"detail": None if withheld else detail, "withheld": withheld}


def _words(detail: Any) -> Iterator[str]:
    """Every text in a detail, names of fields included."""
    if isinstance(detail, str):
        yield detail
    elif isinstance(detail, Mapping):
        yield from (word for pair in detail.items() for part in pair for word in _words(part))
    elif isinstance(detail, list):
        yield from (word for part in detail for word in _words(part))


def _answer(row: Row, name: str | None, events: list[str], detail: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sequence": row["sequence"],
        "at": rfc3339(row["at"]),
        "actor": row["actor"],
        "name": name,
        "action": row["action"],
        "subject": row["subject"],
        "request_id": row["request_id"],
        "events": events,
        **detail,
        "detail_digest": row["detail_digest"],
        "previous_hash": row["previous_hash"],
        "hash": row["hash"],
    }
