"""The register of premises."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from service.api.shapes.fields import (
    Asked,
    Count,
    Given,
    Id,
    Instant,
    Line,
    NamePage,
    PremisesId,
    ResponseLevelName,
    Shown,
    Text,
    WholeNumber,
)
from service.api.shapes.problem import CsvFault
from service.api.shapes.threat import Effect
from service.operations.premises_form import MOST_PEOPLE

Kind = Literal[
    "hq",
    "station",
    "front_counter",
    "custody",
    "control_room",
    "armoury",
    "vehicle_compound",
    "workshop",
    "training",
    "office",
    "partner_site",
]
Risk = Literal["high", "medium", "low"]
YesNo = bool | Literal["yes", "no"]


class PremisesFields(Given):
    """The fields of one premises. One that is left out keeps what is stored, or has its default when new."""

    id: PremisesId | None = None
    name: Line | None = None
    district: Line | None = None
    address: Text | None = None
    postcode: Line | None = None
    kinds: Annotated[list[Kind] | str, Field(description="A list, or text with semicolons between them")] | None = None
    risk_category: Risk | None = None
    minimum_response_level: ResponseLevelName | None = None
    public_access: YesNo | None = None
    staffed: YesNo | None = None
    staffed_24h: YesNo | None = None
    shared: YesNo | None = None
    lockdown_capable: YesNo | None = None
    mail_handling: YesNo | None = None
    cctv: YesNo | None = None
    parking: YesNo | None = None
    restricted: Annotated[YesNo | None, Field(description="Shows only to those named on it")] = None
    acknowledge_each_shift: Annotated[
        YesNo | None, Field(description="Its level is to be acknowledged anew at every shift handover")
    ] = None
    headcount: Annotated[WholeNumber | None, Field(ge=0, le=MOST_PEOPLE)] = None
    manager: Annotated[Line | None, Field(description="The name on their token")] = None
    deputy: Line | None = None
    duty_contact: Line | None = None


class Premises(Shown):
    """One premises with its present response level. To staff, only what they need is shown."""

    id: PremisesId
    name: str
    district: str
    address: str
    postcode: str
    kinds: list[Kind]
    response_level: ResponseLevelName | None
    since: Instant | None
    version: Count
    risk_category: Risk = "medium"
    minimum_response_level: ResponseLevelName = "NORMAL"
    public_access: bool = False
    staffed: bool = True
    staffed_24h: bool = False
    shared: bool = False
    lockdown_capable: bool = False
    mail_handling: bool = False
    cctv: bool = False
    parking: bool = False
    restricted: bool = False
    acknowledge_each_shift: bool = False
    headcount: Count = 0
    manager: str = ""
    deputy: str = ""
    duty_contact: str = ""


class PremisesWritten(Premises):
    """A premises after an edit, and what the edit came to."""

    status: Literal["added", "changed", "unchanged"]


class Waiting(Shown):
    """A request that waits for a second person."""

    id: Id
    status: Literal["awaiting_second_person"]


class PremisesQuery(NamePage):
    """Which premises."""

    response_level: ResponseLevelName | None = None
    district: Line | None = None
    q: Annotated[Line | None, Field(description="Part of the id, name, district or postcode")] = None
    acknowledged: Annotated[
        Literal["yes", "no"] | None, Field(description="Whether somebody has acknowledged the present level")
    ] = None
    override_expiring: Annotated[
        Literal["yes"] | None, Field(description="Only those with an override in force that ends within 24 hours")
    ] = None


class PremisesPage(Shown):
    """Premises in order of id."""

    items: list[Premises]
    next: PremisesId | None


class ClosingQuery(Asked):
    """Why a premises is closed."""

    reason: Text = ""


class ClosedPremises(Shown):
    """A premises that was closed. Its history stays."""

    id: PremisesId
    status: Literal["closed"]
    closed_at: Instant


class ImportQuery(Asked):
    """How to import."""

    dry_run: Annotated[bool, Field(description="Only check, and count what would change")] = False


class Import(Shown):
    """What a register file came to. Nothing is written while anything is wrong or waits."""

    id: Annotated[Id, Field(description="The request that waits")] = 0
    status: Literal["dry_run", "imported", "awaiting_second_person"]
    rows: Count
    added: Count
    changed: Count
    unchanged: Count
    raised: Annotated[Count, Field(description="Open premises whose level rises by it")]
    lowered: Annotated[Count, Field(description="Premises whose level falls by it")]
    faults: list[CsvFault]
    effect: Effect | None = None
