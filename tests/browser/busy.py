"""A night's work on the estate, so that every page has something to show: ticks, a stand-down list, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.operations import (
    approvals,
    checklists,
    deliveries,
    items,
    override_ends,
    overrides,
    readings,
    threat,
    webhooks,
)
from service.operations.context import Context
from service.operations.people import Principal, Role
from service.store import accounts, jobs
from tests.browser.site import OWN, Site
from tests.lists import standing_down

RAISED = "force-headquarters"
"""A premises at EXCEPTIONAL."""


@dataclass(frozen=True)
class Busy:
    """The site, and what there is on it for each argument of an address."""

    site: Site
    known: dict[str, Any]


def work(site: Site) -> Busy:
    """Do the night's work."""
    context, lead, manager = site.context, site.person(Role.OP_QUANTITY_LEAD), site.person(Role.STATION_MANAGER)
    with context.store.housekeeping() as writer:
        jobs.take(writer, "feed", "a worker", 60)
    _raise(context, lead, RAISED)
    _raise_and_stand_down(context, lead, site.person(Role.GOLD), manager)
    seen = checklists.present_checklist(context, lead, OWN)
    required = next(item for item in seen["items"] if item["obligation"] == "required" and item["status"] == "open")
    _say(context, manager, seen, required, "declined", "Done at the gate instead")
    others = [item for item in seen["items"] if item["status"] == "open" and item is not required]
    for item, status in zip(others, ("done", "done", "not_applicable", "blocked"), strict=False):
        _say(context, manager, seen, item, status, "The contractor comes at seven")
    reading = readings.push_reading(
        context, site.person(Role.FEED), readings.Pushed(Scope.NATIONAL, ThreatLevel.LOW, note="by telephone")
    )
    for level in (ThreatLevel.SUBSTANTIAL, ThreatLevel.LOW):
        change = threat.set_level(context, lead, threat.ThreatWish(Scope.FORCE, level, "as assessed this evening"))
    request = next(item for item in approvals.list_requests(context, lead)["items"] if item["kind"] == "threat_fall")
    with context.store.read() as reader:
        account = next(iter(accounts.all_accounts(reader)))
    monitor = site.person(Role.MONITOR)
    hook = webhooks.create_webhook(context, monitor, webhooks.WebhookWish("https://93.184.215.14/told"))
    deliveries.send_test(context, monitor, hook["id"])
    found = standing_down(context, OWN)
    assert found is not None
    return Busy(
        site,
        {
            "premises_id": OWN,
            "checklist_id": found["id"],
            "option_id": found["items"][0]["option_id"],
            "change_id": change["id"],
            "reading_id": reading["id"],
            "request_id": request["id"],
            "account_id": account["id"],
            "webhook_id": hook["id"],
            "sequence": 1,
        },
    )


def _raise(context: Context, lead: Principal, premises_id: str) -> dict[str, Any]:
    until = context.store.clock.now() + timedelta(hours=8)
    wish = overrides.OverrideWish(overrides.RAISE, "A visit at short notice", until, ResponseLevel.EXCEPTIONAL)
    return overrides.create_override(context, lead, premises_id, wish)


def _raise_and_stand_down(context: Context, lead: Principal, gold: Principal, manager: Principal) -> None:
    raised = _raise(context, lead, OWN)
    seen = checklists.present_checklist(context, lead, OWN)
    for item in [item for item in seen["items"] if item["status"] == "open"][-5:]:
        _say(context, manager, seen, item, "done", "")
    ended = override_ends.end_override(context, lead, OWN, raised["id"], "The visit is over")
    approvals.approve_request(context, gold, ended["request"])


def _say(context: Context, who: Principal, seen: dict[str, Any], item: dict[str, Any], status: str, note: str) -> None:
    items.tick(context, who, seen["id"], item["option_id"], status, note, seen["version"])
