"""Passwords: what one must be like, and Argon2id (RFC 9106), by which they are kept."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.errors import FieldFault, Invalid

SHORTEST, LONGEST = 12, 200
"""Characters of a password (NCSC: length, and no rules about its characters)."""


def check_password(password: str, username: str) -> None:
    """Raises Invalid for a password that is too short, too long or tells the username."""
    fault = None
    if not SHORTEST <= len(password) <= LONGEST:
        fault = f"must have {SHORTEST} to {LONGEST} characters; three words with blanks between them will do"
    elif username.casefold() in password.casefold():
        fault = "must not contain the username"
    if fault:
        raise Invalid(f"the password {fault}", fields=(FieldFault("password", fault),))


def new_password() -> str:
    """A password that nobody can guess, to be given to somebody once."""
    return secrets.token_urlsafe(12)


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _hasher().hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password of which ``kept`` was kept. Takes as long where nothing was."""
    try:
        return _hasher().verify(kept or _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    return hashed("the password of nobody")
