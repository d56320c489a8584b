"""Sealing the secrets of webhooks anew, after the first of the keys that seal them was changed."""

from __future__ import annotations

from typing import Any

from service.operations.context import Context
from service.operations.people import Principal
from service.operations.webhooks import vault
from service.store import webhooks


def reseal_secrets(context: Context, principal: Principal) -> dict[str, Any]:
    """Seal every stored secret with the first key, in one transaction; those that it sealed already stay as they are.

    Gives ``resealed`` and ``secrets``, how many there are. Safe to repeat: it then changes and records nothing. Raises
    Permanent when none of the keys opens a secret; nothing is changed then.
    """
    keys = vault(context.settings)
    with context.store.read() as reader:
        secrets = webhooks.all_secrets(reader)
    if all(keys.is_current(sealed) for sealed in secrets.values()):
        return {"resealed": 0, "secrets": len(secrets)}
    with context.store.write() as writer:
        secrets = webhooks.all_secrets(writer, locked=True)
        anew = {id_: keys.reseal(sealed) for id_, sealed in secrets.items() if not keys.is_current(sealed)}
        webhooks.reseal(writer, anew)
        answer = {"resealed": len(anew), "secrets": len(secrets)}
        writer.record(principal.actor, "webhook.secrets_resealed", "webhooks", answer)
    return answer
