"""Edits of the register, one or a hundred thousand: what they come to, what they would lower, and putting them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from service.operations import deciding, lowering, membership
from service.operations.context import Context
from service.operations.deliberation import Deliberation
from service.operations.effect import Effect
from service.operations.people import Principal
from service.operations.premises_form import DEFAULTS
from service.store import estate, overrides, register
from service.store.transactions import Reader, Writer
from service.store.types import Row


@dataclass
class Edits:
    """Whole register rows as they will be. ``reopened`` were closed and are registered anew."""

    added: list[dict[str, Any]] = field(default_factory=list)
    reopened: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0

    @property
    def rows(self) -> Sequence[dict[str, Any]]:
        """Every row that will be written."""
        return [*self.added, *self.reopened, *self.changed]

    @property
    def counts(self) -> dict[str, int]:
        """How many are added, changed and unchanged."""
        added = len(self.added) + len(self.reopened)
        return {"added": added, "changed": len(self.changed), "unchanged": self.unchanged}


def edits_of(reader: Reader, given: Iterable[Mapping[str, Any]]) -> Edits:
    """What the checked fields of each premises (``id`` among them) come to: what is not given stays as it is stored."""
    by_id = {fields["id"]: fields for fields in given}
    stored = register.by_ids(reader, by_id.keys())
    edits = Edits()
    for premises_id, fields in by_id.items():
        _place(edits, reader, fields, stored.get(premises_id))
    return edits


def _place(edits: Edits, reader: Reader, fields: Mapping[str, Any], row: Row | None) -> None:
    anew = {**DEFAULTS, "registered_at": reader.at, "closed_at": None}
    if row is None:
        edits.added.append({**anew, **fields, "version": 1})
    elif row["closed_at"] is not None:
        edits.reopened.append({**anew, **fields, "version": row["version"] + 1})
    elif any(row[name] != value for name, value in fields.items()):
        edits.changed.append({**row, **fields, "version": row["version"] + 1})
    else:
        edits.unchanged += 1


def consider(context: Context, reader: Reader, edits: Edits) -> Deliberation:
    """A deliberation over the edited rows from a snapshot, before any lock is taken."""
    return lowering.consider(context, reader, _profiles(context, reader, edits))


class Moved(NamedTuple):
    """How many premises edits would raise, of those that are open already, and lower, closed ones included."""

    raised: int = 0
    lowered: int = 0


def moved(context: Context, reader: Reader, edits: Edits, deliberation: Deliberation | None = None) -> Moved:
    """What the edits would do to levels."""
    open_already = {row["id"] for row in edits.changed}
    raised = lowered = 0
    for premises_id, present, then in lowering.moves(context, reader, _profiles(context, reader, edits), deliberation):
        raised += then > present and premises_id in open_already
        lowered += then < present
    return Moved(raised, lowered)


def _profiles(context: Context, reader: Reader, edits: Edits) -> dict[str, dict[str, str]]:
    rows = edits.rows
    in_force = overrides.active(reader, {row["id"] for row in rows})
    return membership.profiles_from(context, reader, rows, in_force)


def put(
    context: Context,
    writer: Writer,
    principal: Principal,
    edits: Edits,
    reference: str,
    deliberation: Deliberation | None = None,
) -> Effect:
    """Write the edits, and give every premises among them its level and list at once."""
    register.add(writer, edits.added)
    register.rewrite(writer, [*edits.reopened, *edits.changed])
    estate.enter_fact_sets(writer, _profiles(context, writer, edits))
    trigger = deciding.Trigger("register", reference)
    return deciding.decide(context, writer, principal, trigger, deliberation, whole_estate=False)
