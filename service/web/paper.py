"""Paper: the checklist and the poster as pages to print, and as PDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, render_template

from service.api.caller import context, principal
from service.operations import printing
from service.paper import pdf, words
from service.web.page import page


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    premises, one_list = "/premises/<slug:premises_id>", "/checklists/<number:checklist_id>"
    pages.add_url_rule(f"{premises}/print", "print_checklist", print_checklist)
    pages.add_url_rule(f"{premises}/poster", "print_poster", print_poster)
    pages.add_url_rule(f"{premises}/checklist.pdf", "checklist_pdf", checklist_pdf)
    pages.add_url_rule(f"{premises}/poster.pdf", "poster_pdf", poster_pdf)
    pages.add_url_rule(f"{premises}/pack.pdf", "pack_pdf", pack_pdf)
    pages.add_url_rule(f"{one_list}/print", "print_list", print_list)
    pages.add_url_rule(f"{one_list}/checklist.pdf", "list_pdf", list_pdf)


@page("checklists.read")
def print_checklist(premises_id: str) -> Any:
    """The list in force at a premises, to print."""
    return _list_page(printing.printed_present(context(), principal(), premises_id))


@page("checklists.read")
def print_list(checklist_id: int) -> Any:
    """Any one list, to print."""
    return _list_page(printing.printed_list(context(), principal(), checklist_id))


@page("checklists.read")
def print_poster(premises_id: str) -> Any:
    """The poster for the wall, to print."""
    found = printing.poster(context(), principal(), premises_id)
    return render_template("paper/poster.html", poster=found, contacts=words.contacts(found))


@page("checklists.read")
def checklist_pdf(premises_id: str) -> Response:
    """The list in force at a premises as PDF."""
    return _pdf(pdf.checklist_pdf, printing.printed_present(context(), principal(), premises_id), premises_id)


@page("checklists.read")
def list_pdf(checklist_id: int) -> Response:
    """Any one list as PDF."""
    found = printing.printed_list(context(), principal(), checklist_id)
    return _pdf(pdf.checklist_pdf, found, f"checklist-{checklist_id}")


@page("checklists.read")
def poster_pdf(premises_id: str) -> Response:
    """The poster for the wall as PDF."""
    return _pdf(pdf.poster_pdf, printing.poster(context(), principal(), premises_id), f"{premises_id}-poster")


@page("checklists.read")
def pack_pdf(premises_id: str) -> Response:
    """All paper of a premises as PDF."""
    return _pdf(pdf.pack_pdf, printing.pack(context(), principal(), premises_id), f"{premises_id}-pack")


def _list_page(found: dict[str, Any]) -> str:
    by_category = groupby(found["items"], key=lambda item: item["category"])
    return render_template(
        "paper/checklist.html",
        list=found,
        sections=[(category, list(items)) for category, items in by_category],
        heading=words.title(found),
        duty=words.duty,
        outcome=words.outcome,
    )


def _pdf(writer: Callable[[Mapping[str, Any]], bytes], found: Mapping[str, Any], name: str) -> Response:
    answer = Response(writer(found), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer
