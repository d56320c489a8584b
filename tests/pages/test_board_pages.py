from __future__ import annotations

from datetime import timedelta

import pytest

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.operations import board, districts, feed_health, threat
from service.operations.people import Role
from service.store import jobs
from service.web.chart import LEFT, WIDTH, chart
from tests import builders
from tests.fakes import FrozenClock
from tests.visitors import Visitors


def set_national(visitors: Visitors, *levels: ThreatLevel) -> None:
    for level in levels:
        wish = threat.ThreatWish(Scope.NATIONAL, level, f"a test of {level.name}")
        threat.set_level(visitors.context, builders.lead(visitors.context), wish)


def test_the_board_shows_levels_and_what_needs_somebody_of_what_one_may_see(visitors: Visitors) -> None:
    set_national(visitors, ThreatLevel.CRITICAL)
    text = visitors.as_(Role.OP_QUANTITY_LEAD).get("/board").text
    assert "National CRITICAL 21 November 2026, 12:00 set by hand" in text
    assert "0 NORMAL 0 HEIGHTENED 2 EXCEPTIONAL" in text
    assert "2 premises where nobody has acknowledged the level yet" in text
    assert "North 1 1 EXCEPTIONAL" in text
    assert "quiet-house" not in text
    assert "0 NORMAL 0 HEIGHTENED 3 EXCEPTIONAL" in visitors.as_(Role.AUDITOR).get("/board").text


def test_the_board_says_when_the_feed_was_read_and_work_was_done(visitors: Visitors, clock: FrozenClock) -> None:
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    assert "National feed last read: never. Work behind these pages last done: never." in lead.get("/board").text
    with visitors.context.store.housekeeping() as writer:
        jobs.take(writer, "heartbeat", "a worker", 60)
    feed_health.note_success(visitors.context, "mi5", None, None)
    clock.tick(timedelta(minutes=5))
    page = lead.get("/board").text
    assert "National feed last read: 5 minutes ago. Work behind these pages last done: 5 minutes ago." in page


@pytest.mark.parametrize("path", ["/board", "/board/now", "/board/wall", "/board/district?name=North", "/history"])
def test_the_board_is_for_those_who_may_read_the_estate(visitors: Visitors, path: str) -> None:
    assert visitors.as_(Role.CTSA).get(path).status == 200
    assert visitors.as_(Role.STATION_MANAGER, "north-hq").get(path).status == 403
    assert visitors.as_(Role.STAFF).get(path).status == 403


def test_a_district_lists_its_premises_by_what_is_left_to_do(visitors: Visitors) -> None:
    set_national(visitors, ThreatLevel.CRITICAL)
    builders.register(visitors.context, {"id": "north-annexe", "minimum_response_level": ResponseLevel.EXCEPTIONAL})
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    text = lead.get("/board/district?name=North").text
    assert 0 < text.index("north-hq") < text.index("north-annexe")
    assert "south-office" not in text
    assert "no premises here" in lead.get("/board/district?name=Atlantis&after=x").text


def test_behind_comes_by_page_and_counts_by_district_add_up(visitors: Visitors) -> None:
    context, lead = visitors.context, builders.lead(visitors.context)
    first = districts.most_behind(context, lead, limit=1)
    second = districts.most_behind(context, lead, after=first["next"], limit=1)
    assert {row["premises_id"] for page in (first, second) for row in page["items"]} == {"north-hq", "south-office"}
    assert second["next"] is None
    counted = board.board(context, lead)["districts"]
    assert sum(district["items"] for district in counted) == first["items"][0]["items"] + second["items"][0]["items"]


def test_the_history_draws_each_change_and_tells_it_in_a_table(visitors: Visitors, clock: FrozenClock) -> None:
    auditor = visitors.as_(Role.AUDITOR)
    assert "has not been set yet" in auditor.get("/history").text
    for level in (ThreatLevel.SUBSTANTIAL, ThreatLevel.SEVERE, ThreatLevel.CRITICAL):
        clock.tick(timedelta(minutes=10))
        set_national(visitors, level)
    page = auditor.get("/history")
    assert page.text.index("a test of CRITICAL") < page.text.index("a test of SEVERE")
    assert page.answer.get_data(as_text=True).count("<rect") == 3 + len(ResponseLevel)  # and the key


def test_even_a_short_change_has_room_in_the_chart() -> None:
    counts = {"NORMAL": 1, "HEIGHTENED": 0, "EXCEPTIONAL": 3}
    days = ["2020-01-01T00:00:00Z", "2026-11-20T00:00:00Z", "2026-11-20T00:01:00Z"]
    items = [{"level": "SEVERE", "at": day, "response_levels": counts} for day in days]
    bars = chart({"items": items, "until": "2026-11-21T00:00:00Z"})["bars"]
    assert min(bar["width"] for bar in bars) > (WIDTH - LEFT) / 10
    assert bars[-1]["x"] + bars[-1]["width"] == pytest.approx(WIDTH, abs=3)
    assert [part["height"] for part in bars[0]["parts"]] == [45, 0, 15]
