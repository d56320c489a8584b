"""Lists and posters as plain text for A4 paper: 80 columns, a box for each item, the marking at head and foot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from textwrap import wrap
from typing import Any

from service.paper.words import EXAMPLE, about, contacts, duty, local, outcome, title

WIDTH = 80
_BOXES = {"open": "[ ]", "done": "[x]"}
_OTHER_BOX = "[-]"
_INDENT = 17
_NEXT_PAGE = "\f"


def checklist_text(checklist: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a list as ``printing`` gives it, none longer than WIDTH unless a single word is."""
    yield from _edge(checklist)
    yield ""
    yield from wrap(title(checklist).upper(), WIDTH)
    yield f"Response level: {checklist['response_level']}"
    for line in about(checklist):
        yield from wrap(line, WIDTH)
    for category, items in groupby(checklist["items"], key=lambda item: item["category"]):
        yield ""
        yield category.upper()
        for item in items:
            yield from _item(item)
    yield ""
    yield "Name ______________________   Signature ______________________   Date _________"
    yield ""
    yield from _edge(checklist)


def poster_text(poster: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a poster."""
    yield from _edge(poster)
    yield ""
    yield from wrap(poster["premises_name"], WIDTH)
    yield f"Response level: {poster['response_level']} since {local(poster['since'])}"
    yield ""
    yield "WHAT ALL STAFF MUST DO" if poster["items"] else "There is nothing that all staff must do."
    for item in poster["items"]:
        yield from wrap(item["text"], WIDTH, initial_indent="- ", subsequent_indent="  ")
        if item["caution"]:
            yield from wrap(f"CAUTION: {item['caution']}", WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield ""
    yield from contacts(poster)
    yield f"Printed {local(poster['printed_at'])}"
    yield ""
    yield from _edge(poster)


def pack_text(pack: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a pack: the poster and each list, with a form feed between them."""
    yield from poster_text(pack["poster"])
    for checklist in pack["lists"]:
        yield _NEXT_PAGE
        yield from checklist_text(checklist)


def _edge(sheet: Mapping[str, Any]) -> Iterator[str]:
    yield sheet["marking"].center(WIDTH).rstrip()
    if sheet["plan"]["example"]:
        yield EXAMPLE.center(WIDTH).rstrip()


def _item(item: Mapping[str, Any]) -> Iterator[str]:
    box = _BOXES.get(item["status"], _OTHER_BOX)
    yield from _indented(f"{box} {item['option_id']:<6} {item['code']}  ", item["text"])
    yield from _indented(" " * _INDENT, duty(item))
    if item["caution"]:
        yield from _indented(" " * _INDENT, f"CAUTION: {item['caution']}")
    if told := outcome(item):
        yield from _indented(" " * _INDENT, told)


def _indented(first: str, text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=first, subsequent_indent=" " * _INDENT)
