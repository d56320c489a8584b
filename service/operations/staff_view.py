"""What everybody at a premises needs to know (O27 3.1): its level, what they must do, whether they said that they know.

It is the same for all who may see the premises: never a measure that is for its managers, and nobody else's name.
"""

from __future__ import annotations

from typing import Any

from contingency_plans.plan import Audience
from service.errors import NotFound
from service.operations import access
from service.operations import policy as policies
from service.operations.answers import instant
from service.operations.checklists import plan_answer
from service.operations.context import Context
from service.operations.list_items import Item, items_of
from service.operations.occurrences import shift
from service.operations.people import Principal
from service.store import acknowledgements, explanations
from service.store import checklists as lists
from service.store.types import Row


def staff_view(context: Context, principal: Principal, premises_id: str) -> dict[str, Any]:
    """The level of a premises, ``since``, and the ``actions`` for all staff in the order of its list.

    ``confirmed``: a national threat level is known. ``decision_id`` is the one to name when acknowledging.
    ``acknowledged_at`` is when this person did so, None where they did not or it has lapsed; ``lapses_at`` is the shift
    handover at which it will, None where it stands as long as the level. Raises NotFound.
    """
    with context.store.read() as reader:
        premises = access.visible_premises(reader, principal, premises_id)
        present = lists.present_of_premises(reader, principal.sight, premises_id)
        if present is None:
            raise NotFound(f"there is no level of premises {premises_id} yet")
        items = items_of(context, reader, present, reader.at)
        turn = shift(reader.at, context.settings.shifts)
        known = acknowledgements.last_of_person(reader, premises_id, principal.person_id, turn.start)
        confirmed = explanations.national_known(reader, None)
        plan = policies.plan_of(reader, context.policy, present["plan"])
    return {
        **_level(premises, present),
        "confirmed": confirmed,
        "plan": plan_answer(plan),
        "marking": plan.marking,
        "actions": [_action(item) for item in items if item.audience is Audience.ALL_STAFF],
        "acknowledged_at": instant(known),
        "lapses_at": instant(turn.end) if premises["acknowledge_each_shift"] else None,
    }


def _level(premises: Row, present: Row) -> dict[str, Any]:
    return {
        "premises_id": premises["id"],
        "name": premises["name"],
        "response_level": present["response_level"].name,
        "since": instant(present["since"]),
        "decision_id": present["decision_id"],
    }


def _action(item: Item) -> dict[str, Any]:
    return {
        "option_id": item.option_id,
        "text": item.text,
        "caution": item.caution,
        "reference": item.reference,
        "new": item.new,
    }
