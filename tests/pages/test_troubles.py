"""What is wrong with the installation, as the board says it."""

from __future__ import annotations

from datetime import timedelta

from service.operations import feed_health, health
from service.operations.people import Role
from service.web.troubles import TROUBLES
from tests.fakes import FrozenClock
from tests.visitors import Visitors


def test_a_silent_feed_and_worker_are_told_in_plain_words_with_what_to_do(
    visitors: Visitors, clock: FrozenClock
) -> None:
    context = visitors.context
    feed_health.note_success(context, "mi5", None, None)
    clock.tick(timedelta(hours=1))
    for _ in range(feed_health.FAILED_POLLS):
        feed_health.note_failure(context, "mi5", "no answer")
    page = visitors.as_(Role.DUTY_OFFICER).get("/board")
    assert "Nothing has been read from the national feed since 12:00. Check the level by hand" in page.text
    assert "Since it was set up the national feed was not read and nobody was told of changes." in page.text
    assert "/change" in page.links
    assert "/change" not in visitors.as_(Role.AUDITOR).get("/board/now").links
    assert "worker" not in page.text.casefold()


def test_every_check_of_readiness_has_words(visitors: Visitors) -> None:
    assert [check["name"] for check in health.readiness(visitors.context)["checks"]] == list(TROUBLES)
