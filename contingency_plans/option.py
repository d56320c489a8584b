"""One option of a plan: a measure, from which response level, where, by whom, by when, and how undone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from contingency_plans.fields import PlanFields
from rules.conditions import Condition, facts_read, is_one_of
from rules.levels import ResponseLevel

OWNER_ROLES = {
    "all_staff": "everyone at the premises, each for themselves",
    "station_manager": "who is responsible for the premises, or their deputy",
    "duty_officer": "the duty officer in the control room",
    "op_quantity_lead": "the owner of the Op Quantity plan",
    "gold": "the strategic commander",
    "ctsa": "the counter-terrorism security adviser",
    "estates": "estates and fleet services",
    "communications": "corporate communications",
}
"""Who may own an option, with what the name stands for."""

MARKINGS = ("OFFICIAL", "OFFICIAL-SENSITIVE")
"""Government Security Classifications that a plan and its options may carry, mildest first."""

MOST_STAFF_HOURS = 240
"""Staff-hours per day that one option may cost: ten posts around the clock. More is a slip."""

_REQUIRED = (
    "id", "subject", "category", "text", "from", "obligation", "audience", "owner_role", "within",
    "staff_hours_per_day", "marking", "reference",
)  # fmt: skip
_OPTIONAL = ("when", "repeat", "caution", "reverse")
_ID = re.compile(r"[A-Z][A-Z0-9-]{0,15}")


class Obligation(StrEnum):
    """Whether an option is weighed or must be done."""

    CONSIDER = "consider"
    REQUIRED = "required"


class Audience(StrEnum):
    """Who is shown an option: those who manage the checklist, or everyone at the premises."""

    MANAGERS = "managers"
    ALL_STAFF = "all_staff"


class Subject(StrEnum):
    """What an option is done for: each premises, or the force as a whole."""

    PREMISES = "premises"
    FORCE = "force"


class Repeat(StrEnum):
    """How often a recurring measure is due again."""

    EVERY_SHIFT = "every_shift"
    EVERY_DAY = "every_day"


@dataclass(frozen=True)
class Option:
    """A measure of the menu.

    ``from_level`` is the response level from which it applies, higher ones included; ``when`` is what must
    also hold of the premises. ``within`` counts from the issue of the checklist. ``staff_hours_per_day`` is
    what it costs one premises (or the force) each day. ``reverse`` undoes it when it no longer applies.
    """

    id: str
    subject: Subject
    category: str
    text: str
    from_level: ResponseLevel
    when: Condition
    obligation: Obligation
    audience: Audience
    owner_role: str
    within: timedelta
    repeat: Repeat | None
    staff_hours_per_day: Decimal
    caution: str | None
    reverse: str | None
    marking: str
    reference: str

    @property
    def condition(self) -> Condition:
        """What must hold for the option to be on a checklist: subject, response level and ``when``."""
        levels = [level.name for level in ResponseLevel if level >= self.from_level]
        return (is_one_of("subject", [self.subject.value]), is_one_of("response_level", levels), *self.when)


def parse_option(fields: PlanFields) -> Option:
    """The option that ``fields`` write. Raises PolicyError naming file, line and mistake."""
    fields.check_keys(_REQUIRED, _OPTIONAL)
    option = Option(
        id=fields.name("id", _ID, "at most 16 capitals, digits and hyphens, such as C07"),
        subject=fields.choice("subject", Subject),
        category=fields.text("category"),
        text=fields.text("text"),
        from_level=fields.response_level("from"),
        when=_when(fields),
        obligation=fields.choice("obligation", Obligation),
        audience=fields.choice("audience", Audience),
        owner_role=fields.one_of("owner_role", OWNER_ROLES),
        within=fields.duration("within"),
        repeat=fields.choice("repeat", Repeat) if "repeat" in fields.node else None,
        staff_hours_per_day=fields.hours("staff_hours_per_day", MOST_STAFF_HOURS),
        caution=fields.optional_text("caution"),
        reverse=fields.optional_text("reverse"),
        marking=fields.one_of("marking", MARKINGS),
        reference=fields.text("reference"),
    )
    _refuse_contradictions(option, fields)
    return option


def _when(fields: PlanFields) -> Condition:
    condition = fields.when()
    for fact in sorted(facts_read(condition)):
        if not fact.startswith("premises."):
            raise fields.fault("when", f"'when' reads facts of the premises only, not {fact!r}")
    return condition


def _refuse_contradictions(option: Option, fields: PlanFields) -> None:
    if option.subject is Subject.FORCE and option.when:
        raise fields.fault("when", "a force option has no premises to ask about; leave out 'when'")
    if option.subject is Subject.FORCE and option.audience is Audience.ALL_STAFF:
        raise fields.fault("audience", "a force option is not shown at any premises; use managers")
    if option.owner_role == "all_staff" and option.audience is not Audience.ALL_STAFF:
        raise fields.fault("audience", "what all staff own must be shown to them; use all_staff")
