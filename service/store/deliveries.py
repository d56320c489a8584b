"""Queries over deliveries: fanning out, taking what is due, and noting how it went.

Leases and retries go by the clock. Those that lie further ahead than any is put were made while the clock was ahead of
what it says now, and are over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from service.store.tables import deliveries, delivery_attempts, events, fan_out, webhooks
from service.store.transactions import Reader
from service.store.types import LARGEST_KEY, Instant, Row
from service.store.webhooks import ACTIVE

PENDING = "pending"
DELIVERED = "delivered"
FAILED = "failed"

FURTHEST_LEASE = timedelta(minutes=1)
FURTHEST_RETRY = timedelta(hours=30)
"""More than any lease or retry is put ahead, with room for clocks of several machines that differ a little."""


class FannedOut(NamedTuple):
    """How far events were turned into deliveries: all up to ``sequence``, and the one after it up to ``webhook_id``."""

    sequence: int
    webhook_id: int = 0

    def reached(self, sequence: int, webhook_id: int) -> bool:
        """Whether a webhook's share of an event was dealt with."""
        return (sequence - 1, webhook_id) <= self


def fanned_out(reader: Reader, *, locked: bool = False) -> FannedOut:
    """How far it is; with ``locked``, others wait to ask."""
    query = select(fan_out.c.sequence, fan_out.c.webhook_id)
    row = reader.connection.execute(query.with_for_update() if locked else query).one()
    return FannedOut(row.sequence, row.webhook_id)


def set_fanned_out(writer: Reader, position: FannedOut) -> None:
    """Note how far it is."""
    writer.connection.execute(update(fan_out).values(position._asdict()))


