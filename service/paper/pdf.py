"""Checklist, poster and pack as A4 PDF."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from service.paper.sheet import FONT, MARGIN, WIDTH, Sheets, height_of
from service.paper.words import about, contacts, duty, local, outcome, title

_BOX, _CODE, _TEXT, _BLANKS = 0.0, 7.0, 22.0, 46.0
"""Where box, code and text of an item begin, and the width of the blanks for time and name at the right."""

_TEXT_WIDTH = WIDTH - _TEXT - _BLANKS
_POINT = 7.0
_POINT_WIDTH = WIDTH - _POINT
_LEVEL_FILLS = {"NORMAL": (204, 226, 216), "HEIGHTENED": (255, 221, 0), "EXCEPTIONAL": (162, 0, 29)}
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)


def checklist_pdf(checklist: Mapping[str, Any]) -> bytes:
    """A list as ``printing`` gives it: a box, a code and blanks for time and name at each item."""
    sheets = Sheets(title(checklist), checklist["printed_at"])
    _checklist(sheets, checklist)
    return sheets.written()


def poster_pdf(poster: Mapping[str, Any]) -> bytes:
    """The poster for the wall: the level in large letters, and what is for all staff."""
    sheets = Sheets(f"Response level: {poster['premises_name']}", poster["printed_at"])
    _poster(sheets, poster)
    return sheets.written()


def pack_pdf(pack: Mapping[str, Any]) -> bytes:
    """The poster and each list of a premises in one document, each with its own marking."""
    poster = pack["poster"]
    sheets = Sheets(f"Pack: {poster['premises_name']}", poster["printed_at"])
    _poster(sheets, poster)
    for checklist in pack["lists"]:
        _checklist(sheets, checklist)
    return sheets.written()


def _checklist(sheets: Sheets, checklist: Mapping[str, Any]) -> None:
    sheets.marked(checklist, f"List {checklist['id']} version {checklist['version']}, {title(checklist)}.")
    sheets.say(title(checklist), 18, "B")
    sheets.say(f"Response level: {checklist['response_level']}", 14, "B")
    for line in about(checklist):
        sheets.say(line, 9)
    sheets.say("Write the time and your name beside what you did. After an outage it is keyed in by its code.", 9)
    for category, items in groupby(checklist["items"], key=lambda item: item["category"]):
        sheets.need(22)
        sheets.ln(3)
        sheets.say(category, 12, "B")
        for item in items:
            _item(sheets, item)
    sheets.need(20)
    sheets.ln(12)
    sheets.say("Name ___________________________    Signature ___________________________    Date ______________", 10)


def _item(sheets: Sheets, item: Mapping[str, Any]) -> None:
    small = [f"{item['option_id']}: {duty(item)}", *([f"CAUTION: {item['caution']}"] if item["caution"] else [])]
    small += [told] if (told := outcome(item)) else []
    height = height_of(item["text"], 10, _TEXT_WIDTH)
    height += sum(height_of(text, 8, _TEXT_WIDTH) for text in small) + 3
    sheets.need(height)
    top = sheets.get_y() + 1.5
    _box(sheets, MARGIN + _BOX, top, item["status"])
    sheets.set_y(top)
    sheets.word(item["code"], 11, "B", _CODE, _TEXT - _CODE)
    sheets.set_y(top)
    sheets.say(item["text"], 10, "", _TEXT, _TEXT_WIDTH)
    for text in small:
        sheets.say(text, 8, "B" if text.startswith("CAUTION") else "", _TEXT, _TEXT_WIDTH)
    if item["status"] != "done":
        _blanks(sheets, top)


def _box(sheets: Sheets, left: float, top: float, status: str) -> None:
    sheets.rect(left, top, 4.5, 4.5)
    if status == "done":
        sheets.line(left, top, left + 4.5, top + 4.5)
        sheets.line(left, top + 4.5, left + 4.5, top)
    elif status != "open":
        sheets.line(left + 0.8, top + 2.25, left + 3.7, top + 2.25)


def _blanks(sheets: Sheets, top: float) -> None:
    after = sheets.get_y()
    sheets.set_font(FONT, "", 7)
    for left, width, word in ((WIDTH - _BLANKS + 2, 15.0, "time"), (WIDTH - _BLANKS + 19, _BLANKS - 19, "name")):
        sheets.line(MARGIN + left, top + 4.5, MARGIN + left + width, top + 4.5)
        sheets.set_xy(MARGIN + left, top + 4.7)
        sheets.cell(width, 3, word)
    sheets.set_y(max(after, top + 8))


def _poster(sheets: Sheets, poster: Mapping[str, Any]) -> None:
    sheets.marked(poster, f"Printed {local(poster['printed_at'])}.")
    sheets.say(poster["premises_name"], 22, "B")
    sheets.ln(4)
    _level(sheets, poster["response_level"])
    sheets.say(f"Security response level since {local(poster['since'])}", 14)
    sheets.ln(4)
    sheets.say("What all staff must do" if poster["items"] else "There is nothing that all staff must do.", 17, "B")
    for item in poster["items"]:
        _measure(sheets, item)
    sheets.need(24)
    sheets.ln(4)
    sheets.say("Questions", 14, "B")
    for line in contacts(poster):
        sheets.say(line, 13)


def _level(sheets: Sheets, level: str) -> None:
    sheets.set_fill_color(*_LEVEL_FILLS[level])
    sheets.set_text_color(*(_WHITE if level == "EXCEPTIONAL" else _BLACK))
    sheets.set_font(FONT, "B", 56)
    sheets.cell(WIDTH, 28, level, align="C", fill=True, new_x="LMARGIN", new_y="NEXT")
    sheets.set_text_color(*_BLACK)
    sheets.ln(3)


def _measure(sheets: Sheets, item: Mapping[str, Any]) -> None:
    caution = f"CAUTION: {item['caution']}" if item["caution"] else ""
    sheets.need(height_of(item["text"], 13, _POINT_WIDTH) + height_of(caution, 10, _POINT_WIDTH, "B") + 3)
    sheets.ln(2)
    top = sheets.get_y()
    sheets.say("•", 13, "B", 0, _POINT)
    sheets.set_y(top)
    sheets.say(item["text"], 13, "", _POINT, _POINT_WIDTH)
    if caution:
        sheets.say(caution, 10, "B", _POINT, _POINT_WIDTH)
