"""Reading the keys of one mapping of a policy file, every mistake told with its file and line."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Self, TypeVar

from rules.conditions import Condition, ConditionError, parse_when
from rules.levels import ResponseLevel
from rules.limits import LimitError, conjunctions
from rules.source import PolicyError, YamlList, YamlMapping, line_of

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True)
class Fields:
    """The keys of ``node``, a mapping of ``file``. Reading one that is absent raises KeyError."""

    node: YamlMapping
    file: str

    def fault(self, key: object, message: str) -> PolicyError:
        """The fault that ``message`` tells about ``key`` (None: the whole mapping), ready to be raised."""
        return PolicyError(self.file, line_of(self.node, key), message)

    def check_keys(self, required: Collection[str], optional: Collection[str] = ()) -> None:
        """Raises PolicyError for a key that is missing, or is neither in ``required`` nor in ``optional``."""
        for key in self.node:
            if key not in required and key not in optional:
                known = ", ".join([*required, *optional])
                raise self.fault(key, f"unknown key {key!r}; the keys here are {known}")
        for key in required:
            if key not in self.node:
                raise self.fault(None, f"{key!r} is missing")

    def text(self, key: str) -> str:
        """The text under ``key``, without blanks around it. Raises PolicyError when it is empty or not text."""
        value = self.node[key]
        if not isinstance(value, str) or not value.strip():
            raise self.fault(key, f"{key!r} must be text, and not empty; put quotes around a number")
        return value.strip()

    def optional_text(self, key: str) -> str | None:
        """As ``text``, or None when the key is absent."""
        return self.text(key) if key in self.node else None

    def date(self, key: str) -> date:
        """A date. Raises PolicyError unless it is a real day written YYYY-MM-DD."""
        text = self.text(key)
        try:
            if not _DATE.fullmatch(text):
                raise ValueError(text)
            return date.fromisoformat(text)
        except ValueError as error:
            raise self.fault(key, f"{key!r} must be a date such as 2026-11-21") from error

    def one_of(self, key: str, known: Collection[str]) -> str:
        """A text out of ``known``. Raises PolicyError naming them."""
        text = self.text(key)
        if text not in known:
            raise self.fault(key, f"{key!r} cannot be {text!r}; it is one of {', '.join(known)}")
        return text

    def choice(self, key: str, choices: type[_Choice]) -> _Choice:
        """A member of the enumeration ``choices``, by its value. Raises PolicyError naming them."""
        return choices(self.one_of(key, [choice.value for choice in choices]))

    def response_level(self, key: str) -> ResponseLevel:
        """A response level, by its name. Raises PolicyError naming them."""
        name = self.text(key)
        if name not in ResponseLevel.__members__:
            known = ", ".join(ResponseLevel.__members__)
            raise self.fault(key, f"{name!r} is not a response level; the levels are {known}")
        return ResponseLevel[name]

    def inner(self, key: str) -> Self:
        """The keys of the mapping under ``key``. Raises PolicyError when it is not a mapping or is empty."""
        value = self.node[key]
        if not isinstance(value, YamlMapping) or not value:
            raise self.fault(key, f"{key!r} must be a mapping of keys to values")
        return replace(self, node=value)

    def each(self, key: str) -> list[Self]:
        """The keys of each mapping in the list under ``key``.

        Raises PolicyError for no list, an empty one, or an entry that is not a mapping or is empty.
        """
        value = self.node[key]
        if not isinstance(value, YamlList) or not value:
            raise self.fault(key, f"{key!r} must be a list with at least one entry")
        for position, entry in enumerate(value):
            if not isinstance(entry, YamlMapping) or not entry:
                message = "each entry of the list must be a mapping of keys to values"
                raise PolicyError(self.file, line_of(value, position), message)
        return [replace(self, node=entry) for entry in value]

    def when(self) -> Condition:
        """The condition under ``when``, the empty one if it is absent.

        Raises PolicyError when it cannot be understood or can never hold.
        """
        if "when" not in self.node:
            return ()
        when = self.inner("when")
        try:
            condition = parse_when(when.node)
            conjunctions({"'when'": condition})
        except ConditionError as error:
            raise when.fault(error.key, str(error)) from error
        except LimitError as error:
            raise self.fault("when", str(error)) from error
        return condition
