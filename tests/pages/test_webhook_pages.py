from __future__ import annotations

import re
from datetime import timedelta

import pytest

from service.operations import delivering, webhooks
from service.operations.courier import deliver_due
from service.operations.people import Role
from tests.fakes import FrozenClock
from tests.hooks import Post
from tests.visitors import Page, Visitor, Visitors

ADDRESS = "https://93.184.215.14/hook"


@pytest.fixture
def admin(visitors: Visitors) -> Visitor:
    return visitors.as_(Role.ADMIN)


@pytest.fixture
def hook(admin: Visitor) -> str:
    """The address of the page of a webhook."""
    return next(link for link in added(admin, url=ADDRESS).links if link.startswith("/webhooks/"))


def added(visitor: Visitor, **answers: str | list[str]) -> Page:
    form = visitor.get("/webhooks/add")
    return visitor.post("/webhooks/add", {**form.fields, **answers})


def test_a_webhook_is_added_and_its_secret_shown_once(admin: Visitor, visitors: Visitors) -> None:
    form = admin.get("/webhooks/add")
    answers = {"url": ADDRESS, "event_types": ["feed.stale", "feed.recovered"], "districts": "North\nSouth"}
    first = admin.post("/webhooks/add", {**form.fields, **answers})
    again = admin.post("/webhooks/add", {**form.fields, **answers})
    assert "whsec_" in first.text
    assert "whsec_" not in again.text
    assert "was shown once already" in again.text
    listed = admin.get("/webhooks")
    assert listed.text.count(ADDRESS) == 1
    assert f"{ADDRESS} active never not failing 0" in listed.text
    page = admin.get("/webhooks/1")
    assert "Told of feed.recovered, feed.stale" in page.text
    assert "Districts North, South" in page.text


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "http://93.184.215.14/"}, "url"),
        ({"url": ADDRESS, "premises": "north-hq, Not-One\x01"}, "premises"),
        ({"url": ADDRESS, "premises": "quiet-house"}, "premises"),
        ({"url": ADDRESS, "districts": "x" * 101}, "districts"),
        ({"url": ADDRESS, "premises": " ".join(f"p{number}" for number in range(1001))}, "premises"),
        ({"url": ADDRESS, "event_types": "no.such"}, "event_types"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_what_was_typed_is_kept(
    admin: Visitor, answers: dict[str, str], field: str
) -> None:
    page = added(admin, **answers)
    assert (page.status, f"#{field}" in page.links) == (422, True)
    assert answers["url"] in page.answer.get_data(as_text=True)
    assert "There are none yet" in admin.get("/webhooks").text


def test_a_webhook_is_changed_paused_resumed_and_deleted(admin: Visitor, hook: str) -> None:
    form = admin.get(f"{hook}/change")
    changed = admin.post(f"{hook}/change", {**form.fields, "url": ADDRESS, "premises": "north-hq"})
    assert "Premises north-hq" in admin.follow(changed).text
    refused = admin.post(f"{hook}/change", {**form.fields, "url": "https://10.0.0.1/"})
    assert (refused.status, "#url" in refused.links) == (422, True)
    paused = admin.follow(admin.post(f"{hook}/state", {"state": "paused"}))
    assert "State paused" in paused.text
    assert "Pause" not in paused.text
    assert "State active" in admin.follow(admin.post(f"{hook}/state", {"state": "active"})).text
    assert "Delete this webhook?" in admin.get(f"{hook}/delete").text
    assert "There are none yet" in admin.follow(admin.post(f"{hook}/delete")).text
    assert admin.get(hook).status == 404


def test_a_delivery_shows_its_attempts_and_goes_out_again(
    visitors: Visitors, admin: Visitor, hook: str, clock: FrozenClock
) -> None:
    admin.get(hook)
    assert "pending" in admin.follow(admin.post(f"{hook}/test")).text
    post = Post()
    post.answers(503)
    deliver_due(visitors.context, post)
    page = admin.get(hook)
    assert "503 1 ms it failed" in page.text
    assert "Next attempt" in page.text
    assert "Failing since 21 November 2026" in page.text
    post.answers(204)
    clock.tick(timedelta(seconds=1))
    redelivered = admin.follow(admin.post(f"{hook}/deliveries/1/redeliver"))
    assert "webhook.test, 21 November 2026, 12:00 pending" in redelivered.text
    clock.tick(timedelta(seconds=1))
    deliver_due(visitors.context, post)
    assert "delivered" in admin.get(hook).text
    assert f"{ADDRESS} active just now not failing 0" in admin.get("/webhooks").text


def test_what_did_not_arrive_since_a_time_is_recovered(visitors: Visitors, admin: Visitor, hook: str) -> None:
    admin.get(hook)
    done = admin.follow(admin.post(f"{hook}/recover", {"since": "2026-11-21T03:00"}))
    assert re.search(r"\d+ deliver(y|ies) goe?s? out again now", done.text)
    for since in ("", "soon", "2027-01-01T00:00"):
        page = admin.post(f"{hook}/recover", {"since": since})
        assert (page.status, "#since" in page.links) == (422, True)


def test_a_new_secret_is_shown_once_and_not_too_often(admin: Visitor, hook: str) -> None:
    admin.get(hook)
    secrets = {re.findall(r"whsec_\S+", admin.post(f"{hook}/secret").text)[0] for _ in range(webhooks.MOST_SECRETS - 1)}
    assert len(secrets) == webhooks.MOST_SECRETS - 1
    page = admin.post(f"{hook}/secret")
    assert (page.status, "wait until the oldest has ended" in page.text) == (409, True)


def test_what_a_disabled_webhook_cannot_do_is_told_on_its_page(visitors: Visitors, admin: Visitor, hook: str) -> None:
    admin.get(hook)
    admin.post(f"{hook}/test")
    delivering.disable(visitors.context, 1, delivering.FAILING)
    assert "disabled it failed for too long" in admin.get(hook).text
    for path, answers in (("test", {}), ("recover", {"since": "2026-11-21T03:00"}), ("deliveries/1/redeliver", {})):
        page = admin.post(f"{hook}/{path}", answers)
        assert (page.status, "make it active first" in page.text) == (409, True)


def test_a_monitor_sees_their_own_and_others_nothing(visitors: Visitors, hook: str) -> None:
    monitor = visitors.as_(Role.MONITOR)
    assert "There are none yet" in monitor.get("/webhooks").text
    assert {monitor.get(path).status for path in (hook, f"{hook}/change", f"{hook}/delete")} == {404}
    assert {monitor.post(path).status for path in (f"{hook}/test", f"{hook}/secret", f"{hook}/delete")} == {404}
    for role in (Role.AUDITOR, Role.DUTY_OFFICER, Role.STATION_MANAGER):
        assert {visitors.as_(role).get(path).status for path in ("/webhooks", hook, "/webhooks/add")} == {403}


def test_older_deliveries_stand_on_pages_of_their_own(admin: Visitor, hook: str) -> None:
    admin.get(hook)
    for _ in range(21):
        admin.post(f"{hook}/test")
    page = admin.get(hook)
    older = admin.get(next(link for link in page.links if "before=" in link))
    assert (page.text.count("webhook.test"), older.text.count("webhook.test")) == (20, 1)
