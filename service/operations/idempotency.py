"""Doing a thing once, however often it is asked for: the Idempotency-Key of an operation, kept in its transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from service.errors import FieldFault, Invalid
from service.operations.context import Context
from service.operations.people import Principal
from service.store import idempotency
from service.store.transactions import Reader

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Once:
    """The key by which a caller marks one wish, the route it was sent to, and the SHA-256 of its body."""

    route: str
    key: str
    body_sha256: str


class Replayed(Exception):
    """This wish was carried out before; ``answer`` is what it was answered."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__("already done")
        self.answer = answer


def begin(writer: Reader, principal: Principal, once: Once | None) -> None:
    """Call first. Raises Replayed when it was done before, Invalid when the key was used for something else."""
    if once is None:
        return
    idempotency.wait_for_turn(writer, principal.person_id, once.route, once.key)
    known = idempotency.find(writer, principal.person_id, once.route, once.key)
    if known is None or known["at"] < writer.at - KEPT_FOR:
        return
    if known["body_sha256"] != once.body_sha256:
        message = "was used for another request; take a new key"
        raise Invalid("the Idempotency-Key " + message, fields=(FieldFault("Idempotency-Key", message),))
    raise Replayed(known["answer"])


def keep(writer: Reader, principal: Principal, once: Once | None, answer: dict[str, Any]) -> dict[str, Any]:
    """Call last in the transaction: remember the answer for 24 hours, and give it back."""
    if once is not None:
        idempotency.put(writer, principal.person_id, once.route, once.key, once.body_sha256, answer)
    return answer


def forget_old_keys(context: Context) -> None:
    """Drop the keys that have run out; until then each still gives its answer."""
    with context.store.housekeeping() as writer:
        idempotency.forget_before(writer, writer.at - KEPT_FOR)
