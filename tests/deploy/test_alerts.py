"""The alert rules: each can be read, says what to do, and asks for figures that the service tells."""

from __future__ import annotations

import re
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert

from service.app import create_app
from service.operations.watching import check_record
from service.store.tables import feeds, jobs
from tests.builders import NOON, context_on, default_policy
from tests.deploy.compose import ROOT, read

RULES = read(ROOT / "deploy" / "alerts.yml")["groups"][0]["rules"]
METRIC = re.compile(r"\bopq_[a-z_]+\b")


def told(url: str) -> set[str]:
    """The names of all figures of an installation in which everything has happened once."""
    with context_on(url, policy=default_policy()) as context:
        with context.store.housekeeping() as writer:
            row = {"name": "poll", "holder": "a", "leased_until": NOON, "last_run_at": writer.at}
            writer.connection.execute(insert(jobs).values(row))
            writer.connection.execute(insert(feeds).values(source="mi5", failures=0, last_read_at=NOON))
        check_record(context)
        page = create_app(context).test_client().get("/metrics").get_data(as_text=True)
    return {sample.name for family in text_string_to_metric_families(page) for sample in family.samples}


def test_every_rule_asks_for_figures_that_are_told(migrated_url: str) -> None:
    asked = {rule["alert"]: set(METRIC.findall(rule["expr"])) for rule in RULES}
    assert all(asked.values())
    names = told(migrated_url)
    assert {alert: metrics - names for alert, metrics in asked.items() if metrics - names} == {}


def test_what_must_not_go_unnoticed_has_a_rule() -> None:
    assert {rule["alert"] for rule in RULES} >= {
        "FeedStale",
        "WorkerSilent",
        "DeliveryBacklog",
        "WebhookDisabled",
        "RecordBroken",
        "ExceptionalUnsustainable",
    }


@pytest.mark.parametrize("alert", ["FeedStale", "WorkerSilent", "RecordUnread"])
def test_what_never_happened_at_all_is_noticed_too(alert: str) -> None:
    [rule] = [rule for rule in RULES if rule["alert"] == alert]
    [figure] = set(METRIC.findall(rule["expr"]))
    assert rule["expr"].endswith(f" or absent({figure})")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_says_how_urgent_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert set(rule["annotations"]) == {"summary", "action"}
    assert rule["expr"].count("(") == rule["expr"].count(")")


def test_prometheus_loads_these_rules() -> None:
    mounted = {config["source"]: config["target"] for config in read()["services"]["prometheus"]["configs"]}
    assert read(ROOT / "deploy" / "prometheus.yml")["rule_files"] == [mounted["alerts"]]
