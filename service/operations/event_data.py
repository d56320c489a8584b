"""What the views of events share: reading an event's data, and putting together what is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rules.levels import ResponseLevel
from service.clock import parse_rfc3339
from service.store import events, threat
from service.store.transactions import Reader
from service.store.types import Row

Data = dict[str, Any]


def counted(moves: Mapping[tuple[ResponseLevel | None, ResponseLevel], int]) -> dict[str, int]:
    """How many premises changed, were raised and were lowered, of how many moved by previous and present level."""
    known = [(before, after, count) for (before, after), count in moves.items() if before is not None]
    return {
        "changed": sum(moves.values()),
        "raised": sum(count for before, after, count in known if after > before),
        "lowered": sum(count for before, after, count in known if after < before),
    }


def with_link(data: Data) -> Data:
    """The data of changed levels with the way to the list of all premises that moved, where there is one."""
    if data["trigger"]["kind"] != "threat_change":
        return data
    return {**data, "links": {"premises": f"/api/v1/threat-changes/{data['trigger']['reference']}/premises"}}


def level_reached(event: Row) -> tuple[ResponseLevel, datetime]:
    """The level that an event is about, and the instant at which it was reached."""
    return ResponseLevel[event["data"]["response_level"]], parse_rfc3339(event["data"]["since"])


def without_whose(event: Row) -> Data:
    """The data of a failed decision without how many it is about, nor whose edit made us decide.

    In doubt people are told; but not more than that.
    """
    trigger = event["data"]["trigger"]
    return {"trigger": {"id": trigger["id"], "kind": trigger["kind"]}}


def premises_of(reader: Reader, event: Row) -> str | None:
    """The one premises that an event is about, None when it is about more, or about none."""
    data = event["data"]
    if event["type"] == "request.waiting":
        return events.premises_of_request(reader, data["id"])
    if event["type"] == "threat_level.changed":
        change = threat.change_by_id(reader, data["id"])
        return change["premises_id"] if change else None
    return str(data["premises_id"]) if data["premises_id"] is not None else None
