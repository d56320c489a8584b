"""Who acts: a person with a role and, for some roles, the premises that are theirs; or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service.store.estate import EVERYTHING, NOT_RESTRICTED, Sight


class Role(StrEnum):
    """What a person is to the product; what each may do is in ``access``."""

    OP_QUANTITY_LEAD = "op_quantity_lead"
    GOLD = "gold"
    DUTY_OFFICER = "duty_officer"
    CTSA = "ctsa"
    STATION_MANAGER = "station_manager"
    STAFF = "staff"
    MONITOR = "monitor"
    FEED = "feed"
    AUDITOR = "auditor"
    ADMIN = "admin"
    SYSTEM = "system"


@dataclass(frozen=True)
class Principal:
    """Who acts. ``premises`` are the ids on their token; ``sight`` is what they may see of the estate."""

    person_id: int | None
    name: str
    role: Role
    premises: frozenset[str] = frozenset()
    sight: Sight = NOT_RESTRICTED
    token_id: int | None = None

    @property
    def actor(self) -> str:
        """How the record names them: by number, since names are kept apart."""
        return "system" if self.person_id is None else f"person/{self.person_id}"


SYSTEM = Principal(None, "system", Role.SYSTEM, sight=EVERYTHING)
"""The product itself, when nobody else acts."""
