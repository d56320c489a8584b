"""Ending overrides by hand. Where that would lower the premises it waits for a second person."""

from __future__ import annotations

from typing import Any

from service.errors import Conflict, FieldFault, Forbidden, Invalid
from service.operations import lowering, membership, requests, variation
from service.operations.context import Context
from service.operations.people import Principal, Role
from service.operations.plain_text import REASON_LENGTH, text_fault
from service.store import estate, overrides
from service.store.overrides import ACTIVE
from service.store.transactions import Reader, Writer
from service.store.types import Row

ENDED, WITHDRAWN = "ended", "withdrawn"


def end_override(
    context: Context, principal: Principal, premises_id: str, override_id: int, reason: str = ""
) -> dict[str, Any]:
    """End an override, or withdraw one that waits. Gives the override.

    The end of a raise or hold that would lower the premises waits for a second person where the settings ask for two
    (``state`` then is active, and ``request`` the id of what waits). Raises NotFound, Conflict (it has ended, or its
    end waits already) or Forbidden (a duty officer lowers nothing).
    """
    if fault := text_fault(reason, REASON_LENGTH):
        raise Invalid("the override cannot be ended so", fields=(FieldFault("reason", fault),))
    with context.store.write(deciding=True) as writer:
        row = variation.of_premises(writer, principal, premises_id, override_id)
        if row["state"] == requests.AWAITING:
            _withdraw_lower(writer, principal, row)
        elif row["state"] != ACTIVE:
            raise Conflict(f"override {override_id} is {row['state']} already")
        elif lowers_by_ending(context, writer, row):
            return _end_early(context, writer, principal, row, reason)
        else:
            _end(context, writer, principal, row, reason)
        return variation.shown(writer, row)


def _end_early(context: Context, writer: Writer, principal: Principal, row: Row, reason: str) -> dict[str, Any]:
    if principal.role is Role.DUTY_OFFICER:
        raise Forbidden("a duty officer may raise a level, never lower it")
    if not context.settings.falls_need_two:
        _end(context, writer, principal, row, reason)
        return variation.shown(writer, row)
    kind, reference = requests.OVERRIDE_END, str(row["id"])
    request_id = requests.ask(writer, principal, kind, reference, {}, reason, row["premises_id"])
    variation.record(writer, principal, "override.end_requested", row, end_reason=reason)
    return {**variation.shown(writer, row), "request": request_id}


def approve_end(context: Context, writer: Writer, principal: Principal, row: Row) -> None:
    """The second person's yes to the early end of a raise or hold. Raises Forbidden or Conflict."""
    request = requests.approve(writer, principal, requests.OVERRIDE_END, str(row["id"]))
    _end(context, writer, principal, row, request["reason"])


def withdraw_end(context: Context, principal: Principal, premises_id: str, override_id: int) -> dict[str, Any]:
    """Take the wish to end an override back. Gives the override. Raises NotFound, Conflict or Forbidden."""
    with context.store.write(deciding=True) as writer:
        row = variation.of_premises(writer, principal, premises_id, override_id)
        requests.withdraw(writer, principal, requests.OVERRIDE_END, str(override_id))
        variation.record(writer, principal, "override.end_withdrawn", row)
        return variation.shown(writer, row)


def lowers_by_ending(context: Context, reader: Reader, row: Row) -> bool:
    """Whether the premises would stand lower without this override."""
    ids = {row["premises_id"]}
    others = [other for other in overrides.active(reader, ids) if other["id"] != row["id"]]
    profiles = membership.profiles_from(context, reader, estate.open_premises(reader, ids), others)
    return bool(lowering.lowered(context, reader, profiles))


def end_lowers(writer: Writer, premises_id: str, reason: str) -> None:
    """End every lower of a premises that is being closed, waiting ones too."""
    for row in overrides.of_premises(writer, premises_id):
        if row["kind"] == "lower" and row["state"] in (ACTIVE, requests.AWAITING):
            overrides.change(writer, row["id"], state=ENDED, ended_at=writer.at, end_reason=reason)
            requests.lapse(writer, requests.OVERRIDE_LOWER, str(row["id"]))


def _withdraw_lower(writer: Writer, principal: Principal, row: Row) -> None:
    requests.withdraw(writer, principal, requests.OVERRIDE_LOWER, str(row["id"]))
    overrides.change(writer, row["id"], state=WITHDRAWN, ended_by=principal.person_id, ended_at=writer.at)
    variation.record(writer, principal, "override.withdrawn", row)


def _end(context: Context, writer: Writer, principal: Principal, row: Row, reason: str) -> None:
    ended = {"state": ENDED, "ended_by": principal.person_id, "ended_at": writer.at, "end_reason": reason}
    overrides.change(writer, row["id"], **ended)
    requests.lapse(writer, requests.OVERRIDE_END, str(row["id"]))
    variation.decide(context, writer, principal, row)
    variation.record(writer, principal, "override.ended", row, end_reason=reason)
