"""Queries over deliveries: fanning out, taking what is due, and noting how it went."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, func, insert, or_, select, update

from service.store.tables import deliveries, delivery_attempts, events, fan_out, webhooks
from service.store.transactions import Reader
from service.store.types import Row
from service.store.webhooks import ACTIVE

PENDING = "pending"
DELIVERED = "delivered"
FAILED = "failed"


def fanned_out(reader: Reader, *, locked: bool = False) -> int:
    """The sequence of the last event that was turned into deliveries; with ``locked``, others wait to ask."""
    query = select(fan_out.c.sequence)
    return int(reader.connection.execute(query.with_for_update() if locked else query).scalar_one())


def set_fanned_out(writer: Reader, sequence: int) -> None:
    """Note how far events were turned into deliveries."""
    writer.connection.execute(update(fan_out).values(sequence=sequence))


def add(writer: Reader, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write new deliveries, due now."""
    fixed = {"state": PENDING, "attempts": 0, "due": writer.at, "created_at": writer.at}
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
    again = update(deliveries).where(which).values(state=PENDING, attempts=0, due=writer.at, finished_at=None)
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


def anything_due(reader: Reader, at: datetime) -> bool:
    """Whether ``take`` would find a webhook at an instant."""
    return reader.connection.execute(select(webhooks.c.id).where(_waits(at)).limit(1)).first() is not None


def take(writer: Reader, holder: str, until: datetime, most: int, *, slow: bool) -> list[Row]:
    """Take up to ``most`` webhooks, slow ones or prompt ones, that something is due for and that no worker speaks to.

    They are ``holder``'s until an instant. Workers that take at the same time take different ones.
    """
    query = (
        select(webhooks).where(_waits(writer.at), webhooks.c.slow == slow).order_by(webhooks.c.busy_until.nulls_first())
    )
    taken = list(writer.connection.execute(query.limit(most).with_for_update(skip_locked=True, of=webhooks)).mappings())
    if taken:
        mine = update(webhooks).where(webhooks.c.id.in_([row["id"] for row in taken]))
        writer.connection.execute(mine.values(busy_by=holder, busy_until=until))
    return taken


def hold(writer: Reader, holder: str, ids: Collection[int], until: datetime) -> None:
    """Keep those of the webhooks that are still the holder's for longer."""
    mine = update(webhooks).where(webhooks.c.id.in_(ids), webhooks.c.busy_by == holder)
    writer.connection.execute(mine.values(busy_until=until))


def release(writer: Reader, holder: str, webhook_id: int, slow: bool) -> None:
    """Let other workers speak to a webhook, and note whether it was slow."""
    mine = update(webhooks).where(webhooks.c.id == webhook_id, webhooks.c.busy_by == holder)
    writer.connection.execute(mine.values(busy_by=None, busy_until=writer.at, slow=slow))


def due_for(reader: Reader, webhook_id: int, most: int) -> list[Row]:
    """What is due for a webhook: first what was never tried, in the order of events, then what is to be tried again."""
    waiting = select(deliveries).where(deliveries.c.webhook_id == webhook_id, deliveries.c.state == PENDING)
    untried = waiting.where(deliveries.c.tried_at.is_(None)).order_by(deliveries.c.id).limit(most)
    found = list(reader.connection.execute(untried).mappings())
    again = waiting.where(deliveries.c.tried_at.is_not(None), deliveries.c.due <= reader.at)
    again = again.order_by(deliveries.c.due, deliveries.c.id).limit(most - len(found))
    return found + (list(reader.connection.execute(again).mappings()) if len(found) < most else [])


def _waits(at: datetime) -> ColumnElement[bool]:
    pending = exists().where(deliveries.c.webhook_id == webhooks.c.id, deliveries.c.state == PENDING)
    return and_(
        webhooks.c.state == ACTIVE,
        webhooks.c.deleted_at.is_(None),
        or_(webhooks.c.busy_until.is_(None), webhooks.c.busy_until <= at, webhooks.c.busy_by.is_(None)),
        or_(pending.where(deliveries.c.tried_at.is_(None)), pending.where(deliveries.c.due <= at)),
    )


def add_attempts(writer: Reader, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write how attempts went."""
    if rows:
        writer.connection.execute(insert(delivery_attempts), list(rows))


def finish_attempts(writer: Reader, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note what follows from attempts, unless others have been noted since ``made`` were. Each row has all values."""
    present = update(deliveries).where(
        deliveries.c.id == bindparam("of_id"), deliveries.c.attempts == bindparam("made"), deliveries.c.state == PENDING
    )
    changed = ("attempts", "state", "due", "tried_at", "finished_at")
    noting = present.values({name: bindparam(f"new_{name}") for name in changed})
    if rows:
        values = [
            {"of_id": row["id"], "made": row["made"], **{f"new_{name}": row[name] for name in changed}} for row in rows
        ]
        writer.connection.execute(noting, values)
