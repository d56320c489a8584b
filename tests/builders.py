"""Small builders that many tests share: a context on a store, people, and a few premises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert, select

from contingency_plans.plan import OP_QUANTITY, load_plan, parse_plan
from rules.evaluation import EngineName
from rules.facts import FLAGS
from rules.levels import ResponseLevel
from rules.rulebook import ESTATE_RESPONSE, load_rulebook
from service.config import Settings
from service.logs import request_id
from service.operations import access, deciding, membership
from service.operations.adopting import adopt
from service.operations.context import Context
from service.operations.people import Principal, Role
from service.operations.policy import Policy, make_policy
from service.store.migrate import upgrade
from service.store.tables import people, premises
from service.store.transactions import Store
from tests.fakes import FrozenClock

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = b"a key of the tests"
SECRET_KEY = "a key for the secrets of webhooks"


@cache
def default_policy(engine: EngineName = "reference") -> Policy:
    """The packaged rulebook and plan."""
    return make_policy(load_rulebook(ESTATE_RESPONSE), load_plan(OP_QUANTITY), engine)


@contextmanager
def context_on(
    url: str, *, clock: FrozenClock | None = None, policy: Policy | None = None, **settings: Any
) -> Iterator[Context]:
    """A context on the migrated store at ``url``, with a data folder of its own and the policy adopted."""
    store = Store(url, clock or FrozenClock(NOON), KEY, request_id=request_id)
    with TemporaryDirectory() as folder, closing(store):
        given = {"secret_key": SECRET_KEY, "data_dir": folder, **settings}
        context = Context(store, policy or default_policy(), Settings(database_url=url, **given))
        adopt(context)
        yield context


def with_another_plan(context: Context) -> Context:
    """The same installation, started anew with a plan that lost its last option."""
    text = load_plan(OP_QUANTITY).text
    shorter = parse_plan(text[: text.rindex("  - id:")], "shorter.yaml")
    return replace(context, policy=make_policy(context.policy.rulebook, shorter, "reference"))


def person(context: Context, name: str, role: Role, *own: str) -> Principal:
    """A person of that name with a role and, where given, premises of their own; made on first mention."""
    with context.store.write() as writer:
        row = writer.connection.execute(select(people.c.id).where(people.c.name == name)).scalar()
        if row is None:
            new = insert(people).values(name=name, created_at=writer.at).returning(people.c.id)
            row = writer.connection.execute(new).scalar_one()
            writer.wrote(people, row)
        writer.record("system", "test.person", name, {})
        sight = access.sight_of(writer, name, role, frozenset(own))
    return Principal(row, name, role, frozenset(own), sight)


def lead(context: Context) -> Principal:
    """The Op Quantity lead."""
    return person(context, "Lena Lead", Role.OP_QUANTITY_LEAD)


def gold(context: Context) -> Principal:
    """Gold, the usual second person."""
    return person(context, "Greta Gold", Role.GOLD)


def register(context: Context, *rows: Mapping[str, Any]) -> None:
    """Put premises into the register as they are (``id`` is enough), and decide about them."""
    with context.store.write(deciding=True) as writer:
        for row in rows:
            writer.connection.execute(insert(premises).values({**_defaults(writer.at), "name": row["id"], **row}))
            writer.wrote(premises, row["id"])
        membership.refresh(context, writer, {row["id"] for row in rows})
        trigger = deciding.Trigger("register", "test")
        deciding.decide(context, writer, SYSTEM_LIKE, trigger, whole_estate=False)
        writer.record("system", "test.registered", "register", {})


SYSTEM_LIKE = Principal(None, "system", Role.SYSTEM, sight=access.EVERYTHING)


def _defaults(at: datetime) -> dict[str, Any]:
    return {
        "district": "North",
        "address": "",
        "postcode": "",
        "kinds": ["office"],
        "risk_category": "medium",
        "minimum_response_level": ResponseLevel.NORMAL,
        **dict.fromkeys(FLAGS, False),
        "staffed": True,
        "restricted": False,
        "acknowledge_each_shift": False,
        "headcount": 20,
        "manager": "",
        "deputy": "",
        "duty_contact": "",
        "version": 1,
        "registered_at": at,
    }


def small_estate(url: str) -> None:
    """Fill the database at ``url``: the default policy, and three premises, one of them restricted."""
    upgrade(url)
    with context_on(url) as context:
        register(
            context,
            {"id": "north-hq", "kinds": ["hq", "control_room"]},
            {"id": "south-office", "district": "South"},
            {"id": "quiet-house", "restricted": True},
        )
