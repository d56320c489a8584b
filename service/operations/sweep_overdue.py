"""Telling of deadlines that have passed: one event for each issued menu and deadline, with counts.

Lateness itself is never written; it follows from an item's deadline and what was done. This only keeps which deadlines
people have been told of, so that each is told once, however many premises share the menu.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from contingency_plans.plan import Repeat
from service.clock import parse_rfc3339, rfc3339
from service.operations import policy as policies
from service.operations.context import Context
from service.operations.list_items import AD_HOC
from service.operations.occurrences import Occurrence, occurrence
from service.operations.people import SYSTEM
from service.store import overdue as table
from service.store.levels import STAND_DOWN
from service.store.transactions import Reader
from service.store.types import Row

CHUNK = 500


@dataclass
class Deadline:
    """A deadline of a menu that ``checklists`` lists share: the options due then, by the turn that is due."""

    checklists: int
    options: list[tuple[str, str]] = field(default_factory=list)


def sweep_overdue(context: Context) -> int:
    """Tell of every deadline that has passed since the last time; gives how many. For the worker, safe to repeat."""
    with context.store.read() as reader:
        if not _passed(context, reader):
            return 0
    with context.store.write(deciding=True) as writer:
        passed = _passed(context, writer)
        late = _late(writer, passed)
        for (menu_id, due_at), items in sorted(late.items()):
            writer.emit("checklist.items_overdue", {"due_at": rfc3339(due_at), "menu_id": menu_id, **items})
        table.tell(writer, sorted(passed))
        writer.record(SYSTEM.actor, "overdue.told", "checklists", {"deadlines": len(passed), "events": len(late)})
    return len(late)


def _passed(context: Context, reader: Reader) -> dict[tuple[int, datetime], Deadline]:
    told = table.told(reader)
    turns = {repeat: occurrence(repeat, reader.at, context.settings.shifts) for repeat in (None, *Repeat)}
    found: dict[tuple[int, datetime], Deadline] = {}
    for menu in table.menus_in_force(reader):
        for due_at, option_id, turn in _deadlines(context, reader, menu, turns):
            key = (menu["id"], due_at)
            if due_at <= reader.at and key not in told:
                found.setdefault(key, Deadline(menu["checklists"])).options.append((option_id, turn))
    return found


def _deadlines(
    context: Context, reader: Reader, menu: Row, turns: Mapping[Repeat | None, Occurrence]
) -> Iterator[tuple[datetime, str, str]]:
    plan = policies.plan_of(reader, context.policy, menu["plan"])
    reverses = menu["kind"] == STAND_DOWN
    for option_id, entered in menu["entered"].items():
        if option_id.startswith(AD_HOC):
            continue
        option = (
            policies.reversing_option(reader, context.policy, plan, option_id) if reverses else plan.option(option_id)
        )
        turn = turns[None if reverses else option.repeat]
        yield turn.due_at(parse_rfc3339(entered), option.within), option_id, turn.key


def _late(
    reader: Reader, passed: Mapping[tuple[int, datetime], Deadline]
) -> dict[tuple[int, datetime], dict[str, int]]:
    decided: defaultdict[tuple[int, str, str], int] = defaultdict(int)
    menu_ids = sorted({menu_id for menu_id, _ in passed})
    keys = sorted({turn for deadline in passed.values() for _, turn in deadline.options})
    for start in range(0, len(menu_ids), CHUNK):
        decided.update(table.decided(reader, menu_ids[start : start + CHUNK], keys))
    late = {}
    for (menu_id, due_at), deadline in passed.items():
        items = sum(deadline.checklists - decided[menu_id, option, turn] for option, turn in deadline.options)
        if items:
            late[menu_id, due_at] = {"items": items, "checklists": deadline.checklists}
    return late
