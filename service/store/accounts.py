"""Queries over accounts and sessions. A session is known here only by the SHA-256 of what its cookie holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from service.store.people import IS_NAMED
from service.store.tables import accounts, people, premises, sessions
from service.store.transactions import Reader
from service.store.types import Row


def add(writer: Reader, row: Mapping[str, Any]) -> int:
    """Write an account; gives its id."""
    made = int(writer.connection.execute(insert(accounts).values(row).returning(accounts.c.id)).scalar_one())
    writer.wrote(accounts, made)
    return made


def by_username(reader: Reader, username: str) -> Row | None:
    """An account that is not disabled, with its person's name; None when there is none."""
    query = _accounts().where(accounts.c.username == username, accounts.c.disabled_at.is_(None))
    return reader.connection.execute(query).mappings().first()


def of_person(reader: Reader, person_id: int) -> Row | None:
    """The account of a person, also a disabled one; None when they have none."""
    return reader.connection.execute(_accounts().where(accounts.c.person_id == person_id)).mappings().first()


def _accounts() -> Any:
    return select(accounts, people.c.name).join(people, people.c.id == accounts.c.person_id)


def add_session(writer: Reader, account_id: int, sha256: str) -> int:
    """Begin a session of somebody who has just shown who they are; gives its id."""
    times = dict.fromkeys(("created_at", "authenticated_at", "seen_at"), writer.at)
    new = insert(sessions).values(account_id=account_id, sha256=sha256, **times).returning(sessions.c.id)
    return int(writer.connection.execute(new).scalar_one())


def end_session(writer: Reader, session_id: int) -> None:
    """Make a session useless from now on."""
    query = update(sessions).where(sessions.c.id == session_id, sessions.c.ended_at.is_(None))
    writer.connection.execute(query.values(ended_at=writer.at))


def touch_session(writer: Reader, session_id: int) -> None:
    """Note that a session was just used."""
    writer.connection.execute(update(sessions).where(sessions.c.id == session_id).values(seen_at=writer.now))


def confirm_session(writer: Reader, session_id: int) -> None:
    """Note that its person has shown anew who they are."""
    writer.connection.execute(update(sessions).where(sessions.c.id == session_id).values(authenticated_at=writer.now))


# Every request asks this, so the statement is put together once.
_USABLE = (
    select(
        sessions.c.id,
        sessions.c.authenticated_at,
        sessions.c.seen_at,
        accounts.c.person_id,
        accounts.c.role,
        accounts.c.premises,
        accounts.c.password_hash.is_not(None).label("has_password"),
        people.c.name,
        premises.c.id.label("named"),
    )
    .join(accounts, accounts.c.id == sessions.c.account_id)
    .join(people, people.c.id == accounts.c.person_id)
    .outerjoin(premises, premises.c.restricted & IS_NAMED)
    .where(sessions.c.sha256 == bindparam("sha256"), sessions.c.ended_at.is_(None), accounts.c.disabled_at.is_(None))
    .where(sessions.c.created_at > bindparam("begun_after"), sessions.c.seen_at > bindparam("seen_after"))
)


def usable_session(reader: Reader, sha256: str, begun_after: datetime, seen_after: datetime) -> list[Row]:
    """The session of this digest unless it has ended, with its person; one row for each restricted premises on which
    they are named (``named``), or one with ``named`` empty; no row when no such session can be used."""
    given = {"sha256": sha256, "begun_after": begun_after, "seen_after": seen_after}
    return list(reader.connection.execute(_USABLE, given).mappings())
