"""What tests about lists share: a plan small enough to know by heart, and short ways to move levels and tick."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from contingency_plans.plan import parse_plan
from rules.levels import Scope, ThreatLevel
from rules.rulebook import ESTATE_RESPONSE, load_rulebook
from service.operations import checklists, items, threat
from service.operations.context import Context
from service.operations.people import Principal, Role
from service.operations.policy import Policy, make_policy
from service.operations.threat import ThreatWish
from service.store.migrate import upgrade
from tests import builders
from tests.fakes import FrozenClock

HEAD = """
plan: op-quantity
number: 448
title: A small menu
version: "{version}"
effective_from: 2026-11-21
owner: Op Quantity lead
example: true
marking: OFFICIAL
options:
"""
OPTION = """
  - id: {id}
    subject: {subject}
    category: {category}
    text: Do {id}
    from: {level}
    obligation: {obligation}
    audience: {audience}
    owner_role: station_manager
    within: {within}
    staff_hours_per_day: 1
    marking: OFFICIAL
    reference: a test
"""
OPTIONS: dict[str, dict[str, str]] = {
    "E1": {"level": "EXCEPTIONAL", "reverse": "Undo E1"},
    "N1": {"level": "NORMAL", "audience": "all_staff"},
    "H1": {"reverse": "Undo H1"},
    "H2": {"obligation": "required", "within": "PT1H"},
    "S1": {"category": "Second", "reverse": "Undo S1", "repeat": "every_shift"},
    "S2": {"category": "Second", "level": "EXCEPTIONAL", "reverse": "Undo S2", "repeat": "every_day"},
    "E2": {"category": "Second", "level": "EXCEPTIONAL", "audience": "all_staff"},
    "F1": {"subject": "force"},
    "F2": {"subject": "force", "level": "EXCEPTIONAL", "reverse": "Undo F2"},
}
"""By id, what each option of the small plan has besides the defaults below."""

DEFAULTS = {
    "subject": "premises", "category": "First", "level": "HEIGHTENED", "obligation": "consider",
    "audience": "managers", "within": "PT4H",
}  # fmt: skip


@cache
def small_policy(version: str = "1", without: frozenset[str] = frozenset()) -> Policy:
    """The packaged rulebook with the small plan, or with another version of it that lacks some options."""
    text = HEAD.format(version=version)
    for option_id, own in OPTIONS.items():
        if option_id not in without:
            text += OPTION.format(**{**DEFAULTS, **own, "id": option_id})
            text += "".join(f"    {key}: {own[key]}\n" for key in ("repeat", "reverse") if key in own)
    return make_policy(load_rulebook(ESTATE_RESPONSE), parse_plan(text, "small.yaml"), "reference")


def adopted_small(url: str) -> None:
    """Fill the database at ``url`` with the schema and the small plan."""
    upgrade(url)
    with builders.context_on(url, policy=small_policy()):
        pass


@contextmanager
def small_context(url: str, clock: FrozenClock | None = None, level: str = "SUBSTANTIAL") -> Iterator[Context]:
    """Two premises, alder and birch, under the small plan, at a national level; falls take one person."""
    with builders.context_on(url, clock=clock, policy=small_policy(), falls_need_two=False) as context:
        builders.register(context, {"id": "alder"}, {"id": "birch"})
        move(context, level)
        yield context


def move(context: Context, level: str) -> None:
    """Set the national level: LOW gives NORMAL, SUBSTANTIAL HEIGHTENED, CRITICAL EXCEPTIONAL."""
    threat.set_level(context, builders.lead(context), ThreatWish(Scope.NATIONAL, ThreatLevel[level], "for a test"))


def manager(context: Context, name: str = "Mo Manager", *own: str) -> Principal:
    """The station manager of alder (or of the premises given)."""
    return builders.person(context, name, Role.STATION_MANAGER, *(own or ("alder",)))


def present(context: Context, premises_id: str = "alder") -> dict[str, Any]:
    """The response list in force, as the lead sees it."""
    return checklists.present_checklist(context, builders.lead(context), premises_id)


def standing_down(context: Context, premises_id: str = "alder") -> dict[str, Any] | None:
    """The stand-down list that is open, as the lead sees it."""
    who = builders.lead(context)
    for row in checklists.checklists_of(context, who, premises_id)["items"]:
        if row["kind"] == "stand_down" and row["state"] == "open":
            return checklists.checklist(context, who, row["id"])
    return None


def statuses(checklist: dict[str, Any] | None) -> dict[str, str]:
    """Status by option; nothing for no list."""
    return {item["option_id"]: item["status"] for item in checklist["items"]} if checklist else {}


def item_of(checklist: dict[str, Any], option_id: str) -> dict[str, Any]:
    """One item of a list."""
    (found,) = [item for item in checklist["items"] if item["option_id"] == option_id]
    return dict(found)


def tick(
    context: Context, who: Principal, checklist: dict[str, Any], option_id: str, status: str = "done", note: str = ""
) -> dict[str, Any]:
    """Tick an item having seen ``checklist``."""
    return items.tick(context, who, checklist["id"], option_id, status, note, checklist["version"])


def decide_all(context: Context, who: Principal, checklist_id: int) -> dict[str, Any]:
    """Tick every open item of a list; gives the list afterwards."""
    seen = checklists.checklist(context, who, checklist_id)
    for item in seen["items"]:
        if item["status"] == "open":
            items.tick(context, who, checklist_id, item["option_id"], "done", "", seen["version"])
    return checklists.checklist(context, who, checklist_id)
