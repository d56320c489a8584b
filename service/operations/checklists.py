"""Reading lists: the one in force at a premises or for the force, any one by its id, and all of a premises."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from contingency_plans.plan import Plan
from service.errors import FieldFault, Invalid, NotFound
from service.operations import access
from service.operations import policy as policies
from service.operations.answers import instant
from service.operations.context import Context
from service.operations.list_items import AD_HOC, Item, item_answer, items_of, progress, shown_to
from service.operations.occurrences import marker
from service.operations.people import Principal
from service.store import checklists as table
from service.store.levels import RESPONSE
from service.store.tables import FORCE
from service.store.transactions import Reader
from service.store.types import LARGEST_KEY, Row

PAGE = 50
"""Lists in one answer."""


class Unchanged(Exception):
    """The reader has this version of a list already, by its ``etag``."""

    def __init__(self, etag: str) -> None:
        super().__init__("unchanged")
        self.etag = etag


def present_checklist(
    context: Context, principal: Principal, premises_id: str, known: Container[str] = ()
) -> dict[str, Any]:
    """The response list in force at a premises.

    ``known`` are the etags of versions that the reader has. Raises Unchanged when this is one of them, NotFound for a
    premises that is unknown, closed or hidden.
    """
    with context.store.read() as reader:
        checklist = table.present_of_premises(reader, principal.sight, premises_id)
        if checklist is None:
            raise NotFound(f"there is no premises {premises_id}")
        return _answer(context, reader, principal, checklist, known)


def force_checklist(context: Context, principal: Principal, known: Container[str] = ()) -> dict[str, Any]:
    """The response list in force of the force itself.

    Raises Unchanged, Forbidden, or NotFound before the first decision.
    """
    access.check(principal, "force_checklist.read")
    with context.store.read() as reader:
        checklist = table.present_of_force(reader)
        if checklist is None:
            raise NotFound("there is no force checklist yet; run opq init")
        return _answer(context, reader, principal, checklist, known)


def checklist(context: Context, principal: Principal, checklist_id: int, known: Container[str] = ()) -> dict[str, Any]:
    """One list; a superseded one as it stood when it was superseded. Raises Unchanged or NotFound."""
    with context.store.read() as reader:
        return _answer(context, reader, principal, visible_checklist(reader, principal, checklist_id), known)


def checklists_of(
    context: Context, principal: Principal, premises_id: str, cursor: str | None = None, limit: int = PAGE
) -> dict[str, Any]:
    """All lists of a premises, both kinds, newest first, by page, without their items.

    Raises NotFound (premises) or Invalid (a cursor that no answer gave).
    """
    before = _before(cursor)
    with context.store.read() as reader:
        access.visible_premises(reader, principal, premises_id)
        rows = table.of_subject(reader, premises_id, before, limit + 1)
    page = rows[:limit]
    return {
        "items": [_summary(row, principal) for row in page],
        "next": str(page[-1]["id"]) if len(rows) > limit else None,
    }


def _before(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdecimal() and int(cursor) <= LARGEST_KEY):
        message = "is none that an answer gave; leave it out to start at the newest"
        raise Invalid(f"the cursor {message}", fields=(FieldFault("cursor", message),))
    return int(cursor)


def visible_checklist(reader: Reader, principal: Principal, checklist_id: int) -> Row:
    """A list with its menu, where this person may see its premises (or the force's). Raises NotFound."""
    found = table.by_id(reader, principal.sight, checklist_id) if 0 < checklist_id <= LARGEST_KEY else None
    if found is None or (found["subject"] == FORCE and not _sees_force(principal)):
        raise NotFound(f"there is no checklist {checklist_id}")
    return found


def _sees_force(principal: Principal) -> bool:
    return access.allows(principal, "force_checklist.read")


def _answer(
    context: Context, reader: Reader, principal: Principal, checklist: Row, known: Container[str]
) -> dict[str, Any]:
    present = refuse_unchanged(context, reader, checklist, known)
    items = shown_to(principal, items_of(context, reader, checklist, reader.at))
    return {**answer(context, reader, principal, checklist, items), "etag": present}


def refuse_unchanged(context: Context, reader: Reader, checklist: Row, known: Container[str]) -> str:
    """The ``etag`` of a list. Raises Unchanged when it is ``known``."""
    present = etag(context, reader, checklist)
    if present in known:
        raise Unchanged(present)
    return present


def answer(context: Context, reader: Reader, principal: Principal, checklist: Row, items: list[Item]) -> dict[str, Any]:
    """A list that was read with these of its items, in the words of the contract, but for its etag."""
    plan = policies.plan_of(reader, context.policy, checklist["plan"])
    return {
        **_summary(checklist, principal),
        "plan": plan_answer(plan),
        "marking": plan.marking,
        "progress": progress(items),
        "items": [item_answer(item, principal) for item in items],
    }


def plan_answer(plan: Plan) -> dict[str, Any]:
    """Which plan a list was made from; ``example`` says that it is no force's own."""
    return {"id": plan.id, "version": plan.version, "sha256": plan.sha256, "example": plan.example}


def _summary(checklist: Row, principal: Principal) -> dict[str, Any]:
    named = access.sees_every_item(principal)
    return {
        "id": checklist["id"],
        "premises_id": premises_of(checklist),
        "kind": checklist["kind"],
        "state": state_of(checklist),
        "response_level": checklist["response_level"].name,
        "since": instant(checklist["since"]),
        "issued_at": instant(checklist["issued_at"]),
        "superseded_at": instant(checklist["superseded_at"]),
        "signed_off_at": instant(checklist["signed_off_at"]),
        "signed_off_by": checklist["signed_off_name"] if named else None,
        "version": checklist["version"],
        "holder": checklist["holder"] if named else None,
    }


def premises_of(checklist: Mapping[Any, Any]) -> str | None:
    """The premises of a list; none for the force's."""
    return None if checklist["subject"] == FORCE else checklist["subject"]


def state_of(checklist: Mapping[Any, Any]) -> str:
    """open, signed_off or superseded. A stand-down list ends by being signed off, which is no superseding."""
    if checklist["superseded_at"] is not None and checklist["superseded_at"] != checklist["signed_off_at"]:
        return "superseded"
    return "open" if checklist["signed_off_at"] is None else "signed_off"


def etag(context: Context, reader: Reader, checklist: Row) -> str:
    """``id.version.turn``: changes with the list, and when a shift or day has begun that its items wait for.

    It is told from the list and its menu alone, so that a reader who has this version costs one query.
    """
    turn = marker(reader.at, context.settings.shifts) if _recurs(context, reader, checklist) else "0"
    return f"{checklist['id']}.{checklist['version']}.{turn}"


def _recurs(context: Context, reader: Reader, checklist: Row) -> bool:
    if checklist["kind"] != RESPONSE or checklist["superseded_at"] is not None:
        return False
    plan = policies.plan_of(reader, context.policy, checklist["plan"])
    return any(plan.option(option).repeat for option in checklist["entered"] if not option.startswith(AD_HOC))
