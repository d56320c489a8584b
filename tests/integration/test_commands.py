"""Every command in this process, on one installation: its answer for programs, its words for people, its exit code."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import structlog
from click.testing import CliRunner, Result

import service.examples
from contingency_plans.plan import OP_QUANTITY
from rules.rulebook import ESTATE_RESPONSE
from service.cli import main
from service.operations.people import SYSTEM
from service.operations.tokens import create_token
from tests.databases import Databases
from tests.feed_server import FeedServer, feed_xml
from tests.installation import example_installation

EXAMPLES = Path(service.examples.__file__).parent
SITE = "gullwick-station"


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def template(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of an installation with the example estate, and by role the token of a person."""
    with databases.empty() as url:
        folder = tmp_path_factory.mktemp("var")
        with example_installation(folder, url) as context:
            tokens = {
                role: create_token(context, SYSTEM, role, f"A {role}")["token"]
                for role in ("op_quantity_lead", "gold", "admin", "staff")
            }
        yield {"OPQ_DATA_DIR": str(folder), "OPQ_DATABASE_URL": url, "OPQ_ENGINE": "reference", **tokens}


class Commands:
    """Runs ``opq`` in this process as a person of a role."""

    def __init__(self, installation: dict[str, str]) -> None:
        self.installation = installation

    def __call__(self, *arguments: str, role: str | None = "op_quantity_lead", code: int = 0, **more: str) -> Result:
        settings = {name: value for name, value in self.installation.items() if name.startswith("OPQ_")}
        if role is not None:
            settings["OPQ_TOKEN"] = self.installation[role]
        result = CliRunner().invoke(main, list(arguments), env={**settings, **more}, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    def json(self, *arguments: str, role: str = "op_quantity_lead", **more: str) -> Any:
        return json.loads(self(*arguments, "--json", role=role, **more).stdout)


@pytest.fixture
def installation(template: dict[str, str], databases: Databases) -> Iterator[dict[str, str]]:
    """The installation for one test: the same keys, and a store of its own."""
    with databases.copy_of(template["OPQ_DATABASE_URL"]) as url:
        yield {**template, "OPQ_DATABASE_URL": url}


@pytest.fixture
def opq(installation: dict[str, str]) -> Commands:
    return Commands(installation)


def every_command(group: click.Group = main, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(every_command()), ids=" ".join)
def test_every_command_explains_itself_and_takes_json(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*path, "--help"])
    assert result.exit_code == 0
    assert "--json" in result.stdout
    assert len(result.stdout.splitlines()) > 4


def test_help_shows_every_command_under_a_heading() -> None:
    help_text = CliRunner().invoke(main, ["--help"]).stdout
    for heading in ("Threat and response levels", "Premises and checklists", "Policy", "The record", "Running it"):
        assert f"{heading}:\n" in help_text
    for name in main.commands:
        assert f"\n  {name} " in help_text


def test_a_change_by_hand_is_told_with_its_effect(opq: Commands) -> None:
    told = opq("threat", "set", "national", "SEVERE", "--reason", "A test").stdout
    assert "is accepted: national from not_set to SEVERE" in told
    again = opq.json("threat", "set", "national", "SEVERE", "--reason", "Again")
    assert again["status"] == "unchanged"
    assert "noted as confirmed" in opq("threat", "set", "national", "SEVERE", "--reason", "Again").stdout
    assert "SEVERE" in opq("threat", "show").stdout
    rise = opq.json("threat", "set", "national", "CRITICAL", "--reason", "Higher")
    moved = opq("threat", "premises", str(rise["id"]), "--limit", "1").stdout
    assert "EXCEPTIONAL" in moved
    assert "More premises: --after" in moved
    assert "Older ones" in opq("threat", "history", "--limit", "1").stdout


