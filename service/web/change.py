"""Changing a threat level by hand: say it, check what it would do, confirm, and see what it did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from rules.levels import NOT_SET, Scope, ThreatLevel
from service.api.caller import context, principal
from service.errors import FieldFault, Invalid
from service.operations import threat, threat_changes, threat_levels
from service.operations.premises_names import names_of, open_of
from service.operations.rehearsal import rehearse
from service.web import faults, forms
from service.web.page import page

SCOPES = {
    Scope.NATIONAL: "National",
    Scope.NORTHERN_IRELAND: "Northern Ireland-related",
    Scope.POLICE_SECTOR: "Police sector",
    Scope.FORCE: "This force",
    Scope.PREMISES: "One premises",
}
"""The scopes of a threat level, as people say them."""

_FIELDS = ("scope", "level", "reason", "reference", "premises_id")


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    pages.add_url_rule("/change", "ask_change", ask_change)
    pages.add_url_rule("/change/check", "check_change", check_change, methods=["POST"])
    pages.add_url_rule("/change/confirm", "confirm_change", confirm_change, methods=["POST"])
    pages.add_url_rule("/changes/<number:change_id>", "change_page", change_page)


@page("threat_changes.create")
def ask_change() -> Any:
    """The questions: which scope, which level, why."""
    said = {name: request.args.get(name, "") for name in _FIELDS}
    return _ask(said)


@page("threat_changes.create")
def check_change() -> Any:
    """The answers, to be checked, with what they would do."""
    if "back" in request.form:
        return _ask(_said())
    try:
        return _check()
    except Invalid as error:
        return _ask(_said(), error), 422


@page("threat_changes.create", fresh=True)
def confirm_change() -> Any:
    """Set the level."""
    try:
        done = forms.carry_out(threat.set_level, _wish())
    except Invalid as error:
        return _ask(_said(), error), 422
    if done["id"] is None:
        return redirect(url_for("pages.home"), 303)
    return redirect(url_for("pages.change_page", change_id=done["id"]), 303)


@page("threat_changes.read")
def change_page(change_id: int) -> Any:
    """What a change did, or that it waits for a second person."""
    change = threat_changes.get_change(context(), principal(), change_id)
    after = request.args.get("after", "")
    moved = threat_changes.premises_moved_by_name(context(), principal(), change_id, after)
    opened = open_of(context(), principal(), (move["premises_id"] for move in moved["items"]))
    scope = _names([change["premises_id"]]).get(change["premises_id"]) or SCOPES[Scope(change["scope"])]
    return render_template("change/done.html", change=change, moved=moved, opened=opened, scope=scope)


def _ask(said: dict[str, str], error: Invalid | None = None) -> str:
    present = threat_levels.threat_levels(context(), principal())["items"]
    fields = faults.by_field(error.fields) if error else {}
    levels = [*reversed([level.name for level in ThreatLevel]), NOT_SET]
    scopes = {scope.value: words for scope, words in SCOPES.items() if scope is not Scope.PREMISES}
    return render_template(
        "change/ask.html",
        said=said,
        names=_names([said["premises_id"]]),
        present=present,
        scopes=scopes,
        levels=levels,
        error=error,
        fields=fields,
    )


def _check() -> str:
    told = rehearse(context(), principal(), _wish())
    moves = told["premises"]["items"]
    names = _names(move["premises_id"] for move in moves)
    return render_template(
        "change/check.html",
        said=_said(),
        told=told,
        moves=sorted(moves, key=lambda move: names[move["premises_id"]].casefold()),
        names=names,
        scope=SCOPES[Scope(told["scope"])],
        mark=request.form.get(forms.MARK) or forms.new_mark(),
    )


def _names(ids: Iterable[str | None]) -> dict[str, str]:
    return names_of(context(), principal(), ids)


def _said() -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in _FIELDS}


def _wish() -> threat.ThreatWish:
    said = _said()
    missing = []
    if said["scope"] not in list(Scope):
        missing.append(FieldFault("scope", "Select whose threat level it is"))
    if said["level"] not in (NOT_SET, *ThreatLevel.__members__):
        missing.append(FieldFault("level", "Select the new level"))
    if not said["reason"]:
        missing.append(FieldFault("reason", "Say why, in a sentence"))
    if missing:
        raise Invalid("some answers are missing", fields=tuple(missing))
    level = None if said["level"] == NOT_SET else ThreatLevel[said["level"]]
    return threat.ThreatWish(
        Scope(said["scope"]), level, said["reason"], said["reference"], said["premises_id"] or None
    )
