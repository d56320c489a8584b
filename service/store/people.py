"""Queries over people and their tokens. A token is known here only by its SHA-256."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, or_, select, update

from service.store.tables import people, premises, tokens
from service.store.transactions import Reader
from service.store.types import Row


def person_id(writer: Reader, name: str) -> int:
    """The id of the person of this name, written down on first mention."""
    known = writer.connection.execute(select(people.c.id).where(people.c.name == name)).scalar()
    if known is not None:
        return int(known)
    new = insert(people).values(name=name, created_at=writer.at).returning(people.c.id)
    made = int(writer.connection.execute(new).scalar_one())
    writer.wrote(people, made)
    return made


def number_of(reader: Reader, name: str) -> int | None:
    """The id of the person of this name, whatever its capitals; None when nobody is called so."""
    query = select(people.c.id).where(func.lower(people.c.name) == name.strip().lower()).order_by(people.c.id)
    return reader.connection.execute(query).scalars().first()


def names(reader: Reader, ids: Collection[int]) -> dict[int, str]:
    """The names of people."""
    query = select(people.c.id, people.c.name).where(people.c.id.in_(ids))
    return {row.id: row.name for row in reader.connection.execute(query)}


def add_token(writer: Reader, row: Mapping[str, Any]) -> int:
    """Write a token; gives its id."""
    made = int(writer.connection.execute(insert(tokens).values(row).returning(tokens.c.id)).scalar_one())
    writer.wrote(tokens, made)
    return made


def token_by_id(reader: Reader, token_id: int) -> Row | None:
    """One token with its person's name, None when there is none."""
    return reader.connection.execute(_tokens().where(tokens.c.id == token_id)).mappings().first()


def all_tokens(reader: Reader) -> list[Row]:
    """Every token with its person's name, newest first."""
    return list(reader.connection.execute(_tokens().order_by(tokens.c.id.desc())).mappings())


def tokens_of(reader: Reader, person_id: int) -> list[Row]:
    """The tokens of a person, newest first."""
    query = _tokens().where(tokens.c.person_id == person_id).order_by(tokens.c.id.desc())
    return list(reader.connection.execute(query).mappings())


def revoke_of(writer: Reader, person_id: int) -> None:
    """Make every token of a person useless from now on."""
    query = update(tokens).where(tokens.c.person_id == person_id, tokens.c.revoked_at.is_(None))
    revoked = writer.connection.execute(query.values(revoked_at=writer.at).returning(tokens.c.id)).scalars()
    writer.wrote(tokens, *revoked)


def _tokens() -> Any:
    return select(tokens, people.c.name).join(people, people.c.id == tokens.c.person_id)


def revoke(writer: Reader, token_id: int) -> None:
    """Make a token useless from now on."""
    writer.connection.execute(update(tokens).where(tokens.c.id == token_id).values(revoked_at=writer.at))
    writer.wrote(tokens, token_id)


IS_NAMED = or_(*(people.c.name == premises.c[post] for post in ("manager", "deputy", "duty_contact")))
"""The condition that a person stands on a premises as its manager, deputy or duty contact."""

# Every request asks this, so the statement is put together once.
_USABLE = (
    select(
        tokens.c.id, tokens.c.person_id, tokens.c.role, tokens.c.premises, people.c.name, premises.c.id.label("named")
    )
    .join(people, people.c.id == tokens.c.person_id)
    .outerjoin(premises, and_(premises.c.restricted, IS_NAMED))
    .where(tokens.c.sha256 == bindparam("sha256"), tokens.c.revoked_at.is_(None))
    .where(or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > bindparam("now")))
)


def usable(reader: Reader, sha256: str) -> list[Row]:
    """The token of this digest unless it is expired or revoked, with its person's name.

    One row for each restricted premises on which the person is named (``named``), or one with ``named`` empty;
    no row when no such token can be used.
    """
    return list(reader.connection.execute(_USABLE, {"sha256": sha256, "now": reader.at}).mappings())
