"""Events by pull: what happened after a sequence, waiting for more where there is none yet."""

from __future__ import annotations

from collections.abc import Callable, Collection
from threading import BoundedSemaphore
from typing import Any

from service.errors import FieldFault, Invalid
from service.operations.context import Context
from service.operations.event_types import EVENT_TYPES
from service.operations.event_views import view
from service.operations.people import Principal
from service.stopping import stopping
from service.store import events as store
from service.store.events import Audience

LONGEST_WAIT = 30
"""Seconds."""

PAUSE = 0.25
"""Seconds from one look to the next while waiting."""

MOST_WAITING = 4
"""Callers that may wait at a time in one process; others are answered at once, so that they cannot take it all up."""

_waiting = BoundedSemaphore(MOST_WAITING)


def read_events(
    context: Context,
    principal: Principal,
    after: int = 0,
    wait: int = 0,
    types: Collection[str] = (),
    limit: int = 50,
    pause: Callable[[float], bool | None] = stopping.wait,
) -> dict[str, Any]:
    """Events after a sequence, of ``types`` if any are given, in order; waits up to ``wait`` seconds for the first.

    ``pause`` lets so many seconds pass, and says whether the waiting is over: the process was told to stop.
    ``next`` is the sequence to ask after the next time: that of the last event looked at, told or not. No transaction
    lasts while waiting. Raises Invalid for an unknown type, and for a sequence that no event has reached: the store was
    put back to an earlier state, and a reader that went on would miss what follows.
    """
    check_types("type", types)
    found = _look(context, principal, after, types, limit)
    if found["items"] or not wait or not _waiting.acquire(blocking=False):
        return found
    try:
        for _ in range(round(min(wait, LONGEST_WAIT) / PAUSE)):
            ended = pause(PAUSE)
            found = _look(context, principal, found["next"], types, limit)
            if ended or found["items"]:
                break
        return found
    finally:
        _waiting.release()


def _look(context: Context, principal: Principal, after: int, types: Collection[str], limit: int) -> dict[str, Any]:
    with context.store.read() as reader:
        last = store.last_sequence(reader)
        if after > last:
            message = f"the last event is {last}; if the store was restored, start again from there"
            raise Invalid(f"no event has reached the sequence {after}", fields=(FieldFault("after", message),))
        audience = Audience(principal.sight)
        items: list[dict[str, Any]] = []
        while len(items) < limit and (rows := store.after(reader, after, limit)):
            for row in rows:
                if len(items) == limit:
                    break
                after = row["sequence"]
                told = view(reader, row, audience) if not types or row["type"] in types else None
                items += [told] if told else []
    return {"items": items, "next": after}


def check_types(field: str, types: Collection[str]) -> None:
    """Raises Invalid naming the first of ``types`` that is no event type."""
    for type_ in types:
        if type_ not in EVENT_TYPES:
            message = f"there is no event type {type_}; there are {', '.join(EVENT_TYPES)}"
            raise Invalid(message, fields=(FieldFault(field, message),))
