"""What of an event webhooks are told that are narrowed to premises and districts: of those alone, and of what concerns
the whole force. Asked about together, since one query answers for all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

from rules.levels import ResponseLevel
from service.operations.event_data import Data, counted, level_reached, premises_of, with_link, without_whose
from service.store import narrowed as store
from service.store.levels import RESPONSE
from service.store.narrowed import Move, Narrowed
from service.store.transactions import Reader
from service.store.types import Row

MOST_LISTED = 100
"""Premises that an event lists at most, so that it stays under 20 kB."""

Views = Callable[[Reader, Row, Narrowed], dict[int, Data]]


def views(reader: Reader, event: Row, narrowed: Narrowed) -> dict[int, Data]:
    """The event's data as each webhook is told it that it is anything to."""
    return _VIEWS.get(event["type"], _as_it_is)(reader, event, narrowed)


def _as_it_is(_reader: Reader, event: Row, narrowed: Narrowed) -> dict[int, Data]:
    return {webhook_id: dict(event["data"]) for webhook_id in narrowed.webhooks}


def _levels_changed(reader: Reader, event: Row, narrowed: Narrowed) -> dict[int, Data]:
    moved: defaultdict[int, _Moved] = defaultdict(_Moved)
    for move in store.moves(reader, narrowed, event["at"]):
        moved[move.webhook_id].add(move)
    return {webhook_id: with_link({**event["data"], **of_webhook.told()}) for webhook_id, of_webhook in moved.items()}


class _Moved:
    """How many premises of one webhook moved, and the first of them; no more than those are held."""

    def __init__(self) -> None:
        self._counts = Counter[tuple[ResponseLevel | None, ResponseLevel]]()
        self._listed: list[Data] = []

    def add(self, move: Move) -> None:
        self._counts[move.previous_level, move.response_level] += 1
        if len(self._listed) < MOST_LISTED:
            self._listed.append({"id": move.premises_id, "response_level": move.response_level.name})

    def told(self) -> Data:
        more = self._counts.total() > len(self._listed)
        return {**counted(self._counts), "premises": self._listed, "more": more}


def _lists_issued(reader: Reader, event: Row, narrowed: Narrowed) -> dict[int, Data]:
    counts = store.lists_issued(reader, narrowed, event["at"], event["data"].get("kind", RESPONSE))
    return {webhook_id: {**event["data"], "checklists": count} for webhook_id, count in counts.items()}


def _items_overdue(reader: Reader, event: Row, narrowed: Narrowed) -> dict[int, Data]:
    told = {name: event["data"][name] for name in ("due_at", "menu_id")}
    counts = store.lists_of_menu(reader, narrowed, event["data"]["menu_id"])
    return {webhook_id: {**told, "checklists": count} for webhook_id, count in counts.items()}


def _acknowledgement_overdue(reader: Reader, event: Row, narrowed: Narrowed) -> dict[int, Data]:
    counts = store.not_acknowledged(reader, narrowed, *level_reached(event), event["at"])
    return {webhook_id: {**event["data"], "premises": count} for webhook_id, count in counts.items()}


def _review_due(reader: Reader, event: Row, narrowed: Narrowed) -> dict[int, Data]:
    if event["data"]["subject"] == "override":
        return _of_premises(reader, event, narrowed)
    counts = store.reviews_prompted(reader, narrowed, event["at"])
    return {webhook_id: {**event["data"], "premises": count} for webhook_id, count in counts.items()}


def _decision_failed(_reader: Reader, event: Row, narrowed: Narrowed) -> dict[int, Data]:
    return {webhook_id: without_whose(event) for webhook_id in narrowed.webhooks}


def _of_premises(reader: Reader, event: Row, narrowed: Narrowed) -> dict[int, Data]:
    premises_id = premises_of(reader, event)
    if premises_id is None:
        return _as_it_is(reader, event, narrowed)
    return {webhook_id: dict(event["data"]) for webhook_id in store.tells_of(reader, narrowed, premises_id)}


_VIEWS: dict[str, Views] = {
    "threat_level.changed": _of_premises,
    "response_levels.changed": _levels_changed,
    "checklists.issued": _lists_issued,
    "checklist.items_overdue": _items_overdue,
    "checklist.signed_off": _of_premises,
    "acknowledgement.overdue": _acknowledgement_overdue,
    "request.waiting": _of_premises,
    "override.requested": _of_premises,
    "override.approved": _of_premises,
    "override.expired": _of_premises,
    "review.due": _review_due,
    "decision.failed": _decision_failed,
}
"""How events about premises are told; all others are told as they are."""
