"""Generated estates: as many premises as wanted, over a fixed number of distinct fact sets."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert

from rules.facts import FLAGS, KINDS
from rules.levels import ResponseLevel
from service.operations.context import Context
from service.store.tables import premises

FACT_SETS = 500


def rows(count: int, at: Any) -> Iterator[dict[str, Any]]:
    """Register rows of ``count`` premises in FACT_SETS distinct profiles."""
    shapes = list(itertools.islice(_shapes(), FACT_SETS))
    for number in range(count):
        kinds, flags = shapes[number % FACT_SETS]
        yield {
            "id": f"site-{number:06d}",
            "name": f"Site {number}",
            "district": f"District {number % 12}",
            "address": "",
            "postcode": "",
            "kinds": list(kinds),
            "risk_category": "medium",
            "minimum_response_level": ResponseLevel.NORMAL,
            **flags,
            "restricted": False,
            "acknowledge_each_shift": False,
            "headcount": 20,
            "manager": "",
            "deputy": "",
            "duty_contact": "",
            "version": 1,
            "registered_at": at,
        }


def _shapes() -> Iterator[tuple[tuple[str, ...], dict[str, bool]]]:
    read = ("public_access", "staffed", "mail_handling", "cctv", "parking", "lockdown_capable")
    for kind in KINDS:
        for values in itertools.product((True, False), repeat=len(read)):
            yield (kind,), {**dict.fromkeys(FLAGS, False), **dict(zip(read, values, strict=True))}


def fill(context: Context, count: int) -> None:
    """Put ``count`` generated premises into the register, without deciding about them."""
    with context.store.housekeeping() as writer:
        estate = rows(count, writer.at)
        while batch := list(itertools.islice(estate, 5_000)):
            writer.connection.execute(insert(premises), batch)
