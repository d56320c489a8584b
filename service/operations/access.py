"""Who may do what: one table of permissions by role, and what of the estate a person may see.

Every route and command names a permission; a test walks every route against this table.
"""

from __future__ import annotations

from service.errors import Forbidden, NotFound
from service.operations.people import Principal, Role
from service.operations.premises_form import SLUG
from service.store import estate
from service.store.estate import EVERYTHING, Sight
from service.store.transactions import Reader
from service.store.types import Row

_LEAD, _GOLD, _DUTY, _CTSA = Role.OP_QUANTITY_LEAD, Role.GOLD, Role.DUTY_OFFICER, Role.CTSA
_MANAGER, _STAFF, _AUDITOR, _ADMIN = Role.STATION_MANAGER, Role.STAFF, Role.AUDITOR, Role.ADMIN
_MONITOR = Role.MONITOR
_COMMAND = frozenset({_LEAD, _GOLD, _DUTY})
_READERS = _COMMAND | {_CTSA, _AUDITOR}
_EVERYONE = frozenset(Role) - {Role.SYSTEM}

PERMISSIONS: dict[str, frozenset[Role]] = {
    "threat_levels.read": _EVERYONE - {Role.FEED},
    "threat_changes.read": _READERS,
    "threat_changes.create": _COMMAND,
    "threat_changes.approve": frozenset({_LEAD, _GOLD}),
    "readings.read": _READERS,
    "readings.push": frozenset({Role.FEED}),
    "readings.decide": _COMMAND,
    "simulations.run": _READERS,
    "estate.read": _READERS,
    "premises.read": _EVERYONE - {Role.FEED, Role.MONITOR},
    "premises.export": _READERS | {_MANAGER, _ADMIN},
    "premises.write": frozenset({_ADMIN}),
    "response_level.read": _EVERYONE - {Role.FEED, _ADMIN},
    "overrides.read": _READERS | {_MANAGER},
    "overrides.create": frozenset({_LEAD, _GOLD, _DUTY, _MANAGER}),
    "overrides.lower": frozenset({_LEAD, _GOLD}),
    "overrides.approve": frozenset({_LEAD, _GOLD}),
    "requests.read": _READERS | {_ADMIN},
    "requests.approve": frozenset({_LEAD, _GOLD}),
    "requests.withdraw": _COMMAND | {_MANAGER, _ADMIN},
    "checklists.read": _READERS | {_MANAGER, _STAFF},
    "checklists.write": frozenset({_LEAD, _GOLD, _DUTY, _MANAGER}),
    "checklists.agree": frozenset({_LEAD, _GOLD}),
    "force_checklist.read": _READERS,
    "force_checklist.write": _COMMAND,
    "acknowledgements.create": frozenset({_LEAD, _GOLD, _DUTY, _CTSA, _MANAGER, _STAFF}),
    "acknowledgements.brief": frozenset({_LEAD, _DUTY, _MANAGER}),
    "acknowledgements.read": _READERS | {_MANAGER},
    "events.read": frozenset({_MONITOR, _LEAD, _AUDITOR}),
    "webhooks.manage": frozenset({_MONITOR, _LEAD, _ADMIN}),
    "audit.read": frozenset({_AUDITOR, _LEAD}),
    "tokens.manage": frozenset({_ADMIN}),
    "accounts.manage": frozenset({_ADMIN}),
}
"""Which roles may call what is so named. Whether *this* premises is theirs is asked besides."""

_OWN_PREMISES_ONLY = frozenset({_MANAGER})
_SEES_PROTECTED_SCOPES = _READERS


def allows(principal: Principal, permission: str) -> bool:
    """Whether the principal's role has ``permission``."""
    return principal.role is Role.SYSTEM or principal.role in PERMISSIONS[permission]


def check(principal: Principal, permission: str) -> None:
    """Raises Forbidden unless the principal's role has ``permission``."""
    if not allows(principal, permission):
        raise Forbidden(f"the role {principal.role.value} may not do this ({permission})")


def sees_protected_scopes(principal: Principal) -> bool:
    """Whether the police-sector, force and premises threat levels show to this person."""
    return principal.role is Role.SYSTEM or principal.role in _SEES_PROTECTED_SCOPES


def sees_every_item(principal: Principal) -> bool:
    """Whether this person sees all items of a checklist, or only those for all staff."""
    return principal.role is not _STAFF


def sight_of(reader: Reader, name: str, role: Role, premises: frozenset[str]) -> Sight:
    """What a person of this name may see."""
    return sight(role, premises, estate.named_restricted(reader, name))


def sight(role: Role, premises: frozenset[str], named: frozenset[str]) -> Sight:
    """What a person may see: restricted premises only where named on them; some roles only their own premises."""
    if role is _AUDITOR:
        return EVERYTHING
    only = premises if role in _OWN_PREMISES_ONLY or (role is _STAFF and premises) else None
    return Sight(only, premises | named)


def visible_premises(reader: Reader, principal: Principal, premises_id: str) -> Row:
    """The register row of an open premises that this person may see. Raises NotFound for any other."""
    row = known_premises(reader, principal, premises_id)
    if row["closed_at"] is not None:
        raise _unknown(premises_id)
    return row


def known_premises(reader: Reader, principal: Principal, premises_id: str) -> Row:
    """As ``visible_premises``, but a closed one too, for its history."""
    row = estate.premises_by_id(reader, premises_id) if SLUG.fullmatch(premises_id) else None
    if row is None or not estate.shows(principal.sight, row["id"], row["restricted"]):
        raise _unknown(premises_id)
    return row


def _unknown(premises_id: str) -> NotFound:
    return NotFound(f"there is no premises {premises_id}")
