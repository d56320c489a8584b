"""What every operation on an override needs: finding it, deciding about its premises, recording and showing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.errors import NotFound
from service.operations import access, deciding, membership
from service.operations.answers import instant
from service.operations.context import Context
from service.operations.people import Principal
from service.store import overrides
from service.store.record import plain
from service.store.transactions import Reader, Writer
from service.store.types import Row


def of_premises(reader: Reader, principal: Principal, premises_id: str, override_id: int) -> Row:
    """An override of an open premises that this person may see. Raises NotFound."""
    access.visible_premises(reader, principal, premises_id)
    rows = overrides.of_premises(reader, premises_id, override_id)
    if not rows:
        raise NotFound(f"premises {premises_id} has no override {override_id}")
    return rows[0]


def decide(context: Context, writer: Writer, principal: Principal, row: Mapping[Any, Any]) -> None:
    """Let the premises have its level and list after an override of it was written."""
    membership.refresh(context, writer, {row["premises_id"]})
    trigger = deciding.Trigger("override", str(row["id"]))
    deciding.decide(context, writer, principal, trigger, whole_estate=False)


def record(writer: Writer, principal: Principal, action: str, row: Mapping[Any, Any], **more: Any) -> None:
    """The audit entry of an override."""
    kept = ("id", "kind", "response_level", "reason", "expires_at")
    detail = {**{name: row[name] for name in kept}, **more, "by": principal.name}
    writer.record(principal.actor, action, f"premises/{row['premises_id']}", detail)


def shown(reader: Reader, row: Mapping[Any, Any]) -> dict[str, Any]:
    """An override as it stands now, in the words of the contract."""
    return answer(overrides.of_premises(reader, row["premises_id"], row["id"])[0])


def answer(row: Row) -> dict[str, Any]:
    """An override, with the names of people, in the words of the contract."""
    times = {name: instant(row[name]) for name in ("created_at", "expires_at", "approved_at", "ended_at")}
    people = {name: row[f"{name}_name"] for name in ("created_by", "approved_by", "ended_by")}
    kept = ("id", "premises_id", "kind", "response_level", "reason", "state", "end_reason")
    return {**plain({name: row[name] for name in kept}), **people, **times}
