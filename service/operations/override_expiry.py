"""What time does to overrides and to EXCEPTIONAL: a job of the worker. Time alone never lowers a premises."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from contingency_plans.plan import Repeat
from service.operations import override_ends, requests
from service.operations.context import Context
from service.operations.occurrences import occurrence
from service.operations.people import SYSTEM
from service.operations.variation import decide
from service.store import overrides, register
from service.store.transactions import Reader, Writer
from service.store.types import Row

EXPIRED = "expired"
END, ASK = "end", "ask"


def sweep_overrides(context: Context) -> dict[str, Any]:
    """Deal with every override whose time is up, and prompt the review of premises that stay at EXCEPTIONAL.

    A lower ends at once. A raise or hold ends unless that would lower the premises: then it stays, and its author and
    the lead are asked, once per shift, to renew or end it. Gives the counts ``ended``, ``asked`` and ``reviews``.
    Safe to repeat; writes nothing when there is nothing to do.
    """
    with context.store.read() as reader:
        if not _is_due(context, reader):
            return {"ended": 0, "asked": 0, "reviews": 0}
    with context.store.write(deciding=True) as writer:
        done: dict[str, list[int]] = {END: [], ASK: []}
        for row in overrides.expired(writer):
            if word := _what_to_do(context, writer, row):
                _carry_out(context, writer, row, word)
                done[word].append(row["id"])
        reviews = _prompt_reviews(context, writer)
        detail = {"ended": done[END], "asked": done[ASK], "reviews": reviews}
        writer.record(SYSTEM.actor, "overrides.swept", "overrides", detail)
    return {"ended": len(done[END]), "asked": len(done[ASK]), "reviews": reviews}


def _is_due(context: Context, reader: Reader) -> bool:
    return register.review_is_due(reader, reader.at - _review_period(context)) or any(
        _what_to_do(context, reader, row) for row in overrides.expired(reader)
    )


def _what_to_do(context: Context, reader: Reader, row: Row) -> str | None:
    if row["kind"] == "lower" or not override_ends.lowers_by_ending(context, reader, row):
        return END
    shift = occurrence(Repeat.EVERY_SHIFT, reader.at, context.settings.shifts)
    asked = row["prompted_at"] is not None and row["prompted_at"] >= shift.start
    return None if asked else ASK


def _carry_out(context: Context, writer: Writer, row: Row, word: str) -> None:
    about = {"id": row["id"], "premises_id": row["premises_id"], "kind": row["kind"]}
    if word == ASK:
        overrides.change(writer, row["id"], prompted_at=writer.at)
        writer.emit("review.due", {"subject": "override", **about, "author": row["created_by"]})
        return
    overrides.change(writer, row["id"], state=EXPIRED, ended_at=writer.at, end_reason="its time was up")
    for kind in (requests.OVERRIDE_LOWER, requests.OVERRIDE_END):
        requests.lapse(writer, kind, str(row["id"]))
    decide(context, writer, SYSTEM, row)
    writer.emit("override.expired", about)


def _prompt_reviews(context: Context, writer: Writer) -> int:
    period = _review_period(context)
    count = register.prompt_reviews(writer, writer.at - period)
    if count:
        writer.emit("review.due", {"subject": "exceptional", "premises": count})
    return count


def _review_period(context: Context) -> timedelta:
    return timedelta(seconds=context.settings.exceptional_review)
