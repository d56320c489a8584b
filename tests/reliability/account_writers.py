"""What writes accounts and sessions, each with a state from which it can be done."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from service.errors import Unauthenticated
from service.operations import accounts, own_account, provider_sign_in, sessions
from service.operations.context import Context
from service.operations.people import Principal, Role
from service.operations.provider_sign_in import Claims
from service.store import accounts as table
from service.store.types import Row
from tests import builders
from tests.builders import SYSTEM_LIKE
from tests.fakes import FrozenClock
from tests.reliability.case import Act, WriterCase

PASSWORD = "correct horse battery"


def _account(context: Context) -> Row:
    accounts.create_account(context, SYSTEM_LIKE, "a.jones", "Ann Jones", "auditor", password=PASSWORD)
    with context.store.read() as reader:
        row = table.by_username(reader, "a.jones")
    assert row is not None
    return row


def _create(context: Context) -> Act:
    who = _admin(context)
    return lambda: accounts.create_account(context, who, "b.smith", "Bea Smith", "staff", ("alder",))


def _sign_in(context: Context) -> Act:
    _account(context)
    return lambda: sessions.sign_in(context, "a.jones", PASSWORD)


def _begin(context: Context) -> Act:
    account = _account(context)
    return lambda: sessions.begin(context, account)


def _seen_later(context: Context) -> Act:
    token = sessions.begin(context, _account(context))
    clock = context.store.clock
    assert isinstance(clock, FrozenClock)
    clock.tick(timedelta(minutes=5))
    return lambda: sessions.current(context, token)


def _confirm(context: Context) -> Act:
    session = _session(context)
    return lambda: sessions.confirm(context, session, PASSWORD)


def _sign_out(context: Context) -> Act:
    session = _session(context)
    return lambda: sessions.sign_out(context, session)


def _fail_to_sign_in(context: Context) -> Act:
    _account(context)

    def attempt() -> None:
        with suppress(Unauthenticated):
            sessions.sign_in(context, "a.jones", "a guess", "192.0.2.1")

    return attempt


def _admin(context: Context) -> Principal:
    return builders.person(context, "Ada Admin", Role.ADMIN)


def _change(context: Context) -> Act:
    account_id = _account(context)["id"]
    who = _admin(context)
    return lambda: accounts.change_account(context, who, account_id, "staff", ("alder",))


def _reset(context: Context) -> Act:
    account_id = _account(context)["id"]
    who = _admin(context)
    return lambda: accounts.reset_password(context, who, account_id)


def _session(context: Context) -> sessions.Session:
    return sessions.current(context, sessions.begin(context, _account(context)))


def _change_own(context: Context) -> Act:
    session = _session(context)
    return lambda: own_account.change_password(context, session, PASSWORD, "three other words")


def _end_others(context: Context) -> Act:
    session = _session(context)
    return lambda: own_account.end_other_sessions(context, session)


CLAIMS = Claims("https://sso.example", "42", "Val Vouched", ("staff",), ("alder",), builders.NOON - timedelta(hours=1))


def _vouched(context: Context) -> Act:
    return lambda: provider_sign_in.sign_in_by_provider(context, CLAIMS)


def _vouched_again(context: Context) -> Act:
    session = sessions.current(context, provider_sign_in.sign_in_by_provider(context, CLAIMS))
    later = replace(CLAIMS, shown_at=builders.NOON - timedelta(minutes=1))
    return lambda: provider_sign_in.confirm_by_provider(context, session, later)


ACCOUNT_CASES = [
    WriterCase("accounts.create_account", _create),
    WriterCase("accounts.change_account", _change),
    WriterCase("accounts.reset_password", _reset),
    WriterCase("own_account.change_password", _change_own),
    WriterCase("own_account.end_other_sessions", _end_others),
    WriterCase("provider_sign_in.sign_in_by_provider", _vouched, entries=2, in_steps=True),
    WriterCase("provider_sign_in.confirm_by_provider", _vouched_again, entries=0),
    WriterCase("sessions.sign_in", _sign_in),
    WriterCase("proof.by_password", _fail_to_sign_in, "with a guess", entries=0),
    WriterCase("sessions.begin", _begin),
    WriterCase("sessions.current", _seen_later, "after a time", entries=0),
    WriterCase("sessions.confirm", _confirm, entries=0),
    WriterCase("sessions.sign_out", _sign_out),
]
