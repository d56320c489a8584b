"""Signing in by an identity provider (OpenID Connect): its claims say who somebody is, their role and premises."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.errors import Forbidden, Unauthenticated
from service.operations import accounts as local
from service.operations import sessions
from service.operations.context import Context
from service.operations.people import Role
from service.operations.plain_text import text_fault
from service.operations.sessions import Session
from service.operations.tokens import ROLES
from service.store import accounts, estate
from service.store.transactions import Writer
from service.store.types import Row

_LONGEST_NAME = 200


@dataclass(frozen=True)
class Claims:
    """What the provider vouches for; ``roles`` and ``premises`` as it names them.

    ``shown_at`` is when they last showed it who they are, which may be long before they came here.
    """

    issuer: str
    subject: str
    name: str
    roles: Sequence[str]
    premises: Sequence[str]
    shown_at: datetime

    @property
    def key(self) -> str:
        """By what an account remembers this person."""
        return f"{self.issuer} {self.subject}"


def sign_in_by_provider(context: Context, claims: Claims) -> str:
    """Begin a session; gives what its cookie holds.

    Role and premises are those of the claims each time: the first role that we know, and premises that are registered.
    Where they are others than before, what is open to the former ones ends.
    Raises Forbidden for a person without a role here, whose account is disabled, or whose name another account has.
    """
    role = next((role for role in claims.roles if role in ROLES), None)
    if role is None:
        _shut_out(context, claims)
        raise Forbidden("your identity provider names no role for you here; ask the people who look after accounts")
    if text_fault(_name(claims), _LONGEST_NAME, required=True):
        raise Forbidden(
            "your identity provider gives no name for you that can be kept; ask the people who look after it"
        )
    with context.store.write(deciding=True) as writer:
        account = _account(writer, claims, Role(role))
        detail = {"role": role, "premises": account["premises"], "by": account["name"]}
        writer.record(f"person/{account['person_id']}", "account.vouched_for", f"account/{account['id']}", detail)
    return sessions.begin(context, account, claims.shown_at)


def _shut_out(context: Context, claims: Claims) -> None:
    with context.store.read() as reader:
        account = accounts.by_subject(reader, claims.key)
    if account is not None:
        with context.store.write() as writer:
            local.shut_out(writer, account)
            detail = {"role": None, "by": account["name"]}
            writer.record(f"person/{account['person_id']}", "account.vouched_for", f"account/{account['id']}", detail)


def confirm_by_provider(context: Context, session: Session, claims: Claims) -> None:
    """Let the provider show anew who somebody is.

    Raises Unauthenticated when it shows somebody else, or did not ask them a short time ago who they are.
    """
    with context.store.housekeeping() as writer:
        account = accounts.by_subject(writer, claims.key)
        if account is None or account["person_id"] != session.principal.person_id:
            raise Unauthenticated("the identity provider showed another person")
        if writer.now - claims.shown_at > timedelta(seconds=context.settings.session_fresh):
            raise Unauthenticated(
                "the identity provider did not ask you anew who you are; sign out there and try again"
            )
        accounts.confirm_session(writer, session.id, min(claims.shown_at, writer.now))


def _account(writer: Writer, claims: Claims, role: Role) -> Row:
    premises = sorted(row["id"] for row in estate.open_premises(writer, set(claims.premises)))
    known = accounts.by_subject(writer, claims.key)
    if known is None:
        username = "provider-" + hashlib.sha256(claims.key.encode()).hexdigest()[:16]
        account_id = local.add(writer, username, _name(claims), role.value, premises, subject=claims.key)
    elif known["disabled_at"] is not None:
        raise Forbidden("your account is disabled; ask the people who look after accounts")
    else:
        account_id = known["id"]
        if (known["role"], known["premises"]) != (role.value, premises):
            local.shut_out(writer, known)
        accounts.change(writer, account_id, role=role.value, premises=premises)
    return local.known(writer, account_id)


def _name(claims: Claims) -> str:
    return claims.name.strip()[:_LONGEST_NAME]
