"""Setting a threat level by hand, and the one way in which any threat change is accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.levels import Scope, ThreatLevel
from service.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound
from service.operations import access, deciding, idempotency, membership, requests
from service.operations.answers import effect_answer, level_name, threat_change_answer
from service.operations.context import Context
from service.operations.deliberation import Deliberation
from service.operations.effect import Effect
from service.operations.idempotency import Once
from service.operations.people import Principal, Role
from service.store import levels, overrides, readings, threat
from service.store.transactions import Reader, Writer
from service.store.types import Row

ACCEPTED, AWAITING, WITHDRAWN = "accepted", "awaiting_second_person", "withdrawn"
BY_HAND = "hand"


@dataclass(frozen=True)
class ThreatWish:
    """The level that somebody wants a scope to have, and why. ``level`` None means ``not_set``."""

    scope: Scope
    level: ThreatLevel | None
    reason: str
    reference: str = ""
    premises_id: str | None = None
    effective_at: datetime | None = None


def set_level(context: Context, principal: Principal, wish: ThreatWish, once: Once | None = None) -> dict[str, Any]:
    """Set a threat level by hand.

    A rise, or a fall that a trusted reading shows, is accepted at once; another fall waits for a second person where
    the settings ask for two; the present level again is noted as a confirmation and issues nothing. Raises Invalid,
    NotFound (premises) or Forbidden (a fall by one who may only raise).
    """
    check_wish(wish)
    deliberation = deciding.prepare(context, threat_fact(context, wish.scope, wish.level))
    with context.store.write(deciding=True) as writer:
        idempotency.begin(writer, principal, once)
        if wish.premises_id is not None:
            access.visible_premises(writer, principal, wish.premises_id)
        present = threat.level_of(writer, wish.scope, wish.premises_id)
        effective_at = _effective_at(writer, wish, present)
        if (present["level"] if present else None) == wish.level:
            answer = _confirm(writer, principal, wish, present)
        else:
            answer = _change(context, writer, principal, wish, present, effective_at, deliberation)
        return idempotency.keep(writer, principal, once, answer)


def check_wish(wish: ThreatWish) -> None:
    """Raises Invalid for a wish that can be told to be wrong by itself."""
    faults = []
    if (wish.scope is Scope.PREMISES) != (wish.premises_id is not None):
        faults.append(FieldFault("premises_id", "is needed for the scope premises, and for no other"))
    if not wish.reason.strip():
        faults.append(FieldFault("reason", "say why, in a sentence"))
    if wish.level is None and wish.scope is Scope.NATIONAL:
        faults.append(FieldFault("level", "the national level cannot be taken away"))
    if faults:
        raise Invalid("the threat change is not complete", fields=tuple(faults))


def _effective_at(writer: Writer, wish: ThreatWish, present: Row | None) -> datetime:
    at = wish.effective_at or writer.at
    if at > writer.at:
        raise _bad_time("lies in the future")
    if present is not None and at < present["since"]:
        raise _bad_time("lies before the present level's own start")
    return at


def _bad_time(message: str) -> Invalid:
    return Invalid(f"effective_at {message}", fields=(FieldFault("effective_at", message),))


def _confirm(writer: Writer, principal: Principal, wish: ThreatWish, present: Row | None) -> dict[str, Any]:
    threat.confirm_level(writer, wish.scope, wish.premises_id, writer.at)
    writer.record(
        principal.actor,
        "threat_level.confirmed",
        subject(wish.scope, wish.premises_id),
        {"level": wish.level, "reason": wish.reason, "by": principal.name},
    )
    change_id = present["change_id"] if present else None
    return {"id": change_id, "status": "unchanged", "scope": wish.scope.value, "level": level_name(wish.level)}


def _change(
    context: Context,
    writer: Writer,
    principal: Principal,
    wish: ThreatWish,
    present: Row | None,
    effective_at: datetime,
    deliberation: Deliberation,
) -> dict[str, Any]:
    falls = is_fall(context, writer, wish, present, deliberation)
    if falls and principal.role is Role.DUTY_OFFICER:
        raise Forbidden("a duty officer may raise a level, never lower it")
    waits = falls and context.settings.falls_need_two and not shown_by_reading(writer, wish)
    row = {
        "scope": wish.scope.value,
        "premises_id": wish.premises_id,
        "level": wish.level,
        "previous_level": present["level"] if present else None,
        "status": AWAITING if waits else ACCEPTED,
        "source": BY_HAND,
        "reason": wish.reason,
        "reference": wish.reference,
        "effective_at": effective_at,
        "requested_by": principal.person_id,
        "requested_at": writer.at,
    }
    row["id"] = threat.add_change(writer, row)
    if not waits:
        return accept(context, writer, principal, row, deliberation)
    requests.ask(writer, principal, requests.THREAT_FALL, str(row["id"]), {}, wish.reason, wish.premises_id)
    record_change(writer, principal, "threat_change.requested", row)
    return threat_change_answer(row, principal)


def is_fall(
    context: Context, reader: Reader, wish: ThreatWish, present: Row | None, deliberation: Deliberation
) -> bool:
    """Whether a change makes a scope milder. A first level does where it would lower any premises."""
    if present is not None:
        return wish.level is None or wish.level < present["level"]
    facts = {**deciding.present_facts(reader), **threat_fact(context, wish.scope, wish.level)}
    if wish.scope is Scope.PREMISES:
        return False
    outcomes = deliberation.outcomes(reader, levels.standings(reader), facts, reader.at)
    return any(outcome.word == "lowered" for outcome in outcomes)


def shown_by_reading(reader: Reader, wish: ThreatWish) -> bool:
    """Whether the last reading of a trusted source says just this level."""
    return wish.level is not None and any(
        reading["level"] == wish.level for reading in readings.latest(reader, wish.scope)
    )


def accept(
    context: Context,
    writer: Writer,
    principal: Principal,
    change: dict[str, Any],
    deliberation: Deliberation | None = None,
) -> dict[str, Any]:
    """Put a written change in force: its level, what ends by a rise, decisions, lists, record and events."""
    threat.put_level(writer, change)
    scope = Scope(change["scope"])
    rises = change["level"] is not None and (change["previous_level"] or 0) < change["level"]
    ended = _end_lowers(context, writer, scope, change["premises_id"]) if rises else []
    touched = {*ended, change["premises_id"]} - {None}
    if touched:
        membership.refresh(context, writer, touched)
    effect = _decide(context, writer, principal, change, deliberation)
    writer.emit("threat_level.changed", {"id": change["id"], "scope": scope.value, **_levels_told(change, scope)})
    record_change(writer, principal, "threat_change.accepted", change, lowers_ended=sorted(ended))
    return {**threat_change_answer(change, principal), "effect": effect_answer(effect)}


def _decide(
    context: Context, writer: Writer, principal: Principal, change: dict[str, Any], deliberation: Deliberation | None
) -> Effect:
    scope = Scope(change["scope"])
    if not context.policy.reads(scope):
        return deciding.no_effect(writer, principal)
    trigger = deciding.Trigger("threat_change", str(change["id"]))
    return deciding.decide(context, writer, principal, trigger, deliberation, whole_estate=scope is not Scope.PREMISES)


def _levels_told(change: dict[str, Any], scope: Scope) -> dict[str, Any]:
    if scope not in (Scope.NATIONAL, Scope.NORTHERN_IRELAND):
        return {}
    return {"level": change["level"], "previous_level": change["previous_level"]}


def _end_lowers(context: Context, writer: Writer, scope: Scope, premises_id: str | None) -> list[str]:
    if not context.policy.reads(scope):
        return []
    ending = overrides.active(writer, None if premises_id is None else {premises_id}, kind="lower")
    for row in ending:
        overrides.change(
            writer, row["id"], state="ended", ended_at=writer.at, end_reason=f"the {scope.value} threat level rose"
        )
    return [row["premises_id"] for row in ending]


def approve(context: Context, principal: Principal, change_id: int) -> dict[str, Any]:
    """The second person's yes to a waiting fall. Raises NotFound, Forbidden (the same person) or Conflict."""
    with context.store.read() as reader:
        waiting = _waiting(reader, change_id)
    deliberation = deciding.prepare(context, threat_fact(context, Scope(waiting["scope"]), waiting["level"]))
    with context.store.write(deciding=True) as writer:
        change = dict(_waiting(writer, change_id))
        present = threat.level_of(writer, Scope(change["scope"]), change["premises_id"])
        if (present["level"] if present else None) != change["previous_level"]:
            raise Conflict("the level has changed since this was asked for; ask again")
        requests.approve(writer, principal, requests.THREAT_FALL, str(change_id))
        change |= {"status": ACCEPTED, "decided_by": principal.person_id, "decided_at": writer.at}
        change["effective_at"] = max(change["effective_at"], present["since"] if present else change["effective_at"])
        threat.update_change(
            writer, change_id, **{key: change[key] for key in ("status", "decided_by", "decided_at", "effective_at")}
        )
        return accept(context, writer, principal, change, deliberation)


