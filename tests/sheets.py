"""A list and a poster as ``service.paper`` is given them, for tests of what is made of them."""

from __future__ import annotations

from typing import Any


def item(option_id: str, **more: Any) -> dict[str, Any]:
    """An open item, but for ``more``."""
    return {
        "option_id": option_id,
        "code": "7KQ4",
        "category": "Access",
        "text": "Close what is not needed",
        "obligation": "required",
        "owner_role": "station_manager",
        "due_at": "2026-11-21T07:00:00Z",
        "caution": None,
        "repeat": None,
        "status": "open",
        "note": "",
        "at": None,
        "by": None,
        "retrospective": None,
        **more,
    }


def checklist(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The list of Alder House, with these items."""
    return {
        "id": 7,
        "kind": "response",
        "premises_name": "Alder House",
        "response_level": "HEIGHTENED",
        "issued_at": "2026-11-21T03:00:00Z",
        "printed_at": "2026-11-21T04:05:00Z",
        "version": 3,
        "marking": "OFFICIAL-SENSITIVE",
        "plan": {"id": "op-quantity", "version": "2026-11", "example": True},
        "items": list(items),
        **more,
    }


def poster(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The poster of Alder House, with these items."""
    return {
        "premises_name": "Alder House",
        "response_level": "HEIGHTENED",
        "since": "2026-11-21T03:00:00Z",
        "marking": "OFFICIAL",
        "plan": {"id": "op-quantity", "version": "2026-11", "example": True},
        "items": list(items),
        "contacts": {},
        "printed_at": "2026-11-21T04:05:00Z",
        **more,
    }
