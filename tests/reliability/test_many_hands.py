"""Many people on one list at once, and people who tick while the level moves: no tick is lost, none is half done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from service.errors import Busy, Conflict
from service.operations import items
from service.operations.context import Context
from tests import builders, lists

HANDS = 50
MOST_TRIES = 50


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do all acts at the same time; gives each one's answer, or the refusal it met."""
    together = Barrier(len(acts))

    def work(act: Callable[[], object]) -> object:
        together.wait()
        for _ in range(MOST_TRIES):
            try:
                return act()
            except Conflict as refusal:
                return refusal
            except Busy:
                continue
        raise AssertionError("busy for too long")

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(work, acts))


def test_fifty_people_on_one_list_lose_no_tick(small_url: str) -> None:
    with lists.small_context(small_url) as context:
        lead, list_id = builders.lead(context), lists.present(context)["id"]
        added = [
            items.add_item(context, lead, list_id, f"Check gate {n}", "estates")["item"]["option_id"]
            for n in range(HANDS)
        ]
        seen = lists.present(context)
        outcomes = at_once(*(_ticking(context, seen, option_id) for option_id in added))
        assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
        found = lists.present(context)
        assert found["progress"]["done"] == HANDS
        assert found["version"] == seen["version"] + HANDS
        assert context.store.verify().valid


def test_of_many_who_change_one_item_one_wins(small_url: str) -> None:
    with lists.small_context(small_url) as context:
        seen = lists.present(context)
        outcomes = at_once(*(_ticking(context, seen, "H1") for _ in range(10)))
        assert len([outcome for outcome in outcomes if isinstance(outcome, Conflict)]) == 9
        assert lists.present(context)["version"] == seen["version"] + 1


def test_a_reverse_step_ticked_while_the_level_rises_is_kept_or_refused(small_url: str) -> None:
    with lists.small_context(small_url, level="CRITICAL") as context:
        lists.tick(context, builders.lead(context), lists.present(context), "E1")
        lists.move(context, "SUBSTANTIAL")
        seen = lists.standing_down(context)
        assert seen is not None
        ticked, _ = at_once(_ticking(context, seen, "E1"), lambda: lists.move(context, "CRITICAL"))
        again = "done" if isinstance(ticked, Conflict) else "open"
        assert lists.statuses(lists.present(context))["E1"] == again
        assert lists.standing_down(context) is None


def test_a_tick_while_the_level_falls_is_stood_down_or_refused(small_url: str) -> None:
    with lists.small_context(small_url, level="CRITICAL") as context:
        seen = lists.present(context)
        ticked, _ = at_once(_ticking(context, seen, "E1"), lambda: lists.move(context, "SUBSTANTIAL"))
        found = lists.statuses(lists.standing_down(context))
        assert found == ({} if isinstance(ticked, Conflict) else {"E1": "open"})


def _ticking(context: Context, seen: dict[str, object], option_id: str) -> Callable[[], object]:
    lead = builders.lead(context)
    return lambda: lists.tick(context, lead, seen, option_id)
