"""Who sees what, and doing a thing once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from rules.levels import Scope, ThreatLevel
from service.errors import Forbidden, Invalid, NotFound
from service.operations import access, threat
from service.operations.answers import threat_change_answer
from service.operations.context import Context
from service.operations.idempotency import KEPT_FOR, Once, Replayed
from service.operations.people import SYSTEM, Role
from service.operations.threat import ThreatWish
from tests import builders
from tests.fakes import FrozenClock

SEVERE = ThreatWish(Scope.NATIONAL, ThreatLevel.SEVERE, "for a test")


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(builders.NOON)


@pytest.fixture
def context(adopted_url: str, clock: FrozenClock) -> Iterator[Context]:
    with builders.context_on(adopted_url, clock=clock) as context:
        builders.register(
            context, {"id": "alder"}, {"id": "birch"}, {"id": "secret", "restricted": True, "deputy": "Dee"}
        )
        yield context


@pytest.mark.parametrize(
    ("name", "role", "own", "seen"),
    [
        ("Lena", Role.OP_QUANTITY_LEAD, (), {"alder", "birch"}),
        ("Dee", Role.OP_QUANTITY_LEAD, (), {"alder", "birch", "secret"}),
        ("Mona", Role.STATION_MANAGER, ("alder",), {"alder"}),
        ("Sam", Role.STAFF, ("secret",), {"secret"}),
        ("Sue", Role.STAFF, (), {"alder", "birch"}),
        ("Ada", Role.AUDITOR, (), {"alder", "birch", "secret"}),
    ],
)
def test_each_sees_the_premises_that_are_theirs_to_see(
    context: Context, name: str, role: Role, own: tuple[str, ...], seen: set[str]
) -> None:
    person = builders.person(context, name, role, *own)
    found = set()
    with context.store.read() as reader:
        for premises_id in ("alder", "birch", "secret", "no-such"):
            try:
                access.visible_premises(reader, person, premises_id)
                found.add(premises_id)
            except NotFound:
                pass
    assert found == seen


def test_a_role_without_the_permission_is_refused_and_the_system_never(context: Context) -> None:
    with pytest.raises(Forbidden, match="staff"):
        access.check(builders.person(context, "Sue", Role.STAFF), "threat_changes.create")
    access.check(SYSTEM, "threat_changes.create")


def test_a_protected_scope_shows_its_level_only_to_those_who_may_see_it(context: Context) -> None:
    lead, staff = builders.lead(context), builders.person(context, "Sue", Role.STAFF)
    wish = ThreatWish(Scope.POLICE_SECTOR, ThreatLevel.SEVERE, "for a test")
    change_id = threat.set_level(context, lead, wish)["id"]
    with context.store.read() as reader:
        change = threat.threat.change_by_id(reader, change_id)
    assert change is not None
    assert threat_change_answer(change, lead)["level"] == "SEVERE"
    assert threat_change_answer(change, staff)["level"] == "protected input"


def test_the_same_key_gives_the_same_answer_and_changes_nothing_more(context: Context) -> None:
    lead, once = builders.lead(context), Once("/threat-changes", "key-1", "aa")
    answer = threat.set_level(context, lead, SEVERE, once)
    before = context.store.verify().entries
    with pytest.raises(Replayed) as replayed:
        threat.set_level(context, lead, SEVERE, once)
    assert replayed.value.answer == answer
    assert context.store.verify().entries == before


def test_the_same_key_for_another_body_is_refused(context: Context) -> None:
    lead = builders.lead(context)
    threat.set_level(context, lead, SEVERE, Once("/threat-changes", "key-1", "aa"))
    with pytest.raises(Invalid, match="another request"):
        threat.set_level(context, lead, SEVERE, Once("/threat-changes", "key-1", "bb"))


def test_another_person_or_a_day_later_the_key_is_new(context: Context, clock: FrozenClock) -> None:
    lead, once = builders.lead(context), Once("/threat-changes", "key-1", "aa")
    threat.set_level(context, lead, SEVERE, once)
    assert threat.set_level(context, builders.gold(context), SEVERE, once)["status"] == "unchanged"
    clock.tick(KEPT_FOR + timedelta(seconds=1))
    assert threat.set_level(context, lead, SEVERE, once)["status"] == "unchanged"
