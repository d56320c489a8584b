"""What every operation is given: the store, the policy in force and the settings."""

from __future__ import annotations

from dataclasses import dataclass

from service.config import Settings
from service.operations.policy import Policy
from service.store.transactions import Store


@dataclass(frozen=True)
class Context:
    """One installation, as an operation sees it."""

    store: Store
    policy: Policy
    settings: Settings
