"""``opq``: all groups of commands in their sections, and how every error is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import click

from rules.source import PolicyError
from service.errors import OpqError, Refused
from service.logs import during_run, set_up_logs

SECTIONS = {
    "Threat and response levels": {
        "threat": "threat:threat",
        "reading": "readings:reading",
        "feed": "feed:feed",
        "simulate": "levels:simulate",
        "level": "levels:level",
        "override": "overrides:override",
        "requests": "requests:requests",
    },
    "Premises and checklists": {
        "premises": "premises:premises",
        "checklist": "checklists:checklist",
        "pack": "pack:pack",
    },
    "Policy": {"rules": "policies:rulebooks", "plan": "policies:plans", "replay": "replaying:replay"},
    "The record": {"audit": "audit:audit"},
    "Running it": {
        "up": "running:up",
        "init": "installing:init",
        "serve": "running:serve",
        "worker": "running:worker",
        "health": "installing:health",
        "token": "tokens:token",
        "account": "accounts:account",
        "config": "installing:config",
    },
    "Keeping it": {
        "backup": "backup:backup",
        "restore": "backup:restore",
        "store": "backup:store",
        "webhooks": "webhooks:webhooks",
    },
}
"""By heading and name, the module of this folder that has the command, and what it is called there."""

_PLACES = {name: place for section in SECTIONS.values() for name, place in section.items()}


class Commands(Mapping[str, click.Command]):
    """Every command by its name, imported when it is asked for: nobody waits for what the others import."""

    def __getitem__(self, name: str) -> click.Command:
        """The command of that name. Raises KeyError where there is none."""
        module, attribute = _PLACES[name].split(":")
        command: click.Command = getattr(import_module(f"service.cli.{module}"), attribute)
        return command

    def __iter__(self) -> Iterator[str]:
        """The names, in the order of SECTIONS."""
        return iter(_PLACES)

    def __len__(self) -> int:
        """How many commands there are."""
        return len(_PLACES)


class Sections(click.Group):
    """A group that lists its commands by section, and tells errors in a sentence with exit code 1."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under the headings of SECTIONS."""
        for heading, names in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(name, self.commands[name].get_short_help_str(60)) for name in names])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (OpqError, PolicyError) as error:
            raise click.ClickException(told(error)) from error


def told(error: OpqError | PolicyError) -> str:
    """An error for people: what is wrong, and a line for each field that is at fault."""
    fields = error.fields if isinstance(error, Refused) else ()
    return "\n".join([str(error), *(f"  {fault.field}: {fault.message}" for fault in fields)])


@click.group(
    cls=Sections,
    commands=Commands(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="op-quantity", prog_name="opq")
@click.pass_context
def main(context: click.Context) -> None:
    """Security response levels and checklists for a police estate.

    A command that decides acts as the person whose token is in OPQ_TOKEN. Every command takes --json. Exit code 0:
    done; 1: a fault in what was given, or refused; 2: called wrongly.
    """
    set_up_logs("WARNING")
    context.with_resource(during_run(str(context.invoked_subcommand)))
