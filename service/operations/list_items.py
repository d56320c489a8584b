"""The items of a list, put together from its menu, what people added, and what people did. Nothing here writes.

An item that nobody touched has no row: it is open. A list that was superseded is shown as it stood then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contingency_plans.plan import Audience, Obligation, Plan, Repeat
from service.clock import parse_rfc3339
from service.operations import access
from service.operations import policy as policies
from service.operations.answers import instant
from service.operations.context import Context
from service.operations.occurrences import ONE_OFF, Occurrence, occurrence
from service.operations.people import Principal
from service.store import items as table
from service.store.levels import STAND_DOWN
from service.store.transactions import Reader
from service.store.types import Row

OPEN, DONE, NOT_APPLICABLE, DECLINED, BLOCKED = "open", "done", "not_applicable", "declined", "blocked"
STATUSES = (OPEN, DONE, NOT_APPLICABLE, DECLINED, BLOCKED)
SETTLED = (DONE, NOT_APPLICABLE, DECLINED)
"""What leaves nothing to be done in time."""

ADDED = "Added by hand"
"""The category of items that people added themselves; it stands last."""

AD_HOC = "adhoc-"
"""How the ids of such items begin; the number of the row follows."""


@dataclass(frozen=True)
class Item:
    """One item of a list in its present occurrence. ``state`` is its row, None while nobody has touched it."""

    option_id: str
    category: str
    text: str
    obligation: Obligation
    audience: Audience
    owner_role: str
    due_at: datetime | None
    repeat: Repeat | None
    occurrence: Occurrence
    caution: str | None
    reverse: str | None
    reference: str
    marking: str
    new: bool
    state: Row | None

    @property
    def status(self) -> str:
        """What was last said of it; open as long as nothing was."""
        return self.state["status"] if self.state else OPEN

    @property
    def agreed(self) -> bool:
        """Whether nobody has to agree to it any more."""
        return self.state is None or self.state["agreed"]

    @property
    def decided(self) -> bool:
        """Whether it no longer stands in the way of signing the list off."""
        return self.status != OPEN and self.agreed

    def is_late(self, at: datetime) -> bool:
        """Whether its deadline is past and it is not settled."""
        settled = self.status in SETTLED and self.agreed
        return self.due_at is not None and self.due_at < at and not settled

    @property
    def version(self) -> int:
        """The version of the list at which it was last changed; 0 while nobody has touched it."""
        return self.state["version"] if self.state else 0


def items_of(context: Context, reader: Reader, checklist: Row, at: datetime) -> list[Item]:
    """The items of a list (with its menu) in order, as they stand at ``at``, or stood when it was superseded.

    By category in the order of the plan, then those that are new at this level, then by deadline.
    """
    ended = checklist["superseded_at"]
    plan = policies.plan_of(reader, context.policy, checklist["plan"])
    current = {repeat: occurrence(repeat, ended or at, context.settings.shifts) for repeat in (None, *Repeat)}
    keys = {turn.key for turn in current.values()}
    rows = table.states(reader, checklist["subject"], checklist["kind"], keys, ended)
    states = {(row["option_id"], row["occurrence"]): row for row in rows}
    added = table.ad_hoc(reader, [checklist["subject"]], ended)
    found = [
        _of_option(reader, context, plan, checklist, option_id, current, states)
        for option_id in checklist["entered"]
        if not option_id.startswith(AD_HOC)
    ]
    found += [_of_added(plan, checklist, row, states) for row in added if stands(checklist, row)]
    categories = {category: place for place, category in enumerate((*plan.categories, ADDED))}
    return sorted(found, key=lambda item: _place(categories, item))


def stands(checklist: Mapping[Any, Any], added: Row) -> bool:
    """Whether an added item stands on a list: at the level at which it was added and above, or to be reversed."""
    if checklist["kind"] == STAND_DOWN:
        return option_id_of(added) in checklist["entered"]
    return bool(added["from_level"] <= checklist["response_level"])


def option_id_of(added: Row) -> str:
    """The id by which an added item is named on lists."""
    return f"{AD_HOC}{added['id']}"


def _place(categories: Mapping[str, int], item: Item) -> tuple[int, bool, bool, datetime | None, str]:
    return (
        categories.get(item.category, len(categories)),
        not item.new,
        item.due_at is None,
        item.due_at,
        item.option_id,
    )


def _of_option(
    reader: Reader,
    context: Context,
    plan: Plan,
    checklist: Row,
    option_id: str,
    current: Mapping[Repeat | None, Occurrence],
    states: Mapping[tuple[str, str], Row],
) -> Item:
    reverses = checklist["kind"] == STAND_DOWN
    option = policies.reversing_option(reader, context.policy, plan, option_id) if reverses else plan.option(option_id)
    repeat = None if reverses else option.repeat
    entered = parse_rfc3339(checklist["entered"][option_id])
    return Item(
        option_id=option_id,
        category=option.category,
        text=_text(option.text, option.reverse, reverses),
        obligation=Obligation.CONSIDER if reverses else option.obligation,
        audience=option.audience,
        owner_role=option.owner_role,
        due_at=current[repeat].due_at(entered, option.within),
        repeat=repeat,
        occurrence=current[repeat],
        caution=option.caution,
        reverse=None if reverses else option.reverse,
        reference=option.reference,
        marking=option.marking,
        new=entered >= checklist["since"],
        state=states.get((option_id, current[repeat].key)),
    )


def _of_added(plan: Plan, checklist: Row, added: Row, states: Mapping[tuple[str, str], Row]) -> Item:
    reverses = checklist["kind"] == STAND_DOWN
    return Item(
        option_id=option_id_of(added),
        category=ADDED,
        text=_text(added["text"], added["reverse"], reverses),
        obligation=Obligation.CONSIDER,
        audience=Audience.MANAGERS,
        owner_role=added["owner_role"],
        due_at=None if reverses else added["due_at"],
        repeat=None,
        occurrence=ONE_OFF,
        caution=None,
        reverse=None if reverses else added["reverse"],
        reference="",
        marking=plan.marking,
        new=added["added_at"] >= checklist["since"],
        state=states.get((option_id_of(added), "")),
    )


def _text(text: str, reverse: str | None, reverses: bool) -> str:
    return (reverse or text) if reverses else text


def shown_to(principal: Principal, items: Iterable[Item]) -> list[Item]:
    """The items that this person may see."""
    everything = access.sees_every_item(principal)
    return [item for item in items if everything or item.audience is Audience.ALL_STAFF]


def progress(items: Iterable[Item]) -> dict[str, int]:
    """How many items there are by status; what still waits to be agreed counts as open."""
    counts = Counter(item.status if item.agreed else OPEN for item in items)
    return {status: counts[status] for status in STATUSES}


def item_answer(item: Item, principal: Principal) -> dict[str, Any]:
    """An item in the words of the contract. Who did it is not shown to staff."""
    state = item.state
    named = state is not None and access.sees_every_item(principal)
    return {
        "option_id": item.option_id,
        "category": item.category,
        "text": item.text,
        "obligation": item.obligation.value,
        "audience": item.audience.value,
        "owner_role": item.owner_role,
        "due_at": instant(item.due_at),
        "repeat": item.repeat.value if item.repeat else None,
        "occurrence": item.occurrence.key,
        "status": item.status,
        "note": state["note"] if state else "",
        "agreed": item.agreed,
        "by": state["name"] if state and named else None,
        "at": instant(state["from_at"]) if state else None,
        "retrospective": _retrospective(state, named),
        "caution": item.caution,
        "reverse": item.reverse,
        "reference": item.reference,
        "marking": item.marking,
        "new": item.new,
        "version": item.version,
    }


def _retrospective(state: Row | None, named: bool) -> dict[str, Any] | None:
    if state is None or state["stated_at"] is None:
        return None
    return {"at": instant(state["stated_at"]), "by": state["stated_by"] if named else None}
