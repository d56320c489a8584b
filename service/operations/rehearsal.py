"""Looking before a threat level is set by hand: what it would do, and whether a second person is needed."""

from __future__ import annotations

from typing import Any

from service.operations import access, deciding, threat
from service.operations.answers import level_name
from service.operations.context import Context
from service.operations.people import Principal, Role
from service.operations.simulate import Supposed, simulate
from service.operations.threat import ThreatWish
from service.store import estate
from service.store.threat import level_of


def rehearse(context: Context, principal: Principal, wish: ThreatWish) -> dict[str, Any]:
    """What ``set_level`` would do with this wish, written nowhere.

    Gives what ``simulate`` gives, and ``level``, ``previous_level``, ``unchanged``, ``needs_second_person``,
    ``may_set`` (a duty officer lowers nothing) and ``without_manager``: premises with nobody named to do the work.
    Raises as ``set_level`` does for a wish that is not complete, and NotFound.
    """
    threat.check_wish(wish)
    deliberation = deciding.prepare(context, threat.threat_fact(context, wish.scope, wish.level))
    simulated = simulate(context, principal, [Supposed(wish.scope, wish.level, wish.premises_id)])
    with context.store.read() as reader:
        present = level_of(reader, wish.scope, wish.premises_id)
        falls = threat.is_fall(context, reader, wish, present, deliberation)
        shown = threat.shown_by_reading(reader, wish)
        premises = wish.premises_id and access.visible_premises(reader, principal, wish.premises_id)
        previous = present["level"] if present else None
        return {
            **simulated,
            "scope": wish.scope.value,
            "premises_name": premises["name"] if premises else None,
            "level": level_name(wish.level),
            "previous_level": level_name(previous),
            "unchanged": previous == wish.level,
            "needs_second_person": falls and context.settings.falls_need_two and not shown,
            "may_set": not (falls and principal.role is Role.DUTY_OFFICER),
            "without_manager": estate.without_manager(reader, principal.sight),
        }
