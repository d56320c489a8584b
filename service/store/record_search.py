"""Queries for entries of the record by people, who are shown none about a premises that is hidden from them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal, not_, or_, select

from service.store.estate import Sight, visible
from service.store.record import with_detail
from service.store.tables import audit_entries, events, premises
from service.store.transactions import Reader
from service.store.types import Row

SUBJECTS = ("premises/", "threat/premises/")
"""What stands before the id of a premises in the subject of an entry about it."""


@dataclass(frozen=True)
class Wanted:
    """Which audit entries to read; None: no matter. ``action`` finds those that begin with it too (``premises`` finds
    ``premises.closed``); ``since`` is the first instant, ``until`` the one after the last.
    """

    subject: str | None = None
    request_id: str | None = None
    actor: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What an entry must be."""
        for column in (audit_entries.c.subject, audit_entries.c.request_id, audit_entries.c.actor):
            if (value := getattr(self, column.name)) is not None:
                yield column == value
        action = audit_entries.c.action
        if self.action is not None:
            yield or_(action == self.action, action.startswith(f"{self.action}.", autoescape=True))
        if self.since is not None:
            yield audit_entries.c.at >= self.since
        if self.until is not None:
            yield audit_entries.c.at < self.until


EVERY = Wanted()


def entries(
    reader: Reader, sight: Sight, after: int, limit: int, wanted: Wanted = EVERY, *, newest_first: bool = False
) -> list[Row]:
    """At most ``limit`` audit rows after a sequence, in order; ``newest_first``: before it, 0 meaning from the last on.

    A detail that was disposed of is None.
    """
    query = with_detail().where(_shown(sight), *wanted.conditions()).limit(limit)
    sequence = audit_entries.c.sequence
    if not newest_first:
        query = query.where(sequence > after).order_by(sequence)
    elif after:
        query = query.where(sequence < after).order_by(sequence.desc())
    else:
        query = query.order_by(sequence.desc())
    return list(reader.connection.execute(query).mappings())


def entry_of(reader: Reader, sight: Sight, sequence: int) -> Row | None:
    """One audit row, None when there is none, or none that is shown."""
    query = with_detail().where(_shown(sight), audit_entries.c.sequence == sequence)
    return reader.connection.execute(query).mappings().first()


def hidden(reader: Reader, sight: Sight) -> frozenset[str]:
    """The premises, closed ones included, that ``sight`` may not see."""
    return frozenset(reader.connection.execute(select(premises.c.id).where(not_(visible(sight)))).scalars())


def _shown(sight: Sight) -> ColumnElement[bool]:
    of_hidden = (select(literal(words).concat(premises.c.id)).where(not_(visible(sight))) for words in SUBJECTS)
    return and_(*(audit_entries.c.subject.not_in(subjects) for subjects in of_hidden))


def event_ids(reader: Reader, sequences: Collection[int]) -> dict[int, list[str]]:
    """The ids of the events that went out with each of these audit entries, in order."""
    query = select(events.c.audit_sequence, events.c.id).where(events.c.audit_sequence.in_(sequences))
    found: dict[int, list[str]] = {sequence: [] for sequence in sequences}
    for sequence, event_id in reader.connection.execute(query.order_by(events.c.sequence)):
        found[sequence].append(event_id)
    return found
