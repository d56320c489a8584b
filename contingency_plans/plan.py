"""Plans as dated data: what a plan holds, and the one loader that checks it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from contingency_plans.fields import PlanFields
from contingency_plans.option import MARKINGS, Audience, Obligation, Option, Repeat, Subject, parse_option
from rules.checks import check_limits
from rules.conditions import Condition, facts_read
from rules.source import PolicyError, read_text, read_yaml

__all__ = [
    "MOST_OPTIONS", "OP_QUANTITY", "Audience", "Obligation", "Option", "Plan", "Repeat", "Subject",
    "load_plan", "load_plans", "parse_plan",
]  # fmt: skip

OP_QUANTITY = Path(__file__).with_name("op_quantity.yaml")
"""The example menu of options that is delivered with the product."""

MOST_OPTIONS = 250
"""Options that a plan may hold; nobody works through a longer checklist."""

_KEYS = (
    "plan", "number", "title", "version", "effective_from", "owner", "example", "marking", "options",
)  # fmt: skip
_OPTIONAL = ("review_by", "sustainable_for")
_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class Plan:
    """A contingency plan in one version.

    ``example`` says that it is no force's own plan. ``review_by`` is the day from which it is due to be reviewed, None
    where the plan does not say. ``sustainable_for`` is how long EXCEPTIONAL can be kept up, None
    where the plan does not say. ``sha256`` is the digest of ``text``, the file as read.
    """

    id: str
    number: int
    title: str
    version: str
    effective_from: date
    review_by: date | None
    owner: str
    example: bool
    marking: str
    sustainable_for: timedelta | None
    options: tuple[Option, ...]
    sha256: str
    text: str

    def option(self, option_id: str) -> Option:
        """The option of that id. Raises KeyError when the plan has none."""
        return self._by_id[option_id]

    @cached_property
    def conditions(self) -> Mapping[str, Condition]:
        """By option id, in the order of the plan, what must hold for the option to be on a checklist."""
        return MappingProxyType({option.id: option.condition for option in self.options})

    @cached_property
    def facts_read(self) -> frozenset[str]:
        """The names of all facts that the options look at."""
        return facts_read(*self.conditions.values())

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The categories of the options, each once, in the order of the plan."""
        return tuple(dict.fromkeys(option.category for option in self.options))

    @cached_property
    def _by_id(self) -> Mapping[str, Option]:
        return {option.id: option for option in self.options}


def parse_plan(text: str, file: str) -> Plan:
    """The plan that ``text`` writes; ``file`` is named in faults.

    Raises PolicyError at the first mistake, and for options that the rules engine cannot take.
    """
    fields = PlanFields(read_yaml(text, file), file)
    fields.check_keys(_KEYS, _OPTIONAL)
    plan = Plan(
        id=fields.name("plan", _ID, "at most 40 small letters, digits and hyphens, such as op-quantity"),
        number=fields.count("number"),
        title=fields.text("title"),
        version=fields.text("version"),
        effective_from=fields.date("effective_from"),
        review_by=fields.date("review_by") if "review_by" in fields.node else None,
        owner=fields.text("owner"),
        example=fields.flag("example"),
        marking=fields.one_of("marking", MARKINGS),
        sustainable_for=fields.duration("sustainable_for") if "sustainable_for" in fields.node else None,
        options=_options(fields),
        sha256=sha256(text.encode()).hexdigest(),
        text=text,
    )
    _refuse_undermarking(plan, fields)
    check_limits(f"plan {plan.id}", plan.conditions, fields, "options")
    return plan


def load_plan(path: Path) -> Plan:
    """The plan in the file at ``path``. Raises PolicyError for a mistake, or when it cannot be read."""
    return parse_plan(read_text(path), path.name)


def load_plans(directory: Path) -> Mapping[str, Plan]:
    """By plan id, the plans of all ``*.yaml`` files in ``directory``.

    Raises PolicyError for a mistake in one, or for two files with the same plan.
    """
    plans: dict[str, Plan] = {}
    for path in sorted(directory.glob("*.yaml")):
        plan = load_plan(path)
        if plan.id in plans:
            raise PolicyError(path.name, None, f"plan {plan.id} stands in another file of this folder already")
        plans[plan.id] = plan
    return MappingProxyType(plans)


def _options(fields: PlanFields) -> tuple[Option, ...]:
    entries = fields.each("options")
    if len(entries) > MOST_OPTIONS:
        raise fields.fault("options", f"{len(entries)} options; a plan holds at most {MOST_OPTIONS}")
    options: dict[str, Option] = {}
    for entry in entries:
        option = parse_option(entry)
        if option.id in options:
            raise entry.fault("id", f"option {option.id} is given twice")
        options[option.id] = option
    return tuple(options.values())


def _refuse_undermarking(plan: Plan, fields: PlanFields) -> None:
    highest = max((option.marking for option in plan.options), key=MARKINGS.index)
    if MARKINGS.index(highest) > MARKINGS.index(plan.marking):
        raise fields.fault("marking", f"the plan holds {highest} options; mark it so too")
