"""Queries over webhooks, what they are narrowed to, and their sealed secrets."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from service.store.tables import people, webhook_scopes, webhook_secrets, webhooks
from service.store.transactions import Reader
from service.store.types import Row

ACTIVE = "active"
PAUSED = "paused"
DISABLED = "disabled"
STATES = (ACTIVE, PAUSED, DISABLED)

PREMISES = "premises"
DISTRICT = "district"
GRANTED = "granted"


def add(writer: Reader, row: Mapping[str, Any], scopes: Mapping[str, Collection[str]], sealed: str) -> int:
    """Write a webhook with what it is narrowed to, by kind, and its first secret; gives its id."""
    webhook_id = int(writer.connection.execute(insert(webhooks).values(row).returning(webhooks.c.id)).scalar_one())
    writer.wrote(webhooks, webhook_id)
    set_scopes(writer, webhook_id, scopes)
    add_secret(writer, webhook_id, sealed)
    return webhook_id


def change(writer: Reader, webhook_id: int, **values: Any) -> None:
    """Write values into a webhook."""
    writer.connection.execute(update(webhooks).where(webhooks.c.id == webhook_id).values(**values))
    writer.wrote(webhooks, webhook_id)


def by_id(reader: Reader, webhook_id: int, *, locked: bool = False) -> Row | None:
    """One webhook with its author's name (``author``), None when there is none or it was deleted."""
    query = _known().where(webhooks.c.id == webhook_id)
    query = query.with_for_update(of=webhooks) if locked else query
    return reader.connection.execute(query).mappings().first()


def all_known(reader: Reader, author_id: int | None = None) -> list[Row]:
    """Every webhook that is not deleted (of one author, if given), oldest first."""
    query = _known().order_by(webhooks.c.id)
    query = query if author_id is None else query.where(webhooks.c.created_by == author_id)
    return list(reader.connection.execute(query).mappings())


def _known() -> Any:
    query = select(webhooks, people.c.name.label("author")).join(people, people.c.id == webhooks.c.created_by)
    return query.where(webhooks.c.deleted_at.is_(None))


def note_working(writer: Reader, ids: Collection[int]) -> None:
    """Note that webhooks do not fail."""
    failing = update(webhooks).where(webhooks.c.id.in_(ids), webhooks.c.failing_since.is_not(None))
    writer.connection.execute(failing.values(failing_since=None))


def note_failing(writer: Reader, webhook_id: int, since: datetime) -> None:
    """Note that a webhook fails from an instant on, unless it did before."""
    working = update(webhooks).where(webhooks.c.id == webhook_id, webhooks.c.failing_since.is_(None))
    writer.connection.execute(working.values(failing_since=since))


def disabled(reader: Reader) -> set[int]:
    """The webhooks that are disabled."""
    query = select(webhooks.c.id).where(webhooks.c.state == DISABLED, webhooks.c.deleted_at.is_(None))
    return set(reader.connection.execute(query).scalars())


def counts(reader: Reader) -> dict[str, int]:
    """How many webhooks are in each state."""
    query = select(webhooks.c.state, func.count()).where(webhooks.c.deleted_at.is_(None)).group_by(webhooks.c.state)
    found = {str(state): int(count) for state, count in reader.connection.execute(query)}
    return {state: found.get(state, 0) for state in (ACTIVE, PAUSED, DISABLED)}


def set_scopes(writer: Reader, webhook_id: int, scopes: Mapping[str, Collection[str]]) -> None:
    """Narrow a webhook to these values of each kind that is given, in place of those it had of that kind."""
    of_webhook = webhook_scopes.c.webhook_id == webhook_id
    writer.connection.execute(delete(webhook_scopes).where(of_webhook, webhook_scopes.c.kind.in_(scopes)))
    rows = [
        {"webhook_id": webhook_id, "kind": kind, "value": value}
        for kind, values in scopes.items()
        for value in sorted(set(values))
    ]
    if rows:
        writer.connection.execute(insert(webhook_scopes), rows)
    writer.wrote(webhook_scopes, webhook_id)


def scopes(reader: Reader, webhook_id: int) -> dict[str, list[str]]:
    """What a webhook is narrowed to, by kind, in order."""
    query = select(webhook_scopes).where(webhook_scopes.c.webhook_id == webhook_id).order_by(webhook_scopes.c.value)
    found: dict[str, list[str]] = {PREMISES: [], DISTRICT: [], GRANTED: []}
    for row in reader.connection.execute(query).mappings():
        found[row["kind"]].append(row["value"])
    return found


def granted(reader: Reader) -> dict[int, frozenset[str]]:
    """The premises granted to each webhook that has any."""
    query = select(webhook_scopes.c.webhook_id, webhook_scopes.c.value).where(webhook_scopes.c.kind == GRANTED)
    found: dict[int, set[str]] = {}
    for webhook_id, value in reader.connection.execute(query):
        found.setdefault(webhook_id, set()).add(value)
    return {webhook_id: frozenset(values) for webhook_id, values in found.items()}


def add_secret(writer: Reader, webhook_id: int, sealed: str) -> None:
    """Write a secret that has no end."""
    row = {"webhook_id": webhook_id, "sealed": sealed, "created_at": writer.at}
    writer.connection.execute(insert(webhook_secrets).values(row))


def end_secrets(writer: Reader, webhook_id: int, expires_at: datetime) -> None:
    """Let the present secrets end at an instant, and forget those that ended before."""
    of_webhook = webhook_secrets.c.webhook_id == webhook_id
    writer.connection.execute(delete(webhook_secrets).where(of_webhook, webhook_secrets.c.expires_at <= writer.at))
    ending = update(webhook_secrets).where(of_webhook, webhook_secrets.c.expires_at.is_(None))
    writer.connection.execute(ending.values(expires_at=expires_at))


def forget_secrets(writer: Reader, webhook_id: int) -> None:
    """Remove every secret of a webhook."""
    writer.connection.execute(delete(webhook_secrets).where(webhook_secrets.c.webhook_id == webhook_id))


def all_secrets(reader: Reader, *, locked: bool = False) -> dict[int, str]:
    """Every sealed secret by its id, those that have ended too; with ``locked``, others wait to change them."""
    query = select(webhook_secrets.c.id, webhook_secrets.c.sealed).order_by(webhook_secrets.c.id)
    rows = reader.connection.execute(query.with_for_update() if locked else query)
    return {row.id: row.sealed for row in rows}


def reseal(writer: Reader, sealed: Mapping[int, str]) -> None:
    """Put secrets, by id, as they are sealed anew in place of what was there."""
    present = update(webhook_secrets).where(webhook_secrets.c.id == bindparam("of_id"))
    values = [{"of_id": secret_id, "anew": text} for secret_id, text in sealed.items()]
    if values:
        writer.connection.execute(present.values(sealed=bindparam("anew")), values)


def sealed_secrets(reader: Reader, webhook_ids: Collection[int]) -> dict[int, list[str]]:
    """The sealed secrets of webhooks that are valid now, newest first."""
    query = select(webhook_secrets).where(
        webhook_secrets.c.webhook_id.in_(webhook_ids),
        or_(webhook_secrets.c.expires_at.is_(None), webhook_secrets.c.expires_at > reader.at),
    )
    found: dict[int, list[str]] = {webhook_id: [] for webhook_id in webhook_ids}
    for row in reader.connection.execute(query.order_by(webhook_secrets.c.id.desc())).mappings():
        found[row["webhook_id"]].append(row["sealed"])
    return found
