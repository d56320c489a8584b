"""Queries that write the register of premises, and that page through it with each premises' present level."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from rules.levels import ResponseLevel
from service.store.acknowledgements import in_effect
from service.store.estate import Sight, visible
from service.store.levels import RESPONSE
from service.store.overrides import ends_before
from service.store.tables import FORCE, checklists, premises
from service.store.transactions import Reader
from service.store.types import Row

_CHUNK = 500
_BATCH = 5_000


@dataclass(frozen=True)
class Acknowledged:
    """Whether somebody has acknowledged the present level, in the shift that began at ``shift_began``."""

    wanted: bool
    shift_began: datetime


@dataclass(frozen=True)
class Filter:
    """Which premises a page shows; None: no matter. ``words`` are looked for in id, name, district and postcode.

    ``override_ends_before``: those with an override in force that ends before then.
    """

    response_level: ResponseLevel | None = None
    district: str | None = None
    words: str | None = None
    acknowledged: Acknowledged | None = None
    override_ends_before: datetime | None = None


def told_of_level(shift_began: datetime) -> ColumnElement[bool]:
    """Whether an acknowledgement of the present level of a list's premises is in effect, in the present shift."""
    return exists().where(in_effect(shift_began))


def _with_level() -> Select[Any]:
    current = and_(
        checklists.c.subject == premises.c.id, checklists.c.kind == RESPONSE, checklists.c.superseded_at.is_(None)
    )
    levels = (checklists.c.response_level, checklists.c.since, checklists.c.decision_id, checklists.c.menu_id)
    return select(premises, *levels).outerjoin(checklists, current).where(premises.c.closed_at.is_(None))


def with_level(reader: Reader, premises_id: str) -> Row:
    """An open premises with its present response level and since when. Raises NoResultFound when there is none."""
    return reader.connection.execute(_with_level().where(premises.c.id == premises_id)).mappings().one()


def page(reader: Reader, sight: Sight, wanted: Filter, after: str | None, limit: int) -> list[Row]:
    """Open premises that ``sight`` may see, as ``with_level``, in order of id, beyond the id ``after``."""
    query = _narrowed(sight, wanted).order_by(premises.c.id).limit(limit)
    if after is not None:
        query = query.where(premises.c.id > after)
    return list(reader.connection.execute(query).mappings())


def page_by_name(reader: Reader, sight: Sight, wanted: Filter, after: tuple[str, str] | None, limit: int) -> list[Row]:
    """As ``page``, in order of name whatever its capitals, and of id, beyond the name and id ``after``."""
    name = func.lower(premises.c.name)
    query = _narrowed(sight, wanted).order_by(name, premises.c.id).limit(limit)
    if after is not None:
        query = query.where(tuple_(name, premises.c.id) > tuple_(func.lower(after[0]), literal(after[1])))
    return list(reader.connection.execute(query).mappings())


def names(reader: Reader, sight: Sight, words: str, limit: int) -> list[Row]:
    """The ``id`` and ``name`` of open premises that ``sight`` may see and that have ``words`` in either, by name."""
    columns, looked_for = (premises.c.id, premises.c.name), words.lower()
    found = or_(*(func.lower(column).contains(looked_for, autoescape=True) for column in columns))
    query = select(*columns).where(premises.c.closed_at.is_(None), visible(sight), found)
    query = query.order_by(func.lower(premises.c.name), premises.c.id).limit(limit)
    return list(reader.connection.execute(query).mappings())


def _narrowed(sight: Sight, wanted: Filter) -> Select[Any]:
    query = _with_level().where(visible(sight))
    if wanted.response_level is not None:
        query = query.where(checklists.c.response_level == wanted.response_level)
    if wanted.district is not None:
        query = query.where(premises.c.district == wanted.district)
    if wanted.acknowledged is not None:
        told = told_of_level(wanted.acknowledged.shift_began)
        query = query.where(told if wanted.acknowledged.wanted else ~told)
    if wanted.override_ends_before is not None:
        query = query.where(exists().where(ends_before(wanted.override_ends_before)))
    if wanted.words is not None:
        looked_at = (premises.c.id, premises.c.name, premises.c.district, premises.c.postcode)
        words = wanted.words.lower()
        query = query.where(or_(*(func.lower(column).contains(words, autoescape=True) for column in looked_at)))
    return query


