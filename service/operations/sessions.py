"""Sessions of the pages: signing in and out, who is asking, and showing anew who one is before a change of level.

What a cookie holds is 256 random bits; only their SHA-256 is kept. A session ends after ``OPQ_SESSION_IDLE`` without
use, and in any case after ``OPQ_SESSION_LIFE``.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.errors import OpqError, Unauthenticated
from service.operations import access, proof
from service.operations.context import Context
from service.operations.people import Principal, Role
from service.store import accounts
from service.store.types import Row

MOST_SESSIONS = 5
"""How many sessions a person may have at a time."""

_LONGEST_USERNAME = 100
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Session:
    """Somebody who is signed in. ``fresh``: they showed who they are a short time ago."""

    id: int
    principal: Principal
    fresh: bool
    has_password: bool


def sign_in(context: Context, username: str, password: str, address: str = "") -> str:
    """Begin a session; gives what its cookie holds.

    Raises as ``proof.by_password``, alike for a wrong name and a wrong password.
    """
    username = username.replace("\0", "").strip().casefold()[:_LONGEST_USERNAME]
    with context.store.read() as reader:
        known = accounts.by_username(reader, username)
    try:
        account = proof.by_password(context, known, username, password, address)
    except Unauthenticated as error:
        raise Unauthenticated("the username or the password is wrong") from error
    return begin(context, account)


def begin(context: Context, account: Row, shown_at: datetime | None = None) -> str:
    """Begin a session of somebody who showed who they are just now, or at ``shown_at``; gives what its cookie holds.

    Nobody has more than MOST_SESSIONS at a time; the oldest ends. Raises Unauthenticated where the account was given
    another password, or disabled, since it was read.
    """
    token = secrets.token_urlsafe(32)
    with context.store.write() as writer:
        if not accounts.opens_still(writer, account):
            raise Unauthenticated("your account was changed just now; sign in again")
        accounts.end_sessions(writer, account["id"], keep=MOST_SESSIONS - 1)
        session_id = accounts.add_session(writer, account["id"], _digest(token), min(shown_at or writer.at, writer.at))
        writer.record(
            f"person/{account['person_id']}", "session.begun", f"session/{session_id}", {"by": account["name"]}
        )
    return token


def current(context: Context, token: str, *, in_use: bool = True) -> Session:
    """Whose session this is. Raises Unauthenticated for one that is unknown or has ended.

    ``in_use``: a person asks, and not a page that renews itself on a desk that somebody left.
    """
    settings = context.settings
    with context.store.read() as reader:
        begun_after = reader.now - timedelta(seconds=settings.session_life)
        seen_after = reader.now - timedelta(seconds=settings.session_idle)
        rows = accounts.usable_session(reader, _digest(token), begun_after, seen_after)
        now = reader.now
    if not rows:
        raise Unauthenticated("you are not signed in, or were signed out after a time without use; sign in")
    row = rows[0]
    if in_use:
        _note_use(context, row["id"], row["seen_at"], now)
    role, own = Role(row["role"]), frozenset(row["premises"])
    named = frozenset(found["named"] for found in rows if found["named"] is not None)
    principal = Principal(row["person_id"], row["name"], role, own, access.sight(role, own, named))
    fresh = now - row["authenticated_at"] <= timedelta(seconds=settings.session_fresh)
    return Session(row["id"], principal, fresh, row["has_password"])


def _note_use(context: Context, session_id: int, seen_at: datetime, now: datetime) -> None:
    # Reading must go on while nothing can be written: on a full disk, or beside a writer that takes long.
    if now - seen_at > _NOTED_EVERY:
        with suppress(OpqError), context.store.housekeeping(wait=False) as writer:
            accounts.touch_session(writer, session_id)


def confirm(context: Context, session: Session, password: str, address: str = "") -> None:
    """Let the person show anew who they are. Raises as ``proof.by_password``."""
    with context.store.read() as reader:
        account = accounts.of_person(reader, session.principal.person_id or 0)
    proof.by_password(context, account, account["username"] if account else "", password, address)
    with context.store.housekeeping() as writer:
        accounts.confirm_session(writer, session.id, writer.now)


def sign_out(context: Context, session: Session) -> None:
    """End a session."""
    with context.store.write() as writer:
        accounts.end_session(writer, session.id)
        principal = session.principal
        writer.record(principal.actor, "session.ended", f"session/{session.id}", {"by": principal.name})


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
