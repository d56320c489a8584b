"""Tokens by which programs and people sign in: 256 random bits, shown once and kept only as their SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from service.errors import FieldFault, Invalid, NotFound, Unauthenticated
from service.operations import access
from service.operations.answers import instant
from service.operations.context import Context
from service.operations.people import Principal, Role
from service.operations.plain_text import text_fault
from service.store import estate, people
from service.store.transactions import Reader
from service.store.types import Row

PREFIX = "opq_"
LONGEST_LIFE = 3_650
"""Days for which a token may be made at most."""

ROLES = tuple(role.value for role in Role if role is not Role.SYSTEM)
"""What a person may be."""


def create_token(
    context: Context,
    principal: Principal,
    role: str,
    name: str | None = None,
    premises: Collection[str] = (),
    expires_in_days: int | None = None,
) -> dict[str, Any]:
    """Make a token for a person, known by their ``name`` (default: the role's), with the premises that are theirs.

    Gives ``id``, ``token`` (never shown again), ``name``, ``role``, ``premises`` and ``expires_at`` (null: never).
    Raises Invalid for an unknown role or premises, a bad name or life.
    """
    name = (role if name is None else name).strip()
    _check(role, name, expires_in_days)
    token = PREFIX + secrets.token_urlsafe(32)
    # People who create the same person at the same time take turns, as those who decide do.
    with context.store.write(deciding=True) as writer:
        check_premises(writer, premises)
        expires_at = None if expires_in_days is None else writer.at + timedelta(days=expires_in_days)
        row = {
            "person_id": people.person_id(writer, name),
            "role": role,
            "premises": sorted(set(premises)),
            "sha256": _digest(token),
            "created_at": writer.at,
            "expires_at": expires_at,
        }
        token_id = people.add_token(writer, row)
        shown = {"id": token_id, "name": name, "role": role, "premises": row["premises"]}
        shown["expires_at"] = instant(expires_at)
        writer.record(principal.actor, "token.created", f"token/{token_id}", {**shown, "by": principal.name})
    return {**shown, "token": token}


def _check(role: str, name: str, expires_in_days: int | None) -> None:
    faults = []
    if role not in ROLES:
        faults.append(FieldFault("role", f"must be one of {', '.join(ROLES)}"))
    if fault := text_fault(name, 200, required=True):
        faults.append(FieldFault("name", fault))
    if expires_in_days is not None and not 1 <= expires_in_days <= LONGEST_LIFE:
        faults.append(FieldFault("expires_in_days", f"must be between 1 and {LONGEST_LIFE}"))
    if faults:
        raise Invalid("the token cannot be made", fields=tuple(faults))


def check_premises(reader: Reader, ids: Collection[str]) -> None:
    """Raises Invalid, for the field ``premises``, when one of ``ids`` is none."""
    known = {row["id"] for row in estate.open_premises(reader, set(ids))}
    if unknown := sorted(set(ids) - known):
        message = f"there is no premises {', '.join(unknown)}"
        raise Invalid(message, fields=(FieldFault("premises", message),))


def revoke_token(context: Context, principal: Principal, token_id: int) -> dict[str, Any]:
    """Make a token useless at once; one that was revoked before stays as it is. Raises NotFound."""
    with context.store.write() as writer:
        row = people.token_by_id(writer, token_id)
        if row is None:
            raise NotFound(f"there is no token {token_id}")
        revoked_at = row["revoked_at"] or writer.at
        if row["revoked_at"] is None:
            people.revoke(writer, token_id)
        writer.record(principal.actor, "token.revoked", f"token/{token_id}", {"by": principal.name})
    return {**shown(row), "revoked_at": instant(revoked_at)}


def list_tokens(context: Context, principal: Principal) -> dict[str, Any]:
    """Every token, newest first, without what signs in."""
    with context.store.read() as reader:
        return {"items": [shown(row) for row in people.all_tokens(reader)], "next": None}


def shown(row: Row) -> dict[str, Any]:
    """A token, without what signs in."""
    times = {name: instant(row[name]) for name in ("created_at", "expires_at", "revoked_at")}
    return {**{name: row[name] for name in ("id", "name", "role", "premises")}, **times}


def authenticate(context: Context, token: str) -> Principal:
    """The principal whose token this is. Raises Unauthenticated for one that is unknown, expired or revoked."""
    with context.store.read() as reader:
        rows = people.usable(reader, _digest(token))
    if not rows:
        raise Unauthenticated("the token is unknown, expired or revoked; ask an admin for a new one")
    row = rows[0]
    role, own = Role(row["role"]), frozenset(row["premises"])
    named = frozenset(found["named"] for found in rows if found["named"] is not None)
    return Principal(row["person_id"], row["name"], role, own, access.sight(role, own, named), row["id"])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
