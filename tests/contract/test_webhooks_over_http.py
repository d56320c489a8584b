"""Webhooks and events as a monitor uses them over HTTP."""

from __future__ import annotations

import jsonschema
import pytest

from service.operations.people import Role
from tests.callers import Callers

URL = "https://93.184.215.14/hook"


def test_a_webhook_is_made_shown_changed_and_deleted(callers: Callers) -> None:
    monitor = callers.as_(Role.MONITOR)
    wish = {"url": URL, "event_types": ["threat_level.changed"], "premises": ["north-hq"], "districts": ["South"]}
    made = monitor.post("/api/v1/webhooks", json=wish)
    assert made.status_code == 201
    webhook = made.get_json()
    assert webhook.pop("secret").startswith("whsec_")
    assert webhook["state"] == "active"
    path = f"/api/v1/webhooks/{webhook['id']}"
    assert monitor.get(path).get_json() == webhook
    assert monitor.get("/api/v1/webhooks").get_json() == {"items": [webhook], "next": None}
    paused = monitor.patch(path, json={"state": "paused", "premises": []}).get_json()
    assert (paused["state"], paused["premises"], paused["districts"]) == ("paused", [], ["South"])
    assert monitor.patch(path, json={"state": "disabled"}).status_code == 422
    assert monitor.delete(path).status_code == 204
    assert monitor.get(path).status_code == 404
    assert monitor.get(f"{path}/deliveries").status_code == 404


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"url": "http://93.184.215.14/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://169.254.169.254/latest"}, "url"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "url"),
        ({"url": "https://0x7f000001/"}, "url"),
        ({"url": "ftp://93.184.215.14/"}, "url"),
        ({"url": URL, "event_types": ["no.such"]}, "event_types"),
        ({"url": URL, "premises": ["nowhere"]}, "premises"),
        ({"url": URL, "premises": ["quiet-house"]}, "premises"),
        ({"url": URL, "districts": [" "]}, "districts"),
    ],
)
def test_what_cannot_be_told_is_refused_by_field(callers: Callers, wish: dict[str, object], field: str) -> None:
    answer = callers.as_(Role.MONITOR).post("/api/v1/webhooks", json=wish)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]


def test_a_replay_shows_no_secret_and_makes_no_second_webhook(callers: Callers) -> None:
    monitor = callers.as_(Role.MONITOR)
    first, again = (
        monitor.post("/api/v1/webhooks", json={"url": URL}, headers={"Idempotency-Key": "k1"}) for _ in range(2)
    )
    assert first.status_code == again.status_code == 201
    assert {**first.get_json(), "secret": None} == again.get_json()
    assert len(monitor.get("/api/v1/webhooks").get_json()["items"]) == 1


def test_a_monitor_sees_their_own_and_the_lead_all(callers: Callers) -> None:
    one, other = callers.as_(Role.MONITOR, name="one"), callers.as_(Role.MONITOR, name="other")
    made = one.post("/api/v1/webhooks", json={"url": URL}).get_json()
    assert other.get("/api/v1/webhooks").get_json()["items"] == []
    for method, path, body in (
        ("get", "", None),
        ("patch", "", {"state": "paused"}),
        ("delete", "", None),
        ("post", "/test", None),
        ("post", "/rotate-secret", None),
        ("post", "/recover", {"since": "2026-11-21T00:00:00Z"}),
        ("get", "/deliveries", None),
    ):
        answer = getattr(other, method)(f"/api/v1/webhooks/{made['id']}{path}", json=body)
        assert answer.status_code == 404, path
    assert [item["id"] for item in callers.as_(Role.ADMIN).get("/api/v1/webhooks").get_json()["items"]] == [made["id"]]


def test_secrets_rotate_and_deliveries_are_listed_and_repeated(callers: Callers) -> None:
    monitor = callers.as_(Role.MONITOR)
    made = monitor.post("/api/v1/webhooks", json={"url": URL}).get_json()
    path = f"/api/v1/webhooks/{made['id']}"
    rotated = monitor.post(f"{path}/rotate-secret").get_json()
    assert rotated["secret"] != made["secret"]
    assert rotated["former_until"].startswith("2026-11-22")
    sent = monitor.post(f"{path}/test")
    assert sent.status_code == 202
    [listed] = monitor.get(f"{path}/deliveries").get_json()["items"]
    assert listed == sent.get_json()
    assert monitor.get(f"{path}/deliveries?after={listed['id']}").get_json() == {"items": [], "next": None}
    assert monitor.post(f"/api/v1/deliveries/{listed['id']}/redeliver").status_code == 202
    assert monitor.post("/api/v1/deliveries/999/redeliver").status_code == 404
    recovered = monitor.post(f"{path}/recover", json={"since": "2026-11-21T00:00:00Z"})
    assert (recovered.status_code, recovered.get_json()) == (202, {"recovering": 0, "complete": True})
    assert monitor.post(f"{path}/recover", json={"since": "2030-01-01T00:00:00Z"}).status_code == 422


def test_secrets_are_nowhere_in_the_record_nor_the_store_in_clear(callers: Callers) -> None:
    monitor = callers.as_(Role.MONITOR)
    made = monitor.post("/api/v1/webhooks", json={"url": f"{URL}?key=hidden"}, headers={"Idempotency-Key": "k"})
    record = callers.as_(Role.AUDITOR).get("/api/v1/audit").get_data(as_text=True)
    assert "webhook.created" in record
    assert "hidden" not in record
    with callers.context.store.read() as reader:
        text = repr(reader.connection.exec_driver_sql("SELECT * FROM webhook_secrets, idempotency_keys").all())
    assert made.get_json()["secret"].removeprefix("whsec_") not in text


def test_events_are_read_by_pull_with_their_schemas(callers: Callers) -> None:
    lead, monitor = callers.as_(Role.OP_QUANTITY_LEAD), callers.as_(Role.MONITOR)
    lead.post("/api/v1/threat-changes", json={"scope": "national", "level": "CRITICAL", "reason": "published"})
    page = monitor.get("/api/v1/events?wait=5").get_json()
    schemas = {item["type"]: item["schema"] for item in monitor.get("/api/v1/event-types").get_json()["items"]}
    for item in page["items"]:
        jsonschema.validate(item, schemas[item["type"]])
    one = monitor.get("/api/v1/events?type=threat_level.changed&type=feed.stale").get_json()["items"]
    assert [item["type"] for item in one] == ["threat_level.changed"]
    assert monitor.get(f"/api/v1/events?after={page['next']}").get_json() == {"items": [], "next": page["next"]}
    assert monitor.get("/api/v1/events?after=99999").status_code == 422
    assert monitor.get("/api/v1/events?wait=31").status_code == 422
    assert monitor.get("/api/v1/events?type=no.such").status_code == 422
