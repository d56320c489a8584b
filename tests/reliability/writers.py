"""Every operation that writes, each with a state from which it can be done: what the reliability tests run through.

A test about the repository checks that no operation that opens a writing transaction is missing here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rules.levels import Scope, ThreatLevel
from service.operations import adopting, threat
from service.operations.context import Context
from service.operations.threat import ThreatWish
from tests import builders
from tests.reliability.estate_writers import ESTATE_OPERATIONS
from tests.reliability.list_writers import LIST_OPERATIONS

Act = Callable[[], object]


@dataclass(frozen=True)
class WriterCase:
    """One operation: ``arrange`` makes the state and gives the act. ``once`` when it can succeed only once."""

    operation: str
    arrange: Callable[[Context], Act]


def national(level: str) -> ThreatWish:
    """The wish to set the national level."""
    return ThreatWish(Scope.NATIONAL, ThreatLevel[level], "for a test")


def _set_level(context: Context) -> Act:
    lead = builders.lead(context)
    threat.set_level(context, lead, national("SUBSTANTIAL"))
    return lambda: threat.set_level(context, lead, national("CRITICAL"))


def _waiting_fall(context: Context) -> int:
    lead = builders.lead(context)
    threat.set_level(context, lead, national("CRITICAL"))
    return int(threat.set_level(context, lead, national("SEVERE"))["id"])


def _approve(context: Context) -> Act:
    waiting, gold = _waiting_fall(context), builders.gold(context)
    return lambda: threat.approve(context, gold, waiting)


def _withdraw(context: Context) -> Act:
    waiting, lead = _waiting_fall(context), builders.lead(context)
    return lambda: threat.withdraw(context, lead, waiting)


def _adopt(context: Context) -> Act:
    other = builders.with_another_plan(context)
    return lambda: adopting.adopt(other)


CASES = [
    WriterCase("threat.set_level", _set_level),
    WriterCase("threat.approve", _approve),
    WriterCase("threat.withdraw", _withdraw),
    WriterCase("adopting.adopt", _adopt),
    *(WriterCase(operation, arrange) for operation, arrange in ESTATE_OPERATIONS.items()),
    *(WriterCase(operation, arrange) for operation, arrange in LIST_OPERATIONS.items()),
]
