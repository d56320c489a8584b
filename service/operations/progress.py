"""How far the present lists of the estate are worked off, counted by menu and not by premises."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from contingency_plans.option import Obligation, Option, Repeat
from contingency_plans.plan import Plan
from service.clock import parse_rfc3339
from service.operations import policy as policies
from service.operations.context import Context
from service.operations.list_items import SETTLED
from service.operations.occurrences import Occurrence, occurrence
from service.store import board
from service.store.estate import Sight
from service.store.transactions import Reader
from service.store.types import Row

PROGRESS = ("items", "open", *SETTLED, "blocked", "overdue")
"""What is counted: ``items`` in all, how many of each status, and ``overdue``.

A recurring item counts as it stands in its present occurrence; overdue is what is neither settled nor in time.
"""


def by_district(context: Context, reader: Reader, sight: Sight) -> dict[str, dict[str, int]]:
    """PROGRESS over the present lists of what ``sight`` may see, for each district."""
    turns = {repeat: occurrence(repeat, reader.at, context.settings.shifts) for repeat in (None, *Repeat)}
    menus = _menus(context, reader, sight, turns)
    totals: defaultdict[str, Counter[str]] = defaultdict(lambda: Counter(dict.fromkeys(PROGRESS, 0)))
    for row in board.lists_by_menu(reader, sight):
        menu, total = menus[row["menu_id"]], totals[row["district"]]
        total["items"] += row["count"] * len(menu.entered)
        total["open"] += row["count"] * len(menu.entered)
        total["overdue"] += row["count"] * menu.overdue
    for row in board.touched_items(reader, sight):
        _count(row, menus[row["menu_id"]], turns, totals[row["district"]])
    return {district: dict(total) for district, total in totals.items()}


@dataclass(frozen=True)
class _Menu:
    """Since when each option is on a menu, which of its plan's are late ``by_instant``, and how many are overdue."""

    plan: Plan
    entered: Mapping[str, str]
    late: Mapping[str, frozenset[str]]
    overdue: int


def _menus(
    context: Context, reader: Reader, sight: Sight, turns: Mapping[Repeat | None, Occurrence]
) -> dict[int, _Menu]:
    late: defaultdict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    menus: dict[int, _Menu] = {}
    for row in board.menus_in_use(reader, sight):
        plan, entered = policies.plan_of(reader, context.policy, row["plan"]), row["entered"]
        late_of_plan = late[plan.sha256]
        for instant in set(entered.values()) - late_of_plan.keys():
            late_of_plan[instant] = frozenset(_late(plan, parse_rfc3339(instant), turns, reader.at))
        overdue = sum(option_id in late_of_plan[instant] for option_id, instant in entered.items())
        menus[row["id"]] = _Menu(plan, entered, late_of_plan, overdue)
    return menus


def _late(plan: Plan, entered: datetime, turns: Mapping[Repeat | None, Occurrence], at: datetime) -> Iterator[str]:
    """The options of a plan whose time is over where they have been on a list since ``entered``."""
    is_late: dict[tuple[Repeat | None, timedelta], bool] = {}
    for option in plan.options:
        timing = (option.repeat, option.within)
        if timing not in is_late:
            is_late[timing] = turns[option.repeat].due_at(entered, option.within) < at
        if is_late[timing]:
            yield option.id


def _count(row: Row, menu: _Menu, turns: Mapping[Repeat | None, Occurrence], total: Counter[str]) -> None:
    entered = menu.entered.get(row["option_id"])
    if entered is None:
        return
    option = menu.plan.option(row["option_id"])
    # A required item that was declined or blocked stays open until the lead agrees.
    agreed = row["agreed"] or row["status"] == "done" or option.obligation is not Obligation.REQUIRED
    if agreed and row["occurrence"] == turns[option.repeat].key:
        total[row["status"]] += row["count"]
        total["open"] -= row["count"]
        if row["status"] in SETTLED and option.id in menu.late[entered]:
            total["overdue"] -= row["count"]


def options_of(context: Context, reader: Reader, menu: Row) -> Iterable[tuple[Option, datetime]]:
    """The options of a menu, each with the instant since which it has been on the list."""
    plan = policies.plan_of(reader, context.policy, menu["plan"])
    since = {entered: parse_rfc3339(entered) for entered in set(menu["entered"].values())}
    return ((plan.option(option_id), since[entered]) for option_id, entered in menu["entered"].items())
