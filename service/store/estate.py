"""Queries over the register and over which fact set each subject belongs to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, false, func, insert, or_, select, true, update

from service.store.record import digest
from service.store.tables import fact_sets, premises, subject_fact_sets
from service.store.transactions import Reader
from service.store.types import Row

_CHUNK = 500
_BATCH = 5_000


@dataclass(frozen=True)
class Sight:
    """Which premises a person may see: ``only`` these ids, and of the restricted ones those in ``restricted``.

    None means no limit.
    """

    only: frozenset[str] | None = None
    restricted: frozenset[str] | None = frozenset()


EVERYTHING = Sight(restricted=None)
NOT_RESTRICTED = Sight()


def visible(sight: Sight) -> ColumnElement[bool]:
    """The condition that a premises may be shown to one with this ``sight``."""
    of_restricted = (
        true()
        if sight.restricted is None
        else or_(premises.c.restricted == false(), premises.c.id.in_(sight.restricted))
    )
    return of_restricted if sight.only is None else and_(of_restricted, premises.c.id.in_(sight.only))


def shows(sight: Sight, premises_id: str, restricted: bool) -> bool:
    """As ``visible``, of one premises that was read already."""
    if sight.only is not None and premises_id not in sight.only:
        return False
    return not restricted or sight.restricted is None or premises_id in sight.restricted


def premises_by_id(reader: Reader, premises_id: str) -> Row | None:
    """The register row of a premises, closed ones included; None when there is none."""
    return reader.connection.execute(select(premises).where(premises.c.id == premises_id)).mappings().first()


def open_premises(reader: Reader, ids: Collection[str] | None = None) -> Iterator[Row]:
    """Every premises that is not closed (or those of ``ids``), streamed in order of id."""
    query = select(premises).where(premises.c.closed_at.is_(None)).order_by(premises.c.id)
    if ids is not None:
        for chunk in _chunks(sorted(ids)):
            yield from reader.connection.execute(query.where(premises.c.id.in_(chunk))).mappings()
        return
    yield from reader.connection.execute(query, execution_options={"yield_per": 1_000}).mappings()


def visible_of(reader: Reader, sight: Sight, ids: Collection[str]) -> set[str]:
    """Those of ``ids`` that are open premises which ``sight`` may see."""
    found: set[str] = set()
    for chunk in _chunks(sorted(ids)):
        query = select(premises.c.id).where(premises.c.id.in_(chunk), premises.c.closed_at.is_(None), visible(sight))
        found.update(reader.connection.execute(query).scalars())
    return found


def without_manager(reader: Reader, sight: Sight) -> int:
    """How many open premises have nobody named as their manager."""
    query = select(func.count()).where(premises.c.manager == "", premises.c.closed_at.is_(None), visible(sight))
    return int(reader.connection.execute(query).scalar_one())


def named_restricted(reader: Reader, person: str) -> frozenset[str]:
    """The restricted premises on which ``person`` is named as manager, deputy or duty contact."""
    named = or_(premises.c.manager == person, premises.c.deputy == person, premises.c.duty_contact == person)
    return frozenset(reader.connection.execute(select(premises.c.id).where(premises.c.restricted, named)).scalars())


def named_on_restricted(reader: Reader) -> dict[str, frozenset[str]]:
    """As ``named_restricted``, of everybody who is named on any."""
    query = select(premises.c.id, premises.c.manager, premises.c.deputy, premises.c.duty_contact)
    found: dict[str, set[str]] = {}
    for premises_id, *people in reader.connection.execute(query.where(premises.c.restricted)):
        for person in people:
            found.setdefault(person, set()).add(premises_id)
    return {person: frozenset(ids) for person, ids in found.items()}


def fact_set_ids(writer: Reader, wanted: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
    """The id of each of the profiles that are ``wanted`` by their digests; those that are new are written."""
    known: dict[str, int] = {}
    for chunk in _chunks(list(wanted)):
        rows = writer.connection.execute(
            select(fact_sets.c.sha256, fact_sets.c.id).where(fact_sets.c.sha256.in_(chunk))
        )
        known.update({str(row.sha256): int(row.id) for row in rows})
    for sha, facts in wanted.items():
        if sha not in known:
            row = insert(fact_sets).values(sha256=sha, facts=dict(facts)).returning(fact_sets.c.id)
            known[sha] = writer.connection.execute(row).scalar_one()
            writer.wrote(fact_sets, sha)
    return known


def facts_of(reader: Reader, ids: Collection[int]) -> dict[int, dict[str, str]]:
    """The facts of each fact set of ``ids``."""
    found: dict[int, dict[str, str]] = {}
    for chunk in _chunks(list(ids)):
        rows = reader.connection.execute(select(fact_sets.c.id, fact_sets.c.facts).where(fact_sets.c.id.in_(chunk)))
        found.update((row.id, row.facts) for row in rows)
    return found


def profile_of(reader: Reader, subject: str) -> dict[str, str] | None:
    """The facts of the fact set that ``subject`` belongs to now, or None when it belongs to none."""
    query = (
        select(fact_sets.c.facts)
        .join(subject_fact_sets, subject_fact_sets.c.fact_set_id == fact_sets.c.id)
        .where(subject_fact_sets.c.subject == subject, subject_fact_sets.c.until_at.is_(None))
    )
    return reader.connection.execute(query).scalar()


def present_fact_sets(reader: Reader, subjects: Collection[str] | None = None) -> dict[str, int]:
    """The fact set of each of ``subjects`` (None: of all) that is in force."""
    table = subject_fact_sets
    query = select(table.c.subject, table.c.fact_set_id).where(table.c.until_at.is_(None))
    if subjects is None:
        return {row.subject: row.fact_set_id for row in reader.connection.execute(query)}
    found: dict[str, int] = {}
    for chunk in _chunks(list(subjects)):
        rows = reader.connection.execute(query.where(table.c.subject.in_(chunk)))
        found.update((row.subject, row.fact_set_id) for row in rows)
    return found


def enter_fact_sets(writer: Reader, profiles: Mapping[str, Mapping[str, str]]) -> int:
    """Put each subject into the fact set of its profile from now on; gives how many subjects that moved."""
    distinct = {id(profile): profile for profile in profiles.values()}
    shas = {place: digest(profile) for place, profile in distinct.items()}
    by_sha = fact_set_ids(writer, {shas[place]: profile for place, profile in distinct.items()})
    ids = {place: by_sha[sha] for place, sha in shas.items()}
    present = present_fact_sets(writer, None if len(profiles) > _CHUNK else list(profiles))
    entering = [
        {"subject": subject, "fact_set_id": ids[id(profile)], "from_at": writer.at}
        for subject, profile in profiles.items()
        if present.get(subject) != ids[id(profile)]
    ]
    leave_fact_sets(writer, [row["subject"] for row in entering if row["subject"] in present])
    for start in range(0, len(entering), _BATCH):
        writer.connection.execute(insert(subject_fact_sets), entering[start : start + _BATCH])
        writer.wrote(subject_fact_sets)
    return len(entering)


def leave_fact_sets(writer: Reader, subjects: Collection[str]) -> None:
    """End the present interval of each of ``subjects``."""
    if subjects:
        table = subject_fact_sets
        ending = update(table).where(and_(table.c.subject == bindparam("leaving"), table.c.until_at.is_(None)))
        writer.connection.execute(
            ending.values(until_at=bindparam("now")), [{"leaving": subject, "now": writer.at} for subject in subjects]
        )
        writer.wrote(subject_fact_sets)


def _chunks(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
