"""What writes accounts and sessions, each with a state from which it can be done."""

from __future__ import annotations

from datetime import timedelta

from service.operations import accounts, sessions
from service.operations.context import Context
from service.store import accounts as table
from tests import builders
from tests.builders import SYSTEM_LIKE
from tests.fakes import FrozenClock
from tests.reliability.case import Act, WriterCase

PASSWORD = "correct horse battery"


def _account(context: Context) -> tuple[int, int, str]:
    accounts.create_account(context, SYSTEM_LIKE, "a.jones", "Ann Jones", "auditor", password=PASSWORD)
    with context.store.read() as reader:
        row = table.by_username(reader, "a.jones")
    assert row is not None
    return row["id"], row["person_id"], row["name"]


def _create(context: Context) -> Act:
    who = builders.person(context, "Ada Admin", builders.Role.ADMIN)
    return lambda: accounts.create_account(context, who, "b.smith", "Bea Smith", "staff", ("alder",))


def _sign_in(context: Context) -> Act:
    _account(context)
    return lambda: sessions.sign_in(context, "a.jones", PASSWORD)


def _begin(context: Context) -> Act:
    account = _account(context)
    return lambda: sessions.begin(context, *account)


def _seen_later(context: Context) -> Act:
    token = sessions.begin(context, *_account(context))
    clock = context.store.clock
    assert isinstance(clock, FrozenClock)
    clock.tick(timedelta(minutes=5))
    return lambda: sessions.current(context, token)


def _confirm(context: Context) -> Act:
    session = sessions.current(context, sessions.begin(context, *_account(context)))
    return lambda: sessions.confirm(context, session, PASSWORD)


def _sign_out(context: Context) -> Act:
    session = sessions.current(context, sessions.begin(context, *_account(context)))
    return lambda: sessions.sign_out(context, session)


ACCOUNT_CASES = [
    WriterCase("accounts.create_account", _create),
    WriterCase("sessions.sign_in", _sign_in),
    WriterCase("sessions.begin", _begin),
    WriterCase("sessions.current", _seen_later, "after a time", entries=0),
    WriterCase("sessions.confirm", _confirm, entries=0),
    WriterCase("sessions.sign_out", _sign_out),
]
