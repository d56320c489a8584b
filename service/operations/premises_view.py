"""One premises as its page shows it, from one snapshot: level, why, who was told, overrides, and both lists.

It costs five queries, whatever the length of the lists.
"""

from __future__ import annotations

from typing import Any

from rules.facts import in_words
from service.errors import NotFound
from service.operations import access, list_view, variation
from service.operations.answers import PROTECTED, instant
from service.operations.context import Context
from service.operations.occurrences import shift
from service.operations.people import Principal
from service.operations.response_levels import decision_answer
from service.store import explanations, overrides, standings
from service.store.levels import RESPONSE, STAND_DOWN
from service.store.transactions import Reader
from service.store.types import Row

_UNSAID = (PROTECTED, "none")
"""Values of facts that tell a person nothing: what they may not see, and that there is no override."""

_CONTACTS = ("manager", "deputy", "duty_contact")


def premises_view(context: Context, principal: Principal, premises_id: str) -> dict[str, Any]:
    """All that the page of a premises shows. Raises NotFound for one that is unknown, closed or hidden.

    ``checklist`` is the response list in force as ``list_view.shown`` gives it, ``stand_down`` the id and number of
    items of the one beside it, or None. ``why`` is the decision as ``response_levels`` gives it with ``winning`` and
    ``other`` candidates, and the ``facts_in_words`` that this person may see. ``overrides``: those in force or waiting.
    """
    with context.store.read() as reader:
        began = shift(reader.at, context.settings.shifts).start
        lists = standings.current(reader, principal.sight, premises_id, began)
        if RESPONSE not in lists:
            raise NotFound(f"there is no premises {premises_id}")
        row = lists[RESPONSE]
        return {
            "id": premises_id,
            "name": row["premises_name"],
            **{name: row[name] for name in ("district", "address", "postcode")},
            "contacts": _contacts(principal, row),
            "response_level": row["response_level"].name,
            "former_level": row["former_level"] and row["former_level"].name,
            "since": instant(row["since"]),
            "confirmed": row["confirmed"],
            "why": _why(decision_answer(explanations.decision(reader, row, None), principal)),
            "told": _told(row),
            "overrides": _overrides(reader, principal, premises_id),
            "checklist": list_view.shown(context, reader, principal, row),
            "stand_down": _stand_down(lists.get(STAND_DOWN)),
        }


def _contacts(principal: Principal, row: Row) -> dict[str, str]:
    if not access.sees_every_item(principal):
        return {}
    return {name: row[name] for name in _CONTACTS if row[name]}


def _why(decision: dict[str, Any]) -> dict[str, Any]:
    winner, facts = decision["winner"], decision["facts"]
    (winning, *_) = [found for found in decision["candidates"] if found["rule"] == winner]
    return {
        **decision,
        "winning": winning,
        "other": [found for found in decision["candidates"] if found is not winning],
        "facts_in_words": [in_words(name, value) for name, value in facts.items() if value not in _UNSAID],
        "protected": PROTECTED in facts.values(),
    }


def _told(row: Row) -> dict[str, Any]:
    people, briefed = row["acknowledged"], row["briefed"]
    return {
        "acknowledged": people,
        "briefed": briefed,
        "not_yet": max(0, row["headcount"] - people - briefed),
        "last_at": instant(row["last_told_at"]),
    }


def _overrides(reader: Reader, principal: Principal, premises_id: str) -> list[dict[str, Any]]:
    if not access.allows(principal, "overrides.read"):
        return []
    return [variation.answer(row) for row in overrides.of_premises(reader, premises_id, unended=True)]


def _stand_down(row: Row | None) -> dict[str, Any] | None:
    return None if row is None else {"id": row["id"], "items": len(row["entered"])}
