"""Why a premises stands, or stood at any past minute, at its response level."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rules.levels import Scope
from rules.rule import Role as RuleRole
from service.clock import rfc3339
from service.errors import FieldFault, Invalid, NotFound
from service.operations import access
from service.operations.answers import PROTECTED
from service.operations.context import Context
from service.operations.people import Principal
from service.store import explanations
from service.store.types import Row

_PROTECTED_FACTS = frozenset(f"threat.{scope.value}" for scope in (Scope.POLICE_SECTOR, Scope.FORCE, Scope.PREMISES))
_PUBLIC_SCOPES = (Scope.NATIONAL.value, Scope.NORTHERN_IRELAND.value)


def response_level(
    context: Context, principal: Principal, premises_id: str, as_at: datetime | None = None
) -> dict[str, Any]:
    """The level of a premises, since when, and the last decision about it, also one that changed nothing.

    ``as_at``: as it was recorded at that instant. ``confirmed``: a national threat level was known. To those who may
    not see protected scopes their facts and candidates say "protected input", and candidates of theirs that did not
    win are left out, since a level tells the threat level. Raises NotFound (unknown, or not registered then), Invalid
    (in the future).
    """
    with context.store.read() as reader:
        if as_at is not None and as_at > reader.at:
            raise Invalid("as_at lies in the future", fields=(FieldFault("as_at", "lies in the future"),))
        row = access.known_premises(reader, principal, premises_id)
        standing = explanations.standing(reader, premises_id, as_at)
        if standing is None:
            when = "now" if as_at is None else f"at {rfc3339(as_at)}"
            raise NotFound(f"there is no premises {row['id']} {when}")
        decision = explanations.decision(reader, standing, as_at)
        confirmed = explanations.national_known(reader, as_at)
    return {
        "premises_id": premises_id,
        "response_level": standing["response_level"].name,
        "since": rfc3339(standing["since"]),
        "confirmed": confirmed,
        "decision": decision_answer(decision, principal),
    }


def decision_answer(row: Row, principal: Principal) -> dict[str, Any]:
    """A decision with its explanation and trigger, less what this person may not see."""
    sees_protected = access.sees_protected_scopes(principal)
    candidates, facts, winner = row["candidates"], row["facts"], row["winner"]
    if not sees_protected:
        facts = {name: PROTECTED if name in _PROTECTED_FACTS else value for name, value in facts.items()}
        hidden = {found["rule"] for found in candidates if found["fact"] in _PROTECTED_FACTS}
        candidates = [_masked(found, hidden) for found in candidates if found["rule"] not in hidden - {winner}]
        winner = PROTECTED if winner in hidden else winner
    return {
        **{name: row[name] for name in ("id", "outcome", "degraded", "failed", "evaluator")},
        "at": rfc3339(row["at"]),
        "rulebook": {name: row[f"rulebook_{name}"] for name in ("id", "version", "sha256")},
        "facts": facts,
        "candidates": [_candidate(found) for found in candidates],
        "winner": winner,
        "trigger": _trigger(row, sees_protected),
    }


def _masked(candidate: Mapping[str, Any], hidden: set[str]) -> Mapping[str, Any]:
    if candidate["rule"] not in hidden:
        return candidate
    unsaid = dict.fromkeys(("rule", "reference", "because"), PROTECTED)
    return {**candidate, **unsaid, "role": RuleRole.THREAT.value}


def _candidate(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in ("response_level", "rule", "reference", "because", "role")}


def _trigger(decision: Row, sees_protected: bool) -> dict[str, str]:
    kind, reference = decision["trigger_kind"], decision["trigger_reference"]
    if kind == "threat_change" and not sees_protected and decision["trigger_scope"] not in _PUBLIC_SCOPES:
        return {"kind": PROTECTED, "reference": PROTECTED}
    return {"kind": kind, "reference": reference}
