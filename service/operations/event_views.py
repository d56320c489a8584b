"""What of an event one audience is told: no count, id or reference of a premises that they may not see.

A webhook that is narrowed to premises or districts is told of those alone; what concerns the whole force, it is told
too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from rules.levels import ResponseLevel
from service.clock import parse_rfc3339
from service.operations.answers import instant
from service.store import events, threat
from service.store.events import Audience
from service.store.levels import RESPONSE
from service.store.transactions import Reader
from service.store.types import Row

MOST_LISTED = 100
"""Premises that an event lists at most, so that it stays under 20 kB."""

Data = dict[str, Any]
View = Callable[[Reader, Row, Audience], Data | None]


def view(reader: Reader, event: Row, audience: Audience) -> dict[str, Any] | None:
    """The event as the audience is told it, None when it is nothing to them."""
    data = _VIEWS.get(event["type"], _as_it_is)(reader, event, audience)
    if data is None:
        return None
    return {
        "type": event["type"],
        "timestamp": instant(event["at"]),
        "id": event["id"],
        "sequence": event["sequence"],
        "data": data,
    }


def _as_it_is(_reader: Reader, event: Row, _audience: Audience) -> Data:
    return dict(event["data"])


def _levels_changed(reader: Reader, event: Row, audience: Audience) -> Data | None:
    data = dict(event["data"])
    counts = {name: data[name] for name in ("changed", "raised", "lowered")}
    if audience.narrowed_by is not None:
        counts = _counted(events.moves(reader, audience, event["at"]))
        listed = events.moved_premises(reader, audience, event["at"], MOST_LISTED)
        data["premises"] = [{"id": row["id"], "response_level": row["response_level"].name} for row in listed]
        data["more"] = counts["changed"] > len(listed)
    elif events.hides(reader, audience.sight):
        hidden = _counted(events.moves(reader, audience, event["at"], hidden=True))
        counts = {name: count - hidden[name] for name, count in counts.items()}
    if data["trigger"]["kind"] == "threat_change":
        data["links"] = {"premises": f"/api/v1/threat-changes/{data['trigger']['reference']}/premises"}
    return {**data, **counts} if counts["changed"] else None


def _counted(moves: Collection[Row]) -> dict[str, int]:
    known = [row for row in moves if row["previous_level"] is not None]
    return {
        "changed": sum(row["count"] for row in moves),
        "raised": sum(row["count"] for row in known if row["response_level"] > row["previous_level"]),
        "lowered": sum(row["count"] for row in known if row["response_level"] < row["previous_level"]),
    }


def _lists_issued(reader: Reader, event: Row, audience: Audience) -> Data | None:
    data = dict(event["data"])
    kind = data.get("kind", RESPONSE)
    if audience.narrowed_by is not None:
        data["checklists"] = events.lists_issued(reader, audience, event["at"], kind)
    elif events.hides(reader, audience.sight):
        data["checklists"] -= events.lists_issued(reader, audience, event["at"], kind, hidden=True)
    return data if data["checklists"] else None


def _items_overdue(reader: Reader, event: Row, audience: Audience) -> Data | None:
    data = dict(event["data"])
    if audience.narrowed_by is not None:
        lists = events.lists_of_menu(reader, audience, data["menu_id"])
    else:
        hidden = events.lists_of_menu(reader, audience, data["menu_id"], hidden=True)
        if not hidden:
            return data
        lists = data["checklists"] - hidden
    return {"due_at": data["due_at"], "menu_id": data["menu_id"], "checklists": lists} if lists > 0 else None


def _acknowledgement_overdue(reader: Reader, event: Row, audience: Audience) -> Data | None:
    data = dict(event["data"])
    if not _sees_all(reader, audience):
        level, since = ResponseLevel[data["response_level"]], parse_rfc3339(data["since"])
        data["premises"] = events.not_acknowledged(reader, audience, level, since, event["at"])
    return data if data["premises"] else None


def _review_due(reader: Reader, event: Row, audience: Audience) -> Data | None:
    if event["data"]["subject"] == "override":
        return _of_premises(reader, event, audience)
    count = events.reviews_prompted(reader, audience, event["at"])
    return {**event["data"], "premises": count} if count else None


def _decision_failed(reader: Reader, event: Row, audience: Audience) -> Data:
    # In doubt people are told; but neither how many, nor whose edit made us decide.
    if _sees_all(reader, audience):
        return dict(event["data"])
    trigger = event["data"]["trigger"]
    return {"trigger": {"id": trigger["id"], "kind": trigger["kind"]}}


def _of_premises(reader: Reader, event: Row, audience: Audience) -> Data | None:
    return _told_of(reader, event, audience, event["data"]["premises_id"])


def _request_waiting(reader: Reader, event: Row, audience: Audience) -> Data | None:
    return _told_of(reader, event, audience, events.premises_of_request(reader, event["data"]["id"]))


def _threat_changed(reader: Reader, event: Row, audience: Audience) -> Data | None:
    change = threat.change_by_id(reader, event["data"]["id"])
    return _told_of(reader, event, audience, change["premises_id"] if change else None)


def _told_of(reader: Reader, event: Row, audience: Audience, premises_id: str | None) -> Data | None:
    told = premises_id is None or events.tells_of(reader, audience, premises_id)
    return dict(event["data"]) if told else None


def _sees_all(reader: Reader, audience: Audience) -> bool:
    return audience.narrowed_by is None and not events.hides(reader, audience.sight)


_VIEWS: dict[str, View] = {
    "threat_level.changed": _threat_changed,
    "response_levels.changed": _levels_changed,
    "checklists.issued": _lists_issued,
    "checklist.items_overdue": _items_overdue,
    "checklist.signed_off": _of_premises,
    "acknowledgement.overdue": _acknowledgement_overdue,
    "request.waiting": _request_waiting,
    "override.requested": _of_premises,
    "override.approved": _of_premises,
    "override.expired": _of_premises,
    "review.due": _review_due,
    "decision.failed": _decision_failed,
}
"""How events about premises are told; all others are told as they are."""
