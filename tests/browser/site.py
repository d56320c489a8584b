"""The product as people meet it in a browser: the example estate, somebody of each role, and a real server."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any

from argon2 import PasswordHasher
from waitress import wasyncore
from waitress.server import create_server

from rules.levels import Scope, ThreatLevel
from service.app import create_app
from service.bootstrap import init, open_context
from service.config import Settings
from service.operations import accounts, threat
from service.operations.example import load_example
from service.operations.people import Principal, Role
from tests import builders
from tests.compiled import compile_once

PASSWORD = "three words for everybody"
OWN = "cindershaw-custody"
"""The premises of the station manager and of the staff."""

NAMES = {
    Role.OP_QUANTITY_LEAD: "Lena Lead",
    Role.GOLD: "Greta Gold",
    Role.DUTY_OFFICER: "Dan Duty",
    Role.CTSA: "Cara Adviser",
    Role.STATION_MANAGER: "Mo Manager",
    Role.STAFF: "Sam Staff",
    Role.MONITOR: "Mona Monitor",
    Role.FEED: "Fay Feed",
    Role.AUDITOR: "Audrey Auditor",
    Role.ADMIN: "Ada Admin",
}
"""One person of each role; their username is their role."""


class Site:
    """The product, served on this machine over the store in ``folder``, with settings, until it is closed."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.context = open_context(Settings(data_dir=folder, **settings), builders.default_policy())
        self.app = compile_once(create_app(self.context))
        self._sockets: dict[int, Any] = {}
        self._server = create_server(self.app, map=self._sockets, host="127.0.0.1", port=0, ident=None)
        self.address = f"http://127.0.0.1:{self._server.effective_port}"
        self._thread = Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let the server end, which it does when it has no connection left."""
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._sockets))
        self._thread.join()
        self._server.task_dispatcher.shutdown()
        self.context.store.close()

    def person(self, role: Role) -> Principal:
        """Whoever has this role, for what is done outside the browser."""
        return builders.person(self.context, NAMES[role], role, *own_premises(role))


def own_premises(role: Role) -> tuple[str, ...]:
    """The premises that the person of this role has for their own."""
    return (OWN,) if role in (Role.STATION_MANAGER, Role.STAFF) else ()


def prepare(folder: Path, *, example: bool = True) -> None:
    """Make a store with everybody and, unless told otherwise, the example estate at HEIGHTENED."""
    settings = Settings(data_dir=folder)
    init(settings, builders.default_policy())
    context = open_context(settings, builders.default_policy())
    if example:
        load_example(context)
        wish = threat.ThreatWish(Scope.NATIONAL, ThreatLevel.SUBSTANTIAL, "as published")
        threat.set_level(context, builders.lead(context), wish)
    _let_everybody_in(context, example)
    context.store.close()


def _let_everybody_in(context: Any, example: bool) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with context.store.write(deciding=True) as writer:
        for role, name in NAMES.items():
            own = own_premises(role) if example else ()
            accounts.add(writer, role.value, name, role.value, own, password_hash=cheap)
        writer.record("system", "test.people", "accounts", {})
