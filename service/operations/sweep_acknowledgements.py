"""Telling where nobody has acknowledged a level in time: one event for each level and instant at which it was reached.

Levels above NORMAL alone are chased, whether premises rose or fell to them: those are what people must act on. Each is
told once; who acknowledges later shows on the board.
"""

from __future__ import annotations

from datetime import timedelta

from service.clock import rfc3339
from service.operations.context import Context
from service.operations.people import SYSTEM
from service.store import acknowledgements, events
from service.store.estate import EVERYTHING
from service.store.transactions import Writer
from service.store.types import Row


def sweep_acknowledgements(context: Context) -> int:
    """Tell of every level whose time has passed since the last time; gives how many events. Safe to repeat."""
    within = timedelta(seconds=context.settings.acknowledge_within)
    with context.store.read() as reader:
        if not acknowledgements.untold_levels(reader, reader.at - within):
            return 0
    with context.store.write(deciding=True) as writer:
        passed = acknowledgements.untold_levels(writer, writer.at - within)
        late = sum(_tell(writer, level, within) for level in passed)
        acknowledgements.tell(writer, passed)
        detail = {"levels": len(passed), "events": late}
        writer.record(SYSTEM.actor, "acknowledgements.chased", "acknowledgements", detail)
    return late


def _tell(writer: Writer, level: Row, within: timedelta) -> bool:
    name, since = level["response_level"].name, level["since"]
    premises = events.not_acknowledged(writer, EVERYTHING, level["response_level"], since, writer.at)
    if premises:
        data = {"response_level": name, "since": rfc3339(since), "due_at": rfc3339(since + within)}
        links = {"premises": f"/api/v1/premises?response_level={name}&acknowledged=no"}
        writer.emit("acknowledgement.overdue", {**data, "premises": premises, "links": links})
    return bool(premises)
