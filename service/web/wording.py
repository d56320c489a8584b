"""How levels, times and counts are worded on pages: local time (Europe/London), plain words, no codes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask

from service.api.caller import context
from service.clock import parse_rfc3339

LONDON = ZoneInfo("Europe/London")

LEVEL_COLOURS = {"NORMAL": "green", "HEIGHTENED": "yellow", "EXCEPTIONAL": "red"}
"""The colour of the tag of each response level; the word is always there too."""

_NAMES = {"op_quantity_lead": "Op Quantity lead", "gold": "Gold", "ctsa": "CTSA"}


def register(app: Flask) -> None:
    """Give the templates of ``app`` these filters."""
    app.jinja_env.filters.update(
        when=when, time=time_of_day, age=age, words=words, sentence=sentence, level_colour=LEVEL_COLOURS.get
    )


def when(instant: str | None) -> str:
    """An RFC 3339 instant as "21 November 2026, 03:04"; a dash for none."""
    return "-" if instant is None else f"{(local := _local(instant)):%-d %B %Y}, {_clock(local)}"


def time_of_day(instant: str | None) -> str:
    """As "03:04" today, "20 Nov 03:04" otherwise."""
    if instant is None:
        return "-"
    local, today = _local(instant), context().store.clock.now().astimezone(LONDON).date()
    return _clock(local) if local.date() == today else f"{local:%-d %b} {_clock(local)}"


def age(instant: str | None) -> str:
    """How long ago, as "just now", "5 minutes ago", "3 hours ago" or "2 days ago"; never for none."""
    if instant is None:
        return "never"
    past = context().store.clock.now() - parse_rfc3339(instant)
    if past < timedelta(minutes=1):
        return "just now"
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if past >= length:
            count = past // length
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def words(name: Any) -> str:
    """A name of the contract in plain words: ``not_applicable`` as "not applicable"."""
    return _NAMES.get(str(name)) or str(name).replace("_", " ")


def sentence(text: str) -> str:
    """What an operation says of a fault, as a sentence: with a capital, and a full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _clock(local: datetime) -> str:
    """As "01:30"; as "01:30 BST" or "01:30 GMT" in the hour that the autumn change repeats."""
    repeated = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%H:%M %Z}" if repeated else f"{local:%H:%M}"


def _local(instant: str) -> datetime:
    return parse_rfc3339(instant).astimezone(LONDON)
