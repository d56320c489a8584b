"""What writes the register, overrides, requests and tokens, each with a state from which it can be done."""

from __future__ import annotations

from datetime import timedelta

from rules.levels import ResponseLevel
from service.operations import importing, override_ends, override_expiry, overrides, register, tokens
from service.operations.context import Context
from service.operations.overrides import OverrideWish
from service.operations.people import SYSTEM, Principal, Role
from service.store import requests
from tests import builders
from tests.builders import NOON
from tests.reliability.case import Act, WriterCase
from tests.reliability.reading_writers import wait

_LOWERING = "id,name,minimum_response_level\nalder,Alder,NORMAL\ncedar,Cedar,NORMAL\n"


def _admin(context: Context) -> Principal:
    return builders.person(context, "Ada Admin", Role.ADMIN)


def _high(context: Context) -> Principal:
    who = _admin(context)
    register.put_premises(context, who, "alder", {"minimum_response_level": "EXCEPTIONAL"})
    return who


def _wish(kind: str, level: str | None) -> OverrideWish:
    return OverrideWish(kind, "for a test", NOON + timedelta(hours=1), None if level is None else ResponseLevel[level])


def _made(context: Context, kind: str, level: str) -> int:
    return int(overrides.create_override(context, builders.lead(context), "alder", _wish(kind, level))["id"])


def _put(context: Context) -> Act:
    who = _admin(context)
    return lambda: register.put_premises(context, who, "cedar", {"name": "Cedar", "kinds": ["hq"]})


def _approve_edit(context: Context) -> Act:
    who, gold = _high(context), builders.gold(context)
    register.put_premises(context, who, "alder", {"minimum_response_level": "NORMAL"})
    return lambda: register.approve_edit(context, gold, "alder")


def _withdraw_edit(context: Context) -> Act:
    who = _high(context)
    register.put_premises(context, who, "alder", {"minimum_response_level": "NORMAL"})
    return lambda: register.withdraw_edit(context, who, "alder")


def _close(context: Context) -> Act:
    who = _admin(context)
    _made(context, "lower", "NORMAL")
    return lambda: register.close_premises(context, who, "alder", "sold")


def _import_premises(context: Context) -> Act:
    who = _admin(context)
    return lambda: importing.import_premises(context, who, "id,name,kinds\nalder,Alder,hq\ncedar,Cedar,hq\n")


def _waiting_import(context: Context) -> tuple[Principal, str]:
    who = _high(context)
    importing.import_premises(context, who, _LOWERING)
    with context.store.read() as reader:
        (row,) = requests.all_waiting(reader, SYSTEM.sight)
    return who, row["reference"]


def _approve_import(context: Context) -> Act:
    _, reference = _waiting_import(context)
    gold = builders.gold(context)
    return lambda: importing.approve_import(context, gold, reference)


def _withdraw_import(context: Context) -> Act:
    who, reference = _waiting_import(context)
    return lambda: importing.withdraw_import(context, who, reference)


def _create_override(context: Context) -> Act:
    lead = builders.lead(context)
    return lambda: overrides.create_override(context, lead, "alder", _wish("raise", "EXCEPTIONAL"))


def _approve_override(context: Context) -> Act:
    override_id, gold = _made(context, "lower", "NORMAL"), builders.gold(context)
    return lambda: overrides.approve_override(context, gold, "alder", override_id)


def _end_override(context: Context) -> Act:
    override_id, lead = _made(context, "raise", "HEIGHTENED"), builders.lead(context)
    return lambda: override_ends.end_override(context, lead, "alder", override_id, "over")


def _withdraw_end(context: Context) -> Act:
    override_id, lead = _made(context, "raise", "EXCEPTIONAL"), builders.lead(context)
    override_ends.end_override(context, lead, "alder", override_id, "over")
    return lambda: override_ends.withdraw_end(context, lead, "alder", override_id)


def _sweep_overrides(context: Context) -> Act:
    _made(context, "lower", "NORMAL")
    overrides.create_override(context, builders.lead(context), "birch", _wish("raise", "EXCEPTIONAL"))
    wait(context, timedelta(hours=25))
    return lambda: override_expiry.sweep_overrides(context)


def _create_token(context: Context) -> Act:
    return lambda: tokens.create_token(context, SYSTEM, "gold", "Nell New")


def _revoke_token(context: Context) -> Act:
    token_id = tokens.create_token(context, SYSTEM, "gold")["id"]
    return lambda: tokens.revoke_token(context, SYSTEM, token_id)


def _approve_end(context: Context) -> Act:
    override_id, lead = _made(context, "raise", "EXCEPTIONAL"), builders.lead(context)
    override_ends.end_override(context, lead, "alder", override_id, "over")
    gold = builders.gold(context)
    return lambda: overrides.approve_override(context, gold, "alder", override_id)


def _end_that_waits(context: Context) -> Act:
    override_id, lead = _made(context, "raise", "EXCEPTIONAL"), builders.lead(context)
    return lambda: override_ends.end_override(context, lead, "alder", override_id, "over")


def _withdraw_lower(context: Context) -> Act:
    override_id, lead = _made(context, "lower", "NORMAL"), builders.lead(context)
    return lambda: override_ends.end_override(context, lead, "alder", override_id)


def _hold(context: Context) -> Act:
    lead = builders.lead(context)
    return lambda: overrides.create_override(context, lead, "alder", _wish("hold", None))


def _lower(context: Context) -> Act:
    lead = builders.lead(context)
    return lambda: overrides.create_override(context, lead, "alder", _wish("lower", "NORMAL"))


def _lowering_edit(context: Context) -> Act:
    who = _high(context)
    return lambda: register.put_premises(context, who, "alder", {"minimum_response_level": "NORMAL"})


def _lowering_import(context: Context) -> Act:
    who = _high(context)
    return lambda: importing.import_premises(context, who, _LOWERING)


ESTATE_CASES = [
    WriterCase("register.put_premises", _put, "of a new premises"),
    WriterCase("register.put_premises", _lowering_edit, "that lowers, which waits"),
    WriterCase("register.approve_edit", _approve_edit),
    WriterCase("register.withdraw_edit", _withdraw_edit),
    WriterCase("register.close_premises", _close),
    WriterCase("importing.import_premises", _import_premises, "that lowers nothing"),
    WriterCase("importing.import_premises", _lowering_import, "that lowers, which waits"),
    WriterCase("importing.approve_import", _approve_import),
    WriterCase("importing.withdraw_import", _withdraw_import),
    WriterCase("overrides.create_override", _create_override, "raising"),
    WriterCase("overrides.create_override", _hold, "holding"),
    WriterCase("overrides.create_override", _lower, "lowering, which waits"),
    WriterCase("overrides.approve_override", _approve_override, "of a lower"),
    WriterCase("overrides.approve_override", _approve_end, "of an early end"),
    WriterCase("override_ends.end_override", _end_override, "of a raise that keeps nothing up"),
    WriterCase("override_ends.end_override", _end_that_waits, "that lowers, which waits"),
    WriterCase("override_ends.end_override", _withdraw_lower, "of a lower that waits"),
    WriterCase("override_ends.withdraw_end", _withdraw_end),
    WriterCase("override_expiry.sweep_overrides", _sweep_overrides),
    WriterCase("tokens.create_token", _create_token),
    WriterCase("tokens.revoke_token", _revoke_token),
]