def withdraw(context: Context, principal: Principal, change_id: int) -> dict[str, Any]:
    """Take a waiting fall back. Raises NotFound or Conflict."""
    with context.store.write(deciding=True) as writer:
        change = dict(_waiting(writer, change_id))
        requests.withdraw(writer, principal, requests.THREAT_FALL, str(change_id))
        change |= {"status": WITHDRAWN, "decided_by": principal.person_id, "decided_at": writer.at}
        threat.update_change(writer, change_id, **{key: change[key] for key in ("status", "decided_by", "decided_at")})
        record_change(writer, principal, "threat_change.withdrawn", change)
        return threat_change_answer(change, principal)


def _waiting(reader: Reader, change_id: int) -> Row:
    change = threat.change_by_id(reader, change_id)
    if change is None:
        raise NotFound(f"there is no threat change {change_id}")
    if change["status"] != AWAITING:
        raise Conflict(f"threat change {change_id} is {change['status']}; nothing waits")
    return change


def record_change(writer: Writer, principal: Principal, action: str, change: dict[str, Any], **more: Any) -> None:
    """The audit entry of a threat change."""
    kept = ("id", "level", "previous_level", "source", "reason", "reference", "effective_at", "reading_id")
    detail = {key: change.get(key) for key in kept}
    writer.record(
        principal.actor,
        action,
        subject(Scope(change["scope"]), change["premises_id"]),
        {**detail, **more, "by": principal.name},
    )


def subject(scope: Scope, premises_id: str | None) -> str:
    """How the record names a scope."""
    return f"threat/{scope.value}" + (f"/{premises_id}" if premises_id else "")


def threat_fact(context: Context, scope: Scope, level: ThreatLevel | None) -> dict[str, str]:
    """The fact that a shared scope has this level; nothing for the premises scope, which is no shared fact."""
    return {} if scope is Scope.PREMISES else {f"threat.{scope.value}": level_name(level)}
