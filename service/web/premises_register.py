"""The register of premises: finding, adding, changing and closing one, and all of it as a file."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from rules.facts import FLAGS, KINDS, RISK_CATEGORIES
from rules.levels import ResponseLevel
from service.api.caller import context, principal
from service.errors import Conflict, FieldFault, Invalid, NotFound
from service.operations import register
from service.operations.premises_form import BY_NAME, DEFAULTS, as_json
from service.operations.premises_list import premises_list
from service.operations.premises_names import names_of
from service.web import faults, forms
from service.web.page import page

_WORDS = ("name", "district", "address", "postcode", "manager", "deputy", "duty_contact", "headcount")
_CHOICES = ("risk_category", "minimum_response_level")
_YES_NO = (*FLAGS, "restricted", "acknowledge_each_shift")
_EMPTY = {"id": "", "name": "", **as_json(DEFAULTS, [BY_NAME[name] for name in DEFAULTS])}
_FIELDS = (*_WORDS, *_CHOICES, *_YES_NO, "kinds")


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    both = ["GET", "POST"]
    one = "/register/premises/<slug:premises_id>"
    pages.add_url_rule("/register", "register", list_register)
    pages.add_url_rule("/register/export", "export_register", export_register)
    pages.add_url_rule("/register/add", "add_premises", add_premises, methods=both)
    pages.add_url_rule(one, "edit_premises", edit_premises, methods=both)
    pages.add_url_rule(f"{one}/close", "close_premises", close_premises, methods=both)


@page("premises.export")
def list_register() -> Any:
    """The premises, a page at a time, and what came of the last edit."""
    said = {name: request.args.get(name, "").strip() for name in ("q", "after")}
    try:
        found = premises_list(context(), principal(), q=said["q"] or None, after=said["after"] or None)
        error = None
    except Invalid as fault:
        found, error = {"items": [], "next": None}, fault
    told = {name: request.args.get(name, "") for name in ("done", "premises")}
    names = names_of(context(), principal(), [told["premises"]])
    shown = render_template("register/list.html", said=said, found=found, error=error, told=told, names=names)
    return shown, 422 if error else 200


@page("premises.export")
def export_register() -> Any:
    """The register as a file that can be imported again."""
    named = {"Content-Disposition": 'attachment; filename="premises.csv"'}
    return Response(register.export_premises(context(), principal()), mimetype="text/csv", headers=named)


@page("premises.write", fresh=True)
def add_premises() -> Any:
    """Ask for the fields of a new premises, and register it."""
    if request.method == "GET":
        return _form(_EMPTY, register.NEW)
    premises_id = request.form.get("id", "").strip()
    try:
        done = _put(premises_id, register.NEW)
    except (Conflict, NotFound):
        taken = FieldFault("id", "There is a premises of this id, or a change of it waits for a second person")
        return _form(_said(), register.NEW, error=Invalid("it is taken", fields=(taken,))), 409
    except Invalid as error:
        return _form(_said(), register.NEW, error=error), 422
    return _told(done["status"], premises_id)


@page("premises.write", fresh=True)
def edit_premises(premises_id: str) -> Any:
    """Ask what of a premises is to change, and change it."""
    try:
        stored = register.get_premises(context(), principal(), premises_id)
    except NotFound as error:
        if request.method == "GET":
            raise
        return _form(_said(), register.NEW, error=_gone(error)), 404
    if request.method == "GET":
        return _form(stored, stored["version"], premises_id)
    try:
        done = _put(premises_id, forms.version())
    except Conflict as error:
        differences = _differences(stored) if stored["version"] != forms.version() else None
        return _form(_said(), stored["version"], premises_id, error, differences), 409
    except Invalid as error:
        return _form(_said(), forms.version(), premises_id, error), 422
    return _told(done["status"], premises_id)


@page("premises.write", fresh=True)
def close_premises(premises_id: str) -> Any:
    """Ask whether they are sure, and why; then close it."""
    stored = register.get_premises(context(), principal(), premises_id)
    if request.method == "GET":
        return _closing(stored)
    try:
        reason = request.form.get("reason", "").strip()
        register.close_premises(context(), principal(), premises_id, reason, version=forms.version())
    except Conflict as error:
        return _closing(stored, error), 409
    except Invalid as error:
        return _closing(stored, error), 422
    return _told("closed", premises_id)


def _put(premises_id: str, version: int) -> dict[str, Any]:
    said = {name: value for name, value in _said().items() if name != "id"}
    return forms.carry_out(partial(register.put_premises, version=version), premises_id, said)


def _said() -> dict[str, Any]:
    words = {name: request.form.get(name, "").strip() for name in ("id", *_WORDS, *_CHOICES)}
    flags = {name: name in request.form for name in _YES_NO}
    return {**words, **flags, "kinds": request.form.getlist("kinds")}


def _gone(error: NotFound) -> Conflict:
    return Conflict(f"{error.detail}, or no longer; what you typed is below: add it anew if that is right")


def _differences(stored: dict[str, Any]) -> list[dict[str, Any]]:
    """What somebody else's edit and what was typed say differently."""
    said = _said()
    return [
        {"field": name, "stored": stored[name], "said": said[name]}
        for name in _FIELDS
        if str(stored[name]) != str(said[name])
    ]


def _told(done: str, premises_id: str) -> Any:
    return redirect(url_for("pages.register", done=done, premises=premises_id), 303)


def _form(
    said: dict[str, Any],
    version: int,
    premises_id: str | None = None,
    error: Invalid | Conflict | None = None,
    differences: list[dict[str, Any]] | None = None,
) -> str:
    return render_template(
        "register/form.html",
        said=said,
        premises_id=premises_id,
        version=version,
        differences=differences,
        kinds=KINDS,
        flags=_YES_NO,
        risks=RISK_CATEGORIES,
        levels=[level.name for level in ResponseLevel],
        **_usual(error),
    )


def _closing(stored: dict[str, Any], error: Invalid | Conflict | None = None) -> str:
    reason = request.form.get("reason", "")
    return render_template("register/close.html", premises=stored, reason=reason, **_usual(error))


def _usual(error: Invalid | Conflict | None) -> dict[str, Any]:
    return {
        "error": error,
        "fields": faults.by_field(error.fields) if error else {},
        "mark": request.form.get(forms.MARK) or forms.new_mark(),
    }
