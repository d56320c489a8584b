"""What people look after themselves: their password, where they are signed in, and tokens of their own rights."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from service.errors import FieldFault, Invalid, NotFound, TooMany, Unauthenticated
from service.operations import passwords, proof, tokens
from service.operations.accounts import shown
from service.operations.answers import instant
from service.operations.context import Context
from service.operations.people import Principal
from service.operations.sessions import Session
from service.store import accounts, people
from service.store.transactions import Reader
from service.store.types import Row


def own_account(context: Context, session: Session) -> dict[str, Any]:
    """The account, ``sessions`` in use (``this`` marks the asking one) and ``tokens`` that are not revoked."""
    settings = context.settings
    with context.store.read() as reader:
        account = _own(reader, session)
        begun_after = reader.now - timedelta(seconds=settings.session_life)
        seen_after = reader.now - timedelta(seconds=settings.session_idle)
        live = accounts.live_sessions(reader, account["id"], begun_after, seen_after)
        own = [row for row in people.tokens_of(reader, account["person_id"]) if row["revoked_at"] is None]
    return {
        **shown(account),
        "sessions": [
            {
                "since": instant(row["created_at"]),
                "last_used_at": instant(row["seen_at"]),
                "this": row["id"] == session.id,
            }
            for row in live
        ],
        "tokens": [tokens.shown(row) for row in own],
    }


def change_password(context: Context, session: Session, former: str, new: str, address: str = "") -> None:
    """Set a password in place of the former one, and sign out everywhere else. Raises Invalid, by field.

    The ``former`` may be tried as often from a network ``address`` as when signing in.
    """
    with context.store.read() as reader:
        account = _own(reader, session)
    try:
        proof.by_password(context, account, account["username"], former, address)
    except (Unauthenticated, TooMany) as error:
        raise Invalid(error.detail, fields=(FieldFault("former", error.detail),)) from error
    passwords.check_password(new, account["username"])
    kept = passwords.hashed(new)
    with context.store.write() as writer:
        accounts.change(writer, account["id"], password_hash=kept)
        accounts.end_sessions(writer, account["id"], but=session.id)
        _record(writer, session.principal, "account.password_changed", account)


def end_other_sessions(context: Context, session: Session) -> None:
    """Sign out everywhere but here."""
    with context.store.write() as writer:
        account = _own(writer, session)
        accounts.end_sessions(writer, account["id"], but=session.id)
        _record(writer, session.principal, "account.signed_out_elsewhere", account)


def create_own_token(context: Context, principal: Principal, expires_in_days: int) -> dict[str, Any]:
    """A token with the person's own role and premises, as ``tokens.create_token`` gives it. Raises Invalid."""
    role, name, own = principal.role.value, principal.name, principal.premises
    return tokens.create_token(context, principal, role, name, own, expires_in_days)


def revoke_own_token(context: Context, principal: Principal, token_id: int) -> dict[str, Any]:
    """Make one of the person's own tokens useless. Raises NotFound for one that is not theirs."""
    with context.store.read() as reader:
        if token_id not in {row["id"] for row in people.tokens_of(reader, principal.person_id or 0)}:
            raise NotFound(f"you have no token {token_id}")
    return tokens.revoke_token(context, principal, token_id)


def _own(reader: Reader, session: Session) -> Row:
    account = accounts.of_person(reader, session.principal.person_id or 0)
    if account is None:
        raise NotFound("you have no account")
    return account


def _record(writer: Any, principal: Principal, action: str, account: Row) -> None:
    writer.record(principal.actor, action, f"account/{account['id']}", {"by": principal.name})
