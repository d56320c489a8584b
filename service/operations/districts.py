"""The board by district, and the premises with the most left to do: where a lead looks first."""

from __future__ import annotations

from collections import Counter
from typing import Any

from service.operations.answers import instant
from service.operations.context import Context
from service.operations.occurrences import shift
from service.operations.people import Principal
from service.operations.progress import by_district
from service.store import board
from service.store.estate import Sight
from service.store.transactions import Reader
from service.store.types import Row

PAGE = 50
"""Premises in one answer."""


def districts(context: Context, reader: Reader, sight: Sight) -> list[dict[str, Any]]:
    """Each district: ``premises``, how many at each response level, ``told``, and the progress of their lists."""
    work = by_district(context, reader, sight)
    found: dict[str, dict[str, Any]] = {}
    for row in board.districts(reader, sight, shift(reader.at, context.settings.shifts).start):
        name = row["district"]
        counts = {"premises": 0, "told": 0, "response_levels": Counter[str]()}
        district = found.setdefault(name, {"district": name, **counts, **work[name]})
        district["premises"] += row["count"]
        district["told"] += row["told"]
        district["response_levels"][row["response_level"].name] += row["count"]
    return list(found.values())


def most_behind(
    context: Context, principal: Principal, district: str | None = None, after: int = 0, limit: int = PAGE
) -> dict[str, Any]:
    """Premises by what is left to do on their list, most first, by page (``next`` is how many were shown).

    Each with ``items``, ``settled`` (done, not applicable or declined, in any turn), ``told`` and who its manager is.
    """
    with context.store.read() as reader:
        began = shift(reader.at, context.settings.shifts).start
        rows = board.most_open(reader, principal.sight, began, district, after, limit + 1)
    return {
        "items": [_shown(row) for row in rows[:limit]],
        "next": after + limit if len(rows) > limit else None,
    }


def _shown(row: Row) -> dict[str, Any]:
    kept = {name: row[name] for name in ("premises_id", "name", "district", "manager")}
    return {
        **kept,
        "response_level": row["response_level"].name,
        "since": instant(row["since"]),
        "items": row["item_count"],
        "settled": min(row["settled"], row["item_count"]),
        "told": bool(row["known"]),
    }
