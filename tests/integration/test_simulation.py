"""What would it do: the same effect as the change itself, and nothing written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.errors import Invalid, NotFound
from service.operations import threat
from service.operations.context import Context
from service.operations.people import Role
from service.operations.simulate import Supposed, simulate
from service.operations.threat import ThreatWish
from tests import builders
from tests.reliability.faults import contents

CRITICAL = Supposed(Scope.NATIONAL, ThreatLevel.CRITICAL)


@pytest.fixture
def context(adopted_url: str) -> Iterator[Context]:
    with builders.context_on(adopted_url) as context:
        builders.register(
            context,
            {"id": "alder"},
            {"id": "birch", "kinds": ["station", "custody"]},
            {"id": "cedar", "minimum_response_level": ResponseLevel.EXCEPTIONAL},
            {"id": "secret", "restricted": True},
        )
        threat.set_level(
            context, builders.lead(context), ThreatWish(Scope.NATIONAL, ThreatLevel.SUBSTANTIAL, "the feed says so")
        )
        yield context


def test_a_simulation_writes_nothing(context: Context) -> None:
    lead = builders.lead(context)
    before = contents(context.store)
    simulate(context, lead, [CRITICAL])
    assert contents(context.store) == before


@pytest.mark.parametrize(
    "supposed",
    [
        CRITICAL,
        Supposed(Scope.NATIONAL, ThreatLevel.SEVERE),
        Supposed(Scope.POLICE_SECTOR, ThreatLevel.CRITICAL),
        Supposed(Scope.NORTHERN_IRELAND, ThreatLevel.CRITICAL),
        Supposed(Scope.PREMISES, ThreatLevel.CRITICAL, "birch"),
        Supposed(Scope.PREMISES, ThreatLevel.CRITICAL, "cedar"),
    ],
    ids=str,
)
def test_a_change_has_the_very_effect_that_its_simulation_showed(context: Context, supposed: Supposed) -> None:
    lead = builders.lead(context)
    shown = simulate(context, lead, [supposed])
    wish = ThreatWish(supposed.scope, supposed.level, "as simulated", premises_id=supposed.premises_id)
    effect = threat.set_level(context, lead, wish)["effect"]
    assert effect == shown["effect"]


def test_each_premises_is_shown_before_and_after_by_page(context: Context) -> None:
    lead = builders.lead(context)
    first = simulate(context, lead, [CRITICAL], limit=2)["premises"]
    assert first == {
        "items": [
            {"premises_id": "alder", "before": "HEIGHTENED", "after": "EXCEPTIONAL"},
            {"premises_id": "birch", "before": "HEIGHTENED", "after": "EXCEPTIONAL"},
        ],
        "next": "birch",
    }
    rest = simulate(context, lead, [CRITICAL], after="birch", limit=2)["premises"]
    assert rest == {
        "items": [{"premises_id": "cedar", "before": "EXCEPTIONAL", "after": "EXCEPTIONAL"}],
        "next": None,
    }


def test_changes_are_supposed_together(context: Context) -> None:
    lead = builders.lead(context)
    fall = Supposed(Scope.NATIONAL, ThreatLevel.LOW)
    own = Supposed(Scope.PREMISES, ThreatLevel.CRITICAL, "birch")
    shown = simulate(context, lead, [fall, own])
    assert {item["premises_id"]: item["after"] for item in shown["premises"]["items"]} == {
        "alder": "NORMAL",
        "birch": "EXCEPTIONAL",
        "cedar": "EXCEPTIONAL",
    }
    assert (shown["effect"]["lowered"], shown["effect"]["raised"]) == (1, 1)


def test_a_restricted_premises_counts_only_for_one_who_may_see_it(context: Context) -> None:
    auditor = builders.person(context, "Ada Auditor", Role.AUDITOR)
    assert simulate(context, builders.lead(context), [CRITICAL])["effect"]["premises"] == 3
    assert simulate(context, auditor, [CRITICAL])["effect"]["premises"] == 4
    with pytest.raises(NotFound):
        simulate(context, builders.lead(context), [Supposed(Scope.PREMISES, ThreatLevel.CRITICAL, "secret")])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ([], "changes"),
        ([Supposed(Scope.PREMISES, ThreatLevel.SEVERE)], "changes[0].premises_id"),
        ([CRITICAL, Supposed(Scope.FORCE, ThreatLevel.LOW, "alder")], "changes[1].premises_id"),
        ([CRITICAL, Supposed(Scope.NATIONAL, ThreatLevel.LOW)], "changes[1].scope"),
    ],
)
def test_changes_that_cannot_be_supposed_are_refused_by_field(
    context: Context, changes: list[Supposed], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        simulate(context, builders.lead(context), changes)
    assert [fault.field for fault in refused.value.fields] == [field]
