"""What several forms need: a mark by which a form sent twice does its work once, and the password given again."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for

from service.api.caller import context, principal
from service.errors import FieldFault, Invalid, Unauthenticated
from service.operations import sessions
from service.operations.idempotency import Once, Replayed
from service.web import guard

MARK = "mark"
"""The hidden field that tells one form from another."""

_UNSAID = (MARK, "csrf_token", "password")


def new_mark() -> str:
    """A mark for a form that is about to be shown."""
    return secrets.token_urlsafe(16)


def carry_out(operation: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """What ``operation`` answers to this person, or answered when the same form was sent before."""
    said = "\n".join(f"{name}={value}" for name, value in sorted(request.form.items()) if name not in _UNSAID)
    mark = request.form.get(MARK) or new_mark()
    once = Once(request.endpoint or "", mark[:200], hashlib.sha256(f"{request.path}\n{said}".encode()).hexdigest())
    try:
        return operation(context(), principal(), *arguments, once=once)
    except Replayed as replayed:
        return replayed.answer


def needs_password() -> bool:
    """Whether the person must show again who they are before they change a level."""
    return not guard.session().fresh


def to_provider_first() -> Any:
    """Where to send somebody who has no password and signed in some time ago, before they fill in a form; or None."""
    if guard.session().has_password or not needs_password():
        return None
    return redirect(url_for("pages.sign_in_again", then=request.full_path.rstrip("?")), 303)


def show_again_who() -> None:
    """Take the password of the form where it is needed. Raises Invalid, for the field ``password``."""
    if not needs_password():
        return
    try:
        sessions.confirm(context(), guard.session(), request.form.get("password", ""))
    except Unauthenticated as error:
        raise Invalid(error.detail, fields=(FieldFault("password", error.detail),)) from error
