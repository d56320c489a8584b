"""The audit chain: how an entry is hashed, appended under the head, and checked.

Each entry's hash covers its fields and the hash before it (a hash chain, after Haber and Stornetta 1991). The head
row holds the last hash, sealed with a key that is kept outside the database, so that cutting entries off the end and
rewriting the whole chain both show.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from service.clock import rfc3339
from service.errors import Busy
from service.store.covered import EVENTS
from service.store.tables import audit_details, audit_entries, events, head
from service.store.types import Row
from service.store.written import contents

ZERO_HASH = "0" * 64
BATCH = 5_000

_FIELDS = ("sequence", "at", "actor", "action", "subject", "detail_digest", "previous_hash")
_LATER_FIELDS = ("request_id", "rows")

Head = tuple[int, str]
"""The sequence and the hash of an entry that was once the last."""

MOST_TOLD = 10
"""Faults that an error tells; a verification lists them all."""


@dataclass(frozen=True)
class Entry:
    """What one operation says of itself: who (``person/7`` or ``system``) did what to which subject, and the detail.

    The detail may hold names and free text; only its digest enters the chain.
    """

    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Event:
    """One outgoing event: thin data of ids, levels, counts and links."""

    type: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Verification:
    """The outcome of reading the whole chain: ``faults`` is empty when it is as it was written."""

    entries: int
    head: str
    faults: tuple[str, ...]

    @property
    def valid(self) -> bool:
        """Whether nothing was found."""
        return not self.faults

    def told(self) -> str:
        """The first faults, a line each."""
        return "\n".join(self.faults[:MOST_TOLD])


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, instants as RFC 3339, levels by name."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


def plain(value: Any) -> Any:
    """``value`` with every level replaced by its name, at any depth, ready for JSON."""
    if isinstance(value, IntEnum):
        return value.name
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def digest(value: Any) -> str:
    """The SHA-256, in hex, of a value's canonical JSON. Levels are to be given by name (``plain``)."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def seal(key: bytes, sequence: int, hash_: str) -> str:
    """The seal of a head (HMAC-SHA-256 with the key that is kept outside the database)."""
    return hmac.new(key, f"{sequence}:{hash_}".encode(), hashlib.sha256).hexdigest()


def entry_hash(row: Mapping[Any, Any]) -> str:
    """The hash of an audit row over all its other fields; one that came later counts where the row has it."""
    values = [row[field] for field in _FIELDS]
    later = {field: row[field] for field in _LATER_FIELDS if row[field] is not None}
    return digest([*values, later] if later else values)


def append(
    connection: Connection,
    at: datetime,
    entry: Entry,
    outgoing: list[Event],
    key: bytes,
    rows: Mapping[str, Any],
    request_id: str | None = None,
) -> int:
    """Write one audit entry and its events under the head, and move the head; gives the entry's sequence.

    ``rows`` are the digests of what the operation wrote, ``request_id`` is that of the log lines of whatever asked for
    it, None where nothing has an id. Raises Busy where another operation took the same instant meanwhile.
    The head row is locked here, last before the commit, so that sequences have no gaps and never appear out of order.
    """
    present = connection.execute(select(head).with_for_update()).mappings().one()
    if connection.execute(select(audit_entries.c.sequence).where(audit_entries.c.at == at)).first():
        raise Busy("another operation was recorded at this very instant; try again")
    sequence, last_event = present["sequence"] + 1, present["event_sequence"]
    told = [(last_event + n, event.type, plain(event.data)) for n, event in enumerate(outgoing, 1)]
    detail = canonical(plain(entry.detail))
    row = {
        "sequence": sequence,
        "at": at,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "request_id": request_id,
        "detail_digest": hashlib.sha256(detail.encode()).hexdigest(),
        "rows": {**rows, **({EVENTS.name: contents(EVENTS, [(1, *event) for event in told])} if told else {})},
        "previous_hash": present["hash"],
    }
    row["hash"] = entry_hash(row)
    connection.execute(insert(audit_entries).values(row))
    connection.execute(insert(audit_details).values(sequence=sequence, detail=detail))
    if told:
        connection.execute(insert(events), [_event_row(*event, row) for event in told])
    connection.execute(
        update(head).values(
            sequence=sequence,
            hash=row["hash"],
            seal=seal(key, sequence, row["hash"]),
            event_sequence=last_event + len(told),
            recorded_at=max(at, present["recorded_at"]),
        )
    )
    return int(sequence)


