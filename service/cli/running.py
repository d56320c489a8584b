"""``opq up``, ``serve`` and ``worker``: the processes that run until they are told to stop."""

from __future__ import annotations

import click

from service import bootstrap
from service.cli import welcome
from service.cli.session import installation, json_option
from service.cli.show import Banner, show
from service.config import Settings, load_settings
from service.logs import set_up_logs
from service.operations.context import Context
from service.operations.policy import load_policy
from service.worker import work, working

_PORT = click.option("--port", type=click.IntRange(0, 65535), help="Port to serve on, in place of OPQ_PORT.")


@click.command()
@_PORT
@json_option
def serve(port: int | None, as_json: bool) -> None:
    """Serve the API until told to stop (SIGTERM); the log says where, a line of JSON each."""
    settings = _settings(port)
    set_up_logs(settings.log_level)
    with installation(settings) as context:
        _serve(context)


@click.command()
@json_option
def worker(as_json: bool) -> None:
    """Poll the feed and do what has come due until told to stop (SIGTERM); the log is lines of JSON."""
    settings = load_settings()
    set_up_logs(settings.log_level)
    with installation(settings) as context:
        work(context)


@click.command()
@_PORT
@click.option("--example", is_flag=True, help="Load an invented estate if there is none, and make two tokens.")
@json_option
def up(port: int | None, example: bool, as_json: bool) -> None:
    """Do it all on one machine: init, serve and work in one process, until told to stop."""
    settings = _settings(port)
    set_up_logs(settings.log_level)
    policy = load_policy(settings)
    bootstrap.init(settings, policy)
    with installation(settings, policy) as context:
        loaded = (
            welcome.make_example(context)
            if example
            else {"premises": 0, "tokens": [], "accounts": [], "password": None}
        )
        answer = {"url": f"http://{settings.host}:{settings.port}", **loaded}
        show(answer, welcome.lines, as_json, Banner(policy.plan.marking, policy.plan.example))
        with working(context):
            _serve(context)


def _serve(context: Context) -> None:
    # Imported here because Flask takes longer to load than all else; other commands start without it.
    from service.app import create_app
    from service.server import serve as serve_app

    serve_app(create_app(context), context.settings.host, context.settings.port)


def _settings(port: int | None) -> Settings:
    settings = load_settings()
    return settings if port is None else settings.model_copy(update={"port": port})
