"""Every type of event: when it is told, what it holds (JSON Schema 2020-12) and an example.

Events hold ids, levels, counts and links. What more there is to know is asked for with the reader's own permissions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.levels import ResponseLevel, Scope, ThreatLevel

Schema = Mapping[str, Any]

_ID: Schema = {"type": "integer", "minimum": 1}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_INSTANT: Schema = {"type": "string", "format": "date-time"}
_TEXT: Schema = {"type": "string"}
_WORD: Schema = {"type": "string", "pattern": "^[a-z0-9_.-]+$"}
_PREMISES: Schema = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,79}$"}
_SCOPE: Schema = {"enum": [scope.value for scope in Scope]}
_THREAT: Schema = {"enum": [*(level.name for level in ThreatLevel), None]}
_RESPONSE: Schema = {"enum": [level.name for level in ResponseLevel]}
_LIST_KIND: Schema = {"enum": ["response", "stand_down"]}
_OVERRIDE_KIND: Schema = {"enum": ["raise", "hold", "lower"]}
_MOVED: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"id": _PREMISES, "response_level": _RESPONSE},
        "required": ["id", "response_level"],
        "additionalProperties": False,
    },
}


def _object(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


_TRIGGER = _object({"id": _ID}, {"kind": _WORD, "reference": {"type": "string", "maxLength": 80}})
_LINKS = _object({"premises": {"type": "string", "pattern": "^/api/v1/"}})


@dataclass(frozen=True)
class EventType:
    """``says`` when it is told; ``data`` is the JSON Schema of its data, of which ``example`` is one."""

    says: str
    data: Mapping[str, Any]
    example: Mapping[str, Any]


_OF_OVERRIDE = {"id": _ID, "premises_id": _PREMISES, "kind": _OVERRIDE_KIND}
_BY_CHANGE = {"id": 31, "kind": "threat_change", "reference": "12"}
_ONE_OVERRIDE = {"id": 4, "premises_id": "north-hq", "kind": "lower"}

EVENT_TYPES: dict[str, EventType] = {
    "threat_level.changed": EventType(
        "A threat level was accepted. Protected scopes show no levels; null is not_set.",
        _object({"id": _ID, "scope": _SCOPE}, {"level": _THREAT, "previous_level": _THREAT}),
        {"id": 12, "scope": "national", "level": "CRITICAL", "previous_level": "SEVERE"},
    ),
    "response_levels.changed": EventType(
        "The response level of premises changed. A webhook that is narrowed to premises is told which; `more` says "
        "that there are more than are listed.",
        _object(
            {"trigger": _TRIGGER, "changed": _COUNT, "raised": _COUNT, "lowered": _COUNT},
            {"links": _LINKS, "premises": _MOVED, "more": {"type": "boolean"}},
        ),
        {
            "trigger": _BY_CHANGE,
            "changed": 212,
            "raised": 212,
            "lowered": 0,
            "links": {"premises": "/api/v1/threat-changes/12/premises"},
        },
    ),
    "checklists.issued": EventType(
        "Checklists were issued. `kind` is given for stand-down lists.",
        _object({"trigger": _TRIGGER, "checklists": _COUNT}, {"kind": _LIST_KIND}),
        {"trigger": _BY_CHANGE, "checklists": 213},
    ),
    "checklist.items_overdue": EventType(
        "A deadline passed with items undecided. Those who may not see every list are told how many lists, not items.",
        _object({"due_at": _INSTANT, "menu_id": _ID, "checklists": _COUNT}, {"items": _COUNT}),
        {"due_at": "2026-11-21T16:00:00Z", "menu_id": 9, "checklists": 40, "items": 71},
    ),
    "checklist.signed_off": EventType(
        "A checklist was signed off. No premises: the force's.",
        _object({"id": _ID, "premises_id": {"anyOf": [_PREMISES, {"type": "null"}]}, "kind": _LIST_KIND}),
        {"id": 77, "premises_id": "north-hq", "kind": "response"},
    ),
    "acknowledgement.overdue": EventType(
        "Nobody at so many premises acknowledged their level in time. Told once for a level and when it was reached.",
        _object(
            {"response_level": _RESPONSE, "since": _INSTANT, "due_at": _INSTANT, "premises": _COUNT, "links": _LINKS}
        ),
        {
            "response_level": "EXCEPTIONAL",
            "since": "2026-11-21T11:00:00Z",
            "due_at": "2026-11-21T12:00:00Z",
            "premises": 4,
            "links": {"premises": "/api/v1/premises?response_level=EXCEPTIONAL&acknowledged=no"},
        },
    ),
    "reading.held": EventType(
        "A reading waits for a person. Protected scopes show no level.",
        _object(
            {"id": _ID, "scope": _SCOPE, "hold_until": {"anyOf": [_INSTANT, {"type": "null"}]}}, {"level": _THREAT}
        ),
        {"id": 5, "scope": "national", "level": "CRITICAL", "hold_until": "2026-11-21T12:10:00Z"},
    ),
    "request.waiting": EventType(
        "Something waits for a second person.", _object({"id": _ID, "kind": _WORD}), {"id": 3, "kind": "threat_fall"}
    ),
    "feed.stale": EventType(
        "A source could not be read for three polls.",
        _object({"source": {"type": "string"}, "failures": _COUNT}),
        {"source": "mi5", "failures": 3},
    ),
    "feed.recovered": EventType(
        "A source that was stale was read again.",
        _object({"source": {"type": "string"}, "stale_since": _INSTANT}),
        {"source": "mi5", "stale_since": "2026-11-21T11:00:00Z"},
    ),
    "override.requested": EventType(
        "A lower was asked for and waits for a second person.",
        _object({**_OF_OVERRIDE, "response_level": _RESPONSE}),
        {**_ONE_OVERRIDE, "response_level": "NORMAL"},
    ),
    "override.approved": EventType(
        "A second person approved a lower, or an early end.", _object(_OF_OVERRIDE), _ONE_OVERRIDE
    ),
    "override.expired": EventType("An override's time was up.", _object(_OF_OVERRIDE), _ONE_OVERRIDE),
    "review.due": EventType(
        "A raise or hold is to be renewed or ended, or so many premises have long been at EXCEPTIONAL.",
        {
            "oneOf": [
                _object({"subject": {"const": "exceptional"}, "premises": _COUNT}),
                _object({"subject": {"const": "override"}, **_OF_OVERRIDE, "author": _ID}),
            ]
        },
        {"subject": "exceptional", "premises": 2},
    ),
    "decision.failed": EventType(
        "Deciding failed; the more severe answer stands. Counts are left out for those who may not see every premises.",
        _object({"trigger": _TRIGGER}, {"premises": _COUNT}),
        {"trigger": _BY_CHANGE, "premises": 1},
    ),
    "policy.review_due": EventType(
        "The date by which a rulebook or plan in force says that it is to be reviewed has come. It stays in force.",
        _object(
            {
                "kind": {"enum": ["rulebook", "plan"]},
                "id": _TEXT,
                "version": _TEXT,
                "review_by": {"type": "string", "format": "date"},
            }
        ),
        {"kind": "plan", "id": "op-quantity", "version": "2026-11", "review_by": "2027-11-21"},
    ),
    "webhook.disabled": EventType(
        "A webhook is disabled and told nothing until somebody makes it active and recovers what it missed.",
        _object({"id": _ID, "reason": {"enum": ["gone", "failing"]}, "undelivered": _COUNT}),
        {"id": 2, "reason": "failing", "undelivered": 17},
    ),
}
"""Every type that is ever told, in the order of the contract."""

TEST = "webhook.test"
"""What a webhook is sent on request only: ``{webhook_id}``. It is no event, and has no sequence."""


def payload_schema(type_: str) -> dict[str, Any]:
    """The JSON Schema of a whole event of a type: what a webhook is sent and what ``GET /events`` lists."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": type_,
        "description": EVENT_TYPES[type_].says,
        **_object(
            {
                "type": {"const": type_},
                "timestamp": _INSTANT,
                "id": {"type": "string", "pattern": "^evt_[0-9a-f]{24}$"},
                "sequence": _ID,
                "data": EVENT_TYPES[type_].data,
            }
        ),
    }


def example(type_: str) -> dict[str, Any]:
    """A whole event of a type."""
    return {
        "type": type_,
        "timestamp": "2026-11-21T12:00:00Z",
        "id": "evt_0123456789abcdef01234567",
        "sequence": 1041,
        "data": dict(EVENT_TYPES[type_].example),
    }


def describe() -> dict[str, Any]:
    """Every event type with its schema and an example."""
    items = [
        {"type": type_, "description": known.says, "schema": payload_schema(type_), "example": example(type_)}
        for type_, known in EVENT_TYPES.items()
    ]
    return {"items": items, "next": None}
