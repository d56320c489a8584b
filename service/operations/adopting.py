"""Putting the loaded policy in force: at the first start, and whenever a rulebook or plan was replaced."""

from __future__ import annotations

from typing import Any

from service.operations import deciding, membership
from service.operations import policy as policies
from service.operations.answers import effect_answer
from service.operations.context import Context
from service.operations.people import SYSTEM
from service.store import adoption


def adopt(context: Context) -> dict[str, Any]:
    """Put the loaded rulebook and plan in force and decide about everybody anew. Safe to repeat: does nothing then.

    Gives ``adopted`` (whether anything was new), rulebook, plan and, where it was new, the effect.
    """
    policy = context.policy
    about = policies.describe(policy)
    with context.store.read() as reader:
        present = adoption.present(reader)
    digests = (policy.rulebook.sha256, policy.plan.sha256)
    if present is not None and (present["rulebook"], present["plan"]) == digests:
        return {"adopted": False, **about}
    with context.store.write(deciding=True) as writer:
        for kind, document in (("rulebook", policy.rulebook), ("plan", policy.plan)):
            adoption.keep(writer, kind, document.id, document.version, document.sha256, document.text)
        adoption_id = adoption.add(writer, *digests)
        membership.refresh(context, writer)
        trigger = deciding.Trigger("adoption", str(adoption_id))
        effect = deciding.decide(context, writer, SYSTEM, trigger, whole_estate=True)
        writer.record(SYSTEM.actor, "policy.adopted", "policy", {**about, "adoption": adoption_id})
    return {"adopted": True, **about, "effect": effect_answer(effect)}
