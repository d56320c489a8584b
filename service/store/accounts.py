"""Queries over accounts and sessions. A session is known here only by the SHA-256 of what its cookie holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, delete, func, insert, select, update

from service.store.people import IS_NAMED
from service.store.tables import accounts, people, premises, sessions, sign_in_failures
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


def by_subject(reader: Reader, subject: str) -> Row | None:
    """The account of somebody whom the identity provider calls so, also a disabled one; None when there is none."""
    return reader.connection.execute(_accounts().where(accounts.c.subject == subject)).mappings().first()


def by_id(reader: Reader, account_id: int) -> Row | None:
    """One account with its person's name, None when there is none."""
    return reader.connection.execute(_accounts().where(accounts.c.id == account_id)).mappings().first()


def opens_still(writer: Reader, account: Row) -> bool:
    """Whether an account has the password that it had when it was read, and is not disabled; so it stays meanwhile."""
    query = select(accounts.c.password_hash, accounts.c.disabled_at).where(accounts.c.id == account["id"])
    now = writer.connection.execute(query.with_for_update()).one()
    return now.disabled_at is None and now.password_hash == account["password_hash"]


def all_accounts(reader: Reader) -> list[Row]:
    """Every account with its person's name, by name."""
    return list(reader.connection.execute(_accounts().order_by(people.c.name)).mappings())


def change(writer: Reader, account_id: int, **values: Any) -> None:
    """Set columns of an account."""
    writer.wrote(accounts, account_id)
    writer.connection.execute(update(accounts).where(accounts.c.id == account_id).values(values))


def _accounts() -> Any:
    return select(accounts, people.c.name).join(people, people.c.id == accounts.c.person_id)


def add_session(writer: Reader, account_id: int, sha256: str, shown_at: datetime) -> int:
    """Begin a session of somebody who showed at that time who they are; gives its id."""
    times = {"created_at": writer.at, "authenticated_at": shown_at, "seen_at": writer.at}
    new = insert(sessions).values(account_id=account_id, sha256=sha256, **times).returning(sessions.c.id)
    return int(writer.connection.execute(new).scalar_one())


def end_session(writer: Reader, session_id: int) -> None:
    """Make a session useless from now on."""
    query = update(sessions).where(sessions.c.id == session_id, sessions.c.ended_at.is_(None))
    writer.connection.execute(query.values(ended_at=writer.at))


def end_sessions(writer: Reader, account_id: int, *, but: int = 0, keep: int = 0) -> None:
    """End the sessions of an account, but the one of the id ``but`` and the ``keep`` newest."""
    newest = select(sessions.c.id).where(sessions.c.account_id == account_id, sessions.c.ended_at.is_(None))
    kept = newest.order_by(sessions.c.id.desc()).limit(keep)
    live = update(sessions).where(sessions.c.account_id == account_id, sessions.c.ended_at.is_(None))
    ending = live.where(sessions.c.id != but, sessions.c.id.not_in(kept))
    writer.connection.execute(ending.values(ended_at=writer.at))


def live_sessions(reader: Reader, account_id: int, begun_after: datetime, seen_after: datetime) -> list[Row]:
    """The sessions of an account that can be used, newest first."""
    query = select(sessions).where(sessions.c.account_id == account_id, sessions.c.ended_at.is_(None))
    query = query.where(sessions.c.created_at > begun_after, sessions.c.seen_at > seen_after)
    return list(reader.connection.execute(query.order_by(sessions.c.id.desc())).mappings())


def touch_session(writer: Reader, session_id: int) -> None:
    """Note that a session was just used."""
    writer.connection.execute(update(sessions).where(sessions.c.id == session_id).values(seen_at=writer.now))


def confirm_session(writer: Reader, session_id: int, shown_at: datetime) -> None:
    """Note that its person showed anew at that time who they are."""
    writer.connection.execute(update(sessions).where(sessions.c.id == session_id).values(authenticated_at=shown_at))


# Every request asks this, so the statement is put together once.
_USABLE = (
    select(
        sessions.c.id,
        sessions.c.authenticated_at,
        sessions.c.seen_at,
        accounts.c.id.label("account_id"),
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


def add_failure(writer: Reader, username: str, address: str) -> None:
    """Note an attempt to sign in that failed."""
    writer.connection.execute(insert(sign_in_failures).values(username=username, address=address, at=writer.now))


def failures(reader: Reader, username: str, address: str, since: datetime) -> tuple[int, int]:
    """How many attempts failed since then from an address: for this username, and in all."""
    of_username = func.sum(case((sign_in_failures.c.username == username, 1), else_=0))
    query = select(func.coalesce(of_username, 0), func.count())
    recent = query.where(sign_in_failures.c.address == address, sign_in_failures.c.at > since)
    row = reader.connection.execute(recent).one()
    return int(row[0]), int(row[1])


def forget_failures(writer: Reader, before: datetime) -> None:
    """Drop the attempts that are older."""
    writer.connection.execute(delete(sign_in_failures).where(sign_in_failures.c.at < before))
