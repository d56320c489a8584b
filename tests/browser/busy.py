"""A night's work on the estate, so that every page has something to show: ticks, a stand-down list, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.operations import (
    approvals,
    audit,
    checklists,
    deliveries,
    delivering,
    items,
    override_ends,
    overrides,
    readings,
    register,
    threat,
    webhooks,
)
from service.operations.context import Context
from service.operations.people import Principal, Role
from service.store import accounts, jobs
from tests.browser.site import OWN, Site
from tests.lists import decide_all, standing_down

RAISED = "force-headquarters"
"""A premises at EXCEPTIONAL."""

CLOSED, READY, SIGNED = "gullwick-pound", "tinderley-post", "brackenhithe-ferry-office"
"""Premises that are closed in this night, or whose list is decided, or signed off as well."""


@dataclass(frozen=True)
class Busy:
    """The site, and what there is on it for each argument of an address."""

    site: Site
    known: dict[str, Any]


def work(site: Site) -> Busy:
    """Do the night's work."""
    context, lead, manager = site.context, site.person(Role.OP_QUANTITY_LEAD), site.person(Role.STATION_MANAGER)
    former = checklists.present_checklist(context, lead, RAISED)
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
    changes = [
        threat.set_level(context, lead, threat.ThreatWish(Scope.FORCE, level, "as assessed this evening"))
        for level in (ThreatLevel.SUBSTANTIAL, ThreatLevel.LOW, ThreatLevel.MODERATE)
    ]
    lower, moderate = _waiting(context, lead)
    approvals.withdraw_request(context, lead, moderate)
    register.close_premises(context, site.person(Role.ADMIN), CLOSED, "The site was sold")
    ready, signed = (decide_all(context, lead, _list_of(context, lead, place)) for place in (READY, SIGNED))
    items.sign_off(context, lead, signed["id"], signed["version"])
    with context.store.read() as reader:
        account = next(row for row in accounts.all_accounts(reader) if row["username"] == Role.STAFF.value)
    found = standing_down(context, OWN)
    assert found is not None
    return Busy(
        site,
        {
            "premises_id": OWN,
            "checklist_id": found["id"],
            "option_id": found["items"][0]["option_id"],
            "said_id": _list_of(context, lead, OWN),
            "said_option_id": required["option_id"],
            "former_id": former["id"],
            "ready_id": ready["id"],
            "signed_id": signed["id"],
            "change_id": changes[1]["id"],
            "withdrawn_id": changes[2]["id"],
            "reading_id": reading["id"],
            "request_id": lower,
            "account_id": account["id"],
            "sequence": 1,
            "rich_sequence": _richest(context, site.person(Role.AUDITOR)),
            **_webhooks(context, site.person(Role.MONITOR)),
        },
    )


def _webhooks(context: Context, monitor: Principal) -> dict[str, int]:
    names = ("webhook_id", "paused_id", "disabled_id")
    made = {
        name: webhooks.create_webhook(context, monitor, webhooks.WebhookWish("https://93.184.215.14/told"))["id"]
        for name in names
    }
    for webhook_id in made.values():
        deliveries.send_test(context, monitor, webhook_id)
    for _ in range(webhooks.MOST_SECRETS - 1):
        webhooks.rotate_secret(context, monitor, made["webhook_id"])
    webhooks.change_webhook(context, monitor, made["paused_id"], {"state": "paused"})
    delivering.disable(context, made["disabled_id"], delivering.FAILING)
    return made


def _richest(context: Context, auditor: Principal) -> int:
    """The entry of the record that says most."""
    entries = audit.entries(context, auditor, limit=1000)["items"]
    return int(max(entries, key=lambda entry: len(str(entry["detail"])))["sequence"])


def _waiting(context: Context, lead: Principal) -> list[int]:
    """The falls of the threat level that wait, as they were asked for."""
    waiting = approvals.list_requests(context, lead)["items"]
    return sorted(item["id"] for item in waiting if item["kind"] == "threat_fall")


def _list_of(context: Context, lead: Principal, premises_id: str) -> int:
    return int(checklists.present_checklist(context, lead, premises_id)["id"])


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
