"""What tells whether the paper of a premises is still right."""

from __future__ import annotations

from sqlalchemy import select

from service.store.tables import checklists, premises
from service.store.transactions import Reader


def stamps(reader: Reader) -> dict[str, str]:
    """By open premises, a text that changes with its register row and with each list of its own in force."""
    query = (
        select(premises.c.id, premises.c.version, checklists.c.id, checklists.c.version)
        .join(checklists, checklists.c.subject == premises.c.id)
        .where(premises.c.closed_at.is_(None), checklists.c.superseded_at.is_(None))
        .order_by(premises.c.id, checklists.c.id)
    )
    found: dict[str, str] = {}
    for premises_id, version, list_id, list_version in reader.connection.execute(query):
        found[premises_id] = f"{found.get(premises_id, version)} {list_id}.{list_version}"
    return found
