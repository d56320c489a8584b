"""The columns of the premises register: their names, defaults and meaning, once for CSV, JSON and the docs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rules.facts import FLAGS, KINDS, RISK_CATEGORIES
from rules.levels import ResponseLevel
from service.errors import FieldFault
from service.operations.plain_text import text_fault

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
"""What the id of a premises looks like: 1 to 80 small letters, digits and inner hyphens."""

MOST_PEOPLE = 99_999


@dataclass(frozen=True)
class Column:
    """One column of the register.

    ``read`` turns CSV text or a JSON value into the value that is kept, or raises ValueError with a remedy;
    ``write`` turns that value into JSON. ``default`` None: the column is required.
    """

    name: str
    default: Any
    meaning: str
    read: Callable[[Any], Any]
    write: Callable[[Any], Any] = lambda value: value


def _text(longest: int, *, required: bool = False) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError("must be text")
        if fault := text_fault(value, longest, required=required):
            raise ValueError(fault)
        return value.strip()

    return read


def _id(value: Any) -> str:
    if not isinstance(value, str) or not SLUG.fullmatch(value):
        raise ValueError("must be 1 to 80 small letters, digits or inner hyphens, such as north-station")
    return value


def _choice(*values: str) -> Callable[[Any], str]:
    by_word = {value.casefold(): value for value in values}

    def read(value: Any) -> str:
        word = value.strip().casefold() if isinstance(value, str) else None
        if word not in by_word:
            raise ValueError(f"must be {', '.join(values[:-1])} or {values[-1]}")
        return by_word[word]

    return read


_YES_NO = _choice("yes", "no")
_KIND = _choice(*KINDS)
_LEVEL = _choice(*(level.name for level in ResponseLevel))


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return _YES_NO(value) == "yes"


def _level(value: Any) -> ResponseLevel:
    return ResponseLevel[_LEVEL(value)]


def _kinds(value: Any) -> list[str]:
    words = [word for word in value.split(";") if word.strip()] if isinstance(value, str) else value
    if not isinstance(words, list):
        raise ValueError("must be kinds with a semicolon between them")
    return sorted({_KIND(word) for word in words}, key=KINDS.index)


def _people(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,5}\s*", value, re.ASCII):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_PEOPLE:
        raise ValueError(f"must be a whole number from 0 to {MOST_PEOPLE}")
    return value


_FLAG_MEANINGS = {
    "public_access": "the public comes in",
    "staffed": "somebody works there",
    "staffed_24h": "somebody is there day and night",
    "shared": "shared with another organisation",
    "lockdown_capable": "can be locked down",
    "mail_handling": "takes in post and deliveries",
    "cctv": "has CCTV",
    "parking": "has parking",
}

COLUMNS: tuple[Column, ...] = (
    Column("id", None, "slug: 1 to 80 small letters, digits and inner hyphens", _id),
    Column("name", None, "what people call it", _text(200, required=True)),
    Column("district", "", "district or command", _text(100)),
    Column("address", "", "street and town", _text(400)),
    Column("postcode", "", "postcode", _text(12)),
    Column("kinds", [], f"any of {', '.join(KINDS)}; in CSV with semicolons between them", _kinds),
    Column("risk_category", "medium", "high, medium or low", _choice(*RISK_CATEGORIES)),
    Column(
        "minimum_response_level",
        ResponseLevel.NORMAL,
        "its level is never below this: NORMAL, HEIGHTENED or EXCEPTIONAL",
        _level,
        lambda level: level.name,
    ),
    *(Column(flag, flag == "staffed", f"yes or no: {_FLAG_MEANINGS[flag]}", _flag) for flag in FLAGS),
    Column("restricted", False, "yes or no: shows only to those named on it", _flag),
    Column(
        "acknowledge_each_shift",
        False,
        "yes or no: its level is to be acknowledged anew at every shift handover",
        _flag,
    ),
    Column("headcount", 0, f"people who work there, 0 to {MOST_PEOPLE}", _people),
    Column("manager", "", "name of the person in charge, as on their token", _text(200)),
    Column("deputy", "", "name of the deputy, as on their token", _text(200)),
    Column("duty_contact", "", "who answers at any hour: a name as on their token, or a number", _text(200)),
)

BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}
DEFAULTS: Mapping[str, Any] = {column.name: column.default for column in COLUMNS if column.default is not None}


def read_value(column: Column, value: Any) -> Any:
    """The value to keep; nothing at all means the default. Raises ValueError with the remedy."""
    if value is None or value == "":
        if column.default is None:
            raise ValueError("is required")
        return column.default
    return column.read(value)


def read_fields(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[FieldFault]]:
    """The values to keep of the fields ``given``, and what is wrong with the others."""
    values: dict[str, Any] = {}
    faults: list[FieldFault] = []
    for name, value in given.items():
        if name not in BY_NAME:
            faults.append(FieldFault(name, "there is no such field"))
            continue
        try:
            values[name] = read_value(BY_NAME[name], value)
        except ValueError as error:
            faults.append(FieldFault(name, str(error)))
    return values, faults


def as_json(row: Mapping[Any, Any], columns: Iterable[Column] = COLUMNS) -> dict[str, Any]:
    """A register row in the words of the contract."""
    return {column.name: column.write(row[column.name]) for column in columns}
