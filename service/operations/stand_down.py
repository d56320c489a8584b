"""What follows for work already done when lists are superseded: carried over, stood down, or asked for again.

It costs what people have touched, not what exists: subjects are read by page, and only those with touched items.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from service.clock import rfc3339
from service.operations import policy as policies
from service.operations import requests
from service.operations.context import Context
from service.operations.list_items import AD_HOC, option_id_of, stands
from service.operations.settlement import Settlement
from service.operations.settlement import settle as settlement
from service.store import checklists as lists
from service.store import items, levels
from service.store.levels import RESPONSE, STAND_DOWN
from service.store.record import digest
from service.store.transactions import Writer
from service.store.types import Row

PAGE = 500
"""Subjects that are settled at a time."""


def settle(context: Context, writer: Writer, trigger_id: int) -> None:
    """Settle the touched items of every list that the trigger superseded, and issue the stand-down lists that follow.

    Tells of them in one event.
    """
    issued, after = 0, ""
    while subjects := items.touched_subjects(writer, trigger_id, after, PAGE):
        issued += _settle_page(context, writer, trigger_id, subjects)
        after = subjects[-1]
    items.withdraw_requests(writer, requests.ITEM_AGREEMENT)
    if issued:
        writer.emit("checklists.issued", {"trigger": {"id": trigger_id}, "kind": STAND_DOWN, "checklists": issued})


def finish(writer: Writer, checklist: Row) -> None:
    """End a stand-down list that is signed off, and the work that it reversed."""
    touched = [(checklist["subject"], option_id) for option_id in checklist["entered"]]
    items.end(writer, STAND_DOWN, touched)
    items.end(writer, RESPONSE, touched)
    items.end_ad_hoc(writer, [int(o.removeprefix(AD_HOC)) for o in checklist["entered"] if o.startswith(AD_HOC)])
    lists.supersede(writer, [checklist["id"]], None)


def close(writer: Writer, premises_id: str) -> None:
    """End all that was done or added at a premises that is being closed; who closes it supersedes its lists."""
    items.end_all(writer, premises_id)
    items.withdraw_requests(writer, requests.ITEM_AGREEMENT)


def _settle_page(context: Context, writer: Writer, trigger_id: int, subjects: list[str]) -> int:
    standing_down = lists.lock_present(writer, STAND_DOWN, subjects)
    present = lists.lock_present(writer, RESPONSE, subjects)
    former = lists.superseded(writer, trigger_id, subjects)
    done = items.done_by_option(writer, RESPONSE, subjects)
    reversed_ = items.done_by_option(writer, STAND_DOWN, subjects)
    added = _by_subject(items.ad_hoc(writer, subjects))
    reversible = {plan: _reversible(context, writer, plan) for plan in {row["plan"] for row in former.values()}}
    settled = {
        subject: settlement(
            menu={
                *present[subject]["entered"],
                *(option_id_of(a) for a in added[subject] if stands(present[subject], a)),
            },
            done=done[subject],
            reversible=reversible[former[subject]["plan"]] | {option_id_of(a) for a in added[subject] if a["reverse"]},
            standing_down=standing_down[subject]["entered"] if subject in standing_down else {},
            reversed_=reversed_.get(subject, {}),
            at=rfc3339(writer.at),
        )
        for subject in subjects
    }
    items.end(writer, RESPONSE, [(s, option) for s, found in settled.items() for option in sorted(found.ended)])
    items.end(writer, STAND_DOWN, [(s, o) for s, found in settled.items() for o in sorted(found.ended_reversals)])
    return _reissue(writer, trigger_id, settled, standing_down, present, former)


def _by_subject(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["subject"]].append(row)
    return found


def _reversible(context: Context, writer: Writer, plan: str) -> frozenset[str]:
    options = policies.plan_of(writer, context.policy, plan).options
    return frozenset(option.id for option in options if option.reverse)


def _reissue(
    writer: Writer,
    trigger_id: int,
    settled: Mapping[str, Settlement],
    standing_down: Mapping[str, Row],
    present: Mapping[str, Row],
    former: Mapping[str, Row],
) -> int:
    before = {subject: row["entered"] for subject, row in standing_down.items()}
    changed = {s: found.standing_down for s, found in settled.items() if found.standing_down != before.get(s, {})}
    lists.supersede(writer, [standing_down[s]["id"] for s in changed if s in standing_down], trigger_id)
    menus = {
        subject: _menu_row(entered, present[subject], former[subject]["plan"])
        for subject, entered in changed.items()
        if entered
    }
    ids = levels.menu_ids(writer, menus.values())
    lists.add(
        writer,
        [
            _list_row(writer, present[subject], standing_down.get(subject), ids[menu["sha256"]])
            for subject, menu in menus.items()
        ],
    )
    return len(menus)


def _menu_row(entered: Mapping[str, str], present: Row, plan: str) -> dict[str, Any]:
    return {
        "sha256": digest([STAND_DOWN, plan, present["response_level"].name, dict(entered)]),
        "plan": plan,
        "response_level": present["response_level"],
        "entered": dict(entered),
        "item_count": len(entered),
        "staff_hours": 0,
    }


def _list_row(writer: Writer, present: Row, before: Row | None, menu_id: int) -> dict[str, Any]:
    return {
        "subject": present["subject"],
        "kind": STAND_DOWN,
        "response_level": present["response_level"],
        "since": writer.at,
        "menu_id": menu_id,
        "decision_id": present["decision_id"],
        "version": before["version"] + 1 if before else 1,
        "issued_at": writer.at,
        "holder": (before or present)["holder"],
    }
