"""``opq``: all groups of commands in their sections, and how every error is told."""

from __future__ import annotations

from typing import Any

import click

from rules.source import PolicyError
from service.cli.audit import audit
from service.cli.backup import backup, restore, store
from service.cli.checklists import checklist
from service.cli.feed import feed
from service.cli.levels import level, simulate
from service.cli.overrides import override
from service.cli.pack import pack
from service.cli.policies import plans, rulebooks
from service.cli.premises import premises
from service.cli.readings import reading
from service.cli.replaying import replay
from service.cli.requests import requests
from service.cli.running import config, health, init, serve, up, worker
from service.cli.threat import threat
from service.cli.tokens import token
from service.cli.webhooks import webhooks
from service.errors import OpqError, Refused
from service.logs import set_up_logs

SECTIONS: dict[str, tuple[click.Command, ...]] = {
    "Threat and response levels": (threat, reading, feed, simulate, level, override, requests),
    "Premises and checklists": (premises, checklist, pack),
    "Policy": (rulebooks, plans, replay),
    "The record": (audit,),
    "Running it": (up, init, serve, worker, health, token, config),
    "Keeping it": (backup, restore, store, webhooks),
}


class Sections(click.Group):
    """A group that lists its commands by section, and tells errors in a sentence with exit code 1."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under the headings of SECTIONS."""
        for heading, commands in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(command.name or "", command.get_short_help_str(60)) for command in commands])

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


@click.group(cls=Sections, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="op-quantity", prog_name="opq")
def main() -> None:
    """Security response levels and checklists for a police estate.

    A command that decides acts as the person whose token is in OPQ_TOKEN. Every command takes --json. Exit code 0:
    done; 1: a fault in what was given, or refused; 2: called wrongly.
    """
    set_up_logs("WARNING")


for _commands in SECTIONS.values():
    for _command in _commands:
        main.add_command(_command)
