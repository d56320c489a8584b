"""What a rulebook is made of: rules, their cases, and the book that holds both. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from rules import conditions
from rules.conditions import Condition
from rules.levels import ResponseLevel


class Role(StrEnum):
    """How the candidate of a rule enters the response level.

    The level is the greatest of all floors and of the most severe threat candidate, the latter capped by the
    ceiling where there is one.
    """

    THREAT = "threat"
    FLOOR = "floor"
    CEILING = "ceiling"


@dataclass(frozen=True)
class Rule:
    """A table from the values of one fact (``reads``) to response levels, where ``when`` holds.

    A value whose level is None gives no candidate. ``reference`` is the policy paragraph or public guidance
    that the rule rests on; ``because`` is a sentence for people that is added to the explanation.
    """

    id: str
    title: str
    reads: str
    role: Role
    table: Mapping[str, ResponseLevel | None]
    when: Condition
    reference: str
    because: str | None

    def row(self, value: str) -> str:
        """The id of the row for ``value``, such as ``EST-110=CRITICAL``."""
        return f"{self.id}={value}"

    @property
    def rows(self) -> dict[str, Condition]:
        """The condition under which each row that gives a candidate fires, by row id."""
        return {
            self.row(value): (((self.reads, value),), *self.when)
            for value, level in self.table.items()
            if level is not None
        }


@dataclass(frozen=True)
class Case:
    """A worked example that a rulebook must get right.

    A fact that ``given`` leaves out has the mildest value of its domain.
    """

    name: str
    given: Mapping[str, str]
    expect_level: ResponseLevel
    expect_winner: str


@dataclass(frozen=True)
class Rulebook:
    """A dated set of rules with its cases, and the text (with its SHA-256) that it was read from.

    ``review_by`` is the day from which it is due to be reviewed, None where it does not say.
    """

    id: str
    version: str
    effective_from: date
    review_by: date | None
    owner: str
    decides: str
    rules: tuple[Rule, ...]
    cases: tuple[Case, ...]
    sha256: str
    text: str

    @cached_property
    def conditions(self) -> dict[str, Condition]:
        """The condition of each row that gives a candidate, by row id: what the evaluators are built from."""
        return {row: condition for rule in self.rules for row, condition in rule.rows.items()}

    @cached_property
    def facts_read(self) -> frozenset[str]:
        """The names of all facts that the rules look at."""
        tables = {rule.reads for rule in self.rules}
        return conditions.facts_read(*(rule.when for rule in self.rules)) | tables
