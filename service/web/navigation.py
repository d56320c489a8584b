"""Where a person can go from any page, where they begin, and in which part they are: by what their role may do."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for

from service.api.caller import context
from service.operations.access import PERMISSIONS
from service.operations.people import Principal, Role
from service.operations.sessions import Session


@dataclass(frozen=True)
class Place:
    """A part of the product: its ``words``, the ``endpoint`` where it begins, the ``permission`` that this needs, how
    the addresses of all its pages begin (a regular expression), and the ``roles`` that find it so."""

    words: str
    endpoint: str
    permission: str
    addresses: str
    roles: Collection[Role] = tuple(Role)


_PREMISES = "/premises|/checklists|/staff"
_AT_PREMISES = (Role.STATION_MANAGER, Role.STAFF)
_PLACES = (
    Place("Board", "board", "estate.read", "/board|/history"),
    Place("My premises", "staff_home", "acknowledgements.create", _PREMISES, (Role.STAFF,)),
    Place("My premises", "premises_list", "premises.read", _PREMISES, (Role.STATION_MANAGER,)),
    Place("Premises", "premises_list", "premises.read", _PREMISES, set(Role).difference(_AT_PREMISES)),
    Place("Change a level", "ask_change", "threat_changes.create", "/changes?"),
    Place("Waiting", "waiting", "requests.read", "/waiting"),
    Place("Force checklist", "force_page", "force_checklist.read", "/force"),
    Place("Register", "register", "premises.write", "/register"),
    Place("People", "people", "accounts.manage", "/people"),
    Place("Webhooks", "webhooks_page", "webhooks.manage", "/webhooks"),
    Place("Record", "record", "audit.read", "/record"),
)
"""The places in order of importance. A page is part of the first that its address fits and its person may go to.

Premises are one place to everybody. Staff begin where they acknowledge the level, and others where the checklist is,
from which a link leads there.
"""


def shown() -> dict[str, Any]:
    """What the layout needs: ``navigation`` and the address of the ``part`` that the page belongs to (None for none),
    ``person`` (None where nobody is signed in), whether to say EXAMPLE."""
    session: Session | None = g.get("session")
    found = [] if session is None else places(session.principal)
    return {
        "is_example": context().policy.plan.example,
        "navigation": [{"text": place.words, "href": _address(place)} for place in found],
        "part": next((_address(place) for place in found if _holds(place, request.path)), None),
        "person": session and session.principal,
    }


def places(principal: Principal) -> list[Place]:
    """The places that this person may go to."""
    return [
        place for place in _PLACES if principal.role in PERMISSIONS[place.permission] and principal.role in place.roles
    ]


def _address(place: Place) -> str:
    return url_for(f"pages.{place.endpoint}")


def _holds(place: Place, address: str) -> bool:
    return re.match(f"({place.addresses})(/|$)", address) is not None
