"""The premises that a person may see, by page, each with how far its list is worked off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Unpack

from contingency_plans.plan import Repeat
from service.operations import access, register
from service.operations.context import Context
from service.operations.list_items import SETTLED
from service.operations.occurrences import Occurrence, occurrence
from service.operations.people import Principal
from service.operations.premises_filter import Narrowing, filter_of
from service.operations.progress import options_of
from service.store import items, levels
from service.store import register as table
from service.store.transactions import Reader
from service.store.types import Row

PAGE = 50
"""Premises on one page."""

_Due = Mapping[tuple[str, str], datetime]


def premises_list(
    context: Context,
    principal: Principal,
    *,
    after: str | None = None,
    limit: int = PAGE,
    **narrowing: Unpack[Narrowing],
) -> dict[str, Any]:
    """A page of the open premises that this person may see: ``items`` in order of name, and ``next`` for ``after``.

    Each is as the register gives it, with ``progress``: how many ``items`` its list has but for those that people
    added, how many are ``settled``, how many ``late``; None without a list, and for those who do not see measures.
    ``districts`` are those that the person may choose from. What narrows the list is told by
    ``premises_filter.Narrowing``. Raises Invalid for a text that cannot be looked for, and Forbidden.
    """
    after_id, _, after_name = (after or "").partition(" ")
    words = {"district": narrowing.get("district"), "q": narrowing.get("q"), "after": after_id, "name": after_name}
    register.check_page(limit, words)
    with context.store.read() as reader:
        wanted = filter_of(context, principal, reader, narrowing)
        rows = table.page_by_name(reader, principal.sight, wanted, (after_name, after_id) if after else None, limit + 1)
        page = rows[:limit]
        progress = (
            _progress(context, reader, [row for row in page if row["menu_id"]]) if _sees_progress(principal) else {}
        )
        districts = table.districts(reader, principal.sight)
    found = [{**register.premises_answer(row, principal), "progress": progress.get(row["id"])} for row in page]
    following = "{id} {name}".format_map(page[-1]) if len(rows) > limit else None
    return {"items": found, "next": following, "districts": districts}


def _sees_progress(principal: Principal) -> bool:
    return access.allows(principal, "checklists.read") and access.sees_every_item(principal)


def _progress(context: Context, reader: Reader, rows: Collection[Row]) -> dict[str, dict[str, int]]:
    turns = {repeat: occurrence(repeat, reader.at, context.settings.shifts) for repeat in (None, *Repeat)}
    menus = levels.menus_by_id(reader, {row["menu_id"] for row in rows})
    due = {menu_id: _due(context, reader, menu, turns) for menu_id, menu in menus.items()}
    settled: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in items.statuses(reader, [row["id"] for row in rows], {turn.key for turn in turns.values()}):
        if row["status"] in SETTLED and row["agreed"]:
            settled[row["subject"]].add((row["option_id"], row["occurrence"]))
    return {row["id"]: _counts(due[row["menu_id"]], settled[row["id"]], reader.at) for row in rows}


def _due(context: Context, reader: Reader, menu: Row, turns: Mapping[Repeat | None, Occurrence]) -> _Due:
    return {
        (option.id, turns[option.repeat].key): turns[option.repeat].due_at(entered, option.within)
        for option, entered in options_of(context, reader, menu)
    }


def _counts(due: _Due, settled: Collection[tuple[str, str]], at: datetime) -> dict[str, int]:
    left = [deadline for turn, deadline in due.items() if turn not in settled]
    return {"items": len(due), "settled": len(due) - len(left), "late": sum(deadline < at for deadline in left)}
