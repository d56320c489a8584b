"""A person's own account: password, where they are signed in, and tokens with their own rights."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from service.api.caller import context, principal
from service.errors import Invalid
from service.operations import own_account
from service.operations.premises_names import names_of
from service.web import faults, guard
from service.web.page import SIGNED_IN, page

LIVES = {"1": "1 day", "30": "30 days", "365": "a year"}
"""Days for which a token can be asked for here."""


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    pages.add_url_rule("/account", "account", account)
    pages.add_url_rule("/account/password", "change_password", change_password, methods=["POST"])
    pages.add_url_rule("/account/sessions/end", "end_other_sessions", end_other_sessions, methods=["POST"])
    pages.add_url_rule("/account/tokens", "create_own_token", create_own_token, methods=["POST"])
    one = "/account/tokens/<number:token_id>/revoke"
    pages.add_url_rule(one, "revoke_own_token", revoke_own_token, methods=["POST"])


@page(SIGNED_IN)
def account() -> Any:
    """The account of whoever is asking."""
    return _show()


@page(SIGNED_IN)
def change_password() -> Any:
    """Set another password."""
    former, new = (request.form.get(name, "") for name in ("former", "password"))
    try:
        own_account.change_password(context(), guard.session(), former, new, request.remote_addr or "")
    except Invalid as error:
        return _show(error=error), 422
    return redirect(url_for("pages.account"), 303)


@page(SIGNED_IN, fresh=True)
def end_other_sessions() -> Any:
    """Sign out everywhere else."""
    own_account.end_other_sessions(context(), guard.session())
    return redirect(url_for("pages.account"), 303)


@page(SIGNED_IN, fresh=True)
def create_own_token() -> Any:
    """Make a token, and show it once."""
    days = request.form.get("days", "")
    made = own_account.create_own_token(context(), principal(), int(days) if days in LIVES else 1)
    return _show(token=made["token"])


@page(SIGNED_IN)
def revoke_own_token(token_id: int) -> Any:
    """Make a token useless."""
    own_account.revoke_own_token(context(), principal(), token_id)
    return redirect(url_for("pages.account"), 303)


def _show(error: Invalid | None = None, token: str | None = None) -> str:
    told = own_account.own_account(context(), guard.session())
    fields = faults.by_field(error.fields) if error else {}
    names = names_of(context(), principal(), told["premises"])
    return render_template(
        "account.html", account=told, names=names, lives=LIVES, token=token, error=error, fields=fields
    )
