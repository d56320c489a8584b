"""The installation that kill -9 trials run on: an example estate, a lead's token, and webhooks at one receiver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service import bootstrap
from service.config import Settings
from service.operations.example import load_example
from service.operations.people import SYSTEM, Role
from service.operations.tokens import authenticate, create_token
from service.operations.webhooks import WebhookWish, create_webhook
from service.store.transactions import Store
from tests.builders import default_policy
from tests.hooks import HERE
from tests.opq import Opq
from tests.reliability.trial_receiver import MisbehavingReceiver

SITE = "gullwick-station"

NOBODY_TELLS = "file:///nowhere/feed.xml"

WEBHOOKS: dict[str, list[str]] = {
    **{f"/all/{number}": [] for number in range(4)},
    "/levels": ["threat_level.changed"],
    "/lists": ["checklists.issued", "response_levels.changed"],
}
"""The event types of each path, none for all."""


@dataclass(frozen=True)
class Installation:
    """Its store, the environment of its processes, and a token of the lead."""

    store: Store
    environment: Mapping[str, str]
    token: str


@contextmanager
def installed(url: str, folder: Path, receiver: MisbehavingReceiver) -> Iterator[Installation]:
    """An installation on the empty database at ``url``, with its keys in ``folder``."""
    settings = Settings(data_dir=folder, database_url=url, engine="reference", webhook_allow=(HERE,))
    bootstrap.init(settings, default_policy())
    context = bootstrap.open_context(settings, default_policy())
    try:
        load_example(context)
        token = create_token(context, SYSTEM, Role.OP_QUANTITY_LEAD.value, "Lena Lead")["token"]
        lead = authenticate(context, token)
        for path, types in WEBHOOKS.items():
            create_webhook(context, lead, WebhookWish(receiver.at(path), types))
        yield Installation(context.store, _environment(url, folder), token)
    finally:
        context.store.close()


def _environment(url: str, folder: Path) -> Mapping[str, str]:
    opq = Opq(
        folder,
        database_url=url,
        engine="reference",
        webhook_allow=HERE,
        falls_need_two="no",
        feed_url=NOBODY_TELLS,
        feed_interval="3600",
    )
    return opq.environment
