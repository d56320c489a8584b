"""What the database of a trial says: who speaks to whom, what was noted, and what is still on its way."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from service.store import deliveries as deliveries_store
from service.store import events as events_store
from service.store.tables import deliveries, delivery_attempts, events, threat_changes, webhooks
from service.store.transactions import Store
from tests.reliability.trial_checks import Call, Noted


def spoken_to(store: Store, pid: int) -> frozenset[str]:
    """The paths of the webhooks that the worker of this process id holds."""
    query = select(webhooks.c.url).where(webhooks.c.busy_by.like(f"%/{pid}/%"))
    with store.read() as reader:
        return frozenset(urlsplit(url).path for url in reader.connection.scalars(query))


def all_told(store: Store) -> bool:
    """Whether every event was fanned out and nothing is on its way."""
    with store.read() as reader:
        reached = deliveries_store.fanned_out(reader).sequence == events_store.last_sequence(reader)
        return reached and not deliveries_store.pending(reader)


def wanted(store: Store) -> dict[str, list[str]]:
    """The events that each webhook, by its path, should be told: those of its types since it was made."""
    with store.read() as reader:
        hooks = list(reader.connection.execute(select(webhooks)).mappings())
        happened = list(reader.connection.execute(select(events).order_by(events.c.sequence)).mappings())
    return {urlsplit(hook["url"]).path: [event["id"] for event in happened if _is_for(hook, event)] for hook in hooks}


def _is_for(hook: Any, event: Any) -> bool:
    return event["at"] > hook["created_at"] and event["type"] in (hook["event_types"] or [event["type"]])


def noted(store: Store) -> list[Noted]:
    """Every attempt that was noted."""
    joined = delivery_attempts.join(deliveries, deliveries.c.id == delivery_attempts.c.delivery_id)
    joined = joined.join(webhooks, webhooks.c.id == deliveries.c.webhook_id)
    columns = (webhooks.c.url, deliveries.c.event_id, delivery_attempts.c.at, delivery_attempts.c.status)
    with store.read() as reader:
        rows = list(reader.connection.execute(select(*columns).select_from(joined)))
    return [
        Noted((urlsplit(url).path, event), at.timestamp(), status is not None and 200 <= status < 300)
        for url, event, at, status in rows
    ]


def changes(store: Store) -> list[Call]:
    """The threat changes in the database, by the reason that was given."""
    with store.read() as reader:
        return [Call(*row) for row in reader.connection.execute(select(threat_changes.c.reason, threat_changes.c.id))]


def changes_told(store: Store) -> list[int]:
    """The ids of the threat changes that events tell of."""
    with store.read() as reader:
        told = reader.connection.scalars(select(events.c.data).where(events.c.type == "threat_level.changed"))
        return [data["id"] for data in told]
