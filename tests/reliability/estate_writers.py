"""What writes the register, overrides, requests and tokens, each with a state from which it can be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from rules.levels import ResponseLevel
from service.operations import importing, override_ends, override_expiry, overrides, register, tokens
from service.operations.context import Context
from service.operations.overrides import OverrideWish
from service.operations.people import SYSTEM, Principal, Role
from service.store import requests
from tests import builders
from tests.builders import NOON
from tests.fakes import FrozenClock

Act = Callable[[], object]

_LOWERING = "id,name,minimum_response_level\nalder,Alder,NORMAL\ncedar,Cedar,NORMAL\n"


def admin(context: Context) -> Principal:
    """Who keeps the register."""
    return builders.person(context, "Ada Admin", Role.ADMIN)


def _high(context: Context) -> Principal:
    who = admin(context)
    register.put_premises(context, who, "alder", {"minimum_response_level": "EXCEPTIONAL"})
    return who


def _wish(kind: str, level: str | None) -> OverrideWish:
    return OverrideWish(kind, "for a test", NOON + timedelta(hours=1), None if level is None else ResponseLevel[level])


def _made(context: Context, kind: str, level: str) -> int:
    return int(overrides.create_override(context, builders.lead(context), "alder", _wish(kind, level))["id"])


def put(context: Context) -> Act:
    """Registering a premises."""
    who = admin(context)
    return lambda: register.put_premises(context, who, "cedar", {"name": "Cedar", "kinds": ["hq"]})


def approve_edit(context: Context) -> Act:
    """Approving an edit that lowers."""
    who, gold = _high(context), builders.gold(context)
    register.put_premises(context, who, "alder", {"minimum_response_level": "NORMAL"})
    return lambda: register.approve_edit(context, gold, "alder")


def withdraw_edit(context: Context) -> Act:
    """Withdrawing an edit that lowers."""
    who = _high(context)
    register.put_premises(context, who, "alder", {"minimum_response_level": "NORMAL"})
    return lambda: register.withdraw_edit(context, who, "alder")


def close(context: Context) -> Act:
    """Closing a premises with a lower of its own."""
    who = admin(context)
    _made(context, "lower", "NORMAL")
    return lambda: register.close_premises(context, who, "alder", "sold")


def import_premises(context: Context) -> Act:
    """Importing a register file."""
    who = admin(context)
    return lambda: importing.import_premises(context, who, "id,name,kinds\nalder,Alder,hq\ncedar,Cedar,hq\n")


def _waiting_import(context: Context) -> tuple[Principal, str]:
    who = _high(context)
    importing.import_premises(context, who, _LOWERING)
    with context.store.read() as reader:
        (row,) = requests.all_waiting(reader, SYSTEM.sight)
    return who, row["reference"]


def approve_import(context: Context) -> Act:
    """Approving an import that lowers."""
    _, reference = _waiting_import(context)
    gold = builders.gold(context)
    return lambda: importing.approve_import(context, gold, reference)


def withdraw_import(context: Context) -> Act:
    """Withdrawing an import that lowers."""
    who, reference = _waiting_import(context)
    return lambda: importing.withdraw_import(context, who, reference)


def create_override(context: Context) -> Act:
    """Raising a premises."""
    lead = builders.lead(context)
    return lambda: overrides.create_override(context, lead, "alder", _wish("raise", "EXCEPTIONAL"))


def approve_override(context: Context) -> Act:
    """Approving a lower."""
    override_id, gold = _made(context, "lower", "NORMAL"), builders.gold(context)
    return lambda: overrides.approve_override(context, gold, "alder", override_id)


def end_override(context: Context) -> Act:
    """Ending a raise that keeps nothing up."""
    override_id, lead = _made(context, "raise", "HEIGHTENED"), builders.lead(context)
    return lambda: override_ends.end_override(context, lead, "alder", override_id, "over")


def withdraw_end(context: Context) -> Act:
    """Withdrawing the wish to end a raise."""
    override_id, lead = _made(context, "raise", "EXCEPTIONAL"), builders.lead(context)
    override_ends.end_override(context, lead, "alder", override_id, "over")
    return lambda: override_ends.withdraw_end(context, lead, "alder", override_id)


def sweep_overrides(context: Context) -> Act:
    """Dealing with an expired override and an EXCEPTIONAL due for review."""
    _made(context, "lower", "NORMAL")
    overrides.create_override(context, builders.lead(context), "birch", _wish("raise", "EXCEPTIONAL"))
    clock = context.store.clock
    assert isinstance(clock, FrozenClock)
    clock.tick(timedelta(hours=25))
    return lambda: override_expiry.sweep_overrides(context)


def create_token(context: Context) -> Act:
    """Making a token for somebody new."""
    return lambda: tokens.create_token(context, SYSTEM, "gold", "Nell New")


def revoke_token(context: Context) -> Act:
    """Revoking a token."""
    token_id = tokens.create_token(context, SYSTEM, "gold")["id"]
    return lambda: tokens.revoke_token(context, SYSTEM, token_id)


ESTATE_OPERATIONS: dict[str, Callable[[Context], Act]] = {
    "register.put_premises": put,
    "register.approve_edit": approve_edit,
    "register.withdraw_edit": withdraw_edit,
    "register.close_premises": close,
    "importing.import_premises": import_premises,
    "importing.approve_import": approve_import,
    "importing.withdraw_import": withdraw_import,
    "overrides.create_override": create_override,
    "overrides.approve_override": approve_override,
    "override_ends.end_override": end_override,
    "override_ends.withdraw_end": withdraw_end,
    "override_expiry.sweep_overrides": sweep_overrides,
    "tokens.create_token": create_token,
    "tokens.revoke_token": revoke_token,
}
