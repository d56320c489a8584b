"""People, for those who look after accounts: who can sign in, as what, and for which premises."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from service.api.caller import context, principal
from service.errors import Conflict, FieldFault, Invalid
from service.operations import accounts
from service.operations.passwords import new_password
from service.operations.premises_choice import choice, ids_of
from service.operations.premises_names import names_of
from service.operations.tokens import ROLES
from service.web import faults
from service.web.page import page


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    pages.add_url_rule("/people", "people", people)
    pages.add_url_rule("/people", "create_account", create_account, methods=["POST"])
    one = "/people/<number:account_id>"
    pages.add_url_rule(one, "person", person)
    pages.add_url_rule(one, "change_account", change_account, methods=["POST"])
    pages.add_url_rule(f"{one}/password", "reset_password", reset_password, methods=["POST"])


@page("accounts.manage")
def people() -> Any:
    """Everybody who has an account, and a form for another."""
    return _list({"username": "", "name": "", "role": "staff"})


@page("accounts.manage", fresh=True)
def create_account() -> Any:
    """Make an account, and show its password once."""
    said = {name: request.form.get(name, "").strip() for name in ("username", "name", "role")}
    password = new_password()
    try:
        made = accounts.create_account(context(), principal(), **said, premises=_premises(), password=password)
    except Conflict as error:
        return _list(said, Invalid(error.detail, fields=(FieldFault("username", error.detail),))), 422
    except Invalid as error:
        return _list(said, error), 422
    return _show(made["id"], password=password)


@page("accounts.manage")
def person(account_id: int) -> Any:
    """One account."""
    return _show(account_id)


@page("accounts.manage", fresh=True)
def change_account(account_id: int) -> Any:
    """Give a person another role or other premises, or disable their account."""
    role, disabled = request.form.get("role", ""), "disabled" in request.form
    try:
        accounts.change_account(context(), principal(), account_id, role, _premises(), disabled)
    except Invalid as error:
        return _show(account_id, error), 422
    return redirect(url_for("pages.people"), 303)


@page("accounts.manage", fresh=True)
def reset_password(account_id: int) -> Any:
    """Give a person a new password, and show it once."""
    made = accounts.reset_password(context(), principal(), account_id)
    return _show(account_id, password=made["password"])


def _premises() -> list[str]:
    return ids_of(context(), principal(), request.form.getlist("premises"))


def _list(said: dict[str, str], error: Invalid | None = None) -> str:
    items = accounts.list_accounts(context(), principal())["items"]
    names = names_of(context(), principal(), (premises_id for item in items for premises_id in item["premises"]))
    return render_template("people/list.html", accounts=items, names=names, said=said, **_form((), error))


def _show(account_id: int, error: Invalid | None = None, password: str | None = None) -> str:
    account = accounts.get_account(context(), principal(), account_id)
    form = _form(account["premises"], error)
    return render_template("people/one.html", account=account, password=password, **form)


def _form(own: Collection[str], error: Invalid | None) -> dict[str, Any]:
    """What both forms need: the premises as typed where there is an ``error``, else those that are theirs."""
    typed = request.form.getlist("premises") if error else own
    return {
        "choice": choice(context(), principal(), typed),
        "roles": ROLES,
        "error": error,
        "fields": faults.by_field(error.fields) if error else {},
    }