def _event_row(sequence: int, type_: str, data: Any, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sequence": sequence,
        "id": f"evt_{digest([sequence, entry['hash']])[:24]}",
        "type": type_,
        "at": entry["at"],
        "data": data,
        "audit_sequence": entry["sequence"],
    }


def start(connection: Connection, key: bytes) -> None:
    """Put the head of an empty chain in place, once."""
    if connection.execute(select(head.c.id)).first() is None:
        connection.execute(
            insert(head).values(
                id=1,
                sequence=0,
                hash=ZERO_HASH,
                seal=seal(key, 0, ZERO_HASH),
                event_sequence=0,
                recorded_at=datetime.min.replace(tzinfo=UTC, year=2000),
            )
        )


def check(
    rows: Iterable[Mapping[Any, Any]],
    present: Mapping[Any, Any] | None,
    key: bytes,
    known: Collection[Head] = (),
) -> Verification:
    """Every fault in the chain, given its audit rows with their ``detail`` in order of sequence, and the head row.

    ``known`` are heads that were once seen: a record without one of them is an older or another one.
    """
    faults: list[str] = []
    sequence, hash_ = 0, ZERO_HASH
    missing = set(known) - {(sequence, hash_)}
    for row in rows:
        faults.extend(_entry_faults(row, sequence, hash_))
        sequence, hash_ = row["sequence"], row["hash"]
        missing.discard((sequence, hash_))
    faults.extend(_head_faults(present, sequence, hash_, key))
    faults.extend(f"head {n}:{seen}: was seen, and is not in this record" for n, seen in sorted(missing))
    return Verification(sequence, hash_, tuple(faults))


def _entry_faults(row: Mapping[Any, Any], sequence: int, hash_: str) -> Iterator[str]:
    name = f"entry {row['sequence']}"
    if row["sequence"] != sequence + 1:
        yield f"{name}: follows entry {sequence}; what lay between is missing"
    if row["previous_hash"] != hash_:
        yield f"{name}: was not written after the entry before it"
    if row["hash"] != entry_hash(row):
        yield f"{name}: was edited"
    if row["detail"] is not None and hashlib.sha256(row["detail"].encode()).hexdigest() != row["detail_digest"]:
        yield f"{name}: its detail was edited"


def _head_faults(present: Mapping[Any, Any] | None, sequence: int, hash_: str, key: bytes) -> Iterator[str]:
    if present is None:
        yield "head: missing"
        return
    if (present["sequence"], present["hash"]) != (sequence, hash_):
        yield f"head: says {present['sequence']} entries, found {sequence}"
    if not hmac.compare_digest(present["seal"], seal(key, present["sequence"], present["hash"])):
        yield "head: the seal was not made with this installation's key"


def all_entries(connection: Connection) -> Iterator[Row]:
    """Every audit row with its detail, in order of sequence."""
    after = 0
    in_order = with_detail().order_by(audit_entries.c.sequence).limit(BATCH)
    while rows := connection.execute(in_order.where(audit_entries.c.sequence > after)).mappings().all():
        yield from rows
        after = rows[-1]["sequence"]


def with_detail() -> Select[Any]:
    """Each audit row with its ``detail``, None where that was disposed of."""
    of_entry = audit_details.c.sequence == audit_entries.c.sequence
    return select(audit_entries, audit_details.c.detail).outerjoin(audit_details, of_entry)