def districts(reader: Reader, sight: Sight) -> list[str]:
    """The districts of the open premises that ``sight`` may see, in order."""
    query = select(premises.c.district).distinct().where(premises.c.closed_at.is_(None), visible(sight))
    return list(reader.connection.execute(query.order_by(premises.c.district)).scalars())


def every_visible(reader: Reader, sight: Sight) -> Iterator[Row]:
    """Every open premises that ``sight`` may see, streamed in order of id."""
    query = select(premises).where(premises.c.closed_at.is_(None), visible(sight)).order_by(premises.c.id)
    yield from reader.connection.execute(query, execution_options={"yield_per": 1_000}).mappings()


def any_registered(reader: Reader) -> bool:
    """Whether the register ever held a premises."""
    return reader.connection.execute(select(premises.c.id).limit(1)).first() is not None


def by_ids(reader: Reader, ids: Collection[str]) -> dict[str, Row]:
    """The register rows of ``ids``, closed ones included."""
    found: dict[str, Row] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), _CHUNK):
        query = select(premises).where(premises.c.id.in_(wanted[start : start + _CHUNK]))
        found.update((row["id"], row) for row in reader.connection.execute(query).mappings())
    return found


def last_levels(reader: Reader, ids: Collection[str]) -> dict[str, ResponseLevel]:
    """The present response level of each of ``ids`` that has one; of a closed one, that at which it was closed."""
    found: dict[str, ResponseLevel] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), _CHUNK):
        query = (
            select(checklists.c.subject, checklists.c.response_level)
            .join(premises, premises.c.id == checklists.c.subject)
            .where(
                checklists.c.kind == RESPONSE,
                or_(checklists.c.superseded_at.is_(None), checklists.c.superseded_at == premises.c.closed_at),
                checklists.c.subject.in_(wanted[start : start + _CHUNK]),
            )
        )
        found.update((row.subject, row.response_level) for row in reader.connection.execute(query))
    return found


def add(writer: Reader, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write new premises, whole rows."""
    for batch in _batches(rows):
        writer.connection.execute(insert(premises), batch)
        writer.wrote(premises, *(row["id"] for row in batch))


def rewrite(writer: Reader, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write whole rows over the premises of the same ids."""
    names = [column.name for column in premises.c if not column.primary_key]
    columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    rewritten = update(premises).where(premises.c.id == bindparam("new_id")).values(columns)
    for batch in _batches(rows):
        values = [{f"new_{name}": value for name, value in row.items()} for row in batch]
        writer.connection.execute(rewritten, values)
        writer.wrote(premises, *(row["id"] for row in batch))


def _batches(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    # The driver is given a copy of every row, so it is given a few at a time.
    for start in range(0, len(rows), _BATCH):
        yield list(rows[start : start + _BATCH])


def close(writer: Reader, premises_id: str, trigger_id: int) -> None:
    """Close a premises and supersede its lists."""
    closed = update(premises).where(premises.c.id == premises_id)
    writer.connection.execute(closed.values(closed_at=writer.at, version=premises.c.version + 1))
    writer.connection.execute(
        update(checklists)
        .where(checklists.c.subject == premises_id, checklists.c.superseded_at.is_(None))
        .values(superseded_at=writer.at, superseded_by=trigger_id)
    )
    writer.wrote(premises, premises_id)
    writer.wrote(checklists)


def prompt_reviews(writer: Reader, before: datetime) -> int:
    """Note that every premises at EXCEPTIONAL is put up for review that was not since ``before``; gives how many."""
    last = func.coalesce(checklists.c.review_prompted_at, checklists.c.since)
    due = update(checklists).where(*_at_exceptional(), last <= before)
    return int(writer.connection.execute(due.values(review_prompted_at=writer.at)).rowcount)


def review_is_due(reader: Reader, before: datetime) -> bool:
    """Whether ``prompt_reviews`` would find any."""
    last = func.coalesce(checklists.c.review_prompted_at, checklists.c.since)
    query = select(checklists.c.id).where(*_at_exceptional(), last <= before).limit(1)
    return reader.connection.execute(query).first() is not None


def _at_exceptional() -> tuple[Any, ...]:
    return (
        checklists.c.kind == RESPONSE,
        checklists.c.superseded_at.is_(None),
        checklists.c.subject != FORCE,
        checklists.c.response_level == ResponseLevel.EXCEPTIONAL,
    )
