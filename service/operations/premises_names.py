"""How premises are called where people read of them: by name, and not by the id that programs use."""

from __future__ import annotations

from collections.abc import Iterable

from service.operations.context import Context
from service.operations.people import Principal
from service.operations.premises_form import SLUG
from service.store import estate, register


def names_of(context: Context, principal: Principal, ids: Iterable[str | None]) -> dict[str, str]:
    """The name of each premises of ``ids``, closed ones too; the id itself of one that this person may not see."""
    wanted = {premises_id for premises_id in ids if premises_id}
    if not wanted:
        return {}
    with context.store.read() as reader:
        rows = register.by_ids(reader, set(filter(SLUG.fullmatch, wanted))).values()
    shown = (row for row in rows if estate.shows(principal.sight, row["id"], row["restricted"]))
    return {**{premises_id: premises_id for premises_id in wanted}, **{row["id"]: row["name"] for row in shown}}


def open_of(context: Context, principal: Principal, ids: Iterable[str]) -> set[str]:
    """Those of ``ids`` that are open premises which this person may see."""
    with context.store.read() as reader:
        return estate.visible_of(reader, principal.sight, set(filter(SLUG.fullmatch, ids)))
