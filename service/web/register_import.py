"""Taking in a register file: every fault beside its line, or what it would change, before anything is written."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import Any

from flask import Blueprint, render_template, request

from service.api.caller import context, principal
from service.errors import Conflict, FieldFault, Invalid
from service.operations import importing
from service.operations.premises_csv import LARGEST, lines_of
from service.web import faults, forms
from service.web.page import page

LARGEST_FORM = LARGEST * 4 // 3 + 100_000
"""Bytes of the form that carries a checked file back: base64 (RFC 4648) makes four of three."""


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    pages.add_url_rule("/register/import", "import_register", import_register, methods=["GET", "POST"])
    pages.add_url_rule("/register/import/confirm", "confirm_import", confirm_import, methods=["POST"])


@page("premises.write", largest=LARGEST_FORM)
def import_register() -> Any:
    """Ask for a file, and say what is wrong with it or what it would do. Writes nothing."""
    if request.method == "GET":
        return _ask()
    source = _file()
    if not source:
        return _ask(Invalid("no file", fields=(FieldFault("file", "Choose a file that is not empty"),))), 422
    return _check(source)


@page("premises.write", fresh=True, largest=LARGEST_FORM)
def confirm_import() -> Any:
    """Take in the file that was checked."""
    source = _checked_file()
    try:
        done = forms.carry_out(importing.import_premises, source, False)
    except Conflict as error:
        return _check(source, error.detail)
    return _faulty(source, done) if done["faults"] else render_template("register/imported.html", done=done)


def _file() -> bytes:
    file = request.files.get("file")
    if file is None:
        return b""
    with file.stream as stream:
        return stream.read()


def _checked_file() -> bytes:
    """The file that was checked, as the form brought it back. Raises Invalid when it is not the same."""
    try:
        source = base64.b64decode(request.form.get("content", ""), validate=True)
    except ValueError:
        source = b""
    if sha256(source).hexdigest() != request.form.get("digest"):
        raise Invalid("the file did not come back as it was checked; choose it again, nothing was written")
    return source


def _check(source: bytes, overtaken: str = "") -> Any:
    would = importing.import_premises(context(), principal(), source, dry_run=True)
    if would["faults"]:
        return _faulty(source, would)
    shown = render_template(
        "register/check.html",
        would=would,
        two=context().settings.falls_need_two,
        content=base64.b64encode(source).decode(),
        digest=sha256(source).hexdigest(),
        mark=request.form.get(forms.MARK) or forms.new_mark(),
        overtaken=overtaken,
    )
    return shown, 409 if overtaken else 200


def _faulty(source: bytes, told: dict[str, Any]) -> Any:
    lines = lines_of(source, {fault["row"] for fault in told["faults"]})
    return render_template("register/faulty.html", faults=told["faults"], lines=lines), 422


def _ask(error: Invalid | None = None) -> str:
    fields = faults.by_field(error.fields) if error else {}
    return render_template("register/import.html", error=error, fields=fields)
