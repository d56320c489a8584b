"""What is wrong with the installation, as the board says it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from service.operations import feed_health, health
from service.operations.people import Role
from service.store.tables import decisions
from service.web.troubles import TROUBLES
from tests.builders import context_on
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


def test_the_reference_alone_is_a_choice_that_the_board_names_and_no_trouble(adopted_url: str) -> None:
    with context_on(adopted_url, engine="reference") as context:
        page = Visitors(context).as_(Role.DUTY_OFFICER).get("/board")
    assert "Levels are decided here without a second check, as those who run the service chose." in page.text
    assert TROUBLES["engine"].words not in page.text


def test_a_second_check_that_failed_is_a_trouble(visitors: Visitors) -> None:
    visitors.as_(Role.DUTY_OFFICER)
    with visitors.context.store.housekeeping() as writer:
        writer.connection.execute(update(decisions).values(degraded=True, fault="the engine is gone"))
    page = visitors.as_(Role.DUTY_OFFICER).get("/board")
    assert TROUBLES["engine"].words in page.text
    assert "without a second check" not in page.text


def test_every_check_of_readiness_has_words(visitors: Visitors) -> None:
    assert [check["name"] for check in health.readiness(visitors.context)["checks"]] == list(TROUBLES)
