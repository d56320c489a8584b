"""The commands that look after accounts: who may sign in to the pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.cli import main
from service.operations import sessions
from service.operations.context import Context
from tests.builders import SECRET_KEY, context_on


@pytest.fixture(autouse=True)
def _installation(monkeypatch: pytest.MonkeyPatch, adopted_url: str, tmp_path: Path) -> None:
    key = tmp_path / "audit.key"
    key.write_bytes(b"a key of the tests, long enough for a seal")
    for name, value in {"DATABASE_URL": adopted_url, "AUDIT_KEY_FILE": str(key), "SECRET_KEY": SECRET_KEY}.items():
        monkeypatch.setenv(f"OPQ_{name}", value)


def opq(*words: str) -> Any:
    return CliRunner().invoke(main, [*words])


def test_an_account_is_made_listed_given_a_password_and_disabled(adopted_url: str) -> None:
    made = opq("account", "create", "a.jones", "--role", "admin", "--name", "Ann Jones", "--json")
    first = json.loads(made.output)
    assert "Ann Jones" in opq("account", "list").output
    second = json.loads(opq("account", "reset-password", str(first["id"]), "--json").output)
    assert first["password"] != second["password"]
    with context_on(adopted_url) as context:
        assert signs_in(context, second["password"])
    assert "is disabled" in opq("account", "disable", str(first["id"])).output
    with context_on(adopted_url) as context:
        assert not signs_in(context, second["password"])


def signs_in(context: Context, password: str) -> bool:
    from service.errors import Unauthenticated

    try:
        sessions.sign_in(context, "a.jones", password)
    except Unauthenticated:
        return False
    return True


def test_the_password_is_shown_to_people_once() -> None:
    shown = opq("account", "create", "b.smith", "--role", "staff", "--name", "Bea Smith").output
    assert "username  b.smith" in shown
    assert "password  " in shown
    again = opq("account", "create", "b.smith", "--role", "staff", "--name", "Bea Smith")
    assert (again.exit_code, "has an account already" in again.output) == (1, True)
