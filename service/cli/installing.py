"""``opq init``, ``config`` and ``health``: making an installation, and seeing how it is set and how it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click
from rich.console import RenderableType

from service import bootstrap
from service.cli.session import installation, json_option
from service.cli.show import Banner, show, table
from service.config import SettingLine, describe, load_settings
from service.errors import Permanent
from service.operations.health import FAILED, OK, readiness
from service.operations.policy import load_policy


@click.command()
@json_option
def init(as_json: bool) -> None:
    """Make or upgrade the store, make the audit key, and put the policy in force; safe to repeat."""
    settings = load_settings()
    policy = load_policy(settings)
    answer = bootstrap.init(settings, policy)
    show(answer, _initialised, as_json, Banner(policy.plan.marking, policy.plan.example))


@click.command()
@json_option
def config(as_json: bool) -> None:
    """Print every setting with its value, secrets masked."""
    answer = {"items": [asdict(line) for line in describe(load_settings())]}
    show(answer, _settings_table, as_json)


@click.command()
@click.option("--only", metavar="CHECK", help="Look at this check alone, such as worker; it must then be ok.")
@json_option
def health(only: str | None, as_json: bool) -> None:
    """Say whether the installation is fit to serve, as /readyz does; exit code 1 when it is not."""
    with installation(load_settings()) as context:
        answer = readiness(context)
    if only is not None:
        answer["checks"] = [check for check in answer["checks"] if check["name"] == only]
        if not answer["checks"]:
            raise click.BadParameter(f"there is no check {only}", param_hint="--only")
        answer["status"] = answer["checks"][0]["status"]
    show(answer, _healthy, as_json)
    if answer["status"] == FAILED or (only is not None and answer["status"] != OK):
        raise Permanent("it is not fit; what is above says why")


def _initialised(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield f"The store ({answer['database']}) {'was made or upgraded' if answer['upgraded'] else 'is up to date'}."
    key = answer["audit_key_file"]
    if answer["key_made"]:
        yield f"The audit key was made: {key}. Keep a copy elsewhere; without it the record cannot be verified."
    else:
        yield f"The audit key is {key}."
    policies = f"rulebook {_version(answer['rulebook'])} and plan {_version(answer['plan'])}"
    yield f"In force {'from now on' if answer['adopted'] else 'already'}: {policies}."


def _healthy(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield table(
        ("check", "status", "detail"),
        ((check["name"], check["status"], check["detail"]) for check in answer["checks"]),
    )


def _version(policy: dict[str, Any]) -> str:
    return f"{policy['id']} {policy['version']}"


def _settings_table(answer: dict[str, Any]) -> Iterator[RenderableType]:
    lines = [SettingLine(**item) for item in answer["items"]]
    yield table(("variable", "value", "what it does"), ((line.variable, line.value, line.sentence) for line in lines))
