"""A session begins only while the account is as it was when its person showed who they are."""

from __future__ import annotations

from typing import Any

import pytest

from service.errors import Unauthenticated
from service.operations import accounts, sessions
from service.operations.context import Context
from service.operations.people import Role
from service.store import accounts as table
from tests import builders
from tests.builders import SYSTEM_LIKE


def reset(context: Context, account_id: int) -> None:
    accounts.reset_password(context, SYSTEM_LIKE, account_id)


def disable(context: Context, account_id: int) -> None:
    accounts.change_account(context, SYSTEM_LIKE, account_id, Role.AUDITOR.value, (), disabled=True)


@pytest.mark.parametrize("change", [reset, disable])
def test_who_was_shut_out_while_signing_in_gets_no_session(adopted_url: str, change: Any) -> None:
    with builders.context_on(adopted_url) as context:
        made = accounts.create_account(
            context, SYSTEM_LIKE, "a.jones", "Ann Jones", Role.AUDITOR.value, password="correct horse battery"
        )
        with context.store.read() as reader:
            shown = table.by_id(reader, made["id"])
        assert shown is not None
        change(context, made["id"])
        with pytest.raises(Unauthenticated, match="sign in again"):
            sessions.begin(context, shown)
