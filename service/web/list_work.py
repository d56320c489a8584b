"""Work on a list as a whole: handing it over, adding an item, signing it off."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request

from contingency_plans.option import OWNER_ROLES
from service.api.caller import context, principal
from service.errors import Conflict, Invalid, Refused
from service.operations import items
from service.operations.list_view import list_view
from service.web import faults, forms
from service.web.items import seen_version
from service.web.page import page
from service.web.task_list import decided, page_of

_BOTH = ("GET", "POST")


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    path = "/checklists/<number:checklist_id>"
    pages.add_url_rule(f"{path}/hand-over", "hand_over", hand_over, methods=_BOTH)
    pages.add_url_rule(f"{path}/add-item", "add_item", add_item, methods=_BOTH)
    pages.add_url_rule(f"{path}/sign-off", "sign_off", sign_off, methods=_BOTH)


@page("checklists.write")
def hand_over(checklist_id: int) -> Any:
    """Put a list into somebody else's hands."""
    if request.method == "GET":
        return _form("hand_over", checklist_id)
    try:
        items.hand_over(context(), principal(), checklist_id, request.form.get("to", ""), request.form.get("note", ""))
    except Invalid as error:
        return _form("hand_over", checklist_id, error), 422
    except Conflict as error:
        return _form("hand_over", checklist_id, error), 409
    return _back(checklist_id)


@page("checklists.write")
def add_item(checklist_id: int) -> Any:
    """Add an item that the plan does not know."""
    if request.method == "GET":
        return _form("add_item", checklist_id)
    form = request.form
    try:
        due_at = forms.instant("due_at", form.get("due_at", ""))
        reverse = form.get("reverse") or None
        forms.carry_out(items.add_item, checklist_id, form.get("text", ""), form.get("owner_role", ""), due_at, reverse)
    except Invalid as error:
        return _form("add_item", checklist_id, error), 422
    except Conflict as error:
        return _form("add_item", checklist_id, error), 409
    return _back(checklist_id)


@page("checklists.write")
def sign_off(checklist_id: int) -> Any:
    """Sign a list off in the very version that was seen, once every item is decided."""
    if request.method == "GET":
        return _form("sign_off", checklist_id)
    try:
        items.sign_off(context(), principal(), checklist_id, seen_version())
    except Conflict as error:
        return _form("sign_off", checklist_id, error), 409
    return _back(checklist_id)


def _form(name: str, checklist_id: int, error: Refused | None = None) -> str:
    found = list_view(context(), principal(), checklist_id)
    return render_template(
        f"checklist/{name}.html",
        list=found,
        here=page_of(found),
        undecided=[item for item in found["items"] if not decided(item)],
        owner_roles=OWNER_ROLES,
        given=request.form,
        mark=request.form.get(forms.MARK) or forms.new_mark(),
        fault=error and error.detail,
        code=error and error.code,
        faults=faults.by_field(error.fields) if isinstance(error, Invalid) else {},
    )


def _back(checklist_id: int) -> Any:
    return redirect(page_of(list_view(context(), principal(), checklist_id)), 303)
