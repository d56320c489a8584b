"""One item of a list: saying what became of it, taking that back, agreeing to it; and two who said different things."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from service.api.caller import context, principal
from service.clock import parse_rfc3339, rfc3339
from service.errors import Conflict, Invalid
from service.operations import items
from service.operations.list_view import item_view
from service.web import faults, forms
from service.web.page import page
from service.web.task_list import page_of
from service.web.wording import time_of_day

_NUMBER = re.compile(r"[0-9]{1,9}")
_PATH = "/checklists/<number:checklist_id>/items/<option:option_id>"
_SOON = timedelta(minutes=2)
"""What arrives within this time was not held up."""


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    pages.add_url_rule(_PATH, "item_page", item_page)
    pages.add_url_rule(_PATH, "tick_item", tick_item, methods=["POST"])
    pages.add_url_rule(f"{_PATH}/agree", "agree_item", agree_item, methods=["POST"])


@page("checklists.read")
def item_page(checklist_id: int, option_id: str) -> Any:
    """All about one item, and what can be said of it."""
    return _show(checklist_id, option_id)


@page("checklists.write")
def tick_item(checklist_id: int, option_id: str) -> Any:
    """Note what became of an item. A script that sends for the person is answered without a page."""
    form = request.form
    said_at = _said_at(form.get("said_at", ""))
    try:
        forms.carry_out(
            items.tick,
            checklist_id,
            option_id,
            form.get("status", ""),
            _note(form.get("note", ""), said_at),
            seen_version(),
            form.get("reason_code") or None,
            request.values.get("turn"),
        )
    except Invalid as error:
        return _show(checklist_id, option_id, error), 422
    except Conflict as error:
        return _both_sides(checklist_id, option_id, error, said_at), 409
    if request.headers.get("X-Requested-With") == "ticks":
        return "", 204
    return _back(checklist_id, option_id)


@page("checklists.agree")
def agree_item(checklist_id: int, option_id: str) -> Any:
    """Agree as a second person that a required item is not done."""
    try:
        items.agree_item(context(), principal(), checklist_id, option_id)
    except Conflict as error:
        return _show(checklist_id, option_id, overtaken=error.detail), 409
    return _back(checklist_id, option_id)


def seen_version() -> int | None:
    """The version of the list that the person saw, by the form that they sent."""
    told = request.form.get("version", "")
    return int(told) if _NUMBER.fullmatch(told) else None


def _show(checklist_id: int, option_id: str, error: Invalid | None = None, overtaken: str = "") -> str:
    return _page(
        "checklist/item.html",
        checklist_id,
        option_id,
        reasons=items.REASONS,
        overtaken=overtaken,
        mark=request.form.get(forms.MARK) or forms.new_mark(),
        faults=faults.by_field(error.fields) if error else {},
    )


def _both_sides(checklist_id: int, option_id: str, error: Conflict, said_at: datetime) -> str:
    reason = items.REASONS.get(request.form.get("reason_code", ""), "")
    told = {"code": error.code, "reason": reason, "said_at": rfc3339(said_at)}
    return _page("checklist/conflict.html", checklist_id, option_id, **told)


def _page(template: str, checklist_id: int, option_id: str, **more: Any) -> str:
    found = item_view(context(), principal(), checklist_id, option_id)
    return render_template(template, list=found, item=found["item"], here=page_of(found), given=request.form, **more)


def _back(checklist_id: int, option_id: str) -> Any:
    address = request.form.get("then", "")
    if not _OURS.fullmatch(address):
        address = url_for("pages.checklist_page", checklist_id=checklist_id)
    return redirect(f"{address}#item-{option_id}", 303)


_OURS = re.compile(r"/(force|premises/[a-z0-9-]+|checklists/[0-9]+)(\?show=open)?")
"""The addresses of lists, to which a form may ask to be sent back."""


def _said_at(told: str) -> datetime:
    """When the person said so: by their own clock, where the connection failed, and never later than now."""
    now = context().store.clock.now()
    try:
        return min(parse_rfc3339(told), now)
    except ValueError:
        return now


def _note(note: str, said_at: datetime) -> str:
    if context().store.clock.now() - said_at < _SOON:
        return note
    return f"{note} (said at {time_of_day(rfc3339(said_at))}, sent later)".strip()
