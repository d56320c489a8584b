"""How far the present lists of the estate are worked off, counted by menu and not by premises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from contingency_plans.option import Obligation, Option
from service.clock import parse_rfc3339
from service.operations import policy as policies
from service.operations.context import Context
from service.operations.list_items import SETTLED
from service.operations.occurrences import occurrence
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
    touched: dict[tuple[str, int, str, str], list[Row]] = {}
    for row in board.touched_items(reader, sight):
        key = (row["district"], row["menu_id"], row["option_id"], row["occurrence"])
        touched.setdefault(key, []).append(row)
    totals: dict[str, Counter[str]] = {}
    for menu in board.lists_by_menu(reader, sight):
        total = totals.setdefault(menu["district"], _nothing())
        for option, entered in options_of(context, reader, menu):
            turn = occurrence(option.repeat, reader.at, context.settings.shifts)
            statuses = _statuses(option, touched.get((menu["district"], menu["id"], option.id, turn.key), []))
            total.update(statuses)
            total["items"] += menu["count"]
            total["open"] += menu["count"] - statuses.total()
            if turn.due_at(entered, option.within) < reader.at:
                total["overdue"] += menu["count"] - sum(statuses[word] for word in SETTLED)
    return {district: dict(total) for district, total in totals.items()}


def _nothing() -> Counter[str]:
    return Counter(dict.fromkeys(("items", "open", *SETTLED, "blocked", "overdue"), 0))


def _statuses(option: Option, rows: Iterable[Row]) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        # A required item that was declined or blocked stays open until the lead agrees.
        if row["agreed"] or row["status"] == "done" or option.obligation is not Obligation.REQUIRED:
            found[row["status"]] += row["count"]
    return found


def options_of(context: Context, reader: Reader, menu: Row) -> Iterable[tuple[Option, datetime]]:
    """The options of a menu, each with the instant since which it has been on the list."""
    plan = policies.plan_of(reader, context.policy, menu["plan"])
    return ((plan.option(option_id), parse_rfc3339(entered)) for option_id, entered in menu["entered"].items())
