"""``opq rules`` and ``opq plan``: check, test and compare the policy files, before anybody puts them in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import RenderableType

from contingency_plans.plan import Plan, load_plan
from rules.cases import decide_case
from rules.conditions import Condition
from rules.differences import Differences, differences
from rules.evaluation import Evaluation, EvaluatorsDifferError
from rules.limits import LimitError
from rules.rulebook import Rulebook, load_rulebook
from service.cli.session import json_option
from service.cli.show import number_of, show, table
from service.config import load_settings
from service.errors import Invalid
from service.operations.policy import load_plan_in_use, load_rulebook_in_use

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("rules")
def rulebooks() -> None:
    """Check, test and compare rulebooks."""


@rulebooks.command("check")
@click.argument("file", type=FILE, required=False)
@json_option
def check_rules(file: Path | None, as_json: bool) -> None:
    """Check the rulebook in FILE (default: the one in use): gaps, overlaps, references, cases, and the engine."""
    book = _rulebook(file)
    _try_engine(book.conditions)
    show({**_about(book), "rules": len(book.rules), "cases": len(book.cases)}, _checked_rules, as_json)


@rulebooks.command("test")
@click.argument("file", type=FILE, required=False)
@json_option
def run_cases(file: Path | None, as_json: bool) -> None:
    """Run the cases of the rulebook in FILE (default: the one in use); the first that fails is named by its line."""
    book = _rulebook(file)
    decided = [(case, decide_case(case, book)) for case in book.cases]
    items = [
        {"name": case.name, "response_level": decision.response_level.name, "winner": decision.winner}
        for case, decision in decided
    ]
    show({**_about(book), "cases": len(items), "items": items}, _cases, as_json)


@rulebooks.command("diff")
@click.argument("old", type=FILE)
@click.argument("new", type=FILE, required=False)
@json_option
def diff_rules(old: Path, new: Path | None, as_json: bool) -> None:
    """Say what differs between the rulebooks OLD and NEW (default: the one in use)."""
    show(_differences(differences(_rulebook(old).rules, _rulebook(new).rules)), _differing, as_json)


@click.group("plan")
def plans() -> None:
    """Check and compare contingency plans."""


@plans.command("check")
@click.argument("file", type=FILE, required=False)
@json_option
def check_plan(file: Path | None, as_json: bool) -> None:
    """Check the plan in FILE (default: the one in use), and that the rules engine can take it."""
    plan = _plan(file)
    _try_engine(plan.conditions)
    about = {**_about(plan), "example": plan.example, "marking": plan.marking, "options": len(plan.options)}
    show(about, _checked_plan, as_json)


@plans.command("diff")
@click.argument("old", type=FILE)
@click.argument("new", type=FILE, required=False)
@json_option
def diff_plans(old: Path, new: Path | None, as_json: bool) -> None:
    """Say what differs between the plans OLD and NEW (default: the one in use)."""
    show(_differences(differences(_plan(old).options, _plan(new).options)), _differing, as_json)


def _rulebook(file: Path | None) -> Rulebook:
    return load_rulebook(file) if file else load_rulebook_in_use(load_settings())


def _plan(file: Path | None) -> Plan:
    return load_plan(file) if file else load_plan_in_use(load_settings())


def _try_engine(conditions: Mapping[str, Condition]) -> None:
    try:
        Evaluation(conditions, engine="durable").close()
    except (LimitError, EvaluatorsDifferError) as error:
        raise Invalid(f"the rules engine cannot take it: {error}") from error


def _about(policy: Rulebook | Plan) -> dict[str, Any]:
    return {
        "id": policy.id,
        "version": policy.version,
        "effective_from": policy.effective_from.isoformat(),
        "review_by": policy.review_by and policy.review_by.isoformat(),
        "sha256": policy.sha256,
    }


def _differences(found: Differences[Any]) -> dict[str, Any]:
    return {
        "added": [part.id for part in found.added],
        "removed": [part.id for part in found.removed],
        "changed": [{"id": change.new.id, "fields": list(change.fields)} for change in found.changed],
    }


def _checked_rules(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield f"The rulebook {answer['id']} {answer['version']} is whole, and the rules engine agrees with its reference."
    yield f"{number_of(answer['rules'], 'rule')}, {number_of(answer['cases'], 'case')}; SHA-256 {answer['sha256']}"


def _cases(answer: dict[str, Any]) -> Iterator[RenderableType]:
    rows = ((item["name"], item["response_level"], item["winner"]) for item in answer["items"])
    yield table(("case", "response level", "by rule"), rows)
    yield f"{number_of(answer['cases'], 'case')} of {answer['id']} {answer['version']}, all as expected."


def _checked_plan(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield f"The plan {answer['id']} {answer['version']} is whole, and the rules engine agrees with its reference."
    yield f"{number_of(answer['options'], 'option')}; {answer['marking']}; SHA-256 {answer['sha256']}"
    if answer["example"]:
        yield "It says that it is an EXAMPLE: put your force's own in its place by OPQ_PLANS_DIR."


def _differing(answer: dict[str, Any]) -> Iterator[RenderableType]:
    rows = [
        *((name, "added", "") for name in answer["added"]),
        *((name, "removed", "") for name in answer["removed"]),
        *((change["id"], "changed", change["fields"]) for change in answer["changed"]),
    ]
    yield table(("id", "is", "in"), rows)
