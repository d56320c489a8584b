"""A checklist as plain text for A4 paper: 80 columns, a box to tick for each item, the marking at head and foot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from textwrap import wrap
from typing import Any

from service.cli.show import time_of
from service.clock import rfc3339

WIDTH = 80
_BOXES = {"open": "[ ]", "done": "[x]"}
_OTHER_BOX = "[-]"


def page(checklist: Mapping[str, Any], printed_at: datetime) -> Iterator[str]:
    """The lines of a checklist, none longer than WIDTH unless a single word is."""
    yield from _edge(checklist)
    yield ""
    title = "CHECKLIST" if checklist["kind"] == "response" else "STAND-DOWN LIST"
    yield from wrap(f"{title}: {checklist['premises_id'] or 'the force'}", WIDTH)
    yield f"Response level: {checklist['response_level']}"
    yield f"Issued {time_of(checklist['issued_at'])}   Printed {time_of(rfc3339(printed_at))}"
    plan = checklist["plan"]
    yield from wrap(
        f"List {checklist['id']} version {checklist['version']}, plan {plan['id']} {plan['version']}", WIDTH
    )
    for category, items in groupby(checklist["items"], key=lambda item: item["category"]):
        yield ""
        yield category.upper()
        for item in items:
            yield from _item(item)
    yield ""
    yield "Name ______________________   Signature ______________________   Date _________"
    yield ""
    yield from _edge(checklist)


def _edge(checklist: Mapping[str, Any]) -> Iterator[str]:
    yield checklist["marking"].center(WIDTH).rstrip()
    if checklist["plan"]["example"]:
        yield "EXAMPLE: this plan is not any force's own".center(WIDTH).rstrip()


def _item(item: Mapping[str, Any]) -> Iterator[str]:
    box = _BOXES.get(item["status"], _OTHER_BOX)
    yield from _indented(f"{box} {item['option_id']:<6} ", item["text"])
    due = f"; by {time_of(item['due_at'])}" if item["due_at"] else ""
    yield from _indented(" " * 11, f"{item['obligation']}; {item['owner_role'].replace('_', ' ')}{due}")
    if item["caution"]:
        yield from _indented(" " * 11, f"CAUTION: {item['caution']}")
    if item["status"] not in _BOXES:
        yield from _indented(" " * 11, f"{item['status'].replace('_', ' ')}: {item['note']}")


def _indented(first: str, text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=first, subsequent_indent=" " * 11)
