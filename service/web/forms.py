"""What several forms need: a mark by which a form sent twice does its work once, and what was typed as values."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import request

from service.api.caller import context, principal
from service.errors import FieldFault, Invalid
from service.operations.idempotency import Once, Replayed
from service.web import proof
from service.web.wording import LONDON

MARK = "mark"
"""The hidden field that tells one form from another."""

_NUMBER = re.compile("[0-9]{1,18}")
_UNSAID = (MARK, "csrf_token", proof.PASSWORD)


def new_mark() -> str:
    """A mark for a form that is about to be shown."""
    return secrets.token_urlsafe(16)


def carry_out(operation: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """What ``operation`` answers to this person, or answered when the same form was sent before."""
    said = "\n".join(f"{name}={value}" for name, value in sorted(request.form.items(multi=True)) if name not in _UNSAID)
    mark = request.form.get(MARK) or new_mark()
    sent = hashlib.sha256(f"{mark}\n{request.path}\n{said}".encode()).hexdigest()
    once = Once(request.endpoint or "", sent, sent)  # one who goes back and says otherwise sends another form
    try:
        return operation(context(), principal(), *arguments, once=once)
    except Replayed as replayed:
        return replayed.answer


def number(name: str) -> int:
    """The number of that name in the address; 0 where there is none."""
    text = request.args.get(name, "")
    return int(text) if _NUMBER.fullmatch(text) else 0


def version() -> int:
    """The version that the form says the person saw; 0 where it says none."""
    text = request.form.get("version", "")
    return int(text) if _NUMBER.fullmatch(text) else 0


def instant(field: str, text: str) -> datetime | None:
    """The instant that somebody typed as local time; None for nothing.

    Of an hour that the autumn change repeats, the first is meant. Raises Invalid, for the field; also for a time that
    the spring change skips.
    """
    if not text.strip():
        return None
    try:
        typed = datetime.fromisoformat(text.strip())
        found = (typed if typed.tzinfo else typed.replace(tzinfo=LONDON)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _refused(field, "Give a date and a time, such as 2026-11-21 03:04") from None
    if typed.tzinfo is None and found.astimezone(LONDON).replace(tzinfo=None) != typed:
        raise _refused(field, "The clocks go forward over this time, so it never is; give one before or after")
    return found


def _refused(field: str, message: str) -> Invalid:
    return Invalid(message, fields=(FieldFault(field, message),))
