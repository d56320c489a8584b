"""Where a person can go from any page, and where they begin: by what their role may do."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for

from service.api.caller import context
from service.operations.access import PERMISSIONS
from service.operations.people import Principal
from service.operations.sessions import Session

_PLACES: tuple[tuple[str, str, str], ...] = (
    ("Board", "board", "estate.read"),
    ("Premises", "premises_list", "premises.read"),
    ("Change a level", "ask_change", "threat_changes.create"),
    ("Waiting", "waiting", "requests.read"),
    ("My premises", "staff_home", "acknowledgements.create"),
    ("Force checklist", "force_page", "force_checklist.read"),
    ("Register", "register", "premises.write"),
    ("People", "people", "accounts.manage"),
    ("Webhooks", "webhooks_page", "webhooks.manage"),
    ("Record", "record", "audit.read"),
)
"""Each place: its words, its endpoint, the permission it needs; in order of importance."""


def shown() -> dict[str, Any]:
    """What the layout needs: ``navigation``, ``person`` (None where nobody is signed in), whether to say EXAMPLE."""
    session: Session | None = g.get("session")
    is_example = context().policy.plan.example
    if session is None:
        return {"navigation": [], "person": None, "is_example": is_example}
    return {
        "is_example": is_example,
        "navigation": [_item(words, endpoint) for words, endpoint in places(session.principal)],
        "person": session.principal,
    }


def places(principal: Principal) -> list[tuple[str, str]]:
    """The words and endpoint of each place that this person may go to."""
    return [
        (words, f"pages.{endpoint}") for words, endpoint, needed in _PLACES if principal.role in PERMISSIONS[needed]
    ]


def _item(words: str, endpoint: str) -> dict[str, Any]:
    return {"text": words, "href": url_for(endpoint), "active": request.endpoint == endpoint}
