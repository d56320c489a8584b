"""How far the present lists of the estate are worked off, counted by menu and not by premises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from contingency_plans.option import Obligation, Option, Repeat
from service.clock import parse_rfc3339
from service.operations import policy as policies
from service.operations.context import Context
from service.operations.list_items import SETTLED
from service.operations.occurrences import Occurrence, occurrence
from service.store import board
from service.store.estate import Sight
from service.store.transactions import Reader
from service.store.types import Row


def progress(context: Context, reader: Reader, sight: Sight) -> dict[str, int]:
    """Over the present lists of what ``sight`` may see: ``items`` in all, how many of each status, and ``overdue``.

    A recurring item counts as it stands in its present occurrence; overdue is what is neither settled nor in time.
    """
    total = _nothing()
    for counted in by_district(context, reader, sight).values():
        total.update(counted)
    return dict(total)


def by_district(context: Context, reader: Reader, sight: Sight) -> dict[str, dict[str, int]]:
    """The same for each district by itself."""
    turns = {repeat: occurrence(repeat, reader.at, context.settings.shifts) for repeat in (None, *Repeat)}
    menus: dict[int, _Menu] = {}
    totals: dict[str, Counter[str]] = {}
    for row in board.lists_by_menu(reader, sight):
        if row["id"] not in menus:
            menus[row["id"]] = _menu(context, reader, row, turns)
        menu, total = menus[row["id"]], totals.setdefault(row["district"], _nothing())
        total["items"] += row["count"] * len(menu.options)
        total["open"] += row["count"] * len(menu.options)
        total["overdue"] += row["count"] * len(menu.overdue)
    for row in board.touched_items(reader, sight):
        _count(row, menus[row["menu_id"]], turns, totals[row["district"]])
    return {district: dict(total) for district, total in totals.items()}


@dataclass(frozen=True)
class _Menu:
    """A menu's options by id, and the ids of those whose time is over."""

    options: dict[str, Option]
    overdue: frozenset[str]


def _menu(context: Context, reader: Reader, row: Row, turns: Mapping[Repeat | None, Occurrence]) -> _Menu:
    options: dict[str, Option] = {}
    overdue: set[str] = set()
    is_late: dict[tuple[Repeat | None, timedelta, datetime], bool] = {}
    for option, entered in options_of(context, reader, row):
        options[option.id] = option
        timing = (option.repeat, option.within, entered)
        if timing not in is_late:
            is_late[timing] = turns[option.repeat].due_at(entered, option.within) < reader.at
        if is_late[timing]:
            overdue.add(option.id)
    return _Menu(options, frozenset(overdue))


def _count(row: Row, menu: _Menu, turns: Mapping[Repeat | None, Occurrence], total: Counter[str]) -> None:
    option = menu.options.get(row["option_id"])
    if option is None or row["occurrence"] != turns[option.repeat].key:
        return
    # A required item that was declined or blocked stays open until the lead agrees.
    if row["agreed"] or row["status"] == "done" or option.obligation is not Obligation.REQUIRED:
        total[row["status"]] += row["count"]
        total["open"] -= row["count"]
        if row["status"] in SETTLED and option.id in menu.overdue:
            total["overdue"] -= row["count"]


def _nothing() -> Counter[str]:
    return Counter(dict.fromkeys(("items", "open", *SETTLED, "blocked", "overdue"), 0))


def options_of(context: Context, reader: Reader, menu: Row) -> Iterable[tuple[Option, datetime]]:
    """The options of a menu, each with the instant since which it has been on the list."""
    plan = policies.plan_of(reader, context.policy, menu["plan"])
    since = {entered: parse_rfc3339(entered) for entered in set(menu["entered"].values())}
    return ((plan.option(option_id), since[entered]) for option_id, entered in menu["entered"].items())
