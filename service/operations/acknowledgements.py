"""Who knows the response level of a premises: each for themselves, or briefed by somebody at a parade.

An acknowledgement is of one level and lapses when the level changes and, where the premises asks for it, at shift
handover; that is reckoned, never written.
"""

from __future__ import annotations

from typing import Any

from service.errors import Conflict, FieldFault, Invalid
from service.operations import access, idempotency
from service.operations.answers import instant
from service.operations.context import Context
from service.operations.idempotency import Once
from service.operations.occurrences import shift
from service.operations.people import Principal
from service.store import acknowledgements as table
from service.store import checklists as lists
from service.store.levels import RESPONSE
from service.store.transactions import Writer
from service.store.types import LARGEST_KEY, Row

MOST_BRIEFED = 100_000


def acknowledge(
    context: Context,
    principal: Principal,
    premises_id: str,
    decision_id: int,
    briefed: int | None = None,
    once: Once | None = None,
) -> dict[str, Any]:
    """Say "I know the level", naming the decision that was seen; ``briefed`` others were told besides.

    Raises Forbidden (who may not brief others), Invalid (count), NotFound (premises), or
    Conflict when the level has moved since that decision, or it is not about these premises.
    """
    _check_briefed(principal, briefed)
    with context.store.write() as writer:
        idempotency.begin(writer, principal, once)
        access.visible_premises(writer, principal, premises_id)
        present = _present(writer, premises_id, decision_id)
        row = {
            "premises_id": premises_id,
            "decision_id": decision_id,
            "person_id": principal.person_id,
            "briefed": briefed or 0,
            "at": writer.at,
        }
        new_id = table.add(writer, row)
        detail = {"decision": decision_id, "briefed": briefed or 0, "level": present["response_level"]}
        writer.record(
            principal.actor, "level.acknowledged", f"premises/{premises_id}", {**detail, "by": principal.name}
        )
        answer = {
            "id": new_id,
            "premises_id": premises_id,
            "decision_id": decision_id,
            "response_level": present["response_level"].name,
            "briefed": briefed or 0,
            "at": instant(writer.at),
        }
        return idempotency.keep(writer, principal, once, answer)


def acknowledgements_of(context: Context, principal: Principal, premises_id: str) -> dict[str, Any]:
    """Who has been told of the present level of a premises, by whom and when, and how many not yet.

    ``acknowledged`` counts people, ``briefed`` those they told; ``not_yet`` is what that leaves of the headcount, at
    least 0. ``lapses_at`` is the shift handover at which all this lapses, None where it stands as long as the level.
    Raises NotFound.
    """
    with context.store.read() as reader:
        premises = access.visible_premises(reader, principal, premises_id)
        present = lists.present_of_premises(reader, principal.sight, premises_id)
        turn = shift(reader.at, context.settings.shifts)
        told = table.of_premises(reader, premises_id, turn.start)
    acknowledged = len({row["person_id"] for row in told})
    briefed = sum(row["briefed"] for row in told)
    return {
        "premises_id": premises_id,
        "response_level": present["response_level"].name if present else None,
        "since": instant(present["since"]) if present else None,
        "decision_id": present["decision_id"] if present else None,
        "lapses_at": instant(turn.end) if premises["acknowledge_each_shift"] else None,
        "headcount": premises["headcount"],
        "acknowledged": acknowledged,
        "briefed": briefed,
        "not_yet": max(0, premises["headcount"] - acknowledged - briefed),
        "items": [{"by": row["name"], "at": instant(row["at"]), "briefed": row["briefed"]} for row in told],
    }


def _check_briefed(principal: Principal, briefed: int | None) -> None:
    if briefed is None:
        return
    access.check(principal, "acknowledgements.brief")
    if not 0 < briefed <= MOST_BRIEFED:
        message = f"must be from 1 to {MOST_BRIEFED}"
        raise Invalid(f"briefed {message}", fields=(FieldFault("briefed", message),))


def _present(writer: Writer, premises_id: str, decision_id: int) -> Row:
    present = lists.lock_present(writer, RESPONSE, [premises_id])[premises_id]
    seen = table.decision_about(writer, premises_id, decision_id) if 0 < decision_id <= LARGEST_KEY else None
    if seen is None or (seen["response_level"] != present["response_level"]) or seen["at"] < present["since"]:
        message = f"is not about the present level; that is decision {present['decision_id']}"
        raise Conflict(
            f"decision {decision_id} {message}", code="superseded", fields=(FieldFault("decision_id", message),)
        )
    return present
