"""As whom a command acts, and on which installation; what every command has in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import click

from service.bootstrap import open_context
from service.cli.show import Banner, View, show
from service.config import Settings, load_settings
from service.errors import Unauthenticated
from service.operations import access
from service.operations.context import Context
from service.operations.people import SYSTEM, Principal
from service.operations.policy import Policy
from service.operations.tokens import authenticate

P = ParamSpec("P")

json_option = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON, for programs.")
"""Every command has it."""


@dataclass(frozen=True)
class Session:
    """One command: the installation, who acts, and how to answer."""

    context: Context
    principal: Principal
    as_json: bool

    def show(self, answer: Any, view: View) -> None:
        """Print an answer, under the banner of the plan in force where people read it."""
        plan = self.context.policy.plan
        show(answer, view, self.as_json, Banner(plan.marking, plan.example))


def acting(permission: str) -> Callable[[Callable[Concatenate[Session, P], None]], Callable[..., None]]:
    """A command that acts as the person of OPQ_TOKEN, who needs ``permission``; it is given a Session first."""

    def decorate(command: Callable[Concatenate[Session, P], None]) -> Callable[..., None]:
        @json_option
        @wraps(command)
        def run(as_json: bool, *args: P.args, **kwargs: P.kwargs) -> None:
            with installation(load_settings()) as context:
                principal = _person(context)
                access.check(principal, permission)
                command(Session(context, principal, as_json), *args, **kwargs)

        return run

    return decorate


def as_system(command: Callable[Concatenate[Session, P], None]) -> Callable[..., None]:
    """A command for whoever can reach the store, recorded as done by the system; it is given a Session first."""

    @json_option
    @wraps(command)
    def run(as_json: bool, *args: P.args, **kwargs: P.kwargs) -> None:
        with installation(load_settings()) as context:
            command(Session(context, SYSTEM, as_json), *args, **kwargs)

    return run


@contextmanager
def installation(settings: Settings, policy: Policy | None = None) -> Iterator[Context]:
    """The installation that the settings name (with ``policy``, if it is loaded already), while the context lasts."""
    context = open_context(settings, policy)
    try:
        yield context
    finally:
        context.store.close()


def _person(context: Context) -> Principal:
    token = context.settings.token
    if token is None:
        raise Unauthenticated(
            "OPQ_TOKEN is not set, and this command acts as a person; "
            "opq token create --role ROLE --name WHO gives a token, then export OPQ_TOKEN=..."
        )
    return authenticate(context, token.get_secret_value())
