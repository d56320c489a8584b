"""Reviews of the policy: a rulebook and a plan may say by which day they are to be reviewed. They stay in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from service.operations.context import Context
from service.operations.occurrences import LONDON
from service.operations.people import SYSTEM
from service.operations.policy import Policy, adopted
from service.store import adoption
from service.store.transactions import Reader


def reviews_due(policy: Policy, at: datetime) -> dict[str, dict[str, Any]]:
    """What of the policy is due to be reviewed on the day that it is in London, by digest.

    Each with its ``kind`` (rulebook or plan), ``id``, ``version`` and ``review_by``.
    """
    today, found = at.astimezone(LONDON).date(), dict[str, dict[str, Any]]()
    for kind, document in (("rulebook", policy.rulebook), ("plan", policy.plan)):
        if document.review_by is not None and document.review_by <= today:
            about = {"kind": kind, "id": document.id, "version": document.version}
            found[document.sha256] = {**about, "review_by": document.review_by.isoformat()}
    return found


def tell_reviews_due(context: Context) -> int:
    """Tell of what has come due to be reviewed, once for each version; gives how many. Safe to repeat.

    Raises Permanent when the policy in force is not the one that this process loaded.
    """
    with context.store.read() as reader:
        if not _untold(context, reader):
            return 0
    with context.store.write(deciding=True) as writer:
        adopted(writer, context.policy)
        untold = _untold(context, writer)
        for sha256, about in untold.items():
            adoption.tell_review(writer, sha256)
            writer.emit("policy.review_due", about)
        writer.record(SYSTEM.actor, "policy.review_told", "policy", {"due": list(untold.values())})
    return len(untold)


def _untold(context: Context, reader: Reader) -> dict[str, dict[str, Any]]:
    due = reviews_due(context.policy, reader.at)
    return {sha256: about for sha256, about in due.items() if not adoption.review_told(reader, sha256)}
