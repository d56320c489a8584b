"""What every piece of work on a list begins with: its lock, the item it is about, and what texts may hold."""

from __future__ import annotations

from service.errors import Conflict, FieldFault, NotFound
from service.operations import access
from service.operations.checklists import visible_checklist
from service.operations.list_items import Item
from service.operations.people import Principal
from service.operations.plain_text import text_fault
from service.store import checklists as lists
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


def subject(checklist: Row) -> str:
    """How the record names whose list it is."""
    return "force" if checklist["subject"] == FORCE else f"premises/{checklist['subject']}"