def test_a_fall_waits_and_can_be_withdrawn(opq: Commands) -> None:
    opq("threat", "set", "force", "SEVERE", "--reason", "Up")
    fall = opq.json("threat", "set", "force", "LOW", "--reason", "Down")
    assert fall["status"] == "awaiting_second_person"
    waiting = opq.json("requests", "list")["items"]
    assert [item["kind"] for item in waiting] == ["threat_fall"]
    assert "force, SEVERE, LOW" in opq("requests", "list").stdout
    assert "second person" in opq("requests", "approve", str(waiting[0]["id"]), code=1).stderr
    assert "is approved" in opq("requests", "approve", str(waiting[0]["id"]), role="gold").stdout
    second = opq.json("threat", "set", "force", "not_set", "--reason", "Away")
    assert "waits for a second person" in opq("threat", "set", "force", "not_set", "--reason", "x").stdout
    assert "is withdrawn" in opq("threat", "withdraw", str(second["id"])).stdout
    for item in opq.json("requests", "list")["items"]:
        assert "is withdrawn" in opq("requests", "withdraw", str(item["id"])).stdout
    assert opq.json("requests", "list")["items"] == []


def test_a_simulation_tells_and_does_nothing(opq: Commands) -> None:
    before = opq.json("threat", "show")
    told = opq("simulate", "national", "CRITICAL", "--also", "force", "CRITICAL", "--limit", "1").stdout
    assert "nothing was changed" in told
    assert "More premises: --after" in told
    assert opq.json("threat", "show") == before
    assert "twice" in opq("simulate", "force", "LOW", "--also", "force", "SEVERE", code=1).stderr


def test_a_level_is_explained_in_sentences(opq: Commands) -> None:
    told = opq("level", "show", SITE).stdout
    assert f"{SITE}: " in told
    assert "O27" in told
    at = opq.json("level", "show", SITE)["since"]
    assert opq.json("level", "show", SITE, "--as-at", at)["since"] == at
    assert "not an RFC 3339 time" in opq("level", "show", SITE, "--as-at", "noon", code=2).stderr
    assert "there is no premises nowhere" in opq("level", "show", "nowhere", code=1).stderr


def test_lists_are_shown_printed_and_ticked(opq: Commands) -> None:
    found = opq.json("checklist", "show", SITE)
    option = found["items"][0]["option_id"]
    assert option in opq("checklist", "show", SITE).stdout
    assert option in opq("checklist", "print", SITE).stdout
    assert opq.json("checklist", "print", SITE)["id"] == found["id"]
    assert "say why" in opq("checklist", "tick", SITE, option, "--status", "blocked", code=1).stderr
    ticked = opq.json("checklist", "tick", SITE, option, "--version", str(found["version"]))
    assert ticked["item"]["status"] == "done"
    required = next(item["option_id"] for item in found["items"] if item["obligation"] == "required")
    told = opq("checklist", "tick", SITE, required, "--status", "declined", "--note", "No staff").stdout
    assert "until a second person agrees" in told
    assert "Note: No staff" in opq("checklist", "show", SITE).stdout
    assert opq.json("checklist", "list", SITE)["items"][0]["id"] == found["id"]
    assert "of the force" in opq("checklist", "show", "--force").stdout
    assert "no stand-down list" in opq("checklist", "show", SITE, "--stand-down", code=1).stderr
    assert "name a PREMISES" in opq("checklist", "show", code=2).stderr


def test_overrides_are_made_listed_and_ended(opq: Commands) -> None:
    site = "withymarsh-station"
    assert "active" in opq("override", "raise", site, "EXCEPTIONAL", "--hours", "2", "--reason", "A march").stdout
    raised = opq.json("override", "list", site)["items"][0]
    ended = opq("override", "end", site, str(raised["id"]), "--reason", "It is over").stdout
    assert "waits for a second person" in ended
    assert "ended" in opq("override", "approve", site, str(raised["id"]), role="gold").stdout
    assert "hold" in opq("override", "hold", site, "--hours", "2", "--reason", "Wait").stdout
    lowered = opq("override", "lower", site, "NORMAL", "--hours", "2", "--reason", "Empty").stdout
    assert f"opq override approve {site}" in lowered
    assert "Empty" in opq("override", "list", site).stdout


