"""Showing again who one is, for a form that needs it: all that it said is kept, and sent again with the proof."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from service.api.caller import context
from service.errors import TooMany, Unauthenticated
from service.operations import sessions
from service.web import guard
from service.web.page import SIGNED_IN, page

PASSWORD = "password"  # noqa: S105 - the name of a field
"""The field of the form for the password; no form that needs a fresh one may have its own of this name."""

_GO_AND_COME_BACK = "Sign in again with your force account first, then continue"


def add_to(pages: Blueprint) -> None:
    """Add the page to ``pages``."""
    pages.add_url_rule("/sign-in/shown", "shown_again", shown_again)


def demand() -> Any:
    """Let the request through, or ask the person who they are. Runs before every page, after the guard.

    The page that asks holds all that the form said, and sends it to the same address once more.
    """
    if request.method != "POST" or not guard.promise().fresh or guard.session().fresh:
        return None
    given = PASSWORD in request.form
    fault = _fault() if given else None
    if given and fault is None:
        return None
    said = [(name, value) for name, value in request.form.items(multi=True) if name not in (PASSWORD, "csrf_token")]
    shown = render_template("proof.html", said=said, fault=fault, has_password=guard.session().has_password)
    return shown, 422 if fault else 200


@page(SIGNED_IN)
def shown_again() -> Any:
    """Where somebody comes who showed who they are to the identity provider: their form waits in another tab."""
    return render_template("shown_again.html")


def _fault() -> str | None:
    """Why the proof does not do; None where it does."""
    if not guard.session().has_password:
        return _GO_AND_COME_BACK
    try:
        sessions.confirm(context(), guard.session(), request.form[PASSWORD], request.remote_addr or "")
    except (Unauthenticated, TooMany) as error:
        return error.detail
    return None
