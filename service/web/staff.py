"""For everybody at a premises: the level, what they must do, and "I know the level"; and who has been told of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from service.api.caller import context, principal
from service.errors import Conflict, FieldFault, Invalid
from service.operations import acknowledgements, register
from service.operations.premises_list import premises_list
from service.operations.staff_view import staff_view
from service.web import faults, forms
from service.web.page import page

PAGE = 20
"""Premises to choose from on one page."""

MEANINGS = {
    "NORMAL": "Routine security, right for the work that is done here.",
    "HEIGHTENED": "More than routine: additional security that can be kept up for as long as it takes.",
    "EXCEPTIONAL": "As much security as there can be, to meet a specific threat.",
}
"""What each response level asks for, after its published description."""


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    one = "/premises/<slug:premises_id>"
    pages.add_url_rule("/staff", "staff_home", staff_home)
    pages.add_url_rule(f"{one}/staff", "staff_page", staff_page)
    pages.add_url_rule(f"{one}/staff/acknowledge", "acknowledge", acknowledge, methods=["POST"])
    pages.add_url_rule(f"{one}/told", "told_page", told_page)
    pages.add_url_rule(f"{one}/told/brief", "brief", brief, methods=["POST"])


@page("acknowledgements.create")
def staff_home() -> Any:
    """The person's premises: the one, or a choice."""
    q, after = request.args.get("q", "").strip(), request.args.get("after") or None
    found = premises_list(context(), principal(), q=q or None, after=after, limit=PAGE)
    if not q and not after and len(found["items"]) == 1:
        return redirect(url_for("pages.staff_page", premises_id=found["items"][0]["id"]), 303)
    return render_template("staff/home.html", found=found, q=q)


@page("checklists.read")
def staff_page(premises_id: str) -> Any:
    """The level of the premises and what everybody there must do."""
    return _show_level(premises_id)


@page("acknowledgements.create")
def acknowledge(premises_id: str) -> Any:
    """I know the level that I saw."""
    try:
        acknowledgements.acknowledge(context(), principal(), premises_id, _decision_seen())
    except Conflict:
        return _show_level(premises_id, changed=True), 409
    return redirect(url_for("pages.staff_page", premises_id=premises_id), 303)


@page("acknowledgements.read")
def told_page(premises_id: str) -> Any:
    """Who has been told of the level, by whom and when, and how many not yet."""
    return _show_told(premises_id)


@page("acknowledgements.brief")
def brief(premises_id: str) -> Any:
    """So many were told of the level that I saw."""
    try:
        forms.carry_out(acknowledgements.acknowledge, premises_id, _decision_seen(), _briefed())
    except Invalid as error:
        return _show_told(premises_id, error), 422
    except Conflict:
        return _show_told(premises_id, changed=True), 409
    return redirect(url_for("pages.told_page", premises_id=premises_id), 303)


def _decision_seen() -> int:
    return request.form.get("decision_id", 0, type=int)


def _briefed() -> int:
    count = request.form.get("briefed", type=int)
    if count is None:
        raise Invalid("no number", fields=(FieldFault("briefed", "Enter how many people you told, as a number"),))
    return count


def _show_level(premises_id: str, *, changed: bool = False) -> str:
    level = staff_view(context(), principal(), premises_id)
    return render_template("staff/page.html", level=level, meaning=MEANINGS[level["response_level"]], changed=changed)


def _show_told(premises_id: str, error: Invalid | None = None, *, changed: bool = False) -> str:
    return render_template(
        "staff/told.html",
        premises=register.get_premises(context(), principal(), premises_id),
        told=acknowledgements.acknowledgements_of(context(), principal(), premises_id),
        briefed=request.form.get("briefed", ""),
        mark=forms.new_mark(),
        changed=changed,
        fields=faults.by_field(error.fields) if error else {},
    )
