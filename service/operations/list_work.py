"""What all work on a list shares: its lock, the item it is about, what texts may hold, and how a state is put."""

from __future__ import annotations

from typing import Any

from contingency_plans.plan import Obligation
from service.errors import Conflict, FieldFault, NotFound
from service.operations import access, requests
from service.operations.checklists import premises_of, visible_checklist
from service.operations.list_items import BLOCKED, DECLINED, Item
from service.operations.people import Principal
from service.operations.plain_text import text_fault
from service.store import checklists as lists
from service.store import items as table
from service.store.tables import FORCE
from service.store.transactions import Writer
from service.store.types import LARGEST_KEY, Row

LONGEST_NAME = 200


def take(writer: Writer, principal: Principal, checklist_id: int) -> Row:
    """A list in force at its next version, locked until this transaction ends.

    Raises NotFound, Forbidden, or Conflict naming the list that is in force instead.
    """
    version = lists.bump(writer, checklist_id) if 0 < checklist_id <= LARGEST_KEY else None
    checklist = visible_checklist(writer, principal, checklist_id)
    access.check(principal, "force_checklist.write" if checklist["subject"] == FORCE else "checklists.write")
    if version is None:
        raise _superseded(writer, checklist)
    return checklist


def _superseded(writer: Writer, checklist: Row) -> Conflict:
    present = lists.present_id(writer, checklist["subject"], checklist["kind"])
    instead = "there is none in its place" if present is None else f"the present one is {present}"
    detail = f"checklist {checklist['id']} is no longer in force; {instead}"
    return Conflict(detail, code="superseded", fields=(FieldFault("checklist_id", instead),))


def find(items: list[Item], option_id: str, checklist_id: int) -> Item:
    """The item of that id. Raises NotFound."""
    for item in items:
        if item.option_id == option_id:
            return item
    raise NotFound(f"checklist {checklist_id} has no item {option_id}")


def text_faults(field: str, text: str, longest: int, *, required: bool = False) -> list[FieldFault]:
    """What is wrong with a text of at most ``longest`` characters."""
    fault = text_fault(text, longest, required=required)
    return [FieldFault(field, fault)] if fault else []


def put_state(
    writer: Writer, principal: Principal, checklist: Row, item: Item, status: str, reason: str, **stated: Any
) -> None:
    """Give an item a state from now on, and ask for a second person where a required one is declined or blocked.

    ``stated`` is what was said of another time: ``stated_at`` and ``stated_by``.
    """
    agreed = not (item.obligation is Obligation.REQUIRED and status in (DECLINED, BLOCKED))
    by = principal.person_id
    state_id = replace_state(writer, checklist, item, status=status, note=reason, agreed=agreed, by=by, **stated)
    if not agreed:
        premises_id = premises_of(checklist)
        about = {"checklist_id": checklist["id"], "premises_id": premises_id, "option_id": item.option_id}
        requests.ask(writer, principal, requests.ITEM_AGREEMENT, str(state_id), about, reason, premises_id)


def replace_state(writer: Writer, checklist: Row, item: Item, **state: Any) -> int:
    """Put a row of an item's state in place of its present one; gives its id."""
    row = {
        "subject": checklist["subject"],
        "kind": checklist["kind"],
        "option_id": item.option_id,
        "occurrence": item.occurrence.key,
        "version": checklist["version"],
        **state,
    }
    state_id = table.put(writer, row, item.state["id"] if item.state else None)
    if not item.agreed:
        table.withdraw_requests(writer, requests.ITEM_AGREEMENT)
    return state_id


def subject(checklist: Row) -> str:
    """How the record names whose list it is."""
    return "force" if checklist["subject"] == FORCE else f"premises/{checklist['subject']}"
