"""Keying in after an outage what was ticked on paper: all rows at once, or none.

The record keeps both times: when it was done, as stated, and when it was keyed in. What was keyed in stays marked so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from service.clock import rfc3339
from service.errors import FieldFault, Invalid
from service.operations import idempotency
from service.operations.checklists import premises_of, visible_checklist
from service.operations.codes import codes, normal
from service.operations.context import Context
from service.operations.idempotency import Once
from service.operations.keyed_rows import MOST_ROWS, Line, faults_of, parse_time, repeated
from service.operations.list_items import Item, items_of
from service.operations.list_work import put_state, subject, take
from service.operations.occurrences import occurrence
from service.operations.people import Principal
from service.store import checklists as lists
from service.store import items as table
from service.store.transactions import Reader, Writer
from service.store.types import Row


@dataclass(frozen=True)
class _Told:
    """A good row: the item in the turn in which it was done, and when."""

    line: Line
    item: Item
    at: datetime


def key_in(
    context: Context, principal: Principal, checklist_id: int, rows: Sequence[Line], once: Once | None = None
) -> dict[str, Any]:
    """Say what was done to the items of a printed list; empty rows count for nothing.

    ``checklist_id`` is the number on the paper. Where that list was superseded, what it says goes to the list in force
    in its place. A recurring item is ticked for the turn in which it was done. Gives the list that was written to, its
    version and how many items were ``taken``.

    Raises Invalid with every fault of every row (``code-1`` is the code of the first), NotFound, Forbidden, or Conflict
    (no such list is in force any more).
    """
    with context.store.write() as writer:
        idempotency.begin(writer, principal, once)
        lines = _checked([line for line in rows if not line.empty], writer.now)
        printed = visible_checklist(writer, principal, checklist_id)
        present = lists.present_id(writer, printed["subject"], printed["kind"])
        checklist = take(writer, principal, present or checklist_id)
        told = _told(context, writer, printed, checklist, lines)
        for row in told:
            stated = {"stated_at": row.at, "stated_by": row.line.by.strip()}
            put_state(writer, principal, checklist, row.item, row.line.status, row.line.note.strip(), **stated)
        detail = {"checklist": checklist["id"], "printed": checklist_id, "kind": checklist["kind"]}
        rows_told = [_detail(row) for row in told]
        more = {"version": checklist["version"], "items": rows_told, "by": principal.name}
        writer.record(principal.actor, "items.keyed_in", subject(checklist), {**detail, **more})
        answer = {
            "checklist_id": checklist["id"],
            "premises_id": premises_of(checklist),
            "version": checklist["version"],
            "taken": len(told),
        }
        return idempotency.keep(writer, principal, once, answer)


def _checked(lines: list[Line], now: datetime) -> list[Line]:
    if not lines:
        raise Invalid("there is nothing to key in", fields=(FieldFault("code-1", "is missing: enter at least one"),))
    if len(lines) > MOST_ROWS:
        raise Invalid(f"{len(lines)} rows; {MOST_ROWS} are the most at once")
    faults = [fault for line in lines for fault in faults_of(line, now)]
    faults += repeated(lines)
    if faults:
        raise Invalid("nothing was keyed in; correct the rows and send them again", fields=tuple(faults))
    return lines


def _told(context: Context, writer: Writer, printed: Row, checklist: Row, lines: list[Line]) -> list[_Told]:
    on_paper = _by_code(context, writer, printed)
    in_force = {item.option_id: item for item in items_of(context, writer, checklist, writer.at)}
    told, faults = [], list[FieldFault]()
    for line in lines:
        printed_item = on_paper.get(normal(line.code))
        item = printed_item and in_force.get(printed_item.option_id)
        if printed_item is None:
            faults.append(line.fault("code", f"is on no item of list {printed['id']}; look at the number of the list"))
        elif item is None:
            faults.append(line.fault("code", f"is of an item that no longer stands on the list: {printed_item.text}"))
        else:
            row = _Told(line, *_in_its_turn(context, writer, checklist, item, parse_time(line.at, writer.now)))
            faults += _refusals(row, printed, checklist)
            told.append(row)
    if faults:
        raise Invalid("nothing was keyed in; correct the rows and send them again", fields=tuple(faults))
    return told


def _by_code(context: Context, reader: Reader, printed: Row) -> dict[str, Item]:
    items = {item.option_id: item for item in items_of(context, reader, printed, reader.at)}
    return {code: items[option_id] for option_id, code in codes(printed["id"], printed["entered"], items).items()}


def _in_its_turn(context: Context, reader: Reader, checklist: Row, item: Item, at: datetime) -> tuple[Item, datetime]:
    turn = occurrence(item.repeat, at, context.settings.shifts)
    if turn.key == item.occurrence.key:
        return item, at
    rows = table.states(reader, checklist["subject"], checklist["kind"], [turn.key], None)
    state = next((row for row in rows if row["option_id"] == item.option_id), None)
    return replace(item, occurrence=turn, state=state), at


def _refusals(row: _Told, printed: Row, checklist: Row) -> list[FieldFault]:
    line, state, signed_off_at = row.line, row.item.state, checklist["signed_off_at"]
    faults = []
    if row.at < printed["issued_at"].replace(second=0, microsecond=0):
        faults.append(line.fault("at", f"lies before list {printed['id']} was issued"))
    if signed_off_at is not None and row.item.occurrence.start <= signed_off_at:
        faults.append(line.fault("code", "is of a list that was signed off since"))
    elif state is not None and (state["status"] == line.status or (state["stated_at"] or state["from_at"]) > row.at):
        present = f"{state['status'].replace('_', ' ')} ({state['name'] or 'the system'})"
        faults.append(line.fault("code", f"is recorded already as {present}; change it on the list if that is wrong"))
    return faults


def _detail(row: _Told) -> dict[str, Any]:
    return {
        "option": row.item.option_id,
        "occurrence": row.item.occurrence.key,
        "before": row.item.status,
        "status": row.line.status,
        "note": row.line.note.strip(),
        "stated_at": rfc3339(row.at),
        "stated_by": row.line.by.strip(),
    }
