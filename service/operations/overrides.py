"""Overrides: a person's recorded variation of the level of one premises, with a reason and an expiry.

A raise is a floor, a hold a floor at the present level, a lower a ceiling below the rules. Whatever lowers a premises
waits for a second person: a lower itself, and the end of a raise or hold before its time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rules.levels import ResponseLevel
from service.errors import Conflict, FieldFault, Invalid
from service.operations import access, idempotency, override_ends, requests, variation
from service.operations.context import Context
from service.operations.idempotency import Once
from service.operations.people import Principal
from service.operations.plain_text import REASON_LENGTH, text_fault
from service.store import overrides, register, threat
from service.store.overrides import ACTIVE
from service.store.transactions import Writer
from service.store.types import Row

RAISE, HOLD, LOWER = "raise", "hold", "lower"
KINDS = (RAISE, HOLD, LOWER)
LONGEST = timedelta(days=90)
"""For how long an override may be made; what lasts longer belongs into the register."""


@dataclass(frozen=True)
class OverrideWish:
    """The variation that somebody wants, and why. A hold names no level: it is the present one."""

    kind: str
    reason: str
    expires_at: datetime
    response_level: ResponseLevel | None = None


def create_override(
    context: Context, principal: Principal, premises_id: str, wish: OverrideWish, once: Once | None = None
) -> dict[str, Any]:
    """Vary the level of one premises: a raise or hold at once, a lower when a second person approves it.

    Gives the override, with ``state`` active or awaiting_second_person. Raises Invalid, NotFound (not theirs to see)
    or Forbidden (a lower by one who may only raise).
    """
    if wish.kind == LOWER:
        access.check(principal, "overrides.lower")
    with context.store.write(deciding=True) as writer:
        idempotency.begin(writer, principal, once)
        access.visible_premises(writer, principal, premises_id)
        row = _new_row(writer, principal, premises_id, wish)
        row["id"] = overrides.add(writer, row)
        if wish.kind == LOWER:
            _ask_lower(writer, principal, row)
        else:
            variation.decide(context, writer, principal, row)
            variation.record(writer, principal, "override.created", row)
        return idempotency.keep(writer, principal, once, variation.shown(writer, row))


def _new_row(writer: Writer, principal: Principal, premises_id: str, wish: OverrideWish) -> dict[str, Any]:
    present = register.last_levels(writer, {premises_id})[premises_id]
    _check(wish, present, writer.at)
    return {
        "premises_id": premises_id,
        "kind": wish.kind,
        "response_level": present if wish.kind == HOLD else wish.response_level,
        "reason": wish.reason.strip(),
        "state": requests.AWAITING if wish.kind == LOWER else ACTIVE,
        "created_by": principal.person_id,
        "created_at": writer.at,
        "expires_at": wish.expires_at,
    }


def _check(wish: OverrideWish, present: ResponseLevel, now: datetime) -> None:
    faults = []
    if wish.kind not in KINDS:
        faults.append(FieldFault("kind", "must be raise, hold or lower"))
    elif fault := _level_fault(wish, present):
        faults.append(FieldFault("response_level", fault))
    if fault := text_fault(wish.reason, REASON_LENGTH, required=True):
        faults.append(FieldFault("reason", fault))
    if not now < wish.expires_at <= now + LONGEST:
        faults.append(FieldFault("expires_at", f"must lie in the future, at most {LONGEST.days} days ahead"))
    if faults:
        raise Invalid("the override cannot be made so", fields=tuple(faults))


def _level_fault(wish: OverrideWish, present: ResponseLevel) -> str | None:
    if wish.kind == HOLD:
        return None if wish.response_level in (None, present) else f"a hold is at the present level, {present.name}"
    if wish.response_level is None:
        return "is required"
    if wish.kind == RAISE and wish.response_level is ResponseLevel.NORMAL:
        return "nothing is raised to NORMAL"
    if wish.kind == LOWER and wish.response_level >= present:
        return f"must be below the present level, {present.name}"
    return None


def _ask_lower(writer: Writer, principal: Principal, row: dict[str, Any]) -> None:
    kind, reference = requests.OVERRIDE_LOWER, str(row["id"])
    requests.ask(writer, principal, kind, reference, {}, row["reason"], row["premises_id"])
    about = {"id": row["id"], "premises_id": row["premises_id"], "kind": LOWER, "response_level": row["response_level"]}
    writer.emit("override.requested", about)
    variation.record(writer, principal, "override.requested", row)


def approve_override(context: Context, principal: Principal, premises_id: str, override_id: int) -> dict[str, Any]:
    """The second person's yes to what waits about an override: a lower, or the end of a raise or hold.

    Raises NotFound, Forbidden (the same person) or Conflict: nothing waits, it has expired, or the threat rose since.
    """
    with context.store.write(deciding=True) as writer:
        row = variation.of_premises(writer, principal, premises_id, override_id)
        if row["state"] == requests.AWAITING:
            _approve_lower(context, writer, principal, row)
        else:
            override_ends.approve_end(context, writer, principal, row)
        writer.emit("override.approved", {"id": override_id, "premises_id": premises_id, "kind": row["kind"]})
        return variation.shown(writer, row)


def _approve_lower(context: Context, writer: Writer, principal: Principal, row: Row) -> None:
    requests.approve(writer, principal, requests.OVERRIDE_LOWER, str(row["id"]))
    if row["expires_at"] <= writer.at:
        raise Conflict("it has expired meanwhile; ask again")
    risen = threat.risen_since(writer, row["created_at"], row["premises_id"])
    if any(context.policy.reads(scope) for scope in risen):
        raise Conflict("a threat level rose since this was asked for; ask again")
    overrides.change(writer, row["id"], state=ACTIVE, approved_by=principal.person_id, approved_at=writer.at)
    variation.decide(context, writer, principal, row)
    variation.record(writer, principal, "override.approved", row)


def list_overrides(context: Context, principal: Principal, premises_id: str) -> dict[str, Any]:
    """All overrides that a premises ever had, newest first. Raises NotFound."""
    with context.store.read() as reader:
        access.visible_premises(reader, principal, premises_id)
        return {"items": [variation.answer(row) for row in overrides.of_premises(reader, premises_id)], "next": None}
