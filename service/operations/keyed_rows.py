"""What a person keys in from paper, row by row: how a time is written there, and what is wrong with a row by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from service.clock import parse_rfc3339
from service.errors import FieldFault, Invalid
from service.operations.codes import is_code, normal
from service.operations.list_items import DONE, OPEN, STATUSES
from service.operations.list_work import LONGEST_NAME, text_faults
from service.operations.occurrences import LONDON
from service.operations.plain_text import REASON_LENGTH

MOST_ROWS = 50
"""Rows taken at once."""

STATUSES_ON_PAPER = tuple(status for status in STATUSES if status != OPEN)

_TIME = re.compile(
    r"(?:(?P<word>today|yesterday) |(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}))? )?"
    r"(?P<hour>\d{1,2})[:.]?(?P<minute>\d\d)",
    re.ASCII | re.IGNORECASE,
)
_FIELD = re.compile(r"(?P<name>code|at|by|status|note)-(?P<number>\d+)", re.ASCII)
_HOW = "write it as 02:10, or with the day as 20/11 02:10"


@dataclass(frozen=True)
class Line:
    """A row as it was typed. ``number`` is its place on the form, from 1; ``note`` the reason where it was not done."""

    number: int
    code: str
    at: str
    by: str
    status: str = DONE
    note: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was typed into it."""
        return not any(text.strip() for text in (self.code, self.at, self.by, self.note))

    def field(self, name: str) -> str:
        """How a fault names one of its fields: ``code-1``."""
        return f"{name}-{self.number}"

    def fault(self, name: str, message: str) -> FieldFault:
        """A fault of one of its fields."""
        return FieldFault(self.field(name), message)


def faults_of(line: Line, now: datetime) -> list[FieldFault]:
    """What is wrong with a row, whatever list it is for."""
    faults = text_faults(line.field("by"), line.by, LONGEST_NAME, required=True)
    faults += text_faults(line.field("note"), line.note, REASON_LENGTH)
    if not is_code(normal(line.code)):
        faults.append(line.fault("code", "has at least one wrong character"))
    if line.status not in STATUSES_ON_PAPER:
        faults.append(line.fault("status", f"must be one of {', '.join(STATUSES_ON_PAPER)}"))
    if line.status != DONE and not line.note.strip():
        faults.append(line.fault("note", "is needed where it was not done"))
    try:
        parse_time(line.at, now)
    except ValueError as error:
        faults.append(line.fault("at", str(error)))
    return faults


def placed(error: Invalid, place: Callable[[int, str], str]) -> Invalid:
    """The same refusal, each field of a row called as where the rows came from: ``place(number, name)``."""
    return Invalid(
        error.detail, fields=tuple(FieldFault(_called(fault.field, place), fault.message) for fault in error.fields)
    )


def _called(field: str, place: Callable[[int, str], str]) -> str:
    of_row = _FIELD.fullmatch(field)
    return field if of_row is None else place(int(of_row["number"]), of_row["name"])


def repeated(lines: Sequence[Line]) -> Iterator[FieldFault]:
    """The rows whose code stands in an earlier row too."""
    first: dict[str, int] = {}
    for line in lines:
        earlier = first.setdefault(normal(line.code), line.number)
        if earlier != line.number:
            yield line.fault("code", f"stands in row {earlier} too")


def parse_time(text: str, now: datetime) -> datetime:
    """The instant (UTC) that a program writes by RFC 3339, or people as a local time, at or before ``now``.

    ``02:10`` (also ``0210``) is the last time that it was so; ``yesterday 02:10``, ``20/11 02:10`` and
    ``20/11/2026 02:10`` name the day, a year left out being the last in which that day was. Of an hour that the autumn
    change repeats, the first is meant. Raises ValueError with what is wrong.
    """
    past = [instant for instant in _instants(text, now) if instant <= now]
    if not past:
        raise ValueError("lies in the future")
    return past[0]


def _instants(text: str, now: datetime) -> list[datetime]:
    """The instants that may be meant, latest first."""
    found = _TIME.fullmatch(" ".join(text.split()))
    if found is None:
        return [_exact(text)]
    today = now.astimezone(LONDON).date()
    try:
        clock = time(int(found["hour"]), int(found["minute"]))
        return [_instant(day, clock) for day in _days(found, today)]
    except ValueError as error:
        raise ValueError(f"never was; {_HOW}") from error


def _exact(text: str) -> datetime:
    try:
        return parse_rfc3339(text.strip())
    except ValueError as error:
        raise ValueError(f"cannot be read; {_HOW}") from error


def _days(found: re.Match[str], today: date) -> list[date]:
    """The days that may be meant, latest first."""
    if found["day"]:
        day, month = int(found["day"]), int(found["month"])
        last = today.year if (month, day) <= (today.month, today.day) else today.year - 1
        return [date(int(found["year"] or last), month, day)]
    yesterday = today - timedelta(days=1)
    by_word = {"today": [today], "yesterday": [yesterday], "": [today, yesterday]}
    return by_word[(found["word"] or "").lower()]


def _instant(day: date, clock: time) -> datetime:
    local = datetime.combine(day, clock, LONDON)
    instant = local.astimezone(UTC)
    if instant.astimezone(LONDON).time() != clock:
        raise ValueError("the spring change skips it")
    return instant
