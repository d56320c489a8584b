"""Queries over the policies that are, or once were, in force."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from service.store.tables import adoptions, policies
from service.store.transactions import Reader
from service.store.types import Row


def present(reader: Reader) -> Row | None:
    """The adoption in force, None before the first."""
    return reader.connection.execute(select(adoptions).order_by(adoptions.c.id.desc()).limit(1)).mappings().first()


def text(reader: Reader, sha256: str) -> str:
    """The whole text of a policy that was once adopted. Raises NoResultFound for one that never was."""
    return str(reader.connection.execute(select(policies.c.text).where(policies.c.sha256 == sha256)).scalar_one())


def plans(reader: Reader) -> list[str]:
    """The digests of all plans that are, or once were, in force, newest first."""
    rows = reader.connection.execute(select(adoptions.c.plan).order_by(adoptions.c.id.desc())).scalars()
    return list(dict.fromkeys(rows))


def keep(writer: Reader, kind: str, name: str, version: str, sha256: str, body: str) -> None:
    """Keep the text of a policy, once."""
    if writer.connection.execute(select(policies.c.sha256).where(policies.c.sha256 == sha256)).first() is None:
        row = {"sha256": sha256, "kind": kind, "name": name, "version": version, "text": body}
        writer.connection.execute(insert(policies).values(row))
        writer.wrote(policies, sha256)


def review_told(reader: Reader, sha256: str) -> bool:
    """Whether people were told that a policy is to be reviewed."""
    query = select(policies.c.review_told_at).where(policies.c.sha256 == sha256)
    return reader.connection.execute(query).scalar() is not None


def tell_review(writer: Reader, sha256: str) -> None:
    """Note that people were told that a policy is to be reviewed."""
    writer.connection.execute(update(policies).where(policies.c.sha256 == sha256).values(review_told_at=writer.at))


def add(writer: Reader, rulebook: str, plan: str) -> int:
    """Put a rulebook and a plan, by digest, in force from now on; gives the adoption's id."""
    row = {"rulebook": rulebook, "plan": plan, "at": writer.at}
    made = int(writer.connection.execute(insert(adoptions).values(row).returning(adoptions.c.id)).scalar_one())
    writer.wrote(adoptions, made)
    return made
