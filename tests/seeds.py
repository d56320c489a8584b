"""A small estate in the middle of things: something of every kind that the API can name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from service.operations.context import Context
from service.operations.people import Role
from tests.builders import register
from tests.callers import Callers


@dataclass(frozen=True)
class Seeds:
    """The people, and the ids of what was made."""

    callers: Callers
    ids: dict[str, Any]


def seed(context: Context) -> Seeds:
    """Three premises at EXCEPTIONAL, work begun on a list, and one of everything that waits."""
    register(
        context,
        {"id": "north-hq", "kinds": ["hq", "control_room"], "manager": "Mara Manager"},
        {"id": "south-office", "district": "South"},
        {"id": "quiet-house", "restricted": True},
    )
    callers = Callers(context)
    lead, feed = callers.as_(Role.OP_QUANTITY_LEAD), callers.as_(Role.FEED)
    made(lead, "threat-changes", {"scope": "national", "level": "CRITICAL", "reason": "published"})
    made(lead, "threat-changes", {"scope": "force", "level": "SEVERE", "reason": "local reporting"})
    fall = made(lead, "threat-changes", {"scope": "national", "level": "SEVERE", "reason": "published"})
    reading = made(feed, "threat-readings", {"scope": "national", "level": "LOW", "stamp": "1"})
    until = "2026-11-25T00:00:00Z"
    lower = {"kind": "lower", "response_level": "NORMAL", "reason": "closed for works", "expires_at": until}
    override = made(lead, "premises/south-office/overrides", lower)
    checklist = lead.get("/api/v1/premises/north-hq/checklist")
    item = checklist.get_json()["items"][0]
    ticked = lead.patch(
        f"/api/v1/checklists/{checklist.get_json()['id']}/items/{item['option_id']}",
        json={"status": "done"},
        headers={"If-Match": checklist.headers["ETag"]},
    )
    assert ticked.status_code == 200, ticked.get_data(as_text=True)
    level = lead.get("/api/v1/premises/north-hq/response-level").get_json()
    made(lead, "premises/north-hq/acknowledgements", {"decision_id": level["decision"]["id"]})
    spare = made(callers.as_(Role.ADMIN), "tokens", {"role": "monitor", "name": "spare"})
    webhook = made(lead, "webhooks", {"url": "https://93.184.215.14/hook"})
    delivery = made(lead, f"webhooks/{webhook['id']}/test", {})
    return Seeds(
        callers,
        {
            "premises_id": "north-hq",
            "change_id": fall["id"],
            "sequence": 1,
            "reading_id": reading["id"],
            "override_id": override["id"],
            "checklist_id": checklist.get_json()["id"],
            "option_id": item["option_id"],
            "request_id": 1,
            "token_id": spare["id"],
            "webhook_id": webhook["id"],
            "delivery_id": delivery["id"],
        },
    )


def made(client: FlaskClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What a POST to ``path`` made."""
    answer = client.post(f"/api/v1/{path}", json=body)
    assert answer.status_code in (200, 201, 202), answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found
