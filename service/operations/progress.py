"""How far the present lists of the estate are worked off, counted by menu and not by premises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from contingency_plans.option import Option
from service.clock import parse_rfc3339
from service.operations import policy as policies
from service.operations.context import Context
from service.operations.occurrences import Occurrence, occurrence
from service.store import board
from service.store.estate import Sight
from service.store.transactions import Reader
from service.store.types import Row

_SETTLED = ("done", "not_applicable", "declined")


def progress(context: Context, reader: Reader, sight: Sight) -> dict[str, Any]:
    """Over the present lists of what ``sight`` may see: ``items`` in all, how many of each status, and ``overdue``.

    A recurring item counts as it stands in its present occurrence; overdue is what is neither settled nor in time.
    """
    touched: dict[tuple[int, str, str], Counter[str]] = {}
    for row in board.touched_items(reader, sight):
        key = (row["menu_id"], row["option_id"], row["occurrence"])
        touched.setdefault(key, Counter())[row["status"]] += row["count"]
    total: Counter[str] = Counter()
    for menu in board.lists_by_menu(reader, sight):
        for option, entered in _options(context, reader, menu):
            turn = occurrence(option.repeat, reader.at, context.settings.shifts)
            statuses = touched.get((menu["id"], option.id, turn.key), Counter())
            total.update(statuses)
            total["items"] += menu["count"]
            if _is_late(turn, option, entered, reader.at):
                total["overdue"] += menu["count"] - sum(statuses[word] for word in _SETTLED)
    settled = {word: total[word] for word in (*_SETTLED, "blocked")}
    return {
        "items": total["items"],
        "open": total["items"] - sum(settled.values()),
        **settled,
        "overdue": total["overdue"],
    }


def _options(context: Context, reader: Reader, menu: Row) -> Iterable[tuple[Option, datetime]]:
    plan = policies.plan_of(reader, context.policy, menu["plan"])
    return ((plan.option(option_id), parse_rfc3339(entered)) for option_id, entered in menu["entered"].items())


def _is_late(turn: Occurrence, option: Option, entered: datetime, now: datetime) -> bool:
    return turn.due_at(entered, option.within) < now
