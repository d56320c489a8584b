"""Reading the keys of one mapping of a plan: values typed and bounded, mistakes with file and line."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from ruamel.yaml.comments import CommentedMap

from rules.source import PolicyError, line_of

TEXT_LIMIT = 300
"""Characters that any text of a plan may have: it has to fit a phone and a printed line."""

_DURATION = re.compile(r"P(?=.)(?:(\d{1,3})D)?(?:T(?=.)(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?")
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True)
class Fields:
    """The keys of ``node``; ``label`` says in faults whose they are ("option C07")."""

    file: str
    node: CommentedMap
    label: str

    def fault(self, key: str, message: str) -> PolicyError:
        """The fault that ``message`` tells about ``key``, ready to be raised."""
        return PolicyError(self.file, line_of(self.node, key), f"{self.label}: {message}")

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Raise PolicyError for the first key that is not one of ``known``."""
        for key in self.node:
            if key not in known:
                raise self.fault(key, f"unknown key {key!r}; the keys are {', '.join(known)}")

    def value(self, key: str) -> object:
        """What ``key`` holds. Raises PolicyError when it is missing or empty."""
        if self.node.get(key) is None:
            raise self.fault(key, f"{key} is missing")
        return self.node[key]

    def text(self, key: str) -> str:
        """One line of text, at most TEXT_LIMIT characters. Raises PolicyError otherwise."""
        value = self.value(key)
        if not isinstance(value, str):
            raise self.fault(key, f"{key} must be text; put it in quotes")
        text = value.strip()
        if not text:
            raise self.fault(key, f"{key} is missing")
        if "\n" in text:
            raise self.fault(key, f"{key} must be a single line")
        if len(text) > TEXT_LIMIT:
            raise self.fault(key, f"{key} has {len(text)} characters; at most {TEXT_LIMIT} fit a checklist")
        return text

    def optional_text(self, key: str) -> str | None:
        """As ``text``, or None when the key is absent."""
        return self.text(key) if key in self.node else None

    def name(self, key: str, pattern: re.Pattern[str], shape: str) -> str:
        """A text that ``pattern`` matches whole. Raises PolicyError saying that it is not ``shape``."""
        text = self.text(key)
        if not pattern.fullmatch(text):
            raise self.fault(key, f"{key} {text!r} is not {shape}")
        return text

    def one_of(self, key: str, known: Collection[str]) -> str:
        """A text out of ``known``. Raises PolicyError naming them."""
        text = self.text(key)
        if text not in known:
            raise self.fault(key, f"{key} cannot be {text!r}; it is one of {', '.join(known)}")
        return text

    def choice(self, key: str, choices: type[_Choice]) -> _Choice:
        """A member of the enumeration ``choices``, by its value. Raises PolicyError naming them."""
        return choices(self.one_of(key, [choice.value for choice in choices]))

    def flag(self, key: str) -> bool:
        """True or false. Raises PolicyError for anything else, or when it is missing."""
        value = self.value(key)
        if not isinstance(value, bool):
            raise self.fault(key, f"{key} must be true or false")
        return value

    def count(self, key: str) -> int:
        """A whole number, one or more. Raises PolicyError otherwise."""
        value = self.value(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.fault(key, f"{key} must be a whole number, one or more")
        return int(value)

    def day(self, key: str) -> date:
        """A calendar date, written 2026-11-21. Raises PolicyError otherwise."""
        value = self.value(key)
        if type(value) is not date:
            raise self.fault(key, f"{key} must be a date such as 2026-11-21")
        return value

    def hours(self, key: str, most: int) -> Decimal:
        """Hours, from 0 to ``most``, exact to the second decimal. Raises PolicyError otherwise."""
        value = self.value(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise self.fault(key, f"{key} must be a number of hours from 0 to {most}")
        return Decimal(str(value)).quantize(Decimal("0.01"))

    def duration(self, key: str) -> timedelta:
        """Days, hours and minutes in ISO 8601 (PT4H, P1D), above zero. Raises PolicyError otherwise."""
        text = self.text(key)
        match = _DURATION.fullmatch(text)
        length = timedelta(**_parts(match)) if match else timedelta(0)
        if not length:
            raise self.fault(key, f"{key} {text!r} is not an ISO 8601 duration such as PT4H or P1D")
        return length


def _parts(match: re.Match[str]) -> dict[str, int]:
    return {
        unit: int(part or 0) for unit, part in zip(("days", "hours", "minutes"), match.groups(), strict=True)
    }
