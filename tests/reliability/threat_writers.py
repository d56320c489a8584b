"""The operations that change a threat level by hand, or the policy, each with a state from which it can be done."""

from __future__ import annotations

from dataclasses import replace

from rules.levels import Scope, ThreatLevel
from service.operations import adopting, approvals, threat
from service.operations.context import Context
from service.operations.threat import ThreatWish
from service.store import requests
from service.store.estate import EVERYTHING
from tests import builders, lists
from tests.reliability.case import Act, WriterCase


def national(level: str) -> ThreatWish:
    """The wish to set the national level."""
    return ThreatWish(Scope.NATIONAL, ThreatLevel[level], "for a test")


def _rise(context: Context) -> Act:
    lead = builders.lead(context)
    threat.set_level(context, lead, national("SUBSTANTIAL"))
    return lambda: threat.set_level(context, lead, national("CRITICAL"))


def _of_premises(context: Context) -> Act:
    lead, wish = builders.lead(context), ThreatWish(Scope.PREMISES, ThreatLevel.CRITICAL, "a threat", "", "alder")
    return lambda: threat.set_level(context, lead, wish)


def _again(context: Context) -> Act:
    lead = builders.lead(context)
    threat.set_level(context, lead, national("SEVERE"))
    return lambda: threat.set_level(context, lead, national("SEVERE"))


def _fall(context: Context) -> Act:
    lead = builders.lead(context)
    threat.set_level(context, lead, national("CRITICAL"))
    return lambda: threat.set_level(context, lead, national("SEVERE"))


def waiting_fall(context: Context) -> int:
    """The id of a fall from CRITICAL that waits for a second person."""
    return int(_fall(context)()["id"])  # type: ignore[index]


def _approve(context: Context) -> Act:
    waiting, gold = waiting_fall(context), builders.gold(context)
    return lambda: threat.approve(context, gold, waiting)


def _request(context: Context) -> int:
    with context.store.read() as reader:
        (row,) = requests.all_waiting(reader, EVERYTHING)
    return int(row["id"])


def _approve_request(context: Context) -> Act:
    waiting_fall(context)
    waiting, gold = _request(context), builders.gold(context)
    return lambda: approvals.approve_request(context, gold, waiting)


def _withdraw(context: Context) -> Act:
    waiting, lead = waiting_fall(context), builders.lead(context)
    return lambda: threat.withdraw(context, lead, waiting)


def _withdraw_request(context: Context) -> Act:
    waiting_fall(context)
    waiting, lead = _request(context), builders.lead(context)
    return lambda: approvals.withdraw_request(context, lead, waiting)


def _adopt(context: Context) -> Act:
    other = replace(context, policy=lists.small_policy("2", frozenset({"F1"})))
    return lambda: adopting.adopt(other)


THREAT_CASES = [
    WriterCase("threat.set_level", _rise, "to CRITICAL"),
    WriterCase("threat.set_level", _of_premises, "of one premises"),
    WriterCase("threat.set_level", _again, "to the same level again"),
    WriterCase("threat.set_level", _fall, "lower, which waits"),
    WriterCase("threat.approve", _approve),
    WriterCase("threat.withdraw", _withdraw),
    WriterCase("approvals.approve_request", _approve_request),
    WriterCase("approvals.withdraw_request", _withdraw_request),
    WriterCase("adopting.adopt", _adopt),
]
