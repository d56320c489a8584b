"""Keying in from paper after an outage: the codes, times and names, several rows at once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from service.api.caller import context, principal
from service.errors import Conflict, Invalid
from service.operations import keyed_in, printing
from service.operations.codes import normal
from service.operations.keyed_rows import STATUSES_ON_PAPER, Line
from service.operations.list_items import DONE
from service.web import faults, forms
from service.web.page import page

ROWS = 10
_LABELS = {"code": "code", "at": "time", "by": "name", "status": "outcome", "note": "reason"}


def add_to(pages: Blueprint) -> None:
    """Add the page to ``pages``."""
    pages.add_url_rule("/checklists/<number:checklist_id>/codes", "key_in", key_in, methods=["GET", "POST"])


@page("checklists.write")
def key_in(checklist_id: int) -> Any:
    """The form; when it is sent, every row is taken or none is."""
    if request.method == "GET":
        return _show(checklist_id, [Line(number, "", "", "") for number in range(1, ROWS + 1)])
    lines = [_line(number) for number in range(1, ROWS + 1)]
    try:
        answer = forms.carry_out(keyed_in.key_in, checklist_id, lines)
    except (Invalid, Conflict) as error:
        return _show(checklist_id, lines, error), 422 if isinstance(error, Invalid) else 409
    return redirect(url_for("pages.key_in", checklist_id=answer["checklist_id"], taken=answer["taken"]), 303)


def _line(number: int) -> Line:
    said = {name: request.form.get(f"{name}-{number}", "").strip() for name in ("code", "at", "by", "note")}
    return Line(number, **said, status=request.form.get(f"status-{number}", DONE))


def _show(checklist_id: int, lines: list[Line], error: Invalid | Conflict | None = None) -> str:
    fields = faults.by_field(error.fields) if isinstance(error, Invalid) else {}
    found = printing.printed_list(context(), principal(), checklist_id)
    texts = {item["code"]: item["text"] for item in found["items"]}
    return render_template(
        "paper/key_in.html",
        list=found,
        lines=lines,
        texts=texts,
        items={line.number: texts.get(normal(line.code), "") for line in lines},
        statuses=STATUSES_ON_PAPER,
        taken=request.args.get("taken", 0, type=int),
        mark=request.form.get(forms.MARK) or forms.new_mark(),
        error=error,
        fields={field: f"The {_label(field)} {message}" for field, message in fields.items()},
        told={field: _in_words(field, message) for field, message in fields.items()},
    )


def _in_words(field: str, message: str) -> str:
    return f"Row {field.partition('-')[2]}: the {_label(field)} {message}"


def _label(field: str) -> str:
    return _LABELS[field.partition("-")[0]]
