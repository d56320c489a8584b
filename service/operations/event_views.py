"""What of an event one audience is told: no count, id or reference of a premises that they may not see.

A webhook that is narrowed to premises or districts is told of those alone (``narrowed_views``); what concerns the whole
force, it is told too. Many audiences are asked about together, since that costs little more than asking about one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

from service.operations import narrowed_views
from service.operations.answers import instant
from service.operations.event_data import Data, counted, level_reached, premises_of, with_link, without_whose
from service.store import events
from service.store.estate import Sight
from service.store.events import Audience
from service.store.levels import RESPONSE
from service.store.narrowed import Narrowed
from service.store.transactions import Reader
from service.store.types import Row

View = Callable[[Reader, Row, Sight], Data | None]


def view(reader: Reader, event: Row, audience: Audience) -> dict[str, Any] | None:
    """The event as the audience is told it, None when it is nothing to them."""
    return views(reader, event, [audience]).get(audience)


def views(reader: Reader, event: Row, audiences: Collection[Audience]) -> dict[Audience, dict[str, Any]]:
    """The event as each audience is told it that it is anything to."""
    told: dict[Audience, Data] = {}
    narrowed: defaultdict[Sight, list[int]] = defaultdict(list)
    for audience in audiences:
        if audience.narrowed_by is not None:
            narrowed[audience.sight].append(audience.narrowed_by)
        elif (data := _VIEWS.get(event["type"], _as_it_is)(reader, event, audience.sight)) is not None:
            told[audience] = data
    for sight, webhooks in narrowed.items():
        found = narrowed_views.views(reader, event, Narrowed(sight, tuple(webhooks)))
        told |= {Audience(sight, webhook_id): data for webhook_id, data in found.items()}
    return {audience: _payload(event, data) for audience, data in told.items()}


def _payload(event: Row, data: Data) -> dict[str, Any]:
    return {
        "type": event["type"],
        "timestamp": instant(event["at"]),
        "id": event["id"],
        "sequence": event["sequence"],
        "data": data,
    }


def _as_it_is(_reader: Reader, event: Row, _sight: Sight) -> Data:
    return dict(event["data"])


def _levels_changed(reader: Reader, event: Row, sight: Sight) -> Data | None:
    data = dict(event["data"])
    if events.hides(reader, sight):
        hidden = counted(events.hidden_moves(reader, sight, event["at"]))
        data |= {name: data[name] - count for name, count in hidden.items()}
    return with_link(data) if data["changed"] else None


def _lists_issued(reader: Reader, event: Row, sight: Sight) -> Data | None:
    data = dict(event["data"])
    if events.hides(reader, sight):
        data["checklists"] -= events.hidden_lists_issued(reader, sight, event["at"], data.get("kind", RESPONSE))
    return data if data["checklists"] else None


def _items_overdue(reader: Reader, event: Row, sight: Sight) -> Data | None:
    data = dict(event["data"])
    hidden = events.hidden_lists_of_menu(reader, sight, data["menu_id"])
    if not hidden:
        return data
    lists = data["checklists"] - hidden
    return {"due_at": data["due_at"], "menu_id": data["menu_id"], "checklists": lists} if lists > 0 else None


def _acknowledgement_overdue(reader: Reader, event: Row, sight: Sight) -> Data | None:
    data = dict(event["data"])
    if events.hides(reader, sight):
        data["premises"] = events.not_acknowledged(reader, sight, *level_reached(event), event["at"])
    return data if data["premises"] else None


def _review_due(reader: Reader, event: Row, sight: Sight) -> Data | None:
    if event["data"]["subject"] == "override":
        return _of_premises(reader, event, sight)
    count = events.reviews_prompted(reader, sight, event["at"])
    return {**event["data"], "premises": count} if count else None


def _decision_failed(reader: Reader, event: Row, sight: Sight) -> Data:
    return without_whose(event) if events.hides(reader, sight) else dict(event["data"])


def _of_premises(reader: Reader, event: Row, sight: Sight) -> Data | None:
    premises_id = premises_of(reader, event)
    told = premises_id is None or events.tells_of(reader, sight, premises_id)
    return dict(event["data"]) if told else None


_VIEWS: dict[str, View] = {
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
