"""A4 sheets with the marking at head and foot, in a font that writes Welsh and the other languages of Europe."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from fpdf import FPDF

from service.paper.words import EXAMPLE

FONT = "DejaVu"
_FONTS = Path(__file__).parent / "fonts"
_FILES = {"": "DejaVuSansCondensed.ttf", "B": "DejaVuSansCondensed-Bold.ttf"}

MARGIN = 12.0
"""Millimetres, as all lengths here."""

WIDTH = 210 - 2 * MARGIN
HEIGHT = 297.0
_FOOT = 285.0
LAST_LINE = 270.0
"""How far down a sheet text may go."""

_LINE = 0.47
"""Millimetres from line to line for each point of the type."""


class Sheets(FPDF):
    """The sheets of one document. ``marked`` tells the marking, and the plan, of those that follow."""

    def __init__(self, title: str, printed_at: str) -> None:
        super().__init__(format="A4")
        _add_fonts(self)
        self.set_margins(MARGIN, MARGIN)
        self.set_title(title)
        self.set_lang("en-GB")
        self.set_creation_date(datetime.fromisoformat(printed_at))
        self._marking, self._example, self._foot = "", False, ""

    def marked(self, sheet: Mapping[str, Any], foot: str) -> None:
        """Begin a new sheet, and let it and those that follow carry this marking, and ``foot`` beside the number."""
        self._marking, self._example, self._foot = sheet["marking"], sheet["plan"]["example"], foot
        self.add_page()

    def header(self) -> None:
        """Write what stands at head and foot of each sheet; fpdf2 calls it."""
        self.set_auto_page_break(False)
        for top in (6.0, _FOOT):
            self.set_font(FONT, "B", 11)
            self.set_xy(MARGIN, top)
            self.cell(WIDTH, 5, self._marking, align="C")
            if self._example:
                self.set_font(FONT, "B", 9)
                self.set_xy(MARGIN, top + 5 if top < _FOOT else top - 5)
                self.cell(WIDTH, 5, EXAMPLE, align="C")
        self.set_font(FONT, "", 8)
        self.set_xy(MARGIN, _FOOT - 10)
        self.cell(WIDTH, 5, f"{self._foot}  Page {self.page_no()} of {{nb}}", align="R")
        self.set_xy(MARGIN, 20)
        self.set_auto_page_break(True, HEIGHT - LAST_LINE)

    def say(self, text: str, size: float, style: str = "", left: float = 0, width: float = WIDTH) -> None:
        """Write a paragraph from the present height down, ``left`` of the margin, in a type of ``size`` points."""
        for line in _lines(text, size, style, width):
            self.word(line, size, style, left, width)

    def word(self, text: str, size: float, style: str, left: float, width: float) -> None:
        """Write what is known to fit on one line."""
        self.set_font(FONT, style, size)
        self.set_x(MARGIN + left)
        self.cell(width, size * _LINE, text, new_x="LMARGIN", new_y="NEXT")

    def need(self, height: float) -> None:
        """Go on on a new sheet unless so much fits on this one."""
        if self.get_y() + height > LAST_LINE:
            self.add_page()

    def written(self) -> bytes:
        """The document."""
        return bytes(self.output())


def height_of(text: str, size: float, width: float, style: str = "") -> float:
    """How high a paragraph is, as ``Sheets.say`` writes it."""
    return len(_lines(text, size, style, width)) * size * _LINE


@lru_cache(maxsize=4096)
def _lines(text: str, size: float, style: str, width: float) -> tuple[str, ...]:
    """The lines of a paragraph. Most of the words of a plan stand in every pack, and are broken once for all."""
    with _ONE_MEASURES:
        ruler = _ruler()
        ruler.set_font(FONT, style, size)
        return tuple(ruler.multi_cell(width, text=text, align="L", dry_run=True, output="LINES"))  # type: ignore[arg-type]


_ONE_MEASURES = Lock()


@cache
def _ruler() -> FPDF:
    ruler = FPDF(format="A4")
    _add_fonts(ruler)
    ruler.add_page()
    return ruler


def _add_fonts(document: FPDF) -> None:
    for style, file in _FILES.items():
        document.add_font(FONT, style, _FONTS / file)
