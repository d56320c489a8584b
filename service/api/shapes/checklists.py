"""Checklists and the work on them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from service.api.shapes.fields import (
    Count,
    Given,
    GivenInstant,
    Id,
    Instant,
    Line,
    Name,
    Page,
    PremisesId,
    Reason,
    ResponseLevelName,
    Shown,
    Text,
)
from service.operations.keyed_rows import MOST_ROWS

Status = Literal["open", "done", "not_applicable", "declined", "blocked"]
ReasonCode = Literal[
    "already_in_place",
    "not_relevant_here",
    "no_staff",
    "no_equipment",
    "waits_for_others",
    "harms_service",
    "risk_accepted",
]
OwnerRole = Literal[
    "all_staff",
    "station_manager",
    "duty_officer",
    "op_quantity_lead",
    "gold",
    "ctsa",
    "estates",
    "communications",
]


class Retrospective(Shown):
    """When and by whom something was done that was keyed in only later, as it was stated then."""

    at: Instant
    by: Annotated[str | None, Field(description="Not shown to staff")]


class Item(Shown):
    """One item of a checklist as it stands now, a recurring one in its present turn (``occurrence``)."""

    option_id: str
    category: str
    text: str
    obligation: Literal["consider", "required"]
    audience: Literal["managers", "all_staff"]
    owner_role: str
    due_at: Instant | None
    repeat: Literal["every_shift", "every_day"] | None
    occurrence: str
    status: Status
    note: str
    agreed: Annotated[bool, Field(description="False while a required item that is not done waits to be agreed")]
    by: Annotated[str | None, Field(description="Not shown to staff")]
    at: Annotated[Instant | None, Field(description="When it was recorded")]
    retrospective: Annotated[Retrospective | None, Field(description="Null unless it was keyed in later, from paper")]
    caution: str | None
    reverse: str | None
    reference: str
    marking: str
    new: Annotated[bool, Field(description="New at this response level")]
    version: Annotated[Count, Field(description="The version of the list at which it was last changed")]


class Progress(Shown):
    """Items by status; what waits to be agreed counts as open."""

    open: Count
    done: Count
    not_applicable: Count
    declined: Count
    blocked: Count


class PlanShown(Shown):
    """The plan that a list was made from. ``example``: it is not a force's own."""

    id: str
    version: str
    sha256: str
    example: bool


class ChecklistSummary(Shown):
    """A checklist without its items; ``premises_id`` null for the force's own."""

    id: Id
    premises_id: PremisesId | None
    kind: Literal["response", "stand_down"]
    state: Literal["open", "signed_off", "superseded"]
    response_level: ResponseLevelName
    since: Instant
    issued_at: Instant
    superseded_at: Instant | None
    signed_off_at: Instant | None
    signed_off_by: str | None
    version: Count
    holder: str | None


class Checklist(ChecklistSummary):
    """A checklist with the items that the caller may see. ``etag`` is the `ETag` header without its quotes."""

    plan: PlanShown
    marking: str
    progress: Progress
    items: list[Item]
    etag: str


class ChecklistPage(Shown):
    """Checklists, newest first."""

    items: list[ChecklistSummary]
    next: str | None


class ChecklistQuery(Page):
    """Which part of the list of checklists."""

    after: Annotated[str | None, Field(pattern="^[0-9]{1,18}$", description="The `next` of the page before")] = None


class Tick(Given):
    """What became of an item. All but ``done`` need a note, a reason code, or both."""

    status: Status
    note: Text = ""
    reason_code: ReasonCode | None = None
    occurrence: Annotated[Line | None, Field(description="The turn of a recurring item that is meant")] = None


class NewItem(Given):
    """An item that people add themselves."""

    text: Reason
    owner_role: OwnerRole
    due_at: GivenInstant | None = None
    reverse: Annotated[Text | None, Field(description="What undoes it, for the stand-down list")] = None


class ItemWork(Shown):
    """An item after work on it, and the list's new version."""

    checklist_id: Id
    premises_id: PremisesId | None
    version: Count
    etag: str
    item: Item


class PaperRow(Given):
    """What the paper says of one item."""

    code: Annotated[Line, Field(description="The short code that is printed beside the item")]
    at: Annotated[
        Line,
        Field(
            description="When it was done: RFC 3339, or London time as people write it (`02:10` for the last time "
            "that it was so, `yesterday 02:10`, `20/11 02:10`, `20/11/2026 02:10`)"
        ),
    ]
    by: Annotated[Name, Field(description="Who did it")]
    status: Literal["done", "not_applicable", "declined", "blocked"] = "done"
    note: Annotated[Text, Field(description="The reason, needed for all but `done`")] = ""


class PaperRows(Given):
    """What was ticked on the paper of a list."""

    rows: Annotated[list[PaperRow], Field(min_length=1, max_length=MOST_ROWS)]


class KeyedIn(Shown):
    """What was keyed in: the list it went to, its version now, and how many items were ``taken``."""

    checklist_id: Id
    premises_id: PremisesId | None
    version: Count
    taken: Count


class HandOver(Given):
    """Who takes the list over."""

    to: Name
    note: Text = ""


class HandedOver(Shown):
    """A list in new hands."""

    id: Id
    premises_id: PremisesId | None
    holder: str
    version: Count
    at: Instant


class SignedOff(Shown):
    """A list that was signed off."""

    id: Id
    premises_id: PremisesId | None
    kind: Literal["response", "stand_down"]
    state: Literal["signed_off"]
    version: Count
    signed_off_at: Instant
