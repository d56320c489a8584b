"""Checklists: reading them, and working on them."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from service.api import kept
from service.api.answering import answered
from service.api.caller import context, principal
from service.api.contract import contract
from service.api.once import HEADER as IDEMPOTENCY_KEY
from service.api.once import carry_out
from service.api.shapes.checklists import (
    Checklist,
    ChecklistPage,
    ChecklistQuery,
    HandedOver,
    HandOver,
    ItemWork,
    KeyedIn,
    NewItem,
    PaperRows,
    SignedOff,
    Tick,
)
from service.api.versions import IF_MATCH, IF_NONE_MATCH, checklist_version, tagged
from service.errors import Invalid
from service.operations import checklists, items, keyed_in
from service.operations.keyed_rows import Line, placed

routes = APIBlueprint("checklists", __name__, tag="Checklists")


def _tagged(answer: dict[str, Any], status: int = 200) -> Response:
    return tagged(answered(answer, status), answer["etag"])


@routes.get("/premises/<slug:premises_id>/checklist")
@contract("checklists.read", also={304: None}, headers=(IF_NONE_MATCH,), one_snapshot=True)
@routes.output(Checklist)
def get_present_checklist(premises_id: str) -> Response:
    """Read the checklist of the present response level of a premises

    Staff are shown the items for all staff.
    """
    return kept.read(checklists.present_checklist, premises_id)


@routes.get("/premises/<slug:premises_id>/checklists")
@contract("checklists.read")
@routes.input(ChecklistQuery, location="query", arg_name="asked")
@routes.output(ChecklistPage)
def list_checklists(premises_id: str, asked: ChecklistQuery) -> Response:
    """List all checklists of a premises, response and stand-down, newest first"""
    return answered(checklists.checklists_of(context(), principal(), premises_id, asked.after, asked.limit))


@routes.get("/force/checklist")
@contract("force_checklist.read", also={304: None}, refusals=(404,), headers=(IF_NONE_MATCH,), one_snapshot=True)
@routes.output(Checklist)
def get_force_checklist() -> Response:
    """Read the checklist of the force as a whole"""
    return kept.read(checklists.force_checklist)


@routes.get("/checklists/<number:checklist_id>")
@contract("checklists.read", also={304: None}, headers=(IF_NONE_MATCH,), one_snapshot=True)
@routes.output(Checklist)
def get_checklist(checklist_id: int) -> Response:
    """Read a checklist; a superseded one as it stood then"""
    return kept.read(checklists.checklist, checklist_id)


@routes.patch("/checklists/<number:checklist_id>/items/<option:option_id>")
@contract("checklists.write", refusals=(409, 428), headers=(IF_MATCH,))
@routes.input(Tick, arg_name="wish")
@routes.output(ItemWork)
def tick_item(checklist_id: int, option_id: str, wish: Tick) -> Response:
    """Say what became of an item

    `If-Match` names the version that you saw (428 without). 409 only when that very item has changed since, its turn
    is over, or the list is signed off or superseded.
    """
    seen = checklist_version(checklist_id)
    answer = items.tick(
        context(),
        principal(),
        checklist_id,
        option_id,
        wish.status,
        wish.note,
        seen,
        wish.reason_code,
        wish.occurrence,
    )
    return _tagged(answer)


@routes.post("/checklists/<number:checklist_id>/items/<option:option_id>/agree")
@contract("checklists.agree", refusals=(409,))
@routes.output(ItemWork)
def agree_item(checklist_id: int, option_id: str) -> Response:
    """Agree, as a second person, that a required item is not done"""
    return _tagged(items.agree_item(context(), principal(), checklist_id, option_id))


@routes.post("/checklists/<number:checklist_id>/items")
@contract("checklists.write", refusals=(409,), headers=(IDEMPOTENCY_KEY,))
@routes.input(NewItem, arg_name="wish")
@routes.output(ItemWork, 201)
def add_item(checklist_id: int, wish: NewItem) -> Response:
    """Add an item of your own to a response checklist"""
    answer = carry_out(items.add_item, checklist_id, wish.text, wish.owner_role, wish.due_at, wish.reverse)
    return _tagged(answer, 201)


@routes.post("/checklists/<number:checklist_id>/codes")
@contract("checklists.write", refusals=(409,), headers=(IDEMPOTENCY_KEY,))
@routes.input(PaperRows, arg_name="wish")
@routes.output(KeyedIn)
def key_in_checklist(checklist_id: int, wish: PaperRows) -> Response:
    """Key in after an outage what was done to the items of a printed checklist

    All rows or none. `checklist_id` is the number on the paper; where that list was superseded, what it says goes to
    the one in force in its place. Both times are kept, and the items stay marked as keyed in later.
    """
    lines = [Line(number, row.code, row.at, row.by, row.status, row.note) for number, row in enumerate(wish.rows, 1)]
    try:
        return answered(carry_out(keyed_in.key_in, checklist_id, lines))
    except Invalid as error:
        raise placed(error, lambda number, name: f"rows[{number - 1}].{name}") from error


@routes.post("/checklists/<number:checklist_id>/hand-over")
@contract("checklists.write", refusals=(409,))
@routes.input(HandOver, arg_name="wish")
@routes.output(HandedOver)
def hand_over_checklist(checklist_id: int, wish: HandOver) -> Response:
    """Put a checklist into somebody else's hands"""
    return answered(items.hand_over(context(), principal(), checklist_id, wish.to, wish.note))


@routes.post("/checklists/<number:checklist_id>/sign-off")
@contract("checklists.write", refusals=(409, 422, 428), headers=(IF_MATCH,))
@routes.output(SignedOff)
def sign_off_checklist(checklist_id: int) -> Response:
    """Sign a checklist off, once every item is decided

    `If-Match` names the exact version that you saw (428 without, 409 for any other).
    """
    return answered(items.sign_off(context(), principal(), checklist_id, checklist_version(checklist_id)))
