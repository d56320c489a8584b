"""The two ways to answer: JSON for programs, as the operation gave it; sentences and tables for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import click
from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

PLAIN_WIDTH = 120
"""Columns of what goes to a file or a pipe."""

View = Callable[[Any], Iterable[RenderableType]]
"""How an answer reads for people: its lines and tables, in order."""


@dataclass(frozen=True)
class Banner:
    """What stands above everything that people read: the marking, and whether the plan is only an example."""

    marking: str
    example: bool

    def line(self) -> Text:
        """The banner as one line."""
        words = f"{self.marking}   EXAMPLE: this plan is not any force's own" if self.example else self.marking
        return Text(words, style="bold reverse")


def show(answer: Any, view: View, as_json: bool, banner: Banner | None = None) -> None:
    """Print an answer: as JSON, or as ``view`` tells it under the banner."""
    if as_json:
        show_json(answer)
        return
    console = people_console()
    if banner is not None:
        console.print(banner.line())
    for part in view(answer):
        console.print(part, soft_wrap=isinstance(part, str))


def show_json(answer: Any) -> None:
    """Print an answer as JSON, indented for those who look at it after all."""
    click.echo(json.dumps(answer, indent=2, ensure_ascii=False))


def people_console() -> Console:
    """Standard output as people read it: plain when it is no terminal. What is printed is never markup."""
    console = Console(markup=False, emoji=False, highlight=False, file=sys.stdout)
    if not console.is_terminal:
        console.width = PLAIN_WIDTH
    return console


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> RenderableType:
    """A table for people, or the word none where it has no rows. None shows as a dash, lists by commas."""
    found = [[_cell(value) for value in row] for row in rows]
    if not found:
        return "None."
    drawn = Table(*headings, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in found:
        drawn.add_row(*row)
    return drawn


def _cell(value: object) -> str:
    match value:
        case None | "":
            return "-"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(str(part) for part in value) or "-"
        case _:
            return str(value)


def time_of(instant: str | None) -> str:
    """An instant to the minute, as people read it: ``2026-11-21 03:00 UTC``; a dash for none."""
    return "-" if instant is None else f"{instant[:10]} {instant[11:16]} UTC"


def number_of(count: int, thing: str) -> str:
    """``1 option``, ``2 options``; premises stay premises."""
    return f"{count:,} {thing}" if count == 1 or thing.endswith("s") else f"{count:,} {thing}s"
