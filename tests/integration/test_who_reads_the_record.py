"""Who reads which entries of the record: nobody is shown what concerns premises that are hidden from them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rules.levels import Scope, ThreatLevel
from service.errors import NotFound
from service.operations import audit, checklists, items, threat
from service.operations.audit import Wanted
from service.operations.context import Context
from service.operations.people import Principal, Role
from service.operations.threat import ThreatWish
from service.store.record_search import EVERY
from tests import builders, lists

HIDDEN = "quiet-house"


@pytest.fixture
def context(small_url: str) -> Iterator[Context]:
    with lists.small_context(small_url) as context:
        builders.register(context, {"id": HIDDEN, "restricted": True})
        yield context


@pytest.fixture
def auditor(context: Context) -> Principal:
    return builders.person(context, "Audrey Auditor", Role.AUDITOR)


def work_at(context: Context, auditor: Principal) -> None:
    """Add an item to the list of the hidden premises, and set a threat level of its own."""
    seen = checklists.present_checklist(context, auditor, HIDDEN)
    manager = lists.manager(context, "Mo Manager", HIDDEN)
    items.add_item(context, manager, seen["id"], "Search the cellar", "station_manager")
    wish = ThreatWish(Scope.PREMISES, ThreatLevel.CRITICAL, "a letter came", premises_id=HIDDEN)
    threat.set_level(context, builders.SYSTEM_LIKE, wish)


def subjects(context: Context, who: Principal, wanted: Wanted = EVERY) -> set[str]:
    """What the entries that somebody is shown are about."""
    return {item["subject"] for item in audit.entries(context, who, wanted, limit=200)["items"]}


def test_entries_about_a_hidden_premises_are_shown_to_the_auditor_alone(context: Context, auditor: Principal) -> None:
    work_at(context, auditor)
    about = {f"premises/{HIDDEN}", f"threat/premises/{HIDDEN}"}
    assert about <= subjects(context, auditor)
    assert about.isdisjoint(subjects(context, builders.lead(context)))


def test_searching_finds_no_more_than_reading(context: Context, auditor: Principal) -> None:
    work_at(context, auditor)
    lead = builders.lead(context)
    for wanted in (Wanted(subject=f"premises/{HIDDEN}"), Wanted(action="item.added")):
        assert subjects(context, auditor, wanted)
        assert subjects(context, lead, wanted) == set()


def test_one_entry_that_is_hidden_is_not_told_from_one_that_is_not_there(context: Context, auditor: Principal) -> None:
    work_at(context, auditor)
    (added,) = audit.entries(context, auditor, Wanted(action="item.added"))["items"]
    assert "Search the cellar" in audit.entry(context, auditor, added["sequence"])["detail"].values()
    for sequence in (added["sequence"], 10_000):
        with pytest.raises(NotFound, match=f"no entry {sequence} that you may read"):
            audit.entry(context, builders.lead(context), sequence)


def test_a_detail_that_names_a_hidden_premises_is_withheld(context: Context, auditor: Principal) -> None:
    with context.store.write() as writer:
        writer.record("system", "test.named", "register", {"added": [{"id": "alder"}, {"id": HIDDEN}], "by": "system"})
    (shown,) = audit.entries(context, auditor, Wanted(action="test.named"))["items"]
    assert (shown["withheld"], shown["detail"]["by"]) == (False, "system")
    (shown,) = audit.entries(context, builders.lead(context), Wanted(action="test.named"))["items"]
    assert (shown["withheld"], shown["detail"]) == (True, None)


def test_who_is_named_on_a_hidden_premises_reads_of_it(context: Context, auditor: Principal) -> None:
    builders.register(context, {"id": "named-house", "restricted": True, "manager": "Lena Lead"})
    with context.store.write() as writer:
        writer.record("system", "test.named", "premises/named-house", {})
    assert "premises/named-house" in subjects(context, builders.lead(context))
