"""Changing the key that seals the secrets of webhooks: afterwards the former one is not needed any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook

from service.errors import Permanent
from service.operations.audit import entries
from service.operations.context import Context
from service.operations.courier import deliver_due
from service.operations.resealing import reseal_secrets
from service.operations.webhooks import rotate_secret
from service.store.tables import webhook_secrets
from tests.builders import SECRET_KEY, SYSTEM_LIKE
from tests.hooks import Post, context_here, hook, monitor, move

NEW_KEY = "a new key for the secrets of webhooks"


@pytest.fixture
def context(migrated_url: str) -> Iterator[Context]:
    with context_here(migrated_url) as context:
        yield context


def started_with(context: Context, *keys: str) -> Context:
    return replace(context, settings=context.settings.model_copy(update={"secret_key": SecretStr(",".join(keys))}))


def sealed(context: Context) -> list[str]:
    with context.store.read() as reader:
        return list(reader.connection.execute(select(webhook_secrets.c.sealed)).scalars())


def recorded(context: Context) -> list[dict[str, int]]:
    found = entries(context, SYSTEM_LIKE, limit=200)["items"]
    return [entry["detail"] for entry in found if entry["action"] == "webhook.secrets_resealed"]


def test_afterwards_the_first_key_alone_signs_as_before(context: Context) -> None:
    made = hook(context, event_types=["threat_level.changed"])
    rotated = rotate_secret(context, monitor(context), made["id"])
    both = started_with(context, NEW_KEY, SECRET_KEY)
    assert reseal_secrets(both, SYSTEM_LIKE) == {"resealed": 2, "secrets": 2}
    move(context, "SEVERE")
    post = Post()
    deliver_due(started_with(context, NEW_KEY), post)
    [message] = post.sent
    sent_at = datetime.fromtimestamp(int(message["headers"]["webhook-timestamp"]), UTC)
    signatures = [
        Webhook(secret).sign(message["headers"]["webhook-id"], sent_at, message["body"].decode())
        for secret in (rotated["secret"], made["secret"])
    ]
    assert message["headers"]["webhook-signature"].split() == signatures


def test_it_is_recorded_with_a_count_and_a_repetition_changes_and_records_nothing(context: Context) -> None:
    hook(context)
    both = started_with(context, NEW_KEY, SECRET_KEY)
    reseal_secrets(both, SYSTEM_LIKE)
    before = sealed(context)
    assert reseal_secrets(both, SYSTEM_LIKE) == {"resealed": 0, "secrets": 1}
    assert sealed(context) == before
    assert recorded(context) == [{"resealed": 1, "secrets": 1}]


def test_only_what_another_key_sealed_is_sealed_anew(context: Context) -> None:
    hook(context)
    both = started_with(context, NEW_KEY, SECRET_KEY)
    hook(both, url="https://other.example/")
    assert reseal_secrets(both, SYSTEM_LIKE) == {"resealed": 1, "secrets": 2}


def test_without_the_former_key_nothing_is_changed(context: Context) -> None:
    hook(context)
    before = sealed(context)
    with pytest.raises(Permanent, match="add the former key"):
        reseal_secrets(started_with(context, NEW_KEY), SYSTEM_LIKE)
    assert sealed(context) == before
    assert recorded(context) == []
