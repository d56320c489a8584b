"""The register of premises: reading it, and registering, changing and closing one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from service.errors import Conflict, FieldFault, Invalid
from service.operations import access, idempotency, override_ends, register_edit, requests, stand_down
from service.operations import policy as policies
from service.operations.answers import instant
from service.operations.context import Context
from service.operations.idempotency import Once
from service.operations.people import Principal, Role
from service.operations.plain_text import REASON_LENGTH, text_fault
from service.operations.premises_csv import write_csv
from service.operations.premises_filter import Narrowing, filter_of
from service.operations.premises_form import BY_NAME, COLUMNS, as_json, read_fields
from service.store import estate, levels, register
from service.store.transactions import Reader, Writer
from service.store.types import Row

LONGEST_PAGE = 500
"""Premises on one page at most."""

NEW = 0
"""The version of a premises that is not registered yet."""

_OF_STAFF = tuple(BY_NAME[name] for name in ("id", "name", "district", "address", "postcode", "kinds"))


def put_premises(
    context: Context,
    principal: Principal,
    premises_id: str,
    fields: Mapping[str, Any],
    once: Once | None = None,
    *,
    version: int | None = None,
) -> dict[str, Any]:
    """Register a premises, or change it: a field that is absent keeps what is stored, or has its default when new.

    Gives the premises and ``status`` (added, changed, unchanged), or, where its level would fall and the settings ask
    for two, ``{id, status: awaiting_second_person}`` of the request. ``version`` is the one that the editor saw,
    ``NEW`` where there was none.
    Raises Invalid (field by field), Conflict (another version, the like waits) or NotFound (not theirs to see).
    """
    values = _checked(premises_id, fields)
    with context.store.write(deciding=True) as writer:
        idempotency.begin(writer, principal, once)
        _may_put(writer, principal, values, version)
        edits = register_edit.edits_of(writer, [values])
        if context.settings.falls_need_two and register_edit.moved(context, writer, edits).lowered:
            answer = _ask(writer, principal, values)
        else:
            answer = _put(context, writer, principal, edits, premises_id)
        return idempotency.keep(writer, principal, once, answer)


def _checked(premises_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    values, faults = read_fields({"id": premises_id, **fields})
    if fields.get("id", premises_id) != premises_id:
        faults.append(FieldFault("id", f"is not {premises_id}, the premises that was named"))
    if faults:
        raise Invalid("the premises cannot be registered so", fields=tuple(faults))
    return values


def _may_put(reader: Reader, principal: Principal, values: Mapping[str, Any], version: int | None) -> None:
    row = estate.premises_by_id(reader, values["id"])
    if row is None or row["closed_at"] is not None:
        if version not in (None, NEW):
            raise Conflict(f"there is no premises {values['id']} of version {version}")
        if "name" not in values:
            raise Invalid("a new premises needs a name", fields=(FieldFault("name", "is required"),))
        return
    access.visible_premises(reader, principal, values["id"])
    _check_version(row, version)


def _check_version(row: Row, version: int | None) -> None:
    if version is not None and row["version"] != version:
        raise Conflict(f"premises {row['id']} is at version {row['version']} by now; read it again")


def _ask(writer: Writer, principal: Principal, values: Mapping[str, Any]) -> dict[str, Any]:
    given = as_json(values, (BY_NAME[name] for name in values))
    kind, reason = requests.PREMISES_EDIT, "an edit of the register that lowers the premises"
    request_id = requests.ask(writer, principal, kind, values["id"], {"fields": given}, reason, values["id"])
    _record(writer, principal, "premises.edit_requested", values["id"], {"request": request_id, "fields": given})
    return {"id": request_id, "status": requests.AWAITING}


def _put(
    context: Context, writer: Writer, principal: Principal, edits: register_edit.Edits, premises_id: str
) -> dict[str, Any]:
    register_edit.put(context, writer, principal, edits, premises_id)
    status = next(word for word, count in edits.counts.items() if count)
    row = register.with_level(writer, premises_id)
    _record(writer, principal, f"premises.{status}", premises_id, {"fields": as_json(row), "version": row["version"]})
    return {**premises_answer(row, principal), "status": status}


def _record(writer: Writer, principal: Principal, action: str, premises_id: str, detail: Mapping[str, Any]) -> None:
    writer.record(principal.actor, action, f"premises/{premises_id}", {**detail, "by": principal.name})


def approve_edit(context: Context, principal: Principal, premises_id: str) -> dict[str, Any]:
    """The second person's yes to an edit that lowers: checked and carried out as the register stands now.

    Raises NotFound, Forbidden (the same person), Conflict or Invalid.
    """
    with context.store.write(deciding=True) as writer:
        access.known_premises(writer, principal, premises_id)
        request = requests.approve(writer, principal, requests.PREMISES_EDIT, premises_id)
        values = _checked(premises_id, request["payload"]["fields"])
        return _put(context, writer, principal, register_edit.edits_of(writer, [values]), premises_id)


def withdraw_edit(context: Context, principal: Principal, premises_id: str) -> dict[str, Any]:
    """Take an edit back that waits. Raises Conflict or Forbidden."""
    with context.store.write(deciding=True) as writer:
        request = requests.withdraw(writer, principal, requests.PREMISES_EDIT, premises_id)
        _record(writer, principal, "premises.edit_withdrawn", premises_id, {"request": request["id"]})
        return {"id": request["id"], "status": requests.WITHDRAWN}


def close_premises(
    context: Context, principal: Principal, premises_id: str, reason: str = "", *, version: int | None = None
) -> dict[str, Any]:
    """Close a premises: its history stays, its lists are superseded, its id may be registered anew.

    A raise or hold stays, and counts again if the id is registered anew before it expires; to register it anew below
    the level at which it was closed takes a second person. Raises NotFound, Conflict.
    """
    if fault := text_fault(reason, REASON_LENGTH):
        raise Invalid("the premises cannot be closed so", fields=(FieldFault("reason", fault),))
    with context.store.write(deciding=True) as writer:
        _check_version(access.visible_premises(writer, principal, premises_id), version)
        adoption_id = policies.adopted(writer, context.policy)
        trigger_id = levels.add_trigger(writer, "register", premises_id, adoption_id, whole_estate=False)
        register.close(writer, premises_id, trigger_id)
        stand_down.close(writer, premises_id)
        estate.leave_fact_sets(writer, [premises_id])
        override_ends.end_lowers(writer, premises_id, "the premises was closed")
        requests.lapse(writer, requests.PREMISES_EDIT, premises_id)
        _record(writer, principal, "premises.closed", premises_id, {"reason": reason})
        return {"id": premises_id, "status": "closed", "closed_at": instant(writer.at)}


def get_premises(context: Context, principal: Principal, premises_id: str) -> dict[str, Any]:
    """One open premises with its present response level and since when. Raises NotFound."""
    with context.store.read() as reader:
        access.visible_premises(reader, principal, premises_id)
        return premises_answer(register.with_level(reader, premises_id), principal)


def list_premises(
    context: Context,
    principal: Principal,
    *,
    after: str | None = None,
    limit: int = 100,
    **narrowing: Unpack[Narrowing],
) -> dict[str, Any]:
    """A page of the open premises that this person may see, in order of id: ``items``, and ``next`` for ``after``.

    What narrows it is told by ``premises_filter.Narrowing``. Raises Invalid for a bad limit or text, and Forbidden.
    """
    check_page(limit, {"district": narrowing.get("district"), "q": narrowing.get("q"), "after": after})
    with context.store.read() as reader:
        wanted = filter_of(context, principal, reader, narrowing)
        rows = register.page(reader, principal.sight, wanted, after, limit + 1)
    items = [premises_answer(row, principal) for row in rows[:limit]]
    return {"items": items, "next": items[-1]["id"] if len(rows) > limit else None}


def check_page(limit: int, words: Mapping[str, str | None]) -> None:
    """Raises Invalid for a ``limit`` that no page has, or for texts by field that no database can keep."""
    faults = [FieldFault(name, fault) for name, word in words.items() if word and (fault := text_fault(word, 200))]
    if not 1 <= limit <= LONGEST_PAGE:
        faults.append(FieldFault("limit", f"must be between 1 and {LONGEST_PAGE}"))
    if faults:
        raise Invalid("the page cannot be given", fields=tuple(faults))


def export_premises(context: Context, principal: Principal) -> str:
    """The open premises that this person may see, as CSV that can be imported again."""
    with context.store.read() as reader:
        return "".join(write_csv(register.every_visible(reader, principal.sight)))


def premises_answer(row: Row, principal: Principal) -> dict[str, Any]:
    """A premises with its level, as much of it as this person may see, in the words of the contract."""
    columns = _OF_STAFF if principal.role is Role.STAFF else COLUMNS
    level = row["response_level"]
    present = {"response_level": level and level.name, "since": instant(row["since"])}
    return {**as_json(row, columns), **present, "version": row["version"]}
