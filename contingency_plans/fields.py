"""Reading the keys of one mapping of a plan: what only plans have, beside what every policy file has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from rules.fields import Fields

TEXT_LIMIT = 300
"""Characters that any text of a plan may have: it has to fit a phone and a printed line."""

_DURATION = re.compile(r"P(?=.)(?:(\d{1,3})D)?(?:T(?=.)(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?")


@dataclass(frozen=True)
class PlanFields(Fields):
    """The keys of ``node``, a mapping of the plan ``file``. Reading one that is absent raises KeyError."""

    def text(self, key: str) -> str:
        """One line of text, at most TEXT_LIMIT characters. Raises PolicyError otherwise."""
        text = super().text(key)
        if "\n" in text:
            raise self.fault(key, f"{key!r} must be a single line")
        if len(text) > TEXT_LIMIT:
            raise self.fault(key, f"{key!r} has {len(text)} characters; at most {TEXT_LIMIT} fit a checklist")
        return text

    def name(self, key: str, pattern: re.Pattern[str], shape: str) -> str:
        """A text that ``pattern`` matches whole. Raises PolicyError saying that it is not ``shape``."""
        text = self.text(key)
        if not pattern.fullmatch(text):
            raise self.fault(key, f"{key!r} must be {shape}, not {text!r}")
        return text

    def flag(self, key: str) -> bool:
        """True or false. Raises PolicyError for anything else."""
        value = self.node[key]
        if not isinstance(value, bool):
            raise self.fault(key, f"{key!r} must be true or false")
        return value

    def count(self, key: str) -> int:
        """A whole number, one or more. Raises PolicyError otherwise."""
        value = self.node[key]
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.fault(key, f"{key!r} must be a whole number, one or more")
        return int(value)

    def hours(self, key: str, most: int) -> Decimal:
        """Hours, from 0 to ``most``, rounded to the second decimal. Raises PolicyError otherwise."""
        value = self.node[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise self.fault(key, f"{key!r} must be a number of hours from 0 to {most}")
        return Decimal(str(value)).quantize(Decimal("0.01"))

    def duration(self, key: str) -> timedelta:
        """Days, hours and minutes in ISO 8601 (PT4H, P1D), above zero. Raises PolicyError otherwise."""
        text = self.text(key)
        match = _DURATION.fullmatch(text)
        length = _length(match) if match else timedelta(0)
        if not length:
            raise self.fault(key, f"{key!r} must be an ISO 8601 duration such as PT4H or P1D, not {text!r}")
        return length


def _length(match: re.Match[str]) -> timedelta:
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)