def test_the_register_goes_out_in_and_in_again(opq: Commands, tmp_path: Path) -> None:
    exported = opq("premises", "export", role="admin").stdout
    assert opq.json("premises", "export", role="admin")["csv"].splitlines() == exported.splitlines()
    file = tmp_path / "register.csv"
    file.write_text(exported + "new-site,New Site\n")
    faulty = opq("premises", "import", str(file), "--dry-run", role="admin", code=1)
    assert "line " in faulty.stderr
    file.write_text("id,name\nnew-site,New Site\n")
    assert "1 row would be imported" in opq("premises", "import", str(file), "--dry-run", role="admin").stdout
    assert "1 row imported: 1 added" in opq("premises", "import", str(file), role="admin").stdout
    assert "New Site" in opq("premises", "list", "--q", "new-site").stdout
    assert "More: --after" in opq("premises", "list", "--limit", "1").stdout
    assert "is closed" in opq("premises", "close", "new-site", role="admin").stdout


def test_an_import_with_faults_tells_each_to_people_and_to_programs(opq: Commands, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("id,name,headcount\nalder,Alder,many\n")
    done = opq("premises", "import", str(file), "--json", role="admin", code=1)
    assert json.loads(done.stdout)["faults"][0]["column"] == "headcount"
    assert "line 2, headcount" in done.stderr


def test_an_import_that_lowers_waits(opq: Commands, tmp_path: Path) -> None:
    file = tmp_path / "lower.csv"
    file.write_text("id,name,minimum_response_level\nhigh-site,High Site,EXCEPTIONAL\n")
    opq("premises", "import", str(file), role="admin")
    file.write_text("id,name,minimum_response_level\nhigh-site,High Site,NORMAL\n")
    told = opq("premises", "import", str(file), role="admin").stdout
    assert "opq requests approve" in told


def test_tokens_are_made_listed_and_revoked(opq: Commands) -> None:
    made = opq.json("token", "create", "--role", "staff", "--name", "Sam", "--premises", SITE, "--expires-in", "7")
    assert set(made) >= {"id", "token"}
    assert "export OPQ_TOKEN=opq_" in opq("token", "create", "--role", "gold", role=None).stdout
    listed = opq("token", "list", role=None).stdout
    assert "Sam" in listed
    assert made["token"] not in listed
    assert "is revoked" in opq("token", "revoke", str(made["id"]), role=None).stdout
    assert "there is no token" in opq("token", "revoke", "999", role=None, code=1).stderr
    assert "expires_in_days" in opq("token", "create", "--role", "gold", "--expires-in", "0", role=None, code=1).stderr


def test_the_feed_can_be_looked_at_without_writing(opq: Commands) -> None:
    with FeedServer() as server:
        server.serve(feed_xml(national="CRITICAL"))
        read = opq.json("feed", "check", OPQ_FEED_URL=server.url, NO_PROXY="*")
        assert read["levels"]["national"] == "CRITICAL"
        assert "CRITICAL" in opq("feed", "check", OPQ_FEED_URL=server.url, NO_PROXY="*").stdout
        server.serve(b"<html>Back soon</html>")
        done = opq("feed", "check", OPQ_FEED_URL=server.url, NO_PROXY="*", code=1)
    assert "OPQ_FEED_URL" in done.stderr
    assert opq.json("reading", "list")["items"] == []
    assert "there is no reading 9" in opq("reading", "confirm", "9", code=1).stderr
    assert "there is no reading 9" in opq("reading", "reject", "9", "--reason", "x", code=1).stderr


def test_policy_files_are_checked_run_and_compared(opq: Commands, tmp_path: Path) -> None:
    book, plan = tmp_path / "book.yaml", tmp_path / "plan.yaml"
    text = ESTATE_RESPONSE.read_text(encoding="utf-8")
    book.write_text(text.replace("title: National threat level", "title: The national threat level"), encoding="utf-8")
    plan.write_text(
        OP_QUANTITY.read_text(encoding="utf-8").replace("within: PT8H", "within: PT9H", 1), encoding="utf-8"
    )
    assert "is whole" in opq("rules", "check", role=None).stdout
    assert "all as expected" in opq("rules", "test", str(book), role=None).stdout
    assert opq.json("rules", "diff", str(book))["changed"] == [{"id": "EST-110", "fields": ["title"]}]
    assert "EXAMPLE" in opq("plan", "check", str(plan), role=None).stdout
    assert "within" in opq("plan", "diff", str(plan), role=None).stdout
    book.write_text(text.replace("version:", "verison:", 1), encoding="utf-8")
    assert "book.yaml:" in opq("rules", "check", str(book), role=None, code=1).stderr


def test_a_history_is_replayed_in_a_table(opq: Commands, tmp_path: Path) -> None:
    told = opq("replay", str(EXAMPLES / "history_national.csv"), role=None).stdout
    assert "19 records, 18 changes, 8 response-level changes." in told
    assert "EXAMPLE" in told.splitlines()[0]
    file = tmp_path / "bad.csv"
    file.write_text("effective_at,scope,level\nsoon,national,SEVERE\n")
    assert "line 2, effective_at" in opq("replay", str(file), role=None, code=1).stderr


def test_the_record_is_verified_and_exported_by_line(opq: Commands) -> None:
    shown = opq("audit", "verify", role=None).stdout
    assert "The record is whole" in shown
    head = shown.split("Head: ")[1].strip()
    assert "The record is whole" in opq("audit", "verify", "--head", head, role=None).stdout
    assert "is not in this record" in opq("audit", "verify", "--head", f"1:{'0' * 64}", role=None, code=1).stdout
    assert "must be SEQUENCE:HASH" in opq("audit", "verify", "--head", "12", role=None, code=2).stderr
    lines = opq("audit", "export", "--subject", "register").stdout.splitlines()
    assert {json.loads(line)["subject"] for line in lines} == {"register"}
    assert opq("audit", "export", "--request-id", "none-such").stdout == ""


def test_secrets_are_sealed_anew_and_it_says_how_many(opq: Commands) -> None:
    assert "Sealed anew: 0 of 0 secrets." in opq("webhooks", "reseal", role=None).stdout
    assert opq.json("webhooks", "reseal") == {"resealed": 0, "secrets": 0}


def test_settings_are_shown_with_secrets_masked(opq: Commands, installation: dict[str, str]) -> None:
    shown = opq("config").stdout
    assert "OPQ_HOLD_LIMIT" in shown
    assert installation["op_quantity_lead"] not in shown
    assert "did you mean OPQ_PORT" in opq("config", OPQ_PRT="1", code=1).stderr


def test_who_may_not_is_told_so(opq: Commands) -> None:
    assert "opq token create" in opq("threat", "show", role=None, code=1).stderr
    assert "unknown, expired" in opq("threat", "show", role=None, OPQ_TOKEN="opq_none", code=1).stderr
    assert "may not do this" in opq("audit", "export", role="staff", code=1).stderr
    assert "may not do this" in opq("threat", "set", "force", "LOW", "--reason", "x", role="admin", code=1).stderr


def test_called_wrongly_it_exits_with_two(opq: Commands) -> None:
    assert "No such command" in opq("bogus", code=2).stderr
    assert "--reason" in opq("threat", "set", "national", "LOW", code=2).stderr
    assert "HIGH" in opq("threat", "set", "national", "HIGH", "--reason", "x", code=2).stderr


def test_init_can_be_repeated(opq: Commands) -> None:
    told = opq("init", role=None).stdout
    assert "is up to date" in told
    assert "In force already" in told
    assert opq.json("init")["adopted"] is False
