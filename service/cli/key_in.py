"""``opq checklist key-in``: after an outage, what was done on paper, from a file of rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import click
from rich.console import RenderableType

from service.cli.session import Session, acting
from service.cli.show import number_of
from service.errors import FieldFault, Invalid
from service.operations import keyed_in
from service.operations.keyed_rows import Line, placed
from service.operations.list_items import DONE

_NEEDED = ("code", "at", "by")
_COLUMNS = (*_NEEDED, "status", "note")


@click.command("key-in")
@click.argument("list_id", metavar="LIST", type=click.IntRange(0, 10**18 - 1))
@click.argument("file", type=click.File("rb"))
@acting("checklists.write")
def key_in(session: Session, list_id: int, file: BinaryIO) -> None:
    """Key in after an outage what was done on the paper of LIST, the number printed there.

    FILE (- for what is typed) is CSV with the columns code, at and by, and if need be status and note. A time is as
    people write it: 02:10, yesterday 02:10 or 20/11 02:10. All rows are taken, or none.
    """
    rows = list(_rows(file.read()))
    if not rows:
        raise _faulty("line 2", "is missing: there must be at least one row")
    lines = [Line(number, **{**row, "status": row.get("status") or DONE}) for number, (_, row) in enumerate(rows, 1)]
    try:
        answer = keyed_in.key_in(session.context, session.principal, list_id, lines)
    except Invalid as error:
        raise placed(error, lambda number, name: _place(rows[number - 1][0], name)) from error
    session.show(answer, _keyed_in)


def _rows(source: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a file, each with the number of its line. Raises Invalid."""
    try:
        reader = csv.DictReader(io.StringIO(source.decode("utf-8-sig"), newline=""), strict=True)
        _check(reader.fieldnames or ())
        for row in reader:
            if None in row or None in row.values():
                raise _faulty(f"line {reader.line_num}", "has not as many cells as the first line")
            yield reader.line_num, row
    except (UnicodeDecodeError, csv.Error) as error:
        raise _faulty("FILE", f"is no CSV in UTF-8 ({error})") from error


def _check(columns: Sequence[str]) -> None:
    for name in columns:
        if name not in _COLUMNS:
            raise _faulty(_place(1, name), f"there is no such column; there are {', '.join(_COLUMNS)}")
    for name in _NEEDED:
        if name not in columns:
            raise _faulty(_place(1, name), "the column is missing")


def _place(line: int, column: str) -> str:
    return f"line {line}, {column}"


def _faulty(place: str, message: str) -> Invalid:
    return Invalid("nothing was keyed in", fields=(FieldFault(place, message),))


def _keyed_in(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield f"{number_of(answer['taken'], 'item')} keyed in on list {answer['checklist_id']}."
    yield f"The list is at version {answer['version']}."
