"""Which premises a list shows: the same ways to narrow it for the register, the premises page and the API."""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

from rules.levels import ResponseLevel
from service.operations import access
from service.operations.context import Context
from service.operations.occurrences import shift
from service.operations.people import Principal
from service.store.register import Acknowledged, Filter
from service.store.transactions import Reader

RUNS_OUT_WITHIN = timedelta(hours=24)
"""An override that ends within this time is one that runs out."""


class Narrowing(TypedDict, total=False):
    """How a list is narrowed; what is absent, None or False does not matter.

    ``q`` is looked for in id, name, district and postcode, whatever its capitals; ``acknowledged`` asks whether
    somebody has acknowledged the present level, in this shift where the premises asks for that; ``override_expiring``
    for an override in force that runs out.
    """

    response_level: ResponseLevel | None
    district: str | None
    q: str | None
    acknowledged: bool | None
    override_expiring: bool


def filter_of(context: Context, principal: Principal, reader: Reader, narrowing: Narrowing) -> Filter:
    """What to look for. Raises Forbidden to those who do not see overrides and ask for them."""
    acknowledged, expiring = narrowing.get("acknowledged"), narrowing.get("override_expiring", False)
    if expiring:
        access.check(principal, "overrides.read")
    began = shift(reader.at, context.settings.shifts).start
    return Filter(
        narrowing.get("response_level"),
        narrowing.get("district"),
        narrowing.get("q"),
        None if acknowledged is None else Acknowledged(acknowledged, began),
        reader.at + RUNS_OUT_WITHIN if expiring else None,
    )