def add(writer: Reader, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write new deliveries, due now."""
    fixed = {"state": PENDING, "attempts": 0, "due": writer.now, "created_at": writer.at}
    if rows:
        writer.connection.execute(insert(deliveries), [{**fixed, **row} for row in rows])


def by_id(reader: Reader, delivery_id: int) -> Row | None:
    """One delivery, None when there is none."""
    return reader.connection.execute(select(deliveries).where(deliveries.c.id == delivery_id)).mappings().first()


def of_webhook(reader: Reader, webhook_id: int, before: int | None, limit: int) -> list[Row]:
    """Deliveries of a webhook, newest first, older than the id ``before``."""
    query = select(deliveries).where(deliveries.c.webhook_id == webhook_id).order_by(deliveries.c.id.desc())
    query = query if before is None else query.where(deliveries.c.id < before)
    return list(reader.connection.execute(query.limit(limit)).mappings())


def attempts_of(reader: Reader, ids: Collection[int]) -> list[Row]:
    """The attempts at these deliveries, in order."""
    query = select(delivery_attempts).where(delivery_attempts.c.delivery_id.in_(ids))
    return list(reader.connection.execute(query.order_by(delivery_attempts.c.id)).mappings())


def begin_anew(writer: Reader, which: ColumnElement[bool]) -> int:
    """Start a new round of the retry schedule, now, for some deliveries; gives how many."""
    again = update(deliveries).where(which).values(state=PENDING, attempts=0, due=writer.now, finished_at=None)
    return int(writer.connection.execute(again).rowcount)


def repeat(writer: Reader, delivery_id: int) -> None:
    """Deliver once more."""
    begin_anew(writer, deliveries.c.id == delivery_id)


def recover_failed(writer: Reader, webhook_id: int, since: datetime) -> int:
    """Deliver again what failed of the events since an instant; gives how many."""
    recent = exists().where(events.c.sequence == deliveries.c.sequence, events.c.at >= since)
    return begin_anew(writer, and_(deliveries.c.webhook_id == webhook_id, deliveries.c.state == FAILED, recent))


def known_sequences(reader: Reader, webhook_id: int, sequences: Collection[int]) -> set[int]:
    """Those of ``sequences`` that the webhook has a delivery of."""
    query = select(deliveries.c.sequence).where(
        deliveries.c.webhook_id == webhook_id, deliveries.c.sequence.in_(sequences)
    )
    return set(reader.connection.execute(query).scalars())


def give_up(writer: Reader, webhook_id: int) -> int:
    """Fail everything of a webhook that is pending; gives how many."""
    pending = update(deliveries).where(deliveries.c.webhook_id == webhook_id, deliveries.c.state == PENDING)
    return int(writer.connection.execute(pending.values(state=FAILED, finished_at=writer.at)).rowcount)


def failed_since(reader: Reader, webhook_id: int, at: datetime) -> int:
    """How many deliveries of a webhook failed for good at an instant or later."""
    query = select(func.count()).where(deliveries.c.webhook_id == webhook_id, deliveries.c.state == FAILED)
    return int(reader.connection.execute(query.where(deliveries.c.finished_at >= at)).scalar_one())


def forget(writer: Reader, after: int, finished_before: datetime, most: int) -> tuple[int, int | None]:
    """Remove those, among ``most`` deliveries beyond the id ``after``, that had finished by an instant, attempts too.

    Gives how many, and the last id looked at, None when what follows was made since: ids go by age, so that no index is
    needed and what is young is not read.
    """
    query = select(deliveries.c.id, deliveries.c.created_at, deliveries.c.finished_at)
    query = query.where(deliveries.c.id > after).order_by(deliveries.c.id).limit(most)
    rows = writer.connection.execute(query).all()
    old = [row.id for row in rows if row.finished_at is not None and row.finished_at < finished_before]
    writer.connection.execute(delete(delivery_attempts).where(delivery_attempts.c.delivery_id.in_(old)))
    writer.connection.execute(delete(deliveries).where(deliveries.c.id.in_(old)))
    return len(old), rows[-1].id if rows and rows[-1].created_at < finished_before else None


def pending(reader: Reader) -> int:
    """How many deliveries to active webhooks are on their way."""
    query = select(func.count()).select_from(deliveries).join(webhooks, webhooks.c.id == deliveries.c.webhook_id)
    query = query.where(deliveries.c.state == PENDING, webhooks.c.state == ACTIVE, webhooks.c.deleted_at.is_(None))
    return int(reader.connection.execute(query).scalar_one())


def pending_of(reader: Reader, webhook_id: int) -> int:
    """How many deliveries of one webhook have not arrived and were not given up."""
    query = select(func.count()).where(deliveries.c.webhook_id == webhook_id, deliveries.c.state == PENDING)
    return int(reader.connection.execute(query).scalar_one())


def last_delivered(reader: Reader, webhook_id: int) -> datetime | None:
    """When the newest of a webhook's deliveries that arrived did so; None when none has."""
    query = select(deliveries.c.finished_at).where(deliveries.c.webhook_id == webhook_id)
    query = query.where(deliveries.c.state == DELIVERED).order_by(deliveries.c.id.desc()).limit(1)
    return reader.connection.execute(query).scalar()


def anything_due(reader: Reader) -> bool:
    """Whether ``take`` would find a webhook."""
    return reader.connection.execute(select(webhooks.c.id).where(_waits(reader.now)).limit(1)).first() is not None


def take(writer: Reader, holder: str, until: datetime, most: int, *, slow: bool) -> list[Row]:
    """Take up to ``most`` webhooks, slow ones or prompt ones, that something is due for and that no worker speaks to.

    They are ``holder``'s until an instant. Workers that take at the same time take different ones.
    """
    query = select(webhooks).where(_waits(writer.now), webhooks.c.slow == slow)
    query = query.order_by(webhooks.c.busy_until.nulls_first())
    taken = list(writer.connection.execute(query.limit(most).with_for_update(skip_locked=True, of=webhooks)).mappings())
    if taken:
        mine = update(webhooks).where(webhooks.c.id.in_([row["id"] for row in taken]))
        writer.connection.execute(mine.values(busy_by=holder, busy_until=until))
    return taken


def hold(writer: Reader, holder: str, ids: Collection[int], until: datetime) -> None:
    """Keep those of the webhooks that are still the holder's for longer."""
    mine = update(webhooks).where(webhooks.c.id.in_(ids), webhooks.c.busy_by == holder)
    writer.connection.execute(mine.values(busy_until=until))


def release(writer: Reader, holder: str, ids: Collection[int], slow: bool) -> None:
    """Let other workers speak to webhooks, and note whether they were slow."""
    mine = update(webhooks).where(webhooks.c.id.in_(ids), webhooks.c.busy_by == holder)
    writer.connection.execute(mine.values(busy_by=None, busy_until=writer.now, slow=slow))


def due_for(reader: Reader, ids: Collection[int], most: int) -> dict[int, list[Row]]:
    """What is due for each of some webhooks, at most so many: first what was never tried, in the order of events, then
    what is to be tried again.
    """
    found: dict[int, list[Row]] = {webhook_id: [] for webhook_id in ids}
    for row in reader.connection.execute(_untried(ids, most)).mappings():
        found[row["webhook_id"]].append(row)
    due = or_(*_over(deliveries.c.due, reader.now, FURTHEST_RETRY))
    waiting = _pending(deliveries).where(deliveries.c.tried_at.is_not(None), due)
    some = waiting.where(deliveries.c.webhook_id.in_(ids)).with_only_columns(deliveries.c.webhook_id).distinct()
    for webhook_id in reader.connection.execute(some).scalars():
        again = waiting.where(deliveries.c.webhook_id == webhook_id).order_by(deliveries.c.due, deliveries.c.id)
        room = most - len(found[webhook_id])
        found[webhook_id] += reader.connection.execute(again.limit(room)).mappings()
    return found


def _untried(ids: Collection[int], most: int) -> Select[Any]:
    """The first of each webhook that were never tried, found by the index alone however many there are."""
    other = deliveries.alias("other")
    beyond = _pending(other).where(other.c.webhook_id == webhooks.c.id, other.c.tried_at.is_(None))
    beyond = beyond.with_only_columns(other.c.id).order_by(other.c.id).offset(most).limit(1)
    end = func.coalesce(beyond.correlate(webhooks).scalar_subquery(), LARGEST_KEY)
    query = select(deliveries).join(webhooks, webhooks.c.id == deliveries.c.webhook_id)
    query = query.where(webhooks.c.id.in_(ids), deliveries.c.state == PENDING, deliveries.c.tried_at.is_(None))
    return query.where(deliveries.c.id < end).order_by(deliveries.c.webhook_id, deliveries.c.id)


def _pending(table: FromClause) -> Select[Any]:
    return select(table).where(table.c.state == PENDING)


def _waits(now: datetime) -> ColumnElement[bool]:
    pending = exists().where(deliveries.c.webhook_id == webhooks.c.id, deliveries.c.state == PENDING)
    due = (deliveries.c.tried_at.is_(None), *_over(deliveries.c.due, now, FURTHEST_RETRY))
    return and_(
        webhooks.c.state == ACTIVE,
        webhooks.c.deleted_at.is_(None),
        or_(webhooks.c.busy_by.is_(None), *_over(webhooks.c.busy_until, now, FURTHEST_LEASE)),
        or_(*(pending.where(why) for why in due)),  # each finds its own by an index
    )


def _over(until: Column[datetime], now: datetime, furthest: timedelta) -> tuple[ColumnElement[bool], ...]:
    return until <= now, until > now + furthest


def add_attempts(writer: Reader, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write how attempts went."""
    if rows:
        writer.connection.execute(insert(delivery_attempts), list(rows))


def note_delivered(writer: Reader, ids: Collection[int], made: int) -> None:
    """Note that deliveries arrived at the attempt after ``made``, unless others have been noted since."""
    ours = update(deliveries).where(
        deliveries.c.id.in_(ids), deliveries.c.attempts == made, deliveries.c.state == PENDING
    )
    tried = func.coalesce(deliveries.c.tried_at, literal(writer.at, Instant()))
    arrived = {"state": DELIVERED, "attempts": made + 1, "tried_at": tried, "finished_at": writer.at}
    writer.connection.execute(ours.values(arrived))


def note_failed(writer: Reader, delivery_id: int, made: int, tried_at: datetime, again: datetime | None) -> None:
    """Note that the attempt after ``made`` failed, unless others have been noted since; ``again`` is when to try next,
    None to give it up.
    """
    ours = update(deliveries).where(
        deliveries.c.id == delivery_id, deliveries.c.attempts == made, deliveries.c.state == PENDING
    )
    outcome = {"due": again} if again else {"state": FAILED, "finished_at": writer.at}
    tried = func.coalesce(deliveries.c.tried_at, literal(tried_at, Instant()))
    writer.connection.execute(ours.values(attempts=made + 1, tried_at=tried, **outcome))
